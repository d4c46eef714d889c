package sets

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"

	"github.com/nextflex/nextflex/similarity"
)

// Documents is a set of sparse vectors over tokens drawn by Zipf's law with
// exponent 1: the t-th token is drawn in proportion to 1/t.
type Documents struct {
	Name    string
	Tokens  int
	Vectors []similarity.Vector // weighted by TF-IDF, not scaled to length 1
}

// Len returns the number of stored values.
func (d *Documents) Len() int {
	n := 0
	for _, v := range d.Vectors {
		n += len(v.Tokens)
	}
	return n
}

// Zipf is 45,000 documents of 30 draws out of 30,000 tokens each; 3,000 of 2,000
// tokens for the small size, which is some fiftieth of the pairs' work.
func (p Plan) Zipf() (*Documents, error) {
	rows, tokens := 3000, 2000
	if p.Full {
		rows, tokens = 45_000, 30_000
	}
	draw := newZipf(tokens, 0)
	rng := rand.New(rand.NewPCG(45, 30))
	counts := make([]similarity.Vector, rows)
	for d := range counts {
		times := map[int32]float32{}
		for range 30 {
			times[draw.token(rng)]++
		}
		counts[d] = vectorOf(times)
	}
	return weighed("zipf-"+SizeName(rows), counts, tokens)
}

// stopWords is how many of the most frequent tokens are left out of texts.
const stopWords = 20

// TFIDF is 45,000 documents with 1,570,000 stored values over 60,000 tokens, as of
// texts without stop words: the first 20 tokens are left out, so that the most
// frequent is in a fifth of the documents, and lengths are log-normal; 3,000 with
// 104,667 over 4,000 for the small size.
func (p Plan) TFIDF() (*Documents, error) {
	rows, tokens, stored := 3000, 4000, 104_667
	if p.Full {
		rows, tokens, stored = 45_000, 60_000, 1_570_000
	}
	draw := newZipf(tokens, stopWords)
	rng := rand.New(rand.NewPCG(45, 157))
	counts := make([]similarity.Vector, rows)
	for d, n := range lengths(rng, rows, stored) {
		times := map[int32]float32{}
		for len(times) < n {
			times[draw.token(rng)]++
		}
		counts[d] = vectorOf(times)
	}
	return weighed("tfidf-"+SizeName(rows), counts, tokens)
}

// lengths draws n log-normal lengths of at least 3 whose sum is exactly total.
func lengths(rng *rand.Rand, n, total int) []int {
	const least, deviation = 3, 0.5
	x, sum := make([]float64, n), 0.0
	for i := range x {
		x[i] = math.Exp(deviation * rng.NormFloat64())
		sum += x[i]
	}
	all := make([]int, n)
	scale, before, cumulated := float64(total-least*n)/sum, 0, 0.0
	for i := range x {
		cumulated += x[i] * scale
		upTo := int(math.Round(cumulated))
		all[i] = least + upTo - before
		before = upTo
	}
	return all
}

func weighed(name string, counts []similarity.Vector, tokens int) (*Documents, error) {
	vectors, err := similarity.TFIDF.Weigh(counts, tokens)
	if err != nil {
		return nil, fmt.Errorf("benchmarks: documents %s: %w", name, err)
	}
	return &Documents{Name: name, Tokens: tokens, Vectors: vectors}, nil
}

// zipf draws tokens by Zipf's law with exponent 1.
type zipf struct{ cumulated []float64 }

// newZipf numbers the tokens after those that are left out.
func newZipf(tokens, leftOut int) zipf {
	z := zipf{make([]float64, tokens)}
	sum := 0.0
	for t := range z.cumulated {
		sum += 1 / float64(t+1+leftOut)
		z.cumulated[t] = sum
	}
	return z
}

func (z zipf) token(rng *rand.Rand) int32 {
	t, _ := slices.BinarySearch(z.cumulated, rng.Float64()*z.cumulated[len(z.cumulated)-1])
	return int32(t)
}

func vectorOf(times map[int32]float32) similarity.Vector {
	v := similarity.Vector{Tokens: make([]int32, 0, len(times)), Values: make([]float32, 0, len(times))}
	for token := range times {
		v.Tokens = append(v.Tokens, token)
	}
	slices.Sort(v.Tokens)
	for _, token := range v.Tokens {
		v.Values = append(v.Values, times[token])
	}
	return v
}
