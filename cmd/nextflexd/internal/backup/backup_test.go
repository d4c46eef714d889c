package backup_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"path/filepath"
	"reflect"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/klauspost/compress/zip"
	"github.com/stretchr/testify/require"

	"github.com/nextflex/nextflex/cmd/nextflexd/internal/backup"
	"github.com/nextflex/nextflex/cmd/nextflexd/internal/blob"
	"github.com/nextflex/nextflex/cmd/nextflexd/internal/blob/blobtest"
	"github.com/nextflex/nextflex/cmd/nextflexd/internal/store"
	"github.com/nextflex/nextflex/cmd/nextflexd/internal/store/storetest"
)

func TestMain(m *testing.M) { os.Exit(storetest.Main(m)) }

func folder(t testing.TB) blob.Store {
	t.Helper()
	s, err := blob.Open(context.Background(), t.TempDir())
	require.NoError(t, err)
	return s
}

// text has what is hard to carry: letters beyond the basic plane, quotes, line
// ends, NUL, what HTML escapes.
const text = "é 映画 🎬 \" \\ \n\r\t \x00 <b>&amp;</b> \u2028"

// fill adds rows that use every kind of column to its limits.
func fill(t testing.TB, db *store.DB) {
	t.Helper()
	ctx := context.Background()
	require.NoError(t, db.Write(ctx, func(tx store.Queries) error {
		for i := range 3 {
			user, err := tx.CreateUser(ctx, store.User{Email: fmt.Sprintf("u%d@example.org", i), FirstName: text, LastName: strings.Repeat("x", 150), PasswordHash: "$argon2id$" + text, Role: "user"})
			if err != nil {
				return err
			}
			if i == 2 { // the last id was given, and is gone
				if err := tx.DeleteUser(ctx, user.ID); err != nil {
					return err
				}
			}
		}
		return nil
	}))
	all := func(b int) []byte {
		bytes := make([]byte, 256)
		for i := range bytes {
			bytes[i] = byte(i * b)
		}
		return bytes
	}
	user := one(t, db, "users")[0]
	insert(t, db, "signing_keys", row{"id": "k1", "purpose": "access", "secret": all(1), "created_at": int64(math.MaxInt64)})
	insert(t, db, "signing_keys", row{"id": "k2", "purpose": "access", "secret": []byte{}, "created_at": int64(math.MinInt64)})
	for i, value := range []float64{0.1 + 0.2, 1.0 / 3, 5, 0.5, -1e-300, math.MaxFloat64, math.SmallestNonzeroFloat64} {
		insert(t, db, "ratings", row{"user_id": user[0], "movie_id": fmt.Sprint("m", i), "value": value, "created_at": int64(i), "updated_at": int64(-i)})
	}
	insert(t, db, "media", row{"media_key": "abc", "type": "image/png", "bytes": int64(3), "width": int64(1), "height": int64(1), "state": "ready", "error": "", "created_at": int64(1)})
	insert(t, db, "renditions", row{"media_key": "abc", "size": "thumb", "blob_key": "media/abc.thumb", "type": "image/png", "width": int64(1), "height": int64(1), "bytes": int64(3)})
	insert(t, db, "renditions", row{"media_key": "abc", "size": "full", "blob_key": "media/gone", "type": "image/png", "width": int64(1), "height": int64(1), "bytes": int64(3)})
	for id, key := range map[int64]string{1: "models/there", 2: "models/gone"} {
		insert(t, db, "models", row{"id": id, "kind": "als", "blob_key": key, "config": "{}", "metrics": "{}"})
	}
	insert(t, db, "posts", row{"id": int64(41), "user_id": user[0], "title": text, "content": strings.Repeat(text, 10_000), "rating": 4.5, "version": int64(1), "hidden_reason": ""})
	insert(t, db, "uploads", row{"id": int64(7), "user_id": user[0], "media_key": "abc", "post_id": int64(41), "metadata": "{}"})
}

func fillBlobs(t testing.TB, s blob.Store) {
	t.Helper()
	_, err := s.Put(context.Background(), "media/abc.thumb", strings.NewReader("png"), blob.PutOptions{Type: "image/png", Limit: 3})
	require.NoError(t, err)
	blobtest.Put(t, s, "models/there/ratings.nfm", strings.Repeat("0123456789", 200_000))
	blobtest.Put(t, s, "empty", "")
	blobtest.Put(t, s, "backups/old", "not in the backup")
}

type row map[string]any

// insert adds a row; columns that aren't named get NULL or a zero.
func insert(t testing.TB, db *store.DB, name string, values row) {
	t.Helper()
	table := tableOf(t, db, name)
	list := make([]any, len(table.Columns))
	used := 0
	for i, c := range table.Columns {
		value, named := values[c.Name]
		switch {
		case named:
			list[i] = value
			used++
		case c.Nullable:
		case c.Kind == store.DumpedInteger:
			list[i] = int64(0)
		case c.Kind == store.DumpedReal:
			list[i] = 0.0
		case c.Kind == store.DumpedBytes:
			list[i] = []byte{}
		default:
			list[i] = ""
		}
	}
	require.Equal(t, len(values), used, "a column of %s is not known", name)
	require.NoError(t, db.InsertRows(context.Background(), table, [][]any{list}))
}

func tableOf(t testing.TB, db *store.DB, name string) store.DumpTable {
	t.Helper()
	tables, err := db.DumpTables(context.Background())
	require.NoError(t, err)
	i := slices.IndexFunc(tables, func(t store.DumpTable) bool { return t.Name == name })
	require.GreaterOrEqual(t, i, 0, name)
	return tables[i]
}

// one returns the rows of a table.
func one(t testing.TB, db *store.DB, name string) [][]any {
	t.Helper()
	rows := [][]any{}
	require.NoError(t, db.Dump(context.Background(), tableOf(t, db, name), func(row []any) error {
		rows = append(rows, slices.Clone(row))
		return nil
	}))
	return rows
}

// everything returns all rows by table, and with them all blobs.
func everything(t testing.TB, db *store.DB, s blob.Store) map[string]any {
	t.Helper()
	all := map[string]any{}
	tables, err := db.DumpTables(context.Background())
	require.NoError(t, err)
	for _, table := range tables {
		all[table.Name] = one(t, db, table.Name)
	}
	for info, err := range s.List(context.Background(), "") {
		require.NoError(t, err)
		if strings.HasPrefix(info.Key, backup.BlobPrefix) {
			continue
		}
		stat, err := s.Stat(context.Background(), info.Key)
		require.NoError(t, err)
		all["blob "+info.Key] = stat.Type + "\n" + blobtest.Get(t, s, info.Key)
	}
	return all
}

// same compares what everything returns, without printing all of it.
func same(t testing.TB, want, got map[string]any) {
	t.Helper()
	for name := range want {
		if !reflect.DeepEqual(want[name], got[name]) {
			wanted, has := fmt.Sprintf("%#v", want[name]), fmt.Sprintf("%#v", got[name])
			at := 0
			for at < min(len(wanted), len(has)) && wanted[at] == has[at] {
				at++
			}
			t.Errorf("%s differs: want ...%.200s, got ...%.200s", name, wanted[max(0, at-50):], has[max(0, at-50):])
		}
	}
	require.Len(t, got, len(want))
}

func write(t testing.TB, db *store.DB, s blob.Store) ([]byte, *backup.Manifest) {
	t.Helper()
	var archive bytes.Buffer
	manifest, err := backup.Write(context.Background(), db, s, &archive, nil)
	require.NoError(t, err)
	return archive.Bytes(), manifest
}

func restore(db *store.DB, s blob.Store, archive []byte, options backup.RestoreOptions) error {
	_, err := backup.Restore(context.Background(), db, s, bytes.NewReader(archive), int64(len(archive)), options)
	return err
}

func sqlite(t testing.TB) *store.DB  { db, _ := storetest.SQLite(t); return db }
func mariadb(t testing.TB) *store.DB { db, _ := storetest.MariaDB(t); return db }

func TestRoundTrip(t *testing.T) {
	for name, open := range map[string][2]func(testing.TB) *store.DB{
		"sqlite to sqlite": {sqlite, sqlite}, "sqlite to mariadb": {sqlite, mariadb}, "mariadb to sqlite": {mariadb, sqlite}, "mariadb to mariadb": {mariadb, mariadb},
	} {
		t.Run(name, func(t *testing.T) {
			from, fromBlobs := open[0](t), folder(t)
			fill(t, from)
			fillBlobs(t, fromBlobs)
			archive, manifest := write(t, from, fromBlobs)
			want := everything(t, from, fromBlobs)
			require.Len(t, want["users"], 2)
			require.Len(t, want["ratings"], 7)
			require.EqualValues(t, 3, manifest.Blobs.Count)
			require.Equal(t, []string{"media/gone", "models/gone"}, manifest.Missing)
			require.Equal(t, from.Dialect(), manifest.Database)

			to, toBlobs := open[1](t), folder(t)
			var seen []backup.Progress
			require.NoError(t, restore(to, toBlobs, archive, backup.RestoreOptions{Progress: func(p backup.Progress) { seen = append(seen, p) }}))
			same(t, want, everything(t, to, toBlobs))
			last := seen[len(seen)-1]
			require.Equal(t, last.Total, last.Done)

			// The id of the user that was deleted before isn't given again.
			user, err := to.CreateUser(context.Background(), store.User{Email: "next@example.org", Role: "user"})
			require.NoError(t, err)
			require.EqualValues(t, 4, user.ID)

			require.ErrorIs(t, restore(to, toBlobs, archive, backup.RestoreOptions{}), backup.ErrNotEmpty)
			require.Len(t, one(t, to, "users"), 3)
			require.NoError(t, restore(to, toBlobs, archive, backup.RestoreOptions{Replace: true}))
			same(t, want, everything(t, to, toBlobs))
		})
	}
}

func TestManyRows(t *testing.T) {
	from, blobs := sqlite(t), folder(t)
	user, err := from.CreateUser(context.Background(), store.User{Email: "a@example.org", Role: "user"})
	require.NoError(t, err)
	table := tableOf(t, from, "ratings")
	var rows [][]any
	for i := range 5000 {
		rows = append(rows, []any{user.ID, fmt.Sprintf("m%05d", i), float64(i%10+1) / 2, int64(i), int64(i)})
	}
	for batch := range slices.Chunk(rows, 1000) {
		require.NoError(t, from.InsertRows(context.Background(), table, batch))
	}
	archive, manifest := write(t, from, blobs)
	require.Less(t, len(archive), 100_000)
	require.EqualValues(t, 5001, manifest.Rows())
	to := sqlite(t)
	require.NoError(t, restore(to, blobs, archive, backup.RestoreOptions{}))
	require.Equal(t, rows, one(t, to, "ratings"))
}

// TestWhileWriting makes backups while people register and post.
func TestWhileWriting(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB, _ *storetest.Clock) {
		ctx, blobs := context.Background(), folder(t)
		posts, media := tableOf(t, db, "posts"), tableOf(t, db, "models")
		require.Equal(t, "id", posts.Columns[0].Name)
		stop := make(chan struct{})
		var group sync.WaitGroup
		var failed error
		written := make(chan struct{}, 1000)
		group.Go(func() {
			for i := 0; ; i++ {
				select {
				case <-stop:
					return
				default:
				}
				key := fmt.Sprintf("models/m%d", i)
				if _, err := blobs.Put(ctx, key, strings.NewReader(key), blob.PutOptions{Limit: 100}); err != nil {
					failed = err
					return
				}
				err := db.Write(ctx, func(tx store.Queries) error {
					user, err := tx.CreateUser(ctx, store.User{Email: fmt.Sprintf("w%d@example.org", i), Role: "user"})
					if err != nil {
						return err
					}
					post := make([]any, len(posts.Columns))
					for at, c := range posts.Columns {
						switch {
						case c.Name == "id":
							post[at] = int64(i + 1)
						case c.Name == "user_id":
							post[at] = user.ID
						case c.Nullable:
						case c.Kind == store.DumpedInteger:
							post[at] = int64(0)
						default:
							post[at] = "x"
						}
					}
					if err := tx.InsertRows(ctx, posts, [][]any{post}); err != nil {
						return err
					}
					model := make([]any, len(media.Columns))
					for at, c := range media.Columns {
						switch {
						case c.Name == "blob_key":
							model[at] = key
						case c.Name == "id":
							model[at] = int64(i + 1)
						case c.Nullable:
						case c.Kind == store.DumpedInteger:
							model[at] = int64(0)
						default:
							model[at] = "x"
						}
					}
					return tx.InsertRows(ctx, media, [][]any{model})
				})
				if err != nil {
					failed = err
					return
				}
				select {
				case written <- struct{}{}:
				default:
				}
			}
		})
		var archives [][]byte
		for range 3 {
			<-written
			archive, manifest := write(t, db, blobs)
			require.Empty(t, manifest.Missing)
			archives = append(archives, archive)
		}
		close(stop)
		group.Wait()
		require.NoError(t, failed)
		for _, archive := range archives {
			to, toBlobs := sqlite(t), folder(t)
			require.NoError(t, restore(to, toBlobs, archive, backup.RestoreOptions{})) // its foreign keys find a post without a user
			users := one(t, to, "users")
			require.NotEmpty(t, users)
			require.Len(t, one(t, to, "posts"), len(users))
			require.Len(t, one(t, to, "models"), len(users))
			for i := range users {
				key := fmt.Sprintf("models/m%d", i)
				require.Equal(t, key, blobtest.Get(t, toBlobs, key))
			}
		}
	})
}

func TestDamagedArchives(t *testing.T) {
	from, fromBlobs := sqlite(t), folder(t)
	fill(t, from)
	blobtest.Put(t, fromBlobs, "media/abc.thumb", "png")
	archive, _ := write(t, from, fromBlobs)
	to, toBlobs := sqlite(t), folder(t)
	before := everything(t, to, toBlobs)
	refused := func(name string, archive []byte) {
		t.Helper()
		var damage *backup.DamagedError
		err := restore(to, toBlobs, archive, backup.RestoreOptions{Replace: true})
		require.ErrorAs(t, err, &damage, name)
	}
	for size := 0; size < len(archive); size += max(1, len(archive)/100) {
		refused(fmt.Sprintf("cut off after %d bytes", size), archive[:size])
	}
	refused("something else", []byte(strings.Repeat("not a zip archive ", 100)))

	// A flipped bit is found, or it is in a part of the archive that says nothing,
	// such as a file's time, and the site is restored right.
	want := everything(t, from, fromBlobs)
	harmless := 0
	for at := 0; at < len(archive); at += max(1, len(archive)/150) {
		flipped := bytes.Clone(archive)
		flipped[at] ^= 1 << (at % 8)
		fresh, freshBlobs := to, toBlobs
		err := restore(fresh, freshBlobs, flipped, backup.RestoreOptions{Replace: true})
		if err != nil {
			var damage *backup.DamagedError
			require.ErrorAs(t, err, &damage, "bit %d of byte %d", at%8, at)
			continue
		}
		harmless++
		same(t, want, everything(t, to, toBlobs))
		// Back to nothing.
		to, toBlobs = sqlite(t), folder(t)
	}
	require.Less(t, harmless, 75) // half
	require.Equal(t, before["users"], everything(t, to, toBlobs)["users"])
	require.Empty(t, blobtest.Keys(t, toBlobs, ""))
}

// edit returns the archive with some files changed, removed (nil) or added, and
// with a manifest in which pieces of text were replaced.
func edit(t testing.TB, archive []byte, change map[string]func([]byte) []byte) []byte {
	t.Helper()
	reader, err := zip.NewReader(bytes.NewReader(archive), int64(len(archive)))
	require.NoError(t, err)
	var edited bytes.Buffer
	w := zip.NewWriter(&edited)
	add := func(name string, content []byte) {
		f, err := w.Create(name)
		require.NoError(t, err)
		_, err = f.Write(content)
		require.NoError(t, err)
	}
	used := map[string]bool{}
	for _, f := range reader.File {
		r, err := f.Open()
		require.NoError(t, err)
		var content bytes.Buffer
		_, err = content.ReadFrom(r)
		require.NoError(t, err)
		result := content.Bytes()
		if f, named := change[f.Name]; named {
			result = f(result)
		}
		used[f.Name] = true
		if result != nil {
			add(f.Name, result)
		}
	}
	for name, f := range change {
		if !used[name] {
			add(name, f(nil))
		}
	}
	require.NoError(t, w.Close())
	return edited.Bytes()
}

func TestForgedArchives(t *testing.T) {
	from, fromBlobs := sqlite(t), folder(t)
	fill(t, from)
	fillBlobs(t, fromBlobs)
	archive, _ := write(t, from, fromBlobs)
	to, toBlobs := sqlite(t), folder(t)
	replace := func(old, new string) func([]byte) []byte {
		return func(b []byte) []byte {
			require.Contains(t, string(b), old)
			return bytes.ReplaceAll(b, []byte(old), []byte(new))
		}
	}
	set := func(content string) func([]byte) []byte { return func([]byte) []byte { return []byte(content) } }
	gone := func([]byte) []byte { return nil }
	for name, x := range map[string]struct {
		change map[string]func([]byte) []byte
		want   string
	}{
		"no manifest":            {map[string]func([]byte) []byte{"manifest.json": gone}, "is it a backup"},
		"another program":        {map[string]func([]byte) []byte{"manifest.json": replace(`"nextflexd"`, `"other"`)}, "no backup of NextFlex"},
		"a newer format":         {map[string]func([]byte) []byte{"manifest.json": replace(`"format": 1`, `"format": 2`)}, "use a newer one"},
		"no format":              {map[string]func([]byte) []byte{"manifest.json": replace(`"format": 1`, `"format": 0`)}, "format is 0"},
		"no JSON":                {map[string]func([]byte) []byte{"manifest.json": set("{")}, "right shape"},
		"null":                   {map[string]func([]byte) []byte{"manifest.json": set("null")}, "right shape"},
		"a large manifest":       {map[string]func([]byte) []byte{"manifest.json": set(strings.Repeat(" ", 5<<20))}, "more than"},
		"another row":            {map[string]func([]byte) []byte{"tables/users.jsonl": replace("u0@example.org", "u9@example.org")}, "checksum"},
		"fewer rows":             {map[string]func([]byte) []byte{"tables/users.jsonl": set("")}, "bytes"},
		"a table gone":           {map[string]func([]byte) []byte{"tables/users.jsonl": gone}, "missing"},
		"a blob gone":            {map[string]func([]byte) []byte{"blobs/media/abc.thumb": gone}, "missing"},
		"another blob":           {map[string]func([]byte) []byte{"blobs/media/abc.thumb": set("gif")}, "checksum"},
		"a file more":            {map[string]func([]byte) []byte{"blobs/../../evil": set("x")}, "files"},
		"the list of blobs":      {map[string]func([]byte) []byte{"blobs.jsonl": replace("media/abc.thumb", "media/../../evi")}, "key isn't allowed"},
		"another number of rows": {map[string]func([]byte) []byte{"manifest.json": replace(`"rows": 7`, `"rows": 8`)}, "rows, want 8"},
		"a table twice":          {map[string]func([]byte) []byte{"manifest.json": replace(`"name": "posts"`, `"name": "users"`)}, "twice"},
		"another column":         {map[string]func([]byte) []byte{"manifest.json": replace(`"name": "email_key"`, `"name": "email_kex"`)}, "column"},
		"a column's kind":        {map[string]func([]byte) []byte{"manifest.json": replace(`"kind": "integer"`, `"kind": "real"`)}, "kind"},
		"a newer schema":         {map[string]func([]byte) []byte{"manifest.json": replace(`"schema": `, `"schema": 9`)}, "use a newer one"},
	} {
		var damage *backup.DamagedError
		err := restore(to, toBlobs, edit(t, archive, x.change), backup.RestoreOptions{Replace: true})
		require.ErrorAs(t, err, &damage, name)
		require.ErrorContains(t, err, x.want, name)
		require.Empty(t, one(t, to, "users"), name)
		require.Empty(t, blobtest.Keys(t, toBlobs, ""), name)
	}
	require.ErrorContains(t, restore(to, toBlobs, archive, backup.RestoreOptions{MaxSize: 1000}), "more than 1000 bytes")
	require.NoError(t, restore(to, toBlobs, edit(t, archive, nil), backup.RestoreOptions{}), "repacked without a change")
}

// failing is a blob store that fails after some calls of Put.
type failing struct {
	blob.Store
	left int
}

var errFull = errors.New("the disk is full")

func (f *failing) Put(ctx context.Context, key string, content io.Reader, options blob.PutOptions) (blob.Info, error) {
	if f.left--; f.left < 0 {
		return blob.Info{}, errFull
	}
	return f.Store.Put(ctx, key, content, options)
}

func TestRestoreThatFailsChangesNothing(t *testing.T) {
	from, fromBlobs := sqlite(t), folder(t)
	fill(t, from)
	fillBlobs(t, fromBlobs)
	archive, _ := write(t, from, fromBlobs)
	storetest.Each(t, func(t *testing.T, to *store.DB, _ *storetest.Clock) {
		toBlobs := folder(t)
		_, err := to.CreateUser(context.Background(), store.User{Email: "stays@example.org", Role: "user"})
		require.NoError(t, err)
		blobtest.Put(t, toBlobs, "empty", "")
		before := everything(t, to, toBlobs)
		require.ErrorIs(t, restore(to, &failing{toBlobs, 2}, archive, backup.RestoreOptions{Replace: true}), errFull)
		same(t, before, everything(t, to, toBlobs))

		// In the middle of the rows: the context ends after the first tables.
		ctx, cancel := context.WithCancel(context.Background())
		_, err = backup.Restore(ctx, to, toBlobs, bytes.NewReader(archive), int64(len(archive)), backup.RestoreOptions{Replace: true, Progress: func(p backup.Progress) {
			if p.Doing == "restoring ratings" {
				cancel()
			}
		}})
		require.ErrorIs(t, err, context.Canceled)
		same(t, before, everything(t, to, toBlobs))
	})
}

func TestFiles(t *testing.T) {
	from, blobs := sqlite(t), folder(t)
	fill(t, from)
	dir := t.TempDir()
	path := filepath.Join(dir, "site.zip")
	_, err := backup.WriteFile(context.Background(), from, blobs, path, nil)
	require.NoError(t, err)
	stat, err := os.Stat(path)
	require.NoError(t, err)
	if runtime.GOOS != "windows" {
		require.Equal(t, os.FileMode(0o600), stat.Mode().Perm())
	}
	_, err = backup.WriteFile(context.Background(), from, blobs, path, nil)
	require.ErrorIs(t, err, os.ErrExist)
	ended, cancel := context.WithCancel(context.Background())
	cancel()
	_, err = backup.WriteFile(ended, from, blobs, filepath.Join(dir, "other.zip"), nil)
	require.ErrorIs(t, err, context.Canceled)
	entries, err := os.ReadDir(dir)
	require.NoError(t, err)
	require.Len(t, entries, 1)

	to := sqlite(t)
	_, err = backup.RestoreFile(context.Background(), to, folder(t), path, backup.RestoreOptions{})
	require.NoError(t, err)
	require.Len(t, one(t, to, "users"), 2)
	_, err = backup.RestoreFile(context.Background(), to, blobs, filepath.Join(dir, "none.zip"), backup.RestoreOptions{})
	require.ErrorIs(t, err, os.ErrNotExist)
	_, err = backup.RestoreFile(context.Background(), to, blobs, dir, backup.RestoreOptions{})
	require.Error(t, err)
}

// TestOlderSchema restores what an older program wrote.
func TestOlderSchema(t *testing.T) {
	ctx := context.Background()
	old, err := store.Open(ctx, filepath.Join(t.TempDir(), "old.db"), store.Options{})
	require.NoError(t, err)
	defer old.Close()
	require.NoError(t, old.MigrateTo(ctx, 1))
	fill(t, old)
	blobs := folder(t)
	archive, manifest := write(t, old, blobs)
	require.EqualValues(t, 1, manifest.Schema)
	storetest.Each(t, func(t *testing.T, to *store.DB, _ *storetest.Clock) {
		_, newest, err := to.Versions(ctx)
		require.NoError(t, err)
		require.Greater(t, newest, int64(1))
		require.NoError(t, restore(to, folder(t), archive, backup.RestoreOptions{}))
		for _, table := range []string{"users", "ratings", "posts", "signing_keys"} {
			require.Equal(t, one(t, old, table), one(t, to, table), table)
		}
		user, err := to.CreateUser(ctx, store.User{Email: "next@example.org", Role: "user"})
		require.NoError(t, err)
		require.EqualValues(t, 4, user.ID)
	})
	require.ErrorContains(t, restore(old, blobs, archive, backup.RestoreOptions{}), "migrates it")
}

func FuzzVerify(f *testing.F) {
	from, blobs := sqlite(f), folder(f)
	_, err := from.CreateUser(context.Background(), store.User{Email: "a@example.org", Role: "user"})
	require.NoError(f, err)
	blobtest.Put(f, blobs, "k", "x")
	archive, _ := write(f, from, blobs)
	f.Add(archive)
	f.Add([]byte("PK\x05\x06"))
	f.Fuzz(func(t *testing.T, archive []byte) {
		_, err := backup.Verify(context.Background(), bytes.NewReader(archive), int64(len(archive)), backup.RestoreOptions{MaxSize: 1 << 20})
		var damage *backup.DamagedError
		if err != nil && !errors.As(err, &damage) {
			t.Errorf("%v is no *DamagedError", err)
		}
	})
}
