package imports

import (
	"errors"
	"fmt"
	"strings"
)

// Errors to branch on with errors.Is. They stand behind a *FileError.
var (
	// ErrUnknownFormat is returned for a file whose header is none of those known.
	ErrUnknownFormat = errors.New("the header is not one of an export of MovieLens, Letterboxd or IMDb")
	// ErrTooLarge is returned for more bytes, files or rows than Options allow.
	ErrTooLarge = errors.New("larger than allowed")
	// ErrEmpty is returned for files without any rows.
	ErrEmpty = errors.New("there are no rows")
)

// FileError says which file is refused as a whole, and why.
type FileError struct {
	File string // name as uploaded, or within the archive
	Line int    // from 1; 0 where the fault isn't that of a line
	Want string // what would have been accepted, may be empty
	Err  error
}

// Error names file, line and reason.
func (e *FileError) Error() string {
	var b strings.Builder
	b.WriteString("imports: ")
	b.WriteString(shorten(plain(e.File)))
	if e.Line > 0 {
		fmt.Fprintf(&b, ", line %d", e.Line)
	}
	fmt.Fprintf(&b, ": %v", e.Err)
	if e.Want != "" {
		fmt.Fprintf(&b, ", want %s", e.Want)
	}
	return b.String()
}

// Unwrap returns Err.
func (e *FileError) Unwrap() error { return e.Err }

// PeopleError is returned for the ratings of several people where
// Options.User doesn't say whose are wanted.
type PeopleError struct {
	Users []string // the first ids, in order of the file, at most ten
	Count int      // counted up to 10,000
}

// Error names the number of people and some of them.
func (e *PeopleError) Error() string {
	return fmt.Sprintf("imports: the file has the ratings of %d people (%s, ...); say whose to take", e.Count, strings.Join(e.Users, ", "))
}
