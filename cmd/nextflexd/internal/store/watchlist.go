package store

import (
	"context"
	"time"
)

// FilmList is a list of films that a person keeps.
type FilmList string

// The lists of a person. They are names of tables.
const (
	Watchlist FilmList = "watchlist"     // films to see
	Hidden    FilmList = "hidden_movies" // films that the person doesn't want to be shown
)

// ListedFilm is a film on a list.
type ListedFilm struct {
	MovieID string
	AddedAt time.Time
}

func scanListed(row scanner) (ListedFilm, error) {
	var f ListedFilm
	err := row.Scan(&f.MovieID, moment{&f.AddedAt})
	return f, err
}

// Films returns a person's list, the film added last first.
func (q Queries) Films(ctx context.Context, list FilmList, user int64) ([]ListedFilm, error) {
	return all(ctx, q, "reading a list of films", scanListed, "SELECT movie_id, created_at FROM "+string(list)+" WHERE user_id = ? ORDER BY created_at DESC, movie_id", user)
}

// ListFilm returns a film of a person's list.
func (q Queries) ListFilm(ctx context.Context, list FilmList, user int64, movie string) (ListedFilm, error) {
	return one(ctx, q, "reading a list of films", scanListed, "SELECT movie_id, created_at FROM "+string(list)+" WHERE user_id = ? AND movie_id = ?", user, movie)
}

// AddFilm puts a film on a person's list. A film that is on it stays where it is.
func (q Queries) AddFilm(ctx context.Context, list FilmList, user int64, movie string) error {
	return q.upsert(ctx, "adding to a list of films", string(list), 2, []string{"user_id", "movie_id", "created_at"}, []string{"created_at"}, user, movie, millis(q.Now()))
}

// RemoveFilm takes a film off a person's list.
func (q Queries) RemoveFilm(ctx context.Context, list FilmList, user int64, movie string) error {
	return q.execOne(ctx, "removing from a list of films", "DELETE FROM "+string(list)+" WHERE user_id = ? AND movie_id = ?", user, movie)
}

// CountFilms returns how many films a person's list has.
func (q Queries) CountFilms(ctx context.Context, list FilmList, user int64) (int64, error) {
	return q.number(ctx, "counting a list of films", "SELECT COUNT(*) FROM "+string(list)+" WHERE user_id = ?", user)
}
