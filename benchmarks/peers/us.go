package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"runtime/debug"
	"time"

	"github.com/nextflex/nextflex/als"
	"github.com/nextflex/nextflex/benchmarks/internal/peak"
	"github.com/nextflex/nextflex/dataset"
	"github.com/nextflex/nextflex/similarity"
)

// workCommand is the first argument of a process that does our side of a task.
const workCommand = "work"

// job is a task with its answer.
type job struct {
	task
	answer
}

// work does a task and prints the answer.
func work(ctx context.Context, text string) error {
	var j job
	if err := json.Unmarshal([]byte(text), &j.task); err != nil {
		return fmt.Errorf("the task: %w", err)
	}
	do, known := map[string]func(*job, context.Context) error{
		"load": (*job).load, "explicit": (*job).explicit, "implicit": (*job).implicit, "topn": (*job).topN,
		"cosine": (*job).cosine, "trainrun": (*job).trainRun, "iteration": (*job).iteration,
	}[j.Work]
	if !known {
		return fmt.Errorf("unknown work %q", j.Work)
	}
	if err := do(&j, ctx); err != nil {
		return err
	}
	j.PeakMB = peak.Memory()
	return json.NewEncoder(os.Stdout).Encode(&j.answer)
}

// begin gives memory of the preparations back and forgets the peak so far, where
// the system lets us.
func (j *job) begin() {
	debug.FreeOSMemory()
	_ = os.WriteFile("/proc/self/clear_refs", []byte("5"), 0) // without it the peak includes the preparations
}

// timed adds the time of a function.
func (j *job) timed(f func() error) error {
	start := time.Now()
	err := f()
	j.Times = append(j.Times, time.Since(start).Seconds())
	return err
}

func (j *job) load(context.Context) error {
	j.begin()
	for range j.Repeat {
		err := j.timed(func() error {
			ratings, _, err := dataset.Open(j.CSV)
			if err != nil {
				return err
			}
			m := ratings.Matrix()
			columns, sum := m.Transpose(), 0.0
			for _, v := range m.Value {
				sum += float64(v)
			}
			j.Check = map[string]float64{"ratings": float64(columns.Len()), "sum": sum}
			return nil
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// explicit has no biases and holds rows in proportion to their ratings, as the
// peers do.
func (j *job) explicit(ctx context.Context) error {
	return j.train(ctx, "explicit", als.Config{NoBias: true, Frequency: 1})
}

func (j *job) implicit(ctx context.Context) error {
	cfg := als.Config{Implicit: true, Frequency: -1, Alpha: j.Alpha}
	if j.Solver == "CG" {
		cfg.Solver, cfg.Steps = als.ConjugateGradient, 3
	}
	return j.train(ctx, "implicit", cfg)
}

func (j *job) train(ctx context.Context, set string, cfg als.Config) error {
	m, err := readMatrix(j.Dir, set)
	if err != nil {
		return err
	}
	m.Transpose()
	return j.fit(ctx, m, cfg)
}

// fit trains with the task's settings and writes the factors where it asks for
// them.
func (j *job) fit(ctx context.Context, m *dataset.Matrix, cfg als.Config) error {
	cfg.Factors, cfg.Iterations, cfg.Regularization, cfg.Threads = j.Factors, j.Iterations, j.Regularization, j.Threads
	j.begin()
	last := time.Now()
	model, err := als.Train(ctx, m, cfg, als.WithProgress(func(als.Progress) {
		now := time.Now()
		j.Times = append(j.Times, now.Sub(last).Seconds())
		last = now
	}))
	if err != nil || j.Out == "" {
		return err
	}
	return writeFactors(j.Dir, j.Out, model)
}

func (j *job) topN(ctx context.Context) error {
	m, err := readMatrix(j.Dir, "implicit")
	if err != nil {
		return err
	}
	model, err := als.Load(filepath.Join(j.Dir, modelFile))
	if err != nil {
		return err
	}
	j.begin()
	var lists [][]dataset.Scored
	for range j.Repeat {
		err := j.timed(func() (err error) {
			lists, err = model.RecommendAll(ctx, nil, j.K, m, j.Threads)
			return err
		})
		if err != nil {
			return err
		}
	}
	return j.writeLists(len(lists), func(row int) []dataset.Scored { return lists[row] })
}

func (j *job) cosine(ctx context.Context) error {
	m, err := readMatrix(j.Dir, "documents")
	if err != nil {
		return err
	}
	vectors := make([]similarity.Vector, m.NumUsers())
	for row := range vectors {
		vectors[row].Tokens, vectors[row].Values = m.Row(int32(row))
	}
	j.begin()
	var near *similarity.Neighbours
	for range j.Repeat {
		err := j.timed(func() error {
			x, err := similarity.NewVectors(vectors, m.NumItems())
			if err != nil {
				return err
			}
			near, err = x.AllPairs(ctx, j.K, j.Threads, nil)
			return err
		})
		if err != nil {
			return err
		}
	}
	return j.writeLists(near.Len(), func(row int) []dataset.Scored { return near.Of(int32(row)) })
}

// iteration trains on a file with the usual settings.
func (j *job) iteration(ctx context.Context) error {
	ratings, _, err := dataset.Open(j.CSV)
	if err != nil {
		return err
	}
	m := ratings.Matrix()
	m.Transpose()
	ratings = nil // the matrix is enough from here on
	return j.fit(ctx, m, als.Config{})
}

// trainRun reads, trains and saves.
func (j *job) trainRun(ctx context.Context) error {
	j.begin()
	return j.timed(func() error {
		ratings, _, err := dataset.Open(j.CSV)
		if err != nil {
			return err
		}
		m := ratings.Matrix()
		ratings = nil // the matrix is enough from here on
		model, err := als.Train(ctx, m, als.Config{Factors: j.Factors, Iterations: j.Iterations, Threads: j.Threads})
		if err != nil {
			return err
		}
		return model.Save(filepath.Join(j.Dir, "trainrun.nfm"))
	})
}

// writeLists writes ids and scores of rows x K, -1 where a list is shorter.
func (j *job) writeLists(rows int, list func(row int) []dataset.Scored) error {
	if j.Out == "" {
		return nil
	}
	ids, scores := make([]int32, rows*j.K), make([]float32, rows*j.K)
	for row := range rows {
		l := list(row)
		for i := range j.K {
			ids[row*j.K+i] = -1
			if i < len(l) {
				ids[row*j.K+i], scores[row*j.K+i] = l[i].Row, l[i].Score
			}
		}
	}
	if err := writeArray(j.Dir, j.Out+".ids", ids, j.K); err != nil {
		return err
	}
	return writeArray(j.Dir, j.Out+".scores", scores, j.K)
}
