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
	Title    Field = "title"
)

// Config sets how films become vectors. Weights are relative to one another: a
// film's vector is Σ weight·(unit vector of the field), scaled to length 1, so
// that a field's part in the cosine of two films is weight²/Σ weight² times the
// cosine of the field. The defaults were chosen by looking at the neighbours of
// well-known films and series in IMDb 5000, TMDB 5000 and The Movies Dataset.
type Config struct {
	Director float64 // weight; 0 means 0.8, negative leaves the field out
	Cast     float64 // 0 means 0.7
	Keywords float64 // 0 means 1
	Genres   float64 // 0 means 0.6
	Overview float64 // words of the description; 0 means 0.6
	Title    float64 // words of the title, which series share; 0 means 0.5
	// Weighting of the tokens within a field; the zero value is TFIDF.
	Weighting Weighting
	// CastSize is how many actors count, from the top of the billing; 0 means 5,
	// negative means all.
	CastSize int
	// Unknown is how much is not known of a film. Each field of each film holds
	// one token more, which no other film has, and which weighs Unknown times the
	// root mean square of the weights in the field. Without it a film of which
	// nothing but one genre is known would be more like every film of that genre
	// than those with directors and keywords of their own. 0 means 0.5, negative
	// means nothing: what is known is taken for all there is.
	Unknown float64
}

func (c Config) resolved() (Config, error) {
	for _, f := range []struct {
		name  string
		value *float64
		zero  float64
	}{
		{"Director", &c.Director, 0.8}, {"Cast", &c.Cast, 0.7}, {"Keywords", &c.Keywords, 1},
		{"Genres", &c.Genres, 0.6}, {"Overview", &c.Overview, 0.6}, {"Title", &c.Title, 0.5}, {"Unknown", &c.Unknown, 0.5},
	} {
		if !(*f.value <= 1000) {
			return c, &ConfigError{Package: "similarity", Field: f.name, Value: *f.value, Want: "up to 1000, 0 for the default, negative for none"}
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

// part is a field of films: where its tokens come from and what makes one token of
// different spellings.
type part struct {
	field  Field
	weight float64
	names  func(m *dataset.Movie) []string
	key    func(name string) string
}

func (c *Config) parts() []part {
	asIs := func(w string) string { return w }
	all := []part{
		{Director, c.Director, func(m *dataset.Movie) []string { return m.Directors }, joined},
		{Cast, c.Cast, func(m *dataset.Movie) []string { return c.billed(m.Cast) }, joined},
		{Keywords, c.Keywords, func(m *dataset.Movie) []string { return m.Keywords }, Fold},
		{Genres, c.Genres, func(m *dataset.Movie) []string { return m.Genres }, Fold},
		{Overview, c.Overview, func(m *dataset.Movie) []string { return Words(m.Overview) }, asIs},
		{Title, c.Title, func(m *dataset.Movie) []string { return Words(m.Title) }, asIs},
	}
	return slices.DeleteFunc(all, func(p part) bool { return p.weight == 0 })
}

func (c *Config) billed(cast []string) []string {
	if c.CastSize < 0 {
		return cast
	}
	return cast[:min(c.CastSize, len(cast))]
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
	var whole float64 // squared length of a film's vector
	for _, p := range c.parts() {
		used, err := x.addField(vectors, p, c.Weighting, c.Unknown)
		if err != nil {
			return nil, err
		}
		if used {
			whole += p.weight * p.weight
		}
	}
	length := Vector.Norm
	if c.Unknown > 0 {
		length = func(Vector) float64 { return math.Sqrt(whole) }
	}
	x.vectors, err = newVectors(vectors, len(x.tokens), length)
	return x, err
}

// addField appends the unit vector of a field, times its weight, to each film's
// vector. The tokens of a field are numbered after those of the fields before, so
// that a vector's tokens ascend. A field that no film has is not used.
func (x *Index) addField(vectors []Vector, p part, weighting Weighting, unknown float64) (used bool, err error) {
	documents := make([][]string, len(vectors))
	seen := map[string]bool{}
	first := int32(len(x.tokens))
	for pos := range vectors {
		for _, name := range p.names(&x.films.Movies[pos]) {
			key := p.key(name)
			if key == "" {
				continue
			}
			if !seen[key] { // Counts numbers in this order too
				seen[key] = true
				x.tokens = append(x.tokens, token{p.field, name})
			}
			documents[pos] = append(documents[pos], key)
		}
	}
	counts, keys := Counts(documents)
	weighed, err := weighting.Weigh(counts, len(keys))
	if err != nil {
		return false, err
	}
	private := unknown * unknown * meanSquare(weighed)
	for pos, block := range weighed {
		norm := block.Norm()
		scale := p.weight / math.Sqrt(norm*norm+private)
		for i, t := range block.Tokens {
			vectors[pos].Tokens = append(vectors[pos].Tokens, first+t)
			vectors[pos].Values = append(vectors[pos].Values, float32(scale*float64(block.Values[i])))
		}
	}
	return len(keys) > 0, nil
}

// meanSquare is the mean of the squares of all values.
func meanSquare(vectors []Vector) float64 {
	var sum, n float64
	for _, v := range vectors {
		norm := v.Norm()
		sum += norm * norm
		n += float64(len(v.Values))
	}
	return sum / math.Max(n, 1)
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

// Vector returns the vector of the film at a position without what is not known of
// it (Config.Unknown), so that it is shorter than 1, and 0 where nothing is known.
// It aliases the index and must not be changed.
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
