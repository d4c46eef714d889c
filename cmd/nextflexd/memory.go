package main

import (
	"os"
	"runtime"
	"runtime/debug"
)

// leastMemory is the soft bound of memory for a small data set, in bytes: what
// images and passwords leave behind is collected before the process grows past it.
const leastMemory = 72 << 20

// boundMemory sets the soft bound by what is in use once the films are loaded,
// thrice of it at least: a model that is trained anew takes the place of the
// old one beside it. Whoever sets GOMEMLIMIT decides instead.
func boundMemory() {
	if os.Getenv("GOMEMLIMIT") != "" {
		return
	}
	runtime.GC()
	var stats runtime.MemStats
	runtime.ReadMemStats(&stats)
	debug.SetMemoryLimit(max(leastMemory, 3*int64(stats.HeapAlloc)))
}
