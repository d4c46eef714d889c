// Package config holds the one error type with which every package refuses a
// configuration, so that a program can read the field and the allowed range
// whichever package complained.
package config

import "fmt"

// Error says which field of a configuration is out of range, what it held and
// what is allowed. Packages export it under their own name (als.ConfigError).
type Error struct {
	Package string // package that checked the field, such as "als"
	Field   string // name of the field as written in Go, such as "Factors"
	Value   any    // what the field held
	Want    string // the allowed range in words, such as "1 to 512"
}

// Error implements error.
func (e *Error) Error() string {
	return fmt.Sprintf("%s: %s is %v, want %s", e.Package, e.Field, e.Value, e.Want)
}
