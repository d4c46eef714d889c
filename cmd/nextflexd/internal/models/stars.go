package models

import (
	"github.com/nextflex/nextflex/dataset"
)

// The least and most stars that people give on the site, in halves.
const (
	MinStars = 0.5
	MaxStars = 5
)

// Liked is the number of stars from which a rating counts as an interaction for a
// data set that has no ratings, only what people did.
const Liked = 3

// Stars brings ratings from the site's half stars to the scale of a data set and
// back. It is the only place that knows both. Three stars of five are three of
// five points and six of ten, whatever the lowest point is: a scale from 1 to 5
// takes half a star for 1. A scale that reaches below 0 is stretched over its
// whole width, and a set without ratings has the site's own scale.
type Stars struct{ scale dataset.Scale }

// StarsOf returns the conversion of a set.
func StarsOf(set *dataset.Set) Stars {
	if set.Ratings == nil {
		return Stars{}
	}
	return Stars{set.Ratings.Scale}
}

// plain tells whether the set counts in stars as the site does, or in nothing
// that could be converted.
func (s Stars) plain() bool { return s.scale.Implicit || s.scale.Max <= s.scale.Min }

// ToSet returns stars on the scale of the set. false says that the set has
// interactions, and that so few stars are none.
func (s Stars) ToSet(stars float64) (float32, bool) {
	switch {
	case s.scale.Implicit:
		return 1, stars >= Liked
	case s.plain():
		return float32(stars), true
	case s.scale.Min < 0:
		part := (stars - MinStars) / (MaxStars - MinStars)
		return s.scale.Clamp(s.scale.Min + float32(part)*(s.scale.Max-s.scale.Min)), true
	}
	return s.scale.Clamp(float32(stars / MaxStars * float64(s.scale.Max))), true
}

// FromSet returns a value of the set in stars, 0.5 to 5 and not rounded.
func (s Stars) FromSet(value float64) float64 {
	return min(max(s.Width(value-s.low())+s.offset(), MinStars), MaxStars)
}

// Width returns a distance on the scale of the set in stars.
func (s Stars) Width(distance float64) float64 {
	switch {
	case s.plain():
		return distance
	case s.scale.Min < 0:
		return distance / float64(s.scale.Max-s.scale.Min) * (MaxStars - MinStars)
	}
	return distance / float64(s.scale.Max) * MaxStars
}

// low is the value of the set that stands for offset stars.
func (s Stars) low() float64 {
	if !s.plain() && s.scale.Min < 0 {
		return float64(s.scale.Min)
	}
	return 0
}

func (s Stars) offset() float64 {
	if !s.plain() && s.scale.Min < 0 {
		return MinStars
	}
	return 0
}

// Stars returns the conversion between the site's stars and the snapshot's set.
func (s *Snapshot) Stars() Stars { return StarsOf(s.Set) }

// Weighted returns the weighted rating of the film at a position in stars; 0 where
// it has no votes, or votes that rate nothing.
func (s *Snapshot) Weighted(pos int32) float64 {
	entry := s.Engine.Ranking().Entry(pos)
	switch {
	case entry.Count == 0 || (s.Set.Ratings != nil && s.Set.Ratings.Scale.Implicit):
		return 0
	case s.Set.Ratings == nil:
		return entry.Score / 2 // votes of its source, which are of ten points
	}
	return s.Stars().FromSet(entry.Score)
}

// Crowd returns how many people of the set rated the film at a position, and
// their mean in stars. Where the set has no ratings it is the votes of its
// source, which are of ten points. The count is 0 where nothing is known.
func (s *Snapshot) Crowd(pos int32) (count, mean float64) {
	if s.Matrix == nil {
		film := &s.Films.Movies[pos]
		return float64(film.VoteCount), float64(film.VoteAverage) / 2
	}
	if s.Set.Ratings.Scale.Implicit {
		return 0, 0
	}
	sum := 0.0
	for _, bar := range s.Histogram[pos] {
		count += float64(bar.Count)
		sum += float64(bar.Count) * float64(bar.Value)
	}
	if count == 0 {
		return 0, 0
	}
	return count, s.Stars().FromSet(sum / count)
}
