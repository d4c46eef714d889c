package mail_test

import (
	"context"
	"crypto/tls"
	"io"
	"mime"
	"mime/multipart"
	"mime/quotedprintable"
	"net"
	netmail "net/mail"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/nextflex/nextflex/cmd/nextflexd/internal/mail"
	"github.com/nextflex/nextflex/cmd/nextflexd/internal/mail/mailtest"
)

const from = "NextFlex <noreply@films.example.org>"

var letters = mail.Letters{URL: "https://films.example.org"}

func hello(t *testing.T) mail.Message {
	t.Helper()
	m, err := letters.Activation("ada@example.org", "Ada <b>", "MQ", "secret-token")
	require.NoError(t, err)
	return m
}

func TestLetters(t *testing.T) {
	m := hello(t)
	require.Contains(t, m.Text, "Hello Ada <b>,")
	require.Contains(t, m.Text, "https://films.example.org/activate#token=secret-token&uid=MQ")
	require.Contains(t, m.HTML, "Ada &lt;b&gt;")
	at := time.Date(2026, 1, 2, 3, 4, 0, 0, time.UTC)
	for _, write := range []func() (mail.Message, error){
		func() (mail.Message, error) { return letters.PasswordReset("a@example.org", "", "MQ", "t") },
		func() (mail.Message, error) { return letters.EmailChange("a@example.org", "", "MQ", "t") },
		func() (mail.Message, error) { return letters.EmailReset("a@example.org", "", "MQ", "t") },
		func() (mail.Message, error) {
			return letters.Notice("a@example.org", "", "Your password was changed", at)
		},
		func() (mail.Message, error) { return letters.Farewell("a@example.org", "") },
	} {
		m, err := write()
		require.NoError(t, err)
		require.Contains(t, m.Text, "Hello,")
		require.NotEmpty(t, m.Subject)
		require.NotContains(t, m.Text, "<no value>")
	}
	_, err := letters.Farewell("a@example.org\r\nBcc: all@example.org", "")
	require.ErrorContains(t, err, "line break")
}

// parts reads what a mail program would show.
func parts(t *testing.T, raw string) (head netmail.Header, text, html string) {
	t.Helper()
	m, err := netmail.ReadMessage(strings.NewReader(raw))
	require.NoError(t, err)
	_, settings, err := mime.ParseMediaType(m.Header.Get("Content-Type"))
	require.NoError(t, err)
	reader := multipart.NewReader(m.Body, settings["boundary"])
	var bodies []string
	for {
		part, err := reader.NextRawPart()
		if err == io.EOF {
			break
		}
		require.NoError(t, err)
		body, err := io.ReadAll(quotedprintable.NewReader(part))
		require.NoError(t, err)
		bodies = append(bodies, string(body))
	}
	require.Len(t, bodies, 2)
	return m.Header, bodies[0], bodies[1]
}

func TestSMTP(t *testing.T) {
	for _, tc := range []struct {
		name    string
		options mailtest.Options
		url     string // ADDR is replaced
		failure string
	}{
		{"plain", mailtest.Options{}, "smtp://ADDR?tls=none", ""},
		{"with STARTTLS", mailtest.Options{TLS: true, User: "u", Password: "sesame"}, "smtp://u:sesame@ADDR", ""},
		{"TLS from the first byte", mailtest.Options{ImplicitTLS: true}, "smtps://ADDR", ""},
		{"with a login on loopback", mailtest.Options{User: "u", Password: "sesame"}, "smtp://u:sesame@ADDR?tls=none", ""},
		{"STARTTLS is wanted and not offered", mailtest.Options{}, "smtp://ADDR", "TLS"},
		{"wrong password", mailtest.Options{TLS: true, User: "u", Password: "sesame"}, "smtp://u:open-me@ADDR", "uthenti"},
		{"refused recipient", mailtest.Options{RefuseRecipients: true}, "smtp://ADDR?tls=none", "no such person"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			sink := mailtest.NewSink(t, tc.options)
			config := mail.SMTPConfig{URL: strings.Replace(tc.url, "ADDR", sink.Addr, 1), From: from}
			if sink.Roots != nil {
				config.TLS = &tls.Config{RootCAs: sink.Roots, ServerName: "localhost", MinVersion: tls.VersionTLS12}
			}
			sender, err := mail.NewSMTP(config)
			require.NoError(t, err)
			err = sender.Send(t.Context(), hello(t))
			if tc.failure != "" {
				require.ErrorContains(t, err, tc.failure)
				require.NotContains(t, err.Error(), "open-me")
				require.NotContains(t, err.Error(), "secret-token")
				require.Empty(t, sink.Letters())
				return
			}
			require.NoError(t, err)
			require.NoError(t, sender.Check(t.Context()))
			require.Len(t, sink.Letters(), 1)
			head, text, html := parts(t, sink.Letters()[0])
			require.Equal(t, "<ada@example.org>", head.Get("To"))
			require.Equal(t, `"NextFlex" <noreply@films.example.org>`, head.Get("From"))
			require.Equal(t, "auto-generated", head.Get("Auto-Submitted"))
			require.Contains(t, text, "activate#token=secret-token")
			require.Contains(t, html, "Confirm my address")
		})
	}
}

func TestUnknownCertificateIsRefused(t *testing.T) {
	sink := mailtest.NewSink(t, mailtest.Options{TLS: true})
	sender, err := mail.NewSMTP(mail.SMTPConfig{URL: "smtp://" + sink.Addr, From: from})
	require.NoError(t, err)
	require.Error(t, sender.Send(t.Context(), hello(t)))
	require.ErrorContains(t, sender.Check(t.Context()), "connecting")
	require.Empty(t, sink.Letters())
}

// TestDeadServer: a server that accepts and says nothing doesn't hold a letter
// longer than its context.
func TestDeadServer(t *testing.T) {
	dead, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	defer dead.Close()
	sender, err := mail.NewSMTP(mail.SMTPConfig{URL: "smtp://" + dead.Addr().String() + "?tls=none", From: from})
	require.NoError(t, err)
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	require.Error(t, sender.Send(ctx, hello(t)))
}

func TestSMTPRefuses(t *testing.T) {
	for _, tc := range []struct{ url, from, want string }{
		{"http://localhost", from, "can't be read"},
		{"smtp://", from, "can't be read"},
		{"smtp://u:sesame@host:99999", from, "99999"},
		{"smtp://u:sesame@host?tls=maybe", from, "maybe"},
		{"smtp://u:sesame@mail.example.org?tls=none", from, "in the clear"},
		{"smtp://host", "nobody", "nobody"},
	} {
		_, err := mail.NewSMTP(mail.SMTPConfig{URL: tc.url, From: tc.from})
		require.ErrorContains(t, err, tc.want)
		require.NotContains(t, err.Error(), "sesame")
	}
}

func TestFolder(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "mail")
	var told []string
	sender, err := mail.NewFolder(dir, from, func(file string) { told = append(told, file) })
	require.NoError(t, err)
	require.NoError(t, sender.Check(t.Context()))
	require.NoError(t, sender.Send(t.Context(), hello(t)))
	require.Error(t, sender.Send(t.Context(), mail.Message{To: "a@example.org\nBcc: b@example.org"}))
	require.Error(t, sender.Send(t.Context(), mail.Message{To: "no address"}))
	require.Len(t, told, 1)
	raw, err := os.ReadFile(told[0])
	require.NoError(t, err)
	_, text, _ := parts(t, string(raw))
	require.Contains(t, text, "secret-token")
	if runtime.GOOS != "windows" {
		info, err := os.Stat(told[0])
		require.NoError(t, err)
		require.Equal(t, os.FileMode(0o600), info.Mode().Perm())
	}
	files, err := os.ReadDir(dir)
	require.NoError(t, err)
	require.Len(t, files, 1, "the check leaves nothing")
	_, err = mail.NewFolder(dir, "nobody", nil)
	require.Error(t, err)
}

// TestLettersAreWholeOnceSeen reads large letters as soon as they are in the folder.
func TestLettersAreWholeOnceSeen(t *testing.T) {
	dir := t.TempDir()
	sender, err := mail.NewFolder(dir, from, func(string) {})
	require.NoError(t, err)
	m := hello(t)
	m.Text = strings.Repeat("Where were we?\n", 30_000)
	const letters = 3
	sent := make(chan error, 1)
	go func() {
		for range letters {
			if err := sender.Send(t.Context(), m); err != nil {
				sent <- err
				return
			}
		}
		sent <- nil
	}()
	seen := map[string]int64{}
	for len(seen) < letters {
		names, err := filepath.Glob(filepath.Join(dir, "*.eml"))
		require.NoError(t, err)
		for _, name := range names {
			if _, known := seen[name]; !known {
				info, err := os.Stat(name)
				require.NoError(t, err)
				seen[name] = info.Size()
			}
		}
		select {
		case err := <-sent:
			require.NoError(t, err)
			sent <- nil
		default:
		}
	}
	require.NoError(t, <-sent)
	for name, size := range seen {
		info, err := os.Stat(name)
		require.NoError(t, err)
		require.Equal(t, info.Size(), size, "when it was first seen")
	}
	files, err := os.ReadDir(dir)
	require.NoError(t, err)
	require.Len(t, files, letters, "nothing is left")
}

func TestQueue(t *testing.T) {
	sink := mailtest.NewSink(t, mailtest.Options{RefuseFirst: 2})
	sender, err := mail.NewSMTP(mail.SMTPConfig{URL: "smtp://" + sink.Addr + "?tls=none", From: from})
	require.NoError(t, err)
	q := mail.NewQueue(sender, mail.QueueConfig{Tries: []time.Duration{time.Millisecond, time.Millisecond}})
	require.NoError(t, q.Send(hello(t)))
	require.NoError(t, q.Send(hello(t)))
	require.NoError(t, q.Close(t.Context()), "it waits until both have gone, after being refused")
	require.Len(t, sink.Letters(), 2)
	require.Error(t, q.Send(hello(t)), "it is closed")
}

// stuck is a sender that waits until its context ends.
type stuck struct{ began chan struct{} }

func (s stuck) Send(ctx context.Context, _ mail.Message) error {
	s.began <- struct{}{}
	<-ctx.Done()
	return ctx.Err()
}

func (stuck) Check(context.Context) error { return nil }

func TestQueueIsBounded(t *testing.T) {
	sender := stuck{make(chan struct{}, 1)}
	var mu sync.Mutex
	var lost []string
	q := mail.NewQueue(sender, mail.QueueConfig{Size: 1, Tries: []time.Duration{}, Failed: func(subject string, _ error) {
		mu.Lock()
		defer mu.Unlock()
		lost = append(lost, subject)
	}})
	require.NoError(t, q.Send(hello(t)))
	<-sender.began
	require.NoError(t, q.Send(hello(t)))
	require.Equal(t, 1, q.Waiting())
	require.ErrorIs(t, q.Send(hello(t)), mail.ErrFull)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	require.ErrorIs(t, q.Close(ctx), context.Canceled)
	mu.Lock()
	defer mu.Unlock()
	require.Equal(t, []string{"Confirm your address", "Confirm your address"}, lost, "the log tells of each")
}
