package main

import (
	"encoding/json"
	"image/color"
	"image/png"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

// sample writes the results of three jobs to a folder.
func sample(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	base := result{Size: "small", Date: "2026-01-02", Processor: "Test", Threads: 2, Per: "iteration"}
	topn, cg, scale := base, base, base
	topn.Job, topn.Rows = "topn", []row{
		{Case: "2k users", Who: "nextflex", Ours: true, Seconds: 1, PeakMB: 20},
		{Case: "2k users", Who: "slower", Seconds: 3, Ratio: 3, Low: 2.5, High: 4, PeakMB: 2000},
		{Case: "2k users", Who: "faster", Seconds: 0.5, Ratio: 0.5, Low: 0.4, High: 0.6, PeakMB: 200},
	}
	cg.Job, cg.X, cg.Title = "implicit-cg", "factors", "Implicit ALS"
	for _, f := range []float64{64, 128} {
		label := map[float64]string{64: "1m, f=64", 128: "1m, f=128"}[f]
		cg.Rows = append(cg.Rows, row{Case: label, X: f, Who: "nextflex", Ours: true, Seconds: f / 64, PeakMB: f},
			row{Case: label, X: f, Who: "peer", Seconds: f / 16, Ratio: 4, Low: 3, High: 5, PeakMB: 2 * f})
	}
	scale.Job, scale.X, scale.Title = "scaling", "ratings", "Cost against size"
	for _, n := range []float64{20e3, 80e3, 2e6} {
		scale.Rows = append(scale.Rows, row{Case: "load, x", X: n, Who: "nextflex", Ours: true, Seconds: n / 1e6})
	}
	for _, r := range []result{topn, cg, scale} {
		text, err := json.Marshal(r)
		require.NoError(t, err)
		require.NoError(t, os.WriteFile(filepath.Join(dir, "peers-"+r.Job+".json"), text, 0o600))
	}
	return dir
}

func TestRunDrawsAllPlots(t *testing.T) {
	dir := sample(t)
	require.NoError(t, run(dir))
	for name, colors := range map[string][]color.Color{
		"ratio.png":            {others[0], others[2]}, // a peer that is slower, one that is faster
		"memory.png":           {ours, others[0]},
		"time-implicit-cg.png": {ours, others[0]},
		"scaling.png":          {ours},
	} {
		f, err := os.Open(filepath.Join(dir, name))
		require.NoError(t, err)
		img, err := png.Decode(f)
		require.NoError(t, err)
		require.NoError(t, f.Close())
		seen := map[color.RGBA]int{}
		for y := range img.Bounds().Dy() {
			for x := range img.Bounds().Dx() {
				r, g, b, a := img.At(x, y).RGBA()
				seen[color.RGBA{uint8(r >> 8), uint8(g >> 8), uint8(b >> 8), uint8(a >> 8)}]++
			}
		}
		for _, c := range colors {
			require.Greater(t, seen[c.(color.RGBA)], 50, "%s shows %v", name, c)
		}
	}
	left, err := filepath.Glob(filepath.Join(dir, "*.png"))
	require.NoError(t, err)
	require.Len(t, left, 4)
}

func TestReadOrdersJobs(t *testing.T) {
	all, err := read(sample(t))
	require.NoError(t, err)
	var jobs []string
	for _, r := range all {
		jobs = append(jobs, r.Job)
	}
	require.Equal(t, []string{"implicit-cg", "topn", "scaling"}, jobs)
}

func TestReadRefuses(t *testing.T) {
	dir := t.TempDir()
	_, err := read(dir)
	require.ErrorContains(t, err, "no peers-*.json")
	require.NoError(t, os.WriteFile(filepath.Join(dir, "peers-x.json"), []byte("{"), 0o600))
	require.ErrorContains(t, run(dir), "peers-x.json")
}

func TestDecades(t *testing.T) {
	var labels []string
	for _, tick := range (decades{}).Ticks(0.3, 30) {
		labels = append(labels, tick.Label)
	}
	require.Equal(t, []string{"0.5", "1", "2", "5", "10", "20"}, labels)
}

func TestWords(t *testing.T) {
	require.Equal(t, "f=64", short("11m interactions, f=64"))
	require.Equal(t, "zipf-45k, 10", short("zipf-45k, 10 stored values"))
	require.Equal(t, "26m", count(26024289))
	require.Equal(t, "80k", count(80000))
	require.Equal(t, "900", count(900))
	require.Equal(t, "1.29 GB", megabytes(1287))
	require.Equal(t, "751 MB", megabytes(751))
}
