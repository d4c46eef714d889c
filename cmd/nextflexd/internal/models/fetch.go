package models

import (
	"context"
	"log/slog"
	"slices"
	"time"

	"github.com/nextflex/nextflex/dataset/s3"
)

// Fetch brings what lies in S3 into the folder cache, that of the user where it
// is empty, and returns the paths to read in place of the addresses. Paths stay
// as they are.
func Fetch(ctx context.Context, addresses []string, cache string, log *slog.Logger) ([]string, error) {
	paths := slices.Clone(addresses)
	for i, address := range addresses {
		if !s3.Is(address) {
			continue
		}
		var err error
		if cache == "" {
			if cache, err = s3.DefaultDir(); err != nil {
				return nil, err
			}
		}
		started := time.Now()
		if paths[i], err = s3.Fetch(ctx, address, cache, s3.Options{}); err != nil {
			return nil, err
		}
		log.Info("fetched", "from", s3.Redact(address), "seconds", time.Since(started).Round(time.Millisecond).Seconds())
	}
	return paths, nil
}
