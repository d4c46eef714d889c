package als_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/nextflex/nextflex/als"
	"github.com/nextflex/nextflex/dataset"
	"github.com/nextflex/nextflex/recommend/recommendtest"
)

// TestContractWithFeatures: models that know more than ratings keep what every model promises.
func TestContractWithFeatures(t *testing.T) {
	for name, c := range map[string]als.Config{
		"rated":    {Factors: 6, Rated: true},
		"features": {Factors: 6},
		"all":      {Factors: 6, Rated: true, Solver: als.ConjugateGradient},
	} {
		t.Run(name, func(t *testing.T) {
			recommendtest.Run(t, func(t *testing.T, m *dataset.Matrix) recommendtest.Model {
				t.Helper()
				var opts []als.TrainOption
				if name != "rated" {
					opts = append(opts, als.WithItemFeatures(table(m.NumItems(), 4, 1)), als.WithUserFeatures(table(m.NumUsers(), 3, 2)))
				}
				model, err := als.Train(t.Context(), m, c, opts...)
				require.NoError(t, err)
				return model
			})
		})
	}
}
