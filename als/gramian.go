package als

import (
	"context"

	"github.com/nextflex/nextflex/internal/kernel"
)

// gramParts is the number of parts in which a Gramian is added up. It is fixed
// so that the order of addition doesn't depend on the number of threads.
const gramParts = 16

// gramian returns α0·Σ yyᵀ over all rows of a factor table, as a workspace's a
// holds it: the upper triangle, with zeros in the border. It costs O(rows·Factors²), once for all rows of the other side.
func gramian(table []float32, c Config, workspaces []*workspace) []float32 {
	fp := kernel.Padded(c.Factors)
	ld := fp + kernel.Lanes
	rows := len(table) / c.Factors
	size := (rows + gramParts - 1) / gramParts
	parts := make([][]float32, gramParts)
	// Without an end of its own: it takes a small part of an iteration.
	_ = parallel(context.Background(), workspaces, gramParts, func(w *workspace, part int) {
		sum := make([]float32, ld*ld)
		all := make([]int32, 0, w.panelRows)
		end := min((part+1)*size, rows)
		for lo := part * size; lo < end; lo += w.panelRows {
			all = all[:0]
			for row := lo; row < min(lo+w.panelRows, end); row++ {
				all = append(all, int32(row))
			}
			kernel.Gather(w.panel, table, c.Factors, all)
			kernel.Syrk(sum, ld, w.panel, len(all), fp)
		}
		parts[part] = sum
	})
	total := parts[0]
	for _, part := range parts[1:] {
		kernel.Axpy(1, part, total)
	}
	for i := range total {
		total[i] *= float32(c.Unobserved)
	}
	return total
}
