package ranking_test

import (
	"fmt"
	"log"
	"time"

	"github.com/nextflex/nextflex/dataset"
	"github.com/nextflex/nextflex/ranking"
)

func exampleSet() *dataset.Set {
	films, err := dataset.NewCatalogue("example", []dataset.Movie{
		{ID: dataset.Int(1), Title: "Seen by many", Year: 1994, VoteCount: 9000, VoteAverage: 8.7, Genres: []string{"Drama"}},
		{ID: dataset.Int(2), Title: "Loved by three", Year: 2023, VoteCount: 3, VoteAverage: 10, Genres: []string{"Comedy"}},
		{ID: dataset.Int(3), Title: "Known and liked", Year: 2001, VoteCount: 4000, VoteAverage: 7.5, Genres: []string{"Comedy"}},
	})
	if err != nil {
		log.Fatal(err)
	}
	return &dataset.Set{Name: "example", Catalogue: films}
}

func exampleRanking(c ranking.Config) *ranking.Ranking {
	r, err := ranking.New(exampleSet(), c)
	if err != nil {
		log.Fatal(err)
	}
	return r
}

func show(r *ranking.Ranking, entries []ranking.Entry) {
	for _, e := range entries {
		fmt.Printf("%-16s %.2f\n", r.Films().Movies[e.Pos].Title, e.Score)
	}
}

func ExampleNew() {
	r := exampleRanking(ranking.Config{MinVotes: 1000})
	fmt.Printf("C = %.2f, m = %.0f, votes from %s\n", r.Weights().Mean, r.Weights().MinVotes, r.Source())
	// Output: C = 8.73, m = 1000, votes from vote_count
}

func ExampleRanking_Top() {
	r := exampleRanking(ranking.Config{MinVotes: 1000, KeepFew: true})
	show(r, r.Top(3, nil))
	// Output:
	// Loved by three   8.74
	// Seen by many     8.70
	// Known and liked  7.75
}

func ExampleRanking_Popular() {
	r := exampleRanking(ranking.Config{})
	show(r, r.Popular(1, 0, dataset.ByGenre("Comedy")))
	// Output: Known and liked  4000.00
}

func ExampleRanking_Trending() {
	set, err := dataset.Demo() // its ratings are simulated
	if err != nil {
		log.Fatal(err)
	}
	r, err := ranking.New(set, ranking.Config{})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(len(r.Trending(5, 30*24*time.Hour, dataset.ByYears(1990, 1999))))
	// Output: 5
}

func ExampleRanking_Newest() {
	r := exampleRanking(ranking.Config{})
	show(r, r.Newest(1, nil))
	// Output: Loved by three   2023.00
}

func ExampleRanking_Entry() {
	e := exampleRanking(ranking.Config{MinVotes: 1000}).Entry(0)
	fmt.Printf("%.0f votes of mean %.1f weigh %.2f\n", e.Count, e.Mean, e.Score)
	// Output: 9000 votes of mean 8.7 weigh 8.70
}

func ExampleWeighted() {
	ratings, weights, err := ranking.Weighted([]float64{300, 100}, []float64{8, 6}, ranking.Config{MinVotes: 100})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(ratings, weights.Mean)
	// Output: [7.75 6.5] 7
}

func ExamplePrior() {
	w, err := ranking.Prior([]float64{10, 20, 30}, []float64{3, 4, 5}, ranking.Config{Quantile: 0.5})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(w.Mean, w.MinVotes, w.Rating(20, 5, 0))
	// Output: 4 20 4.5
}

func ExampleWeights_Rating() {
	w := ranking.Weights{Mean: 7, MinVotes: 100}
	fmt.Println(w.Rating(300, 8, 0), w.Rating(300, 8, 300))
	// Output: 7.75 7.5
}

func ExampleRanking_Weights() {
	byFilms := exampleRanking(ranking.Config{MinVotes: 1000})
	byVotes := exampleRanking(ranking.Config{MinVotes: 1000, MeanOfVotes: true})
	fmt.Printf("%.2f %.2f\n", byFilms.Weights().Mean, byVotes.Weights().Mean)
	// Output: 8.73 8.33
}

func ExampleRanking_Source() {
	fmt.Println(exampleRanking(ranking.Config{}).Source())
	// Output: vote_count
}

func ExampleRanking_Films() {
	r := exampleRanking(ranking.Config{})
	fmt.Println(r.Films().Movies[r.Popular(1, 0, nil)[0].Pos].Title)
	// Output: Seen by many
}

func ExampleRanking_Now() {
	r := exampleRanking(ranking.Config{Now: time.Date(2024, 1, 1, 0, 0, 0, 0, time.UTC)})
	fmt.Println(r.Now().Format(time.DateOnly))
	// Output: 2024-01-01
}

func ExampleRanking_Needed() {
	// A film of 2023 has been out for a year of the four in which votes gather.
	r := exampleRanking(ranking.Config{MinVotes: 1000, YoungYears: 4, Now: time.Date(2024, 1, 1, 0, 0, 0, 0, time.UTC)})
	fmt.Println(r.Needed(0), r.Needed(1))
	// Output: 1000 250
}
