package evaluate_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/nextflex/nextflex/recommend/evaluate"
)

// BenchmarkRanking measures lists of 10 for 2,000 users over 5,000 items with
// scores that are known by heart, so that the evaluation alone is timed.
func BenchmarkRanking(b *testing.B) {
	fold, scores := random(1, 2000, 5000)
	for b.Loop() {
		_, err := evaluate.Ranking(background, scores, fold.Train, fold.Test, evaluate.Options{})
		require.NoError(b, err)
	}
	b.ReportMetric(2000*float64(b.N)/b.Elapsed().Seconds(), "users/s")
}

// BenchmarkRatings measures predictions that are known by heart.
func BenchmarkRatings(b *testing.B) {
	fold, scores := random(1, 2000, 1000)
	for b.Loop() {
		_, err := evaluate.Ratings(background, scores, fold.Train, fold.Test, evaluate.Options{})
		require.NoError(b, err)
	}
	b.ReportMetric(float64(fold.Test.Len())*float64(b.N)/b.Elapsed().Seconds(), "ratings/s")
}
