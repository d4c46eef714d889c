package accounts

import (
	"fmt"
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"github.com/nextflex/nextflex/cmd/nextflexd/internal/auth"
)

// Lengths in letters; the tables have room for these.
const (
	maxEmail = 254
	maxName  = 150
)

// The part before the @ as Django's validator takes it (RFC 5322, dot-atom),
// and a domain of two labels or more.
var (
	localPart = regexp.MustCompile("^[-!#$%&'*+/=?^_`{}|~0-9A-Za-z]+(\\.[-!#$%&'*+/=?^_`{}|~0-9A-Za-z]+)*$")
	domain    = regexp.MustCompile(`^([\pL\p{Nd}]([-\pL\p{Nd}]{0,61}[\pL\p{Nd}])?\.)+[\pL\p{Nd}]([-\pL\p{Nd}]{0,61}[\pL\p{Nd}])?$`)
)

// cleanEmail returns an address as it is kept, its domain in lower case, or
// what is wrong with it.
func cleanEmail(email string) (clean, fault string) {
	email = norm.NFC.String(strings.TrimSpace(email))
	if email == "" {
		return "", blank
	}
	at := strings.LastIndexByte(email, '@')
	if !utf8.ValidString(email) || len(email) > maxEmail || at < 1 || at > 64 || !localPart.MatchString(email[:at]) || !domain.MatchString(email[at+1:]) {
		return "", invalidAddress
	}
	return email[:at] + "@" + strings.ToLower(email[at+1:]), ""
}

// cleanName returns a name as it is kept, or what is wrong with it. Names stand
// in letters to addresses that nobody has confirmed yet: what looks like a link
// would make the site send other people's advertisements.
func cleanName(name string) (clean, fault string) {
	name = norm.NFC.String(strings.TrimSpace(name))
	lower := strings.ToLower(name)
	switch {
	case !utf8.ValidString(name), strings.ContainsFunc(name, func(r rune) bool { return unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r) }),
		strings.Contains(lower, "://"), strings.Contains(lower, "www."):
		return "", invalidValue
	case utf8.RuneCountInString(name) > maxName:
		return "", fmt.Sprintf("Ensure this field has no more than %d characters.", maxName)
	}
	return name, ""
}

// cleanNames returns names as they are kept, and adds what is wrong with them.
func cleanNames(first, last string, faults FieldError) (string, string) {
	first, fault := cleanName(first)
	faults.add("first_name", fault)
	last, fault = cleanName(last)
	faults.add("last_name", fault)
	return first, last
}

// checkNewPassword adds what is wrong with a new password that was typed twice.
// It returns an error only where it can't tell.
func checkNewPassword(field, password, repeated string, faults FieldError, personal ...string) error {
	if password == "" {
		faults.add(field, blank)
		return nil
	}
	found, err := auth.CheckPassword(password, personal...)
	if err != nil {
		return err
	}
	faults.add(field, found...)
	if len(found) == 0 && password != repeated {
		faults.add(NoField, passwordsDiffer)
	}
	return nil
}
