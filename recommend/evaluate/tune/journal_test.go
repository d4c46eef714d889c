package tune

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// none is an objective for a journal that knows everything.
func none(context.Context, Point, int, int) (Values, error) {
	return nil, errors.New("the journal should have known")
}

func TestResume(t *testing.T) {
	for _, method := range []Method{Random, Halving} {
		t.Run(string(method), func(t *testing.T) {
			c := bowlSearch()
			c.Method, c.Trials = method, 18
			want, err := Search(t.Context(), c, bowl)
			require.NoError(t, err)
			c.Journal = filepath.Join(t.TempDir(), "journal")
			first, err := Search(t.Context(), c, bowl)
			require.NoError(t, err)
			require.Equal(t, timeless(t, want), timeless(t, first))
			whole, err := os.ReadFile(c.Journal)
			require.NoError(t, err)
			lines := bytes.SplitAfter(whole, []byte("\n"))
			// A kill leaves any number of whole lines and perhaps a part of one more.
			for _, keep := range []int{1, 2, len(lines) / 2, len(lines) - 2, len(lines) - 1} {
				for _, part := range []int{0, 1, 20} {
					left := bytes.Join(lines[:keep], nil)
					if keep < len(lines)-1 {
						left = append(left, lines[keep][:part]...)
					}
					require.NoError(t, os.WriteFile(c.Journal, left, 0o600))
					r, err := Search(t.Context(), c, bowl)
					require.NoError(t, err)
					require.Equal(t, timeless(t, want), timeless(t, r))
					require.Equal(t, keep-1, r.Resumed)
					again, err := Search(t.Context(), c, none)
					require.NoError(t, err)
					require.Equal(t, timeless(t, want), timeless(t, again))
					require.Equal(t, want.Evaluations, again.Resumed)
				}
			}
		})
	}
}

// The two searches that TestKilled compares: the child's sees a kill, the parent's none.
func killedSearch(journal string) Config {
	c := bowlSearch()
	c.Method, c.Parallel, c.Journal = Halving, 2, journal
	return c
}

// TestKilledChild is no test by itself: TestKilled runs it as a process of its own. It
// hangs after some evaluations, until it is killed.
func TestKilledChild(t *testing.T) {
	journal, after := os.Getenv("NEXTFLEX_TUNE_JOURNAL"), os.Getenv("NEXTFLEX_TUNE_AFTER")
	if journal == "" {
		t.Skip("run by TestKilled")
	}
	most, err := strconv.ParseInt(after, 10, 64)
	require.NoError(t, err)
	var calls atomic.Int64
	_, err = Search(t.Context(), killedSearch(journal), func(ctx context.Context, p Point, resource, fold int) (Values, error) {
		if calls.Add(1) > most {
			select {}
		}
		return bowl(ctx, p, resource, fold)
	})
	require.NoError(t, err)
}

// TestKilled kills a search again and again by a signal that no program can handle, and
// goes on from what is left.
func TestKilled(t *testing.T) {
	journal := filepath.Join(t.TempDir(), "journal")
	want, err := Search(t.Context(), killedSearch(""), bowl)
	require.NoError(t, err)
	const calls = 23
	lines := 1 // of the journal: its header
	for kills := 0; kills < 3; kills++ {
		child := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestKilledChild$")
		child.Env = append(os.Environ(), "NEXTFLEX_TUNE_JOURNAL="+journal, fmt.Sprintf("NEXTFLEX_TUNE_AFTER=%d", calls))
		require.NoError(t, child.Start())
		lines += calls
		for text := []byte(nil); bytes.Count(text, []byte("\n")) < lines; {
			if text, err = os.ReadFile(journal); err != nil {
				require.ErrorIs(t, err, os.ErrNotExist)
			}
			require.NoError(t, t.Context().Err())
			time.Sleep(time.Millisecond) // between two looks; nothing depends on how long
		}
		require.NoError(t, child.Process.Kill())
		require.Error(t, child.Wait(), "it was killed")
	}
	c := killedSearch(journal)
	r, err := Search(t.Context(), c, bowl)
	require.NoError(t, err)
	require.Equal(t, timeless(t, want), timeless(t, r))
	require.Equal(t, 3*calls, r.Resumed)
}

// TestInterrupted cancels in the middle: what was begun either ends in the journal or
// doesn't count.
func TestInterrupted(t *testing.T) {
	c := bowlSearch()
	want, err := Search(t.Context(), c, bowl)
	require.NoError(t, err)
	c.Journal, c.Parallel = filepath.Join(t.TempDir(), "journal"), 3
	ctx, cancel := context.WithCancel(t.Context())
	c.Progress = func(p Progress) {
		if p.Done == 10 {
			cancel()
		}
	}
	_, err = Search(ctx, c, func(ctx context.Context, p Point, resource, fold int) (Values, error) {
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		return bowl(ctx, p, resource, fold)
	})
	require.ErrorIs(t, err, context.Canceled)
	c.Progress = nil
	r, err := Search(t.Context(), c, bowl)
	require.NoError(t, err)
	require.Equal(t, timeless(t, want), timeless(t, r))
	require.GreaterOrEqual(t, r.Resumed, 10)
	require.Less(t, r.Resumed, 20)
	_, err = Search(ctx, c, none)
	require.ErrorIs(t, err, context.Canceled, "even where nothing is left to do")
}

func TestJournalOfAnotherSearch(t *testing.T) {
	journal := filepath.Join(t.TempDir(), "journal")
	c := bowlSearch()
	c.Journal, c.Data, c.Protocol = journal, "0123", "3 folds"
	_, err := Search(t.Context(), c, bowl)
	require.NoError(t, err)
	before, err := os.ReadFile(journal)
	require.NoError(t, err)
	for name, test := range map[string]struct {
		change func(*Config)
		want   string
	}{
		"data":     {func(c *Config) { c.Data = "4567" }, `data is "0123" there and "4567" here`},
		"protocol": {func(c *Config) { c.Protocol = "5 folds" }, `protocol is "3 folds" there and "5 folds" here`},
		"metric":   {func(c *Config) { c.Metric = "gain" }, `metric is "loss" there and "gain" here`},
		"maximize": {func(c *Config) { c.Maximize = true }, "maximize is false there and true here"},
		"method":   {func(c *Config) { c.Method = Halving }, `method is "random" there and "halving" here`},
		"trials":   {func(c *Config) { c.Trials = 41 }, "trials is 40 there and 41 here"},
		"folds":    {func(c *Config) { c.Folds = 2 }, "folds is 3 there and 2 here"},
		"resource": {func(c *Config) { c.Resource = 2 }, "resource is 27 there and 2 here"},
		"seed":     {func(c *Config) { c.Seed = 12 }, "seed is 11 there and 12 here"},
		"eta":      {func(c *Config) { c.Eta = 4 }, "eta is 3 there and 4 here"},
		"space":    {func(c *Config) { c.Space = Space{LogFloat("x", 0.1, 21), Int("n", 1, 10)} }, `space is [{"name":"x","kind":"log-float","min":0.1,"max":20}`},
		"first":    {func(c *Config) { c.First = []Point{{"x": 1.0, "n": 1.0}} }, `first is null there and [{"n":1,"x":1}] here`},
	} {
		t.Run(name, func(t *testing.T) {
			other := c
			test.change(&other)
			_, err := Search(t.Context(), other, none)
			require.ErrorIs(t, err, ErrOtherSearch)
			require.ErrorContains(t, err, test.want)
			require.ErrorContains(t, err, journal)
			after, err := os.ReadFile(journal)
			require.NoError(t, err)
			require.Equal(t, before, after)
		})
	}
	c.Parallel = 5
	_, err = Search(t.Context(), c, none)
	require.NoError(t, err, "the number of threads is no part of a search")
	c.First = []Point{}
	_, err = Search(t.Context(), c, none)
	require.NoError(t, err, "no points in a list of none")
}

// line is a line of a journal with a checksum that holds.
func line(t *testing.T, record any) string {
	t.Helper()
	text, err := encode(record)
	require.NoError(t, err)
	return string(text)
}

func TestJournalRefuses(t *testing.T) {
	c := bowlSearch()
	points := c.points()
	c, err := c.resolved()
	require.NoError(t, err)
	head := line(t, c.header())
	good := line(t, evaluation{Trial: 0, Point: points[0], Resource: 27, Values: Values{"loss": 1}})
	later := c.header()
	later.Version = 2
	for name, test := range map[string]struct {
		text string
		want string
	}{
		"a table of ratings":    {"userId,movieId,rating\n1,1,5\n", "line 1: no header of a journal"},
		"a table in one line":   {"userId,movieId,rating", "line 1: no header of a journal"},
		"other JSON":            {"{\"a\": 1}\n", "line 1: no header of a journal"},
		"another version":       {line(t, later), "line 1: version 2, want 1"},
		"half a header":         {head[:len(head)/2], "line 1: no header of a journal"},
		"a header without end":  {head[:len(head)-1], "line 1: cut short"},
		"a changed header":      {strings.Replace(head, `"seed":11`, `"seed":12`, 1), "line 1: checksum"},
		"a changed value":       {head + strings.Replace(good, `"loss":1`, `"loss":2`, 1) + good, "line 2: checksum"},
		"something between":     {head + "\n" + good, "line 2: EOF"},
		"two values in a line":  {head + strings.TrimSuffix(good, "\n") + good + good, "line 2: more than one value"},
		"an unknown field":      {head + line(t, map[string]any{"trial": 0, "colour": "red"}) + good, `line 2: json: unknown field "colour"`},
		"a negative trial":      {head + line(t, evaluation{Trial: -1, Error: "x"}) + good, "line 2: trial -1"},
		"a huge fold":           {head + line(t, evaluation{Fold: 1e9, Error: "x"}) + good, "line 2: fold 1000000000"},
		"a negative resource":   {head + line(t, evaluation{Resource: -1, Error: "x"}) + good, "line 2: resource -1"},
		"neither value nor not": {head + line(t, evaluation{}) + good, "line 2: want either values or an error"},
		"both":                  {head + line(t, evaluation{Values: Values{"loss": 1}, Error: "x"}) + good, "line 2: want either values or an error"},
		"a negative time":       {head + line(t, evaluation{Error: "x", Seconds: -1}) + good, "line 2: -1 seconds"},
		"a trial too many":      {head + line(t, evaluation{Trial: 40, Error: "x"}) + good, "it has trial 40 and fold 0 of 40 and 3"},
		"a fold too many":       {head + line(t, evaluation{Fold: 3, Error: "x"}) + good, "it has trial 0 and fold 3 of 40 and 3"},
		"another point":         {head + line(t, evaluation{Point: Point{"x": 1.0}, Error: "x"}) + good, `trial 0 is of "x=1" there`},
		"a point of lists":      {head + line(t, evaluation{Point: Point{"x": []int{1}, "n": 1.0}, Error: "x"}) + good, "trial 0 is of"},
		"a long line":           {head + strings.Repeat("x", maxLine+1) + "\n" + good, "line 2: "},
		"a long last line":      {head + strings.Repeat("x", maxLine+1), "line 2: "},
		"a long name":           {head + line(t, evaluation{Point: points[0], Resource: 27, Values: Values{strings.Repeat("n", 101): 1}}) + good, "trial 0 has the value 1 for"},
	} {
		t.Run(name, func(t *testing.T) {
			c := c
			c.Journal = filepath.Join(t.TempDir(), "journal")
			require.NoError(t, os.WriteFile(c.Journal, []byte(test.text), 0o600))
			_, err := Search(t.Context(), c, none)
			require.ErrorContains(t, err, test.want)
			require.True(t, errors.Is(err, ErrJournal) || errors.Is(err, ErrOtherSearch), err)
			after, err := os.ReadFile(c.Journal)
			require.NoError(t, err)
			require.Equal(t, test.text, string(after), "what isn't understood isn't changed")
		})
	}
}

func TestJournalTakesTheFirstOfTwo(t *testing.T) {
	c := bowlSearch()
	c.Journal = filepath.Join(t.TempDir(), "journal")
	want, err := Search(t.Context(), c, bowl)
	require.NoError(t, err)
	text, err := os.ReadFile(c.Journal)
	require.NoError(t, err)
	file, err := os.OpenFile(c.Journal, os.O_APPEND|os.O_WRONLY, 0)
	require.NoError(t, err)
	_, err = file.WriteString(line(t, evaluation{Trial: want.Best.Number, Point: want.Best.Point, Resource: 27, Values: Values{"loss": 99}}))
	require.NoError(t, errors.Join(err, file.Close()))
	again, err := Search(t.Context(), c, none)
	require.NoError(t, err)
	require.Equal(t, timeless(t, want), timeless(t, again))
	require.NotEmpty(t, text)
}

func TestEmptyFileIsNoJournalYet(t *testing.T) {
	c := bowlSearch()
	c.Journal = filepath.Join(t.TempDir(), "journal")
	require.NoError(t, os.WriteFile(c.Journal, nil, 0o600))
	_, err := Search(t.Context(), c, bowl)
	require.NoError(t, err)
	_, err = Search(t.Context(), c, none)
	require.NoError(t, err)
}

func TestJournalNowhere(t *testing.T) {
	c := bowlSearch()
	c.Journal = filepath.Join(t.TempDir(), "nowhere", "journal")
	_, err := Search(t.Context(), c, bowl)
	require.ErrorIs(t, err, os.ErrNotExist)
	c.Journal = t.TempDir()
	_, err = Search(t.Context(), c, bowl)
	require.ErrorContains(t, err, "tune: journal "+c.Journal)
}

// TestJournalThatCannotBeWritten ends the search: an evaluation that isn't on disk doesn't
// count.
func TestJournalThatCannotBeWritten(t *testing.T) {
	c, err := bowlSearch().resolved()
	require.NoError(t, err)
	file, err := os.Create(filepath.Join(t.TempDir(), "journal"))
	require.NoError(t, err)
	require.NoError(t, file.Close())
	s := &search{Config: c, objective: bowl, points: c.points(), journal: &journal{file}, done: map[evalKey]evaluation{}, counted: map[evalKey]bool{}}
	_, err = s.run(t.Context())
	require.ErrorIs(t, err, os.ErrClosed)
	require.Zero(t, s.progress.Done)
	require.Error(t, s.journal.close())
}

func TestLinesHaveABound(t *testing.T) {
	_, err := encode(strings.Repeat("x", maxLine))
	require.ErrorContains(t, err, "want at most 1048576")
	_, err = encode(make(chan int))
	require.ErrorContains(t, err, "tune: writing the journal")
}

// FuzzJournal reads any bytes as a journal. What reads well, written anew, reads the
// same.
func FuzzJournal(f *testing.F) {
	c, err := bowlSearch().resolved()
	if err != nil {
		f.Fatal(err)
	}
	head, err := encode(c.header())
	if err != nil {
		f.Fatal(err)
	}
	e, err := encode(evaluation{Point: c.points()[0], Resource: 27, Values: Values{"loss": 1}, Seconds: 0.5})
	if err != nil {
		f.Fatal(err)
	}
	failed, err := encode(evaluation{Trial: 1, Point: c.points()[1], Error: "singular"})
	if err != nil {
		f.Fatal(err)
	}
	f.Add(head)
	f.Add(bytes.Join([][]byte{head, e, failed}, nil))
	f.Add(bytes.Join([][]byte{head, e, failed[:len(failed)/2]}, nil))
	f.Add([]byte("userId,movieId\n"))
	f.Fuzz(func(t *testing.T, text []byte) {
		h, list, good, err := readJournal(bytes.NewReader(text))
		if err != nil {
			require.ErrorIs(t, err, ErrJournal)
			return
		}
		require.LessOrEqual(t, good, int64(len(text)))
		_, again, all, err := readJournal(bytes.NewReader(text[:good]))
		require.NoError(t, err)
		require.Equal(t, list, again)
		require.Equal(t, good, all)
		written := []byte(line(t, h))
		for _, e := range list {
			written = append(written, line(t, e)...)
		}
		_, again, _, err = readJournal(bytes.NewReader(written))
		require.NoError(t, err)
		require.Equal(t, len(list), len(again))
		_, _ = replay(list, c.points(), c) // whatever it holds
	})
}
