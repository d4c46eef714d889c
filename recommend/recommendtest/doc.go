/*
Package recommendtest is the contract that every model keeps, as a test suite:

	func TestContract(t *testing.T) {
		recommendtest.Run(t, func(t *testing.T, m *dataset.Matrix) recommendtest.Model {
			model, err := als.Train(context.Background(), m, als.Config{Factors: 4})
			require.NoError(t, err)
			return model
		}, recommendtest.Reads(func(r io.Reader) (recommendtest.Model, error) { return als.Read(r) }))
	}

It trains the model on small matrices and checks a known answer (two blocks of
taste, with one film of each person withheld), agreement of Predict and Scores,
refusal of unknown rows, persons and items without ratings, equal bits for any
number of threads, concurrent use, and that training leaves its input alone. Where
the model has more to offer it is checked too: Recommend and RecommendAll leave
seen items out, FoldInUser gives a person the same list, and Write with Reads
returns the same model and refuses a damaged file.

The suite sets GOMAXPROCS while it runs, so that it must not run beside parallel
tests.
*/
package recommendtest
