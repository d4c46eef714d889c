package similarity_test

import (
	"context"
	"fmt"
	"log"
	"slices"

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

// recipes are vectors over words, with the words.
func recipes() (*similarity.Vectors, []string) {
	counts, words := similarity.Counts([][]string{
		{"flour", "sugar", "egg", "egg"},
		{"flour", "sugar", "butter"},
		{"tomato", "salt", "egg"},
	})
	weighed, err := similarity.TFIDF.Weigh(counts, len(words))
	if err != nil {
		log.Fatal(err)
	}
	x, err := similarity.NewVectors(weighed, len(words))
	if err != nil {
		log.Fatal(err)
	}
	return x, words
}

func ExampleCounts() {
	counts, words := similarity.Counts([][]string{{"flour", "egg", "egg"}, {"egg", "salt"}})
	fmt.Println(words, counts)
	// Output: [flour egg salt] [{[0 1] [1 2]} {[1 2] [1 1]}]
}

func ExampleWeighting_Weigh() {
	counts, words := similarity.Counts([][]string{{"flour", "egg", "egg"}, {"egg", "salt"}})
	weighed, err := similarity.TFIDF.Weigh(counts, len(words))
	if err != nil {
		log.Fatal(err)
	}
	fmt.Printf("%.3f\n", weighed[0].Values) // flour: 1·(ln(3/2)+1), egg: 2·(ln(3/3)+1)
	// Output: [1.405 2.000]
}

func ExampleWeighting_String() {
	fmt.Println(similarity.TFIDF, similarity.Count, similarity.BM25)
	// Output: tfidf count bm25
}

func ExampleVector_Norm() {
	fmt.Println(similarity.Vector{Tokens: []int32{2, 7}, Values: []float32{3, 4}}.Norm())
	// Output: 5
}

func ExampleVectors_Similar() {
	x, _ := recipes()
	near, err := x.Similar(0, 2, nil)
	if err != nil {
		log.Fatal(err)
	}
	for _, s := range near {
		fmt.Printf("%d %.2f\n", s.Row, s.Score)
	}
	// Output:
	// 1 0.42
	// 2 0.39
}

func ExampleVectors_SimilarTo() {
	x, words := recipes()
	butter := similarity.Vector{Tokens: []int32{int32(slices.Index(words, "butter"))}, Values: []float32{1}}
	near, err := x.SimilarTo(butter, 1, nil)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(near[0].Row)
	// Output: 1
}

func ExampleVectors_Cosine() {
	x, _ := recipes()
	c, err := x.Cosine(1, 2)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(c)
	// Output: 0
}

func ExampleVectors_Row() {
	x, words := recipes()
	fmt.Println(x.Len(), x.NumTokens(), words[x.Row(2).Tokens[1]])
	// Output: 3 6 tomato
}

func ExampleVectors_AllPairs() {
	x, _ := recipes()
	all, err := x.AllPairs(context.Background(), 1, 0, nil)
	if err != nil {
		log.Fatal(err)
	}
	for row := range int32(all.Len()) {
		fmt.Println(row, "is most like", all.Of(row)[0].Row)
	}
	// Output:
	// 0 is most like 1
	// 1 is most like 0
	// 2 is most like 0
}

func ExampleNew() {
	// What is shared by people alone, of as many actors as are known.
	x, err := similarity.New(demoFilms(), similarity.Config{Keywords: -1, Genres: -1, Overview: -1, Title: -1, CastSize: -1})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(x.Len() == demoFilms().Len())
	// Output: true
}

func ExampleIndex_Similar() {
	films := demoFilms()
	near, err := demoIndex().Similar(position("Toy Story"), 1, dataset.ByYears(0, 2005))
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(films.Movies[near[0].Row].Title)
	// Output: Toy Story 2
}

func ExampleIndex_SimilarTo() {
	films, index := demoFilms(), demoIndex()
	v, err := index.Vector(position("The Godfather"))
	if err != nil {
		log.Fatal(err)
	}
	near, err := index.SimilarTo(v, 2, nil)
	if err != nil {
		log.Fatal(err)
	}
	for _, s := range near {
		fmt.Println(films.Movies[s.Row].Title)
	}
	// Output:
	// The Godfather
	// The Godfather: Part II
}

func ExampleIndex_Similarity() {
	index := demoIndex()
	part2, err := index.Similarity(position("The Godfather"), position("The Godfather Part II"))
	if err != nil {
		log.Fatal(err)
	}
	story, err := index.Similarity(position("The Godfather"), position("Toy Story"))
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(part2 > 5*story)
	// Output: true
}

func ExampleIndex_Vector() {
	v, err := demoIndex().Vector(position("The Godfather"))
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(len(v.Tokens) == len(v.Values), v.Norm() < 1)
	// Output: true true
}

func ExampleIndex_ExplainTo() {
	index := demoIndex()
	profile, err := index.Combine([]similarity.Weight{{Pos: position("The Godfather"), Weight: 1}, {Pos: position("Toy Story"), Weight: 1}})
	if err != nil {
		log.Fatal(err)
	}
	reasons, err := index.ExplainTo(profile, position("Toy Story 2"))
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(len(reasons) > 3, reasons[0].Part >= reasons[1].Part)
	// Output: true true
}

func ExampleWords() {
	fmt.Println(similarity.Words("The café of the Lost Souls, and what they do there."))
	// Output: [cafe lost souls]
}

func ExampleNewTitles() {
	titles := similarity.NewTitles(demoFilms())
	fmt.Println(len(titles.Find("Amelie").Exact))
	// Output: 1
}
