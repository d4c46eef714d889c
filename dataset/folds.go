package dataset

import (
	"context"
	"fmt"
	"slices"
	"strings"
)

// Fold is one division of a set into ratings to train on and ratings to test
// with. Train and Test share Users and Items.
type Fold struct {
	Name        string
	Train, Test *Ratings
	// FoldIn holds, where the users of Test are none of Train's (StrongSplit),
	// what a trained model is told of them before it lists for them; nil elsewhere.
	// It shares Users and Items too.
	FoldIn *Ratings
	// Negatives are rows of Items against which the item of a test rating is ranked
	// in the protocol of the NCF papers, by the rating's position in Test; nil where
	// the fold brings none.
	Negatives [][]int32
}

// Interactions is Ratings.Interactions of each part. Negatives stay beside their
// test ratings.
func (f Fold) Interactions(from float32) Fold {
	out := Fold{Name: f.Name, Train: f.Train.Interactions(from), Test: f.Test.Interactions(from)}
	if f.FoldIn != nil {
		out.FoldIn = f.FoldIn.Interactions(from)
	}
	if f.Negatives != nil {
		out.Negatives = make([][]int32, 0, out.Test.Len())
		for i, v := range f.Test.Value {
			if v >= from {
				out.Negatives = append(out.Negatives, f.Negatives[i])
			}
		}
	}
	return out
}

// splitPart tells which part of a published split a file name says it is, and
// what stands before: u1.base and u1.test, r1.train and r1.test,
// ml-1m.train.csv and ml-1m.test.rating, train.txt and test.txt.
func splitPart(base string) (part splitRole, stem string) {
	words := strings.Split(base, ".")
	for i, word := range words {
		switch strings.ToLower(word) {
		case "base", "train":
			return trainPart, strings.Join(words[:i], ".")
		case "test":
			return testPart, strings.Join(words[:i], ".")
		}
	}
	return noPart, base
}

type splitRole uint8

const (
	noPart splitRole = iota
	trainPart
	testPart
)

// OpenFolds reads published folds from a directory or zip archive: those whose
// names are the prefix and perhaps digits. "u" in ml-100k is u1.base and u1.test
// to u5.base and u5.test, "ua" the one fold of ua.base and ua.test, "ml-1m" that
// of ml-1m.train.csv and ml-1m.test.rating, and the empty prefix that of
// train.txt and test.txt. All folds share one pair of indexes. A file of sampled
// negatives beside them, such as ml-1m.test.negative, becomes Fold.Negatives. The
// report's Parts are those of the files; Read, Kept and Dropped are their sums.
func (l Loader) OpenFolds(ctx context.Context, dir, prefix string) ([]Fold, *Report, error) {
	list, _, closer, err := machine().members(dir)
	if err != nil {
		return nil, nil, err
	}
	defer closer()
	pairs, err := l.pairs(ctx, list, dir, prefix)
	if err != nil {
		return nil, nil, err
	}
	if l.Name == "" {
		l.Name = setName(dir)
	}
	var files []*rawRatings
	for _, p := range pairs {
		for _, m := range p.files {
			f, err := l.rawMember(ctx, m)
			if err != nil {
				return nil, nil, err
			}
			files = append(files, f)
		}
	}
	// One scale for all: a test file may hold no half stars by chance.
	ratings, reports, err := l.finish(sameScale(files))
	if err != nil {
		return nil, nil, err
	}
	report := &Report{Source: dir, Format: reports[0].Format, Parts: reports}
	folds := make([]Fold, len(pairs))
	for i, p := range pairs {
		folds[i] = Fold{Name: p.name, Train: ratings[2*i], Test: ratings[2*i+1]}
		if both := overlap(folds[i]); both > 0 {
			report.note(both, "ratings of the test part of %s have their pair in the training part too", p.name)
		}
		if p.negatives.shown == "" {
			continue
		}
		negatives, notes, err := l.readNegatives(ctx, p.negatives, folds[i].Test)
		if err != nil {
			return nil, nil, err
		}
		folds[i].Negatives = negatives
		report.Notes = append(report.Notes, notes...)
	}
	for _, part := range reports {
		report.Read += part.Read
		report.Kept += part.Kept
		for _, d := range part.Dropped {
			report.addDrop(Drop{Reason: d.Reason, Count: d.Count, Example: d.Example})
		}
	}
	report.Users, report.Items = ratings[0].Users.Len(), ratings[0].Items.Len()
	return folds, report, nil
}

// pair is the two files of a fold, and perhaps a third.
type pair struct {
	name      string
	files     [2]member
	negatives member // nothing is shown where there is none
}

// pairs finds the files of folds, in order of their names.
func (l Loader) pairs(ctx context.Context, list []member, dir, prefix string) ([]pair, error) {
	byName := map[string]*pair{}
	var names []string
	for _, m := range list {
		role, stem := splitPart(m.base)
		digits, ok := strings.CutPrefix(stem, prefix)
		if role == noPart || !ok || strings.Trim(digits, "0123456789") != "" {
			continue
		}
		g, err := l.lookAt(ctx, m)
		negatives := err == nil && g.aside == asideNegatives && role == testPart
		if !negatives && (err != nil || !g.ratings()) {
			continue
		}
		p := byName[stem]
		if p == nil {
			p = &pair{name: stem}
			byName[stem], names = p, append(names, stem)
		}
		if negatives {
			p.negatives = m
			continue
		}
		at := int(role - trainPart)
		if p.files[at].shown != "" {
			return nil, fmt.Errorf("dataset: fold %q of %s: both %s and %s: %w", stem, dir, p.files[at].base, m.base, ErrUnknownFormat)
		}
		p.files[at] = m
	}
	slices.SortFunc(names, func(a, b string) int {
		if len(a) != len(b) {
			return len(a) - len(b) // u9 before u10
		}
		return strings.Compare(a, b)
	})
	var out []pair
	for _, name := range names {
		p := byName[name]
		if p.files[0].shown == "" || p.files[1].shown == "" {
			return nil, fmt.Errorf("dataset: fold %q of %s lacks its training or its test file: %w", name, dir, ErrEmpty)
		}
		out = append(out, *p)
	}
	if len(out) == 0 {
		return nil, fmt.Errorf("dataset: %s holds no folds %q, such as %s1.base and %s1.test: %w", dir, prefix, prefix, prefix, ErrEmpty)
	}
	return out, nil
}

// sameScale lets every file count the values of all, so that one scale is
// recognised.
func sameScale(files []*rawRatings) []*rawRatings {
	var all valueStats
	var wider [4]int64
	for _, f := range files {
		all.merge(&f.stats, 0)
		for i := range wider {
			wider[i] += f.stats.out[i].count()
		}
	}
	for _, f := range files {
		own := f.stats.out
		f.stats = all
		f.stats.out = own
		f.stats.outCount = &wider
	}
	return files
}

// overlap counts test ratings whose pair is in the training part.
func overlap(f Fold) int64 {
	if f.Train.Len() == 0 || f.Test.Len() == 0 {
		return 0
	}
	ptr, order := byUser(machineTeam(), f.Train)
	items := newBitset(f.Train.Items.Len())
	testPtr, testOrder := byUser(machineTeam(), f.Test)
	var both int64
	for u := range f.Train.Users.Len() {
		for _, e := range order[ptr[u]:ptr[u+1]] {
			items.set(f.Train.Item[e])
		}
		for _, e := range testOrder[testPtr[u]:testPtr[u+1]] {
			if items.has(f.Test.Item[e]) {
				both++
			}
		}
		for _, e := range order[ptr[u]:ptr[u+1]] {
			items[f.Train.Item[e]>>6] = 0
		}
	}
	return both
}
