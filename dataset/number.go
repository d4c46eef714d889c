package dataset

import (
	"cmp"
	"math"
	"slices"
	"strconv"
)

// numbering turns the ids of chunks into rows, in ascending order of the ids.
// Several files may be numbered together, so that they share an index.
type numbering struct {
	pick    func(*chunk) *idBlock
	text    bool // string ids
	dict    *dictionary
	low     int64
	table   []int32         // integers that lie close together: row+1 by id-low
	sparse  map[int64]int32 // others
	rows    []int32         // by code of the dictionary
	index   *Index
	scratch []byte
}

// newNumbering numbers the ids of rows whose value the scale contains.
func newNumbering(files []*rawRatings, pick func(*chunk) *idBlock, dict func(*rawRatings) *dictionary) (*numbering, error) {
	n := &numbering{pick: pick}
	for _, f := range files {
		for _, c := range f.chunks {
			n.text = n.text || pick(c).codes
		}
	}
	if n.text {
		return n, n.numberTexts(files, dict)
	}
	return n, n.numberInts(files)
}

// each calls fn with the ids of the rows that are kept.
func (n *numbering) each(files []*rawRatings, fn func(id int64)) {
	for _, f := range files {
		for _, c := range f.chunks {
			ids := n.pick(c)
			all := f.keepsAll()
			for i, v := range c.value {
				if all || f.scale.Contains(v) {
					fn(ids.at(i))
				}
			}
		}
	}
}

func (b *idBlock) at(i int) int64 {
	if b.wide != nil {
		return b.wide[i]
	}
	return int64(b.narrow[i])
}

// numberInts marks the ids in a table where they lie close together, which
// sorts them at the same time, and collects and sorts them otherwise.
func (n *numbering) numberInts(files []*rawRatings) error {
	low, high, count := int64(math.MaxInt64), int64(math.MinInt64), uint64(0)
	for _, f := range files {
		count += uint64(f.kept)
		for _, c := range f.chunks {
			low, high = min(low, n.pick(c).low), max(high, n.pick(c).high)
		}
	}
	if count == 0 {
		n.index, _ = NewIndex(nil)
		return nil
	}
	var ids []int64
	if span := uint64(high) - uint64(low); span < 8*count+1<<16 && span < math.MaxInt32 {
		n.low, n.table = low, make([]int32, span+1)
		n.mark(files)
		for off, seen := range n.table {
			if seen != 0 {
				ids = append(ids, low+int64(off))
				n.table[off] = int32(len(ids))
			}
		}
	} else {
		n.sparse = map[int64]int32{}
		last, started := int64(0), false
		n.each(files, func(id int64) {
			if id != last || !started { // neighbours often are of one user
				n.sparse[id] = 0
				last, started = id, true
			}
		})
		for id := range n.sparse {
			ids = append(ids, id)
		}
		if len(ids) > math.MaxInt32 {
			return ErrTooLarge
		}
		slices.Sort(ids)
		for row, id := range ids {
			n.sparse[id] = int32(row)
		}
	}
	var err error
	n.index, err = NewIndex(slices.Clip(ids))
	return err
}

// mark sets the table at each id of a row that is kept.
func (n *numbering) mark(files []*rawRatings) {
	for _, f := range files {
		all := f.keepsAll()
		for _, c := range f.chunks {
			ids := n.pick(c)
			if all && ids.wide == nil {
				for _, id := range ids.narrow {
					n.table[int64(id)-n.low] = 1
				}
				continue
			}
			for i, v := range c.value {
				if all || f.scale.Contains(v) {
					n.table[ids.at(i)-n.low] = 1
				}
			}
		}
	}
}

// numberTexts joins the dictionaries of the files. Chunks from before a file
// turned out to have texts hold integers, which enter by their decimal form.
func (n *numbering) numberTexts(files []*rawRatings, dict func(*rawRatings) *dictionary) error {
	n.dict = &dictionary{}
	for _, f := range files {
		d := dict(f)
		codes := make([]uint32, len(d.text))
		for i, s := range d.text {
			codes[i] = n.dict.add([]byte(s))
		}
		for _, c := range f.chunks {
			ids := n.pick(c)
			if !ids.codes {
				narrow := make([]uint32, c.rows)
				for i := range narrow {
					n.scratch = strconv.AppendInt(n.scratch[:0], ids.at(i), 10)
					narrow[i] = n.dict.add(n.scratch)
				}
				*ids = idBlock{codes: true, narrow: narrow}
				continue
			}
			for i, code := range ids.narrow {
				ids.narrow[i] = codes[code]
			}
		}
	}
	used := make([]bool, len(n.dict.text))
	n.each(files, func(id int64) { used[id] = true })
	var order []uint32
	for code, u := range used {
		if u {
			order = append(order, uint32(code))
		}
	}
	if len(order) > math.MaxInt32 {
		return ErrTooLarge
	}
	slices.SortFunc(order, func(a, b uint32) int { return cmp.Compare(n.dict.text[a], n.dict.text[b]) })
	n.rows = make([]int32, len(n.dict.text))
	ids := make([]string, len(order))
	for row, code := range order {
		n.rows[code] = int32(row)
		ids[row] = n.dict.text[code]
	}
	var err error
	n.index, err = NewStringIndex(ids)
	return err
}

// row returns the row of an id of the chunks.
func (n *numbering) row(id int64) int32 {
	switch {
	case n.table != nil:
		return n.table[id-n.low] - 1
	case n.sparse != nil:
		return n.sparse[id]
	}
	return n.rows[id]
}

// column appends the rows of the kept entries of a file and lets go of its
// chunks' ids one by one, so that both are never in memory in full.
func (n *numbering) column(f *rawRatings) []int32 {
	out := make([]int32, 0, f.kept)
	all := f.keepsAll()
	for _, c := range f.chunks {
		ids := n.pick(c)
		if all && n.table != nil && ids.wide == nil {
			for _, id := range ids.narrow {
				out = append(out, n.table[int64(id)-n.low]-1)
			}
		} else {
			for i, v := range c.value {
				if all || f.scale.Contains(v) {
					out = append(out, n.row(ids.at(i)))
				}
			}
		}
		*ids = idBlock{}
	}
	return out
}
