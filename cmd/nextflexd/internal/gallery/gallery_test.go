package gallery

import (
	"context"
	"errors"
	"io"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/nextflex/nextflex/cmd/nextflexd/internal/blob"
	"github.com/nextflex/nextflex/cmd/nextflexd/internal/media"
	"github.com/nextflex/nextflex/cmd/nextflexd/internal/media/mediatest"
	"github.com/nextflex/nextflex/cmd/nextflexd/internal/store"
	"github.com/nextflex/nextflex/cmd/nextflexd/internal/store/storetest"
)

func TestMain(m *testing.M) { os.Exit(storetest.Main(m)) }

func newGallery(t *testing.T, db *store.DB) *Gallery {
	t.Helper()
	blobs, err := blob.Open(t.Context(), t.TempDir())
	require.NoError(t, err)
	return New(Config{DB: db, Blobs: blobs, Quota: 1 << 20})
}

func userNamed(t *testing.T, db *store.DB, name string) int64 {
	t.Helper()
	u, err := db.CreateUser(t.Context(), store.User{Email: name + "@example.org", Active: true})
	require.NoError(t, err)
	return u.ID
}

// run has renditions made until a picture is in a state.
func (g *Gallery) run(t *testing.T, key, state string) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan struct{})
	go func() { defer close(ended); g.Run(ctx) }()
	require.Eventually(t, func() bool {
		m, err := g.config.DB.Media(t.Context(), key)
		return err == nil && m.State == state
	}, 2*time.Minute, 5*time.Millisecond)
	cancel()
	<-ended
}

func (g *Gallery) keys(t *testing.T) []string {
	t.Helper()
	var keys []string
	for info, err := range g.config.Blobs.List(t.Context(), "") {
		require.NoError(t, err)
		keys = append(keys, info.Key)
	}
	return keys
}

// TestRenditionsAfterARestart sends a picture while nobody makes renditions, and
// starts another gallery over the same places.
func TestRenditionsAfterARestart(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB, _ *storetest.Clock) {
		g := newGallery(t, db)
		ada := userNamed(t, db, "ada")
		u, err := g.Accept(t.Context(), ada, mediatest.Photo(t, 400, 300), "a.jpg", "Ada")
		require.NoError(t, err)
		require.Equal(t, "Ada", u.Alt)
		_, _, err = g.Open(t.Context(), u.MediaKey, media.Thumb)
		require.ErrorIs(t, err, store.ErrNotFound)
		again := New(g.config)
		again.run(t, u.MediaKey, store.MediaReady)
		content, r, err := again.Open(t.Context(), u.MediaKey, media.Thumb)
		require.NoError(t, err)
		defer content.Close()
		require.Equal(t, "image/jpeg", r.Type)
		require.Equal(t, []int{180, 240}, []int{r.Width, r.Height}, "upright: the orientation is kept beside the copy, which has no metadata")
		data, err := io.ReadAll(content)
		require.NoError(t, err)
		require.Len(t, data, int(r.Bytes))
		_, _, err = again.Open(t.Context(), u.MediaKey, media.Size(store.MediaSource))
		require.ErrorIs(t, err, store.ErrNotFound, "the copy isn't for anybody")
		pending, err := db.PendingMedia(t.Context(), 10)
		require.NoError(t, err)
		require.Empty(t, pending)
	})
}

func TestAFailedPicture(t *testing.T) {
	db, _ := storetest.SQLite(t)
	g := newGallery(t, db)
	u, err := g.Accept(t.Context(), userNamed(t, db, "ada"), mediatest.Noise(t, 30, 20, 1), "a.png", "")
	require.NoError(t, err)
	r, err := db.Rendition(t.Context(), u.MediaKey, store.MediaSource)
	require.NoError(t, err)
	_, err = g.config.Blobs.Put(t.Context(), r.BlobKey, strings.NewReader("rotten"), blob.PutOptions{Limit: 10})
	require.NoError(t, err)
	g.run(t, u.MediaKey, store.MediaFailed)
	m, err := db.Media(t.Context(), u.MediaKey)
	require.NoError(t, err)
	require.Contains(t, m.Error, "accepted")
}

func TestTheSamePictureAtOnce(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB, _ *storetest.Clock) {
		g := newGallery(t, db)
		data := mediatest.Noise(t, 30, 20, 1)
		var together sync.WaitGroup
		errs := make([]error, 6)
		for i := range errs {
			user := userNamed(t, db, strings.Repeat("x", i+1))
			together.Go(func() { _, errs[i] = g.Accept(t.Context(), user, data, "a.png", "") })
		}
		together.Wait()
		require.NoError(t, errors.Join(errs...))
		require.Len(t, g.keys(t), 1, "stored once")
	})
}

func TestQuota(t *testing.T) {
	db, _ := storetest.SQLite(t)
	g := newGallery(t, db)
	ada := userNamed(t, db, "ada")
	big := mediatest.Noise(t, 500, 500, 1) // 750 kB
	_, err := g.Accept(t.Context(), ada, big, "a.png", "")
	require.NoError(t, err)
	_, err = g.Accept(t.Context(), ada, big, "b.png", "")
	require.NoError(t, err, "the same picture takes nothing more")
	_, err = g.Accept(t.Context(), ada, mediatest.Noise(t, 500, 500, 2), "c.png", "")
	var quota *QuotaError
	require.ErrorAs(t, err, &quota)
	require.Equal(t, int64(1<<20), quota.Quota)
	require.ErrorContains(t, err, "bytes are in use")
	require.Len(t, g.keys(t), 1, "what was refused isn't stored")
}

func TestSweep(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB, clock *storetest.Clock) {
		g := newGallery(t, db)
		ada := userNamed(t, db, "ada")
		accept := func(seed uint64) store.Upload {
			u, err := g.Accept(t.Context(), ada, mediatest.Noise(t, 30, 20, seed), "a.png", "")
			require.NoError(t, err)
			return u
		}
		used, stale := accept(1), accept(2)
		post, err := db.CreatePost(t.Context(), store.Post{UserID: ada, Title: "Mine"})
		require.NoError(t, err)
		require.NoError(t, db.PlaceUpload(t.Context(), used.ID, post, 0, ""))
		bob := userNamed(t, db, "bob")
		_, err = g.Accept(t.Context(), bob, mediatest.Noise(t, 30, 20, 3), "b.png", "")
		require.NoError(t, err)
		require.NoError(t, db.DeleteUser(t.Context(), bob))
		stray := "media/ff/stray/source"
		_, err = g.config.Blobs.Put(t.Context(), stray, strings.NewReader("stray"), blob.PutOptions{Limit: 10})
		require.NoError(t, err)
		clock.Advance(25 * time.Hour)
		fresh := accept(4)

		before := clock.Now().Add(-24 * time.Hour)
		report, err := g.Sweep(t.Context(), SweepOptions{Before: before, DryRun: true})
		require.NoError(t, err)
		require.Equal(t, SweepReport{Uploads: 1, Pictures: 1}, report, "Bob's picture; the folder's times are those of today")
		require.Len(t, g.keys(t), 5)

		report, err = g.Sweep(t.Context(), SweepOptions{Before: before})
		require.NoError(t, err)
		require.Equal(t, SweepReport{Uploads: 1, Pictures: 2}, report)
		_, err = db.Upload(t.Context(), stale.ID)
		require.ErrorIs(t, err, store.ErrNotFound)
		_, err = db.Upload(t.Context(), fresh.ID)
		require.NoError(t, err)

		report, err = g.Sweep(t.Context(), SweepOptions{Before: time.Now().Add(time.Hour), DryRun: true})
		require.NoError(t, err)
		require.Equal(t, 1, report.Blobs)
		require.Equal(t, int64(5), report.Bytes)
		require.Contains(t, g.keys(t), stray)
		require.NoError(t, g.sweepBlobs(t.Context(), SweepOptions{Before: time.Now().Add(time.Hour)}, &report))
		require.NotContains(t, g.keys(t), stray)
		require.Len(t, g.keys(t), 2)
	})
}

// TestForgottenWhileBeingMade deletes a picture between its reading and the
// keeping of its renditions.
func TestForgottenWhileBeingMade(t *testing.T) {
	db, _ := storetest.SQLite(t)
	g := newGallery(t, db)
	u, err := g.Accept(t.Context(), userNamed(t, db, "ada"), mediatest.Noise(t, 30, 20, 1), "a.png", "")
	require.NoError(t, err)
	require.NoError(t, db.DeleteUpload(t.Context(), u.ID))
	k := keeper{g}
	clean, orientation, err := k.Original(t.Context(), u.MediaKey)
	require.NoError(t, err)
	renditions, err := g.processor.Render(t.Context(), clean, orientation)
	require.NoError(t, err)
	g.config.Blobs = forgettingBlobs{g.config.Blobs, func() { _, _ = g.forget(t.Context(), u.MediaKey) }}
	require.NoError(t, k.Keep(t.Context(), u.MediaKey, renditions))
	require.Empty(t, g.keys(t))
	_, _, err = k.Original(t.Context(), u.MediaKey)
	require.ErrorIs(t, err, media.ErrDone)
}

// forgettingBlobs calls a function before the first content is stored.
type forgettingBlobs struct {
	blob.Store
	first func()
}

func (b forgettingBlobs) Put(ctx context.Context, key string, content io.Reader, options blob.PutOptions) (blob.Info, error) {
	b.first()
	return b.Store.Put(ctx, key, content, options)
}
