package main

import (
	"slices"
	"strconv"
	"strings"
	"unicode"

	"github.com/rivo/uniseg"
)

// column is one column of a table.
type column struct {
	head  string
	right bool // numbers stand to the right
	cut   bool // may be shortened where the terminal is too narrow
}

// table is a list for people: aligned, wide characters counted as two, and cut
// to the width of the terminal. In a pipe nothing is cut.
type table struct {
	title   string // first line, empty for none
	caption string // second line, such as where the ratings come from; empty for none
	columns []column
	rows    [][]string
}

// row adds a row; cells beyond the columns are a programmer's fault.
func (t *table) row(cells ...string) {
	for i := range cells {
		cells[i] = printable(cells[i])
	}
	t.rows = append(t.rows, cells)
}

// print adds a table to the result of the session.
func (s *session) printTable(t *table) {
	if t.title != "" {
		s.print("%s", shortenTo(printable(t.title), s.width))
	}
	if t.caption != "" {
		s.print("%s", shortenTo(printable(t.caption), s.width))
	}
	if t.title != "" || t.caption != "" {
		s.print("")
	}
	t.dropEmpty()
	widths := t.widths(s.width)
	if t.hasHead() {
		heads := make([]string, len(t.columns))
		for i, c := range t.columns {
			heads[i] = c.head
		}
		s.print("%s", t.line(heads, widths))
	}
	for _, cells := range t.rows {
		s.print("%s", t.line(cells, widths))
	}
}

// dropEmpty leaves out the columns in which no row has anything, such as the
// genres of a set that knows none.
func (t *table) dropEmpty() {
	for i := len(t.columns) - 1; i >= 0; i-- {
		if slices.ContainsFunc(t.rows, func(cells []string) bool { return cells[i] != "" }) || len(t.rows) == 0 {
			continue
		}
		t.columns = slices.Delete(t.columns, i, i+1)
		for r := range t.rows {
			t.rows[r] = slices.Delete(t.rows[r], i, i+1)
		}
	}
}

func (t *table) hasHead() bool {
	for _, c := range t.columns {
		if c.head != "" {
			return true
		}
	}
	return false
}

// gap stands between columns.
const gap = "  "

// minCut is how narrow a column may become that is cut.
const minCut = 8

// widths returns the width of each column in cells of the terminal. Where the
// table is too wide the widest of the columns that may be cut gives way first.
func (t *table) widths(limit int) []int {
	widths := make([]int, len(t.columns))
	for i, c := range t.columns {
		widths[i] = uniseg.StringWidth(c.head)
	}
	for _, cells := range t.rows {
		for i, cell := range cells {
			widths[i] = max(widths[i], uniseg.StringWidth(cell))
		}
	}
	if limit <= 0 {
		return widths
	}
	total := len(gap) * (len(widths) - 1)
	for _, w := range widths {
		total += w
	}
	for total > limit {
		widest := -1
		for i, c := range t.columns {
			if c.cut && widths[i] > minCut && (widest < 0 || widths[i] > widths[widest]) {
				widest = i
			}
		}
		if widest < 0 {
			break
		}
		widths[widest]--
		total--
	}
	return widths
}

func (t *table) line(cells []string, widths []int) string {
	var b strings.Builder
	for i, cell := range cells {
		if i > 0 {
			b.WriteString(gap)
		}
		cell = shortenTo(cell, widths[i])
		pad := strings.Repeat(" ", max(0, widths[i]-uniseg.StringWidth(cell)))
		if t.columns[i].right {
			b.WriteString(pad + cell)
		} else {
			b.WriteString(cell + pad)
		}
	}
	return strings.TrimRight(b.String(), " ")
}

// shortenTo cuts a text to a width, with an ellipsis in its last cell. A width
// of 0 or less means no limit. Grapheme clusters stay whole.
func shortenTo(text string, width int) string {
	if width <= 0 || uniseg.StringWidth(text) <= width {
		return text
	}
	var b strings.Builder
	used := 0
	for clusters := uniseg.NewGraphemes(text); clusters.Next(); {
		w := clusters.Width()
		if used+w > width-1 {
			break
		}
		used += w
		b.WriteString(clusters.Str())
	}
	return strings.TrimRight(b.String(), " ") + "…"
}

// wrapped breaks a text into lines of a width, between words where that can be;
// 0 or less means one line.
func wrapped(text string, width int) []string {
	if width <= 0 {
		return []string{text}
	}
	var lines []string
	for _, word := range strings.Fields(text) {
		last := len(lines) - 1
		if last >= 0 && uniseg.StringWidth(lines[last])+1+uniseg.StringWidth(word) <= width {
			lines[last] += " " + word
		} else {
			lines = append(lines, word)
		}
	}
	return lines
}

// printable replaces control characters: a title comes from a file, and one
// with an escape sequence in it must not drive the terminal.
func printable(text string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\n' || r == '\t':
			return ' '
		case unicode.IsControl(r), unicode.Is(unicode.Bidi_Control, r), r == '\uFEFF':
			return -1
		}
		return r
	}, strings.ToValidUTF8(text, "�"))
}

// thousands writes 26024289 as 26,024,289.
func thousands[T int | int32 | int64](n T) string {
	digits := strconv.FormatInt(int64(n), 10)
	sign := ""
	if digits[0] == '-' {
		sign, digits = "-", digits[1:]
	}
	var b strings.Builder
	for i, d := range digits {
		if i > 0 && (len(digits)-i)%3 == 0 {
			b.WriteByte(',')
		}
		b.WriteRune(d)
	}
	return sign + b.String()
}

// decimal writes a number with a fixed number of digits after the point.
func decimal(x float64, digits int) string { return strconv.FormatFloat(x, 'f', digits, 64) }

// yearText writes a year, and nothing for an unknown one.
func yearText(year int) string {
	if year == 0 {
		return ""
	}
	return strconv.Itoa(year)
}
