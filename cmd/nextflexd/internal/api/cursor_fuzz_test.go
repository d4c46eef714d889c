package api

import (
	"testing"

	"github.com/stretchr/testify/require"
)

// FuzzReadCursor makes sure that no cursor of a client's own making does harm, and
// that those that lists return come back as they were.
func FuzzReadCursor(f *testing.F) {
	f.Add(ratingKey{Sort: "newest", At: 5, Movie: "1"}.cursor(), "newest")
	f.Add("e30", "title")
	f.Add("%", "")
	f.Fuzz(func(t *testing.T, cursor, sort string) {
		key, err := readCursor(cursor, sort)
		if err != nil {
			return
		}
		require.Equal(t, sort, key.Sort)
		again, err := readCursor(key.cursor(), sort)
		require.NoError(t, err)
		require.Zero(t, key.compare(again))
	})
}

// FuzzNumber reads numbers as the original site's clients send them.
func FuzzNumber(f *testing.F) {
	f.Add([]byte(`"12"`))
	f.Add([]byte(`12`))
	f.Add([]byte(`{`))
	f.Fuzz(func(t *testing.T, data []byte) {
		var n Number
		if err := n.UnmarshalJSON(data); err == nil && n == 0 {
			require.Equal(t, 10, n.or(10))
		}
	})
}
