package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"time"

	"github.com/nextflex/nextflex/cmd/nextflexd/internal/blob"
	"github.com/nextflex/nextflex/cmd/nextflexd/internal/models"
	"github.com/nextflex/nextflex/cmd/nextflexd/internal/settings"
	"github.com/nextflex/nextflex/cmd/nextflexd/internal/store"
	"github.com/nextflex/nextflex/cmd/nextflexd/internal/tmdb"
)

type checkCommand struct{ settings.Serve }

// checkTimeout bounds each check of something that may be away.
const checkTimeout = 20 * time.Second

// Run goes through all that the site needs and prints a line for each. It fails
// if one of them does.
func (c *checkCommand) Run(in *surroundings, s *settings.Site) error {
	failed := 0
	for _, one := range []struct {
		name  string
		check func(context.Context) (string, error)
	}{
		{"settings", func(context.Context) (string, error) { return "understood", c.Serve.Resolve() }},
		{"data folder", func(context.Context) (string, error) { return s.DataDir, os.MkdirAll(s.DataDir, 0o700) }},
		{"data set", func(ctx context.Context) (string, error) {
			paths, err := models.Fetch(ctx, s.Data, fetched(s), in.log)
			if err != nil {
				return "", err
			}
			set, err := models.Open(ctx, paths, in.log)
			if err != nil {
				return "", err
			}
			return fmt.Sprintf("%s, %d films", set.Name, set.Complete().Len()), nil
		}},
		{"database", func(ctx context.Context) (string, error) { return checkDatabase(ctx, s) }},
		{"blobs", func(ctx context.Context) (string, error) { return checkBlobs(ctx, s) }},
		{"mail", func(ctx context.Context) (string, error) { return checkMail(ctx, in, s) }},
		{"TMDB", func(ctx context.Context) (string, error) { return checkTMDB(ctx, s) }},
	} {
		ctx, cancel := context.WithTimeout(in.ctx, checkTimeout)
		found, err := one.check(ctx)
		cancel()
		if err != nil {
			failed++
			fmt.Fprintf(in.stdout, "FAILED  %-12s %v\n", one.name, err)
			continue
		}
		fmt.Fprintf(in.stdout, "ok      %-12s %s\n", one.name, found)
	}
	for _, warning := range settings.Warnings(s, &c.Serve) {
		fmt.Fprintf(in.stdout, "warning %-12s %s\n", "settings", warning)
	}
	if failed > 0 {
		return fmt.Errorf("%d of the checks failed", failed)
	}
	return nil
}

func checkDatabase(ctx context.Context, s *settings.Site) (string, error) {
	db, err := openDatabase(ctx, s)
	if err != nil {
		return "", err
	}
	current, newest, err := db.Versions(ctx)
	if err == nil && current > newest {
		err = fmt.Errorf("it has schema %d, this program knows %d: run a newer one", current, newest)
	}
	return fmt.Sprintf("%s at %s, schema %d of %d", db.Dialect(), store.Redact(s.DB.Reveal()), current, newest), errors.Join(err, db.Close())
}

func checkBlobs(ctx context.Context, s *settings.Site) (string, error) {
	blobs, err := blob.Open(ctx, s.Blob)
	if err != nil {
		return "", err
	}
	return fmt.Sprintf("%s can be written, read, listed and deleted from", blobs), blobs.Check(ctx)
}

func checkMail(ctx context.Context, in *surroundings, s *settings.Site) (string, error) {
	sender, err := newSender(s, in.log)
	if err != nil {
		return "", err
	}
	if s.SMTP == "" {
		return "letters are written to files in the data folder: set --smtp to send them", sender.Check(ctx)
	}
	return "the server takes letters", sender.Check(ctx)
}

func checkTMDB(ctx context.Context, s *settings.Site) (string, error) {
	if s.TMDBKey == "" {
		return "no key: lists come from the data set, posters are drawn", nil
	}
	client, err := tmdb.New(tmdb.Config{Key: s.TMDBKey.Reveal(), Language: s.TMDBLanguage})
	if err != nil {
		return "", err
	}
	defer client.Close()
	return "it answers", client.Check(ctx)
}
