package main

import (
	"fmt"

	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	. "github.com/mmcloughlin/avo/reg"
)

// normalMulAVX2 first multiplies the rows by p, four at a time, with two sums each
// to hide the latency of the FMA units. Then it adds to z, strip by strip, which
// stays in registers over all rows; they are few enough to be near still.
func normalMulAVX2() {
	text("normalMulAVX2", "func(z *float32, y *float32, table *float32, rows *int32, p *float32, w *float32, t *float32, n int, f int, shift float32)")
	Doc("normalMulAVX2 sets y to t + w·(Q·p + shift) and adds Qᵀ·y to z, Q being n rows of the table.")
	z := Load(Param("z"), GP64()).(GPVirtual)
	p := Load(Param("p"), GP64()).(GPVirtual)
	table := Load(Param("table"), GP64()).(GPVirtual)
	whole := Load(Param("f"), GP64()).(GPVirtual)
	rest := GP64()
	MOVQ(whole, rest)
	ANDQ(Imm(7), rest)
	mask := maskOf(rest)
	SHLQ(Imm(2), whole)
	ANDQ(I32(-32), whole) // bytes in whole vectors
	i := GP64()
	XORQ(i, i)
	for _, at := range []int{4, 1} {
		name := fmt.Sprintf("normal%d", at)
		Label(name)
		next := GP64()
		left := GP64()
		LEAQ(Mem{Base: i, Disp: at}, next)
		Load(Param("n"), left)
		CMPQ(next, left)
		JG(LabelRef(name + "end"))
		row := make([]GPVirtual, at)
		width, index := GP64(), GP64()
		Load(Param("f"), width)
		SHLQ(Imm(2), width)
		Load(Param("rows"), index)
		for r := range row {
			row[r] = GP64()
			MOVLQSX(Mem{Base: index, Index: i, Scale: 4, Disp: 4 * r}, row[r])
			IMULQ(width, row[r])
			ADDQ(table, row[r])
		}
		dots := dotsOf(name, row, p, whole, mask)
		shift := XMM()
		VBROADCASTSS(NewParamAddr("shift", 72), shift)
		VADDPS(shift, dots, dots)
		from := GP64()
		weight, target := XMM(), XMM()
		move := VMOVUPS
		if at == 1 {
			move = VMOVSS
		}
		Load(Param("w"), from)
		move(Mem{Base: from, Index: i, Scale: 4}, weight)
		Load(Param("t"), from)
		move(Mem{Base: from, Index: i, Scale: 4}, target)
		VFMADD231PS(weight, dots, target)
		Load(Param("y"), from)
		move(target, Mem{Base: from, Index: i, Scale: 4})
		ADDQ(Imm(uint64(at)), i)
		JMP(LabelRef(name))
		Label(name + "end")
	}
	c := GP64()
	XORQ(c, c)
	for _, vectors := range []int{8, 1, 0} {
		strip(c, z, table, mask, vectors)
	}
	VZEROUPPER()
	RET()
}

// strip adds to as many vectors of z as stand from byte c on, in strips of the given
// number; 0 stands for the columns left over.
func strip(c, z, table GPVirtual, mask VecVirtual, vectors int) {
	name := fmt.Sprintf("normalstrip%d", vectors)
	Label(name)
	left := GP64()
	Load(Param("f"), left)
	SHLQ(Imm(2), left)
	SUBQ(c, left)
	if vectors == 0 {
		JZ(LabelRef(name + "end"))
	} else {
		CMPQ(left, U32(32*vectors))
		JL(LabelRef(name + "end"))
	}
	sums := make([]VecVirtual, max(vectors, 1))
	for k := range sums {
		sums[k] = YMM()
		if vectors == 0 {
			VMASKMOVPS(Mem{Base: z, Index: c, Scale: 1}, mask, sums[k])
		} else {
			VMOVUPS(Mem{Base: z, Index: c, Scale: 1, Disp: 32 * k}, sums[k])
		}
	}
	i, n, y, rows, width, from := GP64(), GP64(), GP64(), GP64(), GP64(), GP64()
	XORQ(i, i)
	Load(Param("n"), n)
	Load(Param("y"), y)
	Load(Param("rows"), rows)
	Load(Param("f"), width)
	SHLQ(Imm(2), width)
	LEAQ(Mem{Base: table, Index: c, Scale: 1}, from)
	Label(name + "row")
	row, weight := GP64(), YMM()
	MOVLQSX(Mem{Base: rows, Index: i, Scale: 4}, row)
	IMULQ(width, row)
	VBROADCASTSS(Mem{Base: y, Index: i, Scale: 4}, weight)
	for k := range sums {
		if vectors == 0 {
			v := YMM()
			VMASKMOVPS(Mem{Base: from, Index: row, Scale: 1}, mask, v)
			VFMADD231PS(v, weight, sums[k])
		} else {
			VFMADD231PS(Mem{Base: from, Index: row, Scale: 1, Disp: 32 * k}, weight, sums[k])
		}
	}
	INCQ(i)
	CMPQ(i, n)
	JL(LabelRef(name + "row"))
	for k := range sums {
		if vectors == 0 {
			VMASKMOVPS(sums[k], mask, Mem{Base: z, Index: c, Scale: 1})
		} else {
			VMOVUPS(sums[k], Mem{Base: z, Index: c, Scale: 1, Disp: 32 * k})
		}
	}
	if vectors > 0 {
		ADDQ(U32(32*vectors), c)
		JMP(LabelRef(name))
	}
	Label(name + "end")
}

// dotsOf multiplies one or four rows by p; the sums are in the lanes of the result.
func dotsOf(name string, row []GPVirtual, p, whole GPVirtual, mask VecVirtual) VecVirtual {
	sums := make([][2]VecVirtual, len(row))
	for r := range sums {
		for k := range 2 {
			sums[r][k] = YMM()
			VXORPS(sums[r][k], sums[r][k], sums[r][k])
		}
	}
	c, end := GP64(), GP64()
	XORQ(c, c)
	v := YMM()
	Label(name + "dot16")
	LEAQ(Mem{Base: c, Disp: 64}, end)
	CMPQ(end, whole)
	JG(LabelRef(name + "dot8"))
	for k := range 2 {
		VMOVUPS(Mem{Base: p, Index: c, Scale: 1, Disp: 32 * k}, v)
		for r := range row {
			VFMADD231PS(Mem{Base: row[r], Index: c, Scale: 1, Disp: 32 * k}, v, sums[r][k])
		}
	}
	MOVQ(end, c)
	JMP(LabelRef(name + "dot16"))
	Label(name + "dot8")
	CMPQ(c, whole)
	JGE(LabelRef(name + "dottail"))
	VMOVUPS(Mem{Base: p, Index: c, Scale: 1}, v)
	for r := range row {
		VFMADD231PS(Mem{Base: row[r], Index: c, Scale: 1}, v, sums[r][0])
	}
	ADDQ(Imm(32), c)
	Label(name + "dottail")
	Load(Param("f"), end)
	ANDQ(Imm(7), end)
	JZ(LabelRef(name + "sum"))
	VMASKMOVPS(Mem{Base: p, Index: c, Scale: 1}, mask, v)
	for r := range row {
		m := YMM()
		VMASKMOVPS(Mem{Base: row[r], Index: c, Scale: 1}, mask, m)
		VFMADD231PS(m, v, sums[r][1])
	}
	Label(name + "sum")
	for r := range sums {
		VADDPS(sums[r][1], sums[r][0], sums[r][0])
	}
	for len(sums) < 4 {
		sums = append(sums, sums[0])
	}
	low, high := YMM(), YMM()
	VHADDPS(sums[1][0], sums[0][0], low)
	VHADDPS(sums[3][0], sums[2][0], high)
	VHADDPS(high, low, low)
	top := XMM()
	VEXTRACTF128(Imm(1), low, top)
	VADDPS(top, low.AsX(), low.AsX())
	return low.AsX().(VecVirtual)
}
