package recommendtest_test

import (
	"context"
	"io"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/nextflex/nextflex/als"
	"github.com/nextflex/nextflex/dataset"
	"github.com/nextflex/nextflex/recommend/recommendtest"
)

// The test of a model's own package. It has a *testing.T at hand, which an example
// has not, so that this one is compiled only.
func ExampleRun() {
	testContract := func(t *testing.T) {
		recommendtest.Run(t, func(t *testing.T, m *dataset.Matrix) recommendtest.Model {
			model, err := als.Train(context.Background(), m, als.Config{Factors: 4, Implicit: true})
			require.NoError(t, err)
			return model
		}, recommendtest.Implicit, recommendtest.Reads(func(r io.Reader) (recommendtest.Model, error) { return als.Read(r) }))
	}
	_ = testContract
}
