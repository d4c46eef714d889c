package guard

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// clock is a time that a test moves.
type clock struct{ now time.Time }

func newClock() *clock               { return &clock{time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)} }
func (c *clock) Now() time.Time      { return c.now }
func (c *clock) add(d time.Duration) { c.now = c.now.Add(d) }

func TestTake(t *testing.T) {
	clock := newClock()
	refused := map[Class]int{}
	l, err := NewLimiter(RateConfig{Quotas: map[Class]Quota{Login: {Burst: 3, Window: time.Minute}, Read: {}}, Now: clock.Now, Refused: func(c Class) { refused[c]++ }})
	require.NoError(t, err)
	for left := 2; left >= 0; left-- {
		v := l.Take(Login, "a")
		require.True(t, v.Allowed)
		require.Equal(t, left, v.Remaining)
	}
	v := l.Take(Login, "a")
	require.False(t, v.Allowed)
	require.Equal(t, 20*time.Second, v.RetryAfter.Round(time.Millisecond), "a token comes every 20 s")
	require.Equal(t, time.Minute, v.Reset.Round(time.Millisecond))
	require.True(t, l.Take(Login, "b").Allowed, "another key has a bucket of its own")
	clock.add(19 * time.Second)
	require.False(t, l.Take(Login, "a").Allowed)
	clock.add(2 * time.Second)
	require.True(t, l.Take(Login, "a").Allowed)
	require.False(t, l.Take(Login, "a").Allowed)
	require.Equal(t, map[Class]int{Login: 3}, refused)
	for range 1000 {
		require.True(t, l.Take(Read, "a").Allowed, "0 turns the bound off")
		require.True(t, l.Take("other", "a").Allowed)
	}
}

func TestAnnounce(t *testing.T) {
	h := http.Header{}
	Verdict{Class: Read, Allowed: true}.Announce(h)
	require.Empty(t, h, "nothing is said where nothing is bounded")
	Verdict{Class: Read, Allowed: true, Limit: 600, Remaining: 599, Window: time.Minute, Reset: 100 * time.Millisecond}.Announce(h)
	require.Equal(t, `"read";q=600;w=60`, h.Get("RateLimit-Policy"))
	require.Equal(t, `"read";r=599;t=1`, h.Get("RateLimit"))
	Verdict{Class: Login, Allowed: true, Limit: 10, Remaining: 4, Window: time.Minute, Reset: 36 * time.Second}.Announce(h)
	require.Equal(t, `"login";r=4;t=36`, h.Get("RateLimit"), "less is left of this")
	Verdict{Class: Write, Allowed: true, Limit: 120, Remaining: 100, Window: time.Minute}.Announce(h)
	require.Equal(t, `"login";r=4;t=36`, h.Get("RateLimit"))
	require.Empty(t, h.Get("Retry-After"))
	Verdict{Class: Login, Limit: 10, Window: time.Minute, RetryAfter: 5500 * time.Millisecond}.Announce(h)
	require.Equal(t, "6", h.Get("Retry-After"))
}

func TestRateByAddress(t *testing.T) {
	clock := newClock()
	l, err := NewLimiter(RateConfig{Quotas: map[Class]Quota{Read: {Burst: 2, Window: time.Minute}, Write: {Burst: 1, Window: time.Minute}}, Now: clock.Now})
	require.NoError(t, err)
	proxies, err := NewProxies(nil, "")
	require.NoError(t, err)
	handler := Chain(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}), proxies.Middleware(), l.Middleware(ByMethod))
	ask := func(method, remote string) *httptest.ResponseRecorder {
		r := httptest.NewRequest(method, "/", nil)
		r.RemoteAddr = remote
		w := httptest.NewRecorder()
		handler.ServeHTTP(w, r)
		return w
	}
	require.Equal(t, 200, ask("GET", "[2001:db8::1]:1").Code)
	require.Equal(t, 200, ask("HEAD", "[2001:db8::2]:1").Code)
	refused := ask("GET", "[2001:db8::3]:1")
	require.Equal(t, 429, refused.Code, "one /64 is one client")
	require.Equal(t, "30", refused.Header().Get("Retry-After"))
	require.Contains(t, refused.Body.String(), "30 s")
	require.Equal(t, 200, ask("GET", "[2001:db8:0:1::3]:1").Code)
	require.Equal(t, 200, ask("POST", "[2001:db8::3]:1").Code, "writes are counted apart")
	require.Equal(t, 429, ask("DELETE", "[2001:db8::3]:1").Code)
}

// TestKeysAreBounded: somebody with many addresses can't fill the memory.
func TestKeysAreBounded(t *testing.T) {
	l, err := NewLimiter(RateConfig{Quotas: map[Class]Quota{Read: {Burst: 1, Window: time.Hour}}, MaxKeys: 10})
	require.NoError(t, err)
	for i := range 1000 {
		l.Take(Read, fmt.Sprint(i))
	}
	require.Equal(t, 10, l.classes[Read].known.Len())
}

func TestTakeAtOnce(t *testing.T) {
	clock := newClock()
	l, err := NewLimiter(RateConfig{Quotas: map[Class]Quota{Read: {Burst: 100, Window: time.Hour}}, Now: clock.Now})
	require.NoError(t, err)
	var allowed atomic.Int64
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			for range 50 {
				if l.Take(Read, "one").Allowed {
					allowed.Add(1)
				}
			}
		})
	}
	all.Wait()
	require.EqualValues(t, 100, allowed.Load())
}

func TestLimiterRefuses(t *testing.T) {
	for want, config := range map[string]RateConfig{
		"burst -1":  {Quotas: map[Class]Quota{Read: {Burst: -1, Window: time.Minute}}},
		"window 0s": {Quotas: map[Class]Quota{Read: {Burst: 1}}},
		"-5 keys":   {MaxKeys: -5},
	} {
		_, err := NewLimiter(config)
		require.ErrorContains(t, err, want)
	}
	_, err := NewLimiter(RateConfig{})
	require.NoError(t, err)
}
