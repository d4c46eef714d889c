package evaluate_test

import (
	"context"
	"fmt"
	"log"

	"github.com/nextflex/nextflex/dataset"
	"github.com/nextflex/nextflex/ranking"
	"github.com/nextflex/nextflex/recommend/evaluate"
)

// taste is a fold of two people who like even and two who like odd items, with one
// rating of each held out.
func taste() dataset.Fold {
	side := func() *dataset.Ratings {
		return &dataset.Ratings{
			Scale: dataset.Scale{Min: 1, Max: 5, Step: 1},
			Users: dataset.SequentialIndex(1, 4), Items: dataset.SequentialIndex(1, 6),
		}
	}
	fold := dataset.Fold{Name: "taste", Train: side(), Test: side()}
	for user := range int32(4) {
		for item := range int32(6) {
			r, value := fold.Train, float32(2)
			if item%2 == user%2 {
				value = 5
			}
			if item == user {
				r = fold.Test
			}
			r.User, r.Item, r.Value = append(r.User, user), append(r.Item, item), append(r.Value, value)
		}
	}
	return fold
}

func ExampleRatings() {
	fold := taste()
	e, err := evaluate.Ratings(context.Background(), evaluate.NewMean(fold.Train), fold.Train, fold.Test, evaluate.Options{})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(e)
	// Output:
	// RMSE 1.8000, MAE 1.8000 over 4 ratings (0 by users and 0 of items without train ratings)
}

func ExampleRanking() {
	fold := taste()
	r, err := evaluate.Ranking(context.Background(), evaluate.NewPopularity(fold.Train), fold.Train, fold.Test, evaluate.Options{K: []int{1}})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Print(r)
	// Output:
	// k  precision  recall  recall capped  hit rate    NDCG     MAP     MRR
	// 1     1.0000  1.0000         1.0000    1.0000  1.0000  1.0000  1.0000
	//
	// k  coverage    Gini  novelty  popularity    lift  diversity  calibration
	// 1    0.6667  0.4000   0.4150      3.0000  0.8824          -            -
	// (4 users, 0 skipped without relevant items, catalogue of 6)
}

func ExampleCrossValidate() {
	s, err := evaluate.CrossValidate(context.Background(), []dataset.Fold{taste()},
		func(_ context.Context, train *dataset.Ratings) (evaluate.Model, error) {
			return evaluate.NewBiases(train, evaluate.BiasConfig{ItemDamping: 1, UserDamping: 1}), nil
		}, evaluate.Options{NoRanking: true})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Print(s)
	// Output:
	// metric    mean     std   taste
	// rmse    1.9550  0.0000  1.9550
	// mae     1.9550  0.0000  1.9550
	// (predictions clamped to the scale)
}

func ExampleNewPopularity() {
	scores := make([]float32, 6)
	if err := evaluate.NewPopularity(taste().Train).Scores(0, scores); err != nil {
		log.Fatal(err)
	}
	fmt.Println(scores)
	// Output: [3 3 3 3 4 4]
}

func ExampleNewMean() {
	p, err := evaluate.NewMean(taste().Train).Predict(0, 0)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(p)
	// Output: 3.2
}

func ExampleNewWeighted() {
	model, err := evaluate.NewWeighted(taste().Train, ranking.Config{MinVotes: 3})
	if err != nil {
		log.Fatal(err)
	}
	p, err := model.Predict(0, 4)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Printf("%.3f\n", p)
	// Output: 3.357
}

func ExampleNewBiases() {
	model := evaluate.NewBiases(taste().Train, evaluate.BiasConfig{})
	p, err := model.Predict(0, 4)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Printf("%.3f\n", p)
	// Output: 3.240
}
