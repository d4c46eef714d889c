package similarity

import (
	"math"
	"math/rand/v2"
	"sync"
	"sync/atomic"

	"github.com/nextflex/nextflex/dataset"
	"github.com/nextflex/nextflex/internal/kernel"
)

// pairs is the state of one AllPairs. Rows go by places, a random order of them,
// so that the first rows met by a row are a fair sample of all. What belongs to
// the places of a block is guarded by the block's lock.
type pairs struct {
	x      *Vectors
	k      int
	order  []int32 // the row at each place
	block  int     // places of a block, a multiple of kernel.BlockRows
	blocks int

	frequent int         // tokens in the dense part
	dense    []float32   // places x frequent: the dense part
	packed   []float32   // the same by kernel.Pack
	rare     dataset.CSR // by place: the other tokens, but for those that one row has

	lists     [][]dataset.Scored // by place: its candidates, which are rows
	threshold []float32          // by place: what a candidate's score must reach
	last      []int32            // by place: the row that one of just that score must be before
	limit     int                // candidates at which a list is cut back
	met       []int              // by block: how many places it was compared with
	locks     []sync.Mutex       // by block

	schedule schedule
	progress progress
	finished atomic.Int64 // blocks whose lists are being made
	result   [][]dataset.Scored
}

const (
	largestBlock = kernel.ScatterSpan // scores of a row with a block stay in the first-level cache
	leastBlock   = 256
	roomAtFirst  = 256 // candidates for which memory is taken at first
)

func (x *Vectors) newPairs(k, threads int, tell func(done, total int)) *pairs {
	p := &pairs{
		x: x, k: k,
		order:     make([]int32, x.n),
		lists:     make([][]dataset.Scored, x.n),
		threshold: make([]float32, x.n),
		last:      make([]int32, x.n),
		limit:     min(k+k/2+40, x.n+1),
		result:    make([][]dataset.Scored, x.n),
	}
	// Enough blocks for the threads to find pairs of free ones.
	p.block = max(leastBlock, min(largestBlock, x.n/(4*threads)/kernel.BlockRows*kernel.BlockRows))
	p.blocks = (x.n + p.block - 1) / p.block
	p.met, p.locks = make([]int, p.blocks), make([]sync.Mutex, p.blocks)
	p.schedule = schedule{blocks: p.blocks, round: -1}
	p.progress = progress{tasks: p.blocks*(p.blocks+1)/2 + p.blocks, rows: x.n, tell: tell}
	room := min(p.limit, roomAtFirst)
	lists := make([]dataset.Scored, x.n*room)
	for place := range x.n {
		p.order[place] = int32(place)
		p.lists[place] = lists[place*room : place*room : (place+1)*room]
		p.threshold[place], p.last[place] = math.SmallestNonzeroFloat32, math.MaxInt32
	}
	rand.New(rand.NewPCG(1, 1)).Shuffle(x.n, func(i, j int) { p.order[i], p.order[j] = p.order[j], p.order[i] })
	p.divide()
	return p
}

// divide parts the rows into their frequent and rare tokens.
func (p *pairs) divide() {
	x := p.x
	column := make([]int32, x.NumTokens()) // -1 for rare tokens, -2 for those of one row
	for token := range column {
		switch {
		case x.isFrequent[token]:
			column[token] = int32(p.frequent)
			p.frequent++
		case x.cols.Ptr[token+1]-x.cols.Ptr[token] > 1:
			column[token] = -1
		default:
			column[token] = -2
		}
	}
	p.dense = make([]float32, x.n*p.frequent)
	p.rare.Ptr = make([]int64, 1, x.n+1)
	for place, row := range p.order {
		tokens, values := x.rows.Row(row)
		for i, token := range tokens {
			switch c := column[token]; {
			case c >= 0:
				p.dense[place*p.frequent+int(c)] = values[i]
			case c == -1:
				p.rare.Index = append(p.rare.Index, token)
				p.rare.Value = append(p.rare.Value, values[i])
			}
		}
		p.rare.Ptr = append(p.rare.Ptr, int64(len(p.rare.Index)))
	}
	p.packed = make([]float32, kernel.PackedLen(x.n, p.frequent))
	kernel.Pack(p.packed, p.dense, x.n, p.frequent)
}

// placesOf returns the first place of a block and the one after its last.
func (p *pairs) placesOf(block int) (first, end int) {
	return block * p.block, min((block+1)*p.block, p.x.n)
}

// compareAll compares blocks until none are left or stopped says so.
func (p *pairs) compareAll(t *tiler, stopped func() bool) {
	for first, second, ok := p.schedule.next(); ok && !stopped(); first, second, ok = p.schedule.next() {
		p.locks[first].Lock() // the smaller first, so that nobody waits in a circle
		if first != second {
			p.locks[second].Lock()
		}
		t.compare(first, second)
		if first != second {
			p.locks[second].Unlock()
		}
		p.locks[first].Unlock()
		p.progress.add()
	}
}

// finishAll makes the neighbours of blocks of their candidates.
func (p *pairs) finishAll(t *tiler, stopped func() bool) {
	for block := int(p.finished.Add(1)) - 1; block < p.blocks && !stopped(); block = int(p.finished.Add(1)) - 1 {
		t.finish(block)
		p.progress.add()
	}
}

// schedule deals out the pairs of blocks: first each with itself, then in rounds
// in which none comes twice. In round r, block i meets block r-i modulo their
// number.
type schedule struct {
	mu          sync.Mutex
	blocks      int
	round, turn int
}

func (s *schedule) next() (first, second int, ok bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for ; s.round < s.blocks; s.round, s.turn = s.round+1, 0 {
		for s.turn < s.blocks {
			first = s.turn
			s.turn++
			if s.round < 0 {
				return first, first, true
			}
			if second = (s.round - first + s.blocks) % s.blocks; first < second {
				return first, second, true
			}
		}
	}
	return 0, 0, false
}

// progress tells the part of the tasks done, in rows.
type progress struct {
	mu          sync.Mutex
	done, tasks int
	rows        int
	tell        func(done, total int) // may be nil
}

func (p *progress) add() {
	if p.tell == nil {
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.done++
	p.tell(int(float64(p.rows)*(float64(p.done)/float64(p.tasks))), p.rows)
}
