package main

import (
	"context"
	"sync"
	"time"

	"github.com/nextflex/nextflex/cmd/nextflexd/internal/store"
)

// countEvery is how long the numbers of the site hold: counting reads tables.
const countEvery = time.Minute

// numbers are those of the site's things, for metrics.
type numbers struct {
	db  *store.DB
	now func() time.Time

	mu      sync.Mutex
	counted time.Time
	last    map[string]float64
}

// things returns the numbers by thing, nil where the database doesn't answer.
func (n *numbers) things() map[string]float64 {
	n.mu.Lock()
	defer n.mu.Unlock()
	if now := n.now(); n.last == nil || now.Sub(n.counted) >= countEvery {
		ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
		defer cancel()
		c, err := n.db.Counts(ctx)
		if err != nil {
			return nil // /readyz tells of the database
		}
		n.counted, n.last = now, map[string]float64{
			"users": float64(c.Users), "sessions": float64(c.Sessions), "ratings": float64(c.Ratings), "posts": float64(c.Posts),
			"images": float64(c.Images), "images_pending": float64(c.PendingImages), "images_failed": float64(c.FailedImages),
			"image_bytes": float64(c.ImageBytes), "models": float64(c.Models), "jobs_failed": float64(c.JobsFailed),
		}
	}
	return n.last
}
