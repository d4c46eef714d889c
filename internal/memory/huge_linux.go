package memory

import (
	"syscall"
	"unsafe"
)

// advise asks for huge pages for the whole pages of a range. That is a wish: where
// the system doesn't grant it, nothing is lost but speed.
func advise(p unsafe.Pointer, bytes uintptr) {
	const page = 4096
	skip := -uintptr(p) % page
	if bytes < skip+page {
		return
	}
	inner := unsafe.Slice((*byte)(unsafe.Add(p, skip)), (bytes-skip)/page*page)
	_ = syscall.Madvise(inner, syscall.MADV_HUGEPAGE)
}
