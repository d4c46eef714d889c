package fetch

import (
	"context"
	"crypto/md5"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"io"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"time"
)

// Errors to branch on.
var (
	// ErrChecksum is returned where the file that arrived is not the published one.
	ErrChecksum = errors.New("fetch: wrong checksum")
	// ErrTooLarge is returned where the server sends more than the set has.
	ErrTooLarge = errors.New("fetch: file too large")
)

// Progress says how far a download has come.
type Progress struct {
	Name  string
	Bytes int64 // on disk, those of an earlier try among them
	Total int64 // 0 where the server doesn't say
}

// Client downloads sets. The zero Client downloads from GroupLens without asking.
type Client struct {
	// HTTP is the client to use; nil means one without a time limit for the
	// whole, since the context has it. Redirects to other hosts are refused either way.
	HTTP *http.Client
	// BaseURL stands in place of GroupLens's address, for mirrors and tests.
	BaseURL string
	// Confirm is called before anything is asked of the server, with the source
	// whose terms are to be shown. An error stops the download and is returned.
	Confirm func(Source) error
	// Progress is called after every block; it may be nil.
	Progress func(Progress)
	// Tries is how often a failing request is made in all: 0 means 4, with
	// pauses of Pause, 2·Pause, 4·Pause between them.
	Tries int
	// Pause is the first pause; 0 means a second.
	Pause time.Duration
	// MaxSize bounds files whose size isn't known beforehand, in bytes; 0 means 4 GiB.
	MaxSize int64
}

// Fetch downloads a set into a directory, which it makes if need be, and
// returns the path of the archive. An archive that is there already and has the
// right checksum is not downloaded again.
func (c Client) Fetch(ctx context.Context, s Source, dir string) (string, error) {
	c = c.resolved()
	if c.Confirm != nil {
		if err := c.Confirm(s); err != nil {
			return "", err
		}
	}
	if s.Path != filepath.Base(s.Path) || s.Path == "." || s.Path == "" {
		return "", fmt.Errorf("fetch: path %q of %s, want the name of a file", s.Path, s.Name)
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return "", fmt.Errorf("fetch: %w", err)
	}
	sum, err := c.published(ctx, s)
	if err != nil {
		return "", err
	}
	path := filepath.Join(dir, s.Path)
	if sum.matches(path) == nil {
		return path, nil
	}
	part := path + ".part"
	if err := c.retry(ctx, func() error { return c.download(ctx, s, part) }); err != nil {
		return "", fmt.Errorf("fetch: downloading %s: %w", s.Name, err)
	}
	if err := sum.matches(part); err != nil {
		return "", errors.Join(fmt.Errorf("fetching %s: %w", s.Name, err), os.Remove(part))
	}
	if err := os.Rename(part, path); err != nil {
		return "", fmt.Errorf("fetch: %w", err)
	}
	_ = os.Remove(tagFile(part)) // of no use to anybody from here on
	return path, nil
}

func (c Client) resolved() Client {
	base := http.Client{}
	if c.HTTP != nil {
		base = *c.HTTP
	}
	base.CheckRedirect = func(next *http.Request, via []*http.Request) error {
		if first := via[0].URL; next.URL.Host != first.Host || next.URL.Scheme != first.Scheme || len(via) > 5 {
			return &permanent{fmt.Errorf("redirected to %s, want the host of the set", next.URL.Redacted())}
		}
		return nil
	}
	c.HTTP = &base
	if c.BaseURL == "" {
		c.BaseURL = BaseURL
	}
	if c.Tries == 0 {
		c.Tries = 4
	}
	if c.Pause == 0 {
		c.Pause = time.Second
	}
	if c.MaxSize == 0 {
		c.MaxSize = 4 << 30
	}
	return c
}

// permanent is an error that another try won't mend.
type permanent struct{ err error }

func (p *permanent) Error() string { return p.err.Error() }
func (p *permanent) Unwrap() error { return p.err }

// retry tries again after faults that may pass.
func (c Client) retry(ctx context.Context, try func() error) error {
	pause := c.Pause
	for n := 1; ; n++ {
		err := try()
		var final *permanent
		if err == nil || errors.As(err, &final) || ctx.Err() != nil || n >= c.Tries {
			return err
		}
		timer := time.NewTimer(pause)
		select {
		case <-timer.C:
		case <-ctx.Done():
			timer.Stop()
			return ctx.Err()
		}
		pause *= 2
	}
}

func (c Client) get(ctx context.Context, name string, header http.Header) (*http.Response, error) {
	address, err := url.JoinPath(c.BaseURL, name)
	if err != nil {
		return nil, &permanent{err}
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return nil, &permanent{err}
	}
	request.Header.Set("Accept-Encoding", "identity") // lengths and ranges are those of the file
	for key, values := range header {
		request.Header[key] = values
	}
	response, err := c.HTTP.Do(request)
	if err != nil {
		return nil, err
	}
	if code := response.StatusCode; code >= 400 && code != http.StatusRequestedRangeNotSatisfiable {
		_ = response.Body.Close() // what an error page says is of no use
		err := fmt.Errorf("the server answers %s for %s", response.Status, address)
		if code < 500 && code != http.StatusTooManyRequests && code != http.StatusRequestTimeout {
			return nil, &permanent{err}
		}
		return nil, err
	}
	return response, nil
}

// download brings the part file to its full length, from where it stands.
func (c Client) download(ctx context.Context, s Source, part string) (err error) {
	have, tag := stored(part)
	header := http.Header{}
	if have > 0 {
		header.Set("Range", fmt.Sprintf("bytes=%d-", have))
		header.Set("If-Range", tag) // another file since: the server sends the whole
	}
	response, err := c.get(ctx, s.Path, header)
	if err != nil {
		return err
	}
	defer response.Body.Close() // what is missing shows in the length
	if response.StatusCode == http.StatusRequestedRangeNotSatisfiable {
		return errors.Join(errors.New("the part on disk is not of this file"), os.Remove(part))
	}
	if response.StatusCode != http.StatusPartialContent {
		have = 0
	}
	most := c.MaxSize
	if s.Size > 0 {
		most = s.Size
	}
	total := int64(0)
	if response.ContentLength >= 0 {
		if total = have + response.ContentLength; total > most {
			return &permanent{fmt.Errorf("%w: %d bytes, want at most %d", ErrTooLarge, total, most)}
		}
	}
	file, err := openPart(part, have, response.Header)
	if err != nil {
		return &permanent{err}
	}
	defer func() { err = errors.Join(err, file.Close()) }()
	in := &counter{from: io.LimitReader(response.Body, most-have+1), at: have, tell: func(at int64) {
		if c.Progress != nil {
			c.Progress(Progress{s.Name, at, total})
		}
	}}
	if _, err := io.Copy(file, in); err != nil {
		return fmt.Errorf("after %d bytes: %w", in.at, err)
	}
	if in.at > most {
		return &permanent{fmt.Errorf("%w: more than %d bytes", ErrTooLarge, most)}
	}
	if total > 0 && in.at < total {
		return fmt.Errorf("cut off after %d of %d bytes", in.at, total)
	}
	return file.Sync()
}

// stored returns the length of a part file and the validator of the file that
// it is a part of; 0 where there is none to go on from.
func stored(part string) (int64, string) {
	info, err := os.Stat(part)
	if err != nil || info.Size() == 0 {
		return 0, ""
	}
	tag, err := os.ReadFile(tagFile(part))
	if err != nil || len(tag) == 0 {
		return 0, ""
	}
	return info.Size(), string(tag)
}

func tagFile(part string) string { return part + ".etag" }

// openPart opens the part file behind its first have bytes and keeps the strong
// validator by which a later try knows the file again (RFC 9110, section 13.1.5).
func openPart(part string, have int64, header http.Header) (*os.File, error) {
	if have > 0 {
		return os.OpenFile(part, os.O_WRONLY|os.O_APPEND, 0o644)
	}
	tag := header.Get("ETag")
	if tag == "" || strings.HasPrefix(tag, "W/") {
		tag = header.Get("Last-Modified")
	}
	if err := os.WriteFile(tagFile(part), []byte(tag), 0o644); err != nil {
		return nil, err
	}
	return os.Create(part)
}

// counter tells how many bytes have come.
type counter struct {
	from io.Reader
	at   int64
	tell func(int64)
}

func (c *counter) Read(p []byte) (int, error) {
	n, err := c.from.Read(p)
	if c.at += int64(n); n > 0 {
		c.tell(c.at)
	}
	return n, err
}

// checksum is what a file has to add up to.
type checksum struct {
	name string // of the method
	make func() hash.Hash
	want string
}

func (s checksum) matches(path string) error {
	file, err := os.Open(path)
	if err != nil {
		return fmt.Errorf("fetch: %w", err)
	}
	defer file.Close() // only read from
	h := s.make()
	if _, err := io.Copy(h, file); err != nil {
		return fmt.Errorf("fetch: %w", err)
	}
	if got := hex.EncodeToString(h.Sum(nil)); got != s.want {
		return fmt.Errorf("%w: the %s of the file is %s, want %s", ErrChecksum, s.name, got, s.want)
	}
	return nil
}

// published returns the strongest checksum known; for files that are renewed it
// is the one that stands beside the file now.
func (c Client) published(ctx context.Context, s Source) (checksum, error) {
	switch {
	case s.SHA256 != "":
		return checksum{"SHA-256", sha256.New, s.SHA256}, nil
	case s.MD5 != "":
		return checksum{"MD5", md5.New, s.MD5}, nil
	}
	var text []byte
	err := c.retry(ctx, func() error {
		response, err := c.get(ctx, s.Path+".md5", nil)
		if err != nil {
			return err
		}
		defer response.Body.Close() // only read from
		text, err = io.ReadAll(io.LimitReader(response.Body, 4096))
		return err
	})
	if err != nil {
		return checksum{}, fmt.Errorf("fetch: reading the published checksum of %s: %w", s.Name, err)
	}
	sum, err := parseMD5(string(text), s.Path)
	if err != nil {
		return checksum{}, fmt.Errorf("fetch: the published checksum of %s: %w", s.Name, err)
	}
	return checksum{"MD5", md5.New, sum}, nil
}

// parseMD5 reads the two usual forms of a checksum file, "MD5 (name) = sum" of
// BSD and "sum  name" of GNU, and finds the line of a file.
func parseMD5(text, name string) (string, error) {
	for line := range strings.Lines(text) {
		fields := strings.Fields(line)
		var sum, of string
		switch {
		case len(fields) == 4 && fields[0] == "MD5" && fields[2] == "=":
			sum, of = fields[3], strings.Trim(fields[1], "()")
		case len(fields) == 2:
			sum, of = fields[0], strings.TrimPrefix(fields[1], "*")
		case len(fields) == 1:
			sum, of = fields[0], name
		default:
			continue
		}
		if raw, err := hex.DecodeString(sum); err == nil && len(raw) == md5.Size && of == name {
			return strings.ToLower(sum), nil
		}
	}
	return "", fmt.Errorf("no MD5 of %s in %.60q", name, text)
}
