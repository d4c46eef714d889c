package mail

import (
	"context"
	"crypto/rand"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	netmail "net/mail"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/wneessen/go-mail"
)

// Sender sends one letter at a time. It is safe for concurrent use.
type Sender interface {
	Send(ctx context.Context, m Message) error
	// Check says what is wrong with the way letters go out, without sending one.
	Check(ctx context.Context) error
}

// smtpTimeout bounds a connection, from dialling to goodbye.
const smtpTimeout = 30 * time.Second

// SMTPConfig says how letters go out.
type SMTPConfig struct {
	// URL is smtp://user:password@host:587?tls=starttls. tls is starttls (the
	// default: refuse to go on without), tls (from the first byte; the default
	// of smtps://), or none.
	URL  string
	From string // "NextFlex <noreply@example.org>" or an address alone
	// TLS replaces the settings by which servers are verified; nil means the
	// system's.
	TLS *tls.Config
}

// smtp sends by a server.
type smtp struct {
	config  SMTPConfig
	from    *netmail.Address
	host    string
	options []mail.Option
	// implicitTLS is TLS from the first byte, which our own dialling must do.
	implicitTLS bool
}

// NewSMTP returns a sender by a server. Errors never hold the password.
func NewSMTP(config SMTPConfig) (Sender, error) {
	from, err := netmail.ParseAddress(config.From)
	if err != nil {
		return nil, fmt.Errorf("mail: From is %q, want an address such as noreply@example.org", config.From)
	}
	u, err := url.Parse(config.URL)
	if err != nil || u.Hostname() == "" || (u.Scheme != "smtp" && u.Scheme != "smtps") {
		return nil, errors.New("mail: the URL of the server can't be read, want smtp://user:password@host:587")
	}
	policy := u.Query().Get("tls")
	if policy == "" {
		policy = map[string]string{"smtp": "starttls", "smtps": "tls"}[u.Scheme]
	}
	s := &smtp{config: config, from: from, host: u.Hostname()}
	port := 587
	s.options = append(s.options, mail.WithTimeout(smtpTimeout))
	switch policy {
	case "starttls":
		s.options = append(s.options, mail.WithTLSPolicy(mail.TLSMandatory))
	case "tls":
		s.options, s.implicitTLS, port = append(s.options, mail.WithSSL()), true, 465
	case "none":
		s.options, port = append(s.options, mail.WithTLSPolicy(mail.NoTLS)), 25
	default:
		return nil, fmt.Errorf("mail: tls is %q, want starttls, tls or none", policy)
	}
	if text := u.Port(); text != "" {
		if port, err = strconv.Atoi(text); err != nil || port < 1 || port > 65535 {
			return nil, fmt.Errorf("mail: port %q of the server, want 1 to 65535", text)
		}
	}
	s.options = append(s.options, mail.WithPort(port))
	if config.TLS != nil {
		s.options = append(s.options, mail.WithTLSConfig(config.TLS))
	}
	if name := u.User.Username(); name != "" {
		password, _ := u.User.Password()
		if policy == "none" && !loopback(u.Hostname()) {
			return nil, errors.New("mail: a password must not go over the network in the clear: use tls=starttls or tls=tls")
		}
		s.options = append(s.options, mail.WithUsername(name), mail.WithPassword(password), mail.WithSMTPAuth(mail.SMTPAuthAutoDiscover))
		if policy == "none" {
			s.options = append(s.options, mail.WithSMTPAuth(mail.SMTPAuthPlainNoEnc))
		}
	}
	return s, nil
}

func loopback(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}

// client makes a client for one connection, which ends with the context: the
// library itself heeds it only while dialling.
func (s *smtp) client(ctx context.Context) (*mail.Client, error) {
	dial := func(dialing context.Context, network, address string) (net.Conn, error) {
		var dialer net.Dialer
		var conn net.Conn
		var err error
		if s.implicitTLS {
			settings := &tls.Config{ServerName: s.host, MinVersion: tls.VersionTLS12}
			if s.config.TLS != nil {
				settings = s.config.TLS
			}
			conn, err = (&tls.Dialer{NetDialer: &dialer, Config: settings}).DialContext(dialing, network, address)
		} else {
			conn, err = dialer.DialContext(dialing, network, address)
		}
		if err != nil {
			return nil, err
		}
		stop := context.AfterFunc(ctx, func() { conn.Close() })
		return &watched{conn, stop}, nil
	}
	client, err := mail.NewClient(s.host, append([]mail.Option{mail.WithDialContextFunc(dial)}, s.options...)...)
	if err != nil {
		return nil, fmt.Errorf("mail: settings of %s: %w", s.host, err)
	}
	return client, nil
}

// watched is a connection that stops watching its context once it is closed.
type watched struct {
	net.Conn
	stop func() bool
}

// Close implements net.Conn.
func (w *watched) Close() error {
	w.stop()
	return w.Conn.Close()
}

// Send implements Sender.
func (s *smtp) Send(ctx context.Context, m Message) error {
	letter, err := compose(s.from, m)
	if err != nil {
		return err
	}
	client, err := s.client(ctx)
	if err != nil {
		return err
	}
	if err := client.DialAndSendWithContext(ctx, letter); err != nil {
		return fmt.Errorf("mail: sending %q by %s: %w", m.Subject, s.host, err)
	}
	return nil
}

// Check implements Sender: it connects and logs in.
func (s *smtp) Check(ctx context.Context) error {
	client, err := s.client(ctx)
	if err != nil {
		return err
	}
	if err := client.DialWithContext(ctx); err != nil {
		return fmt.Errorf("mail: connecting to %s: %w", s.host, err)
	}
	if err := client.Close(); err != nil {
		return fmt.Errorf("mail: leaving %s: %w", s.host, err)
	}
	return nil
}

// compose makes the message that goes out.
func compose(from *netmail.Address, m Message) (*mail.Msg, error) {
	if strings.ContainsAny(m.To+m.Subject, "\r\n\x00") {
		return nil, errors.New("mail: the address or subject holds a line break")
	}
	to, err := netmail.ParseAddress(m.To)
	if err != nil || to.Name != "" {
		return nil, errors.New("mail: the letter's address can't be read")
	}
	letter := mail.NewMsg()
	letter.FromMailAddress(from)
	letter.ToMailAddress(to)
	letter.Subject(m.Subject)
	letter.SetDate()
	letter.SetMessageIDWithValue(rand.Text() + "@" + from.Address[strings.LastIndexByte(from.Address, '@')+1:])
	letter.SetGenHeader(mail.Header("Auto-Submitted"), "auto-generated") // RFC 3834: no holiday replies
	letter.SetBodyString(mail.TypeTextPlain, m.Text)
	letter.AddAlternativeString(mail.TypeTextHTML, m.HTML)
	return letter, nil
}

// folder writes letters into a folder.
type folder struct {
	dir  string
	from *netmail.Address
	told func(file string)
}

// NewFolder returns a sender for development that writes each letter into a file
// of a folder, readable by its owner alone, and calls told with the file's name.
func NewFolder(dir, from string, told func(file string)) (Sender, error) {
	address, err := netmail.ParseAddress(from)
	if err != nil {
		return nil, fmt.Errorf("mail: From is %q, want an address such as noreply@example.org", from)
	}
	if told == nil {
		told = func(string) {}
	}
	return &folder{dir, address, told}, nil
}

// Send implements Sender.
func (f *folder) Send(_ context.Context, m Message) error {
	letter, err := compose(f.from, m)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(f.dir, 0o700); err != nil {
		return fmt.Errorf("mail: making the folder: %w", err)
	}
	// The newest comes last in a listing.
	name := filepath.Join(f.dir, time.Now().UTC().Format("20060102-150405.000000")+"-"+rand.Text()[:6]+".eml")
	// It has that name once it is whole: somebody waits for it, who would read the half.
	file, err := os.CreateTemp(f.dir, "letter-*")
	if err != nil {
		return fmt.Errorf("mail: writing a letter: %w", err)
	}
	_, err = letter.WriteTo(file)
	if err = errors.Join(err, file.Close()); err == nil {
		err = os.Rename(file.Name(), name)
	}
	if err != nil {
		return fmt.Errorf("mail: writing a letter: %w", errors.Join(err, os.Remove(file.Name())))
	}
	f.told(name)
	return nil
}

// Check implements Sender.
func (f *folder) Check(context.Context) error {
	if err := os.MkdirAll(f.dir, 0o700); err != nil {
		return fmt.Errorf("mail: making the folder: %w", err)
	}
	probe, err := os.CreateTemp(f.dir, "check-*")
	if err != nil {
		return fmt.Errorf("mail: writing into the folder: %w", err)
	}
	return errors.Join(probe.Close(), os.Remove(probe.Name()))
}
