// Command train reads ratings, trains a model, saves it, loads it again and
// recommends to one person.
package main

import (
	"context"
	"fmt"
	"log"
	"os"
	"os/signal"
	"path/filepath"
	"strings"

	"github.com/nextflex/nextflex/als"
	"github.com/nextflex/nextflex/dataset"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	set, err := dataset.Demo()
	if len(os.Args) > 1 && !strings.HasPrefix(os.Args[1], "-") {
		var report *dataset.Report
		if set, report, err = dataset.OpenSet(os.Args[1]); err == nil {
			fmt.Fprintln(os.Stderr, report)
		}
	}
	if err != nil {
		log.Fatal(err)
	}
	ratings := set.Ratings.Matrix()
	model, err := als.Train(ctx, ratings, als.Config{Factors: 16, Iterations: 5, Seed: 1}, als.WithProgress(func(p als.Progress) {
		fmt.Fprintf(os.Stderr, "iteration %d of %d: loss %.4f\n", p.Iteration, p.Iterations, p.Loss)
	}))
	if err != nil {
		log.Fatal(err)
	}
	dir, err := os.MkdirTemp("", "nextflex")
	if err != nil {
		log.Fatal(err)
	}
	defer os.RemoveAll(dir)
	file := filepath.Join(dir, "demo.nfm")
	if err := model.Save(file); err != nil {
		log.Fatal(err)
	}
	if model, err = als.Load(file); err != nil {
		log.Fatal(err)
	}
	user := int32(41)
	seen, _ := ratings.Row(user)
	top, err := model.Recommend(user, 3, als.Exclude(seen))
	if err != nil {
		log.Fatal(err)
	}
	fmt.Printf("user %s has rated %d films and may like these %d:\n", model.Users().ID(user), len(seen), len(top))
	for _, s := range top {
		film, _ := set.Complete().ByID(model.Items().ID(s.Row))
		fmt.Fprintf(os.Stderr, "%s (%d): %.1f\n", film.Title, film.Year, s.Score)
	}
}
