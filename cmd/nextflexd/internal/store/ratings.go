package store

import (
	"context"
	"iter"
	"time"
)

// Rating is what a person gave a film.
type Rating struct {
	UserID    int64
	MovieID   string    // id of the film as its data set has it, written as text
	Stars     float64   // half stars, 0.5 to 5
	CreatedAt time.Time // when the person first rated the film
	UpdatedAt time.Time // when the rating was given that holds
}

const ratingColumns = "user_id, movie_id, value, created_at, updated_at"

func scanRating(row scanner) (Rating, error) {
	var r Rating
	err := row.Scan(&r.UserID, &r.MovieID, &r.Stars, moment{&r.CreatedAt}, moment{&r.UpdatedAt})
	return r, err
}

// Rating returns what a person gave a film. In a transaction the row stays as it
// is until the end.
func (q Queries) Rating(ctx context.Context, user int64, movie string) (Rating, error) {
	return one(ctx, q, "reading a rating", scanRating, "SELECT "+ratingColumns+" FROM ratings WHERE user_id = ? AND movie_id = ?", user, movie)
}

// RatingForUpdate is Rating for a transaction that goes on to change it.
func (q Queries) RatingForUpdate(ctx context.Context, user int64, movie string) (Rating, error) {
	return one(ctx, q, "reading a rating", scanRating, "SELECT "+ratingColumns+" FROM ratings WHERE user_id = ? AND movie_id = ?"+q.locking(), user, movie)
}

// Ratings returns all that a person has rated, the newest first.
func (q Queries) Ratings(ctx context.Context, user int64) ([]Rating, error) {
	return all(ctx, q, "reading ratings", scanRating, "SELECT "+ratingColumns+" FROM ratings WHERE user_id = ? ORDER BY updated_at DESC, movie_id", user)
}

// SetRating stores what a person gives a film now, or at r.UpdatedAt where that is
// set, and returns the row. The time of the first rating stays.
func (q Queries) SetRating(ctx context.Context, r Rating) (Rating, error) {
	if err := q.StoreRating(ctx, r); err != nil {
		return Rating{}, err
	}
	return q.Rating(ctx, r.UserID, r.MovieID)
}

// StoreRating is SetRating without reading the row again.
func (q Queries) StoreRating(ctx context.Context, r Rating) error {
	if r.UpdatedAt.IsZero() {
		r.UpdatedAt = q.Now()
	}
	at := millis(r.UpdatedAt)
	return q.upsert(ctx, "storing a rating", "ratings", 2, []string{"user_id", "movie_id", "value", "created_at", "updated_at"}, []string{"created_at"},
		r.UserID, r.MovieID, r.Stars, at, at)
}

// DeleteRating takes a rating back.
func (q Queries) DeleteRating(ctx context.Context, user int64, movie string) error {
	return q.execOne(ctx, "deleting a rating", "DELETE FROM ratings WHERE user_id = ? AND movie_id = ?", user, movie)
}

// CountRatings returns how many ratings people have given on the site.
func (q Queries) CountRatings(ctx context.Context) (int64, error) {
	return q.number(ctx, "counting ratings", "SELECT COUNT(*) FROM ratings")
}

// ratingsBatch is how many ratings AllRatings reads at a time.
const ratingsBatch = 5000

// AllRatings goes through the ratings of all people, by person and film, such as
// for training with them. It reads a batch at a time, so that writers needn't
// wait for it; what changes meanwhile may be in it or not. An error ends it.
func (q Queries) AllRatings(ctx context.Context) iter.Seq2[Rating, error] {
	return func(yield func(Rating, error) bool) {
		last := Rating{}
		for {
			batch, err := all(ctx, q, "reading ratings", scanRating,
				"SELECT "+ratingColumns+" FROM ratings WHERE user_id > ? OR (user_id = ? AND movie_id > ?) ORDER BY user_id, movie_id LIMIT ?",
				last.UserID, last.UserID, last.MovieID, ratingsBatch)
			if err != nil {
				yield(Rating{}, err)
				return
			}
			for _, r := range batch {
				if !yield(r, nil) {
					return
				}
			}
			if len(batch) < ratingsBatch {
				return
			}
			last = batch[len(batch)-1]
		}
	}
}
