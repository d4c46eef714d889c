package store

import (
	"context"
	"database/sql"
	"strings"
	"time"
)

// Post is what a person writes of a film, a known one or one of their own.
type Post struct {
	ID           int64
	UserID       int64
	FirstName    string // of the person
	LastName     string // of the person
	MovieID      string // id of the film as its data set has it; empty for a film of one's own
	TMDB         int64  // 0: not given
	Title        string
	Content      string
	Rating       float64 // half stars; 0: none
	Version      int64   // counts the changes, from 1
	CreatedAt    time.Time
	UpdatedAt    time.Time
	HiddenAt     time.Time // zero unless the staff has hidden it
	HiddenBy     int64
	HiddenReason string
}

const postColumns = "p.id, p.user_id, u.first_name, u.last_name, COALESCE(p.movie_id, ''), COALESCE(p.tmdb_id, 0), p.title, p.content, COALESCE(p.rating, 0), p.version, p.created_at, p.updated_at, p.hidden_at, COALESCE(p.hidden_by, 0), p.hidden_reason"

const postTables = " FROM posts p JOIN users u ON u.id = p.user_id "

func scanPost(row scanner) (Post, error) {
	var p Post
	err := row.Scan(&p.ID, &p.UserID, &p.FirstName, &p.LastName, &p.MovieID, &p.TMDB, &p.Title, &p.Content, &p.Rating, &p.Version,
		moment{&p.CreatedAt}, moment{&p.UpdatedAt}, moment{&p.HiddenAt}, &p.HiddenBy, &p.HiddenReason)
	return p, err
}

// CreatePost keeps a new post of a person and returns its id. What the staff
// decides about posts is not taken from p.
func (q Queries) CreatePost(ctx context.Context, p Post) (int64, error) {
	now := millis(q.Now())
	return q.insert(ctx, "keeping a post", "INSERT INTO posts (user_id, movie_id, tmdb_id, title, content, rating, version, created_at, updated_at, hidden_reason) VALUES ("+marks(10)+")",
		p.UserID, optionalText(p.MovieID), sql.NullInt64{Int64: p.TMDB, Valid: p.TMDB != 0}, p.Title, p.Content, sql.NullFloat64{Float64: p.Rating, Valid: p.Rating != 0}, 1, now, now, "")
}

func optionalText(s string) sql.NullString { return sql.NullString{String: s, Valid: s != ""} }

// Post returns a post.
func (q Queries) Post(ctx context.Context, id int64) (Post, error) {
	return one(ctx, q, "reading a post", scanPost, "SELECT "+postColumns+postTables+"WHERE p.id = ?", id)
}

// LockPost is Post inside a transaction that changes the post next.
func (q Queries) LockPost(ctx context.Context, id int64) (Post, error) {
	return one(ctx, q, "reading a post", scanPost, "SELECT "+postColumns+postTables+"WHERE p.id = ?"+q.locking(), id)
}

// PostFilter says which posts a list has.
type PostFilter struct {
	MovieID string // empty: of all films
	UserID  int64  // 0: of all people
	Viewer  int64  // whose own posts are in the list, hidden or not; 0 for guests
	Staff   bool   // hidden posts of all are in the list
	Before  int64  // only posts with smaller ids; 0: from the newest
	Limit   int
}

// Posts lists posts, the newest first.
func (q Queries) Posts(ctx context.Context, f PostFilter) ([]Post, error) {
	where, args := []string{"1 = 1"}, []any{}
	add := func(condition string, values ...any) {
		where, args = append(where, condition), append(args, values...)
	}
	if f.MovieID != "" {
		add("p.movie_id = ?", f.MovieID)
	}
	if f.UserID != 0 {
		add("p.user_id = ?", f.UserID)
	}
	if !f.Staff {
		add("(p.hidden_at IS NULL OR p.user_id = ?)", f.Viewer)
	}
	if f.Before != 0 {
		add("p.id < ?", f.Before)
	}
	return all(ctx, q, "listing posts", scanPost, "SELECT "+postColumns+postTables+"WHERE "+strings.Join(where, " AND ")+" ORDER BY p.id DESC LIMIT ?", append(args, f.Limit)...)
}

// CountPosts returns how many posts a person has written.
func (q Queries) CountPosts(ctx context.Context, user int64) (int64, error) {
	return q.number(ctx, "counting posts", "SELECT COUNT(*) FROM posts WHERE user_id = ?", user)
}

// UpdatePost stores what a person may change of a post: film, title, text and
// rating. It counts the change.
func (q Queries) UpdatePost(ctx context.Context, p Post) error {
	return q.execOne(ctx, "changing a post", "UPDATE posts SET movie_id = ?, tmdb_id = ?, title = ?, content = ?, rating = ?, version = version + 1, updated_at = ? WHERE id = ?",
		optionalText(p.MovieID), sql.NullInt64{Int64: p.TMDB, Valid: p.TMDB != 0}, p.Title, p.Content, sql.NullFloat64{Float64: p.Rating, Valid: p.Rating != 0}, millis(q.Now()), p.ID)
}

// HidePost hides a post from all but its author and the staff.
func (q Queries) HidePost(ctx context.Context, id, by int64, reason string) error {
	return q.execOne(ctx, "hiding a post", "UPDATE posts SET hidden_at = ?, hidden_by = ?, hidden_reason = ?, version = version + 1 WHERE id = ?", millis(q.Now()), by, reason, id)
}

// ShowPost shows a hidden post again.
func (q Queries) ShowPost(ctx context.Context, id int64) error {
	return q.execOne(ctx, "showing a post", "UPDATE posts SET hidden_at = NULL, hidden_by = NULL, hidden_reason = ?, version = version + 1 WHERE id = ?", "", id)
}

// DeletePost deletes a post and its uploads. Call it in a transaction.
func (q Queries) DeletePost(ctx context.Context, id int64) error {
	if _, err := q.exec(ctx, "deleting the pictures of a post", "DELETE FROM uploads WHERE post_id = ?", id); err != nil {
		return err
	}
	return q.execOne(ctx, "deleting a post", "DELETE FROM posts WHERE id = ?", id)
}
