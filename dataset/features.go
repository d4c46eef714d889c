package dataset

import (
	"math"
	"slices"
)

// yearsTogether is how many years of release make one feature.
const yearsTogether = 5

// Features describes the items of an index by what the catalogue knows of them, as a
// matrix with a row for each item: a column for each genre of the catalogue, by name,
// that holds 1/√n for an item with n genres, and then one for each five years of
// release that occur, that holds 1. Items that the catalogue lacks have empty rows.
func (c *Catalogue) Features(items *Index) *CSR {
	var genres []string
	var periods []int
	if c != nil {
		for i := range c.Movies {
			genres = append(genres, c.Movies[i].Genres...)
			if year := c.Movies[i].Year; year > 0 {
				periods = append(periods, year/yearsTogether)
			}
		}
	}
	slices.Sort(genres)
	slices.Sort(periods)
	genres, periods = slices.Compact(genres), slices.Compact(periods)
	x := &CSR{Ptr: make([]int64, 1, items.Len()+1)}
	for row := range int32(items.Len()) {
		if m, _ := c.ByID(items.ID(row)); m != nil {
			x.addMovie(m, genres, periods)
		}
		x.Ptr = append(x.Ptr, int64(len(x.Index)))
	}
	return x
}

func (x *CSR) addMovie(m *Movie, genres []string, periods []int) {
	own := slices.Clone(m.Genres)
	slices.Sort(own)
	for _, genre := range slices.Compact(own) {
		column, _ := slices.BinarySearch(genres, genre)
		x.Index = append(x.Index, int32(column))
		x.Value = append(x.Value, float32(1/math.Sqrt(float64(len(m.Genres)))))
	}
	if m.Year > 0 {
		column, _ := slices.BinarySearch(periods, m.Year/yearsTogether)
		x.Index = append(x.Index, int32(len(genres)+column))
		x.Value = append(x.Value, 1)
	}
}
