package dataset_test

import (
	"context"
	"fmt"
	"math"
	"os"

	"github.com/nextflex/nextflex/dataset"
)

func demoRatingsOf() *dataset.Ratings {
	set, err := dataset.Demo()
	if err != nil {
		panic(err)
	}
	return set.Ratings
}

func ExampleRandomSplit() {
	fold, err := dataset.RandomSplit(demoRatingsOf(), 0.2, 1)
	fmt.Println(fold.Name, fold.Train.Len(), fold.Test.Len(), err)
	_, err = dataset.RandomSplit(demoRatingsOf(), 20, 1)
	fmt.Println(err)
	// Output:
	// random 0.2 96000 24000 <nil>
	// dataset: testFraction is 20, want above 0 and below 1
}

func ExampleKFold() {
	folds, err := dataset.KFold(demoRatingsOf(), 5, 1)
	for _, fold := range folds {
		fmt.Println(fold.Name, fold.Train.Len()+fold.Test.Len())
	}
	fmt.Println(err)
	// Output:
	// fold 1 of 5 120000
	// fold 2 of 5 120000
	// fold 3 of 5 120000
	// fold 4 of 5 120000
	// fold 5 of 5 120000
	// <nil>
}

func ExampleLeaveLastOut() {
	fold, err := dataset.LeaveLastOut(demoRatingsOf(), 1)
	fmt.Println(fold.Test.Len(), "people, one rating each", err)
	// Output: 2000 people, one rating each <nil>
}

func ExampleTimeSplit() {
	fold, err := dataset.TimeSplit(demoRatingsOf(), 0.1)
	fmt.Println(fold.Name, fold.Train.Len(), fold.Test.Len(), err)
	// Output: newest 0.1 108000 12000 <nil>
}

func ExampleUserSplit() {
	fold, err := dataset.UserSplit(demoRatingsOf(), 0.25, 1)
	people := map[int32]bool{}
	for _, user := range fold.Test.User {
		people[user] = true
	}
	fmt.Println(len(people), "people held out", err)
	// Output: 500 people held out <nil>
}

func ExampleItemSplit() {
	fold, err := dataset.ItemSplit(demoRatingsOf(), 0.1, 1)
	films := map[int32]bool{}
	for _, item := range fold.Test.Item {
		films[item] = true
	}
	fmt.Println(len(films), "films held out", err)
	// Output: 68 films held out <nil>
}

func ExampleGenerator_Generate() {
	g := dataset.Generator{Users: 500, Items: 300, Ratings: 20000, Seed: 1}
	ratings, truth, err := g.Generate(context.Background())
	if err != nil {
		fmt.Println(err)
		return
	}
	var off float64
	for i, value := range ratings.Value {
		off += (float64(value) - truth.Score(ratings.User[i], ratings.Item[i])) / float64(ratings.Len())
	}
	fmt.Println(ratings.Len(), ratings.Simulated)
	fmt.Println("on average the truth:", math.Abs(off) < 0.05)
	// Output:
	// 20000 true
	// on average the truth: true
}

func ExampleGenerator_WriteCSV() {
	g := dataset.Generator{Users: 2, Items: 8, Ratings: 8, Seed: 1}
	if err := g.WriteCSV(context.Background(), os.Stdout, nil); err != nil {
		fmt.Println(err)
	}
	// Output:
	// userId,movieId,rating,timestamp
	// 1,2,5.0,1304527977
	// 1,3,3.0,1304527953
	// 1,5,4.0,1304527894
	// 1,6,4.0,1304527960
	// 2,1,3.0,996545879
	// 2,4,2.0,996545927
	// 2,7,3.0,996545896
	// 2,8,3.0,996545901
}

func ExampleGenerator_Truth() {
	truth, err := dataset.Generator{Users: 10, Items: 8, Ratings: 30}.Truth()
	if err != nil {
		fmt.Println(err)
		return
	}
	scores := make([]float32, 8)
	fmt.Println(truth.Scores(3, scores), scores[5] == float32(truth.Score(3, 5)))
	_, err = truth.Predict(3, 8)
	fmt.Println(err)
	// Output:
	// <nil> true
	// dataset: user row 3, item row 8, want below 10 and 8
}

func ExampleFullSize() {
	fmt.Println(dataset.FullSize().Ratings)
	// Output: 26024289
}

func ExampleTastes_Simulate() {
	set, err := dataset.Demo()
	if err != nil {
		fmt.Println(err)
		return
	}
	ratings, err := dataset.Tastes{People: 100, Ratings: 4000, Seed: 7}.Simulate(set.Catalogue)
	fmt.Println(ratings.Len(), ratings.Simulated, err)
	// Output: 4000 true <nil>
}

func ExampleDemo() {
	set, err := dataset.Demo()
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(set.Ratings.Len(), "simulated ratings of", set.Catalogue.Len(), "films")
	film, _ := set.Catalogue.ByID(dataset.Int(1))
	fmt.Printf("%s (%d) by %s\n", film.Title, film.Year, film.Directors[0])
	// Output:
	// 120000 simulated ratings of 680 films
	// The Cabinet of Dr. Caligari (1920) by Robert Wiene
}

func ExampleRepeatedSplit() {
	folds, err := dataset.RepeatedSplit(demoRatingsOf(), 0.1, 2, 7)
	for _, fold := range folds {
		fmt.Println(fold.Name, fold.Train.Len(), fold.Test.Len())
	}
	fmt.Println(err)
	// Output:
	// seed 7 108000 12000
	// seed 8 108000 12000
	// <nil>
}

func ExampleStrongSplit() {
	fold, err := dataset.StrongSplit(demoRatingsOf().Interactions(4), 0.1, 0.2, 1)
	fmt.Println(err)
	trained := map[int32]bool{}
	for _, user := range fold.Train.User {
		trained[user] = true
	}
	fmt.Println(trained[fold.FoldIn.User[0]], trained[fold.Test.User[0]])
	fmt.Println(fold.Test.Len()*4 < fold.FoldIn.Len()+2*fold.Test.Users.Len())
	// Output:
	// <nil>
	// false false
	// true
}

func ExampleRatings_Interactions() {
	r := demoRatingsOf()
	x := r.Interactions(4)
	fmt.Println(x.Len() < r.Len(), x.Value[0], x.Scale.Implicit)
	// Output: true 1 true
}
