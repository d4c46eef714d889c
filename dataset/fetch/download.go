package fetch

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"
)

// get asks for a file below the base address. Statuses other than 200, 206 and 416
// are errors.
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
	switch code := response.StatusCode; {
	case code == http.StatusOK, header != nil && (code == http.StatusPartialContent || code == http.StatusRequestedRangeNotSatisfiable):
		return response, nil
	case code >= 500, code == http.StatusTooManyRequests, code == http.StatusRequestTimeout:
		err = &StatusError{address, code, response.Status}
	default:
		err = &permanent{&StatusError{address, code, response.Status}}
	}
	_ = response.Body.Close() // what an error page says is of no use
	return nil, err
}

// watched returns a context that ends with ErrStalled when alive hasn't been
// called for the time of Stall.
func (c Client) watched(ctx context.Context) (watched context.Context, alive, stop func()) {
	if c.Stall < 0 {
		return ctx, func() {}, func() {}
	}
	watched, cancel := context.WithCancelCause(ctx)
	timer := time.AfterFunc(c.Stall, func() { cancel(ErrStalled) })
	return watched, func() { timer.Reset(c.Stall) }, func() {
		timer.Stop()
		cancel(nil)
	}
}

// cause puts ErrStalled in place of the "context canceled" that it shows as.
func cause(ctx context.Context, err error) error {
	if err != nil && errors.Is(context.Cause(ctx), ErrStalled) {
		return ErrStalled
	}
	return err
}

// bring makes the part file complete, from where it stands.
func (c Client) bring(ctx context.Context, s Source, part partFile) error {
	return c.retry(ctx, func() (bool, error) {
		before, _ := part.stored()
		watched, alive, stop := c.watched(ctx)
		defer stop()
		err := cause(watched, c.download(watched, alive, s, part))
		after, _ := part.stored()
		return after > before, err
	})
}

// download asks for what the part file lacks and adds it.
func (c Client) download(ctx context.Context, alive func(), s Source, part partFile) (err error) {
	have, tag := part.stored()
	header := http.Header{}
	if have > 0 {
		header.Set("Range", fmt.Sprintf("bytes=%d-", have))
		header.Set("If-Range", tag) // of another version the server sends the whole
	}
	response, err := c.get(ctx, s.Path, header)
	if err != nil {
		return err
	}
	defer response.Body.Close() // what is missing shows in the length
	alive()
	total, done, err := c.extent(s, response, &have)
	if err != nil {
		return err
	}
	if done {
		return nil
	}
	if have < 0 { // no part of this version
		return errors.Join(errors.New("the server doesn't know the part on disk"), part.remove())
	}
	file, err := part.open(have, response.Header)
	if err != nil {
		return &permanent{err}
	}
	got, err := c.copy(file, response.Body, copied{source: s, from: have, total: total, most: c.most(s), alive: alive})
	if syncErr := file.close(); syncErr != nil {
		return &permanent{errors.Join(err, syncErr)}
	}
	if err == nil && got < total {
		err = fmt.Errorf("cut off after %d of %d bytes: %w", got, total, io.ErrUnexpectedEOF)
	}
	return err
}

// most is the largest size allowed.
func (c Client) most(s Source) int64 {
	if s.Size > 0 {
		return s.Size
	}
	return c.MaxSize
}

// extent reads from the head of the answer where the body begins in the file,
// which it sets have to, and how long the file is, 0 where that isn't said. done
// means that the part is the whole already. have becomes -1 where the part belongs
// to no file that the server has.
func (c Client) extent(s Source, r *http.Response, have *int64) (total int64, done bool, err error) {
	switch r.StatusCode {
	case http.StatusPartialContent:
		first, length, ok := contentRange(r.Header.Get("Content-Range"))
		if !ok || first != *have {
			return 0, false, &permanent{fmt.Errorf("asked for the bytes from %d, the server sends %q", *have, r.Header.Get("Content-Range"))}
		}
		total = length
	case http.StatusRequestedRangeNotSatisfiable:
		if length, ok := strings.CutPrefix(r.Header.Get("Content-Range"), "bytes */"); ok && length == strconv.FormatInt(*have, 10) {
			return *have, true, nil
		}
		*have = -1
		return 0, false, nil
	default:
		*have = 0
		total = max(r.ContentLength, 0)
	}
	if most := c.most(s); total > most {
		return 0, false, &permanent{fmt.Errorf("%w: %d bytes, want at most %d", ErrTooLarge, total, most)}
	}
	return total, false, nil
}

// contentRange reads "bytes 100-999/1000", or "bytes 100-999/*" with length 0.
func contentRange(s string) (first, length int64, ok bool) {
	s, ok = strings.CutPrefix(s, "bytes ")
	span, all, found := strings.Cut(s, "/")
	from, _, dash := strings.Cut(span, "-")
	first, err := strconv.ParseInt(from, 10, 64)
	if !ok || !found || !dash || err != nil || first < 0 {
		return 0, 0, false
	}
	if all == "*" {
		return first, 0, true
	}
	length, err = strconv.ParseInt(all, 10, 64)
	return first, length, err == nil && length > first
}

// copied is what copy needs to know.
type copied struct {
	source      Source
	from, total int64
	most        int64
	alive       func()
}

// copy adds a body to the part file. It returns the length of the part. Errors of
// the disk are permanent, those of the network aren't.
func (c Client) copy(to io.Writer, body io.Reader, w copied) (int64, error) {
	at, block := w.from, make([]byte, 64<<10)
	for {
		n, err := body.Read(block)
		if n > 0 {
			w.alive()
			if at+int64(n) > w.most {
				return at, &permanent{fmt.Errorf("%w: more than %d bytes", ErrTooLarge, w.most)}
			}
			if _, err := to.Write(block[:n]); err != nil {
				return at, &permanent{err}
			}
			at += int64(n)
			if c.Progress != nil {
				c.Progress(Progress{w.source.Name, at, w.total})
			}
		}
		if err == io.EOF {
			return at, nil
		}
		if err != nil {
			return at, fmt.Errorf("after %d bytes: %w", at, err)
		}
	}
}
