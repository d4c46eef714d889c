package main

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/nextflex/nextflex/benchmarks/internal/sets"
)

// number is what the .npy files of the exchange hold.
type number interface {
	int32 | int64 | float32 | float64
}

// descr is NumPy's name of a type, little-endian.
func descr[T number]() string {
	var zero T
	switch any(zero).(type) {
	case int32:
		return "<i4"
	case int64:
		return "<i8"
	case float32:
		return "<f4"
	}
	return "<f8"
}

// writeArray writes a file that numpy.load reads: version 1.0 of the format as
// numpy.lib.format describes it. columns of 0 make it one-dimensional.
func writeArray[T number](dir, name string, values []T, columns int) error {
	shape := fmt.Sprintf("(%d,)", len(values))
	if columns > 0 {
		shape = fmt.Sprintf("(%d, %d)", len(values)/columns, columns)
	}
	header := fmt.Sprintf("{'descr': '%s', 'fortran_order': False, 'shape': %s, }", descr[T](), shape)
	// The data begin at a multiple of 64 bytes.
	header += strings.Repeat(" ", 63-(10+len(header))%64) + "\n"
	return sets.WriteBeside(filepath.Join(dir, name+".npy"), func(w io.Writer) error {
		if _, err := fmt.Fprintf(w, "\x93NUMPY\x01\x00%c%c%s", len(header)%256, len(header)/256, header); err != nil {
			return err
		}
		return binary.Write(w, binary.LittleEndian, values)
	})
}

// readArray reads a file of version 1.0 whose type is T, rows of the last
// dimension one after the other.
func readArray[T number](dir, name string) ([]T, error) {
	path := filepath.Join(dir, name+".npy")
	fault := func(err error) ([]T, error) { return nil, fmt.Errorf("%s: %w", path, err) }
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	var start [10]byte
	if _, err := io.ReadFull(f, start[:]); err != nil {
		return fault(err)
	}
	if string(start[:8]) != "\x93NUMPY\x01\x00" {
		return fault(errors.New("not a .npy file of version 1.0"))
	}
	header := make([]byte, int(start[8])+int(start[9])<<8)
	if _, err := io.ReadFull(f, header); err != nil {
		return fault(err)
	}
	if want := fmt.Sprintf("'descr': '%s', 'fortran_order': False", descr[T]()); !strings.Contains(string(header), want) {
		return fault(fmt.Errorf("header %q, want %s", header, want))
	}
	info, err := f.Stat()
	if err != nil {
		return fault(err)
	}
	var zero T
	values := make([]T, (info.Size()-10-int64(len(header)))/int64(binary.Size(zero)))
	if err := binary.Read(f, binary.LittleEndian, values); err != nil {
		return fault(err)
	}
	return values, nil
}
