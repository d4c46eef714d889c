package api

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"mime/multipart"
	"net/http"
	"strconv"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"github.com/nextflex/nextflex/cmd/nextflexd/internal/imports"
	"github.com/nextflex/nextflex/cmd/nextflexd/internal/models"
	"github.com/nextflex/nextflex/cmd/nextflexd/internal/store"
	"github.com/nextflex/nextflex/dataset"
)

// What an upload may cost.
const (
	maxImportBody  = 12 << 20 // bytes as sent, packed or not
	maxImportFiles = 10
	maxImportRows  = 60_000
	maxImports     = 10 // kept for a person
	maxReading     = 2  // read at once: each takes some 50 MB and a processor for seconds
	uploadTimeout  = 2 * time.Minute
)

// Statuses of a row, beside the states that package imports gives it.
const (
	rowChosen  = "chosen"  // a person chose the film
	rowSkipped = "skipped" // a person leaves the row out
)

// Import is an upload of ratings from another site under review.
type Import struct {
	ID        int64          `json:"id"`
	Source    imports.Source `json:"source" enum:"movielens,letterboxd,imdb"`
	FileName  string         `json:"file_name"`
	State     string         `json:"state" enum:"review,applied"`
	CreatedAt time.Time      `json:"created_at"`
	AppliedAt *time.Time     `json:"applied_at,omitempty"`
	Rows      int            `json:"rows" minimum:"0"`
	Counts    map[string]int `json:"counts" doc:"rows by status: matched, ambiguous, unmatched, invalid, chosen (by oneself), skipped"`
	Ignored   []string       `json:"ignored,omitempty" doc:"files of the archive that hold nothing for us; in the answer to the upload alone"`
	Others    int            `json:"others,omitempty" doc:"rows of other people than user; in the answer to the upload alone"`
}

// ImportRow is a row of an upload.
type ImportRow struct {
	Row     int             `json:"row" minimum:"0" doc:"number within the import, from 0"`
	File    string          `json:"file"`
	Line    int             `json:"line" doc:"where the row begins in its file"`
	Kind    imports.Kind    `json:"kind,omitempty" doc:"rating, watched (without a rating: nothing to store) or watchlist; absent for invalid rows"`
	Title   string          `json:"title,omitempty" doc:"as the file has it"`
	Year    int             `json:"year,omitempty"`
	Given   string          `json:"given,omitempty" doc:"the rating as the file has it"`
	Rating  float64         `json:"rating,omitempty" doc:"the rating in half stars"`
	Rounded bool            `json:"rounded,omitempty" doc:"given stood between two half stars"`
	RatedAt *time.Time      `json:"rated_at,omitempty"`
	Status  string          `json:"status" enum:"matched,ambiguous,unmatched,invalid,chosen,skipped"`
	By      imports.By      `json:"by,omitempty" doc:"what the row was matched by"`
	Reason  string          `json:"reason,omitempty" doc:"why it isn't matched"`
	Note    string          `json:"note,omitempty" doc:"what of the row was not understood"`
	Movie   *Movie          `json:"movie,omitempty" doc:"the film that the row stands for"`
	Choices []Choice        `json:"choices,omitempty" doc:"films that it may stand for, the likeliest first"`
	Outcome imports.Outcome `json:"outcome,omitempty" doc:"what applying did with the row: set, same, kept, watchlist, unrated, hidden, superseded, skipped, open, invalid"`
}

// ImportList holds a person's imports, the newest first.
type ImportList struct {
	Items []Import `json:"items"`
}

// ImportRows is one page of the rows of an import.
type ImportRows struct {
	Items []ImportRow `json:"items"`
	Next  string      `json:"next,omitempty" doc:"cursor of the next page; absent on the last"`
}

// ImportResult is what applying an import did.
type ImportResult struct {
	Import
	Outcomes map[string]int `json:"outcomes" doc:"rows by outcome: set, same, kept, watchlist, unrated, hidden, superseded, skipped, open, invalid"`
	Changed  int            `json:"changed" minimum:"0" doc:"of the ratings set, those that take the place of another; the others are new"`
}

func (s *Server) registerImports(api huma.API) {
	tags := []string{"imports"}
	handle(s, api, rules{access: User, limit: Heavy}, huma.Operation{
		OperationID: "upload-import", Method: http.MethodPost, Path: "/api/v1/imports", Tags: tags, DefaultStatus: http.StatusCreated,
		Summary: "Upload ratings from MovieLens, Letterboxd or IMDb for review", MaxBodyBytes: maxImportBody, BodyReadTimeout: uploadTimeout, RequestBody: uploadBody(), SkipValidateBody: true,
		Middlewares: huma.Middlewares{places(maxReading)},
		Description: "Takes the CSV files or the zip archive that the site exports; its format is told by the header. Nothing is stored as a rating before apply.",
	}, s.uploadImport)
	handle(s, api, rules{access: User}, huma.Operation{
		OperationID: "list-imports", Method: http.MethodGet, Path: "/api/v1/imports", Tags: tags, Summary: "One's imports",
	}, s.listImports)
	handle(s, api, rules{access: User}, huma.Operation{
		OperationID: "get-import", Method: http.MethodGet, Path: "/api/v1/imports/{import}", Tags: tags, Summary: "An import with the number of rows by status",
	}, s.getImport)
	handle(s, api, rules{access: User}, huma.Operation{
		OperationID: "list-import-rows", Method: http.MethodGet, Path: "/api/v1/imports/{import}/rows", Tags: tags, Summary: "Rows of an import, page by page",
	}, s.listImportRows)
	handle(s, api, rules{access: User}, huma.Operation{
		OperationID: "decide-import", Method: http.MethodPatch, Path: "/api/v1/imports/{import}", Tags: tags, MaxBodyBytes: maxBody,
		Summary: "Say which films rows stand for, or leave rows out",
	}, s.decideImport)
	handle(s, api, rules{access: User, limit: Heavy}, huma.Operation{
		OperationID: "apply-import", Method: http.MethodPost, Path: "/api/v1/imports/{import}/apply", Tags: tags, MaxBodyBytes: maxBody,
		Summary: "Store the ratings of an import, or see what that would do",
	}, s.applyImport)
	handle(s, api, rules{access: User}, huma.Operation{
		OperationID: "delete-import", Method: http.MethodDelete, Path: "/api/v1/imports/{import}", Tags: tags, DefaultStatus: http.StatusNoContent,
		Summary: "Forget an import; ratings that it stored stay",
	}, s.deleteImport)
}

// uploadBody describes the form of an upload. The format of the file stands among
// the extensions, since huma adds to a format of its own what OpenAPI 3.0 hasn't.
func uploadBody() *huma.RequestBody {
	longest := 100
	file := &huma.Schema{Type: huma.TypeString, Description: "a CSV file of one site, or its zip archive; up to ten", Extensions: map[string]any{"format": "binary"}}
	user := &huma.Schema{Type: huma.TypeString, MaxLength: &longest, Description: "whose ratings to take of a MovieLens file with several people"}
	return &huma.RequestBody{Required: true, Content: map[string]*huma.MediaType{"multipart/form-data": {Schema: &huma.Schema{
		Type: huma.TypeObject, Required: []string{"file"}, Properties: map[string]*huma.Schema{"file": file, "user": user},
	}}}}
}

// uploadInput takes the body as it is: huma would put files of a form into
// the folder for temporary files, and leave them there.
type uploadInput struct {
	ContentType string `header:"Content-Type" maxLength:"300"`
	RawBody     []byte `contentType:"multipart/form-data"`
}

type importCreated struct {
	Location string `header:"Location"`
	Body     Import
}

func (s *Server) uploadImport(ctx context.Context, in *uploadInput) (*importCreated, error) {
	files, whose, err := readForm(in.ContentType, in.RawBody)
	if err != nil {
		return nil, err
	}
	export, err := imports.Read(files, imports.Options{User: whose, MaxRows: maxImportRows})
	if err != nil {
		return nil, refusedImport(err)
	}
	entries := s.matcher(s.snapshot.Load()).Review(export)
	rows := make([]store.ImportRow, len(entries))
	for i := range entries {
		if rows[i], err = newStoredRow(i, &entries[i]); err != nil {
			return nil, err
		}
	}
	user := principal(ctx).ID()
	var stored store.Import
	err = s.parts.DB.Write(ctx, func(tx store.Queries) error {
		existing, err := tx.Imports(ctx, user)
		if err != nil {
			return err
		}
		if len(existing) >= maxImports {
			return problem(http.StatusConflict, fmt.Sprintf("you have %d imports; delete one first", len(existing)))
		}
		name := []rune(files[0].Name)
		stored, err = tx.CreateImport(ctx, store.Import{UserID: user, Source: string(export.Source), FileName: string(name[:min(len(name), 200)])}, rows)
		return err
	})
	if err != nil {
		return nil, err
	}
	body, err := newImport(ctx, s.parts.DB.Queries, stored)
	if err != nil {
		return nil, err
	}
	body.Ignored, body.Others = export.Ignored, export.Others
	return &importCreated{"/api/v1/imports/" + strconv.FormatInt(stored.ID, 10), body}, nil
}

// readForm takes a form apart: its files, and whose ratings are wanted.
func readForm(contentType string, body []byte) (files []imports.File, user string, err error) {
	kind, parameters, err := mime.ParseMediaType(contentType)
	if err != nil || kind != "multipart/form-data" || parameters["boundary"] == "" {
		return nil, "", problem(http.StatusUnsupportedMediaType, "want multipart/form-data with a field named file")
	}
	form := multipart.NewReader(bytes.NewReader(body), parameters["boundary"])
	for {
		part, err := form.NextPart()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, "", problem(http.StatusBadRequest, "the form can't be read to its end")
		}
		data, err := io.ReadAll(part) // no more than the body, which is in memory
		if err != nil {
			return nil, "", problem(http.StatusBadRequest, "the form can't be read to its end")
		}
		switch part.FormName() {
		case "file":
			files = append(files, imports.File{Name: part.FileName(), Data: data})
		case "user":
			user = string(data)
		}
		if len(files) > maxImportFiles {
			return nil, "", problem(http.StatusUnprocessableEntity, fmt.Sprintf("at most %d files are taken", maxImportFiles))
		}
	}
	if len(files) == 0 {
		return nil, "", problem(http.StatusUnprocessableEntity, "the form has no field named file")
	}
	return files, user, nil
}

// refusedImport turns the errors of a file into what the person can mend.
func refusedImport(err error) error {
	var file *imports.FileError
	var people *imports.PeopleError
	switch {
	case errors.As(err, &people):
		p := problem(http.StatusUnprocessableEntity, people.Error())
		p.Errors = []Fault{{Location: "body.user", Message: "expected the id of a person in the file"}}
		return p
	case errors.Is(err, imports.ErrTooLarge):
		return problem(http.StatusRequestEntityTooLarge, err.Error())
	case errors.As(err, &file), errors.Is(err, imports.ErrUnknownFormat), errors.Is(err, imports.ErrEmpty):
		p := problem(http.StatusUnprocessableEntity, err.Error())
		p.Errors = []Fault{{Location: "body.file", Message: "expected an export of MovieLens, Letterboxd or IMDb"}}
		return p
	}
	return err
}

// indexed is the index of titles of a snapshot.
type indexed struct {
	of      *models.Snapshot
	matcher *imports.Matcher
}

// matcher returns the matcher of a snapshot. It is made when the first upload
// comes, and anew for a new snapshot.
func (s *Server) matcher(snap *models.Snapshot) *imports.Matcher {
	if known := s.indexed.Load(); known != nil && known.of == snap {
		return known.matcher
	}
	made := &indexed{snap, imports.NewMatcher(snap.Films, snap.Titles)}
	s.indexed.Store(made)
	return made.matcher
}

func statusOf(e *imports.Entry) string {
	switch {
	case e.State == imports.Invalid:
		return string(imports.Invalid)
	case e.Decision.Skip:
		return rowSkipped
	case e.Decision.Film != nil:
		return rowChosen
	}
	return string(e.State)
}

func newStoredRow(number int, e *imports.Entry) (store.ImportRow, error) {
	text, err := json.Marshal(e)
	if err != nil {
		return store.ImportRow{}, fmt.Errorf("row %d of an import: %w", number, err)
	}
	return store.ImportRow{Number: number, Status: statusOf(e), Entry: string(text)}, nil
}

func newImport(ctx context.Context, q store.Queries, i store.Import) (Import, error) {
	counts, err := q.ImportCounts(ctx, i.ID)
	if err != nil {
		return Import{}, err
	}
	body := Import{ID: i.ID, Source: imports.Source(i.Source), FileName: i.FileName, State: i.State, CreatedAt: i.CreatedAt, Counts: counts}
	for _, n := range counts {
		body.Rows += n
	}
	if !i.AppliedAt.IsZero() {
		body.AppliedAt = &i.AppliedAt
	}
	return body, nil
}

func (s *Server) listImports(ctx context.Context, _ *struct{}) (*output[ImportList], error) {
	all, err := s.parts.DB.Imports(ctx, principal(ctx).ID())
	if err != nil {
		return nil, err
	}
	body := ImportList{Items: []Import{}}
	for _, i := range all {
		item, err := newImport(ctx, s.parts.DB.Queries, i)
		if err != nil {
			return nil, err
		}
		body.Items = append(body.Items, item)
	}
	return &output[ImportList]{body}, nil
}

// ImportInput names an import in the path.
type ImportInput struct {
	Import int64 `path:"import" minimum:"1" doc:"id of the import"`
}

const noImport = "you have no import with that id"

func (s *Server) getImport(ctx context.Context, in *ImportInput) (*output[Import], error) {
	i, err := s.parts.DB.Import(ctx, principal(ctx).ID(), in.Import)
	if err != nil {
		return nil, notFound(err, noImport)
	}
	body, err := newImport(ctx, s.parts.DB.Queries, i)
	return &output[Import]{body}, err
}

type importRowsInput struct {
	ImportInput
	Status string `query:"status" enum:"matched,ambiguous,unmatched,invalid,chosen,skipped" doc:"only rows of this status"`
	Limit  int    `query:"limit" minimum:"1" maximum:"200" default:"50" doc:"rows on a page"`
	Cursor string `query:"cursor" maxLength:"20" pattern:"^[0-9]*$" doc:"next of the page before"`
}

func (s *Server) listImportRows(ctx context.Context, in *importRowsInput) (*output[ImportRows], error) {
	if _, err := s.parts.DB.Import(ctx, principal(ctx).ID(), in.Import); err != nil {
		return nil, notFound(err, noImport)
	}
	from := 0
	if in.Cursor != "" {
		var err error
		if from, err = strconv.Atoi(in.Cursor); err != nil {
			return nil, problem(http.StatusBadRequest, "cursor is not one that this list returned")
		}
	}
	rows, err := s.parts.DB.ImportRows(ctx, in.Import, in.Status, from, in.Limit+1)
	if err != nil {
		return nil, err
	}
	body := ImportRows{Items: []ImportRow{}}
	if len(rows) > in.Limit {
		body.Next = strconv.Itoa(rows[in.Limit].Number)
		rows = rows[:in.Limit]
	}
	snap := s.snapshot.Load()
	for _, r := range rows {
		item, err := s.newImportRow(snap, r)
		if err != nil {
			return nil, err
		}
		body.Items = append(body.Items, item)
	}
	return &output[ImportRows]{body}, nil
}

func readEntry(r store.ImportRow) (imports.Entry, error) {
	var e imports.Entry
	if err := json.Unmarshal([]byte(r.Entry), &e); err != nil {
		return e, fmt.Errorf("row %d of an import: %w", r.Number, err)
	}
	return e, nil
}

// newImportRow shows a row. Films that come near an unmatched title are looked up
// here, for the rows of the page alone.
func (s *Server) newImportRow(snap *models.Snapshot, r store.ImportRow) (ImportRow, error) {
	e, err := readEntry(r)
	if err != nil {
		return ImportRow{}, err
	}
	row := ImportRow{
		Row: r.Number, File: e.File, Line: e.Line, Kind: e.Kind, Title: e.Title, Year: e.Year, Given: e.Given, Rating: e.Stars, Rounded: e.Rounded,
		Status: r.Status, By: e.By, Reason: e.Reason, Note: e.Note, Outcome: imports.Outcome(r.Outcome),
	}
	if !e.At.IsZero() {
		row.RatedAt = &e.At
	}
	if film := e.Chosen(); film != nil {
		if _, pos := snap.Films.ByID(*film); pos >= 0 {
			movie := newMovie(snap, int32(pos))
			row.Movie = &movie
		}
		return row, nil
	}
	var near []*dataset.Movie
	for _, id := range e.Choices {
		if film, _ := snap.Films.ByID(id); film != nil {
			near = append(near, film)
		}
	}
	if len(near) == 0 && e.State == imports.Unmatched {
		for _, pos := range s.matcher(snap).Suggest(&e.Row) {
			near = append(near, &snap.Films.Movies[pos])
		}
	}
	row.Choices = choices(near)
	return row, nil
}

// ImportDecision is what a person says of a row.
type ImportDecision struct {
	Row     int      `json:"row" minimum:"0" doc:"number of the row"`
	MovieID *MovieID `json:"movie_id,omitempty" doc:"the film that the row stands for"`
	Skip    bool     `json:"skip,omitempty" doc:"leave the row out; without both, the decision made before is taken back"`
}

type decideInput struct {
	ImportInput
	Body struct {
		Decisions []ImportDecision `json:"decisions" minItems:"1" maxItems:"1000"`
	}
}

func (s *Server) decideImport(ctx context.Context, in *decideInput) (*output[Import], error) {
	snap := s.snapshot.Load()
	var body Import
	err := s.parts.DB.Write(ctx, func(tx store.Queries) error {
		i, err := s.openImport(ctx, tx, in.Import)
		if err != nil {
			return err
		}
		for n, d := range in.Body.Decisions {
			if err := decide(ctx, tx, snap, in.Import, d); err != nil {
				var wrong *Fault
				if errors.As(err, &wrong) {
					p := problem(http.StatusUnprocessableEntity, "validation failed")
					p.Errors = []Fault{{Location: fmt.Sprintf("body.decisions[%d].%s", n, wrong.Location), Message: wrong.Message}}
					return p
				}
				return err
			}
		}
		body, err = newImport(ctx, tx, i)
		return err
	})
	if err != nil {
		return nil, err
	}
	return &output[Import]{body}, nil
}

// openImport returns an import of the caller's that can still be changed.
func (s *Server) openImport(ctx context.Context, tx store.Queries, id int64) (store.Import, error) {
	i, err := tx.ImportForUpdate(ctx, principal(ctx).ID(), id)
	if err != nil {
		return i, notFound(err, noImport)
	}
	if i.State != store.ImportOpen {
		return i, problem(http.StatusConflict, "the import has been applied")
	}
	return i, nil
}

// Error implements error.
func (f *Fault) Error() string { return f.Message }

func decide(ctx context.Context, tx store.Queries, snap *models.Snapshot, id int64, d ImportDecision) error {
	r, err := tx.ImportRow(ctx, id, d.Row)
	if errors.Is(err, store.ErrNotFound) {
		return &Fault{"row", "expected the number of a row of this import"}
	}
	if err != nil {
		return err
	}
	e, err := readEntry(r)
	if err != nil {
		return err
	}
	decision := imports.Decision{Skip: d.Skip}
	if d.MovieID != nil {
		if film, _ := snap.Films.ByID(d.MovieID.ID); film == nil {
			return &Fault{"movie_id", "expected the id of a film"}
		}
		decision.Film = &d.MovieID.ID
	}
	switch err := imports.Decide(&e, decision); {
	case errors.Is(err, imports.ErrInvalidRow):
		return &Fault{"row", "expected a row that isn't invalid"}
	case err != nil:
		return &Fault{"skip", "expected either movie_id or skip"}
	}
	changed, err := newStoredRow(r.Number, &e)
	if err != nil {
		return err
	}
	return tx.UpdateImportRow(ctx, id, changed)
}

type applyInput struct {
	ImportInput
	Body struct {
		Policy      imports.Policy `json:"policy,omitempty" enum:"newer,keep,replace" default:"newer" doc:"what becomes of films that one has rated here: the newer rating counts, one's own stays, or the imported one counts"`
		HideWatched bool           `json:"hide_watched,omitempty" doc:"hide films that one has seen and not rated, so that they aren't recommended"`
		DryRun      bool           `json:"dry_run,omitempty" doc:"only say what would be done"`
	}
}

func (s *Server) applyImport(ctx context.Context, in *applyInput) (*output[ImportResult], error) {
	var body ImportResult
	user := principal(ctx).ID()
	err := s.parts.DB.Write(ctx, func(tx store.Queries) error {
		if _, err := s.openImport(ctx, tx, in.Import); err != nil {
			return err
		}
		plan, changed, err := planImport(ctx, tx, user, in.Import, imports.PlanOptions{Policy: in.Body.Policy, HideWatched: in.Body.HideWatched})
		if err != nil {
			return err
		}
		if !in.Body.DryRun {
			if err := carryOut(ctx, tx, user, in.Import, plan); err != nil {
				return err
			}
		}
		i, err := tx.Import(ctx, user, in.Import)
		if err != nil {
			return err
		}
		body = ImportResult{Outcomes: map[string]int{}, Changed: changed}
		for outcome, n := range plan.Counts {
			body.Outcomes[string(outcome)] = n
		}
		body.Import, err = newImport(ctx, tx, i)
		return err
	})
	if err != nil {
		return nil, err
	}
	return &output[ImportResult]{body}, nil
}

// planImport says what an import will do, and how many ratings of one's own it changes.
func planImport(ctx context.Context, tx store.Queries, user, id int64, o imports.PlanOptions) (plan *imports.Plan, changed int, err error) {
	rows, err := tx.ImportRows(ctx, id, "", 0, maxImportRows)
	if err != nil {
		return nil, 0, err
	}
	entries := make([]imports.Entry, len(rows))
	for i, r := range rows {
		if entries[i], err = readEntry(r); err != nil {
			return nil, 0, err
		}
	}
	ratings, err := tx.Ratings(ctx, user)
	if err != nil {
		return nil, 0, err
	}
	have := map[dataset.ID]imports.Have{}
	for _, r := range ratings {
		have[dataset.ParseID(r.MovieID)] = imports.Have{Stars: r.Stars, At: r.UpdatedAt}
	}
	if plan, err = imports.NewPlan(entries, have, o, tx.Now()); err != nil {
		return nil, 0, err
	}
	for _, change := range plan.Ratings {
		if _, rated := have[change.Film]; rated {
			changed++
		}
	}
	return plan, changed, nil
}

// carryOut stores what a plan says.
func carryOut(ctx context.Context, tx store.Queries, user, id int64, plan *imports.Plan) error {
	for _, change := range plan.Ratings {
		movie := change.Film.String()
		if err := tx.StoreRating(ctx, store.Rating{UserID: user, MovieID: movie, Stars: change.Stars, UpdatedAt: change.At}); err != nil {
			return err
		}
		if err := tx.RemoveFilm(ctx, store.Watchlist, user, movie); err != nil && !errors.Is(err, store.ErrNotFound) {
			return err
		}
	}
	if err := addFilms(ctx, tx, store.Watchlist, user, plan.Wanted); err != nil {
		return err
	}
	if err := addFilms(ctx, tx, store.Hidden, user, plan.Seen); err != nil {
		return err
	}
	numbers := map[imports.Outcome][]int{}
	for i, outcome := range plan.Outcomes {
		numbers[outcome] = append(numbers[outcome], i)
	}
	for outcome, of := range numbers {
		if err := tx.SetImportOutcome(ctx, id, string(outcome), of); err != nil {
			return err
		}
	}
	return tx.SettleImport(ctx, id)
}

func addFilms(ctx context.Context, tx store.Queries, list store.FilmList, user int64, films []dataset.ID) error {
	before, err := tx.CountFilms(ctx, list, user)
	if err != nil {
		return err
	}
	if before+int64(len(films)) > maxListed {
		return problem(http.StatusConflict, "your lists would have more than "+strconv.Itoa(maxListed)+" films")
	}
	for _, film := range films {
		if err := tx.AddFilm(ctx, list, user, film.String()); err != nil {
			return err
		}
	}
	return nil
}

func (s *Server) deleteImport(ctx context.Context, in *ImportInput) (*struct{}, error) {
	return nil, notFound(s.parts.DB.DeleteImport(ctx, principal(ctx).ID(), in.Import), noImport)
}
