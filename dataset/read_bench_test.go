package dataset

import (
	"bytes"
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"testing"
)

// movieLensText makes a file of rows sorted by user, as MovieLens sorts them.
func movieLensText(rows int) []byte {
	rng := rand.New(rand.NewPCG(1, 2))
	b := []byte("userId,movieId,rating,timestamp\n")
	item := 0
	for i := range rows {
		if i%96 == 0 {
			item = 0
		}
		item += 1 + rng.IntN(500)
		b = fmt.Appendf(b, "%d,%d,%.1f,%d\n", 1+i/96, item, 0.5+0.5*float64(rng.IntN(10)), 1_000_000_000+rng.IntN(500_000_000))
	}
	return b
}

// BenchmarkBlock parses blocks alone, one core, on 400,000 rows of MovieLens CSV.
func BenchmarkBlock(b *testing.B) {
	text := movieLensText(400_000)
	text = text[bytes.IndexByte(text, '\n')+1:]
	p := newBlockParser(layout{sep: ",", fields: 4, col: [4]int{0, 1, 2, 3}, names: usualFields}, "", Scale{}, false)
	b.SetBytes(int64(len(text)))
	for b.Loop() {
		for at := 0; at < len(text); {
			end := min(at+blockSize, len(text))
			end = at + bytes.LastIndexByte(text[at:end], '\n') + 1
			c, used := p.parse(text[at:end], true)
			if c.rows == 0 {
				b.Fatal("no rows")
			}
			at += used
		}
	}
	b.ReportMetric(400_000*float64(b.N)/b.Elapsed().Seconds(), "ratings/s")
}

// BenchmarkRead reads, numbers and cleans the same rows.
func BenchmarkRead(b *testing.B) {
	text := movieLensText(400_000)
	b.SetBytes(int64(len(text)))
	for b.Loop() {
		if _, _, err := (Loader{}).Read(context.Background(), bytes.NewReader(text), "ratings.csv"); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(400_000*float64(b.N)/b.Elapsed().Seconds(), "ratings/s")
}

// BenchmarkMatrix builds the matrix of the same rows and its transpose: in order,
// as they are in the file, and in no order.
func BenchmarkMatrix(b *testing.B) {
	r, _, err := Loader{}.Read(context.Background(), bytes.NewReader(movieLensText(400_000)), "ratings.csv")
	if err != nil {
		b.Fatal(err)
	}
	order := rand.New(rand.NewPCG(1, 2)).Perm(r.Len())
	mixed := make([]int32, r.Len())
	for i, at := range order {
		mixed[i] = int32(at)
	}
	for name, r := range map[string]*Ratings{"sorted": r, "mixed": r.Select(mixed)} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				if r.Matrix().Len() != r.Len() {
					b.Fatal("entries lost")
				}
			}
			b.ReportMetric(float64(r.Len())*float64(b.N)/b.Elapsed().Seconds(), "ratings/s")
		})
	}
	m := r.Matrix()
	b.Run("transpose", func(b *testing.B) {
		for b.Loop() {
			if t := m.transposed(machineTeam(), m.NumItems()); t.Len() != r.Len() {
				b.Fatal("entries lost")
			}
		}
		b.ReportMetric(float64(r.Len())*float64(b.N)/b.Elapsed().Seconds(), "ratings/s")
	})
}

// BenchmarkLoad reads a file of any size, such as the one of "nextflex generate
// --full", and builds matrix and transpose: NEXTFLEX_RATINGS names it.
func BenchmarkLoad(b *testing.B) {
	path := os.Getenv("NEXTFLEX_RATINGS")
	if path == "" {
		b.Skip("NEXTFLEX_RATINGS isn't set: no file to load")
	}
	info, err := os.Stat(path)
	if err != nil {
		b.Fatal(err)
	}
	b.SetBytes(info.Size())
	rows := 0
	for b.Loop() {
		r, _, err := Open(path)
		if err != nil {
			b.Fatal(err)
		}
		rows = r.Matrix().Transpose().Len()
	}
	b.ReportMetric(float64(rows)*float64(b.N)/b.Elapsed().Seconds(), "ratings/s")
}

// BenchmarkReadGeneral reads the same rows with every field in quotes.
func BenchmarkReadGeneral(b *testing.B) {
	text := bytes.ReplaceAll(movieLensText(100_000), []byte(","), []byte(`","`))
	text = bytes.ReplaceAll(bytes.TrimSuffix(text, []byte("\n")), []byte("\n"), []byte("\"\n\""))
	text = append(append([]byte{'"'}, text...), "\"\n"...)
	b.SetBytes(int64(len(text)))
	for b.Loop() {
		if _, _, err := (Loader{}).Read(context.Background(), bytes.NewReader(text), "ratings.csv"); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkOpenSet reads and joins the whole of The Movies Dataset.
func BenchmarkOpenSet(b *testing.B) {
	dir := realSet(b, "the-movies-dataset")
	for b.Loop() {
		if _, _, err := OpenSet(dir); err != nil {
			b.Fatal(err)
		}
	}
}
