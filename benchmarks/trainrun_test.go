package benchmarks

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/nextflex/nextflex/als"
	"github.com/nextflex/nextflex/benchmarks/internal/peak"
	"github.com/nextflex/nextflex/benchmarks/internal/sets"
	"github.com/nextflex/nextflex/dataset"
)

// trainRunEnv names the ratings file for a process that does one full run and
// nothing else.
const trainRunEnv = "NEXTFLEX_BENCH_TRAIN"

// BenchmarkTrainRun reads a ratings file, trains ten iterations with 64 factors
// and saves the model, in a process of its own. peak-MB is the most memory that
// process held at a time, where the system tells (Linux).
func BenchmarkTrainRun(b *testing.B) {
	set := plan(b).Explicit()
	path, err := set.CSV(context.Background())
	require.NoError(b, err)
	n := load(b, path).Len()
	b.Run(sets.SizeName(n), func(b *testing.B) {
		peak := 0.0
		for b.Loop() {
			peak = max(peak, runTraining(b, path))
		}
		perSecond(b, float64(n), "ratings/s")
		if peak > 0 {
			b.ReportMetric(peak, "peak-MB")
		}
	})
}

// runTraining does a full run in another process and returns its peak memory in
// MB, 0 where that isn't known.
func runTraining(tb testing.TB, path string) float64 {
	tb.Helper()
	self, err := os.Executable()
	require.NoError(tb, err)
	cmd := exec.Command(self)
	cmd.Env = append(os.Environ(), trainRunEnv+"="+path)
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	require.NoError(tb, err, stderr.String())
	peak, err := strconv.ParseFloat(strings.TrimSpace(string(out)), 64)
	require.NoError(tb, err)
	return peak
}

// trainRun is the full run. It prints its peak memory in MB.
func trainRun(ctx context.Context, path string) (err error) {
	ratings, _, err := dataset.Open(path)
	if err != nil {
		return err
	}
	matrix := ratings.Matrix()
	ratings = nil // the matrix is enough from here on
	model, err := als.Train(ctx, matrix, als.Config{Factors: 64, Iterations: 10})
	if err != nil {
		return err
	}
	dir, err := os.MkdirTemp("", "nextflex-bench-*")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	if err := model.Save(filepath.Join(dir, "model.nfm")); err != nil {
		return err
	}
	_, err = fmt.Println(peak.Memory())
	return err
}
