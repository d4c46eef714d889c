package poster

import (
	"bytes"
	"encoding/xml"
	"io"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/require"
)

// text parses a poster completely and returns what it says.
func text(t *testing.T, svg []byte) string {
	t.Helper()
	require.True(t, utf8.Valid(svg))
	require.LessOrEqual(t, len(svg), MaxBytes)
	d := xml.NewDecoder(bytes.NewReader(svg))
	var said strings.Builder
	depth, ended := 0, false
	for {
		token, err := d.Token()
		if err == io.EOF {
			break
		}
		require.NoError(t, err)
		require.False(t, ended, "something follows the picture")
		switch v := token.(type) {
		case xml.StartElement:
			depth++
			require.Contains(t, []string{"svg", "title", "defs", "linearGradient", "stop", "clipPath", "g", "rect", "circle", "path", "text"}, v.Name.Local)
			for _, a := range v.Attr {
				require.False(t, strings.HasPrefix(a.Name.Local, "on") || a.Name.Local == "href", "a poster links to nothing")
			}
		case xml.EndElement:
			depth--
			ended = depth == 0
		case xml.CharData:
			said.Write(v)
			said.WriteByte('\n')
		}
	}
	require.True(t, ended)
	return said.String()
}

func TestEveryGenreHasItsPoster(t *testing.T) {
	seen := map[string]string{}
	for genre := range styles {
		svg := SVG(Film{Title: "The Long Way Home", Year: 1987, Genres: []string{genre}})
		said := text(t, svg)
		require.Contains(t, said, "The Long Way Home (1987)")
		require.Contains(t, said, strings.ToUpper(genre))
		require.NotContains(t, seen, string(svg))
		seen[string(svg)] = genre
		require.Equal(t, svg, SVG(Film{Title: "The Long Way Home", Year: 1987, Genres: []string{genre}}), "the same film has the same poster")
		require.NotEqual(t, svg, SVG(Film{Title: "The Long Way Back", Year: 1987, Genres: []string{genre}}))
	}
}

func TestGenres(t *testing.T) {
	for _, c := range []struct {
		genres []string
		want   string
		style  string
	}{
		{[]string{"Sci-Fi"}, "Sci-Fi", "science fiction"}, {[]string{"IMAX", "Film-Noir"}, "Film-Noir", "film noir"},
		{[]string{"Children's"}, "Children's", "family"}, {[]string{"Musical"}, "Musical", "music"},
	} {
		name, s := styleOf(c.genres)
		require.Equal(t, c.want, name)
		require.Equal(t, styles[c.style].palettes, s.palettes)
	}
	name, s := styleOf([]string{"IMAX"})
	require.Equal(t, "IMAX", name)
	require.Equal(t, plain.palettes, s.palettes)
	name, _ = styleOf(nil)
	require.Empty(t, name)
}

func TestTitles(t *testing.T) {
	for _, c := range []struct{ title, want string }{
		{"", "Untitled"}, {"\x00\x01", "Untitled"}, {"Fast & Furious <3> \"x\"", `Fast & Furious <3> "x"`},
		{"a\u202eb\ufffec\tz", "abc z"}, {"\xff\xfeok", "ok"}, {"千と千尋の神隠し", "千と千尋の神隠し"},
		{strings.Repeat("word ", 60), "\u2026"}, {strings.Repeat("e\u0301", 500), "\u2026"}, {"x" + strings.Repeat("\u0301", 5000), "\u2026"},
	} {
		require.Contains(t, text(t, SVG(Film{Title: c.title})), c.want)
	}
	require.Contains(t, text(t, SVG(Film{Title: "M", Year: 1931})), "\n1931\n")
}

func TestTypeset(t *testing.T) {
	size, lines := typeset("Jaws")
	require.Equal(t, 84.0, size)
	require.Equal(t, []string{"Jaws"}, lines)
	for _, title := range []string{
		"The Lord of the Rings: The Fellowship of the Ring", "Supercalifragilisticexpialidocious", strings.Repeat("W", 90), strings.Repeat("ab ", 30), strings.Repeat("映", 90),
		"Dr. Strangelove or: How I Learned to Stop Worrying and Love the Bomb",
	} {
		size, lines := typeset(title)
		require.LessOrEqual(t, len(lines), 6, title)
		require.GreaterOrEqual(t, size, 36.0)
		for _, l := range lines {
			require.LessOrEqual(t, lineWidth(l)*size, float64(room)*1.15, title)
		}
	}
}

func FuzzSVG(f *testing.F) {
	f.Add("The Third Man", 1949, "Film-Noir")
	f.Add("]]>&<svg onload=alert(1)>", -1, "\x00")
	f.Add(strings.Repeat("\u0301", 300), 1<<40, "Horror")
	f.Fuzz(func(t *testing.T, title string, year int, genre string) {
		text(t, SVG(Film{Title: title, Year: year, Genres: []string{genre}}))
	})
}

func BenchmarkSVG(b *testing.B) {
	for b.Loop() {
		SVG(Film{Title: "The Lord of the Rings: The Fellowship of the Ring", Year: 2001, Genres: []string{"Fantasy"}})
	}
}
