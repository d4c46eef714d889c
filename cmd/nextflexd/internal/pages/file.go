package pages

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"io/fs"
	"mime"
	"net/http"
	"path"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/andybalholm/brotli"
	"github.com/klauspost/compress/gzip"
)

// file is one of the built interface. It is compressed when it is first asked
// for, and kept so: the files are few and never change.
type file struct {
	open      func() ([]byte, error)
	mediaType string
	tag       string                            // strong ETag (RFC 9110, section 8.8.3) of the plain bytes
	fixed     bool                              // its name holds a hash of its content
	small     map[string]func() ([]byte, error) // by content coding; empty for what doesn't become smaller
}

// mediaTypes are those that not every system knows.
var mediaTypes = map[string]string{
	".js": "text/javascript; charset=utf-8", ".css": "text/css; charset=utf-8", ".svg": "image/svg+xml", ".woff2": "font/woff2",
	".webmanifest": "application/manifest+json", ".json": "application/json", ".txt": "text/plain; charset=utf-8", ".png": "image/png",
}

// compresses says which files become smaller.
var compresses = map[string]bool{".js": true, ".css": true, ".svg": true, ".webmanifest": true, ".json": true, ".txt": true}

// readFiles lists the files that are served by their own names: all but the
// document, and what the build wrote for the daemon.
func (h *Handler) readFiles() error {
	return fs.WalkDir(h.config.Files, ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if strings.HasPrefix(entry.Name(), ".") && name != "." {
			if entry.IsDir() {
				return fs.SkipDir
			}
			return nil
		}
		if entry.IsDir() || name == "index.html" {
			return nil
		}
		text, err := fs.ReadFile(h.config.Files, name)
		if err != nil {
			return err
		}
		sum := sha256.Sum256(text)
		f := &file{
			open:      func() ([]byte, error) { return fs.ReadFile(h.config.Files, name) },
			mediaType: mediaTypes[path.Ext(name)], tag: hex.EncodeToString(sum[:12]), fixed: strings.HasPrefix(name, "assets/"),
		}
		if f.mediaType == "" {
			f.mediaType = mime.TypeByExtension(path.Ext(name))
		}
		if compresses[path.Ext(name)] {
			f.small = map[string]func() ([]byte, error){}
			for coding, writer := range codings {
				f.small[coding] = sync.OnceValues(func() ([]byte, error) { return shrink(f.open, writer) })
			}
		}
		h.files[name] = f
		return nil
	})
}

// codings are the content codings in which files are sent (RFC 9110, section
// 8.4.1; RFC 7932). Brotli's levels above this one cost the first visitor seconds.
var codings = map[string]func(io.Writer) (io.WriteCloser, error){
	"br":   func(w io.Writer) (io.WriteCloser, error) { return brotli.NewWriterLevel(w, 8), nil },
	"gzip": func(w io.Writer) (io.WriteCloser, error) { return gzip.NewWriterLevel(w, gzip.BestCompression) },
}

// quick are the same for a document, which is made for each answer.
var quick = map[string]func(io.Writer) (io.WriteCloser, error){
	"br":   func(w io.Writer) (io.WriteCloser, error) { return brotli.NewWriterLevel(w, 4), nil },
	"gzip": func(w io.Writer) (io.WriteCloser, error) { return gzip.NewWriterLevel(w, gzip.DefaultCompression) },
}

// preferred is the order in which a coding is chosen.
var preferred = []string{"br", "gzip"}

// shrink compresses a file.
func shrink(open func() ([]byte, error), writer func(io.Writer) (io.WriteCloser, error)) ([]byte, error) {
	text, err := open()
	if err != nil {
		return nil, err
	}
	var b bytes.Buffer
	w, err := writer(&b)
	if err != nil {
		return nil, err
	}
	if _, err := w.Write(text); err != nil {
		return nil, err
	}
	if err := w.Close(); err != nil {
		return nil, err
	}
	return bytes.Clone(b.Bytes()), nil
}

func (f *file) serve(w http.ResponseWriter, r *http.Request) {
	open, tag := f.open, f.tag
	header := w.Header()
	header.Set("Content-Type", f.mediaType)
	if f.fixed {
		header.Set("Cache-Control", "public, max-age=31536000, immutable")
	} else {
		header.Set("Cache-Control", "public, max-age=3600")
	}
	if f.small != nil {
		header.Set("Vary", "Accept-Encoding")
		if coding := codingFor(r.Header.Get("Accept-Encoding")); coding != "" {
			open, tag = f.small[coding], tag+"-"+coding
			header.Set("Content-Encoding", coding)
		}
	}
	text, err := open()
	if err != nil { // the files are part of the program
		header.Del("Content-Encoding")
		http.Error(w, "the file can't be read", http.StatusInternalServerError)
		return
	}
	header.Set("ETag", fmt.Sprintf("%q", tag))
	http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(text))
}

// codingFor reads Accept-Encoding (RFC 9110, section 12.5.3) and returns the best
// coding that the client takes, empty for none.
func codingFor(accepted string) string {
	takes := map[string]bool{}
	for one := range strings.SplitSeq(accepted, ",") {
		coding, parameters, _ := strings.Cut(strings.TrimSpace(one), ";")
		takes[coding] = true
		if weight, weighted := strings.CutPrefix(strings.ReplaceAll(parameters, " ", ""), "q="); weighted {
			q, err := strconv.ParseFloat(weight, 64)
			takes[coding] = err == nil && q > 0
		}
	}
	for _, coding := range preferred {
		if wanted, named := takes[coding]; wanted || (!named && takes["*"]) {
			return coding
		}
	}
	return ""
}
