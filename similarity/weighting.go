package similarity

import "math"

// Weighting says what a token counts in a document.
type Weighting int

// The weightings. tf is how often the token stands in the document, df in how
// many of the N documents it stands.
const (
	// TFIDF is tf·(ln((1+N)/(1+df)) + 1): the smoothed inverse document
	// frequency of Salton & Buckley (1988) as scikit-learn computes it.
	TFIDF Weighting = iota
	// Count is tf.
	Count
	// BM25 is idf·tf·(k1+1) / (tf + k1·(1 − b + b·len/avglen)) with
	// idf = ln(1 + (N − df + 0.5)/(df + 0.5)), k1 = 1.2 and b = 0.75
	// (Robertson & Zaragoza 2009, "The probabilistic relevance framework",
	// equation 3.15, with the idf of Lucene, which is never negative).
	BM25
)

// String returns the name of the weighting as the command line spells it.
func (w Weighting) String() string {
	switch w {
	case TFIDF:
		return "tfidf"
	case Count:
		return "count"
	case BM25:
		return "bm25"
	}
	return "unknown"
}

const (
	bm25K1 = 1.2
	bm25B  = 0.75
)

// corpus is what a weighting knows of all documents.
type corpus struct {
	weighting Weighting
	documents float64
	df        []float64 // by token
	length    float64   // mean number of tokens in a document that has any
}

// weight returns what a token with frequency tf counts in a document of length
// tokens.
func (c *corpus) weight(token int32, tf, length float64) float64 {
	n, df := c.documents, c.df[token]
	switch c.weighting {
	case Count:
		return tf
	case BM25:
		idf := math.Log(1 + (n-df+0.5)/(df+0.5))
		return idf * tf * (bm25K1 + 1) / (tf + bm25K1*(1-bm25B+bm25B*length/c.length))
	}
	return tf * (math.Log((1+n)/(1+df)) + 1)
}
