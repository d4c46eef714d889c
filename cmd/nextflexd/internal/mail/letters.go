package mail

import (
	"bytes"
	"embed"
	"fmt"
	htmltemplate "html/template"
	"net/url"
	"strings"
	texttemplate "text/template"
	"time"
)

//go:embed templates
var templates embed.FS

var (
	textLetter = texttemplate.Must(texttemplate.ParseFS(templates, "templates/letter.txt"))
	htmlLetter = htmltemplate.Must(htmltemplate.ParseFS(templates, "templates/letter.html"))
)

// Message is a letter that is ready to send.
type Message struct {
	To      string // an address alone
	Subject string
	Text    string
	HTML    string
}

// Letters writes the letters of a site.
type Letters struct {
	Site string // the name, "NextFlex" where empty
	URL  string // of the site's pages, without a slash at the end
}

// letter is what the templates get.
type letter struct {
	Site, URL, Subject, Name string
	Paragraphs               []string
	Link, LinkText, After    string
}

func (l Letters) write(to string, content letter) (Message, error) {
	content.Site, content.URL = l.Site, l.URL
	if content.Site == "" {
		content.Site = "NextFlex"
	}
	if strings.ContainsAny(to+content.Subject, "\r\n\x00") {
		return Message{}, fmt.Errorf("mail: the address or subject holds a line break")
	}
	var text, html bytes.Buffer
	if err := textLetter.Execute(&text, content); err != nil {
		return Message{}, fmt.Errorf("mail: writing %q: %w", content.Subject, err)
	}
	if err := htmlLetter.Execute(&html, content); err != nil {
		return Message{}, fmt.Errorf("mail: writing %q: %w", content.Subject, err)
	}
	return Message{To: to, Subject: content.Subject, Text: text.String(), HTML: html.String()}, nil
}

// link puts the parts of a one-time token into the fragment of an address,
// which browsers keep to themselves: it gets into no log and no Referer.
func (l Letters) link(page, uid, token string) string {
	return l.URL + page + "#" + url.Values{"uid": {uid}, "token": {token}}.Encode()
}

// Activation asks somebody who has registered to confirm the address.
func (l Letters) Activation(to, name, uid, token string) (Message, error) {
	return l.write(to, letter{
		Subject: "Confirm your address", Name: name,
		Paragraphs: []string{"Welcome. Confirm your e-mail address to begin:"},
		Link:       l.link("/activate", uid, token), LinkText: "Confirm my address",
		After: "The link is good for three days. If you didn't register, ignore this letter, and nothing will happen.",
	})
}

// PasswordReset lets somebody who has forgotten the password set a new one.
func (l Letters) PasswordReset(to, name, uid, token string) (Message, error) {
	return l.write(to, letter{
		Subject: "Set a new password", Name: name,
		Paragraphs: []string{"Somebody, probably you, asked for a new password for your account."},
		Link:       l.link("/password/reset", uid, token), LinkText: "Set a new password",
		After: "The link is good for an hour, once. If it wasn't you, ignore this letter: your password stays as it is.",
	})
}

// EmailChange asks to confirm a new address. It goes there.
func (l Letters) EmailChange(to, name, uid, token string) (Message, error) {
	return l.write(to, letter{
		Subject: "Confirm your new address", Name: name,
		Paragraphs: []string{"Confirm that this is the new e-mail address of your account:"},
		Link:       l.link("/email/confirm", uid, token), LinkText: "Confirm the new address",
		After: "The link is good for an hour, once. Until then the old address counts.",
	})
}

// EmailReset lets somebody who reads the present address name a new one.
func (l Letters) EmailReset(to, name, uid, token string) (Message, error) {
	return l.write(to, letter{
		Subject: "Change your address", Name: name,
		Paragraphs: []string{"Somebody, probably you, asked to change the e-mail address of your account."},
		Link:       l.link("/email/reset", uid, token), LinkText: "Choose a new address",
		After: "The link is good for an hour, once. If it wasn't you, ignore this letter: your address stays as it is.",
	})
}

// Notice tells somebody of a change to the account that they should know of,
// such as "Your password was changed".
func (l Letters) Notice(to, name, what string, at time.Time) (Message, error) {
	return l.write(to, letter{
		Subject: what, Name: name,
		Paragraphs: []string{fmt.Sprintf("%s on %s.", what, at.UTC().Format("2 January 2006 at 15:04 UTC"))},
		After:      "If it wasn't you, set a new password now and look through your sessions.",
		Link:       l.URL + "/account", LinkText: "My account",
	})
}

// Farewell confirms that an account is gone.
func (l Letters) Farewell(to, name string) (Message, error) {
	return l.write(to, letter{
		Subject: "Your account was deleted", Name: name,
		Paragraphs: []string{"Your account is deleted, with your ratings, posts and images. Goodbye, and thank you."},
	})
}
