package imports

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestParseStars(t *testing.T) {
	for _, test := range []struct {
		text    string
		of      float64
		stars   float64
		rounded bool
	}{
		{"0.5", 5, 0.5, false}, {"5", 5, 5, false}, {"3,5", 5, 3.5, false}, {"3.74", 5, 3.5, true}, {"3.75", 5, 4, true}, {"4.9", 5, 5, true}, {"0.6", 5, 0.5, true},
		{"1", 10, 0.5, false}, {"7", 10, 3.5, false}, {"10", 10, 5, false}, {"7.5", 10, 4, true}, {"1.2", 10, 0.5, true},
	} {
		stars, rounded, err := parseStars(test.text, test.of)
		require.NoError(t, err, test.text)
		require.Equal(t, test.stars, stars, test.text)
		require.Equal(t, test.rounded, rounded, test.text)
	}
	for text, of := range map[string]float64{"0": 5, "0.4": 5, "5.1": 5, "-1": 5, "": 5, "nan": 5, "Inf": 5, "1e400": 5, "0.5": 10, "11": 10, "7/10": 10} {
		_, _, err := parseStars(text, of)
		require.Error(t, err, text)
	}
}

func TestParseTime(t *testing.T) {
	for text, want := range map[string]string{
		"2021-02-03": "2021-02-03", "2021-02-03T04:05:06Z": "2021-02-03", "2021-02-03 04:05:06": "2021-02-03", "1612324800": "2021-02-03", "1612324800000": "2021-02-03",
		"Wed Feb  3 00:00:00 2021": "2021-02-03", "3 Feb 2021": "2021-02-03", "Feb 3, 2021": "2021-02-03", "3.2.2021": "2021-02-03", "2021/02/03": "2021-02-03",
	} {
		require.Equal(t, want, parseTime(text).Format(time.DateOnly), text)
	}
	for _, text := range []string{"", "3/2/2021", "yesterday", "0", "-5", "1950-01-01", "9999-01-01", "99999999999999999"} {
		require.True(t, parseTime(text).IsZero(), text)
	}
}

func TestParseID(t *testing.T) {
	for text, want := range map[string]int64{"": 0, "0": 0, "862": 862, "tt0114709": 114709, "0114709": 114709, "862.0": 862} {
		id, err := parseID(text)
		require.NoError(t, err, text)
		require.Equal(t, want, id, text)
	}
	for _, text := range []string{"tt", "x", "-1", "99999999999999999999"} {
		_, err := parseID(text)
		require.Error(t, err, text)
	}
	for text, want := range map[string]int64{"https://www.imdb.com/title/tt0114709/?ref=x": 114709, "http://m.imdb.com/title/tt10872600": 10872600, "https://boxd.it/2aMi": 0, "/title/tt": 0, "/title/tt99999999999999999999": 0} {
		require.Equal(t, want, idOfURL(text), text)
	}
}

func TestReadName(t *testing.T) {
	for text, want := range map[string]name{
		"Toy Story (1995)": {letters: "Toy Story", folded: "toy story", core: "toy story", year: 1995},
		"City of Lost Children, The (Cité des enfants perdus, La) (1995)": {letters: "City of Lost Children, The (Cité des enfants perdus, La)",
			folded: "city of lost children the cite des enfants perdus la", core: "city of lost children the cite des enfants perdus la", others: []string{"city of lost children", "cite des enfants perdus"}, year: 1995},
		"Avventura, L' (Adventure, The) (1960)": {letters: "Avventura, L' (Adventure, The)", folded: "avventura l adventure the", core: "avventura l adventure the", others: []string{"lavventura", "adventure"}, year: 1960},
		"Matrix, The":                           {letters: "The Matrix", folded: "the matrix", core: "matrix"},
		"Me, Myself, and I":                     {letters: "Me, Myself, and I", folded: "me myself and i", core: "me myself and i"},
		"Romeo & Juliet":                        {letters: "Romeo & Juliet", folded: "romeo and juliet", core: "romeo and juliet"},
		"The":                                   {letters: "The", folded: "the", core: "the"},
		"$":                                     {letters: "$", folded: "$", core: "$"},
		"(500)":                                 {letters: "(500)", folded: "500", core: "500"},
		"Twin Peaks (1989-1990)":                {letters: "Twin Peaks", folded: "twin peaks", core: "twin peaks", year: 1989},
		"":                                      {},
	} {
		require.Equal(t, want, readName(text), text)
	}
}
