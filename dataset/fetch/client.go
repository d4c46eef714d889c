package fetch

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"time"
)

// Errors to branch on.
var (
	// ErrChecksum is returned where the file that arrived is not the published one.
	ErrChecksum = errors.New("wrong checksum")
	// ErrTooLarge is returned where the server sends more than the set has.
	ErrTooLarge = errors.New("file too large")
	// ErrRedirect is returned where the server sends the client to another host.
	ErrRedirect = errors.New("redirected to another host")
	// ErrStalled is returned where no byte has come for the time of Client.Stall.
	ErrStalled = errors.New("the server has stopped sending")
)

// StatusError is returned where the server refuses a file.
type StatusError struct {
	Address string
	Code    int    // such as 404
	Status  string // such as "404 Not Found"
}

// Error implements error.
func (e *StatusError) Error() string {
	return fmt.Sprintf("the server answers %s for %s", e.Status, e.Address)
}

// Progress says how far a download has come.
type Progress struct {
	Name  string // of the Source
	Bytes int64  // on disk, those of an earlier try among them
	Total int64  // 0 where the server doesn't say
}

// Client downloads sets. The zero Client downloads from GroupLens without asking.
type Client struct {
	// HTTP is the client to use; nil means one with the usual transport. A time
	// limit for the whole isn't wanted: the context and Stall have that part.
	// Redirects to other hosts are refused whichever it is.
	HTTP *http.Client
	// BaseURL stands in place of GroupLens's address, for mirrors and tests.
	// Checksums that are known stay those of GroupLens.
	BaseURL string
	// Confirm is called before anything is asked of the server, with the source
	// whose terms are to be shown. An error refuses them: nothing is downloaded,
	// and Fetch returns it as it is. nil asks nobody.
	Confirm func(Source) error
	// Progress is called after every block, from the goroutine of Fetch; it may be nil.
	Progress func(Progress)
	// Tries is how often a request is made in all while the server is out of order
	// (status 5xx, 408 and 429), cut off or stalled: 0 means 4, negative means 1.
	// A try that has brought bytes doesn't count.
	Tries int
	// Pause is the time before the second try; it doubles from try to try. 0 means
	// a second, negative none.
	Pause time.Duration
	// Stall is how long the server may send nothing: 0 means 30 seconds, negative
	// means any time.
	Stall time.Duration
	// MaxSize bounds files whose size isn't known beforehand, in bytes: 0 means 4 GiB.
	MaxSize int64
}

// Fetch downloads a set into a directory, which it makes if need be, and returns
// the path of the archive there. An archive that is there already and has the right
// checksum is not downloaded again.
//
// It returns the error of Confirm, a *StatusError, ErrChecksum, ErrTooLarge,
// ErrRedirect, ErrStalled, the context's error, or one of the network or the disk,
// all but the first wrapped. After any but ErrChecksum and ErrTooLarge, which remove
// it, the part that has come stays for the next call to go on from.
func (c Client) Fetch(ctx context.Context, s Source, dir string) (string, error) {
	c = c.resolved()
	if c.Confirm != nil {
		if err := c.Confirm(s); err != nil {
			return "", err
		}
	}
	if s.Path == "" || s.Path == "." || s.Path == ".." || s.Path != filepath.Base(s.Path) {
		return "", fmt.Errorf("fetch: path %q of %q, want the name of a file", s.Path, s.Name)
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return "", fmt.Errorf("fetch: %w", err)
	}
	sum, err := c.checksum(ctx, s)
	if err != nil {
		return "", fmt.Errorf("fetch: checksum of %s: %w", s.Name, err)
	}
	path := filepath.Join(dir, s.Path)
	switch err := sum.check(ctx, path); {
	case err == nil:
		return path, nil
	case !errors.Is(err, os.ErrNotExist) && !errors.Is(err, ErrChecksum):
		return "", fmt.Errorf("fetch: %w", err)
	}
	part := partFile{path + ".part"}
	if err := c.bring(ctx, s, part); err != nil {
		if errors.Is(err, ErrTooLarge) {
			err = errors.Join(err, part.remove())
		}
		return "", fmt.Errorf("fetch: %s: %w", s.Name, err)
	}
	if err := sum.check(ctx, part.path); err != nil {
		if errors.Is(err, ErrChecksum) {
			err = errors.Join(err, part.remove())
		}
		return "", fmt.Errorf("fetch: %s: %w", s.Name, err)
	}
	if err := part.become(path); err != nil {
		return "", fmt.Errorf("fetch: %w", err)
	}
	return path, nil
}

// resolved returns the client with its defaults filled in.
func (c Client) resolved() Client {
	var base http.Client
	if c.HTTP != nil {
		base = *c.HTTP
	}
	base.CheckRedirect = func(next *http.Request, via []*http.Request) error {
		if first := via[0].URL; next.URL.Host != first.Host || next.URL.Scheme != first.Scheme {
			return &permanent{fmt.Errorf("%w: %s", ErrRedirect, next.URL.Redacted())}
		}
		if len(via) >= 5 {
			return &permanent{fmt.Errorf("redirected %d times", len(via))}
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
	if c.Stall == 0 {
		c.Stall = 30 * time.Second
	}
	if c.MaxSize <= 0 {
		c.MaxSize = 4 << 30
	}
	return c
}

// permanent is an error that another try won't mend.
type permanent struct{ err error }

func (p *permanent) Error() string { return p.err.Error() }
func (p *permanent) Unwrap() error { return p.err }

// retry tries again after faults that may pass. try tells whether it has got
// further, after which the count starts anew.
func (c Client) retry(ctx context.Context, try func() (further bool, err error)) error {
	pause := c.Pause
	for n := 1; ; n++ {
		further, err := try()
		var final *permanent
		if err == nil || errors.As(err, &final) {
			return err
		}
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if further {
			n, pause = 1, c.Pause
		}
		if n >= c.Tries {
			return err
		}
		timer := time.NewTimer(max(pause, 0))
		select {
		case <-timer.C:
		case <-ctx.Done():
			timer.Stop()
			return ctx.Err()
		}
		pause = min(2*pause, time.Minute)
	}
}
