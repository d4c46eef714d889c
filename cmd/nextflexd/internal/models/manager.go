package models

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"strings"
	"sync"
	"time"

	"github.com/nextflex/nextflex/als"
	"github.com/nextflex/nextflex/cmd/nextflexd/internal/blob"
	"github.com/nextflex/nextflex/cmd/nextflexd/internal/store"
	"github.com/nextflex/nextflex/dataset"
	"github.com/nextflex/nextflex/recommend/evaluate"
)

// ErrNoModel is returned where the registry has no model to do it with.
var ErrNoModel = errors.New("models: there is no such model")

// Progress tells how far training is, from 0 to 1, and what is being done.
type Progress func(fraction float64, detail string)

// kept is how many models that aren't active the registry keeps.
const kept = 10

// maxModel bounds the file of a model in bytes.
const maxModel = 16 << 30

// Managed is what a Manager works with.
type Managed struct {
	DB    *store.DB
	Blobs blob.Store
	Log   *slog.Logger
	// Base has the films and ratings that models are trained on and served with.
	Base *Snapshot
	// Replace puts a snapshot in service.
	Replace func(*Snapshot)
	// Serving is the model of the registry that is in service already; see
	// Registered.
	Serving int64
}

// Manager trains models, keeps them in the registry, and puts them in service. It
// is safe for concurrent use.
type Manager struct {
	Managed

	mu      sync.Mutex
	serving int64 // model of the registry in service; 0 for the one made on start
}

// NewManager returns a manager.
func NewManager(m Managed) *Manager { return &Manager{Managed: m, serving: m.Serving} }

// Registered returns the active model of a registry by its number, or ErrNoModel.
func Registered(ctx context.Context, db *store.DB, blobs blob.Store) (ratings, liked *als.Model, id int64, err error) {
	entry, err := db.ActiveModel(ctx)
	if errors.Is(err, store.ErrNotFound) {
		return nil, nil, 0, ErrNoModel
	}
	if err != nil {
		return nil, nil, 0, err
	}
	ratings, liked, err = files(ctx, blobs, entry)
	return ratings, liked, entry.ID, err
}

// Settings are those of a training.
type Settings struct {
	Factors        int     `json:"factors"`
	Iterations     int     `json:"iterations"`
	Regularization float64 `json:"regularization,omitempty"` // 0 means the library's
	Seed           uint64  `json:"seed,omitempty"`
	GradesAlone    bool    `json:"grades_alone,omitempty"` // see Config
	Activate       bool    `json:"activate"`               // put it in service once it is trained
}

// Config returns the settings of the model of ratings. It learns from what a person has
// rated at all and who has rated a film, too, unless GradesAlone is set: predictions are
// then 3 % less exact, and trained in a third to an eighth of the time.
//
// It has no features of films. They would make predictions some 1 % better at up to twice
// the cost, and predict films that nobody has rated; but such films are no items of a
// model here, and hardly any of a set that has ratings. Beside who rated what they are
// predicted less well than by features alone, too. The numbers are in
// benchmarks/results/accuracy.md, "What the site trains".
func (s Settings) Config() als.Config {
	return als.Config{Factors: s.Factors, Iterations: s.Iterations, Regularization: s.Regularization, Seed: s.Seed, Rated: !s.GradesAlone}
}

// suited adapts settings to a scale: interactions are no ratings to predict, and who has
// which is all that a model of them knows.
func suited(c als.Config, scale dataset.Scale) als.Config {
	c.Implicit, c.Rated = scale.Implicit, c.Rated && !scale.Implicit
	return c
}

// trainedBy is what the registry keeps of the settings. Rated says how the model of
// ratings was trained, which models from before there was a choice lack.
type trainedBy struct {
	Settings
	Rated bool `json:"rated"`
}

// Metrics are measured on a tenth of the ratings, held out of a training of the
// same settings; the model itself is trained on all.
type Metrics struct {
	RMSE       float64 `json:"rmse,omitempty"` // of predictions, in units of the set's scale; 0 for interactions
	MAE        float64 `json:"mae,omitempty"`
	NDCG       float64 `json:"ndcg_at_10"` // of the lists of the model that orders them
	Recall     float64 `json:"recall_at_10"`
	HitRate    float64 `json:"hit_rate_at_10"`
	HeldOut    int     `json:"held_out"` // ratings
	SiteUsers  int     `json:"site_users"`
	TrainedFor float64 `json:"trained_for"` // seconds, without the measuring
}

// heldOut is the part of the ratings that metrics are measured on.
const heldOut = 0.1

// pair is a model of ratings with one of interactions, nil where the first orders
// the lists, too.
type pair struct{ ratings, liked *als.Model }

// Train trains a model on the set's ratings and those that people gave on the
// site, measures it, and keeps it in the registry. by is the account that asked, 0
// for the daemon.
func (m *Manager) Train(ctx context.Context, s Settings, by int64, progress Progress) (store.Model, error) {
	if m.Base.Matrix == nil {
		return store.Model{}, fmt.Errorf("models: %s has no ratings to train on", m.Base.Set.Name)
	}
	progress(0, "reading the site's ratings")
	matrix, people, err := m.Base.MatrixWith(m.siteRatings(ctx))
	if err != nil {
		return store.Model{}, err
	}
	config := suited(s.Config(), m.Base.Set.Ratings.Scale)
	metrics, err := m.measure(ctx, matrix, config, part(progress, 0, 0.45, "measuring on a tenth held out"))
	if err != nil {
		return store.Model{}, err
	}
	started := time.Now()
	trained, err := m.train(ctx, matrix, config, part(progress, 0.45, 0.9, "training on all ratings"))
	if err != nil {
		return store.Model{}, err
	}
	metrics.SiteUsers, metrics.TrainedFor = people, time.Since(started).Seconds()
	progress(0.9, "keeping the model")
	kept, err := m.keep(ctx, trained, s, metrics, by)
	if err != nil {
		return store.Model{}, err
	}
	if s.Activate {
		progress(0.95, "putting the model in service")
		if err := m.activate(ctx, kept, store.AuditEntry{ActorID: by, Actor: "nextflexd", Action: "model.activate"}); err != nil {
			return store.Model{}, err
		}
	}
	return kept, m.prune(ctx)
}

// part maps the progress of a step to that of the whole.
func part(progress Progress, from, to float64, detail string) func(float64) {
	return func(fraction float64) { progress(from+(to-from)*fraction, detail) }
}

// siteRatings goes through the ratings of the site's people.
func (m *Manager) siteRatings(ctx context.Context) func(yield func(PersonRating, error) bool) {
	return func(yield func(PersonRating, error) bool) {
		for r, err := range m.DB.AllRatings(ctx) {
			if !yield(PersonRating{Person: r.UserID, Film: dataset.ParseID(r.MovieID), Stars: r.Stars}, err) || err != nil {
				return
			}
		}
	}
}

// train trains the two models of a matrix.
func (m *Manager) train(ctx context.Context, matrix *dataset.Matrix, config als.Config, progress func(float64)) (pair, error) {
	var p pair
	var err error
	p.ratings, err = als.Train(ctx, matrix, config, als.WithProgress(func(at als.Progress) { progress(0.7 * float64(at.Iteration) / float64(at.Iterations)) }))
	if err != nil {
		return pair{}, fmt.Errorf("models: training: %w", err)
	}
	if !config.Implicit {
		if p.liked, err = interactions(ctx, m.Base.Set, matrix, config, m.Log); err != nil {
			return pair{}, err
		}
	}
	progress(1)
	return p, nil
}

// measure trains on nine tenths and says how good that is on the last.
func (m *Manager) measure(ctx context.Context, matrix *dataset.Matrix, config als.Config, progress func(float64)) (Metrics, error) {
	ratings := ratingsOf(matrix, m.Base.Set.Ratings)
	fold, err := dataset.RandomSplit(ratings, heldOut, 1)
	if err != nil {
		return Metrics{}, fmt.Errorf("models: holding ratings out: %w", err)
	}
	p, err := m.train(ctx, fold.Train.Matrix(), config, func(f float64) { progress(0.8 * f) })
	if err != nil {
		return Metrics{}, err
	}
	metrics := Metrics{HeldOut: fold.Test.Len()}
	if !config.Implicit {
		errs, err := evaluate.Ratings(ctx, p.ratings, fold.Train, fold.Test, evaluate.Options{})
		if err != nil {
			return Metrics{}, fmt.Errorf("models: measuring predictions: %w", err)
		}
		metrics.RMSE, metrics.MAE = errs.RMSE, errs.MAE
	}
	lists := p.ratings
	if p.liked != nil {
		lists = p.liked
	}
	report, err := evaluate.Ranking(ctx, lists, fold.Train, fold.Test, evaluate.Options{K: []int{10}})
	switch {
	case errors.Is(err, evaluate.ErrNothing): // nothing held out was liked
	case err != nil:
		return Metrics{}, fmt.Errorf("models: measuring lists: %w", err)
	default:
		metrics.NDCG, metrics.Recall, metrics.HitRate = report.At[0].NDCG, report.At[0].Recall, report.At[0].HitRate
	}
	progress(1)
	return metrics, nil
}

// ratingsOf returns the entries of a matrix as ratings of a set's scale.
func ratingsOf(m *dataset.Matrix, like *dataset.Ratings) *dataset.Ratings {
	r := &dataset.Ratings{Name: like.Name, Simulated: like.Simulated, Scale: like.Scale, Users: m.Users, Items: m.Items}
	for user := range int32(m.NumUsers()) {
		items, values := m.Row(user)
		for range items {
			r.User = append(r.User, user)
		}
		r.Item, r.Value = append(r.Item, items...), append(r.Value, values...)
	}
	return r
}

// Files of a model, under its key.
const (
	ratingsFile = "/ratings.nfm"
	likedFile   = "/liked.nfm"
)

// keep writes the files of a model and enters it into the registry.
func (m *Manager) keep(ctx context.Context, p pair, s Settings, metrics Metrics, by int64) (store.Model, error) {
	key := "models/" + strings.ToLower(rand.Text())
	entry := store.Model{Kind: "als", BlobKey: key, Fingerprint: p.ratings.Provenance().Fingerprint, Ratings: p.ratings.Provenance().Ratings, CreatedBy: by}
	for name, model := range map[string]*als.Model{ratingsFile: p.ratings, likedFile: p.liked} {
		if model == nil {
			continue
		}
		size, err := m.put(ctx, key+name, model)
		if err != nil {
			return store.Model{}, errors.Join(err, m.remove(ctx, key))
		}
		entry.Bytes += size
	}
	config, err := json.Marshal(trainedBy{s, p.ratings.Config().Rated})
	if err != nil {
		return store.Model{}, fmt.Errorf("models: writing the settings: %w", err)
	}
	measured, err := json.Marshal(metrics)
	if err != nil {
		return store.Model{}, fmt.Errorf("models: writing the metrics: %w", err)
	}
	entry.Config, entry.Metrics = string(config), string(measured)
	if entry, err = m.DB.AddModel(ctx, entry); err != nil {
		return store.Model{}, errors.Join(err, m.remove(ctx, key))
	}
	return entry, nil
}

// put streams a model to where the blobs lie.
func (m *Manager) put(ctx context.Context, key string, model *als.Model) (int64, error) {
	reader, writer := io.Pipe()
	go func() { writer.CloseWithError(model.Write(writer)) }()
	info, err := m.Blobs.Put(ctx, key, reader, blob.PutOptions{Limit: maxModel})
	reader.CloseWithError(io.ErrClosedPipe) // lets the writer end where Put has failed
	if err != nil {
		return 0, fmt.Errorf("models: keeping a model: %w", err)
	}
	return info.Size, nil
}

func (m *Manager) remove(ctx context.Context, key string) error {
	ctx = context.WithoutCancel(ctx)
	return errors.Join(m.Blobs.Delete(ctx, key+ratingsFile), m.Blobs.Delete(ctx, key+likedFile))
}

// load reads the files of a model and builds a snapshot with it.
func (m *Manager) load(ctx context.Context, entry store.Model) (*Snapshot, error) {
	ratings, liked, err := files(ctx, m.Blobs, entry)
	if err != nil {
		return nil, err
	}
	return m.Base.WithModels(ratings, liked)
}

// files reads the files of a model. A damaged one is an error that says so.
func files(ctx context.Context, blobs blob.Store, entry store.Model) (ratings, liked *als.Model, err error) {
	if ratings, err = file(ctx, blobs, entry.BlobKey+ratingsFile); err != nil {
		return nil, nil, fmt.Errorf("models: model %d: %w", entry.ID, err)
	}
	liked, err = file(ctx, blobs, entry.BlobKey+likedFile)
	if errors.Is(err, blob.ErrNotFound) && ratings.Config().Implicit {
		return ratings, nil, nil
	}
	if err != nil {
		return nil, nil, fmt.Errorf("models: model %d: %w", entry.ID, err)
	}
	return ratings, liked, nil
}

func file(ctx context.Context, blobs blob.Store, key string) (*als.Model, error) {
	content, err := blobs.Open(ctx, key)
	if err != nil {
		return nil, err
	}
	defer content.Close()
	return als.Read(content)
}

// InService returns the model of the registry in service, 0 for the one made on
// start.
func (m *Manager) InService() int64 {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.serving
}

// Activate puts a model of the registry in service. Where its files are damaged or
// of other films, the one in service stays. audit is written with the change.
func (m *Manager) Activate(ctx context.Context, id int64, audit store.AuditEntry) error {
	entry, err := m.DB.Model(ctx, id)
	if errors.Is(err, store.ErrNotFound) {
		return ErrNoModel
	}
	if err != nil {
		return err
	}
	return m.activate(ctx, entry, audit)
}

func (m *Manager) activate(ctx context.Context, entry store.Model, audit store.AuditEntry) error {
	next, err := m.load(ctx, entry)
	if err != nil {
		return err
	}
	audit.Target = fmt.Sprintf("model %d", entry.ID)
	m.mu.Lock()
	defer m.mu.Unlock()
	err = m.DB.Write(ctx, func(tx store.Queries) error {
		if err := tx.Lock(ctx, "models"); err != nil {
			return err
		}
		if err := tx.ActivateModel(ctx, entry.ID); err != nil {
			return err
		}
		return tx.Audit(ctx, audit)
	})
	if err != nil {
		return err
	}
	m.serving = entry.ID
	m.Replace(next)
	m.Log.Info("model in service", "model", entry.ID, "ratings", entry.Ratings)
	return nil
}

// RollBack puts the model in service that was before the one that is.
func (m *Manager) RollBack(ctx context.Context, audit store.AuditEntry) (store.Model, error) {
	entry, err := m.DB.PreviousModel(ctx)
	if errors.Is(err, store.ErrNotFound) {
		return store.Model{}, ErrNoModel
	}
	if err != nil {
		return store.Model{}, err
	}
	return entry, m.activate(ctx, entry, audit)
}

// Follow puts the registry's active model in service if it isn't: after a start,
// and when another daemon of the site has activated one. A model that can't be
// loaded is an error, and what is in service stays.
func (m *Manager) Follow(ctx context.Context) error {
	entry, err := m.DB.ActiveModel(ctx)
	if errors.Is(err, store.ErrNotFound) || err == nil && entry.ID == m.InService() {
		return nil
	}
	if err != nil {
		return err
	}
	next, err := m.load(ctx, entry)
	if err != nil {
		return err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	m.serving = entry.ID
	m.Replace(next)
	m.Log.Info("model in service", "model", entry.ID, "ratings", entry.Ratings)
	return nil
}

// Delete deletes a model that isn't active, with its files.
func (m *Manager) Delete(ctx context.Context, id int64, audit store.AuditEntry) error {
	entry, err := m.DB.Model(ctx, id)
	if err != nil {
		return err
	}
	audit.Target = fmt.Sprintf("model %d", id)
	err = m.DB.Write(ctx, func(tx store.Queries) error {
		if err := tx.DeleteModel(ctx, id); err != nil {
			return err
		}
		return tx.Audit(ctx, audit)
	})
	if err != nil {
		return err
	}
	return m.remove(ctx, entry.BlobKey)
}

// prune deletes the oldest models that aren't active, beyond those kept.
func (m *Manager) prune(ctx context.Context) error {
	list, err := m.DB.Models(ctx)
	if err != nil {
		return err
	}
	idle := 0
	for _, entry := range list {
		if entry.Active {
			continue
		}
		if idle++; idle <= kept {
			continue
		}
		if err := m.Delete(ctx, entry.ID, store.AuditEntry{Actor: "nextflexd", Action: "model.prune"}); err != nil {
			return err
		}
	}
	return nil
}
