package ranking

import (
	"cmp"
	"errors"
	"fmt"
	"math"
	"slices"
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
	films    *dataset.Catalogue
	config   Config
	weights  Weights
	source   Source
	count    []float64  // by position
	mean     []float64  // by position
	need     []float64  // by position: m, less for a young film
	released []int32    // by position: days since 1970, unknownDay where not known
	times    [][]uint32 // by position, ascending; nil where votes have no times
	now      uint32     // to which windows and trends are counted
}

const (
	unknownDay = math.MinInt32
	daySeconds = 24 * 60 * 60
	yearDays   = 365.25
)

// ErrNoFilms is returned for a set without films.
var ErrNoFilms = errors.New("ranking: the set has no films")

// New counts the votes of a set. They come from its ratings if it has any, else
// from the vote counts of its catalogue. It returns a *ConfigError, ErrNoFilms, or
// an error for ratings that don't pass Ratings.Validate. O(ratings·log ratings).
func New(set *dataset.Set, cfg Config) (*Ranking, error) {
	if err := cfg.check(); err != nil {
		return nil, err
	}
	if set.Ratings != nil {
		if err := set.Ratings.Validate(); err != nil {
			return nil, fmt.Errorf("ranking: %w", err)
		}
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
	var err error
	if r.weights, err = Prior(r.count, r.mean, cfg); err != nil {
		return nil, err
	}
	r.setAges()
	return r, nil
}

// fromRatings counts the ratings of each film.
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
	if ratings.Time != nil {
		r.addTimes(ratings, position)
	}
}

// addTimes sorts the times of the ratings by film, all in one piece of memory.
func (r *Ranking) addTimes(ratings *dataset.Ratings, position []int32) {
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

// fromMetadata takes the votes that the films came with.
func (r *Ranking) fromMetadata() {
	for pos := range r.films.Movies {
		m := &r.films.Movies[pos]
		if mean := float64(m.VoteAverage); m.VoteCount > 0 && mean > 0 && !math.IsInf(mean, 0) {
			r.count[pos], r.mean[pos] = float64(m.VoteCount), mean
			r.source = FromMetadata
		}
	}
}

// setAges finds when films came out, what now is, and how many votes each needs.
func (r *Ranking) setAges() {
	n := r.films.Len()
	r.released, r.need = make([]int32, n), make([]float64, n)
	newest := int32(0)
	for pos := range r.films.Movies {
		r.released[pos] = releaseDay(&r.films.Movies[pos])
		newest = max(newest, r.released[pos])
	}
	if !r.config.Now.IsZero() {
		r.now = uint32(r.config.Now.Unix())
	}
	if r.now == 0 {
		r.now = uint32(min(int64(newest)*daySeconds, math.MaxUint32))
	}
	m, horizon := r.weights.MinVotes, float64(r.config.YoungYears)
	for pos, day := range r.released {
		r.need[pos] = m
		if horizon > 0 && day != unknownDay {
			age := (float64(r.now)/daySeconds - float64(day)) / yearDays
			r.need[pos] = m * min(max(age, 1)/horizon, 1)
		}
	}
}

// releaseDay is the release date in days since 1970, or the first of January
// where only the year is known.
func releaseDay(m *dataset.Movie) int32 {
	date, err := time.Parse(time.DateOnly, m.Released)
	if err != nil {
		if m.Year == 0 {
			return unknownDay
		}
		date = time.Date(min(max(m.Year, 1), 9999), 1, 1, 0, 0, 0, 0, time.UTC)
	}
	return int32(floorDiv(date.Unix(), daySeconds))
}

func floorDiv(a, b int64) int64 {
	q := a / b
	if a%b < 0 {
		q--
	}
	return q
}

// Weights returns C and m.
func (r *Ranking) Weights() Weights { return r.weights }

// Source says where the votes come from.
func (r *Ranking) Source() Source { return r.source }

// Films returns the catalogue whose positions the entries name.
func (r *Ranking) Films() *dataset.Catalogue { return r.films }

// Now returns the moment to which windows, trends and ages are counted, 1970
// where nothing has a time.
func (r *Ranking) Now() time.Time { return time.Unix(int64(r.now), 0).UTC() }

// Entry returns the votes of the film at a position; its score is WR, whether or
// not it has enough votes to be listed. It panics if the position is out of range,
// as indexing Movies does.
func (r *Ranking) Entry(pos int32) Entry {
	v, mean := r.count[pos], r.mean[pos]
	return Entry{Pos: pos, Score: r.weights.Rating(v, mean, r.need[pos]), Count: v, Mean: mean}
}

// Needed returns how many votes the film at a position needs for Top: m, or less
// for a young film (Config.YoungYears).
func (r *Ranking) Needed(pos int32) float64 { return r.need[pos] }

// Top returns the k films with the best weighted rating among those with enough
// votes, best first; ties go to more votes, then to the smaller position.
func (r *Ranking) Top(k int, f dataset.Filter) []Entry {
	return r.list(k, f, func(e *Entry) bool {
		return e.Count > 0 && (r.config.KeepFew || e.Count >= r.need[e.Pos])
	})
}

// Popular returns the k films with the most votes in the window that ends with
// Config.Now, by default the newest rating of the set, most first. A vote as old as
// the window still counts. A window of 0 or less is all time, later votes
// included; it is the only one where votes have no times: with another window the
// list is then empty.
func (r *Ranking) Popular(k int, window time.Duration, f dataset.Filter) []Entry {
	return r.list(k, f, func(e *Entry) bool {
		if e.Score = e.Count; window > 0 {
			e.Score = float64(len(r.within(e.Pos, window)))
		}
		return e.Score > 0
	})
}

// within returns the times of a film's votes in a window before now.
func (r *Ranking) within(pos int32, window time.Duration) []uint32 {
	if r.times == nil {
		return nil
	}
	times := r.times[pos]
	from := uint32(max(int64(r.now)-int64(window/time.Second), 1))
	first, _ := slices.BinarySearch(times, from)
	end := len(times)
	if r.now < math.MaxUint32 {
		end, _ = slices.BinarySearch(times, r.now+1)
	}
	return times[min(first, end):end]
}

// Trending returns the k films with the highest sum of 2^(−age/halfLife) over
// their votes, highest first: a vote counts half after each half-life
// (exponential decay; Cormode, Shkapenyuk, Srivastava & Xu 2009, "Forward decay: a
// practical time decay model for streaming systems", section III). Ages are counted
// to Config.Now, by default the newest rating of the set. Where votes have no
// times the list is empty. A half-life of 0 or less means 30 days. O(ratings).
func (r *Ranking) Trending(k int, halfLife time.Duration, f dataset.Filter) []Entry {
	if halfLife <= 0 {
		halfLife = 30 * 24 * time.Hour
	}
	if r.times == nil {
		return nil
	}
	scale := -1 / halfLife.Seconds()
	return r.list(k, f, func(e *Entry) bool {
		e.Score = 0
		for _, t := range r.within(e.Pos, math.MaxInt64) { // oldest first: the smallest parts are added first
			e.Score += math.Exp2(float64(r.now-t) * scale)
		}
		return e.Score > 0
	})
}

// Newest returns the k films released last, newest first: by release date, or by
// year where no date is known, as if on its first of January, so that such a film
// doesn't pass those known to be newer; ties go to more votes. Films of unknown
// date and year are left out; films yet to come are not: a filter can do that.
func (r *Ranking) Newest(k int, f dataset.Filter) []Entry {
	entries := r.list(math.MaxInt, f, func(e *Entry) bool {
		e.Score = float64(r.released[e.Pos])
		return r.released[e.Pos] != unknownDay
	})
	entries = entries[:min(max(k, 0), len(entries))]
	for i := range entries {
		entries[i].Score = float64(time.Unix(int64(entries[i].Score)*daySeconds, 0).UTC().Year())
	}
	return entries
}

// list collects the films that pass, sorts them by score, then votes, then
// position, and cuts to k. take may change the score, and says whether the film is
// listed.
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
