package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"time"

	"github.com/nextflex/nextflex/benchmarks/internal/sets"
)

// missing is a peer without numbers, and why.
type missing struct {
	Who    string `json:"who"`
	Reason string `json:"reason"`
}

// row is one contender in one case.
type row struct {
	Case      string    `json:"case"`
	X         float64   `json:"x,omitempty"` // in units of the result's X
	Who       string    `json:"who"`
	Ours      bool      `json:"ours,omitempty"`
	Seconds   float64   `json:"seconds"` // median of the rounds
	Rounds    []float64 `json:"rounds"`
	Rate      float64   `json:"rate"`
	Ratio     float64   `json:"ratio,omitempty"` // of a peer's time to ours, median of the rounds
	Low       float64   `json:"low,omitempty"`   // smallest ratio
	High      float64   `json:"high,omitempty"`  // largest ratio
	PeakMB    float64   `json:"peak_mb"`
	Agreement string    `json:"agreement,omitempty"`
	Agrees    bool      `json:"agrees,omitempty"`
	Version   string    `json:"version,omitempty"`
	BLAS      string    `json:"blas,omitempty"`
	Note      string    `json:"note,omitempty"`
}

// result is a contest with its numbers, as it is stored for the plots.
type result struct {
	Job       string    `json:"job"`
	Title     string    `json:"title"`
	Per       string    `json:"per"`
	RateUnit  string    `json:"rate_unit"`
	X         string    `json:"x,omitempty"`
	Size      string    `json:"size"`
	Date      string    `json:"date"`
	Processor string    `json:"processor"`
	Threads   int       `json:"threads"`
	System    string    `json:"system"`
	Commit    string    `json:"commit"`
	Command   string    `json:"command"`
	Rows      []row     `json:"rows"`
	Missing   []missing `json:"missing,omitempty"`
	Notes     []string  `json:"notes,omitempty"`
}

func (b *bench) newResult(ctx context.Context, c *contest) *result {
	return &result{
		Job: c.name, Title: c.title, Per: c.per, RateUnit: c.rate, X: c.x, Size: b.size,
		Date: time.Now().UTC().Format("2006-01-02"), Processor: processor(), Threads: b.threads,
		System: runtime.GOOS + "/" + runtime.GOARCH + ", " + runtime.Version(), Commit: commit(ctx), Command: b.command,
	}
}

// processor is the name the system gives it.
func processor() string {
	text, err := os.ReadFile("/proc/cpuinfo")
	if err != nil {
		return runtime.GOARCH
	}
	name, flags := runtime.GOARCH, ""
	for line := range strings.Lines(string(text)) {
		field, value, _ := strings.Cut(line, ":")
		switch strings.TrimSpace(field) {
		case "model name":
			name = strings.TrimSpace(value)
		case "flags":
			flags = value
		}
	}
	for _, set := range []struct{ flag, name string }{{" avx512f ", " with AVX-512"}, {" avx2 ", " with AVX2"}} {
		if strings.Contains(flags+" ", set.flag) {
			return name + set.name
		}
	}
	return name
}

// commit is that of the working tree, with a mark where it is changed.
func commit(ctx context.Context) string {
	out, err := exec.CommandContext(ctx, "git", "describe", "--always", "--dirty", "--abbrev=10").Output()
	if err != nil {
		return "unknown"
	}
	return strings.TrimSpace(string(out))
}

// add puts a contender's runs into the result.
func (r *result) add(k contestCase, s *score) {
	if s.answer == nil {
		return
	}
	line := row{
		Case: k.label, X: k.x, Who: s.label, Seconds: median(s.seconds), Rounds: s.seconds, PeakMB: s.peak,
		Version: s.answer.Version, BLAS: s.answer.BLAS, Note: s.answer.Note, Ours: len(s.packages) == 0,
	}
	line.Rate = k.amount / line.Seconds
	if len(s.ratios) > 0 {
		line.Ratio, line.Low, line.High = median(s.ratios), slices.Min(s.ratios), slices.Max(s.ratios)
	}
	if s.agrees != nil {
		line.Agreement, line.Agrees = s.agrees.text, s.agrees.ok
	}
	r.Rows = append(r.Rows, line)
}

// write stores the result as peers-JOB.json and as a table, peers-JOB.md.
func (r *result) write(dir string) error {
	path := filepath.Join(dir, "peers-"+r.Job)
	err := sets.WriteBeside(path+".json", func(w io.Writer) error {
		e := json.NewEncoder(w)
		e.SetIndent("", "  ")
		return e.Encode(r)
	})
	if err != nil {
		return err
	}
	return sets.WriteBeside(path+".md", func(w io.Writer) error {
		_, err := io.WriteString(w, r.table())
		return err
	})
}

// table is the result in Markdown.
func (r *result) table() string {
	var b strings.Builder
	fmt.Fprintf(&b, "# %s\n\nSize %s, %s, %s, %d threads, %s, commit %s.\nMade by `%s`. Times are medians of the rounds.\n\n",
		r.Title, r.Size, r.Date, r.Processor, r.Threads, r.System, r.Commit, r.Command)
	fmt.Fprintf(&b, "| case | who | s per %s | %s | its time to ours (lowest to highest) | peak MB | agrees |\n|---|---|---|---|---|---|---|\n", r.Per, r.RateUnit)
	for _, l := range r.Rows {
		ratio, agrees := "", ""
		if l.Ratio > 0 {
			ratio = fmt.Sprintf("%.2f (%.2f to %.2f)", l.Ratio, l.Low, l.High)
		}
		if l.Agreement != "" {
			agrees = map[bool]string{true: "yes: ", false: "**no**: "}[l.Agrees] + l.Agreement
		}
		who := l.Who
		if l.Ours {
			who = "**" + who + "**"
		}
		fmt.Fprintf(&b, "| %s | %s | %.4g | %s | %s | %.0f | %s |\n", l.Case, who, l.Seconds, thousands(l.Rate), ratio, l.PeakMB, agrees)
	}
	r.footnotes(&b)
	return b.String()
}

// footnotes says what was measured with which versions, and what is missing.
func (r *result) footnotes(b *strings.Builder) {
	var lines []string
	note := func(format string, args ...any) {
		if line := fmt.Sprintf(format, args...); !slices.Contains(lines, line) {
			lines = append(lines, line)
		}
	}
	for _, m := range r.Missing {
		note("**Missing: %s**: %s", m.Who, m.Reason)
	}
	for _, n := range r.Notes {
		note("%s", n)
	}
	for _, l := range r.Rows {
		if l.Version != "" {
			note("%s: %s", l.Who, l.Version)
		}
		if l.BLAS != "" {
			note("%s ran on %s", l.Who, l.BLAS)
		}
		if l.Note != "" {
			note("%s: %s", l.Who, l.Note)
		}
	}
	if len(lines) > 0 {
		fmt.Fprintf(b, "\n- %s\n", strings.Join(lines, "\n- "))
	}
}

// thousands writes a number without decimals and with commas.
func thousands(x float64) string {
	s := fmt.Sprintf("%.0f", x)
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}
