package main

import (
	"math"

	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	. "github.com/mmcloughlin/avo/reg"
)

// choleskyBlockAVX2 holds the eight rows of a block in registers. A row is made
// whole by its pivot and taken from the rows below it by one multiplication each,
// in all lanes: what stands left of the diagonal is undefined anyway. A pivot that
// is no positive number leaves a reciprocal that is none, for the caller to find.
func choleskyBlockAVX2() {
	one := GLOBL("one", RODATA|NOPTR)
	DATA(0, U32(math.Float32bits(1)))
	spread := GLOBL("spread", RODATA|NOPTR)
	for lane := range 8 {
		for i := range 8 {
			DATA(4*(8*lane+i), U32(lane))
		}
	}
	text("choleskyBlockAVX2", "func(a *float32, ld int)")
	Doc("choleskyBlockAVX2 factors an 8x8 block in place, the reciprocals of the diagonal in its place.")
	a := Load(Param("a"), GP64()).(GPVirtual)
	ld := Load(Param("ld"), GP64()).(GPVirtual)
	SHLQ(Imm(2), ld)
	rows := make([]VecVirtual, 8)
	at := GP64()
	MOVQ(a, at)
	for r := range rows {
		rows[r] = YMM()
		VMOVUPS(Mem{Base: at}, rows[r])
		if r < 7 {
			ADDQ(ld, at)
		}
	}
	unit := XMM()
	VMOVSS(one, unit)
	lanes := GP64()
	LEAQ(spread, lanes)
	for r := range rows {
		root, index := YMM(), YMM()
		VMOVUPS(Mem{Base: lanes, Disp: 32 * r}, index)
		VPERMPS(rows[r], index, root)
		VSQRTSS(root.AsX(), root.AsX(), root.AsX())
		VDIVSS(root.AsX(), unit, root.AsX())
		VBROADCASTSS(root.AsX(), root)
		VMULPS(root, rows[r], rows[r])
		for below := r + 1; below < 8; below++ {
			factor := YMM()
			VMOVUPS(Mem{Base: lanes, Disp: 32 * below}, index)
			VPERMPS(rows[r], index, factor)
			VFNMADD231PS(factor, rows[r], rows[below])
		}
		VBLENDPS(Imm(1<<r), root, rows[r], rows[r])
		VMOVUPS(rows[r], Mem{Base: a})
		if r < 7 {
			ADDQ(ld, a)
		}
	}
	VZEROUPPER()
	RET()
}
