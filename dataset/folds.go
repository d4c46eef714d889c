package dataset

import "context"

// Fold is one division of a set into ratings to train on and ratings to test
// with. Train and Test share Users and Items.
type Fold struct {
	Name        string
	Train, Test *Ratings
}

// OpenFolds reads published folds from a directory: u1.base and u1.test to
// u5.base and u5.test for the prefix "u" of ml-100k.
func (l Loader) OpenFolds(ctx context.Context, dir, prefix string) ([]Fold, *Report, error) {
	panic("soon")
}
