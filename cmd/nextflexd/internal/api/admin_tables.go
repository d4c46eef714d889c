package api

import (
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"github.com/nextflex/nextflex/cmd/nextflexd/internal/store"
)

// registerTables declares the staff's look into the database. What they may see
// is a list in package store: no secret is on it.
func (s *Server) registerTables(api huma.API) {
	tags := []string{"admin"}
	handle(s, api, rules{access: Staff}, huma.Operation{
		OperationID: "list-tables", Method: http.MethodGet, Path: "/api/v1/admin/tables", Tags: tags,
		Summary: "Tables that can be seen, with their columns",
	}, s.listTables)
	handle(s, api, rules{access: Staff}, huma.Operation{
		OperationID: "read-table", Method: http.MethodGet, Path: "/api/v1/admin/tables/{name}", Tags: tags,
		Summary:     "Rows of a table by page, order, filters and search",
		Description: "A filter is column:operator:value with eq, ne, lt, le, gt, ge, contains, or column:empty, column:present; several must all hold.",
	}, s.readTable)
	handle(s, api, rules{access: Staff, limit: Heavy}, huma.Operation{
		OperationID: "export-table", Method: http.MethodGet, Path: "/api/v1/admin/tables/{name}/csv", Tags: tags,
		Summary: "All rows that the filters find, as CSV",
		Responses: map[string]*huma.Response{"200": {Description: "OK", Content: map[string]*huma.MediaType{
			"text/csv": {Schema: &huma.Schema{Type: huma.TypeString}},
		}}},
	}, s.exportTable)
}

// TableInfo is a table with its columns.
type TableInfo struct {
	Name    string       `json:"name" example:"users"`
	Columns []ColumnInfo `json:"columns"`
	Rows    int64        `json:"rows"`
}

// ColumnInfo is a column of a table.
type ColumnInfo struct {
	Name string `json:"name" example:"created_at"`
	Type string `json:"type" enum:"text,number,time,bool"`
}

type tableList struct {
	Items []TableInfo `json:"items"`
}

func columnInfos(t store.Table) []ColumnInfo {
	list := make([]ColumnInfo, len(t.Columns))
	for i, c := range t.Columns {
		list[i] = ColumnInfo{c.Name, string(c.Type)}
	}
	return list
}

func (s *Server) listTables(ctx context.Context, _ *struct{}) (*output[tableList], error) {
	var list tableList
	for _, t := range store.Tables() {
		n, err := s.parts.DB.CountRows(ctx, t, store.TableQuery{})
		if err != nil {
			return nil, err
		}
		list.Items = append(list.Items, TableInfo{Name: t.Name, Columns: columnInfos(t), Rows: n})
	}
	return &output[tableList]{list}, nil
}

// TableParams say which rows of a table are wanted.
type TableParams struct {
	Name    string   `path:"name" maxLength:"60" doc:"of the table" example:"users"`
	Filter  []string `query:"filter,explode" maxItems:"20" doc:"column:operator:value" example:"role:eq:staff"`
	Q       string   `query:"q" maxLength:"200" doc:"in any column of text"`
	Sort    string   `query:"sort" maxLength:"60" doc:"column; with a minus before it, descending" example:"-created_at"`
	table   store.Table
	filters []store.Filter
}

// read looks the table up and reads the filters.
func (p *TableParams) read() (store.TableQuery, error) {
	var err error
	if p.table, err = store.TableNamed(p.Name); err != nil {
		return store.TableQuery{}, notFound(err, "there is no such table to see")
	}
	for i, text := range p.Filter {
		f, err := p.table.ParseFilter(text)
		if err != nil {
			return store.TableQuery{}, filterProblem(err, "query.filter["+strconv.Itoa(i)+"]")
		}
		p.filters = append(p.filters, f)
	}
	sort, descending := strings.CutPrefix(p.Sort, "-")
	return store.TableQuery{Filters: p.filters, Search: p.Q, Sort: sort, Descending: descending}, nil
}

func filterProblem(err error, location string) error {
	var fault *store.FilterError
	if !errors.As(err, &fault) {
		return err
	}
	p := problem(http.StatusUnprocessableEntity, "validation failed")
	p.Errors = []Fault{{Location: location, Message: fault.Fault}}
	return p
}

type readTableInput struct {
	TableParams
	Offset int `query:"offset" minimum:"0" maximum:"10000000" default:"0" doc:"rows to pass over"`
	Limit  int `query:"limit" minimum:"1" maximum:"500" default:"50" doc:"rows on a page"`
}

// TablePage is one page of a table.
type TablePage struct {
	Columns []ColumnInfo     `json:"columns"`
	Rows    []map[string]any `json:"rows" doc:"values by column; times as RFC 3339; a column without a value is absent"`
	Total   int64            `json:"total" doc:"rows that the filters find, all pages together"`
	Offset  int              `json:"offset"`
}

func (s *Server) readTable(ctx context.Context, in *readTableInput) (*output[TablePage], error) {
	query, err := in.read()
	if err != nil {
		return nil, err
	}
	page := TablePage{Columns: columnInfos(in.table), Rows: []map[string]any{}, Offset: in.Offset}
	query.Offset, query.Limit = in.Offset, in.Limit
	for row, err := range s.parts.DB.Rows(ctx, in.table, query) {
		if err != nil {
			return nil, filterProblem(err, "query.sort")
		}
		values := make(map[string]any, len(row))
		for i, v := range row {
			if v != nil {
				values[in.table.Columns[i].Name] = v
			}
		}
		page.Rows = append(page.Rows, values)
	}
	page.Total, err = s.parts.DB.CountRows(ctx, in.table, query)
	return &output[TablePage]{page}, err
}

func (s *Server) exportTable(ctx context.Context, in *TableParams) (*huma.StreamResponse, error) {
	query, err := in.read()
	if err != nil {
		return nil, err
	}
	// An order that names no column is refused before the answer begins.
	if query.Sort != "" {
		probe := query
		probe.Limit = 1
		for _, err := range s.parts.DB.Rows(ctx, in.table, probe) {
			if err != nil {
				return nil, filterProblem(err, "query.sort")
			}
		}
	}
	if err := s.parts.DB.Audit(ctx, auditBy(ctx, "table.export", in.Name)); err != nil {
		return nil, err
	}
	return &huma.StreamResponse{Body: func(answer huma.Context) {
		answer.SetHeader("Content-Type", "text/csv; charset=utf-8")
		answer.SetHeader("Content-Disposition", fmt.Sprintf(`attachment; filename="%s-%s.csv"`, in.Name, s.parts.DB.Now().Format(time.DateOnly)))
		answer.SetHeader("Cache-Control", "no-store")
		if err := s.writeCSV(ctx, answer, in.table, query); err != nil {
			// The answer has begun: breaking it off is the only way to tell.
			s.log.Error("export broken off", "request_id", requestID(ctx), "table", in.Name, "error", err)
			panic(http.ErrAbortHandler)
		}
	}}, nil
}

func (s *Server) writeCSV(ctx context.Context, answer huma.Context, table store.Table, query store.TableQuery) error {
	w := csv.NewWriter(answer.BodyWriter())
	cells := make([]string, len(table.Columns))
	for i, c := range table.Columns {
		cells[i] = c.Name
	}
	if err := w.Write(cells); err != nil {
		return err
	}
	for row, err := range s.parts.DB.Rows(ctx, table, query) {
		if err != nil {
			return err
		}
		for i, v := range row {
			cells[i] = csvCell(v)
		}
		if err := w.Write(cells); err != nil {
			return err
		}
	}
	w.Flush()
	return w.Error()
}

// csvCell writes a value for spreadsheets. Text that one of them would take for
// a formula gets an apostrophe before it (OWASP, CSV injection).
func csvCell(value any) string {
	switch v := value.(type) {
	case nil:
		return ""
	case time.Time:
		return v.Format(time.RFC3339)
	case float64:
		return strconv.FormatFloat(v, 'f', -1, 64)
	case string:
		if v != "" && strings.ContainsRune("=+-@\t\r", rune(v[0])) {
			return "'" + v
		}
		return v
	}
	return fmt.Sprint(value)
}
