package kernel

import "fmt"

// NormalMul multiplies a vector by the normal matrix of some rows of a table with
// f columns, without building it. With Q the rows,
//
//	y = t + w∘(Q·p + shift),  z += Qᵀ·y
//
// where w, t and y have a number for each row, and p and z have f. It is what a
// step of conjugate gradients takes: t is zero then. It adds in order of rows. It
// panics on short slices and if a row is not in the table.
func NormalMul(z, y, table []float32, f int, rows []int32, p, w, t []float32, shift float32) {
	n := len(rows)
	if f < 0 || len(z) < f || len(p) < f || len(y) < n || len(w) < n || len(t) < n {
		panic(fmt.Sprintf("kernel: NormalMul of %d rows x %d with vectors of %d, %d, %d, %d and %d floats", n, f, len(z), len(y), len(p), len(w), len(t)))
	}
	if f == 0 {
		for i := range rows {
			y[i] = t[i] + float32(w[i]*shift)
		}
		return
	}
	if checkRows(table, f, rows) {
		normalMul(z, y, table, f, rows, p, w, t, shift)
	}
}

func normalMulGeneric(z, y, table []float32, f int, rows []int32, p, w, t []float32, shift float32) {
	for i, r := range rows {
		q := table[int(r)*f : (int(r)+1)*f]
		y[i] = t[i] + float32(w[i]*(dotGeneric(q, p[:f])+shift))
		axpyGeneric(y[i], q, z[:f])
	}
}
