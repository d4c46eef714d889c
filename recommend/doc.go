/*
Package recommend joins ranking, similarity and collaborative filtering in one
engine that answers four questions:

	A  Newest, Popular, Trending   what is new or popular
	B  Top                         what is best rated by all
	C  Similar, SimilarTitle       what is like this title
	D  ForUser, ForRatings         what will this person like

	set, err := dataset.Demo()
	model, err := als.Train(ctx, set.Ratings.Matrix(), als.Config{})
	engine, err := recommend.New(set, model, recommend.Config{})
	list, err := engine.ForRatings([]recommend.Rating{{Item: dataset.Int(7), Value: 4.5}}, recommend.Query{K: 10, Explain: true})

An Engine is an immutable snapshot, safe for concurrent use: new data makes a new
engine. It holds the catalogue, the votes, the content index and the model. A
list costs one pass over the films; explanations cost one solution of the
person's equations for each film listed.

A program's own opinion fits in by Config.Scorers and Config.Filter, its own model
by NewWithModel.
*/
package recommend
