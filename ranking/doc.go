/*
Package ranking orders films by what all people together say of them: best
rated, most popular, trending and newest.

	set, _, err := dataset.OpenSet("ml-latest-small")
	r, err := ranking.New(set, ranking.Config{})
	for _, e := range r.Top(10, dataset.ByGenre("Drama")) {
		fmt.Println(set.Complete().Movies[e.Pos].Title, e.Score)
	}

Best rated means the weighted rating that IMDb published for its Top 250,

	WR = v/(v+m)·R + m/(v+m)·C

with v votes of mean R for the film, C the mean over all films, and m the votes
a film needs to be listed: a mean of few votes is drawn towards C. Weighted
computes it over plain slices, without a catalogue.

New costs O(ratings + films·log films) and keeps three numbers a film and, for
popular and trending, a copy of times by film (4 bytes a rating). Lists cost
O(films). A Ranking is immutable and safe for concurrent use.
*/
package ranking
