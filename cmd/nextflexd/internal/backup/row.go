package backup

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"strconv"
	"unicode/utf8"

	"github.com/nextflex/nextflex/cmd/nextflexd/internal/store"
)

// odd is a text that isn't UTF-8, which JSON can't hold.
type odd struct {
	Bytes *string `json:"bytes"`
}

// appendRow adds a row as a line of JSON.
func appendRow(line []byte, row []any) ([]byte, error) {
	line = append(line, '[')
	for i, value := range row {
		if i > 0 {
			line = append(line, ',')
		}
		switch v := value.(type) {
		case nil:
			line = append(line, "null"...)
		case int64:
			line = strconv.AppendInt(line, v, 10)
		case float64: // the shortest that reads as the same number
			if math.IsNaN(v) || math.IsInf(v, 0) {
				return nil, errors.New("a number is not finite")
			}
			line = strconv.AppendFloat(line, v, 'g', -1, 64)
		case []byte:
			line = append(line, '"')
			line = base64.StdEncoding.AppendEncode(line, v)
			line = append(line, '"')
		case string:
			var text []byte
			var err error
			if utf8.ValidString(v) {
				text, err = json.Marshal(v)
			} else {
				packed := base64.StdEncoding.EncodeToString([]byte(v))
				text, err = json.Marshal(odd{&packed})
			}
			if err != nil {
				return nil, err
			}
			line = append(line, text...)
		default:
			return nil, fmt.Errorf("a value is a %T", value)
		}
	}
	return append(line, "]\n"...), nil
}

// parseRow reads a line. What is of the wrong kind for its column is an error.
func parseRow(line []byte, columns []store.DumpColumn) ([]any, error) {
	var values []json.RawMessage
	if err := json.Unmarshal(line, &values); err != nil {
		return nil, errors.New("it is no array of JSON")
	}
	if len(values) != len(columns) {
		return nil, fmt.Errorf("it has %d values, want %d", len(values), len(columns))
	}
	row := make([]any, len(values))
	for i, c := range columns {
		value, err := parseValue(values[i], c.Kind)
		if err == nil {
			err = c.Check(value)
		}
		if err != nil {
			return nil, fmt.Errorf("value of %q: %w", c.Name, err)
		}
		row[i] = value
	}
	return row, nil
}

var errKind = errors.New("it is of another kind")

func parseValue(text json.RawMessage, kind store.DumpKind) (any, error) {
	if bytes.Equal(text, []byte("null")) {
		return nil, nil
	}
	switch kind {
	case store.DumpedInteger:
		n, err := strconv.ParseInt(string(text), 10, 64)
		if err != nil {
			return nil, errKind
		}
		return n, nil
	case store.DumpedReal:
		var x float64
		if json.Unmarshal(text, &x) != nil {
			return nil, errKind
		}
		return x, nil
	case store.DumpedText:
		var s string
		if json.Unmarshal(text, &s) == nil {
			return s, nil
		}
		var o odd
		if json.Unmarshal(text, &o) != nil || o.Bytes == nil {
			return nil, errKind
		}
		b, err := base64.StdEncoding.DecodeString(*o.Bytes)
		if err != nil {
			return nil, errKind
		}
		return string(b), nil
	case store.DumpedBytes:
		var s string
		if json.Unmarshal(text, &s) != nil {
			return nil, errKind
		}
		b, err := base64.StdEncoding.DecodeString(s)
		if err != nil {
			return nil, errKind
		}
		return b, nil
	}
	return nil, errKind
}
