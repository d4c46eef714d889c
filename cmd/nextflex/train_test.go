package main

import (
	"fmt"
	"os"
	"runtime"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/nextflex/nextflex/als"
	"github.com/nextflex/nextflex/dataset"
)

func TestTrain(t *testing.T) {
	play(t, []scenario{
		{name: "a small set", files: small, args: []string{"train", "--data", "small", "--factors", "3", "--iterations", "4", "--out", "m.nfm"},
			stdout: []string{"Model m.nfm", "explicit ALS with biases", "14 ratings of 6 users and 5 items", "after the first"},
			check: func(t *testing.T, _ string) {
				m, err := als.Load("m.nfm")
				require.NoError(t, err)
				require.Equal(t, 3, m.Config().Factors)
				require.Equal(t, "trained on small", m.Provenance().Note)
				alone(t, "m.nfm", "small")
			}},
		{name: "for programs", files: small, args: []string{"train", "--data", "small", "--factors", "2", "--iterations", "3", "--seed", "7", "--no-bias", "--out", "m.nfm", "--json"},
			check: func(t *testing.T, stdout string) {
				answer := decode[trainAnswer](t, stdout)
				require.Equal(t, "m.nfm", answer.Model)
				require.Equal(t, 14, answer.Ratings)
				require.Len(t, answer.Losses, 3)
				require.Equal(t, 3, answer.Best)
				require.True(t, answer.Config.NoBias)
				require.EqualValues(t, 7, answer.Config.Seed)
				info, err := os.Stat("m.nfm")
				require.NoError(t, err)
				require.Equal(t, info.Size(), answer.Bytes)
			}},
		{name: "who rated what and films", args: []string{"train", "--rated", "--features", "--factors", "4", "--iterations", "2", "--out", "m.nfm"},
			stdout: []string{"explicit ALS with biases, with who rated what and features of films"},
			check: func(t *testing.T, _ string) {
				m, err := als.Load("m.nfm")
				require.NoError(t, err)
				require.True(t, m.Config().Rated)
				_, err = m.FoldInItemWith(als.Features{Columns: []int32{0}, Values: []float32{1}}, nil, nil)
				require.NoError(t, err, "the weights of the films' features are there")
			}},
		{name: "features of nothing", files: map[string]string{"r.csv": "userId,movieId,rating\n1,1,4\n1,2,3\n2,1,4\n2,2,5\n"}, args: []string{"train", "--data", "r.csv", "--features", "--out", "m.nfm"},
			code: exitUsage, stderr: []string{"--features needs films or people, and r has none"}},
		{name: "implicit and rated", args: []string{"train", "--implicit", "--rated", "--out", "m.nfm"}, code: exitUsage, stderr: []string{"--rated and --features are not for --implicit"}},
		{name: "validated", args: []string{"train", "--validate", "0.1", "--factors", "8", "--out", "m.nfm", "--json"}, check: func(t *testing.T, stdout string) {
			answer := decode[trainAnswer](t, stdout)
			require.True(t, answer.Simulated)
			require.Equal(t, "rmse", answer.Measure)
			require.Len(t, answer.Validation, len(answer.Losses))
			require.InDelta(t, 9.0, float64(answer.Ratings)/float64(answer.HeldOut), 0.01)
			for _, v := range answer.Validation {
				require.GreaterOrEqual(t, v, answer.Validation[answer.Best-1])
			}
		}},
		{name: "implicit", files: small, args: []string{"train", "--data", "small", "--implicit", "--alpha", "2", "--factors", "2", "--out", "m.nfm"},
			stdout: []string{"implicit ALS", "alpha"}},
		{name: "confidence", args: []string{"train", "--implicit", "--min-rating", "4", "--confidence", "constant", "--half-life", "365", "--activity", "0.5", "--factors", "2", "--iterations", "2", "--out", "m.nfm"},
			stdout: []string{"constant", "ratings of 4 and more", "activity", "0.5"}, check: func(t *testing.T, _ string) {
				m, err := als.Load("m.nfm")
				require.NoError(t, err)
				require.Equal(t, als.Constant, m.Config().Confidence)
				require.Equal(t, 4.0, m.Config().Threshold)
				require.NotEmpty(t, m.Provenance().Weights)
				require.Equal(t, "trained on demo, strengths halved after 365 days", m.Provenance().Note)
			}},
		{name: "interactions taken for grades", files: map[string]string{"seen.txt": "0 1 2 3\n1 2 3\n2 1 4\n3 4 2 1\n"},
			args: []string{"train", "--data", "seen.txt", "--out", "m.nfm"}, code: exitUsage, stderr: []string{"add --implicit"}},
		{name: "factors", files: small, args: []string{"train", "--data", "small", "--factors", "1000", "--out", "m.nfm"}, code: exitUsage, stderr: []string{"nextflex: --factors is 1000, want 1 to 512\n"}},
		{name: "iterations", files: small, args: []string{"train", "--data", "small", "--iterations=-1", "--out", "m.nfm"}, code: exitUsage, stderr: []string{"--iterations is -1"}},
		{name: "validation", files: small, args: []string{"train", "--data", "small", "--validate", "1.5", "--out", "m.nfm"}, code: exitUsage, stderr: []string{"--validate is 1.5"}},
		{name: "no place to write", files: small, args: []string{"train", "--data", "small", "--out", "nowhere/m.nfm"}, code: exitFailed,
			stderr: []string{"nextflex: nowhere/m.nfm cannot be written: no such file or directory\n"}},
		{name: "a directory in the way", files: small, args: []string{"train", "--data", "small", "--out", "small"}, code: exitFailed, stderr: []string{"nextflex: small cannot be written: is a directory\n"}},
		{name: "no out", files: small, args: []string{"train", "--data", "small"}, code: exitUsage, stderr: []string{"missing flags: --out=FILE.nfm"}},
		{name: "films alone", files: map[string]string{"movies.csv": small["small/movies.csv"]}, args: []string{"train", "--data", "movies.csv", "--out", "m.nfm"}, code: exitFailed, stderr: []string{"no ratings"}},
	})
}

// alone checks that a directory holds the named entries and no temporary file.
func alone(t *testing.T, names ...string) {
	t.Helper()
	entries, err := os.ReadDir(".")
	require.NoError(t, err)
	var have []string
	for _, e := range entries {
		have = append(have, e.Name())
	}
	require.ElementsMatch(t, names, have)
}

func TestTrainTwiceGivesTheSameFile(t *testing.T) {
	t.Chdir(t.TempDir())
	var files [2][]byte
	for i, threads := range []string{"1", "2"} {
		_, stderr, code := scenario{args: []string{"train", "--factors", "8", "--iterations", "3", "--threads", threads, "--out", "m.nfm"}}.run(t.Context())
		require.Zero(t, code, stderr)
		require.Empty(t, stderr, "no progress in a pipe")
		var err error
		files[i], err = os.ReadFile("m.nfm")
		require.NoError(t, err)
	}
	require.Equal(t, files[0], files[1])
}

func TestWritableToOthers(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("needs permissions as Unix has them")
	}
	t.Chdir(t.TempDir())
	_, stderr, code := scenario{args: []string{"train", "--factors", "2", "--iterations", "1", "--out", "m.nfm"}}.run(t.Context())
	require.Zero(t, code, stderr)
	info, err := os.Stat("m.nfm")
	require.NoError(t, err)
	require.EqualValues(t, 0o644, info.Mode().Perm())
}

// TestHelpNamesDefaults keeps the numbers in the help true.
func TestHelpNamesDefaults(t *testing.T) {
	m := handful().Matrix()
	explicit, err := als.Train(t.Context(), m, als.Config{})
	require.NoError(t, err)
	implicit, err := als.Train(t.Context(), m, als.Config{Implicit: true})
	require.NoError(t, err)
	help, stderr, code := scenario{args: []string{"train", "--help"}}.run(t.Context())
	require.Zero(t, code, stderr)
	help = strings.Join(strings.Fields(help), " ")
	rated, err := als.Train(t.Context(), m, als.Config{Rated: true})
	require.NoError(t, err)
	a, b, r := explicit.Config(), implicit.Config(), rated.Config()
	require.Contains(t, help, fmt.Sprintf("so many films of one rating (default %g)", r.FeatureRegularization))
	require.Contains(t, help, fmt.Sprintf("1 to %d (default %d)", als.MaxFactors, a.Factors))
	require.Contains(t, help, fmt.Sprintf("1 to %d (default %d)", als.MaxIterations, a.Iterations))
	require.Contains(t, help, fmt.Sprintf("(default %g, with --rated or --features %g, implicit %g)", a.Regularization, r.Regularization, b.Regularization))
	require.Contains(t, help, fmt.Sprintf("c = unobserved + alpha·r (default %g)", b.Alpha))
	require.Contains(t, help, fmt.Sprintf("up to 1 (default %g)", a.Frequency))
	require.Contains(t, help, fmt.Sprintf("that did not happen (default %g)", b.Unobserved))
}

// handful is three people and three films.
func handful() *dataset.Ratings {
	return &dataset.Ratings{
		Name: "handful", Scale: dataset.Scale{Min: 1, Max: 5, Step: 1},
		Users: dataset.SequentialIndex(1, 3), Items: dataset.SequentialIndex(1, 3),
		User: []int32{0, 0, 1, 2}, Item: []int32{0, 1, 0, 0}, Value: []float32{5, 2, 4, 5},
	}
}

func TestBytesText(t *testing.T) {
	for n, want := range map[int64]string{0: "0 bytes", 999: "999 bytes", 1000: "1.0 kB", 12345: "12 kB", 999_499: "999 kB", 999_600: "1.0 MB", 1_234_567: "1.2 MB", 26_000_000_000: "26 GB"} {
		require.Equal(t, want, bytesText(n))
	}
}
