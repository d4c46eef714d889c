package evaluate

import (
	"errors"
	"fmt"
	"math"
	"runtime"
	"slices"

	"github.com/nextflex/nextflex/dataset"
	"github.com/nextflex/nextflex/internal/config"
)

// ConfigError says which option is out of range.
type ConfigError = config.Error

// MaxK is the longest list that is measured.
const MaxK = 100_000

// Predictor predicts ratings. user and item are rows of the indexes of the
// ratings it was trained on; the value is in units of their scale. A user or item
// without ratings in train is no error: the model falls back to what it knows.
type Predictor interface {
	Predict(user, item int32) (float32, error)
}

// Scorer scores the whole catalogue for a user: a higher score is a better place
// in the list. dst has one place for each item; NaN keeps an item out of the list.
type Scorer interface {
	Scores(user int32, dst []float32) error
}

// Model is what CrossValidate measures. Where it also is a Predictor, its
// predictions are measured too.
type Model = Scorer

// Options say what is measured. The zero Options measure lists of 10.
type Options struct {
	// K are the lengths of the lists, each 1 to 100,000; nil means 10.
	K []int
	// Threshold is the least value of a test rating that makes its item
	// relevant. 0 means four fifths of the largest value of the
	// scale (4 of 5 stars, 8 of 10) and every interaction of implicit feedback;
	// negative makes every test rating relevant.
	Threshold float32
	// ClampTo is the scale to which predictions are limited before they are
	// compared. The zero Scale takes that of the test ratings.
	ClampTo dataset.Scale
	// NoClamp compares predictions as they are.
	NoClamp bool
	// NoErrors leaves RMSE and MAE out of CrossValidate: for models whose
	// predictions are no ratings, such as those of implicit feedback.
	NoErrors bool
	// NoRanking leaves the lists out of CrossValidate.
	NoRanking bool
	// Negatives adds the protocol of the NCF papers to CrossValidate (see Sampled):
	// each relevant test item against the fold's own negatives, or against this
	// number of items drawn with Seed where the fold brings none. 0 means not at
	// all, up to 100,000.
	Negatives int
	// Seed is that of the negatives and of the intervals.
	Seed uint64
	// Distance tells how unlike two items are, by their rows, for AtK.Diversity: 0 to
	// 1, say, and NaN where it isn't known. It is called from several goroutines at
	// once. nil measures no diversity. See FeatureDistance.
	Distance func(a, b int32) float64
	// Genres are the numbers of each item's genres, by row of the items, 0 to 65,535,
	// for AtK.Calibration. nil measures none. See Genres.
	Genres [][]int32
	// Bootstrap gives the metrics of CrossValidate 95 % intervals, of this number of
	// resamples (see Bootstrap), 10 to 1,000,000; 0 gives none.
	Bootstrap int
	// PerUser keeps the metrics of each user in Samples, for intervals, tests and
	// plots: 16 bytes a metric and user.
	PerUser bool
	// Threads is the number of goroutines; 0 means one a processor. It does not
	// change the result.
	Threads int
	// Progress, which may be nil, is called now and then, one call at a time.
	Progress func(Progress)
}

// Progress is how far an evaluation has come.
type Progress struct {
	Fold, Folds int    // of CrossValidate, from 1; 0 of 0 elsewhere
	Stage       string // "train", "ratings", "ranking", "sampled" or "intervals"
	Done, Total int    // users; 0 of 0 while training and for intervals
}

// ErrNothing is returned where there is nothing to measure: no test rating, or
// no relevant one.
var ErrNothing = errors.New("nothing to measure")

// resolved fills the defaults in. The options of the caller are not changed.
func (o Options) resolved(test *dataset.Ratings) (Options, error) {
	if len(o.K) == 0 {
		o.K = []int{10}
	}
	o.K = slices.Compact(slices.Sorted(slices.Values(o.K)))
	for _, k := range o.K {
		if k < 1 || k > MaxK {
			return o, &ConfigError{Package: "evaluate", Field: "K", Value: k, Want: fmt.Sprintf("1 to %d", MaxK)}
		}
	}
	if t := float64(o.Threshold); math.IsNaN(t) || math.IsInf(t, 0) {
		return o, &ConfigError{Package: "evaluate", Field: "Threshold", Value: o.Threshold, Want: "a finite number"}
	}
	if o.Threads < 0 {
		return o, &ConfigError{Package: "evaluate", Field: "Threads", Value: o.Threads, Want: "1 or more, or 0 for one a processor"}
	}
	if o.Negatives < 0 || o.Negatives > MaxK {
		return o, &ConfigError{Package: "evaluate", Field: "Negatives", Value: o.Negatives, Want: fmt.Sprintf("0 (for none) to %d", MaxK)}
	}
	if o.Bootstrap != 0 {
		if _, err := (BootstrapConfig{Resamples: o.Bootstrap}).resolved(); err != nil {
			return o, err
		}
	}
	if err := checkGenres(o.Genres, test.Items.Len()); err != nil {
		return o, err
	}
	if o.Threads == 0 {
		o.Threads = runtime.GOMAXPROCS(0)
	}
	if o.ClampTo == (dataset.Scale{}) {
		o.ClampTo = test.Scale
	}
	switch {
	case o.Threshold < 0 || o.Threshold == 0 && (test.Scale.Implicit || test.Scale.Max <= test.Scale.Min):
		o.Threshold = -math.MaxFloat32
	case o.Threshold == 0:
		o.Threshold = 0.8 * test.Scale.Max
	}
	return o, nil
}

// maxGenre bounds what is held by genre.
const maxGenre = math.MaxUint16

func checkGenres(genres [][]int32, items int) error {
	if genres != nil && len(genres) != items {
		return &ConfigError{Package: "evaluate", Field: "Genres", Value: fmt.Sprint(len(genres), " rows"), Want: fmt.Sprintf("as many as there are items, %d", items)}
	}
	for item, of := range genres {
		for _, genre := range of {
			if genre < 0 || genre > maxGenre {
				return &ConfigError{Package: "evaluate", Field: fmt.Sprintf("Genres[%d]", item), Value: genre, Want: fmt.Sprintf("0 to %d", maxGenre)}
			}
		}
	}
	return nil
}

// checkPair makes sure that train and test speak of the same rows.
func checkPair(train, test *dataset.Ratings) error {
	switch {
	case train == nil || test == nil:
		return errors.New("evaluate: train or test is nil")
	case !train.Users.Equal(test.Users):
		return errors.New("evaluate: train and test number their users differently: make both by one split")
	case !train.Items.Equal(test.Items):
		return errors.New("evaluate: train and test number their items differently: make both by one split")
	}
	if err := errors.Join(train.Validate(), test.Validate()); err != nil {
		return fmt.Errorf("evaluate: %w", err)
	}
	return nil
}

// rated counts the ratings of each row.
func rated(rows []int32, n int) []int32 {
	counts := make([]int32, n)
	for _, row := range rows {
		counts[row]++
	}
	return counts
}
