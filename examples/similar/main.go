// Command similar finds films like a title and says what they share.
package main

import (
	"errors"
	"fmt"
	"log"
	"os"
	"strings"

	"github.com/nextflex/nextflex/dataset"
	"github.com/nextflex/nextflex/recommend"
)

func main() {
	title := "The Dark Knight"
	if len(os.Args) > 1 && !strings.HasPrefix(os.Args[1], "-") {
		title = os.Args[1]
	}
	set, err := dataset.Demo()
	if err != nil {
		log.Fatal(err)
	}
	engine, err := recommend.New(set, nil, recommend.Config{}) // C needs no trained model
	if err != nil {
		log.Fatal(err)
	}
	list, err := engine.SimilarTitle(title, recommend.Query{K: 3, Explain: true})
	var ambiguous *recommend.AmbiguousTitleError
	if errors.As(err, &ambiguous) {
		for _, film := range ambiguous.Choices {
			fmt.Printf("%s (%d)?\n", film.Title, film.Year)
		}
		return
	}
	if err != nil {
		log.Fatal(err)
	}
	for _, item := range list.Items {
		var shared []string
		for _, reason := range item.Reasons[:min(3, len(item.Reasons))] {
			shared = append(shared, reason.Name)
		}
		fmt.Printf("%d. %s (%d): %s\n", item.Rank, item.Movie.Title, item.Movie.Year, strings.Join(shared, ", "))
	}
}
