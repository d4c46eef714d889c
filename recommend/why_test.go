package recommend_test

import (
	"errors"
	"math"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/nextflex/nextflex/als"
	"github.com/nextflex/nextflex/dataset"
	"github.com/nextflex/nextflex/recommend"
)

func TestWhyAddsUp(t *testing.T) {
	e := large(t, recommend.Config{Damping: -1})
	for _, user := range []dataset.ID{dataset.Int(2), dataset.Int(9)} {
		list, err := e.ForUser(user, recommend.Query{K: 5, Explain: true})
		require.NoError(t, err)
		for _, item := range list.Items {
			x, err := e.Why(user, item.Movie.ID)
			require.NoError(t, err)
			require.Equal(t, recommend.Personal, x.Kind)
			require.Same(t, item.Movie, x.Movie)
			require.InDelta(t, item.Score, x.Score, 1e-3)
			require.InDelta(t, *item.Prediction, *x.Prediction, 1e-3)
			sum := x.Base
			for i, r := range x.Rated {
				sum += r.Part
				require.Equal(t, recommend.Rated, r.Kind)
				if i > 0 {
					require.LessOrEqual(t, r.Part, x.Rated[i-1].Part)
				}
			}
			require.InDelta(t, x.Score, sum, 1e-3)
			require.Equal(t, x.Rated[:len(item.Reasons)], item.Reasons, "a list shows the first of them")
		}
	}
}

func TestWhyByContent(t *testing.T) {
	set := smallSet(t)
	e, err := recommend.New(set, nil, recommend.Config{})
	require.NoError(t, err)
	x, err := e.WhyFor(ratings(1, 5, 7, 1), dataset.Int(13))
	require.NoError(t, err)
	require.Equal(t, recommend.Content, x.Kind)
	require.Empty(t, x.Rated)
	require.Nil(t, x.Prediction)
	names := map[string]bool{}
	var sum float64
	for _, r := range x.Shared {
		names[r.Name] = true
		sum += r.Part
	}
	require.Equal(t, map[string]bool{"Ada Orbit": true, "Science Fiction": true, "space": true}, names)
	require.InDelta(t, x.Score, sum, 1e-6)
	similar, err := e.WhySimilar(dataset.Int(1), dataset.Int(13))
	require.NoError(t, err)
	require.Equal(t, recommend.Similar, similar.Kind)
	require.Len(t, similar.Shared, len(x.Shared))
	for i, r := range similar.Shared {
		require.Equal(t, r.Name, x.Shared[i].Name)
		require.InDelta(t, r.Part/similar.Score, x.Shared[i].Part/x.Score, 1e-5, "a profile of one film, but for its length")
	}
	none, err := e.WhySimilar(dataset.Int(1), dataset.Int(7))
	require.NoError(t, err)
	require.NotNil(t, none.Shared)
	require.Empty(t, none.Shared)
}

func TestWhyAndPredictRefuse(t *testing.T) {
	set := smallSet(t)
	e := small(t, recommend.Config{})
	without, err := recommend.New(set, nil, recommend.Config{})
	require.NoError(t, err)
	why := func(e *recommend.Engine, user, movie int64) error {
		_, err := e.Why(dataset.Int(user), dataset.Int(movie))
		return err
	}
	predict := func(e *recommend.Engine, user, movie int64) error {
		_, err := e.Predict(dataset.Int(user), dataset.Int(movie))
		return err
	}
	for _, c := range []struct {
		name string
		err  error
		is   error
		want string
	}{
		{"why: unknown user", why(e, 99, 1), recommend.ErrUnknownUser, "99"},
		{"why: unknown film", why(e, 1, 99), recommend.ErrUnknownMovie, "99"},
		{"why: nothing in common and no model", why(without, 1, 7), recommend.ErrNoPrediction, "no model"},
		{"why: the model does not know the film", why(e, 5, 13), recommend.ErrNoPrediction, "not this film"},
		{"predict: unknown user", predict(e, 99, 1), recommend.ErrUnknownUser, "99"},
		{"predict: unknown film", predict(e, 1, 99), recommend.ErrUnknownMovie, "99"},
		{"predict: no model", predict(without, 1, 1), recommend.ErrNoPrediction, "no model of ratings"},
		{"predict: the model does not know the film", predict(e, 1, 13), recommend.ErrNoPrediction, "does not know 13"},
	} {
		t.Run(c.name, func(t *testing.T) {
			require.ErrorIs(t, c.err, c.is)
			require.ErrorContains(t, c.err, c.want)
			require.ErrorContains(t, c.err, "recommend: ")
		})
	}
	_, err = e.PredictFor(nil, dataset.Int(1))
	require.ErrorIs(t, err, recommend.ErrNoPrediction)
	_, err = e.WhySimilar(dataset.Int(99), dataset.Int(1))
	require.ErrorIs(t, err, recommend.ErrUnknownMovie)
	_, err = e.WhySimilar(dataset.Int(1), dataset.Int(99))
	require.ErrorIs(t, err, recommend.ErrUnknownMovie)
	p, err := e.PredictFor(ratings(1, 5, 2, 5, 7, 1), dataset.Int(3))
	require.NoError(t, err)
	q, err := e.PredictFor(ratings(1, 1, 2, 1, 7, 5), dataset.Int(3))
	require.NoError(t, err)
	require.Greater(t, p, q)
}

// newestFirst is a scorer that knows nothing of persons.
type newestFirst struct{}

func (newestFirst) Scores(p recommend.Profile, dst []float32) error {
	for pos := range dst {
		dst[pos] = float32(pos)
	}
	dst[0] = float32(math.NaN())
	return nil
}

// rater gives every film the mean of the person's ratings and can say so, and fails
// as told.
type rater struct {
	fault, whyFault error
}

func (rater) Scale() dataset.Scale { return dataset.Scale{Min: 1, Max: 3} }

func (r rater) Scores(p recommend.Profile, dst []float32) error {
	for pos := range dst {
		dst[pos] = p.Values[0] - float32(pos)/100
	}
	return r.fault
}

func (r rater) Explain(p recommend.Profile, pos int32) (score, base float64, parts []als.Contribution, err error) {
	return float64(p.Values[0]), 0, []als.Contribution{{Row: p.Positions[0], Part: p.Values[0]}}, r.whyFault
}

func TestOwnScorer(t *testing.T) {
	set := smallSet(t)
	e, err := recommend.New(set, nil, recommend.Config{Scorer: newestFirst{}})
	require.NoError(t, err)
	r, err := e.ForRatings(ratings(14, 4), recommend.Query{K: 20, Explain: true})
	require.NoError(t, err)
	require.Equal(t, recommend.Personal, r.Kind)
	require.Equal(t, []int64{13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2}, ids(r), "without 14, which is rated, and 1, which it can't judge")
	require.Nil(t, r.Items[0].Prediction)
	require.Empty(t, r.Items[0].Reasons)
	r, err = e.ForRatings(ratings(2, 5), recommend.Query{K: 20, Blend: 0.5, Explain: true})
	require.NoError(t, err)
	require.Equal(t, recommend.Blend, r.Kind)
	require.Contains(t, ids(r), int64(1), "a blend lists films that the scorer can't judge")
	_, err = e.Why(dataset.Int(1), dataset.Int(7))
	require.ErrorIs(t, err, recommend.ErrNoPrediction)

	e, err = recommend.New(set, nil, recommend.Config{Scorer: rater{}})
	require.NoError(t, err)
	r, err = e.ForRatings(ratings(2, 5), recommend.Query{K: 3, Explain: true})
	require.NoError(t, err)
	require.InDelta(t, 3, *r.Items[0].Prediction, 0, "limited to the rater's scale")
	require.Equal(t, "Vega", r.Items[0].Reasons[0].Name)
	require.InDelta(t, 5, r.Items[0].Score, 1e-6, "scores of one's own are not damped")
	p, err := e.PredictFor(ratings(2, 2), dataset.Int(1))
	require.NoError(t, err)
	require.InDelta(t, 2, p, 1e-6)
}

func TestOwnScorerFails(t *testing.T) {
	set := smallSet(t)
	fault := errors.New("no power")
	e, err := recommend.New(set, nil, recommend.Config{Scorer: rater{fault: fault, whyFault: fault}})
	require.NoError(t, err)
	_, err = e.ForRatings(ratings(2, 5), recommend.Query{K: 3})
	require.ErrorIs(t, err, fault)
	_, err = e.PredictFor(ratings(2, 5), dataset.Int(3))
	require.ErrorIs(t, err, fault)
	_, err = e.WhyFor(ratings(2, 5), dataset.Int(3))
	require.ErrorIs(t, err, fault)
	e, err = recommend.New(set, nil, recommend.Config{Scorer: rater{whyFault: fault}})
	require.NoError(t, err)
	_, err = e.ForRatings(ratings(2, 5), recommend.Query{K: 3, Explain: true})
	require.ErrorIs(t, err, fault)
	e, err = recommend.New(set, nil, recommend.Config{Scorer: rater{fault: recommend.ErrNoOpinion, whyFault: recommend.ErrNoOpinion}})
	require.NoError(t, err)
	r, err := e.ForRatings(ratings(2, 5), recommend.Query{K: 3})
	require.NoError(t, err)
	require.Equal(t, recommend.Top, r.Kind)
	x, err := e.WhyFor(ratings(2, 5), dataset.Int(3))
	require.NoError(t, err)
	require.Equal(t, recommend.Content, x.Kind)
}
