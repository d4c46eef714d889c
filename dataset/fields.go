package dataset

import "bytes"

// splitFields cuts a line at a separator. Fields may be quoted where the
// separator is one byte; ok is false where a quoted field doesn't end at a
// separator. Blanks around fields are cut off.
func splitFields(fields []span, line []byte, sep string) (_ []span, ok bool) {
	if len(sep) > 1 {
		for at := 0; ; {
			i := bytes.Index(line[at:], []byte(sep))
			if i < 0 {
				return append(fields, trimmed(line[at:], at)), true
			}
			fields = append(fields, trimmed(line[at:at+i], at))
			at += i + len(sep)
		}
	}
	for at := 0; ; {
		if at < len(line) && line[at] == '"' {
			field, next, ok := quoted(line, at, sep[0])
			if !ok {
				return fields, false
			}
			fields = append(fields, field)
			if next >= len(line) {
				return fields, true
			}
			at = next + 1
			continue
		}
		i := bytes.IndexByte(line[at:], sep[0])
		if i < 0 {
			return append(fields, trimmed(line[at:], at)), true
		}
		fields = append(fields, trimmed(line[at:at+i], at))
		at += i + 1
	}
}

// quoted reads the quoted field that starts at line[at] and returns the
// position of the separator after it, or len(line).
func quoted(line []byte, at int, sep byte) (span, int, bool) {
	s := span{column: at + 1}
	doubled := false
	for i := at + 1; i < len(line); i++ {
		if line[i] != '"' {
			continue
		}
		if i+1 < len(line) && line[i+1] == '"' {
			doubled = true
			i++
			continue
		}
		if i+1 < len(line) && line[i+1] != sep {
			return s, 0, false
		}
		s.text = line[at+1 : i]
		if doubled {
			s.text = bytes.ReplaceAll(s.text, []byte(`""`), []byte(`"`))
		}
		return s, i + 1, true
	}
	return s, 0, false
}

func trimmed(b []byte, at int) span {
	left := bytes.TrimLeft(b, " ")
	return span{text: bytes.TrimRight(left, " "), column: at + len(b) - len(left) + 1}
}

// splitSpaces cuts a line at runs of blanks and tabs.
func splitSpaces(fields []span, line []byte) []span {
	for at := 0; at < len(line); {
		if line[at] == ' ' || line[at] == '\t' {
			at++
			continue
		}
		end := at
		for end < len(line) && line[end] != ' ' && line[end] != '\t' {
			end++
		}
		fields = append(fields, span{text: line[at:end], column: at + 1})
		at = end
	}
	return fields
}

// recordEnd returns the position of the line break that ends the record which
// starts at b[at]. A quote counts only where a field starts with it. ok is
// false where a quoted field isn't closed in b.
func recordEnd(b []byte, at int, sep byte) (end int, ok bool) {
	start := true
	for at < len(b) {
		switch c := b[at]; {
		case c == '\n':
			return at, true
		case c == '"' && start:
			for {
				i := bytes.IndexByte(b[at+1:], '"')
				if i < 0 {
					return 0, false
				}
				if at += i + 1; at+1 >= len(b) || b[at+1] != '"' {
					break
				}
				at++
			}
			start = false
		default:
			start = c == sep
		}
		at++
	}
	return len(b), true
}
