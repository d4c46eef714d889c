// Package settings is the configuration of the daemon: every setting is a flag,
// an environment variable NEXTFLEX_… and a key of a YAML file. What is nearest
// to the person counts: a flag before the environment, that before the file
// (--config), that before the default.
package settings

import (
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/netip"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"time"
)

// Secret is a setting that must not be printed.
type Secret string

const hidden = "***"

// String hides the secret.
func (s Secret) String() string {
	if s == "" {
		return ""
	}
	return hidden
}

// GoString hides the secret from %#v.
func (s Secret) GoString() string { return s.String() }

// LogValue hides the secret from logs.
func (s Secret) LogValue() slog.Value { return slog.StringValue(s.String()) }

// MarshalText hides the secret from JSON and YAML.
func (s Secret) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// UnmarshalText reads a secret.
func (s *Secret) UnmarshalText(text []byte) error {
	*s = Secret(text)
	return nil
}

// Reveal returns the secret for its use.
func (s Secret) Reveal() string { return string(s) }

// Site is what every command needs: where things are kept and what is served.
type Site struct {
	DataDir string `default:"nextflex-data" env:"NEXTFLEX_DATA_DIR" placeholder:"DIR" help:"Folder of what the daemon keeps: database, images, models, letters. Made on the first start, for its owner alone." group:"Storage"`
	DB      Secret `env:"NEXTFLEX_DB" placeholder:"URL" help:"Database: a SQLite file, or mysql://user:password@host:3306/name?tls=true. Default: site.db in the data folder." group:"Storage"`
	Blob    string `env:"NEXTFLEX_BLOB" placeholder:"URL" help:"Images, models and backups: a folder, or s3://bucket/prefix with ?endpoint= and ?region=; credentials as AWS's tools find them. Default: blobs in the data folder." group:"Storage"`

	DBPassword     Secret `env:"NEXTFLEX_DB_PASSWORD" placeholder:"PASSWORD" help:"Password of the database, in place of one in its URL." group:"Storage"`
	DBPasswordFile string `env:"NEXTFLEX_DB_PASSWORD_FILE" placeholder:"FILE" help:"File that holds it." group:"Storage"`
	DBConnections  int    `default:"16" env:"NEXTFLEX_DB_CONNECTIONS" help:"Connections to the database at most, 2 to 10000." group:"Storage"`

	Data        []string `env:"NEXTFLEX_DATASETS" sep:"none" placeholder:"DIR|FILE|s3://…" help:"Data set to serve; repeat it to add what another set knows of the films. Default: the embedded demo set, whose ratings are simulated." group:"Films"`
	Model       string   `env:"NEXTFLEX_MODEL" placeholder:"FILE" help:"Model trained by 'nextflex train' on the same data. Default: the active one of the site, else one trained on start." group:"Films"`
	Factors     int      `default:"32" env:"NEXTFLEX_FACTORS" help:"Factors of a model trained by the daemon, 1 to 512." group:"Films"`
	Iterations  int      `default:"12" env:"NEXTFLEX_ITERATIONS" help:"Iterations of a model trained by the daemon, 1 to 1000." group:"Films"`
	GradesAlone bool     `env:"NEXTFLEX_GRADES_ALONE" help:"Train on grades alone, not on who has rated what: predictions are less exact, and millions of ratings trained in a fraction of the time." group:"Films"`

	TMDBKey      Secret `name:"tmdb-key" env:"NEXTFLEX_TMDB_KEY" placeholder:"KEY" help:"API key or read access token of TMDB, for its lists, posters and trailers. Without one the lists come from the data set, and posters are drawn." group:"Films"`
	TMDBKeyFile  string `name:"tmdb-key-file" env:"NEXTFLEX_TMDB_KEY_FILE" placeholder:"FILE" help:"File that holds it." group:"Films"`
	TMDBLanguage string `name:"tmdb-language" default:"en-US" env:"NEXTFLEX_TMDB_LANGUAGE" help:"Language of what TMDB says of a film." group:"Films"`

	PublicURL        string `name:"public-url" env:"NEXTFLEX_PUBLIC_URL" placeholder:"URL" help:"Where people find the site, such as https://films.example.org: for links in letters and for tokens. Default: http:// and the address that the daemon listens on." group:"Letters"`
	SMTP             Secret `name:"smtp" env:"NEXTFLEX_SMTP" placeholder:"URL" help:"Server for letters: smtp://user:password@host:587, with ?tls=starttls (the default), tls or none. Without one letters are written into the folder mail of the data folder." group:"Letters"`
	SMTPPassword     Secret `name:"smtp-password" env:"NEXTFLEX_SMTP_PASSWORD" placeholder:"PASSWORD" help:"Password of that server, in place of one in its URL." group:"Letters"`
	SMTPPasswordFile string `name:"smtp-password-file" env:"NEXTFLEX_SMTP_PASSWORD_FILE" placeholder:"FILE" help:"File that holds it." group:"Letters"`
	MailFrom         string `default:"NextFlex <noreply@localhost.localdomain>" env:"NEXTFLEX_MAIL_FROM" placeholder:"ADDRESS" help:"Sender of letters." group:"Letters"`

	MaxHashes int `default:"2" env:"NEXTFLEX_MAX_HASHES" help:"Passwords hashed at once, 1 to 1024: each takes 19 MiB and some hundredths of a second of a processor." group:"Limits"`

	LogFormat string     `enum:"text,json" default:"text" env:"NEXTFLEX_LOG_FORMAT" help:"Format of the log on standard error: ${enum}." group:"Log"`
	LogLevel  slog.Level `default:"info" env:"NEXTFLEX_LOG_LEVEL" help:"debug, info, warn or error." group:"Log"`
}

// Serve is what the server needs besides.
type Serve struct {
	Addr         string   `default:"127.0.0.1:8080" env:"NEXTFLEX_ADDR" help:"Address to listen on. The default is reachable from this machine alone." group:"Network"`
	OpsAddr      string   `name:"ops-addr" default:"127.0.0.1:8081" env:"NEXTFLEX_OPS_ADDR" help:"Address for /healthz, /readyz, /metrics and /debug/pprof, or off. It has no login: keep it to yourself." group:"Network"`
	TLSCert      string   `name:"tls-cert" env:"NEXTFLEX_TLS_CERT" placeholder:"FILE" help:"Certificate chain in PEM; with --tls-key the daemon speaks HTTPS. A new file is taken up without a restart." group:"Network"`
	TLSKey       string   `name:"tls-key" env:"NEXTFLEX_TLS_KEY" placeholder:"FILE" help:"Its private key in PEM." group:"Network"`
	Autocert     []string `env:"NEXTFLEX_AUTOCERT" placeholder:"DOMAIN" help:"Get certificates for this domain from Let's Encrypt, whose terms you accept by it; --addr must then be reachable as port 443 of the domain." group:"Network"`
	TrustedProxy []string `name:"trusted-proxy" env:"NEXTFLEX_TRUSTED_PROXY" placeholder:"CIDR" help:"Proxies whose X-Forwarded-For is believed, such as 10.0.0.0/8." group:"Network"`
	CORSOrigin   []string `name:"cors-origin" env:"NEXTFLEX_CORS_ORIGIN" placeholder:"ORIGIN" help:"Other site whose pages may use the API with a token, such as https://app.example.org. Default: none." group:"Network"`

	MaxActive    int  `default:"256" env:"NEXTFLEX_MAX_ACTIVE" help:"Requests at once before others are answered 503, 1 to 100000." group:"Limits"`
	MaxHeavy     int  `default:"0" env:"NEXTFLEX_MAX_HEAVY" help:"Of them uploads, imports and exports, at most --max-active; 0 for an eighth." group:"Limits"`
	MaxByAddress int  `default:"0" env:"NEXTFLEX_MAX_BY_ADDRESS" help:"Of them by one address, at most --max-active; 0 for a quarter." group:"Limits"`
	RateLimits   bool `default:"true" negatable:"" env:"NEXTFLEX_RATE_LIMITS" help:"Limit how often an address and an account may ask." group:"Limits"`
	RateReads    int  `default:"600" env:"NEXTFLEX_RATE_READS" help:"Requests a minute that change nothing, 1 to 1000000." group:"Limits"`
	RateWrites   int  `default:"120" env:"NEXTFLEX_RATE_WRITES" help:"Requests a minute that change something, 1 to 1000000." group:"Limits"`
	RateLogins   int  `default:"10" env:"NEXTFLEX_RATE_LOGINS" help:"Requests a minute that try a password or a code, or send a letter, 1 to 1000000." group:"Limits"`
	RateHeavy    int  `default:"30" env:"NEXTFLEX_RATE_HEAVY" help:"Uploads, imports and exports a minute, 1 to 1000000." group:"Limits"`

	RetrainEvery time.Duration `name:"retrain-every" default:"0" env:"NEXTFLEX_RETRAIN_EVERY" help:"Train anew with the site's own ratings this often, such as 24h; 0 for never by itself." group:"Films"`
	DemoUsers    bool          `env:"NEXTFLEX_DEMO_USERS" help:"Also answer for users of the data set by id, without a login. For demonstrations: it shows anybody what these people may like." group:"Films"`
}

// Error says which setting can't be used and what may be.
type Error struct{ Flag, Fault string }

// Error implements error.
func (e *Error) Error() string { return "--" + e.Flag + ": " + e.Fault }

// maxSecretFile is the most that a file with a secret may hold, in bytes.
const maxSecretFile = 64 << 10

// secretFrom returns a secret, or what the file holds that is named in its place.
func secretFrom(value Secret, file, flag string) (Secret, error) {
	if file == "" {
		return value, nil
	}
	if value != "" {
		return "", &Error{flag + "-file", "give the secret or the file that holds it, not both"}
	}
	info, err := os.Stat(file)
	if err != nil {
		return "", &Error{flag + "-file", err.Error()}
	}
	if info.Size() > maxSecretFile || info.IsDir() {
		return "", &Error{flag + "-file", "want a file of at most 64 KiB"}
	}
	text, err := os.ReadFile(file)
	if err != nil {
		return "", &Error{flag + "-file", err.Error()}
	}
	return Secret(strings.TrimSpace(string(text))), nil
}

// Resolve checks the settings and fills in what follows from others: files of
// secrets are read, and the places of the database and the blobs are those in
// the data folder unless others are named.
func (s *Site) Resolve() error {
	var err error
	if s.DBPassword, err = secretFrom(s.DBPassword, s.DBPasswordFile, "db-password"); err != nil {
		return err
	}
	if s.SMTPPassword, err = secretFrom(s.SMTPPassword, s.SMTPPasswordFile, "smtp-password"); err != nil {
		return err
	}
	if s.TMDBKey, err = secretFrom(s.TMDBKey, s.TMDBKeyFile, "tmdb-key"); err != nil {
		return err
	}
	if s.DataDir == "" {
		return &Error{"data-dir", "want a folder"}
	}
	if s.DB == "" {
		s.DB = Secret(filepath.Join(s.DataDir, "site.db"))
	}
	if s.DB, err = withPassword(s.DB, s.DBPassword, "db"); err != nil {
		return err
	}
	if s.SMTP, err = withPassword(s.SMTP, s.SMTPPassword, "smtp"); err != nil {
		return err
	}
	if s.Blob == "" {
		s.Blob = filepath.Join(s.DataDir, "blobs")
	}
	if s.DBConnections < 2 || s.DBConnections > 10000 {
		return &Error{"db-connections", fmt.Sprintf("%d, want 2 to 10000", s.DBConnections)}
	}
	if s.MaxHashes < 1 || s.MaxHashes > 1024 {
		return &Error{"max-hashes", fmt.Sprintf("%d, want 1 to 1024", s.MaxHashes)}
	}
	if s.PublicURL != "" {
		if s.PublicURL, err = origin(s.PublicURL); err != nil {
			return &Error{"public-url", err.Error()}
		}
	}
	return nil
}

// withPassword puts a password into a URL.
func withPassword(address, password Secret, flag string) (Secret, error) {
	if password == "" {
		return address, nil
	}
	u, err := url.Parse(address.Reveal())
	if err != nil || u.Scheme == "" || u.User.Username() == "" {
		return "", &Error{flag + "-password", "--" + flag + " names no user that it could be the password of"}
	}
	u.User = url.UserPassword(u.User.Username(), password.Reveal())
	return Secret(u.String()), nil
}

// origin checks the URL of a site and returns it without a slash at the end.
func origin(text string) (string, error) {
	u, err := url.Parse(text)
	if err != nil || (u.Scheme != "http" && u.Scheme != "https") || u.Host == "" || u.User != nil || u.RawQuery != "" || u.Fragment != "" || strings.Trim(u.Path, "/") != "" {
		return "", errors.New("want a scheme and a host alone, such as https://films.example.org")
	}
	return u.Scheme + "://" + strings.ToLower(u.Host), nil
}

// Resolve checks the settings of the server.
func (s *Serve) Resolve() error {
	for _, a := range []struct{ flag, address string }{{"addr", s.Addr}, {"ops-addr", s.OpsAddr}} {
		if a.flag == "ops-addr" && a.address == "off" {
			continue
		}
		if _, _, err := net.SplitHostPort(a.address); err != nil {
			return &Error{a.flag, fmt.Sprintf("%q, want host:port, such as 127.0.0.1:8080", a.address)}
		}
	}
	if (s.TLSCert == "") != (s.TLSKey == "") {
		return &Error{"tls-cert", "--tls-cert and --tls-key go together"}
	}
	if s.TLSCert != "" && len(s.Autocert) > 0 {
		return &Error{"autocert", "certificates come from files or from Let's Encrypt, not both"}
	}
	for _, domain := range s.Autocert {
		if strings.ContainsAny(domain, "/:* ") || !strings.Contains(domain, ".") {
			return &Error{"autocert", fmt.Sprintf("%q, want a domain such as films.example.org", domain)}
		}
	}
	for _, text := range s.TrustedProxy {
		if _, err := netip.ParsePrefix(text); err != nil {
			if _, err := netip.ParseAddr(text); err != nil {
				return &Error{"trusted-proxy", fmt.Sprintf("%q, want an address or a range such as 10.0.0.0/8", text)}
			}
		}
	}
	for i, text := range s.CORSOrigin {
		clean, err := origin(text)
		if err != nil {
			return &Error{"cors-origin", fmt.Sprintf("%q: %v", text, err)}
		}
		s.CORSOrigin[i] = clean
	}
	if s.MaxActive < 1 || s.MaxActive > 100000 {
		return &Error{"max-active", fmt.Sprintf("%d, want 1 to 100000", s.MaxActive)}
	}
	for _, n := range []struct {
		flag        string
		value       int
		least, most int
	}{
		{"max-heavy", s.MaxHeavy, 0, s.MaxActive}, {"max-by-address", s.MaxByAddress, 0, s.MaxActive},
		{"rate-reads", s.RateReads, 1, 1_000_000}, {"rate-writes", s.RateWrites, 1, 1_000_000},
		{"rate-logins", s.RateLogins, 1, 1_000_000}, {"rate-heavy", s.RateHeavy, 1, 1_000_000},
	} {
		if n.value < n.least || n.value > n.most {
			return &Error{n.flag, fmt.Sprintf("%d, want %d to %d", n.value, n.least, n.most)}
		}
	}
	if s.RetrainEvery != 0 && s.RetrainEvery < time.Minute {
		return &Error{"retrain-every", fmt.Sprintf("%v, want 0 or a minute or more", s.RetrainEvery)}
	}
	return nil
}

// Secure says whether the daemon itself speaks HTTPS.
func (s *Serve) Secure() bool { return s.TLSCert != "" || len(s.Autocert) > 0 }

// Warnings returns what is allowed but unwise, for a person to read.
func Warnings(site *Site, serve *Serve) []string {
	var list []string
	host, _, _ := net.SplitHostPort(serve.Addr)
	if !Loopback(host) && !serve.Secure() && !strings.HasPrefix(site.PublicURL, "https://") {
		list = append(list, "the site is reachable from other machines without HTTPS: passwords go over the network in the clear, and browsers keep no login. Use --tls-cert or --autocert, or put a proxy before it and set --public-url to its https:// address")
	}
	if opsHost, _, _ := net.SplitHostPort(serve.OpsAddr); serve.OpsAddr != "off" && !Loopback(opsHost) {
		list = append(list, "--ops-addr is reachable from other machines: it has no login, and shows profiles of the daemon's memory")
	}
	return list
}

// Loopback says whether a host is this machine alone.
func Loopback(host string) bool {
	ip, err := netip.ParseAddr(host)
	return host == "localhost" || err == nil && ip.IsLoopback()
}
