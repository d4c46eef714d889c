// Command compare measures a model and its baselines on the same folds.
package main

import (
	"context"
	"fmt"
	"log"

	"github.com/nextflex/nextflex/als"
	"github.com/nextflex/nextflex/dataset"
	"github.com/nextflex/nextflex/recommend/evaluate"
)

func main() {
	set, err := dataset.Demo()
	if err != nil {
		log.Fatal(err)
	}
	folds, err := dataset.KFold(set.Ratings, 2, 1)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println("RMSE on the demo set (simulated ratings), 2 folds")
	for _, model := range []struct {
		name  string
		train evaluate.Trainer
	}{
		{"mean of all ratings", func(_ context.Context, train *dataset.Ratings) (evaluate.Model, error) {
			return evaluate.NewMean(train), nil
		}},
		{"user and item biases", func(_ context.Context, train *dataset.Ratings) (evaluate.Model, error) {
			return evaluate.NewBiases(train, evaluate.BiasConfig{}), nil
		}},
		{"ALS", func(ctx context.Context, train *dataset.Ratings) (evaluate.Model, error) {
			return als.Train(ctx, train.Matrix(), als.Config{Factors: 12, Iterations: 8})
		}},
	} {
		summary, err := evaluate.CrossValidate(context.Background(), folds, model.train, evaluate.Options{NoRanking: true})
		if err != nil {
			log.Fatal(err)
		}
		fmt.Printf("%-20s %.2f\n", model.name, summary.Metrics["rmse"].Mean)
	}
}
