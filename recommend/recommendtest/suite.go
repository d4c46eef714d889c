package recommendtest

import (
	"io"
	"testing"

	"github.com/nextflex/nextflex/dataset"
)

// Model is what every model can do; users and items are named by their rows in the
// matrix it was trained on.
type Model interface {
	// Predict returns the score of a pair.
	Predict(user, item int32) (float32, error)
	// Scores writes the score of every item for a user to dst.
	Scores(user int32, dst []float32) error
}

// A Trait says what kind of model is tested.
type Trait func(*contract)

// Implicit is for models of interactions: the matrices have them in place of
// ratings.
func Implicit(c *contract) { c.implicit = true }

// Impersonal is for models that don't know persons, such as popularity, which
// can't find the known answer.
func Impersonal(c *contract) { c.impersonal = true }

// Reads gives the counterpart of the model's Write(io.Writer) error.
func Reads(read func(io.Reader) (Model, error)) Trait {
	return func(c *contract) { c.read = read }
}

// contract is one run of the suite.
type contract struct {
	t          *testing.T
	newModel   func(*testing.T, *dataset.Matrix) Model
	implicit   bool
	impersonal bool
	read       func(io.Reader) (Model, error)
}

// checks are the articles of the contract. Each trains models of its own and
// returns an error that says what is broken.
var checks = []struct {
	name  string
	check func(*contract) error
}{
	{"known answer", (*contract).knownAnswer},
	{"predict agrees with scores", (*contract).predictAgrees},
	{"unknown rows are refused", (*contract).unknownRows},
	{"persons and items without ratings", (*contract).withoutRatings},
	{"seen items are left out", (*contract).seenLeftOut},
	{"fold-in", (*contract).foldIn},
	{"write and read", (*contract).writeAndRead},
	{"same bits for any number of threads", (*contract).sameBits},
	{"concurrent use", (*contract).concurrentUse},
	{"input stays as it is", (*contract).inputStays},
}

// Run checks that models made by newModel keep the contract. newModel trains on the
// matrix with as many threads as GOMAXPROCS and a fixed seed; it fails the test
// itself where it can't.
func Run(t *testing.T, newModel func(t *testing.T, m *dataset.Matrix) Model, traits ...Trait) {
	t.Helper()
	for _, article := range checks {
		t.Run(article.name, func(t *testing.T) {
			c := newContract(t, newModel, traits)
			if err := article.check(c); err != nil {
				t.Error(err)
			}
		})
	}
}

func newContract(t *testing.T, newModel func(*testing.T, *dataset.Matrix) Model, traits []Trait) *contract {
	c := &contract{t: t, newModel: newModel}
	for _, trait := range traits {
		trait(c)
	}
	return c
}
