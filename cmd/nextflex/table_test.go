package main

import (
	"strings"
	"testing"

	"github.com/rivo/uniseg"
	"github.com/stretchr/testify/require"
)

func TestTable(t *testing.T) {
	build := func() *table {
		b := &table{title: "Films", caption: "of a test", columns: []column{{head: "#", right: true}, {head: "title", cut: true}, {head: "score", right: true}}}
		b.row("1", "七人の侍", "0.5")
		b.row("10", "Ame\u0301lie", "12.25") // e with a combining accent
		b.row("3", "A title with \x1b[31mred\x1b[0m\ttabs and more", "1")
		return b
	}
	tests := []struct {
		name  string
		width int
		want  string
	}{
		{"pipe", 0, `Films
of a test

 #  title                                  score
 1  七人の侍                                 0.5
10  Amélie                                 12.25
 3  A title with [31mred[0m tabs and more      1
`},
		{"terminal", 24, `Films
of a test

 #  title          score
 1  七人の侍         0.5
10  Amélie         12.25
 3  A title with…      1
`},
		{"too narrow for anything", 3, `Fi…
of…

 #  title     score
 1  七人の侍    0.5
10  Amélie    12.25
 3  A title…      1
`},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			s := &session{width: test.width}
			s.printTable(build())
			got := strings.ReplaceAll(s.out.String(), "e\u0301", "é")
			require.Equal(t, test.want, got)
		})
	}
}

func TestShortenTo(t *testing.T) {
	for _, test := range []struct {
		text  string
		width int
		want  string
	}{
		{"short", 0, "short"},
		{"short", 5, "short"},
		{"longer", 5, "long…"},
		{"a b c d", 3, "a…"},
		{"七人の侍", 5, "七人…"},
		{"七人の侍", 4, "七…"},
		{"👩‍👩‍👧 family", 4, "👩‍👩‍👧…"},
		{"x", 1, "x"},
		{"xy", 1, "…"},
	} {
		got := shortenTo(test.text, test.width)
		require.Equal(t, test.want, got)
		if test.width > 0 {
			require.LessOrEqual(t, uniseg.StringWidth(got), test.width)
		}
	}
}

func TestWrapped(t *testing.T) {
	require.Equal(t, []string{"one two three"}, wrapped("one two three", 0))
	require.Equal(t, []string{"one two", "three"}, wrapped("one two three", 9))
	require.Equal(t, []string{"one", "two", "three"}, wrapped("one two three", 2))
}

func TestThousands(t *testing.T) {
	for n, want := range map[int]string{0: "0", 999: "999", 1000: "1,000", 26024289: "26,024,289", -1234: "-1,234", 100000: "100,000"} {
		require.Equal(t, want, thousands(n))
	}
}

func TestPrintable(t *testing.T) {
	require.Equal(t, "a b[2Jc", printable("a\tb\x1b[2Jc\r\x00"))
	require.Equal(t, "evilgpj", printable("evil\u202egpj"))
	require.Equal(t, "caf�", printable("caf\xe9"))
}

func FuzzShortenTo(f *testing.F) {
	f.Add("七人の侍", 3)
	f.Add("👩‍👩‍👧", 1)
	f.Add("\xff\x1b[0m", 2)
	f.Fuzz(func(t *testing.T, text string, width int) {
		got := shortenTo(printable(text), width)
		if width > 0 {
			require.LessOrEqual(t, uniseg.StringWidth(got), width)
		}
		s := &session{width: width % 200}
		b := &table{columns: []column{{head: "a", cut: true}, {head: "b", right: true}}}
		b.row(text, "1")
		s.printTable(b)
		require.Equal(t, 2, strings.Count(s.out.String(), "\n"))
	})
}
