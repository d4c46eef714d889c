package main

import (
	"fmt"
	"math"
	"slices"

	"github.com/nextflex/nextflex/dataset"
)

// verdict says in words how far two results differ, and whether that is little.
type verdict struct {
	text string
	ok   bool
}

// tolerance is how far losses and errors of two programs may differ.
const tolerance = 0.01

// outOf is the prefix of the files that a contender writes.
func outOf(work string) string { return "out-" + work }

// sameSums compares the number of ratings and their sum.
func sameSums(_ task, _ string, ours, theirs *answer) (verdict, error) {
	a, b := ours.Check, theirs.Check
	ok := a["ratings"] == b["ratings"] && a["ratings"] > 0 && math.Abs(a["sum"]-b["sum"]) <= 1e-6*math.Abs(a["sum"])
	return verdict{fmt.Sprintf("%.0f ratings of sum %.1f, ours %.0f of %.1f", b["ratings"], b["sum"], a["ratings"], a["sum"]), ok}, nil
}

// sameObjective compares what implicit ALS makes small.
func sameObjective(t task, who string, _, _ *answer) (verdict, error) {
	m, err := readMatrix(t.Dir, "implicit")
	if err != nil {
		return verdict{}, err
	}
	var loss [2]float64
	for i, name := range []string{t.Work, who} {
		f, err := readFactors(t, name, m)
		if err != nil {
			return verdict{}, err
		}
		loss[i] = implicitObjective(m, f, t.Alpha, t.Regularization)
	}
	return compared("objective", loss), nil
}

// sameFit compares the error of explicit ALS on the ratings trained on.
func sameFit(t task, who string, _, _ *answer) (verdict, error) {
	m, err := readMatrix(t.Dir, "explicit")
	if err != nil {
		return verdict{}, err
	}
	var rmse [2]float64
	for i, name := range []string{t.Work, who} {
		f, err := readFactors(t, name, m)
		if err != nil {
			return verdict{}, err
		}
		rmse[i] = explicitRMSE(m, f)
	}
	return compared("RMSE", rmse), nil
}

// compared puts ours first.
func compared(what string, x [2]float64) verdict {
	difference := math.Abs(x[1]-x[0]) / x[0]
	return verdict{fmt.Sprintf("%s %.6g, ours %.6g (%.2f %%)", what, x[1], x[0], 100*difference), difference <= tolerance}
}

// sameLists compares ids and scores of lists, rank by rank. Where scores are
// equal another id is as good.
func sameLists(t task, who string, _, _ *answer) (verdict, error) {
	var ids [2][]int32
	var scores [2][]float32
	for i, name := range []string{t.Work, who} {
		var err error
		if ids[i], err = readArray[int32](t.Dir, outOf(name)+".ids"); err != nil {
			return verdict{}, err
		}
		if scores[i], err = readArray[float32](t.Dir, outOf(name)+".scores"); err != nil {
			return verdict{}, err
		}
	}
	if len(ids[0]) != len(ids[1]) || len(ids[0]) != len(scores[0]) || len(ids[1]) != len(scores[1]) || len(ids[0]) == 0 {
		return verdict{fmt.Sprintf("%d entries, ours %d", len(ids[1]), len(ids[0])), false}, nil
	}
	overlap, furthest := compareLists(ids, scores, t.K)
	return verdict{fmt.Sprintf("lists overlap by %.3f %%, scores differ by %.1e at most", 100*overlap, furthest), overlap >= 1-tolerance && furthest <= 1e-4}, nil
}

// compareLists returns which part of the second's entries the first has too, and
// the largest difference of two scores of one rank.
func compareLists(ids [2][]int32, scores [2][]float32, k int) (overlap, furthest float64) {
	same, all := 0, 0
	for at := 0; at < len(ids[0]); at += k {
		for i := at; i < at+k; i++ {
			furthest = max(furthest, math.Abs(float64(scores[0][i])-float64(scores[1][i])))
			if ids[1][i] < 0 {
				continue
			}
			all++
			if slices.Contains(ids[0][at:at+k], ids[1][i]) {
				same++
			}
		}
	}
	return float64(same) / float64(max(all, 1)), furthest
}

// factors are the two tables, row-major.
type factors struct {
	f            int
	users, items []float32
}

func readFactors(t task, work string, m *dataset.Matrix) (factors, error) {
	x := factors{f: t.Factors}
	var err error
	if x.users, err = readArray[float32](t.Dir, outOf(work)+".users"); err != nil {
		return x, err
	}
	if x.items, err = readArray[float32](t.Dir, outOf(work)+".items"); err != nil {
		return x, err
	}
	if len(x.users) != m.NumUsers()*x.f || len(x.items) != m.NumItems()*x.f {
		return x, fmt.Errorf("factors of %s: %d and %d numbers, want %d and %d", work, len(x.users), len(x.items), m.NumUsers()*x.f, m.NumItems()*x.f)
	}
	return x, nil
}

// dot is the score of a pair.
func (x *factors) dot(user, item int32) float64 {
	a, b := x.users[int(user)*x.f:(int(user)+1)*x.f], x.items[int(item)*x.f:(int(item)+1)*x.f]
	sum := 0.0
	for i := range a {
		sum += float64(a[i]) * float64(b[i])
	}
	return sum
}

// explicitRMSE is of mean + x·y on the ratings.
func explicitRMSE(m *dataset.Matrix, x factors) float64 {
	center, sum := mean(m), 0.0
	for user := range int32(m.NumUsers()) {
		items, values := m.Row(user)
		for i, item := range items {
			e := float64(values[i]) - center - x.dot(user, item)
			sum += e * e
		}
	}
	return math.Sqrt(sum / float64(m.Len()))
}

// implicitObjective is equation 3 of Hu, Koren and Volinsky 2008: Σ c(p−x·y)² over
// all pairs + λ(Σ|x|² + Σ|y|²), with c = 1+α·r, where the sum over the pairs
// without interaction is that over all by the two Gramians, less those with one.
func implicitObjective(m *dataset.Matrix, x factors, alpha, lambda float64) float64 {
	sum := 0.0
	for user := range int32(m.NumUsers()) {
		items, values := m.Row(user)
		for i, item := range items {
			s := x.dot(user, item)
			sum += (1+alpha*float64(values[i]))*(1-s)*(1-s) - s*s
		}
	}
	a, b := gramian(x.users, x.f), gramian(x.items, x.f)
	for i := range a {
		sum += a[i] * b[i]
	}
	for i := range x.f {
		sum += lambda * (a[i*x.f+i] + b[i*x.f+i])
	}
	return sum
}

// gramian is XᵀX, f x f.
func gramian(x []float32, f int) []float64 {
	g := make([]float64, f*f)
	for at := 0; at < len(x); at += f {
		row := x[at : at+f]
		for i, v := range row {
			for j, w := range row[:i+1] {
				g[i*f+j] += float64(v) * float64(w)
			}
		}
	}
	for i := range f {
		for j := range i {
			g[j*f+i] = g[i*f+j]
		}
	}
	return g
}
