package dataset

import (
	"context"
	"embed"
	"fmt"
	"sync"
)

//go:generate go test -run ^TestDemoRatings$ -update .

// demoFiles holds the films, and the ratings that Tastes{Seed: 1} gives them.
//
//go:embed demo/films.csv demo/ratings.csv.zst
var demoFiles embed.FS

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
	loader := Loader{Name: "demo", Strict: true, Scale: halfStars}
	set, report, err := loader.OpenFS(context.Background(), demoFiles, "demo")
	if err != nil {
		return nil, err
	}
	if set.Ratings == nil || set.Catalogue == nil {
		return nil, fmt.Errorf("ratings or films are missing:\n%s", report)
	}
	set.Simulated, set.Ratings.Simulated = true, true
	return set, nil
}
