package dataset

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"
)

// ID is the outer id of a user or an item as the data has it: an integer
// (MovieLens) or a non-empty string. IDs are comparable and may be map keys.
// The zero ID is the integer 0.
type ID struct {
	num int64
	str string // empty for an integer id
}

// Int returns the ID of an integer.
func Int(n int64) ID { return ID{num: n} }

// Str returns the ID of a string. An empty string gives the zero ID, which is
// the integer 0: readers refuse empty ids before they get here.
func Str(s string) ID { return ID{str: s} }

// ParseID returns an integer ID where s is a decimal integer in canonical form
// ("42", "-7", not "042"), and a string ID otherwise, so that
// ParseID(id.String()) == id for every id that a reader makes.
func ParseID(s string) ID {
	if s == "" || s[0] != '-' && (s[0] < '0' || s[0] > '9') {
		return Str(s) // most strings, without the cost of an error
	}
	n, err := strconv.ParseInt(s, 10, 64)
	if err == nil && strconv.FormatInt(n, 10) == s {
		return Int(n)
	}
	return Str(s)
}

// IsInt tells whether the id is an integer.
func (id ID) IsInt() bool { return id.str == "" }

// Int64 returns the integer, and false for a string id.
func (id ID) Int64() (int64, bool) { return id.num, id.str == "" }

// String returns the id as text, an integer in decimal.
func (id ID) String() string {
	if id.str != "" {
		return id.str
	}
	return strconv.FormatInt(id.num, 10)
}

// Compare orders integers before strings, integers by value and strings by
// bytes. It returns -1, 0 or +1.
func (id ID) Compare(other ID) int {
	switch {
	case id.IsInt() && other.IsInt():
		switch {
		case id.num < other.num:
			return -1
		case id.num > other.num:
			return 1
		}
		return 0
	case id.IsInt():
		return -1
	case other.IsInt():
		return 1
	}
	return strings.Compare(id.str, other.str)
}

// MarshalJSON writes an integer id as a number and a string id as a string.
func (id ID) MarshalJSON() ([]byte, error) {
	if id.IsInt() {
		return strconv.AppendInt(nil, id.num, 10), nil
	}
	return json.Marshal(id.str)
}

// UnmarshalJSON reads a JSON integer, or a JSON string as ParseID does: "7" is
// the integer 7, since that is how keys of objects write it.
func (id *ID) UnmarshalJSON(data []byte) error {
	data = bytes.TrimSpace(data)
	if len(data) > 0 && data[0] == '"' {
		var s string
		if err := json.Unmarshal(data, &s); err != nil {
			return fmt.Errorf("dataset: id: %w", err)
		}
		if s == "" {
			return errors.New("dataset: id is empty, want an integer or a non-empty string")
		}
		*id = ParseID(s)
		return nil
	}
	n, err := strconv.ParseInt(string(data), 10, 64)
	if err != nil {
		return fmt.Errorf("dataset: id %.40q is neither an integer nor a string", data)
	}
	*id = Int(n)
	return nil
}

// MarshalText returns String, so that ids can be map keys in JSON.
func (id ID) MarshalText() ([]byte, error) { return []byte(id.String()), nil }

// UnmarshalText is ParseID.
func (id *ID) UnmarshalText(text []byte) error {
	if len(text) == 0 {
		return errors.New("dataset: id is empty, want an integer or a non-empty string")
	}
	*id = ParseID(string(text))
	return nil
}
