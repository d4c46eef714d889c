package dataset

import (
	"cmp"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
)

// ErrNoTimes is returned where a split by time, or Recency, meets ratings without times.
var ErrNoTimes = errors.New("dataset: the ratings have no times")

// Streams of the random generators of the splits, so that equal seeds don't
// give equal numbers to unlike uses.
const (
	streamRandomSplit = iota + 1
	streamKFold
	streamUserSplit
	streamStrongUsers
	streamStrongItems
	streamItemSplit
)

// RandomSplit holds a fraction of the ratings out at random, whoever gave them:
// testFraction·Len() of them, rounded, but at least one on either side. Every
// rating is in exactly one side, and both keep the order of the set. A
// *ConfigError is returned for a fraction that is not above 0 and below 1, an
// error for fewer than two ratings.
func RandomSplit(r *Ratings, testFraction float64, seed uint64) (Fold, error) {
	if err := checkFraction("testFraction", testFraction); err != nil {
		return Fold{}, err
	}
	if r.Len() < 2 {
		return Fold{}, fmt.Errorf("dataset: splitting %d ratings, want at least 2", r.Len())
	}
	rng := rand.New(rand.NewPCG(seed, streamRandomSplit))
	held := drawHeld(rng, r.Len(), testFraction)
	return r.fold(fmt.Sprintf("random %g", testFraction), held), nil
}

// KFold divides the ratings into k folds for cross-validation: fold f tests with
// the f-th part and trains on the rest. Each user's ratings are shuffled and dealt
// out in turn, so that every part has a k-th of each user, give or take one. k is
// 2 to the number of ratings; anything else is a *ConfigError.
func KFold(r *Ratings, k int, seed uint64) ([]Fold, error) {
	if k < 2 || k > r.Len() {
		return nil, &ConfigError{Package: "dataset", Field: "k", Value: k, Want: fmt.Sprintf("2 to the %d ratings", r.Len())}
	}
	of := make([]int32, r.Len())
	for user, positions := range r.byUser() {
		// A stream for each user: a user's folds don't change when others join.
		rng := rand.New(rand.NewPCG(seed, streamKFold<<32|uint64(user)))
		rng.Shuffle(len(positions), func(i, j int) { positions[i], positions[j] = positions[j], positions[i] })
		start := rng.IntN(k) // else the first part would get all users with one rating
		for i, p := range positions {
			of[p] = int32((start + i) % k)
		}
	}
	folds := make([]Fold, k)
	held := make([]bool, r.Len())
	for f := range folds {
		for i := range held {
			held[i] = of[i] == int32(f)
		}
		folds[f] = r.fold(fmt.Sprintf("fold %d of %d", f+1, k), held)
	}
	return folds, nil
}

// LeaveLastOut holds out the newest n ratings of each user who has more than n;
// users with fewer are in Train alone. Among ratings of equal time the later in
// the set is the newer, and one whose time isn't known is older than all others.
// It returns a *ConfigError for n below 1 and ErrNoTimes where no rating has a time.
func LeaveLastOut(r *Ratings, n int) (Fold, error) {
	if n < 1 {
		return Fold{}, &ConfigError{Package: "dataset", Field: "n", Value: n, Want: "1 or more"}
	}
	if !r.timed() {
		return Fold{}, ErrNoTimes
	}
	held := make([]bool, r.Len())
	for _, positions := range r.byUser() {
		if len(positions) <= n {
			continue
		}
		slices.SortStableFunc(positions, func(a, b int32) int {
			return cmp.Compare(r.Time[a], r.Time[b])
		})
		for _, p := range positions[len(positions)-n:] {
			held[p] = true
		}
	}
	return r.fold(fmt.Sprintf("leave last %d out", n), held), nil
}

// TimeSplit holds out the newest fraction of all ratings, but at least one on
// either side: train on the past, test on the future. Equal and unknown times are
// ordered as in LeaveLastOut. It returns a *ConfigError for a fraction that is not
// above 0 and below 1, ErrNoTimes where no rating has a time, and an error for
// fewer than two ratings.
func TimeSplit(r *Ratings, testFraction float64) (Fold, error) {
	if err := checkFraction("testFraction", testFraction); err != nil {
		return Fold{}, err
	}
	if !r.timed() {
		return Fold{}, ErrNoTimes
	}
	if r.Len() < 2 {
		return Fold{}, fmt.Errorf("dataset: splitting %d ratings, want at least 2", r.Len())
	}
	held := make([]bool, r.Len())
	for _, p := range r.byTime()[r.Len()-heldShare(r.Len(), testFraction):] {
		held[p] = true
	}
	return r.fold(fmt.Sprintf("newest %g", testFraction), held), nil
}

// UserSplit holds out all ratings of a fraction of the users who have any, at
// least of one user, and leaves at least one: what a model knows of new people.
// It returns a *ConfigError for a fraction that is not above 0 and below 1 and an
// error where fewer than two users have ratings.
func UserSplit(r *Ratings, testUsers float64, seed uint64) (Fold, error) {
	out, err := r.drawUsers(testUsers, rand.New(rand.NewPCG(seed, streamUserSplit)))
	if err != nil {
		return Fold{}, err
	}
	held := make([]bool, r.Len())
	for i, user := range r.User {
		held[i] = out[user]
	}
	return r.fold(fmt.Sprintf("users %g", testUsers), held), nil
}

// ItemSplit holds out all ratings of a fraction of the items that have any, at least
// of one item, and leaves at least one: what a model knows of items that nobody has
// rated yet. It returns a *ConfigError for a fraction that is not above 0 and below 1
// and an error where fewer than two items have ratings.
func ItemSplit(r *Ratings, testItems float64, seed uint64) (Fold, error) {
	if err := checkFraction("testItems", testItems); err != nil {
		return Fold{}, err
	}
	out, err := drawRows("item", r.Item, r.Items.Len(), testItems, rand.New(rand.NewPCG(seed, streamItemSplit)))
	if err != nil {
		return Fold{}, err
	}
	held := make([]bool, r.Len())
	for i, item := range r.Item {
		held[i] = out[item]
	}
	return r.fold(fmt.Sprintf("items %g", testItems), held), nil
}

// RepeatedSplit is n random splits (RandomSplit) with the seeds seed to seed+n-1,
// as results over repeated splits are published. n is 1 to 1000; anything else is a
// *ConfigError. The folds hold n copies of the ratings.
func RepeatedSplit(r *Ratings, testFraction float64, n int, seed uint64) ([]Fold, error) {
	if n < 1 || n > 1000 {
		return nil, &ConfigError{Package: "dataset", Field: "n", Value: n, Want: "1 to 1000"}
	}
	folds := make([]Fold, n)
	for i := range folds {
		fold, err := RandomSplit(r, testFraction, seed+uint64(i))
		if err != nil {
			return nil, err
		}
		fold.Name = fmt.Sprintf("seed %d", seed+uint64(i))
		folds[i] = fold
	}
	return folds, nil
}

// StrongSplit holds out users with all their ratings, a fraction testUsers of those
// who have any, and divides what they rated: Test gets a fraction testItems of each
// one's ratings, rounded down, FoldIn the rest. It is the strong generalization of
// Marlin 2004 in the form of Liang, Krishnan, Hoffman & Jebara 2018 ("Variational
// autoencoders for collaborative filtering", section 4.1): there 80 % are folded in,
// and ratings of items that no training user has rated are left out. A held-out user
// with fewer than 1/testItems ratings is folded in whole, and has no test. It returns
// a *ConfigError for a fraction that is not above 0 and below 1 and an error where
// fewer than two users have ratings.
func StrongSplit(r *Ratings, testUsers, testItems float64, seed uint64) (Fold, error) {
	if err := checkFraction("testItems", testItems); err != nil {
		return Fold{}, err
	}
	out, err := r.drawUsers(testUsers, rand.New(rand.NewPCG(seed, streamStrongUsers)))
	if err != nil {
		return Fold{}, err
	}
	known := make([]bool, r.Items.Len())
	for i, item := range r.Item {
		known[item] = known[item] || !out[r.User[i]]
	}
	var train, foldIn, test []int32
	for user, positions := range r.byUser() {
		if !out[user] {
			train = append(train, positions...)
			continue
		}
		positions = slices.DeleteFunc(positions, func(p int32) bool { return !known[r.Item[p]] })
		// A stream for each user: a user's parts don't change when others join.
		rng := rand.New(rand.NewPCG(seed, streamStrongItems<<32|uint64(user)))
		rng.Shuffle(len(positions), func(i, j int) { positions[i], positions[j] = positions[j], positions[i] })
		held := int(testItems*float64(len(positions)) + 1e-9) // 0.2 of 15 may lie just below 3
		test, foldIn = append(test, positions[:held]...), append(foldIn, positions[held:]...)
	}
	for _, part := range [][]int32{train, foldIn, test} {
		slices.Sort(part) // the order of the set
	}
	return Fold{Name: fmt.Sprintf("strong %g", testUsers), Train: r.Select(train), FoldIn: r.Select(foldIn), Test: r.Select(test)}, nil
}

// drawUsers marks a fraction of the users who have ratings.
func (r *Ratings) drawUsers(fraction float64, rng *rand.Rand) ([]bool, error) {
	if err := checkFraction("testUsers", fraction); err != nil {
		return nil, err
	}
	return drawRows("user", r.User, r.Users.Len(), fraction, rng)
}

// drawRows marks a fraction of the rows that have ratings, of being the user or the item
// of each rating.
func drawRows(kind string, of []int32, rows int, fraction float64, rng *rand.Rand) ([]bool, error) {
	has := make([]bool, rows)
	for _, row := range of {
		has[row] = true
	}
	var active []int32
	for row, rated := range has {
		if rated {
			active = append(active, int32(row))
		}
	}
	if len(active) < 2 {
		return nil, fmt.Errorf("dataset: splitting by %s: %d have ratings, want at least 2", kind, len(active))
	}
	out := make([]bool, rows)
	for i, chosen := range drawHeld(rng, len(active), fraction) {
		out[active[i]] = chosen
	}
	return out, nil
}

func checkFraction(field string, v float64) error {
	if v > 0 && v < 1 {
		return nil
	}
	return &ConfigError{Package: "dataset", Field: field, Value: v, Want: "above 0 and below 1"}
}

// heldShare returns the rounded fraction of n, at least 1 and at most n-1.
func heldShare(n int, fraction float64) int {
	return min(max(int(math.Round(fraction*float64(n))), 1), n-1)
}

// drawHeld marks the share of n positions, each set of that size being as likely as
// any other. It is selection sampling (Fan, Muller and Rezucha 1962; algorithm S in
// Knuth, The Art of Computer Programming, section 3.4.2), which needs no shuffled
// list of all positions.
func drawHeld(rng *rand.Rand, n int, fraction float64) []bool {
	drawn := make([]bool, n)
	wanted := heldShare(n, fraction)
	for i := range drawn {
		if rng.IntN(n-i) < wanted {
			drawn[i] = true
			wanted--
		}
	}
	return drawn
}

// timed tells whether any rating has a time.
func (r *Ratings) timed() bool {
	return slices.ContainsFunc(r.Time, func(t uint32) bool { return t != 0 })
}

// byUser returns the positions of each user's ratings, in the order of the set.
func (r *Ratings) byUser() [][]int32 {
	counts := make([]int, r.Users.Len())
	for _, user := range r.User {
		counts[user]++
	}
	all := make([]int32, 0, r.Len())
	lists := make([][]int32, len(counts))
	for user, n := range counts {
		all = all[:len(all)+n]
		lists[user] = all[len(all)-n : len(all)-n : len(all)]
	}
	for i, user := range r.User {
		lists[user] = append(lists[user], int32(i))
	}
	return lists
}

// fold parts the ratings into those held out and the rest.
func (r *Ratings) fold(name string, held []bool) Fold {
	n := 0
	for _, out := range held {
		if out {
			n++
		}
	}
	test, train := make([]int32, 0, n), make([]int32, 0, len(held)-n)
	for i, out := range held {
		if out {
			test = append(test, int32(i))
		} else {
			train = append(train, int32(i))
		}
	}
	return Fold{Name: name, Train: r.Select(train), Test: r.Select(test)}
}
