package recommend

import (
	"errors"
	"fmt"
	"math"
	"time"

	"github.com/nextflex/nextflex/als"
	"github.com/nextflex/nextflex/dataset"
	"github.com/nextflex/nextflex/internal/config"
	"github.com/nextflex/nextflex/ranking"
	"github.com/nextflex/nextflex/similarity"
)

// ConfigError says which field of a Config or Query is out of range.
type ConfigError = config.Error

// Model is what the engine asks of collaborative filtering; *als.Model has it.
// Users and items are rows of the indexes.
type Model interface {
	Users() *dataset.Index
	Items() *dataset.Index
	// UserFactor returns what the model knows of a user it was trained on.
	UserFactor(user int32) (als.Factor, error)
	// FoldInUser solves for a user from ratings of items.
	FoldInUser(items []int32, values []float32) (als.Factor, error)
	// ScoresFor writes a score for every item to dst.
	ScoresFor(u als.Factor, dst []float32) error
	// Explain splits the score of an item by the ratings it follows from.
	Explain(items []int32, values []float32, target int32) (float32, []als.Contribution, error)
}

// A Scorer adds an opinion of the program's own to personal lists: it may raise
// or lower the score of each candidate, such as for films that a cinema shows.
// Scores are in units of standard deviations over all films (see Query.Blend).
type Scorer interface {
	// Score returns what to add to a film's score. It is called from the
	// goroutine of the request and must be safe for concurrent use.
	Score(pos int32, m *dataset.Movie) float64
}

// ScorerFunc makes a Scorer of a function.
type ScorerFunc func(pos int32, m *dataset.Movie) float64

// Score calls the function.
func (f ScorerFunc) Score(pos int32, m *dataset.Movie) float64 { return f(pos, m) }

// Config sets an engine up. The zero Config takes the defaults of each part.
type Config struct {
	Ranking    ranking.Config
	Similarity similarity.Config
	Scorers    []Scorer       // opinions added to personal lists
	Filter     dataset.Filter // films that may stand in any list; nil for all
	// PopularWindow is what Popular looks at, up to the newest rating; 0 means
	// all time.
	PopularWindow time.Duration
	// TrendingHalfLife is how long a vote takes to count half; 0 means 30 days.
	TrendingHalfLife time.Duration
}

// Engine answers the four questions from one snapshot of the data. It is
// immutable and safe for concurrent use.
type Engine struct {
	set     *dataset.Set
	films   *dataset.Catalogue
	config  Config
	ranks   *ranking.Ranking
	index   *similarity.Index
	titles  *similarity.Titles
	model   Model           // nil: D falls back to B
	ratings *dataset.Matrix // nil without ratings
	posOf   []int32         // position of each item row of the model
	rowOf   []int32         // item row of each position, -1 for none
}

// ErrNoFilms is returned for a set without films.
var ErrNoFilms = errors.New("recommend: the set has no films")

// ErrNoModel is returned where only a trained model could answer.
var ErrNoModel = errors.New("recommend: there is no trained model")

// New builds an engine over a set. The model, which may be nil, was trained on the
// ratings of the set; ids are matched, so that it may know fewer users and items.
// A typed nil is refused. The cost is that of ranking.New, similarity.New and
// similarity.NewTitles.
func New(set *dataset.Set, model *als.Model, cfg Config) (*Engine, error) {
	if model == nil {
		return NewWithModel(set, nil, cfg)
	}
	return NewWithModel(set, model, cfg)
}

// NewWithModel is New for any model.
func NewWithModel(set *dataset.Set, model Model, cfg Config) (*Engine, error) {
	films := set.Complete()
	if films.Len() == 0 {
		return nil, ErrNoFilms
	}
	// One complete catalogue serves all parts, so that they agree on positions.
	whole := *set
	whole.Catalogue = films
	e := &Engine{set: &whole, films: films, config: cfg, model: model, titles: similarity.NewTitles(films)}
	var err error
	if e.ranks, err = ranking.New(&whole, cfg.Ranking); err != nil {
		return nil, fmt.Errorf("recommend: %w", err)
	}
	if e.index, err = similarity.New(films, cfg.Similarity); err != nil {
		return nil, fmt.Errorf("recommend: %w", err)
	}
	if set.Ratings != nil && set.Ratings.Len() > 0 {
		e.ratings = set.Ratings.Matrix()
	}
	e.rowOf = make([]int32, films.Len())
	for pos := range e.rowOf {
		e.rowOf[pos] = -1
	}
	if model != nil {
		e.posOf = make([]int32, model.Items().Len())
		for row := range e.posOf {
			_, pos := films.ByID(model.Items().ID(int32(row)))
			e.posOf[row] = int32(pos)
			if pos >= 0 {
				e.rowOf[pos] = int32(row)
			}
		}
	}
	return e, nil
}

// Films returns the catalogue the engine answers from: that of the set, with an
// entry for every rated film. Positions in dataset.Filter count in it.
func (e *Engine) Films() *dataset.Catalogue { return e.films }

// Titles finds films by title.
func (e *Engine) Titles() *similarity.Titles { return e.titles }

// Ranking returns the votes of all people.
func (e *Engine) Ranking() *ranking.Ranking { return e.ranks }

// Index returns the content index.
func (e *Engine) Index() *similarity.Index { return e.index }

// Kind names the way a list was made.
type Kind string

// The kinds of lists.
const (
	Newest   Kind = "newest"
	Popular  Kind = "popular"
	Trending Kind = "trending"
	Top      Kind = "top"
	Similar  Kind = "similar"
	Personal Kind = "personal"
)

// MaxK is the most films a query may ask for.
const MaxK = 1000

// Query says what a list is to hold. The zero value of each field but K is
// neutral.
type Query struct {
	K         int            // films at most, 1 to MaxK
	Filter    dataset.Filter // nil for all
	Exclude   []dataset.ID   // films that must not stand in the list; unknown ids are ignored
	Seen      bool           // list films that the person has rated, too
	Explain   bool           // fill in Reasons
	Diversity float64        // 0 to 1: the part of unlikeness to the films before in each choice (MMR)
	// Blend mixes content into a personal list: 0 is the model alone, 1 content
	// alone. Both score lists are standardised over all films first, so that
	// neither's scale wins: score = (1−Blend)·z(model) + Blend·z(content).
	Blend float64
}

func (q Query) check() error {
	if q.K < 1 || q.K > MaxK {
		return &ConfigError{Package: "recommend", Field: "K", Value: q.K, Want: fmt.Sprintf("1 to %d", MaxK)}
	}
	for _, f := range []struct {
		name  string
		value float64
	}{{"Diversity", q.Diversity}, {"Blend", q.Blend}} {
		if !(f.value >= 0 && f.value <= 1) {
			return &ConfigError{Package: "recommend", Field: f.name, Value: f.value, Want: "0 to 1"}
		}
	}
	return nil
}

// Item is one film of a list.
type Item struct {
	Rank  int // from 1
	Pos   int32
	Movie *dataset.Movie // shared; must not be changed
	Score float64        // what the list is ordered by; see the method that made it
	// Prediction is the rating the person is expected to give, on the scale of the
	// set; NaN where the model can't tell or predicts no ratings.
	Prediction float64
	Reasons    []Reason // largest part first; only with Explain
}

// Reason is one cause of a film's place in a list.
type Reason struct {
	Kind string  // a similarity.Field, or Rated
	Name string  // what is shared, or the title of the film rated
	Pos  int32   // of the film rated; -1 otherwise
	Part float64 // of the score; negative where it speaks against
}

// Rated is the kind of reasons that say "because you rated".
const Rated = "rated"

// Result is a list, best first.
type Result struct {
	Kind     Kind
	Items    []Item
	Fallback string // why the list is of another kind than asked for; empty where it isn't
}

// allowed joins the filters of the engine and of a query. seen may be nil.
func (e *Engine) allowed(q Query, seen map[int32]bool) dataset.Filter {
	var out map[int32]bool
	if len(q.Exclude) > 0 {
		out = make(map[int32]bool, len(q.Exclude))
		for _, id := range q.Exclude {
			if _, pos := e.films.ByID(id); pos >= 0 {
				out[int32(pos)] = true
			}
		}
	}
	var unseen dataset.Filter
	if len(out) > 0 || (len(seen) > 0 && !q.Seen) {
		unseen = func(pos int32, _ *dataset.Movie) bool { return !out[pos] && (q.Seen || !seen[pos]) }
	}
	return dataset.AllOf(unseen, e.config.Filter, q.Filter)
}

func (e *Engine) item(pos int32, score float64) Item {
	return Item{Pos: pos, Movie: &e.films.Movies[pos], Score: score, Prediction: math.NaN()}
}

func number(items []Item) []Item {
	for i := range items {
		items[i].Rank = i + 1
	}
	return items
}
