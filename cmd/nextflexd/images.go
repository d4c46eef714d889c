package main

import (
	"context"
	"log/slog"
	"sync"

	"github.com/nextflex/nextflex/cmd/nextflexd/internal/gallery"
)

// images keep people's pictures, and make their renditions beside the answers.
type images struct {
	gallery *gallery.Gallery
	stop    context.CancelFunc
	work    sync.WaitGroup
}

// openImages begins with the renditions that an earlier run left undone.
func (s *site) openImages(ctx context.Context, log *slog.Logger) {
	s.images = &images{gallery: gallery.New(gallery.Config{DB: s.db, Blobs: s.blobs, Log: log})}
	// A request that is under way when the daemon is told to stop may still
	// send a picture, so that only close ends this.
	ctx, s.images.stop = context.WithCancel(context.WithoutCancel(ctx))
	s.images.work.Go(func() { s.images.gallery.Run(ctx) })
}

// close waits for the picture that is being worked on. What it leaves undone is
// taken up at the next start.
func (i *images) close() {
	i.stop()
	i.work.Wait()
}
