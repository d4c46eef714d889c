package dataset

import (
	"syscall"
	"unsafe"
)

// hugePages asks the system to back a large new slice by pages of 2 MiB instead
// of 4 KiB: a hundred thousand faults fewer for 26 million ratings, and fewer
// misses in the table of pages where entries are placed at random. A refusal
// changes nothing.
func hugePages[T any](s []T) {
	const page = 2 << 20
	size := cap(s) * int(unsafe.Sizeof(*new(T)))
	if size < 4*page {
		return
	}
	bytes := unsafe.Slice((*byte)(unsafe.Pointer(unsafe.SliceData(s))), size)
	skip := int(-uintptr(unsafe.Pointer(&bytes[0])) & (page - 1))
	_ = syscall.Madvise(bytes[skip:size-(size-skip)%page], syscall.MADV_HUGEPAGE)
}
