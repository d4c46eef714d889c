// Package models makes the snapshot that the daemon serves: data set, trained
// model and engine, built together and never changed afterwards.
package models

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"sync"
	"time"

	"github.com/nextflex/nextflex/als"
	"github.com/nextflex/nextflex/cmd/nextflexd/internal/catalog"
	"github.com/nextflex/nextflex/dataset"
	"github.com/nextflex/nextflex/ranking"
	"github.com/nextflex/nextflex/recommend"
	"github.com/nextflex/nextflex/similarity"
)

// Source says what a snapshot is made from.
type Source struct {
	Data  []string   // data sets, paths or s3:// addresses; none for the embedded demo set
	Model string     // file or s3:// address of a trained model; empty to train on start
	Cache string     // directory for what is fetched from S3; empty for that of the user
	Train als.Config // settings of training
	// Registered, where it isn't nil and Model is empty, gives models that were
	// trained before, so that none has to be trained now: one of ratings and, or
	// nil, one of interactions. Models of other films, and an error, are told to
	// the log, and models are trained.
	Registered func(context.Context) (ratings, liked *als.Model, err error)
}

// Snapshot is all that a request reads. It is immutable and safe for concurrent
// use; new data makes a new one.
type Snapshot struct {
	Set       *dataset.Set
	Films     *dataset.Catalogue // with an entry for every rated film
	Titles    *similarity.Titles
	Catalog   *catalog.Catalog
	Engine    *recommend.Engine
	Model     *als.Model // predicts ratings; nil where the set has none
	Liked     *als.Model // orders the lists of D; nil where Model does that, too
	Matrix    *dataset.Matrix
	Histogram [][]HistogramBar // of ratings, by position in Films
	Users     int
	Ratings   int

	Registered bool // the models are those of Source.Registered

	intervals func() []Interval // measured on first use
	loaded    time.Time         // parts released from upcoming films
}

// HistogramBar counts the ratings of one value.
type HistogramBar struct {
	Value float32 `json:"value" example:"4.5" doc:"rating, on the scale of the data set"`
	Count int     `json:"count" minimum:"1" doc:"number of ratings of that value"`
}

// Load reads the data, trains or loads the model and builds the engine. now is
// the day that parts released from upcoming films.
func Load(ctx context.Context, from Source, now time.Time, log *slog.Logger) (*Snapshot, error) {
	paths, err := Fetch(ctx, append(slices.Clone(from.Data), from.Model), from.Cache, log)
	if err != nil {
		return nil, err
	}
	from.Data, from.Model = paths[:len(from.Data)], paths[len(from.Data)]
	set, err := Open(ctx, from.Data, log)
	if err != nil {
		return nil, err
	}
	s := newSnapshot(set, now)
	if registered := s.registered(ctx, from, log); registered != nil {
		return registered, nil
	}
	if s.Matrix != nil {
		from.Train = suited(from.Train, set.Ratings.Scale)
		if s.Model, err = model(ctx, from, s.Matrix, log); err != nil {
			return nil, err
		}
		if s.Liked, err = liked(ctx, from, s, log); err != nil {
			return nil, err
		}
	} else if from.Model != "" {
		return nil, fmt.Errorf("a model needs the ratings that it was trained on, and %s has none", set.Name)
	}
	return s, s.build()
}

// registered returns the snapshot with the models that were trained before, or nil
// where there are none that fit.
func (s *Snapshot) registered(ctx context.Context, from Source, log *slog.Logger) *Snapshot {
	if from.Registered == nil || from.Model != "" || s.Matrix == nil {
		return nil
	}
	ratings, liked, err := from.Registered(ctx)
	if errors.Is(err, ErrNoModel) {
		return nil
	}
	if err == nil {
		var next *Snapshot
		if next, err = s.WithModels(ratings, liked); err == nil {
			if err = next.build(); err == nil {
				next.Registered = true
				return next
			}
		}
	}
	log.Error("the active model can't be put in service; another is trained", "error", err)
	return nil
}

// newSnapshot holds a set, without models.
func newSnapshot(set *dataset.Set, now time.Time) *Snapshot {
	s := &Snapshot{Set: set, Films: set.Complete(), loaded: now}
	s.intervals = sync.OnceValue(s.measureIntervals)
	if set.Ratings != nil && set.Ratings.Len() > 0 {
		s.Matrix = set.Ratings.Matrix()
		s.Users, s.Ratings = s.Matrix.NumUsers(), s.Matrix.Len()
	}
	return s
}

// build makes what follows from the set and the models.
func (s *Snapshot) build() error {
	ranks, err := ranking.New(s.Set, ranking.Config{})
	if err != nil {
		return fmt.Errorf("ranking the films of %s: %w", s.Set.Name, err)
	}
	s.Titles = similarity.NewTitles(s.Films)
	s.Catalog = catalog.New(s.Films, ranks, s.loaded.UTC().Format(time.DateOnly))
	s.Histogram = histograms(s.Films, s.Matrix)
	return s.buildEngine()
}

func (s *Snapshot) buildEngine() (err error) {
	if s.Liked != nil {
		s.Engine, err = recommend.New(s.Set, nil, recommend.Config{Scorer: newLister(s.Liked, s.Model, s.Films, s.Matrix, s.Stars())})
	} else {
		s.Engine, err = recommend.New(s.Set, s.Model, recommend.Config{})
	}
	if err != nil {
		return fmt.Errorf("building the engine over %s: %w", s.Set.Name, err)
	}
	return nil
}

// WithModels returns a snapshot of the same films and ratings with other models:
// one of ratings and, where it isn't nil, one of interactions. It returns an error
// for models of other films.
func (s *Snapshot) WithModels(model, liked *als.Model) (*Snapshot, error) {
	if s.Matrix == nil {
		return nil, fmt.Errorf("models: %s has no ratings that a model could be of", s.Set.Name)
	}
	for _, m := range []*als.Model{model, liked} {
		if m != nil && !m.Items().Equal(s.Matrix.Items) {
			return nil, fmt.Errorf("models: the model was trained on %d films, %s has %d rated ones, or others", m.Items().Len(), s.Set.Name, s.Matrix.NumItems())
		}
	}
	next := &Snapshot{Set: s.Set, Films: s.Films, Titles: s.Titles, Catalog: s.Catalog, Model: model, Liked: liked,
		Matrix: s.Matrix, Histogram: s.Histogram, Users: s.Users, Ratings: s.Ratings, loaded: s.loaded}
	next.intervals = sync.OnceValue(next.measureIntervals)
	return next, next.buildEngine()
}

// liked trains the model that orders the lists of D, or returns nil where the only
// model does.
func liked(ctx context.Context, from Source, s *Snapshot, log *slog.Logger) (*als.Model, error) {
	switch {
	case s.Model.Config().Implicit:
		return nil, nil
	case from.Model != "" && s.Ratings > mostInteractions:
		log.Warn("lists are made by the model of the file alone: training one of interactions takes too long on start", "ratings", s.Ratings, "most", mostInteractions)
		return nil, nil
	}
	return interactions(ctx, s.Set, s.Matrix, from.Train, log)
}

// Open reads the data sets of paths, or the embedded demo set where there are none.
func Open(ctx context.Context, paths []string, log *slog.Logger) (*dataset.Set, error) {
	if len(paths) == 0 {
		return dataset.Demo()
	}
	set, report, err := dataset.Loader{}.OpenSet(ctx, paths...)
	if err != nil {
		return nil, err
	}
	for _, drop := range report.Dropped {
		log.Warn("rows left out", "reason", drop.Reason, "count", drop.Count, "first_lines", drop.Lines)
	}
	return set, nil
}

// beginsWith tells whether an index numbers the ids of another as that does; behind
// them it may have more, such as the people of the site (see MatrixWith).
func beginsWith(index, other *dataset.Index) bool {
	for row := range int32(other.Len()) {
		if at, ok := index.Row(other.ID(row)); !ok || at != row {
			return false
		}
	}
	return true
}

// model loads the model of a file, which must know the users and items of the
// data, or trains one.
func model(ctx context.Context, from Source, m *dataset.Matrix, log *slog.Logger) (*als.Model, error) {
	if from.Model != "" {
		model, err := als.Load(from.Model)
		if err != nil {
			return nil, err
		}
		if !beginsWith(model.Users(), m.Users) || !model.Items().Equal(m.Items) {
			return nil, fmt.Errorf("model %s was trained on other data: it knows %d users and %d films, the data has %d and %d",
				from.Model, model.Users().Len(), model.Items().Len(), m.NumUsers(), m.NumItems())
		}
		return model, nil
	}
	started := time.Now()
	model, err := als.Train(ctx, m, from.Train, als.WithProgress(func(p als.Progress) {
		log.Debug("training", "iteration", p.Iteration, "of", p.Iterations, "loss", p.Loss)
	}))
	if err != nil {
		if errors.Is(err, context.Canceled) {
			return nil, err
		}
		return nil, fmt.Errorf("training: %w", err)
	}
	log.Info("model trained", "ratings", m.Len(), "factors", model.Config().Factors, "seconds", time.Since(started).Round(time.Millisecond).Seconds())
	return model, nil
}

// histograms counts the ratings of each film by value.
func histograms(films *dataset.Catalogue, m *dataset.Matrix) [][]HistogramBar {
	bars := make([][]HistogramBar, films.Len())
	if m == nil {
		return bars
	}
	byItem := m.Transpose()
	for row := range int32(m.NumItems()) {
		_, pos := films.ByID(m.Items.ID(row))
		if pos < 0 {
			continue
		}
		_, values := byItem.Row(row)
		bars[pos] = count(values)
	}
	return bars
}
