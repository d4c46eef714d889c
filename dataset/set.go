package dataset

// Set is all that a data set holds: its ratings, its catalogue, or both, and its
// people. The ids of the catalogue are those of Ratings.Items, those of the people
// of Ratings.Users.
type Set struct {
	Name      string
	Simulated bool       // ratings made by a model of tastes, not by people
	Ratings   *Ratings   // nil for a catalogue alone, such as imdb-5000
	Catalogue *Catalogue // nil for ratings alone
	People    *People    // nil where nothing is known of users
}

// Complete returns a catalogue that has an entry for every rated item: the set's
// own where none lacks, otherwise a new one with bare entries whose title is the
// id. It has no entries for a set without ratings and catalogue.
func (s *Set) Complete() *Catalogue {
	if s.Ratings == nil && s.Catalogue != nil {
		return s.Catalogue
	}
	var bare []Movie
	if s.Ratings != nil {
		for row := range int32(s.Ratings.Items.Len()) {
			id := s.Ratings.Items.ID(row)
			if _, pos := s.Catalogue.ByID(id); pos < 0 {
				bare = append(bare, Movie{ID: id, Title: id.String()})
			}
		}
	}
	if len(bare) == 0 && s.Catalogue != nil {
		return s.Catalogue
	}
	name := s.Name
	if s.Catalogue != nil {
		name = s.Catalogue.Name
		bare = append(bare, s.Catalogue.Movies...)
	}
	c, err := NewCatalogue(name, bare)
	if err != nil {
		panic(err) // ids of an index are distinct, and none of them was in the catalogue
	}
	return c
}
