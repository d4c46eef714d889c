package gallery

import (
	"context"
	"encoding/json"
	"time"

	"github.com/nextflex/nextflex/cmd/nextflexd/internal/jobs"
)

// unusedFor is how long an upload may be without a post: people write slowly,
// and come back after the night.
const unusedFor = 24 * time.Hour

// Jobs are the kinds of jobs of a gallery: sweep-images, which runs every day by
// itself, and count-unused-images, which says what it would remove.
func (g *Gallery) Jobs() []jobs.Kind {
	return []jobs.Kind{
		{Name: "sweep-images", Single: true, Every: 24 * time.Hour, Work: g.sweepWork(false)},
		{Name: "count-unused-images", Single: true, Work: g.sweepWork(true)},
	}
}

func (g *Gallery) sweepWork(dryRun bool) jobs.Work {
	return func(ctx context.Context, _ json.RawMessage, progress jobs.Progress) (any, error) {
		progress(0, "looking for images that nobody uses")
		return g.Sweep(ctx, SweepOptions{Before: g.config.DB.Now().Add(-unusedFor), DryRun: dryRun})
	}
}
