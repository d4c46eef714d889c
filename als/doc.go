/*
Package als factorises a users x items matrix by alternating least squares: what
one person will like, from what all people have rated.

	model, err := als.Train(ctx, ratings.Matrix(), als.Config{Factors: 64})
	user, ok := model.Users().Row(dataset.Int(42))
	seen, _ := matrix.Row(user)
	top, err := model.Recommend(user, 10, als.Exclude(seen))
	for _, s := range top {
		fmt.Println(model.Items().ID(s.Row), s.Score)
	}

Explicit models predict ratings: r ≈ μ + b_u + b_i + x·y, biases solved together with
the factors, and regularization scaled by the count of a row's ratings: in proportion
as in ALS-WR (Zhou et al. 2008, "Large-scale parallel collaborative filtering for the
Netflix prize"), or, which predicts better and is the default, by its root
(Config.Frequency). Implicit models order
items by how likely an interaction is (Hu, Koren & Volinsky 2008, "Collaborative
filtering for implicit feedback datasets"; regularization by frequency as in Rendle
et al. 2021, "Revisiting the performance of iALS on item recommendation benchmarks").

What else is known of a row shifts what it is held at, from 0 to a linear function of its
features whose weights are learnt along: Config.Rated takes which items a user has rated
at all and who has rated an item (Koren 2008, "Factorization meets the neighborhood";
Cortes 2018, "Cold-start recommendations in Collective Matrix Factorization"), by which
predictions of ratings gain most; WithUserFeatures and WithItemFeatures take any features,
such as genres, people and ages. It is the most probable point of the model that package
bayes draws from (Simm et al. 2017, "Macau"). An iteration then ends each side with a few
steps of conjugate gradients for the weights, which only ever lower the objective. Rows
without ratings are where their features make expect: new items have predictions
(FoldInItemWith). With Rated an item is known by who has rated it too, which one that nobody
has rated lacks: where it is expected is then found by its other features alone, from where
all rated ones are in the end.

Each row's normal equations are solved exactly by Cholesky's method in float32, in
float64 where float32 won't do; rows with fewer ratings than factors in the dual, with
one unknown a rating (Saunders, Gammerman & Vovk 1998; implicit ones in the eigenbasis
of the Gramian, which all rows share). Config.Solver chooses conjugate gradients
(Takács, Pilászy & Tikk 2011) or block coordinate descent (Rendle et al. 2021) instead,
for 100 factors and more.

An iteration costs n·f² multiplications a side for n ratings and f factors, and
f³/6 for each row with more ratings than factors; by conjugate gradients 8·n·f. Features
with m entries cost up to 44·m·f more a side, with Rated m being n and more. Training
holds both factor tables, 4·f bytes a row, beside the matrix and its transpose. A list
for one user costs items·f at most: items whose vectors are too short to reach it are
left out unseen. The first list makes an index of the item vectors, as large as they are.

A Model never changes after Train or Load and is safe for concurrent use. Slices that
its methods return are the caller's but for those of UserFactor and ItemFactor,
which alias the model. Rows are those of the matrix trained on; Users and Items turn
outer ids into them. Same data, Config and seed give the same bits for any number of
threads on the same instruction set (AVX-512, AVX2 and plain Go differ in the last digits).
*/
package als
