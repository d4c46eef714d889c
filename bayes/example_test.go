package bayes_test

import (
	"context"
	"fmt"
	"log"

	"github.com/nextflex/nextflex/bayes"
	"github.com/nextflex/nextflex/dataset"
)

// exampleMatrix has 60 people and 6 films of two kinds: people of even rows give the
// first three films 5 stars and the others 2, the others do it the other way round. Nobody
// has rated all.
func exampleMatrix() *dataset.Matrix {
	var user, item []int32
	var value []float32
	for u := range int32(60) {
		for i := range int32(6) {
			if (u+i)%4 == 0 {
				continue
			}
			stars := float32(2)
			if (i < 3) == (u%2 == 0) {
				stars = 5
			}
			user, item, value = append(user, u), append(item, i), append(value, stars)
		}
	}
	m, err := dataset.NewMatrix(dataset.SequentialIndex(1, 60), dataset.SequentialIndex(1, 6), user, item, value)
	if err != nil {
		log.Fatal(err)
	}
	return m
}

func ExampleTrain() {
	model, err := bayes.Train(context.Background(), exampleMatrix(), bayes.Config{Factors: 4, Samples: 50})
	if err != nil {
		log.Fatal(err)
	}
	// The first person has rated neither the first film nor the fifth.
	for _, item := range []int32{0, 4} {
		stars, err := model.Predict(0, item)
		if err != nil {
			log.Fatal(err)
		}
		fmt.Printf("film %v: %.0f\n", model.Items().ID(item), stars)
	}
	// Output:
	// film 1: 5
	// film 5: 2
}

func ExampleModel_Interval() {
	model, err := bayes.Train(context.Background(), exampleMatrix(), bayes.Config{Factors: 4, Samples: 50})
	if err != nil {
		log.Fatal(err)
	}
	low, high, err := model.Interval(0, 4, 0.9)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(low < 2 && 2 < high, high-low < 1.5)
	// Output: true true
}

// What is known of films predicts those that nobody has rated.
func ExampleWithItemFeatures() {
	set, err := dataset.Demo()
	if err != nil {
		log.Fatal(err)
	}
	genres := set.Catalogue.Features(set.Ratings.Items)
	model, err := bayes.Train(context.Background(), set.Ratings.Matrix(), bayes.Config{Factors: 4, Samples: 5, BurnIn: 5}, bayes.WithItemFeatures(genres))
	if err != nil {
		log.Fatal(err)
	}
	low, high, err := model.Interval(0, 0, 0.9)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(0 < low && low < high && high < 8)
	// Output: true
}
