package main

import (
	"context"
	"fmt"
	"path/filepath"

	"github.com/nextflex/nextflex/als"
	"github.com/nextflex/nextflex/benchmarks/internal/sets"
	"github.com/nextflex/nextflex/dataset"
)

// modelFile holds the model whose factors all contestants make lists of.
const modelFile = "model.nfm"

// writeMatrix writes a matrix as .ptr, .index, .value and .shape.
func writeMatrix(dir, name string, m *dataset.Matrix) error {
	return writeCSR(dir, name, &m.CSR, m.NumUsers(), m.NumItems())
}

func writeCSR(dir, name string, m *dataset.CSR, rows, columns int) error {
	if err := writeArray(dir, name+".ptr", m.Ptr, 0); err != nil {
		return err
	}
	if err := writeArray(dir, name+".index", m.Index, 0); err != nil {
		return err
	}
	if err := writeArray(dir, name+".value", m.Value, 0); err != nil {
		return err
	}
	return writeArray(dir, name+".shape", []int64{int64(rows), int64(columns)}, 0)
}

// readMatrix reads what writeMatrix wrote. Rows and columns have their number as id.
func readMatrix(dir, name string) (*dataset.Matrix, error) {
	shape, err := readArray[int64](dir, name+".shape")
	if err != nil {
		return nil, err
	}
	ptr, err := readArray[int64](dir, name+".ptr")
	if err != nil {
		return nil, err
	}
	index, err := readArray[int32](dir, name+".index")
	if err != nil {
		return nil, err
	}
	value, err := readArray[float32](dir, name+".value")
	if err != nil {
		return nil, err
	}
	rows := make([]int32, len(index))
	for row := range len(ptr) - 1 {
		for i := ptr[row]; i < ptr[row+1]; i++ {
			rows[i] = int32(row)
		}
	}
	return dataset.NewMatrix(dataset.SequentialIndex(0, int(shape[0])), dataset.SequentialIndex(0, int(shape[1])), rows, index, value)
}

// writeFactors writes the vectors of a model as .users and .items.
func writeFactors(dir, name string, model *als.Model) error {
	f := model.Config().Factors
	for _, side := range []struct {
		name string
		n    int
		of   func(int32) (als.Factor, error)
	}{{".users", model.Users().Len(), model.UserFactor}, {".items", model.Items().Len(), model.ItemFactor}} {
		table := make([]float32, 0, side.n*f)
		for row := range side.n {
			x, err := side.of(int32(row))
			if err != nil {
				return err
			}
			table = append(table, x.Vector...)
		}
		if err := writeArray(dir, name+side.name, table, f); err != nil {
			return err
		}
	}
	return nil
}

// writeDocuments writes documents with rows scaled to length 1.
func writeDocuments(dir string, d *sets.Documents) error {
	var m dataset.CSR
	m.Ptr = append(m.Ptr, 0)
	for _, v := range d.Vectors {
		norm := v.Norm()
		for i, token := range v.Tokens {
			m.Index = append(m.Index, token)
			m.Value = append(m.Value, float32(float64(v.Values[i])/norm))
		}
		m.Ptr = append(m.Ptr, int64(len(m.Index)))
	}
	return writeCSR(dir, "documents", &m, len(d.Vectors), d.Tokens)
}

// writeModel trains a model for lists and writes it with its factors.
func writeModel(ctx context.Context, dir string, m *dataset.Matrix) error {
	model, err := als.Train(ctx, m, als.Config{Implicit: true, Factors: 64, Iterations: 3})
	if err != nil {
		return err
	}
	if err := model.Save(filepath.Join(dir, modelFile)); err != nil {
		return fmt.Errorf("the model for lists: %w", err)
	}
	return writeFactors(dir, "model", model)
}
