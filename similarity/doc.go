/*
Package similarity finds what is most alike by content: films that share people,
keywords, genres and words.

	index, err := similarity.New(catalogue, similarity.Config{})
	match := similarity.NewTitles(catalogue).Find("The Dark Knight")
	near, err := index.Similar(match.Exact[0], 10, nil)
	for _, s := range near {
		fmt.Println(catalogue.Movies[s.Row].Title, s.Score, index.Explain(match.Exact[0], s.Row))
	}

There are two layers. Vectors holds sparse vectors over any tokens and answers
exact top-k cosine, for one row, for a query vector and for all pairs. Index
makes such vectors of films: each field (directors, cast, keywords, genres,
overview) is weighted by count, TF-IDF or BM25, scaled to length 1, and
multiplied by the field's weight, so that a film with thirty keywords and one
with three are alike in the same measure. Every score is a cosine, 0 to 1.

Building costs O(tokens). A query costs one pass over the rows that share a token
with it; all pairs cost Σ over tokens of (rows with the token)², less what is
skipped. Memory is 8 bytes an entry twice (by row and by token), and 8 bytes for
each neighbour kept. Vectors, Index and Titles are immutable and safe for
concurrent use.
*/
package similarity
