package evaluate

import (
	"math"
	"slices"

	"github.com/nextflex/nextflex/dataset"
)

// MaxDiversityK is the longest list whose diversity is measured, since that takes
// k²/2 distances a user.
const MaxDiversityK = 1000

// calibrationMix is α in Steck 2018, equation 5: the part of the profile that is
// mixed into the list, so that no genre of the profile has none.
const calibrationMix = 0.01

// beyond knows of train what the metrics beyond accuracy need.
type beyond struct {
	seen     *dataset.Matrix
	counts   []float64 // ratings in train by item
	surprise []float64 // self-information in bits by item
	distance func(a, b int32) float64
	genres   [][]int32
	numGenre int
}

func newBeyond(train *dataset.Ratings, seen *dataset.Matrix, o *Options) *beyond {
	x := &beyond{seen: seen, distance: o.Distance, genres: o.Genres, counts: make([]float64, train.Items.Len()), surprise: make([]float64, train.Items.Len())}
	for _, item := range train.Item {
		x.counts[item]++
	}
	users := 0.0
	for _, n := range rated(train.User, train.Users.Len()) {
		users += math.Min(float64(n), 1)
	}
	for item, n := range x.counts {
		x.surprise[item] = math.Log2(math.Max(users, 1) / math.Max(n, 1))
	}
	for _, of := range x.genres {
		for _, genre := range of {
			x.numGenre = max(x.numGenre, int(genre)+1)
		}
	}
	return x
}

// shownCounter measures what lists are like, and keeps its buffers from user to user.
type shownCounter struct {
	*beyond
	profile, listed []float64 // weight by genre
}

func (x *beyond) counter() shownCounter {
	return shownCounter{beyond: x, profile: make([]float64, x.numGenre), listed: make([]float64, x.numGenre)}
}

// measure goes over the ranks of one list once and fills in the metrics at each k.
func (c *shownCounter) measure(user int32, list []dataset.Scored, ks []int, at []shares) {
	if len(list) == 0 {
		return
	}
	items, _ := c.seen.Row(user)
	ownPopularity := 0.0
	for _, item := range items {
		ownPopularity += c.counts[item] / float64(len(items))
	}
	clear(c.profile)
	clear(c.listed)
	for _, item := range items {
		c.addGenres(c.profile, item)
	}
	var surprise, ratings float64
	var apart share
	rank := 0
	for i, k := range ks {
		for ; rank < min(k, len(list)); rank++ {
			item := list[rank].Row
			surprise += c.surprise[item]
			ratings += c.counts[item]
			c.addGenres(c.listed, item)
			if c.distance != nil && rank < MaxDiversityK {
				c.addDistances(&apart, list[:rank], item)
			}
		}
		at[i][novelty] = one(surprise / float64(rank))
		at[i][popularity] = one(ratings / float64(rank))
		if ownPopularity > 0 {
			at[i][popularityLift] = share{ratings / float64(rank), ownPopularity}
		}
		if apart.count > 0 && k <= MaxDiversityK {
			at[i][diversity] = one(apart.mean())
		}
		if kl, ok := c.divergence(); ok {
			at[i][calibration] = one(kl)
		}
	}
}

// addGenres spreads the weight 1 of an item over its genres.
func (c *shownCounter) addGenres(weights []float64, item int32) {
	if c.genres == nil {
		return
	}
	of := c.genres[item]
	for _, genre := range of {
		weights[genre] += 1 / float64(len(of))
	}
}

func (c *shownCounter) addDistances(apart *share, above []dataset.Scored, item int32) {
	for _, other := range above {
		if d := c.distance(other.Row, item); d == d {
			apart.add(one(d))
		}
	}
}

// divergence is the calibration of what was listed so far.
func (c *shownCounter) divergence() (kl float64, ok bool) {
	all, shown := sum(c.profile), sum(c.listed)
	if all == 0 || shown == 0 {
		return 0, false
	}
	for genre, weight := range c.profile {
		if weight == 0 {
			continue
		}
		p, q := weight/all, c.listed[genre]/shown
		kl += p * math.Log(p/((1-calibrationMix)*q+calibrationMix*p))
	}
	return math.Max(kl, 0), true // rounding may leave it below
}

// coverage returns the part of the items that are shown at all.
func coverage(shown []int32) float64 {
	some := 0.0
	for _, n := range shown {
		some += math.Min(float64(n), 1)
	}
	return some / math.Max(float64(len(shown)), 1)
}

// gini returns how unequally the items are shown; see AtK.
func gini(shown []int32) float64 {
	n := float64(len(shown))
	var weighted, all float64
	for j, x := range slices.Sorted(slices.Values(shown)) {
		weighted += (2*float64(j+1) - n - 1) * float64(x)
		all += float64(x)
	}
	if all == 0 || n < 2 {
		return 0
	}
	return weighted / ((n - 1) * all)
}

// Genres numbers the genres of items for Options.Genres, in order of their names.
// Items that the catalogue lacks have none.
func Genres(films *dataset.Catalogue, items *dataset.Index) [][]int32 {
	var names []string
	for i := range films.Len() {
		names = append(names, films.Movies[i].Genres...)
	}
	slices.Sort(names)
	names = slices.Compact(names)
	genres := make([][]int32, items.Len())
	for row := range int32(items.Len()) {
		m, _ := films.ByID(items.ID(row))
		if m == nil {
			continue
		}
		for _, name := range m.Genres {
			at, _ := slices.BinarySearch(names, name)
			if !slices.Contains(genres[row], int32(at)) {
				genres[row] = append(genres[row], int32(at))
			}
		}
	}
	return genres
}

// FeatureDistance returns a distance for Options.Distance: 1 less the cosine of two
// rows of features, such as those of dataset.Catalogue.Features; NaN where one of
// the rows is empty.
func FeatureDistance(x *dataset.CSR) func(a, b int32) float64 {
	norms := make([]float64, max(len(x.Ptr)-1, 0))
	for row := range norms {
		_, values := x.Row(int32(row))
		for _, v := range values {
			norms[row] += float64(v) * float64(v)
		}
		norms[row] = math.Sqrt(norms[row])
	}
	return func(a, b int32) float64 {
		left, lv := x.Row(a)
		right, rv := x.Row(b)
		var dot float64
		for i, j := 0, 0; i < len(left) && j < len(right); {
			switch {
			case left[i] < right[j]:
				i++
			case left[i] > right[j]:
				j++
			default:
				dot += float64(lv[i]) * float64(rv[j])
				i, j = i+1, j+1
			}
		}
		return 1 - math.Min(dot/(norms[a]*norms[b]), 1) // 0/0 is NaN
	}
}
