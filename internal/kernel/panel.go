package kernel

import "fmt"

// Lanes is the number of columns to which panels and triangles are padded.
const Lanes = 8

// Padded returns f rounded up to a multiple of Lanes.
func Padded(f int) int { return (f + Lanes - 1) / Lanes * Lanes }

// Gather copies rows of a row-major table with f columns into a panel whose
// rows have Padded(f) columns, zeros in the padding:
//
//	panel[i·Padded(f) + c] = table[rows[i]·f + c]
//
// It panics if the panel is shorter than len(rows)·Padded(f) or a row is not in
// the table.
func Gather(panel, table []float32, f int, rows []int32) {
	if checkGather(panel, table, f, rows) {
		gather(panel, table, f, rows)
	}
}

// GatherScaled is Gather with row i multiplied by scale[i].
func GatherScaled(panel, table []float32, f int, rows []int32, scale []float32) {
	if len(scale) < len(rows) {
		panic(fmt.Sprintf("kernel: GatherScaled of %d rows with %d scales", len(rows), len(scale)))
	}
	if checkGather(panel, table, f, rows) {
		gatherScaled(panel, table, f, f, rows, scale)
	}
}

// GatherColumns is GatherScaled for the columns first to first+width-1 alone:
//
//	panel[i·Padded(width) + c] = table[rows[i]·f + first + c]·scale[i]
func GatherColumns(panel, table []float32, f, first, width int, rows []int32, scale []float32) {
	fp := Padded(width)
	if first < 0 || width < 0 || first+width > f || len(panel) < len(rows)*fp || len(scale) < len(rows) {
		panic(fmt.Sprintf("kernel: GatherColumns %d to %d of %d, %d rows with %d scales into %d floats", first, first+width, f, len(rows), len(scale), len(panel)))
	}
	if width > 0 && checkRows(table, f, rows) {
		gatherScaled(panel, table[first:], width, f, rows, scale)
	}
}

// checkGather tells whether there is anything to copy.
func checkGather(panel, table []float32, f int, rows []int32) bool {
	if fp := Padded(f); f < 0 || len(panel) < len(rows)*fp {
		panic(fmt.Sprintf("kernel: Gather of %d rows x %d into %d floats", len(rows), fp, len(panel)))
	}
	return f > 0 && checkRows(table, f, rows)
}

// checkRows panics if a row is not in the table, and tells whether there are any.
func checkRows(table []float32, f int, rows []int32) bool {
	n := uint32(len(table) / f)
	for i, r := range rows {
		if uint32(r) >= n { // as no row below 0 can be
			panic(fmt.Sprintf("kernel: row %d, which is number %d, of a table of %d", r, i, n))
		}
	}
	return len(rows) > 0
}

func gatherGeneric(panel, table []float32, f int, rows []int32) {
	fp := Padded(f)
	for i, r := range rows {
		dst := panel[i*fp : (i+1)*fp : (i+1)*fp]
		clear(dst[copy(dst, table[int(r)*f:(int(r)+1)*f]):])
	}
}

func gatherScaledGeneric(panel, table []float32, f, ld int, rows []int32, scale []float32) {
	fp := Padded(f)
	for i, r := range rows {
		dst := panel[i*fp : (i+1)*fp : (i+1)*fp]
		src := table[int(r)*ld : int(r)*ld+f]
		s := scale[i]
		for c, v := range src {
			dst[c] = float32(s * v)
		}
		clear(dst[len(src):])
	}
}

// Transpose turns a panel of n rows with fp columns into one of fp rows that are
// Padded(n) columns long, zeros in the padding, and scales what becomes its rows:
//
//	to[c·Padded(n) + i] = panel[i·fp + c]·scale[c]
//
// fp is a multiple of Lanes. The panel must have room for Padded(n) rows, of which
// those from n on are cleared. It panics on short slices and on another fp.
func Transpose(to, panel, scale []float32, n, fp int) {
	np := Padded(n)
	if fp%Lanes != 0 || fp < 0 || n < 0 || len(to) < np*fp || len(panel) < np*fp || len(scale) < fp {
		panic(fmt.Sprintf("kernel: Transpose of %d x %d in %d floats to %d floats with %d scales", n, fp, len(panel), len(to), len(scale)))
	}
	if n > 0 && fp > 0 {
		clear(panel[n*fp : np*fp])
		transpose(to, panel, scale, np, fp)
	}
}

func transposeGeneric(to, panel, scale []float32, np, fp int) {
	for i := range np {
		for c, v := range panel[i*fp : (i+1)*fp] {
			to[c*np+i] = float32(v * scale[c])
		}
	}
}

// Syrk adds the products of a panel's rows with themselves to the upper
// triangle of a square matrix whose rows lie ld apart (the symmetric rank-n update
// of BLAS):
//
//	for r, for c >= r: a[r·ld + c] += Σ over i < n of panel[i·fp + r]·panel[i·fp + c]
//
// The panel has fp columns, a multiple of Lanes, and so has what is changed of a.
// What stands below the diagonal is undefined afterwards. It panics on short
// slices and on another fp.
func Syrk(a []float32, ld int, panel []float32, n, fp int) {
	SyrkAhead(a, ld, panel, n, fp, nil, 0, nil)
}

// rowsAtOnce is the number of rows of the triangle that SyrkAhead computes before
// it asks for more of the table: few enough for the requests not to stand in line,
// many enough for the call to cost nothing.
const rowsAtOnce = Lanes

// SyrkAhead is Syrk and asks, between its parts, for the given rows of a table
// with f columns, which a Gather is to read next: memory is idle while it
// computes.
func SyrkAhead(a []float32, ld int, panel []float32, n, fp int, table []float32, f int, rows []int32) {
	if fp%Lanes != 0 || fp < 0 || n < 0 || ld < fp || fp > 0 && len(a) < (fp-1)*ld+fp || len(panel) < n*fp {
		panic(fmt.Sprintf("kernel: Syrk of %d x %d in %d floats onto %d floats (rows %d apart)", n, fp, len(panel), len(a), ld))
	}
	if n == 0 || fp == 0 {
		return
	}
	if len(rows) == 0 {
		syrk(a, ld, panel, n, fp, 0, fp)
		return
	}
	// The early parts are the long ones: what is left of the triangle shrinks.
	total, asked := fp*(fp+Lanes)/2, 0
	for first, covered := 0, 0; first < fp; first += rowsAtOnce {
		covered += rowsAtOnce * (fp - first)
		upTo := min(len(rows)*covered/total, len(rows))
		prefetch(table, f, rows[asked:upTo])
		asked = upTo
		syrk(a, ld, panel, n, fp, first, rowsAtOnce)
	}
}

// Prefetch asks for rows of a table with f columns, which a Gather is to read
// soon. It changes nothing that a program can see.
func Prefetch(table []float32, f int, rows []int32) { prefetch(table, f, rows) }

func prefetchGeneric([]float32, int, []int32) {}

// syrkGeneric covers the rows first to first+rows-1 of the triangle. It keeps a
// 4x4 tile in registers over all rows of the panel.
func syrkGeneric(a []float32, ld int, panel []float32, n, fp, first, rows int) {
	for r := first; r < first+rows; r += 4 {
		for c := r; c < fp; c += 4 {
			syrkTile(a[r*ld+c:], ld, panel[r:], panel[c:], n, fp)
		}
	}
}

func syrkTile(a []float32, ld int, p, q []float32, n, fp int) {
	var s00, s01, s02, s03, s10, s11, s12, s13, s20, s21, s22, s23, s30, s31, s32, s33 float32
	for i := range n {
		x, y := p[i*fp:i*fp+4:i*fp+4], q[i*fp:i*fp+4:i*fp+4]
		x0, x1, x2, x3 := x[0], x[1], x[2], x[3]
		y0, y1, y2, y3 := y[0], y[1], y[2], y[3]
		s00 += float32(x0 * y0)
		s01 += float32(x0 * y1)
		s02 += float32(x0 * y2)
		s03 += float32(x0 * y3)
		s10 += float32(x1 * y0)
		s11 += float32(x1 * y1)
		s12 += float32(x1 * y2)
		s13 += float32(x1 * y3)
		s20 += float32(x2 * y0)
		s21 += float32(x2 * y1)
		s22 += float32(x2 * y2)
		s23 += float32(x2 * y3)
		s30 += float32(x3 * y0)
		s31 += float32(x3 * y1)
		s32 += float32(x3 * y2)
		s33 += float32(x3 * y3)
	}
	add4(a[0*ld:], s00, s01, s02, s03)
	add4(a[1*ld:], s10, s11, s12, s13)
	add4(a[2*ld:], s20, s21, s22, s23)
	add4(a[3*ld:], s30, s31, s32, s33)
}

func add4(a []float32, s0, s1, s2, s3 float32) {
	a = a[:4:4]
	a[0] += s0
	a[1] += s1
	a[2] += s2
	a[3] += s3
}

// Combine adds a weighted sum of a panel's rows to a vector:
//
//	y[c] += Σ over i < len(w) of w[i]·panel[i·fp + c],  c < fp
func Combine(y, panel, w []float32, fp int) {
	if fp%Lanes != 0 || fp < 0 || len(y) < fp || len(panel) < len(w)*fp {
		panic(fmt.Sprintf("kernel: Combine of %d x %d in %d floats onto %d floats", len(w), fp, len(panel), len(y)))
	}
	combine(y[:fp], panel, w, fp)
}

// CombineTwo is Combine for two vectors of weights of the same length at once:
//
//	y[c] += Σ w[i]·panel[i·fp + c],  z[c] += Σ v[i]·panel[i·fp + c]
func CombineTwo(y, z, panel, w, v []float32, fp int) {
	if fp%Lanes != 0 || fp < 0 || len(y) < fp || len(z) < fp || len(v) != len(w) || len(panel) < len(w)*fp {
		panic(fmt.Sprintf("kernel: CombineTwo of %d and %d x %d in %d floats onto %d and %d floats", len(w), len(v), fp, len(panel), len(y), len(z)))
	}
	combineTwo(y[:fp], z[:fp], panel, w, v, fp)
}

func combineTwoGeneric(y, z, panel, w, v []float32, fp int) {
	combineGeneric(y, panel, w, fp)
	combineGeneric(z, panel, v, fp)
}

func combineGeneric(y, panel, w []float32, fp int) {
	for i, a := range w {
		axpyGeneric(a, panel[i*fp:(i+1)*fp], y)
	}
}
