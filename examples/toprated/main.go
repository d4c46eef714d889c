// Command toprated lists the films that people rate best, weighted by how many
// have rated them.
package main

import (
	"fmt"
	"log"

	"github.com/nextflex/nextflex/dataset"
	"github.com/nextflex/nextflex/ranking"
)

func main() {
	set, err := dataset.Demo()
	if err != nil {
		log.Fatal(err)
	}
	ranks, err := ranking.New(set, ranking.Config{Quantile: 0.5})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Printf("Dramas of the 1970s (simulated ratings; a film needs %.0f of them)\n", ranks.Weights().MinVotes)
	seventies := dataset.AllOf(dataset.ByGenre("Drama"), dataset.ByYears(1970, 1979))
	for rank, e := range ranks.Top(3, seventies) {
		film := ranks.Films().Movies[e.Pos]
		fmt.Printf("%d. %s (%d): %.2f from %.0f ratings of mean %.2f\n", rank+1, film.Title, film.Year, e.Score, e.Count, e.Mean)
	}
}
