package evaluate

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"

	"github.com/nextflex/nextflex/dataset"
)

// SampledAtK are metrics of ranks among sampled candidates, each 0 to 1, before the
// mean over users. With rank the place of a test item among its negatives, from 1:
//
//   - HitRate = 1 if rank ≤ k, else 0: HR@k of the NCF papers.
//   - NDCG = 1/log2(rank+1) if rank ≤ k, else 0.
//   - MRR = 1/rank if rank ≤ k, else 0.
//
// They are not those of AtK: chance alone has a HitRate of k/100 among 99 negatives.
type SampledAtK struct {
	K       int     `json:"k"`
	HitRate float64 `json:"hit_rate"`
	NDCG    float64 `json:"ndcg"`
	MRR     float64 `json:"mrr"`
}

// SampledReport is how high test items rank among sampled items.
type SampledReport struct {
	At        []SampledAtK `json:"at"`              // by rising k
	AUC       *float64     `json:"auc,omitempty"`   // the part of the negatives that stand below, those of equal score half; nil where no item has any
	Users     int          `json:"users"`           // the means are over
	Skipped   int          `json:"skipped"`         // users with test ratings, none of them relevant
	Ranked    int          `json:"ranked"`          // test items
	Negatives int          `json:"negatives"`       // of the test item that has most, without itself and without repetition
	Given     bool         `json:"given,omitempty"` // whether the fold brought them, in CrossValidate
	Threshold float32      `json:"threshold"`       // from which on a test item is relevant; 0 where each is
	Samples   Samples      `json:"-"`               // by user, such as "sampled_ndcg@10", where Options.PerUser is set
}

// Sampled ranks each relevant test item alone against sampled items: the protocol of
// He et al. 2017 ("Neural collaborative filtering", section 4.1) and of the papers
// that compare with it, who hold one item of each user out and sample 99. The
// numbers are comparable with theirs and with nothing else: they flatter models
// that tell popular from unpopular items and may order models wrongly (Krichene &
// Rendle 2020, "On sampled metrics for item recommendation"). Ranking is the
// measure to trust.
//
// negatives are rows of test.Items by position of the rating in test. As in the
// program of NCF a candidate is scored once however often it stands there, the test
// item itself included, so that its rank is then among fewer; candidates that the
// user rated in train are kept as given. Of equal scores the item of the smaller row
// is ranked first (their heap keeps the first in the list, the test item last);
// NaN stands below all. A user's metrics are the mean over his relevant test items.
// Where nothing is relevant the error is ErrNothing.
func Sampled(ctx context.Context, model Scorer, train, test *dataset.Ratings, negatives [][]int32, opt Options) (SampledReport, error) {
	if err := checkPair(train, test); err != nil {
		return SampledReport{}, err
	}
	o, err := opt.resolved(test)
	if err != nil {
		return SampledReport{}, err
	}
	if err := checkNegatives(negatives, test); err != nil {
		return SampledReport{}, err
	}
	s := &sampler{model: model, test: test, negatives: negatives, options: o, positions: byUser(test)}
	s.sums = make([]sampledSums, (len(s.positions)+blockSize-1)/blockSize)
	if err := forBlocks(ctx, len(s.positions), &s.options, "sampled", s.worker); err != nil {
		return SampledReport{}, fmt.Errorf("evaluate: ranking test items among sampled ones: %w", err)
	}
	r := s.report()
	if r.Users == 0 {
		return SampledReport{}, nothingRelevant(test, r.Threshold)
	}
	return r, nil
}

// DrawNegatives draws n items for each test rating, uniformly and without repetition
// from those that its user rated neither in train nor in test; all of them where
// there are fewer. The result is by position in test, rows ascending. Each rating
// has random numbers of its own: others that come or go don't change its items. It
// returns a *ConfigError for n below 1 or above 100,000.
func DrawNegatives(train, test *dataset.Ratings, n int, seed uint64) ([][]int32, error) {
	if n < 1 || n > MaxK {
		return nil, &ConfigError{Package: "evaluate", Field: "n", Value: n, Want: fmt.Sprintf("1 to %d", MaxK)}
	}
	if err := checkPair(train, test); err != nil {
		return nil, err
	}
	seen, held := train.Matrix(), test.Matrix()
	known := make([]bool, test.Items.Len())
	negatives := make([][]int32, test.Len())
	for user, positions := range byUser(test) {
		trained, _ := seen.Row(int32(user))
		tested, _ := held.Row(int32(user))
		for _, items := range [][]int32{trained, tested} {
			for _, item := range items {
				known[item] = true
			}
		}
		for _, p := range positions {
			rng := rand.New(rand.NewPCG(seed, uint64(user)<<32|uint64(test.Item[p])))
			negatives[p] = drawUnknown(rng, known, n)
		}
		for _, items := range [][]int32{trained, tested} {
			for _, item := range items {
				known[item] = false
			}
		}
	}
	return negatives, nil
}

// drawUnknown draws n rows that aren't known, or returns all where there are no
// more. Drawing with rejection is for catalogues of which a user knows little; where
// it would be slow the rows are shuffled.
func drawUnknown(rng *rand.Rand, known []bool, n int) []int32 {
	drawn := make([]int32, 0, min(n, len(known)))
	taken := make(map[int32]bool, cap(drawn))
	for tries := 0; len(drawn) < n && tries < 4*n+100; tries++ {
		if item := int32(rng.IntN(len(known))); !known[item] && !taken[item] {
			drawn, taken[item] = append(drawn, item), true
		}
	}
	if len(drawn) < n {
		drawn = drawn[:0]
		for item := range int32(len(known)) {
			if !known[item] {
				drawn = append(drawn, item)
			}
		}
		rng.Shuffle(len(drawn), func(i, j int) { drawn[i], drawn[j] = drawn[j], drawn[i] })
		drawn = drawn[:min(n, len(drawn))]
	}
	slices.Sort(drawn)
	return drawn
}

func checkNegatives(negatives [][]int32, test *dataset.Ratings) error {
	if len(negatives) != test.Len() {
		return fmt.Errorf("evaluate: negatives of %d test ratings, want %d as there are", len(negatives), test.Len())
	}
	for i, list := range negatives {
		for _, item := range list {
			if item < 0 || int(item) >= test.Items.Len() {
				return fmt.Errorf("evaluate: negatives of test rating %d: item row %d, want 0 to %d", i, item, test.Items.Len()-1)
			}
		}
	}
	return nil
}

// byUser returns the positions of each user's ratings.
func byUser(r *dataset.Ratings) [][]int32 {
	positions := make([][]int32, r.Users.Len())
	for i, user := range r.User {
		positions[user] = append(positions[user], int32(i))
	}
	return positions
}

// sampler ranks test items.
type sampler struct {
	model     Scorer
	test      *dataset.Ratings
	negatives [][]int32
	positions [][]int32 // in test, by user
	options   Options
	sums      []sampledSums
}

// sampledShares are the metrics of SampledAtK at one k.
type sampledShares [3]share

var sampledNames = [3]string{"sampled_hit_rate", "sampled_ndcg", "sampled_mrr"}

// sampledUser is what was measured of one user.
type sampledUser struct {
	user int32
	at   []sampledShares
	auc  share
}

// sampledSums are those of one block of users.
type sampledSums struct {
	users           []sampledUser
	skipped, ranked int
	negatives       int
}

func (s *sampler) worker() func(b, lo, hi int) error {
	scores := make([]float32, s.test.Items.Len())
	taken := make([]bool, s.test.Items.Len())
	return func(b, lo, hi int) error {
		sums := &s.sums[b]
		for user := int32(lo); user < int32(hi); user++ {
			positions := slices.DeleteFunc(slices.Clone(s.positions[user]), func(p int32) bool { return s.test.Value[p] < s.options.Threshold })
			if len(positions) == 0 {
				sums.skipped += min(len(s.positions[user]), 1)
				continue
			}
			if err := s.model.Scores(user, scores); err != nil {
				return fmt.Errorf("user row %d: %w", user, err)
			}
			sums.users = append(sums.users, s.measure(user, positions, scores, taken, sums))
		}
		return nil
	}
}

// measure takes the mean over a user's test items.
func (s *sampler) measure(user int32, positions []int32, scores []float32, taken []bool, sums *sampledSums) sampledUser {
	u := sampledUser{user: user, at: make([]sampledShares, len(s.options.K))}
	for _, p := range positions {
		rank, ties, others := rankAmong(scores, taken, s.test.Item[p], s.negatives[p])
		sums.ranked++
		sums.negatives = max(sums.negatives, others)
		if others > 0 {
			u.auc.add(one((float64(others-(rank.above+ties)) + float64(ties)/2) / float64(others)))
		}
		place := rank.place()
		for i, k := range s.options.K {
			if rank.unscored || place > k {
				continue
			}
			u.at[i][0].sum++
			u.at[i][1].sum += 1 / math.Log2(float64(place)+1)
			u.at[i][2].sum += 1 / float64(place)
		}
	}
	for i := range u.at {
		for m := range u.at[i] {
			u.at[i][m] = one(u.at[i][m].sum / float64(len(positions)))
		}
	}
	if u.auc.count > 0 {
		u.auc = one(u.auc.mean())
	}
	return u
}

// sampledRank is where a test item stands.
type sampledRank struct {
	above, before int // candidates of a higher score, and of the same score and a smaller row
	unscored      bool
}

func (r sampledRank) place() int { return r.above + r.before + 1 }

// rankAmong ranks an item among candidates, each counted once.
func rankAmong(scores []float32, taken []bool, item int32, candidates []int32) (rank sampledRank, ties, others int) {
	own := scores[item]
	rank.unscored = own != own
	taken[item] = true
	for _, c := range candidates {
		if taken[c] {
			continue
		}
		taken[c] = true
		others++
		switch x := scores[c]; {
		case x > own || own != own && x == x:
			rank.above++
		case x == own || own != own: // neither has a score
			ties++
			if c < item {
				rank.before++
			}
		}
	}
	taken[item] = false
	for _, c := range candidates {
		taken[c] = false
	}
	return rank, ties, others
}

// report adds users up in order.
func (s *sampler) report() SampledReport {
	r := SampledReport{At: make([]SampledAtK, len(s.options.K)), Threshold: shownThreshold(s.options.Threshold)}
	var users []sampledUser
	for _, b := range s.sums {
		users = append(users, b.users...)
		r.Skipped += b.skipped
		r.Ranked += b.ranked
		r.Negatives = max(r.Negatives, b.negatives)
	}
	r.Users = len(users)
	var auc share
	for _, u := range users {
		auc.add(u.auc)
	}
	r.AUC = auc.meanIfAny()
	for i, k := range s.options.K {
		var at sampledShares
		for _, u := range users {
			for m := range at {
				at[m].add(u.at[i][m])
			}
		}
		r.At[i] = SampledAtK{K: k, HitRate: at[0].mean(), NDCG: at[1].mean(), MRR: at[2].mean()}
	}
	if s.options.PerUser {
		r.Samples = s.samples(users)
	}
	return r
}

func (s *sampler) samples(users []sampledUser) Samples {
	rows := make([]int32, len(users))
	for i, u := range users {
		rows[i] = u.user
	}
	samples := Samples{"sampled_auc": sampleOf(rows, func(i int) share { return users[i].auc })}
	for i, k := range s.options.K {
		for m, name := range sampledNames {
			samples[atName(name, k)] = sampleOf(rows, func(u int) share { return users[u].at[i][m] })
		}
	}
	return samples
}
