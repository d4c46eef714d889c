package main

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestArraysComeBack(t *testing.T) {
	dir := t.TempDir()
	require.NoError(t, writeArray(dir, "a", []float32{1, 2.5, -3, 4, 5, 6}, 3))
	got, err := readArray[float32](dir, "a")
	require.NoError(t, err)
	require.Equal(t, []float32{1, 2.5, -3, 4, 5, 6}, got)
	require.NoError(t, writeArray(dir, "b", []int64{7, -8}, 0))
	whole, err := readArray[int64](dir, "b")
	require.NoError(t, err)
	require.Equal(t, []int64{7, -8}, whole)
	_, err = readArray[int32](dir, "b")
	require.ErrorContains(t, err, "'<i4'", "the type differs")
}

// TestArrayHasTheBytesOfNumPy compares with what numpy.save writes for
// numpy.array([[1, 2], [3, 4]], dtype=numpy.int32).
func TestArrayHasTheBytesOfNumPy(t *testing.T) {
	dir := t.TempDir()
	require.NoError(t, writeArray(dir, "a", []int32{1, 2, 3, 4}, 2))
	got, err := os.ReadFile(filepath.Join(dir, "a.npy"))
	require.NoError(t, err)
	header := "{'descr': '<i4', 'fortran_order': False, 'shape': (2, 2), }                                                          \n"
	require.Len(t, header, 118)
	require.Equal(t, "\x93NUMPY\x01\x00v\x00"+header+"\x01\x00\x00\x00\x02\x00\x00\x00\x03\x00\x00\x00\x04\x00\x00\x00", string(got))
}

func TestReadArrayRefuses(t *testing.T) {
	dir := t.TempDir()
	for name, text := range map[string]string{"empty": "", "other": "0123456789abc", "short": "\x93NUMPY\x01\x00v\x00{'descr'"} {
		require.NoError(t, os.WriteFile(filepath.Join(dir, name+".npy"), []byte(text), 0o600))
		_, err := readArray[int32](dir, name)
		require.ErrorContains(t, err, name+".npy")
	}
	_, err := readArray[int32](dir, "none")
	require.ErrorIs(t, err, os.ErrNotExist)
}
