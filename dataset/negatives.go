package dataset

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
)

// Bounds of a file of sampled negatives: its lines are held one at a time, and
// its items as rows.
const (
	maxNegativesLine = 4 << 20
	maxNegatives     = 1 << 28
)

// asideNegatives is what detection calls a file of sampled negatives.
const asideNegatives = "sampled negatives"

// readNegatives reads the file in which the NCF papers publish the items that a
// test item is ranked against (He et al. 2017, "Neural collaborative filtering",
// section 4.1, its ml-1m.test.negative): a line a test rating,
//
//	(user,item)<tab>item<tab>item...
//
// It returns rows of test.Items by position of the rating in test, items in the
// order of the file, repeated ones and the test item itself included. Items that
// the indexes don't know are left out, lines of ratings that aren't in test too;
// both are counted in notes. A test rating without a line is an error, since its
// item would be ranked against nothing.
func (l Loader) readNegatives(ctx context.Context, m member, test *Ratings) ([][]int32, []Note, error) {
	s, err := openMember(ctx, m, l.bound(maxTableBytes))
	if err != nil {
		return nil, nil, err
	}
	defer s.Close()
	n := newNegativesReader(m.shown, test)
	lines := bufio.NewScanner(s)
	lines.Buffer(make([]byte, 0, 64<<10), maxNegativesLine)
	for line := int64(1); lines.Scan(); line++ {
		if text := bytes.TrimRight(lines.Bytes(), "\r"); len(text) > 0 {
			if err := n.add(line, text); err != nil {
				return nil, nil, err
			}
		}
	}
	switch err := lines.Err(); {
	case errors.Is(err, bufio.ErrTooLong):
		return nil, nil, fmt.Errorf("dataset: %s has a line of more than %d bytes: %w", m.shown, maxNegativesLine, ErrTooBig)
	case err != nil && err != io.EOF:
		return nil, nil, fmt.Errorf("dataset: read %s: %w", m.shown, err)
	}
	return n.result()
}

// negativesReader collects the lines.
type negativesReader struct {
	file     string
	test     *Ratings
	position map[[2]int32]int32 // of a test rating, by user and item
	lists    [][]int32
	total    int
	unknown  int64 // items
	strange  int64 // lines
}

func newNegativesReader(file string, test *Ratings) *negativesReader {
	n := &negativesReader{file: file, test: test, position: make(map[[2]int32]int32, test.Len()), lists: make([][]int32, test.Len())}
	for i := range test.Len() {
		n.position[[2]int32{test.User[i], test.Item[i]}] = int32(i)
	}
	return n
}

func (n *negativesReader) add(line int64, text []byte) error {
	head, rest, _ := bytes.Cut(text, []byte("\t"))
	fault := func(column int, field, value, want string, reason Reason) error {
		return &ParseError{File: n.file, Line: line, Column: column, Field: field, Value: shorten(value), Want: want, Reason: reason}
	}
	inner, ok := bytes.CutPrefix(head, []byte("("))
	inner, closed := bytes.CutSuffix(inner, []byte(")"))
	userText, itemText, two := bytes.Cut(inner, []byte(","))
	itemText = bytes.TrimLeft(itemText, " ")
	if !ok || !closed || !two || len(userText) == 0 || len(itemText) == 0 {
		return fault(1, "pair", string(head), "(user,item), such as (0,25)", BadUser)
	}
	user, knownUser := n.test.Users.Row(ParseID(string(userText)))
	item, knownItem := n.test.Items.Row(ParseID(string(itemText)))
	at, held := n.position[[2]int32{user, item}]
	if !knownUser || !knownItem || !held {
		n.strange++
		return nil
	}
	if n.lists[at] != nil {
		return fault(1, "pair", string(head), "each test rating once", Duplicate)
	}
	list := make([]int32, 0, bytes.Count(rest, []byte("\t"))+1)
	for column := len(head) + 2; len(rest) > 0; {
		var word []byte
		word, rest, _ = bytes.Cut(rest, []byte("\t"))
		if len(word) == 0 {
			return fault(column, "item", "", "an item's id", BadItem)
		}
		column += len(word) + 1
		if row, known := n.test.Items.Row(ParseID(string(word))); known {
			list = append(list, row)
		} else {
			n.unknown++
		}
	}
	if n.total += len(list); n.total > maxNegatives {
		return fmt.Errorf("dataset: %s holds more than %d items: %w", n.file, maxNegatives, ErrTooBig)
	}
	n.lists[at] = list
	return nil
}

func (n *negativesReader) result() ([][]int32, []Note, error) {
	for i, list := range n.lists {
		if list == nil {
			return nil, nil, fmt.Errorf("dataset: %s has no line (%v,%v), a rating to test with", n.file, n.test.Users.ID(n.test.User[i]), n.test.Items.ID(n.test.Item[i]))
		}
	}
	var notes []Note
	if n.unknown > 0 {
		notes = append(notes, Note{Text: "sampled negatives are items without a rating and are left out", Count: n.unknown})
	}
	if n.strange > 0 {
		notes = append(notes, Note{Text: "lines of sampled negatives belong to no test rating and are left out", Count: n.strange})
	}
	return n.lists, notes, nil
}
