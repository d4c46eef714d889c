package als

import (
	"context"

	"github.com/nextflex/nextflex/internal/kernel"
)

const (
	// splitFrom is the number of entries from which on a row is no longer one
	// goroutine's: where there are many of them, all would wait for it.
	splitFrom = 32 << 10
	// splitPart is the number of entries that a goroutine takes of such a row.
	splitPart = 8 << 10
	// splitBytes is the memory that the parts' matrices may take at a time.
	splitBytes = 32 << 20
)

// splits tells whether a row with n entries is solved by several goroutines.
func splits(c Config, n int) bool {
	return c.Solver != ConjugateGradient && c.Solver != BlockCoordinate && n >= splitFrom
}

// rowPart is what one goroutine has added up of a row.
type rowPart struct {
	row     int // of those split
	lo, hi  int // entries
	a, b, s []float32
	all     sums
}

// solveSplit solves rows of very many entries exactly: their matrices are added up
// in parts of the given size, and the parts in order, so that the result doesn't
// depend on who took which.
func (t *training) solveSplit(ctx context.Context, o *objective, this half, rows []int32, size int) (outcome, error) {
	var sum outcome
	fp := kernel.Padded(t.config.Factors)
	ld := fp + kernel.Lanes
	most := max(splitBytes/(4*ld*ld), 1)
	for len(rows) > 0 {
		var parts []rowPart
		n := 0 // rows in this round, one at least
		for ; n < len(rows); n++ {
			index, _ := this.csr.Row(rows[n])
			if n > 0 && len(parts)+len(index)/size+1 > most {
				break
			}
			for lo := 0; lo < len(index); lo += size {
				parts = append(parts, rowPart{row: n, lo: lo, hi: min(lo+size, len(index))})
			}
		}
		err := parallel(ctx, t.workspaces, len(parts), func(w *workspace, i int) {
			p := &parts[i]
			index, value := this.csr.Row(rows[p.row])
			w.mean = this.mean(rows[p.row])
			w.addPart(o, index[p.lo:p.hi], value[p.lo:p.hi], p)
		})
		if err != nil {
			return outcome{}, err
		}
		done := make([]outcome, n)
		err = parallel(ctx, t.workspaces, n, func(w *workspace, i int) {
			done[i] = w.solveParts(o, this, rows[i], i, parts)
		})
		if err != nil {
			return outcome{}, err
		}
		for _, p := range done {
			sum.add(p)
		}
		rows = rows[n:]
	}
	return sum, nil
}

// addPart adds up some entries of a row and keeps what comes of it in the part.
func (w *workspace) addPart(o *objective, index []int32, value []float32, p *rowPart) {
	clear(w.a)
	w.ahead = nil
	if o.config.Implicit {
		p.all = w.addImplicit(o, index, value)
	} else {
		p.all = w.addExplicit(o, index, value)
	}
	p.a = append([]float32(nil), w.a...)
	p.b = append([]float32(nil), w.b...)
	p.s = append([]float32(nil), w.s...)
}

// solveParts adds up the parts of the i-th row and solves it.
func (w *workspace) solveParts(o *objective, this half, row int32, i int, parts []rowPart) (part outcome) {
	if o.config.Implicit {
		copy(w.a, o.gram)
	} else {
		clear(w.a)
	}
	clear(w.b)
	clear(w.s)
	var all sums
	for _, p := range parts {
		if p.row == i {
			kernel.Axpy(1, p.a, w.a)
			kernel.Axpy(1, p.b, w.b)
			kernel.Axpy(1, p.s, w.s)
			all.add(p.all)
		}
	}
	index, value := this.csr.Row(row)
	x := this.factors[int(row)*w.f : (int(row)+1)*w.f]
	if o.config.Implicit {
		return w.finishImplicit(o, index, value, x, all)
	}
	bias, part := w.finishExplicit(o, index, value, x, all)
	bias = expected(x, bias, this.mean(row))
	if this.bias != nil {
		this.bias[row] = bias
	}
	return part
}
