package api

import (
	"archive/zip"
	"bytes"
	"context"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"path"
	"strconv"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"github.com/nextflex/nextflex/cmd/nextflexd/internal/store"
	"github.com/nextflex/nextflex/dataset"
)

// Pictures holds what is stored of the pictures that people have sent.
type Pictures interface {
	// Forget removes those of the pictures that no upload has any longer.
	Forget(ctx context.Context, keys ...string)

	// OpenPicture opens the largest form of a picture that there is, or returns
	// store.ErrNotFound where none is made yet.
	OpenPicture(ctx context.Context, key string) (content io.ReadCloser, mediaType string, err error)
}

// registerExport declares the export of all that the site knows of a person.
func (s *Server) registerExport(api huma.API) {
	handle(s, api, rules{access: User, limit: Heavy}, huma.Operation{
		OperationID: "export-me", Method: http.MethodGet, Path: "/api/v1/me/export", Tags: []string{"me"},
		Summary:     "All that the site knows of one, as a zip archive",
		Description: "A JSON file for each table, ratings and lists of films as CSV too, and one's pictures. Passwords, keys and tokens are not in it.",
		Responses: map[string]*huma.Response{"200": {Description: "zip archive", Content: map[string]*huma.MediaType{
			"application/zip": {},
		}}},
	}, s.exportMe)
}

const exportReadme = `This archive holds all that the site knows of you.

A .json file holds one table; times are UTC. ratings.csv, watchlist.csv and
hidden.csv hold the same with the films' titles, for a spreadsheet. pictures/
holds what you have uploaded, by the number of the upload. What is secret is not
here: your password (of which only a hash is stored), the key of your second
factor, recovery codes, and the tokens of your sessions.
`

// exportMe writes the tables into memory, compressed, so that a fault there is
// an answer with a status, and no connection to the database waits for a slow
// client; the pictures follow one by one.
func (s *Server) exportMe(ctx context.Context, _ *struct{}) (*huma.StreamResponse, error) {
	who := principal(ctx)
	to := &spool{}
	archive := zip.NewWriter(to)
	now := s.parts.DB.Now()
	err := s.parts.DB.Read(ctx, func(tx store.Queries) error { return s.exportTables(ctx, tx, archive, who.ID(), now) })
	if err != nil {
		return nil, fmt.Errorf("exporting the tables: %w", err)
	}
	return &huma.StreamResponse{Body: func(out huma.Context) {
		out.SetHeader("Content-Type", "application/zip")
		out.SetHeader("Content-Disposition", fmt.Sprintf(`attachment; filename="nextflex-%s.zip"`, now.Format("2006-01-02")))
		out.SetHeader("Cache-Control", "no-store")
		out.SetStatus(http.StatusOK)
		err := to.release(out.BodyWriter())
		if err == nil {
			err = s.exportPictures(ctx, archive, who.ID())
		}
		if err == nil {
			err = archive.Close()
		}
		if err != nil {
			// The archive has no end, so that the client sees that it isn't whole.
			logger(ctx).Warn("export cut off", "request_id", requestID(ctx), "error", err)
		}
	}}, nil
}

// spool keeps what is written until it is released, and passes it on from then.
type spool struct {
	kept bytes.Buffer
	to   io.Writer
}

func (s *spool) Write(b []byte) (int, error) {
	if s.to != nil {
		return s.to.Write(b)
	}
	return s.kept.Write(b)
}

func (s *spool) release(to io.Writer) error {
	s.to = to
	_, err := s.kept.WriteTo(to)
	s.kept = bytes.Buffer{}
	return err
}

func (s *Server) exportTables(ctx context.Context, tx store.Queries, archive *zip.Writer, user int64, now time.Time) error {
	create := func(name string) (io.Writer, error) {
		return archive.CreateHeader(&zip.FileHeader{Name: name, Method: zip.Deflate, Modified: now})
	}
	w, err := create("README.txt")
	if err != nil {
		return err
	}
	if _, err := io.WriteString(w, exportReadme); err != nil {
		return err
	}
	for _, table := range store.PersonalTables() {
		if w, err = create(table + ".json"); err != nil {
			return err
		}
		if err := writeTable(w, tx.PersonalData(ctx, table, user)); err != nil {
			return fmt.Errorf("%s: %w", table, err)
		}
	}
	for _, list := range []struct{ file, table string }{{"ratings.csv", "ratings"}, {"watchlist.csv", "watchlist"}, {"hidden.csv", "hidden_movies"}} {
		if w, err = create(list.file); err != nil {
			return err
		}
		if err := s.writeFilms(ctx, tx, w, list.table, user); err != nil {
			return fmt.Errorf("%s: %w", list.file, err)
		}
	}
	return nil
}

// writeTable writes rows as a JSON array, an object a line.
func writeTable(w io.Writer, rows func(yield func([]store.PersonalValue, error) bool)) error {
	before := "["
	for row, err := range rows {
		if err != nil {
			return err
		}
		var line bytes.Buffer
		line.WriteString(before + "\n")
		before = ","
		separator := "{"
		for _, c := range row {
			value, err := json.Marshal(c.Value)
			if err != nil {
				return err
			}
			fmt.Fprintf(&line, "%s%q: %s", separator, c.Name, value)
			separator = ", "
		}
		line.WriteString("}")
		if _, err := line.WriteTo(w); err != nil {
			return err
		}
	}
	if before == "[" {
		_, err := io.WriteString(w, "[]\n")
		return err
	}
	_, err := io.WriteString(w, "\n]\n")
	return err
}

// writeFilms writes a table of films as CSV, with what a spreadsheet's reader
// knows them by. Films that have left the data set have no title.
func (s *Server) writeFilms(ctx context.Context, tx store.Queries, w io.Writer, table string, user int64) error {
	out := csv.NewWriter(w)
	films := s.snapshot.Load().Films
	head := false
	for row, err := range tx.PersonalData(ctx, table, user) {
		if err != nil {
			return err
		}
		names, values := []string{"title", "year"}, []string{"", ""}
		for _, c := range row {
			names, values = append(names, c.Name), append(values, csvCell(c.Value))
			id, _ := c.Value.(string)
			if c.Name != "movie_id" {
				continue
			}
			if m, _ := films.ByID(dataset.ParseID(id)); m != nil {
				values[0] = csvCell(m.Title)
				if m.Year != 0 {
					values[1] = strconv.Itoa(m.Year)
				}
			}
		}
		if !head {
			head = true
			if err := out.Write(names); err != nil {
				return err
			}
		}
		if err := out.Write(values); err != nil {
			return err
		}
	}
	out.Flush()
	return out.Error()
}

// exportPictures adds the pictures of a person to the archive, as they are
// stored: without the metadata of the camera, which is in uploads.json.
func (s *Server) exportPictures(ctx context.Context, archive *zip.Writer, user int64) error {
	if s.parts.Pictures == nil {
		return nil
	}
	list, err := s.picturesOf(ctx, user)
	if err != nil {
		return err
	}
	for _, p := range list {
		if err := s.exportPicture(ctx, archive, p.id, p.key); err != nil {
			return fmt.Errorf("picture of upload %s: %w", p.id, err)
		}
	}
	return nil
}

// picture is an upload and the key of what it shows.
type picture struct{ id, key string }

// picturesOf lists the pictures that a person has sent.
func (s *Server) picturesOf(ctx context.Context, user int64) ([]picture, error) {
	var list []picture
	for row, err := range s.parts.DB.PersonalData(ctx, "uploads", user) {
		if err != nil {
			return nil, err
		}
		var p picture
		for _, c := range row {
			switch c.Name {
			case "id":
				p.id = fmt.Sprint(c.Value)
			case "media_key":
				p.key = fmt.Sprint(c.Value)
			}
		}
		list = append(list, p)
	}
	return list, nil
}

// forgetting deletes an account, and then the pictures that went with it.
func (s *Server) forgetting(ctx context.Context, user int64, remove func() error) error {
	if s.parts.Pictures == nil {
		return remove()
	}
	list, err := s.picturesOf(ctx, user)
	if err != nil {
		return err
	}
	if err := remove(); err != nil {
		return err
	}
	keys := make([]string, len(list))
	for i, p := range list {
		keys[i] = p.key
	}
	s.parts.Pictures.Forget(ctx, keys...)
	return nil
}

// endings are those of the types that pictures are stored in.
var endings = map[string]string{"image/jpeg": ".jpg", "image/png": ".png", "image/webp": ".webp", "image/gif": ".gif", "image/avif": ".avif"}

func (s *Server) exportPicture(ctx context.Context, archive *zip.Writer, id, key string) error {
	content, mediaType, err := s.parts.Pictures.OpenPicture(ctx, key)
	if errors.Is(err, store.ErrNotFound) {
		return nil // it isn't made yet
	}
	if err != nil {
		return err
	}
	defer content.Close()
	// Pictures are compressed already.
	w, err := archive.CreateHeader(&zip.FileHeader{Name: path.Join("pictures", id+endings[mediaType]), Method: zip.Store, Modified: s.parts.DB.Now()})
	if err != nil {
		return err
	}
	_, err = io.Copy(w, content)
	return err
}
