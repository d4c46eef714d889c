package dataset

// Cleaning says what Clean removes besides faults. The zero Cleaning removes
// faults alone: repeated pairs and values that are no numbers.
type Cleaning struct {
	MinUserRatings int        // users with fewer ratings are left out; 0 or 1 keeps all
	MinItemRatings int        // items with fewer ratings are left out; 0 or 1 keeps all
	Known          *Catalogue // items that stand in no catalogue are left out; nil keeps all
	Scale          Scale      // values outside are left out; the zero value keeps all
	Strict         bool       // the first fault is an error (*ParseError)
}

// Clean returns the ratings without faults, and a report of what was dropped.
func Clean(r *Ratings, c Cleaning) (*Ratings, *Report, error) { panic("soon") }
