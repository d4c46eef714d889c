package main

import (
	"encoding/json"
	"math"
	"testing"

	"github.com/stretchr/testify/require"
)

// folds are two published folds of five people.
var folds = map[string]string{
	"f/u1.base": "1\t1\t5\t1\n1\t2\t4\t2\n2\t1\t4\t3\n2\t3\t2\t4\n3\t2\t5\t5\n3\t3\t1\t6\n",
	"f/u1.test": "1\t3\t2\t7\n2\t2\t4\t8\n3\t1\t5\t9\n",
	"f/u2.base": "1\t3\t2\t7\n1\t2\t4\t2\n2\t2\t4\t8\n2\t3\t2\t4\n3\t1\t5\t9\n3\t3\t1\t6\n",
	"f/u2.test": "1\t1\t5\t1\n2\t1\t4\t3\n3\t2\t5\t5\n",
}

// ncf is a published split with sampled negatives.
var ncf = map[string]string{
	"n/x.train.csv":     "user,item,rating\n1,1,5\n1,2,4\n2,3,1\n2,4,5\n3,4,5\n3,1,2\n4,1,2\n",
	"n/x.test.rating":   "1\t3\t2\n2\t1\t4\n",
	"n/x.test.negative": "(1,3)\t4\t3\n(2,1)\t4\t2\n",
}

func TestEvaluate(t *testing.T) {
	play(t, []scenario{
		{name: "the demo set", args: []string{"evaluate", "--factors", "8"}, stdout: []string{"als on the demo set, random", simulatedCaption, "rmse", "ndcg@10"}},
		{name: "folds", files: folds, args: []string{"evaluate", "--data", "f", "--folds", "u", "--model", "bias", "--k", "1,2"}, golden: "evaluate-folds"},
		{name: "folds for programs", files: folds, args: []string{"evaluate", "--data", "f", "--folds", "u", "--model", "bias", "--k", "1,2", "--json"}, check: func(t *testing.T, stdout string) {
			answer := decode[evaluateAnswer](t, stdout)
			require.Equal(t, "f", answer.Set)
			require.Equal(t, "folds", answer.Split)
			require.Len(t, answer.Folds, 2)
			require.Equal(t, "u1", answer.Folds[0].Name)
			require.Equal(t, 6, answer.Folds[0].Train)
			require.InDelta(t, (answer.Metrics["rmse"].Folds[0]+answer.Metrics["rmse"].Folds[1])/2, answer.Metrics["rmse"].Mean, 1e-12)
			require.Contains(t, answer.Metrics, "ndcg@2")
			require.Contains(t, answer.Protocol, "relevant from 4")
		}},
		{name: "k-fold", files: small, args: []string{"evaluate", "--data", "small", "--protocol", "kfold", "--parts", "3", "--model", "als", "--factors", "2", "--threshold", "0", "--json"},
			check: func(t *testing.T, stdout string) {
				answer := decode[evaluateAnswer](t, stdout)
				require.Len(t, answer.Metrics["rmse"].Folds, 3)
			}},
		{name: "leave last out", files: small, args: []string{"evaluate", "--data", "small", "--protocol", "leave-last-out", "--model", "popularity", "--threshold", "0", "--json"},
			check: func(t *testing.T, stdout string) {
				answer := decode[evaluateAnswer](t, stdout)
				require.Equal(t, 6, answer.Folds[0].Test)
				require.NotContains(t, answer.Metrics, "rmse", "popularity predicts no ratings")
			}},
		{name: "time", files: small, args: []string{"evaluate", "--data", "small", "--protocol", "time", "--test", "0.3", "--model", "weighted", "--threshold", "0", "--json"},
			check: func(t *testing.T, stdout string) {
				require.Equal(t, 4, decode[evaluateAnswer](t, stdout).Folds[0].Test)
			}},
		{name: "repeated splits", files: small, args: []string{"evaluate", "--data", "small", "--repeat", "3", "--seed", "4", "--model", "popularity", "--threshold", "0", "--json"}, check: func(t *testing.T, stdout string) {
			answer := decode[evaluateAnswer](t, stdout)
			require.Len(t, answer.Folds, 3)
			require.Equal(t, "seed 6", answer.Folds[2].Name)
		}},
		{name: "sampled", files: small, args: []string{"evaluate", "--data", "small", "--protocol", "sampled", "--negatives", "2", "--model", "popularity", "--json"}, check: func(t *testing.T, stdout string) {
			answer := decode[evaluateAnswer](t, stdout)
			require.Equal(t, "sampled", answer.Split)
			require.Equal(t, 6, answer.Folds[0].Sampled.Ranked, "whatever the grade")
			require.Contains(t, answer.Metrics, "sampled_ndcg@10")
			require.Contains(t, answer.Protocol, "among 2 negatives drawn at random, which is biased")
		}},
		{name: "sampled with published negatives", files: ncf, args: []string{"evaluate", "--data", "n", "--folds", "x", "--protocol", "sampled", "--positive", "0", "--model", "popularity", "-k", "1", "--json"}, check: func(t *testing.T, stdout string) {
			answer := decode[evaluateAnswer](t, stdout)
			require.Equal(t, 2, answer.Folds[0].Sampled.Negatives)
			// Of user 1 item 3, rated once, stands below 4, rated twice; of user 2
			// item 1 stands above.
			require.InDelta(t, 0.5, answer.Metrics["sampled_hit_rate@1"].Mean, 1e-12)
			require.Contains(t, answer.Protocol, "among 2 negatives given with the folds")
		}},
		{name: "full lists of published folds with negatives", files: ncf, args: []string{"evaluate", "--data", "n", "--folds", "x", "--positive", "0", "--model", "popularity", "-k", "1", "--json"}, check: func(t *testing.T, stdout string) {
			require.NotContains(t, decode[evaluateAnswer](t, stdout).Metrics, "sampled_hit_rate@1")
		}},
		{name: "strong", args: []string{"evaluate", "--protocol", "strong", "--positive", "4", "--model", "implicit", "--factors", "4", "-k", "20", "--json"}, check: func(t *testing.T, stdout string) {
			answer := decode[evaluateAnswer](t, stdout)
			require.Equal(t, "strong", answer.Split)
			fold := answer.Folds[0]
			require.InDelta(t, 4.4, float64(fold.FoldIn)/float64(fold.Test), 0.4, "a fifth of each, rounded down")
			require.Greater(t, answer.Metrics["recall_capped@20"].Mean, 0.2)
			require.Contains(t, answer.Metrics, "calibration@20", "the demo set has genres")
		}},
		{name: "strong with grades", args: []string{"evaluate", "--protocol", "strong", "--factors", "4", "--json"}, check: func(t *testing.T, stdout string) {
			metrics := decode[evaluateAnswer](t, stdout).Metrics
			require.NotContains(t, metrics, "rmse")
			require.Greater(t, metrics["auc"].Mean, 0.6)
		}},
		{name: "strong with a model of known people", args: []string{"evaluate", "--protocol", "strong", "--model", "bias"}, code: exitFailed, stderr: []string{"can't list for users it was not trained on"}},
		{name: "positive with grades", files: small, args: []string{"evaluate", "--data", "small", "--positive", "4"}, code: exitUsage, stderr: []string{"add --model implicit"}},
		{name: "nothing positive", files: small, args: []string{"evaluate", "--data", "small", "--positive", "6", "--model", "popularity"}, code: exitFailed, stderr: []string{"splitting 0 ratings"}},
		{name: "nothing positive in folds", files: folds, args: []string{"evaluate", "--data", "f", "--folds", "u", "--positive", "6", "--model", "popularity"}, code: exitFailed, stderr: []string{"f is too small for this protocol: 0 ratings to train on and 0 to test with"}},
		{name: "repeated protocol", args: []string{"evaluate", "--repeat", "2", "--protocol", "time"}, code: exitUsage, stderr: []string{"--repeat is for --protocol random"}},
		{name: "no repeat", args: []string{"evaluate", "--repeat", "0"}, code: exitUsage, stderr: []string{"--repeat is 0, want 1 to 1000"}},
		{name: "no negatives", args: []string{"evaluate", "--protocol", "sampled", "--negatives", "0"}, code: exitUsage, stderr: []string{"--negatives is 0, want 1 to 100000"}},
		{name: "positive NaN", args: []string{"evaluate", "--positive", "nan"}, code: exitUsage, stderr: []string{"--positive is NaN"}},
		{name: "implicit", files: small, args: []string{"evaluate", "--data", "small", "--model", "implicit", "--factors", "2", "--threshold", "0"}, stdout: []string{"hit_rate@10"}, never: []string{"rmse"}},
		{name: "interactions", files: map[string]string{"seen.txt": "0 1 2 3\n1 2 3\n2 1 4\n3 4 2 1\n"}, args: []string{"evaluate", "--data", "seen.txt"}, code: exitUsage, stderr: []string{"add --model implicit"}},
		{name: "bayes", args: []string{"evaluate", "--model", "bayes", "--factors", "4", "--samples", "5", "--burn-in", "2", "--rated", "--features", "--json"}, check: func(t *testing.T, stdout string) {
			m := decode[evaluateAnswer](t, stdout).Metrics
			require.Less(t, m["rmse"].Mean, 0.95)
			require.InDelta(t, 0.9, m["within_90"].Mean, 0.06)
		}},
		{name: "confidence", args: []string{"evaluate", "--model", "implicit", "--factors", "4", "--min-rating", "4", "--confidence", "log", "--epsilon", "0.5", "--half-life", "200"}, stdout: []string{"ndcg@10"}},
		{name: "confidence of grades", args: []string{"evaluate", "--confidence", "log"}, code: exitUsage, stderr: []string{"--confidence is log, want none but for implicit models"}},
		{name: "activity", args: []string{"evaluate", "--model", "implicit", "--activity", "1.5"}, code: exitUsage, stderr: []string{"--activity is 1.5, want 0 to 1"}},
		{name: "what comes next", args: []string{"evaluate", "--protocol", "leave-last-out", "--model", "implicit", "--factors", "4", "--recent", "3", "--popularity", "0.3"}, stdout: []string{"ndcg@10"}},
		{name: "recent of grades", args: []string{"evaluate", "--recent", "9"}, code: exitUsage, stderr: []string{"--recent is for implicit models"}},
		{name: "recent", args: []string{"evaluate", "--model", "implicit", "--recent=-9"}, code: exitUsage, stderr: []string{"--recent is -9, want up to 1000000 ratings"}},
		{name: "recent and half-life", args: []string{"evaluate", "--model", "implicit", "--recent", "9", "--half-life", "9"}, code: exitUsage, stderr: []string{"--half-life and --recent can't both be given"}},
		{name: "popularity", args: []string{"evaluate", "--model", "implicit", "--popularity", "3"}, code: exitUsage, stderr: []string{"--popularity is 3, want 0 to 1"}},
		{name: "half-life of grades", args: []string{"evaluate", "--half-life", "9"}, code: exitUsage, stderr: []string{"--half-life is for implicit models"}},
		{name: "half-life", args: []string{"evaluate", "--model", "implicit", "--half-life=-9"}, code: exitUsage, stderr: []string{"--half-life is -9, want up to 100000 days"}},
		{name: "half-life without times", files: map[string]string{"seen.txt": "0 1 2 3\n1 2 3\n2 1 4\n3 4 2 1\n"},
			args: []string{"evaluate", "--data", "seen.txt", "--model", "implicit", "--half-life", "9"}, code: exitFailed, stderr: []string{"the ratings have no times"}},
		{name: "no interactions", args: []string{"evaluate", "--model", "implicit", "--min-rating", "6"}, code: exitFailed, stderr: []string{"the matrix holds no ratings of 6 or more"}},
		{name: "item neighbours", args: []string{"evaluate", "--model", "itemknn", "--neighbours", "60", "--json"}, check: func(t *testing.T, stdout string) {
			require.Less(t, decode[evaluateAnswer](t, stdout).Metrics["rmse"].Mean, 0.95)
		}},
		{name: "user neighbours of interactions", args: []string{"evaluate", "--model", "userknn", "--interactions", "--shrinkage=-1", "--json"}, check: func(t *testing.T, stdout string) {
			m := decode[evaluateAnswer](t, stdout).Metrics
			require.NotContains(t, m, "rmse", "sums of similarities are no ratings")
			require.Greater(t, m["ndcg@10"].Mean, 0.1)
		}},
		{name: "neighbours of people not trained on", args: []string{"evaluate", "--model", "itemknn", "--interactions", "--protocol", "strong", "--positive", "0"}, stdout: []string{"ndcg@10"}},
		{name: "neighbours where there are no grades", files: map[string]string{"seen.txt": "0 1 2 3\n1 2 3\n2 1 4\n3 4 2 1\n"},
			args: []string{"evaluate", "--data", "seen.txt", "--model", "itemknn"}, stdout: []string{"hit_rate@10"}, never: []string{"rmse"}},
		{name: "ease", files: small, args: []string{"evaluate", "--data", "small", "--model", "ease", "--regularization", "5", "--threshold", "0"}, stdout: []string{"hit_rate@10"}, never: []string{"rmse"}},
		{name: "too many neighbours", args: []string{"evaluate", "--model", "itemknn", "--neighbours", "5001"}, code: exitUsage, stderr: []string{"--neighbours is 5001, want 1 to 5000"}},
		{name: "negative regularization of ease", args: []string{"evaluate", "--model", "ease", "--regularization=-1"}, code: exitUsage, stderr: []string{"--regularization is -1, want a finite number"}},
		{name: "interactions of another model", args: []string{"evaluate", "--interactions"}, code: exitUsage, stderr: []string{"--interactions is for --model itemknn and userknn"}},
		{name: "samples", args: []string{"evaluate", "--model", "bayes", "--samples=-1"}, code: exitUsage, stderr: []string{"--samples is -1, want 1 to 10000"}},
		{name: "als with features", args: []string{"evaluate", "--factors", "4", "--iterations", "3", "--rated", "--features", "--feature-regularization", "20", "--json"}, check: func(t *testing.T, stdout string) {
			require.Positive(t, decode[evaluateAnswer](t, stdout).Metrics["rmse"].Mean)
		}},
		{name: "cold items", args: []string{"evaluate", "--factors", "4", "--iterations", "3", "--features", "--protocol", "cold-items", "--test", "0.1"}, stdout: []string{"als on the demo set, cold-items", "rmse"}},
		{name: "features of another model", args: []string{"evaluate", "--features", "--model", "bias"}, code: exitUsage, stderr: []string{"--features is for --model als and bayes"}},
		{name: "rated of another model", args: []string{"evaluate", "--rated", "--model", "implicit"}, code: exitUsage, stderr: []string{"--rated is for --model als and bayes"}},
		{name: "people", files: map[string]string{"s/u.data": "1\t1\t4\t1\n1\t2\t3\t1\n2\t1\t4\t1\n2\t2\t5\t1\n3\t1\t2\t1\n", "s/u.user": "1|24|M|writer|1\n2|53|F|other|2\n3|23|M|writer|3\n"},
			args: []string{"evaluate", "--data", "s", "--features", "--factors", "2", "--protocol", "kfold", "--parts", "2", "--threshold", "0"}, stdout: []string{"als on s, kfold", "rmse"}},
		{name: "features without films", files: map[string]string{"r.csv": "userId,movieId,rating\n1,1,4\n1,2,3\n2,1,4\n2,2,5\n3,1,2\n"}, args: []string{"evaluate", "--data", "r.csv", "--model", "bayes", "--features", "--protocol", "kfold", "--parts", "2"}, code: exitUsage, stderr: []string{"--features needs films or people"}},
		{name: "intervals", args: []string{"evaluate", "--model", "popularity", "--bootstrap", "200", "--json"}, check: func(t *testing.T, stdout string) {
			answer := decode[evaluateAnswer](t, stdout)
			m := answer.Metrics["ndcg@10"]
			require.Less(t, m.Interval.Low, m.Mean)
			require.Greater(t, m.Interval.High, m.Mean)
			require.InDelta(t, 0.95, m.Interval.Level, 0)
			require.Contains(t, answer.Protocol, "200 resamples")
		}},
		{name: "no intervals", files: folds, args: []string{"evaluate", "--data", "f", "--folds", "u", "--model", "bias", "--bootstrap", "0"}, stdout: []string{"metric                mean     std      u1"}, never: []string{"95 %"}},
		{name: "against", args: []string{"evaluate", "--model", "implicit", "--factors", "8", "--positive", "4", "--against", "popularity"},
			stdout: []string{"implicit against popularity, the same users", "difference", "ndcg@10", "p of t", "paired t-test"}},
		{name: "against for programs", args: []string{"evaluate", "--model", "bias", "--against", "popularity", "--bootstrap", "100", "--json"}, check: func(t *testing.T, stdout string) {
			answer := decode[evaluateAnswer](t, stdout)
			require.Equal(t, "popularity", answer.Against.Model)
			require.Equal(t, "auc", answer.Against.Tests[0].Metric, "popularity has no rmse")
			for _, test := range answer.Against.Tests {
				require.InDelta(t, answer.Metrics[test.Metric].Mean, test.A, 1e-9)
				require.InDelta(t, answer.Against.Metrics[test.Metric].Mean, test.B, 1e-9)
			}
		}},
		{name: "against itself", args: []string{"evaluate", "--against", "als"}, code: exitUsage, stderr: []string{"--against als is the model itself"}},
		{name: "against without draws", args: []string{"evaluate", "--against", "bias", "--bootstrap", "0"}, code: exitUsage, stderr: []string{"--against tests with --bootstrap draws, which are 0"}},
		{name: "against grades", args: []string{"evaluate", "--model", "implicit", "--positive", "4", "--against", "als"}, code: exitUsage, stderr: []string{"add another --against"}},
		{name: "few draws", args: []string{"evaluate", "--bootstrap", "5"}, code: exitUsage, stderr: []string{"--bootstrap is 5, want 10 to 1000000"}},
		{name: "nowhere to write", args: []string{"evaluate", "--markdown", "no/such/dir.md"}, code: exitFailed, stderr: []string{"no/such/dir.md cannot be written"}},
		{name: "no directory", files: folds, args: []string{"evaluate", "--plots", "f/u1.base"}, code: exitFailed, stderr: []string{"f/u1.base cannot be made"}},
		{name: "no such fold", files: folds, args: []string{"evaluate", "--data", "f", "--folds", "v"}, code: exitNotFound, stderr: []string{`nextflex: f holds no folds "v", such as v1.base and v1.test`}},
		{name: "folds without a prefix", files: map[string]string{"g/train.txt": "0 1 2 3\n1 2 3\n2 1 4\n", "g/test.txt": "0 4\n1 1\n2 2\n"},
			args: []string{"evaluate", "--data", "g", "--folds=", "--model", "implicit", "--factors", "2"}, stdout: []string{"implicit on g, folds", "hit_rate@10"}},
		{name: "folds without data", args: []string{"evaluate", "--folds", "u"}, code: exitUsage, stderr: []string{"--folds names files"}},
		{name: "folds of nowhere", args: []string{"evaluate", "--data", "nowhere", "--folds", "u"}, code: exitFailed, stderr: []string{"nextflex: nowhere: no such file or directory\n"}},
		{name: "no times", files: map[string]string{"r.csv": "userId,movieId,rating\n1,1,4\n1,2,3\n2,1,4\n2,2,5\n"}, args: []string{"evaluate", "--data", "r.csv", "--protocol", "time"}, code: exitFailed, stderr: []string{"no times"}},
		{name: "k", args: []string{"evaluate", "--k", "5,0"}, code: exitUsage, stderr: []string{"nextflex: -k is 0, want 1 to 1000\n"}},
		{name: "test", args: []string{"evaluate", "--test", "1"}, code: exitUsage, stderr: []string{"--test is 1"}},
		{name: "parts", args: []string{"evaluate", "--parts", "1"}, code: exitUsage, stderr: []string{"--parts is 1"}},
		{name: "last", args: []string{"evaluate", "--last", "0"}, code: exitUsage, stderr: []string{"--last is 0"}},
		{name: "model", args: []string{"evaluate", "--model", "magic"}, code: exitUsage, stderr: []string{`"magic"`}},
		{name: "nothing relevant", files: small, args: []string{"evaluate", "--data", "small", "--threshold", "9", "--factors", "2"}, code: exitFailed, stderr: []string{"nothing to measure"}},
	})
}

// TestEvaluatePublishedFolds holds the promise of the model on the five folds
// that came with the set.
func TestEvaluatePublishedFolds(t *testing.T) {
	dir := realData(t, "ml-100k")
	stdout, stderr, code := scenario{args: []string{"evaluate", "--data", dir, "--folds", "u", "--model", "als", "--json"}}.run(t.Context())
	require.Zero(t, code, stderr)
	require.Empty(t, stderr)
	var answer struct {
		Metrics struct {
			RMSE struct {
				Mean, Std float64
				Folds     []float64
			} `json:"rmse"`
		} `json:"metrics"`
	}
	require.NoError(t, json.Unmarshal([]byte(stdout), &answer))
	rmse := answer.Metrics.RMSE
	require.Len(t, rmse.Folds, 5)
	var mean float64
	for _, v := range rmse.Folds {
		mean += v / 5
	}
	require.InDelta(t, mean, rmse.Mean, 1e-9)
	require.LessOrEqual(t, rmse.Mean, 0.917)
	require.Greater(t, rmse.Mean, 0.85, "better than anybody has reached: something leaks")
	require.False(t, math.IsNaN(rmse.Std))
}
