/*
Package recommend joins ranking, similarity and a trained model in one Engine
that answers four questions:

	A  what is new or popular        Newest, Popular, Trending
	B  what is best rated by all     Top
	C  what is like this title       Similar, SimilarTitle
	D  what will this person like    ForUser, ForRatings

Ten lines of use:

	set, err := dataset.Demo()
	model, err := als.Train(ctx, set.Ratings.Matrix(), als.Config{})
	engine, err := recommend.New(set, model, recommend.Config{})
	mine := []recommend.Rating{{Item: dataset.Int(1), Value: 5}, {Item: dataset.Int(7), Value: 2}}
	result, err := engine.ForRatings(mine, recommend.Query{K: 10, Explain: true})
	for _, item := range result.Items {
		fmt.Println(item.Rank, item.Movie.Title, item.Score, item.Reasons)
	}

A person without ratings, or with none that the model knows, gets B instead of D,
and Result.Fallback says why.

# Own parts

Three small things fit in. A dataset.Filter, in Config for every list or in Query
for one, says which films may be listed. A Scorer in Config takes the place of the
model. A Scorer that is a Rater or an Explainer too has its predictions and reasons
shown.

# Costs and caveats

New counts the ratings, builds the vectors of the films and indexes their titles;
it does not train. Lists cost O(films), D in addition O(films·Factors) and the
fold-in of the person; reasons of D cost a fold-in for each film listed. Diversity
costs at most pool·K cosines.

An Engine is an immutable snapshot and safe for concurrent use: new data makes a
new one. The movies in a Result belong to the catalogue and must not be changed;
its slices are the caller's.
*/
package recommend
