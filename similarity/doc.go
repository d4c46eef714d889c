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
exact top-k cosine, for one row, for a query vector and for all pairs; Counts and
Weighting.Weigh make such vectors of lists of words, tags or parts:

	counts, words := similarity.Counts(documents)
	weighed, err := similarity.TFIDF.Weigh(counts, len(words))
	vectors, err := similarity.NewVectors(weighed, len(words))

Index makes them of films: each field (director, cast, keywords, genres, words of
the overview and of the title) is weighted by TF-IDF, count or BM25, scaled to
length 1, and multiplied by the field's weight, so that a film with thirty keywords
and one with three are alike in the same measure. A name is one token whatever its
case, accents and spaces; a director and an actor of one name are two. What is not
known of a film counts as unlike all others (Config.Unknown). Every score is a
cosine, 0 to 1, and Explain divides it among what is shared.

Titles finds films by title: exact, folded, and nearly.

Building costs O(tokens·log tokens of a film). A query costs one pass over the rows
that share a token with it. All pairs cost Σ over tokens of (rows with the token)²/2
additions, or, of the tokens that every fifth row has, rows²/2 multiplications each
that the processor does eight at a time. Memory is 8 bytes an entry twice (by row
and by token), once more during AllPairs, and about 20 bytes for each neighbour.
Values are float32, products are rounded, and they are added up in one order, first
the tokens that every fifth row has, then the others, each ascending, so that each
way to a cosine gives the same bits. Vectors, Index
and Titles are immutable and safe for concurrent use; slices that they hand out
alias them where the method says so.
*/
package similarity
