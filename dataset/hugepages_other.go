//go:build !linux

package dataset

// hugePages does nothing where large pages aren't asked for slice by slice.
func hugePages[T any](s []T) {}
