// Command generate writes the assembly of package kernel with avo. Run it by
// "go generate ./internal/kernel"; the folder has a go.mod of its own so that
// importers of NextFlex never see avo.
package main

import (
	"flag"
	"fmt"

	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	. "github.com/mmcloughlin/avo/reg"
)

func main() {
	wide := flag.Bool("avx512", false, "write the set for AVX-512 in place of the one for AVX2")
	flag.Parse()
	ConstraintExpr("amd64,!noasm,!purego")
	if *wide {
		avx512()
		Generate()
		return
	}
	syrk("syrkAVX2", " adds the first rows of the upper triangle of panelᵀ·panel to a; n ≥ 1, rows ≤ size multiples of 8 above 0.", false)
	syrk("syrkSubAVX2", " is syrkAVX2 that subtracts.", true)
	choleskyBlockAVX2()
	trsmAVX2()
	gemvAVX2()
	axpyAVX2()
	combine("combineAVX2", " adds Σ w[i]·panel[i] to y; n ≥ 1, fp a multiple of 8.", 1)
	combine("combineTwoAVX2", " adds Σ w[i]·panel[i] to y and Σ v[i]·panel[i] to z; n ≥ 1, fp a multiple of 8.", 2)
	gather("gatherAVX2", " copies f columns of rows of a table that lie ld apart; n ≥ 1.", false)
	gather("gatherScaledAVX2", " is gatherAVX2 with row i multiplied by scale[i].", true)
	transposeAVX2()
	prefetch()
	normalMulAVX2()
	scoringAVX2()
	Generate()
}

// text begins a function. None keeps the pointers it is given, so that its
// callers' slices needn't be on the heap.
func text(name, signature string) {
	TEXT(name, NOSPLIT, signature)
	Pragma("noescape")
}

// labels makes the labels of each copy of a loop unlike.
var labels int

func label(name string) string {
	labels++
	return fmt.Sprintf("%s%d", name, labels)
}

// syrk covers the upper triangle in blocks of eight rows. The columns of a block
// are dealt to tiles of 4x24, which keep twelve sums in registers and need seven
// loads for twelve FMAs, so that neither the latency of the FMA units nor the
// load ports hold them up; what is left, 16 or 8 columns at the end of the row,
// is taken by tiles of 4x16 and 8x8.
func syrk(name, doc string, subtract bool) {
	text(name, "func(a *float32, panel *float32, n int, rows int, size int, lda int, ldp int)")
	Doc(name + doc)
	a := Load(Param("a"), GP64()).(GPVirtual)
	panel := Load(Param("panel"), GP64()).(GPVirtual)
	n := Load(Param("n"), GP64()).(GPVirtual)
	rows := Load(Param("rows"), GP64()).(GPVirtual)
	size := Load(Param("size"), GP64()).(GPVirtual)
	across := Load(Param("lda"), GP64()).(GPVirtual)
	stride := Load(Param("ldp"), GP64()).(GPVirtual)
	SHLQ(Imm(2), size)   // bytes of the columns covered
	SHLQ(Imm(2), across) // bytes from row to row of a
	SHLQ(Imm(2), stride) // and of the panel
	Comment("r is the byte offset of a block of eight rows, arow and prow point at its start")
	r, arow, prow := GP64(), GP64(), GP64()
	XORQ(r, r)
	MOVQ(a, arow)
	MOVQ(panel, prow)
	Label(name + "rows")
	c, end, pcol, dst, lower := GP64(), GP64(), GP64(), GP64(), GP64()
	MOVQ(r, c)
	for _, vectors := range []int{3, 2} {
		columns := fmt.Sprintf("%scolumns%d", name, vectors)
		Label(columns)
		LEAQ(Mem{Base: c, Disp: 32 * vectors}, end)
		CMPQ(end, size)
		JG(LabelRef(columns + "end"))
		LEAQ(Mem{Base: panel, Index: c, Scale: 1}, pcol)
		LEAQ(Mem{Base: arow, Index: c, Scale: 1}, dst)
		tile(4, vectors, prow, pcol, n, stride, dst, across, subtract)
		LEAQ(Mem{Base: dst, Index: across, Scale: 4}, dst)
		LEAQ(Mem{Base: prow, Disp: 16}, lower)
		tile(4, vectors, lower, pcol, n, stride, dst, across, subtract)
		ADDQ(Imm(uint64(32*vectors)), c)
		JMP(LabelRef(columns))
		Label(columns + "end")
	}
	CMPQ(c, size)
	JGE(LabelRef(name + "next"))
	LEAQ(Mem{Base: panel, Index: c, Scale: 1}, pcol)
	LEAQ(Mem{Base: arow, Index: c, Scale: 1}, dst)
	tile(8, 1, prow, pcol, n, stride, dst, across, subtract)
	Label(name + "next")
	ADDQ(Imm(32), r)
	ADDQ(Imm(32), prow)
	LEAQ(Mem{Base: arow, Index: across, Scale: 8}, arow)
	SUBQ(Imm(8), rows)
	JNZ(LabelRef(name + "rows"))
	VZEROUPPER()
	RET()
}

// trsmAVX2 solves Uᵀ·X = B for eight rows, eight columns at a time, with U the
// 8x8 block on the diagonal (its diagonal stored as reciprocals). The rows stay
// in registers while they are needed.
func trsmAVX2() {
	text("trsmAVX2", "func(u *float32, b *float32, columns int, ld int)")
	Doc("trsmAVX2 solves Uᵀ·X = B in place for eight rows of B; columns a multiple of 8.")
	u := Load(Param("u"), GP64()).(GPVirtual)
	b := Load(Param("b"), GP64()).(GPVirtual)
	columns := Load(Param("columns"), GP64()).(GPVirtual)
	stride := Load(Param("ld"), GP64()).(GPVirtual)
	SHLQ(Imm(2), stride)
	Label("trsmloop")
	CMPQ(columns, Imm(8))
	JL(LabelRef("trsmend"))
	x := make([]VecVirtual, 8)
	row := GP64()
	MOVQ(b, row)
	for i := range x {
		x[i] = YMM()
		VMOVUPS(Mem{Base: row}, x[i])
		if i < 7 {
			ADDQ(stride, row)
		}
	}
	diagonal := GP64()
	MOVQ(u, diagonal)
	out := GP64()
	MOVQ(b, out)
	for i := range x {
		spread := YMM()
		VBROADCASTSS(Mem{Base: diagonal, Disp: 4 * i}, spread)
		VMULPS(spread, x[i], x[i])
		VMOVUPS(x[i], Mem{Base: out})
		for j := i + 1; j < 8; j++ {
			VBROADCASTSS(Mem{Base: diagonal, Disp: 4 * j}, spread)
			VFNMADD231PS(spread, x[i], x[j])
		}
		if i < 7 {
			ADDQ(stride, diagonal)
			ADDQ(stride, out)
		}
	}
	ADDQ(Imm(32), b)
	SUBQ(Imm(8), columns)
	JMP(LabelRef("trsmloop"))
	Label("trsmend")
	VZEROUPPER()
	RET()
}

// tile adds Σ prow[0:rows]ᵀ·pcol[0:8·columns] over the n rows of the panel to
// dst, or subtracts it. Sums start at zero and meet dst once.
func tile(rows, columns int, prow0, pcol0, n, stride, dst0, across GPVirtual, subtract bool) {
	sums := make([][]VecVirtual, rows)
	for r := range sums {
		for range columns {
			sum := YMM()
			VXORPS(sum, sum, sum)
			sums[r] = append(sums[r], sum)
		}
	}
	prow, pcol, i := GP64(), GP64(), GP64()
	MOVQ(prow0, prow)
	MOVQ(pcol0, pcol)
	MOVQ(n, i)
	loop := label("tile")
	Label(loop)
	var column []VecVirtual
	for c := range columns {
		v := YMM()
		VMOVUPS(Mem{Base: pcol, Disp: 32 * c}, v)
		column = append(column, v)
	}
	for r := range sums {
		b := YMM()
		VBROADCASTSS(Mem{Base: prow, Disp: 4 * r}, b)
		for c := range column {
			VFMADD231PS(column[c], b, sums[r][c])
		}
	}
	ADDQ(stride, prow)
	ADDQ(stride, pcol)
	DECQ(i)
	JNZ(LabelRef(loop))
	dst := GP64()
	MOVQ(dst0, dst)
	for r := range sums {
		for c := range column {
			m := Mem{Base: dst, Disp: 32 * c}
			if subtract {
				old := YMM()
				VMOVUPS(m, old)
				VSUBPS(sums[r][c], old, sums[r][c])
			} else {
				VADDPS(m, sums[r][c], sums[r][c])
			}
			VMOVUPS(sums[r][c], m)
		}
		if r+1 < rows {
			ADDQ(across, dst)
		}
	}
}

// tails is read at 8-k to get a mask for the first k of eight lanes.
func tails() Mem {
	m := GLOBL("tails", RODATA|NOPTR)
	for i := range 16 {
		v := uint32(0xffffffff)
		if i >= 8 {
			v = 0
		}
		DATA(4*i, U32(v))
	}
	return m
}

// maskOf makes the mask for the last k < 8 columns, k in a register that it
// destroys.
func maskOf(k GPVirtual) VecVirtual {
	at, mask := GP64(), YMM()
	LEAQ(tailMasks, at)
	SHLQ(Imm(2), k)
	SUBQ(k, at)
	VMOVUPS(Mem{Base: at, Disp: 32}, mask)
	return mask
}

var tailMasks Mem

// gemvAVX2 takes eight rows at a time, each with one vector sum, so that a row's
// result doesn't depend on the rows beside it; the rest go one by one in the same
// order of additions.
func gemvAVX2() {
	tailMasks = tails()
	text("gemvAVX2", "func(y *float32, a *float32, x *float32, rows int, columns int, ld int)")
	Doc("gemvAVX2 sets y[i] to Σ a[i·ld+c]·x[c] over columns ≥ 1.")
	y := Load(Param("y"), GP64()).(GPVirtual)
	a := Load(Param("a"), GP64()).(GPVirtual)
	x := Load(Param("x"), GP64()).(GPVirtual)
	rows := Load(Param("rows"), GP64()).(GPVirtual)
	columns := Load(Param("columns"), GP64()).(GPVirtual)
	ld := Load(Param("ld"), GP64()).(GPVirtual)
	SHLQ(Imm(2), ld)
	rest := GP64()
	MOVQ(columns, rest)
	ANDQ(Imm(7), rest)
	mask := maskOf(rest)
	SHRQ(Imm(3), columns) // whole vectors
	tail := GP64()
	Load(Param("columns"), tail)
	ANDQ(Imm(7), tail)
	ld3, ld5, ld7 := GP64(), GP64(), GP64()
	LEAQ(Mem{Base: ld, Index: ld, Scale: 2}, ld3)
	LEAQ(Mem{Base: ld, Index: ld, Scale: 4}, ld5)
	LEAQ(Mem{Base: ld3, Index: ld, Scale: 4}, ld7)
	row := func(p GPVirtual, i int) Mem {
		switch i {
		case 0:
			return Mem{Base: p}
		case 1, 2, 4:
			return Mem{Base: p, Index: ld, Scale: uint8(i)}
		case 3, 6:
			return Mem{Base: p, Index: ld3, Scale: uint8(i / 3)}
		case 5:
			return Mem{Base: p, Index: ld5, Scale: 1}
		}
		return Mem{Base: p, Index: ld7, Scale: 1}
	}
	for _, at := range []int{8, 1} {
		start, end := fmt.Sprintf("gemv%d", at), fmt.Sprintf("gemv%dend", at)
		Label(start)
		CMPQ(rows, Imm(uint64(at)))
		JL(LabelRef(end))
		var sums []VecVirtual
		for range at {
			s := YMM()
			VXORPS(s, s, s)
			sums = append(sums, s)
		}
		p, px, i := GP64(), GP64(), GP64()
		MOVQ(a, p)
		MOVQ(x, px)
		MOVQ(columns, i)
		TESTQ(i, i)
		JZ(LabelRef(start + "tail"))
		Label(start + "loop")
		v := YMM()
		VMOVUPS(Mem{Base: px}, v)
		for r, s := range sums {
			VFMADD231PS(row(p, r), v, s)
		}
		ADDQ(Imm(32), p)
		ADDQ(Imm(32), px)
		DECQ(i)
		JNZ(LabelRef(start + "loop"))
		Label(start + "tail")
		TESTQ(tail, tail)
		JZ(LabelRef(start + "sum"))
		VMASKMOVPS(Mem{Base: px}, mask, v)
		for r, s := range sums {
			m := YMM()
			VMASKMOVPS(row(p, r), mask, m)
			VFMADD231PS(m, v, s)
		}
		Label(start + "sum")
		if at == 8 {
			for width := 8; width > 2; width /= 2 {
				for k := range width / 2 {
					VHADDPS(sums[2*k+1], sums[2*k], sums[k])
				}
			}
			low, high := YMM(), YMM()
			VPERM2F128(Imm(0x20), sums[1], sums[0], low)
			VPERM2F128(Imm(0x31), sums[1], sums[0], high)
			VADDPS(high, low, low)
			VMOVUPS(low, Mem{Base: y})
			LEAQ(Mem{Base: a, Index: ld, Scale: 8}, a)
		} else {
			s, high := sums[0], XMM()
			VHADDPS(s, s, s)
			VHADDPS(s, s, s)
			VEXTRACTF128(Imm(1), s, high)
			VADDSS(high, s.AsX(), s.AsX())
			VMOVSS(s.AsX(), Mem{Base: y})
			ADDQ(ld, a)
		}
		ADDQ(Imm(uint64(4*at)), y)
		SUBQ(Imm(uint64(at)), rows)
		JMP(LabelRef(start))
		Label(end)
	}
	VZEROUPPER()
	RET()
}

func axpyAVX2() {
	text("axpyAVX2", "func(a float32, x *float32, y *float32, n int)")
	Doc("axpyAVX2 adds a·x to y, n numbers each.")
	a := YMM()
	VBROADCASTSS(NewParamAddr("a", 0), a)
	x := Load(Param("x"), GP64()).(GPVirtual)
	y := Load(Param("y"), GP64()).(GPVirtual)
	n := Load(Param("n"), GP64()).(GPVirtual)
	for _, width := range []int{32, 8} {
		Label(fmt.Sprintf("axpy%d", width))
		CMPQ(n, Imm(uint64(width)))
		JL(LabelRef(map[int]string{32: "axpy8", 8: "axpy1"}[width]))
		for i := range width / 8 {
			v := YMM()
			VMOVUPS(Mem{Base: y, Disp: 32 * i}, v)
			VFMADD231PS(Mem{Base: x, Disp: 32 * i}, a, v)
			VMOVUPS(v, Mem{Base: y, Disp: 32 * i})
		}
		ADDQ(Imm(uint64(4*width)), x)
		ADDQ(Imm(uint64(4*width)), y)
		SUBQ(Imm(uint64(width)), n)
		JMP(LabelRef(fmt.Sprintf("axpy%d", width)))
	}
	Label("axpy1")
	TESTQ(n, n)
	JZ(LabelRef("axpyend"))
	one := XMM()
	VMOVSS(Mem{Base: y}, one)
	VFMADD231SS(Mem{Base: x}, a.AsX(), one)
	VMOVSS(one, Mem{Base: y})
	ADDQ(Imm(4), x)
	ADDQ(Imm(4), y)
	DECQ(n)
	JMP(LabelRef("axpy1"))
	Label("axpyend")
	VZEROUPPER()
	RET()
}

// combine holds eight vectors of sums in registers over all rows, for one
// vector of weights or for two.
func combine(name, doc string, outputs int) {
	signature := "func(y *float32, panel *float32, w *float32, n int, fp int)"
	if outputs == 2 {
		signature = "func(y *float32, z *float32, panel *float32, w *float32, v *float32, n int, fp int)"
	}
	text(name, signature)
	Doc(name + doc)
	to := []GPVirtual{Load(Param("y"), GP64()).(GPVirtual)}
	weights := []GPVirtual{Load(Param("w"), GP64()).(GPVirtual)}
	if outputs == 2 {
		to = append(to, Load(Param("z"), GP64()).(GPVirtual))
		weights = append(weights, Load(Param("v"), GP64()).(GPVirtual))
	}
	panel := Load(Param("panel"), GP64()).(GPVirtual)
	n := Load(Param("n"), GP64()).(GPVirtual)
	fp := Load(Param("fp"), GP64()).(GPVirtual)
	stride := GP64()
	MOVQ(fp, stride)
	SHLQ(Imm(2), stride)
	widest := 8 / outputs
	for _, vectors := range []int{widest, 1} {
		start, end := fmt.Sprintf("%s%d", name, vectors), fmt.Sprintf("%s%dend", name, vectors)
		Label(start)
		CMPQ(fp, Imm(uint64(8*vectors)))
		JL(LabelRef(end))
		sums := make([][]VecVirtual, outputs)
		for o := range sums {
			for i := range vectors {
				s := YMM()
				VMOVUPS(Mem{Base: to[o], Disp: 32 * i}, s)
				sums[o] = append(sums[o], s)
			}
		}
		p, i := GP64(), GP64()
		MOVQ(panel, p)
		XORQ(i, i)
		loop := label(name + "loop")
		Label(loop)
		spread := make([]VecVirtual, outputs)
		for o := range spread {
			spread[o] = YMM()
			VBROADCASTSS(Mem{Base: weights[o], Index: i, Scale: 4}, spread[o])
		}
		for j := range vectors {
			v := YMM()
			VMOVUPS(Mem{Base: p, Disp: 32 * j}, v)
			for o := range spread {
				VFMADD231PS(v, spread[o], sums[o][j])
			}
		}
		ADDQ(stride, p)
		INCQ(i)
		CMPQ(i, n)
		JL(LabelRef(loop))
		for o := range sums {
			for j, s := range sums[o] {
				VMOVUPS(s, Mem{Base: to[o], Disp: 32 * j})
			}
			ADDQ(U32(32*vectors), to[o])
		}
		ADDQ(U32(32*vectors), panel)
		SUBQ(Imm(uint64(8*vectors)), fp)
		JMP(LabelRef(start))
		Label(end)
	}
	VZEROUPPER()
	RET()
}

// gatherAhead is how many rows before its use a row is asked for: far enough for
// main memory, near enough for the first-level cache to keep it.
const gatherAhead = 12

// gather copies rows of a table, which lie anywhere in memory, one after the
// other, and asks for those to come.
func gather(name, doc string, scaled bool) {
	signature := "func(panel *float32, table *float32, rows *int32, n int, f int, ld int)"
	if scaled {
		signature = "func(panel *float32, table *float32, rows *int32, scale *float32, n int, f int, ld int)"
	}
	text(name, signature)
	Doc(name + doc)
	panel := Load(Param("panel"), GP64()).(GPVirtual)
	table := Load(Param("table"), GP64()).(GPVirtual)
	rows := Load(Param("rows"), GP64()).(GPVirtual)
	n := Load(Param("n"), GP64()).(GPVirtual)
	f := Load(Param("f"), GP64()).(GPVirtual)
	var scale GPVirtual
	if scaled {
		scale = Load(Param("scale"), GP64()).(GPVirtual)
	}
	tail, width, last := GP64(), GP64(), GP64()
	MOVQ(f, tail)
	ANDQ(Imm(7), tail)
	mask := maskOf(tail)
	MOVQ(f, tail)
	ANDQ(Imm(7), tail)
	Load(Param("ld"), width)
	SHLQ(Imm(2), width) // bytes from row to row
	MOVQ(n, last)
	DECQ(last)
	i := GP64()
	XORQ(i, i)
	Label(name + "row")
	src, ahead, k := GP64(), GP64(), GP64()
	LEAQ(Mem{Base: i, Disp: gatherAhead}, ahead)
	CMPQ(ahead, last)
	CMOVQGT(last, ahead)
	MOVLQSX(Mem{Base: rows, Index: ahead, Scale: 4}, ahead)
	IMULQ(width, ahead)
	ADDQ(table, ahead)
	MOVLQSX(Mem{Base: rows, Index: i, Scale: 4}, src)
	IMULQ(width, src)
	ADDQ(table, src)
	s := YMM()
	if scaled {
		VBROADCASTSS(Mem{Base: scale, Index: i, Scale: 4}, s)
	}
	MOVQ(f, k)
	Label(name + "columns16")
	CMPQ(k, Imm(16))
	JL(LabelRef(name + "columns8"))
	PREFETCHT0(Mem{Base: ahead})
	for j := range 2 {
		v := YMM()
		if scaled {
			VMULPS(Mem{Base: src, Disp: 32 * j}, s, v)
		} else {
			VMOVUPS(Mem{Base: src, Disp: 32 * j}, v)
		}
		VMOVUPS(v, Mem{Base: panel, Disp: 32 * j})
	}
	ADDQ(Imm(64), src)
	ADDQ(Imm(64), ahead)
	ADDQ(Imm(64), panel)
	SUBQ(Imm(16), k)
	JMP(LabelRef(name + "columns16"))
	Label(name + "columns8")
	PREFETCHT0(Mem{Base: ahead})
	v := YMM()
	CMPQ(k, Imm(8))
	JL(LabelRef(name + "tail"))
	if scaled {
		VMULPS(Mem{Base: src}, s, v)
	} else {
		VMOVUPS(Mem{Base: src}, v)
	}
	VMOVUPS(v, Mem{Base: panel})
	ADDQ(Imm(32), src)
	ADDQ(Imm(32), panel)
	Label(name + "tail")
	TESTQ(tail, tail)
	JZ(LabelRef(name + "next"))
	VMASKMOVPS(Mem{Base: src}, mask, v)
	if scaled {
		VMULPS(s, v, v)
	}
	VMOVUPS(v, Mem{Base: panel})
	ADDQ(Imm(32), panel)
	Label(name + "next")
	INCQ(i)
	CMPQ(i, n)
	JL(LabelRef(name + "row"))
	VZEROUPPER()
	RET()
}

// prefetch asks for rows of a table to be brought into the second-level cache:
// the first-level one is full of what is being worked on.
func prefetch() {
	text("prefetchRows", "func(table *float32, rows *int32, n int, f int)")
	Doc("prefetchRows asks for n ≥ 1 rows of f ≥ 1 floats each to be brought near.")
	table := Load(Param("table"), GP64()).(GPVirtual)
	rows := Load(Param("rows"), GP64()).(GPVirtual)
	n := Load(Param("n"), GP64()).(GPVirtual)
	width := Load(Param("f"), GP64()).(GPVirtual)
	SHLQ(Imm(2), width)
	Label("prefetchrow")
	row, k := GP64(), GP64()
	MOVLQSX(Mem{Base: rows}, row)
	IMULQ(width, row)
	ADDQ(table, row)
	MOVQ(width, k)
	Label("prefetchline")
	PREFETCHT1(Mem{Base: row})
	ADDQ(Imm(64), row)
	SUBQ(Imm(64), k)
	JG(LabelRef("prefetchline"))
	ADDQ(Imm(4), rows)
	DECQ(n)
	JNZ(LabelRef("prefetchrow"))
	RET()
}

// transposeAVX2 transposes blocks of 8x8 in registers.
func transposeAVX2() {
	text("transposeAVX2", "func(to *float32, from *float32, scale *float32, rows int, columns int, ldt int, ldf int)")
	Doc("transposeAVX2 sets to[c·ldt+r] to from[r·ldf+c]·scale[c]; rows and columns multiples of 8 above 0.")
	to := Load(Param("to"), GP64()).(GPVirtual)
	from := Load(Param("from"), GP64()).(GPVirtual)
	scale0 := Load(Param("scale"), GP64()).(GPVirtual)
	rows := Load(Param("rows"), GP64()).(GPVirtual)
	ldt := Load(Param("ldt"), GP64()).(GPVirtual)
	ldf := Load(Param("ldf"), GP64()).(GPVirtual)
	SHLQ(Imm(2), ldt)
	SHLQ(Imm(2), ldf)
	Label("transposerows")
	src, dst, scale, left := GP64(), GP64(), GP64(), GP64()
	MOVQ(from, src)
	MOVQ(to, dst)
	MOVQ(scale0, scale)
	Load(Param("columns"), left)
	Label("transposecolumns")
	in, out := GP64(), GP64()
	MOVQ(src, in)
	MOVQ(dst, out)
	x := make([]VecVirtual, 8)
	for r := range x {
		x[r] = YMM()
		VMOVUPS(Mem{Base: in}, x[r])
		if r < 7 {
			ADDQ(ldf, in)
		}
	}
	pair := make([]VecVirtual, 8)
	for r := range 4 {
		pair[2*r], pair[2*r+1] = YMM(), YMM()
		VUNPCKLPS(x[2*r+1], x[2*r], pair[2*r])
		VUNPCKHPS(x[2*r+1], x[2*r], pair[2*r+1])
	}
	four := make([]VecVirtual, 8) // columns 0 to 3 (and 4 to 7 in the high lane) of rows 0 to 3, then of 4 to 7
	for h := range 2 {
		for c := range 4 {
			four[4*h+c] = YMM()
			VSHUFPS(Imm(uint64([]int{0x44, 0xee}[c%2])), pair[4*h+2+c/2], pair[4*h+c/2], four[4*h+c])
		}
	}
	for c := range 8 {
		v, s := YMM(), YMM()
		VPERM2F128(Imm(uint64([]int{0x20, 0x31}[c/4])), four[4+c%4], four[c%4], v)
		VBROADCASTSS(Mem{Base: scale, Disp: 4 * c}, s)
		VMULPS(s, v, v)
		VMOVUPS(v, Mem{Base: out})
		if c < 7 {
			ADDQ(ldt, out)
		}
	}
	ADDQ(Imm(32), src)
	ADDQ(Imm(32), scale)
	LEAQ(Mem{Base: dst, Index: ldt, Scale: 8}, dst)
	SUBQ(Imm(8), left)
	JNZ(LabelRef("transposecolumns"))
	LEAQ(Mem{Base: from, Index: ldf, Scale: 8}, from)
	ADDQ(Imm(32), to)
	SUBQ(Imm(8), rows)
	JNZ(LabelRef("transposerows"))
	VZEROUPPER()
	RET()
}
