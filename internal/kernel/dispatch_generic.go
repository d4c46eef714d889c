//go:build !amd64 || noasm || purego

package kernel

// implementations lists the plain Go loops alone.
func implementations() []implementation { return []implementation{generic} }
