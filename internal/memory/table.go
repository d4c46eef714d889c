package memory

import "unsafe"

// hugeFrom is the size in bytes from which on huge pages are asked for: a table
// smaller than that fits what a processor's address translation remembers.
const hugeFrom = 8 << 20

// Table returns n zeros. Large tables are put on huge pages where the system has
// them, since a row read at random costs a walk through the page tables else: on
// Linux by madvise(2), before the memory is first touched.
func Table[T int32 | int64 | uint32 | float32](n int) []T {
	t := make([]T, n)
	if bytes := uintptr(n) * unsafe.Sizeof(*new(T)); bytes >= hugeFrom {
		advise(unsafe.Pointer(&t[0]), bytes)
	}
	return t
}
