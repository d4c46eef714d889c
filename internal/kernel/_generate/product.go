package main

import (
	"fmt"

	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	. "github.com/mmcloughlin/avo/reg"
)

func scoringAVX2() {
	for rows := range 6 {
		mulPacked(rows+1, true)
		mulPacked(rows+1, false)
	}
	selectNumbers("selectAVX2", " writes the positions of x ≥ threshold and returns their number; n a multiple of 32 above 0.", false)
	selectNumbers("selectEachAVX2", " is selectAVX2 for x ≥ thresholds or x ≥ threshold.", true)
	scatterAVX2()
}

// scatterAVX2 takes eight places at a time, one number after the other: there is
// no faster way to write them. The processor overlaps those that meet other places.
func scatterAVX2() {
	TEXT("scatterAVX2", NOSPLIT, "func(sum *float32, at *uint16, values *float32, n int, x float32)")
	Pragma("noescape")
	Doc("scatterAVX2 adds x·values[i] to sum[at[i]%4096] for i < n.")
	sum := Load(Param("sum"), GP64()).(GPVirtual)
	at := Load(Param("at"), GP64()).(GPVirtual)
	values := Load(Param("values"), GP64()).(GPVirtual)
	n := Load(Param("n"), GP64()).(GPVirtual)
	x := XMM()
	VMOVSS(NewParamAddr("x", 32), x)
	step := func(count int) {
		places, products := make([]GPVirtual, count), make([]VecVirtual, count)
		for i := range count {
			places[i], products[i] = GP32(), XMM()
			MOVWLZX(Mem{Base: at, Disp: 2 * i}, places[i])
			ANDL(U32(4095), places[i])
			VMULSS(Mem{Base: values, Disp: 4 * i}, x, products[i])
		}
		for i := range count {
			m := Mem{Base: sum, Index: places[i].As64(), Scale: 4}
			VADDSS(m, products[i], products[i])
			VMOVSS(products[i], m)
		}
		ADDQ(Imm(uint64(2*count)), at)
		ADDQ(Imm(uint64(4*count)), values)
	}
	Label("scatter8")
	SUBQ(Imm(8), n)
	JL(LabelRef("scatterrest"))
	step(8)
	JMP(LabelRef("scatter8"))
	Label("scatterrest")
	ADDQ(Imm(8), n)
	JZ(LabelRef("scatterend"))
	Label("scatter1")
	step(1)
	DECQ(n)
	JNZ(LabelRef("scatter1"))
	Label("scatterend")
	RET()
}

// mulPacked multiplies up to six rows by blocks of sixteen packed ones. Six by
// sixteen are twelve accumulators, which hide the latency of two FMA units and
// leave registers for the operands. Fewer rows take more blocks at a time for
// the same reason; the order of addition is that of the columns in any case.
func mulPacked(rows int, fused bool) {
	widths := []int{1}
	if wide := map[int]int{1: 4, 2: 2, 3: 2}[rows]; wide > 0 && fused {
		widths = []int{wide, 1}
	}
	packedFrame("AVX2", rows, fused, widths, product)
}

// packedFrame goes through the blocks, as many at a time as the widths say, and
// leaves the arithmetic to the instruction set's own product.
func packedFrame(set string, rows int, fused bool, widths []int,
	product func(rows, width int, out, ld, a, stride, f, packed, size GPVirtual, fused bool)) {
	name, rounds := fmt.Sprintf("mulPacked%d%s", rows, set), ""
	if !fused {
		name, rounds = fmt.Sprintf("mulPackedUnfused%d%s", rows, set), ", each product rounded before it is added"
	}
	text(name, "func(out *float32, ld int, a *float32, f int, packed *float32, blocks int)")
	Doc(fmt.Sprintf("%s sets out[i·ld+j] to the product of row i of a, of %d, and packed row j%s; f and blocks ≥ 1.", name, rows, rounds))
	out := Load(Param("out"), GP64()).(GPVirtual)
	ld := Load(Param("ld"), GP64()).(GPVirtual)
	a := Load(Param("a"), GP64()).(GPVirtual)
	f := Load(Param("f"), GP64()).(GPVirtual)
	packed := Load(Param("packed"), GP64()).(GPVirtual)
	blocks := Load(Param("blocks"), GP64()).(GPVirtual)
	SHLQ(Imm(2), ld)
	stride, size := GP64(), GP64()
	MOVQ(f, stride)
	SHLQ(Imm(2), stride) // bytes of a row of a
	MOVQ(f, size)
	SHLQ(Imm(6), size) // bytes of a block
	for _, width := range widths {
		start, end := label(name+"blocks"), label(name+"end")
		Label(start)
		CMPQ(blocks, Imm(uint64(width)))
		JL(LabelRef(end))
		product(rows, width, out, ld, a, stride, f, packed, size, fused)
		ADDQ(U32(64*width), out)
		for range width {
			ADDQ(size, packed)
		}
		SUBQ(Imm(uint64(width)), blocks)
		JMP(LabelRef(start))
		Label(end)
	}
	VZEROUPPER()
	RET()
}

// product computes one tile of rows x 16·width.
func product(rows, width int, out0, ld, a0, stride, f, packed0, size GPVirtual, fused bool) {
	sums := make([][]VecVirtual, rows)
	for r := range sums {
		for range 2 * width {
			sum := YMM()
			VXORPS(sum, sum, sum)
			sums[r] = append(sums[r], sum)
		}
	}
	upper, lower, c := GP64(), GP64(), GP64()
	MOVQ(a0, upper)
	if rows > 3 {
		LEAQ(Mem{Base: upper, Index: stride, Scale: 2}, lower)
		ADDQ(stride, lower)
	}
	p := make([]GPVirtual, width)
	for b := range p {
		p[b] = GP64()
		if b == 0 {
			MOVQ(packed0, p[b])
		} else {
			LEAQ(Mem{Base: p[b-1], Index: size, Scale: 1}, p[b])
		}
	}
	step := func(columns int) {
		for k := range columns {
			operand := func(r int) VecVirtual {
				m := Mem{Base: upper, Disp: 4 * k}
				if r >= 3 {
					m.Base = lower
				}
				if r%3 > 0 {
					m.Index, m.Scale = stride, uint8(r%3)
				}
				spread := YMM()
				VBROADCASTSS(m, spread)
				return spread
			}
			column := func(i int) VecVirtual {
				v := YMM()
				VMOVUPS(Mem{Base: p[i/2], Disp: 64*k + 32*(i%2)}, v)
				return v
			}
			if width == 1 { // two columns in registers, one row after the other
				left, right := column(0), column(1)
				for r := range sums {
					spread := operand(r)
					if fused {
						VFMADD231PS(left, spread, sums[r][0])
						VFMADD231PS(right, spread, sums[r][1])
						continue
					}
					product := YMM()
					VMULPS(left, spread, product)
					VADDPS(product, sums[r][0], sums[r][0])
					VMULPS(right, spread, spread)
					VADDPS(spread, sums[r][1], sums[r][1])
				}
				continue
			}
			spread := make([]VecVirtual, rows)
			for r := range spread {
				spread[r] = operand(r)
			}
			for i := range 2 * width {
				v := column(i)
				for r := range sums {
					VFMADD231PS(v, spread[r], sums[r][i])
				}
			}
		}
		ADDQ(Imm(uint64(4*columns)), upper)
		if rows > 3 {
			ADDQ(Imm(uint64(4*columns)), lower)
		}
		for b := range p {
			ADDQ(U32(64*columns), p[b])
		}
		SUBQ(Imm(uint64(columns)), c)
	}
	four, rest, one, store := label("columns"), label("rest"), label("column"), label("store")
	MOVQ(f, c)
	Label(four)
	CMPQ(c, Imm(4))
	JL(LabelRef(rest))
	step(4)
	JMP(LabelRef(four))
	Label(rest)
	TESTQ(c, c)
	JZ(LabelRef(store))
	Label(one)
	step(1)
	JNZ(LabelRef(one))
	Label(store)
	out := GP64()
	MOVQ(out0, out)
	for r := range sums {
		for i, sum := range sums[r] {
			VMOVUPS(sum, Mem{Base: out, Disp: 32 * i})
		}
		if r+1 < rows {
			ADDQ(ld, out)
		}
	}
}

// selectNumbers looks at 32 numbers at a time and leaves them at one branch where
// none qualifies. The comparison is ordered, so that NaN never does.
func selectNumbers(name, doc string, each bool) {
	signature := "func(dst *int32, x *float32, n int, threshold float32) int"
	if each {
		signature = "func(dst *int32, x *float32, thresholds *float32, n int, threshold float32) int"
	}
	TEXT(name, NOSPLIT, signature)
	Pragma("noescape")
	Doc(name + doc)
	dst := Load(Param("dst"), GP64()).(GPVirtual)
	x := Load(Param("x"), GP64()).(GPVirtual)
	var thresholds GPVirtual
	if each {
		thresholds = Load(Param("thresholds"), GP64()).(GPVirtual)
	}
	n := Load(Param("n"), GP64()).(GPVirtual)
	common := YMM()
	VBROADCASTSS(NewParamAddr("threshold", map[bool]int{false: 24, true: 32}[each]), common)
	start, i := GP64(), GP64()
	MOVQ(dst, start)
	XORQ(i, i)
	Label(name + "32")
	masks := []VecVirtual{YMM(), YMM(), YMM(), YMM()}
	for j, m := range masks {
		least := common
		if each {
			least = YMM()
			VMINPS(Mem{Base: thresholds, Index: i, Scale: 4, Disp: 32 * j}, common, least)
		}
		VMOVUPS(Mem{Base: x, Index: i, Scale: 4, Disp: 32 * j}, m)
		VCMPPS(Imm(0x1d), least, m, m) // greater or equal, ordered, quiet
	}
	low, high := YMM(), YMM()
	VORPS(masks[0], masks[1], low)
	VORPS(masks[2], masks[3], high)
	VORPS(low, high, low)
	VTESTPS(low, low)
	JZ(LabelRef(name + "none"))
	found, bits := GP32(), GP32()
	VMOVMSKPS(masks[3], found)
	for _, m := range []VecVirtual{masks[2], masks[1], masks[0]} {
		SHLL(Imm(8), found)
		VMOVMSKPS(m, bits)
		ORL(bits, found)
	}
	Label(name + "one")
	at, less := GP32(), GP32()
	TZCNTL(found, at)
	ADDL(i.As32(), at)
	MOVL(at, Mem{Base: dst})
	ADDQ(Imm(4), dst)
	LEAL(Mem{Base: found, Disp: -1}, less)
	ANDL(less, found)
	JNZ(LabelRef(name + "one"))
	Label(name + "none")
	ADDQ(Imm(32), i)
	CMPQ(i, n)
	JL(LabelRef(name + "32"))
	SUBQ(start, dst)
	SHRQ(Imm(2), dst)
	Store(dst, ReturnIndex(0))
	VZEROUPPER()
	RET()
}
