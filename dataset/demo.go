package dataset

import (
	"context"
	"embed"
	"encoding/csv"
	"fmt"
	"io"
	"strconv"
	"strings"
	"sync"
)

//go:generate go test -run ^TestDemoRatings$ -update .

// demoFiles holds the films, and the ratings as Tastes{Seed: demoSeed} gives them.
//
//go:embed demo/films.csv demo/ratings.csv.zst
var demoFiles embed.FS

// demoSeed starts the random numbers of the demo ratings.
const demoSeed = 1

// Demo returns the embedded demo set, which needs no download: 680 real films,
// written up for this project, and 120,000 ratings by 2,000 people whom the model
// of Tastes simulates. Simulated is true, and a program that shows the ratings
// should say so. The set is read on the first call, which takes some tens of
// milliseconds, and shared by all: it must not be changed.
func Demo() (*Set, error) { return demo() }

var demo = sync.OnceValues(func() (*Set, error) {
	set, err := readDemo()
	if err != nil {
		return nil, fmt.Errorf("dataset: demo set: %w", err)
	}
	return set, nil
})

func readDemo() (*Set, error) {
	text, err := demoFiles.Open("demo/films.csv")
	if err != nil {
		return nil, err
	}
	defer text.Close() // only read from
	films, err := readFilms("demo", text)
	if err != nil {
		return nil, err
	}
	packed, err := demoFiles.Open("demo/ratings.csv.zst")
	if err != nil {
		return nil, err
	}
	defer packed.Close() // only read from
	loader := Loader{Name: "demo", Strict: true, Scale: halfStars}
	ratings, _, err := loader.Read(context.Background(), packed, "demo/ratings.csv.zst")
	if err != nil {
		return nil, err
	}
	ratings.Simulated = true
	return &Set{Name: "demo", Simulated: true, Ratings: ratings, Catalogue: films}, nil
}

// readFilms reads films in the project's own layout: a CSV with the header
// id,title,year,genres,director,cast,keywords,runtime,language,overview, lists
// parted by "|".
func readFilms(name string, r io.Reader) (*Catalogue, error) {
	records, err := csv.NewReader(r).ReadAll()
	if err != nil {
		return nil, err
	}
	movies := make([]Movie, 0, len(records))
	for i, f := range records[1:] {
		var numbers [3]int
		for j, field := range []int{0, 2, 7} {
			if numbers[j], err = strconv.Atoi(f[field]); err != nil {
				return nil, fmt.Errorf("line %d: %s: %w", i+2, records[0][field], err)
			}
		}
		movies = append(movies, Movie{
			ID: Int(int64(numbers[0])), Title: f[1], Year: numbers[1], Genres: strings.Split(f[3], "|"),
			Directors: strings.Split(f[4], "|"), Cast: strings.Split(f[5], "|"), Keywords: strings.Split(f[6], "|"),
			Runtime: numbers[2], Language: f[8], Overview: f[9],
		})
	}
	return NewCatalogue(name, movies)
}
