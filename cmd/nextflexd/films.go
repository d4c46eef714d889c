package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"path/filepath"
	"sync"

	"github.com/nextflex/nextflex/cmd/nextflexd/internal/api"
	"github.com/nextflex/nextflex/cmd/nextflexd/internal/search"
	"github.com/nextflex/nextflex/cmd/nextflexd/internal/settings"
	"github.com/nextflex/nextflex/cmd/nextflexd/internal/store"
	"github.com/nextflex/nextflex/cmd/nextflexd/internal/tmdb"
)

// Bytes of what TMDB said, and of its posters, that are kept in the data folder.
const (
	answersKept = 128 << 20
	postersKept = 1 << 30
)

// films is what the site knows of films besides the data set: TMDB, where there
// is a key, and the search index.
type films struct {
	tmdb     *tmdb.Client
	search   *search.Index
	folders  []*tmdb.Folder
	building sync.WaitGroup
	stop     context.CancelFunc
}

func openFilms(ctx context.Context, s *settings.Site, db *store.DB, log *slog.Logger) (_ *films, err error) {
	f := &films{}
	defer func() {
		if err != nil {
			err = errors.Join(err, f.close())
		}
	}()
	if f.search, err = search.Open(ctx, db.SQL(), search.Dialect(db.Dialect())); err != nil {
		return nil, err
	}
	if s.TMDBKey == "" {
		return f, nil
	}
	config := tmdb.Config{
		Key: s.TMDBKey.Reveal(), Language: s.TMDBLanguage,
		Report: func(err error) { log.Warn("cache of TMDB", "error", err) },
	}
	for _, cache := range []struct {
		to    *tmdb.Cache
		name  string
		bytes int64
	}{{&config.Cache, "answers", answersKept}, {&config.Images, "posters", postersKept}} {
		folder, err := tmdb.OpenFolder(filepath.Join(s.DataDir, "cache", "tmdb", cache.name), cache.bytes)
		if err != nil {
			return nil, err
		}
		*cache.to, f.folders = folder, append(f.folders, folder)
	}
	if f.tmdb, err = tmdb.New(config); err != nil {
		return nil, fmt.Errorf("asking TMDB: %w", err)
	}
	return f, nil
}

// index keeps the search index up to the films in service while requests are
// answered.
func (f *films) index(ctx context.Context, server *api.Server, log *slog.Logger) {
	ctx, f.stop = context.WithCancel(ctx)
	f.building.Go(func() {
		server.KeepSearch(ctx, func(err error) {
			if err != nil {
				log.Error("search index not built; titles are searched in memory, or in the index of before", "error", err)
				return
			}
			log.Info("search index ready")
		})
	})
}

// close ends what is under way. The database must still be open.
func (f *films) close() error {
	if f.stop != nil {
		f.stop()
	}
	f.building.Wait()
	if f.tmdb != nil {
		f.tmdb.Close()
	}
	var err error
	for _, folder := range f.folders {
		err = errors.Join(err, folder.Close())
	}
	return err
}
