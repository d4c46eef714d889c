package dataset

import (
	"context"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestOpenFoldsWithNegatives(t *testing.T) {
	files := map[string]string{
		"x.train.rating":  "7\t10\t5\t1\n7\t20\t4\t2\n8\t30\t3\t3\n8\t10\t3\t3\n",
		"x.test.rating":   "8\t20\t4\t4\n7\t30\t2\t5\n",
		"x.test.negative": "(7,30)\t10\t99\t30\t10\r\n(9,30)\t10\n\n(8,20)\t30\n",
	}
	folds, report, err := Loader{}.OpenFolds(context.Background(), writeFiles(t, files), "x")
	require.NoError(t, err)
	f := folds[0]
	require.Equal(t, []string{"8 20 4 4", "7 30 2 5"}, entries(f.Test))
	var ids [][]string
	for _, list := range f.Negatives {
		var line []string
		for _, row := range list {
			line = append(line, f.Test.Items.ID(row).String())
		}
		ids = append(ids, line)
	}
	require.Equal(t, f.Test.Len(), len(ids))
	for i, user := range f.Test.User {
		want := map[string][]string{"7": {"10", "30", "10"}, "8": {"30"}}[f.Test.Users.ID(user).String()]
		require.Equal(t, want, ids[i])
	}
	require.Equal(t, []Note{
		{Text: "sampled negatives are items without a rating and are left out", Count: 1},
		{Text: "lines of sampled negatives belong to no test rating and are left out", Count: 1},
	}, report.Notes)
}

func TestNegativesFaults(t *testing.T) {
	for _, c := range []struct{ name, text, want string }{
		{"no line", "(7,30)\t10\n", "has no line (8,20)"},
		{"no pair", "(7,30)\t10\n7,30\t10\n", `:2:1: unreadable user id: pair "7,30", want (user,item), such as (0,25)`},
		{"half a pair", "(7,30)\t10\n(8)\t10\n", `pair "(8)"`},
		{"open pair", "(7,30)\t10\n(8,20\t10\n", `pair "(8,20"`},
		{"empty item", "(7,30)\t10\t\t10\n", `:1:11: unreadable item id: item ""`},
		{"twice", "(7,30)\t10\n(7,30)\t10\n", `:2:1: duplicate: pair "(7,30)"`},
		{"long line", "(7,30)\t10\n" + strings.Repeat("1", maxNegativesLine+1), "larger than allowed"},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := readNegativesText(c.text)
			require.ErrorContains(t, err, c.want)
		})
	}
}

// readNegativesText reads negatives of the test ratings (7,30) and (8,20).
func readNegativesText(text string) ([][]int32, error) {
	users, err := NewIndex([]int64{7, 8})
	if err != nil {
		return nil, err
	}
	items, err := NewIndex([]int64{10, 20, 30})
	if err != nil {
		return nil, err
	}
	test := &Ratings{Users: users, Items: items, User: []int32{0, 1}, Item: []int32{2, 1}, Value: []float32{1, 1}}
	m := member{shown: "f", open: func() (io.ReadCloser, error) { return io.NopCloser(strings.NewReader(text)), nil }}
	lists, _, err := Loader{}.readNegatives(context.Background(), m, test)
	return lists, err
}

// FuzzNegatives: no input makes the reader panic, and what it returns are rows.
func FuzzNegatives(f *testing.F) {
	for _, text := range []string{"(7,30)\t10\t20\n(8,20)\t10\n", "(7,30)\n(8, 20)\t30\r\n", "(,)\t1\n", "(7,30)\t\t\n", "()", "\x1f\x8b\x08"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		lists, err := readNegativesText(text)
		if err != nil {
			return
		}
		require.Len(t, lists, 2)
		for _, list := range lists {
			require.NotNil(t, list)
			for _, row := range list {
				require.True(t, row >= 0 && row < 3)
			}
		}
	})
}

// TestNegativesOfNCF reads the split of the NCF papers.
func TestNegativesOfNCF(t *testing.T) {
	dir := filepath.Join(os.Getenv("NEXTFLEX_DATA"), "ml-1m-ncf")
	if os.Getenv("NEXTFLEX_DATA") == "" {
		t.Skip("needs ml-1m-ncf below NEXTFLEX_DATA: the split that came with the code of the NCF paper")
	}
	folds, _, err := Loader{}.OpenFolds(context.Background(), dir, "ml-1m")
	require.NoError(t, err)
	require.Len(t, folds, 1)
	test := folds[0].Test
	require.Len(t, folds[0].Negatives, 6040)
	own := 0
	for i, list := range folds[0].Negatives {
		require.Len(t, list, 99)
		for _, item := range list {
			if item == test.Item[i] {
				own++
			}
		}
	}
	require.Equal(t, 156, own, "lists that hold their own test item")
}
