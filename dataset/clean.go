package dataset

import (
	"fmt"
	"math/bits"
	"slices"
	"sync/atomic"

	"github.com/nextflex/nextflex/internal/config"
	"github.com/nextflex/nextflex/internal/memory"
)

// ConfigError says which setting is out of range, what it holds and what is allowed.
type ConfigError = config.Error

// Cleaning says what Clean removes besides faults. The zero Cleaning removes
// faults alone: repeated pairs and values that are no numbers.
type Cleaning struct {
	MinUserRatings int        // users with fewer ratings are left out; 0 or 1 keeps all
	MinItemRatings int        // items with fewer ratings are left out; 0 or 1 keeps all
	Known          *Catalogue // items that stand in no catalogue are left out; nil keeps all
	Scale          Scale      // values outside are left out; the zero value keeps all
	Strict         bool       // the first fault is an error (*ParseError); filters cause none

	keepIndexes bool // of folds, whose parts share them
	numbered    bool // the indexes have just what is rated
	team        team // who shares the work; the zero value is the machine's
}

// Clean returns the ratings without faults and without what the filters leave
// out, and a report of what was dropped and why. Of a pair that stands more than
// once the newest rating wins, and of equal times the later line. The two
// minimums depend on each other (an item that goes takes ratings from its
// users): they are applied in turn until nothing more falls below them, so that
// what remains holds both.
//
// The entries keep their order. The indexes are shared with r unless users or
// items fall away altogether; then new ones number the rest in the same order.
// Clean costs O(n) time and, where pairs aren't in ascending order already, 4
// bytes a rating for a while. r is not changed.
func Clean(r *Ratings, c Cleaning) (*Ratings, *Report, error) {
	if c.MinUserRatings < 0 {
		return nil, nil, &ConfigError{Package: "dataset", Field: "MinUserRatings", Value: c.MinUserRatings, Want: "0 or more"}
	}
	if c.MinItemRatings < 0 {
		return nil, nil, &ConfigError{Package: "dataset", Field: "MinItemRatings", Value: c.MinItemRatings, Want: "0 or more"}
	}
	if c.team.size == 0 {
		c.team = machineTeam()
	}
	w := &cleaner{team: c.team, r: r, gone: newBitset(r.Len()), report: &Report{Source: r.Name, Read: int64(r.Len())}}
	w.faults.file = r.file
	if r.file != "" {
		w.report.Source = r.file
	}
	w.dropValues(c.Scale)
	w.dropDuplicates()
	if c.Strict && w.faults.first != nil {
		return nil, nil, w.faults.first
	}
	if c.Known != nil {
		w.dropUnknown(c.Known)
	}
	w.dropRare(c)
	w.faults.to(w.report)
	out, err := w.result(c.keepIndexes)
	if err != nil {
		return nil, nil, err
	}
	if c.Scale != (Scale{}) {
		out.Scale = c.Scale
	}
	w.report.Kept = int64(out.Len())
	if c.numbered && (out.Len() == r.Len() || !c.keepIndexes) {
		w.report.Users, w.report.Items = out.Users.Len(), out.Items.Len()
	} else {
		w.report.Users, w.report.Items = out.counts()
	}
	return out, w.report, nil
}

// bitset marks entries.
type bitset []uint64

func newBitset(n int) bitset      { return make(bitset, (n+63)/64) }
func (b bitset) set(i int32)      { b[i>>6] |= 1 << (i & 63) }
func (b bitset) has(i int32) bool { return b[i>>6]>>(i&63)&1 != 0 }
func (b bitset) count() (n int) {
	for _, w := range b {
		n += bits.OnesCount64(w)
	}
	return n
}

// cleaner carries the state of one Clean.
type cleaner struct {
	team   team
	r      *Ratings
	gone   bitset
	faults faultLog
	report *Report
}

func (w *cleaner) drop(reason Reason, entry int32, describe func() ParseError) {
	w.gone.set(entry)
	w.faults.add(reason, w.r.lines.line(entry), describe)
}

// dropValues drops values that are no numbers or lie outside a scale.
func (w *cleaner) dropValues(s Scale) {
	var bad atomic.Bool
	w.team.ranges(w.r.Len(), func(_, low, high int) {
		for _, v := range w.r.Value[low:high] {
			if v-v != 0 || !s.Contains(v) {
				bad.Store(true)
				return
			}
		}
	})
	if !bad.Load() {
		return
	}
	for i, v := range w.r.Value {
		switch {
		case v != v || v-v != 0:
			w.drop(BadValue, int32(i), func() ParseError {
				return ParseError{Field: "rating", Value: fmt.Sprint(v), Want: "a finite number"}
			})
		case !s.Contains(v):
			w.drop(OutOfRange, int32(i), func() ParseError {
				return ParseError{Field: "rating", Value: trimFloat(v), Want: rangeText(s)}
			})
		}
	}
}

// dropDuplicates drops all but one entry of each pair. Most sets are sorted by
// user and item, so that one look at the neighbours does.
func (w *cleaner) dropDuplicates() {
	r := w.r
	if rowStarts(w.team, r.Users.Len(), r.User, r.Item) != nil {
		return
	}
	ptr, order := byUser(w.team, r)
	found := make([][]loser, w.team.of(r.Len()))
	users := CSR{Ptr: ptr, Index: order}
	users.byRows(w.team, func(worker, low, high int) {
		var keys []uint64
		for u := low; u < high; u++ {
			keys = keys[:0]
			for _, e := range order[ptr[u]:ptr[u+1]] {
				if !w.gone.has(e) {
					keys = append(keys, uint64(r.Item[e])<<32|uint64(e))
				}
			}
			if !slices.IsSorted(keys) {
				slices.Sort(keys)
			}
			found[worker] = r.losers(found[worker], keys)
		}
	})
	losers := slices.Concat(found...)
	slices.SortFunc(losers, func(a, b loser) int { return int(a.entry) - int(b.entry) })
	for _, d := range losers {
		w.drop(Duplicate, d.entry, func() ParseError {
			return ParseError{
				Value: fmt.Sprintf("user %s, item %s", r.Users.ID(r.User[d.entry]), r.Items.ID(r.Item[d.entry])),
				Want:  fmt.Sprintf("one rating a pair; line %d is newer", r.lines.line(d.to)),
			}
		})
	}
}

// losers adds the entries of a user that a newer one of their pair replaces. The
// keys are item and entry, in order.
func (r *Ratings) losers(found []loser, keys []uint64) []loser {
	for i := 0; i < len(keys); {
		best, j := int32(uint32(keys[i])), i+1
		for ; j < len(keys) && keys[j]>>32 == keys[i]>>32; j++ {
			e := int32(uint32(keys[j]))
			if r.Time == nil || r.Time[e] >= r.Time[best] {
				best, e = e, best
			}
			found = append(found, loser{e, best})
		}
		i = j
	}
	return found
}

// loser is an entry that another one of its pair replaces.
type loser struct{ entry, to int32 }

// byUser counting-sorts the entries by user.
func byUser(t team, r *Ratings) (ptr []int64, order []int32) {
	p := newPlacing(t, r.User, r.Users.Len())
	order = memory.Table[int32](r.Len())
	p.team.ranges(r.Len(), func(w, low, high int) {
		next := p.next[w]
		for i := low; i < high; i++ {
			u := r.User[i]
			order[next[u]] = int32(i)
			next[u]++
		}
	})
	return p.ptr, order
}

// dropUnknown drops ratings of items that a catalogue lacks.
func (w *cleaner) dropUnknown(known *Catalogue) {
	r := w.r
	missing := make([]bool, r.Items.Len())
	for row := range missing {
		_, pos := known.ByID(r.Items.ID(int32(row)))
		missing[row] = pos < 0
	}
	for i, item := range r.Item {
		if missing[item] && !w.gone.has(int32(i)) {
			w.drop(UnknownItem, int32(i), func() ParseError {
				return ParseError{Field: "item", Value: r.Items.ID(item).String(), Want: "an item of " + known.Name}
			})
		}
	}
}

// dropRare applies the two minimums in turn until both hold.
func (w *cleaner) dropRare(c Cleaning) {
	if c.MinUserRatings <= 1 && c.MinItemRatings <= 1 {
		return
	}
	r := w.r
	rounds := int64(0)
	for {
		users := w.dropBelow(FewUserRatings, "user", r.User, r.Users, c.MinUserRatings)
		items := w.dropBelow(FewItemRatings, "item", r.Item, r.Items, c.MinItemRatings)
		rounds++
		// Users were checked before the items went: only a round in which no
		// item goes leaves both minimums standing.
		if items == 0 || users+items == 0 {
			break
		}
	}
	if rounds > 1 {
		w.report.note(rounds, "rounds until both minimums held")
	}
}

// dropBelow drops the entries of rows with fewer than minimum entries and
// returns how many those were.
func (w *cleaner) dropBelow(reason Reason, field string, rows []int32, index *Index, minimum int) int {
	if minimum <= 1 {
		return 0
	}
	count := make([]int32, index.Len())
	for i, row := range rows {
		if !w.gone.has(int32(i)) {
			count[row]++
		}
	}
	dropped := 0
	for i, row := range rows {
		if int(count[row]) < minimum && !w.gone.has(int32(i)) {
			dropped++
			w.drop(reason, int32(i), func() ParseError {
				return ParseError{Field: field, Value: index.ID(row).String(), Want: fmt.Sprintf("%d ratings or more, not %d", minimum, count[row])}
			})
		}
	}
	return dropped
}

// result copies what is left, with indexes of what is rated.
func (w *cleaner) result(keepIndexes bool) (*Ratings, error) {
	r := w.r
	lost := w.gone.count()
	if lost == 0 {
		out := *r
		return &out, nil
	}
	keep := make([]int32, 0, r.Len()-lost)
	lines := &lineMap{}
	where := lineReader{m: r.lines}
	for i := range int32(r.Len()) {
		if !w.gone.has(i) {
			lines.add(int32(len(keep)), where.line(i))
			keep = append(keep, i)
		}
	}
	out := r.Select(keep)
	out.lines, out.file, out.space = lines, r.file, r.space
	if keepIndexes {
		return out, nil
	}
	var err error
	if out.Users, err = compact(out.Users, out.User); err != nil {
		return nil, err
	}
	out.Items, err = compact(out.Items, out.Item)
	return out, err
}

// compact renumbers rows, in place, so that the index has only ids that occur.
func compact(x *Index, rows []int32) (*Index, error) {
	used := make([]int32, x.Len())
	for _, row := range rows {
		used[row] = 1
	}
	var ints []int64
	var strs []string
	next := int32(0)
	for row, u := range used {
		if u == 0 {
			continue
		}
		if x.strs != nil {
			strs = append(strs, x.strs[row])
		} else {
			n, _ := x.ID(int32(row)).Int64()
			ints = append(ints, n)
		}
		used[row] = next
		next++
	}
	if int(next) == x.Len() {
		return x, nil
	}
	for i, row := range rows {
		rows[i] = used[row]
	}
	if x.strs != nil {
		return NewStringIndex(strs)
	}
	return NewIndex(ints)
}

// counts returns how many users and items have a rating.
func (r *Ratings) counts() (users, items int) {
	count := func(rows []int32, n int) (total int) {
		seen := newBitset(n)
		for _, row := range rows {
			seen.set(row)
		}
		return seen.count()
	}
	return count(r.User, r.Users.Len()), count(r.Item, r.Items.Len())
}
