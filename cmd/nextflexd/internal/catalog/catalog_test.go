package catalog_test

import (
	"encoding/base64"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/nextflex/nextflex/cmd/nextflexd/internal/catalog"
	"github.com/nextflex/nextflex/dataset"
	"github.com/nextflex/nextflex/ranking"
)

func films(t *testing.T) (*dataset.Catalogue, *catalog.Catalog) {
	t.Helper()
	list, err := dataset.NewCatalogue("test", []dataset.Movie{
		{ID: dataset.Int(1), Title: "beta", Year: 1990, VoteCount: 50, VoteAverage: 8, Genres: []string{"Drama"}},
		{ID: dataset.Int(2), Title: "Alpha", Year: 2001, Released: "2001-05-01", VoteCount: 90, VoteAverage: 6, Genres: []string{"Comedy", "Drama"}},
		{ID: dataset.Int(3), Title: "gamma", Language: "ja", Year: 2001, Released: "2001-07-01", VoteCount: 10, VoteAverage: 9},
		{ID: dataset.Int(4), Title: "delta", Year: 2030},
		{ID: dataset.Int(5), Title: "epsilon", Year: 2026, Released: "2026-02-01"},
		{ID: dataset.Int(6), Title: "undated"},
	})
	require.NoError(t, err)
	ranks, err := ranking.New(&dataset.Set{Name: "test", Catalogue: list}, ranking.Config{KeepFew: true})
	require.NoError(t, err)
	return list, catalog.New(list, ranks, "2026-01-15")
}

func TestOrders(t *testing.T) {
	list, c := films(t)
	for order, want := range map[catalog.Order][]string{
		catalog.Latest:   {"gamma", "Alpha", "beta", "undated"},
		catalog.Upcoming: {"epsilon", "delta"},
		catalog.Popular:  {"Alpha", "beta", "gamma", "delta", "epsilon", "undated"},
		catalog.Title:    {"Alpha", "beta", "delta", "epsilon", "gamma", "undated"},
	} {
		page, err := c.List(order, nil, 10, "")
		require.NoError(t, err)
		require.Empty(t, page.Next)
		var titles []string
		for _, pos := range page.Positions {
			titles = append(titles, list.Movies[pos].Title)
		}
		require.Equal(t, want, titles, order)
	}
	require.Equal(t, []catalog.Genre{{Name: "Comedy", Films: 1}, {Name: "Drama", Films: 2}}, c.Genres())
	count, mean := c.Votes(1)
	require.Equal(t, 90.0, count)
	require.InDelta(t, 6, mean, 1e-6)
	require.GreaterOrEqual(t, c.Top(), int32(0))
}

func TestPages(t *testing.T) {
	_, c := films(t)
	var all []int32
	cursor := ""
	for {
		page, err := c.List(catalog.Title, nil, 4, cursor)
		require.NoError(t, err)
		all = append(all, page.Positions...)
		if cursor = page.Next; cursor == "" {
			break
		}
	}
	require.Len(t, all, 6)
	page, err := c.List(catalog.Popular, dataset.ByGenre("drama"), 1, "")
	require.NoError(t, err)
	require.Equal(t, []int32{1}, page.Positions)
	page, err = c.List(catalog.Popular, dataset.ByGenre("drama"), 1, page.Next)
	require.NoError(t, err)
	require.Equal(t, []int32{0}, page.Positions)
	require.Empty(t, page.Next)
}

func TestMembers(t *testing.T) {
	list, c := films(t)
	for order, want := range map[catalog.Order]string{catalog.Upcoming: "delta epsilon", catalog.Latest: "Alpha beta gamma undated"} {
		page, err := c.List(catalog.Title, c.Member(order), 10, "")
		require.NoError(t, err)
		var titles []string
		for _, pos := range page.Positions {
			titles = append(titles, list.Movies[pos].Title)
		}
		require.Equal(t, want, strings.Join(titles, " "))
	}
	require.Nil(t, c.Member(catalog.Popular))
	require.Equal(t, []catalog.Language{{Code: "ja", Films: 1}}, c.Languages())
}

func TestRefusals(t *testing.T) {
	_, c := films(t)
	_, err := c.List("best", nil, 10, "")
	require.ErrorContains(t, err, `"best"`)
	for _, inside := range []string{"", "latest:-1", "latest:x", "title:1", "latest:99999999999999999999"} {
		cursor := base64.RawURLEncoding.EncodeToString([]byte(inside))
		if inside == "" {
			cursor = "%"
		}
		_, err = c.List(catalog.Latest, nil, 10, cursor)
		require.ErrorIs(t, err, catalog.ErrBadCursor, inside)
	}
	page, err := c.List(catalog.Latest, nil, 10, base64.RawURLEncoding.EncodeToString([]byte("latest:4000")))
	require.NoError(t, err)
	require.Empty(t, page.Positions)
}

// FuzzCursor makes sure that no cursor of a client's own making does harm.
func FuzzCursor(f *testing.F) {
	f.Add("bGF0ZXN0OjIw")
	f.Add("")
	f.Add("bGF0ZXN0Oi0x")
	list, err := dataset.NewCatalogue("fuzz", []dataset.Movie{{ID: dataset.Int(1), Title: "one", Year: 2000}})
	require.NoError(f, err)
	ranks, err := ranking.New(&dataset.Set{Name: "fuzz", Catalogue: list}, ranking.Config{})
	require.NoError(f, err)
	c := catalog.New(list, ranks, "2026-01-15")
	f.Fuzz(func(t *testing.T, cursor string) {
		page, err := c.List(catalog.Latest, nil, 10, cursor)
		if err == nil {
			require.LessOrEqual(t, len(page.Positions), 1)
		}
	})
}
