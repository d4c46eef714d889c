// Report draws plots of what benchmarks/peers measured: ratios, memory, time by
// the number of factors, and cost against size.
//
//	go -C benchmarks/report run . "$PWD/benchmarks/results"
//
// It reads every peers-*.json of the folder and writes PNG files beside them. It has
// a module of its own, so that nobody who imports NextFlex gets the plotting
// library.
package main

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
)

func main() {
	if len(os.Args) != 2 {
		fmt.Fprintln(os.Stderr, "usage: go -C benchmarks/report run . FOLDER")
		os.Exit(2)
	}
	if err := run(os.Args[1]); err != nil {
		fmt.Fprintln(os.Stderr, "report:", err)
		os.Exit(1)
	}
}

// result is what benchmarks/peers stores of a job.
type result struct {
	Job       string `json:"job"`
	Title     string `json:"title"`
	Per       string `json:"per"`
	X         string `json:"x"`
	Size      string `json:"size"`
	Date      string `json:"date"`
	Processor string `json:"processor"`
	Threads   int    `json:"threads"`
	Rows      []row  `json:"rows"`
}

// row is one contender in one case.
type row struct {
	Case    string  `json:"case"`
	X       float64 `json:"x"`
	Who     string  `json:"who"`
	Ours    bool    `json:"ours"`
	Seconds float64 `json:"seconds"`
	Ratio   float64 `json:"ratio"`
	Low     float64 `json:"low"`
	High    float64 `json:"high"`
	PeakMB  float64 `json:"peak_mb"`
}

// order of the jobs in a plot; others follow by name.
var order = []string{"load", "explicit", "implicit-exact", "implicit-cg", "topn", "cosine-zipf", "cosine-tfidf"}

// read returns the results of a folder.
func read(dir string) ([]result, error) {
	paths, err := filepath.Glob(filepath.Join(dir, "peers-*.json"))
	if err != nil {
		return nil, err
	}
	if len(paths) == 0 {
		return nil, fmt.Errorf("no peers-*.json in %s", dir)
	}
	byJob := map[string]result{}
	var rest []string
	for _, path := range paths {
		text, err := os.ReadFile(path)
		if err != nil {
			return nil, err
		}
		var r result
		if err := json.Unmarshal(text, &r); err != nil {
			return nil, fmt.Errorf("%s: %w", path, err)
		}
		byJob[r.Job] = r
		rest = append(rest, r.Job)
	}
	var all []result
	for _, job := range append(append([]string{}, order...), rest...) {
		if r, ok := byJob[job]; ok {
			all = append(all, r)
			delete(byJob, job)
		}
	}
	return all, nil
}

func run(dir string) error {
	all, err := read(dir)
	if err != nil {
		return err
	}
	if err := ratios(all, filepath.Join(dir, "ratio.png")); err != nil {
		return err
	}
	if err := memory(all, filepath.Join(dir, "memory.png")); err != nil {
		return err
	}
	for _, r := range all {
		var err error
		switch r.X {
		case "factors":
			err = byFactors(r, filepath.Join(dir, "time-"+r.Job+".png"))
		case "ratings":
			err = scaling(r, filepath.Join(dir, "scaling.png"))
		}
		if err != nil {
			return err
		}
	}
	return nil
}
