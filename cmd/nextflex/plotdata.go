package main

import (
	"context"
	"fmt"
	"slices"
	"strconv"

	"github.com/nextflex/nextflex/als"
	"github.com/nextflex/nextflex/dataset"
	"github.com/nextflex/nextflex/recommend/evaluate"
)

// plotLengths are the lengths of lists that are measured for the plot by length.
var plotLengths = []int{1, 2, 5, 10, 20, 50, 100}

// plotted is a value with its interval; both ends are the value where it has none.
type plotted struct{ value, low, high float64 }

// bucket is a class of users or films.
type bucket struct {
	label string
	from  int // least number of ratings in train
	n     int // users, or relevant films
	plotted
}

// bucketBounds begin the classes of numbers of ratings: users have tens, films from none
// to thousands.
var bucketBounds = []int{0, 1, 3, 10, 30, 100, 300, 1000, 3000, 10000}

// bucketOf returns the class of a number of ratings.
func bucketOf(ratings int) int {
	at, found := slices.BinarySearch(bucketBounds, ratings)
	if !found {
		at--
	}
	return at
}

func bucketLabel(class int) string {
	from := bucketBounds[class]
	switch {
	case class+1 == len(bucketBounds):
		return thousands(from) + " and more"
	case bucketBounds[class+1]-1 == from:
		return strconv.Itoa(from)
	}
	return fmt.Sprintf("%s to %s", thousands(from), thousands(bucketBounds[class+1]-1))
}

// counted are numbers of ratings by row.
func counted(rows []int32, n int) []int {
	counts := make([]int, n)
	for _, row := range rows {
		counts[row]++
	}
	return counts
}

// byActivity is a metric by the number of ratings that the model knew of a user.
func byActivity(ctx context.Context, folds []dataset.Fold, samples []evaluate.Samples, metric string, cfg evaluate.BootstrapConfig) ([]bucket, error) {
	parts := make([][]evaluate.Samples, len(bucketBounds)) // by class and fold
	users := make([]map[int32]bool, len(bucketBounds))
	for class := range parts {
		parts[class], users[class] = make([]evaluate.Samples, 0, len(folds)), map[int32]bool{}
	}
	for f, fold := range folds {
		known := fold.Train
		if fold.FoldIn != nil {
			known = fold.FoldIn
		}
		counts := counted(known.User, known.Users.Len())
		s := samples[f][metric]
		divided := make([]evaluate.Sample, len(bucketBounds))
		for i, user := range s.Users {
			if s.Count[i] == 0 {
				continue
			}
			class := bucketOf(counts[user])
			d := &divided[class]
			d.Users, d.Sum, d.Count, d.Root = append(d.Users, user), append(d.Sum, s.Sum[i]), append(d.Count, s.Count[i]), s.Root
			users[class][user] = true
		}
		for class, d := range divided {
			if len(d.Users) > 0 {
				parts[class] = append(parts[class], evaluate.Samples{metric: d})
			}
		}
	}
	var list []bucket
	for class, folds := range parts {
		if len(folds) == 0 {
			continue
		}
		b := bucket{label: bucketLabel(class), from: bucketBounds[class], n: len(users[class])}
		for _, f := range folds {
			b.value += f[metric].Value() / float64(len(folds))
		}
		b.low, b.high = b.value, b.value
		if cfg.Resamples > 0 {
			intervals, err := evaluate.Bootstrap(ctx, folds, cfg)
			if err != nil {
				return nil, err
			}
			b.low, b.high = intervals[metric].Low, intervals[metric].High
		}
		list = append(list, b)
	}
	return list, nil
}

// byPopularity is the part of the relevant films that stand in lists of k, by the number
// of their ratings in train. at is the place of k among the lengths measured.
func byPopularity(folds []dataset.Fold, results []evaluate.FoldResult, at int) []bucket {
	relevant, hits := make([]int, len(bucketBounds)), make([]int, len(bucketBounds))
	for f, fold := range folds {
		counts := counted(fold.Train.Item, fold.Train.Items.Len())
		by := results[f].Ranking.ByItem
		for item, n := range by.Relevant {
			class := bucketOf(counts[item])
			relevant[class] += int(n)
			hits[class] += int(by.Hits[at][item])
		}
	}
	var list []bucket
	for class, n := range relevant {
		if n > 0 {
			v := float64(hits[class]) / float64(n)
			list = append(list, bucket{label: bucketLabel(class), from: bucketBounds[class], n: n, plotted: plotted{v, v, v}})
		}
	}
	return list
}

// learningCurve trains on a fold once more and measures every iteration on what is held
// out. It keeps nothing of that model, which would have seen its own test.
func (c evaluateCommand) learningCurve(ctx context.Context, fold dataset.Fold) ([]float64, error) {
	opts, err := c.weights(fold.Train, c.Model == "implicit")
	if err != nil {
		return nil, err
	}
	opts = append(opts, als.WithValidation(fold.Test.Matrix(), 0))
	model, err := als.Train(ctx, fold.Train.Matrix(), c.config(c.Model == "implicit"), opts...)
	if err != nil {
		return nil, fmt.Errorf("learning curve: %w", err)
	}
	return model.Provenance().Validation, nil
}
