package dataset

// Set is all that a data set holds: its ratings, its catalogue, or both. The
// ids of the catalogue are those of Ratings.Items.
type Set struct {
	Name      string
	Simulated bool       // ratings made by a model of tastes, not by people
	Ratings   *Ratings   // nil for a catalogue alone, such as imdb-5000
	Catalogue *Catalogue // nil for ratings alone
}
