/*
Package bayes predicts ratings with Bayesian matrix factorization, and says how sure
each prediction is.

	model, err := bayes.Train(ctx, ratings.Matrix(), bayes.Config{Rated: true})
	stars, err := model.Predict(user, item)              // the posterior mean
	low, high, err := model.Interval(user, item, 0.9) // such as 2.9 to 5.1

A rating is r = μ + b_u + b_i + x·y + ε with ε ~ N(0, 1/(α·γ_u·δ_i)), where γ and δ say how
far a user's and an item's ratings can be trusted (Lakshminarayanan, Bouchard & Archambeau
2011, "Robust Bayesian matrix factorisation"; Config.EvenNoise takes 1 for both). The vectors of all users,
their biases as one component more, come from one normal distribution, those of all
items from another, and the means and precisions of both, with α, γ and δ, are unknown too: none
is set by hand (Salakhutdinov & Mnih 2008, "Bayesian probabilistic matrix factorization
using Markov chain Monte Carlo"). Train draws from the posterior by Gibbs sampling: each
row from a normal distribution whose precision is the matrix of the normal equations
that package als solves, on the same kernels. A prediction is the mean over all draws
that were kept, which is what makes it better than any single factorisation of the same size.

What else is known of a row shifts the mean of its distribution by a linear function of
its features, which is drawn as well (Simm et al. 2017, "Macau: scalable Bayesian factorization
with high-dimensional side information using MCMC"): WithUserFeatures and WithItemFeatures
take features, from which rows without ratings have their predictions, and Config.Rated
adds which items a user has rated at all and who has rated an item, as SVD++ does (Koren 2008,
"Factorization meets the neighborhood").

A draw costs n·f² multiplications a side for n ratings and f factors, and f³/6 a row; with
features some dozens of passes over them, f numbers each. A Model keeps Samples draws,
4·(Factors+2) bytes a row each, never changes after Train, and is safe for
concurrent use. Same data, Config and seed give the same bits for any number of threads on
the same instruction set.
*/
package bayes
