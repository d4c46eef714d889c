package backup

import (
	"context"
	"encoding/json"
	"io"

	"github.com/nextflex/nextflex/cmd/nextflexd/internal/blob"
	"github.com/nextflex/nextflex/cmd/nextflexd/internal/jobs"
	"github.com/nextflex/nextflex/cmd/nextflexd/internal/store"
)

// maxBackup bounds a backup among the blobs, in bytes.
const maxBackup = 1 << 40

// Made is what a job that writes a backup answers.
type Made struct {
	Name  string `json:"name"`
	Bytes int64  `json:"bytes"`
}

// Work returns the work of jobs that write a backup among the blobs, beneath
// BlobPrefix, named by the time. A backup that fails leaves nothing there.
func Work(db *store.DB, blobs blob.Store) jobs.Work {
	return func(ctx context.Context, _ json.RawMessage, progress jobs.Progress) (any, error) {
		name := "site-" + db.Now().Format("20060102-150405") + ".zip"
		reader, writer := io.Pipe()
		go func() {
			_, err := Write(ctx, db, blobs, writer, func(p Progress) { progress(0, p.Doing) })
			writer.CloseWithError(err)
		}()
		info, err := blobs.Put(ctx, BlobPrefix+name, reader, blob.PutOptions{Type: "application/zip", Limit: maxBackup})
		reader.CloseWithError(io.ErrClosedPipe) // lets the writer end where Put has failed
		if err != nil {
			return nil, err
		}
		return Made{name, info.Size}, nil
	}
}
