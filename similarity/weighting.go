package similarity

import (
	"fmt"
	"math"
)

// Weighting says what a token counts in a document.
type Weighting int

// The weightings. tf is how often the token stands in the document, df in how
// many of the N documents that have tokens it stands; ln is the natural logarithm.
const (
	// TFIDF is tf·(ln((1+N)/(1+df)) + 1): the smoothed inverse document
	// frequency of Salton & Buckley (1988) as scikit-learn computes it.
	TFIDF Weighting = iota
	// Count is tf.
	Count
	// BM25 is idf·tf·(k1+1) / (tf + k1·(1 − b + b·len/avglen)) with
	// idf = ln(1 + (N − df + 0.5)/(df + 0.5)), k1 = 1.2 and b = 0.75
	// (Robertson & Zaragoza 2009, "The probabilistic relevance framework: BM25
	// and beyond", section 3.5, with the idf of Lucene, which is never negative).
	// len is the number of tokens of the document, repeats included, and avglen
	// the mean of it.
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

// Weigh turns counts of tokens into weights. Row r of counts is document r: its
// values are how often each token stands in it (tf), above 0; its length is their
// sum. Documents without tokens count neither in N nor in avglen. It returns new
// vectors, not scaled to length 1, and an error for vectors that NewVectors would
// refuse and for counts that are not above 0. tokens is one more than the largest
// token there may be.
func (w Weighting) Weigh(counts []Vector, tokens int) ([]Vector, error) {
	if w < TFIDF || w > BM25 {
		return nil, &ConfigError{Package: "similarity", Field: "Weighting", Value: int(w), Want: "TFIDF, Count or BM25"}
	}
	c := corpus{weighting: w, df: make([]float64, max(tokens, 0))}
	for d, v := range counts {
		if err := v.check(tokens); err != nil {
			return nil, fmt.Errorf("similarity: document %d: %w", d, err)
		}
		for i, t := range v.Tokens {
			if v.Values[i] <= 0 {
				return nil, fmt.Errorf("similarity: document %d: token %d is counted %v times, want above 0", d, t, v.Values[i])
			}
			c.df[t]++
		}
		if len(v.Tokens) > 0 {
			c.documents++
			c.meanLength += v.total()
		}
	}
	c.meanLength /= math.Max(c.documents, 1)
	weighed := make([]Vector, len(counts))
	for d, v := range counts {
		weighed[d] = Vector{Tokens: v.Tokens, Values: make([]float32, len(v.Values))}
		length := v.total()
		for i, tf := range v.Values {
			weighed[d].Values[i] = float32(c.weight(v.Tokens[i], float64(tf), length))
		}
	}
	return weighed, nil
}

// total is the number of tokens of a document, with repeats.
func (v Vector) total() float64 {
	var sum float64
	for _, tf := range v.Values {
		sum += float64(tf)
	}
	return sum
}

const (
	bm25K1 = 1.2
	bm25B  = 0.75
)

// corpus is what a weighting knows of all documents.
type corpus struct {
	weighting  Weighting
	documents  float64   // with tokens
	df         []float64 // by token
	meanLength float64
}

// weight returns what a token with frequency tf counts in a document of some
// length.
func (c *corpus) weight(token int32, tf, length float64) float64 {
	n, df := c.documents, c.df[token]
	switch c.weighting {
	case Count:
		return tf
	case BM25:
		idf := math.Log(1 + (n-df+0.5)/(df+0.5))
		return idf * tf * (bm25K1 + 1) / (tf + bm25K1*(1-bm25B+bm25B*length/c.meanLength))
	}
	return tf * (math.Log((1+n)/(1+df)) + 1)
}
