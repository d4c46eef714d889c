package als

import (
	"cmp"
	"slices"

	"github.com/nextflex/nextflex/internal/features"
)

// A Contribution is what one rating adds to a score.
type Contribution struct {
	Row  int32   // of the item rated
	Part float32 // in units of the score; negative where the rating speaks against
}

// Explain splits the score of an item for a user with the given ratings into
// what each rating adds, largest first: since the user's vector is a linear
// function of the ratings, x = A⁻¹·Σ w·q, so is its product with an item's vector
// (Hu, Koren, Volinsky 2008, section 5). The parts add up to the score less the
// mean and the item's bias, which say nothing about this user. The parts of an
// explicit model include each rating's share in the user's bias, and weigh how
// far the rating is from what the item gets on average: a low rating of an item
// that all rate low speaks for the user's other likings, not against them. With
// Config.Rated a part includes what it says that the item was rated at all. The user
// explained is one of whom nothing but the ratings is known, as in FoldInUser, whatever
// features the model was trained with.
func (m *Model) Explain(items []int32, values []float32, target int32) (score float32, parts []Contribution, err error) {
	if err := m.checkItem(target); err != nil {
		return 0, nil, err
	}
	items, values, err = m.userEntries(items, values)
	if err != nil {
		return 0, nil, err
	}
	o := m.userObjective()
	w := newWorkspace(m.config.Factors)
	w.direct = true
	w.mean = m.userWeights.mean(m.config, Features{}, items)
	x := Factor{Vector: make([]float32, m.config.Factors)}
	x.Bias, _ = w.solve(o, items, values, x.Vector)
	x.Bias = expected(x.Vector, x.Bias, w.mean)
	if score, err = m.PredictFor(x, target); err != nil {
		return 0, nil, err
	}
	return score, w.contributions(o, items, values, m.item(target).Vector, m.userWeights), nil
}

// contributions splits vᵀx (and the bias) of the row solved last by its
// entries, with the adjoint h = A⁻¹v: one solution serves all entries.
func (w *workspace) contributions(o *objective, index []int32, value []float32, v []float32, known weights) []Contribution {
	if len(index) == 0 {
		return nil
	}
	h := slices.Clone(v)
	w.again(o, index, value, h)
	var border float64 // the bias's entry of the adjoint
	if o.otherBias != nil {
		z := slices.Clone(w.s[:w.f])
		w.again(o, index, value, z)
		if pivot := biasPivot(o, len(index), dot64(w.s[:w.f], z)); pivot > 0 {
			border = (1 - dot64(w.s[:w.f], h)) / pivot
		}
		for c := range h {
			h[c] -= float32(border) * z[c]
		}
	}
	ridge := o.ridge(len(index))
	parts := make([]Contribution, len(index))
	for i, row := range index {
		q := o.other[int(row)*w.f : (int(row)+1)*w.f]
		weight := o.config.Unobserved + o.config.Alpha*float64(value[i])
		if !o.config.Implicit {
			weight = float64(o.residual(row, value[i]))
		}
		part := weight * (dot64(h, q) + border)
		if o.config.Rated {
			// What the row expects of ratings is taken from them before they count:
			// of vᵀm + b that leaves v − Σ q·(hᵀq + border) = ridge·h, likewise for b.
			known := known.ofRated(o.config, row)
			share := ridge*dot64(h, known[:w.f]) + o.biasRidge(len(index))*border*float64(known[w.f])
			part += float64(features.Share(len(index))) * share
		}
		parts[i] = Contribution{Row: row, Part: float32(part)}
	}
	slices.SortStableFunc(parts, func(a, b Contribution) int { return cmp.Compare(b.Part, a.Part) })
	return parts
}
