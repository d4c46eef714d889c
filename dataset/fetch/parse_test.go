package fetch

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestContentRange(t *testing.T) {
	for _, test := range []struct {
		text          string
		first, length int64
		ok            bool
	}{
		{"bytes 100-999/1000", 100, 1000, true},
		{"bytes 0-0/1", 0, 1, true},
		{"bytes 5-9/*", 5, 0, true},
		{"bytes */1000", 0, 0, false},
		{"bytes 100-999", 0, 0, false},
		{"bytes -5-9/10", 0, 0, false},
		{"bytes 20-29/10", 20, 10, false},
		{"bytes x-9/10", 0, 0, false},
		{"pages 1-2/3", 0, 0, false},
		{"", 0, 0, false},
	} {
		first, length, ok := contentRange(test.text)
		require.Equal(t, test.ok, ok, "%q", test.text)
		if ok {
			require.Equal(t, [2]int64{test.first, test.length}, [2]int64{first, length}, "%q", test.text)
		}
	}
}

func FuzzContentRange(f *testing.F) {
	for _, s := range []string{"bytes 100-999/1000", "bytes 5-9/*", "bytes */7", "", "bytes 9223372036854775807-1/2"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		first, length, ok := contentRange(s)
		if ok && (first < 0 || length < 0 || length > 0 && length <= first) {
			t.Errorf("%q gives %d of %d", s, first, length)
		}
	})
}

func FuzzParseMD5(f *testing.F) {
	for _, s := range []string{
		"0e33842e24a9c977be4e0107933c0723  set.zip\n", "MD5 (set.zip) = 0e33842e24a9c977be4e0107933c0723", "0E33842E24A9C977BE4E0107933C0723",
		"<html>", "", "MD5 ( = x", "* *",
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		sum, err := parseMD5(s, "set.zip")
		if err != nil {
			return
		}
		if len(sum) != 32 {
			t.Errorf("%q gives %q", s, sum)
		}
		if again, err := parseMD5(sum+"  set.zip", "set.zip"); err != nil || again != sum {
			t.Errorf("%q is read as %q, %v", sum, again, err)
		}
	})
}
