package dataset

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// written writes a literal in one form, for comparison.
func written(v literal) string {
	switch v.kind {
	case stringLiteral:
		return fmt.Sprintf("%q", v.text)
	case listLiteral:
		var parts []string
		for _, item := range v.list {
			parts = append(parts, written(item))
		}
		return "[" + strings.Join(parts, " ") + "]"
	case dictLiteral:
		var parts []string
		for i, item := range v.list {
			parts = append(parts, v.keys[i]+"="+written(item))
		}
		return "{" + strings.Join(parts, " ") + "}"
	case noneLiteral:
		return "none"
	}
	return v.text
}

func TestParseLiteral(t *testing.T) {
	for in, want := range map[string]string{
		`[]`: `[]`, ` [ 1 , -2.5e3, ] `: `[1 -2.5e3]`, `(1, 'a')`: `[1 "a"]`, `()`: `[]`,
		`[{'id': 16, 'name': 'Animation'}, {'id': None, 'name': "it's"}]`:  `[{id=16 name="Animation"} {id=none name="it's"}]`,
		`[{"id": 28, "name": "Action", "x": true, "y": false, "z": null}]`: `[{id=28 name="Action" x=true y=false z=none}]`,
		`'a\'b"c\\'`: `"a'b\"c\\"`, `"\u00e9\xe9\U0001F600\ud83d\ude00"`: `"éé😀😀"`, `'\q\n\t\/\a'`: `"\\q\n\t/ "`,
		`'\ud83d'`: `"�"`, `'\ud83d\u0041'`: `"�A"`, `'\U00ffffff'`: `"�"`,
		`[True, False, nan]`: `[True False none]`, `{}`: `{}`, "'a\\\nb'": `"ab"`,
		`{'a': {'b': [1]},}`: `{a={b=[1]}}`,
	} {
		v, err := parseLiteral(in)
		require.NoError(t, err, in)
		require.Equal(t, want, written(v), in)
	}
}

func TestParseLiteralFaults(t *testing.T) {
	for in, want := range map[string]string{
		``: "want a value at character 1 of the list", `[`: "want a value at character 2", `[1 2]`: "want a comma or the end of a list at character 4",
		`[1`: "want a comma or the end of a list at character 3", `{1: 2}`: "want a key in quotes at character 2", `{'a' 2}`: "want a colon at character 6",
		`{'a': 2 'b'}`: "want a comma or the end of a dictionary", `'abc`: "want a closing quote at character 1", `['a', 'b]`: "want a closing quote at character 7",
		`'\`: "want a character after the backslash", `'\x1'`: "want 2 hexadecimal digits", `'\u12'`: "want 4 hexadecimal digits", `[1] x`: "want the end at character 5",
		`-`: "want a number", `1.2.3`: "want a number", `[x]`: "want a value at character 2", `{'a': x}`: "want a value", `{'a`: "want a closing quote",
		strings.Repeat("[", 40): "at most 32 lists inside each other", strings.Repeat(" ", maxLiteralSize+1): "want an end",
	} {
		_, err := parseLiteral(in)
		require.ErrorContains(t, err, want, "%.50q", in)
	}
}

func TestListCell(t *testing.T) {
	for in, want := range map[string]string{
		"": "[]", "nan": "[]", "[]": "[]", "None": "[]", "a|b c": `["a" "b c"]`, "['a', 'b']": `["a" "b"]`, " [ 'a' ] ": `["a"]`,
	} {
		list, err := listCell(in)
		require.NoError(t, err)
		require.Equal(t, want, written(literal{kind: listLiteral, list: list}), in)
	}
}

func TestSplitTitle(t *testing.T) {
	for in, want := range map[string]string{
		"Toy Story (1995)":                "Toy Story//1995",
		"Usual Suspects, The (1995)":      "The Usual Suspects//1995",
		"American in Paris, An (1951)":    "An American in Paris//1951",
		"Cry, the Beloved Country (1995)": "Cry, the Beloved Country//1995",
		"Avventura, L' (1960)":            "L'Avventura//1960",
		"City of Lost Children, The (Cité des enfants perdus, La) (1995)": "The City of Lost Children/La Cité des enfants perdus/1995",
		"Seven (a.k.a. Se7en) (1995)":                                     "Seven/Se7en/1995",
		"Godzilla (Gojira) (1954)":                                        "Godzilla/Gojira/1954",
		"(500) Days of Summer (2009)":                                     "(500) Days of Summer//2009",
		"Birdman: Or (The Unexpected Virtue of Ignorance) (2014)":         "Birdman: Or (The Unexpected Virtue of Ignorance)//2014",
		"Land Before Time III, The (1995) (V)":                            "The Land Before Time III//1995",
		"Fawlty Towers (1975-1979)":                                       "Fawlty Towers//1975",
		"Black Mirror (2011– )":                                           "Black Mirror//2011",
		"Babylon 5":                                                       "Babylon 5//0",
		"Odd (1995":                                                       "Odd (1995//0",
		"unbalanced) (1995)":                                              "unbalanced)//1995",
		"Blade Runner 2049 (2017) ":                                       "Blade Runner 2049//2017",
		"Same (Same) (1990)":                                              "Same//1990",
		"2001 (abcd)":                                                     "2001/abcd/0",
		"Far (9999)":                                                      "Far/9999/0",
	} {
		title, other, year := splitTitle(in)
		require.Equal(t, want, fmt.Sprintf("%s/%s/%d", title, other, year), in)
	}
}

func TestFoldTitle(t *testing.T) {
	for in, want := range map[string]string{
		"The Third Man": "third man", "Amélie": "amelie", "WALL·E": "wall e", "Ocean's Eleven": "oceans eleven", "Fast & Furious": "fast and furious",
		"Spider-Man 2": "spider man 2", "Æon Flux": "aeon flux", "The": "the", "A": "a", "": "", "!!!": "", "E.T.": "et", "Łódź": "lodz", "七人の侍": "七人の侍",
		"Cafe\u0301": "cafe",
	} {
		require.Equal(t, want, foldTitle(in), in)
	}
}

func TestParseDate(t *testing.T) {
	for in, want := range map[string]string{
		"1995-10-30": "1995-10-30", "01-Jan-1995": "1995-01-01", "4-Feb-1971": "1971-02-04", "30-Oct-95": "1995-10-30", "12-Feb-37": "1937-02-12",
		"2005/04/02": "2005-04-02", "7/14/2010": "", "07/14/2010": "2010-07-14", "2009-01-02 03:04:05": "2009-01-02", "soon": "", "": "", "0095-01-01": "", "1995-13-01": "",
	} {
		got, ok := parseDate(in)
		require.Equal(t, want, got, in)
		require.Equal(t, want != "", ok, in)
	}
}

func TestLanguageCode(t *testing.T) {
	for in, want := range map[string]string{"English": "en", "fr": "fr", "EN": "en", "Aboriginal": "", "": "", "Mandarin": "zh", "None": "xx"} {
		require.Equal(t, want, languageCode(in), in)
	}
}

func TestUTF8Text(t *testing.T) {
	require.Equal(t, "Misérables", utf8Text("Mis\xe9rables"))
	require.Equal(t, "Misérables", utf8Text(" Misérables\u00a0"))
}

func TestIMDbNumber(t *testing.T) {
	for in, want := range map[string]int64{"tt0114709": 114709, "0114709": 114709, "http://www.imdb.com/title/tt0499549/?ref_=fn_tt_tt_1": 499549, "https://imdb.com/title/tt12": 12, "": 0, "tt": 0, "nm5": 0, "0": 0, "-4": 0} {
		got, ok := imdbNumber(in)
		require.Equal(t, want > 0, ok, in)
		if ok {
			require.Equal(t, want, got, in)
		}
	}
}
