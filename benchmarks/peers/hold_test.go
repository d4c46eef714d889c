package main

import (
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/nextflex/nextflex/benchmarks/internal/sets"
)

// TestMain lets the test binary do our side, as the program does, and stand in for a
// peer's in contests of accuracy.
func TestMain(m *testing.M) {
	if len(os.Args) == 3 && os.Args[1] == workCommand {
		if err := work(context.Background(), os.Args[2]); err != nil {
			os.Stderr.WriteString(err.Error() + "\n")
			os.Exit(1)
		}
		os.Exit(0)
	}
	if len(os.Args) == 3 && os.Args[1] == accuracyScript {
		if err := standInPeer(os.Args[2]); err != nil {
			os.Stderr.WriteString(err.Error() + "\n")
			os.Exit(1)
		}
		os.Exit(0)
	}
	os.Exit(m.Run())
}

// standIn writes a program that answers in the place of Python.
func standIn(t *testing.T, script string) string {
	t.Helper()
	if runtime.GOOS == "windows" {
		t.Skip("the stand-in for Python is a shell script")
	}
	path := filepath.Join(t.TempDir(), "python")
	require.NoError(t, os.WriteFile(path, []byte("#!/bin/sh\n"+script), 0o700))
	return path
}

// smallestSet makes the cache hold a set of 20,000 ratings for a case to read.
func smallestSet(t *testing.T) string {
	t.Helper()
	t.Setenv(sets.CacheEnv, t.TempDir())
	path, err := sets.Plan{}.Scaling()[0].CSV(t.Context())
	require.NoError(t, err)
	return path
}

func loadTwice(path string, peers ...contender) *contest {
	return &contest{
		name: "load", title: "Reading", per: "file", rate: "ratings/s", agree: sameSums,
		ours: contender{label: "nextflex", work: "load"}, peers: peers,
		cases:   []contestCase{{label: "20k", amount: 20_000, task: task{CSV: path, Repeat: 2}}},
		prepare: func(context.Context, string) error { return nil },
	}
}

func newBench(t *testing.T, args ...string) *bench {
	t.Helper()
	b, err := parse(append([]string{"-rounds", "2", "-threads", "1"}, args...))
	require.NoError(t, err)
	return b
}

func TestHoldTakesTurnsAndCompares(t *testing.T) {
	path := smallestSet(t)
	// The answer of a peer that read other ratings, in a second.
	b := newBench(t, "-python", standIn(t, `echo noise; echo '{"times": [9, 1], "peak_mb": 50, "version": "peer 1", "check": {"ratings": 19999, "sum": 1}}'`))
	c := loadTwice(path, contender{label: "peer", work: "load_peer", packages: []string{"peer"}})
	r, err := b.hold(t.Context(), c, t.TempDir())
	require.NoError(t, err)
	require.Empty(t, r.Missing)
	require.Len(t, r.Rows, 2)
	ours, peer := r.Rows[0], r.Rows[1]
	require.True(t, ours.Ours)
	require.Len(t, ours.Rounds, 2)
	require.Equal(t, []float64{1, 1}, peer.Rounds, "the first time of a process is a warm-up")
	require.InEpsilon(t, 20_000, peer.Rate, 1e-9)
	require.InEpsilon(t, (1/ours.Rounds[0]+1/ours.Rounds[1])/2, peer.Ratio, 1e-9)
	require.LessOrEqual(t, peer.Low, peer.High)
	require.False(t, peer.Agrees)
	require.Contains(t, peer.Agreement, "19999 ratings of sum 1.0, ours 20000 of")
	require.Contains(t, r.table(), "**no**: 19999 ratings")
	require.Contains(t, r.table(), "- peer: peer 1")

	dir := t.TempDir()
	require.NoError(t, r.write(dir))
	text, err := os.ReadFile(filepath.Join(dir, "peers-load.json"))
	require.NoError(t, err)
	var back result
	require.NoError(t, json.Unmarshal(text, &back))
	require.Equal(t, *r, back)
}

func TestPeersThatFailAreNamed(t *testing.T) {
	path := smallestSet(t)
	peer := contender{label: "peer", work: "load_peer", packages: []string{"peer"}}
	for name, c := range map[string]struct{ script, problem string }{
		"fails":     {`echo "ImportError: no such thing" >&2; exit 1`, "ImportError: no such thing"},
		"no answer": {`echo hello`, "the answer of load_peer"},
		"no times":  {`echo '{"times": []}'`, "gave no times"},
	} {
		t.Run(name, func(t *testing.T) {
			b := newBench(t, "-python", standIn(t, c.script))
			r, err := b.hold(t.Context(), loadTwice(path, peer), t.TempDir())
			require.NoError(t, err)
			require.Len(t, r.Rows, 1, "ours alone")
			require.Len(t, r.Missing, 1)
			require.Equal(t, "peer, 20k", r.Missing[0].Who)
			require.Contains(t, r.Missing[0].Reason, c.problem)
			require.Contains(t, r.table(), "**Missing: peer, 20k**")
		})
	}
}

// TestSlowPeersAreEnded has the limit alone end a peer: our own side of a contest
// may take longer than that where the machine is busy.
func TestSlowPeersAreEnded(t *testing.T) {
	b := newBench(t, "-python", standIn(t, "exec sleep 600"), "-limit", "100ms")
	_, err := b.runner.do(t.Context(), false, task{Work: "load_peer"})
	require.ErrorContains(t, err, "took longer than 100ms")
}

func TestPeersThatCouldNotBeInstalledAreNamed(t *testing.T) {
	path := smallestSet(t)
	file := filepath.Join(t.TempDir(), "missing.tsv")
	require.NoError(t, os.WriteFile(file, []byte("peer==1.0\tno wheel\n"), 0o600))
	b := newBench(t, "-python", standIn(t, "exit 1"), "-missing", file)
	r, err := b.hold(t.Context(), loadTwice(path, contender{label: "A peer", work: "x", packages: []string{"peer"}}), t.TempDir())
	require.NoError(t, err)
	require.Equal(t, []missing{{"A peer", "could not be installed: no wheel"}}, r.Missing)
	require.Len(t, r.Rows, 1)
	require.Len(t, r.Rows[0].Rounds, 2, "we run without it")
}

func TestOurFailureStops(t *testing.T) {
	b := newBench(t)
	_, err := b.hold(t.Context(), loadTwice(filepath.Join(t.TempDir(), "none.csv")), t.TempDir())
	require.ErrorContains(t, err, "our own run of 20k")
	require.ErrorContains(t, err, "none.csv")
}

func TestTuneTakesTheFasterBLAS(t *testing.T) {
	b := newBench(t, "-python", standIn(t, `echo "{\"times\": [$OPENBLAS_NUM_THREADS]}"`))
	b.threads = 2
	s := &score{contender: contender{label: "peer", blas: true}}
	r := &result{}
	require.NoError(t, b.tune(t.Context(), r, s, map[string]int{}))
	require.Equal(t, 1, s.task.BLAS)
	require.Equal(t, []string{"peer with BLAS threads 1: 1 s, 2: 2 s"}, r.Notes)
	b.runner.python = standIn(t, `echo "{\"times\": [$((3 - OPENBLAS_NUM_THREADS))]}"`)
	require.NoError(t, b.tune(t.Context(), r, s, map[string]int{}))
	require.Equal(t, 2, s.task.BLAS)
}

func TestEnvironmentLetsOpenBLASChoose(t *testing.T) {
	t.Setenv("OPENBLAS_CORETYPE", "Other")
	env := strings.Join(environment(task{Threads: 2, BLAS: 1}), "\n")
	require.NotContains(t, env, "OPENBLAS_CORETYPE")
	require.Contains(t, env, "OPENBLAS_NUM_THREADS=1\n")
	require.Contains(t, env, "POLARS_MAX_THREADS=2\n")
}

func TestParseRefuses(t *testing.T) {
	for args, problem := range map[string]string{
		"-size large": `size is "large", want small or full`,
		"-rounds 0":   "rounds is 0",
		"-threads 0":  "threads is 0",
		"-jobs x":     `no job "x"`,
		"-cases (":    "cases: error parsing",
		"-peers (":    "peers: error parsing",
		"more":        `unexpected "more"`,
		"-missing /x": "no such file",
		"-accuracy x": `no contest of accuracy "x", want lists or ratings`,
		"-trials 0":   "trials is 0, want 1 to",
	} {
		_, err := parse(strings.Fields(args))
		require.ErrorContains(t, err, problem, args)
	}
}

// TestEveryContestWorks does our side of each case of each contest on small data,
// and compares it with itself.
func TestEveryContestWorks(t *testing.T) {
	if testing.Short() {
		t.Skip("trains on every set")
	}
	t.Setenv(sets.CacheEnv, t.TempDir())
	for _, c := range contests(sets.Plan{}) {
		t.Run(c.name, func(t *testing.T) {
			b, dir := newBench(t), t.TempDir()
			b.threads = 2
			require.NoError(t, c.prepare(t.Context(), dir))
			k := c.cases[0]
			s := b.start(c.ours, k, dir)
			s.task.Iterations = min(s.task.Iterations, 2)
			a, err := b.turn(t.Context(), contestCase{label: k.label, later: k.later}, 0, s, true)
			require.NoError(t, err)
			require.Positive(t, a.seconds())
			if c.agree != nil {
				v, err := c.agree(withOut(s.task), s.work, a, a)
				require.NoError(t, err)
				require.True(t, v.ok, v.text)
			}
		})
	}
}

// withOut is the task of the first round.
func withOut(t task) task {
	t.Out = outOf(t.Work)
	return t
}

func TestCommandIsToldWithoutPlaces(t *testing.T) {
	b, err := parse([]string{"-python", "/somewhere/python", "-size", "full", "-out", "/somewhere", "-rounds=2"})
	require.NoError(t, err)
	require.Equal(t, "benchmarks/peers/run -rounds 2 -size full", b.command)
}

func TestMedian(t *testing.T) {
	require.InDelta(t, 2, median([]float64{3, 1, 2}), 0)
	require.InDelta(t, 1.5, median([]float64{2, 1}), 0)
	require.InDelta(t, 0, median(nil), 0)
	require.Equal(t, "1,234,568", thousands(1234567.8))
	require.Equal(t, "999", thousands(999))
}
