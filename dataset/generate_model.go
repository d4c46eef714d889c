package dataset

import (
	"math"
	"math/rand/v2"
	"slices"
	"sort"
	"time"
)

// Kinds of random streams of the generator: a stream for each user and item,
// whichever goroutine asks for it.
const (
	streamItem = iota + 16
	streamUser
	streamActivity
	streamRanks
	streamOnce
)

// stream is a random generator that can be set to the start of any stream.
type stream64 struct {
	*rand.Rand
	pcg *rand.PCG
}

func newStream() stream64 {
	pcg := rand.NewPCG(0, 0)
	return stream64{rand.New(pcg), pcg}
}

func (s stream64) to(seed, kind uint64, row int32) {
	s.pcg.Seed(seed, kind<<32|uint64(uint32(row)))
}

// itemTruth is the items' part of the truth and what is drawn by.
type itemTruth struct {
	factors int
	bias    []float32
	vectors []float32 // items x factors, times the scale of each factor
}

func (g Generator) itemTruth() *itemTruth {
	t := &itemTruth{factors: g.Factors, bias: make([]float32, g.Items), vectors: make([]float32, 0, g.Items*g.Factors)}
	scales, rng := g.tasteScales(), newStream()
	for i := range t.bias {
		rng.to(g.Seed, streamItem, int32(i))
		t.bias[i] = float32(itemBiasDeviation * rng.NormFloat64())
		for _, c := range scales {
			t.vectors = append(t.vectors, float32(c*rng.NormFloat64()))
		}
	}
	return t
}

// userTruth is a user's part of the truth. The stream is left where the user's
// choices begin.
type userTruth struct {
	bias   float64
	vector []float32
}

func (g Generator) userTruth(rng stream64, row int32) userTruth {
	rng.to(g.Seed, streamUser, row)
	u := userTruth{bias: userBiasDeviation * rng.NormFloat64(), vector: make([]float32, g.Factors)}
	for f := range u.vector {
		u.vector[f] = float32(rng.NormFloat64())
	}
	return u
}

// score converts each product: without that compilers fuse it with the sum on
// some processors, and ratings would differ from one kind to another.
func (u *userTruth) score(items *itemTruth, item int32) float64 {
	var dot float32
	for f, q := range items.vectors[int(item)*items.factors : (int(item)+1)*items.factors] {
		dot += float32(q * u.vector[f])
	}
	return meanRating + u.bias + float64(items.bias[item]) + float64(dot)
}

// starts returns where the ratings of each user begin in the set, and its length.
func (g Generator) starts() []int64 {
	x, rng := make([]float64, g.Users), newStream()
	for u := range x {
		rng.to(g.Seed, streamActivity, int32(u))
		x[u] = math.Exp(activitySigma * rng.NormFloat64())
	}
	least := max(min(leastActivity, g.Ratings/(2*g.Users)), 1)
	most := g.mostActivity()
	count := func(u int, scale float64) int { return int(min(float64(least)+scale*x[u], float64(most))) }
	sum := func(scale float64) (n int64) {
		for u := range x {
			n += int64(count(u, scale))
		}
		return n
	}
	low, high := 0.0, 1.0
	for high < 1e18 && sum(high) <= int64(g.Ratings) {
		low, high = high, 2*high
	}
	for range 60 {
		if middle := (low + high) / 2; sum(middle) <= int64(g.Ratings) {
			low = middle
		} else {
			high = middle
		}
	}
	counts := make([]int, g.Users)
	left := g.Ratings
	for u := range counts {
		counts[u] = count(u, low)
		left -= counts[u]
	}
	for u := 0; left > 0; u = (u + 1) % g.Users { // what rounding has left
		if counts[u] < most {
			counts[u]++
			left--
		}
	}
	starts := make([]int64, g.Users+1)
	for u, n := range counts {
		starts[u+1] = starts[u] + int64(n)
	}
	return starts
}

// weights returns how much each item is chosen.
func (g Generator) weights(starts []int64) []float64 {
	// Share of the users who have the item of probability p among n draws.
	reach := func(p float64) float64 {
		var sum float64
		for u := range g.Users {
			sum -= math.Expm1(float64(starts[u+1]-starts[u]) * math.Log1p(-p))
		}
		return sum / float64(g.Users)
	}
	wanted := bisect(0, 1, func(p float64) bool { return reach(p) >= topItemShare })
	first := func(offset float64) float64 {
		var sum float64
		for k := range g.Items {
			sum += math.Pow((1+offset)/(float64(k+1)+offset), popularityExponent)
		}
		return 1 / sum
	}
	// The larger the offset, the flatter the curve. Where even a flat one gives
	// the first item more than that, flat it is.
	offset := bisect(0, 100*float64(g.Items), func(offset float64) bool { return first(offset) <= wanted })
	weights, rng := make([]float64, g.Items), newStream()
	rng.to(g.Seed, streamRanks, 0)
	for rank, item := range rng.Perm(g.Items) {
		weights[item] = math.Pow(float64(rank+1)+offset, -popularityExponent)
	}
	return weights
}

// bisect returns where a condition that becomes true between low and high does.
func bisect(low, high float64, reached func(float64) bool) float64 {
	for range 50 {
		if middle := (low + high) / 2; reached(middle) {
			high = middle
		} else {
			low = middle
		}
	}
	return high
}

// rater makes the ratings of one user after another; a goroutine has its own.
type rater struct {
	*generation
	rng    stream64
	taken  []uint64 // one bit an item, clear between users
	order  []int32  // items in the order in which they are rated
	keys   []uint64 // item<<32 | position in order
	moment []int64  // time of each position
	starts []int64
	late   []exponentialKey

	items  []int32 // of the user, ascending
	values []float32
	times  []uint32
}

func (r *rater) take(item int32) bool {
	word, bit := item>>6, uint64(1)<<(item&63)
	if r.taken[word]&bit != 0 {
		return false
	}
	r.taken[word] |= bit
	return true
}

// rate fills in the ratings of a user.
func (r *rater) rate(user int32) {
	u := r.userTruth(r.rng, user)
	n := int(r.first[user+1] - r.first[user])
	r.choose(user, n)
	r.sittings(n)
	stars := 2.0 // a step of half a star
	if r.rng.Uint64()&1 != 0 {
		stars = 1
	}
	r.keys = r.keys[:0]
	for at, item := range r.order {
		r.keys = append(r.keys, uint64(item)<<32|uint64(at))
		r.taken[item>>6] = 0
	}
	slices.Sort(r.keys)
	r.items, r.values, r.times = r.items[:0], r.values[:0], r.times[:0]
	for _, key := range r.keys {
		item := int32(key >> 32)
		value := u.score(r.truth, item) + float64(r.Noise*r.rng.NormFloat64())
		value = min(max(math.Round(value*stars)/stars, 1/stars), 5)
		r.items = append(r.items, item)
		r.values = append(r.values, float32(value))
		r.times = append(r.times, uint32(r.moment[uint32(key)]))
	}
}

// choose draws n items without replacement. Each user has some items of a list
// of all, at least as many users as there are, so that no item goes unrated.
func (r *rater) choose(user int32, n int) {
	part := func(start int64) int64 { return start * int64(r.Items) / int64(r.Ratings) }
	once := r.once[part(r.first[user]):part(r.first[user+1])]
	for _, item := range once {
		r.take(item)
	}
	r.order = r.order[:0]
	draws := 0
	for ; len(r.order) < n-len(once) && draws < 16*n; draws++ {
		if item := r.popularity.draw(r.rng.Uint64()); r.take(item) {
			r.order = append(r.order, item)
		}
	}
	if missing := n - len(once) - len(r.order); missing > 0 {
		r.chooseLate(missing)
	}
	r.order = append(r.order, once...)
}

// chooseLate goes on where drawing again and again would take too long, because
// the user has nearly all that is popular: the items of the smallest E/w with E
// exponential are distributed as the next draws would be (Efraimidis and Spirakis 2006).
func (r *rater) chooseLate(n int) {
	r.late = r.late[:0]
	for item, w := range r.weight {
		if r.taken[item>>6]&(1<<(item&63)) == 0 {
			r.late = append(r.late, exponentialKey{r.rng.ExpFloat64() / w, int32(item)})
		}
	}
	sort.Slice(r.late, func(i, j int) bool { return r.late[i].key < r.late[j].key })
	for _, k := range r.late[:n] {
		r.take(k.item)
		r.order = append(r.order, k.item)
	}
}

type exponentialKey struct {
	key  float64
	item int32
}

var (
	joinFrom = time.Date(1996, 4, 1, 0, 0, 0, 0, time.UTC).Unix()
	joinTo   = time.Date(2018, 7, 1, 0, 0, 0, 0, time.UTC).Unix()
)

// sittings makes n times in rising order.
func (r *rater) sittings(n int) {
	const day, pause = 86400, 1800
	now := joinFrom + r.rng.Int64N(joinTo-joinFrom)
	span := min(int64(200*day*r.rng.ExpFloat64()), joinTo-now)
	r.starts = append(r.starts[:0], now)
	for range min(int(r.rng.ExpFloat64()*(1+float64(n)/40)), n) {
		r.starts = append(r.starts, now+r.rng.Int64N(span+1))
	}
	slices.Sort(r.starts)
	r.moment = r.moment[:0]
	for s, start := range r.starts {
		if s > 0 {
			now = max(now+pause, start)
		}
		for range n*(s+1)/len(r.starts) - n*s/len(r.starts) {
			now += 5 + r.rng.Int64N(56)
			r.moment = append(r.moment, now)
		}
	}
}

// aliasTable draws from a discrete distribution in constant time (Walker 1977,
// built as in Vose 1991).
type aliasTable struct {
	keep  []uint32 // probability of the position itself, of 2^32
	other []int32
}

func newAliasTable(weights []float64) aliasTable {
	n := len(weights)
	t := aliasTable{keep: make([]uint32, n), other: make([]int32, n)}
	var sum float64
	for _, w := range weights {
		sum += w
	}
	left := make([]float64, n)
	var small, large []int32
	for i, w := range weights {
		t.other[i] = int32(i)
		if left[i] = w * float64(n) / sum; left[i] < 1 {
			small = append(small, int32(i))
		} else {
			large = append(large, int32(i))
		}
	}
	for len(small) > 0 && len(large) > 0 {
		s, l := small[len(small)-1], large[len(large)-1]
		small = small[:len(small)-1]
		t.keep[s], t.other[s] = uint32(left[s]*(1<<32)), l
		if left[l] -= 1 - left[s]; left[l] < 1 {
			large = large[:len(large)-1]
			small = append(small, l)
		}
	}
	return t // the rest have left 1 but for rounding, and are their own other
}

// draw turns 64 random bits into a position.
func (t *aliasTable) draw(bits uint64) int32 {
	i := int32((bits >> 32) * uint64(len(t.keep)) >> 32)
	if uint32(bits) < t.keep[i] {
		return i
	}
	return t.other[i]
}
