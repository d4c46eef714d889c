package dataset

import (
	"archive/zip"
	"bytes"
	"context"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"
	"github.com/stretchr/testify/require"
)

func gzipped(t *testing.T, text string) string {
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	_, err := w.Write([]byte(text))
	require.NoError(t, err)
	require.NoError(t, w.Close())
	return b.String()
}

func zstdded(t *testing.T, text string) string {
	w, err := zstd.NewWriter(nil)
	require.NoError(t, err)
	return string(w.EncodeAll([]byte(text), nil))
}

// zipped makes an archive of names and texts in turn.
func zipped(t *testing.T, files ...string) string {
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	for i := 0; i < len(files); i += 2 {
		f, err := w.Create(files[i])
		require.NoError(t, err)
		_, err = f.Write([]byte(files[i+1]))
		require.NoError(t, err)
	}
	require.NoError(t, w.Close())
	return b.String()
}

const smallRatings = "userId,movieId,rating,timestamp\n2,30,4.5,100\n1,20,3.0,200\n"
const smallMovies = "movieId,title,genres\n20,\"Third Man, The (1949)\",Film-Noir|Mystery\n30,Heat (1995),(no genres listed)\n"

var smallEntries = []string{"2 30 4.5 100", "1 20 3 200"}

func TestPackedFiles(t *testing.T) {
	packed := map[string]string{
		"ratings.csv":     smallRatings,
		"ratings.csv.gz":  gzipped(t, smallRatings),
		"ratings.csv.zst": zstdded(t, smallRatings),
		"ratings.csv.zip": zipped(t, "ratings.csv", smallRatings),
		"misnamed.csv":    gzipped(t, "\ufeff"+smallRatings),
		"set.zip":         zipped(t, "ml/README.txt", "Summary", "ml/movies.csv", smallMovies, "ml/ratings.csv.gz", gzipped(t, smallRatings), "__MACOSX/ml/._ratings.csv", "x", "ml/.DS_Store", "x"),
		"twice.gz":        gzipped(t, zstdded(t, smallRatings)),
	}
	dir := t.TempDir()
	system := fstest.MapFS{}
	for name, data := range packed {
		require.NoError(t, os.WriteFile(filepath.Join(dir, name), []byte(data), 0o600))
		system[name] = &fstest.MapFile{Data: []byte(data)}
	}
	for name, data := range packed {
		t.Run(name, func(t *testing.T) {
			r, report, err := Open(filepath.Join(dir, name))
			require.NoError(t, err)
			require.Equal(t, smallEntries, entries(r))
			require.True(t, strings.HasPrefix(report.Source, filepath.Join(dir, name)), report.Source)

			r, _, err = Loader{}.Read(context.Background(), strings.NewReader(data), name)
			require.NoError(t, err)
			require.Equal(t, smallEntries, entries(r))

			for _, fsys := range []fs.FS{system, streams{system}} {
				set, _, err := Loader{}.OpenFS(context.Background(), fsys, name)
				require.NoError(t, err)
				require.Equal(t, smallEntries, entries(set.Ratings))
			}
		})
	}
	set, _, err := OpenSet(filepath.Join(dir, "set.zip"))
	require.NoError(t, err)
	require.Equal(t, "set", set.Name)
	film, _ := set.Catalogue.ByID(Int(20))
	require.Equal(t, "The Third Man", film.Title)
}

// streams hides that the files of a file system can be read at any position.
type streams struct{ fs.FS }

type streamFile struct{ fs.File }

func (s streams) Open(name string) (fs.File, error) {
	f, err := s.FS.Open(name)
	if err != nil {
		return nil, err
	}
	if info, _ := f.Stat(); info.IsDir() {
		return f, nil
	}
	return streamFile{f}, nil
}

func TestBombsAreBounded(t *testing.T) {
	zeros := "1\t2\t3\t4\n" + strings.Repeat("0", 66<<20)
	for name, data := range map[string]string{
		"bomb.gz": gzipped(t, zeros), "bomb.zst": zstdded(t, zeros), "bomb.zip": zipped(t, "u.data", zeros),
		"deep.zip": zipped(t, "u.data.gz", gzipped(t, zeros)),
	} {
		t.Run(name, func(t *testing.T) {
			_, _, err := Loader{}.Read(context.Background(), strings.NewReader(data), name)
			require.ErrorIs(t, err, ErrTooBig)
			require.ErrorContains(t, err, "unpacks to more than 250 times its size")
		})
	}
	_, _, err := readText(Loader{MaxBytes: 1000}, "u.data", strings.Repeat("1\t2\t3\t4\n", 200))
	require.ErrorIs(t, err, ErrTooBig)
	require.ErrorContains(t, err, "more than 1000 bytes unpacked")
	_, _, err = readText(Loader{MaxBytes: -1}, "u.data", "1\t2\t3\t4\n")
	require.NoError(t, err)
}

func TestDamagedArchives(t *testing.T) {
	for name, data := range map[string]string{
		"cut.gz": gzipped(t, smallRatings)[:40], "cut.zst": zstdded(t, smallRatings)[:20],
		"cut.zip": zipped(t, "ratings.csv", smallRatings)[:80], "head.gz": "\x1f\x8b\x00\x00\x00",
	} {
		t.Run(name, func(t *testing.T) {
			_, _, err := Loader{}.Read(context.Background(), strings.NewReader(data), name)
			require.ErrorContains(t, err, name)
			require.True(t, strings.HasPrefix(err.Error(), "dataset: "), err)
		})
	}
}

func TestDirectories(t *testing.T) {
	other := "userId,movieId,rating,timestamp\n7,7,3.5,7\n"
	for _, tt := range []struct {
		name  string
		files map[string]string
		want  string // the first entry
		says  string
		is    error
	}{
		{name: "ratings and their excerpt", files: map[string]string{"ratings.csv": smallRatings, "ratings_small.csv": other}, want: "2 30 4.5 100"},
		{name: "one file of any name", files: map[string]string{"my.txt": other, "README.txt": smallRatings, "notes.md": smallRatings, "u.info": "x"}, want: "7 7 3.5 7"},
		{name: "a split beside the whole", files: map[string]string{"all.tsv": "7\t7\t3\t7\n", "a.train": "8\t8\t3\t7\n", "a.test": "9\t9\t3\t7\n"}, want: "7 7 3 7"},
		{name: "a split alone", files: map[string]string{"train.txt": "1 2\n", "test.txt": "1 3\n"}, want: "1 2 1 0"},
		{name: "two of equal standing", files: map[string]string{"a.csv": smallRatings, "b.csv": other}, says: "holds 2 ratings files (a.csv, b.csv): name one of them", is: ErrUnknownFormat},
		{name: "empty", files: map[string]string{"README": "x"}, says: "holds no data files", is: ErrEmpty},
		{name: "unknown files", files: map[string]string{"a.txt": "hello\n"}, says: "none of its files has a known format (a.txt)", is: ErrUnknownFormat},
		{name: "movies alone", files: map[string]string{"movies.csv": smallMovies, "b.txt": "hello\n"}, says: "holds no ratings file, only movies.csv", is: ErrEmpty},
	} {
		t.Run(tt.name, func(t *testing.T) {
			dir := t.TempDir()
			require.NoError(t, os.Mkdir(filepath.Join(dir, "inner"), 0o700))
			for name, text := range tt.files {
				require.NoError(t, os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600))
			}
			r, _, err := Open(dir)
			if tt.says != "" {
				require.ErrorContains(t, err, tt.says)
				require.ErrorIs(t, err, tt.is)
				require.ErrorContains(t, err, dir)
				return
			}
			require.NoError(t, err)
			require.Equal(t, tt.want, entries(r)[0])
		})
	}
}

func TestMissingFile(t *testing.T) {
	missing := filepath.Join(t.TempDir(), "none.csv")
	_, _, err := Open(missing)
	require.ErrorIs(t, err, fs.ErrNotExist)
	require.ErrorContains(t, err, "none.csv")
	_, _, err = OpenSet(missing)
	require.ErrorIs(t, err, fs.ErrNotExist)
	_, _, err = OpenSet()
	require.ErrorIs(t, err, ErrEmpty)
	_, _, err = Loader{}.OpenFolds(context.Background(), missing, "u")
	require.ErrorIs(t, err, fs.ErrNotExist)
}

func TestTooManyFiles(t *testing.T) {
	system := fstest.MapFS{}
	for i := range maxArchiveFiles + 1 {
		system[fmt.Sprintf("d/%d.csv", i)] = &fstest.MapFile{}
	}
	_, _, err := Loader{}.OpenFS(context.Background(), system, "d")
	require.ErrorIs(t, err, ErrTooBig)
}
