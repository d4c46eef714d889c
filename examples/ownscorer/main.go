// Command ownscorer puts a program's own opinion and its own rules into the
// engine: a cinema that prefers short films and shows none older than 1960.
package main

import (
	"fmt"
	"log"

	"github.com/nextflex/nextflex/dataset"
	"github.com/nextflex/nextflex/recommend"
)

// shortest likes films the more the shorter they are, whoever asks.
type shortest struct{ films *dataset.Catalogue }

// Scores implements recommend.Scorer.
func (s shortest) Scores(_ recommend.Profile, dst []float32) error {
	for pos := range dst {
		dst[pos] = -float32(s.films.Movies[pos].Runtime)
	}
	return nil
}

func main() {
	set, err := dataset.Demo()
	if err != nil {
		log.Fatal(err)
	}
	engine, err := recommend.New(set, nil, recommend.Config{
		Scorer: shortest{set.Catalogue},
		Filter: dataset.ByYears(1960, 0),
	})
	if err != nil {
		log.Fatal(err)
	}
	mine := []recommend.Rating{{Item: set.Catalogue.Movies[500].ID, Value: 4.5}}
	list, err := engine.ForRatings(mine, recommend.Query{K: 3, Filter: dataset.ByLanguage("fr")})
	if err != nil {
		log.Fatal(err)
	}
	for _, item := range list.Items {
		fmt.Printf("%d. %s (%d), %d minutes\n", item.Rank, item.Movie.Title, item.Movie.Year, item.Movie.Runtime)
	}
}
