package dataset

import (
	"cmp"
	"fmt"
	"hash/fnv"
	"math"
	"math/rand/v2"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"
	"time"
)

// Tastes is a model of people who rate films. It makes the ratings of the demo
// set: simulated ones, in which the methods of this module find what they would
// find in real ones, and no person's data.
//
// A film f has an appeal a_f, a vector of eight traits: each genre, director and
// decade has a trait vector of normal numbers (seeded by its name), and a_f is
// their weighted sum, scaled to length 1, plus a fifth of the film's own. It has a
// quality g_f ~ N(0, 0.45²) and a fame
//
//	log w_f = 1.15·z_f + 0.5·g_f + 0.012·(year − 1990),  z_f ~ N(0, 1)
//
// A person u has a taste t_u: one of twelve kinds of viewer plus an own part of
// half its size, scaled to length 1. They have a bias b_u ~ N(0, 0.35²), a strength
// of taste s_u ~ lognormal(0.25, 0.3), and a number of ratings that is lognormal
// (σ = 0.75) above a least of 20. They rate the films with the greatest
//
//	log w_f + 1.6·t_u·a_f + Gumbel noise
//
// among those released while they are active, which is choosing without
// replacement in proportion to fame and liking (Plackett-Luce by the Gumbel trick,
// Yellott 1977), and give
//
//	r = 3.55 + g_f + b_u + s_u·t_u·a_f + N(0, 0.55²)
//
// rounded to half stars between 0.5 and 5. People join from 2015 to mid 2025 and
// rate in sittings: a large first one, then shorter ones some weeks apart, two
// ratings within a sitting 10 to 60 seconds apart, and no film before its year.
type Tastes struct {
	People  int    // 0 means 2,000
	Ratings int    // in all, exactly; 0 means 120,000
	Seed    uint64 // 0 is a seed like any other
}

const (
	traits      = 8
	viewerKinds = 12
	leastRated  = 20
)

type tasteVector [traits]float64

// Simulate rates the films of a catalogue. It returns an error where the films
// are too few for the ratings asked for.
func (t Tastes) Simulate(films *Catalogue) (*Ratings, error) {
	t.People, t.Ratings = cmp.Or(t.People, 2000), cmp.Or(t.Ratings, 120000)
	if t.People < 1 || t.People > 1e6 {
		return nil, &ConfigError{Package: "dataset", Field: "People", Value: t.People, Want: "1 to 1000000"}
	}
	// No person may rate more than half of the films: a list must be left to
	// recommend from.
	most := films.Len() / 2
	if most < leastRated || t.Ratings < leastRated*t.People || t.Ratings > most*t.People/2 {
		return nil, &ConfigError{Package: "dataset", Field: "Ratings", Value: t.Ratings,
			Want: fmt.Sprintf("%d to %d for %d people and %d films", leastRated*t.People, most*t.People/2, t.People, films.Len())}
	}
	s := &simulation{Tastes: t, films: films.Movies}
	s.makeFilms()
	counts := s.activity(most)
	r := &Ratings{Simulated: true, Scale: Scale{Min: 0.5, Max: 5, Step: 0.5}, Users: SequentialIndex(1, t.People)}
	ids := make([]int64, 0, len(s.films))
	for i := range s.films {
		id, ok := s.films[i].ID.Int64()
		if !ok {
			return nil, fmt.Errorf("dataset: simulating ratings: film id %q, want integers", s.films[i].ID)
		}
		ids = append(ids, id)
	}
	var err error
	if r.Items, err = NewIndex(ids); err != nil {
		return nil, fmt.Errorf("dataset: simulating ratings: %w", err)
	}
	s.people(r, counts)
	return r, nil
}

// people rates for everybody. Each person has random numbers of their own, so
// that they may do it side by side.
func (s *simulation) people(r *Ratings, counts []int) {
	r.User, r.Item = make([]int32, s.Ratings), make([]int32, s.Ratings)
	r.Value, r.Time = make([]float32, s.Ratings), make([]uint32, s.Ratings)
	starts := make([]int, len(counts))
	for u := 1; u < len(counts); u++ {
		starts[u] = starts[u-1] + counts[u-1]
	}
	var next atomic.Int64
	var wg sync.WaitGroup
	for range runtime.GOMAXPROCS(0) {
		wg.Go(func() {
			for u := int(next.Add(1)) - 1; u < len(counts); u = int(next.Add(1)) - 1 {
				s.person(r, int32(u), starts[u], counts[u])
			}
		})
	}
	wg.Wait()
}

type simulation struct {
	Tastes
	films   []Movie
	appeal  []tasteVector
	quality []float64
	fame    []float64 // logarithm
	kinds   [viewerKinds]tasteVector
}

// named returns the trait vector of a genre, director or decade: the same in
// every catalogue that has it.
func (s *simulation) named(name string) tasteVector {
	h := fnv.New64a()
	_, _ = h.Write([]byte(name)) // a hash does not fail
	return normal(rand.New(rand.NewPCG(s.Seed, h.Sum64())))
}

func normal(rng *rand.Rand) tasteVector {
	var v tasteVector
	for i := range v {
		v[i] = rng.NormFloat64()
	}
	return v
}

// add converts each product, so that the compiler may not fuse it with the sum:
// the same numbers come out on every processor.
func (v *tasteVector) add(weight float64, w tasteVector) {
	for i := range v {
		v[i] += float64(weight * w[i])
	}
}

func (v *tasteVector) dot(w tasteVector) float64 {
	var sum float64
	for i := range v {
		sum += float64(v[i] * w[i])
	}
	return sum
}

func (v *tasteVector) scale(length float64) {
	if norm := math.Sqrt(v.dot(*v)); norm > 0 {
		for i := range v {
			v[i] *= length / norm
		}
	}
}

func (s *simulation) makeFilms() {
	for k := range s.kinds {
		s.kinds[k] = normal(rand.New(rand.NewPCG(s.Seed, uint64(1)<<40|uint64(k))))
		s.kinds[k].scale(1)
	}
	for i := range s.films {
		m := &s.films[i]
		var a tasteVector
		for _, g := range m.Genres {
			a.add(1/math.Sqrt(float64(len(m.Genres))), s.named("genre "+g))
		}
		for _, d := range m.Directors {
			a.add(0.6, s.named("director "+d))
		}
		a.add(0.5, s.named(fmt.Sprintf("decade %d", m.Year/10)))
		a.scale(1)
		rng := rand.New(rand.NewPCG(s.Seed, uint64(2)<<40|uint64(i)))
		own := normal(rng)
		own.scale(0.2)
		a.add(1, own)
		g := float64(0.45 * rng.NormFloat64())
		fame := float64(1.15*rng.NormFloat64()) + float64(0.5*g) + float64(0.012*float64(m.Year-1990))
		s.appeal, s.quality, s.fame = append(s.appeal, a), append(s.quality, g), append(s.fame, fame)
	}
}

// activity says how many films each person rates: lognormal above the least, and
// s.Ratings in all.
func (s *simulation) activity(most int) []int {
	share := make([]float64, s.People)
	var sum float64
	for u := range share {
		rng := rand.New(rand.NewPCG(s.Seed, uint64(3)<<40|uint64(u)))
		share[u] = math.Exp(float64(0.75 * rng.NormFloat64()))
		sum += share[u]
	}
	counts := make([]int, s.People)
	left := s.Ratings
	for u := range counts {
		counts[u] = min(leastRated+int(share[u]/sum*float64(s.Ratings-leastRated*s.People)), most)
		left -= counts[u]
	}
	// What rounding and the cap have left goes round one by one.
	for u := 0; left > 0; u = (u + 1) % s.People {
		if counts[u] < most {
			counts[u]++
			left--
		}
	}
	return counts
}

var (
	firstJoin = time.Date(2015, 1, 1, 0, 0, 0, 0, time.UTC).Unix()
	lastJoin  = time.Date(2025, 7, 1, 0, 0, 0, 0, time.UTC).Unix()
	lastTime  = time.Date(2025, 12, 31, 0, 0, 0, 0, time.UTC).Unix()
)

// person fills in n ratings from a place on.
func (s *simulation) person(r *Ratings, u int32, at, n int) {
	rng := rand.New(rand.NewPCG(s.Seed, uint64(4)<<40|uint64(u)))
	taste := s.kinds[rng.IntN(viewerKinds)]
	own := normal(rng)
	own.scale(0.5)
	taste.add(1, own)
	taste.scale(1)
	bias := float64(0.35 * rng.NormFloat64())
	strength := math.Exp(0.25 + float64(0.3*rng.NormFloat64()))
	times := s.sittings(rng, n)
	last := time.Unix(times[n-1], 0).UTC().Year()
	films := s.choose(rng, taste, n, last)
	for i, f := range films {
		value := 3.55 + s.quality[f] + bias + float64(strength*taste.dot(s.appeal[f])) + float64(0.55*rng.NormFloat64())
		value = min(max(math.Round(value*2)/2, 0.5), 5)
		r.User[at+i], r.Item[at+i] = u, int32(f)
		r.Value[at+i], r.Time[at+i] = float32(value), uint32(times[i])
	}
}

// sittings returns n times in rising order.
func (s *simulation) sittings(rng *rand.Rand, n int) []int64 {
	now := firstJoin + rng.Int64N(lastJoin-firstJoin)
	times := make([]int64, n)
	inSitting := max(n*(30+rng.IntN(40))/100, 10) // the first takes a third to two thirds
	for i := range times {
		if inSitting == 0 {
			inSitting = 1 + rng.IntN(8)
			now += int64(86400 * (1 + 20*rng.ExpFloat64()))
		}
		inSitting--
		now += 10 + rng.Int64N(51)
		times[i] = now
	}
	if over := times[n-1] - lastTime; over > 0 { // someone who joined late and rated much began earlier
		for i := range times {
			times[i] -= over
		}
	}
	return times
}

// choose picks n films in the order in which they are rated: old ones any time,
// new ones once they are out.
func (s *simulation) choose(rng *rand.Rand, taste tasteVector, n, last int) []int {
	type candidate struct {
		film int
		key  float64
	}
	var candidates []candidate
	for f := range s.films {
		gumbel := -math.Log(rng.ExpFloat64())
		if s.films[f].Year <= last-1 {
			candidates = append(candidates, candidate{f, s.fame[f] + float64(1.6*taste.dot(s.appeal[f])) + gumbel})
		}
	}
	slices.SortFunc(candidates, func(a, b candidate) int {
		return cmp.Or(cmp.Compare(b.key, a.key), cmp.Compare(a.film, b.film))
	})
	films := make([]int, 0, n)
	for _, c := range candidates[:n] {
		films = append(films, c.film)
	}
	rng.Shuffle(n, func(i, j int) { films[i], films[j] = films[j], films[i] })
	// Films of the last years come last, where the times are late enough.
	slices.SortStableFunc(films, func(a, b int) int {
		return cmp.Compare(max(s.films[a].Year, firstYear), max(s.films[b].Year, firstYear))
	})
	return films
}

// firstYear is when people begin to join; older films have no order.
const firstYear = 2014
