package features

import (
	"context"
	"sync"
	"sync/atomic"

	"github.com/nextflex/nextflex/dataset"
	"github.com/nextflex/nextflex/internal/kernel"
)

// Group is a run of neighbouring numbers of each row that are weighted alike.
type Group struct {
	Width int       // how many numbers
	Rows  []float32 // the weight of each row of the table; nil for 1 each
	Ridge float64   // λ, for each column
	Used  float64   // how much of XᵀRX's diagonal is added to λ for each column
}

// Regression explains the numbers of rows, a vector of Width each, by the rows' features,
// as X·W. For each of its groups W solves (XᵀRX + λI)·W = right, where R has the weights of
// rows on its diagonal, and rows that were not given to New have none.
type Regression struct {
	Columns   int
	Width     int
	Weights   []float32 // W, Columns x Width
	Explained []float32 // rows x Width: X·W as of the last Explain
	Groups    []Group   // Ridge may be changed between solutions

	x        *dataset.CSR
	byColumn *dataset.CSR // the transpose, of the given rows alone
	rows     []int32
	diagonal [][]float32 // of XᵀRX, of each group
	threads  int
}

// New makes a regression on the rows of a table of features, without weights yet. Columns
// that no row has are allowed behind the last one that occurs.
func New(x *dataset.CSR, columns int, rows []int32, threads int, groups ...Group) *Regression {
	r := &Regression{Columns: columns, Groups: groups, x: x, rows: rows, threads: threads}
	for _, g := range groups {
		r.Width += g.Width
	}
	r.Weights = make([]float32, r.Columns*r.Width)
	r.Explained = make([]float32, (len(x.Ptr)-1)*r.Width)
	r.byColumn = transposed(x, rows, r.Columns)
	for _, g := range groups {
		d := make([]float32, r.Columns)
		for c := range d {
			index, value := r.byColumn.Row(int32(c))
			for i, row := range index {
				d[c] += float32(g.row(row) * float32(value[i]*value[i]))
			}
		}
		r.diagonal = append(r.diagonal, d)
	}
	return r
}

func (g Group) row(row int32) float32 {
	if g.Rows == nil {
		return 1
	}
	return g.Rows[row]
}

// Scale multiplies the numbers of the rows in a table, rows x Width, by their weights.
func (r *Regression) Scale(table []float32) {
	at := 0
	for _, g := range r.Groups {
		if g.Rows != nil {
			for _, row := range r.rows {
				part := table[int(row)*r.Width+at:][:g.Width]
				for i := range part {
					part[i] *= g.Rows[row]
				}
			}
		}
		at += g.Width
	}
}

// Collect sets right, Columns x Width, to Xᵀ·table.
func (r *Regression) Collect(ctx context.Context, table, right []float32) error {
	return multiply(ctx, r.threads, r.byColumn, table, right, r.Width)
}

// Explain sets Explained to X·W.
func (r *Regression) Explain(ctx context.Context) error {
	return multiply(ctx, r.threads, r.x, r.Weights, r.Explained, r.Width)
}

// Solve goes from the weights there are towards the solution by conjugate gradients with
// the diagonal as preconditioner, all columns of W side by side, until what is left of each
// right-hand side is within the tolerance, a fraction of its length, but for one step at least
// and for so many at most.
// Each step lowers ½·wᵀ(XᵀRX + λI)w − wᵀright, so that stopping early raises nothing.
func (r *Regression) Solve(ctx context.Context, right []float32, tolerance float64, steps int) error {
	n, d := len(right), r.Width
	tables := make([]float32, 4*n)
	rest, z, p, q := tables[:n:n], tables[n:2*n:2*n], tables[2*n:3*n:3*n], tables[3*n:]
	mid := make([]float32, len(r.Explained))
	if err := r.apply(ctx, r.Weights, mid, q); err != nil {
		return err
	}
	for i := range rest {
		rest[i] = right[i] - q[i]
	}
	limit := r.dots(right, right)
	rho := make([]float64, d)
	for step := range steps {
		r.precondition(rest, z)
		before := rho
		rho = r.dots(rest, z)
		r.each(func(c int) {
			for i := c * d; i < (c+1)*d; i++ {
				if step == 0 || before[i-c*d] == 0 {
					p[i] = z[i]
				} else {
					p[i] = z[i] + float32(float32(rho[i-c*d]/before[i-c*d])*p[i])
				}
			}
		})
		if err := r.apply(ctx, p, mid, q); err != nil {
			return err
		}
		curve := r.dots(p, q)
		r.each(func(c int) {
			for i := c * d; i < (c+1)*d; i++ {
				if curve[i-c*d] > 0 {
					a := float32(rho[i-c*d] / curve[i-c*d])
					r.Weights[i] += float32(a * p[i])
					rest[i] -= float32(a * q[i])
				}
			}
		})
		if within(r.dots(rest, rest), limit, tolerance) {
			break
		}
	}
	return nil
}

func within(rest, limit []float64, tolerance float64) bool {
	for c, v := range rest {
		if !(v <= tolerance*tolerance*limit[c]) {
			return false
		}
	}
	return true
}

// apply sets to = (XᵀRX + λI)·w.
func (r *Regression) apply(ctx context.Context, w, mid, to []float32) error {
	if err := multiply(ctx, r.threads, r.x, w, mid, r.Width); err != nil {
		return err
	}
	r.Scale(mid)
	if err := r.Collect(ctx, mid, to); err != nil {
		return err
	}
	at := 0
	for k, g := range r.Groups {
		for c := range r.Columns {
			i := c*r.Width + at
			kernel.Axpy(float32(r.Ridge(k, c)), w[i:i+g.Width], to[i:i+g.Width])
		}
		at += g.Width
	}
	return nil
}

// Ridge is what holds the weights of a column for a group.
func (r *Regression) Ridge(group, column int) float64 {
	g := r.Groups[group]
	return g.Ridge + g.Used*float64(r.diagonal[group][column])
}

func (r *Regression) precondition(rest, z []float32) {
	at := 0
	for k, g := range r.Groups {
		for c, v := range r.diagonal[k] {
			inverse := float32(1 / (float64(v) + r.Ridge(k, c)))
			for i := c*r.Width + at; i < c*r.Width+at+g.Width; i++ {
				z[i] = inverse * rest[i]
			}
		}
		at += g.Width
	}
}

// rowsAtOnce is how many rows a goroutine takes at a time.
const rowsAtOnce = 64

// each calls do for every column.
func (r *Regression) each(do func(column int)) {
	// Without an end of its own: it takes a small part of a step.
	_ = inBlocks(context.Background(), r.threads, r.Columns, func(_, lo, hi int) {
		for c := lo; c < hi; c++ {
			do(c)
		}
	})
}

// dots returns the products of the columns of two tables, added up by blocks of rows, and
// those in order, so that the bits don't depend on the number of goroutines.
func (r *Regression) dots(x, y []float32) []float64 {
	d := r.Width
	blocks := make([]float64, blocksOf(r.Columns)*d)
	_ = inBlocks(context.Background(), r.threads, r.Columns, func(b, lo, hi int) {
		sum := blocks[b*d : (b+1)*d]
		for i := lo * d; i < hi*d; i += d {
			for c := range d {
				sum[c] += float64(x[i+c]) * float64(y[i+c])
			}
		}
	})
	sum := make([]float64, d)
	for i, v := range blocks {
		sum[i%d] += v
	}
	return sum
}

// multiply sets to = a·x for tables with d columns.
func multiply(ctx context.Context, threads int, a *dataset.CSR, x, to []float32, d int) error {
	return inBlocks(ctx, threads, len(a.Ptr)-1, func(_, lo, hi int) {
		for row := lo; row < hi; row++ {
			sum := to[row*d : (row+1)*d]
			clear(sum)
			index, value := a.Row(int32(row))
			for i, c := range index {
				kernel.Axpy(value[i], x[int(c)*d:int(c+1)*d], sum)
			}
		}
	})
}

func blocksOf(rows int) int { return (rows + rowsAtOnce - 1) / rowsAtOnce }

// inBlocks calls do for each block of rows, which the goroutines take from a common counter.
// The error is that of the context, once that ends.
func inBlocks(ctx context.Context, threads, rows int, do func(block, lo, hi int)) error {
	var next atomic.Int64
	var wg sync.WaitGroup
	blocks := blocksOf(rows)
	for range min(threads, blocks) {
		wg.Go(func() {
			for ctx.Err() == nil {
				b := int(next.Add(1)) - 1
				if b >= blocks {
					return
				}
				do(b, b*rowsAtOnce, min((b+1)*rowsAtOnce, rows))
			}
		})
	}
	wg.Wait()
	return ctx.Err()
}
