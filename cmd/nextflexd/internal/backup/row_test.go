package backup

import (
	"math"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/nextflex/nextflex/cmd/nextflexd/internal/store"
)

// columns has one of each kind.
var columns = []store.DumpColumn{
	{Name: "i", Kind: store.DumpedInteger, Nullable: true}, {Name: "r", Kind: store.DumpedReal, Nullable: true},
	{Name: "t", Kind: store.DumpedText, Nullable: true}, {Name: "b", Kind: store.DumpedBytes, Nullable: true},
}

func TestRows(t *testing.T) {
	for _, x := range []struct {
		row  []any
		line string
	}{
		{[]any{nil, nil, nil, nil}, "[null,null,null,null]\n"},
		{[]any{int64(math.MinInt64), 0.1, "a\n\"", []byte{0, 255}}, "[-9223372036854775808,0.1,\"a\\n\\\"\",\"AP8=\"]\n"},
		{[]any{int64(0), 1e300, "", []byte{}}, "[0,1e+300,\"\",\"\"]\n"},
		{[]any{int64(0), 1.0, "not UTF-8: \xff", []byte{}}, "[0,1,{\"bytes\":\"bm90IFVURi04OiD/\"},\"\"]\n"},
	} {
		line, err := appendRow(nil, x.row)
		require.NoError(t, err)
		require.Equal(t, x.line, string(line))
		row, err := parseRow(line, columns)
		require.NoError(t, err)
		require.Equal(t, x.row, row)
	}
	for _, bad := range []any{math.NaN(), math.Inf(1), math.Inf(-1), 1, true} {
		_, err := appendRow(nil, []any{bad})
		require.Error(t, err, "%v", bad)
	}
}

func TestRowsThatAreRefused(t *testing.T) {
	for _, line := range []string{
		``, `{}`, `[`, `[1,2]`, `[1,1,"a","",1]`,
		`[1.5,1,"a",""]`, `["1",1,"a",""]`, `[99999999999999999999,1,"a",""]`,
		`[1,"1","a",""]`, `[1,1e999,"a",""]`,
		`[1,1,2,""]`, `[1,1,{},""]`, `[1,1,{"bytes":"?"},""]`,
		`[1,1,"a",2]`, `[1,1,"a","?"]`,
	} {
		_, err := parseRow([]byte(line), columns)
		require.Error(t, err, line)
	}
	_, err := parseRow([]byte(`[null]`), []store.DumpColumn{{Name: "i", Kind: store.DumpedInteger}})
	require.ErrorContains(t, err, `value of "i"`, "NULL where there must be a value")
	_, err = parseRow([]byte(`[1]`), []store.DumpColumn{{Name: "i", Kind: "other"}})
	require.Error(t, err)
}

func FuzzParseRow(f *testing.F) {
	f.Add([]byte(`[1,1.5,"a","AP8="]`))
	f.Add([]byte(`[null,-0,{"bytes":"/w=="},null]`))
	f.Fuzz(func(t *testing.T, line []byte) {
		row, err := parseRow(line, columns)
		if err != nil {
			return
		}
		written, err := appendRow(nil, row)
		require.NoError(t, err)
		again, err := parseRow(written, columns)
		require.NoError(t, err)
		require.Equal(t, row, again)
	})
}
