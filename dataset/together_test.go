package dataset

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/stretchr/testify/require"
)

// randomFile writes a ratings file of some format with faults of all kinds.
type randomFile struct {
	*rand.Rand
	header, sep string
	oddValues   int // one value of so many is out of the ordinary; 0 for none
	faults      int // one line of so many has a fault; 0 for none
	texts       bool
	quotes      bool
	wide        bool
}

func (f randomFile) write(lines int) string {
	var b strings.Builder
	b.WriteString(f.header)
	user := 0
	for range lines {
		if f.IntN(9) == 0 {
			user += 1 + f.IntN(40)
		}
		fields := []string{fmt.Sprint(user), fmt.Sprint(f.IntN(3000)), fmt.Sprintf("%.1f", 0.5+0.5*float64(f.IntN(10))), fmt.Sprint(f.IntN(1 << (10 + f.IntN(22))))}
		if f.oddValues > 0 && f.IntN(f.oddValues) == 0 {
			fields[2] = []string{"3", "7", "0", "9.5", "2.25", "10", "3.75", "-1", "4e0", "0.1", "1234567", "5.0001"}[f.IntN(12)]
		}
		if f.texts && f.IntN(30) == 0 {
			fields[f.IntN(2)] = []string{"a", "bé", "07", "x y", "-0"}[f.IntN(5)]
		}
		if f.wide && f.IntN(20) == 0 {
			fields[f.IntN(2)] = []string{"12345678", "123456789", "4294967295", "4294967296", "-5", "123456789012345678", "9223372036854775807"}[f.IntN(7)]
		}
		if f.quotes && f.IntN(40) == 0 {
			fields[1] = []string{`"5"`, "\"a\nb\"", "\"\"\"q\"\"\"", `"open`}[f.IntN(4)]
		}
		line := strings.Join(fields, f.sep)
		if f.faults > 0 && f.IntN(f.faults) == 0 {
			line = []string{
				"", " ", "bad", "x" + f.sep + line, strings.Replace(line, f.sep, f.sep+f.sep, 1), line + f.sep + "1", line + "999999", line + "x",
				strings.Join(fields[:3], f.sep) + f.sep, "00" + line, " " + line, strings.Repeat("7", 300), strings.Replace(line, ".", "..", 1), "\r",
			}[f.IntN(14)]
		}
		b.WriteString(line)
		b.WriteString([]string{"\n", "\n", "\n", "\r\n"}[f.IntN(4)])
	}
	return strings.TrimSuffix(b.String(), "\n")
}

// outcome is all that reading a file gives.
type outcome struct {
	entries []string
	lines   []int64
	scale   Scale
	report  *Report
	err     string
	timed   bool
}

func outcomeOf(r *Ratings, report *Report, err error) outcome {
	o := outcome{report: report}
	if err != nil {
		o.err = err.Error()
	}
	if r != nil {
		o.entries, o.scale, o.timed = entries(r), r.Scale, r.Time != nil
		for i := range r.Len() {
			o.lines = append(o.lines, r.lines.line(int32(i)))
		}
	}
	return o
}

// TestReadingTogether: whoever parses which part of a file and in which way,
// what comes out is what one parser reads line by line in the general way.
func TestReadingTogether(t *testing.T) {
	ml, named := "userId,movieId,rating,timestamp\n", "user,item,rating,time\n"
	for name, kind := range map[string]randomFile{
		"MovieLens":            {header: ml, sep: ","},
		"MovieLens, faults":    {header: "\n" + ml, sep: ",", faults: 30},
		"MovieLens, odd":       {header: ml, sep: ",", oddValues: 9},
		"MovieLens, all":       {header: ml, sep: ",", oddValues: 50, faults: 50, wide: true},
		"colons":               {sep: "::", oddValues: 40, faults: 40},
		"tabs, wide":           {sep: "\t", wide: true},
		"named, integers":      {header: named, sep: ",", oddValues: 9, faults: 100},
		"named, texts":         {header: named, sep: ";", texts: true, faults: 100},
		"named, quotes":        {header: named, sep: ",", quotes: true, faults: 100},
		"named, all":           {header: named, sep: ",", quotes: true, faults: 60, texts: true, wide: true, oddValues: 10},
		"named, blanks before": {header: strings.Repeat("\n", 500) + named, sep: ",", faults: 20},
	} {
		t.Run(name, func(t *testing.T) {
			for seed := range uint64(4) {
				kind.Rand = rand.New(rand.NewPCG(seed, 7))
				text := kind.write(700)
				if kind.header == "" {
					text = "1" + kind.sep + "1" + kind.sep + "4" + kind.sep + "5\n" + text
				}
				path := filepath.Join(t.TempDir(), "set.csv")
				require.NoError(t, os.WriteFile(path, []byte(text), 0o600))
				for _, strict := range []bool{false, true} {
					alone := Loader{crew: team{size: 1}, general: true, Strict: strict}
					want := outcomeOf(alone.Open(path))
					for _, workers := range []int{1, 2, 3, 8} {
						for _, block := range []int{50, 333, 4000} {
							l := Loader{crew: team{size: workers, grain: 1}, block: block, Strict: strict}
							require.Equal(t, want, outcomeOf(l.Open(path)), "seed %d, strict %v, %d workers, blocks of %d bytes", seed, strict, workers, block)
							// A stream, whose size isn't known.
							require.Equal(t, want, outcomeOf(l.Read(context.Background(), strings.NewReader(text), path)), "stream")
						}
					}
				}
			}
		})
	}
}

// TestLinesOfTheLongestKind: whether a line is too long doesn't depend on blocks.
func TestLinesOfTheLongestKind(t *testing.T) {
	fits := "1\t2\t3\t" + strings.Repeat("0", maxLine-7) + "4\n"
	text := "1\t1\t3\t4\n" + fits + "1\t3\t3\t0" + strings.TrimPrefix(fits, "1\t2\t3\t") + "1\t4\t3\t4\n"
	for _, block := range []int{100, 0, maxLine} {
		for _, workers := range []int{1, 3} {
			r, report, err := readText(Loader{block: block, crew: team{size: workers, grain: 1}}, "u.data", text)
			require.NoError(t, err)
			require.Equal(t, []string{"1 1 3 4", "1 2 3 4", "1 4 3 4"}, entries(r))
			require.Equal(t, []int64{3}, report.Drop(LineTooLong).Lines)
		}
	}
}

func TestReadingTogetherStops(t *testing.T) {
	text := strings.Repeat("12\t3456\t3\t881250949\n", 5000)
	for _, workers := range []int{1, 2, 8} {
		ctx, cancel := context.WithCancel(context.Background())
		var seen []Progress
		l := Loader{crew: team{size: workers, grain: 1}, block: 1000, Progress: func(p Progress) {
			if seen = append(seen, p); len(seen) == 7 {
				cancel()
			}
		}}
		_, _, err := l.Read(ctx, strings.NewReader(text), "u.data")
		require.ErrorIs(t, err, context.Canceled)
		require.Len(t, seen, 7)

		seen = seen[:0]
		l.Progress = func(p Progress) { seen = append(seen, p) }
		_, _, err = l.Read(context.Background(), strings.NewReader(text), "u.data")
		require.NoError(t, err)
		for i := range seen[1:] {
			require.Less(t, seen[i].Rows, seen[i+1].Rows)
			require.LessOrEqual(t, seen[i].Bytes, seen[i+1].Bytes)
		}
		require.EqualValues(t, 5000, seen[len(seen)-1].Rows)
		require.EqualValues(t, len(text), seen[len(seen)-1].Bytes)

		broken := errors.New("cable pulled")
		_, _, err = l.Read(context.Background(), &failing{bytes.NewReader([]byte(text[:95000])), broken}, "u.data")
		require.ErrorIs(t, err, broken)
		require.ErrorContains(t, err, "after line 4750:")
		_, _, err = l.Read(context.Background(), iotest.OneByteReader(strings.NewReader(text)), "u.data")
		require.NoError(t, err)
	}
}

// TestMatricesTogether: neither the matrix nor its transpose depends on who
// counts which part.
func TestMatricesTogether(t *testing.T) {
	rng := rand.New(rand.NewPCG(5, 6))
	for _, sorted := range []bool{true, false} {
		for range 30 {
			r := ratingsOf(1+rng.IntN(40), 1+rng.IntN(40))
			for u := range int32(r.Users.Len()) {
				for i := range int32(r.Items.Len()) {
					if rng.IntN(3) > 0 {
						continue
					}
					user, item := u, i
					if !sorted {
						user, item = rng.Int32N(int32(r.Users.Len())), rng.Int32N(int32(r.Items.Len()))
					}
					r.User, r.Item = append(r.User, user), append(r.Item, item)
					r.Value, r.Time = append(r.Value, rng.Float32()), append(r.Time, rng.Uint32N(50))
				}
			}
			alone := team{size: 1}
			want := r.matrix(alone)
			back := want.transposed(alone, r.Items.Len())
			clean, report, err := Clean(r, Cleaning{team: alone})
			require.NoError(t, err)
			for _, workers := range []int{2, 3, 8} {
				crew := team{size: workers, grain: 1}
				m := r.matrix(crew)
				require.Equal(t, want.CSR, m.CSR)
				require.Equal(t, back, m.transposed(crew, r.Items.Len()))
				rebuilt := buildCSR(crew, r.Items.Len(), flat(back), back.Index, back.Value)
				require.Equal(t, back, rebuilt)
				require.Equal(t, want.CSR, rebuilt.transposed(crew, r.Users.Len()))
				got, same, err := Clean(r, Cleaning{team: crew})
				require.NoError(t, err)
				require.Equal(t, report, same)
				require.Equal(t, entries(clean), entries(got))
			}
		}
	}
}

// flat returns the row of each entry.
func flat(c CSR) (rows []int32) {
	for r := range len(c.Ptr) - 1 {
		for range c.Ptr[r+1] - c.Ptr[r] {
			rows = append(rows, int32(r))
		}
	}
	return rows
}
