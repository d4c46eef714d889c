package main

import (
	"context"
	"fmt"
	"path/filepath"

	"github.com/nextflex/nextflex/dataset"
)

// dataFlags choose the data a command works on.
type dataFlags struct {
	Data    []string          `name:"data" group:"data" placeholder:"PATH" sep:"none" complete:"file" help:"File, directory or zip archive with ratings or films, plain or packed (gz, zst), or s3://BUCKET/KEY of one. May be repeated: the first is the set, further ones add to what is known of its films. Default: the demo set."`
	Columns map[string]string `name:"columns" group:"data" mapsep:"," placeholder:"user=A,item=B" help:"Columns of a CSV or TSV in no known format, by header or (without a header) by number: user and item, and where there are rating and time; separator=; for another one."`
}

// columns returns the columns that were named.
func (d dataFlags) columns() (dataset.Columns, error) {
	var c dataset.Columns
	fields := map[string]*string{"user": &c.User, "item": &c.Item, "rating": &c.Rating, "time": &c.Time, "separator": &c.Separator}
	for key, value := range d.Columns {
		field, known := fields[key]
		if !known {
			return c, usagef("--columns names %q, want user, item, rating, time and separator", key)
		}
		*field = value
	}
	switch {
	case len(d.Columns) > 0 && (c.User == "" || c.Item == ""):
		return c, usagef("--columns wants at least user and item, such as --columns user=uid,item=film,rating=stars")
	case c.Separator == "tab":
		c.Separator = "\t"
	}
	return c, nil
}

// simulatedCaption stands in every table whose ratings no person gave.
const simulatedCaption = "simulated ratings (demo set)"

// open reads the set, or takes the demo set where no path is given.
func (d dataFlags) open(ctx context.Context, s *session) (*dataset.Set, *dataset.Report, error) {
	set, report, err := d.openWith(ctx, s, dataset.Loader{})
	if report != nil && report.DroppedRows() > 0 {
		s.note("%s of %s rows of %s were dropped; nextflex inspect says why", thousands(report.DroppedRows()), thousands(report.Read), set.Name)
	}
	return set, report, err
}

// openWith is open with settings of the loader.
func (d dataFlags) openWith(ctx context.Context, s *session, l dataset.Loader) (*dataset.Set, *dataset.Report, error) {
	if len(d.Data) == 0 {
		set, err := dataset.Demo()
		return set, nil, err
	}
	var err error
	if l.Columns, err = d.columns(); err != nil {
		return nil, nil, err
	}
	b := s.newBar("reading", true)
	defer b.close()
	paths, err := fetchAll(ctx, b, d.Data)
	if err != nil {
		return nil, nil, err
	}
	b.phase("reading")
	l.Progress = func(p dataset.Progress) {
		b.phase("reading " + filepath.Base(p.File))
		b.set(p.Bytes, p.Total)
	}
	return l.OpenSet(ctx, paths...)
}

// ratings is open for commands that cannot do without ratings.
func (d dataFlags) ratings(ctx context.Context, s *session) (*dataset.Set, error) {
	set, _, err := d.open(ctx, s)
	if err != nil {
		return nil, err
	}
	if set.Ratings == nil || set.Ratings.Len() == 0 {
		return nil, fmt.Errorf("%s holds films and no ratings", set.Name)
	}
	return set, nil
}

// source says in JSON which data an answer comes from.
type source struct {
	Set       string `json:"set"`
	Simulated bool   `json:"simulated"` // ratings made by a model of tastes, not by people
}

// name is what people read.
func (x source) name() string {
	if x.Simulated && x.Set == "demo" {
		return "the demo set"
	}
	return x.Set
}

func sourceOf(set *dataset.Set) source {
	return source{Set: set.Name, Simulated: set.Simulated}
}
