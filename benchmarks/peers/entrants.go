package main

import (
	"context"

	"github.com/nextflex/nextflex/als"
	"github.com/nextflex/nextflex/bayes"
	"github.com/nextflex/nextflex/dataset"
	"github.com/nextflex/nextflex/recommend/evaluate"
	"github.com/nextflex/nextflex/recommend/evaluate/tune"
)

// accuracyContests are the comparisons of accuracy. Factorizations of interactions have like
// ranges: as many factors and iterations, and an order of magnitude each of regularization and of
// confidence, around what wider searches found best for each in its own way of counting. irspack's
// DenseSLIM and RP3beta have the ranges that irspack gives them. The first trial is a model's
// defaults, or their nearest in range.
func accuracyContests(seed uint64) []accuracyContest {
	return []accuracyContest{listContest(seed), ratingContest(seed)}
}

// positive is the least rating that says that somebody liked a film.
const positive = 4

// fewTrials are for models with one or two settings, and for SVD++, which takes minutes a trial;
// its ranges are narrower for that.
const fewTrials = 8

func listContest(seed uint64) accuracyContest {
	return accuracyContest{
		name: "lists", title: "Lists from implicit feedback",
		protocol: "Ratings of 4 stars and more, all alike, divided 80/20 at random five times; lists of the full catalogue without the items of the train side. " +
			"NDCG@10 has binary gains and the discount log2(rank+1); Recall@20 is divided by a user's test items, all of them; users without any are left out.",
		sets: []string{"ml-100k", "ml-latest-small"}, metrics: []string{"ndcg@10", "recall@20"}, maximize: true,
		// Of a fifth the best regularization is another than that of the folds: too many of a
		// person's films are then missing.
		tuning:  0.1,
		options: evaluate.Options{K: []int{10, listLength}, NoErrors: true},
		prepare: positives,
		folds: func(r *dataset.Ratings) (folds []dataset.Fold, err error) {
			for number := range uint64(5) {
				f, err := dataset.RandomSplit(r, 0.2, seed+number)
				if err != nil {
					return nil, err
				}
				folds = append(folds, f)
			}
			return folds, nil
		},
		entrants: []entrant{
			{label: "nextflex als, implicit", space: tune.Space{
				tune.Int("factors", 32, 256), tune.LogFloat("regularization", 0.1, 1), tune.LogFloat("unobserved", 0.1, 1),
				tune.Float("popularity", 0, 0.5), tune.Fixed("activity", 0.5), tune.Fixed("iterations", 15),
			}, defaults: tune.Point{"factors": 64.0, "regularization": 0.5, "unobserved": 1.0, "popularity": 0.3, "activity": 0.5, "iterations": 15.0}, train: trainImplicit},
			{label: "implicit ALS", work: "lists_implicit_als", packages: []string{"implicit", "numpy", "scipy"}, space: tune.Space{
				tune.Int("factors", 32, 256), tune.LogFloat("regularization", 5, 50), tune.LogFloat("alpha", 1, 10),
				tune.Fixed("use_cg", true), tune.Fixed("iterations", 15),
			}, defaults: tune.Point{"factors": 100.0, "regularization": 5.0, "alpha": 1.0, "use_cg": true, "iterations": 15.0}},
			{label: "irspack iALS", work: "lists_irspack_ials", packages: []string{"irspack", "numpy", "scipy"}, space: tune.Space{
				tune.Int("n_components", 32, 256), tune.LogFloat("alpha0", 0.05, 0.5), tune.LogFloat("reg", 0.005, 0.05), tune.Fixed("nu", 1.0),
				tune.Fixed("train_epochs", 15), tune.Fixed("solver_type", "CG"),
			}, defaults: tune.Point{"n_components": 32.0, "alpha0": 0.1, "reg": 0.005, "nu": 1.0, "train_epochs": 15.0, "solver_type": "CG"}},
			{label: "lenskit ImplicitMF", work: "lists_lenskit_implicit_mf", packages: []string{"lenskit", "numpy", "scipy", "torch"}, space: tune.Space{
				tune.Int("embedding_size", 32, 256), tune.LogFloat("regularization", 5, 50), tune.LogFloat("weight", 1, 10), tune.Fixed("epochs", 15),
			}, defaults: tune.Point{"embedding_size": 50.0, "regularization": 5.0, "weight": 10.0, "epochs": 15.0}},
			{label: "nextflex ItemKNN", trials: fewTrials, space: knnSpace(), defaults: knnDefaults(), train: trainItemKNN},
			{label: "nextflex UserKNN", trials: fewTrials, space: knnSpace(), defaults: knnDefaults(), train: trainUserKNN},
			{label: "irspack RP3beta", work: "lists_irspack_rp3beta", packages: []string{"irspack", "numpy", "scipy"}, space: tune.Space{
				tune.Int("top_k", 2, 1000), tune.LogFloat("beta", 1e-5, 0.6), tune.Choice("normalize_weight", true, false),
			}, defaults: tune.Point{"top_k": 1000.0, "beta": 0.6, "normalize_weight": false}},
			{label: "implicit BM25", work: "lists_implicit_bm25", packages: []string{"implicit", "numpy", "scipy"}, space: tune.Space{
				tune.LogInt("K", 5, 1000), tune.LogFloat("K1", 0.1, 100), tune.Float("B", 0, 1),
			}, defaults: tune.Point{"K": 20.0, "K1": 1.2, "B": 0.75}},
			{label: "implicit cosine", work: "lists_implicit_cosine", packages: []string{"implicit", "numpy", "scipy"}, trials: fewTrials, space: tune.Space{
				tune.LogInt("K", 5, 1000),
			}, defaults: tune.Point{"K": 20.0}},
			{
				label: "nextflex EASE", trials: fewTrials, space: tune.Space{tune.LogFloat("regularization", 1, 1e4)}, defaults: tune.Point{"regularization": 250.0}, train: trainEASE,
				skip: map[string]string{"ml-latest-small": "irspack's DenseSLIM is the same model, and so many trials of it with so many items take too long in float64"},
			},
			{label: "irspack DenseSLIM (EASE)", work: "lists_irspack_dense_slim", packages: []string{"irspack", "numpy", "scipy"}, blas: true, trials: fewTrials, space: tune.Space{
				tune.LogFloat("reg", 1, 1e4),
			}, defaults: tune.Point{"reg": 1.0}},
			{label: "lenskit ItemKNN", work: "lists_lenskit_item_knn", packages: []string{"lenskit", "numpy", "scipy", "torch"}, trials: fewTrials, space: tune.Space{
				tune.LogInt("max_nbrs", 5, 500), tune.LogFloat("min_sim", 1e-6, 0.1),
			}, defaults: tune.Point{"max_nbrs": 20.0, "min_sim": 1e-6}},
		},
	}
}

// positives keeps what was liked, as interactions that are all alike.
func positives(r *dataset.Ratings) *dataset.Ratings {
	var liked []int32
	for i, v := range r.Value {
		if v >= positive {
			liked = append(liked, int32(i))
		}
	}
	p := r.Select(liked)
	p.Scale = dataset.Scale{Implicit: true}
	for i := range p.Value {
		p.Value[i] = 1
	}
	return p
}

func trainImplicit(ctx context.Context, l lesson) (evaluate.Model, error) {
	s := l.settings
	return als.Train(ctx, l.ratings.Matrix(), als.Config{
		Implicit: true, Factors: s.Int("factors"), Iterations: s.Int("iterations"), Regularization: s.Float("regularization"),
		Unobserved: s.Float("unobserved"), Activity: s.Float("activity"), Popularity: s.Float("popularity"), Seed: l.seed, Threads: l.threads,
	})
}

func trainEASE(ctx context.Context, l lesson) (evaluate.Model, error) {
	return evaluate.NewEASE(ctx, l.ratings, evaluate.EASEConfig{Regularization: l.settings.Float("regularization")})
}

func knnSpace() tune.Space {
	return tune.Space{tune.LogInt("neighbours", 5, 1000), tune.LogFloat("shrinkage", 0.1, 300)}
}

func knnDefaults() tune.Point { return tune.Point{"neighbours": 100.0, "shrinkage": 10.0} }

func (l lesson) knn() evaluate.KNNConfig {
	s := l.settings
	return evaluate.KNNConfig{Neighbours: s.Int("neighbours"), Shrinkage: s.Float("shrinkage"), Implicit: true, Threads: l.threads}
}

func trainItemKNN(ctx context.Context, l lesson) (evaluate.Model, error) {
	return evaluate.NewItemKNN(ctx, l.ratings, l.knn())
}

func trainUserKNN(ctx context.Context, l lesson) (evaluate.Model, error) {
	return evaluate.NewUserKNN(ctx, l.ratings, l.knn())
}

func ratingContest(seed uint64) accuracyContest {
	sgd := tune.Space{tune.LogInt("n_factors", 10, 100), tune.Int("n_epochs", 10, 40), tune.LogFloat("lr_all", 0.002, 0.02), tune.LogFloat("reg_all", 0.01, 0.2)}
	plusplus := tune.Space{tune.LogInt("n_factors", 5, 30), tune.Int("n_epochs", 10, 30), tune.LogFloat("lr_all", 0.003, 0.015), tune.LogFloat("reg_all", 0.02, 0.15)}
	return accuracyContest{
		name: "ratings", title: "Predictions of ratings",
		protocol: "Each user's ratings dealt out over five folds at random; predictions limited to the scale; RMSE and MAE over all test ratings, those of items without any in train included.",
		sets:     []string{"ml-latest-small"}, metrics: []string{"rmse", "mae"},
		tuning:  0.2,
		options: evaluate.Options{NoRanking: true},
		prepare: func(r *dataset.Ratings) *dataset.Ratings { return r },
		folds:   func(r *dataset.Ratings) ([]dataset.Fold, error) { return dataset.KFold(r, 5, seed) },
		entrants: []entrant{
			{label: "nextflex als", space: tune.Space{
				tune.LogInt("factors", 8, 128), tune.LogFloat("regularization", 0.5, 8), tune.LogFloat("bias_regularization", 0.5, 20), tune.Int("iterations", 5, 30),
			}, defaults: tune.Point{"factors": 64.0, "regularization": 1.2, "bias_regularization": 2.0, "iterations": 15.0}, train: trainALS},
			ratedEntrant("nextflex als, rated", false), ratedEntrant("nextflex als, rated and features", true),
			{label: "nextflex bayes", train: trainBayes, note: "not tuned", defaults: tune.Point{"factors": 16.0, "samples": 100.0}},
			{
				label: "nextflex bayes, rated and features", train: trainBayes, note: "not tuned; " + filmFeatures,
				defaults: tune.Point{"factors": 16.0, "samples": 100.0, "rated": true, "features": true},
			},
			{label: "surprise SVD", work: "ratings_surprise_svd", packages: []string{"scikit-surprise", "numpy"}, space: sgd,
				defaults: tune.Point{"n_factors": 100.0, "n_epochs": 20.0, "lr_all": 0.005, "reg_all": 0.02}},
			{label: "surprise SVD++", work: "ratings_surprise_svdpp", packages: []string{"scikit-surprise", "numpy"}, trials: fewTrials, space: plusplus,
				defaults: tune.Point{"n_factors": 20.0, "n_epochs": 20.0, "lr_all": 0.007, "reg_all": 0.02}},
			{label: "lenskit BiasedMF", work: "ratings_lenskit_biased_mf", packages: []string{"lenskit", "numpy", "scipy", "torch"}, space: tune.Space{
				tune.LogInt("embedding_size", 4, 128), tune.LogFloat("regularization", 0.01, 1), tune.LogFloat("damping", 1, 50), tune.Int("epochs", 5, 30),
			}, defaults: tune.Point{"embedding_size": 50.0, "regularization": 0.1, "damping": 5.0, "epochs": 10.0}},
			cmfrecEntrant("cmfrec CMF", false), cmfrecEntrant("cmfrec CMF with implicit features", true),
		},
	}
}

// ratedEntrant learns from who has rated what, and from genres and years of films.
func ratedEntrant(label string, features bool) entrant {
	e := entrant{label: label, train: trainALS, trials: fewTrials, space: tune.Space{
		tune.Int("factors", 16, 64), tune.LogFloat("regularization", 1, 5), tune.LogFloat("bias_regularization", 1, 5), tune.Int("iterations", 8, 20),
		tune.Fixed("rated", true), tune.Fixed("features", features),
	}, defaults: tune.Point{"factors": 64.0, "regularization": 2.0, "bias_regularization": 2.0, "iterations": 15.0, "rated": true, "features": features}}
	if features {
		e.note = filmFeatures
	}
	return e
}

// filmFeatures says what features are.
const filmFeatures = "features are the films' genres and years"

func cmfrecEntrant(label string, implicit bool) entrant {
	return entrant{label: label, work: "ratings_cmfrec", packages: []string{"cmfrec", "numpy", "scipy"}, space: tune.Space{
		tune.LogInt("k", 4, 128), tune.Choice("scale_lam", true, false), tune.LogFloat("lambda_scaled", 0.01, 0.5), tune.LogFloat("lambda_plain", 1, 100),
		tune.Int("niter", 5, 30), tune.LogFloat("w_implicit", 0.05, 2), tune.Fixed("add_implicit_features", implicit),
	}, defaults: tune.Point{
		"k": 40.0, "scale_lam": false, "lambda_scaled": 0.1, "lambda_plain": 10.0, "niter": 10.0, "w_implicit": 0.5, "add_implicit_features": implicit,
	}}
}

func trainALS(ctx context.Context, l lesson) (evaluate.Model, error) {
	s := l.settings
	var opts []als.TrainOption
	if s.Bool("features") {
		opts = append(opts, als.WithItemFeatures(l.films.Features(l.ratings.Items)))
	}
	return als.Train(ctx, l.ratings.Matrix(), als.Config{
		Factors: s.Int("factors"), Iterations: s.Int("iterations"), Regularization: s.Float("regularization"),
		BiasRegularization: s.Float("bias_regularization"), Rated: s.Bool("rated"), Seed: l.seed, Threads: l.threads,
	}, opts...)
}

func trainBayes(ctx context.Context, l lesson) (evaluate.Model, error) {
	s := l.settings
	var opts []bayes.TrainOption
	if s.Bool("features") {
		opts = append(opts, bayes.WithItemFeatures(l.films.Features(l.ratings.Items)))
	}
	return bayes.Train(ctx, l.ratings.Matrix(), bayes.Config{
		Factors: s.Int("factors"), Samples: s.Int("samples"), Rated: s.Bool("rated"), Seed: l.seed, Threads: l.threads,
	}, opts...)
}
