package store

import (
	"context"
	"time"
)

// The states of a picture.
const (
	MediaPending = "pending" // its renditions aren't made yet
	MediaReady   = "ready"
	MediaFailed  = "failed" // no renditions can be made; Error says why
)

// MediaSource is the size of the rendition that holds the stored copy of what
// was sent, without metadata. It is never served.
const MediaSource = "source"

// Media is a picture. However often and by whomever it is sent, it is stored
// once, under the hash of what was sent.
type Media struct {
	Key         string
	Type        string // media type
	Bytes       int64  // of the stored copy
	Width       int
	Height      int
	Orientation int // as EXIF counts it, 1 to 8
	State       string
	Error       string
	CreatedAt   time.Time
}

// Rendition is a stored form of a picture.
type Rendition struct {
	MediaKey string
	Size     string // thumb, card, full, or MediaSource
	BlobKey  string // where it lies; never used twice
	Type     string
	Width    int
	Height   int
	Bytes    int64
}

// Upload is a picture that a person sent.
type Upload struct {
	ID        int64
	UserID    int64
	MediaKey  string
	PostID    int64 // 0 while it belongs to no post
	Position  int   // within the post, from 0
	Name      string
	Alt       string // what the picture shows, for those who don't see it
	Metadata  string // JSON, as package media has it
	CreatedAt time.Time
}

const (
	mediaColumns     = "media_key, type, bytes, width, height, orientation, state, error, created_at"
	renditionColumns = "media_key, size, blob_key, type, width, height, bytes"
	uploadColumns    = "id, user_id, media_key, COALESCE(post_id, 0), position, name, alt, metadata, created_at"
)

func scanMedia(row scanner) (Media, error) {
	var m Media
	err := row.Scan(&m.Key, &m.Type, &m.Bytes, &m.Width, &m.Height, &m.Orientation, &m.State, &m.Error, moment{&m.CreatedAt})
	return m, err
}

func scanRendition(row scanner) (Rendition, error) {
	var r Rendition
	err := row.Scan(&r.MediaKey, &r.Size, &r.BlobKey, &r.Type, &r.Width, &r.Height, &r.Bytes)
	return r, err
}

func scanUpload(row scanner) (Upload, error) {
	var u Upload
	err := row.Scan(&u.ID, &u.UserID, &u.MediaKey, &u.PostID, &u.Position, &u.Name, &u.Alt, &u.Metadata, moment{&u.CreatedAt})
	return u, err
}

// CreateMedia keeps a new picture, which is pending, and its stored copy. Where
// the picture is there already the error is a *ConflictError. Call it in a
// transaction.
func (q Queries) CreateMedia(ctx context.Context, m Media, source Rendition) error {
	_, err := q.exec(ctx, "keeping a picture", "INSERT INTO media (media_key, type, bytes, width, height, orientation, state, error, created_at) VALUES ("+marks(9)+")",
		m.Key, m.Type, m.Bytes, m.Width, m.Height, m.Orientation, MediaPending, "", millis(q.Now()))
	if err != nil {
		return err
	}
	source.Size = MediaSource
	return q.addRendition(ctx, m.Key, source)
}

func (q Queries) addRendition(ctx context.Context, key string, r Rendition) error {
	_, err := q.exec(ctx, "keeping a rendition", "INSERT INTO renditions ("+renditionColumns+") VALUES ("+marks(7)+")",
		key, r.Size, r.BlobKey, r.Type, r.Width, r.Height, r.Bytes)
	return err
}

// Media returns a picture.
func (q Queries) Media(ctx context.Context, key string) (Media, error) {
	return one(ctx, q, "reading a picture", scanMedia, "SELECT "+mediaColumns+" FROM media WHERE media_key = ?", key)
}

// LockMedia is Media inside a transaction in which the picture must stay.
func (q Queries) LockMedia(ctx context.Context, key string) (Media, error) {
	return one(ctx, q, "reading a picture", scanMedia, "SELECT "+mediaColumns+" FROM media WHERE media_key = ?"+q.locking(), key)
}

// PendingMedia lists the keys of pictures without renditions, the oldest first.
func (q Queries) PendingMedia(ctx context.Context, limit int) ([]string, error) {
	return all(ctx, q, "listing pictures without renditions", scanText, "SELECT media_key FROM media WHERE state = ? ORDER BY created_at, media_key LIMIT ?", MediaPending, limit)
}

// SetRenditions keeps the renditions of a picture, which is ready then. Call it
// in a transaction. A picture that is gone is ErrNotFound.
func (q Queries) SetRenditions(ctx context.Context, key string, list []Rendition) error {
	if _, err := q.LockMedia(ctx, key); err != nil {
		return err
	}
	if _, err := q.exec(ctx, "replacing renditions", "DELETE FROM renditions WHERE media_key = ? AND size <> ?", key, MediaSource); err != nil {
		return err
	}
	for _, r := range list {
		if err := q.addRendition(ctx, key, r); err != nil {
			return err
		}
	}
	_, err := q.exec(ctx, "noting that renditions are ready", "UPDATE media SET state = ?, error = ? WHERE media_key = ?", MediaReady, "", key)
	return err
}

// FailMedia notes that no renditions can be made of a picture, and why.
func (q Queries) FailMedia(ctx context.Context, key, reason string) error {
	return q.execOne(ctx, "noting a failure", "UPDATE media SET state = ?, error = ? WHERE media_key = ? AND state = ?", MediaFailed, cut(reason, 255), key, MediaPending)
}

// Rendition returns one form of a picture.
func (q Queries) Rendition(ctx context.Context, key, size string) (Rendition, error) {
	return one(ctx, q, "reading a rendition", scanRendition, "SELECT "+renditionColumns+" FROM renditions WHERE media_key = ? AND size = ?", key, size)
}

// Renditions returns the forms of pictures that can be served, by key.
func (q Queries) Renditions(ctx context.Context, keys []string) (map[string][]Rendition, error) {
	byKey := map[string][]Rendition{}
	if len(keys) == 0 {
		return byKey, nil
	}
	args := make([]any, 0, len(keys)+1)
	for _, key := range keys {
		args = append(args, key)
	}
	list, err := all(ctx, q, "reading renditions", scanRendition, "SELECT "+renditionColumns+" FROM renditions WHERE media_key IN ("+marks(len(keys))+") AND size <> ? ORDER BY width, size", append(args, MediaSource)...)
	for _, r := range list {
		byKey[r.MediaKey] = append(byKey[r.MediaKey], r)
	}
	return byKey, err
}

// MediaStates returns the states of pictures, by key.
func (q Queries) MediaStates(ctx context.Context, keys []string) (map[string]Media, error) {
	byKey := map[string]Media{}
	if len(keys) == 0 {
		return byKey, nil
	}
	args := make([]any, len(keys))
	for i, key := range keys {
		args[i] = key
	}
	list, err := all(ctx, q, "reading pictures", scanMedia, "SELECT "+mediaColumns+" FROM media WHERE media_key IN ("+marks(len(keys))+")", args...)
	for _, m := range list {
		byKey[m.Key] = m
	}
	return byKey, err
}

// MediaPublished says whether a post that everybody sees has the picture.
func (q Queries) MediaPublished(ctx context.Context, key string) (bool, error) {
	n, err := q.number(ctx, "looking for a picture's posts", "SELECT COUNT(*) FROM uploads u JOIN posts p ON p.id = u.post_id WHERE u.media_key = ? AND p.hidden_at IS NULL", key)
	return n > 0, err
}

// MediaSentBy says whether a person has sent the picture, and not deleted it.
func (q Queries) MediaSentBy(ctx context.Context, key string, user int64) (bool, error) {
	n, err := q.number(ctx, "looking for a picture's sender", "SELECT COUNT(*) FROM uploads WHERE media_key = ? AND user_id = ?", key, user)
	return n > 0, err
}

// StoredBytes returns what the pictures of a person take, each counted once.
func (q Queries) StoredBytes(ctx context.Context, user int64) (int64, error) {
	return q.number(ctx, "adding up pictures", "SELECT COALESCE(SUM(bytes), 0) FROM media WHERE media_key IN (SELECT media_key FROM uploads WHERE user_id = ?)", user)
}

// CreateUpload keeps an upload that belongs to no post, and returns it with its
// id.
func (q Queries) CreateUpload(ctx context.Context, u Upload) (Upload, error) {
	u.CreatedAt, u.PostID, u.Position = q.Now(), 0, 0
	var err error
	u.ID, err = q.insert(ctx, "keeping an upload", "INSERT INTO uploads (user_id, media_key, position, name, alt, metadata, created_at) VALUES ("+marks(7)+")",
		u.UserID, u.MediaKey, 0, u.Name, u.Alt, u.Metadata, millis(u.CreatedAt))
	return u, err
}

// Upload returns an upload.
func (q Queries) Upload(ctx context.Context, id int64) (Upload, error) {
	return one(ctx, q, "reading an upload", scanUpload, "SELECT "+uploadColumns+" FROM uploads WHERE id = ?", id)
}

// LockUpload is Upload inside a transaction that changes it next.
func (q Queries) LockUpload(ctx context.Context, id int64) (Upload, error) {
	return one(ctx, q, "reading an upload", scanUpload, "SELECT "+uploadColumns+" FROM uploads WHERE id = ?"+q.locking(), id)
}

// Uploads lists a person's uploads before an id, the newest first. An id of 0
// begins with the newest.
func (q Queries) Uploads(ctx context.Context, user, before int64, limit int) ([]Upload, error) {
	return all(ctx, q, "listing uploads", scanUpload, "SELECT "+uploadColumns+" FROM uploads WHERE user_id = ? AND (? = 0 OR id < ?) ORDER BY id DESC LIMIT ?", user, before, before, limit)
}

// UploadsOfPosts returns the uploads of posts in their order, by post.
func (q Queries) UploadsOfPosts(ctx context.Context, posts []int64) (map[int64][]Upload, error) {
	byPost := map[int64][]Upload{}
	if len(posts) == 0 {
		return byPost, nil
	}
	args := make([]any, len(posts))
	for i, id := range posts {
		args[i] = id
	}
	list, err := all(ctx, q, "listing the pictures of posts", scanUpload, "SELECT "+uploadColumns+" FROM uploads WHERE post_id IN ("+marks(len(posts))+") ORDER BY post_id, position, id", args...)
	for _, u := range list {
		byPost[u.PostID] = append(byPost[u.PostID], u)
	}
	return byPost, err
}

// PlaceUpload gives an upload its place in a post, and what it shows.
func (q Queries) PlaceUpload(ctx context.Context, id, post int64, position int, alt string) error {
	return q.execOne(ctx, "placing a picture", "UPDATE uploads SET post_id = ?, position = ?, alt = ? WHERE id = ?", post, position, alt, id)
}

// DeleteUpload forgets an upload. The picture stays until it is forgotten, too.
func (q Queries) DeleteUpload(ctx context.Context, id int64) error {
	return q.execOne(ctx, "deleting an upload", "DELETE FROM uploads WHERE id = ?", id)
}

// StaleUploads lists uploads of before a time that belong to no post, the oldest
// first.
func (q Queries) StaleUploads(ctx context.Context, before time.Time, limit int) ([]Upload, error) {
	return all(ctx, q, "listing uploads without a post", scanUpload, "SELECT "+uploadColumns+" FROM uploads WHERE post_id IS NULL AND created_at < ? ORDER BY id LIMIT ?", millis(before), limit)
}

// CountStaleUploads counts what StaleUploads would list.
func (q Queries) CountStaleUploads(ctx context.Context, before time.Time) (int64, error) {
	return q.number(ctx, "counting uploads without a post", "SELECT COUNT(*) FROM uploads WHERE post_id IS NULL AND created_at < ?", millis(before))
}

// DeleteStaleUpload deletes an upload if it still belongs to no post, and says
// whether it did.
func (q Queries) DeleteStaleUpload(ctx context.Context, id int64) (bool, error) {
	n, err := q.exec(ctx, "deleting an upload without a post", "DELETE FROM uploads WHERE id = ? AND post_id IS NULL", id)
	return n > 0, err
}

// UnusedMedia lists the keys of pictures that no upload has, from a key on.
func (q Queries) UnusedMedia(ctx context.Context, after string, limit int) ([]string, error) {
	return all(ctx, q, "listing unused pictures", scanText, "SELECT m.media_key FROM media m LEFT JOIN uploads u ON u.media_key = m.media_key WHERE u.id IS NULL AND m.media_key > ? ORDER BY m.media_key LIMIT ?", after, limit)
}

// ForgetMedia deletes a picture that no upload has, and returns where its forms
// lie; none where somebody has the picture. Call it in a transaction.
func (q Queries) ForgetMedia(ctx context.Context, key string) (blobKeys []string, err error) {
	if _, err := q.LockMedia(ctx, key); err != nil {
		return nil, err
	}
	used, err := q.number(ctx, "counting uploads of a picture", "SELECT COUNT(*) FROM uploads WHERE media_key = ?", key)
	if err != nil || used > 0 {
		return nil, err
	}
	blobKeys, err = all(ctx, q, "listing the forms of a picture", scanText, "SELECT blob_key FROM renditions WHERE media_key = ? ORDER BY blob_key", key)
	if err != nil {
		return nil, err
	}
	return blobKeys, q.execOne(ctx, "deleting a picture", "DELETE FROM media WHERE media_key = ?", key)
}

// KnownBlobs says which of some blobs belong to a picture.
func (q Queries) KnownBlobs(ctx context.Context, keys []string) (map[string]bool, error) {
	known := map[string]bool{}
	if len(keys) == 0 {
		return known, nil
	}
	args := make([]any, len(keys))
	for i, key := range keys {
		args[i] = key
	}
	list, err := all(ctx, q, "looking for blobs", scanText, "SELECT blob_key FROM renditions WHERE blob_key IN ("+marks(len(keys))+")", args...)
	for _, key := range list {
		known[key] = true
	}
	return known, err
}
