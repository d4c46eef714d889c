package similarity

// The inner loops of queries, each over one list of the inverted index. They hold
// all the arithmetic there is, so that faster ones can take their place: rows of a
// list ascend and none stands twice, so the additions of one call don't depend on
// one another. The products are rounded to float32 before they are added, since a
// fused multiplication and addition would give other bits on other processors.

// add does sum[rows[i]] += x·values[i] for each i.
func add(sum []float32, rows []int32, values []float32, x float32) {
	values = values[:len(rows)]
	for i, row := range rows {
		sum[row] += float32(x * values[i])
	}
}

// addTouching does what add does and appends to touched the rows whose sum was 0
// before.
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

// dot returns Σ dense[tokens[i]]·values[i], added up in order.
func dot(dense []float32, tokens []int32, values []float32) float32 {
	values = values[:len(tokens)]
	var sum float32
	for i, token := range tokens {
		sum += float32(dense[token] * values[i])
	}
	return sum
}
