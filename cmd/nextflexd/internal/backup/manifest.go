package backup

import (
	"fmt"
	"time"

	"github.com/nextflex/nextflex/cmd/nextflexd/internal/store"
)

// format is the version of the archive's layout.
const format = 1

// program is in every manifest, so that another zip archive isn't taken for a
// backup.
const program = "nextflexd"

// Names in the archive.
const (
	manifestName = "manifest.json"
	blobListName = "blobs.jsonl"
	tablePrefix  = "tables/"
	tableSuffix  = ".jsonl"
	blobPrefix   = "blobs/"
)

// Manifest says what is in a backup.
type Manifest struct {
	Format   int           `json:"format"`
	Program  string        `json:"program"`
	Created  time.Time     `json:"created"`
	Database store.Dialect `json:"database"` // which the rows come from
	Schema   int64         `json:"schema"`   // version of the tables
	Tables   []Table       `json:"tables"`   // each after those that it refers to
	Blobs    BlobList      `json:"blobs"`
	Missing  []string      `json:"missing,omitempty"` // keys of blobs that rows name and that weren't there; the first 1000
}

// Table is a table in a backup.
type Table struct {
	Name    string             `json:"name"`
	Columns []store.DumpColumn `json:"columns"`
	Rows    int64              `json:"rows"`
	LastID  int64              `json:"last_id,omitempty"` // largest id that was ever given
	Part
}

// BlobList is the list of blobs in a backup.
type BlobList struct {
	Count int64 `json:"count"`
	Size  int64 `json:"size"` // bytes of all blobs
	Part
}

// Part is a file in the archive.
type Part struct {
	Bytes  int64  `json:"bytes"`
	SHA256 string `json:"sha256"` // hexadecimal
}

// blobEntry is a line of the list of blobs.
type blobEntry struct {
	Key  string `json:"key"`
	Type string `json:"type"`
	Part
}

// Rows is the number of rows of all tables.
func (m *Manifest) Rows() int64 {
	n := int64(0)
	for _, t := range m.Tables {
		n += t.Rows
	}
	return n
}

// Progress tells how far a backup or a restore is.
type Progress struct {
	Doing string // such as "writing users"
	Done  int64  // rows and blobs
	Total int64  // of a restore; 0 while that isn't known
}

// DamagedError says what is wrong with an archive, which was not used.
type DamagedError struct {
	Part string // file within the archive; empty for the archive itself
	What string
	err  error
}

// Error implements error.
func (e *DamagedError) Error() string {
	text := "backup: the archive can't be used: "
	if e.Part != "" {
		text += e.Part + ": "
	}
	if text += e.What; e.err != nil {
		text += ": " + e.err.Error()
	}
	return text
}

// Unwrap returns the error beneath, if any.
func (e *DamagedError) Unwrap() error { return e.err }

func damaged(part string, err error, what string, args ...any) error {
	return &DamagedError{Part: part, What: fmt.Sprintf(what, args...), err: err}
}
