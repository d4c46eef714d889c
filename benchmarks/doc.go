// Package benchmarks measures the jobs that NextFlex is made for, on data of
// fixed shape:
//
//	go test -run '^$' -bench . ./benchmarks
//	NEXTFLEX_BENCH=full go test -run '^$' -bench ALSIteration -benchtime 3x ./benchmarks
//
// A name says job, set and size: ALSIteration/explicit/26m/f=64 is one iteration
// over both sides of 26 million ratings with 64 factors. Sizes in names are those
// of the data at hand, so that a small run can't be taken for a full one.
//
// # Sizes
//
// NEXTFLEX_BENCH says how large: small (the default, about a fiftieth, seconds
// for all), full, or the path of a ratings file, which then takes the place of the
// generated ratings. The sets are simulated by dataset.Generator with fixed seeds
// and kept below NEXTFLEX_CACHE, or nextflex/benchmarks in the user's cache folder.
// The full ones take 4 GB there.
//
// # Units
//
// ns/op is the time of one job: a file read, an iteration, all users' lists. Beside
// it stand ratings/s, users/s or rows/s, MB/s of a file, peak-MB of a process, and
// GFLOP/s. The last counts the operations of the textbook algorithm, whatever
// shortcuts were taken, so that a shortcut shows as speed: for n ratings, r rows on
// both sides together and f factors
//
//	exact:              2·n·(f(f+1) + 2f) + r·(f³/3 + 2f²)
//	conjugate gradient: 2·n·4f·(s+1) + r·2f²·(s+1), with s steps
//
// the first being the lower triangles of the normal equations with their right
// sides on both sides, and Cholesky's factorisation with two triangular solves.
// Implicit feedback adds the Gramian, r·f(f+1), to both.
//
// # Comparing
//
// Machines drift by tens of percent for seconds at a time: compare two commits
// by benchmarks/compare, which takes turns between them.
package benchmarks
