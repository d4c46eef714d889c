package evaluate

import (
	"context"
	"fmt"
	"math"

	"github.com/nextflex/nextflex/dataset"
	"github.com/nextflex/nextflex/internal/topk"
)

// AtK are the metrics of the lists' first k places, each 0 to 1. With rel(i) = 1
// where the item at rank i is relevant and 0 elsewhere, hits = Σ rel(i) over i ≤ k
// and R relevant items of the user, they are, before the mean over users:
//
//   - Precision = hits/k (Herlocker et al. 2004, section 5.2), divided by k even
//     where fewer than k items are relevant or can be listed. implicit's precision
//     is Σ hits/Σ min(k, R) over all users; the recipe of Surprise divides by the
//     number of items it predicts to be liked.
//   - Recall = hits/R, as in Spark and LightGCN. Others divide by min(k, R).
//   - HitRate = 1 if hits > 0, else 0 (Deshpande & Karypis 2004). With one test
//     item a user it equals Recall.
//   - NDCG = DCG/IDCG with DCG = Σ rel(i)/log2(i+1) and IDCG that of a list whose
//     first min(k, R) items are relevant: binary gain, discount log2(rank+1).
//     Järvelin & Kekäläinen 2002 ("Cumulated gain-based evaluation of IR
//     techniques") don't discount rank 1 and 2; the form here is the one in
//     common use since Burges et al. 2005. scikit-learn's ndcg_score takes the
//     values as gains and averages over ties; with binary gains and without ties
//     it agrees. A package whose IDCG always sums over k gives less.
//   - MAP = Σ rel(i)·hits(i)/i over i ≤ k, divided by min(k, R), so that a perfect
//     list has 1 (Baeza-Yates & Ribeiro-Neto 1999, section 3.2, cut at k; the form
//     of Kaggle's contests and of implicit). Spark's meanAveragePrecision and TREC
//     divide by R.
//   - MRR = 1/rank of the first relevant item, 0 if none is in the first k (Voorhees
//     1999, the TREC-8 question answering track).
//   - Coverage = the part of the catalogue that stands in the first k of at least
//     one user evaluated (Herlocker et al. 2004, section 5.3.1; Ge et al. 2010).
type AtK struct {
	K         int     `json:"k"`
	Precision float64 `json:"precision"`
	Recall    float64 `json:"recall"`
	HitRate   float64 `json:"hit_rate"`
	NDCG      float64 `json:"ndcg"`
	MAP       float64 `json:"map"`
	MRR       float64 `json:"mrr"`
	Coverage  float64 `json:"coverage"`
}

// Report is how good the lists are.
type Report struct {
	At        []AtK   `json:"at"`         // by rising k
	Users     int     `json:"users"`      // the means are over
	Skipped   int     `json:"skipped"`    // users with test ratings, none of them relevant
	ColdUsers int     `json:"cold_users"` // of Users, those without ratings in train
	Items     int     `json:"items"`      // of the catalogue
	Threshold float32 `json:"threshold"`  // from which on a test item is relevant; 0 where each is
}

// blockSums are the sums of one block of users.
type blockSums struct {
	at                   []AtK
	users, skipped, cold int
}

// Ranking lists the items of the full catalogue for each user with relevant test
// items, without those the user rated in train, and measures the lists. A test
// item that stands in train too can't be listed and is not counted as relevant.
// See the package comment for the protocol, and AtK for the metrics. Where no
// user has a relevant item the error is ErrNothing.
func Ranking(ctx context.Context, model Scorer, train, test *dataset.Ratings, opt Options) (Report, error) {
	if err := checkPair(train, test); err != nil {
		return Report{}, err
	}
	o, err := opt.resolved(test)
	if err != nil {
		return Report{}, err
	}
	l := newLister(model, train.Matrix(), test.Matrix(), o)
	if err := forBlocks(ctx, l.held.NumUsers(), &l.options, "ranking", l.worker); err != nil {
		return Report{}, fmt.Errorf("evaluate: listing for test users: %w", err)
	}
	r := l.report()
	if r.Users == 0 {
		return Report{}, fmt.Errorf("evaluate: %q has no relevant test item (value %g or more): %w", test.Name, r.Threshold, ErrNothing)
	}
	return r, nil
}

// lister makes and measures the lists. best is shared by the workers of all
// goroutines, one slice each.
type lister struct {
	model      Scorer
	seen, held *dataset.Matrix
	options    Options
	ideal      []float64 // ideal[n] is the DCG of n relevant items on the first n ranks
	sums       []blockSums
	best       chan []int32 // by item, the best rank in any list of a worker; 0 for none
}

func newLister(model Scorer, seen, held *dataset.Matrix, o Options) *lister {
	longest := min(o.K[len(o.K)-1], held.NumItems())
	l := &lister{
		model: model, seen: seen, held: held, options: o, ideal: make([]float64, longest+1),
		sums: make([]blockSums, (held.NumUsers()+blockSize-1)/blockSize),
		best: make(chan []int32, o.Threads),
	}
	for rank := 1; rank <= longest; rank++ {
		l.ideal[rank] = l.ideal[rank-1] + 1/math.Log2(float64(rank)+1)
	}
	return l
}

func (l *lister) worker() func(b, lo, hi int) error {
	scores := make([]float32, l.held.NumItems())
	best := make([]int32, l.held.NumItems())
	relevant := make([]bool, l.held.NumItems())
	selector := topk.New(0)
	l.best <- best
	return func(b, lo, hi int) error {
		sums := &l.sums[b]
		sums.at = make([]AtK, len(l.options.K))
		for user := int32(lo); user < int32(hi); user++ {
			wanted := l.mark(user, relevant, true)
			if wanted > 0 {
				list, err := l.list(user, scores, selector)
				if err != nil {
					return fmt.Errorf("user row %d: %w", user, err)
				}
				sums.add(l, list, relevant, wanted)
				note(best, list)
			} else if items, _ := l.held.Row(user); len(items) > 0 {
				sums.skipped++
			}
			if items, _ := l.seen.Row(user); wanted > 0 && len(items) == 0 {
				sums.cold++
			}
			l.mark(user, relevant, false)
		}
		return nil
	}
}

// mark sets the places of a user's relevant items and returns their number.
func (l *lister) mark(user int32, relevant []bool, to bool) int {
	items, values := l.held.Row(user)
	seen, _ := l.seen.Row(user)
	wanted := 0
	for i, item := range items {
		for len(seen) > 0 && seen[0] < item {
			seen = seen[1:]
		}
		if values[i] >= l.options.Threshold && (len(seen) == 0 || seen[0] != item) {
			relevant[item] = to
			wanted++
		}
	}
	return wanted
}

// list returns the best items that the user has not seen.
func (l *lister) list(user int32, scores []float32, selector *topk.Selector) ([]dataset.Scored, error) {
	if err := l.model.Scores(user, scores); err != nil {
		return nil, err
	}
	seen, _ := l.seen.Row(user)
	for _, item := range seen {
		scores[item] = float32(math.NaN()) // never selected
	}
	selector.Reset(l.options.K[len(l.options.K)-1])
	low := selector.Threshold()
	for item, score := range scores {
		if score >= low {
			selector.Push(int32(item), score)
			low = selector.Threshold()
		}
	}
	return selector.Sorted(), nil
}

// note keeps the best rank of each listed item.
func note(best []int32, list []dataset.Scored) {
	for i, x := range list {
		if rank := int32(i) + 1; best[x.Row] == 0 || rank < best[x.Row] {
			best[x.Row] = rank
		}
	}
}

// add measures one list at each k, in one pass over its ranks.
func (s *blockSums) add(l *lister, list []dataset.Scored, relevant []bool, wanted int) {
	s.users++
	var hits, dcg, ap, rr float64
	rank := 0
	for i, k := range l.options.K {
		for ; rank < min(k, len(list)); rank++ {
			if !relevant[list[rank].Row] {
				continue
			}
			hits++
			dcg += 1 / math.Log2(float64(rank)+2)
			ap += hits / float64(rank+1)
			if rr == 0 {
				rr = 1 / float64(rank+1)
			}
		}
		at := &s.at[i]
		at.Precision += hits / float64(k)
		at.Recall += hits / float64(wanted)
		at.HitRate += math.Min(hits, 1)
		at.NDCG += dcg / l.ideal[min(k, wanted)]
		at.MAP += ap / float64(min(k, wanted))
		at.MRR += rr
	}
}

// report adds the blocks up in order.
func (l *lister) report() Report {
	r := Report{Items: l.held.NumItems(), At: make([]AtK, len(l.options.K)), Threshold: l.options.Threshold}
	if r.Threshold == -math.MaxFloat32 {
		r.Threshold = 0
	}
	for _, s := range l.sums {
		r.Users += s.users
		r.Skipped += s.skipped
		r.ColdUsers += s.cold
		for i := range s.at {
			at := &r.At[i]
			at.Precision += s.at[i].Precision
			at.Recall += s.at[i].Recall
			at.HitRate += s.at[i].HitRate
			at.NDCG += s.at[i].NDCG
			at.MAP += s.at[i].MAP
			at.MRR += s.at[i].MRR
		}
	}
	best := l.bestRanks()
	for i, k := range l.options.K {
		at, n := &r.At[i], math.Max(float64(r.Users), 1)
		*at = AtK{k, at.Precision / n, at.Recall / n, at.HitRate / n, at.NDCG / n, at.MAP / n, at.MRR / n, 0}
		for _, rank := range best {
			if rank > 0 && int(rank) <= k {
				at.Coverage++
			}
		}
		at.Coverage /= math.Max(float64(r.Items), 1)
	}
	return r
}

// bestRanks merges what the workers noted.
func (l *lister) bestRanks() []int32 {
	close(l.best)
	all := make([]int32, l.held.NumItems())
	for best := range l.best {
		for item, rank := range best {
			if rank > 0 && (all[item] == 0 || rank < all[item]) {
				all[item] = rank
			}
		}
	}
	return all
}
