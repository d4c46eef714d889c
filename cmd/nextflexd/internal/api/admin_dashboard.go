package api

import (
	"context"
	"net/http"
	"runtime"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"github.com/nextflex/nextflex/cmd/nextflexd/internal/store"
)

func (s *Server) registerDashboard(api huma.API) {
	tags := []string{"admin"}
	handle(s, api, rules{access: Staff}, huma.Operation{
		OperationID: "dashboard", Method: http.MethodGet, Path: "/api/v1/admin/dashboard", Tags: tags,
		Summary: "How the site is: people, ratings, posts, storage, jobs, the model in service",
	}, s.dashboard)
	handle(s, api, rules{access: Staff}, huma.Operation{
		OperationID: "dashboard-series", Method: http.MethodGet, Path: "/api/v1/admin/dashboard/{series}", Tags: tags,
		Summary: "Counts over time, by day, week (from Monday) or month, in UTC",
	}, s.dashboardSeries)
}

// Dashboard is how the site is.
type Dashboard struct {
	At       time.Time        `json:"at"`
	People   PeopleCounts     `json:"people"`
	Activity ActivityCounts   `json:"activity"`
	Images   ImageCounts      `json:"images"`
	Jobs     JobCounts        `json:"jobs"`
	Serving  About            `json:"serving"`
	Database DatabaseInfo     `json:"database"`
	Process  ProcessInfo      `json:"process"`
	Other    map[string]int64 `json:"other" doc:"further counts by table"`
}

// PeopleCounts counts accounts.
type PeopleCounts struct {
	Users    int64 `json:"users"`
	Active   int64 `json:"active" doc:"confirmed and not blocked"`
	Blocked  int64 `json:"blocked"`
	Staff    int64 `json:"staff"`
	Sessions int64 `json:"sessions" doc:"live"`
}

// ActivityCounts counts what people have done on the site.
type ActivityCounts struct {
	Ratings     int64 `json:"ratings"`
	Raters      int64 `json:"raters"`
	RatedMovies int64 `json:"rated_movies"`
	Posts       int64 `json:"posts"`
	HiddenPosts int64 `json:"hidden_posts"`
}

// ImageCounts counts images and what they take.
type ImageCounts struct {
	Images         int64 `json:"images"`
	Bytes          int64 `json:"bytes" doc:"as uploaded"`
	RenditionBytes int64 `json:"rendition_bytes" doc:"as kept and served"`
	Pending        int64 `json:"pending"`
	Failed         int64 `json:"failed"`
}

// JobCounts counts jobs.
type JobCounts struct {
	Queued  int64 `json:"queued"`
	Running int64 `json:"running"`
	Failed  int64 `json:"failed"`
}

// DatabaseInfo is the database behind the site.
type DatabaseInfo struct {
	Dialect string `json:"dialect" enum:"sqlite,mysql"`
	Bytes   int64  `json:"bytes"`
	Schema  int64  `json:"schema" doc:"version"`
}

// ProcessInfo is the daemon.
type ProcessInfo struct {
	Version    string  `json:"version"`
	Go         string  `json:"go"`
	Uptime     float64 `json:"uptime" doc:"seconds"`
	Goroutines int     `json:"goroutines"`
	HeapBytes  uint64  `json:"heap_bytes"`
}

func (s *Server) dashboard(ctx context.Context, _ *struct{}) (*output[Dashboard], error) {
	db := s.parts.DB
	c, err := db.Counts(ctx)
	if err != nil {
		return nil, err
	}
	size, err := db.Size(ctx)
	if err != nil {
		return nil, err
	}
	schema, _, err := db.Versions(ctx)
	if err != nil {
		return nil, err
	}
	var memory runtime.MemStats
	runtime.ReadMemStats(&memory)
	return &output[Dashboard]{Dashboard{
		At:       db.Now(),
		People:   PeopleCounts{c.Users, c.ActiveUsers, c.BlockedUsers, c.Staff, c.Sessions},
		Activity: ActivityCounts{c.Ratings, c.Raters, c.RatedMovies, c.Posts, c.HiddenPosts},
		Images:   ImageCounts{c.Images, c.ImageBytes, c.RenditionBytes, c.PendingImages, c.FailedImages},
		Jobs:     JobCounts{c.JobsQueued, c.JobsRunning, c.JobsFailed},
		Serving:  s.about(),
		Database: DatabaseInfo{string(db.Dialect()), size, schema},
		Process:  ProcessInfo{s.config.Version, runtime.Version(), time.Since(s.started).Seconds(), runtime.NumGoroutine(), memory.HeapAlloc},
		Other:    map[string]int64{"watchlist": c.Watchlist, "hidden_movies": c.Hidden, "imports": c.Imports, "models": c.Models, "audit_log": c.AuditEntries},
	}}, nil
}

type seriesInput struct {
	Series string `path:"series" enum:"users,ratings,posts,logins"`
	By     string `query:"by" enum:"day,week,month" default:"day"`
	Days   int    `query:"days" minimum:"1" maximum:"3660" default:"30" doc:"how far back"`
}

// SeriesPoint is the count of a day, week or month.
type SeriesPoint struct {
	From  string `json:"from" format:"date" doc:"first day"`
	Count int64  `json:"count"`
}

// SeriesAnswer is a series without gaps.
type SeriesAnswer struct {
	Series string        `json:"series"`
	By     string        `json:"by"`
	Points []SeriesPoint `json:"points" doc:"oldest first, without gaps"`
}

func (s *Server) dashboardSeries(ctx context.Context, in *seriesInput) (*output[SeriesAnswer], error) {
	now := s.parts.DB.Now()
	today := time.Date(now.Year(), now.Month(), now.Day(), 0, 0, 0, 0, time.UTC)
	begin := bucket(today.AddDate(0, 0, 1-in.Days), in.By)
	days, err := s.parts.DB.CountByDay(ctx, store.Series(in.Series), begin, today.AddDate(0, 0, 1))
	if err != nil {
		return nil, err
	}
	answer := SeriesAnswer{Series: in.Series, By: in.By, Points: []SeriesPoint{}}
	next := 0
	for day := begin; !day.After(today); day = day.AddDate(0, 0, 1) {
		if from := bucket(day, in.By).Format(time.DateOnly); len(answer.Points) == 0 || answer.Points[len(answer.Points)-1].From != from {
			answer.Points = append(answer.Points, SeriesPoint{From: from})
		}
		if next < len(days) && days[next].Day.Equal(day) {
			answer.Points[len(answer.Points)-1].Count += days[next].Count
			next++
		}
	}
	return &output[SeriesAnswer]{answer}, nil
}

// bucket returns the first day of the week or month of a day.
func bucket(day time.Time, by string) time.Time {
	switch by {
	case "week":
		return day.AddDate(0, 0, -(int(day.Weekday())+6)%7)
	case "month":
		return day.AddDate(0, 0, 1-day.Day())
	}
	return day
}
