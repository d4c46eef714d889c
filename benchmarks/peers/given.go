package main

import (
	"fmt"
	"math"

	"github.com/nextflex/nextflex/dataset"
)

// givenLists are lists that a peer has made, as scores that fall with the rank.
type givenLists struct {
	ids []int32 // users x k, best first, -1 behind the last
	k   int
}

// readLists reads a peer's lists for all users.
func readLists(dir, name string, train *dataset.Ratings) (*givenLists, error) {
	ids, err := readArray[int32](dir, name+".ids")
	if err != nil {
		return nil, err
	}
	users, items := train.Users.Len(), train.Items.Len()
	if len(ids)%users != 0 {
		return nil, fmt.Errorf("%d entries of lists for %d users", len(ids), users)
	}
	l := &givenLists{ids, len(ids) / users}
	listed := map[int32]int{} // by item, the last user's number who has it
	for i, item := range ids {
		user := i/l.k + 1
		if item < -1 || int(item) >= items {
			return nil, fmt.Errorf("item %d in the list of user %d, want -1 to %d", item, user-1, items-1)
		}
		if item >= 0 && listed[item] == user {
			return nil, fmt.Errorf("item %d twice in the list of user %d", item, user-1)
		}
		listed[item] = user
	}
	return l, nil
}

// Scores gives the listed items scores by rank and the others none.
func (l *givenLists) Scores(user int32, dst []float32) error {
	for i := range dst {
		dst[i] = float32(math.NaN())
	}
	for rank, item := range l.ids[int(user)*l.k : int(user+1)*l.k] {
		if item >= 0 {
			dst[item] = float32(l.k - rank)
		}
	}
	return nil
}

// givenRatings are the ratings that a peer has predicted.
type givenRatings map[[2]int32]float32

// readPredictions reads what a peer predicts, in the order of the test ratings.
func readPredictions(dir, name string, test *dataset.Ratings) (givenRatings, error) {
	values, err := readArray[float32](dir, name+".predicted")
	if err != nil {
		return nil, err
	}
	if len(values) != test.Len() {
		return nil, fmt.Errorf("%d predictions for %d ratings", len(values), test.Len())
	}
	g := make(givenRatings, len(values))
	for i, v := range values {
		g[[2]int32{test.User[i], test.Item[i]}] = v
	}
	return g, nil
}

// Predict returns what was predicted for a pair.
func (g givenRatings) Predict(user, item int32) (float32, error) {
	v, there := g[[2]int32{user, item}]
	if !there {
		return 0, fmt.Errorf("user %d and item %d: not predicted", user, item)
	}
	return v, nil
}
