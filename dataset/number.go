package dataset

import (
	"math"
	"math/bits"
	"slices"
	"strconv"
)

// numbering turns the ids of chunks into rows, in ascending order of the ids.
// Several files may be numbered together, so that they share an index.
type numbering struct {
	team   team
	pick   func(*chunk) *idBlock
	of     func(*piece) *[]uint32
	low    int64
	words  []rankWord              // integers that lie close together, by id-low
	sparse map[int64]int32         // others
	codes  map[*dictionary][]int32 // texts: row of each code
	index  *Index
}

// rankWord marks which of 64 ids there are. The row of an id is the number of
// ids before it: a set of ids costs two bits for each id that there may be.
type rankWord struct {
	bits   uint64
	before int32 // ids in the words before
}

func (w *rankWord) row(id uint32) int32 {
	return w.before + int32(bits.OnesCount64(w.bits&(1<<(id&63)-1)))
}

// rank returns the row of an id, of which low has been taken.
func (n *numbering) rank(id uint32) int32 { return n.words[id>>6].row(id) }

func numberUsers(t team, files []*rawRatings) (*numbering, error) {
	n := &numbering{team: t, pick: func(c *chunk) *idBlock { return &c.user }, of: func(p *piece) *[]uint32 { return &p.user }}
	return n, n.number(files)
}

func numberItems(t team, files []*rawRatings) (*numbering, error) {
	n := &numbering{team: t, pick: func(c *chunk) *idBlock { return &c.item }, of: func(p *piece) *[]uint32 { return &p.item }}
	return n, n.number(files)
}

// number numbers the ids of rows whose value the scale contains.
func (n *numbering) number(files []*rawRatings) error {
	for _, f := range files {
		for _, c := range f.chunks {
			if n.pick(c).dict != nil {
				return n.numberTexts(files)
			}
		}
	}
	return n.numberInts(files)
}

// kept calls fn with the ids of a chunk's rows that are kept.
func (n *numbering) kept(f *rawRatings, c *chunk, fn func(id int64)) {
	ids := n.pick(c)
	for i, v := range c.value {
		if c.kept == c.rows || f.scale.Contains(v) {
			fn(ids.at(i))
		}
	}
}

// numberInts marks the ids in words of bits where they lie close together,
// which sorts them at the same time, and collects and sorts them otherwise.
func (n *numbering) numberInts(files []*rawRatings) error {
	count := 0
	for _, f := range files {
		count += f.kept
	}
	if count == 0 {
		n.index, _ = NewIndex(nil)
		return nil
	}
	low, high := n.span(files, uint64(count))
	var ids []int64
	if span := uint64(high) - uint64(low); dense(span, uint64(count)) {
		n.low, n.words = low, make([]rankWord, span>>6+1)
		ids = n.rankAll(files)
	} else {
		ids = n.collect(files)
		if len(ids) > math.MaxInt32 {
			return ErrTooLarge
		}
		n.sparse = make(map[int64]int32, len(ids))
		for row, id := range ids {
			n.sparse[id] = int32(row)
		}
	}
	var err error
	n.index, err = NewIndex(ids)
	return err
}

// dense tells whether ids lie close enough together for two bits each.
func dense(span, count uint64) bool { return span < 8*count+1<<16 && span < math.MaxInt32 }

// span returns bounds of the ids, from 0 to all bits that they have where that
// is close enough and the exact ones otherwise.
func (n *numbering) span(files []*rawRatings, count uint64) (low, high int64) {
	all, narrow := uint32(0), true
	for _, f := range files {
		for _, c := range f.chunks {
			b := n.pick(c)
			all |= b.bits
			narrow = narrow && b.wide == nil
		}
	}
	if narrow && dense(uint64(all), count) {
		return 0, int64(all)
	}
	low, high = math.MaxInt64, math.MinInt64
	for _, f := range files {
		for _, c := range f.chunks {
			b := n.pick(c)
			for _, id := range b.wide {
				low, high = min(low, id), max(high, id)
			}
			if b.wide == nil {
				low, high = min(low, int64(slices.Min(b.narrow))), max(high, int64(slices.Max(b.narrow)))
			}
		}
	}
	return low, high
}

// rankAll marks the ids and counts those before each word. Each worker marks in
// bits of its own, so that none waits for another.
func (n *numbering) rankAll(files []*rawRatings) []int64 {
	rows := 0
	for _, f := range files {
		rows += int(f.rows)
	}
	t := n.team
	t.size = max(1, min(t.size, rows/(2*len(n.words)))) // all marks in 4 bytes a row
	marks := make([][]uint64, t.size)
	for _, f := range files {
		t.parts(len(f.chunks), int(f.rows), func(w, i int) {
			if marks[w] == nil {
				marks[w] = make([]uint64, len(n.words))
			}
			n.mark(marks[w], f, f.chunks[i])
		})
	}
	total := 0
	for i := range n.words {
		word := &n.words[i]
		for _, m := range marks {
			if m != nil {
				word.bits |= m[i]
			}
		}
		word.before = int32(total)
		total += bits.OnesCount64(word.bits)
	}
	ids := make([]int64, 0, total)
	for i := range n.words {
		for left := n.words[i].bits; left != 0; left &= left - 1 {
			ids = append(ids, n.low+int64(i<<6+bits.TrailingZeros64(left)))
		}
	}
	return ids
}

// mark sets the bits of a chunk's ids.
func (n *numbering) mark(marks []uint64, f *rawRatings, c *chunk) {
	ids := n.pick(c)
	if c.kept < c.rows || ids.wide != nil {
		n.kept(f, c, func(id int64) { marks[(id-n.low)>>6] |= 1 << ((id - n.low) & 63) })
		return
	}
	low := uint32(n.low)
	last := ids.narrow[0] + 1
	for _, id := range ids.narrow {
		if id == last { // neighbours often are of one user
			continue
		}
		last = id
		if word, bit := &marks[(id-low)>>6], uint64(1)<<((id-low)&63); *word&bit == 0 {
			*word |= bit
		}
	}
}

// collect returns the ids in ascending order.
func (n *numbering) collect(files []*rawRatings) []int64 {
	sets := make([]map[int64]struct{}, n.team.size)
	for _, f := range files {
		n.team.parts(len(f.chunks), int(f.rows), func(w, i int) {
			if sets[w] == nil {
				sets[w] = map[int64]struct{}{}
			}
			last, started := int64(0), false
			n.kept(f, f.chunks[i], func(id int64) {
				if id != last || !started {
					sets[w][id] = struct{}{}
					last, started = id, true
				}
			})
		})
	}
	var ids []int64
	for _, set := range sets {
		for id := range set {
			ids = append(ids, id)
		}
	}
	slices.Sort(ids)
	return slices.Clip(slices.Compact(ids))
}

// numberTexts joins the dictionaries of the parsers. Chunks from before a file
// turned out to have texts hold integers, which enter by their decimal form.
func (n *numbering) numberTexts(files []*rawRatings) error {
	numbers := &dictionary{}
	used := map[*dictionary][]bool{}
	var digits []byte
	for _, f := range files {
		for _, c := range f.chunks {
			ids := n.pick(c)
			if ids.dict == nil {
				b := idBlock{dict: numbers, narrow: ids.narrow, loose: ids.wide != nil}
				if b.loose {
					b.narrow = make([]uint32, c.rows)
				}
				for i := range b.narrow {
					digits = strconv.AppendInt(digits[:0], ids.at(i), 10)
					b.narrow[i] = numbers.add(digits)
				}
				*ids = b
			}
			have := used[ids.dict]
			if lack := len(ids.dict.text) - len(have); lack > 0 {
				have = append(have, make([]bool, lack)...)
				used[ids.dict] = have
			}
			n.kept(f, c, func(id int64) { have[id] = true })
		}
	}
	var ids []string
	for dict, have := range used {
		for code, u := range have {
			if u {
				ids = append(ids, dict.text[code])
			}
		}
	}
	slices.Sort(ids)
	ids = slices.Clip(slices.Compact(ids))
	if len(ids) > math.MaxInt32 {
		return ErrTooLarge
	}
	var err error
	if n.index, err = NewStringIndex(ids); err != nil {
		return err
	}
	n.codes = make(map[*dictionary][]int32, len(used))
	for dict, have := range used {
		rows := make([]int32, len(have))
		for code, u := range have {
			if u {
				rows[code] = n.index.byStr[dict.text[code]]
			}
		}
		n.codes[dict] = rows
	}
	return nil
}
