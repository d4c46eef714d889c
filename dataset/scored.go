package dataset

// Scored is one row of a ranked list with the score that put it there. Lists
// are ordered by falling score; equal scores by rising row, so that a list is
// the same for any number of threads.
type Scored struct {
	Row   int32 // of an Index, or a position in Catalogue.Movies: the function that returns it says which
	Score float32
}
