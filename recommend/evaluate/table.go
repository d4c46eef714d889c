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

// String is a table for people: a line a length of list.
func (r Report) String() string {
	rows := [][]string{{"k", "precision", "recall", "hit rate", "NDCG", "MAP", "MRR", "coverage"}}
	for _, at := range r.At {
		row := []string{fmt.Sprint(at.K)}
		for _, v := range []float64{at.Precision, at.Recall, at.HitRate, at.NDCG, at.MAP, at.MRR, at.Coverage} {
			row = append(row, number(v))
		}
		rows = append(rows, row)
	}
	return table(rows) + fmt.Sprintf("(%d users, %d skipped without relevant items, catalogue of %d)\n", r.Users, r.Skipped, r.Items)
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
