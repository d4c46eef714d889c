package tune_test

import (
	"context"
	"errors"
	"fmt"
	"log"
	"math"

	"github.com/nextflex/nextflex/dataset"
	"github.com/nextflex/nextflex/recommend/evaluate"
	"github.com/nextflex/nextflex/recommend/evaluate/tune"
)

func ExampleSearch() {
	// A stand-in for a model: it is best at a rate of 0.1, better after more steps, and fails at large rates.
	objective := func(_ context.Context, p tune.Point, steps, fold int) (tune.Values, error) {
		if p.Float("rate") > 5 {
			return nil, errors.New("diverged")
		}
		return tune.Values{"loss": math.Abs(math.Log10(p.Float("rate"))+1) + 1/float64(steps)}, nil
	}
	result, err := tune.Search(context.Background(), tune.Config{
		Space:    tune.Space{tune.LogFloat("rate", 0.001, 10)},
		Metric:   "loss",
		Method:   tune.Halving,
		Trials:   27,
		Folds:    1,
		Resource: 9, // the best three of 27 trials get 9 steps, the others 1 or 3
	}, objective)
	if err != nil {
		log.Fatal(err)
	}
	worst := result.Trials[len(result.Trials)-1]
	fmt.Printf("the best rate is near 0.1: %v, after %d steps\n", result.Best.Point.Float("rate") > 0.05 && result.Best.Point.Float("rate") < 0.2, result.Best.Resource)
	fmt.Printf("the worst trial: %s\n", worst.Error)
	fmt.Println(result.Evaluations, "evaluations")
	// Output:
	// the best rate is near 0.1: true, after 9 steps
	// the worst trial: fold 1: diverged
	// 39 evaluations
}

func ExampleCrossValidated() {
	set, err := dataset.Demo()
	if err != nil {
		log.Fatal(err)
	}
	// Hold a part out that the search never sees, and search on folds of the rest.
	outer, err := dataset.RandomSplit(set.Ratings, 0.2, 1)
	if err != nil {
		log.Fatal(err)
	}
	folds, err := dataset.KFold(outer.Train, 3, 1)
	if err != nil {
		log.Fatal(err)
	}
	train := func(_ context.Context, p tune.Point, _ int, train *dataset.Ratings) (evaluate.Model, error) {
		return evaluate.NewBiases(train, evaluate.BiasConfig{UserDamping: p.Float("user"), ItemDamping: p.Float("item")}), nil
	}
	result, err := tune.Search(context.Background(), tune.Config{
		Space:  tune.Space{tune.LogFloat("user", 0.1, 1000), tune.Fixed("item", 10)},
		Metric: "rmse", Trials: 5, Folds: len(folds), Data: tune.Fingerprint(folds),
	}, tune.CrossValidated(folds, train, evaluate.Options{NoRanking: true, Threads: 1}))
	if err != nil {
		log.Fatal(err)
	}
	model, err := train(context.Background(), result.Best.Point, 0, outer.Train)
	if err != nil {
		log.Fatal(err)
	}
	test, err := evaluate.Ratings(context.Background(), model.(evaluate.Predictor), outer.Train, outer.Test, evaluate.Options{})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Printf("while searching %.2f, held out %.2f\n", result.Best.Mean, test.RMSE)
	// Output: while searching 0.88, held out 0.87
}
