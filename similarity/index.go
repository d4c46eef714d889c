package similarity

import (
	"cmp"
	"context"
	"errors"
	"math"
	"slices"

	"github.com/nextflex/nextflex/dataset"
	"github.com/nextflex/nextflex/internal/config"
)

// ConfigError says which field of a Config is out of range.
type ConfigError = config.Error

// ErrNoFilms is returned for a catalogue without films.
var ErrNoFilms = errors.New("similarity: the catalogue has no films")

// Field is a part of what is known of a film.
type Field string

// The fields.
const (
	Director Field = "director"
	Cast     Field = "cast"
	Keywords Field = "keyword"
	Genres   Field = "genre"
	Overview Field = "overview"
)

// Config sets how films become vectors. Weights are relative to one another: a
// film's vector is Σ weight·(unit vector of the field), scaled to length 1, so
// that a field's part in the cosine of two films with all fields is
// weight²/Σ weight² times the cosine of the field.
type Config struct {
	Director float64 // weight; 0 means 0.7, negative leaves the field out
	Cast     float64 // 0 means 0.7
	Keywords float64 // 0 means 1
	Genres   float64 // 0 means 0.6
	Overview float64 // 0 means 0.6
	// Weighting of the tokens within a field; the zero value is TFIDF.
	Weighting Weighting
	// CastSize is how many actors count, from the top of the billing; 0 means 5,
	// negative means all.
	CastSize int
}

func (c Config) resolved() (Config, error) {
	for _, f := range []struct {
		name  string
		value *float64
		zero  float64
	}{
		{"Director", &c.Director, 0.7}, {"Cast", &c.Cast, 0.7}, {"Keywords", &c.Keywords, 1},
		{"Genres", &c.Genres, 0.6}, {"Overview", &c.Overview, 0.6},
	} {
		if !(*f.value <= 1000) {
			return c, &ConfigError{Package: "similarity", Field: f.name, Value: *f.value, Want: "up to 1000, 0 for the default, negative to leave the field out"}
		}
		*f.value = max(cmp.Or(*f.value, f.zero), 0)
	}
	if c.Weighting < TFIDF || c.Weighting > BM25 {
		return c, &ConfigError{Package: "similarity", Field: "Weighting", Value: int(c.Weighting), Want: "TFIDF, Count or BM25"}
	}
	c.CastSize = cmp.Or(c.CastSize, 5)
	return c, nil
}

// Index answers which films are alike. Rows are positions in the catalogue's
// Movies. It is immutable and safe for concurrent use.
type Index struct {
	films   *dataset.Catalogue
	vectors *Vectors
	tokens  []token // by number
}

// token is a word, name or genre as one field has it.
type token struct {
	field Field
	name  string // as first seen: "Christopher Nolan"
}

// New builds the vectors of a catalogue. It returns a *ConfigError or
// ErrNoFilms. A film of which nothing is known is similar to none.
func New(films *dataset.Catalogue, cfg Config) (*Index, error) {
	c, err := cfg.resolved()
	if err != nil {
		return nil, err
	}
	if films.Len() == 0 {
		return nil, ErrNoFilms
	}
	x := &Index{films: films}
	vectors := make([]Vector, films.Len())
	for _, part := range []struct {
		field  Field
		weight float64
		tokens func(m *dataset.Movie) (names []string, key func(string) string)
	}{
		{Director, c.Director, func(m *dataset.Movie) ([]string, func(string) string) { return m.Directors, joined }},
		{Cast, c.Cast, func(m *dataset.Movie) ([]string, func(string) string) { return c.billed(m.Cast), joined }},
		{Keywords, c.Keywords, func(m *dataset.Movie) ([]string, func(string) string) { return m.Keywords, Fold }},
		{Genres, c.Genres, func(m *dataset.Movie) ([]string, func(string) string) { return m.Genres, Fold }},
		{Overview, c.Overview, func(m *dataset.Movie) ([]string, func(string) string) {
			return words(m.Overview), func(w string) string { return w }
		}},
	} {
		if part.weight > 0 {
			x.addField(vectors, part.field, part.weight, c.Weighting, part.tokens)
		}
	}
	x.vectors, err = NewVectors(vectors, len(x.tokens))
	return x, err
}

func (c *Config) billed(cast []string) []string {
	if c.CastSize < 0 {
		return cast
	}
	return cast[:min(c.CastSize, len(cast))]
}

// addField appends the unit vector of a field, times its weight, to each film's
// vector. Tokens get numbers in order of first sight, so fields follow one
// another and a vector's tokens ascend.
func (x *Index) addField(vectors []Vector, field Field, weight float64, weighting Weighting, tokens func(*dataset.Movie) ([]string, func(string) string)) {
	numbers := map[string]int32{}
	documents := make([][]int32, len(vectors)) // with repeats
	with, total := 0, 0
	for pos := range vectors {
		names, key := tokens(&x.films.Movies[pos])
		for _, name := range names {
			k := key(name)
			if k == "" {
				continue
			}
			number, known := numbers[k]
			if !known {
				number = int32(len(x.tokens))
				numbers[k] = number
				x.tokens = append(x.tokens, token{field, name})
			}
			documents[pos] = append(documents[pos], number)
		}
		slices.Sort(documents[pos])
		if len(documents[pos]) > 0 {
			with++
			total += len(documents[pos])
		}
	}
	c := corpus{weighting: weighting, documents: float64(with), df: make([]float64, len(x.tokens)), length: float64(total) / math.Max(float64(with), 1)}
	for _, d := range documents {
		for i, t := range d {
			if i == 0 || d[i-1] != t {
				c.df[t]++
			}
		}
	}
	for pos, d := range documents {
		block := c.vector(d)
		norm := block.Norm()
		for i, t := range block.Tokens {
			vectors[pos].Tokens = append(vectors[pos].Tokens, t)
			vectors[pos].Values = append(vectors[pos].Values, float32(weight*float64(block.Values[i])/norm))
		}
	}
}

// vector weighs the tokens of one document, given in order with repeats.
func (c *corpus) vector(document []int32) Vector {
	v := counts(document)
	for i, tf := range v.Values {
		v.Values[i] = float32(c.weight(v.Tokens[i], float64(tf), float64(len(document))))
	}
	return v
}

// counts returns how often each token stands in a document, given in order.
func counts(document []int32) Vector {
	var v Vector
	for i, t := range document {
		if i == 0 || document[i-1] != t {
			v.Tokens, v.Values = append(v.Tokens, t), append(v.Values, 0)
		}
		v.Values[len(v.Values)-1]++
	}
	return v
}

// Len returns the number of films.
func (x *Index) Len() int { return x.vectors.Len() }

// Vectors returns the vectors of the films. They have one row a film.
func (x *Index) Vectors() *Vectors { return x.vectors }

func (x *Index) keep(f dataset.Filter) func(int32) bool {
	if f == nil {
		return nil
	}
	return func(pos int32) bool { return f(pos, &x.films.Movies[pos]) }
}

// Similar returns the k films most like the film at a position, best first,
// without itself. It returns an error for a position out of range and k below 1.
func (x *Index) Similar(pos int32, k int, f dataset.Filter) ([]dataset.Scored, error) {
	return x.vectors.Similar(pos, k, x.keep(f))
}

// SimilarTo returns the k films most like a vector, such as one that Combine
// made, best first.
func (x *Index) SimilarTo(v Vector, k int, f dataset.Filter) ([]dataset.Scored, error) {
	return x.vectors.SimilarTo(v, k, x.keep(f))
}

// AllPairs returns the k films most like each film; see Vectors.AllPairs.
func (x *Index) AllPairs(ctx context.Context, k, threads int, progress func(done, total int)) (*Neighbours, error) {
	return x.vectors.AllPairs(ctx, k, threads, progress)
}

// Similarity returns the cosine of two films, and an error for a position out
// of range.
func (x *Index) Similarity(a, b int32) (float32, error) { return x.vectors.Cosine(a, b) }

// Vector returns the vector of the film at a position, of length 1 (or 0 where
// nothing is known of it). It aliases the index and must not be changed.
func (x *Index) Vector(pos int32) (Vector, error) {
	if err := x.vectors.checkRow(pos); err != nil {
		return Vector{}, err
	}
	return x.vectors.Row(pos), nil
}

// Weight is a film's share in a profile; negative for a film disliked.
type Weight struct {
	Pos    int32
	Weight float32
}

// Combine returns Σ weight·vector over films: the profile of a person's taste,
// to be passed to SimilarTo.
func (x *Index) Combine(films []Weight) (Vector, error) {
	sums := map[int32]float32{}
	for _, f := range films {
		if err := x.vectors.checkRow(f.Pos); err != nil {
			return Vector{}, err
		}
		v := x.vectors.Row(f.Pos)
		for i, t := range v.Tokens {
			sums[t] += float32(f.Weight * v.Values[i])
		}
	}
	var profile Vector
	for t := range sums {
		profile.Tokens = append(profile.Tokens, t)
	}
	slices.Sort(profile.Tokens)
	for _, t := range profile.Tokens {
		profile.Values = append(profile.Values, sums[t])
	}
	return profile, nil
}

// Reason is what two films share.
type Reason struct {
	Field Field
	Name  string  // the person, keyword, genre or word
	Part  float32 // of the cosine
}

// Explain returns what two films share, largest part first. The parts add up to
// their cosine.
func (x *Index) Explain(a, b int32) ([]Reason, error) {
	if err := cmp.Or(x.vectors.checkRow(a), x.vectors.checkRow(b)); err != nil {
		return nil, err
	}
	return x.ExplainTo(x.vectors.Row(a), b)
}

// ExplainTo returns what a film shares with a vector, such as a profile, largest
// part first. The parts add up to their product, which is the cosine where the
// vector has length 1.
func (x *Index) ExplainTo(v Vector, pos int32) ([]Reason, error) {
	if err := x.vectors.checkRow(pos); err != nil {
		return nil, err
	}
	film := x.vectors.Row(pos)
	var reasons []Reason
	for i, t := range v.Tokens {
		if j, ok := slices.BinarySearch(film.Tokens, t); ok {
			reasons = append(reasons, Reason{x.tokens[t].field, x.tokens[t].name, float32(v.Values[i] * film.Values[j])})
		}
	}
	slices.SortStableFunc(reasons, func(a, b Reason) int { return cmp.Compare(b.Part, a.Part) })
	return reasons, nil
}
