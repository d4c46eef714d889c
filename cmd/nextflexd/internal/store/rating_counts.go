package store

import "context"

// RatingCounts returns how many people of the site have given a film each
// number of stars.
func (q Queries) RatingCounts(ctx context.Context, movie string) (map[float64]int, error) {
	rows, err := q.on.QueryContext(ctx, "SELECT value, COUNT(*) FROM ratings WHERE movie_id = ? GROUP BY value", movie)
	if err != nil {
		return nil, failure("counting the ratings of a film", err)
	}
	defer rows.Close()
	counts := map[float64]int{}
	for rows.Next() {
		var value float64
		var n int
		if err := rows.Scan(&value, &n); err != nil {
			return nil, failure("counting the ratings of a film", err)
		}
		counts[value] = n
	}
	return counts, failure("counting the ratings of a film", rows.Err())
}
