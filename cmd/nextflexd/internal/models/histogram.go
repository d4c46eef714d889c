package models

import (
	"cmp"
	"slices"
)

// count returns a bar for each value that occurs, by rising value.
func count(values []float32) []HistogramBar {
	sorted := slices.Clone(values)
	slices.Sort(sorted)
	var bars []HistogramBar
	for _, v := range sorted {
		if n := len(bars); n > 0 && cmp.Compare(bars[n-1].Value, v) == 0 {
			bars[n-1].Count++
			continue
		}
		bars = append(bars, HistogramBar{Value: v, Count: 1})
	}
	return bars
}
