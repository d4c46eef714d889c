package search

import (
	"cmp"
	"context"
	"database/sql"
	"fmt"
	"math"
	"slices"
	"strings"
	"unicode/utf8"
)

const (
	filmsAtOnce = 1000 // in a transaction
	rowsAtOnce  = 200  // in a statement
	maxDisplay  = 60000
)

// row is a document as the tables hold it.
type row struct {
	doc        int64
	id         string
	titles     string // lines
	people     string // lines
	keywords   string // lines
	year       int
	popularity float64
	tokens     string
	keys       []string
}

// Build makes the index anew, unless it was last built from data of the same
// fingerprint (at most 200 bytes). Who searches meanwhile gets the old index.
// A failed or cancelled build leaves the old one in use. Of several processes
// that share a MySQL database one builds at a time; the next finds it done.
func (x *Index) Build(ctx context.Context, documents []Document, fingerprint string) error {
	if err := check(documents, fingerprint); err != nil {
		return err
	}
	x.building.Lock()
	defer x.building.Unlock()
	return x.alone(ctx, func() error { return x.build(ctx, documents, fingerprint) })
}

// alone runs f while no other process builds in this database.
func (x *Index) alone(ctx context.Context, f func() error) (err error) {
	if x.dialect == SQLite { // a file has one process
		return f()
	}
	conn, err := x.db.Conn(ctx)
	if err != nil {
		return fmt.Errorf("search: waiting for other builds: %w", err)
	}
	defer conn.Close()
	const name = "CONCAT('search ', MD5(DATABASE()))" // locks are the whole server's
	for got := 0; got != 1; {
		// NULL, an error of the server, is asked again too: ctx ends that.
		if err := conn.QueryRowContext(ctx, "SELECT COALESCE(GET_LOCK("+name+", 5), 0)").Scan(&got); err != nil {
			return fmt.Errorf("search: waiting for other builds: %w", err)
		}
	}
	defer func() {
		if _, released := conn.ExecContext(context.WithoutCancel(ctx), "DO RELEASE_LOCK("+name+")"); released != nil && err == nil {
			err = fmt.Errorf("search: letting others build: %w", released)
		}
	}()
	return f()
}

func (x *Index) build(ctx context.Context, documents []Document, fingerprint string) error {
	now, err := x.state(ctx)
	if err != nil {
		return err
	}
	if now.generation > 0 && now.fingerprint == fingerprint && x.intact(ctx, now) {
		return nil
	}
	next, schema := slot(now.generation+1), x.schema()
	if err := x.execute(ctx, schema.clear(next)); err != nil {
		return fmt.Errorf("search: making the tables of the index: %w", err)
	}
	counts := map[string]int32{}
	if err := x.fill(ctx, next, documents, counts); err != nil {
		return err
	}
	if err := x.fillWords(ctx, next, counts); err != nil {
		return err
	}
	if err := x.execute(ctx, schema.index(next)); err != nil {
		return fmt.Errorf("search: making the full-text index: %w", err)
	}
	if _, err := x.db.ExecContext(ctx, schema.change, now.generation+1, fingerprint, len(documents)); err != nil {
		return fmt.Errorf("search: putting the index into use: %w", err)
	}
	x.words.Store(&loadedWords{now.generation + 1, newVocabulary(counts)})
	return nil
}

// intact tells whether the films of an index are there: a restored database may
// have the state and not the rest.
func (x *Index) intact(ctx context.Context, now state) bool {
	var films int
	err := x.db.QueryRowContext(ctx, "SELECT COUNT(*) FROM search_films_"+slot(now.generation)).Scan(&films)
	if err != nil || films != now.films {
		return false
	}
	var words int
	return x.db.QueryRowContext(ctx, "SELECT COUNT(*) FROM search_words_"+slot(now.generation)).Scan(&words) == nil && (words > 0 || films == 0)
}

func check(documents []Document, fingerprint string) error {
	if fingerprint == "" || len(fingerprint) > 200 {
		return fmt.Errorf("search: fingerprint of %d bytes, want 1 to 200", len(fingerprint))
	}
	seen := make(map[string]bool, len(documents))
	for i := range documents {
		d := &documents[i]
		switch {
		case d.ID == "" || len(d.ID) > 200 || !utf8.ValidString(d.ID):
			return fmt.Errorf("search: document %d: id of %d bytes, want 1 to 200 of UTF-8", i, len(d.ID))
		case seen[d.ID]:
			return fmt.Errorf("search: document %d: id %q is another's, too", i, d.ID)
		case !(d.Popularity >= 0) || math.IsInf(d.Popularity, 1):
			return fmt.Errorf("search: document %d: popularity %v, want 0 or more", i, d.Popularity)
		}
		seen[d.ID] = true
	}
	return nil
}

func (x *Index) execute(ctx context.Context, statements []string) error {
	for _, statement := range statements {
		if _, err := x.db.ExecContext(ctx, statement); err != nil {
			return err
		}
	}
	return nil
}

// fill writes the films, most popular first: their numbers are their ranks, so
// that the first films by number are the best known. counts gets the number of
// films of each word.
func (x *Index) fill(ctx context.Context, slot string, documents []Document, counts map[string]int32) error {
	order := make([]*Document, len(documents))
	largest := 0.0
	for i := range documents {
		order[i] = &documents[i]
		largest = max(largest, math.Log1p(documents[i].Popularity))
	}
	slices.SortFunc(order, func(a, b *Document) int {
		return cmp.Or(cmp.Compare(b.Popularity, a.Popularity), cmp.Compare(a.ID, b.ID))
	})
	for start := 0; start < len(order); start += filmsAtOnce {
		part := order[start:min(start+filmsAtOnce, len(order))]
		rows := make([]row, len(part))
		for i, d := range part {
			rows[i] = newRow(d, int64(start+i+1), largest, counts)
		}
		if err := x.transaction(ctx, func(tx *sql.Tx) error { return x.insertFilms(ctx, tx, slot, rows) }); err != nil {
			return fmt.Errorf("search: writing films into the index: %w", err)
		}
	}
	return nil
}

func newRow(d *Document, doc int64, largest float64, counts map[string]int32) row {
	r := row{doc: doc, id: d.ID, titles: lines(d.Titles), people: lines(d.People), keywords: lines(d.Keywords), year: d.Year}
	if largest > 0 {
		r.popularity = math.Log1p(d.Popularity) / largest
	}
	tokens := map[string]bool{}
	own := map[string]bool{}
	add := func(field byte, list []string) {
		for _, word := range list {
			tokens[token(field, word)], own[word] = true, true
		}
	}
	for _, title := range d.Titles {
		add(inTitle, allWords(title))
		plain := words(title)
		if k := key(plain); k != "" && !slices.Contains(r.keys, k) {
			r.keys = append(r.keys, k)
		}
		if k := cut(strings.Join(plain, ""), maxKeySize); k != "" && !slices.Contains(r.keys, k) {
			r.keys = append(r.keys, k) // "thea" is a beginning of "The Apartment"
		}
	}
	for _, name := range d.People {
		add(inPeople, allWords(name))
	}
	for _, keyword := range d.Keywords {
		add(inKeyword, allWords(keyword))
	}
	for word := range own {
		counts[word]++
	}
	if d.Year > 0 {
		tokens[token(inYear, fmt.Sprint(d.Year))] = true
	}
	list := make([]string, 0, len(tokens))
	for t := range tokens {
		list = append(list, t)
	}
	slices.Sort(list)
	r.tokens = strings.Join(list, " ")
	return r
}

// lines joins texts by line ends; what would be one within them becomes a space.
func lines(texts []string) string {
	var b strings.Builder
	for _, text := range texts {
		text = strings.ToValidUTF8(strings.Join(strings.FieldsFunc(text, func(r rune) bool { return r < ' ' }), " "), "")
		if text == "" || b.Len()+len(text) > maxDisplay {
			continue
		}
		if b.Len() > 0 {
			b.WriteByte('\n')
		}
		b.WriteString(text)
	}
	return b.String()
}

func (x *Index) transaction(ctx context.Context, f func(*sql.Tx) error) error {
	tx, err := x.db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer tx.Rollback() // after a commit this does nothing
	if err := f(tx); err != nil {
		return err
	}
	return tx.Commit()
}

func (x *Index) insertFilms(ctx context.Context, tx *sql.Tx, slot string, rows []row) error {
	var films, texts, titles []any
	for i := range rows {
		r := &rows[i]
		films = append(films, r.doc, r.id, r.titles, r.people, r.keywords, r.year, r.popularity)
		if x.dialect == MySQL {
			films = append(films, r.tokens)
		}
		texts = append(texts, r.doc, r.tokens)
		for _, k := range r.keys {
			titles = append(titles, k, r.doc)
		}
	}
	if x.dialect == MySQL {
		if err := insert(ctx, tx, "search_films_"+slot+" (FTS_DOC_ID, movie_id, titles, people, keywords, year, popularity, tokens)", 8, films); err != nil {
			return err
		}
	} else {
		if err := insert(ctx, tx, "search_films_"+slot+" (doc, movie_id, titles, people, keywords, year, popularity)", 7, films); err != nil {
			return err
		}
		if err := insert(ctx, tx, "search_text_"+slot+" (rowid, tokens)", 2, texts); err != nil {
			return err
		}
	}
	return insert(ctx, tx, "search_titles_"+slot+" (title_key, doc)", 2, titles)
}

// insert writes rows of some columns each, several in a statement.
func insert(ctx context.Context, tx *sql.Tx, into string, columns int, values []any) error {
	place := "(" + strings.Repeat("?, ", columns-1) + "?)"
	for len(values) > 0 {
		part := values[:min(len(values), rowsAtOnce*columns)]
		values = values[len(part):]
		statement := "INSERT INTO " + into + " VALUES " + strings.Repeat(place+", ", len(part)/columns-1) + place
		if _, err := tx.ExecContext(ctx, statement, part...); err != nil {
			return err
		}
	}
	return nil
}

func (x *Index) fillWords(ctx context.Context, slot string, counts map[string]int32) error {
	list := make([]string, 0, len(counts))
	for word := range counts {
		list = append(list, word)
	}
	slices.Sort(list) // neighbours in the table's own order
	for start := 0; start < len(list); start += 20 * filmsAtOnce {
		var values []any
		for _, word := range list[start:min(start+20*filmsAtOnce, len(list))] {
			values = append(values, word, counts[word])
		}
		err := x.transaction(ctx, func(tx *sql.Tx) error {
			return insert(ctx, tx, "search_words_"+slot+" (word, films)", 2, values)
		})
		if err != nil {
			return fmt.Errorf("search: writing words into the index: %w", err)
		}
	}
	return nil
}

// vocabulary returns the words of a generation, read once.
func (x *Index) vocabularyOf(ctx context.Context, generation int64) (*vocabulary, error) {
	if loaded := x.words.Load(); loaded != nil && loaded.generation == generation {
		return loaded.vocabulary, nil
	}
	x.loading.Lock()
	defer x.loading.Unlock()
	if loaded := x.words.Load(); loaded != nil && loaded.generation == generation {
		return loaded.vocabulary, nil
	}
	rows, err := x.db.QueryContext(ctx, "SELECT word, films FROM search_words_"+slot(generation))
	if err != nil {
		return nil, fmt.Errorf("search: reading the words: %w", err)
	}
	defer rows.Close()
	counts := map[string]int32{}
	for rows.Next() {
		var word string
		var films int32
		if err := rows.Scan(&word, &films); err != nil {
			return nil, fmt.Errorf("search: reading the words: %w", err)
		}
		counts[word] = films
	}
	if err := rows.Err(); err != nil {
		return nil, fmt.Errorf("search: reading the words: %w", err)
	}
	v := newVocabulary(counts)
	x.words.Store(&loadedWords{generation, v})
	return v, nil
}
