package recommend

import (
	"math"

	"github.com/nextflex/nextflex/similarity"
)

// likes returns the films that make up a person's content profile with their
// weights: those rated above the person's mean, by their distance from it. Where
// all ratings are equal, as with a single one, they all count alike if they are
// in the upper half of the scale; interactions always do.
func (e *Engine) likes(p Profile) []similarity.Weight {
	if len(p.Values) == 0 {
		return nil
	}
	var mean float64
	equal := true
	for _, v := range p.Values {
		mean += float64(v) / float64(len(p.Values))
		equal = equal && v == p.Values[0]
	}
	var films []similarity.Weight
	for i, pos := range p.Positions {
		weight := float64(p.Values[i]) - mean
		if equal || e.scale.Implicit {
			weight = 1
			if !e.scale.Implicit && p.Values[i] < (e.scale.Min+e.scale.Max)/2 {
				weight = 0
			}
		}
		if weight > 0 {
			films = append(films, similarity.Weight{Pos: pos, Weight: float32(weight)})
		}
	}
	return films
}

// contentScores writes the cosine of each film with the person's profile to
// s.content and returns the profile, of length 1. It is false where nothing is
// known of what the person likes, or no film but the rated ones has any of it.
func (e *Engine) contentScores(s *scratch, p Profile) (similarity.Vector, bool, error) {
	profile, err := e.profile(p)
	if err != nil || len(profile.Tokens) == 0 {
		return profile, false, err
	}
	for i, t := range profile.Tokens {
		s.profile[t] = profile.Values[i]
	}
	vectors, rated, found := e.index.Vectors(), p.Positions, false
	for pos := range s.content {
		film := vectors.Row(int32(pos))
		var sum float32
		for i, t := range film.Tokens {
			sum += float32(s.profile[t] * film.Values[i])
		}
		s.content[pos] = sum
		if len(rated) > 0 && rated[0] == int32(pos) {
			rated = rated[1:] // both ascend
		} else if sum > 0 {
			found = true
		}
	}
	for _, t := range profile.Tokens {
		s.profile[t] = 0
	}
	return profile, found, nil
}

// profile is the sum of the vectors of the films a person likes, scaled to length
// 1; without tokens where nothing is known.
func (e *Engine) profile(p Profile) (similarity.Vector, error) {
	profile, err := e.index.Combine(e.likes(p))
	if err != nil {
		return profile, err
	}
	norm := profile.Norm()
	if norm == 0 {
		return similarity.Vector{}, nil
	}
	for i := range profile.Values {
		profile.Values[i] = float32(float64(profile.Values[i]) / norm)
	}
	return profile, nil
}

// blend mixes model scores into content scores, both standardised. A film that the
// model can't judge (NaN) takes the mean, which speaks neither for nor against it.
func blend(content, model []float32, weight float32) {
	contentMean, contentScale := standard(content)
	modelMean, modelScale := standard(model)
	for i, c := range content {
		var z float32
		if m := model[i]; m == m {
			z = (m - modelMean) * modelScale
		}
		content[i] = (1-weight)*z + weight*(c-contentMean)*contentScale
	}
}

// standard returns the mean of scores and one over their standard deviation, over
// all that are numbers; 0 for the latter where all are equal.
func standard(scores []float32) (mean, scale float32) {
	var n, sum, squares float64
	for _, x := range scores {
		if x == x {
			n++
			sum += float64(x)
		}
	}
	centre := sum / max(n, 1)
	for _, x := range scores {
		if x == x {
			squares += (float64(x) - centre) * (float64(x) - centre)
		}
	}
	if squares > 0 {
		scale = float32(1 / math.Sqrt(squares/n))
	}
	return float32(centre), scale
}

// dropZeros leaves films out that share nothing with the profile.
func dropZeros(scores []float32) {
	for i, x := range scores {
		if x == 0 {
			scores[i] = float32(math.NaN())
		}
	}
}
