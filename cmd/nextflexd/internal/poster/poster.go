// Package poster draws a poster for a film that has none: an SVG of its title,
// year and genre, with a motif and colours that belong to the genre. The same
// film always gets the same poster, and two films of a genre differ by what
// their titles make of angles, places and shades.
//
// The drawing uses no fonts, pictures or scripts of others, so that it can be
// served under any policy, and has no more than [MaxBytes].
package poster

import (
	"encoding/xml"
	"fmt"
	"hash/fnv"
	"math"
	"math/rand/v2"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/rivo/uniseg"
)

// The size of a poster: two to three, as those of cinemas.
const (
	Width  = 600
	Height = 900
)

// MaxBytes bounds a poster.
const MaxBytes = 24 << 10

// ContentType is the media type of a poster.
const ContentType = "image/svg+xml"

// Film is what a poster shows.
type Film struct {
	Title  string
	Year   int      // 0: not shown
	Genres []string // the first that is known chooses motif and colours
}

// SVG draws the poster of a film. It never fails: what can't be shown of a
// title is left out, and a film without a title gets "Untitled".
func SVG(film Film) []byte {
	title := shown(film.Title, maxTitle)
	if title == "" {
		title = "Untitled"
	}
	genre, style := styleOf(film.Genres)
	seed := fnv.New64a()
	fmt.Fprintf(seed, "%s\x00%d\x00%s", title, film.Year, genre)
	d := &drawing{random: rand.New(rand.NewPCG(seed.Sum64(), 1)), palette: style.palettes[seed.Sum64()%uint64(len(style.palettes))]}
	label := title
	if film.Year > 0 {
		label = fmt.Sprintf("%s (%d)", title, film.Year)
	}
	d.put(`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" width="%d" height="%d" role="img" aria-label="%s">`, Width, Height, Width, Height, escape("Poster of "+label))
	d.put(`<title>%s</title>`, escape(label))
	d.put(`<defs><linearGradient id="sky" x1="0" y1="0" x2="0.25" y2="1"><stop offset="0" stop-color="%s"/><stop offset="1" stop-color="%s"/></linearGradient>`, d.palette.high, d.palette.low)
	d.put(`<linearGradient id="veil" x1="0" y1="0" x2="0" y2="1"><stop offset="0" stop-color="%s" stop-opacity="0"/><stop offset="0.42" stop-color="%s" stop-opacity="0.82"/><stop offset="1" stop-color="%s" stop-opacity="0.97"/></linearGradient>`, d.palette.ink, d.palette.ink, d.palette.ink)
	d.put(`<clipPath id="frame"><rect width="%d" height="%d"/></clipPath></defs>`, Width, Height)
	d.put(`<g clip-path="url(#frame)"><rect width="%d" height="%d" fill="url(#sky)"/>`, Width, Height)
	style.motif(d)
	d.caption(title, genre, film.Year)
	d.put(`</g></svg>`)
	return []byte(d.out.String())
}

// drawing is a poster being drawn.
type drawing struct {
	out     strings.Builder
	random  *rand.Rand
	palette palette
}

func (d *drawing) put(format string, args ...any) { fmt.Fprintf(&d.out, format, args...) }

// between returns a number from low to high that belongs to the film.
func (d *drawing) between(low, high float64) float64 { return low + d.random.Float64()*(high-low) }

// maxTitle bounds what is shown of a title, in letters as people count them.
const maxTitle = 90

// shown cleans a title: letters that XML or a line of text can't hold are left
// out, spaces are joined, and what is too long ends in an ellipsis.
func shown(s string, most int) string {
	if len(s) > 4096 {
		s = s[:4096]
	}
	s = strings.Map(func(r rune) rune {
		switch {
		case unicode.IsSpace(r):
			return ' '
		case r == utf8.RuneError || unicode.IsControl(r) || r >= 0xFFFE && r <= 0xFFFF || r >= 0xFDD0 && r <= 0xFDEF:
			return -1
		case unicode.Is(unicode.Bidi_Control, r): // would turn what follows it
			return -1
		}
		return r
	}, s)
	s = strings.Join(strings.Fields(s), " ")
	rest, letters := s, 0
	for state := -1; rest != ""; letters++ {
		cluster, after, _, next := uniseg.FirstGraphemeClusterInString(rest, state)
		if letters == most || len(s)-len(rest) > 6*most { // many marks on one letter
			return strings.TrimSpace(s[:len(s)-len(rest)]) + "\u2026"
		}
		if len(cluster) > 64 {
			return strings.TrimSpace(s[:len(s)-len(rest)]) + "\u2026"
		}
		rest, state = after, next
	}
	return s
}

func escape(s string) string {
	var out strings.Builder
	_ = xml.EscapeText(&out, []byte(s)) // a Builder doesn't fail
	return out.String()
}

// caption writes the title, the genre and the year on a veil below.
func (d *drawing) caption(title, genre string, year int) {
	size, lines := typeset(title)
	leading := size * 1.14
	top := Height - 92 - leading*float64(len(lines)-1)
	veil := top - size - 190
	d.put(`<rect y="%.0f" width="%d" height="%.0f" fill="url(#veil)"/>`, veil, Width, Height-veil)
	d.put(`<g font-family="Avenir Next,Helvetica Neue,Segoe UI,Noto Sans,Arial,sans-serif" fill="#fff">`)
	d.put(`<rect x="48" y="%.0f" width="56" height="5" fill="%s"/>`, top-size-22, d.palette.accent)
	for i, line := range lines {
		squeeze := ""
		if width := lineWidth(line) * size; width > room {
			squeeze = fmt.Sprintf(` textLength="%d" lengthAdjust="spacingAndGlyphs"`, room)
		}
		d.put(`<text x="48" y="%.0f" font-size="%.0f" font-weight="700"%s>%s</text>`, top+float64(i)*leading, size, squeeze, escape(line))
	}
	foot := strings.ToUpper(genre)
	if year > 0 && foot != "" {
		foot = fmt.Sprintf("%s  \u00b7  %d", foot, year)
	} else if year > 0 {
		foot = fmt.Sprint(year)
	}
	if foot != "" {
		d.put(`<text x="48" y="%d" font-size="23" font-weight="600" letter-spacing="3" fill="%s">%s</text>`, Height-44, d.palette.accent, escape(foot))
	}
	d.put(`</g>`)
}

// room is the width that a line of the title may take.
const room = Width - 2*48

// typeset chooses the largest size of letters at which the title has few lines,
// and breaks it there, between words as long as they fit at any size.
func typeset(title string) (size float64, lines []string) {
	for _, try := range []struct {
		size  float64
		lines int
	}{{84, 2}, {72, 3}, {60, 3}, {50, 4}, {42, 5}, {36, 6}} {
		lines = broken(title, room/try.size, false)
		if len(lines) <= try.lines && widest(lines)*try.size <= room {
			return try.size, lines
		}
		size = try.size
	}
	lines = broken(title, room/size, true)
	if len(lines) > 6 {
		lines = lines[:6]
		lines[5] += "\u2026"
	}
	return size, lines
}

// broken breaks a title into lines of a width in ems, between words, and where
// within is true words that are longer than a line between letters.
func broken(title string, width float64, within bool) []string {
	var lines []string
	line := ""
	for _, word := range strings.Fields(title) {
		for within && lineWidth(word) > width && letters(word) > 8 {
			if line != "" {
				lines, line = append(lines, line), ""
			}
			head, tail := split(word, width)
			lines, word = append(lines, head), tail
		}
		switch {
		case line == "":
			line = word
		case lineWidth(line+" "+word) <= width:
			line += " " + word
		default:
			lines, line = append(lines, line), word
		}
	}
	if line != "" {
		lines = append(lines, line)
	}
	return lines
}

// split cuts as much of a word as fits, at least one letter.
func split(word string, width float64) (head, tail string) {
	rest, state, taken := word, -1, 0.0
	for rest != "" {
		cluster, after, _, next := uniseg.FirstGraphemeClusterInString(rest, state)
		if taken += lineWidth(cluster); taken > width && len(rest) < len(word) {
			break
		}
		rest, state = after, next
	}
	return word[:len(word)-len(rest)], rest
}

func letters(s string) int { return uniseg.GraphemeClusterCount(s) }

func widest(lines []string) float64 {
	most := 0.0
	for _, l := range lines {
		most = math.Max(most, lineWidth(l))
	}
	return most
}

// lineWidth estimates the width of a bold line in ems: letters of East Asia take
// a whole one, others by how wide they are drawn in the usual fonts.
func lineWidth(s string) float64 {
	width := 0.0
	for rest, state := s, -1; rest != ""; {
		cluster, after, _, next := uniseg.FirstGraphemeClusterInString(rest, state)
		r, _ := utf8.DecodeRuneInString(cluster)
		switch {
		case uniseg.StringWidth(cluster) > 1:
			width++
		case strings.ContainsRune("iljtfrI.,:;'|!()[] ", r):
			width += 0.36
		case strings.ContainsRune("mwMW@%", r):
			width += 0.92
		case unicode.IsUpper(r):
			width += 0.71
		default:
			width += 0.6
		}
		rest, state = after, next
	}
	return width
}
