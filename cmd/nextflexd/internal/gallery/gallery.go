// Package gallery takes the pictures that people send, keeps them, and has their
// renditions made. It joins package media, which knows pictures, with the
// database and the place for large contents:
//
//	upload, err := g.Accept(ctx, userID, data, "IMG_0042.jpg", "a heron")
//	content, rendition, err := g.Open(ctx, upload.MediaKey, media.Card)
//
// A picture is stored once, under the hash of what was sent, however often it is
// sent. What is stored has no metadata; what was read from them is kept with the
// upload. Renditions are made while Run runs. What nobody uses any longer is
// removed by Forget, and by Sweep what was left.
package gallery

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"slices"
	"strings"
	"time"

	"github.com/nextflex/nextflex/cmd/nextflexd/internal/blob"
	"github.com/nextflex/nextflex/cmd/nextflexd/internal/media"
	"github.com/nextflex/nextflex/cmd/nextflexd/internal/store"
)

// Config sets up a gallery.
type Config struct {
	DB     *store.DB
	Blobs  blob.Store
	Log    *slog.Logger
	AtOnce int   // pictures that are processed at once; 0 means 1
	Quota  int64 // bytes that a person's pictures may take as stored, without renditions; 0 means 500 MiB
}

// DefaultQuota is the quota where none is configured.
const DefaultQuota = 500 << 20

// Gallery is safe for concurrent use.
type Gallery struct {
	config    Config
	processor *media.Processor
	pool      *media.Pool
}

// QuotaError is returned where a person has too much stored.
type QuotaError struct {
	Used, Quota int64 // bytes
}

// Error implements error.
func (e *QuotaError) Error() string {
	return fmt.Sprintf("gallery: %d of %d bytes are in use", e.Used, e.Quota)
}

// New returns a gallery.
func New(config Config) *Gallery {
	if config.Quota == 0 {
		config.Quota = DefaultQuota
	}
	if config.Log == nil {
		config.Log = slog.New(slog.DiscardHandler)
	}
	g := &Gallery{config: config, processor: media.NewProcessor(config.AtOnce)}
	g.pool = media.NewPool(g.processor, keeper{g}, media.PoolOptions{Workers: config.AtOnce, Failed: func(key string, err error) {
		config.Log.Warn("renditions", "media", key, "error", err)
	}})
	return g
}

// Run makes renditions until the context ends, beginning with those that an
// earlier run left undone.
func (g *Gallery) Run(ctx context.Context) { g.pool.Run(ctx) }

// Accept checks a picture that a person sent, and keeps it. What isn't accepted
// is a *media.RefusedError, what is too much a *QuotaError.
func (g *Gallery) Accept(ctx context.Context, user int64, data []byte, name, alt string) (store.Upload, error) {
	used, err := g.config.DB.StoredBytes(ctx, user)
	if err != nil {
		return store.Upload{}, err
	}
	if used >= g.config.Quota { // before the work is done
		return store.Upload{}, &QuotaError{used, g.config.Quota}
	}
	in, err := g.processor.Inspect(ctx, data, name)
	if err != nil {
		return store.Upload{}, err
	}
	metadata, err := json.Marshal(in.Metadata)
	if err != nil {
		return store.Upload{}, fmt.Errorf("gallery: metadata: %w", err)
	}
	source, fresh, err := g.keepSource(ctx, in)
	if err != nil {
		return store.Upload{}, err
	}
	upload := store.Upload{UserID: user, MediaKey: in.Key, Name: in.Metadata.Name, Alt: alt, Metadata: string(metadata)}
	var taken bool
	err = g.config.DB.Write(ctx, func(tx store.Queries) error {
		var err error
		upload, taken, err = g.keepUpload(ctx, tx, upload, in, source)
		return err
	})
	if fresh && (err != nil || !taken) {
		g.remove(ctx, source.BlobKey)
	}
	if err != nil {
		return store.Upload{}, err
	}
	g.pool.Add(in.Key)
	return upload, nil
}

// keepSource stores the copy without metadata under a key of its own, unless the
// picture is known. Two that send the same picture at once may both store it;
// the one that comes second to the table removes its copy.
func (g *Gallery) keepSource(ctx context.Context, in *media.Inspection) (source store.Rendition, fresh bool, err error) {
	if _, err := g.config.DB.Media(ctx, in.Key); err == nil {
		return store.Rendition{}, false, nil
	} else if !errors.Is(err, store.ErrNotFound) {
		return store.Rendition{}, false, err
	}
	source = store.Rendition{
		MediaKey: in.Key, Size: store.MediaSource, Type: in.Metadata.MediaType, Width: in.Metadata.Width, Height: in.Metadata.Height, Bytes: int64(len(in.Clean)),
		// The random part keeps what is removed apart from what comes again.
		BlobKey: fmt.Sprintf("%s%s/%s-%s/source", prefix, in.Key[:2], in.Key, strings.ToLower(rand.Text()[:8])),
	}
	_, err = g.config.Blobs.Put(ctx, source.BlobKey, bytes.NewReader(in.Clean), blob.PutOptions{Type: source.Type, Limit: media.MaxBytes + 1024})
	if err != nil {
		return store.Rendition{}, false, fmt.Errorf("gallery: storing a picture: %w", err)
	}
	return source, true, nil
}

// prefix is where pictures lie among the blobs.
const prefix = "media/"

// keepUpload keeps an upload, and the picture where it is new.
func (g *Gallery) keepUpload(ctx context.Context, tx store.Queries, upload store.Upload, in *media.Inspection, source store.Rendition) (kept store.Upload, taken bool, err error) {
	if _, err := tx.LockUser(ctx, upload.UserID); err != nil { // one upload of a person after the other
		return upload, false, err
	}
	_, err = tx.LockMedia(ctx, in.Key)
	switch {
	case errors.Is(err, store.ErrNotFound) && source.BlobKey == "":
		return upload, false, fmt.Errorf("gallery: the picture was deleted at this moment: %w", media.ErrNoPlace)
	case errors.Is(err, store.ErrNotFound):
		err = tx.CreateMedia(ctx, store.Media{
			Key: in.Key, Type: in.Metadata.MediaType, Bytes: source.Bytes,
			Width: in.Metadata.Width, Height: in.Metadata.Height, Orientation: in.Metadata.Orientation,
		}, source)
		taken = err == nil
	}
	if err != nil {
		return upload, false, err
	}
	if upload, err = tx.CreateUpload(ctx, upload); err != nil {
		return upload, false, err
	}
	used, err := tx.StoredBytes(ctx, upload.UserID)
	if err == nil && used > g.config.Quota {
		err = &QuotaError{used, g.config.Quota}
	}
	return upload, taken, err
}

// Open opens a rendition. Where it isn't made yet, the error is
// store.ErrNotFound.
func (g *Gallery) Open(ctx context.Context, key string, size media.Size) (*blob.Content, store.Rendition, error) {
	if !slices.Contains(media.Sizes(), size) {
		return nil, store.Rendition{}, store.ErrNotFound
	}
	r, err := g.config.DB.Rendition(ctx, key, string(size))
	if err != nil {
		return nil, r, err
	}
	content, err := g.config.Blobs.Open(ctx, r.BlobKey)
	if err != nil {
		return nil, r, fmt.Errorf("gallery: opening a rendition: %w", err)
	}
	return content, r, nil
}

// OpenPicture opens the largest rendition of a picture that there is. Where none
// is made yet, the error is store.ErrNotFound.
func (g *Gallery) OpenPicture(ctx context.Context, key string) (content io.ReadCloser, mediaType string, err error) {
	for _, size := range []media.Size{media.Full, media.Card, media.Thumb} {
		content, rendition, err := g.Open(ctx, key, size)
		if !errors.Is(err, store.ErrNotFound) {
			return content, rendition.Type, err
		}
	}
	return nil, "", store.ErrNotFound
}

// Forget removes pictures that no upload has any longer. What fails is logged
// and left to Sweep.
func (g *Gallery) Forget(ctx context.Context, keys ...string) {
	ctx = context.WithoutCancel(ctx) // the row is gone whether the client waits or not
	for _, key := range keys {
		if _, err := g.forget(ctx, key); err != nil && !errors.Is(err, store.ErrNotFound) {
			g.config.Log.Warn("forgetting a picture", "media", key, "error", err)
		}
	}
}

func (g *Gallery) forget(ctx context.Context, key string) (removed int, err error) {
	var blobs []string
	err = g.config.DB.Write(ctx, func(tx store.Queries) error {
		var err error
		blobs, err = tx.ForgetMedia(ctx, key)
		return err
	})
	if err != nil {
		return 0, err
	}
	for _, b := range blobs {
		g.remove(ctx, b)
	}
	return len(blobs), nil
}

// remove deletes a blob; what fails is logged and left to Sweep.
func (g *Gallery) remove(ctx context.Context, key string) {
	if err := g.config.Blobs.Delete(context.WithoutCancel(ctx), key); err != nil {
		g.config.Log.Warn("removing a picture", "blob", key, "error", err)
	}
}

// keeper is what the pool sees of a gallery.
type keeper struct{ *Gallery }

// Pending implements media.Keeper.
func (k keeper) Pending(ctx context.Context, limit int) ([]string, error) {
	return k.config.DB.PendingMedia(ctx, limit)
}

// Original implements media.Keeper.
func (k keeper) Original(ctx context.Context, key string) ([]byte, int, error) {
	m, err := k.config.DB.Media(ctx, key)
	if errors.Is(err, store.ErrNotFound) || err == nil && m.State != store.MediaPending {
		return nil, 0, media.ErrDone
	}
	if err != nil {
		return nil, 0, err
	}
	r, err := k.config.DB.Rendition(ctx, key, store.MediaSource)
	if err != nil {
		return nil, 0, err
	}
	content, err := k.config.Blobs.Open(ctx, r.BlobKey)
	if err != nil {
		return nil, 0, err
	}
	defer content.Close()
	data, err := io.ReadAll(io.LimitReader(content, media.MaxBytes+1))
	return data, m.Orientation, err
}

// Keep implements media.Keeper.
func (k keeper) Keep(ctx context.Context, key string, renditions []media.Rendition) error {
	source, err := k.config.DB.Rendition(ctx, key, store.MediaSource)
	if err != nil {
		return err
	}
	folder := strings.TrimSuffix(source.BlobKey, "source")
	list := make([]store.Rendition, len(renditions))
	for i, r := range renditions {
		list[i] = store.Rendition{Size: string(r.Size), BlobKey: folder + string(r.Size), Type: r.MediaType, Width: r.Width, Height: r.Height, Bytes: int64(len(r.Data))}
		if _, err := k.config.Blobs.Put(ctx, list[i].BlobKey, bytes.NewReader(r.Data), blob.PutOptions{Type: r.MediaType, Limit: int64(len(r.Data)) + 1}); err != nil {
			return err
		}
	}
	err = k.config.DB.Write(ctx, func(tx store.Queries) error { return tx.SetRenditions(ctx, key, list) })
	if errors.Is(err, store.ErrNotFound) { // forgotten meanwhile
		for _, r := range list {
			k.remove(ctx, r.BlobKey)
		}
		return nil
	}
	return err
}

// Fail implements media.Keeper.
func (k keeper) Fail(ctx context.Context, key, reason string) error {
	return k.config.DB.FailMedia(ctx, key, reason)
}

// SweepOptions say what Sweep removes.
type SweepOptions struct {
	Before time.Time // uploads without a post and blobs of before are removed
	DryRun bool      // only count
}

// SweepReport says what Sweep removed, or would remove.
type SweepReport struct {
	Uploads  int   `json:"uploads" doc:"that belonged to no post"`
	Pictures int   `json:"pictures" doc:"that no upload had"`
	Blobs    int   `json:"blobs" doc:"that no picture had"`
	Bytes    int64 `json:"bytes" doc:"of these blobs"`
}

// sweepBatch is how many things are looked at together.
const sweepBatch = 200

// Sweep removes what nobody uses: uploads that were put in no post for long,
// pictures that no upload has, and blobs that belong to no picture, such as
// those of a server that ended between storing and noting. It may run while
// people send pictures. On an error the report holds what was done before.
func (g *Gallery) Sweep(ctx context.Context, options SweepOptions) (SweepReport, error) {
	var report SweepReport
	for _, step := range []func(context.Context, SweepOptions, *SweepReport) error{g.sweepUploads, g.sweepPictures, g.sweepBlobs} {
		if err := step(ctx, options, &report); err != nil {
			return report, fmt.Errorf("gallery: sweeping: %w", err)
		}
	}
	return report, nil
}

func (g *Gallery) sweepUploads(ctx context.Context, options SweepOptions, report *SweepReport) error {
	if options.DryRun {
		stale, err := g.config.DB.CountStaleUploads(ctx, options.Before)
		report.Uploads = int(stale)
		return err
	}
	for {
		stale, err := g.config.DB.StaleUploads(ctx, options.Before, sweepBatch)
		if err != nil || len(stale) == 0 {
			return err
		}
		for _, u := range stale {
			deleted, err := g.config.DB.DeleteStaleUpload(ctx, u.ID)
			if err != nil {
				return err
			}
			if deleted {
				report.Uploads++
			}
		}
	}
}

func (g *Gallery) sweepPictures(ctx context.Context, options SweepOptions, report *SweepReport) error {
	for after := ""; ; {
		keys, err := g.config.DB.UnusedMedia(ctx, after, sweepBatch)
		if err != nil || len(keys) == 0 {
			return err
		}
		after = keys[len(keys)-1]
		for _, key := range keys {
			removed := 1
			if !options.DryRun {
				if removed, err = g.forget(ctx, key); err != nil && !errors.Is(err, store.ErrNotFound) {
					return err
				}
			}
			if removed > 0 {
				report.Pictures++
			}
		}
	}
}

func (g *Gallery) sweepBlobs(ctx context.Context, options SweepOptions, report *SweepReport) error {
	var batch []blob.Info
	flush := func() error {
		keys := make([]string, len(batch))
		for i, b := range batch {
			keys[i] = b.Key
		}
		known, err := g.config.DB.KnownBlobs(ctx, keys)
		if err != nil {
			return err
		}
		for _, b := range batch {
			if known[b.Key] {
				continue
			}
			if !options.DryRun {
				if err := g.config.Blobs.Delete(ctx, b.Key); err != nil {
					return err
				}
			}
			report.Blobs++
			report.Bytes += b.Size
		}
		batch = batch[:0]
		return nil
	}
	for info, err := range g.config.Blobs.List(ctx, prefix) {
		if err != nil {
			return err
		}
		if !info.Modified.Before(options.Before) {
			continue // its picture may be about to be noted
		}
		if batch = append(batch, info); len(batch) == sweepBatch {
			if err := flush(); err != nil {
				return err
			}
		}
	}
	return flush()
}
