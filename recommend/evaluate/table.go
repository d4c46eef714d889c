package evaluate

import (
	"fmt"
	"strings"
	"unicode/utf8"
)

// Names returns the names of the metrics in the order of tables: errors first,
// then the lists by rising k.
func (s Summary) Names() []string { return append([]string(nil), s.names...) }

// String is a table for people: a line a metric, with mean, standard deviation
// and the value of each fold.
func (s Summary) String() string {
	rows := [][]string{{"metric", "mean", "std"}}
	for _, f := range s.Folds {
		rows[0] = append(rows[0], f.Name)
	}
	for _, name := range s.names {
		m := s.Metrics[name]
		row := []string{name, number(m.Mean), number(m.Std)}
		for _, v := range m.Folds {
			row = append(row, number(v))
		}
		rows = append(rows, row)
	}
	text := table(rows)
	if s.Protocol != "" {
		text += "(" + s.Protocol + ")\n"
	}
	return text
}

// String is a line such as "RMSE 0.9170, MAE 0.7219 over 20000 ratings".
func (e Errors) String() string {
	return fmt.Sprintf("RMSE %.4f, MAE %.4f over %d ratings (%d by users and %d of items without train ratings)", e.RMSE, e.MAE, e.N, e.ColdUsers, e.ColdItems)
}

// String is two tables for people, a line a length of list: how well lists hit,
// and what they are like.
func (r Report) String() string {
	hit := [][]string{{"k", "precision", "recall", "recall capped", "hit rate", "NDCG", "MAP", "MRR"}}
	like := [][]string{{"k", "coverage", "Gini", "novelty", "popularity", "lift", "diversity", "calibration"}}
	for _, at := range r.At {
		hit = append(hit, numbers(at.K, at.Precision, at.Recall, at.RecallCapped, at.HitRate, at.NDCG, at.MAP, at.MRR))
		row := numbers(at.K, at.Coverage, at.Gini, at.Novelty, at.Popularity)
		for _, v := range []*float64{at.PopularityLift, at.Diversity, at.Calibration} {
			row = append(row, numberIfAny(v))
		}
		like = append(like, row)
	}
	text := table(hit) + "\n" + table(like)
	if r.AUC != nil {
		text += "AUC " + number(*r.AUC) + "\n"
	}
	return text + fmt.Sprintf("(%d users, %d skipped without relevant items, catalogue of %d)\n", r.Users, r.Skipped, r.Items)
}

// String is a table for people: a line a length of list.
func (r SampledReport) String() string {
	rows := [][]string{{"k", "hit rate", "NDCG", "MRR"}}
	for _, at := range r.At {
		rows = append(rows, numbers(at.K, at.HitRate, at.NDCG, at.MRR))
	}
	return table(rows) + fmt.Sprintf("(%d test items of %d users, each among %d sampled negatives: biased)\n", r.Ranked, r.Users, r.Negatives)
}

func numbers(k int, values ...float64) []string {
	row := []string{fmt.Sprint(k)}
	for _, v := range values {
		row = append(row, number(v))
	}
	return row
}

// numberIfAny is a dash for what was not measured.
func numberIfAny(v *float64) string {
	if v == nil {
		return "-"
	}
	return number(*v)
}

func number(v float64) string { return fmt.Sprintf("%.4f", v) }

// table aligns the first column left and the others right.
func table(rows [][]string) string {
	widths := make([]int, len(rows[0]))
	for _, row := range rows {
		for i, cell := range row {
			widths[i] = max(widths[i], utf8.RuneCountInString(cell))
		}
	}
	var b strings.Builder
	for _, row := range rows {
		for i, cell := range row {
			pad := strings.Repeat(" ", widths[i]-utf8.RuneCountInString(cell))
			if i == 0 {
				b.WriteString(cell + pad)
			} else {
				b.WriteString("  " + pad + cell)
			}
		}
		b.WriteString("\n")
	}
	return b.String()
}
