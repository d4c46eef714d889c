package dataset

import (
	"cmp"
	"fmt"
	"hash/fnv"
	"math"
	"math/rand/v2"
	"slices"
	"strconv"
	"time"
)

// Tastes is a model of people who rate films. It makes the ratings of the demo
// set: simulated ones, no person's data, in which the methods of this module find
// what they would find in real ones.
//
// Films. Every genre, director, decade and keyword has a vector of eight normal
// traits, which its name alone decides. The appeal a of a film is
//
//	1·mean of its genres·√n + 0.6·director + 0.5·decade + 0.5·mean of its keywords·√n
//
// scaled to length 1, plus 0.3 of its own direction. Its quality is g ~ N(0, 0.4²),
// and its fame, the logarithm of how often it is chosen, is
//
//	w = 0.9·z + g + 0.012·(year − 1990),  z ~ N(0, 1)
//
// z and g come from title and year, not from the place in the catalogue.
//
// People. A person's taste t is one of twelve kinds of viewer plus a direction of
// their own of 0.6 times its length, scaled to length 1: people of a kind are alike.
// They have a bias b ~ N(0, 0.35²), a spread v with ln v ~ N(0, 0.2²), and a number
// of ratings that is lognormal (σ = 0.75) above 20, at most half of the films.
//
// Choice. In each sitting a person rates those of the films that are out and that
// they haven't rated with the greatest w + 1.5·t·a + G, G from a standard Gumbel
// distribution. That is drawing without replacement in proportion to exp(w + 1.5·t·a)
// (Plackett-Luce; Yellott 1977). A film is out from the year after its year on.
//
// Rating. 3.2 + b + v·(g + 2·t·a + N(0, 0.65²)), rounded to half stars within 0.5 to 5.
//
// Time. People join evenly from 2015 to mid 2025 and rate a third to two thirds of
// their films at once, then up to 8 at a time, on average three weeks apart; two
// ratings of a sitting lie 10 to 60 seconds apart. Nothing is later than 2025.
//
// The same catalogue and settings give the same ratings on every processor: all
// that goes into a number is either exact or rounded by IEEE 754 in a fixed order.
type Tastes struct {
	People  int    // 1 to 1,000,000; 0 means 2,000
	Ratings int    // exactly, 20 a person or more; 0 means 120,000
	Seed    uint64 // 0 is a seed like any other
}

// The model in numbers.
const (
	traits      = 8
	viewerKinds = 12
	leastRated  = 20
)

// Kinds of random streams: one for each name, film and person, so that none
// depends on how many others there are.
const (
	streamTrait = "trait "
	streamFilm  = "film "
	streamKind  = "kind "
	streamShare = "activity "
	streamTaste = "taste "
)

// Simulate rates the films of a catalogue: ratings by person in order of time,
// persons ascending, with the person ids 1 to People and the films' ids. The result
// has Simulated set. It returns a *ConfigError for settings out of range, which
// depends on the films too: at least 40 of them must be older than the first
// ratings, and a person rates at most half of those.
func (t Tastes) Simulate(films *Catalogue) (*Ratings, error) {
	t.People, t.Ratings = cmp.Or(t.People, 2000), cmp.Or(t.Ratings, 120000)
	if t.People < 1 || t.People > 1e6 {
		return nil, &ConfigError{Package: "dataset", Field: "People", Value: t.People, Want: "1 to 1000000"}
	}
	s := &simulation{Tastes: t}
	old := 0
	if films.Len() > 0 {
		s.films = films.Movies
	}
	for i := range s.films {
		if s.films[i].Year < firstJoin.Year() {
			old++
		}
	}
	most := old / 2
	if least := leastRated * t.People; t.Ratings < least || t.Ratings > most*t.People {
		return nil, &ConfigError{Package: "dataset", Field: "Ratings", Value: t.Ratings,
			Want: fmt.Sprintf("%d to %d for %d people and %d films from before %d", least, most*t.People, t.People, old, firstJoin.Year())}
	}
	ids := make([]ID, len(s.films))
	for i := range s.films {
		ids[i] = s.films[i].ID
	}
	items, err := indexIDs(ids)
	if err != nil {
		return nil, fmt.Errorf("dataset: simulating ratings: %w", err)
	}
	r := &Ratings{
		Name: films.Name, Simulated: true, Scale: Scale{Min: 0.5, Max: 5, Step: 0.5},
		Users: SequentialIndex(1, t.People), Items: items,
	}
	s.imagineFilms()
	for u, n := range s.activity(most) {
		s.rate(r, int32(u), n)
	}
	return r, nil
}

// indexIDs numbers ids in the order given, integers or texts.
func indexIDs(ids []ID) (*Index, error) {
	ints, texts := make([]int64, len(ids)), make([]string, len(ids))
	whole := true
	for i, id := range ids {
		n, ok := id.Int64()
		whole = whole && ok
		ints[i], texts[i] = n, id.String()
	}
	if whole {
		return NewIndex(ints)
	}
	return NewStringIndex(texts)
}

// simulation is Tastes with what has been imagined of the films.
type simulation struct {
	Tastes
	films   []Movie
	appeal  []tasteVector
	quality []float64
	fame    []float64 // logarithm
}

// stream starts the random stream of a name.
func (s *simulation) stream(kind, name string) plainRand {
	h := fnv.New64a()
	_, _ = h.Write([]byte(kind + name)) // a hash does not fail
	return plainRand{rand.New(rand.NewPCG(s.Seed, h.Sum64()))}
}

func (s *simulation) imagineFilms() {
	for i := range s.films {
		m := &s.films[i]
		var a tasteVector
		a.add(1, s.average("genre ", m.Genres))
		for _, d := range m.Directors {
			a.add(0.6, s.trait("director ", d))
		}
		a.add(0.5, s.trait("decade ", strconv.Itoa(m.Year/10)))
		a.add(0.5, s.average("keyword ", m.Keywords))
		a.scale(1)
		rng := s.stream(streamFilm, m.Title+" "+strconv.Itoa(m.Year))
		own := rng.direction()
		a.add(0.3, own)
		g := float64(0.4 * rng.normal())
		fame := float64(0.9*rng.normal()) + g + float64(0.012*float64(m.Year-1990))
		s.appeal, s.quality, s.fame = append(s.appeal, a), append(s.quality, g), append(s.fame, fame)
	}
}

// trait returns the vector of a genre, director, decade or keyword: the same in
// every catalogue that has it.
func (s *simulation) trait(field, name string) tasteVector {
	rng := s.stream(streamTrait+field, name)
	return rng.vector()
}

// average returns the mean of the traits of some names, times the root of their
// number, so that its length doesn't depend on it.
func (s *simulation) average(field string, names []string) tasteVector {
	var sum tasteVector
	for _, name := range names {
		sum.add(1, s.trait(field, name))
	}
	var mean tasteVector
	if len(names) > 0 {
		mean.add(1/math.Sqrt(float64(len(names))), sum)
	}
	return mean
}

// activity says how many films each person rates, Ratings in all.
func (s *simulation) activity(most int) []int {
	share := make([]float64, s.People)
	var sum float64
	for u := range share {
		rng := s.stream(streamShare, strconv.Itoa(u))
		share[u] = plainExp(float64(0.75 * rng.normal()))
		sum += share[u]
	}
	counts := make([]int, s.People)
	left := s.Ratings
	spread := float64(s.Ratings - leastRated*s.People)
	for u := range counts {
		counts[u] = min(leastRated+int(share[u]/sum*spread), most)
		left -= counts[u]
	}
	for u := 0; left > 0; u = (u + 1) % s.People { // what rounding and the bound have left
		if counts[u] < most {
			counts[u]++
			left--
		}
	}
	return counts
}

// person is what the model knows of someone.
type person struct {
	taste        tasteVector
	bias, spread float64
}

// person returns a person, and the stream from which their choices come.
func (s *simulation) person(u int32) (person, plainRand) {
	rng := s.stream(streamTaste, strconv.Itoa(int(u)))
	kind := s.stream(streamKind, strconv.Itoa(rng.IntN(viewerKinds)))
	p := person{taste: kind.direction()}
	p.taste.add(0.6, rng.direction())
	p.taste.scale(1)
	p.bias = float64(0.35 * rng.normal())
	p.spread = plainExp(float64(0.2 * rng.normal()))
	return p, rng
}

// rate adds n ratings by a person.
func (s *simulation) rate(r *Ratings, u int32, n int) {
	p, rng := s.person(u)
	type wish struct {
		film int
		key  float64
	}
	wishes := make([]wish, len(s.films)) // films not rated yet, most wanted first
	for f := range s.films {
		gumbel := -plainLog(rng.exponential())
		wishes[f] = wish{f, s.fame[f] + float64(1.5*p.taste.dot(s.appeal[f])) + gumbel}
	}
	slices.SortFunc(wishes, func(a, b wish) int { return cmp.Or(cmp.Compare(b.key, a.key), cmp.Compare(a.film, b.film)) })
	for _, sitting := range rng.sittings(n) {
		year := time.Unix(sitting[0], 0).UTC().Year()
		var chosen []int
		rest := wishes[:0]
		for _, w := range wishes {
			if len(chosen) < len(sitting) && s.films[w.film].Year < year {
				chosen = append(chosen, w.film)
			} else {
				rest = append(rest, w)
			}
		}
		wishes = rest
		rng.Shuffle(len(chosen), func(i, j int) { chosen[i], chosen[j] = chosen[j], chosen[i] })
		for i, f := range chosen {
			liking := s.quality[f] + float64(2*p.taste.dot(s.appeal[f])) + float64(0.65*rng.normal())
			value := 3.2 + p.bias + float64(p.spread*liking)
			r.User, r.Item = append(r.User, u), append(r.Item, int32(f))
			r.Value = append(r.Value, float32(min(max(math.Round(2*value)/2, 0.5), 5)))
			r.Time = append(r.Time, uint32(sitting[i]))
		}
	}
}

var (
	firstJoin = time.Date(2015, 1, 1, 0, 0, 0, 0, time.UTC)
	lastJoin  = time.Date(2025, 7, 1, 0, 0, 0, 0, time.UTC)
	lastTime  = time.Date(2025, 12, 31, 0, 0, 0, 0, time.UTC)
)

// sittings returns n times in rising order, by sitting. A sitting does not run
// from one year into the next, and none is before firstJoin.
func (rng plainRand) sittings(n int) [][]int64 {
	const day = 86400
	now := firstJoin.Unix() + rng.Int64N(lastJoin.Unix()-firstJoin.Unix())
	var sittings [][]int64
	for size := min(max(n*(30+rng.IntN(40))/100, 10), n); n > 0; size = min(1+rng.IntN(8), n) {
		if len(sittings) > 0 {
			now += day + int64(20*day*rng.exponential())
		}
		if now > lastTime.Unix()-day { // the rest at once
			now, size = min(now, lastTime.Unix()-day), n
			if last := len(sittings) - 1; last >= 0 {
				now = max(now, sittings[last][len(sittings[last])-1])
			}
		}
		if late := time.Unix(now+int64(60*size), 0).UTC(); late.Year() != time.Unix(now, 0).UTC().Year() {
			now = time.Date(late.Year(), 1, 1, 0, 0, 0, 0, time.UTC).Unix()
		}
		sitting := make([]int64, size)
		for i := range sitting {
			now += 10 + rng.Int64N(51)
			sitting[i] = now
		}
		sittings = append(sittings, sitting)
		n -= size
	}
	return sittings
}
