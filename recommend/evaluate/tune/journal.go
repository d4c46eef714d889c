package tune

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"math"
	"os"
	"path/filepath"
	"strconv"
)

// A journal is lines of JSON, each ended by a newline:
//
//	{"sum":"1c291ca3","record":{...}}
//
// where sum is the CRC-32C of the record's bytes as they stand. The first record is a header,
// each further one an evaluation. The first line comes with the file, which is renamed
// into place; each further one is appended and synced before the evaluation counts. A kill
// can cut only the last line short, so that a last line which doesn't hold is dropped, and
// any other one that doesn't is damage.
const (
	journalFormat  = "nextflex tuning journal"
	journalVersion = 1
	maxLine        = 1 << 20 // bytes
	maxJournal     = 1 << 30 // bytes
	maxValues      = 1000    // metrics of an evaluation
	maxReason      = 1000    // bytes of an error
)

// Errors of a journal.
var (
	// ErrOtherSearch is returned for the journal of a search with other settings or data.
	ErrOtherSearch = errors.New("tune: the journal is of another search")
	// ErrJournal is returned for a file that is no journal, or one that is damaged.
	ErrJournal = errors.New("tune: not a whole journal")
)

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// header says which search a journal is of: all that decides what is evaluated.
type header struct {
	Format      string  `json:"format"`
	Version     int     `json:"version"`
	Data        string  `json:"data"`
	Protocol    string  `json:"protocol"`
	Metric      string  `json:"metric"`
	Maximize    bool    `json:"maximize"`
	Method      Method  `json:"method"`
	Trials      int     `json:"trials"`
	Folds       int     `json:"folds"`
	Resource    int     `json:"resource"`
	MinResource int     `json:"min_resource"`
	ByFolds     bool    `json:"by_folds"`
	Eta         int     `json:"eta"`
	Seed        uint64  `json:"seed"`
	Space       Space   `json:"space"`
	First       []Point `json:"first"`
}

func (c Config) header() header {
	first := c.First
	if len(first) == 0 {
		first = nil // an empty list is none, and reads as none
	}
	return header{
		Format: journalFormat, Version: journalVersion, Data: c.Data, Protocol: c.Protocol, Metric: c.Metric, Maximize: c.Maximize,
		Method: c.Method, Trials: c.Trials, Folds: c.Folds, Resource: c.Resource, MinResource: c.MinResource, ByFolds: c.ByFolds, Eta: c.Eta,
		Seed: c.Seed, Space: c.Space, First: first,
	}
}

// differs names the first field in which two headers differ, and both values.
func (h header) differs(here header) (field, a, b string) {
	for _, f := range []struct {
		name        string
		there, here any
	}{
		{"version", h.Version, here.Version}, {"data", h.Data, here.Data}, {"protocol", h.Protocol, here.Protocol}, {"metric", h.Metric, here.Metric},
		{"maximize", h.Maximize, here.Maximize}, {"method", h.Method, here.Method}, {"trials", h.Trials, here.Trials},
		{"folds", h.Folds, here.Folds}, {"resource", h.Resource, here.Resource}, {"min_resource", h.MinResource, here.MinResource},
		{"by_folds", h.ByFolds, here.ByFolds}, {"eta", h.Eta, here.Eta}, {"seed", h.Seed, here.Seed}, {"space", h.Space, here.Space}, {"first", h.First, here.First},
	} {
		a, errA := json.Marshal(f.there)
		b, errB := json.Marshal(f.here)
		if errA != nil || errB != nil || !bytes.Equal(a, b) {
			return f.name, string(a), string(b)
		}
	}
	return "", "", ""
}

// evaluation is one call of the objective and what came of it.
type evaluation struct {
	Trial    int     `json:"trial"`
	Point    Point   `json:"point"` // which the header and the trial decide; here for readers, and as a check
	Resource int     `json:"resource"`
	Fold     int     `json:"fold"`
	Values   Values  `json:"values,omitempty"`
	Error    string  `json:"error,omitempty"`
	Seconds  float64 `json:"seconds"`
}

func (e evaluation) key() evalKey { return evalKey{e.Trial, e.Resource, e.Fold} }

type evalKey struct{ trial, resource, fold int }

// encode returns a record as a line.
func encode(record any) ([]byte, error) {
	text, err := json.Marshal(record)
	if err != nil {
		return nil, fmt.Errorf("tune: writing the journal: %w", err)
	}
	line := fmt.Appendf(nil, `{"sum":"%08x","record":%s}`+"\n", crc32.Checksum(text, castagnoli), text)
	if len(line) > maxLine {
		return nil, fmt.Errorf("tune: writing the journal: a line of %d bytes, want at most %d", len(line), maxLine)
	}
	return line, nil
}

// decode reads a line into a record.
func decode(line []byte, record any) error {
	var envelope struct {
		Sum    string          `json:"sum"`
		Record json.RawMessage `json:"record"`
	}
	if err := strict(line, &envelope); err != nil {
		return err
	}
	if want := fmt.Sprintf("%08x", crc32.Checksum(envelope.Record, castagnoli)); envelope.Sum != want {
		return fmt.Errorf("checksum %q, want %s", envelope.Sum[:min(len(envelope.Sum), 16)], want)
	}
	return strict(envelope.Record, record)
}

// strict decodes one JSON value without fields that are unknown and without anything
// behind it.
func strict(text []byte, to any) error {
	dec := json.NewDecoder(bytes.NewReader(text))
	dec.DisallowUnknownFields()
	if err := dec.Decode(to); err != nil {
		return err
	}
	if _, err := dec.Token(); err != io.EOF {
		return errors.New("more than one value")
	}
	return nil
}

// readJournal reads a journal. good is the number of bytes up to where all of it holds.
func readJournal(r io.Reader) (h header, list []evaluation, good int64, err error) {
	in := bufio.NewReaderSize(io.LimitReader(r, maxJournal+1), 1<<16)
	for n := 1; ; n++ {
		line, end := readLine(in)
		if end != nil && end != io.EOF {
			return h, nil, 0, fmt.Errorf("line %d: %w", n, end)
		}
		if len(line) == 0 {
			break
		}
		if good+int64(len(line)) > maxJournal {
			return h, nil, 0, fmt.Errorf("%w: more than %d bytes", ErrJournal, maxJournal)
		}
		var e evaluation
		switch {
		case n == 1:
			err = decodeHeader(line, &h)
		default:
			err = decodeEvaluation(line, &e)
		}
		if err == nil && line[len(line)-1] != '\n' {
			err = errors.New("cut short")
		}
		if err != nil {
			_, more := in.Peek(1)
			if n > 1 && more == io.EOF {
				break // the last line, which a kill can have cut short
			}
			return h, nil, 0, fmt.Errorf("%w: line %d: %w", ErrJournal, n, err)
		}
		good += int64(len(line))
		if n > 1 {
			list = append(list, e)
		}
	}
	if good == 0 {
		return h, nil, 0, fmt.Errorf("%w: no header", ErrJournal)
	}
	return h, list, good, nil
}

// readLine returns a line with its newline, if it has one; io.EOF may come with it.
func readLine(in *bufio.Reader) ([]byte, error) {
	var line []byte
	for {
		part, err := in.ReadSlice('\n')
		if line = append(line, part...); len(line) > maxLine {
			return nil, fmt.Errorf("%w: more than %d bytes", ErrJournal, maxLine)
		}
		if err != bufio.ErrBufferFull {
			return line, err
		}
	}
}

func decodeHeader(line []byte, h *header) error {
	// Another version may have other fields: say that it is another one first.
	var loose struct {
		Record struct {
			Format  string `json:"format"`
			Version int    `json:"version"`
		} `json:"record"`
	}
	if err := json.Unmarshal(line, &loose); err != nil || loose.Record.Format != journalFormat {
		return errors.New("no header of a journal")
	}
	if loose.Record.Version != journalVersion {
		return fmt.Errorf("version %d, want %d", loose.Record.Version, journalVersion)
	}
	return decode(line, h)
}

func decodeEvaluation(line []byte, e *evaluation) error {
	if err := decode(line, e); err != nil {
		return err
	}
	switch {
	case e.Trial < 0 || e.Trial >= MaxTrials:
		return fmt.Errorf("trial %d", e.Trial)
	case e.Fold < 0 || e.Fold >= MaxFolds:
		return fmt.Errorf("fold %d", e.Fold)
	case e.Resource < 0 || e.Resource > MaxResource:
		return fmt.Errorf("resource %d", e.Resource)
	case len(e.Values) > maxValues:
		return fmt.Errorf("%d values", len(e.Values))
	case (len(e.Values) == 0) == (e.Error == ""):
		return errors.New("want either values or an error")
	case !(e.Seconds >= 0):
		return fmt.Errorf("%v seconds", e.Seconds)
	}
	return nil
}

// journal appends evaluations to a file. A nil journal keeps none.
type journal struct{ file *os.File }

// openJournal makes the file, or takes up the one that is there and returns its
// evaluations.
func openJournal(path string, here header) (*journal, []evaluation, error) {
	if path == "" {
		return nil, nil, nil
	}
	list, err := takeUp(path, here)
	if errors.Is(err, os.ErrNotExist) {
		err = create(path, here)
	}
	if err != nil {
		return nil, nil, fmt.Errorf("tune: journal %s: %w", path, err)
	}
	file, err := os.OpenFile(path, os.O_WRONLY|os.O_APPEND, 0)
	if err != nil {
		return nil, nil, fmt.Errorf("tune: journal: %w", err)
	}
	return &journal{file}, list, nil
}

// takeUp reads a journal and cuts a last line off that was not written to its end. An empty
// file, such as mktemp makes, counts as none.
func takeUp(path string, here header) (list []evaluation, err error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, file.Close()) }()
	info, err := file.Stat()
	if err != nil {
		return nil, err
	}
	if info.Mode().IsRegular() && info.Size() == 0 {
		return nil, os.ErrNotExist
	}
	there, list, good, err := readJournal(file)
	if err != nil {
		return nil, err
	}
	if field, a, b := there.differs(here); field != "" {
		return nil, fmt.Errorf("%w: %s is %s there and %s here", ErrOtherSearch, field, short(a), short(b))
	}
	if good < info.Size() {
		return list, os.Truncate(path, good)
	}
	return list, nil
}

func short(text string) string {
	const most = 200
	if len(text) > most {
		return text[:most] + "..."
	}
	return text
}

// create puts a journal of a header alone at a path, whole or not at all.
func create(path string, h header) (err error) {
	line, err := encode(h)
	if err != nil {
		return err
	}
	file, err := os.CreateTemp(filepath.Dir(path), "."+filepath.Base(path)+".*")
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			_ = file.Close()           // the first error is the one that counts
			_ = os.Remove(file.Name()) // likewise
		}
	}()
	if _, err = file.Write(line); err != nil {
		return err
	}
	if err = file.Chmod(0o644); err != nil {
		return err
	}
	if err = file.Sync(); err != nil {
		return err
	}
	if err = file.Close(); err != nil {
		return err
	}
	return os.Rename(file.Name(), path)
}

// add appends an evaluation and brings it to the disk.
func (j *journal) add(e evaluation) error {
	if j == nil {
		return nil
	}
	line, err := encode(e)
	if err != nil {
		return err
	}
	if _, err := j.file.Write(line); err != nil {
		return fmt.Errorf("tune: writing the journal: %w", err)
	}
	if err := j.file.Sync(); err != nil {
		return fmt.Errorf("tune: writing the journal: %w", err)
	}
	return nil
}

func (j *journal) close() error {
	if j == nil {
		return nil
	}
	if err := j.file.Close(); err != nil {
		return fmt.Errorf("tune: closing the journal: %w", err)
	}
	return nil
}

// replay indexes the evaluations of a journal, and refuses those that the search would
// not have made.
func replay(list []evaluation, points []Point, c Config) (map[evalKey]evaluation, error) {
	done := map[evalKey]evaluation{}
	for _, e := range list {
		switch {
		case e.Trial >= len(points) || e.Fold >= c.Folds:
			return nil, fmt.Errorf("%w: it has trial %d and fold %d of %d and %d", ErrJournal, e.Trial, e.Fold, len(points), c.Folds)
		case !e.Point.equal(points[e.Trial]):
			return nil, fmt.Errorf("%w: trial %d is of %s there and of %s here", ErrOtherSearch, e.Trial, short(strconv.Quote(e.Point.String())), short(strconv.Quote(points[e.Trial].String())))
		}
		for name, v := range e.Values {
			if len(name) > MaxName || math.IsInf(v, 0) {
				return nil, fmt.Errorf("%w: trial %d has the value %v for %s", ErrJournal, e.Trial, v, short(strconv.Quote(name)))
			}
		}
		if _, twice := done[e.key()]; !twice {
			done[e.key()] = e
		}
	}
	return done, nil
}
