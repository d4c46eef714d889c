/*
Package evaluate measures how good a recommender is: how far its predictions are
off, and how good the lists are that it would have shown.

	fold, err := dataset.RandomSplit(ratings, 0.2, 1)
	model, err := als.Train(ctx, fold.Train.Matrix(), als.Config{})
	errs, err := evaluate.Ratings(ctx, model, fold.Train, fold.Test, evaluate.Options{})
	lists, err := evaluate.Ranking(ctx, model, fold.Train, fold.Test, evaluate.Options{K: []int{10}})
	fmt.Println(errs.RMSE, lists.At[0].NDCG)

CrossValidate does both for each of several folds and sums up. Popularity,
Biases, Weighted and Mean are what a model has to beat, and ItemKNN, UserKNN and EASE
what it should: models of few settings that are hard to beat where they fit into memory.

# Protocol

Lists are made of the full catalogue, that is every row of the items' index, less
the items that the user rated in train; nothing is sampled, since metrics over
sampled candidates rank models wrongly (Krichene & Rendle 2020, "On sampled
metrics for item recommendation"). Equal scores go to the item of the smaller
row. A test item is relevant if its value reaches Options.Threshold; a user who
has none is skipped and counted in Report.Skipped, and no metric counts that user
as 0 or 1. Every mean is over users, each counted once, save where AtK says so.

Two more protocols are there since much is published in them. Sampled ranks each
test item among some sampled ones, as the NCF papers do; its metrics have names of
their own. Strong lists for users whom the model was not trained on, of whom it is
given a part of their ratings (a FoldInScorer), as Liang et al. 2018 do.

Packages differ in what they call by the same name: AtK says for each metric which
form it has and who has another. The formulas of models differ too: the confidence of
an interaction of strength r is 1 + αr here and in Spark (Hu, Koren & Volinsky 2008)
and αr in implicit, whose α must be set higher for the same model.

# Chance

Options.PerUser keeps the metrics of each user. Bootstrap makes intervals of them,
and Compare tests whether two models that were measured on the same users differ by
more than chance; Options.Bootstrap gives the metrics of CrossValidate their
intervals.

	test, err := evaluate.Compare(ctx, "ndcg@10", a.Samples(), b.Samples(), evaluate.BootstrapConfig{})
	fmt.Println(test.Difference, test.Interval, test.PermutationP)

# Costs

Ratings costs one prediction a test rating, Ranking and Strong one call of Scores a
user plus O(items), with a Distance k²/2 calls of it more, Sampled one call of Scores
a user plus O(negatives), Bootstrap and Compare O(resamples · users · metrics). All run in parallel over users and give the same bits for any
number of threads: sums are taken over blocks of fixed size and added up in
order. Models are called from several goroutines at once.
*/
package evaluate
