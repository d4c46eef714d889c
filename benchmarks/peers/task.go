package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"slices"
	"strings"
	"time"
)

// task is what one process is asked to do, ours or a peer's. peers.py reads the
// same JSON.
type task struct {
	Work           string   `json:"work"` // function of peers.py, or of work in us.go
	Packages       []string `json:"packages"`
	Dir            string   `json:"dir"` // of the .npy files
	CSV            string   `json:"csv"`
	Out            string   `json:"out"`        // prefix of the files to write for the check; empty for none
	BeginWith      string   `json:"begin_with"` // prefix of the factors to start from; empty for random ones
	Threads        int      `json:"threads"`
	BLAS           int      `json:"blas"` // threads of OpenBLAS
	Java           string   `json:"java"` // memory of a virtual machine, such as 4g
	Repeat         int      `json:"repeat"`
	K              int      `json:"k"`
	Factors        int      `json:"factors"`
	Iterations     int      `json:"iterations"`
	Regularization float64  `json:"regularization"`
	Alpha          float64  `json:"alpha"`
	Solver         string   `json:"solver"` // CHOLESKY or CG
}

// answer is what a process prints as its last line.
type answer struct {
	Times   []float64          `json:"times"` // seconds
	PeakMB  float64            `json:"peak_mb"`
	Version string             `json:"version"`
	BLAS    string             `json:"blas_used"`
	Check   map[string]float64 `json:"check"`
	Note    string             `json:"note"`
}

// seconds is the median of the times, without the first where there are more: it
// warms caches, or shares its time with preparations.
func (a *answer) seconds() float64 {
	times := a.Times
	if len(times) > 1 {
		times = times[1:]
	}
	return median(times)
}

func median(x []float64) float64 {
	if len(x) == 0 {
		return 0
	}
	s := slices.Sorted(slices.Values(x))
	return (s[(len(s)-1)/2] + s[len(s)/2]) / 2
}

// runner starts the processes.
type runner struct {
	python string
	limit  time.Duration // of one process
}

// do runs a task: in Python, or in another process of this very program.
func (r *runner) do(ctx context.Context, ours bool, t task) (*answer, error) {
	text, err := json.Marshal(t)
	if err != nil {
		return nil, err
	}
	ctx, stop := context.WithTimeout(ctx, r.limit)
	defer stop()
	var cmd *exec.Cmd
	if ours {
		self, err := os.Executable()
		if err != nil {
			return nil, err
		}
		cmd = exec.CommandContext(ctx, self, workCommand, string(text))
	} else {
		cmd = exec.CommandContext(ctx, r.python, "benchmarks/peers/peers.py", string(text))
	}
	cmd.Env = environment(t)
	cmd.Cancel = func() error { return cmd.Process.Signal(os.Interrupt) }
	cmd.WaitDelay = 20 * time.Second
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	if err := cmd.Run(); err != nil {
		if errors.Is(ctx.Err(), context.DeadlineExceeded) {
			return nil, fmt.Errorf("took longer than %v", r.limit)
		}
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		return nil, fmt.Errorf("%w: %s", err, lastLine(stderr.String()))
	}
	var a answer
	if err := json.Unmarshal([]byte(lastLine(stdout.String())), &a); err != nil {
		return nil, fmt.Errorf("the answer of %s: %w", t.Work, err)
	}
	if len(a.Times) == 0 {
		return nil, fmt.Errorf("%s gave no times", t.Work)
	}
	return &a, nil
}

// environment is ours with the threads that the task asks for, and without
// settings that would choose other kernels than OpenBLAS finds best.
func environment(t task) []string {
	var env []string
	for _, v := range os.Environ() {
		name, _, _ := strings.Cut(v, "=")
		if name != "OPENBLAS_CORETYPE" && name != "OPENBLAS_L2_SIZE" {
			env = append(env, v)
		}
	}
	threads := fmt.Sprint(t.Threads)
	return append(env, fmt.Sprintf("OPENBLAS_NUM_THREADS=%d", max(t.BLAS, 1)), "OMP_NUM_THREADS="+threads,
		"POLARS_MAX_THREADS="+threads, "LK_NUM_THREADS="+threads, "RAYON_NUM_THREADS="+threads)
}

func lastLine(text string) string {
	text = strings.TrimSpace(text)
	return text[strings.LastIndexByte(text, '\n')+1:]
}
