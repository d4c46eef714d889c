package kernel

//go:generate sh -c "cd _generate && go run . -out ../kernel_amd64.s -stubs ../kernel_amd64.go -pkg kernel"
//go:generate sh -c "cd _generate && go run . -avx512 -out ../avx512_amd64.s -stubs ../avx512_amd64.go -pkg kernel"

// An implementation is one set of the loops. All of a set's members are chosen
// together, so that a result has the bits of one set.
type implementation struct {
	name         string
	dot          func(x, y []float32) float32
	gemv         func(y, a []float32, ld int, x []float32)
	axpy         func(a float32, x, y []float32)
	syrk         func(a []float32, ld int, panel []float32, n, fp, first, rows int)
	combine      func(y, panel, w []float32, fp int)
	combineTwo   func(y, z, panel, w, v []float32, fp int)
	prefetch     func(table []float32, f int, rows []int32)
	gather       func(panel, table []float32, f int, rows []int32)
	gatherScaled func(panel, table []float32, f, ld int, rows []int32, scale []float32)
	normalMul    func(z, y, table []float32, f int, rows []int32, p, w, t []float32, shift float32)
	transpose    func(to, panel, scale []float32, np, fp int)
	cholesky     func(a []float32, f, border, ld int) bool
	solveUpper   func(u []float32, f, ld int, b []float32)
	scoring      scoring
}

var generic = implementation{
	"generic", dotGeneric, gemvGeneric, axpyGeneric, syrkGeneric, combineGeneric, combineTwoGeneric,
	prefetchGeneric, gatherGeneric, gatherScaledGeneric, normalMulGeneric, transposeGeneric, choleskyGeneric, solveUpperGeneric,
	scoringGeneric,
}

// The set in use is chosen once, by what the processor can do.
var (
	using        = implementations()[0]
	dot          = using.dot
	gemv         = using.gemv
	axpy         = using.axpy
	syrk         = using.syrk
	combine      = using.combine
	combineTwo   = using.combineTwo
	prefetch     = using.prefetch
	gather       = using.gather
	gatherScaled = using.gatherScaled
	normalMul    = using.normalMul
	transpose    = using.transpose
	cholesky     = using.cholesky
	solveUpper   = using.solveUpper
	scorer       = using.scoring
)

// Name tells which implementation is in use: "avx512", "avx2" or "generic".
func Name() string { return using.name }
