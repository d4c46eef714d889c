package store_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/nextflex/nextflex/cmd/nextflexd/internal/store"
	"github.com/nextflex/nextflex/cmd/nextflexd/internal/store/storetest"
)

func TestPosts(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB, clock *storetest.Clock) {
		u, err := db.CreateUser(t.Context(), store.User{Email: "ada@example.org", FirstName: "Ada", LastName: "Lovelace", Active: true})
		require.NoError(t, err)
		bob := raterNamed(t, db, "bob")
		id, err := db.CreatePost(t.Context(), store.Post{UserID: u.ID, MovieID: "1", TMDB: 862, Title: "Ça", Content: "写真 🎬", Rating: 4.5, HiddenBy: 7, HiddenReason: "mine"})
		require.NoError(t, err)
		made := clock.Now()
		want := store.Post{ID: id, UserID: u.ID, FirstName: "Ada", LastName: "Lovelace", MovieID: "1", TMDB: 862, Title: "Ça", Content: "写真 🎬", Rating: 4.5, Version: 1, CreatedAt: made, UpdatedAt: made}
		got, err := db.Post(t.Context(), id)
		require.NoError(t, err)
		require.Equal(t, want, got, "what the staff decides isn't taken")

		clock.Advance(time.Minute)
		require.NoError(t, db.UpdatePost(t.Context(), store.Post{ID: id, Title: "Own"}))
		require.NoError(t, db.Write(t.Context(), func(tx store.Queries) error {
			got, err = tx.LockPost(t.Context(), id)
			return err
		}))
		require.Equal(t, store.Post{ID: id, UserID: u.ID, FirstName: "Ada", LastName: "Lovelace", Title: "Own", Version: 2, CreatedAt: made, UpdatedAt: clock.Now()}, got)

		other, err := db.CreatePost(t.Context(), store.Post{UserID: bob, MovieID: "1", Title: "Bob's"})
		require.NoError(t, err)
		require.NoError(t, db.HidePost(t.Context(), other, u.ID, "rude"))
		list := func(f store.PostFilter) (ids []int64) {
			f.Limit = 10
			posts, err := db.Posts(t.Context(), f)
			require.NoError(t, err)
			for _, p := range posts {
				ids = append(ids, p.ID)
			}
			return ids
		}
		require.Equal(t, []int64{id}, list(store.PostFilter{}))
		require.Equal(t, []int64{id}, list(store.PostFilter{Viewer: u.ID}))
		require.Equal(t, []int64{other, id}, list(store.PostFilter{Viewer: bob}))
		require.Equal(t, []int64{other, id}, list(store.PostFilter{Staff: true}))
		require.Equal(t, []int64{id}, list(store.PostFilter{Staff: true, Before: other}))
		require.Equal(t, []int64{other}, list(store.PostFilter{Staff: true, MovieID: "1"}))
		require.Equal(t, []int64{id}, list(store.PostFilter{Staff: true, UserID: u.ID}))
		hidden, err := db.Post(t.Context(), other)
		require.NoError(t, err)
		require.Equal(t, []any{clock.Now(), u.ID, "rude", int64(2)}, []any{hidden.HiddenAt, hidden.HiddenBy, hidden.HiddenReason, hidden.Version})
		require.NoError(t, db.ShowPost(t.Context(), other))
		require.Equal(t, []int64{other, id}, list(store.PostFilter{}))

		require.NoError(t, db.DeletePost(t.Context(), other))
		require.ErrorIs(t, db.DeletePost(t.Context(), other), store.ErrNotFound)
		require.ErrorIs(t, db.UpdatePost(t.Context(), store.Post{ID: other}), store.ErrNotFound)
		require.ErrorIs(t, db.HidePost(t.Context(), other, 1, ""), store.ErrNotFound)
		require.ErrorIs(t, db.ShowPost(t.Context(), other), store.ErrNotFound)
		n, err := db.CountPosts(t.Context(), u.ID)
		require.NoError(t, err)
		require.Equal(t, int64(1), n)
	})
}

// aPicture keeps a picture of so many bytes, sent by a person.
func aPicture(t *testing.T, db *store.DB, user int64, key string, bytes int64) store.Upload {
	t.Helper()
	var u store.Upload
	require.NoError(t, db.Write(t.Context(), func(tx store.Queries) error {
		err := tx.CreateMedia(t.Context(), store.Media{Key: key, Type: "image/png", Bytes: bytes, Width: 30, Height: 20, Orientation: 6}, store.Rendition{BlobKey: "media/" + key + "/source", Type: "image/png", Bytes: bytes})
		if err != nil {
			return err
		}
		u, err = tx.CreateUpload(t.Context(), store.Upload{UserID: user, MediaKey: key, PostID: 99, Name: "写真.png", Alt: "rain", Metadata: "{}"})
		return err
	}))
	return u
}

func TestMedia(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB, clock *storetest.Clock) {
		ada, bob := raterNamed(t, db, "ada"), raterNamed(t, db, "bob")
		u := aPicture(t, db, ada, "aa", 100)
		require.Zero(t, u.PostID, "an upload begins without a post")
		again, err := db.Upload(t.Context(), u.ID)
		require.NoError(t, err)
		require.Equal(t, u, again)
		m, err := db.Media(t.Context(), "aa")
		require.NoError(t, err)
		require.Equal(t, store.Media{Key: "aa", Type: "image/png", Bytes: 100, Width: 30, Height: 20, Orientation: 6, State: store.MediaPending, CreatedAt: clock.Now()}, m)
		var conflict *store.ConflictError
		require.ErrorAs(t, db.CreateMedia(t.Context(), store.Media{Key: "aa"}, store.Rendition{}), &conflict)

		clock.Advance(time.Second)
		aPicture(t, db, ada, "bb", 50)
		_, err = db.CreateUpload(t.Context(), store.Upload{UserID: ada, MediaKey: "aa"})
		require.NoError(t, err)
		used, err := db.StoredBytes(t.Context(), ada)
		require.NoError(t, err)
		require.Equal(t, int64(150), used, "each picture once")
		pending, err := db.PendingMedia(t.Context(), 10)
		require.NoError(t, err)
		require.Equal(t, []string{"aa", "bb"}, pending)

		set := func(key string) error {
			return db.Write(t.Context(), func(tx store.Queries) error {
				return tx.SetRenditions(t.Context(), key, []store.Rendition{{Size: "thumb", BlobKey: "t" + key, Type: "image/png", Width: 3}, {Size: "full", BlobKey: "f" + key, Type: "image/png", Width: 30}})
			})
		}
		require.NoError(t, set("aa"))
		require.NoError(t, set("aa"), "again replaces them")
		require.ErrorIs(t, set("none"), store.ErrNotFound)
		require.NoError(t, db.FailMedia(t.Context(), "bb", "rotten"))
		require.ErrorIs(t, db.FailMedia(t.Context(), "aa", "rotten"), store.ErrNotFound, "it is ready")
		states, err := db.MediaStates(t.Context(), []string{"aa", "bb", "none"})
		require.NoError(t, err)
		require.Equal(t, []string{store.MediaReady, store.MediaFailed, "rotten"}, []string{states["aa"].State, states["bb"].State, states["bb"].Error})
		renditions, err := db.Renditions(t.Context(), []string{"aa", "bb"})
		require.NoError(t, err)
		require.Len(t, renditions["aa"], 2, "without the source")
		require.Empty(t, renditions["bb"])
		r, err := db.Rendition(t.Context(), "aa", "full")
		require.NoError(t, err)
		require.Equal(t, "faa", r.BlobKey)
		known, err := db.KnownBlobs(t.Context(), []string{"faa", "media/aa/source", "stray"})
		require.NoError(t, err)
		require.Equal(t, map[string]bool{"faa": true, "media/aa/source": true}, known)
		sent, err := db.MediaSentBy(t.Context(), "aa", bob)
		require.NoError(t, err)
		require.False(t, sent)
		for _, empty := range []func() (int, error){
			func() (int, error) { l, err := db.Renditions(t.Context(), nil); return len(l), err },
			func() (int, error) { l, err := db.MediaStates(t.Context(), nil); return len(l), err },
			func() (int, error) { l, err := db.UploadsOfPosts(t.Context(), nil); return len(l), err },
			func() (int, error) { l, err := db.KnownBlobs(t.Context(), nil); return len(l), err },
		} {
			n, err := empty()
			require.NoError(t, err)
			require.Zero(t, n)
		}
	})
}

func TestPicturesOfPosts(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB, clock *storetest.Clock) {
		ada := raterNamed(t, db, "ada")
		post, err := db.CreatePost(t.Context(), store.Post{UserID: ada, Title: "Mine"})
		require.NoError(t, err)
		var uploads []store.Upload
		for i := range 3 {
			uploads = append(uploads, aPicture(t, db, ada, fmt.Sprintf("k%d", i), 1))
		}
		require.NoError(t, db.PlaceUpload(t.Context(), uploads[0].ID, post, 1, "second"))
		require.NoError(t, db.PlaceUpload(t.Context(), uploads[1].ID, post, 0, "first"))
		require.ErrorIs(t, db.PlaceUpload(t.Context(), 999, post, 0, ""), store.ErrNotFound)
		byPost, err := db.UploadsOfPosts(t.Context(), []int64{post, 999})
		require.NoError(t, err)
		require.Equal(t, []string{"first", "second"}, []string{byPost[post][0].Alt, byPost[post][1].Alt})
		public, err := db.MediaPublished(t.Context(), "k0")
		require.NoError(t, err)
		require.True(t, public)
		require.NoError(t, db.HidePost(t.Context(), post, ada, ""))
		public, err = db.MediaPublished(t.Context(), "k0")
		require.NoError(t, err)
		require.False(t, public)

		clock.Advance(time.Hour)
		n, err := db.CountStaleUploads(t.Context(), clock.Now())
		require.NoError(t, err)
		require.Equal(t, int64(1), n)
		stale, err := db.StaleUploads(t.Context(), clock.Now(), 10)
		require.NoError(t, err)
		require.Equal(t, []store.Upload{uploads[2]}, stale)
		deleted, err := db.DeleteStaleUpload(t.Context(), uploads[0].ID)
		require.NoError(t, err)
		require.False(t, deleted, "it is in a post")
		deleted, err = db.DeleteStaleUpload(t.Context(), uploads[2].ID)
		require.NoError(t, err)
		require.True(t, deleted)
		unused, err := db.UnusedMedia(t.Context(), "", 10)
		require.NoError(t, err)
		require.Equal(t, []string{"k2"}, unused)

		forget := func(key string) (blobs []string, err error) {
			err = db.Write(t.Context(), func(tx store.Queries) error {
				var err error
				blobs, err = tx.ForgetMedia(t.Context(), key)
				return err
			})
			return blobs, err
		}
		blobs, err := forget("k0")
		require.NoError(t, err)
		require.Empty(t, blobs, "a post has it")
		blobs, err = forget("k2")
		require.NoError(t, err)
		require.Equal(t, []string{"media/k2/source"}, blobs)
		_, err = forget("k2")
		require.ErrorIs(t, err, store.ErrNotFound)

		list, err := db.Uploads(t.Context(), ada, 0, 1)
		require.NoError(t, err)
		require.Equal(t, uploads[1].ID, list[0].ID)
		list, err = db.Uploads(t.Context(), ada, list[0].ID, 10)
		require.NoError(t, err)
		require.Len(t, list, 1)
		require.NoError(t, db.Write(t.Context(), func(tx store.Queries) error { return tx.DeletePost(t.Context(), post) }))
		list, err = db.Uploads(t.Context(), ada, 0, 10)
		require.NoError(t, err)
		require.Empty(t, list, "with the post go its uploads")
		require.ErrorIs(t, db.DeleteUpload(t.Context(), uploads[0].ID), store.ErrNotFound)
	})
}
