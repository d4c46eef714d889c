package kernel

// The implementations in use.
var (
	dot      = dotGeneric
	axpy     = axpyGeneric
	syrk     = syrkGeneric
	combine  = combineGeneric
	cholesky = choleskyGeneric
	solve    = solveGeneric
)
