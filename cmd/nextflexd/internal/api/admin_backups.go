package api

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"github.com/nextflex/nextflex/cmd/nextflexd/internal/backup"
	"github.com/nextflex/nextflex/cmd/nextflexd/internal/blob"
)

// BackupJob is the kind of jobs that write a backup among the blobs.
const BackupJob = "backup"

func (s *Server) registerBackups(api huma.API) {
	tags := []string{"admin"}
	handle(s, api, rules{access: Staff}, huma.Operation{
		OperationID: "list-backups", Method: http.MethodGet, Path: "/api/v1/admin/backups", Tags: tags,
		Summary: "Backups that are kept, oldest first",
	}, s.listBackups)
	handle(s, api, rules{access: Staff}, huma.Operation{
		OperationID: "make-backup", Method: http.MethodPost, Path: "/api/v1/admin/backups", Tags: tags, DefaultStatus: http.StatusAccepted,
		Summary: "Write a backup of the whole site, as a job",
	}, s.makeBackup)
	handle(s, api, rules{access: Staff, limit: Heavy}, huma.Operation{
		OperationID: "get-backup", Method: http.MethodGet, Path: "/api/v1/admin/backups/{name}", Tags: tags,
		Summary:     "A backup, as a zip archive",
		Description: "It holds password hashes, keys and the secrets of second factors: keep it like them.",
		Responses:   map[string]*huma.Response{"200": {Description: "zip archive", Content: map[string]*huma.MediaType{"application/zip": {}}}},
	}, s.getBackup)
	handle(s, api, rules{access: Staff}, huma.Operation{
		OperationID: "delete-backup", Method: http.MethodDelete, Path: "/api/v1/admin/backups/{name}", Tags: tags,
		Summary: "Delete a backup",
	}, s.deleteBackup)
}

// Backup is a backup that is kept.
type Backup struct {
	Name  string    `json:"name" example:"site-20260101-120000.zip"`
	Bytes int64     `json:"bytes"`
	At    time.Time `json:"at" doc:"when it was finished"`
}

type backupList struct {
	Items []Backup `json:"items"`
}

func (s *Server) listBackups(ctx context.Context, _ *struct{}) (*output[backupList], error) {
	list := backupList{Items: []Backup{}}
	for info, err := range s.parts.Blobs.List(ctx, backup.BlobPrefix) {
		if err != nil {
			return nil, err
		}
		list.Items = append(list.Items, Backup{strings.TrimPrefix(info.Key, backup.BlobPrefix), info.Size, info.Modified})
	}
	return &output[backupList]{list}, nil
}

func (s *Server) makeBackup(ctx context.Context, _ *struct{}) (*output[Job], error) {
	return s.queue(ctx, BackupJob, struct{}{})
}

// BackupInput names a backup in the path.
type BackupInput struct {
	Name string `path:"name" maxLength:"100" pattern:"^[a-z0-9][a-z0-9.-]*$" example:"site-20260101-120000.zip"`
}

func (s *Server) getBackup(ctx context.Context, in *BackupInput) (*huma.StreamResponse, error) {
	content, err := s.parts.Blobs.Open(ctx, backup.BlobPrefix+in.Name)
	if err != nil {
		return nil, backupMissing(err)
	}
	if err := s.parts.DB.Audit(ctx, auditBy(ctx, "backup.download", in.Name)); err != nil {
		return nil, errors.Join(err, content.Close())
	}
	return &huma.StreamResponse{Body: func(answer huma.Context) {
		defer content.Close()
		answer.SetHeader("Content-Type", "application/zip")
		answer.SetHeader("Content-Length", strconv.FormatInt(content.Size, 10))
		answer.SetHeader("Content-Disposition", fmt.Sprintf("attachment; filename=%q", in.Name))
		answer.SetHeader("Cache-Control", "no-store")
		if _, err := io.Copy(answer.BodyWriter(), content); err != nil {
			s.log.Error("download broken off", "request_id", requestID(ctx), "backup", in.Name, "error", err)
			panic(http.ErrAbortHandler)
		}
	}}, nil
}

func (s *Server) deleteBackup(ctx context.Context, in *BackupInput) (*done, error) {
	key := backup.BlobPrefix + in.Name
	if _, err := s.parts.Blobs.Stat(ctx, key); err != nil {
		return nil, backupMissing(err)
	}
	if err := s.parts.DB.Audit(ctx, auditBy(ctx, "backup.delete", in.Name)); err != nil {
		return nil, err
	}
	return &done{}, s.parts.Blobs.Delete(ctx, key)
}

func backupMissing(err error) error {
	var key *blob.KeyError
	if errors.Is(err, blob.ErrNotFound) || errors.As(err, &key) {
		return problem(http.StatusNotFound, "there is no such backup")
	}
	return err
}
