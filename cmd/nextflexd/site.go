package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"sync"
	"time"

	"github.com/gofrs/flock"

	"github.com/nextflex/nextflex/cmd/nextflexd/internal/accounts"
	"github.com/nextflex/nextflex/cmd/nextflexd/internal/auth"
	"github.com/nextflex/nextflex/cmd/nextflexd/internal/blob"
	"github.com/nextflex/nextflex/cmd/nextflexd/internal/jobs"
	"github.com/nextflex/nextflex/cmd/nextflexd/internal/mail"
	"github.com/nextflex/nextflex/cmd/nextflexd/internal/models"
	"github.com/nextflex/nextflex/cmd/nextflexd/internal/settings"
	"github.com/nextflex/nextflex/cmd/nextflexd/internal/store"
)

// site is what the commands share: the places where things are kept, opened.
type site struct {
	publicURL  string // where people find it
	db         *store.DB
	letters    *mail.Queue
	keys       *auth.KeyRing
	hasher     *auth.Hasher
	accounts   *accounts.Service
	films      *films // of the serve command alone
	blobs      blob.Store
	jobs       *jobs.Runner    // of the serve command alone; runs between startJobs and close
	models     *models.Manager // of the serve command alone
	follows    sync.WaitGroup  // of taking up models, which ends with stopFollow
	stopFollow context.CancelFunc
	images     *images      // of the serve command alone
	lock       *flock.Flock // of the data folder, while it is served
}

// openSite makes the data folder where it is missing, and opens and migrates
// what lies there or elsewhere. publicURL is where people find the site.
func openSite(ctx context.Context, s *settings.Site, publicURL string, log *slog.Logger) (_ *site, err error) {
	// Others on the machine have no business in it.
	if err := os.MkdirAll(s.DataDir, 0o700); err != nil {
		return nil, fmt.Errorf("making the data folder: %w", err)
	}
	opened := &site{publicURL: publicURL}
	defer func() {
		if err != nil {
			err = errors.Join(err, opened.close(ctx))
		}
	}()
	if opened.db, err = openDatabase(ctx, s); err != nil {
		return nil, err
	}
	steps, err := opened.db.Migrate(ctx)
	if err != nil {
		return nil, err
	}
	if steps > 0 {
		log.Info("database migrated", "dialect", opened.db.Dialect(), "steps", steps)
	}
	if opened.blobs, err = blob.Open(ctx, s.Blob); err != nil {
		return nil, err
	}
	sender, err := newSender(s, log)
	if err != nil {
		return nil, err
	}
	opened.letters = mail.NewQueue(sender, mail.QueueConfig{Failed: func(subject string, err error) {
		log.Error("letter not sent", "subject", subject, "error", err)
	}})
	if opened.hasher, err = auth.NewHasher(auth.HasherConfig{Parallel: s.MaxHashes}); err != nil {
		return nil, err
	}
	if opened.keys, err = auth.NewKeyRing(ctx, opened.db, time.Now); err != nil {
		return nil, err
	}
	opened.accounts = accounts.New(accounts.Config{
		DB: opened.db, Hasher: opened.hasher, Outbox: opened.letters, Log: log,
		Tokens:  &auth.Tokens{Keys: opened.keys, Site: publicURL, Now: time.Now},
		Letters: mail.Letters{URL: publicURL},
	})
	return opened, nil
}

func openDatabase(ctx context.Context, s *settings.Site) (*store.DB, error) {
	return store.Open(ctx, s.DB.Reveal(), store.Options{MaxConnections: s.DBConnections})
}

// newSender sends letters by the server of the settings, or writes them into the
// data folder.
func newSender(s *settings.Site, log *slog.Logger) (mail.Sender, error) {
	if s.SMTP != "" {
		return mail.NewSMTP(mail.SMTPConfig{URL: s.SMTP.Reveal(), From: s.MailFrom})
	}
	return mail.NewFolder(filepath.Join(s.DataDir, "mail"), s.MailFrom, func(file string) {
		log.Info("letter written to a file, since no --smtp is set", "file", file)
	})
}

// close cancels the jobs, sends the letters that are waiting and closes what was
// opened.
func (s *site) close(ctx context.Context) error {
	var err error
	if s.stopFollow != nil {
		s.stopFollow()
		s.follows.Wait()
	}
	if s.jobs != nil {
		s.jobs.Stop()
	}
	if s.images != nil {
		s.images.close()
	}
	if s.films != nil {
		err = s.films.close()
	}
	if s.accounts != nil {
		err = errors.Join(err, s.accounts.Close(ctx))
	}
	if s.letters != nil {
		err = errors.Join(err, s.letters.Close(ctx))
	}
	if s.db != nil {
		err = errors.Join(err, s.db.Close())
	}
	if s.lock != nil {
		err = errors.Join(err, s.lock.Unlock())
	}
	return err
}
