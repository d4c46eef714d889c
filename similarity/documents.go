package similarity

import "slices"

// Counts numbers the tokens of documents and counts them: the way from any items
// with tags, words or parts to vectors.
//
//	counts, tokens := similarity.Counts(documents)
//	weighed, err := similarity.TFIDF.Weigh(counts, len(tokens))
//	vectors, err := similarity.NewVectors(weighed, len(tokens))
//
// counts[d] are the tokens of documents[d] with how often each stands there, and
// tokens are their names by number, in order of first sight.
func Counts(documents [][]string) (counts []Vector, tokens []string) {
	numbers := map[string]int32{}
	counts = make([]Vector, len(documents))
	var document []int32
	for d, names := range documents {
		document = document[:0]
		for _, name := range names {
			number, known := numbers[name]
			if !known {
				number = int32(len(tokens))
				numbers[name] = number
				tokens = append(tokens, name)
			}
			document = append(document, number)
		}
		counts[d] = countSorted(document)
	}
	return counts, tokens
}

// countSorted sorts the tokens of a document and returns how often each stands
// there.
func countSorted(document []int32) Vector {
	slices.Sort(document)
	var v Vector
	for i, t := range document {
		if i == 0 || document[i-1] != t {
			v.Tokens, v.Values = append(v.Tokens, t), append(v.Values, 0)
		}
		v.Values[len(v.Values)-1]++
	}
	return v
}
