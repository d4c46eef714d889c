package search

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
)

// Query asks for films.
type Query struct {
	Text   string // as typed; of more than 200 bytes only those count
	Limit  int    // 1 to 100
	Offset int    // films to leave out, 0 to MaxOffset
	// Quick looks at fewer films, for suggestions while somebody types. The
	// order among the first is nearly always the same.
	Quick bool
}

// Hit is a film that was found.
type Hit struct {
	ID      string
	Score   float64 // see the package's comment
	Field   Field
	Faults  bool    // found by allowing for typing faults
	Matches []Match // where, at most three
}

// Results are the films found, best first.
type Results struct {
	Hits []Hit
	More bool // there are others after these
}

// MaxOffset bounds Query.Offset: what comes so far down isn't looked for.
const MaxOffset = 200

const (
	pool      = MaxOffset // films of a level that are looked at
	poolQuick = 50
	few       = 5 // with fewer found as typed, typing faults are allowed for
)

// Search finds films. No text makes it fail: what has no letter or digit finds
// nothing.
func (x *Index) Search(ctx context.Context, q Query) (Results, error) {
	if q.Limit < 1 || q.Limit > 100 || q.Offset < 0 || q.Offset > MaxOffset {
		return Results{}, fmt.Errorf("search: limit %d and offset %d, want 1 to 100 and 0 to %d", q.Limit, q.Offset, MaxOffset)
	}
	t := read(q.Text)
	if len(t.terms) == 0 {
		return Results{}, nil
	}
	for {
		before, err := x.state(ctx)
		if err != nil {
			return Results{}, err
		}
		if before.generation == 0 {
			return Results{}, ErrEmpty
		}
		results, err := x.searchGeneration(ctx, before.generation, t, q)
		// Tables are made anew two generations later at the earliest: where the
		// generation is the same, what was read was whole. Otherwise a whole build has
		// ended meanwhile, so that trying again doesn't go on for long.
		after, stateErr := x.state(ctx)
		if stateErr != nil {
			return Results{}, stateErr
		}
		if after.generation == before.generation {
			return results, err
		}
	}
}

// seeker collects the films of one search.
type seeker struct {
	index *Index
	slot  string
	pool  int
	typed typed
	loose typed // the same with what mistyped words may stand for
	found map[int64]*candidate
	order []int64 // as found, better levels first
}

type candidate struct {
	level                    int
	faulty                   bool // found by allowing for typing faults
	doc                      int64
	id                       string
	titles, people, keywords string
	year                     int
	popularity, score        float64
	hit                      Hit
}

func (x *Index) searchGeneration(ctx context.Context, generation int64, t typed, q Query) (Results, error) {
	s := &seeker{index: x, slot: slot(generation), pool: pool, typed: t, found: map[int64]*candidate{}}
	if q.Quick {
		s.pool = poolQuick
	}
	if err := s.asTyped(ctx); err != nil {
		return Results{}, err
	}
	if len(s.order) < few {
		v, err := x.vocabularyOf(ctx, generation)
		if err != nil {
			return Results{}, err
		}
		if err := s.withFaults(ctx, v); err != nil {
			return Results{}, err
		}
	}
	if err := s.load(ctx); err != nil {
		return Results{}, err
	}
	list := make([]*candidate, 0, len(s.order))
	for _, doc := range s.order {
		if c := s.found[doc]; c.id != "" {
			if c.faulty {
				s.loose.judge(c)
			} else {
				s.typed.judge(c)
			}
			list = append(list, c)
		}
	}
	slices.SortFunc(list, func(a, b *candidate) int { return cmp.Or(cmp.Compare(b.score, a.score), cmp.Compare(a.doc, b.doc)) })
	from := min(q.Offset, len(list))
	to := min(from+q.Limit, len(list))
	results := Results{More: to < len(list)}
	for _, c := range list[from:to] {
		results.Hits = append(results.Hits, c.hit)
	}
	return results, nil
}

// The levels of the package's comment.
const (
	wholeTitle    = 16
	titleBegins   = 15
	inOneTitle    = 14
	inNames       = 13
	inKeywords    = 12
	inSeveral     = 11
	faultyPenalty = 10
)

func (s *seeker) asTyped(ctx context.Context) error {
	titles := "SELECT DISTINCT doc FROM search_titles_" + s.slot + " WHERE "
	for _, k := range s.typed.keys {
		if err := s.collect(ctx, wholeTitle, false, titles+"title_key = ? ORDER BY doc LIMIT ?", k); err != nil {
			return err
		}
	}
	for _, k := range s.typed.keys {
		// No letter comes after the last of Unicode.
		if err := s.collect(ctx, titleBegins, false, titles+"title_key > ? AND title_key < ? ORDER BY doc LIMIT ?", k, k+"\U0010FFFF"); err != nil {
			return err
		}
	}
	return s.byText(ctx, s.typed.required(), false)
}

// byText asks the full-text index, level by level, until there are enough.
func (s *seeker) byText(ctx context.Context, terms []term, faulty bool) error {
	for _, level := range []struct {
		level  int
		fields string
	}{{inOneTitle, string(inTitle)}, {inNames, string(inPeople)}, {inKeywords, string(inKeyword)}, {inSeveral, string([]byte{inTitle, inPeople, inKeyword, inYear})}} {
		if len(s.order) >= s.pool {
			return nil
		}
		statement := "SELECT rowid FROM search_text_" + s.slot + " WHERE search_text_" + s.slot + " MATCH ? ORDER BY rowid LIMIT ?"
		if s.index.dialect == MySQL {
			statement = "SELECT FTS_DOC_ID FROM search_films_" + s.slot + " WHERE MATCH (tokens) AGAINST (? IN BOOLEAN MODE) ORDER BY FTS_DOC_ID LIMIT ?"
		}
		if err := s.collect(ctx, level.level, faulty, statement, expression(s.index.dialect, terms, level.fields)); err != nil {
			return err
		}
	}
	return nil
}

// withFaults looks for words that the typed ones may stand for. Where nothing is
// found, short words may have a fault, too, as long as others are there to tell
// the film by.
func (s *seeker) withFaults(ctx context.Context, v *vocabulary) error {
	if s.loosen(v, false) {
		if err := s.byText(ctx, s.loose.required(), true); err != nil {
			return err
		}
	}
	if len(s.order) > 0 || len(s.typed.required()) < 2 || !s.loosen(v, true) {
		return nil
	}
	return s.byText(ctx, s.loose.required(), true)
}

// loosen notes what the typed words may stand for, and says whether that is
// anything besides themselves.
func (s *seeker) loosen(v *vocabulary, short bool) (any bool) {
	s.loose = typed{terms: slices.Clone(s.typed.terms), keys: s.typed.keys}
	for i := range s.loose.terms {
		t := &s.loose.terms[i]
		if t.optional {
			continue
		}
		t.alternatives = v.near(t.text, t.beginning, short)
		any = any || len(t.alternatives) > 0
	}
	return any
}

// collect adds the films of a query that no better level had. The query's last
// parameter is the limit.
func (s *seeker) collect(ctx context.Context, level int, faulty bool, query string, args ...any) error {
	if len(s.order) >= s.pool {
		return nil
	}
	rows, err := s.index.db.QueryContext(ctx, query, append(args, s.pool+len(s.order))...)
	if err != nil {
		return fmt.Errorf("search: asking the index: %w", err)
	}
	defer rows.Close()
	for rows.Next() {
		var doc int64
		if err := rows.Scan(&doc); err != nil {
			return fmt.Errorf("search: asking the index: %w", err)
		}
		if s.found[doc] == nil {
			s.found[doc] = &candidate{doc: doc, level: level, faulty: faulty}
			s.order = append(s.order, doc)
		}
	}
	if err := rows.Err(); err != nil {
		return fmt.Errorf("search: asking the index: %w", err)
	}
	return nil
}

// load reads the films that were found.
func (s *seeker) load(ctx context.Context) error {
	number := "doc"
	if s.index.dialect == MySQL {
		number = "FTS_DOC_ID"
	}
	for part := range slices.Chunk(s.order, rowsAtOnce) {
		args := make([]any, len(part))
		for i, doc := range part {
			args[i] = doc
		}
		query := "SELECT " + number + ", movie_id, titles, people, keywords, year, popularity FROM search_films_" + s.slot +
			" WHERE " + number + " IN (?" + strings.Repeat(", ?", len(part)-1) + ")"
		if err := s.loadPart(ctx, query, args); err != nil {
			return fmt.Errorf("search: reading films: %w", err)
		}
	}
	return nil
}

func (s *seeker) loadPart(ctx context.Context, query string, args []any) error {
	rows, err := s.index.db.QueryContext(ctx, query, args...)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var c candidate
		if err := rows.Scan(&c.doc, &c.id, &c.titles, &c.people, &c.keywords, &c.year, &c.popularity); err != nil {
			return err
		}
		c.level, c.faulty = s.found[c.doc].level, s.found[c.doc].faulty
		s.found[c.doc] = &c
	}
	return rows.Err()
}
