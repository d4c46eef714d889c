package main

import (
	"fmt"

	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	. "github.com/mmcloughlin/avo/reg"
	"github.com/mmcloughlin/avo/x86"
)

// avx512 writes the set for processors with registers of sixteen floats. It needs
// AVX512F, AVX512VL (for registers of eight beyond the sixteenth) and BMI2.
func avx512() {
	syrk512("syrkAVX512", " adds the first rows of the upper triangle of panelᵀ·panel to a; n ≥ 1, rows ≤ size multiples of 8 above 0.", false)
	syrk512("syrkSubAVX512", " is syrkAVX512 that subtracts.", true)
	trsmAVX512()
	gemvAVX512()
	axpyAVX512()
	combine512("combineAVX512", " adds Σ w[i]·panel[i] to y; n ≥ 1, fp a multiple of 8.", 1)
	combine512("combineTwoAVX512", " adds Σ w[i]·panel[i] to y and Σ v[i]·panel[i] to z; n ≥ 1, fp a multiple of 8.", 2)
	for rows := range 6 {
		mulPacked512(rows+1, true)
		mulPacked512(rows+1, false)
	}
}

// vectors makes registers for a number of columns, a multiple of 8: of sixteen
// each and, where eight are left, one of eight, so that no masks are needed.
func vectors(width int) []VecVirtual {
	var v []VecVirtual
	for range width / 16 {
		v = append(v, ZMM())
	}
	if width%16 > 0 {
		v = append(v, YMM())
	}
	return v
}

// like gives the part of z that is as wide as v.
func like(v, z VecVirtual) Register {
	if v.Size() == 32 {
		return z.AsY()
	}
	return z
}

// clear512 sets a register to zeros and tells avo that what was in it doesn't
// matter, which it knows of VXORPS, but that needs AVX512DQ here.
func clear512(v VecVirtual) {
	i, err := x86.VPXORD(v, v, v)
	if err != nil {
		panic(err)
	}
	i.CancellingInputs = true
	Instruction(i)
}

// syrk512 covers the upper triangle in blocks of eight rows. The columns of a
// block are dealt to tiles of 8x48, which keep 24 sums in registers and need
// eleven loads for 24 FMAs, and of 8x32 where two of them end the row better; the
// last vector of a row may be half a one.
func syrk512(name, doc string, subtract bool) {
	text(name, "func(a *float32, panel *float32, n int, rows int, size int, lda int, ldp int)")
	Doc(name + doc)
	arow := Load(Param("a"), GP64()).(GPVirtual)
	prow := Load(Param("panel"), GP64()).(GPVirtual)
	n := Load(Param("n"), GP64()).(GPVirtual)
	rows := Load(Param("rows"), GP64()).(GPVirtual)
	size := Load(Param("size"), GP64()).(GPVirtual)
	across := Load(Param("lda"), GP64()).(GPVirtual)
	stride := Load(Param("ldp"), GP64()).(GPVirtual)
	SHLQ(Imm(2), across) // bytes from row to row of a
	SHLQ(Imm(2), stride) // and of the panel
	Comment("arow and prow point at the diagonal, size columns are right of it")
	Label(name + "rows")
	left, pcol, dst := GP64(), GP64(), GP64()
	MOVQ(size, left)
	MOVQ(prow, pcol)
	MOVQ(arow, dst)
	columns := name + "columns"
	Label(columns)
	by := func(width int) string { return fmt.Sprintf("%sby%d", name, width) }
	CMPQ(left, Imm(64))
	JG(LabelRef(by(48)))
	for _, width := range []int{48, 32, 16} {
		CMPQ(left, Imm(uint64(width)))
		if width == 48 {
			JG(LabelRef(by(32))) // and 24 or 32 after that
		} else {
			JG(LabelRef(by(width + 8)))
		}
		JE(LabelRef(by(width)))
	}
	CMPQ(left, Imm(0))
	JE(LabelRef(name + "next"))
	for width := 8; width <= 48; width += 8 {
		Label(by(width))
		tile512(8, width, prow, pcol, n, stride, dst, across, subtract)
		ADDQ(U32(4*width), pcol)
		ADDQ(U32(4*width), dst)
		SUBQ(Imm(uint64(width)), left)
		JMP(LabelRef(columns))
	}
	Label(name + "next")
	LEAQ(Mem{Base: arow, Index: across, Scale: 8, Disp: 32}, arow)
	ADDQ(Imm(32), prow)
	SUBQ(Imm(8), size)
	SUBQ(Imm(8), rows)
	JNZ(LabelRef(name + "rows"))
	VZEROUPPER()
	RET()
}

// tile512 adds Σ prow[0:rows]ᵀ·pcol over the n rows of the panel to dst, or
// subtracts it. What is added is summed from zero and meets dst once, since many
// rows are added to a large sum; what is subtracted comes from eight rows and is
// taken from dst at once.
func tile512(rows, width int, prow0, pcol0, n, stride, dst0, across GPVirtual, subtract bool) {
	sums := make([][]VecVirtual, rows)
	for r := range sums {
		sums[r] = vectors(width)
	}
	each := func(do func(sum VecVirtual, m Mem)) {
		dst := GP64()
		MOVQ(dst0, dst)
		for r := range sums {
			for c, sum := range sums[r] {
				do(sum, Mem{Base: dst, Disp: 64 * c})
			}
			if r+1 < rows {
				ADDQ(across, dst)
			}
		}
	}
	if subtract {
		each(func(sum VecVirtual, m Mem) { VMOVUPS(m, sum) })
	} else {
		for _, row := range sums {
			for _, sum := range row {
				clear512(sum)
			}
		}
	}
	prow, pcol, i := GP64(), GP64(), GP64()
	MOVQ(prow0, prow)
	MOVQ(pcol0, pcol)
	MOVQ(n, i)
	loop := label("tile")
	Label(loop)
	column := vectors(width)
	for c, v := range column {
		VMOVUPS(Mem{Base: pcol, Disp: 64 * c}, v)
	}
	for r := range sums {
		spread := ZMM()
		VBROADCASTSS(Mem{Base: prow, Disp: 4 * r}, spread)
		for c, v := range column {
			if subtract {
				VFNMADD231PS(v, like(v, spread), sums[r][c])
			} else {
				VFMADD231PS(v, like(v, spread), sums[r][c])
			}
		}
	}
	ADDQ(stride, prow)
	ADDQ(stride, pcol)
	DECQ(i)
	JNZ(LabelRef(loop))
	each(func(sum VecVirtual, m Mem) {
		if !subtract {
			VADDPS(m, sum, sum)
		}
		VMOVUPS(sum, m)
	})
}

// trsmAVX512 solves Uᵀ·X = B for eight rows, with U the 8x8 block on the diagonal
// (its diagonal stored as reciprocals). The rows stay in registers; 32 columns at
// a time are two chains of dependent instructions, side by side.
func trsmAVX512() {
	text("trsmAVX512", "func(u *float32, b *float32, columns int, ld int)")
	Doc("trsmAVX512 solves Uᵀ·X = B in place for eight rows of B; columns a multiple of 8.")
	u := Load(Param("u"), GP64()).(GPVirtual)
	b := Load(Param("b"), GP64()).(GPVirtual)
	columns := Load(Param("columns"), GP64()).(GPVirtual)
	stride := Load(Param("ld"), GP64()).(GPVirtual)
	SHLQ(Imm(2), stride)
	for _, width := range []int{32, 16, 8} {
		start, end := fmt.Sprintf("trsm%d", width), fmt.Sprintf("trsm%dend", width)
		Label(start)
		CMPQ(columns, Imm(uint64(width)))
		JL(LabelRef(end))
		x := make([][]VecVirtual, 8)
		row := GP64()
		MOVQ(b, row)
		for i := range x {
			x[i] = vectors(width)
			for c, v := range x[i] {
				VMOVUPS(Mem{Base: row, Disp: 64 * c}, v)
			}
			if i < 7 {
				ADDQ(stride, row)
			}
		}
		diagonal, out := GP64(), GP64()
		MOVQ(u, diagonal)
		MOVQ(b, out)
		for i := range x {
			spread := ZMM()
			VBROADCASTSS(Mem{Base: diagonal, Disp: 4 * i}, spread)
			for c, v := range x[i] {
				VMULPS(like(v, spread), v, v)
				VMOVUPS(v, Mem{Base: out, Disp: 64 * c})
			}
			for j := i + 1; j < 8; j++ {
				VBROADCASTSS(Mem{Base: diagonal, Disp: 4 * j}, spread)
				for c, v := range x[i] {
					VFNMADD231PS(like(v, spread), v, x[j][c])
				}
			}
			if i < 7 {
				ADDQ(stride, diagonal)
				ADDQ(stride, out)
			}
		}
		ADDQ(U32(4*width), b)
		SUBQ(Imm(uint64(width)), columns)
		JMP(LabelRef(start))
		Label(end)
	}
	VZEROUPPER()
	RET()
}

// firstLanes makes the mask of the first k < 16 lanes, k in a register.
func firstLanes(k GPVirtual) OpmaskVirtual {
	all, mask := GP32(), K()
	MOVL(I32(-1), all)
	BZHIL(k.As32(), all, all)
	KMOVW(all, mask)
	return mask
}

// gemvAVX512 takes eight rows at a time, each with one vector sum, so that a row's
// result doesn't depend on the rows beside it; the rest go one by one in the same
// order of additions.
func gemvAVX512() {
	text("gemvAVX512", "func(y *float32, a *float32, x *float32, rows int, columns int, ld int)")
	Doc("gemvAVX512 sets y[i] to Σ a[i·ld+c]·x[c] over columns ≥ 1.")
	y := Load(Param("y"), GP64()).(GPVirtual)
	a := Load(Param("a"), GP64()).(GPVirtual)
	x := Load(Param("x"), GP64()).(GPVirtual)
	rows := Load(Param("rows"), GP64()).(GPVirtual)
	columns := Load(Param("columns"), GP64()).(GPVirtual)
	ld := Load(Param("ld"), GP64()).(GPVirtual)
	SHLQ(Imm(2), ld)
	tail := GP64()
	MOVQ(columns, tail)
	ANDQ(Imm(15), tail)
	mask := firstLanes(tail)
	SHRQ(Imm(4), columns) // whole vectors
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
		sums := vectors(16 * at)
		for _, s := range sums {
			clear512(s)
		}
		p, px, i := GP64(), GP64(), GP64()
		MOVQ(a, p)
		MOVQ(x, px)
		MOVQ(columns, i)
		TESTQ(i, i)
		JZ(LabelRef(start + "tail"))
		Label(start + "loop")
		v := ZMM()
		VMOVUPS(Mem{Base: px}, v)
		for r, s := range sums {
			VFMADD231PS(row(p, r), v, s)
		}
		ADDQ(Imm(64), p)
		ADDQ(Imm(64), px)
		DECQ(i)
		JNZ(LabelRef(start + "loop"))
		Label(start + "tail")
		TESTQ(tail, tail)
		JZ(LabelRef(start + "sum"))
		VMOVUPS_Z(Mem{Base: px}, mask, v)
		for r, s := range sums {
			m := ZMM()
			VMOVUPS_Z(row(p, r), mask, m)
			VFMADD231PS(m, v, s)
		}
		Label(start + "sum")
		folded := make([]VecVirtual, at)
		for r, s := range sums {
			folded[r] = YMM()
			VEXTRACTF64X4(Imm(1), s, folded[r])
			VADDPS(s.AsY(), folded[r], folded[r])
		}
		sumLanes(folded, y)
		if at == 8 {
			LEAQ(Mem{Base: a, Index: ld, Scale: 8}, a)
		} else {
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

// sumLanes writes the sum of the eight lanes of each of one or eight registers to
// y, added in the same order.
func sumLanes(sums []VecVirtual, y GPVirtual) {
	if len(sums) == 1 {
		s, high := sums[0], XMM()
		VHADDPS(s, s, s)
		VHADDPS(s, s, s)
		VEXTRACTF128(Imm(1), s, high)
		VADDSS(high, s.AsX(), s.AsX())
		VMOVSS(s.AsX(), Mem{Base: y})
		return
	}
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
}

func axpyAVX512() {
	text("axpyAVX512", "func(a float32, x *float32, y *float32, n int)")
	Doc("axpyAVX512 adds a·x to y, n numbers each.")
	a := ZMM()
	VBROADCASTSS(NewParamAddr("a", 0), a)
	x := Load(Param("x"), GP64()).(GPVirtual)
	y := Load(Param("y"), GP64()).(GPVirtual)
	n := Load(Param("n"), GP64()).(GPVirtual)
	for _, width := range []int{64, 16} {
		start, end := fmt.Sprintf("axpy%d", width), fmt.Sprintf("axpy%dend", width)
		Label(start)
		CMPQ(n, Imm(uint64(width)))
		JL(LabelRef(end))
		for i := range width / 16 {
			v := ZMM()
			VMOVUPS(Mem{Base: y, Disp: 64 * i}, v)
			VFMADD231PS(Mem{Base: x, Disp: 64 * i}, a, v)
			VMOVUPS(v, Mem{Base: y, Disp: 64 * i})
		}
		ADDQ(U32(4*width), x)
		ADDQ(U32(4*width), y)
		SUBQ(Imm(uint64(width)), n)
		JMP(LabelRef(start))
		Label(end)
	}
	TESTQ(n, n)
	JZ(LabelRef("axpyend"))
	mask := firstLanes(n)
	v, w := ZMM(), ZMM()
	VMOVUPS_Z(Mem{Base: y}, mask, v)
	VMOVUPS_Z(Mem{Base: x}, mask, w)
	VFMADD231PS(w, a, v)
	VMOVUPS(v, mask, Mem{Base: y})
	Label("axpyend")
	VZEROUPPER()
	RET()
}

// combine512 holds up to eight vectors of sums in registers over all rows, for one
// vector of weights or for two.
func combine512(name, doc string, outputs int) {
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
	for _, width := range []int{128, 64, 32, 16, 8} {
		start, end := fmt.Sprintf("%s%d", name, width), fmt.Sprintf("%s%dend", name, width)
		Label(start)
		CMPQ(fp, U32(width))
		JL(LabelRef(end))
		sums := make([][]VecVirtual, outputs)
		for o := range sums {
			sums[o] = vectors(width)
			for i, s := range sums[o] {
				VMOVUPS(Mem{Base: to[o], Disp: 64 * i}, s)
			}
		}
		p, i := GP64(), GP64()
		MOVQ(panel, p)
		XORQ(i, i)
		loop := label(name + "loop")
		Label(loop)
		spread := vectors(16 * outputs)
		for o := range spread {
			VBROADCASTSS(Mem{Base: weights[o], Index: i, Scale: 4}, spread[o])
		}
		for j, v := range vectors(width) {
			VMOVUPS(Mem{Base: p, Disp: 64 * j}, v)
			for o := range spread {
				VFMADD231PS(v, like(v, spread[o]), sums[o][j])
			}
		}
		ADDQ(stride, p)
		INCQ(i)
		CMPQ(i, n)
		JL(LabelRef(loop))
		for o := range sums {
			for j, s := range sums[o] {
				VMOVUPS(s, Mem{Base: to[o], Disp: 64 * j})
			}
			ADDQ(U32(4*width), to[o])
		}
		ADDQ(U32(4*width), panel)
		SUBQ(U32(width), fp)
		JMP(LabelRef(start))
		Label(end)
	}
	VZEROUPPER()
	RET()
}

// mulPacked512 multiplies up to six rows by blocks of sixteen packed ones, a
// vector each. Six by four are 24 accumulators with ten loads for 24 FMAs; fewer
// rows take more blocks at a time. The order of addition is that of the columns in
// any case.
func mulPacked512(rows int, fused bool) {
	widths := []int{4, 2, 1}
	if rows <= 2 {
		widths = []int{8, 4, 2, 1}
	}
	packedFrame("AVX512", rows, fused, widths, product512)
}

// product512 computes one tile of rows x 16·width.
func product512(rows, width int, out0, ld, a0, stride, f, packed0, size GPVirtual, fused bool) {
	sums := make([][]VecVirtual, rows)
	for r := range sums {
		sums[r] = vectors(16 * width)
		for _, sum := range sums[r] {
			clear512(sum)
		}
	}
	row := []GPVirtual{GP64()} // the first of each three rows
	MOVQ(a0, row[0])
	if rows > 3 {
		row = append(row, GP64())
		LEAQ(Mem{Base: row[0], Index: stride, Scale: 2}, row[1])
		ADDQ(stride, row[1])
	}
	block := []GPVirtual{GP64()} // the first of each three blocks
	MOVQ(packed0, block[0])
	for len(block)*3 < width {
		last := block[len(block)-1]
		next := GP64()
		LEAQ(Mem{Base: last, Index: size, Scale: 2}, next)
		ADDQ(size, next)
		block = append(block, next)
	}
	third := func(of []GPVirtual, step GPVirtual, i int) Mem {
		m := Mem{Base: of[i/3]}
		if i%3 > 0 {
			m.Index, m.Scale = step, uint8(i%3)
		}
		return m
	}
	c := GP64()
	MOVQ(f, c)
	loop := label("columns")
	Label(loop)
	column := vectors(16 * width)
	for i, v := range column {
		VMOVUPS(third(block, size, i), v)
	}
	for r := range sums {
		spread := ZMM()
		VBROADCASTSS(third(row, stride, r), spread)
		for i, v := range column {
			if fused {
				VFMADD231PS(v, spread, sums[r][i])
				continue
			}
			product := ZMM()
			VMULPS(v, spread, product)
			VADDPS(product, sums[r][i], sums[r][i])
		}
	}
	for _, p := range row {
		ADDQ(Imm(4), p)
	}
	for _, p := range block {
		ADDQ(Imm(64), p)
	}
	DECQ(c)
	JNZ(LabelRef(loop))
	out := GP64()
	MOVQ(out0, out)
	for r := range sums {
		for i, sum := range sums[r] {
			VMOVUPS(sum, Mem{Base: out, Disp: 64 * i})
		}
		if r+1 < rows {
			ADDQ(ld, out)
		}
	}
}
