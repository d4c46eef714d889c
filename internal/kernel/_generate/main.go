// Command generate writes the assembly of package kernel with avo. Run it by
// "go generate ./internal/kernel"; the folder has a go.mod of its own so that
// importers of NextFlex never see avo.
package main

import (
	"fmt"

	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	. "github.com/mmcloughlin/avo/reg"
)

func main() {
	ConstraintExpr("amd64,!noasm,!purego")
	syrk("syrkAVX2", " adds the upper triangle of panelᵀ·panel to a; n ≥ 1, size ≤ ld multiples of 8 above 0.", false)
	syrk("syrkSubAVX2", " is syrkAVX2 that subtracts.", true)
	trsmAVX2()
	dotAVX2()
	axpyAVX2()
	combineAVX2()
	Generate()
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
	TEXT(name, NOSPLIT, "func(a *float32, panel *float32, n int, size int, ld int)")
	Doc(name + doc)
	a := Load(Param("a"), GP64()).(GPVirtual)
	panel := Load(Param("panel"), GP64()).(GPVirtual)
	n := Load(Param("n"), GP64()).(GPVirtual)
	size := Load(Param("size"), GP64()).(GPVirtual)
	stride := Load(Param("ld"), GP64()).(GPVirtual)
	SHLQ(Imm(2), size)   // bytes of the columns covered
	SHLQ(Imm(2), stride) // bytes of a row
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
		tile(4, vectors, prow, pcol, n, stride, dst, subtract)
		LEAQ(Mem{Base: dst, Index: stride, Scale: 4}, dst)
		LEAQ(Mem{Base: prow, Disp: 16}, lower)
		tile(4, vectors, lower, pcol, n, stride, dst, subtract)
		ADDQ(Imm(uint64(32*vectors)), c)
		JMP(LabelRef(columns))
		Label(columns + "end")
	}
	CMPQ(c, size)
	JGE(LabelRef(name + "next"))
	LEAQ(Mem{Base: panel, Index: c, Scale: 1}, pcol)
	LEAQ(Mem{Base: arow, Index: c, Scale: 1}, dst)
	tile(8, 1, prow, pcol, n, stride, dst, subtract)
	Label(name + "next")
	ADDQ(Imm(32), r)
	ADDQ(Imm(32), prow)
	LEAQ(Mem{Base: arow, Index: stride, Scale: 8}, arow)
	CMPQ(r, size)
	JL(LabelRef(name + "rows"))
	VZEROUPPER()
	RET()
}

// trsmAVX2 solves Uᵀ·X = B for eight rows, eight columns at a time, with U the
// 8x8 block on the diagonal (its diagonal stored as reciprocals). The rows stay
// in registers while they are needed.
func trsmAVX2() {
	TEXT("trsmAVX2", NOSPLIT, "func(u *float32, b *float32, columns int, ld int)")
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
func tile(rows, columns int, prow0, pcol0, n, stride, dst0 GPVirtual, subtract bool) {
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
			ADDQ(stride, dst)
		}
	}
}

// dotAVX2 keeps four vector sums, adds them in pairs, and takes the rest one by
// one.
func dotAVX2() {
	TEXT("dotAVX2", NOSPLIT, "func(x *float32, y *float32, n int) float32")
	Doc("dotAVX2 returns Σ x·y of n numbers.")
	x := Load(Param("x"), GP64()).(GPVirtual)
	y := Load(Param("y"), GP64()).(GPVirtual)
	n := Load(Param("n"), GP64()).(GPVirtual)
	sums := []VecVirtual{YMM(), YMM(), YMM(), YMM()}
	for _, s := range sums {
		VXORPS(s, s, s)
	}
	Label("dot32")
	CMPQ(n, Imm(32))
	JL(LabelRef("dot8"))
	for i, s := range sums {
		v := YMM()
		VMOVUPS(Mem{Base: x, Disp: 32 * i}, v)
		VFMADD231PS(Mem{Base: y, Disp: 32 * i}, v, s)
	}
	ADDQ(Imm(128), x)
	ADDQ(Imm(128), y)
	SUBQ(Imm(32), n)
	JMP(LabelRef("dot32"))
	Label("dot8")
	CMPQ(n, Imm(8))
	JL(LabelRef("dotsum"))
	v := YMM()
	VMOVUPS(Mem{Base: x}, v)
	VFMADD231PS(Mem{Base: y}, v, sums[0])
	ADDQ(Imm(32), x)
	ADDQ(Imm(32), y)
	SUBQ(Imm(8), n)
	JMP(LabelRef("dot8"))
	Label("dotsum")
	VADDPS(sums[1], sums[0], sums[0])
	VADDPS(sums[3], sums[2], sums[2])
	VADDPS(sums[2], sums[0], sums[0])
	high := XMM()
	VEXTRACTF128(Imm(1), sums[0], high)
	low := sums[0].AsX()
	VADDPS(high, low, low)
	VHADDPS(low, low, low)
	VHADDPS(low, low, low)
	Label("dot1")
	TESTQ(n, n)
	JZ(LabelRef("dotend"))
	one := XMM()
	VMOVSS(Mem{Base: x}, one)
	VFMADD231SS(Mem{Base: y}, one, low)
	ADDQ(Imm(4), x)
	ADDQ(Imm(4), y)
	DECQ(n)
	JMP(LabelRef("dot1"))
	Label("dotend")
	Store(low, ReturnIndex(0))
	VZEROUPPER()
	RET()
}

func axpyAVX2() {
	TEXT("axpyAVX2", NOSPLIT, "func(a float32, x *float32, y *float32, n int)")
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

// combineAVX2 holds eight columns of y in a register over all rows.
func combineAVX2() {
	TEXT("combineAVX2", NOSPLIT, "func(y *float32, panel *float32, w *float32, n int, fp int)")
	Doc("combineAVX2 adds Σ w[i]·panel[i] to y; n ≥ 1, fp a multiple of 8.")
	y := Load(Param("y"), GP64()).(GPVirtual)
	panel := Load(Param("panel"), GP64()).(GPVirtual)
	w := Load(Param("w"), GP64()).(GPVirtual)
	n := Load(Param("n"), GP64()).(GPVirtual)
	fp := Load(Param("fp"), GP64()).(GPVirtual)
	stride := GP64()
	MOVQ(fp, stride)
	SHLQ(Imm(2), stride)
	for _, vectors := range []int{4, 1} {
		start := fmt.Sprintf("combine%d", vectors)
		Label(start)
		CMPQ(fp, Imm(uint64(8*vectors)))
		JL(LabelRef(map[int]string{4: "combine1", 1: "combineend"}[vectors]))
		var sums []VecVirtual
		for i := range vectors {
			s := YMM()
			VMOVUPS(Mem{Base: y, Disp: 32 * i}, s)
			sums = append(sums, s)
		}
		p, weight, i := GP64(), GP64(), GP64()
		MOVQ(panel, p)
		MOVQ(w, weight)
		MOVQ(n, i)
		loop := label("combineloop")
		Label(loop)
		b := YMM()
		VBROADCASTSS(Mem{Base: weight}, b)
		for j, s := range sums {
			VFMADD231PS(Mem{Base: p, Disp: 32 * j}, b, s)
		}
		ADDQ(stride, p)
		ADDQ(Imm(4), weight)
		DECQ(i)
		JNZ(LabelRef(loop))
		for j, s := range sums {
			VMOVUPS(s, Mem{Base: y, Disp: 32 * j})
		}
		ADDQ(Imm(uint64(32*vectors)), y)
		ADDQ(Imm(uint64(32*vectors)), panel)
		SUBQ(Imm(uint64(8*vectors)), fp)
		JMP(LabelRef(start))
	}
	Label("combineend")
	VZEROUPPER()
	RET()
}
