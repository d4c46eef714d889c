package main

import (
	"fmt"
	"image/png"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"gonum.org/v1/plot"

	"github.com/nextflex/nextflex/dataset"
	"github.com/nextflex/nextflex/recommend/evaluate"
)

// TestEvaluateReports writes Markdown and plots of a comparison.
func TestEvaluateReports(t *testing.T) {
	dir := t.TempDir()
	report, plots := filepath.Join(dir, "report.md"), filepath.Join(dir, "deep", "plots")
	stdout, stderr, code := scenario{args: []string{
		"evaluate", "--model", "implicit", "--factors", "4", "--iterations", "3", "--positive", "4", "--repeat", "2", "--against", "popularity", "--bootstrap", "50",
		"-k", "5,20", "--markdown", report, "--plots", plots, "--json",
	}}.run(t.Context())
	require.Zero(t, code, stderr)
	answer := decode[evaluateAnswer](t, stdout)
	require.Contains(t, answer.Metrics, "ndcg@100", "of the plot by length")
	require.Len(t, answer.Plots, 4)
	for _, path := range answer.Plots {
		f, err := os.Open(path)
		require.NoError(t, err)
		img, err := png.Decode(f)
		require.NoError(t, err)
		require.NoError(t, f.Close())
		require.Equal(t, 1152, img.Bounds().Dx())
		require.Equal(t, 648, img.Bounds().Dy())
	}
	text, err := os.ReadFile(report)
	require.NoError(t, err)
	for _, part := range []string{
		"# implicit on the demo set, random\n", "The ratings are simulated.", "Protocol: lists over the full catalogue", "| metric | mean | 95 % | std | seed 0 | seed 1 |\n|---|---:|---:|---:|---:|---:|\n",
		fmt.Sprintf("| ndcg@20 | %.4f |", answer.Metrics["ndcg@20"].Mean), "## implicit against popularity", "![Learning curve](<deep/plots/learning-curve.png>)",
	} {
		require.Contains(t, string(text), part)
	}
	require.NotContains(t, string(text), "ndcg@100", "nobody asked for it")
	for line := range strings.Lines(string(text)) {
		if strings.HasPrefix(line, "| ndcg") {
			require.Contains(t, []int{7, 10}, strings.Count(line, "|"), line)
		}
	}
}

// TestPlotsOfStrong has users whose ratings were folded in, and no learning curve.
func TestPlotsOfStrong(t *testing.T) {
	dir := t.TempDir()
	stdout, stderr, code := scenario{args: []string{
		"evaluate", "--model", "implicit", "--factors", "4", "--iterations", "3", "--positive", "4", "--protocol", "strong", "--bootstrap", "0", "--plots", dir, "--json",
	}}.run(t.Context())
	require.Zero(t, code, stderr)
	require.Len(t, decode[evaluateAnswer](t, stdout).Plots, 3)
}

func TestMarkdownText(t *testing.T) {
	require.Equal(t, `a\|b \*c\* \[d] &lt;e> f`, markdownText("a|b *c* [d] <e> f\x1b"))
}

func TestNumbersOfReports(t *testing.T) {
	require.Equal(t, []string{"+0.1000", "-0.1000", "0.0000", "-0.0000"}, []string{signed(0.1), signed(-0.1), signed(1e-9), signed(-1e-9)})
	require.Equal(t, []string{"0.0500", "<0.0001"}, []string{pValue(0.05), pValue(1e-9)})
}

func TestBuckets(t *testing.T) {
	for ratings, want := range map[int]string{0: "0", 1: "1 to 2", 2: "1 to 2", 3: "3 to 9", 99: "30 to 99", 1000: "1,000 to 2,999", 10000: "10,000 and more", 1e9: "10,000 and more"} {
		require.Equal(t, want, bucketLabel(bucketOf(ratings)), "%d", ratings)
	}
}

// TestBucketsAddUp: the buckets of a fold hold every user and every relevant film once.
func TestBucketsAddUp(t *testing.T) {
	set, err := dataset.Demo()
	require.NoError(t, err)
	fold, err := dataset.RandomSplit(set.Ratings, 0.2, 1)
	require.NoError(t, err)
	r, err := evaluate.Ranking(t.Context(), evaluate.NewPopularity(fold.Train), fold.Train, fold.Test, evaluate.Options{K: []int{5, 10}, PerUser: true})
	require.NoError(t, err)
	folds := []dataset.Fold{fold}
	users, err := byActivity(t.Context(), folds, []evaluate.Samples{r.Samples}, "recall@10", evaluate.BootstrapConfig{Resamples: 50})
	require.NoError(t, err)
	n, mean := 0, 0.0
	for _, b := range users {
		n += b.n
		mean += b.value * float64(b.n)
		require.LessOrEqual(t, b.low, b.value)
		require.GreaterOrEqual(t, b.high, b.value)
	}
	require.Equal(t, r.Users, n)
	require.InDelta(t, r.At[1].Recall, mean/float64(n), 1e-12)

	found, relevant := 0.0, 0
	for _, b := range byPopularity(folds, []evaluate.FoldResult{{Ranking: &r}}, 1) {
		relevant += b.n
		found += b.value * float64(b.n)
	}
	hits, all := 0, 0
	for item, n := range r.ByItem.Relevant {
		all += int(n)
		hits += int(r.ByItem.Hits[1][item])
	}
	require.Equal(t, all, relevant)
	require.InDelta(t, hits, found, 1e-6)
	require.InDelta(t, r.At[1].Precision*10*float64(r.Users), hits, 1e-6)
}

func TestRoundTicks(t *testing.T) {
	labels := func(low, high float64) (list []string) {
		for _, tick := range (roundTicks{}).Ticks(low, high) {
			require.GreaterOrEqual(t, tick.Value, low-1e-9)
			require.LessOrEqual(t, tick.Value, high*(1+1e-9))
			list = append(list, tick.Label)
		}
		return list
	}
	require.Equal(t, []string{"0.0", "0.1", "0.2", "0.3", "0.4", "0.5", "0.6", "0.7"}, labels(0, 0.74))
	require.Equal(t, []string{"0.80", "0.82", "0.84", "0.86", "0.88", "0.90"}, labels(0.8, 0.901))
	require.Equal(t, []string{"0", "50", "100", "150", "200", "250"}, labels(0, 260))
	for _, high := range []float64{1e-5, 0.3, 1, 7, 12345} {
		n := len(labels(0, high))
		require.True(t, n >= 5 && n <= 11, "%d ticks to %v", n, high)
	}
	var _ plot.Ticker = roundTicks{}
	require.False(t, math.IsNaN(roundTicks{}.Ticks(0, 1)[0].Value))
}
