package evaluate

import (
	"fmt"
	"math"

	"github.com/nextflex/nextflex/dataset"
	"github.com/nextflex/nextflex/internal/topk"
)

// lister makes and measures the lists. What the workers of all goroutines count
// comes through counted, one tally each.
type lister struct {
	model      Scorer
	seen, held *dataset.Matrix
	options    Options
	ideal      []float64 // ideal[n] is the DCG of n relevant items on the first n ranks
	beyond     *beyond
	sums       []blockSums
	counted    chan *tally
}

// blockSums are the sums of one block of users.
type blockSums struct {
	at                   []shares // by k
	auc                  share
	users, skipped, cold int
	each                 []userShares // of Options.PerUser
}

// userShares are one user's.
type userShares struct {
	user int32
	auc  share
	at   []shares // by k
}

// tally counts by item. Counts are whole numbers, so that the order in which the
// tallies of workers are added up changes nothing.
type tally struct {
	shown    [][]int32 // by k and item: lists that have the item among the places that this k adds to the one before
	relevant []int32   // by item; nil unless Options.PerUser
	hits     [][]int32 // as shown, where the item is relevant; nil unless Options.PerUser
}

func newLister(model Scorer, train *dataset.Ratings, seen, held *dataset.Matrix, o Options) *lister {
	longest := min(o.K[len(o.K)-1], held.NumItems())
	l := &lister{
		model: model, seen: seen, held: held, options: o, ideal: make([]float64, longest+1), beyond: newBeyond(train, seen, &o),
		sums:    make([]blockSums, (held.NumUsers()+blockSize-1)/blockSize),
		counted: make(chan *tally, o.Threads),
	}
	for rank := 1; rank <= longest; rank++ {
		l.ideal[rank] = l.ideal[rank-1] + 1/math.Log2(float64(rank)+1)
	}
	return l
}

func (l *lister) newTally() *tally {
	table := func() [][]int32 {
		rows := make([][]int32, len(l.options.K))
		for i := range rows {
			rows[i] = make([]int32, l.held.NumItems())
		}
		return rows
	}
	t := &tally{shown: table()}
	if l.options.PerUser {
		t.relevant, t.hits = make([]int32, l.held.NumItems()), table()
	}
	return t
}

// listing is what a goroutine keeps from user to user.
type listing struct {
	*lister
	scores   []float32
	relevant []bool
	selector *topk.Selector
	auc      aucCounter
	shown    shownCounter
	tally    *tally
}

func (l *lister) worker() func(b, lo, hi int) error {
	w := &listing{
		lister: l, scores: make([]float32, l.held.NumItems()), relevant: make([]bool, l.held.NumItems()),
		selector: topk.New(0), shown: l.beyond.counter(), tally: l.newTally(),
	}
	l.counted <- w.tally
	return func(b, lo, hi int) error {
		sums := &l.sums[b]
		sums.at = make([]shares, len(l.options.K))
		for user := int32(lo); user < int32(hi); user++ {
			wanted := l.mark(user, w.relevant, true)
			if wanted > 0 {
				if err := w.measure(user, wanted, sums); err != nil {
					return fmt.Errorf("user row %d: %w", user, err)
				}
			} else if items, _ := l.held.Row(user); len(items) > 0 {
				sums.skipped++
			}
			l.mark(user, w.relevant, false)
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

// measure lists for one user and adds what the list is worth.
func (w *listing) measure(user int32, wanted int, sums *blockSums) error {
	list, err := w.list(user)
	if err != nil {
		return err
	}
	u := userShares{user: user, auc: w.auc.count(w.scores, w.relevant, w.held.NumItems()-w.numSeen(user)), at: make([]shares, len(w.options.K))}
	w.accuracy(list, wanted, u.at)
	w.shown.measure(user, list, w.options.K, u.at)
	w.note(user, list)
	sums.users++
	if w.numSeen(user) == 0 {
		sums.cold++
	}
	sums.auc.add(u.auc)
	for i := range u.at {
		for m := range u.at[i] {
			sums.at[i][m].add(u.at[i][m])
		}
	}
	if w.options.PerUser {
		sums.each = append(sums.each, u)
	}
	return nil
}

func (l *lister) numSeen(user int32) int {
	items, _ := l.seen.Row(user)
	return len(items)
}

// list returns the best items that the user has not seen, and leaves the scores
// of all in w.scores, NaN for those seen.
func (w *listing) list(user int32) ([]dataset.Scored, error) {
	if err := w.model.Scores(user, w.scores); err != nil {
		return nil, err
	}
	seen, _ := w.seen.Row(user)
	for _, item := range seen {
		w.scores[item] = float32(math.NaN()) // never selected
	}
	w.selector.Reset(w.options.K[len(w.options.K)-1])
	low := w.selector.Threshold()
	for item, score := range w.scores {
		if score >= low {
			w.selector.Push(int32(item), score)
			low = w.selector.Threshold()
		}
	}
	return w.selector.Sorted(), nil
}

// note counts what the list shows and finds.
func (w *listing) note(user int32, list []dataset.Scored) {
	rank := 0
	for i, k := range w.options.K {
		for ; rank < min(k, len(list)); rank++ {
			item := list[rank].Row
			w.tally.shown[i][item]++
			if w.tally.hits != nil && w.relevant[item] {
				w.tally.hits[i][item]++
			}
		}
	}
	if w.tally.relevant == nil {
		return
	}
	items, _ := w.held.Row(user)
	for _, item := range items {
		if w.relevant[item] {
			w.tally.relevant[item]++
		}
	}
}

// accuracy measures one list at each k, in one pass over its ranks.
func (w *listing) accuracy(list []dataset.Scored, wanted int, at []shares) {
	var hits, dcg, ap, rr float64
	rank := 0
	for i, k := range w.options.K {
		for ; rank < min(k, len(list)); rank++ {
			if !w.relevant[list[rank].Row] {
				continue
			}
			hits++
			dcg += 1 / math.Log2(float64(rank)+2)
			ap += hits / float64(rank+1)
			if rr == 0 {
				rr = 1 / float64(rank+1)
			}
		}
		most := min(k, wanted)
		at[i][precision] = one(hits / float64(k))
		at[i][recall] = one(hits / float64(wanted))
		at[i][recallCapped] = one(hits / float64(most))
		at[i][hitRate] = one(math.Min(hits, 1))
		at[i][ndcg] = one(dcg / w.ideal[most])
		at[i][averagePrecision] = one(ap / float64(most))
		at[i][reciprocalRank] = one(rr)
	}
}

// report adds the blocks up in order.
func (l *lister) report() Report {
	r := Report{Items: l.held.NumItems(), At: make([]AtK, len(l.options.K)), Threshold: shownThreshold(l.options.Threshold)}
	at := make([]shares, len(l.options.K))
	var auc share
	for _, s := range l.sums {
		r.Users += s.users
		r.Skipped += s.skipped
		r.ColdUsers += s.cold
		auc.add(s.auc)
		for i := range s.at {
			for m := range s.at[i] {
				at[i][m].add(s.at[i][m])
			}
		}
	}
	r.AUC = auc.meanIfAny()
	all := l.tally()
	for i, k := range l.options.K {
		r.At[i] = at[i].metrics(k)
		r.At[i].Coverage, r.At[i].Gini = coverage(all.shown[i]), gini(all.shown[i])
	}
	if l.options.PerUser {
		r.Samples, r.ByItem = l.samples(), &ByItem{Relevant: all.relevant, Hits: all.hits}
	}
	return r
}

// tally merges what the workers counted, each k with the places of those before.
func (l *lister) tally() *tally {
	close(l.counted)
	all := l.newTally()
	for t := range l.counted {
		for i := range t.shown {
			addCounts(all.shown[i], t.shown[i])
			if t.hits != nil {
				addCounts(all.hits[i], t.hits[i])
			}
		}
		addCounts(all.relevant, t.relevant)
	}
	for i := 1; i < len(all.shown); i++ {
		addCounts(all.shown[i], all.shown[i-1])
		if all.hits != nil {
			addCounts(all.hits[i], all.hits[i-1])
		}
	}
	return all
}

func addCounts(to, from []int32) {
	for i, n := range from {
		to[i] += n
	}
}

// samples gathers the shares of users, which blocks hold in ascending order.
func (l *lister) samples() Samples {
	var all []userShares
	for _, s := range l.sums {
		all = append(all, s.each...)
	}
	users := make([]int32, len(all))
	for i, u := range all {
		users[i] = u.user
	}
	samples := Samples{"auc": sampleOf(users, func(i int) share { return all[i].auc })}
	for i, k := range l.options.K {
		for m, name := range shareNames {
			samples[atName(name, k)] = sampleOf(users, func(u int) share { return all[u].at[i][m] })
		}
	}
	return samples
}

// atName is the name of a metric at k, such as ndcg@10.
func atName(name string, k int) string { return fmt.Sprintf("%s@%d", name, k) }
