package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"time"

	"github.com/nextflex/nextflex/dataset"
)

type generateCommand struct {
	Out     string  `required:"" complete:"file" placeholder:"FILE.csv" help:"Where to write; .gz and .zst are packed, - is standard output."`
	Ratings int     `placeholder:"N" help:"How many ratings (default: 20 a user)."`
	Users   int     `placeholder:"N" help:"How many users (default 1000)."`
	Items   int     `placeholder:"N" help:"How many items (default 500)."`
	Factors int     `placeholder:"N" help:"How many tastes lie behind the ratings (default 8)."`
	Noise   float64 `placeholder:"X" help:"Standard deviation of what no taste explains, in stars; negative for none (default 0.75)."`
	Full    bool    `help:"The standard full set: 26,024,289 ratings of 45,115 items by 270,896 users."`
	Seed    uint64  `placeholder:"N" help:"Start of the random numbers; the same seed gives the same file (default 0)."`
	Threads int     `placeholder:"N" help:"Threads to compute with; they do not change the file (default: one a processor)."`
}

// Help is shown by --help.
func (generateCommand) Help() string {
	return `Writes simulated ratings as a MovieLens ratings.csv of any size, with popularity and activity spread as among people and a known low-rank ` +
		`truth behind them, so that programs can be tried and timed without a download. The same settings and seed give the same file.

Examples:

  nextflex generate --out ratings.csv
  nextflex generate --full --out full.csv.zst
  nextflex generate --users 200 --items 300 --ratings 5000 --seed 7 --out - | head`
}

// Validate is called by kong before the command runs.
func (c generateCommand) Validate() error {
	if c.Full && (c.Ratings != 0 || c.Users != 0 || c.Items != 0) {
		return usagef("--full sets --ratings, --users and --items: want one or the other")
	}
	return nil
}

// generateAnswer is the JSON of generate.
type generateAnswer struct {
	File      string  `json:"file"`
	Bytes     int64   `json:"bytes"`
	Simulated bool    `json:"simulated"`
	Ratings   int     `json:"ratings"`
	Seconds   float64 `json:"seconds"`
}

// Run writes a set.
func (c generateCommand) Run(ctx context.Context, s *session) error {
	g := dataset.Generator{}
	if c.Full {
		g = dataset.FullSize()
	} else {
		g.Users, g.Items, g.Ratings = c.Users, c.Items, c.Ratings
	}
	g.Factors, g.Noise, g.Seed, g.Threads = c.Factors, c.Noise, c.Seed, c.Threads
	b := s.newBar("writing", false)
	defer b.close()
	start, ratings := time.Now(), 0
	write := func(w io.Writer) error {
		return g.WriteCSV(ctx, w, func(done, total int) {
			ratings = done
			b.set(int64(done), int64(total))
		})
	}
	if c.Out == "-" {
		return write(s.console)
	}
	var size int64
	err := writeBeside(c.Out, func(f *os.File) error {
		z, err := packed(f, c.Out)
		if err != nil {
			return err
		}
		if err := write(z); err != nil {
			return err
		}
		if err := z.Close(); err != nil {
			return fmt.Errorf("%s: %w", c.Out, unwrapPath(err))
		}
		info, err := f.Stat()
		if err == nil {
			size = info.Size()
		}
		return err
	})
	b.close()
	if err != nil {
		return err
	}
	if s.JSON {
		return s.printJSON(generateAnswer{File: c.Out, Bytes: size, Simulated: true, Ratings: ratings, Seconds: time.Since(start).Seconds()})
	}
	s.print("%s: %s simulated ratings, %s", printable(c.Out), thousands(ratings), bytesText(size))
	return nil
}
