package tmdb

import (
	"context"
	"errors"
	"fmt"
	"net/netip"
	"net/url"
	"regexp"
	"time"
)

// The only hosts that a Client asks.
const (
	apiHost   = "https://api.themoviedb.org"
	imageHost = "https://image.tmdb.org"
)

// Config sets a Client. Zero values are the defaults.
type Config struct {
	// Key is TMDB's API key (32 hexadecimal digits, sent as api_key) or its
	// API read access token (sent as Authorization: Bearer). It is required.
	Key string

	Language string // of titles and overviews, such as "de-DE"; "" means "en-US"
	Region   string // of release dates, such as "DE"; "" means any

	Rate     float64       // requests a second; 0 means 20, at most 40, which is TMDB's own limit
	Timeout  time.Duration // of one attempt; 0 means 4 s
	Deadline time.Duration // of all attempts together; 0 means 10 s
	Retries  int           // after the first attempt; 0 means 2, negative none
	Wait     time.Duration // before the first retry, doubled for each next; 0 means 250 ms. No Retry-After of more than 16 waits is waited for
	Patience time.Duration // until an old answer is used in place of one under way; 0 means 1 s

	Failures int           // in a row, until TMDB is left alone; 0 means 4
	Pause    time.Duration // how long it is left alone; 0 means 30 s

	Entries int         // answers in memory; 0 means 500
	Cache   Cache       // of answers; nil means memory alone
	Images  Cache       // of posters; nil means none are kept
	Report  func(error) // told of failures of the caches, which cost no answer; nil means nobody
	Now     func() time.Time
}

// Cache keeps values by key over restarts, such as a Folder. It must be safe
// for concurrent use and may forget any value at any time.
type Cache interface {
	// Get returns the value, or false where there is none.
	Get(ctx context.Context, key string) (value []byte, found bool, err error)
	// Put stores a value in place of an older one. It must not keep the slice.
	Put(ctx context.Context, key string, value []byte) error
}

// ConfigError is a setting that can't be used. It never holds the key.
type ConfigError struct{ Field, Want string }

// Error implements error.
func (e *ConfigError) Error() string { return fmt.Sprintf("tmdb: %s, want %s", e.Field, e.Want) }

var (
	keyPattern      = regexp.MustCompile(`^[A-Za-z0-9._-]{1,1000}$`)
	v3KeyPattern    = regexp.MustCompile(`^[0-9a-fA-F]{32}$`)
	languagePattern = regexp.MustCompile(`^[a-z]{2}(-[A-Z]{2})?$`)
	regionPattern   = regexp.MustCompile(`^[A-Z]{2}$`)
)

func (c *Config) resolve() error {
	for _, d := range []struct {
		value *time.Duration
		unset time.Duration
	}{{&c.Timeout, 4 * time.Second}, {&c.Deadline, 10 * time.Second}, {&c.Wait, 250 * time.Millisecond}, {&c.Patience, time.Second}, {&c.Pause, 30 * time.Second}} {
		if *d.value <= 0 {
			*d.value = d.unset
		}
	}
	for _, n := range []struct {
		value *int
		unset int
	}{{&c.Retries, 2}, {&c.Failures, 4}, {&c.Entries, 500}} {
		if *n.value == 0 {
			*n.value = n.unset
		}
	}
	c.Retries = max(c.Retries, 0)
	if c.Language == "" {
		c.Language = "en-US"
	}
	if c.Rate == 0 {
		c.Rate = 20
	}
	if c.Report == nil {
		c.Report = func(error) {}
	}
	if c.Now == nil {
		c.Now = time.Now
	}
	return c.check()
}

func (c *Config) check() error {
	switch {
	case !keyPattern.MatchString(c.Key):
		return &ConfigError{"Key", "an API key or read access token of TMDB: letters, digits, '.', '_' and '-'"}
	case !languagePattern.MatchString(c.Language):
		return &ConfigError{"Language", `a language such as "de" or "de-DE"`}
	case c.Region != "" && !regionPattern.MatchString(c.Region):
		return &ConfigError{"Region", `a country such as "DE"`}
	case !(c.Rate > 0 && c.Rate <= 40): // refuses NaN too
		return &ConfigError{"Rate", "more than 0 and at most 40 requests a second"}
	case c.Retries > 10:
		return &ConfigError{"Retries", "at most 10"}
	case c.Failures < 0:
		return &ConfigError{"Failures", "1 or more"}
	case c.Entries < 0:
		return &ConfigError{"Entries", "1 or more"}
	}
	return nil
}

// Option changes what no configuration file may.
type Option func(*hosts) error

type hosts struct{ api, images *url.URL }

// Loopback asks servers on this machine in place of TMDB's hosts: those of
// package tmdbtest. Any address that is not a loopback address is refused.
func Loopback(api, images string) Option {
	return func(h *hosts) (err error) {
		if h.api, err = loopback(api); err != nil {
			return err
		}
		h.images, err = loopback(images)
		return err
	}
}

func loopback(base string) (*url.URL, error) {
	u, err := url.Parse(base)
	if err != nil {
		return nil, errors.New("tmdb: address for tests is no URL")
	}
	if address, err := netip.ParseAddr(u.Hostname()); err != nil || !address.IsLoopback() {
		return nil, fmt.Errorf("tmdb: address for tests is %q, want a loopback address", u.Host)
	}
	return u, nil
}
