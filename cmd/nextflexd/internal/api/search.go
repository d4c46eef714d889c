package api

import (
	"context"
	"encoding/base64"
	"net/http"
	"strconv"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"github.com/nextflex/nextflex/cmd/nextflexd/internal/models"
	"github.com/nextflex/nextflex/cmd/nextflexd/internal/search"
	"github.com/nextflex/nextflex/dataset"
)

// FoundMovie is a film with where the words of a search were found.
type FoundMovie struct {
	Movie
	Match Match `json:"match"`
}

// Match says where the words of a search were found.
type Match struct {
	Field  string      `json:"field" enum:"title,people,keyword,year,several"`
	Faults bool        `json:"faults,omitempty" doc:"found by allowing for typing faults"`
	Texts  []MatchText `json:"texts" doc:"the texts that hold them"`
}

// MatchText is a text in pieces.
type MatchText struct {
	Field string      `json:"field" enum:"title,people,keyword,year"`
	Parts []MatchPart `json:"parts" doc:"the whole text, in order"`
}

// MatchPart is a piece of a text.
type MatchPart struct {
	Text  string `json:"text"`
	Found bool   `json:"found,omitempty" doc:"this is what was searched for"`
}

// FoundMovies is one page of what a search found.
type FoundMovies struct {
	Items     []FoundMovie `json:"items"`
	Next      string       `json:"next,omitempty" doc:"cursor of the next page; absent on the last"`
	Simulated bool         `json:"simulated" doc:"the ratings behind this were made by a model of tastes, not by people"`
}

// Suggestion is a film as it is shown while somebody types.
type Suggestion struct {
	ID     MovieID `json:"id"`
	Title  string  `json:"title"`
	Year   int     `json:"year,omitempty"`
	Poster string  `json:"poster"`
	Match  Match   `json:"match"`
}

type suggestions struct {
	Items []Suggestion `json:"items"`
}

func (s *Server) registerSearch(api huma.API) {
	handle(s, api, rules{access: Guest}, huma.Operation{
		OperationID: "search-movies", Method: http.MethodGet, Path: "/api/v1/movies/search", Tags: []string{"movies"},
		Summary: "Films by title, people and keywords, best first; tolerates typing faults",
	}, s.searchMovies)
	handle(s, api, rules{access: Guest}, huma.Operation{
		OperationID: "suggest-movies", Method: http.MethodGet, Path: "/api/v1/movies/suggest", Tags: []string{"movies"},
		Summary: "Films to choose from while somebody types",
	}, s.suggestMovies)
}

type searchInput struct {
	Q      string `query:"q" required:"true" minLength:"1" maxLength:"200" doc:"words of titles, names and keywords; the last may be unfinished" example:"godfath"`
	Limit  int    `query:"limit" minimum:"1" maximum:"100" default:"20" doc:"films on a page"`
	Cursor string `query:"cursor" maxLength:"100" doc:"next of the page before"`
}

func (s *Server) searchMovies(ctx context.Context, in *searchInput) (*shared[FoundMovies], error) {
	offset, ok := readOffset(in.Cursor)
	if !ok {
		return nil, problem(http.StatusBadRequest, "cursor is not one that a search returned")
	}
	snap := s.snapshot.Load()
	found, more, keep, err := s.find(ctx, snap, search.Query{Text: in.Q, Limit: in.Limit, Offset: offset})
	if err != nil {
		return nil, err
	}
	body := FoundMovies{Items: make([]FoundMovie, len(found)), Simulated: snap.Set.Simulated}
	for i, f := range found {
		body.Items[i] = FoundMovie{newMovie(snap, f.pos), f.match}
	}
	if next := offset + in.Limit; more && next < search.MaxOffset {
		body.Next = writeOffset(next)
	}
	return &shared[FoundMovies]{keep, body}, nil
}

type suggestInput struct {
	Q     string `query:"q" required:"true" minLength:"1" maxLength:"200" doc:"what has been typed so far" example:"godf"`
	Limit int    `query:"limit" minimum:"1" maximum:"20" default:"8" doc:"films at most"`
}

func (s *Server) suggestMovies(ctx context.Context, in *suggestInput) (*shared[suggestions], error) {
	snap := s.snapshot.Load()
	found, _, keep, err := s.find(ctx, snap, search.Query{Text: in.Q, Limit: in.Limit, Quick: true})
	if err != nil {
		return nil, err
	}
	body := suggestions{Items: make([]Suggestion, len(found))}
	for i, f := range found {
		m := newMovie(snap, f.pos)
		body.Items[i] = Suggestion{m.ID, m.Title, m.Year, m.Poster, f.match}
	}
	return &shared[suggestions]{keep, body}, nil
}

type foundFilm struct {
	pos   int32
	match Match
}

// find asks the index. While there is none yet, or its database is away, titles
// are searched in memory; keep, the answer's Cache-Control, then lets nobody
// keep what the index would have found more in.
func (s *Server) find(ctx context.Context, snap *models.Snapshot, q search.Query) (found []foundFilm, more bool, keep string, err error) {
	if s.parts.Search != nil {
		results, err := s.parts.Search.Search(ctx, q)
		if err == nil {
			return ofIndex(snap, results.Hits), results.More, aMinute, nil
		}
		if ctx.Err() != nil {
			return nil, false, "", ctx.Err()
		}
		logger(ctx).Warn("the search index gave no answer; titles are searched in memory", "error", err)
	}
	hits := snap.Titles.Search(q.Text, q.Offset+q.Limit+1)
	more = len(hits) > q.Offset+q.Limit
	for _, hit := range hits[min(q.Offset, len(hits)):min(q.Offset+q.Limit, len(hits))] {
		title := MatchText{"title", []MatchPart{{Text: snap.Films.Movies[hit.Row].Title}}}
		found = append(found, foundFilm{hit.Row, Match{Field: "title", Texts: []MatchText{title}}})
	}
	return found, more, "no-store", nil
}

// ofIndex leaves out films that the snapshot doesn't have: it and the index are
// replaced one after the other.
func ofIndex(snap *models.Snapshot, hits []search.Hit) []foundFilm {
	var found []foundFilm
	for _, hit := range hits {
		_, pos := snap.Films.ByID(dataset.ParseID(hit.ID))
		if pos < 0 {
			continue
		}
		f := foundFilm{int32(pos), Match{Field: string(hit.Field), Faults: hit.Faults, Texts: []MatchText{}}}
		for _, m := range hit.Matches {
			text := MatchText{Field: string(m.Field)}
			for _, p := range m.Parts {
				text.Parts = append(text.Parts, MatchPart{p.Text, p.Found})
			}
			f.match.Texts = append(f.match.Texts, text)
		}
		found = append(found, f)
	}
	return found
}

// KeepSearch brings the search index up to the snapshot in service, and does so
// again each time that it is replaced, until the context ends. It is run beside
// the requests: until the first index is there, titles are searched in memory.
// told gets the outcome of each build.
func (s *Server) KeepSearch(ctx context.Context, told func(error)) {
	for {
		if err := s.BuildSearch(ctx); ctx.Err() == nil {
			told(err)
		}
		select {
		case <-ctx.Done():
			return
		case <-s.replaced:
		}
	}
}

// BuildSearch brings the search index up to the snapshot in service, which costs
// little where nothing has changed.
func (s *Server) BuildSearch(ctx context.Context) error {
	if s.parts.Search == nil {
		return nil
	}
	documents, fingerprint := s.snapshot.Load().SearchDocuments()
	return s.parts.Search.Build(ctx, documents, fingerprint)
}

const offsetPrefix = "search:"

func writeOffset(n int) string {
	return base64.RawURLEncoding.EncodeToString([]byte(offsetPrefix + strconv.Itoa(n)))
}

func readOffset(cursor string) (int, bool) {
	if cursor == "" {
		return 0, true
	}
	raw, err := base64.RawURLEncoding.DecodeString(cursor)
	if err != nil {
		return 0, false
	}
	text, ok := strings.CutPrefix(string(raw), offsetPrefix)
	n, err := strconv.Atoi(text)
	return n, ok && err == nil && n > 0 && n < search.MaxOffset
}
