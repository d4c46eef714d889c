package main

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/nextflex/nextflex/dataset"
	"github.com/nextflex/nextflex/similarity"
)

func TestParseRate(t *testing.T) {
	o, err := parseRate("E=mc²=4.5")
	require.NoError(t, err)
	require.Equal(t, "E=mc²", o.title)
	require.EqualValues(t, 4.5, o.value)
	for _, bad := range []string{"", "Alien", "=4", "Alien=", "Alien=good", "Alien=NaN", "Alien=1e99", "Alien=Inf"} {
		_, err := parseRate(bad)
		require.Error(t, err, bad)
		var f *failure
		require.ErrorAs(t, err, &f)
		require.Equal(t, exitUsage, f.code)
	}
}

func TestParseOwnRatings(t *testing.T) {
	tests := []struct {
		name, text string
		want       []ownRating
		fault      string
	}{
		{name: "ids", text: "movieId,rating\n1,4\n7,0.5\n", want: []ownRating{{id: "1", value: 4, where: "f:2"}, {id: "7", value: 0.5, where: "f:3"}}},
		{name: "a row of a set", text: "userId,movieId,rating,timestamp\n9,1,4,77\n", want: []ownRating{{id: "1", value: 4, where: "f:2"}}},
		{name: "titles with a mark of byte order", text: "\uFEFFTitle,Rating\n\"Good, the Bad\",3\n", want: []ownRating{{title: "Good, the Bad", value: 3, where: "f:2"}}},
		{name: "Letterboxd", text: "Date,Name,Year,Letterboxd URI,Rating\n2024-01-02,Alien,1979,https://boxd.it/x,4.5\n2024-01-02,Heat,1995,https://boxd.it/y,\n",
			want: []ownRating{{title: "Alien", year: 1979, value: 4.5, best: 5, where: "f:2"}}},
		{name: "IMDb", text: "Const,Your Rating,Date Rated,Title,URL,Title Type,IMDb Rating,Runtime (mins),Year\ntt0078748,9,2024-01-02,Alien,u,Movie,8.5,117,1979\n",
			want: []ownRating{{title: "Alien", year: 1979, imdb: 78748, value: 9, best: 10, where: "f:2"}}},
		{name: "empty", text: "", fault: "f is empty"},
		{name: "header alone", text: "title,rating\n", fault: "f holds no ratings"},
		{name: "no rating column", text: "title,stars\nAlien,4\n", fault: "want a column rating"},
		{name: "no film column", text: "user,rating\n1,4\n", fault: "want a column rating"},
		{name: "no number", text: "title,rating\nAlien,****\n", fault: `f:2: rating "****", want a number`},
		{name: "no name", text: "title,rating\n,4\n", fault: "f:2: the row names no film"},
		{name: "quotes", text: "title,rating\n\"Alien,4\n", fault: "f: "},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			got, err := parseOwnRatings(strings.NewReader(test.text), "f")
			if test.fault != "" {
				require.ErrorContains(t, err, test.fault)
				return
			}
			require.NoError(t, err)
			require.Equal(t, test.want, got)
		})
	}
}

func TestResolver(t *testing.T) {
	c, err := dataset.NewCatalogue("c", []dataset.Movie{
		{ID: dataset.Int(1), Title: "Hamlet", Year: 1948, IMDb: 40416},
		{ID: dataset.Int(2), Title: "Hamlet", Year: 1996, TMDB: 10549},
		{ID: dataset.Int(3), Title: "Alien", Year: 1979},
	})
	require.NoError(t, err)
	r := resolver{films: c, titles: similarity.NewTitles(c), scale: dataset.Scale{Min: 0.5, Max: 5, Step: 0.5}}
	tests := []struct {
		name string
		own  ownRating
		want int32
		kind string // of the failure
	}{
		{"title", ownRating{title: "alien", value: 4}, 2, ""},
		{"title and year", ownRating{title: "Hamlet", year: 1996, value: 4}, 1, ""},
		{"a year off", ownRating{title: "Alien", year: 1980, value: 4}, 2, ""},
		{"another film of the title", ownRating{title: "Alien", year: 2003, value: 4}, -1, kindNotFound},
		{"two of a title", ownRating{title: "Hamlet", value: 4}, -1, kindAmbiguous},
		{"id", ownRating{id: "2", value: 4}, 1, ""},
		{"unknown id", ownRating{id: "9", value: 4}, -1, kindNotFound},
		{"IMDb", ownRating{imdb: 40416, title: "Hamlet", value: 4}, 0, ""},
		{"TMDB", ownRating{tmdb: 10549, value: 4}, 1, ""},
		{"unknown TMDB", ownRating{tmdb: 1, value: 4}, -1, kindNotFound},
		{"of another scale", ownRating{title: "Alien", value: 9, best: 10}, 2, ""},
		{"off the scale", ownRating{title: "Alien", value: 9}, -1, kindUsage},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			pos, err := r.film(test.own)
			require.Equal(t, test.want, pos)
			if test.kind == "" {
				require.NoError(t, err)
				return
			}
			var f *failure
			require.ErrorAs(t, err, &f)
			require.Equal(t, test.kind, f.kind)
		})
	}
}

func FuzzParseOwnRatings(f *testing.F) {
	f.Add("movieId,rating\n1,4\n")
	f.Add("Name,Year,Rating\n\"a\nb\",1990,3.5\n")
	f.Add("Const,Your Rating\ntt01,1e40\n\xff,\"")
	f.Fuzz(func(t *testing.T, text string) {
		list, err := parseOwnRatings(strings.NewReader(text), "f")
		if err != nil {
			return
		}
		require.NotEmpty(t, list)
		for _, o := range list {
			require.NotEmpty(t, o.name())
			require.False(t, o.value-o.value != 0, "finite")
		}
	})
}
