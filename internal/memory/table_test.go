package memory

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestTable(t *testing.T) {
	for _, n := range []int{0, 1, 1000, hugeFrom/4 + 123} { // the last asks for huge pages
		table := Table[float32](n)
		require.Len(t, table, n)
		for i := range table {
			if table[i] != 0 {
				t.Fatalf("number %d of %d is %v", i, n, table[i])
			}
			table[i] = float32(i)
		}
	}
	require.Len(t, Table[int64](5), 5)
}
