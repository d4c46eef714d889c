package main

import (
	"fmt"
	"io"
	"strings"

	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"
)

// packed returns a writer that packs as the name asks: .gz, .zst or plain. The
// caller closes it before the writer below.
func packed(w io.Writer, name string) (io.WriteCloser, error) {
	switch {
	case strings.HasSuffix(name, ".gz"):
		return gzip.NewWriter(w), nil
	case strings.HasSuffix(name, ".zst"):
		z, err := zstd.NewWriter(w)
		if err != nil {
			return nil, fmt.Errorf("zstd: %w", err)
		}
		return z, nil
	}
	return plainWriter{w}, nil
}

// plainWriter closes nothing: the writer below belongs to the caller.
type plainWriter struct{ io.Writer }

func (plainWriter) Close() error { return nil }
