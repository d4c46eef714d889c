package dataset

import (
	"embed"
	"encoding/csv"
	"fmt"
	"io"
	"strconv"
	"strings"
	"sync"
)

//go:embed demo/films.csv
var demoFiles embed.FS

// Demo returns the embedded demo set, which needs no download: some 680 real
// films, written up for this project, and 120,000 ratings by 2,000 people that the
// model of Tastes simulates. The set is made on the first call, in a fraction of
// a second, and shared: it must not be changed. Simulated is true, and a program
// that shows its ratings should say so.
func Demo() (*Set, error) { return demo() }

var demo = sync.OnceValues(func() (*Set, error) {
	file, err := demoFiles.Open("demo/films.csv")
	if err != nil {
		return nil, fmt.Errorf("dataset: demo set: %w", err)
	}
	defer file.Close() // only read from
	films, err := readFilms("demo", file)
	if err != nil {
		return nil, fmt.Errorf("dataset: demo set: %w", err)
	}
	ratings, err := Tastes{Seed: 1}.Simulate(films)
	if err != nil {
		return nil, fmt.Errorf("dataset: demo set: %w", err)
	}
	ratings.Name = "demo"
	return &Set{Name: "demo", Simulated: true, Ratings: ratings, Catalogue: films}, nil
})

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
