package ranking

import (
	"cmp"
	"errors"
	"math"
	"slices"
	"strings"
	"time"

	"github.com/nextflex/nextflex/dataset"
)

// Entry is one film of a list.
type Entry struct {
	Pos   int32   // position in Complete().Movies of the set
	Score float64 // what the list is ordered by: WR, votes, decayed votes; the year for Newest
	Count float64 // votes of all time
	Mean  float64 // their mean, on the scale of the votes; 0 without votes
}

// Source says where the votes come from.
type Source string

// The sources of votes.
const (
	FromRatings  Source = "ratings"        // the set's own ratings
	FromMetadata Source = "vote_count"     // VoteCount and VoteAverage of the catalogue
	FromNothing  Source = "no votes known" // the set has neither
)

// Ranking is a snapshot of what all people say. It is immutable and safe for
// concurrent use.
type Ranking struct {
	films   *dataset.Catalogue
	config  Config
	weights Weights
	source  Source
	count   []float64  // by position
	mean    []float64  // by position
	times   [][]uint32 // by position, ascending; nil where votes have no times
	now     uint32     // newest rating
	year    int        // from which age is counted
}

// ErrNoFilms is returned for a set without films.
var ErrNoFilms = errors.New("ranking: the set has no films")

// New counts the votes of a set. They come from its ratings if it has any, else
// from the vote counts of its catalogue. It returns a *ConfigError or ErrNoFilms.
func New(set *dataset.Set, cfg Config) (*Ranking, error) {
	if err := cfg.check(); err != nil {
		return nil, err
	}
	films := set.Complete()
	if films.Len() == 0 {
		return nil, ErrNoFilms
	}
	n := films.Len()
	r := &Ranking{films: films, config: cfg, source: FromNothing, count: make([]float64, n), mean: make([]float64, n)}
	if set.Ratings != nil && set.Ratings.Len() > 0 {
		r.fromRatings(set.Ratings)
	} else {
		r.fromMetadata()
	}
	r.setYear()
	var err error
	r.weights, err = Prior(r.count, r.mean, cfg)
	return r, err
}

func (r *Ranking) fromRatings(ratings *dataset.Ratings) {
	r.source = FromRatings
	position := make([]int32, ratings.Items.Len())
	for row := range position {
		_, pos := r.films.ByID(ratings.Items.ID(int32(row)))
		position[row] = int32(pos) // Complete has every rated item
	}
	for i, item := range ratings.Item {
		r.count[position[item]]++
		r.mean[position[item]] += float64(ratings.Value[i])
	}
	for pos, v := range r.count {
		if v > 0 {
			r.mean[pos] /= v
		}
	}
	if ratings.Time == nil {
		return
	}
	all := make([]uint32, 0, ratings.Len())
	r.times = make([][]uint32, len(r.count))
	for pos, v := range r.count {
		all = all[:len(all)+int(v)]
		r.times[pos] = all[len(all)-int(v) : len(all)-int(v) : len(all)]
	}
	for i, item := range ratings.Item {
		if t := ratings.Time[i]; t != 0 { // 0: a rating without a time
			r.times[position[item]] = append(r.times[position[item]], t)
			r.now = max(r.now, t)
		}
	}
	for _, times := range r.times {
		slices.Sort(times)
	}
}

func (r *Ranking) fromMetadata() {
	for pos := range r.films.Movies {
		m := &r.films.Movies[pos]
		if m.VoteCount > 0 && m.VoteAverage > 0 {
			r.count[pos], r.mean[pos] = float64(m.VoteCount), float64(m.VoteAverage)
			r.source = FromMetadata
		}
	}
}

func (r *Ranking) setYear() {
	if r.year = r.config.Now; r.year != 0 {
		return
	}
	if r.now != 0 {
		r.year = time.Unix(int64(r.now), 0).UTC().Year()
		return
	}
	for i := range r.films.Movies {
		r.year = max(r.year, r.films.Movies[i].Year)
	}
}

// Weights returns C and m.
func (r *Ranking) Weights() Weights { return r.weights }

// Source says where the votes come from.
func (r *Ranking) Source() Source { return r.source }

// Films returns the catalogue whose positions the entries name.
func (r *Ranking) Films() *dataset.Catalogue { return r.films }

// Entry returns the votes of the film at a position; its score is WR.
func (r *Ranking) Entry(pos int32) Entry {
	return Entry{Pos: pos, Score: r.weights.Rating(r.count[pos], r.mean[pos], r.needed(pos)), Count: r.count[pos], Mean: r.mean[pos]}
}

// needed is m for one film, less for a young one.
func (r *Ranking) needed(pos int32) float64 {
	m, horizon := r.weights.MinVotes, r.config.YoungYears
	year := r.films.Movies[pos].Year
	if horizon == 0 || year == 0 {
		return m
	}
	if age := max(r.year-year, 1); age < horizon {
		return m * float64(age) / float64(horizon)
	}
	return m
}

// Top returns the k films with the best weighted rating among those with enough
// votes, best first; ties go to more votes, then to the smaller position.
func (r *Ranking) Top(k int, f dataset.Filter) []Entry {
	return r.list(k, f, func(e *Entry) bool {
		return e.Count > 0 && (r.config.KeepFew || e.Count >= r.needed(e.Pos))
	})
}

// Popular returns the k films with the most votes in the window that ends with
// the newest rating of the set, most first. A window of 0 is all time, the only
// one where votes have no times: with another window the list is then empty.
func (r *Ranking) Popular(k int, window time.Duration, f dataset.Filter) []Entry {
	return r.list(k, f, func(e *Entry) bool {
		if e.Score = e.Count; window > 0 {
			e.Score = float64(r.since(e.Pos, window))
		}
		return e.Score > 0
	})
}

// since counts the votes of a film within a window before now.
func (r *Ranking) since(pos int32, window time.Duration) int {
	if r.times == nil {
		return 0
	}
	from := uint32(max(int64(r.now)-int64(window/time.Second), 0))
	times := r.times[pos]
	first, _ := slices.BinarySearch(times, from)
	return len(times) - first
}

// Trending returns the k films with the highest sum of 2^(−age/halfLife) over
// their votes, highest first: a vote counts half after each half-life
// (exponential decay; Cormode et al. 2009, "Forward decay", section 3). Ages are
// counted from the newest rating of the set. Where votes have no times the list
// is empty. A half-life of 0 means 30 days.
func (r *Ranking) Trending(k int, halfLife time.Duration, f dataset.Filter) []Entry {
	if halfLife <= 0 {
		halfLife = 30 * 24 * time.Hour
	}
	if r.times == nil {
		return nil
	}
	return r.list(k, f, func(e *Entry) bool {
		e.Score = 0
		for _, t := range r.times[e.Pos] {
			e.Score += math.Exp2(-float64(r.now-t) / halfLife.Seconds())
		}
		return e.Score > 0
	})
}

// Newest returns the k films released last, newest first: by release date, or by
// year where no date is known (as its last day, when it could have been out at
// the latest); ties go to more votes. Films of unknown year are left out.
func (r *Ranking) Newest(k int, f dataset.Filter) []Entry {
	entries := r.list(math.MaxInt, f, func(e *Entry) bool {
		e.Score = float64(r.films.Movies[e.Pos].Year)
		return e.Score > 0
	})
	slices.SortStableFunc(entries, func(a, b Entry) int {
		return strings.Compare(r.released(b.Pos), r.released(a.Pos))
	})
	return entries[:min(max(k, 0), len(entries))]
}

func (r *Ranking) released(pos int32) string {
	m := &r.films.Movies[pos]
	if m.Released != "" {
		return m.Released
	}
	return time.Date(m.Year, 12, 31, 0, 0, 0, 0, time.UTC).Format(time.DateOnly)
}

// list collects the films that pass, sorts them by score and cuts to k. take
// may change the score, and says whether the film is listed.
func (r *Ranking) list(k int, f dataset.Filter, take func(*Entry) bool) []Entry {
	var entries []Entry
	for pos := range int32(len(r.count)) {
		if !f.Passes(pos, &r.films.Movies[pos]) {
			continue
		}
		if e := r.Entry(pos); take(&e) {
			entries = append(entries, e)
		}
	}
	slices.SortFunc(entries, func(a, b Entry) int {
		return cmp.Or(cmp.Compare(b.Score, a.Score), cmp.Compare(b.Count, a.Count), cmp.Compare(a.Pos, b.Pos))
	})
	return entries[:min(max(k, 0), len(entries))]
}
