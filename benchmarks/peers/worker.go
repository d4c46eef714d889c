package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os/exec"
	"time"

	"github.com/nextflex/nextflex/recommend/evaluate/tune"
)

// accuracyScript does the peers' side of the contests of accuracy.
const accuracyScript = "benchmarks/peers/accuracy.py"

// request asks a peer to train once. accuracy.py reads the same JSON.
type request struct {
	Dir       string     `json:"dir"`   // of the .npy files
	Train     string     `json:"train"` // name of the matrix to train on
	Test      string     `json:"test"`  // name of the matrix, or of the pairs, to test with
	Out       string     `json:"out"`   // prefix of the files to write
	Settings  tune.Point `json:"settings"`
	K         int        `json:"k"` // length of lists
	Scale     []float32  `json:"scale"`
	Seed      uint64     `json:"seed"`
	Threads   int        `json:"threads"`
	Packages  []string   `json:"packages"`
	OwnMetric bool       `json:"own_metric"` // tell what the peer itself measures
}

// reply is what a peer says of a request.
type reply struct {
	Error   string             `json:"error"`
	Seconds float64            `json:"seconds"`
	Version string             `json:"version"`
	Own     map[string]float64 `json:"own"`
}

// worker is a process that trains one peer, request after request, so that its
// libraries are loaded once.
type worker struct {
	cmd     *exec.Cmd
	in      io.WriteCloser
	answers *bufio.Scanner
	stderr  bytes.Buffer
	limit   time.Duration // of one request
	stop    context.CancelFunc
}

func startWorker(ctx context.Context, python, work string, threads, blas int, limit time.Duration) (*worker, error) {
	ctx, stop := context.WithCancel(ctx)
	w := &worker{cmd: exec.CommandContext(ctx, python, accuracyScript, work), limit: limit, stop: stop}
	w.cmd.Env = environment(task{Threads: threads, BLAS: blas})
	w.cmd.Stderr = &w.stderr
	w.cmd.WaitDelay = 20 * time.Second
	out, err := w.cmd.StdoutPipe()
	if err == nil {
		w.in, err = w.cmd.StdinPipe()
	}
	if err == nil {
		err = w.cmd.Start()
	}
	if err != nil {
		stop()
		return nil, err
	}
	w.answers = bufio.NewScanner(out)
	return w, nil
}

// ask has a request done.
func (w *worker) ask(r request) (reply, error) {
	text, err := json.Marshal(r)
	if err != nil {
		return reply{}, err
	}
	late := time.AfterFunc(w.limit, w.stop)
	if _, err := w.in.Write(append(text, '\n')); err != nil {
		return reply{}, w.gone(late, err)
	}
	if !w.answers.Scan() {
		return reply{}, w.gone(late, w.answers.Err())
	}
	late.Stop()
	var a reply
	if err := json.Unmarshal(w.answers.Bytes(), &a); err != nil {
		return reply{}, fmt.Errorf("its answer %.100q: %w", w.answers.Text(), err)
	}
	if a.Error != "" {
		return reply{}, errors.New(a.Error)
	}
	return a, nil
}

// gone says why a process answers no more.
func (w *worker) gone(late *time.Timer, err error) error {
	if !late.Stop() {
		return fmt.Errorf("took longer than %v", w.limit)
	}
	ended := w.close()
	return fmt.Errorf("ended without an answer (%v): %s", errors.Join(err, ended), lastLine(w.stderr.String()))
}

// close ends the process.
func (w *worker) close() error {
	defer w.stop()
	_ = w.in.Close() // it ends at the end of its input
	return w.cmd.Wait()
}
