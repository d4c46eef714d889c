package imports

import (
	"bytes"
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"
	encoding "golang.org/x/text/encoding/unicode"
)

// decode turns the bytes of a file into UTF-8 without mark, lines ended by \n or
// \r\n. Without a mark and where the bytes are no UTF-8 they are taken as
// Windows-1252, in which IMDb exported until 2017 and which spreadsheets write.
func decode(data []byte) ([]byte, error) {
	var err error
	switch {
	case bytes.HasPrefix(data, []byte("\xef\xbb\xbf")):
		data = data[3:]
	case bytes.HasPrefix(data, []byte("\xff\xfe")), bytes.HasPrefix(data, []byte("\xfe\xff")):
		if data, err = encoding.UTF16(encoding.LittleEndian, encoding.UseBOM).NewDecoder().Bytes(data); err != nil {
			return nil, fmt.Errorf("reading UTF-16: %w", err)
		}
	}
	if !utf8.Valid(data) {
		if data, err = charmap.Windows1252.NewDecoder().Bytes(data); err != nil {
			return nil, fmt.Errorf("reading Windows-1252: %w", err)
		}
	}
	if bytes.IndexByte(data, '\n') < 0 {
		data = bytes.ReplaceAll(data, []byte{'\r'}, []byte{'\n'})
	}
	return data, nil
}

// separator returns what parts the fields of a header: of comma, semicolon and
// tab the one that it has most of. skip is the length of a line "sep=;", by which
// spreadsheets are told.
func separator(data []byte) (comma rune, skip int) {
	line, _, _ := bytes.Cut(data, []byte{'\n'})
	if told, ok := bytes.CutPrefix(bytes.TrimRight(line, "\r"), []byte("sep=")); ok && len(told) == 1 && strings.ContainsAny(",;\t", string(told)) {
		return rune(told[0]), min(len(line)+1, len(data))
	}
	comma = ','
	most := bytes.Count(line, []byte{','})
	for _, other := range []rune{';', '\t'} {
		if n := bytes.Count(line, []byte(string(other))); n > most {
			comma, most = other, n
		}
	}
	return comma, 0
}

// plain returns a field on one line, without control characters and without
// blanks around it.
func plain(s string) string {
	clean := strings.Map(func(r rune) rune {
		if unicode.IsControl(r) {
			return ' '
		}
		return r
	}, s)
	// The clone lets go of the record that the field is a part of, reviews and all.
	return strings.Clone(strings.TrimSpace(clean))
}

// shorten bounds what a message quotes of a field.
func shorten(s string) string {
	const most = 80
	if len(s) <= most {
		return s
	}
	return strings.ToValidUTF8(s[:most], "") + "…"
}
