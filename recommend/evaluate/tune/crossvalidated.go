package tune

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"hash"
	"math"

	"github.com/nextflex/nextflex/dataset"
	"github.com/nextflex/nextflex/recommend/evaluate"
)

// Trainer makes a model of a point from the train side of a fold. Resource is what
// Config.Resource and Config.Method make of it.
type Trainer func(ctx context.Context, p Point, resource int, train *dataset.Ratings) (evaluate.Model, error)

// CrossValidated is the objective of a model that evaluate.CrossValidate measures: the values
// have the names of its metrics. Config.Folds is to be the number of folds. As several
// evaluations run at once, each does best with one thread, in opt and in train; opt.Progress is not
// called.
func CrossValidated(folds []dataset.Fold, train Trainer, opt evaluate.Options) Objective {
	opt.Progress = nil
	return func(ctx context.Context, p Point, resource, fold int) (Values, error) {
		if fold < 0 || fold >= len(folds) {
			return nil, &ConfigError{Package: "tune", Field: "Folds", Value: fold + 1, Want: "the number of folds of the objective"}
		}
		summary, err := evaluate.CrossValidate(ctx, folds[fold:fold+1], func(ctx context.Context, ratings *dataset.Ratings) (evaluate.Model, error) {
			return train(ctx, p, resource, ratings)
		}, opt)
		if err != nil {
			return nil, err
		}
		values := Values{}
		for name, m := range summary.Metrics {
			values[name] = m.Mean
		}
		return values, nil
	}
}

// Fingerprint identifies the ratings of folds for Config.Data: the SHA-256 of ids, rows, values
// and times of both sides of each fold, in hexadecimal.
func Fingerprint(folds []dataset.Fold) string {
	sum := sha256.New()
	for _, fold := range folds {
		for _, side := range []*dataset.Ratings{fold.Train, fold.Test} {
			addRatings(sum, side)
		}
	}
	return hex.EncodeToString(sum.Sum(nil))
}

// addRatings adds a set to a sum. Each part begins with its length, so that no two sets
// read alike.
func addRatings(sum hash.Hash, r *dataset.Ratings) {
	if r == nil {
		return
	}
	block := make([]byte, 0, 1<<16)
	room := func() {
		if len(block) > 1<<15 {
			sum.Write(block) // a hash does not fail
			block = block[:0]
		}
	}
	for _, index := range []*dataset.Index{r.Users, r.Items} {
		block = binary.LittleEndian.AppendUint64(block, uint64(index.Len()))
		for row := range int32(index.Len()) {
			id := index.ID(row).String()
			block = append(binary.LittleEndian.AppendUint32(block, uint32(len(id))), id...)
			room()
		}
	}
	block = binary.LittleEndian.AppendUint64(block, uint64(r.Len()))
	for i := range r.Len() {
		block = binary.LittleEndian.AppendUint32(block, uint32(r.User[i]))
		block = binary.LittleEndian.AppendUint32(block, uint32(r.Item[i]))
		block = binary.LittleEndian.AppendUint32(block, math.Float32bits(r.Value[i]))
		if r.Time != nil {
			block = binary.LittleEndian.AppendUint32(block, r.Time[i])
		}
		room()
	}
	sum.Write(block)
}
