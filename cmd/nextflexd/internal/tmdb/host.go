package tmdb

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"github.com/hashicorp/go-retryablehttp"
	"github.com/sony/gobreaker/v2"
	"golang.org/x/time/rate"
)

// Errors of a Client. Others are of the caller: a bad argument, a cancelled
// context.
var (
	ErrNotFound     = errors.New("tmdb: TMDB has no such thing")
	ErrUnauthorized = errors.New("tmdb: TMDB refuses the key")
	ErrUnavailable  = errors.New("tmdb: TMDB is not to be had")
)

// StatusError is an answer with a status that isn't 200. It is wrapped with
// ErrUnavailable.
type StatusError struct{ Status int }

// Error implements error.
func (e *StatusError) Error() string {
	return fmt.Sprintf("answered %d %s", e.Status, http.StatusText(e.Status))
}

// host is one of TMDB's hosts with all that stands between it and a caller:
// breaker, retries, limit of rate, fixed address, bounded body.
type host struct {
	base     *url.URL
	http     *retryablehttp.Client
	breaker  *gobreaker.CircuitBreaker[[]byte]
	deadline time.Duration
	maxBody  int64
}

func newHost(base *url.URL, cfg *Config, maxBody int64, authorize func(*http.Request)) *host {
	client := retryablehttp.NewClient()
	client.Logger = nil
	client.RetryMax = cfg.Retries
	client.RetryWaitMin, client.RetryWaitMax = cfg.Wait, 16*cfg.Wait
	client.CheckRetry = checkRetry(client.RetryWaitMax, cfg.Now)
	client.Backoff = backoff(cfg.Now)
	client.ErrorHandler = retryablehttp.PassthroughErrorHandler
	client.HTTPClient = &http.Client{
		Timeout: cfg.Timeout,
		Transport: &guard{
			base: base, authorize: authorize, next: transport(),
			limiter: rate.NewLimiter(rate.Limit(cfg.Rate), max(1, int(cfg.Rate))),
		},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
	return &host{
		base: base, http: client, deadline: cfg.Deadline, maxBody: maxBody,
		breaker: gobreaker.NewCircuitBreaker[[]byte](gobreaker.Settings{
			Timeout:      cfg.Pause,
			ReadyToTrip:  func(counts gobreaker.Counts) bool { return counts.ConsecutiveFailures >= uint32(cfg.Failures) },
			IsSuccessful: func(err error) bool { return err == nil || errors.Is(err, ErrNotFound) },
			IsExcluded:   func(err error) bool { return errors.Is(err, context.Canceled) },
		}),
	}
}

// transport is that of net/http, with a pool of its own.
func transport() http.RoundTripper {
	t := http.DefaultTransport.(*http.Transport).Clone()
	t.MaxIdleConnsPerHost = 8
	return t
}

// guard is the last step before the network. Whatever came before it, only the
// fixed host is asked, in the allowed rate; and only here the key is added.
type guard struct {
	base      *url.URL
	limiter   *rate.Limiter
	authorize func(*http.Request)
	next      http.RoundTripper
}

// RoundTrip implements http.RoundTripper.
func (g *guard) RoundTrip(r *http.Request) (*http.Response, error) {
	if r.URL.Scheme != g.base.Scheme || r.URL.Host != g.base.Host {
		return nil, fmt.Errorf("tmdb: %s is not the host to ask", r.URL.Host)
	}
	if err := g.limiter.Wait(r.Context()); err != nil {
		return nil, err
	}
	r = r.Clone(r.Context())
	r.Header.Set("User-Agent", "NextFlex")
	g.authorize(r)
	return g.next.RoundTrip(r)
}

// authorization returns what adds a key to a request.
func authorization(key string) func(*http.Request) {
	if v3KeyPattern.MatchString(key) {
		return func(r *http.Request) {
			query := r.URL.Query()
			query.Set("api_key", key)
			r.URL.RawQuery = query.Encode()
		}
	}
	return func(r *http.Request) { r.Header.Set("Authorization", "Bearer "+key) }
}

// checkRetry retries what may be better the next time, unless TMDB asks for a
// pause that nobody would wait for.
func checkRetry(longest time.Duration, now func() time.Time) retryablehttp.CheckRetry {
	return func(ctx context.Context, response *http.Response, err error) (bool, error) {
		if response != nil && retryAfter(response, now) > longest {
			return false, nil
		}
		return retryablehttp.DefaultRetryPolicy(ctx, response, err)
	}
}

func backoff(now func() time.Time) retryablehttp.Backoff {
	return func(least, most time.Duration, attempt int, response *http.Response) time.Duration {
		if response != nil {
			if wait := retryAfter(response, now); wait > 0 {
				return wait
			}
		}
		return retryablehttp.DefaultBackoff(least, most, attempt, nil)
	}
}

// retryAfter returns the pause that an answer asks for (RFC 9110, section
// 10.2.3), 0 for none.
func retryAfter(response *http.Response, now func() time.Time) time.Duration {
	if response.StatusCode != http.StatusTooManyRequests && response.StatusCode != http.StatusServiceUnavailable {
		return 0
	}
	text := response.Header.Get("Retry-After")
	if seconds, err := strconv.ParseUint(text, 10, 31); err == nil {
		return time.Duration(seconds) * time.Second
	}
	if at, err := http.ParseTime(text); err == nil {
		return max(0, at.Sub(now()))
	}
	return 0
}

// get returns the body of an answer that check accepts. The error wraps
// ErrNotFound, ErrUnauthorized or ErrUnavailable, or is that of the context.
func (h *host) get(ctx context.Context, path string, query url.Values, check func([]byte) error) ([]byte, error) {
	ctx, cancel := context.WithTimeout(ctx, h.deadline)
	defer cancel()
	body, err := h.breaker.Execute(func() ([]byte, error) {
		body, err := h.request(ctx, path, query)
		if err != nil {
			return nil, err
		}
		return body, check(body)
	})
	switch {
	case err == nil:
		return body, nil
	case errors.Is(err, context.Canceled), errors.Is(err, ErrNotFound), errors.Is(err, ErrUnauthorized):
		return nil, fmt.Errorf("asking %s%s: %w", h.base.Host, path, err)
	}
	return nil, fmt.Errorf("%w: asking %s%s: %w", ErrUnavailable, h.base.Host, path, err)
}

func (h *host) request(ctx context.Context, path string, query url.Values) ([]byte, error) {
	to := h.base.JoinPath(path)
	to.RawQuery = query.Encode()
	request, err := retryablehttp.NewRequestWithContext(ctx, http.MethodGet, to.String(), nil)
	if err != nil {
		return nil, err
	}
	request.Header.Set("Accept", "application/json, image/*")
	var body []byte
	request.SetResponseHandler(func(response *http.Response) error { // a body cut short is retried, too
		if response.StatusCode != http.StatusOK {
			return nil
		}
		body, err = io.ReadAll(io.LimitReader(response.Body, h.maxBody+1))
		return err
	})
	response, err := h.http.Do(request)
	if response != nil {
		defer response.Body.Close()
	}
	if response != nil && response.StatusCode != http.StatusOK {
		switch response.StatusCode {
		case http.StatusNotFound:
			return nil, ErrNotFound
		case http.StatusUnauthorized, http.StatusForbidden:
			return nil, ErrUnauthorized
		}
		return nil, &StatusError{response.StatusCode}
	}
	if err != nil {
		return nil, plain(err)
	}
	if int64(len(body)) > h.maxBody {
		return nil, fmt.Errorf("answer is larger than %d bytes", h.maxBody)
	}
	return body, nil
}

// plain takes the URL out of an error of net/http: it repeats what the caller says.
func plain(err error) error {
	var of *url.Error
	if errors.As(err, &of) {
		return of.Err
	}
	return err
}
