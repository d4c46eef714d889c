package dataset

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
)

// Person is what a set knows of one user. Fields that it lacks are zero.
type Person struct {
	ID         ID     `json:"id"`                   // as in the ratings
	Age        int    `json:"age,omitempty"`        // in years; MovieLens 1M has the youngest of each of seven groups, 1 for those under 18
	Gender     string `json:"gender,omitempty"`     // as the set has it, such as "F"
	Occupation string `json:"occupation,omitempty"` // by name in MovieLens 100K, by number in MovieLens 1M
}

// People is a list of users with look-up by id. It is immutable once built and safe for
// concurrent use. Look-ups in nil People find nobody.
type People struct {
	Persons []Person // by ascending ID
	byID    map[ID]int32
}

// NewPeople sorts the persons by id and builds the look-up. The slice is kept and must not be
// changed afterwards. A repeated ID is an error.
func NewPeople(persons []Person) (*People, error) {
	slices.SortStableFunc(persons, func(a, b Person) int { return a.ID.Compare(b.ID) })
	p := &People{Persons: persons, byID: make(map[ID]int32, len(persons))}
	for i := range persons {
		if _, twice := p.byID[persons[i].ID]; twice {
			return nil, fmt.Errorf("dataset: person %s stands twice", persons[i].ID)
		}
		p.byID[persons[i].ID] = int32(i)
	}
	return p, nil
}

// Len returns the number of persons; nil People have none.
func (p *People) Len() int {
	if p == nil {
		return 0
	}
	return len(p.Persons)
}

// ByID returns the person with an id and its position in Persons, or nil and -1.
func (p *People) ByID(id ID) (*Person, int) {
	if p == nil {
		return nil, -1
	}
	i, ok := p.byID[id]
	if !ok {
		return nil, -1
	}
	return &p.Persons[i], int(i)
}

// ageGroups are the youngest ages of the groups of Features: those of MovieLens 1M.
var ageGroups = []int{1, 18, 25, 35, 45, 50, 56}

// Features describes the users of an index as a matrix with a row for each user: a column
// for each gender, for each of seven groups of age (under 18, and from 18, 25, 35, 45, 50 and
// 56 on) and for each occupation that occurs, each holding 1. Users that are not among the
// people have empty rows.
func (p *People) Features(users *Index) *CSR {
	var all []*Person
	if p != nil {
		for i := range p.Persons {
			all = append(all, &p.Persons[i])
		}
	}
	text := func(of func(*Person) string) func(*Person) []string {
		return func(who *Person) []string {
			if s := of(who); s != "" {
				return []string{s}
			}
			return nil
		}
	}
	genders := newFeatureBlock(all, 1, text(func(who *Person) string { return who.Gender }))
	occupations := newFeatureBlock(all, 1, text(func(who *Person) string { return who.Occupation }))
	ages := newFeatureBlock(all, 1, func(who *Person) []int {
		group, _ := slices.BinarySearch(ageGroups, who.Age+1)
		if group == 0 {
			return nil // not known
		}
		return []int{group}
	})
	x := &CSR{Ptr: make([]int64, 1, users.Len()+1)}
	for row := range int32(users.Len()) {
		who, _ := p.ByID(users.ID(row))
		occupations.add(x, who, ages.add(x, who, genders.add(x, who, 0)))
		x.Ptr = append(x.Ptr, int64(len(x.Index)))
	}
	return x
}

// peopleReader reads a file of people: u.user (id|age|gender|occupation|zip) or users.dat
// (id::gender::age::occupation::zip). Zip codes are not kept.
type peopleReader struct {
	Loader
	source  string
	in      *lineTable
	names   []string
	persons []Person
	have    map[ID]bool
	faults  faultLog
	rows    int64
}

const (
	peopleBars   = "|"
	peopleColons = "::"
	maxAge       = 150
	maxTrait     = 64 // bytes of a gender or an occupation
)

var peopleFields = map[string][]string{
	peopleBars:   {"user", "age", "gender", "occupation", "zip"},
	peopleColons: {"user", "gender", "age", "occupation", "zip"},
}

// readPeople reads a file of people to its end, or to the first fault where strict.
func (l Loader) readPeople(ctx context.Context, f found) (*People, *Report, error) {
	s, err := openMember(ctx, f.member, l.bound(maxTableBytes))
	if err != nil {
		return nil, nil, err
	}
	defer s.Close()
	r := &peopleReader{Loader: l, source: f.shown, have: map[ID]bool{}, names: peopleFields[f.people]}
	r.faults.file = f.shown
	r.in = &lineTable{r: bufio.NewReaderSize(s, sniffLength), sep: f.people}
	if err := r.readAll(); err != nil {
		return nil, nil, err
	}
	people, err := NewPeople(r.persons)
	if err != nil {
		return nil, nil, err
	}
	report := &Report{Source: f.shown, Format: "people (" + r.header() + ")", Read: r.rows, Kept: int64(people.Len()), Users: people.Len()}
	r.faults.to(report)
	return people, report, nil
}

func (r *peopleReader) header() string {
	text := ""
	for i, name := range r.names {
		if i > 0 {
			text += r.in.sep
		}
		text += name
	}
	return text
}

func (r *peopleReader) readAll() error {
	for {
		fields, err := r.in.next()
		if err == io.EOF {
			return nil
		}
		var bad *ParseError
		if err == nil {
			r.rows++
			bad = r.record(fields)
		} else if errors.As(err, &bad) {
			r.rows++
		} else {
			return fmt.Errorf("dataset: read %s at line %d: %w", r.source, r.in.line(), err)
		}
		if bad == nil {
			continue
		}
		bad.File, bad.Line, bad.Value = r.source, r.in.line(), shorten(bad.Value)
		if r.Strict {
			return bad
		}
		e := *bad
		r.faults.add(e.Reason, e.Line, func() ParseError { return e })
	}
}

// record reads one line into a person.
func (r *peopleReader) record(fields []string) *ParseError {
	if len(fields) != len(r.names) {
		return &ParseError{Reason: WrongFieldCount, Value: fields[0], Want: fmt.Sprintf("%d fields (%s), not %d", len(r.names), r.header(), len(fields))}
	}
	var who Person
	for i, name := range r.names {
		text := utf8Text(fields[i])
		fault := func(reason Reason, want string) *ParseError {
			return &ParseError{Column: r.in.column(i), Field: name, Value: text, Want: want, Reason: reason}
		}
		switch name {
		case "user":
			n, err := strconv.ParseInt(text, 10, 64)
			if err != nil || n < 0 {
				return fault(BadUser, "an integer of 0 or more")
			}
			if who.ID = Int(n); r.have[who.ID] {
				return fault(Duplicate, "one line a user")
			}
		case "age":
			n, err := strconv.Atoi(text)
			if err != nil || n < 0 || n > maxAge {
				return fault(BadField, fmt.Sprintf("years from 0 to %d", maxAge))
			}
			who.Age = n
		case "gender", "occupation":
			if len(text) > maxTrait {
				return fault(BadField, fmt.Sprintf("at most %d bytes", maxTrait))
			}
			if name == "gender" {
				who.Gender = text
			} else {
				who.Occupation = text
			}
		}
	}
	r.have[who.ID] = true
	r.persons = append(r.persons, who)
	return nil
}
