package recommend_test

import (
	"context"
	"errors"
	"fmt"
	"log"
	"strings"

	"github.com/nextflex/nextflex/als"
	"github.com/nextflex/nextflex/dataset"
	"github.com/nextflex/nextflex/recommend"
	"github.com/nextflex/nextflex/similarity"
)

// cinema is a set of eight invented films and the ratings of six people: 1 to 3
// like films of the sea, 4 to 6 films of the moon.
func cinema() *dataset.Set {
	films, err := dataset.NewCatalogue("cinema", []dataset.Movie{
		{ID: dataset.Int(1), Title: "Salt", Year: 1996, Genres: []string{"Drama"}, Directors: []string{"Mara Hove"}, Keywords: []string{"sea", "storm"}},
		{ID: dataset.Int(2), Title: "Low Tide", Year: 1999, Genres: []string{"Drama"}, Directors: []string{"Mara Hove"}, Keywords: []string{"sea", "harbour"}},
		{ID: dataset.Int(3), Title: "The Buoy", Year: 2004, Genres: []string{"Comedy"}, Directors: []string{"Jon Pell"}, Keywords: []string{"sea", "harbour"}},
		{ID: dataset.Int(4), Title: "Undertow", Year: 2011, Genres: []string{"Thriller"}, Directors: []string{"Mara Hove"}, Keywords: []string{"sea", "night"}},
		{ID: dataset.Int(5), Title: "Far Side", Year: 1998, Genres: []string{"Science Fiction"}, Directors: []string{"Ines Dorn"}, Keywords: []string{"moon", "night"}},
		{ID: dataset.Int(6), Title: "Crater", Year: 2002, Genres: []string{"Science Fiction"}, Directors: []string{"Ines Dorn"}, Keywords: []string{"moon", "dust"}},
		{ID: dataset.Int(7), Title: "Apollo's Dog", Year: 2008, Genres: []string{"Comedy"}, Directors: []string{"Jon Pell"}, Keywords: []string{"moon", "dog"}},
		{ID: dataset.Int(8), Title: "Salt", Year: 2019, Genres: []string{"Science Fiction"}, Directors: []string{"Ines Dorn"}, Keywords: []string{"moon", "ocean"}},
	})
	if err != nil {
		log.Fatal(err)
	}
	r := &dataset.Ratings{Name: "cinema", Scale: dataset.Scale{Min: 1, Max: 5, Step: 1}, Users: dataset.SequentialIndex(1, 6), Items: dataset.SequentialIndex(1, 8)}
	for user, row := range [6][8]float32{
		{5, 5, 4, 0, 1, 2, 1, 2}, {5, 4, 0, 5, 2, 1, 1, 1}, {4, 5, 4, 5, 1, 1, 2, 0},
		{1, 2, 1, 1, 5, 4, 0, 4}, {2, 1, 1, 1, 5, 5, 4, 0}, {1, 1, 2, 0, 4, 5, 4, 5},
	} {
		for item, value := range row {
			if value != 0 {
				r.User, r.Item, r.Value = append(r.User, int32(user)), append(r.Item, int32(item)), append(r.Value, value)
				r.Time = append(r.Time, uint32(1_600_000_000+86_400*(8*user+item)))
			}
		}
	}
	return &dataset.Set{Name: "cinema", Ratings: r, Catalogue: films}
}

// cinemaEngine trains a model and builds the engine.
func cinemaEngine() *recommend.Engine {
	set := cinema()
	model, err := als.Train(context.Background(), set.Ratings.Matrix(), als.Config{Factors: 2})
	if err != nil {
		log.Fatal(err)
	}
	engine, err := recommend.New(set, model, recommend.Config{
		Similarity: similarity.Config{Director: 1, Genres: 0.6, Keywords: 0.4},
	})
	if err != nil {
		log.Fatal(err)
	}
	return engine
}

func show(r recommend.Result, err error) {
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(strings.TrimSpace(string(r.Kind) + " " + r.Fallback))
	for _, item := range r.Items {
		fmt.Println(item.Rank, item.Movie.Title, item.Movie.Year)
	}
}

func ExampleNew() {
	engine, err := recommend.New(cinema(), nil, recommend.Config{}) // no model: D falls back to B
	if err != nil {
		log.Fatal(err)
	}
	show(engine.ForRatings([]recommend.Rating{{Item: dataset.Int(1), Value: 5}}, recommend.Query{K: 1}))
	// Output:
	// top there is no model: best rated by all
	// 1 Low Tide 1999
}

func ExampleEngine_Newest() {
	show(cinemaEngine().Newest(recommend.Query{K: 2, Filter: dataset.ByYears(0, 2010)}))
	// Output:
	// newest
	// 1 Apollo's Dog 2008
	// 2 The Buoy 2004
}

func ExampleEngine_Popular() {
	show(cinemaEngine().Popular(recommend.Query{K: 2, Exclude: []dataset.ID{dataset.Int(1)}}))
	// Output:
	// popular
	// 1 Low Tide 1999
	// 2 Far Side 1998
}

func ExampleEngine_Trending() {
	show(cinemaEngine().Trending(recommend.Query{K: 2}))
	// Output:
	// trending
	// 1 Crater 2002
	// 2 Far Side 1998
}

func ExampleEngine_Top() {
	show(cinemaEngine().Top(recommend.Query{K: 3}))
	// Output:
	// top
	// 1 Salt 1996
	// 2 Low Tide 1999
	// 3 Far Side 1998
}

func ExampleEngine_Similar() {
	r, err := cinemaEngine().Similar(dataset.Int(2), recommend.Query{K: 2, Explain: true})
	show(r, err)
	for _, reason := range r.Items[0].Reasons {
		fmt.Println("both have", reason.Kind, reason.Name)
	}
	// Output:
	// similar
	// 1 Salt 1996
	// 2 Undertow 2011
	// both have director Mara Hove
	// both have genre Drama
	// both have keyword sea
}

func ExampleEngine_SimilarTitle() {
	engine := cinemaEngine()
	_, err := engine.SimilarTitle("salt", recommend.Query{K: 2})
	var ambiguous *recommend.AmbiguousTitleError
	if errors.As(err, &ambiguous) {
		for _, m := range ambiguous.Choices {
			fmt.Println(m.Title, m.Year)
		}
	}
	show(engine.SimilarTitle("Salt (2019)", recommend.Query{K: 2}))
	_, err = engine.SimilarTitle("Undertwo", recommend.Query{K: 2})
	var unknown *recommend.UnknownTitleError
	if errors.As(err, &unknown) {
		fmt.Println("did you mean", unknown.Near[0].Title)
	}
	// Output:
	// Salt 1996
	// Salt 2019
	// similar
	// 1 Far Side 1998
	// 2 Crater 2002
	// did you mean Undertow
}

func ExampleEngine_ForUser() {
	show(cinemaEngine().ForUser(dataset.Int(1), recommend.Query{K: 3}))
	// Output:
	// personal
	// 1 Undertow 2011
}

func ExampleEngine_ForRatings() {
	mine := []recommend.Rating{{Item: dataset.Int(5), Value: 5}, {Item: dataset.Int(6), Value: 4}, {Item: dataset.Int(2), Value: 1}}
	r, err := cinemaEngine().ForRatings(mine, recommend.Query{K: 2, Explain: true})
	show(r, err)
	fmt.Println("because you rated", r.Items[0].Reasons[0].Name)
	// Output:
	// personal
	// 1 Salt 2019
	// 2 Apollo's Dog 2008
	// because you rated Far Side
}

// Blend lists films like those a person likes, too, and Diversity sees to it that
// they are not all of a kind.
func ExampleQuery() {
	mine := []recommend.Rating{{Item: dataset.Int(1), Value: 5}, {Item: dataset.Int(2), Value: 4}, {Item: dataset.Int(5), Value: 1}}
	show(cinemaEngine().ForRatings(mine, recommend.Query{K: 3, Blend: 0.3, Diversity: 0.5}))
	// Output:
	// blend
	// 1 Undertow 2011
	// 2 The Buoy 2004
	// 3 Salt 2019
}

func ExampleEngine_Why() {
	x, err := cinemaEngine().Why(dataset.Int(1), dataset.Int(4))
	if err != nil {
		log.Fatal(err)
	}
	sum := x.Base
	for _, r := range x.Rated {
		sum += r.Part
	}
	fmt.Printf("%s: %d ratings and the base add up to the score: %t\n", x.Movie.Title, len(x.Rated), sum-x.Score < 1e-4 && x.Score-sum < 1e-4)
	fmt.Println("it shares", x.Shared[0].Kind, x.Shared[0].Name)
	// Output:
	// Undertow: 7 ratings and the base add up to the score: true
	// it shares director Mara Hove
}

func ExampleEngine_WhyFor() {
	x, err := cinemaEngine().WhyFor([]recommend.Rating{{Item: dataset.Int(5), Value: 5}, {Item: dataset.Int(2), Value: 1}}, dataset.Int(6))
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(len(x.Rated), "ratings")
	for _, r := range x.Shared {
		fmt.Println(r.Kind, r.Name)
	}
	// Output:
	// 2 ratings
	// director Ines Dorn
	// genre Science Fiction
	// keyword moon
}

func ExampleEngine_WhySimilar() {
	x, err := cinemaEngine().WhySimilar(dataset.Int(3), dataset.Int(7))
	if err != nil {
		log.Fatal(err)
	}
	for _, r := range x.Shared {
		fmt.Println(r.Kind, r.Name)
	}
	// Output:
	// director Jon Pell
	// genre Comedy
}

func ExampleEngine_Predict() {
	engine := cinemaEngine()
	sea, err := engine.Predict(dataset.Int(1), dataset.Int(4))
	if err != nil {
		log.Fatal(err)
	}
	moon, err := engine.Predict(dataset.Int(4), dataset.Int(4))
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(sea > 4, moon < 2)
	_, err = engine.Predict(dataset.Int(1), dataset.Int(99))
	fmt.Println(err)
	// Output:
	// true true
	// recommend: no film has the id 99
}

func ExampleEngine_PredictFor() {
	p, err := cinemaEngine().PredictFor([]recommend.Rating{{Item: dataset.Int(1), Value: 5}, {Item: dataset.Int(6), Value: 1}}, dataset.Int(2))
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(p > 4)
	// Output: true
}

// sameDirector is a scorer of one's own: it counts what a person has given to each
// director.
type sameDirector struct{ films *dataset.Catalogue }

func (s sameDirector) Scores(p recommend.Profile, dst []float32) error {
	given := map[string]float32{}
	for i, pos := range p.Positions {
		for _, name := range s.films.Movies[pos].Directors {
			given[name] += p.Values[i] - 3
		}
	}
	if len(given) == 0 {
		return recommend.ErrNoOpinion
	}
	for pos := range dst {
		dst[pos] = 0
		for _, name := range s.films.Movies[pos].Directors {
			dst[pos] += given[name]
		}
	}
	return nil
}

// A scorer of one's own takes the place of the model, and a filter keeps films out
// of every list.
func ExampleScorer() {
	set := cinema()
	engine, err := recommend.New(set, nil, recommend.Config{
		Scorer: sameDirector{set.Complete()},
		Filter: func(_ int32, m *dataset.Movie) bool { return m.Year < 2015 },
	})
	if err != nil {
		log.Fatal(err)
	}
	show(engine.ForRatings([]recommend.Rating{{Item: dataset.Int(7), Value: 5}, {Item: dataset.Int(5), Value: 4}}, recommend.Query{K: 2}))
	// Output:
	// personal
	// 1 The Buoy 2004
	// 2 Crater 2002
}
