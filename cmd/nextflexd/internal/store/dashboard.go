package store

import (
	"context"
	"strings"
	"time"
)

// Counts are the numbers of the site's things.
type Counts struct {
	Users, ActiveUsers, BlockedUsers, Staff int64
	Sessions                                int64 // live
	Ratings, Raters, RatedMovies            int64
	Watchlist, Hidden, Imports              int64
	Posts, HiddenPosts                      int64
	Images, ImageBytes, RenditionBytes      int64
	PendingImages, FailedImages             int64
	JobsQueued, JobsRunning, JobsFailed     int64
	Models                                  int64
	AuditEntries                            int64
}

// Counts counts the site's things.
func (q Queries) Counts(ctx context.Context) (Counts, error) {
	var c Counts
	for _, one := range []struct {
		to    *int64
		query string
		args  []any
	}{
		{&c.Users, "users", nil},
		{&c.ActiveUsers, "users WHERE active = ? AND blocked_at IS NULL", []any{true}},
		{&c.BlockedUsers, "users WHERE blocked_at IS NOT NULL", nil},
		{&c.Staff, "users WHERE role = ?", []any{RoleStaff}},
		{&c.Sessions, "sessions WHERE revoked_at IS NULL AND expires_at > ?", []any{millis(q.Now())}},
		{&c.Ratings, "ratings", nil},
		{&c.Watchlist, "watchlist", nil},
		{&c.Hidden, "hidden_movies", nil},
		{&c.Imports, "imports", nil},
		{&c.Posts, "posts", nil},
		{&c.HiddenPosts, "posts WHERE hidden_at IS NOT NULL", nil},
		{&c.Images, "media", nil},
		{&c.PendingImages, "media WHERE state = 'pending'", nil},
		{&c.FailedImages, "media WHERE state = 'failed'", nil},
		{&c.JobsQueued, "jobs WHERE state = ?", []any{JobQueued}},
		{&c.JobsRunning, "jobs WHERE state = ?", []any{JobRunning}},
		{&c.JobsFailed, "jobs WHERE state = ?", []any{JobFailed}},
		{&c.Models, "models", nil},
		{&c.AuditEntries, "audit_log", nil},
	} {
		var err error
		if *one.to, err = q.number(ctx, "counting", "SELECT COUNT(*) FROM "+one.query, one.args...); err != nil {
			return Counts{}, err
		}
	}
	for _, one := range []struct {
		to    *int64
		query string
	}{
		{&c.Raters, "SELECT COUNT(DISTINCT user_id) FROM ratings"},
		{&c.RatedMovies, "SELECT COUNT(DISTINCT movie_id) FROM ratings"},
		{&c.ImageBytes, "SELECT SUM(bytes) FROM media"},
		{&c.RenditionBytes, "SELECT SUM(bytes) FROM renditions"},
	} {
		var err error
		if *one.to, err = q.number(ctx, "counting", one.query); err != nil {
			return Counts{}, err
		}
	}
	return c, nil
}

// Series names what is counted by day.
type Series string

// The series.
const (
	NewUsers   Series = "users"
	NewRatings Series = "ratings"
	NewPosts   Series = "posts"
	Logins     Series = "logins"
)

// seriesColumns are the times that a series counts.
var seriesColumns = map[Series]string{NewUsers: "users.created_at", NewRatings: "ratings.created_at", NewPosts: "posts.created_at", Logins: "sessions.created_at"}

// Day is the count of a day, in UTC.
type Day struct {
	Day   time.Time
	Count int64
}

const dayMillis = 24 * 60 * 60 * 1000

// CountByDay counts a series by day in a span, days without any left out.
func (q Queries) CountByDay(ctx context.Context, s Series, from, to time.Time) ([]Day, error) {
	column, ok := seriesColumns[s]
	if !ok {
		return nil, ErrNotFound
	}
	divide := " / "
	if q.dialect == MySQL {
		divide = " DIV "
	}
	table, _, _ := strings.Cut(column, ".")
	return all(ctx, q, "counting by day", func(row scanner) (Day, error) {
		var day, n int64
		err := row.Scan(&day, &n)
		return Day{time.UnixMilli(day * dayMillis).UTC(), n}, err
	}, "SELECT "+column+divide+"86400000 AS day, COUNT(*) FROM "+table+" WHERE "+column+" >= ? AND "+column+" < ? GROUP BY day ORDER BY day", millis(from), millis(to))
}

// Size returns how many bytes the database takes.
func (q Queries) Size(ctx context.Context) (int64, error) {
	if q.dialect == MySQL {
		return q.number(ctx, "measuring the database", "SELECT SUM(data_length + index_length) FROM information_schema.tables WHERE table_schema = DATABASE()")
	}
	return q.number(ctx, "measuring the database", "SELECT page_count * page_size FROM pragma_page_count(), pragma_page_size()")
}
