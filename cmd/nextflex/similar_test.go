package main

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestSimilar(t *testing.T) {
	play(t, []scenario{
		{name: "the demo set", args: []string{"similar", "The Third Man", "-k", "5"}, golden: "similar-demo"},
		{name: "explained", args: []string{"similar", "The Third Man", "-k", "3", "--explain"}, golden: "similar-demo-explained"},
		{name: "for programs", args: []string{"similar", "the third man", "-k", "4", "--json", "--explain"}, check: func(t *testing.T, stdout string) {
			answer := decode[similarAnswer](t, stdout)
			require.Equal(t, "The Third Man", answer.Film.Title)
			require.Len(t, answer.Items, 4)
			for i, item := range answer.Items {
				require.NotEqual(t, answer.Film.ID, item.ID)
				require.Equal(t, i+1, item.Rank)
				require.NotEmpty(t, item.Reasons)
				var sum float64
				for _, r := range item.Reasons {
					sum += r.Part
				}
				require.InDelta(t, item.Score, sum, 1e-4, "the reasons add up to the score")
				require.Greater(t, item.Score, 0.0)
			}
		}},
		{name: "by id", files: small, args: []string{"similar", "--data", "small", "--id", "1"}, stdout: []string{"Most like The Long Harbour (1961)", "Harbour Lights"}},
		{name: "a small set", files: small, args: []string{"similar", "--data", "small", "long harbour, the"}, golden: "similar-small", stderr: []string{"no more than its genres is known"}},
		{name: "several of a title", files: small, args: []string{"similar", "--data", "small", "comet riders"}, code: exitNotFound,
			stderr: []string{`nextflex: 2 films are called "comet riders"; add the year, or name one by its id:`, "  Comet Riders (1999)  [id 3]\n", "  Comet Riders (2011)  [id 4]\n"}},
		{name: "several of a title for programs", files: small, args: []string{"similar", "--data", "small", "comet riders", "--json"}, code: exitNotFound, golden: "similar-ambiguous-json"},
		{name: "told apart by the year", files: small, args: []string{"similar", "--data", "small", "Comet Riders (2011)", "-k", "1"}, stdout: []string{"Most like Comet Riders (2011)", "1999"}},
		{name: "accents", files: small, args: []string{"similar", "--data", "small", "zurich at noon"}},
		{name: "unknown title", files: small, args: []string{"similar", "--data", "small", "Harbor Lights"}, code: exitNotFound,
			stderr: []string{`nextflex: no film is called "Harbor Lights"; near titles:`, "  Harbour Lights (1962)  [id 2]\n"}},
		{name: "unknown id", files: small, args: []string{"similar", "--data", "small", "--id", "99"}, code: exitNotFound, stderr: []string{`no film has the id "99"`}},
		{name: "no title", args: []string{"similar"}, code: exitUsage, stderr: []string{"want a title or --id"}},
		{name: "title and id", args: []string{"similar", "Alien", "--id", "3"}, code: exitUsage, stderr: []string{"want a title or --id"}},
		{name: "k", args: []string{"similar", "Alien", "-k", "0"}, code: exitUsage, stderr: []string{"nextflex: -k is 0"}},
		{name: "ratings alone", files: map[string]string{"r.csv": small["small/ratings.csv"]}, args: []string{"similar", "--data", "r.csv", "Alien"}, code: exitFailed, stderr: []string{"no films"}},
		{name: "genre", files: small, args: []string{"similar", "--data", "small", "Comet Riders (1999)", "--genre", "Drama"}, never: []string{"2011"}},
		{name: "no such file", args: []string{"similar", "--data", "nowhere", "Alien"}, code: exitFailed, stderr: []string{"nextflex: nowhere: no such file or directory\n"}},
	})
}

// TestSimilarFindsTheTrilogy asks imdb-5000, whose keywords, cast and director
// come from people.
func TestSimilarFindsTheTrilogy(t *testing.T) {
	dir := realData(t, "imdb-5000")
	stdout, stderr, code := scenario{args: []string{"similar", "--data", dir, "The Dark Knight", "-k", "10", "--json"}}.run(t.Context())
	require.Zero(t, code, stderr)
	answer := decode[similarAnswer](t, stdout)
	require.Len(t, answer.Items, 10)
	var first []string
	for _, item := range answer.Items[:5] {
		first = append(first, item.Title)
	}
	require.Contains(t, first, "Batman Begins")
	require.Contains(t, first, "The Dark Knight Rises")
	require.True(t, slices.IsSortedFunc(answer.Items, func(a, b similarFilm) int {
		if a.Score > b.Score {
			return -1
		}
		return 1
	}))
}
