package dataset

import "context"

func (l Loader) openSet(ctx context.Context, p place, paths []string) (*Set, *Report, error) {
	r, report, err := l.openRatings(ctx, p, paths[0])
	if err != nil {
		return nil, nil, err
	}
	return &Set{Name: r.Name, Ratings: r}, report, nil
}
