package recommendtest

import (
	"math/rand/v2"

	"github.com/nextflex/nextflex/dataset"
)

// The taste matrix has two blocks of users and items. Each user rates the items of
// the own block high and, where the model knows ratings, those of the other block
// low, but for one item of each block, which are withheld. Behind the blocks stand
// a user and an item without ratings.
const (
	tasteUsers = 24 // 12 of each block
	tasteItems = 16 // 8 of each block
	emptyUser  = tasteUsers
	emptyItem  = tasteItems
)

// withheld returns the items of the own and the other block that a user has not
// rated.
func withheld(user int32) (own, other int32) {
	half := int32(tasteItems / 2)
	block := user / (tasteUsers / 2)
	return block*half + user%half, (1-block)*half + user%half
}

func (c *contract) taste() *dataset.Matrix {
	var users, items []int32
	var values []float32
	for user := range int32(tasteUsers) {
		own, other := withheld(user)
		for item := range int32(tasteItems) {
			liked := item/(tasteItems/2) == user/(tasteUsers/2)
			if item == own || item == other || c.implicit && !liked {
				continue
			}
			value := float32(1)
			if liked && !c.implicit {
				value = 5
			}
			users, items, values = append(users, user), append(items, item), append(values, value)
		}
	}
	return c.matrix(tasteUsers+1, tasteItems+1, users, items, values)
}

// crowd is a matrix large enough for several threads to have work.
func (c *contract) crowd() *dataset.Matrix {
	const people, films = 400, 150
	rng := rand.New(rand.NewPCG(11, 12))
	var users, items []int32
	var values []float32
	for user := range int32(people) {
		for range 5 + rng.IntN(40) {
			value := float32(1 + rng.IntN(5))
			users, items, values = append(users, user), append(items, int32(rng.IntN(films))), append(values, value)
		}
	}
	return c.matrix(people, films, users, items, values)
}

func (c *contract) matrix(users, items int, user, item []int32, value []float32) *dataset.Matrix {
	c.t.Helper()
	m, err := dataset.NewMatrix(dataset.SequentialIndex(1, users), dataset.SequentialIndex(1, items), user, item, value)
	if err != nil {
		c.t.Fatal(err)
	}
	return m
}
