package api

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/nextflex/nextflex/cmd/nextflexd/internal/search"
)

// FuzzListCursors makes sure that cursors of a client's own making name no place
// out of bounds, and that those that lists return come back as they were.
func FuzzListCursors(f *testing.F) {
	f.Add(tmdbCursor{"latest", 3, 7}.String())
	f.Add(writeOffset(20))
	f.Add("dG1kYjpsYXRlc3Q6MTow")
	f.Add("%")
	f.Fuzz(func(t *testing.T, cursor string) {
		if at, ok := readTMDBCursor(cursor); ok {
			require.True(t, at.page >= 1 && at.page <= 500 && at.index >= 0 && at.index <= 100)
			again, ok := readTMDBCursor(at.String())
			require.True(t, ok)
			require.Equal(t, at, again)
		}
		if offset, ok := readOffset(cursor); ok {
			require.True(t, offset >= 0 && offset < search.MaxOffset)
		}
	})
}
