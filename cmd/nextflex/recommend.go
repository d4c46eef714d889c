package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/nextflex/nextflex/als"
	"github.com/nextflex/nextflex/dataset"
	"github.com/nextflex/nextflex/recommend"
	"github.com/nextflex/nextflex/similarity"
)

type recommendCommand struct {
	User    string   `placeholder:"ID" help:"A person of the set, by id."`
	Rate    []string `sep:"none" placeholder:"TITLE=X" help:"A rating of a person who is not in the set, such as \"Alien=4.5\"; may be repeated."`
	Ratings string   `complete:"file" placeholder:"FILE.csv" help:"A file of such ratings: columns rating and title (or movieId, tmdbId, imdbId; year tells films of one title apart), as Letterboxd and IMDb export them."`
	listFlags
	Diversity float64 `placeholder:"X" help:"How much each film must differ from those above it, 0 to 1 (default 0)."`
	Blend     float64 `placeholder:"X" help:"How much the content of the films rated counts beside the model, 0 (not at all, the default) to 1 (alone)."`
	Seen      bool    `help:"List films that the person has rated, too."`
	Explain   bool    `help:"Say which of the person's ratings speak for a film, and how much."`
	Model     string  `group:"model" complete:"file" placeholder:"FILE.nfm" help:"Model from nextflex train. Default: train one on the data first."`
	filterFlags
	dataFlags
}

// Help is shown by --help.
func (recommendCommand) Help() string {
	return `Recommends films to one person: to somebody in the data (--user), or to anybody by ratings given along (--rate, --ratings), which need not be ` +
		`stored anywhere. The prediction is the rating the person is expected to give; the score, by which the list goes, holds films back that few have rated. --data should be the set the model was trained on: from it ` +
		`come titles and the films seen already. Without --model one is trained first, which takes seconds on a small set.

Examples:

  nextflex recommend --rate "Alien=5" --rate "When Harry Met Sally=1.5" --explain
  nextflex recommend --data ml-latest-small --model small.nfm --user 42 --genre Comedy
  nextflex recommend --data ml-latest-small --data imdb-5000 --ratings letterboxd.csv --blend 0.3 --diversity 0.2`
}

// Validate is called by kong before the command runs.
func (c recommendCommand) Validate() error {
	given := len(c.Rate) > 0 || c.Ratings != ""
	switch {
	case c.User == "" && !given:
		return usagef(`for whom? want --user ID, --rate "Title=4.5" or --ratings FILE`)
	case c.User != "" && given:
		return usagef("--user is somebody of the set, --rate and --ratings somebody else: want one of them")
	case !(c.Diversity >= 0 && c.Diversity <= 1):
		return usagef("--diversity is %v, want 0 to 1", c.Diversity)
	case !(c.Blend >= 0 && c.Blend <= 1):
		return usagef("--blend is %v, want 0 to 1", c.Blend)
	}
	return c.listFlags.Validate()
}

// recommendAnswer is the JSON of recommend.
type recommendAnswer struct {
	source
	Model     string            `json:"model,omitempty"` // the file; absent where one was trained for this answer
	User      *dataset.ID       `json:"user,omitempty"`
	Rated     int               `json:"rated"`               // ratings that count for the list
	Unmatched []string          `json:"unmatched,omitempty"` // films of --ratings that the set lacks
	Kind      string            `json:"kind"`                // personal, or top where nothing is known of the person
	Fallback  string            `json:"fallback,omitempty"`  // why the list is of another kind than personal
	Items     []recommendedFilm `json:"items"`
}

type recommendedFilm struct {
	film                        // its score is what the list is ordered by: the model's, held back for films that few have rated
	Prediction *float64         `json:"prediction,omitempty"` // on the scale of the set; absent where the model predicts no ratings
	Votes      float64          `json:"votes"`                // by all people
	Mean       float64          `json:"mean"`                 // of those votes
	Reasons    []recommendCause `json:"reasons,omitempty"`    // the strongest; only with --explain
}

// recommendCause is one cause of a film's place.
type recommendCause struct {
	Kind string      `json:"kind"`         // rated, or a field of the content
	ID   *dataset.ID `json:"id,omitempty"` // of the film rated
	Name string      `json:"name"`
	Part float64     `json:"part"` // of the score
}

// Run recommends.
func (c recommendCommand) Run(ctx context.Context, s *session) error {
	var own []ownRating
	for _, text := range c.Rate {
		o, err := parseRate(text)
		if err != nil {
			return err
		}
		own = append(own, o)
	}
	if c.Ratings != "" {
		list, err := readOwnRatings(c.Ratings)
		if err != nil {
			return err
		}
		own = append(own, list...)
	}
	set, model, err := c.setAndModel(ctx, s, own)
	if err != nil {
		return err
	}
	engine, err := recommend.New(set, model, recommend.Config{})
	if err != nil {
		return err
	}
	filter, err := c.filter(engine.Films())
	if err != nil {
		return err
	}
	query := recommend.Query{K: c.K, Filter: filter, Seen: c.Seen, Explain: c.Explain, Diversity: c.Diversity, Blend: c.Blend}
	answer := recommendAnswer{source: sourceOf(set), Model: c.Model}
	var result recommend.Result
	if c.User != "" {
		result, err = c.forUser(engine, set, model, query, &answer)
	} else {
		result, err = c.forRatings(s, engine, set, own, query, &answer)
	}
	if err != nil {
		return err
	}
	answer.take(engine, result)
	if s.JSON {
		return s.printJSON(answer)
	}
	answer.print(s, c.Explain)
	return nil
}

// setAndModel opens the data and the model. A model without data is taken with
// the demo set where it was trained on that, else with bare ids for titles.
func (c recommendCommand) setAndModel(ctx context.Context, s *session, own []ownRating) (*dataset.Set, *als.Model, error) {
	if c.Model == "" {
		set, err := c.ratings(ctx, s)
		if err != nil {
			return nil, nil, err
		}
		if err := c.typed(set, own); err != nil {
			return nil, nil, err // before training, not after
		}
		model, err := c.quickModel(ctx, s, set)
		return set, model, err
	}
	b := s.newBar("opening", true)
	file, err := fetchFrom(ctx, b, c.Model)
	b.close()
	if err != nil {
		return nil, nil, err
	}
	model, err := als.Load(file)
	if err != nil {
		return nil, nil, err
	}
	set, _, err := c.open(ctx, s)
	if err != nil {
		return nil, nil, err
	}
	if common := itemsInCommon(set, model); common == 0 || len(c.Data) == 0 && !trainedOn(set, model) {
		if len(c.Data) > 0 {
			return nil, nil, fmt.Errorf("%s knows none of the films of %s: was it trained on another set?", c.Model, set.Name)
		}
		s.note("no --data: films are named by their ids, and those seen already are not known")
		if set, err = bareSet(model); err != nil {
			return nil, nil, err
		}
	}
	if set.Ratings != nil && !trainedOn(set, model) {
		s.note("%s says it was %s, which is not what %s holds now: films are matched by id", c.Model, cmp.Or(model.Provenance().Note, "trained on other data"), sourceOf(set).name())
	}
	return set, model, nil
}

// typed checks what was typed: the user, and the films of --rate.
func (c recommendCommand) typed(set *dataset.Set, own []ownRating) error {
	if c.User != "" {
		if _, ok := set.Ratings.Users.Row(dataset.ParseID(c.User)); !ok {
			return unknownUser(set, c.User)
		}
	}
	if len(c.Rate) == 0 {
		return nil
	}
	films := set.Complete()
	find := resolver{films: films, titles: similarity.NewTitles(films), scale: set.Ratings.Scale}
	for _, o := range own[:len(c.Rate)] {
		if _, err := find.film(o); err != nil {
			return err
		}
	}
	return nil
}

func unknownUser(set *dataset.Set, id string) error {
	users := set.Ratings.Users
	return notFoundf("%s has no user %q; it has %s users, from %s to %s", sourceOf(set).name(), id, thousands(users.Len()), users.ID(0), users.ID(int32(users.Len()-1)))
}

// quickModel trains with default settings for one answer.
func (c recommendCommand) quickModel(ctx context.Context, s *session, set *dataset.Set) (*als.Model, error) {
	s.note("no --model: training one on %s (%s ratings) for this answer", sourceOf(set).name(), thousands(set.Ratings.Len()))
	b := s.newBar("training", false)
	defer b.close()
	cfg := als.Config{Implicit: set.Ratings.Scale.Implicit}
	return als.Train(ctx, set.Ratings.Matrix(), cfg, als.WithProgress(func(p als.Progress) { b.set(int64(p.Iteration), int64(p.Iterations)) }))
}

func itemsInCommon(set *dataset.Set, model *als.Model) int {
	films := set.Complete()
	n := 0
	for row := range int32(model.Items().Len()) {
		if _, pos := films.ByID(model.Items().ID(row)); pos >= 0 {
			n++
		}
	}
	return n
}

// trainedOn tells whether users and items of a model are those of a set.
func trainedOn(set *dataset.Set, model *als.Model) bool {
	return set.Ratings != nil && set.Ratings.Users.Equal(model.Users()) && set.Ratings.Items.Equal(model.Items())
}

// bareSet is what a model alone says of its films: that they are there.
func bareSet(model *als.Model) (*dataset.Set, error) {
	movies := make([]dataset.Movie, model.Items().Len())
	for row := range movies {
		id := model.Items().ID(int32(row))
		movies[row] = dataset.Movie{ID: id, Title: id.String()}
	}
	films, err := dataset.NewCatalogue("model", movies)
	return &dataset.Set{Name: "the model", Catalogue: films}, err
}

func (c recommendCommand) forUser(engine *recommend.Engine, set *dataset.Set, model *als.Model, q recommend.Query, a *recommendAnswer) (recommend.Result, error) {
	id := dataset.ParseID(c.User)
	a.User = &id
	if set.Ratings == nil {
		return userOfModel(engine, model, id, q)
	}
	if row, ok := set.Ratings.Users.Row(id); ok {
		for _, user := range set.Ratings.User {
			if user == row {
				a.Rated++
			}
		}
	}
	result, err := engine.ForUser(id, q)
	var unknown *recommend.UnknownUserError
	if errors.As(err, &unknown) {
		return result, unknownUser(set, c.User)
	}
	return result, err
}

// userOfModel lists what a model says without a set beside it.
func userOfModel(engine *recommend.Engine, model *als.Model, id dataset.ID, q recommend.Query) (recommend.Result, error) {
	row, ok := model.Users().Row(id)
	if !ok {
		return recommend.Result{}, notFoundf("the model has no user %q", id)
	}
	films := engine.Films()
	at := func(item int32) int32 {
		_, pos := films.ByID(model.Items().ID(item))
		return int32(pos)
	}
	list, err := model.Recommend(row, q.K, als.Where(func(item int32) bool {
		pos := at(item)
		return q.Filter.Passes(pos, &films.Movies[pos])
	}))
	if err != nil {
		return recommend.Result{}, err
	}
	result := recommend.Result{Kind: recommend.Personal}
	for i, x := range list {
		pos := at(x.Row)
		result.Items = append(result.Items, recommend.Item{Rank: i + 1, Pos: pos, Movie: &films.Movies[pos], Score: float64(x.Score)})
	}
	return result, nil
}

func (c recommendCommand) forRatings(s *session, engine *recommend.Engine, set *dataset.Set, own []ownRating, q recommend.Query, a *recommendAnswer) (recommend.Result, error) {
	find := resolver{films: engine.Films(), titles: engine.Titles()}
	if set.Ratings != nil {
		find.scale = set.Ratings.Scale
	}
	var ratings []recommend.Rating
	for i, o := range own {
		pos, err := find.film(o)
		var missing *failure
		// One film of a long list that the set lacks is no reason to stop; one
		// that was typed is most likely a typing error.
		if i >= len(c.Rate) && errors.As(err, &missing) && missing.code == exitNotFound {
			a.Unmatched = append(a.Unmatched, o.name())
			continue
		}
		if err != nil {
			return recommend.Result{}, err
		}
		ratings = append(ratings, recommend.Rating{Item: engine.Films().Movies[pos].ID, Value: find.onScale(o)})
	}
	if n := len(a.Unmatched); n > 0 {
		s.note("%s of %s rated films are not in %s: %s", thousands(n), thousands(len(own)), sourceOf(set).name(), firstOf(a.Unmatched, 5))
	}
	a.Rated = len(ratings)
	return engine.ForRatings(ratings, q)
}

// firstOf joins the first n of a list.
func firstOf(list []string, n int) string {
	if len(list) <= n {
		return strings.Join(list, ", ")
	}
	return strings.Join(list[:n], ", ") + ", ..."
}

func (a *recommendAnswer) take(engine *recommend.Engine, result recommend.Result) {
	a.Kind, a.Fallback = string(result.Kind), result.Fallback
	a.Items = []recommendedFilm{}
	for _, item := range result.Items {
		f := recommendedFilm{film: filmOf(item.Rank, item.Movie, item.Score), Prediction: item.Prediction, Votes: item.Votes, Mean: item.Mean}
		for _, r := range item.Reasons {
			cause := recommendCause{Kind: r.Kind, Name: r.Name, Part: r.Part}
			if r.Pos >= 0 {
				cause.ID = &engine.Films().Movies[r.Pos].ID
			}
			f.Reasons = append(f.Reasons, cause)
		}
		a.Items = append(a.Items, f)
	}
}

func (a recommendAnswer) print(s *session, explain bool) {
	if a.Fallback != "" {
		s.note("%s", a.Fallback)
	}
	if len(a.Items) == 0 {
		s.note("no film passes")
		return
	}
	t := &table{title: a.title(), columns: []column{{head: "#", right: true}, {head: "title", cut: true}, {head: "year", right: true}}}
	if a.Simulated {
		t.caption = simulatedCaption
	}
	predicted := slices.ContainsFunc(a.Items, func(f recommendedFilm) bool { return f.Prediction != nil })
	t.columns = append(t.columns, column{head: "score", right: true})
	if predicted {
		t.columns = append(t.columns, column{head: "prediction", right: true})
	}
	last := "genres"
	if explain {
		last = "because of"
	}
	t.columns = append(t.columns, column{head: "votes", right: true}, column{head: last, cut: true})
	for _, item := range a.Items {
		cells := item.cells(3)
		if predicted {
			prediction := ""
			if item.Prediction != nil {
				prediction = decimal(*item.Prediction, 2)
			}
			cells = append(cells, prediction)
		}
		text := strings.Join(item.Genres, ", ")
		if explain {
			text = causesText(item.Reasons)
		}
		t.row(append(cells, votesText(item.Votes), text)...)
	}
	s.printTable(t)
}

func (a recommendAnswer) title() string {
	who := fmt.Sprintf("you, by %s ratings", thousands(a.Rated))
	if a.Rated == 1 {
		who = "you, by one rating"
	}
	if a.User != nil {
		who = fmt.Sprintf("user %s of %s", a.User, a.name())
	}
	if a.Fallback != "" {
		return "Best rated by all, for " + who
	}
	return "For " + who
}

// shownCauses is how many causes a table shows of a film; JSON has more.
const shownCauses = 3

// causesText takes turns between the films rated and what is shared with them,
// where a blend gives both.
func causesText(causes []recommendCause) string {
	var rated, shared []recommendCause
	for _, c := range causes {
		if c.Kind == recommend.Rated {
			rated = append(rated, c)
		} else {
			shared = append(shared, c)
		}
	}
	var parts []string
	for i := 0; len(parts) < shownCauses && i < max(len(rated), len(shared)); i++ {
		for _, list := range [][]recommendCause{rated, shared} {
			if i < len(list) && len(parts) < shownCauses {
				parts = append(parts, fmt.Sprintf("%s %+.2f", list[i].Name, list[i].Part))
			}
		}
	}
	return strings.Join(parts, ", ")
}
