package main

import (
	"cmp"
	"encoding/csv"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/nextflex/nextflex/dataset"
)

func TestTop(t *testing.T) {
	play(t, []scenario{
		{name: "the demo set", args: []string{"top", "-k", "5"}, golden: "top-demo", stdout: []string{simulatedCaption}},
		{name: "the demo set for programs", args: []string{"top", "-k", "5", "--json"}, check: func(t *testing.T, stdout string) {
			answer := decode[topAnswer](t, stdout)
			require.True(t, answer.Simulated)
			require.Len(t, answer.Items, 5)
			for i, item := range answer.Items {
				require.Equal(t, i+1, item.Rank)
				require.NotEmpty(t, item.Title)
			}
		}},
		{name: "a small set", files: small, args: []string{"top", "--data", "small", "--min-votes", "3"}, golden: "top-small"},
		{name: "popular", files: small, args: []string{"top", "--data", "small", "--list", "popular"}, golden: "popular-small"},
		{name: "trending", files: small, args: []string{"top", "--data", "small", "--list", "trending", "--days", "1"}, golden: "trending-small"},
		{name: "newest", files: small, args: []string{"top", "--data", "small", "--list", "newest", "-k", "2"}, golden: "newest-small"},
		{name: "genre", files: small, args: []string{"top", "--data", "small", "--list", "popular", "--genre", "thriller"}, stdout: []string{"Zürich at Noon"}, never: []string{"Comet"}},
		{name: "years", files: small, args: []string{"top", "--data", "small", "--list", "popular", "--year-from", "1962", "--year-to", "1999"},
			stdout: []string{"Harbour Lights", "Comet Riders"}, never: []string{"The Long Harbour", "2011"}},
		{name: "nothing passes", files: small, args: []string{"top", "--data", "small", "--year-from", "2030"}, stderr: []string{"no film"}},
		{name: "nothing passes for programs", files: small, args: []string{"top", "--data", "small", "--year-from", "2030", "--json"}, stdout: []string{`"items": []`}},
		{name: "interactions", files: map[string]string{"seen.txt": "0 1 2 3\n1 2 3\n2 1 3\n3 4 2 1\n"}, args: []string{"top", "--data", "seen.txt"},
			golden: "top-interactions", stderr: []string{"most frequent instead of best rated"}},
		{name: "no times", files: map[string]string{"r.csv": "userId,movieId,rating\n1,1,4\n2,1,5\n"}, args: []string{"top", "--data", "r.csv", "--list", "trending"}, stderr: []string{"no film passes: the votes have no times"}},
		{name: "unknown genre", files: small, args: []string{"top", "--data", "small", "--genre", "Western"}, code: exitNotFound,
			stderr: []string{`nextflex: no genre "Western" in the set, which has Adventure, Drama, Romance, Science Fiction, Thriller`}},
		{name: "unknown language", files: small, args: []string{"top", "--data", "small", "--language", "fr"}, code: exitNotFound, stderr: []string{"says nothing of languages"}},
		{name: "years the wrong way round", files: small, args: []string{"top", "--data", "small", "--year-from", "2000", "--year-to", "1990"}, code: exitUsage, stderr: []string{"--year-from is 2000"}},
		{name: "k too small", args: []string{"top", "-k", "0"}, code: exitUsage, stderr: []string{"nextflex: -k is 0, want 1 to 1000\n"}},
		{name: "k too large", args: []string{"top", "-k", "1001"}, code: exitUsage, stderr: []string{"nextflex: -k is 1001, want 1 to 1000\n"}},
		{name: "quantile", args: []string{"top", "--quantile", "1.5"}, code: exitUsage, stderr: []string{"--quantile is 1.5, want 0 to 1"}},
		{name: "votes", args: []string{"top", "--min-votes", "-1"}, code: exitUsage, stderr: []string{"--min-votes"}},
		{name: "young years", args: []string{"top", "--young-years", "101"}, code: exitUsage, stderr: []string{"nextflex: --young-years is 101, want 0 to 100"}},
		{name: "days", args: []string{"top", "--days", "1e9"}, code: exitUsage, stderr: []string{"--days"}},
		{name: "no such file", args: []string{"top", "--data", "nowhere"}, code: exitFailed, stderr: []string{"nextflex: nowhere: no such file or directory\n"}},
	})
}

// TestTopByHand calculates the weighted rating of ml-latest-small from its
// file alone, with nothing of this project's but the command under test.
func TestTopByHand(t *testing.T) {
	dir := realData(t, "ml-latest-small")
	type film struct {
		id    int64
		votes float64
		sum   float64
		score float64
	}
	f, err := os.Open(filepath.Join(dir, "ratings.csv"))
	require.NoError(t, err)
	defer f.Close()
	rows, err := csv.NewReader(f).ReadAll()
	require.NoError(t, err)
	films := map[int64]*film{}
	for _, row := range rows[1:] {
		id, err := strconv.ParseInt(row[1], 10, 64)
		require.NoError(t, err)
		value, err := strconv.ParseFloat(row[2], 64)
		require.NoError(t, err)
		if films[id] == nil {
			films[id] = &film{id: id}
		}
		films[id].votes++
		films[id].sum += value
	}
	require.Len(t, rows, 1+100836)
	// C is the mean over films of their means, m the smallest number of votes
	// that nine tenths of the films don't exceed.
	var votes []float64
	var mean float64
	for _, f := range films {
		votes = append(votes, f.votes)
		mean += f.sum / f.votes / float64(len(films))
	}
	slices.Sort(votes)
	least := votes[int(math.Ceil(0.9*float64(len(votes))))-1]
	var list []*film
	for _, f := range films {
		if f.votes >= least {
			f.score = f.votes/(f.votes+least)*(f.sum/f.votes) + least/(f.votes+least)*mean
			list = append(list, f)
		}
	}
	slices.SortFunc(list, func(a, b *film) int { return cmp.Or(cmp.Compare(b.score, a.score), cmp.Compare(a.id, b.id)) })

	stdout, stderr, code := scenario{args: []string{"top", "--data", dir, "-k", "10", "--json"}}.run(t.Context())
	require.Zero(t, code, stderr)
	answer := decode[topAnswer](t, stdout)
	require.Equal(t, "ml-latest-small", answer.Set)
	require.False(t, answer.Simulated)
	require.InDelta(t, mean, *answer.Mean, 1e-9)
	require.InDelta(t, least, *answer.MinVotes, 1e-9)
	require.Len(t, answer.Items, 10)
	for i, item := range answer.Items {
		require.Equal(t, dataset.Int(list[i].id), item.ID, "rank %d", i+1)
		require.InDelta(t, list[i].score, item.Score, 1e-6)
		require.InDelta(t, list[i].sum/list[i].votes, item.Mean, 1e-6)
		require.InDelta(t, list[i].votes, item.Votes, 1e-9)
	}
}
