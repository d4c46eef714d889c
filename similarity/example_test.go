package similarity_test

import (
	"context"
	"fmt"
	"log"

	"github.com/nextflex/nextflex/dataset"
	"github.com/nextflex/nextflex/similarity"
)

func demoFilms() *dataset.Catalogue {
	set, err := dataset.Demo()
	if err != nil {
		log.Fatal(err)
	}
	return set.Catalogue
}

func demoIndex() *similarity.Index {
	x, err := similarity.New(demoFilms(), similarity.Config{})
	if err != nil {
		log.Fatal(err)
	}
	return x
}

func position(title string) int32 {
	match := similarity.NewTitles(demoFilms()).Find(title)
	if len(match.Exact) != 1 {
		log.Fatalf("%d films are called %q", len(match.Exact), title)
	}
	return match.Exact[0]
}

func Example() {
	films, index := demoFilms(), demoIndex()
	near, err := index.Similar(position("The Dark Knight"), 2, nil)
	if err != nil {
		log.Fatal(err)
	}
	for _, s := range near {
		fmt.Println(films.Movies[s.Row].Title)
	}
	// Unordered output:
	// The Dark Knight Rises
	// Batman Begins
}

func ExampleIndex_Explain() {
	reasons, err := demoIndex().Explain(position("The Dark Knight"), position("Batman Begins"))
	if err != nil {
		log.Fatal(err)
	}
	for _, r := range reasons {
		if r.Field == similarity.Director {
			fmt.Println(r.Field, r.Name)
		}
	}
	// Output: director Christopher Nolan
}

func ExampleIndex_Combine() {
	films, index := demoFilms(), demoIndex()
	profile, err := index.Combine([]similarity.Weight{{Pos: position("Toy Story"), Weight: 1}, {Pos: position("The Matrix"), Weight: -1}})
	if err != nil {
		log.Fatal(err)
	}
	near, err := index.SimilarTo(profile, 2, nil)
	if err != nil {
		log.Fatal(err)
	}
	for _, s := range near {
		fmt.Println(films.Movies[s.Row].Title)
	}
	// Output:
	// Toy Story
	// Toy Story 2
}

func ExampleIndex_AllPairs() {
	films, index := demoFilms(), demoIndex()
	all, err := index.AllPairs(context.Background(), 1, 0, nil)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(films.Movies[all.Of(position("Toy Story 2"))[0].Row].Title)
	// Output: Toy Story
}

func ExampleNewVectors() {
	// Three recipes over the tokens 0 flour, 1 sugar, 2 salt.
	x, err := similarity.NewVectors([]similarity.Vector{
		{Tokens: []int32{0, 1}, Values: []float32{3, 4}},
		{Tokens: []int32{1}, Values: []float32{1}},
		{Tokens: []int32{2}, Values: []float32{1}},
	}, 3)
	if err != nil {
		log.Fatal(err)
	}
	near, err := x.Similar(0, 10, nil)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(near)
	// Output: [{1 0.8}]
}

func ExampleTitles_Find() {
	films := demoFilms()
	titles := similarity.NewTitles(films)
	for _, title := range []string{"third man, the", "The Thrid Man"} {
		match := titles.Find(title)
		for _, pos := range match.Exact {
			fmt.Println("is", films.Movies[pos].Title)
		}
		if len(match.Near) > 0 {
			fmt.Println("near", films.Movies[match.Near[0].Row].Title)
		}
	}
	// Output:
	// is The Third Man
	// near The Third Man
}

func ExampleTitles_Search() {
	films := demoFilms()
	for _, s := range similarity.NewTitles(films).Search("godf", 1) {
		fmt.Println(films.Movies[s.Row].Title)
	}
	// Output: The Godfather
}

func ExampleFold() {
	fmt.Println(similarity.Fold("Amélie (2001)"))
	// Output: amelie 2001
}
