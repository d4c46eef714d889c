package similarity

// addTouching does sum[rows[i]] += x·values[i] for each i and appends to touched
// the rows whose sum was 0 before. The products are rounded to float32 before they
// are added, since a fused multiplication and addition would give other bits on
// other processors.
func addTouching(sum []float32, touched []int32, rows []int32, values []float32, x float32) []int32 {
	values = values[:len(rows)]
	for i, row := range rows {
		before := sum[row]
		if before == 0 {
			touched = append(touched, row)
		}
		sum[row] = before + float32(x*values[i])
	}
	return touched
}
