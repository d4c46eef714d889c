package imports

import (
	"errors"
	"fmt"
	"time"

	"github.com/nextflex/nextflex/dataset"
)

// Entry is a row under review. It names films by id, so that it outlives the
// catalogue that it was matched with.
type Entry struct {
	Row
	State   State        `json:"state"`
	Film    *dataset.ID  `json:"film,omitempty"` // that the row was matched with; nil unless Matched
	By      By           `json:"by,omitempty"`
	Choices []dataset.ID `json:"choices,omitempty"` // the likeliest first
	Reason  string       `json:"reason,omitempty"`  // why it is not Matched
	// Decision is what the person says; it goes before Film. Zero where nothing was
	// decided.
	Decision Decision `json:"decision,omitzero"`
}

// Decision is what a person says of a row.
type Decision struct {
	Skip bool        `json:"skip,omitempty"` // don't import the row
	Film *dataset.ID `json:"film,omitempty"` // the row stands for this film
}

// Review matches every row of an export.
func (m *Matcher) Review(x *Export) []Entry {
	entries := make([]Entry, len(x.Rows))
	for i := range x.Rows {
		match := m.Match(&x.Rows[i])
		e := Entry{Row: x.Rows[i], State: match.State, By: match.By, Reason: match.Reason}
		if match.Film >= 0 {
			id := m.films.Movies[match.Film].ID
			e.Film = &id
		}
		for _, pos := range match.Choices {
			e.Choices = append(e.Choices, m.films.Movies[pos].ID)
		}
		entries[i] = e
	}
	return entries
}

// Errors of Decide.
var (
	ErrInvalidRow = errors.New("imports: the row is of no use, so that there is nothing to decide")
	ErrNoChoice   = errors.New("imports: a decision either names a film or skips the row")
)

// Decide stores a person's decision; the zero Decision takes one back. That the
// film exists is for the caller to check.
func Decide(e *Entry, d Decision) error {
	switch {
	case e.State == Invalid:
		return ErrInvalidRow
	case d.Skip && d.Film != nil:
		return ErrNoChoice
	}
	e.Decision = d
	return nil
}

// Chosen returns the film that an entry stands for now, nil for none.
func (e *Entry) Chosen() *dataset.ID {
	switch {
	case e.State == Invalid || e.Decision.Skip:
		return nil
	case e.Decision.Film != nil:
		return e.Decision.Film
	}
	return e.Film
}

// Policy says what becomes of a film that the person has rated here before.
type Policy string

// The policies.
const (
	KeepNewer Policy = "newer"   // the rating given last counts; without a date, the one that is here
	KeepOld   Policy = "keep"    // the rating that is here stays
	Replace   Policy = "replace" // the imported rating counts
)

// Outcome says what an import does with an entry.
type Outcome string

// The outcomes. Every entry has exactly one.
const (
	Set        Outcome = "set"        // the rating is stored
	Same       Outcome = "same"       // the person has rated the film the same here
	Kept       Outcome = "kept"       // the rating that is here stays, as the policy says
	Watchlist  Outcome = "watchlist"  // the film goes on the watchlist
	Unrated    Outcome = "unrated"    // seen without a rating; there is nothing to store
	Hide       Outcome = "hidden"     // seen without a rating; the film goes on the list of those not to be shown
	Superseded Outcome = "superseded" // another row says more of the same film, or says it later
	Skipped    Outcome = "skipped"    // by the person's decision
	Open       Outcome = "open"       // no film is chosen yet
	Useless    Outcome = "invalid"    // see Row.Fault
)

// Have is a rating that the person has given here.
type Have struct {
	Stars float64
	At    time.Time
}

// Change is a rating to store.
type Change struct {
	Film  dataset.ID
	Stars float64
	At    time.Time // the time of the import where the file has none
	Entry int       // that it comes from
}

// Plan is what an import will do.
type Plan struct {
	Outcomes []Outcome    // one for each entry
	By       []int        // the entry that supersedes each, -1 for none
	Ratings  []Change     // a film at most once, in order of the entries
	Wanted   []dataset.ID // films for the watchlist, each once, without those rated
	Seen     []dataset.ID // films to be shown no more, each once, without those rated
	Counts   map[Outcome]int
}

// PlanOptions say how an import is to be carried out.
type PlanOptions struct {
	Policy      Policy
	HideWatched bool // films seen and not rated are to be shown no more
}

// NewPlan says what an import will do, and changes nothing. have are the person's
// ratings here. Of several rows that rate a film the newest counts, a row that is
// Current before all others, a row without a date after those with one, and of
// equals the later one. Times after now become now.
func NewPlan(entries []Entry, have map[dataset.ID]Have, o PlanOptions, now time.Time) (*Plan, error) {
	if o.Policy != KeepNewer && o.Policy != KeepOld && o.Policy != Replace {
		return nil, fmt.Errorf("imports: policy %q, want %s, %s or %s", o.Policy, KeepNewer, KeepOld, Replace)
	}
	p := &Plan{Outcomes: make([]Outcome, len(entries)), By: make([]int, len(entries)), Counts: map[Outcome]int{}}
	best := bestRows(entries)
	listed, seen := map[dataset.ID]int{}, map[dataset.ID]int{}
	for i := range entries {
		e := &entries[i]
		p.By[i] = -1
		film := e.Chosen()
		switch {
		case e.State == Invalid:
			p.Outcomes[i] = Useless
		case e.Decision.Skip:
			p.Outcomes[i] = Skipped
		case film == nil:
			p.Outcomes[i] = Open
		case e.Kind == Watched:
			p.see(i, *film, best, seen, have, o.HideWatched)
		case e.Kind == Wanted:
			p.want(i, *film, best, listed, have)
		case best[*film] != i:
			p.Outcomes[i], p.By[i] = Superseded, best[*film]
		default:
			p.rate(i, e, *film, have, o.Policy, now)
		}
		p.Counts[p.Outcomes[i]]++
	}
	return p, nil
}

// bestRows returns the entry that counts for each film that is rated.
func bestRows(entries []Entry) map[dataset.ID]int {
	best := map[dataset.ID]int{}
	for i := range entries {
		film := entries[i].Chosen()
		if film == nil || entries[i].Kind != Rated {
			continue
		}
		if j, ok := best[*film]; !ok || !entries[j].after(&entries[i]) {
			best[*film] = i
		}
	}
	return best
}

// after tells whether an entry counts before a later one of the same film.
func (e *Entry) after(other *Entry) bool {
	if e.Current != other.Current {
		return e.Current
	}
	return e.At.After(other.At)
}

func (p *Plan) want(i int, film dataset.ID, best, listed map[dataset.ID]int, have map[dataset.ID]Have) {
	j, rated := best[film]
	k, twice := listed[film]
	_, before := have[film]
	switch {
	case rated:
		p.Outcomes[i], p.By[i] = Superseded, j
	case twice:
		p.Outcomes[i], p.By[i] = Superseded, k
	case before:
		p.Outcomes[i] = Kept
	default:
		p.Outcomes[i] = Watchlist
		p.Wanted = append(p.Wanted, film)
		listed[film] = i
	}
}

// see settles a row that says only that the film was seen.
func (p *Plan) see(i int, film dataset.ID, best, seen map[dataset.ID]int, have map[dataset.ID]Have, hide bool) {
	_, before := have[film]
	if j, rated := best[film]; rated {
		p.Outcomes[i], p.By[i] = Superseded, j
	} else if j, twice := seen[film]; twice {
		p.Outcomes[i], p.By[i] = Superseded, j
	} else if before || !hide {
		p.Outcomes[i], seen[film] = Unrated, i
	} else {
		p.Outcomes[i], seen[film] = Hide, i
		p.Seen = append(p.Seen, film)
	}
}

func (p *Plan) rate(i int, e *Entry, film dataset.ID, have map[dataset.ID]Have, policy Policy, now time.Time) {
	old, before := have[film]
	newer := !e.At.IsZero() && e.At.After(old.At)
	switch {
	case before && old.Stars == e.Stars:
		p.Outcomes[i] = Same
	case before && (policy == KeepOld || (policy == KeepNewer && !newer)):
		p.Outcomes[i] = Kept
	default:
		p.Outcomes[i] = Set
		at := e.At
		if at.IsZero() || at.After(now) {
			at = now
		}
		p.Ratings = append(p.Ratings, Change{Film: film, Stars: e.Stars, At: at, Entry: i})
	}
}
