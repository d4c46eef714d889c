package main

import (
	"errors"
	"fmt"
	"os"

	"github.com/nextflex/nextflex/cmd/nextflexd/internal/settings"
)

type migrateCommand struct {
	Status bool `help:"Only say which version the schema has."`
}

// Run migrates the database, or says where it stands.
func (c *migrateCommand) Run(in *surroundings, s *settings.Site) error {
	if err := os.MkdirAll(s.DataDir, 0o700); err != nil {
		return fmt.Errorf("making the data folder: %w", err)
	}
	db, err := openDatabase(in.ctx, s)
	if err != nil {
		return err
	}
	steps := 0
	if !c.Status {
		steps, err = db.Migrate(in.ctx)
	}
	if err == nil {
		var current, newest int64
		current, newest, err = db.Versions(in.ctx)
		if err == nil {
			fmt.Fprintf(in.stdout, "%s: schema %d of %d, %d steps taken\n", db.Dialect(), current, newest, steps)
		}
	}
	return errors.Join(err, db.Close())
}
