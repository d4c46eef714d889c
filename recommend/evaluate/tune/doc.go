/*
Package tune searches the settings of a model that do best on held-out ratings.

	folds, err := dataset.KFold(outer.Train, 5, seed) // of the train side alone: outer.Test stays unseen
	result, err := tune.Search(ctx, tune.Config{
		Space:   tune.Space{tune.LogInt("factors", 16, 128), tune.LogFloat("regularization", 0.1, 10)},
		Metric:  "rmse",
		Trials:  30,
		Folds:   len(folds),
		Journal: "search.journal",
	}, tune.CrossValidated(folds, func(ctx context.Context, p tune.Point, _ int, train *dataset.Ratings) (evaluate.Model, error) {
		return als.Train(ctx, train.Matrix(), als.Config{Factors: p.Int("factors"), Regularization: p.Float("regularization"), Threads: 1})
	}, evaluate.Options{NoRanking: true, Threads: 1}))
	fmt.Println(result.Best.Point, result.Best.Mean, result.Best.Std)

Search knows no model: it calls an Objective for a point of the space, a fold and an
amount of resource, such as iterations, and gets values by the names of metrics. Two
ways of searching are there: random search (Bergstra & Bengio 2012, "Random search for
hyper-parameter optimization"), in which every point gets everything, and successive
halving (Jamieson & Talwalkar 2016, "Non-stochastic best arm identification and
hyperparameter optimization", with the fraction 1/η of Li et al. 2018, "Hyperband"), in
which many points get little, the best third of them three times as much, and so on.

# Promises

The same Config and an Objective that always gives the same values give the same Result, but
for times, for any number of threads and any order in which evaluations end. Points are
drawn before the first is evaluated, each from random numbers of its own.

With a Journal every evaluation is on disk before it counts. A search that was killed, at
any moment, goes on from its journal when it is started again with the same Config, and
ends with the Result that it would have had. A journal of another search, or of other data,
is refused with an error that wraps ErrOtherSearch and says what differs. One search at a
time writes to a journal.

A point whose evaluation fails keeps its error and stands last; the search goes on.

# Honesty

The best of many values that were measured on the same held-out ratings is better there
than anywhere else: those ratings have helped to choose. Hold a part out first, search on
folds of the rest, and report what the best point reaches on that part.
*/
package tune
