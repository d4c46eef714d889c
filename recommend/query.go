package recommend

import (
	"fmt"

	"github.com/nextflex/nextflex/dataset"
	"github.com/nextflex/nextflex/internal/config"
)

// ConfigError says which field of a Query or Config is out of range.
type ConfigError = config.Error

// MaxK is the longest list.
const MaxK = 1000

// Query says how a list is to be made. K must be set; the other fields' zero
// values mean the plain list.
type Query struct {
	// K is the number of films wanted, 1 to 1000. Fewer come where fewer pass.
	K int
	// Filter says which films may be listed; nil means all.
	Filter dataset.Filter
	// Diversity from 0 to 1 makes films unlike one another (maximal marginal
	// relevance, Carbonell & Goldstein 1998): of a pool of the best films, see
	// Config.Pool, the next is always the one with the largest
	//
	//	(1−Diversity)·relevance − Diversity·(largest cosine with a film chosen before)
	//
	// where relevance is the score, brought to 0 to 1 over the pool, and the
	// cosine is that of the content. The list is then not in order of Score.
	Diversity float64
	// Blend from 0 to 1 is the part that content has in D: 0 lists by the model
	// alone, 1 by content alone, and between them
	//
	//	score = (1−Blend)·z(model) + Blend·z(content)
	//
	// where z(s) = (s − mean)/(standard deviation) over all films that the list
	// judges, since the two are in different units. Content is the cosine of a
	// film with the person's profile: the sum of the vectors of the films rated
	// above the person's mean, each times its distance from that mean. Only
	// ForUser and ForRatings look at it.
	Blend float64
	// Explain asks for Item.Reasons.
	Explain bool
	// Exclude are films that must not be listed. Unknown ids are ignored.
	Exclude []dataset.ID
	// Seen lets films in that the person has rated.
	Seen bool
}

func (q *Query) check() error {
	if q.K < 1 || q.K > MaxK {
		return &ConfigError{Package: "recommend", Field: "K", Value: q.K, Want: fmt.Sprintf("1 to %d", MaxK)}
	}
	if !(q.Diversity >= 0 && q.Diversity <= 1) {
		return &ConfigError{Package: "recommend", Field: "Diversity", Value: q.Diversity, Want: "0 to 1"}
	}
	if !(q.Blend >= 0 && q.Blend <= 1) {
		return &ConfigError{Package: "recommend", Field: "Blend", Value: q.Blend, Want: "0 to 1"}
	}
	return nil
}

// Kind says how a list was made.
type Kind string

// The kinds of lists.
const (
	Newest   Kind = "newest"   // A: by release
	Popular  Kind = "popular"  // A: by number of ratings
	Trending Kind = "trending" // A: by number of ratings of late
	Top      Kind = "top"      // B: by weighted rating
	Similar  Kind = "similar"  // C: by content, like one film
	Personal Kind = "personal" // D: by the model
	Content  Kind = "content"  // D with Blend 1: by content, like the films a person likes
	Blend    Kind = "blend"    // D with a Blend between
)

// Result is a list of films.
type Result struct {
	Kind     Kind   `json:"kind"`               // how the list was made
	Fallback string `json:"fallback,omitempty"` // why it was made in another way than asked for
	Items    []Item `json:"items"`              // never nil
}

// Item is one film of a list.
type Item struct {
	Movie *dataset.Movie `json:"movie"` // of the catalogue; must not be changed
	Pos   int32          `json:"-"`     // position in Engine.Films().Movies
	Rank  int            `json:"rank"`  // from 1
	// Score is what the list is ordered by where Query.Diversity is 0: the year
	// (newest), the number of ratings (popular), their decayed number (trending),
	// the weighted rating (top), the cosine (similar, content), the model's score,
	// damped as Config.Damping says (personal), or the mix of standardised scores
	// (blend).
	Score float64 `json:"score"`
	// Prediction is the rating expected of this person, limited to the scale; nil
	// where the list does not come from a model of ratings. The list is in order of
	// Score, which damps predictions for films that few have rated.
	Prediction *float64 `json:"prediction,omitempty"`
	// Votes and Mean are the ratings of the film by all people; 0 without any.
	Votes float64 `json:"votes"`
	Mean  float64 `json:"mean"`
	// Reasons say why the film is listed, at most five of each kind of cause,
	// rated films first, larger parts first; nil unless asked for by
	// Query.Explain. Why has them all.
	Reasons []Reason `json:"reasons,omitempty"`
}

// Rated is the Kind of a Reason for a film that the person has rated. The
// other kinds are the fields of package similarity: director, cast, keyword,
// genre and overview.
const Rated = "rated"

// Reason is one cause of a film's place in a list.
type Reason struct {
	Kind string `json:"kind"`
	Name string `json:"name"` // what is shared, or the title of the rated film
	// Part is how much it adds: of the cosine for what is shared, of the model's
	// score for a rated film.
	Part float64 `json:"part"`
	// Movie is the rated film and Pos its position in Engine.Films().Movies; nil
	// and -1 for the other kinds.
	Movie *dataset.Movie `json:"-"`
	Pos   int32          `json:"-"`
}
