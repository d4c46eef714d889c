package dataset

import (
	"bufio"
	"cmp"
	"context"
	"fmt"
	"io"
	"math"
	"math/rand/v2"
	"runtime"
	"slices"
	"strconv"
	"sync"
	"time"
)

// Generator makes rating sets of any size with the shape of MovieLens and a
// known truth behind them, for tests and benchmarks. The ratings are simulated.
//
//   - Popularity: item of rank k (from 1, ranks dealt out at random over the
//     ids) is chosen in proportion to (k + 0.002·Items)^−1.15, a Zipf-Mandelbrot
//     law (Mandelbrot 1953).
//   - Activity: a user's number of ratings is lognormal with σ = 1.25 above a
//     least of 0.2·mean, at most an eighth of the items, and Ratings in all. No pair
//     stands twice.
//   - Truth: t = 3.53 + b_u + b_i + p_u·q_i with b_u ~ N(0, 0.42²), b_i ~ N(0,
//     0.48²), p and q of Factors normal numbers, scaled so that p·q has standard
//     deviation 0.55.
//   - Rating: t + N(0, Noise²), rounded to half stars between 0.5 and 5.
//   - Time: users join evenly from 1996 to 2018 and rate in one sitting, 5 to 60
//     seconds apart.
//
// Every user and item has random streams of its own, so that a set depends on
// the Generator alone and not on the number of threads. Users and items have the
// ids 1 to Users and 1 to Items.
type Generator struct {
	Users   int     // 0 means 1,000
	Items   int     // 0 means 500
	Ratings int     // exactly; 0 means 20 a user
	Factors int     // rank of the truth; 0 means 8
	Noise   float64 // standard deviation, stars; 0 means 0.75, negative means none
	Seed    uint64
	Threads int // 0 means one a processor; does not change the set
}

// FullSize returns the standard full set: 26,024,289 ratings of 45,115 items by
// 270,896 users, as many as the full MovieLens set of 2017.
func FullSize() Generator {
	return Generator{Users: 270896, Items: 45115, Ratings: 26024289}
}

// Truth tells the rating that lies behind a generated one, without noise and
// rounding.
type Truth struct {
	g     Generator
	items *itemTruth
}

// Score returns t of the pair of user and item rows (id−1), in stars.
func (t *Truth) Score(user, item int32) float64 {
	u := t.g.user(user)
	return u.truth(t.items, item)
}

const (
	popularityExponent = 1.15
	popularityOffset   = 0.002 // of the items
	activitySigma      = 1.25
	activityLeast      = 0.2 // of the mean
	meanRating         = 3.53
	userBiasDeviation  = 0.42
	itemBiasDeviation  = 0.48
	tasteDeviation     = 0.55
)

var (
	joinFrom = time.Date(1996, 4, 1, 0, 0, 0, 0, time.UTC).Unix()
	joinTo   = time.Date(2018, 9, 1, 0, 0, 0, 0, time.UTC).Unix()
)

func (g Generator) resolved() (Generator, error) {
	g.Users, g.Items, g.Factors = cmp.Or(g.Users, 1000), cmp.Or(g.Items, 500), cmp.Or(g.Factors, 8)
	g.Ratings = cmp.Or(g.Ratings, 20*g.Users)
	g.Noise = max(cmp.Or(g.Noise, 0.75), 0)
	g.Threads = cmp.Or(g.Threads, runtime.GOMAXPROCS(0))
	for _, f := range []struct {
		name      string
		value     int
		low, high int
	}{
		{"Users", g.Users, 1, math.MaxInt32},
		{"Items", g.Items, 8, 1 << 24},
		{"Factors", g.Factors, 1, 512},
		{"Threads", g.Threads, 1, 4096},
	} {
		if f.value < f.low || f.value > f.high {
			return g, &ConfigError{Package: "dataset", Field: f.name, Value: f.value, Want: fmt.Sprintf("%d to %d", f.low, f.high)}
		}
	}
	if most := g.Users * g.mostOf(); g.Ratings < g.Users || g.Ratings > most {
		return g, &ConfigError{Package: "dataset", Field: "Ratings", Value: g.Ratings, Want: fmt.Sprintf("%d to %d, one to an eighth of the items for each user", g.Users, most)}
	}
	if !(g.Noise <= 10) {
		return g, &ConfigError{Package: "dataset", Field: "Noise", Value: g.Noise, Want: "up to 10, 0 for the default, negative for none"}
	}
	return g, nil
}

// mostOf is the most ratings one user has.
func (g Generator) mostOf() int { return max(g.Items/8, 1) }

// stream returns the generator of one user or item.
func (g Generator) stream(kind uint64, row int32) *rand.Rand {
	return rand.New(rand.NewPCG(g.Seed, kind<<32|uint64(uint32(row))))
}

const (
	streamItem = iota + 16
	streamUser
	streamActivity
	streamRanks
)

type itemTruth struct {
	factors int
	bias    []float32
	vectors []float32 // items x factors
	alias   aliasTable
}

func (g Generator) items() *itemTruth {
	t := &itemTruth{factors: g.Factors, bias: make([]float32, g.Items), vectors: make([]float32, g.Items*g.Factors)}
	scale := math.Sqrt(tasteDeviation / math.Sqrt(float64(g.Factors)))
	for i := range g.Items {
		rng := g.stream(streamItem, int32(i))
		t.bias[i] = float32(itemBiasDeviation * rng.NormFloat64())
		for f := range g.Factors {
			t.vectors[i*g.Factors+f] = float32(scale * rng.NormFloat64())
		}
	}
	weights := make([]float64, g.Items)
	for rank, item := range g.stream(streamRanks, 0).Perm(g.Items) {
		weights[item] = math.Pow(float64(rank+1)+popularityOffset*float64(g.Items), -popularityExponent)
	}
	t.alias = newAliasTable(weights)
	return t
}

// generatedUser is the truth of a user; rng goes on with the user's choices.
type generatedUser struct {
	rng    *rand.Rand
	bias   float64
	vector []float32
}

func (g Generator) user(row int32) generatedUser {
	u := generatedUser{rng: g.stream(streamUser, row), vector: make([]float32, g.Factors)}
	u.bias = userBiasDeviation * u.rng.NormFloat64()
	scale := math.Sqrt(tasteDeviation / math.Sqrt(float64(g.Factors)))
	for f := range u.vector {
		u.vector[f] = float32(scale * u.rng.NormFloat64())
	}
	return u
}

func (u *generatedUser) truth(items *itemTruth, item int32) float64 {
	var dot float64
	for f, v := range items.vectors[int(item)*items.factors : (int(item)+1)*items.factors] {
		dot += float64(float64(v) * float64(u.vector[f]))
	}
	return meanRating + u.bias + float64(items.bias[item]) + dot
}

// counts says how many ratings each user has, Ratings in all.
func (g Generator) counts() []int32 {
	shares := make([]float64, g.Users)
	var sum float64
	for u := range shares {
		shares[u] = math.Exp(float64(activitySigma * g.stream(streamActivity, int32(u)).NormFloat64()))
		sum += shares[u]
	}
	least := max(int(activityLeast*float64(g.Ratings)/float64(g.Users)), 1)
	spread := float64(g.Ratings - least*g.Users)
	counts := make([]int32, g.Users)
	left := g.Ratings
	for u := range counts {
		counts[u] = int32(min(least+int(shares[u]/sum*spread), g.mostOf()))
		left -= int(counts[u])
	}
	for u := 0; left > 0; u = (u + 1) % g.Users {
		if int(counts[u]) < g.mostOf() {
			counts[u]++
			left--
		}
	}
	return counts
}

// generated is the ratings of one user, items ascending.
type generated struct {
	items  []int32
	values []float32
	times  []uint32
}

// rate fills in the n ratings of a user. taken is scratch, one bit an item, and
// comes back clear.
func (g Generator) rate(items *itemTruth, user int32, n int, r *generated, taken []uint64) {
	u := g.user(user)
	r.items = r.items[:0]
	for len(r.items) < n {
		item := items.alias.draw(u.rng)
		if word, bit := item/64, uint64(1)<<(item%64); taken[word]&bit == 0 {
			taken[word] |= bit
			r.items = append(r.items, item)
		}
	}
	slices.Sort(r.items)
	r.values, r.times = r.values[:0], r.times[:0]
	now := joinFrom + u.rng.Int64N(joinTo-joinFrom)
	for _, item := range r.items {
		taken[item/64] = 0
		value := u.truth(items, item) + float64(g.Noise*u.rng.NormFloat64())
		r.values = append(r.values, float32(min(max(math.Round(value*2)/2, 0.5), 5)))
		now += 5 + u.rng.Int64N(56)
		r.times = append(r.times, uint32(now))
	}
}

// Generate makes the set in memory (16 bytes a rating) and the truth behind it.
func (g Generator) Generate(ctx context.Context) (*Ratings, *Truth, error) {
	g, err := g.resolved()
	if err != nil {
		return nil, nil, err
	}
	items, counts := g.items(), g.counts()
	r := &Ratings{
		Name: "generated", Simulated: true, Scale: Scale{Min: 0.5, Max: 5, Step: 0.5},
		Users: SequentialIndex(1, g.Users), Items: SequentialIndex(1, g.Items),
		User: make([]int32, g.Ratings), Item: make([]int32, g.Ratings), Value: make([]float32, g.Ratings), Time: make([]uint32, g.Ratings),
	}
	starts := make([]int, g.Users+1)
	for u, n := range counts {
		starts[u+1] = starts[u] + int(n)
	}
	err = g.blocks(ctx, func(from, to int32, made *generated, taken []uint64) {
		for u := from; u < to; u++ {
			g.rate(items, u, int(counts[u]), made, taken)
			at := starts[u]
			copy(r.Item[at:], made.items)
			copy(r.Value[at:], made.values)
			copy(r.Time[at:], made.times)
			for i := at; i < starts[u+1]; i++ {
				r.User[i] = u
			}
		}
	}, nil)
	if err != nil {
		return nil, nil, err
	}
	return r, &Truth{g, items}, nil
}

// usersPerBlock is how many users a goroutine takes at a time.
const usersPerBlock = 128

// blocks calls do for every block of users from several goroutines, and done,
// which may be nil, for each block in order.
func (g Generator) blocks(ctx context.Context, do func(from, to int32, made *generated, taken []uint64), done func(block int) error) error {
	n := (g.Users + usersPerBlock - 1) / usersPerBlock
	finished := make([]chan struct{}, n)
	for b := range finished {
		finished[b] = make(chan struct{})
	}
	// The producers may be this many blocks ahead of done, which bounds memory.
	ahead := make(chan struct{}, 4*g.Threads)
	work := make(chan int)
	ctx, cancel := context.WithCancel(ctx)
	var wg sync.WaitGroup
	defer wg.Wait()
	defer cancel()
	wg.Go(func() {
		defer close(work)
		for b := range n {
			select {
			case ahead <- struct{}{}:
				work <- b
			case <-ctx.Done():
				return
			}
		}
	})
	for range g.Threads {
		wg.Go(func() {
			made, taken := &generated{}, make([]uint64, (g.Items+63)/64)
			for b := range work {
				do(int32(b*usersPerBlock), int32(min((b+1)*usersPerBlock, g.Users)), made, taken)
				close(finished[b])
			}
		})
	}
	for b := range n {
		select {
		case <-finished[b]:
		case <-ctx.Done():
			return fmt.Errorf("dataset: generating ratings: %w", ctx.Err())
		}
		if done != nil {
			if err := done(b); err != nil {
				return err
			}
		}
		<-ahead
	}
	return nil
}

// WriteCSV writes the set that Generate would make as a MovieLens ratings.csv,
// users ascending, without holding it: memory grows with Items alone. progress,
// which may be nil, is told now and then how many of the ratings are written.
func (g Generator) WriteCSV(ctx context.Context, w io.Writer, progress func(done, total int)) error {
	g, err := g.resolved()
	if err != nil {
		return err
	}
	items, counts := g.items(), g.counts()
	out := bufio.NewWriterSize(w, 1<<20)
	if _, err := out.WriteString("userId,movieId,rating,timestamp\n"); err != nil {
		return fmt.Errorf("dataset: writing generated ratings: %w", err)
	}
	texts := make([][]byte, (g.Users+usersPerBlock-1)/usersPerBlock)
	written := 0
	err = g.blocks(ctx, func(from, to int32, made *generated, taken []uint64) {
		var text []byte
		for u := from; u < to; u++ {
			g.rate(items, u, int(counts[u]), made, taken)
			text = made.appendCSV(text, u)
		}
		texts[from/usersPerBlock] = text
	}, func(block int) error {
		if _, err := out.Write(texts[block]); err != nil {
			return fmt.Errorf("dataset: writing generated ratings: %w", err)
		}
		texts[block] = nil
		for u := block * usersPerBlock; u < min((block+1)*usersPerBlock, g.Users); u++ {
			written += int(counts[u])
		}
		if progress != nil {
			progress(written, g.Ratings)
		}
		return nil
	})
	if err != nil {
		return err
	}
	if err := out.Flush(); err != nil {
		return fmt.Errorf("dataset: writing generated ratings: %w", err)
	}
	return nil
}

func (r *generated) appendCSV(text []byte, user int32) []byte {
	for i, item := range r.items {
		text = strconv.AppendInt(text, int64(user)+1, 10)
		text = append(text, ',')
		text = strconv.AppendInt(text, int64(item)+1, 10)
		halves := int(r.values[i] * 2)
		text = append(text, ',', byte('0'+halves/2), '.', byte('0'+halves%2*5), ',')
		text = strconv.AppendUint(text, uint64(r.times[i]), 10)
		text = append(text, '\n')
	}
	return text
}

// aliasTable draws from a discrete distribution in constant time (Walker 1977,
// in the form of Vose 1991).
type aliasTable struct {
	keep  []float64
	other []int32
}

func newAliasTable(weights []float64) aliasTable {
	n := len(weights)
	t := aliasTable{keep: make([]float64, n), other: make([]int32, n)}
	var sum float64
	for _, w := range weights {
		sum += w
	}
	var small, large []int32
	for i, w := range weights {
		t.keep[i] = w * float64(n) / sum
		if t.keep[i] < 1 {
			small = append(small, int32(i))
		} else {
			large = append(large, int32(i))
		}
	}
	for len(small) > 0 && len(large) > 0 {
		s, l := small[len(small)-1], large[len(large)-1]
		small = small[:len(small)-1]
		t.other[s] = l
		if t.keep[l] -= 1 - t.keep[s]; t.keep[l] < 1 {
			large = large[:len(large)-1]
			small = append(small, l)
		}
	}
	for _, i := range append(small, large...) { // 1 but for rounding
		t.keep[i] = 1
	}
	return t
}

func (t *aliasTable) draw(rng *rand.Rand) int32 {
	i := int32(rng.IntN(len(t.keep)))
	if rng.Float64() < t.keep[i] {
		return i
	}
	return t.other[i]
}
