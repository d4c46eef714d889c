package als

import (
	"bufio"
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"hash"
	"io"
	"math"
	"os"
	"path/filepath"

	"github.com/nextflex/nextflex/dataset"
)

// A model file is
//
//	magic    "NFALS\r\n\x1a": text tools that change line ends break it at once
//	version  uint32, little endian as all numbers are
//	length   uint32, then that many bytes of JSON: header
//	users    ids: int64 each, or uint32 length and bytes each
//	items    ids
//	tables   float32: user factors, item factors, user biases, item biases; then, in
//	         version 2, the weights of the users' and of the items' features, and with
//	         Rated those of both without it, for rows that have no ratings; in version 3
//	         the items' numbers of interactions
//	sum      SHA-256 of all before it
//
// A model without features is of version 1, which older programs read; one of
// interactions that count by Popularity is of version 3.
const (
	fileMagic         = "NFALS\r\n\x1a"
	versionPlain      = 1
	versionFeatures   = 2
	versionPopularity = 3
	maxHeader         = 1 << 20 // bytes
	maxID             = 1 << 12 // bytes of a string id
	readerSize        = 1 << 16
)

// Errors of reading a model.
var (
	// ErrFormat is returned for what is not a model file, or one of a version
	// that this package doesn't know.
	ErrFormat = errors.New("als: not a model file")
	// ErrDamaged is returned for a model file that is cut short or changed.
	ErrDamaged = errors.New("als: damaged model file")
)

type header struct {
	Config     Config     `json:"config"`
	Mean       float32    `json:"mean"`
	Users      idHeader   `json:"users"`
	Items      idHeader   `json:"items"`
	Provenance Provenance `json:"provenance"`
	// The features of version 2, in columns without those of Config.Rated.
	UserFeatures int `json:"user_features,omitempty"`
	ItemFeatures int `json:"item_features,omitempty"`
}

// version is what a file with this header has.
func (h header) version() uint32 {
	if h.Config.Popularity > 0 {
		return versionPopularity
	}
	if h.Config.Rated || h.UserFeatures > 0 || h.ItemFeatures > 0 {
		return versionFeatures
	}
	return versionPlain
}

type idHeader struct {
	Count  int  `json:"count"`
	String bool `json:"string,omitempty"`
}

// Save writes the model to a file, beside it first, so that a file of that name
// is whole or as it was before.
func (m *Model) Save(path string) (err error) {
	file, err := os.CreateTemp(filepath.Dir(path), "."+filepath.Base(path)+".*")
	if err != nil {
		return fmt.Errorf("als: saving a model: %w", err)
	}
	defer func() {
		if err != nil {
			_ = file.Close()           // the first error is the one that counts
			_ = os.Remove(file.Name()) // likewise
			err = fmt.Errorf("als: saving the model %s: %w", path, err)
		}
	}()
	if err = m.Write(file); err != nil {
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

// Write writes the model in the format of Read. Equal models give equal bytes.
func (m *Model) Write(w io.Writer) error {
	sum := sha256.New()
	out := bufio.NewWriterSize(io.MultiWriter(w, sum), 1<<16)
	h := header{
		Config: m.config, Mean: m.mean, Provenance: m.provenance,
		Users:        idHeader{m.users.Len(), !m.users.IsInt()},
		Items:        idHeader{m.items.Len(), !m.items.IsInt()},
		UserFeatures: m.userWeights.own, ItemFeatures: m.itemWeights.own,
	}
	head, err := json.Marshal(h)
	if err != nil {
		return fmt.Errorf("als: writing a model: %w", err)
	}
	// A bufio.Writer keeps its first error for Flush.
	_, _ = out.WriteString(fileMagic)
	_ = binary.Write(out, binary.LittleEndian, []uint32{h.version(), uint32(len(head))})
	_, _ = out.Write(head)
	writeIDs(out, m.users)
	writeIDs(out, m.items)
	for _, table := range m.tables() {
		writeFloats(out, *table)
	}
	if err := out.Flush(); err != nil {
		return fmt.Errorf("als: writing a model: %w", err)
	}
	if _, err := w.Write(sum.Sum(nil)); err != nil {
		return fmt.Errorf("als: writing a model: %w", err)
	}
	return nil
}

func writeIDs(out *bufio.Writer, ids *dataset.Index) {
	var b [8]byte
	for row := range int32(ids.Len()) {
		id := ids.ID(row)
		if n, ok := id.Int64(); ok {
			_, _ = out.Write(binary.LittleEndian.AppendUint64(b[:0], uint64(n)))
			continue
		}
		_, _ = out.Write(binary.LittleEndian.AppendUint32(b[:0], uint32(len(id.String()))))
		_, _ = out.WriteString(id.String())
	}
}

func writeFloats(out *bufio.Writer, table []float32) {
	block := make([]byte, 0, 1<<15)
	for i, v := range table {
		block = binary.LittleEndian.AppendUint32(block, math.Float32bits(v))
		if len(block) == cap(block) || i == len(table)-1 {
			_, _ = out.Write(block)
			block = block[:0]
		}
	}
}

// Load reads a model from a file that Save wrote.
func Load(path string) (*Model, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("als: loading a model: %w", err)
	}
	defer file.Close() // only read from
	in := bufio.NewReaderSize(file, readerSize)
	m, err := Read(in) // which reads through in itself, and so not past the end
	if err != nil {
		return nil, fmt.Errorf("%w: %s", err, path)
	}
	if _, err := in.ReadByte(); err == nil {
		return nil, fmt.Errorf("%w: bytes follow its end: %s", ErrDamaged, path)
	}
	return m, nil
}

// Read reads a model that Write wrote. It refuses what is not a model
// (ErrFormat) and what is cut short or changed (ErrDamaged). Memory is taken as
// the bytes come, not as the header claims, so that a file costs no more than
// a few times its size.
func Read(r io.Reader) (*Model, error) {
	d := &decoder{sum: sha256.New()}
	d.in = bufio.NewReaderSize(r, readerSize)
	head, err := d.header()
	if err != nil {
		return nil, err
	}
	m := &Model{config: head.Config, mean: head.Mean, provenance: head.Provenance}
	if m.users, err = d.ids(head.Users, "users"); err != nil {
		return nil, err
	}
	if m.items, err = d.ids(head.Items, "items"); err != nil {
		return nil, err
	}
	if err := d.tables(m, head); err != nil {
		return nil, err
	}
	want := d.sum.Sum(nil)
	got := make([]byte, len(want))
	if _, err := io.ReadFull(d.in, got); err != nil {
		return nil, damaged(err, "checksum")
	}
	if !bytes.Equal(got, want) {
		return nil, fmt.Errorf("%w: the checksum does not match", ErrDamaged)
	}
	return m, nil
}

// tables reads the tables of a model whose configuration and ids are known.
func (d *decoder) tables(m *Model, head header) (err error) {
	f := m.config.Factors
	biases := [2]int{head.Users.Count, head.Items.Count}
	if m.config.NoBias {
		biases = [2]int{}
	}
	userWeights, itemWeights := head.weights()
	alone := [2]int{head.UserFeatures, head.ItemFeatures}
	if !m.config.Rated {
		alone = [2]int{}
	}
	counted := 0
	if m.config.Popularity > 0 {
		counted = head.Items.Count
	}
	m.userWeights.own, m.itemWeights.own = head.UserFeatures, head.ItemFeatures
	sizes := [...]struct {
		n    int
		name string
	}{
		{head.Users.Count * f, "user factors"},
		{head.Items.Count * f, "item factors"},
		{biases[0], "user biases"},
		{biases[1], "item biases"},
		{userWeights * (f + 1), "weights of user features"},
		{itemWeights * (f + 1), "weights of item features"},
		{alone[0] * (f + 1), "weights of user features alone"},
		{alone[1] * (f + 1), "weights of item features alone"},
		{counted, "numbers of interactions"},
	}
	for i, table := range m.tables() {
		if *table, err = d.floats(sizes[i].n, sizes[i].name); err != nil {
			return err
		}
	}
	for _, n := range m.popularity.counts {
		if n < 0 || n != float32(math.Trunc(float64(n))) {
			return fmt.Errorf("%w: its numbers of interactions hold %v", ErrDamaged, n)
		}
	}
	m.popularity = newPopularity(m.config, m.popularity.counts)
	return nil
}

// weights is how many features of users and of items have weights.
func (h header) weights() (user, item int) {
	user, item = h.UserFeatures, h.ItemFeatures
	if h.Config.Rated {
		user, item = user+h.Items.Count, item+h.Users.Count
	}
	return user, item
}

// decoder reads and sums up at once.
type decoder struct {
	in  *bufio.Reader
	sum hash.Hash
}

func (d *decoder) read(p []byte) error {
	if _, err := io.ReadFull(d.in, p); err != nil {
		return err
	}
	d.sum.Write(p)
	return nil
}

func damaged(err error, part string) error {
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return fmt.Errorf("%w: it ends within its %s", ErrDamaged, part)
	}
	return fmt.Errorf("als: reading the %s of a model: %w", part, err)
}

func (d *decoder) header() (header, error) {
	var h header
	magic := make([]byte, len(fileMagic))
	if err := d.read(magic); err != nil || string(magic) != fileMagic {
		if err != nil && !errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF) {
			return h, damaged(err, "first bytes")
		}
		return h, ErrFormat
	}
	var numbers [8]byte
	if err := d.read(numbers[:]); err != nil {
		return h, damaged(err, "header")
	}
	version, length := binary.LittleEndian.Uint32(numbers[:]), binary.LittleEndian.Uint32(numbers[4:])
	if version < versionPlain || version > versionPopularity {
		return h, fmt.Errorf("%w: it has version %d, this program reads versions %d to %d", ErrFormat, version, versionPlain, versionPopularity)
	}
	if length > maxHeader {
		return h, fmt.Errorf("%w: its header claims %d bytes, want at most %d", ErrDamaged, length, maxHeader)
	}
	text := make([]byte, length)
	if err := d.read(text); err != nil {
		return h, damaged(err, "header")
	}
	if err := json.Unmarshal(text, &h); err != nil {
		return h, fmt.Errorf("%w: its header: %w", ErrDamaged, err)
	}
	check := h.Config
	check.Threads = 1
	if err := check.check(); err != nil {
		return h, fmt.Errorf("%w: its header: %w", ErrDamaged, err)
	}
	for _, ids := range []idHeader{h.Users, h.Items} {
		// The second bound matters where an int has 32 bits.
		if ids.Count < 0 || ids.Count > math.MaxInt32 || int64(ids.Count)*int64(h.Config.Factors) > math.MaxInt/8 {
			return h, fmt.Errorf("%w: its header claims %d ids", ErrDamaged, ids.Count)
		}
	}
	return h, h.checkFeatures(version)
}

// checkFeatures refuses features that no model has.
func (h header) checkFeatures(version uint32) error {
	for _, n := range []int{h.UserFeatures, h.ItemFeatures} {
		if n < 0 || n > MaxFeatures {
			return fmt.Errorf("%w: its header claims %d features, want 0 to %d", ErrDamaged, n, MaxFeatures)
		}
	}
	featured := h.Config.Rated || h.UserFeatures > 0 || h.ItemFeatures > 0
	if version != h.version() || featured && h.Config.Implicit {
		return fmt.Errorf("%w: its header claims what no model of version %d has", ErrDamaged, version)
	}
	user, item := h.weights()
	if int64(max(user, item))*int64(h.Config.Factors+1) > math.MaxInt/8 { // as above
		return fmt.Errorf("%w: its header claims %d and %d weights", ErrDamaged, user, item)
	}
	return nil
}

func (d *decoder) ids(h idHeader, name string) (*dataset.Index, error) {
	var index *dataset.Index
	var err error
	if h.String {
		var ids []string
		if ids, err = d.strings(h.Count, name); err != nil {
			return nil, err
		}
		index, err = dataset.NewStringIndex(ids)
	} else {
		var ids []int64
		if ids, err = d.ints(h.Count, name); err != nil {
			return nil, err
		}
		index, err = dataset.NewIndex(ids)
	}
	if err != nil {
		return nil, fmt.Errorf("%w: its %s: %w", ErrDamaged, name, err)
	}
	return index, nil
}

func (d *decoder) ints(n int, name string) ([]int64, error) {
	var ids []int64
	err := d.blocks(n, 8, func(b []byte) {
		for ; len(b) > 0; b = b[8:] {
			ids = append(ids, int64(binary.LittleEndian.Uint64(b)))
		}
	})
	if err != nil {
		return nil, damaged(err, name)
	}
	return ids, nil
}

func (d *decoder) strings(n int, name string) ([]string, error) {
	var ids []string
	var length [4]byte
	for range n {
		if err := d.read(length[:]); err != nil {
			return nil, damaged(err, name)
		}
		size := binary.LittleEndian.Uint32(length[:])
		if size > maxID {
			return nil, fmt.Errorf("%w: one of its %s claims an id of %d bytes, want at most %d", ErrDamaged, name, size, maxID)
		}
		id := make([]byte, size)
		if err := d.read(id); err != nil {
			return nil, damaged(err, name)
		}
		ids = append(ids, string(id))
	}
	return ids, nil
}

func (d *decoder) floats(n int, name string) ([]float32, error) {
	var table []float32
	bad := false
	err := d.blocks(n, 4, func(b []byte) {
		for ; len(b) > 0; b = b[4:] {
			v := math.Float32frombits(binary.LittleEndian.Uint32(b))
			bad = bad || v-v != 0
			table = append(table, v)
		}
	})
	if err != nil {
		return nil, damaged(err, name)
	}
	if bad {
		return nil, fmt.Errorf("%w: its %s hold a number that is not finite", ErrDamaged, name)
	}
	return table, nil
}

// blocks reads n values of a size, a block at a time.
func (d *decoder) blocks(n, size int, do func([]byte)) error {
	buf := make([]byte, 1<<15)
	for n > 0 {
		take := min(n, len(buf)/size)
		if err := d.read(buf[:take*size]); err != nil {
			return err
		}
		do(buf[:take*size])
		n -= take
	}
	return nil
}

// fingerprint identifies the data that a model was trained on: ids and entries.
func fingerprint(m *dataset.Matrix) string {
	sum := sha256.New()
	out := bufio.NewWriterSize(sum, 1<<16)
	writeIDs(out, m.Users)
	writeIDs(out, m.Items)
	_ = out.Flush() // a hash does not fail
	// Entries go through the encoder in blocks, so that the fingerprint is the
	// same on every byte order.
	block := make([]byte, 0, 1<<16)
	flush := func() { sum.Write(block); block = block[:0] }
	for _, p := range m.Ptr {
		if block = binary.LittleEndian.AppendUint64(block, uint64(p)); len(block) > 1<<15 {
			flush()
		}
	}
	for i, col := range m.Index {
		block = binary.LittleEndian.AppendUint32(block, uint32(col))
		if block = binary.LittleEndian.AppendUint32(block, math.Float32bits(m.Value[i])); len(block) > 1<<15 {
			flush()
		}
	}
	flush()
	return hex.EncodeToString(sum.Sum(nil))
}
