package auth

import (
	"bytes"
	"compress/gzip"
	_ "embed"
	"fmt"
	"io"
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// Lengths of passwords in letters.
const (
	MinPassword = 8
	MaxPassword = 128
)

// The 10,000 most common passwords by rank: the first half of the list that
// Django ships, which Royce Williams made. common-passwords.LICENSE.txt is its
// licence.
//
//go:embed common-passwords.txt.gz
var commonPasswords []byte

var common = sync.OnceValues(func() (map[string]bool, error) {
	unpacked, err := gzip.NewReader(bytes.NewReader(commonPasswords))
	if err != nil {
		return nil, err
	}
	text, err := io.ReadAll(unpacked)
	if err != nil {
		return nil, err
	}
	list := map[string]bool{}
	for word := range strings.FieldsSeq(string(text)) {
		list[word] = true
	}
	return list, nil
})

// CheckPassword returns what speaks against a new password, in Django's words,
// which clients of the original site show; nothing if it will do. personal are
// the address and the names of its owner.
func CheckPassword(password string, personal ...string) ([]string, error) {
	var faults []string
	password = norm.NFC.String(password)
	switch letters := utf8.RuneCountInString(password); {
	case letters < MinPassword:
		faults = append(faults, fmt.Sprintf("This password is too short. It must contain at least %d characters.", MinPassword))
	case letters > MaxPassword:
		// The rest would only cost time.
		return []string{fmt.Sprintf("This password is too long. It must contain at most %d characters.", MaxPassword)}, nil
	}
	lower := strings.ToLower(password)
	for _, whole := range personal {
		if similarToPersonal(lower, strings.ToLower(whole)) {
			faults = append(faults, "The password is too similar to the e-mail address or name.")
			break
		}
	}
	known, err := common()
	if err != nil {
		return nil, fmt.Errorf("auth: reading the list of common passwords: %w", err)
	}
	if known[strings.TrimSpace(lower)] {
		faults = append(faults, "This password is too common.")
	}
	if password != "" && strings.IndexFunc(password, func(r rune) bool { return !unicode.IsDigit(r) }) < 0 {
		faults = append(faults, "This password is entirely numeric.")
	}
	return faults, nil
}

// maxSimilarity is the measure at which Django refuses a password.
const maxSimilarity = 0.7

// similarToPersonal says whether a password is too much like what others know of
// its owner, or a word of that, as Django's UserAttributeSimilarityValidator
// measures it.
func similarToPersonal(password, whole string) bool {
	words := strings.FieldsFunc(whole, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) && r != '_' })
	letters := []rune(password)
	for _, word := range append(words, whole) {
		if word != "" && similarity(letters, []rune(word)) >= maxSimilarity {
			return true
		}
	}
	return false
}

// similarity is quick_ratio of Python's difflib.SequenceMatcher: twice the
// letters that both have, in any order, over all letters.
func similarity(a, b []rune) float64 {
	left := map[rune]int{}
	for _, r := range b {
		left[r]++
	}
	both := 0
	for _, r := range a {
		if left[r] > 0 {
			left[r]--
			both++
		}
	}
	return 2 * float64(both) / float64(len(a)+len(b))
}
