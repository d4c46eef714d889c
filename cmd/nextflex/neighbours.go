package main

import "github.com/nextflex/nextflex/recommend/evaluate"

// neighbourFlags configure the models of nearest neighbours. Zero leaves a setting to
// its default.
type neighbourFlags struct {
	Neighbours   int     `group:"model" placeholder:"N" help:"For itemknn and userknn: how many of the most similar films or people count, 1 to 5000 (default 100)."`
	Shrinkage    float64 `group:"model" placeholder:"X" help:"For itemknn and userknn: a number of ratings by which similarities of films or people with few ratings are held back; -1 for none (default 10)."`
	Interactions bool    `group:"model" help:"For itemknn and userknn: only what people have rated at all counts, whatever the grade, which orders lists and predicts no grades."`
}

func (f neighbourFlags) knn(threads int, b *bar) evaluate.KNNConfig {
	return evaluate.KNNConfig{
		Neighbours: f.Neighbours, Shrinkage: f.Shrinkage, Implicit: f.Interactions, Threads: threads,
		Progress: func(done, total int) { b.set(int64(done), int64(total)) },
	}
}
