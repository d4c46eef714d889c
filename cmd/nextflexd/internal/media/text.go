package media

import (
	"encoding/binary"
	"strings"
	"time"
	"unicode"
	"unicode/utf16"
	"unicode/utf8"
)

const (
	maxName = 255 // bytes of a file's name, as file systems have it
	maxText = 100 // bytes of a value of the metadata
)

// CleanName makes a name fit to be shown: its last part, without control
// characters or what turns the direction of writing, at most 255 bytes of valid
// UTF-8. It is for people; no path is ever made from it. A name without anything
// to show becomes "image".
func CleanName(name string) string {
	if at := strings.LastIndexAny(name, `/\`); at >= 0 {
		name = name[at+1:]
	}
	name = strings.Trim(bounded(visible(name), maxName), " .")
	if name == "" {
		return "image"
	}
	return name
}

// visible drops what isn't shown: control and format characters, and what isn't
// UTF-8.
func visible(s string) string {
	return strings.Map(func(r rune) rune {
		if r == utf8.RuneError || unicode.IsControl(r) || unicode.Is(unicode.Cf, r) || unicode.Is(unicode.Co, r) || r == '\u2028' || r == '\u2029' {
			return -1
		}
		return r
	}, s)
}

// bounded cuts a text between letters.
func bounded(s string, most int) string {
	if len(s) <= most {
		return s
	}
	for most > 0 && !utf8.RuneStart(s[most]) {
		most--
	}
	return s[:most]
}

// cleanText makes a value of the metadata fit to be shown.
func cleanText(s string) string {
	return strings.TrimSpace(bounded(strings.Join(strings.Fields(visible(s)), " "), maxText))
}

func fromLatin1(b []byte) string {
	runes := make([]rune, len(b))
	for i, c := range b {
		runes[i] = rune(c)
	}
	return string(runes)
}

func fromUTF16(b []byte) string {
	units := make([]uint16, 0, min(len(b)/2, maxText))
	for len(b) >= 2 && len(units) < maxText {
		units = append(units, binary.BigEndian.Uint16(b))
		b = b[2:]
	}
	return string(utf16.Decode(units))
}

// cleanTime turns a time of EXIF or XMP into ISO 8601 without a zone, which
// would tell where on Earth the camera was. It returns "" for what is no time.
func cleanTime(s string) string {
	s = strings.TrimSpace(strings.TrimRight(s, "\x00"))
	for _, layout := range []string{"2006:01:02 15:04:05", "2006-01-02T15:04:05", "2006-01-02 15:04:05", "2006-01-02T15:04"} {
		if len(s) < len(layout) {
			continue
		}
		t, err := time.Parse(layout, s[:len(layout)])
		if err == nil && t.Year() >= 1826 { // the first photo
			return t.Format("2006-01-02T15:04:05")
		}
	}
	return ""
}
