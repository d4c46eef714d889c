package als_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log"
	"math"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/nextflex/nextflex/als"
	"github.com/nextflex/nextflex/dataset"
)

// films of two kinds, and 40 people who like one or the other.
var films = []string{"Alien", "Blade Runner", "The Thing", "Amélie", "Before Sunrise", "Notting Hill"}

// exampleMatrix has people of the ids 100 to 139: the even ones like the first
// three films, the odd ones the others, and nobody has rated them all.
func exampleMatrix() *dataset.Matrix {
	var user, item []int32
	var value []float32
	for u := range int32(40) {
		for i := range int32(len(films)) {
			if (u*u+7*u*i+3*i*i)%11 < 4 && u != 4 { // some have not seen some
				continue
			}
			if u == 4 && (i == 1 || i > 3) {
				continue
			}
			liked := (i < 3) == (u%2 == 0)
			user, item = append(user, u), append(item, i)
			value = append(value, map[bool]float32{true: 4.5, false: 1.5}[liked])
		}
	}
	m, err := dataset.NewMatrix(dataset.SequentialIndex(100, 40), dataset.SequentialIndex(1, len(films)), user, item, value)
	if err != nil {
		log.Fatal(err)
	}
	return m
}

func exampleModel() *als.Model {
	model, err := als.Train(context.Background(), exampleMatrix(), als.Config{Factors: 2, Regularization: 0.05})
	if err != nil {
		log.Fatal(err)
	}
	return model
}

func Example() {
	m := exampleMatrix()
	model, err := als.Train(context.Background(), m, als.Config{Factors: 2, Regularization: 0.05, Seed: 1})
	if err != nil {
		log.Fatal(err)
	}
	user, _ := model.Users().Row(dataset.Int(104)) // who has not rated "Blade Runner"
	seen, _ := m.Row(user)
	top, err := model.Recommend(user, 1, als.Exclude(seen))
	if err != nil {
		log.Fatal(err)
	}
	for _, s := range top {
		fmt.Println(films[s.Row])
	}
	// Output: Blade Runner
}

func ExampleTrain() {
	losses := 0
	model, err := als.Train(context.Background(), exampleMatrix(), als.Config{Factors: 2, Iterations: 5},
		als.WithProgress(func(p als.Progress) { losses++ }), als.WithNote("trained for the documentation"))
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(losses, "iterations,", model.Provenance().Ratings, "ratings:", model.Provenance().Note)
	// Output: 5 iterations, 135 ratings: trained for the documentation
}

func ExampleTrain_implicit() {
	model, err := als.Train(context.Background(), exampleMatrix(), als.Config{Factors: 2, Implicit: true, Alpha: 10})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(model.Config().Implicit, model.Config().NoBias)
	// Output: true true
}

func ExampleConfidence() {
	model, err := als.Train(context.Background(), exampleMatrix(), als.Config{
		Factors: 2, Implicit: true, Threshold: 4, Confidence: als.Constant, // a film was liked, or it was not
	})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(model.Provenance().Ratings, "interactions of", exampleMatrix().Len(), "ratings")
	// Output: 66 interactions of 135 ratings
}

func ExampleWithWeights() {
	ratings := demoRatings()
	weights, err := ratings.Recency(365 * 24 * time.Hour)
	if err != nil {
		log.Fatal(err)
	}
	model, err := als.Train(context.Background(), ratings.Matrix(), als.Config{Factors: 4, Implicit: true, Unobserved: 0.1},
		als.WithWeights(weights.Matrix()))
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(model.Provenance().Ratings == int64(ratings.Len()))
	// Output: true
}

func ExampleWithValidation() {
	fold, err := dataset.RandomSplit(demoRatings(), 0.1, 1)
	if err != nil {
		log.Fatal(err)
	}
	model, err := als.Train(context.Background(), fold.Train.Matrix(), als.Config{Factors: 4, Iterations: 30},
		als.WithValidation(fold.Test.Matrix(), 2))
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println("RMSE below 0.9:", model.Provenance().Validation[2] < 0.9)
	// Output: RMSE below 0.9: true
}

func demoRatings() *dataset.Ratings {
	set, err := dataset.Demo()
	if err != nil {
		log.Fatal(err)
	}
	return set.Ratings
}

func ExampleModel_Predict() {
	model := exampleModel()
	liked, err := model.Predict(4, 1)
	if err != nil {
		log.Fatal(err)
	}
	disliked, err := model.Predict(4, 4)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(liked > disliked)
	_, err = model.Predict(4, 99)
	fmt.Println(err)
	// Output:
	// true
	// als: unknown item: row 99, want 0 to 5
}

func ExampleModel_Scores() {
	model := exampleModel()
	scores := make([]float32, model.Items().Len())
	if err := model.Scores(4, scores); err != nil {
		log.Fatal(err)
	}
	fmt.Println(scores[1] > scores[4])
	// Output: true
}

func ExampleModel_Recommend() {
	top, err := exampleModel().Recommend(3, 3, als.Candidates([]int32{0, 1, 2, 4}), als.Where(func(item int32) bool { return item != 0 }))
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(films[top[0].Row], len(top))
	// Output: Before Sunrise 3
}

func ExampleModel_RecommendAll() {
	m := exampleMatrix()
	lists, err := exampleModel().RecommendAll(context.Background(), nil, 1, m, 0)
	if err != nil {
		log.Fatal(err)
	}
	for user, list := range lists[:2] {
		fmt.Println(m.Users.ID(int32(user)), len(list))
	}
	// Output:
	// 100 1
	// 101 1
}

func ExampleModel_SimilarItems() {
	near, err := exampleModel().SimilarItems(3, 2)
	if err != nil {
		log.Fatal(err)
	}
	for _, s := range near {
		fmt.Println(films[s.Row])
	}
	// Unordered output:
	// Before Sunrise
	// Notting Hill
}

func ExampleModel_SimilarUsers() {
	near, err := exampleModel().SimilarUsers(2, 1)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println("likes the first three too:", near[0].Row%2 == 0)
	// Output: likes the first three too: true
}

func ExampleModel_FoldInUser() {
	model := exampleModel()
	someone, err := model.FoldInUser([]int32{3, 1}, []float32{5, 1.5}) // Amélie and not Blade Runner
	if err != nil {
		log.Fatal(err)
	}
	top, err := model.RecommendFor(someone, 2, als.Exclude([]int32{3, 1}))
	if err != nil {
		log.Fatal(err)
	}
	for _, s := range top {
		fmt.Println(films[s.Row])
	}
	// Unordered output:
	// Before Sunrise
	// Notting Hill
}

func ExampleModel_FoldInItem() {
	model := exampleModel()
	film, err := model.FoldInItem([]int32{0, 2}, []float32{5, 1}) // liked by those who like Alien
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(len(film.Vector))
	// Output: 2
}

func ExampleModel_Explain() {
	_, parts, err := exampleModel().Explain([]int32{3, 1}, []float32{5, 1.5}, 4)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println("because you rated", films[parts[0].Row])
	// Output: because you rated Amélie
}

func ExampleModel_PredictFor() {
	model := exampleModel()
	someone, err := model.FoldInUser([]int32{3, 1}, []float32{5, 1.5}) // Amélie and not Blade Runner
	if err != nil {
		log.Fatal(err)
	}
	notting, err := model.PredictFor(someone, 5)
	if err != nil {
		log.Fatal(err)
	}
	alien, err := model.PredictFor(someone, 0)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(notting > alien)
	// Output: true
}

func ExampleModel_ScoresFor() {
	model := exampleModel()
	someone, err := model.FoldInUser([]int32{0}, []float32{5}) // Alien
	if err != nil {
		log.Fatal(err)
	}
	scores := make([]float32, model.Items().Len())
	if err := model.ScoresFor(someone, scores); err != nil {
		log.Fatal(err)
	}
	fmt.Println(scores[2] > scores[3]) // The Thing, Amélie
	// Output: true
}

func ExampleModel_RecommendFor() {
	model := exampleModel()
	nobody, err := model.FoldInUser(nil, nil) // no ratings: what all like best comes first
	if err != nil {
		log.Fatal(err)
	}
	top, err := model.RecommendFor(nobody, 6)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(len(top), top[0].Score >= top[5].Score)
	// Output: 6 true
}

func ExampleExclude() {
	m := exampleMatrix()
	seen, _ := m.Row(4)
	top, err := exampleModel().Recommend(4, 10, als.Exclude(seen))
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(len(films)-len(seen) == len(top))
	// Output: true
}

func ExampleCandidates() {
	top, err := exampleModel().Recommend(4, 10, als.Candidates([]int32{1, 5}))
	if err != nil {
		log.Fatal(err)
	}
	for _, s := range top {
		fmt.Println(films[s.Row])
	}
	// Output:
	// Blade Runner
	// Notting Hill
}

func ExampleWhere() {
	long := func(item int32) bool { return len(films[item]) > 9 }
	top, err := exampleModel().Recommend(4, 1, als.Where(long))
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(films[top[0].Row])
	// Output: Blade Runner
}

func ExampleModel_ItemFactor() {
	model := exampleModel()
	u, err := model.UserFactor(4)
	if err != nil {
		log.Fatal(err)
	}
	i, err := model.ItemFactor(1)
	if err != nil {
		log.Fatal(err)
	}
	score := model.Mean() + u.Bias + i.Bias
	for c, x := range u.Vector {
		score += x * i.Vector[c]
	}
	same, err := model.Predict(4, 1)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(math.Abs(float64(score-same)) < 1e-5)
	// Output: true
}

func ExampleModel_Provenance() {
	p := exampleModel().Provenance()
	fmt.Println(p.Ratings, "ratings of", p.Items, "films by", p.Users, "people")
	fmt.Println(p.Losses[0] > p.Losses[len(p.Losses)-1])
	// Output:
	// 135 ratings of 6 films by 40 people
	// true
}

func ExampleConfigError() {
	_, err := als.Train(context.Background(), exampleMatrix(), als.Config{Factors: 4000})
	var refused *als.ConfigError
	fmt.Println(errors.As(err, &refused), refused.Field)
	fmt.Println(err)
	// Output:
	// true Factors
	// als: Factors is 4000, want 1 to 512
}

func ExampleLoad() {
	_, err := als.Load("no-such-model.nfm")
	fmt.Println(errors.Is(err, os.ErrNotExist))
	// Output: true
}

func ExampleRead() {
	_, err := als.Read(strings.NewReader("userId,movieId,rating"))
	fmt.Println(err)
	// Output: als: not a model file
}

func ExampleModel_Save() {
	dir, err := os.MkdirTemp("", "nextflex")
	if err != nil {
		log.Fatal(err)
	}
	defer os.RemoveAll(dir)
	path := filepath.Join(dir, "films.nfm")
	if err := exampleModel().Save(path); err != nil {
		log.Fatal(err)
	}
	model, err := als.Load(path)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(model.Users().Len(), "users,", model.Items().Len(), "items")
	// Output: 40 users, 6 items
}

func ExampleModel_Write() {
	var file bytes.Buffer
	if err := exampleModel().Write(&file); err != nil {
		log.Fatal(err)
	}
	file.Truncate(100)
	_, err := als.Read(&file)
	fmt.Println(err)
	// Output: als: damaged model file: it ends within its header
}

// What is known of films predicts one that nobody has rated.
func ExampleWithItemFeatures() {
	m := exampleMatrix()
	kinds := &dataset.CSR{Ptr: []int64{0}} // column 0 for science fiction, column 1 for romance
	for i := range int32(len(films)) {
		kinds.Index, kinds.Value = append(kinds.Index, i/3), append(kinds.Value, 1)
		kinds.Ptr = append(kinds.Ptr, int64(len(kinds.Index)))
	}
	model, err := als.Train(context.Background(), m, als.Config{Factors: 2, Regularization: 0.05, FeatureRegularization: 1}, als.WithItemFeatures(kinds))
	if err != nil {
		log.Fatal(err)
	}
	romance, err := model.FoldInItemWith(als.Features{Columns: []int32{1}, Values: []float32{1}}, nil, nil)
	if err != nil {
		log.Fatal(err)
	}
	for _, id := range []int64{104, 105} { // who likes science fiction, and who doesn't
		row, _ := model.Users().Row(dataset.Int(id))
		user, _ := model.UserFactor(row)
		score := model.Mean() + user.Bias + romance.Bias
		for c, v := range user.Vector {
			score += v * romance.Vector[c]
		}
		fmt.Println(id, score > 3)
	}
	// Output:
	// 104 false
	// 105 true
}

// People of whom an age is known have vectors before they rate anything.
func ExampleWithUserFeatures() {
	m := exampleMatrix()
	ages := &dataset.CSR{Ptr: []int64{0}} // column 0 for the young, who like science fiction here
	for u := range int32(m.NumUsers()) {
		ages.Index, ages.Value = append(ages.Index, u%2), append(ages.Value, 1)
		ages.Ptr = append(ages.Ptr, int64(len(ages.Index)))
	}
	model, err := als.Train(context.Background(), m, als.Config{Factors: 2, Regularization: 0.05, FeatureRegularization: 1}, als.WithUserFeatures(ages))
	if err != nil {
		log.Fatal(err)
	}
	young, err := model.FoldInUserWith(als.Features{Columns: []int32{0}, Values: []float32{1}}, nil, nil)
	if err != nil {
		log.Fatal(err)
	}
	top, err := model.RecommendFor(young, 3)
	if err != nil {
		log.Fatal(err)
	}
	for _, s := range top {
		fmt.Println(s.Row < 3)
	}
	// Output:
	// true
	// true
	// true
}
