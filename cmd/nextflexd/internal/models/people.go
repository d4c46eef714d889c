package models

import (
	"fmt"
	"iter"
	"slices"

	"github.com/nextflex/nextflex/dataset"
)

// PersonRating is what a person of the site gave a film.
type PersonRating struct {
	Person int64 // above 0
	Film   dataset.ID
	Stars  float64 // half stars, 0.5 to 5
}

// MatrixWith returns the ratings of the set and, in rows behind its own users,
// those that people gave on the site, for training on both. The items are those of
// the set; ratings of films that it lacks are left out, and so are low stars where
// the set has interactions. people is the number of rows added; of several ratings
// of a film by one person the last counts.
//
// The rows added are named by the person's number behind the largest of the set's,
// or "site:" and the number where the set's users have names.
func (s *Snapshot) MatrixWith(ratings iter.Seq2[PersonRating, error]) (m *dataset.Matrix, people int, err error) {
	if s.Matrix == nil {
		return nil, 0, fmt.Errorf("models: %s has no ratings to train on", s.Set.Name)
	}
	var users, items []int32
	var values []float32
	for user := range int32(s.Matrix.NumUsers()) {
		rated, given := s.Matrix.Row(user)
		for range rated {
			users = append(users, user)
		}
		items, values = append(items, rated...), append(values, given...)
	}
	stars := s.Stars()
	rows := map[int64]int32{}
	var persons []int64
	for r, err := range ratings {
		if err != nil {
			return nil, 0, fmt.Errorf("models: reading the ratings of the site: %w", err)
		}
		item, known := s.Matrix.Items.Row(r.Film)
		value, counts := stars.ToSet(r.Stars)
		if !known || !counts {
			continue
		}
		row, seen := rows[r.Person]
		if !seen {
			row = int32(s.Matrix.NumUsers() + len(persons))
			rows[r.Person], persons = row, append(persons, r.Person)
		}
		users, items, values = append(users, row), append(items, item), append(values, value)
	}
	index, err := usersWith(s.Matrix.Users, persons)
	if err != nil {
		return nil, 0, err
	}
	if m, err = dataset.NewMatrix(index, s.Matrix.Items, users, items, values); err != nil {
		return nil, 0, fmt.Errorf("models: joining the ratings of the site: %w", err)
	}
	return m, len(persons), nil
}

// usersWith adds persons behind the users of a set.
func usersWith(users *dataset.Index, persons []int64) (*dataset.Index, error) {
	var index *dataset.Index
	var err error
	if users.IsInt() {
		numbers := make([]int64, users.Len(), users.Len()+len(persons))
		for row := range numbers {
			numbers[row], _ = users.ID(int32(row)).Int64()
		}
		largest := int64(0)
		if len(numbers) > 0 {
			largest = max(largest, slices.Max(numbers))
		}
		for _, p := range persons {
			numbers = append(numbers, largest+p)
		}
		index, err = dataset.NewIndex(numbers)
	} else {
		names := make([]string, users.Len(), users.Len()+len(persons))
		for row := range names {
			names[row] = users.ID(int32(row)).String()
		}
		for _, p := range persons {
			names = append(names, fmt.Sprintf("site:%d", p))
		}
		index, err = dataset.NewStringIndex(names)
	}
	if err != nil {
		return nil, fmt.Errorf("models: adding people to the users of a set: %w", err)
	}
	return index, nil
}
