package kernel

import "fmt"

// BlockRows is the number of rows in a block of Pack.
const BlockRows = 16

// PackedLen returns how many floats Pack needs for rows x f: the rows are filled
// up to whole blocks.
func PackedLen(rows, f int) int { return Blocks(rows) * BlockRows * f }

// Blocks returns the number of blocks that rows take.
func Blocks(rows int) int { return (rows + BlockRows - 1) / BlockRows }

// Pack rearranges the rows of a row-major table with f columns for MulPacked:
// block b holds, for each column, the values of rows 16·b to 16·b+15 in
// succession,
//
//	dst[(b·f + c)·16 + j] = table[(16·b + j)·f + c]
//
// with zeros for the rows that the last block lacks. It panics if dst is shorter
// than PackedLen(rows, f) or the table shorter than rows·f.
func Pack(dst, table []float32, rows, f int) {
	if rows < 0 || f < 0 || len(dst) < PackedLen(rows, f) || len(table) < rows*f {
		panic(fmt.Sprintf("kernel: Pack of %d rows x %d in %d floats into %d floats", rows, f, len(table), len(dst)))
	}
	for b := range Blocks(rows) {
		block := dst[b*f*BlockRows : (b+1)*f*BlockRows]
		here := min(BlockRows, rows-b*BlockRows)
		if here < BlockRows {
			clear(block)
		}
		for j := range here {
			row := table[(b*BlockRows+j)*f:][:f]
			for c, v := range row {
				block[c*BlockRows+j] = v
			}
		}
	}
}

// MulPacked multiplies the m rows of a, row-major with f columns, by all rows of
// Pack's blocks:
//
//	out[i·ld + j] = Σ over c < f of a[i·f + c]·(packed row j)[c],  j < 16·blocks
//
// It adds in order of columns, so that a product has the same bits whatever m
// and wherever its rows stand. It is fastest where m is a multiple of 6. Between
// the rows of out, from 16·blocks to ld, nothing is written. It panics on short
// slices and if ld is below 16·blocks.
func MulPacked(out []float32, ld int, a []float32, m, f int, packed []float32, blocks int) {
	multiply(scorer.mulPacked, out, ld, a, m, f, packed, blocks)
}

// MulPackedUnfused is MulPacked with each product rounded to float32 before it is
// added. It may take twice as long, and gives the bits of the plain loop whatever
// the processor.
func MulPackedUnfused(out []float32, ld int, a []float32, m, f int, packed []float32, blocks int) {
	multiply(scorer.mulPackedUnfused, out, ld, a, m, f, packed, blocks)
}

func multiply(with productLoop, out []float32, ld int, a []float32, m, f int, packed []float32, blocks int) {
	if m < 0 || f < 0 || blocks < 0 || ld < blocks*BlockRows || len(a) < m*f || len(packed) < blocks*BlockRows*f ||
		m > 0 && len(out) < (m-1)*ld+blocks*BlockRows {
		panic(fmt.Sprintf("kernel: MulPacked of %d rows x %d in %d floats by %d blocks in %d floats into %d floats, %d a row",
			m, f, len(a), blocks, len(packed), len(out), ld))
	}
	if m == 0 || blocks == 0 {
		return
	}
	if f == 0 {
		for i := range m {
			clear(out[i*ld : i*ld+blocks*BlockRows])
		}
		return
	}
	with(out, ld, a, m, f, packed, blocks)
}

// scoring is the part of an implementation that scores in batches.
type scoring struct {
	mulPacked        productLoop
	mulPackedUnfused productLoop
	selectAtLeast    func(dst []int32, x []float32, threshold float32) []int32
	selectEach       func(dst []int32, x, thresholds []float32, common float32) []int32
	scatter          func(sum *[ScatterSpan]float32, at []uint16, values []float32, x float32)
}

var scoringGeneric = scoring{mulPackedGeneric, mulPackedGeneric, selectGeneric, selectEachGeneric, scatterGeneric}

// productLoop is the loop of MulPacked, on checked arguments above 0.
type productLoop func(out []float32, ld int, a []float32, m, f int, packed []float32, blocks int)

func mulPackedGeneric(out []float32, ld int, a []float32, m, f int, packed []float32, blocks int) {
	for b := range blocks {
		block := packed[b*f*BlockRows : (b+1)*f*BlockRows]
		for i := range m {
			row := a[i*f : (i+1)*f]
			for j := 0; j < BlockRows; j += 4 {
				var s0, s1, s2, s3 float32
				for c, v := range row {
					p := block[c*BlockRows+j:][:4]
					s0 += float32(v * p[0])
					s1 += float32(v * p[1])
					s2 += float32(v * p[2])
					s3 += float32(v * p[3])
				}
				o := out[i*ld+b*BlockRows+j:][:4]
				o[0], o[1], o[2], o[3] = s0, s1, s2, s3
			}
		}
	}
}
