package main

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"
)

// score collects the runs of one contender in one case.
type score struct {
	contender
	task    task
	seconds []float64 // a round
	ratios  []float64 // to our run just before
	peak    float64
	answer  *answer // of the first round
	agrees  *verdict
}

// hold runs a contest: for each case so many rounds, in each we and a peer in turn.
func (b *bench) hold(ctx context.Context, c *contest, dir string) (*result, error) {
	say("%s: preparing", c.name)
	if err := c.prepare(ctx, dir); err != nil {
		return nil, fmt.Errorf("preparing: %w", err)
	}
	r := b.newResult(ctx, c)
	peers := b.present(c, r)
	threads := map[string]int{} // of OpenBLAS that suit a peer best
	for _, k := range c.cases {
		if !b.cases.MatchString(k.label) {
			continue
		}
		us := b.start(c.ours, k, dir)
		if slices.ContainsFunc(peers, func(p contender) bool { return p.follows }) {
			if err := b.begin(ctx, us.task); err != nil {
				return nil, err
			}
		}
		var scores []*score
		for _, p := range peers {
			if reason := k.skip[p.work]; reason != "" {
				r.Missing = append(r.Missing, missing{p.label + ", " + k.label, reason})
				continue
			}
			s := b.start(p, k, dir)
			if err := b.tune(ctx, r, s, threads); err != nil {
				return nil, err
			}
			scores = append(scores, s)
		}
		for round := range b.rounds {
			if err := b.round(ctx, c, k, round, us, &scores, r); err != nil {
				return nil, err
			}
		}
		r.add(k, us)
		for _, s := range scores {
			r.add(k, s)
		}
	}
	return r, nil
}

// beginning is the prefix of the factors that peers start from.
const beginning = "begin"

// begin writes our factors after one iteration. Seeds are fixed, so that our
// other runs pass through the very same.
func (b *bench) begin(ctx context.Context, t task) error {
	t.Iterations, t.Out = 1, beginning
	if _, err := b.runner.do(ctx, true, t); err != nil {
		return fmt.Errorf("our first iteration: %w", err)
	}
	return nil
}

// present leaves out the peers that could not be installed and says so.
func (b *bench) present(c *contest, r *result) []contender {
	var found []contender
	for _, p := range c.peers {
		if !b.peers.MatchString(p.label) {
			continue
		}
		i := slices.IndexFunc(b.absent, func(m missing) bool {
			name, _, _ := strings.Cut(m.Who, "==")
			return name == p.packages[0]
		})
		if i >= 0 {
			r.Missing = append(r.Missing, missing{p.label, b.absent[i].Reason})
			continue
		}
		found = append(found, p)
	}
	return found
}

func (b *bench) start(c contender, k contestCase, dir string) *score {
	t := k.task
	// A case may name the work itself.
	if t.Work == "" {
		t.Work = c.work
	}
	t.Dir, t.Packages, t.Solver, t.Threads, t.Java, t.BLAS = dir, c.packages, c.solver, b.threads, b.java, 1
	if c.follows {
		t.BeginWith = beginning
	}
	return &score{contender: c, task: t}
}

// tune finds the number of OpenBLAS threads with which a peer is fastest, 1 or
// all, by a short run of each; once for all cases.
func (b *bench) tune(ctx context.Context, r *result, s *score, threads map[string]int) error {
	if !s.blas || b.threads == 1 {
		return nil
	}
	if threads[s.label] == 0 {
		best := math.Inf(1)
		var tried []string
		for _, n := range []int{1, b.threads} {
			t := s.task
			t.BLAS, t.Iterations = n, min(t.Iterations, 3)
			a, err := b.runner.do(ctx, false, t)
			if ctx.Err() != nil {
				return ctx.Err()
			}
			if err != nil {
				continue // the rounds will say so
			}
			tried = append(tried, fmt.Sprintf("%d: %.3g s", n, a.seconds()))
			if a.seconds() < best {
				best, threads[s.label] = a.seconds(), n
			}
		}
		if len(tried) > 0 {
			r.Notes = append(r.Notes, fmt.Sprintf("%s with BLAS threads %s", s.label, strings.Join(tried, ", ")))
			say("%s", r.Notes[len(r.Notes)-1])
		}
	}
	s.task.BLAS = max(threads[s.label], 1)
	return nil
}

// round runs us and each peer once. A peer that fails is taken out of the case.
func (b *bench) round(ctx context.Context, c *contest, k contestCase, round int, us *score, peers *[]*score, r *result) error {
	if len(*peers) == 0 {
		_, err := b.turn(ctx, k, round, us, true)
		return err
	}
	for _, s := range slices.Clone(*peers) {
		if s.once && round > 0 {
			continue
		}
		ours, err := b.turn(ctx, k, round, us, true)
		if err != nil {
			return err
		}
		theirs, err := b.turn(ctx, k, round, s, false)
		if err == nil && round == 0 && c.agree != nil {
			var v verdict
			v, err = c.agree(us.task, s.work, ours, theirs)
			s.agrees = &v
		}
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if err != nil {
			say("%s, %s: %v", s.label, k.label, err)
			r.Missing = append(r.Missing, missing{s.label + ", " + k.label, err.Error()})
			*peers = slices.DeleteFunc(*peers, func(other *score) bool { return other == s })
			continue
		}
		s.ratios = append(s.ratios, theirs.seconds()/ours.seconds())
	}
	return nil
}

// turn runs one contender once.
func (b *bench) turn(ctx context.Context, k contestCase, round int, s *score, ours bool) (*answer, error) {
	t := s.task
	if round == 0 {
		t.Out = outOf(s.work)
	} else if k.later > 0 {
		t.Iterations = k.later
	}
	if s.follows && round == 0 {
		t.Iterations-- // it starts where we are after one
	}
	a, err := b.runner.do(ctx, ours, t)
	if err != nil {
		if ours && !errors.Is(err, context.Canceled) {
			return nil, fmt.Errorf("our own run of %s: %w", k.label, err)
		}
		return nil, err
	}
	if s.answer == nil {
		s.answer = a
	}
	s.seconds = append(s.seconds, a.seconds())
	s.peak = max(s.peak, a.PeakMB)
	say("round %d, %s, %s: %.4g s, %.0f MB", round+1, k.label, s.label, a.seconds(), a.PeakMB)
	return a, nil
}
