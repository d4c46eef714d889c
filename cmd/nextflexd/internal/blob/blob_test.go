package blob_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/nextflex/nextflex/cmd/nextflexd/internal/blob"
	"github.com/nextflex/nextflex/cmd/nextflexd/internal/blob/blobtest"
	"github.com/nextflex/nextflex/internal/s3test"
)

func open(t *testing.T, address string) blob.Store {
	t.Helper()
	s, err := blob.Open(context.Background(), address)
	require.NoError(t, err)
	return s
}

func TestFolder(t *testing.T) {
	blobtest.Run(t, func(t *testing.T) blob.Store { return open(t, t.TempDir()) })
}

func TestFake(t *testing.T) {
	blobtest.Run(t, func(t *testing.T) blob.Store {
		service := s3test.Fake(t)
		service.Setenv(t)
		service.Bucket(t, "site")
		return open(t, service.Address("site", "prod/v1"))
	})
}

func TestGateway(t *testing.T) {
	service := s3test.Gateway(t)
	n := 0
	blobtest.Run(t, func(t *testing.T) blob.Store {
		service.Setenv(t)
		n++
		bucket := "site" + string(rune('a'+n))
		service.Bucket(t, bucket)
		return open(t, service.Address(bucket, ""))
	})
}
