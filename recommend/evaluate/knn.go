package evaluate

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"slices"
	"sync"

	"github.com/nextflex/nextflex/dataset"
	"github.com/nextflex/nextflex/similarity"
)

// MaxNeighbours is the largest neighbourhood of a KNNConfig.
const MaxNeighbours = 5000

// KNNConfig configures ItemKNN and UserKNN. The zero KNNConfig predicts ratings.
type KNNConfig struct {
	// Neighbours is k, how many of the most similar rows count, 1 to 5000. 0 means
	// 100. They are kept: 16 bytes each of every item, or 8 of every user.
	Neighbours int
	// Shrinkage is h, a number of ratings that each row is taken to have beside its
	// own, of things that no other row has:
	//
	//	s_ab = Σ x_a·x_b/√((|x_a|² + h·m)·(|x_b|² + h·m)), m being the mean x² of all entries
	//
	// so that rows with few ratings are similar to none. 0 means 10; negative means
	// none, which is the plain cosine. It is for the damping n/(n + h) of Bell & Koren
	// 2007, with rows' own numbers of ratings for what two have in common.
	Shrinkage float64
	// Damping is δ, the similarity of one neighbour more, whose opinion is the baseline:
	// of explicit ratings, it holds predictions back that rest on little. 0 means 0.3;
	// negative means none, as is usual elsewhere (on ml-100k, k = 100 among items: RMSE
	// 0.918 with 0.3, 0.940 without).
	Damping float64
	// Implicit takes a rating as an interaction, whatever its value: x is 1, and scores
	// are sums of similarities, good for lists. Else x is the rating less its Biases,
	// and scores are predictions of ratings.
	Implicit bool
	// Threads is the number of goroutines that compare rows; 0 means one a processor.
	// It does not change the result.
	Threads int
	// Progress, which may be nil, is called now and then, one call at a time; done and
	// total are in rows compared.
	Progress func(done, total int)
}

func (c KNNConfig) resolved() (KNNConfig, error) {
	c.Neighbours = cmp.Or(c.Neighbours, 100)
	if c.Neighbours < 1 || c.Neighbours > MaxNeighbours {
		return c, &ConfigError{Package: "evaluate", Field: "Neighbours", Value: c.Neighbours, Want: fmt.Sprintf("1 to %d", MaxNeighbours)}
	}
	if !(c.Shrinkage <= 1e6) {
		return c, &ConfigError{Package: "evaluate", Field: "Shrinkage", Value: c.Shrinkage, Want: "up to 1e+06, 0 for 10, negative for none"}
	}
	if !(c.Damping <= 1e6) {
		return c, &ConfigError{Package: "evaluate", Field: "Damping", Value: c.Damping, Want: "up to 1e+06, 0 for 0.3, negative for none"}
	}
	c.Shrinkage = max(cmp.Or(c.Shrinkage, 10), 0)
	c.Damping = max(cmp.Or(c.Damping, 0.3), 0)
	if c.Threads < 0 {
		return c, &ConfigError{Package: "evaluate", Field: "Threads", Value: c.Threads, Want: "1 or more, or 0 for one a processor"}
	}
	return c, nil
}

// knn is what both models are made of.
type knn struct {
	seen     *dataset.Matrix // x of each pair in train
	biases   Biases
	implicit bool
	damping  float32
	opinions sync.Pool // of *[]opinion, one of each item
}

// newKNN checks and prepares the train side.
func newKNN(train *dataset.Ratings, cfg KNNConfig) (*knn, KNNConfig, error) {
	c, err := cfg.resolved()
	if err != nil {
		return nil, c, err
	}
	if err := train.Validate(); err != nil {
		return nil, c, fmt.Errorf("evaluate: neighbours: %w", err)
	}
	m := train.Matrix()
	seen := &dataset.Matrix{Users: m.Users, Items: m.Items, CSR: dataset.CSR{Ptr: m.Ptr, Index: m.CSR.Index, Value: slices.Clone(m.Value)}}
	k := &knn{seen: seen, implicit: c.Implicit, damping: float32(c.Damping)}
	if !c.Implicit {
		k.biases = NewBiases(train, BiasConfig{})
	}
	for user := range int32(seen.NumUsers()) {
		items, x := seen.Row(user)
		k.entries(items, x, k.own(user))
	}
	items := seen.NumItems()
	k.opinions.New = func() any {
		made := make([]opinion, items)
		return &made
	}
	return k, c, nil
}

// own is what is predicted of a user whatever the item: the mean and the user's bias.
func (k *knn) own(user int32) float32 {
	if k.implicit {
		return 0
	}
	return k.biases.mean + k.biases.user[user]
}

// entries makes x of a user's ratings, in place.
func (k *knn) entries(items []int32, values []float32, own float32) {
	for i, item := range items {
		if k.implicit {
			values[i] = 1
		} else {
			values[i] -= own + k.biases.items[item]
		}
	}
}

// folded checks the ratings of a user who was not in train and returns x of them, and
// what own would be.
func (k *knn) folded(items []int32, values []float32) (x []float32, own float32, err error) {
	if len(items) != len(values) {
		return nil, 0, fmt.Errorf("evaluate: %d items and %d values, want as many of each", len(items), len(values))
	}
	for i, item := range items {
		if item < 0 || int(item) >= k.seen.NumItems() {
			return nil, 0, fmt.Errorf("evaluate: item row %d, want 0 to %d", item, k.seen.NumItems()-1)
		}
		if i > 0 && items[i-1] >= item {
			return nil, 0, fmt.Errorf("evaluate: item row %d after %d, want ascending order", item, items[i-1])
		}
		if v := values[i]; v-v != 0 {
			return nil, 0, fmt.Errorf("evaluate: value %v of item row %d, want a finite number", v, item)
		}
	}
	if !k.implicit {
		own = k.biases.mean + k.biases.ofUser(items, values)
	}
	x = slices.Clone(values)
	k.entries(items, x, own)
	return x, own, nil
}

// neighbourhood is the rows of one side and what is near them.
type neighbourhood struct {
	near    *dataset.CSR        // of each row the k most similar, in ascending order
	index   *similarity.Vectors // of the rows
	private float32             // what each row holds of a token of its own; 0 for none
}

// vector is a row with its private token.
func (n *neighbourhood) vector(tokens []int32, values []float32, private int) similarity.Vector {
	if n.private > 0 && len(tokens) > 0 {
		tokens, values = append(slices.Clone(tokens), int32(private)), append(slices.Clone(values), n.private)
	}
	return similarity.Vector{Tokens: tokens, Values: values}
}

// newNeighbourhood finds the neighbours of each row.
func newNeighbourhood(ctx context.Context, x *dataset.CSR, columns int, c KNNConfig) (*neighbourhood, error) {
	rows := len(x.Ptr) - 1
	var squares float64
	for _, v := range x.Value {
		squares += float64(v) * float64(v)
	}
	n := &neighbourhood{private: float32(math.Sqrt(c.Shrinkage * squares / math.Max(float64(x.Len()), 1)))}
	vectors := make([]similarity.Vector, rows)
	for row := range vectors {
		tokens, values := x.Row(int32(row))
		vectors[row] = n.vector(tokens, values, columns+row)
	}
	var err error
	if n.index, err = similarity.NewVectors(vectors, columns+rows+1); err != nil { // the last for rows to come
		return nil, fmt.Errorf("evaluate: neighbours: %w", err)
	}
	lists, err := n.index.AllPairs(ctx, c.Neighbours, c.Threads, c.Progress)
	if err != nil {
		return nil, fmt.Errorf("evaluate: neighbours: %w", err)
	}
	n.near = &dataset.CSR{Ptr: make([]int64, 1, rows+1)}
	for row := range int32(rows) {
		near, similarities := byRow(lists.Of(row))
		n.near.Index, n.near.Value = append(n.near.Index, near...), append(n.near.Value, similarities...)
		n.near.Ptr = append(n.near.Ptr, int64(len(n.near.Index)))
	}
	return n, nil
}

// byRow puts a list in the order of rows.
func byRow(list []dataset.Scored) (rows []int32, similarities []float32) {
	list = slices.Clone(list)
	slices.SortFunc(list, func(a, b dataset.Scored) int { return cmp.Compare(a.Row, b.Row) })
	for _, s := range list {
		rows, similarities = append(rows, s.Row), append(similarities, s.Score)
	}
	return rows, similarities
}

// opinion is what neighbours say of an item: Σ s·x and Σ s.
type opinion struct{ sum, weight float32 }

func (o *opinion) add(s, x float32) {
	o.sum += float32(s * x)
	o.weight += s
}

// score is that of interactions, or the prediction that the neighbours make of the
// baseline.
func (k *knn) score(own float32, item int32, o opinion) float32 {
	if k.implicit {
		return o.sum
	}
	base := own + k.biases.items[item]
	if o.weight > 0 {
		return base + o.sum/(o.weight+k.damping)
	}
	return base
}

// scores makes the scores of all items of what visit adds to their opinions.
func (k *knn) scores(own float32, dst []float32, visit func(all []opinion)) error {
	if len(dst) != k.seen.NumItems() {
		return fmt.Errorf("evaluate: place for %d scores, want %d as there are items", len(dst), k.seen.NumItems())
	}
	buffer := k.opinions.Get().(*[]opinion)
	defer k.opinions.Put(buffer)
	all := *buffer
	clear(all)
	visit(all)
	for item := range dst {
		dst[item] = k.score(own, int32(item), all[item])
	}
	return nil
}

// ItemKNN scores an item by the items most similar to it that the user has in train:
// the model from items to items that is most in use. It is immutable and safe for
// concurrent use.
type ItemKNN struct {
	*knn
	*neighbourhood              // of items
	nearTo         *dataset.CSR // by item, those that it is among the most similar to
}

// UserKNN scores an item by what the users most similar to a user have in train. It
// is immutable and safe for concurrent use.
type UserKNN struct {
	*knn
	*neighbourhood // of users
	neighbours     int
}

var (
	_ Scorer       = (*ItemKNN)(nil)
	_ Predictor    = (*ItemKNN)(nil)
	_ FoldInScorer = (*ItemKNN)(nil)
	_ Scorer       = (*UserKNN)(nil)
	_ Predictor    = (*UserKNN)(nil)
	_ FoldInScorer = (*UserKNN)(nil)
)

// NewItemKNN finds the k nearest neighbours N(j) of each item j by the cosine of
// their columns (see KNNConfig). A user who has the items I in train gets
//
//	implicit: Σ s_ij over i in N(j) ∩ I (Deshpande & Karypis 2004, "Item-based top-N recommendation algorithms")
//	explicit: b_uj + Σ s_ij·(r_ui − b_ui)/(δ + Σ s_ij) (Sarwar et al. 2001, "Item-based collaborative filtering
//	          recommendation algorithms", with the baselines of Koren 2010, equation 3)
//
// and the baseline b (see NewBiases), or 0, where N(j) ∩ I is empty. Neighbours are
// those of positive similarity. Finding them is exact and costs the products of all pairs
// of columns (similarity.Vectors.AllPairs); a user's scores cost k·|I|. It returns a
// *ConfigError, an error for invalid ratings, or that of ctx, wrapped.
func NewItemKNN(ctx context.Context, train *dataset.Ratings, cfg KNNConfig) (*ItemKNN, error) {
	k, c, err := newKNN(train, cfg)
	if err != nil {
		return nil, err
	}
	n, err := newNeighbourhood(ctx, &k.seen.Transpose().CSR, k.seen.NumUsers(), c)
	if err != nil {
		return nil, err
	}
	pairs := dataset.Matrix{Users: k.seen.Items, Items: k.seen.Items, CSR: *n.near}
	return &ItemKNN{knn: k, neighbourhood: n, nearTo: &pairs.Transpose().CSR}, nil
}

// Scores writes the score of every item for a user.
func (m *ItemKNN) Scores(user int32, dst []float32) error {
	if err := checkScores(user, dst, m.seen.NumUsers(), m.seen.NumItems()); err != nil {
		return err
	}
	rated, x := m.seen.Row(user)
	return m.scores(m.own(user), dst, func(all []opinion) { m.visit(all, rated, x) })
}

// FoldInScores is Scores for a user who was not in train; items ascend.
func (m *ItemKNN) FoldInScores(items []int32, values []float32, dst []float32) error {
	x, own, err := m.folded(items, values)
	if err != nil {
		return err
	}
	return m.scores(own, dst, func(all []opinion) { m.visit(all, items, x) })
}

// visit adds what rated items say of those that they are near to.
func (m *ItemKNN) visit(all []opinion, rated []int32, x []float32) {
	for i, item := range rated {
		items, similarities := m.nearTo.Row(item)
		for j, to := range items {
			all[to].add(similarities[j], x[i])
		}
	}
}

// Predict returns the score of a pair, without those of other items.
func (m *ItemKNN) Predict(user, item int32) (float32, error) {
	if err := checkRows(user, item, m.seen.NumUsers(), m.seen.NumItems()); err != nil {
		return 0, err
	}
	near, similarities := m.near.Row(item)
	rated, x := m.seen.Row(user)
	var o opinion
	for i, j := 0, 0; i < len(rated) && j < len(near); {
		switch {
		case rated[i] < near[j]:
			i++
		case rated[i] > near[j]:
			j++
		default:
			o.add(similarities[j], x[i])
			i, j = i+1, j+1
		}
	}
	return m.score(m.own(user), item, o), nil
}

// NewUserKNN finds the k nearest neighbours N(u) of each user u by the cosine of
// their rows (see KNNConfig). A user's score of an item j is, over the v in N(u) that
// have j in train,
//
//	implicit: Σ s_uv
//	explicit: b_uj + Σ s_uv·(r_vj − b_vj)/(δ + Σ s_uv) (Herlocker et al. 1999, "An algorithmic framework for performing
//	          collaborative filtering", with baselines for means)
//
// and the baseline b (see NewBiases), or 0, where there are none. Neighbours are
// those of positive similarity. Finding them is exact and costs the products of all pairs of
// rows (similarity.Vectors.AllPairs); a user's scores cost the ratings of k users.
// It returns a *ConfigError, an error for invalid ratings, or that of ctx, wrapped.
func NewUserKNN(ctx context.Context, train *dataset.Ratings, cfg KNNConfig) (*UserKNN, error) {
	k, c, err := newKNN(train, cfg)
	if err != nil {
		return nil, err
	}
	n, err := newNeighbourhood(ctx, &k.seen.CSR, k.seen.NumItems(), c)
	if err != nil {
		return nil, err
	}
	return &UserKNN{knn: k, neighbourhood: n, neighbours: c.Neighbours}, nil
}

// Scores writes the score of every item for a user.
func (m *UserKNN) Scores(user int32, dst []float32) error {
	if err := checkScores(user, dst, m.seen.NumUsers(), m.seen.NumItems()); err != nil {
		return err
	}
	users, similarities := m.near.Row(user)
	return m.scores(m.own(user), dst, func(all []opinion) { m.visit(all, users, similarities) })
}

// FoldInScores is Scores for a user who was not in train, at the cost of the products
// with all users; items ascend.
func (m *UserKNN) FoldInScores(items []int32, values []float32, dst []float32) error {
	x, own, err := m.folded(items, values)
	if err != nil {
		return err
	}
	list, err := m.index.SimilarTo(m.vector(items, x, m.index.NumTokens()-1), m.neighbours, nil)
	if err != nil {
		return fmt.Errorf("evaluate: neighbours: %w", err)
	}
	users, similarities := byRow(list)
	return m.scores(own, dst, func(all []opinion) { m.visit(all, users, similarities) })
}

// visit adds what users say of the items that they have rated.
func (m *UserKNN) visit(all []opinion, users []int32, similarities []float32) {
	for i, v := range users {
		items, x := m.seen.Row(v)
		for j, item := range items {
			all[item].add(similarities[i], x[j])
		}
	}
}

// Predict returns the score of a pair, without those of other items.
func (m *UserKNN) Predict(user, item int32) (float32, error) {
	if err := checkRows(user, item, m.seen.NumUsers(), m.seen.NumItems()); err != nil {
		return 0, err
	}
	users, similarities := m.near.Row(user)
	var o opinion
	for i, v := range users {
		items, x := m.seen.Row(v)
		if at, has := slices.BinarySearch(items, item); has {
			o.add(similarities[i], x[at])
		}
	}
	return m.score(m.own(user), item, o), nil
}
