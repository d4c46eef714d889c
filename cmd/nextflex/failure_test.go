package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/nextflex/nextflex/internal/config"
)

func TestClassify(t *testing.T) {
	cancelled, cancel := context.WithCancel(t.Context())
	cancel()
	tests := []struct {
		name string
		ctx  context.Context
		err  error
		code int
		line string
	}{
		{"plain", t.Context(), errors.New("no luck"), exitFailed, "no luck"},
		{"of a library", t.Context(), fmt.Errorf("recommend: reading: %w", errors.New("als: file is damaged")), exitFailed, "reading: file is damaged"},
		{"missing file", t.Context(), fmt.Errorf("dataset: %w", &fs.PathError{Op: "stat", Path: "x.csv", Err: fs.ErrNotExist}), exitFailed, "x.csv: no such file or directory"},
		{"of a flag", t.Context(), fmt.Errorf("training: %w", &config.Error{Package: "als", Field: "Factors", Value: 9999, Want: "1 to 512"}), exitUsage, "--factors is 9999, want 1 to 512"},
		{"of no flag", t.Context(), &config.Error{Package: "als", Field: "Inner", Value: 1, Want: "2"}, exitUsage, "Inner is 1, want 2"},
		{"usage", t.Context(), usagef("odd"), exitUsage, "odd"},
		{"not found", t.Context(), fmt.Errorf("wrapped: %w", notFoundf("no such film")), exitNotFound, "no such film"},
		{"interrupted", cancelled, fmt.Errorf("als: %w", context.Canceled), exitInterrupted, "interrupted"},
		{"failed before the interruption", cancelled, errors.New("no luck"), exitFailed, "no luck"},
		{"several lines", t.Context(), errors.New("one\n  two\x1b[0m"), exitFailed, "one two[0m"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			f := classify(test.ctx, test.err)
			require.Equal(t, test.code, f.code)
			require.Equal(t, test.line, oneLine(f.err))
		})
	}
}
