package similarity

// frequentPart is the part of all rows from which on a token is frequent. AllPairs
// multiplies what rows have of frequent tokens as dense matrices and looks the
// others up in an inverted index: of a token that every fifth row has, a column of
// the product costs as much as the additions to one place after the other.
const frequentPart = 0.2

// findFrequent sets which tokens are frequent, and with it the order in which
// every cosine of the set is added up: first the frequent tokens, then the others,
// each in ascending order.
func (x *Vectors) findFrequent() {
	x.isFrequent = make([]bool, x.NumTokens())
	for token := range x.isFrequent {
		rows := x.cols.Ptr[token+1] - x.cols.Ptr[token]
		x.isFrequent[token] = rows > 1 && float64(rows) >= frequentPart*float64(x.n)
	}
}
