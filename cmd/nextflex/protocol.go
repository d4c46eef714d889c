package main

import (
	"context"
	"errors"
	"fmt"
	"math"
	"strings"

	"github.com/nextflex/nextflex/dataset"
	"github.com/nextflex/nextflex/recommend/evaluate"
)

// protocolFlags say what is held out and how lists are measured on it.
type protocolFlags struct {
	Folds     *string  `placeholder:"PREFIX" help:"Published folds in the directory of --data, which --protocol then does not make: u for u1.base and u1.test to u5, ml-1m for ml-1m.train.csv and ml-1m.test.rating, nothing (--folds=) for train.txt and test.txt."`
	Protocol  string   `enum:"random,kfold,leave-last-out,time,sampled,strong,cold-items" default:"random" help:"How to hold ratings out: random (a fraction of all), kfold (each user's spread over --parts folds), leave-last-out (the newest --last of each user), time (the newest fraction of all), sampled (as leave-last-out, and each held-out film is also ranked among sampled ones, as in the NCF papers: biased), strong (a fraction of the users; the trained model is given four fifths of what each rated and lists for the rest) or cold-items (all ratings of a fraction of the films). Default: ${default}."`
	Test      float64  `default:"0.2" placeholder:"FRACTION" help:"Part that random, time, strong (of users) and cold-items (of films) hold out (default ${default})."`
	Repeat    int      `default:"1" placeholder:"N" help:"For random: so many splits, with the seeds from --seed on (default ${default})."`
	Parts     int      `default:"5" placeholder:"N" help:"Folds of kfold (default ${default})."`
	Last      int      `default:"1" placeholder:"N" help:"Ratings of each user that leave-last-out and sampled hold out (default ${default})."`
	Negatives int      `default:"99" placeholder:"N" help:"For sampled: films that the user has not rated, drawn with --seed for each held-out one; published folds that bring theirs (such as ml-1m.test.negative) are ranked among those (default ${default})."`
	Positive  *float64 `placeholder:"X" help:"Keep the ratings from X on alone and take them as interactions without grades, as measurements of implicit models do; 0 keeps all. Default: ratings as they are."`
}

// strongTest is the part of a held-out user's ratings that strong tests with, as in
// Liang et al. 2018.
const strongTest = 0.2

func (p *protocolFlags) check() error {
	switch {
	case !(p.Test > 0 && p.Test < 1):
		return usagef("--test is %v, want a fraction between 0 and 1", p.Test)
	case p.Parts < 2 || p.Parts > 1000:
		return usagef("--parts is %d, want 2 to 1000", p.Parts)
	case p.Last < 1:
		return usagef("--last is %d, want 1 or more", p.Last)
	case p.Repeat < 1 || p.Repeat > 1000:
		return usagef("--repeat is %d, want 1 to 1000", p.Repeat)
	case p.Repeat > 1 && (p.Protocol != "random" || p.Folds != nil):
		return usagef("--repeat is for --protocol random")
	case p.Negatives < 1 || p.Negatives > evaluate.MaxK:
		return usagef("--negatives is %d, want 1 to %d", p.Negatives, evaluate.MaxK)
	case p.Positive != nil && (math.IsNaN(*p.Positive) || math.IsInf(*p.Positive, 0)):
		return usagef("--positive is %v, want a finite number", *p.Positive)
	}
	return nil
}

// set passes on what the protocol asks of the measuring.
func (p *protocolFlags) set(opt *evaluate.Options) {
	if p.Protocol == "sampled" {
		opt.Negatives = p.Negatives
		opt.Threshold = -1 // NCF tests with every held-out item
	}
}

// origin is where folds come from.
type origin struct {
	source
	attributes // none where only ratings were read
}

// folds opens published folds or makes some.
func (p *protocolFlags) folds(ctx context.Context, s *session, data dataFlags, seed uint64) ([]dataset.Fold, origin, error) {
	if p.Folds != nil {
		folds, from, err := p.published(ctx, s, data)
		if err == nil && p.Positive != nil {
			for i := range folds {
				folds[i] = folds[i].Interactions(float32(*p.Positive))
			}
			err = enough(folds, from.Set)
		}
		return folds, from, err
	}
	set, err := data.ratings(ctx, s)
	if err != nil {
		return nil, origin{}, err
	}
	ratings := set.Ratings
	if p.Positive != nil {
		ratings = ratings.Interactions(float32(*p.Positive))
	}
	folds, err := p.split(ratings, seed)
	if err != nil {
		return nil, origin{}, err
	}
	return folds, origin{sourceOf(set), attributes{set.Catalogue, set.People}}, enough(folds, set.Name)
}

// split makes folds by the protocol.
func (p *protocolFlags) split(ratings *dataset.Ratings, seed uint64) ([]dataset.Fold, error) {
	one := func(fold dataset.Fold, err error) ([]dataset.Fold, error) { return []dataset.Fold{fold}, err }
	switch p.Protocol {
	case "kfold":
		return dataset.KFold(ratings, p.Parts, seed)
	case "leave-last-out", "sampled":
		return one(dataset.LeaveLastOut(ratings, p.Last))
	case "time":
		return one(dataset.TimeSplit(ratings, p.Test))
	case "strong":
		return one(dataset.StrongSplit(ratings, p.Test, strongTest, seed))
	case "cold-items":
		return one(dataset.ItemSplit(ratings, p.Test, seed))
	}
	if p.Repeat > 1 {
		return dataset.RepeatedSplit(ratings, p.Test, p.Repeat, seed)
	}
	return one(dataset.RandomSplit(ratings, p.Test, seed))
}

// enough refuses folds with an empty side.
func enough(folds []dataset.Fold, name string) error {
	for _, f := range folds {
		if f.Train.Len() == 0 || f.Test.Len() == 0 {
			return fmt.Errorf("%s is too small for this protocol: %d ratings to train on and %d to test with", name, f.Train.Len(), f.Test.Len())
		}
	}
	return nil
}

func (p *protocolFlags) published(ctx context.Context, s *session, data dataFlags) ([]dataset.Fold, origin, error) {
	b := s.newBar("reading", true)
	path, err := fetchFrom(ctx, b, data.Data[0])
	b.close()
	if err != nil {
		return nil, origin{}, err
	}
	folds, report, err := dataset.Loader{}.OpenFolds(ctx, path, *p.Folds)
	if errors.Is(err, dataset.ErrEmpty) {
		return nil, origin{}, notFoundf("%s", strings.TrimSuffix(err.Error(), ": "+dataset.ErrEmpty.Error()))
	}
	if err != nil {
		return nil, origin{}, err
	}
	for _, n := range report.Notes {
		s.note("%s %s", thousands(n.Count), n.Text)
	}
	return folds, origin{source: source{Set: folds[0].Train.Name}}, nil
}
