package main

import (
	"context"
	"strings"

	"github.com/nextflex/nextflex/dataset"
	"github.com/nextflex/nextflex/similarity"
)

type similarCommand struct {
	Title string `arg:"" optional:"" help:"Title of the film, with its year in brackets where several films share it."`
	ID    string `name:"id" placeholder:"ID" help:"The film by its id in the set, in place of a title."`
	listFlags
	Explain bool `help:"Say what each film shares with the one asked for, and how much of the score that is."`
	filterFlags
	dataFlags
}

// Help is shown by --help.
func (similarCommand) Help() string {
	return `Lists the films most like one film by what is known of them: director, cast, keywords, genres and description. The score is the cosine ` +
		`of their weighted words, 0 to 1. Case, accents and a leading article of the title don't matter. A title that several films have, or none, ends with ` +
		`exit code 3 and a list to choose from.

Examples:

  nextflex similar "The Third Man"
  nextflex similar --data imdb-5000 "The Dark Knight" --explain
  nextflex similar --data ml-latest-small --data imdb-5000 "Hamlet (1996)" -k 5 --json`
}

// Validate is called by kong before the command runs.
func (c similarCommand) Validate() error {
	if (c.Title == "") == (c.ID == "") {
		return usagef(`want a title or --id, such as nextflex similar "The Third Man"`)
	}
	return c.listFlags.Validate()
}

// similarAnswer is the JSON of similar.
type similarAnswer struct {
	source
	Film  choice        `json:"film"` // the one asked for
	Items []similarFilm `json:"items"`
}

type similarFilm struct {
	film
	Reasons []reason `json:"reasons,omitempty"` // largest part first; only with --explain
}

// reason is something two films share.
type reason struct {
	Field string  `json:"field"`
	Name  string  `json:"name"`
	Part  float64 `json:"part"` // of the score
}

// Run lists similar films.
func (c similarCommand) Run(ctx context.Context, s *session) error {
	set, _, err := c.open(ctx, s)
	if err != nil {
		return err
	}
	films := set.Catalogue
	if films.Len() == 0 {
		return errNoFilms
	}
	pos, err := c.find(films)
	if err != nil {
		return err
	}
	filter, err := c.filter(films)
	if err != nil {
		return err
	}
	index, err := similarity.New(films, similarity.Config{})
	if err != nil {
		return err
	}
	if m := &films.Movies[pos]; len(m.Directors)+len(m.Cast)+len(m.Keywords) == 0 && m.Overview == "" {
		s.note("of %s no more than its genres is known; a further --data may add to that", named(m))
	}
	scored, err := index.Similar(pos, c.K, filter)
	if err != nil {
		return err
	}
	answer := similarAnswer{source: sourceOf(set), Film: choiceOf(&films.Movies[pos]), Items: []similarFilm{}}
	for i, x := range scored {
		item := similarFilm{film: filmOf(i+1, &films.Movies[x.Row], float64(x.Score))}
		if c.Explain {
			if item.Reasons, err = sharedBy(index, pos, x.Row); err != nil {
				return err
			}
		}
		answer.Items = append(answer.Items, item)
	}
	if s.JSON {
		return s.printJSON(answer)
	}
	answer.print(s, named(&films.Movies[pos]), c.Explain)
	return nil
}

func sharedBy(index *similarity.Index, a, b int32) ([]reason, error) {
	parts, err := index.Explain(a, b)
	if err != nil {
		return nil, err
	}
	reasons := make([]reason, len(parts))
	for i, p := range parts {
		reasons[i] = reason{string(p.Field), p.Name, float64(p.Part)}
	}
	return reasons, nil
}

func (c similarCommand) find(films *dataset.Catalogue) (int32, error) {
	if c.ID != "" {
		return findID(films, c.ID)
	}
	return findTitle(films, similarity.NewTitles(films), c.Title)
}

// about says which films these are. Content is what people wrote of real films,
// even in the demo set.
func (a similarAnswer) about() string {
	if a.Simulated {
		return "real films of the demo set, whose ratings are simulated"
	}
	return "films of " + a.Set
}

// shownReasons is how many reasons a table shows of a film; JSON has all.
const shownReasons = 4

// leastShown is the part that is shown as 0.01.
const leastShown = 0.005

func (a similarAnswer) print(s *session, name string, explain bool) {
	if len(a.Items) == 0 {
		s.note("nothing in %s is like %s", a.name(), name)
		return
	}
	t := &table{title: "Most like " + name, caption: a.about(), columns: []column{
		{head: "#", right: true}, {head: "title", cut: true}, {head: "year", right: true}, {head: "score", right: true},
	}}
	if explain {
		t.columns = append(t.columns, column{head: "shared", cut: true})
	} else {
		t.columns = append(t.columns, column{head: "genres", cut: true})
	}
	for _, item := range a.Items {
		cells := item.cells(3)
		if explain {
			cells = append(cells, reasonsText(item.Reasons))
		} else {
			cells = append(cells, strings.Join(item.Genres, ", "))
		}
		t.row(cells...)
	}
	s.printTable(t)
}

func reasonsText(reasons []reason) string {
	var parts []string
	for _, r := range reasons[:min(len(reasons), shownReasons)] {
		if r.Part < leastShown {
			break // they come by falling part
		}
		parts = append(parts, r.Name+" "+decimal(r.Part, 2))
	}
	if more := len(reasons) - len(parts); more > 0 {
		parts = append(parts, "and "+thousands(more)+" more")
	}
	return strings.Join(parts, ", ")
}
