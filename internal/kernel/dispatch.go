package kernel

//go:generate sh -c "cd _generate && go run . -out ../kernel_amd64.s -stubs ../kernel_amd64.go -pkg kernel"

// An implementation is one set of the loops. All of a set's members are chosen
// together, so that a result has the bits of one set.
type implementation struct {
	name     string
	dot      func(x, y []float32) float32
	axpy     func(a float32, x, y []float32)
	syrk     func(a, panel []float32, n, fp int)
	combine  func(y, panel, w []float32, fp int)
	cholesky func(a []float32, f, ld int) bool
}

var generic = implementation{"generic", dotGeneric, axpyGeneric, syrkGeneric, combineGeneric, choleskyGeneric}

// The set in use is chosen once, by what the processor can do.
var (
	using    = implementations()[0]
	dot      = using.dot
	axpy     = using.axpy
	syrk     = using.syrk
	combine  = using.combine
	cholesky = using.cholesky
)

// Name tells which implementation is in use: "avx2" or "generic".
func Name() string { return using.name }
