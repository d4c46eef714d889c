package recommend

// poolFactor and poolMax bound the candidates among which MMR chooses: its cost
// grows with their number times K.
const (
	poolFactor = 5
	poolMax    = 500
)

// pool is how many films to collect for a query: as many as asked for, or more
// where diversity is to choose among them.
func (e *Engine) pool(q Query) int {
	if q.Diversity == 0 {
		return q.K
	}
	return max(q.K, min(poolFactor*q.K, poolMax))
}

// diversify picks K of the items by maximal marginal relevance (Carbonell &
// Goldstein 1998): each in turn the one with the highest
//
//	(1−d)·relevance − d·(highest content similarity to those picked)
//
// where relevance is the score scaled to 0 to 1 over the pool. Items are best
// first; scores stay as they are.
func (e *Engine) diversify(items []Item, q Query) []Item {
	if q.Diversity == 0 || len(items) == 0 {
		return items[:min(q.K, len(items))]
	}
	top, bottom := items[0].Score, items[len(items)-1].Score
	span := top - bottom
	if span == 0 {
		span = 1
	}
	nearest := make([]float64, len(items)) // similarity to the nearest picked
	picked := make([]bool, len(items))
	chosen := make([]Item, 0, min(q.K, len(items)))
	for len(chosen) < cap(chosen) {
		best, bestValue := -1, 0.0
		for i := range items {
			if picked[i] {
				continue
			}
			value := (1-q.Diversity)*(items[i].Score-bottom)/span - q.Diversity*nearest[i]
			if best < 0 || value > bestValue {
				best, bestValue = i, value
			}
		}
		picked[best] = true
		chosen = append(chosen, items[best])
		for i := range items {
			if !picked[i] {
				// Positions come from the index itself.
				s, _ := e.index.Similarity(items[best].Pos, items[i].Pos)
				nearest[i] = max(nearest[i], float64(s))
			}
		}
	}
	return chosen
}
