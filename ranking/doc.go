/*
Package ranking orders films by what all people together say of them: best
rated, most popular, trending and newest.

	set, _, err := dataset.OpenSet("ml-latest-small")
	r, err := ranking.New(set, ranking.Config{})
	for _, e := range r.Top(10, dataset.ByGenre("Drama")) {
		fmt.Println(r.Films().Movies[e.Pos].Title, e.Score)
	}

Best rated means the weighted rating that IMDb published for its Top 250,

	WR = v/(v+m)·R + m/(v+m)·C

with v votes of mean R for the film, C the mean over all films, and m the votes
a film needs to be listed: a mean of few votes is drawn towards C. Weighted
computes it over plain slices, without a catalogue. IMDb's list now also weighs
voters by rules it keeps to itself; this is the formula it stated.

Votes come from the ratings of the set if it has any, else from the vote counts
that its films came with; Source says which.

New sorts the times of the ratings by film, in O(ratings·log ratings), and keeps
28 bytes a film and 4 bytes a rating. A list costs one pass over the films and the
sorting of those listed, and Trending one over all ratings: keep what you show
often. A Ranking is immutable and safe for concurrent use.
*/
package ranking
