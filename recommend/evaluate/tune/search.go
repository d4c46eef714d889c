package tune

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"
)

// ErrAllFailed is returned where no trial could be measured. The error of Search says why
// the first one failed.
var ErrAllFailed = errors.New("tune: every trial failed")

// Objective measures a point on a fold, from 0, after a training with an amount of
// resource. It is called from several goroutines at once, and gives the same values for
// the same arguments. An error fails the point alone, unless ctx is done.
type Objective func(ctx context.Context, p Point, resource, fold int) (Values, error)

// Search looks for the point of the space with the best mean over the folds. It returns a
// *ConfigError for a setting out of range, an error that wraps ErrOtherSearch or ErrJournal
// for a journal that it can't go on from, ErrAllFailed with a Result of all trials where
// none could be measured, and otherwise the error of ctx or of writing the journal. However
// it ends, the journal holds every evaluation that came to its end.
func Search(ctx context.Context, cfg Config, objective Objective) (result Result, err error) {
	c, err := cfg.resolved()
	if err != nil {
		return Result{}, err
	}
	if objective == nil {
		return Result{}, &ConfigError{Package: "tune", Field: "objective", Value: "nil", Want: "a function"}
	}
	s := &search{Config: c, objective: objective, points: c.points(), counted: map[evalKey]bool{}}
	journal, list, err := openJournal(c.Journal, c.header())
	if err != nil {
		return Result{}, err
	}
	defer func() { err = errors.Join(err, journal.close()) }()
	if s.done, err = replay(list, s.points, c); err != nil {
		return Result{}, fmt.Errorf("tune: journal %s: %w", c.Journal, err)
	}
	s.journal = journal
	trials, err := s.run(ctx)
	if err != nil {
		return Result{}, err
	}
	rank(trials, c.Maximize)
	result = Result{Best: trials[0], Trials: trials, Evaluations: s.progress.Done, Resumed: s.progress.Resumed}
	if result.Best.Failed() {
		first := slices.MinFunc(trials, byNumber)
		return result, fmt.Errorf("%w: the first one by %s", ErrAllFailed, first.Error)
	}
	return result, nil
}

// search is one call of Search.
type search struct {
	Config
	objective Objective
	points    []Point
	journal   *journal

	mu       sync.Mutex             // guards what follows
	done     map[evalKey]evaluation // the journal's included
	counted  map[evalKey]bool       // of those, and of those under way, what this call has asked for
	progress Progress
}

func byNumber(a, b Trial) int { return a.Number - b.Number }

// run goes through the rungs and returns all trials.
func (s *search) run(ctx context.Context) ([]Trial, error) {
	trials := make([]Trial, len(s.points))
	for i, p := range s.points {
		trials[i] = Trial{Number: i, Point: p}
	}
	plan := s.plan()
	alive := trials // the front part of trials
	for i, r := range plan {
		rank(alive, s.Maximize)
		alive = alive[:min(r.trials, len(alive))]
		if failed := slices.IndexFunc(alive, Trial.Failed); failed >= 0 {
			alive = alive[:failed]
		}
		slices.SortFunc(alive, byNumber)
		s.expect(plan, i, len(alive))
		if err := s.climb(ctx, alive, r); err != nil {
			return nil, err
		}
		for t := range alive {
			s.settle(&alive[t], r)
		}
	}
	for t := range trials {
		trials[t].Seconds = s.seconds(trials[t].Number, plan)
	}
	return trials, nil
}

// expect sets what is to be done from a rung on, if no trial fails.
func (s *search) expect(plan []rung, at, alive int) {
	s.progress.Rung, s.progress.Rungs, s.progress.Best = at+1, len(plan), nil
	s.progress.Total = s.progress.Done
	for i := at; i < len(plan); i++ {
		folds := plan[i].folds
		if s.ByFolds && i > 0 {
			folds -= plan[i-1].folds // which are known by then
		}
		s.progress.Total += min(plan[i].trials, alive) * folds
	}
}

// climb makes the evaluations of a rung, but for those that are known.
func (s *search) climb(ctx context.Context, alive []Trial, r rung) error {
	group, inner := errgroup.WithContext(ctx)
	group.SetLimit(s.Parallel)
	for _, t := range alive {
		for fold := range r.folds {
			key := evalKey{t.Number, r.resource, fold}
			known, counted := s.ask(key)
			switch {
			case counted: // in an earlier rung
			case known:
				s.count(t, r, true)
			default:
				group.Go(func() error {
					if err := s.evaluate(inner, key); err != nil {
						return err
					}
					s.count(t, r, false)
					return nil
				})
			}
		}
	}
	if err := group.Wait(); err != nil {
		return err
	}
	if err := ctx.Err(); err != nil {
		return fmt.Errorf("tune: %w", err)
	}
	return nil
}

// ask tells whether an evaluation is in the journal, and whether it was counted before.
func (s *search) ask(key evalKey) (known, counted bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	_, known = s.done[key]
	counted = s.counted[key]
	s.counted[key] = true
	return known, counted
}

// evaluate calls the objective and writes down what came of it.
func (s *search) evaluate(ctx context.Context, key evalKey) error {
	if err := ctx.Err(); err != nil {
		return fmt.Errorf("tune: %w", err)
	}
	started := time.Now()
	point := s.points[key.trial]
	values, err := s.objective(ctx, maps.Clone(point), key.resource, key.fold)
	e := evaluation{Trial: key.trial, Point: point, Resource: key.resource, Fold: key.fold, Seconds: time.Since(started).Seconds()}
	if err != nil && ctx.Err() != nil {
		return fmt.Errorf("tune: %w", ctx.Err()) // interrupted, which is no fault of the point
	}
	if err == nil {
		err = s.checkValues(values)
	}
	if err == nil {
		e.Values = maps.Clone(values)
	} else {
		e.Error = reason(err)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := s.journal.add(e); err != nil {
		return err
	}
	s.done[key] = e
	return nil
}

func (s *search) checkValues(values Values) error {
	if _, there := values[s.Metric]; !there {
		return fmt.Errorf("the objective gave no %q", s.Metric)
	}
	if len(values) > maxValues {
		return fmt.Errorf("the objective gave %d values, want at most %d", len(values), maxValues)
	}
	for _, name := range slices.Sorted(maps.Keys(values)) {
		if len(name) > MaxName {
			return fmt.Errorf("the objective gave a value with a name of %d bytes, want at most %d", len(name), MaxName)
		}
		if v := values[name]; v-v != 0 {
			return fmt.Errorf("the objective gave %v for %s, want a finite number", v, name)
		}
	}
	return nil
}

// reason is an error as the journal and tables hold it.
func reason(err error) string {
	text := strings.ToValidUTF8(err.Error(), "?")
	if len(text) > maxReason {
		text = strings.ToValidUTF8(text[:maxReason], "")
	}
	return cmp.Or(text, "no reason given")
}

// count reports progress.
func (s *search) count(t Trial, r rung, resumed bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.progress.Done++
	if resumed {
		s.progress.Resumed++
	}
	if s.collect(&t, r) && !t.Failed() {
		best := []Trial{t}
		if s.progress.Best != nil {
			best = append(best, *s.progress.Best)
		}
		rank(best, s.Maximize)
		s.progress.Best = &best[0]
	}
	if s.Progress != nil {
		s.Progress(s.progress)
	}
}

// settle gives a trial what a rung found.
func (s *search) settle(t *Trial, r rung) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.collect(t, r)
}

// collect gives a trial what is known of a rung, if that is all of it.
func (s *search) collect(t *Trial, r rung) bool {
	folds, failure := make([]Values, 0, r.folds), ""
	for fold := range r.folds {
		e, known := s.done[evalKey{t.Number, r.resource, fold}]
		if !known {
			return false
		}
		if e.Error != "" && failure == "" {
			failure = fmt.Sprintf("fold %d: %s", fold+1, e.Error)
		}
		folds = append(folds, e.Values)
	}
	t.Resource, t.Rung, t.Mean, t.Std, t.Folds, t.Error = r.resource, s.progress.Rung, 0, 0, nil, failure
	if failure == "" {
		t.Folds = folds
		t.summarize(s.Metric)
	}
	return true
}

// seconds adds up what a trial took in all rungs.
func (s *search) seconds(trial int, plan []rung) (sum float64) {
	taken := map[evalKey]bool{}
	for _, r := range plan {
		for fold := range r.folds {
			key := evalKey{trial, r.resource, fold}
			if s.counted[key] && !taken[key] {
				taken[key] = true
				sum += s.done[key].Seconds
			}
		}
	}
	return sum
}
