package main

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/nextflex/nextflex/dataset"
	"github.com/nextflex/nextflex/recommend/evaluate"
	"github.com/nextflex/nextflex/recommend/evaluate/tune"
)

// standInPeer answers requests in the place of accuracy.py: its lists are those of the most
// popular items not seen, its predictions a mean plus what the settings say.
func standInPeer(work string) error {
	in := bufio.NewScanner(os.Stdin)
	for in.Scan() {
		var r request
		if err := json.Unmarshal(in.Bytes(), &r); err != nil {
			return err
		}
		answer := reply{Seconds: 1, Version: r.Packages[0] + " 1", Own: map[string]float64{"recall@20": 0}}
		if err := standInTrain(work, r); err != nil {
			answer = reply{Error: err.Error()}
		}
		if err := json.NewEncoder(os.Stdout).Encode(answer); err != nil {
			return err
		}
	}
	return in.Err()
}

func standInTrain(work string, r request) error {
	switch {
	case work == "ends":
		os.Stderr.WriteString("no memory\n")
		os.Exit(3)
	case work == "sleeps":
		time.Sleep(10 * time.Minute)
	case r.Settings.Float("shift") < 0:
		return fmt.Errorf("a shift of %v", r.Settings.Float("shift"))
	}
	m, err := readMatrix(r.Dir, r.Train)
	if err != nil {
		return err
	}
	if work == "ratings" {
		users, err := readArray[int32](r.Dir, r.Test+".user")
		if err != nil {
			return err
		}
		predicted := slices.Repeat([]float32{float32(mean(m) + r.Settings.Float("shift"))}, len(users))
		return writeArray(r.Dir, r.Out+".predicted", predicted, 0)
	}
	return writeArray(r.Dir, r.Out+".ids", popular(m, r.K), r.K)
}

// popular lists the k items with the most entries that each user has none of.
func popular(m *dataset.Matrix, k int) []int32 {
	count := make([]int, m.NumItems())
	order := make([]int32, m.NumItems())
	for _, item := range m.Index {
		count[item]++
	}
	for i := range order {
		order[i] = int32(i)
	}
	slices.SortStableFunc(order, func(a, b int32) int { return count[b] - count[a] })
	var ids []int32
	for user := range int32(m.NumUsers()) {
		seen, _ := m.Row(user)
		listed := 0
		for _, item := range order {
			if _, has := slices.BinarySearch(seen, item); !has && listed < k {
				ids = append(ids, item)
				listed++
			}
		}
		ids = append(ids, slices.Repeat([]int32{-1}, k-listed)...)
	}
	return ids
}

// smallData is a folder with a set named demo.
func smallData(t *testing.T) string {
	t.Helper()
	r, _, err := dataset.Generator{Users: 40, Items: 60, Ratings: 700, Seed: 3}.Generate(t.Context())
	require.NoError(t, err)
	text := "userId,movieId,rating,timestamp\n"
	for i := range r.Len() {
		text += fmt.Sprintf("%d,%d,%g,0\n", r.User[i]+1, r.Item[i]+1, r.Value[i])
	}
	dir := t.TempDir()
	require.NoError(t, os.Mkdir(filepath.Join(dir, "demo"), 0o700))
	require.NoError(t, os.WriteFile(filepath.Join(dir, "demo", "ratings.csv"), []byte(text), 0o600))
	return dir
}

// accuracyBench lets this test binary stand in for Python.
func accuracyBench(t *testing.T, args ...string) *bench {
	t.Helper()
	self, err := os.Executable()
	require.NoError(t, err)
	return newBench(t, append([]string{"-out", t.TempDir(), "-accuracy", "lists", "-trials", "3", "-data", smallData(t), "-python", self}, args...)...)
}

// contestOf is a contest on the small set with entrants of our choice.
func contestOf(t *testing.T, name string, entrants ...entrant) *accuracyContest {
	t.Helper()
	all := accuracyContests(1)
	c := all[slices.IndexFunc(all, func(c accuracyContest) bool { return c.name == name })]
	c.sets, c.entrants = []string{"demo"}, entrants
	return &c
}

func compete(t *testing.T, b *bench, c *accuracyContest) *accuracyResult {
	t.Helper()
	r := b.newRanking(t.Context(), c)
	require.NoError(t, b.compete(t.Context(), c, "demo", t.TempDir(), r))
	return r
}

func ourPopularity(_ context.Context, l lesson) (evaluate.Model, error) {
	return evaluate.NewPopularity(l.ratings), nil
}

// TestListsOfPeersAreMeasuredAsOurs has a peer make the lists that a model of ours makes.
func TestListsOfPeersAreMeasuredAsOurs(t *testing.T) {
	c := contestOf(t, "lists", entrant{label: "popularity", train: ourPopularity},
		entrant{label: "peer", work: "lists", packages: []string{"peer"}})
	r := compete(t, accuracyBench(t), c)
	require.Empty(t, r.Missing)
	require.Len(t, r.Standings, 2)
	ours, peer := r.Standings[0], r.Standings[1]
	require.True(t, ours.Ours)
	require.Len(t, ours.Metrics["ndcg@10"].Folds, 5)
	require.Positive(t, ours.Metrics["ndcg@10"].Mean)
	require.Equal(t, ours.Metrics, peer.Metrics)
	require.Equal(t, &paired{}, peer.Against)
	require.Equal(t, "peer 1", peer.Version)
	require.InDelta(t, slices.Max(peer.Metrics["recall@20"].Folds), peer.OwnDiffers["recall@20"], 1e-12, "the peer says 0")
	require.Contains(t, r.table(), "recall@20 as these measure it themselves differs from ours by at most")
	require.Contains(t, r.table(), "| **popularity** ")

	dir := t.TempDir()
	require.NoError(t, r.write(dir))
	text, err := os.ReadFile(filepath.Join(dir, "peers-accuracy-lists.json"))
	require.NoError(t, err)
	var back accuracyResult
	require.NoError(t, json.Unmarshal(text, &back))
	require.Equal(t, r.Sets, back.Sets)
	require.Equal(t, peer.Metrics, back.Standings[1].Metrics)
}

// TestPeersAreTunedOnTheFirstTrainSide has a peer whose predictions are off by a setting.
func TestPeersAreTunedOnTheFirstTrainSide(t *testing.T) {
	space := tune.Space{tune.Choice("shift", 0.5, 0.25, -1)}
	c := contestOf(t, "ratings",
		entrant{label: "mean", train: func(_ context.Context, l lesson) (evaluate.Model, error) {
			return evaluate.NewMean(l.ratings), nil
		}},
		entrant{label: "peer", work: "ratings", packages: []string{"peer"}, space: space, defaults: tune.Point{"shift": 0.5}})
	r := compete(t, accuracyBench(t, "-accuracy", "ratings"), c)
	require.Empty(t, r.Missing)
	ours, peer := r.Standings[0], r.Standings[1]
	require.Equal(t, tune.Point{"shift": 0.25}, peer.Settings)
	require.Equal(t, 3, peer.Trials)
	require.Equal(t, 1, peer.Failed)
	require.Contains(t, peer.Note, "a shift of -1")
	require.Less(t, ours.Metrics["rmse"].Mean, peer.Metrics["rmse"].Mean)
	require.Equal(t, 5, peer.Against.Ahead, "an error that is smaller is ahead")
	require.InDelta(t, ours.Metrics["rmse"].Mean-peer.Metrics["rmse"].Mean, peer.Against.Mean, 1e-12)
	require.Contains(t, r.Sets[0].Best, "our best, mean, has rmse")
	require.Equal(t, r.Sets[0].Train+r.Sets[0].Test, 700)
}

func TestPeersWithoutAccuracyAreNamed(t *testing.T) {
	b := accuracyBench(t)
	b.absent = []missing{{"gone==1.0", "could not be installed: no wheel"}}
	c := contestOf(t, "lists",
		entrant{label: "popularity", train: ourPopularity},
		entrant{label: "ends", work: "ends", packages: []string{"peer"}},
		entrant{label: "gone", work: "lists", packages: []string{"gone"}},
		entrant{label: "left out", work: "lists", packages: []string{"peer"}, skip: map[string]string{"demo": "too slow"}},
		entrant{label: "fails", work: "lists", packages: []string{"peer"}, defaults: tune.Point{"shift": -1.0}, space: tune.Space{tune.Fixed("shift", -1.0)}},
	)
	r := compete(t, b, c)
	require.Len(t, r.Standings, 1)
	require.Len(t, r.Missing, 4)
	for i, problem := range []string{"no memory", "no wheel", "too slow", "a shift of -1"} {
		require.Contains(t, r.Missing[i].Reason, problem)
	}
	require.Contains(t, r.table(), "**Missing: ends, demo**")

	b.runner.limit = 100 * time.Millisecond // of an answer, for which the peers above may take longer
	r = compete(t, b, contestOf(t, "lists",
		entrant{label: "popularity", train: ourPopularity},
		entrant{label: "sleeps", work: "sleeps", packages: []string{"peer"}},
	))
	require.Len(t, r.Standings, 1)
	require.Len(t, r.Missing, 1)
	require.Contains(t, r.Missing[0].Reason, "took longer than 100ms")
}

// TestEarlierResultsAreKept has a second run measure one of two entrants anew.
func TestEarlierResultsAreKept(t *testing.T) {
	out := t.TempDir()
	b := accuracyBench(t, "-out", out)
	entrants := []entrant{{label: "popularity", train: ourPopularity}, {label: "peer", work: "lists", packages: []string{"peer"}}}
	c := contestOf(t, "lists", entrants...)
	first := compete(t, b, c)
	b.peers = regexp.MustCompile("popularity")
	again := func(trials int) (*accuracyResult, error) {
		b.trials = trials
		r := b.newRanking(t.Context(), c)
		if err := r.load([]string{out, "none"}); err != nil {
			return nil, err
		}
		return r, b.compete(t.Context(), c, "demo", t.TempDir(), r)
	}
	r, err := again(3)
	require.NoError(t, err)
	require.Len(t, r.Standings, 2)
	of := func(r *accuracyResult, who string) *standing {
		return &r.Standings[slices.IndexFunc(r.Standings, func(s standing) bool { return s.Who == who })]
	}
	require.Equal(t, of(first, "peer"), of(r, "peer"))
	require.NotEqual(t, of(first, "popularity").Seconds, of(r, "popularity").Seconds)
	of(r, "peer").Commit = "abc"
	require.Contains(t, r.table(), "- of "+r.Date+", commit abc: peer on demo")
	c.entrants = append(c.entrants, entrant{label: "another", work: "lists", packages: []string{"peer"}})
	r, err = again(3)
	require.NoError(t, err)
	require.Equal(t, []missing{{"another, demo", "not run"}}, r.Missing)
	_, err = again(4)
	require.ErrorContains(t, err, "of other trials")
	c.folds = func(r *dataset.Ratings) ([]dataset.Fold, error) { return dataset.KFold(r, 2, 9) }
	_, err = again(3)
	require.ErrorContains(t, err, "the folds of demo are others")
}

func TestOurFailureStopsAContestOfAccuracy(t *testing.T) {
	b := accuracyBench(t)
	c := contestOf(t, "ratings", entrant{label: "popularity", train: ourPopularity})
	err := b.compete(t.Context(), c, "demo", t.TempDir(), b.newRanking(t.Context(), c))
	require.ErrorContains(t, err, "our own popularity: fold1: popularity predicts no ratings")
	require.ErrorContains(t, b.compete(t.Context(), c, "none", t.TempDir(), b.newRanking(t.Context(), c)), "nextflex fetch none gets it")
}

func TestFaultyAnswersOfPeersAreRefused(t *testing.T) {
	r := &dataset.Ratings{
		Users: dataset.SequentialIndex(0, 2), Items: dataset.SequentialIndex(0, 3),
		User: []int32{0, 0, 0, 1, 1}, Item: []int32{0, 1, 2, 0, 1}, Value: []float32{1, 2, 3, 4, 5},
	}
	dir := t.TempDir()
	for problem, ids := range map[string][]int32{
		"3 entries of lists for 2 users":              {0, 1, 2},
		"item 3 in the list of user 1, want -1 to 2":  {0, 1, 3, -1},
		"item -2 in the list of user 0, want -1 to 2": {-2, 1, 2, -1},
		"item 1 twice in the list of user 0":          {1, 1, 2, -1},
	} {
		require.NoError(t, writeArray(dir, "x.ids", ids, 0))
		_, err := readLists(dir, "x", r)
		require.ErrorContains(t, err, problem)
	}
	require.NoError(t, writeArray(dir, "x.ids", []int32{2, 1, 2, -1}, 2))
	l, err := readLists(dir, "x", r)
	require.NoError(t, err)
	scores := make([]float32, 3)
	require.NoError(t, l.Scores(0, scores))
	require.Equal(t, []float32{1, 2}, scores[1:])
	require.NotEqual(t, scores[0], scores[0], "what isn't listed has no score")

	require.NoError(t, writeArray(dir, "x.predicted", []float32{1}, 0))
	_, err = readPredictions(dir, "x", r)
	require.ErrorContains(t, err, "1 predictions for 5 ratings")
	_, err = givenRatings{}.Predict(1, 2)
	require.ErrorContains(t, err, "user 1 and item 2: not predicted")
}

func TestEntrantsBeginWithinTheirSpace(t *testing.T) {
	for _, c := range accuracyContests(1) {
		for _, e := range c.entrants {
			require.Equal(t, e.work == "", e.train != nil, "%s: either side", e.label)
			require.Equal(t, e.work != "", len(e.packages) > 0, e.label)
			if len(e.space) > 0 {
				require.NoError(t, e.space.Check(), e.label)
				require.True(t, e.space.Contains(e.defaults), "%s: %v", e.label, e.defaults)
			}
		}
	}
}

// TestPeersHaveTheirFunctions reads the names that accuracy.py knows.
func TestPeersHaveTheirFunctions(t *testing.T) {
	script, err := os.ReadFile("accuracy.py")
	require.NoError(t, err)
	text := string(script)
	for _, c := range accuracyContests(1) {
		for _, e := range c.entrants {
			if e.work != "" {
				require.True(t, strings.Contains(text, "\ndef "+e.work+"(fold):"), "%s: no function %s", e.label, e.work)
				for _, p := range e.space {
					require.True(t, strings.Contains(text, `s["`+p.Name+`"]`), "%s takes no %s", e.label, p.Name)
				}
			}
		}
	}
}

// TestOurEntrantsTrain runs each of ours on a small set with its defaults.
func TestOurEntrantsTrain(t *testing.T) {
	b := accuracyBench(t, "-accuracy", "lists,ratings")
	for _, c := range accuracyContests(1) {
		for _, e := range c.entrants {
			if e.work != "" {
				continue
			}
			t.Run(strings.ReplaceAll(e.label, " ", "_"), func(t *testing.T) {
				a, err := b.open(&c, "demo", filepath.Join(t.TempDir(), "x"))
				require.NoError(t, err)
				p := &player{arena: a, entrant: e}
				values, err := p.measure(t.Context(), e.defaults, 0, a.folds[0])
				require.NoError(t, err)
				require.Positive(t, values[c.metrics[0]])
			})
		}
	}
}
