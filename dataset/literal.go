package dataset

import (
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"
)

// literal is a value as Python's repr or JSON writes it. Kaggle's sets hold
// lists of dictionaries in the cells of a CSV in either way.
type literal struct {
	kind literalKind
	text string    // of a string, and of a number as written
	list []literal // items of a list or tuple, values of a dictionary
	keys []string  // of a dictionary, in order
}

type literalKind uint8

const (
	noneLiteral literalKind = iota
	boolLiteral
	numberLiteral
	stringLiteral
	listLiteral
	dictLiteral
)

const (
	maxLiteralDepth = 32
	maxLiteralSize  = 8 << 20 // bytes of text
)

// literalError says where a literal can't be read on.
type literalError struct {
	at   int
	want string
}

func (e *literalError) Error() string {
	return fmt.Sprintf("want %s at character %d of the list", e.want, e.at+1)
}

// parseLiteral reads one Python or JSON literal: lists, tuples, dictionaries with
// string keys, strings in single or double quotes with escapes, numbers,
// None/null, True/true and False/false. Depth and size are bounded.
func parseLiteral(s string) (literal, error) {
	if len(s) > maxLiteralSize {
		return literal{}, &literalError{maxLiteralSize, "an end"}
	}
	p := literalParser{s: s}
	v, err := p.value(0)
	if err != nil {
		return literal{}, err
	}
	if p.space(); p.at < len(s) {
		return literal{}, p.want("the end")
	}
	return v, nil
}

type literalParser struct {
	s  string
	at int
}

func (p *literalParser) want(what string) error { return &literalError{p.at, what} }

func (p *literalParser) space() {
	for p.at < len(p.s) && (p.s[p.at] == ' ' || p.s[p.at] == '\n' || p.s[p.at] == '\t' || p.s[p.at] == '\r') {
		p.at++
	}
}

func (p *literalParser) next() byte {
	p.space()
	if p.at >= len(p.s) {
		return 0
	}
	return p.s[p.at]
}

func (p *literalParser) value(depth int) (literal, error) {
	if depth > maxLiteralDepth {
		return literal{}, p.want(fmt.Sprintf("at most %d lists inside each other", maxLiteralDepth))
	}
	switch c := p.next(); {
	case c == '[':
		return p.sequence(']', depth)
	case c == '(':
		return p.sequence(')', depth)
	case c == '{':
		return p.dictionary(depth)
	case c == '\'' || c == '"':
		s, err := p.text()
		return literal{kind: stringLiteral, text: s}, err
	case c == '-' || c == '+' || c == '.' || c >= '0' && c <= '9':
		return p.number()
	}
	for _, w := range []struct {
		word string
		kind literalKind
	}{{"None", noneLiteral}, {"null", noneLiteral}, {"nan", noneLiteral}, {"NaN", noneLiteral}, {"True", boolLiteral}, {"true", boolLiteral}, {"False", boolLiteral}, {"false", boolLiteral}} {
		if strings.HasPrefix(p.s[p.at:], w.word) {
			p.at += len(w.word)
			return literal{kind: w.kind, text: w.word}, nil
		}
	}
	return literal{}, p.want("a value")
}

func (p *literalParser) sequence(end byte, depth int) (literal, error) {
	v := literal{kind: listLiteral}
	p.at++
	for {
		if p.next() == end {
			p.at++
			return v, nil
		}
		item, err := p.value(depth + 1)
		if err != nil {
			return v, err
		}
		v.list = append(v.list, item)
		switch p.next() {
		case ',':
			p.at++
		case end:
		default:
			return v, p.want("a comma or the end of a list")
		}
	}
}

func (p *literalParser) dictionary(depth int) (literal, error) {
	v := literal{kind: dictLiteral}
	p.at++
	for {
		switch p.next() {
		case '}':
			p.at++
			return v, nil
		case '\'', '"':
		default:
			return v, p.want("a key in quotes")
		}
		key, err := p.text()
		if err != nil {
			return v, err
		}
		if p.next() != ':' {
			return v, p.want("a colon")
		}
		p.at++
		item, err := p.value(depth + 1)
		if err != nil {
			return v, err
		}
		v.keys, v.list = append(v.keys, key), append(v.list, item)
		switch p.next() {
		case ',':
			p.at++
		case '}':
		default:
			return v, p.want("a comma or the end of a dictionary")
		}
	}
}

func (p *literalParser) number() (literal, error) {
	start := p.at
	for p.at < len(p.s) && strings.IndexByte("+-.eE_0123456789", p.s[p.at]) >= 0 {
		p.at++
	}
	text := p.s[start:p.at]
	if _, err := strconv.ParseFloat(text, 64); err != nil {
		p.at = start
		return literal{}, p.want("a number")
	}
	return literal{kind: numberLiteral, text: text}, nil
}

// text reads a string. Without escapes it is a piece of the input.
func (p *literalParser) text() (string, error) {
	quote := p.s[p.at]
	start := p.at
	p.at++
	var b strings.Builder
	from := p.at
	for p.at < len(p.s) {
		switch c := p.s[p.at]; c {
		case quote:
			rest := p.s[from:p.at]
			p.at++
			if b.Len() == 0 {
				return rest, nil
			}
			b.WriteString(rest)
			return b.String(), nil
		case '\\':
			b.WriteString(p.s[from:p.at])
			if err := p.escape(&b); err != nil {
				return "", err
			}
			from = p.at
		default:
			p.at++
		}
	}
	p.at = start
	return "", p.want("a closing quote")
}

// escape reads one escape sequence of Python or JSON. Unknown ones keep their
// backslash, as in Python.
func (p *literalParser) escape(b *strings.Builder) error {
	if p.at+1 >= len(p.s) {
		return p.want("a character after the backslash")
	}
	c := p.s[p.at+1]
	p.at += 2
	switch c {
	case '\n':
	case '\\', '\'', '"', '/':
		b.WriteByte(c)
	case 'n':
		b.WriteByte('\n')
	case 't':
		b.WriteByte('\t')
	case 'r':
		b.WriteByte('\r')
	case 'a', 'b', 'f', 'v':
		b.WriteByte(' ')
	case 'x':
		return p.hex(b, 2)
	case 'u':
		return p.hex(b, 4)
	case 'U':
		return p.hex(b, 8)
	default:
		b.WriteByte('\\')
		b.WriteByte(c)
	}
	return nil
}

// hex reads the digits of \x, \u and \U. Halves of a surrogate pair, as JSON
// writes characters beyond 16 bits, are joined.
func (p *literalParser) hex(b *strings.Builder, size int) error {
	r, ok := p.hexDigits(size)
	if !ok {
		return p.want(fmt.Sprintf("%d hexadecimal digits", size))
	}
	if r >= 0xd800 && r < 0xdc00 && strings.HasPrefix(p.s[p.at:], `\u`) {
		back := p.at
		p.at += 2
		if low, ok := p.hexDigits(4); ok && low >= 0xdc00 && low < 0xe000 {
			r = 0x10000 + (r-0xd800)<<10 + (low - 0xdc00)
		} else {
			p.at = back
		}
	}
	if r > utf8.MaxRune {
		r = utf8.RuneError
	}
	b.WriteRune(rune(r))
	return nil
}

func (p *literalParser) hexDigits(size int) (uint64, bool) {
	if p.at+size > len(p.s) {
		return 0, false
	}
	r, err := strconv.ParseUint(p.s[p.at:p.at+size], 16, 32)
	if err != nil {
		return 0, false
	}
	p.at += size
	return r, true
}

// get returns a value of a dictionary.
func (v *literal) get(key string) (literal, bool) {
	for i, k := range v.keys {
		if k == key {
			return v.list[i], true
		}
	}
	return literal{}, false
}

// listCell reads a cell that holds a list: of dictionaries or strings, as Python
// or JSON writes them, or of texts between bars.
func listCell(cell string) ([]literal, error) {
	cell = strings.TrimSpace(cell)
	switch {
	case cell == "" || strings.EqualFold(cell, "nan") || cell == "None" || cell == "null":
		return nil, nil
	case cell[0] != '[':
		var list []literal
		for part := range strings.SplitSeq(cell, "|") {
			list = append(list, literal{kind: stringLiteral, text: part})
		}
		return list, nil
	}
	v, err := parseLiteral(cell)
	return v.list, err
}

// nameOf returns the name of an item of a list: the string itself, or the entry
// "name" of a dictionary. ok is false for anything else.
func nameOf(v literal) (string, bool) {
	switch v.kind {
	case stringLiteral:
		return v.text, true
	case dictLiteral:
		if name, ok := v.get("name"); ok {
			return name.text, name.kind == stringLiteral
		}
	case noneLiteral:
		return "", true
	}
	return "", false
}
