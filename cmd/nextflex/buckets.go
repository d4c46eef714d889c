package main

import (
	"context"

	"github.com/nextflex/nextflex/dataset/s3"
)

// fetchAll brings what lies in S3 into the cache, and returns the paths to read
// in place of the addresses. Paths stay as they are.
func fetchAll(ctx context.Context, b *bar, addresses []string) ([]string, error) {
	paths := make([]string, len(addresses))
	for i, address := range addresses {
		var err error
		if paths[i], err = fetchFrom(ctx, b, address); err != nil {
			return nil, err
		}
	}
	return paths, nil
}

// fetchFrom is fetchAll for one address.
func fetchFrom(ctx context.Context, b *bar, address string) (string, error) {
	if !s3.Is(address) {
		return address, nil
	}
	dir, err := s3.DefaultDir()
	if err != nil {
		return "", err
	}
	b.phase("fetching " + s3.Redact(address))
	return s3.Fetch(ctx, address, dir, s3.Options{Progress: func(p s3.Progress) {
		b.phase("fetching " + p.File)
		b.set(p.Done, p.Total)
	}})
}
