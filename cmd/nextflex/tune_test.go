package main

import (
	"bytes"
	"context"
	"encoding/json"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/nextflex/nextflex/als"
	"github.com/nextflex/nextflex/recommend/evaluate"
	"github.com/nextflex/nextflex/recommend/evaluate/tune"
)

// quick is a search on the demo set that takes a moment.
func quick(more ...string) []string {
	return append([]string{"tune", "--range", "factors=2:6", "--range", "iterations=2", "--parts", "2", "--trials", "3", "--out", "best.json"}, more...)
}

// halving is one that begins with three of nine iterations.
func halving(more ...string) []string {
	return append([]string{"tune", "--search", "halving", "--range", "factors=2:6", "--range", "iterations=9", "--parts", "2", "--trials", "3", "--out", "best.json"}, more...)
}

// tiny is a search on six people, for what doesn't depend on what is found.
func tiny(more ...string) []string {
	return append([]string{"tune", "--data", "small", "--range", "factors=1:3", "--parts", "2", "--trials", "2", "--test", "0.3", "--threshold", "0", "--out", "best.json"}, more...)
}

// savedAnswer reads the file of tune.
func savedAnswer(t *testing.T) tuneAnswer {
	t.Helper()
	text, err := os.ReadFile("best.json")
	require.NoError(t, err)
	return decode[tuneAnswer](t, string(text))
}

func TestTune(t *testing.T) {
	play(t, []scenario{
		{name: "the demo set", args: quick(), stdout: []string{"als on the demo set, the best of 3 trials", simulatedCaption, "96,000 ratings to search on, 24,000 held out", "bias_regularization", "rmse, 2 folds of the search", "rmse, held out", "On what was held out the tuned settings are "},
			check: func(t *testing.T, _ string) { alone(t, "best.json") }},
		{name: "for programs", args: quick("--json", "--seed", "3"), check: func(t *testing.T, stdout string) {
			a := decode[tuneAnswer](t, stdout)
			require.Equal(t, savedAnswer(t), a, "the file is what is printed")
			require.True(t, a.Simulated)
			require.Len(t, a.Trials, 3)
			require.Equal(t, 6, a.Search.Evaluations)
			require.EqualValues(t, 3, a.Search.Seed)
			require.Equal(t, "random", a.Search.Method)
			require.Len(t, a.Data.Fingerprint, 64)
			require.Equal(t, 96000, a.Data.Ratings)
			require.Equal(t, a.Trials[0].Point, a.Config)
			require.Equal(t, a.Trials[0].Folds, a.Validation.Tuned)
			require.Equal(t, tune.Point{"factors": 64., "regularization": 1.2, "bias_regularization": 2., "iterations": 2.}, a.Default, "what is fixed is fixed for the defaults, too")
			require.Len(t, a.Validation.Default, 2, "measured though they are not of the space")
			require.Less(t, a.Trials[0].Mean, a.Trials[2].Mean)
			require.Contains(t, a.HeldOut.Tuned[0], "ndcg@10")
			require.NotEmpty(t, a.Program.Go)
			require.Equal(t, "rmse", a.Test.Metric)
			require.InDelta(t, a.HeldOut.Tuned[0]["rmse"]-a.HeldOut.Default[0]["rmse"], a.Test.Difference, 1e-9)
			require.Equal(t, "rmse of als by 2 folds of random 0.2", a.Protocol)
			alone(t, "best.json")
		}},
		{name: "halving", args: halving("--trials", "6", "--json"), check: func(t *testing.T, stdout string) {
			a := decode[tuneAnswer](t, stdout)
			require.Equal(t, "halving", a.Search.Method)
			require.Equal(t, "training", a.Search.Resource)
			require.Equal(t, 2*(6+2), a.Search.Evaluations)
			require.Equal(t, 9, a.Trials[0].Resource)
			require.Equal(t, 9., a.Config["iterations"])
			require.Equal(t, 9., a.Default["iterations"])
			require.Equal(t, 3, a.Trials[5].Resource)
		}},
		{name: "halving shows rounds", args: halving(), stdout: []string{"iterations  factors"}},
		{name: "halving by folds", args: quick("--search", "halving", "--resource", "folds", "--parts", "3", "--trials", "4", "--json"), check: func(t *testing.T, stdout string) {
			a := decode[tuneAnswer](t, stdout)
			require.Equal(t, "folds", a.Search.Resource)
			require.Equal(t, 4*1+1*2, a.Search.Evaluations)
			require.Len(t, a.Validation.Tuned, 3)
			require.Len(t, a.Trials[3].Folds, 1)
			require.Equal(t, 2., a.Config["iterations"])
		}},
		{name: "the defaults are a trial where they may be", args: []string{"tune", "--data", "small", "--range", "factors=1:64", "--parts", "2", "--trials", "2", "--test", "0.3", "--threshold", "0", "--out", "best.json", "--json"}, files: small, check: func(t *testing.T, stdout string) {
			a := decode[tuneAnswer](t, stdout)
			require.Condition(t, func() bool {
				return a.Trials[0].Number == 0 && a.Trials[0].Point.Int("factors") == 64 || a.Trials[1].Number == 0 && a.Trials[1].Point.Int("factors") == 64
			})
		}},
		{name: "implicit", args: quick("--model", "implicit", "--metric", "recall@5", "--range", "alpha=0.5,2"), stdout: []string{"implicit on the demo set", "recall@5", "coverage@5, held out"}, never: []string{"rmse"}},
		{name: "implicit, of interactions", args: quick("--model", "implicit", "--positive", "4", "--range", "half_life=30:300:log", "--range", "activity=0.5", "--range", "confidence=constant", "--json"), check: func(t *testing.T, stdout string) {
			a := decode[tuneAnswer](t, stdout)
			require.Equal(t, "ndcg@10 of implicit by 2 folds of random 0.2, interactions from 4", a.Protocol)
			require.Less(t, a.Data.Ratings, 96000)
			require.GreaterOrEqual(t, a.Config.Float("half_life"), 30.)
			require.Zero(t, a.Default.Float("half_life"), "the default is none")
			evaluated, stderr, code := scenario{args: []string{"evaluate", "--positive", "4", "--config", "best.json", "--json"}}.run(t.Context())
			require.Zero(t, code, stderr)
			require.Equal(t, a.HeldOut.Tuned[0]["ndcg@10"], decode[evaluateAnswer](t, evaluated).Metrics["ndcg@10"].Mean)
			_, stderr, code = scenario{args: []string{"train", "--config", "best.json", "--out", "m.nfm"}}.run(t.Context())
			require.Zero(t, code, stderr)
			m, err := als.Load("m.nfm")
			require.NoError(t, err)
			require.Contains(t, m.Provenance().Note, "strengths halved after")
		}},
		{name: "a metric of no single user", args: quick("--model", "implicit", "--metric", "coverage@5"), stdout: []string{"coverage@5, held out"}, never: []string{"other choices of people"}},
		{name: "bayes", args: []string{"tune", "--model", "bayes", "--features", "--range", "factors=2:4", "--range", "samples=3", "--range", "burn_in=1", "--trials", "2", "--parts", "2", "--out", "best.json"},
			stdout: []string{"bayes on the demo set", "within_90, held out"}, check: func(t *testing.T, _ string) {
				a := savedAnswer(t)
				require.Contains(t, a.Protocol, "with features of films")
				require.Contains(t, a.Data.Fingerprint, ", features ")
			}},
		{name: "a published fold", files: folds, args: []string{"tune", "--data", "f", "--folds", "u1", "--range", "factors=1,2", "--parts", "2", "--trials", "2", "--out", "best.json"}, stdout: []string{"als on f", "6 ratings to search on, 3 held out"}},
		{name: "by time", files: small, args: tiny("--protocol", "time", "--json"), check: func(t *testing.T, stdout string) {
			a := decode[tuneAnswer](t, stdout)
			require.Equal(t, 1, a.Search.Folds)
			require.Contains(t, a.Protocol, "by time of newest 0.3")
		}},
		{name: "leave last out", files: small, args: tiny("--protocol", "leave-last-out"), stdout: []string{"8 ratings to search on, 6 held out"}},
		{name: "a journal that is kept", files: small, args: tiny("--journal", "j"), check: func(t *testing.T, _ string) { alone(t, "best.json", "j", "small") }},
		{name: "no out", args: []string{"tune"}, code: exitUsage, stderr: []string{"missing flags: --out=FILE.json"}},
	})
}

func TestTuneRefuses(t *testing.T) {
	play(t, []scenario{
		{name: "trials", args: tiny("--trials", "0"), files: small, code: exitUsage, stderr: []string{"--trials is 0, want 1 to 10000"}},
		{name: "eta", args: tiny("--eta", "1"), files: small, code: exitUsage, stderr: []string{"--eta is 1, want 2 to 100"}},
		{name: "parts", args: tiny("--parts", "1"), files: small, code: exitUsage, stderr: []string{"--parts is 1, want 2 to 1000"}},
		{name: "more parts than ratings", args: tiny("--parts", "50"), files: small, code: exitUsage, stderr: []string{"--parts is 50, want 2 to the 10 ratings"}},
		{name: "threads", args: tiny("--threads=-1"), files: small, code: exitUsage, stderr: []string{"--threads is -1, want 1 to 4096"}},
		{name: "metric", args: tiny("--metric", "accuracy"), files: small, code: exitUsage, stderr: []string{`--metric is "accuracy", want rmse, mae, or precision`}},
		{name: "a metric without length", args: tiny("--metric", "ndcg"), files: small, code: exitUsage, stderr: []string{`--metric is "ndcg", want`}},
		{name: "a length of nothing", args: tiny("--metric", "ndcg@0"), files: small, code: exitUsage, stderr: []string{`--metric is "ndcg@0", want a length from 1 to 1000 behind the @`}},
		{name: "ratings of implicit", args: tiny("--model", "implicit", "--metric", "rmse"), files: small, code: exitUsage, stderr: []string{"implicit predicts no ratings"}},
		{name: "features", args: tiny("--features", "--model", "implicit"), files: small, code: exitUsage, stderr: []string{"--features is for --model als and bayes"}},
		{name: "an unknown setting", args: tiny("--range", "depth=1:2"), files: small, code: exitUsage, stderr: []string{"--range depth: als has no such setting, want one of activity, alpha, bias_regularization, confidence, epsilon, factors,"}},
		{name: "a setting of another model", args: tiny("--model", "bayes", "--range", "alpha=1:2"), files: small, code: exitUsage, stderr: []string{"--range alpha: bayes has no such setting"}},
		{name: "the seed", args: tiny("--range", "seed=1:2"), files: small, code: exitUsage, stderr: []string{"--range seed: als has no such setting"}},
		{name: "no values", args: tiny("--range", "factors"), files: small, code: exitUsage, stderr: []string{`--range is "factors", want NAME= and then LOW:HIGH`}},
		{name: "no number", args: tiny("--range", "regularization=a:b"), files: small, code: exitUsage, stderr: []string{`--range regularization has "a", want a number`}},
		{name: "not a number", args: tiny("--range", "regularization=NaN:1"), files: small, code: exitUsage, stderr: []string{`--range regularization has "NaN", want a number`}},
		{name: "half factors", args: tiny("--range", "regularization=0.1:1", "--range", "iterations=1.5:3"), files: small, code: exitUsage, stderr: []string{`--range iterations has "1.5", want a whole number`}},
		{name: "a range of texts", args: tiny("--range", "solver=cg:exact"), files: small, code: exitUsage, stderr: []string{`--range solver is "cg:exact", want values with commas between: it is no number`}},
		{name: "no truth", args: tiny("--range", "no_bias=perhaps"), files: small, code: exitUsage, stderr: []string{`--range no_bias has "perhaps", want true or false`}},
		{name: "three ends", args: tiny("--range", "regularization=1:2:3"), files: small, code: exitUsage, stderr: []string{`--range regularization is "1:2:3", want LOW:HIGH, LOW:HIGH:log`}},
		{name: "zero is the default", args: tiny("--range", "iterations=0:3"), files: small, code: exitUsage, stderr: []string{"want a range without 0, which stands for the default"}},
		{name: "a log of nothing", args: tiny("--range", "regularization=0:3:log"), files: small, code: exitUsage, stderr: []string{"--range: regularization.Min is 0"}},
		{name: "wrong way round", args: tiny("--range", "regularization=3:1"), files: small, code: exitUsage, stderr: []string{"--range: regularization.Max is 1, want 3 to"}},
		{name: "beyond the model", args: tiny("--range", "iterations=8:5000"), files: small, code: exitUsage, stderr: []string{"--range iterations: iterations is 5000, want 1 to 1000"}},
		{name: "no such choice", args: tiny("--range", "solver=exact,magic"), files: small, code: exitUsage, stderr: []string{"--range solver: solver is magic, want"}},
		{name: "half-life", args: []string{"tune", "--model", "implicit", "--range", "half_life=-3:10", "--out", "best.json"}, code: exitUsage, stderr: []string{"--range half_life: half_life is -3, want up to 100000 days"}},
		{name: "recent", args: []string{"tune", "--model", "implicit", "--range", "recent=-3:10", "--out", "best.json"}, code: exitUsage, stderr: []string{"--range recent: recent is -3, want up to 1000000 ratings"}},
		{name: "recent and half-life", args: []string{"tune", "--model", "implicit", "--range", "recent=3", "--range", "half_life=3", "--out", "best.json"}, code: exitUsage, stderr: []string{"half_life and recent can't both be given"}},
		{name: "half-life of grades", args: tiny("--range", "half_life=3:10"), files: small, code: exitUsage, stderr: []string{"--range half_life: als has no such setting"}},
		{name: "twice", args: tiny("--range", "factors=1:2"), files: small, code: exitUsage, stderr: []string{"--range factors is given twice"}, never: []string{"best of"}},
		{name: "what halving deals out", args: tiny("--search", "halving", "--range", "iterations=5:20"), files: small, code: exitUsage, stderr: []string{"--range iterations: --search halving deals iterations out itself"}},
		{name: "several folds", files: folds, args: []string{"tune", "--data", "f", "--folds", "u", "--out", "best.json"}, code: exitUsage, stderr: []string{"--folds u is of 2 folds: tune on one, such as u1"}},
		{name: "no such fold", files: folds, args: []string{"tune", "--data", "f", "--folds", "v", "--out", "best.json"}, code: exitNotFound, stderr: []string{`f holds no folds "v"`}},
		{name: "folds of nowhere", args: []string{"tune", "--folds", "u1", "--out", "best.json"}, code: exitUsage, stderr: []string{"--folds names files"}},
		{name: "interactions", files: map[string]string{"seen.txt": "0 1 2 3\n1 2 3\n2 1 4\n3 4 2 1\n"}, args: []string{"tune", "--data", "seen.txt", "--out", "best.json"}, code: exitUsage, stderr: []string{"add --model implicit"}},
		{name: "no place to write", files: small, args: tiny("--out", "nowhere/best.json"), code: exitFailed, stderr: []string{"nowhere/best.json cannot be written"}},
		{name: "no place for the journal", files: small, args: tiny("--journal", "nowhere/j"), code: exitFailed, stderr: []string{"nowhere/j cannot be written"}},
		{name: "a journal that is none", files: with(small, "j", "dear diary\n"), args: tiny("--journal", "j"), code: exitFailed, stderr: []string{"journal j: ", "no header of a journal"}, check: func(t *testing.T, _ string) {
			text, err := os.ReadFile("j")
			require.NoError(t, err)
			require.Equal(t, "dear diary\n", string(text))
		}},
		{name: "nothing relevant", files: small, args: tiny("--metric", "ndcg@5", "--threshold", "9"), code: exitFailed, stderr: []string{"every trial failed", "nothing to measure"}},
	})
}

// TestDefaultsOfTune compares them with what models are trained with.
func TestDefaultsOfTune(t *testing.T) {
	m := handful().Matrix()
	known := handful().Matrix().CSR
	for name, test := range map[string]struct {
		model    string
		features bool
		config   als.Config
		opts     []als.TrainOption
	}{
		"als":           {"als", false, als.Config{}, nil},
		"with features": {"als", true, als.Config{}, []als.TrainOption{als.WithUserFeatures(&known)}},
		"implicit":      {"implicit", false, als.Config{Implicit: true}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			trained, err := als.Train(t.Context(), m, test.config, test.opts...)
			require.NoError(t, err)
			p, err := resolved(test.model, nil, test.features)
			require.NoError(t, err)
			c := trained.Config()
			require.Equal(t, c.Regularization, p.Float("regularization"))
			require.Equal(t, c.BiasRegularization, p.Float("bias_regularization"))
			require.Equal(t, c.Factors, p.Int("factors"))
			require.Equal(t, c.Iterations, p.Int("iterations"))
			require.Equal(t, c.Rated, p.Bool("rated"))
		})
	}
}

func TestVerdict(t *testing.T) {
	answer := func(maximize bool, tuned, usual, low, high float64) tuneAnswer {
		return tuneAnswer{
			Metric: "m", Maximize: maximize, HeldOut: comparison{Tuned: []tune.Values{{"m": tuned}}, Default: []tune.Values{{"m": usual}}},
			Test: &evaluate.Comparison{Interval: evaluate.Interval{Low: low, High: high}},
		}
	}
	const held = "On what was held out the tuned settings are "
	for name, test := range map[string]struct {
		a    tuneAnswer
		want string
	}{
		"more is better": {answer(true, 0.30, 0.28, 0.01, 0.03), held + "better by 0.0200; for 95 % of other choices of people the gain would lie between 0.0100 and 0.0300."},
		"less is better": {answer(false, 0.90, 0.92, -0.03, -0.01), held + "better by 0.0200; for 95 % of other choices of people the gain would lie between 0.0100 and 0.0300."},
		"chance":         {answer(false, 0.90, 0.91, -0.03, 0.01), held + "better by 0.0100; for 95 % of other choices of people the gain would lie between -0.0100 and 0.0300, so that it may be chance."},
		"worse":          {answer(true, 0.25, 0.28, -0.05, -0.01), held + "worse by 0.0300; for 95 % of other choices of people the gain would lie between -0.0500 and -0.0100: keep the defaults."},
		"alike":          {answer(true, 0.25, 0.25, -0.01, 0.01), held + "as good as the defaults; for 95 % of other choices of people the gain would lie between -0.0100 and 0.0100, so that it may be chance."},
	} {
		t.Run(name, func(t *testing.T) { require.Equal(t, test.want, test.a.verdict()) })
	}
	untested := answer(true, 0.3, 0.2, 0, 0)
	untested.Test = nil
	require.Equal(t, held+"better by 0.1000.", untested.verdict())
}

// settled is an answer without what differs between two equal searches.
func settled(t *testing.T, a tuneAnswer) string {
	t.Helper()
	a.Seconds = 0
	for i := range a.Trials {
		a.Trials[i].Seconds = 0
	}
	text, err := json.Marshal(a)
	require.NoError(t, err)
	return string(text)
}

// TestTuneGoesOn interrupts a search in the middle, as Ctrl-C does, and gives the same
// command again.
func TestTuneGoesOn(t *testing.T) {
	t.Chdir(t.TempDir())
	args := quick("--threads", "2", "--trials", "5")
	_, stderr, code := scenario{args: args}.run(t.Context())
	require.Zero(t, code, stderr)
	want := settled(t, savedAnswer(t))
	require.NoError(t, os.Remove("best.json"))

	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	var stdout bytes.Buffer
	bar := &cancelOnWrite{cancel: cancel}
	s := newSession(strings.NewReader(""), &stdout, bar)
	s.bars, s.barDelay = true, 0
	require.Equal(t, exitInterrupted, s.run(ctx, args), bar.String())
	require.Contains(t, bar.String(), "%", "it was at work")
	require.Contains(t, bar.String(), "of 10 trainings: the same command goes on from there\n")
	require.Empty(t, stdout.String())
	alone(t, "best.json.journal")

	other := append(args, "--seed", "9")
	_, stderr, code = scenario{args: other}.run(t.Context())
	require.Equal(t, exitFailed, code)
	require.Contains(t, stderr, "the journal is of another search")
	require.Contains(t, stderr, "remove the file to begin anew")
	alone(t, "best.json.journal")

	_, stderr, code = scenario{args: append(args, "--threads", "1")}.run(t.Context())
	require.Zero(t, code, stderr)
	require.Contains(t, stderr, "of 10 trainings were in best.json.journal already")
	require.Equal(t, want, settled(t, savedAnswer(t)))
	alone(t, "best.json")
}

func TestConfigOfTune(t *testing.T) {
	t.Chdir(t.TempDir())
	_, stderr, code := scenario{args: quick("--range", "solver=cg")}.run(t.Context())
	require.Zero(t, code, stderr)
	saved := savedAnswer(t)

	stdout, stderr, code := scenario{args: []string{"evaluate", "--config", "best.json", "--json"}}.run(t.Context())
	require.Zero(t, code, stderr)
	answer := decode[evaluateAnswer](t, stdout)
	require.Equal(t, "als", answer.Model)
	require.Equal(t, saved.HeldOut.Tuned[0]["rmse"], answer.Metrics["rmse"].Mean, "what tune found, evaluate finds")
	require.Equal(t, saved.HeldOut.Tuned[0]["ndcg@10"], answer.Metrics["ndcg@10"].Mean)

	_, stderr, code = scenario{args: []string{"train", "--config", "best.json", "--regularization", "3", "--out", "m.nfm"}}.run(t.Context())
	require.Zero(t, code, stderr)
	m, err := als.Load("m.nfm")
	require.NoError(t, err)
	require.Equal(t, saved.Config.Int("factors"), m.Config().Factors)
	require.Equal(t, saved.Config.Float("bias_regularization"), m.Config().BiasRegularization)
	require.Equal(t, als.ConjugateGradient, m.Config().Solver)
	require.Equal(t, 2, m.Config().Iterations)
	require.EqualValues(t, 3, m.Config().Regularization, "a flag counts more")
}

func TestConfigFiles(t *testing.T) {
	file := func(text string) map[string]string { return with(small, "s.json", text) }
	head := `{"format": "nextflex settings", "version": 1, `
	evaluate := []string{"evaluate", "--data", "small", "--threshold", "0", "--config", "s.json"}
	train := []string{"train", "--data", "small", "--out", "m.nfm", "--config", "s.json"}
	play(t, []scenario{
		{name: "by hand", files: file(head + `"model": "als", "config": {"factors": 2}}`), args: evaluate, stdout: []string{"als on small"}},
		{name: "implicit", files: file(head + `"model": "implicit", "config": {"factors": 2}}`), args: evaluate, stdout: []string{"implicit on small"}, never: []string{"rmse"}},
		{name: "bayes", files: file(head + `"model": "bayes", "config": {"factors": 2, "samples": 3, "rated": true}}`), args: evaluate, stdout: []string{"bayes on small"}},
		{name: "train implicit", files: file(head + `"model": "implicit", "config": {"factors": 2, "alpha": 3}}`), args: train, stdout: []string{"implicit ALS", "alpha"}},
		{name: "nothing but defaults", files: file(head + `"model": "als"}`), args: train, stdout: []string{"factors         64"}},
		{name: "train bayes", files: file(head + `"model": "bayes"}`), args: train, code: exitUsage, stderr: []string{"--config s.json is of model bayes, and what is saved is a model of als or implicit"}},
		{name: "explicit settings for implicit", files: file(head + `"model": "als"}`), args: append(train, "--implicit"), code: exitUsage, stderr: []string{"--config s.json is of model als, not --implicit"}},
		{name: "another model", files: file(head + `"model": "als"}`), args: append(evaluate, "--model", "bayes"), code: exitUsage, stderr: []string{"--config s.json is of model als, not bayes"}},
		{name: "features", files: file(head + `"model": "implicit"}`), args: append(evaluate, "--features"), code: exitUsage, stderr: []string{"--features is for --model als and bayes"}},
		{name: "an unknown model", files: file(head + `"model": "magic"}`), args: evaluate, code: exitFailed, stderr: []string{`s.json: the model is "magic", want als, implicit or bayes`}},
		{name: "an unknown setting", files: file(head + `"model": "als", "config": {"depth": 2}}`), args: evaluate, code: exitFailed, stderr: []string{`s.json: als has no setting "depth"`}},
		{name: "out of range", files: file(head + `"model": "als", "config": {"factors": 1000}}`), args: evaluate, code: exitFailed, stderr: []string{"s.json: factors is 1000, want 1 to 512"}},
		{name: "a text for a number", files: file(head + `"model": "als", "config": {"factors": "many"}}`), args: evaluate, code: exitFailed, stderr: []string{"s.json: factors is a string, want int"}},
		{name: "half a factor", files: file(head + `"model": "bayes", "config": {"factors": 1.5}}`), args: evaluate, code: exitFailed, stderr: []string{"s.json: factors is a number 1.5, want int"}},
		{name: "another version", files: file(`{"format": "nextflex settings", "version": 2, "model": "als"}`), args: evaluate, code: exitFailed, stderr: []string{"s.json: version 2 of files of settings, want 1"}},
		{name: "other JSON", files: file(`{"model": "als"}`), args: evaluate, code: exitFailed, stderr: []string{"s.json: not a file of settings"}},
		{name: "no JSON", files: file(`factors=3`), args: train, code: exitFailed, stderr: []string{"s.json: not a file of settings"}},
		{name: "no file", files: small, args: train, code: exitFailed, stderr: []string{"s.json: no such file or directory"}},
	})
}

// FuzzSettings reads any bytes as a file of settings: what is taken, the model takes.
func FuzzSettings(f *testing.F) {
	f.Add([]byte(`{"format": "nextflex settings", "version": 1, "model": "als", "config": {"factors": 32, "regularization": 0.5, "solver": "cg"}}`))
	f.Add([]byte(`{"format": "nextflex settings", "version": 1, "model": "bayes", "config": {"rated": true, "burn_in": -1}}`))
	f.Add([]byte(`{"format": "nextflex settings", "version": 1, "model": "implicit", "config": {"alpha": 1e-3}}`))
	f.Fuzz(func(t *testing.T, text []byte) {
		model, s, err := readSettings(bytes.NewReader(text))
		if err != nil {
			require.NotEmpty(t, err.Error())
			return
		}
		require.Equal(t, model == "implicit", s.als.Implicit)
		_, err = s.als.Resolved()
		require.NoError(t, err)
		_, err = s.bayes.Resolved()
		require.NoError(t, err)
	})
}

// FuzzRange reads any text as a range: what is taken makes points that the model takes
// at either end.
func FuzzRange(f *testing.F) {
	for _, text := range []string{"factors=16:128", "regularization=0.01:10:log", "solver=exact,cg", "no_bias=true", "iterations=3", "frequency=-1", "steps=1:3"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		space, err := spaceOf("als", []string{text})
		if err != nil {
			require.NotEmpty(t, err.Error())
			return
		}
		require.NoError(t, space.Check())
		require.GreaterOrEqual(t, len(space), 3)
	})
}
