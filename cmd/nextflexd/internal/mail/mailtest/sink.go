// Package mailtest has a mail server for tests that keeps what it is sent.
package mailtest

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"errors"
	"io"
	"log"
	"math/big"
	"net"
	"sync"
	"testing"
	"time"

	"github.com/emersion/go-sasl"
	"github.com/emersion/go-smtp"
	"github.com/stretchr/testify/require"
)

// Sink is a server on loopback.
type Sink struct {
	Addr string
	// Roots verify the server's certificate.
	Roots *x509.CertPool

	mu      sync.Mutex
	letters []string
	refuse  int
}

// Options say how the sink behaves.
type Options struct {
	TLS              bool   // offer STARTTLS
	ImplicitTLS      bool   // TLS from the first byte
	User, Password   string // to log in with; empty for no login
	RefuseFirst      int    // letters to refuse for the time being
	RefuseRecipients bool
}

// NewSink starts a server that the end of the test stops.
func NewSink(t testing.TB, options Options) *Sink {
	t.Helper()
	s := &Sink{refuse: options.RefuseFirst}
	server := smtp.NewServer(&backend{s, options})
	server.AllowInsecureAuth = true
	server.Domain = "localhost"
	server.ErrorLog = log.New(io.Discard, "", 0)
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	if options.TLS || options.ImplicitTLS {
		certificate, roots := certificate(t)
		s.Roots = roots
		settings := &tls.Config{Certificates: []tls.Certificate{certificate}}
		if options.TLS {
			server.TLSConfig = settings
		} else {
			listener = tls.NewListener(listener, settings)
		}
	}
	s.Addr = listener.Addr().String()
	done := make(chan struct{})
	go func() {
		defer close(done)
		_ = server.Serve(listener) // it ends when it is closed
	}()
	t.Cleanup(func() { server.Close(); <-done })
	return s
}

// Letters returns what was received, as it was sent.
func (s *Sink) Letters() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]string(nil), s.letters...)
}

// certificate makes a certificate for 127.0.0.1 and localhost.
func certificate(t testing.TB) (tls.Certificate, *x509.CertPool) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	require.NoError(t, err)
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "localhost"}, NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
		DNSNames: []string{"localhost"}, IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}, IsCA: true, BasicConstraintsValid: true,
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	require.NoError(t, err)
	parsed, err := x509.ParseCertificate(der)
	require.NoError(t, err)
	roots := x509.NewCertPool()
	roots.AddCert(parsed)
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}, roots
}

type backend struct {
	sink    *Sink
	options Options
}

func (b *backend) NewSession(*smtp.Conn) (smtp.Session, error) { return &session{backend: b}, nil }

type session struct {
	*backend
	known bool
}

func (s *session) AuthMechanisms() []string {
	if s.options.User == "" {
		return nil
	}
	return []string{sasl.Plain}
}

func (s *session) Auth(string) (sasl.Server, error) {
	return sasl.NewPlainServer(func(_, user, password string) error {
		if user != s.options.User || password != s.options.Password {
			return smtp.ErrAuthFailed
		}
		s.known = true
		return nil
	}), nil
}

func (s *session) Mail(string, *smtp.MailOptions) error {
	if s.options.User != "" && !s.known {
		return smtp.ErrAuthRequired
	}
	return nil
}

func (s *session) Rcpt(string, *smtp.RcptOptions) error {
	if s.options.RefuseRecipients {
		return &smtp.SMTPError{Code: 550, Message: "no such person"}
	}
	return nil
}

func (s *session) Data(r io.Reader) error {
	text, err := io.ReadAll(r)
	if err != nil {
		return err
	}
	s.sink.mu.Lock()
	defer s.sink.mu.Unlock()
	if s.sink.refuse > 0 {
		s.sink.refuse--
		return errors.New("not now")
	}
	s.sink.letters = append(s.sink.letters, string(text))
	return nil
}

func (s *session) Reset() {}

func (s *session) Logout() error { return nil }
