package guard

import (
	"fmt"
	"math"
	"net/http"
	"strconv"
	"sync"
	"time"

	lru "github.com/hashicorp/golang-lru/v2"
	"golang.org/x/time/rate"
)

// Class names how often something may be done.
type Class string

// The classes. A request counts as Read or Write by its method; what tries a
// password, or makes the site send a letter, counts as Login besides, and what
// takes long as Heavy. File is what a page asks for by the dozen: its parts, and
// pictures that browsers keep.
const (
	Read  Class = "read"
	File  Class = "file"
	Write Class = "write"
	Login Class = "login"
	Heavy Class = "heavy"
)

// Quota is how often: a bucket of Burst tokens that fills up in Window.
type Quota struct {
	Burst  int           // requests at once, 1 to 1,000,000; 0 turns the bound off
	Window time.Duration // in which an empty bucket fills up, 1 s to 24 h
}

// DefaultQuotas are for one address or one account. A page of the web
// interface asks about ten times, and many people share an address.
func DefaultQuotas() map[Class]Quota {
	return map[Class]Quota{
		Read:  {Burst: 600, Window: time.Minute},
		File:  {Burst: 6000, Window: time.Minute},
		Write: {Burst: 120, Window: time.Minute},
		Login: {Burst: 10, Window: time.Minute},
		Heavy: {Burst: 30, Window: time.Minute},
	}
}

// RateConfig sets a [Limiter].
type RateConfig struct {
	Quotas  map[Class]Quota  // nil means DefaultQuotas; a class that isn't there has no bound
	MaxKeys int              // addresses and accounts remembered a class; 0 means 65,536
	Refuse  Refusal          // nil means plain text
	Refused func(Class)      // counts, may be nil
	Now     func() time.Time // nil means time.Now
}

// Limiter bounds how often one client is answered. It remembers those who
// asked last; whoever falls out of memory starts with a full bucket.
type Limiter struct {
	config  RateConfig
	classes map[Class]*buckets
}

type buckets struct {
	quota Quota
	mu    sync.Mutex // a key's first two requests must share one bucket
	known *lru.Cache[string, *rate.Limiter]
}

// NewLimiter checks the quotas.
func NewLimiter(config RateConfig) (*Limiter, error) {
	if config.Quotas == nil {
		config.Quotas = DefaultQuotas()
	}
	if config.MaxKeys == 0 {
		config.MaxKeys = 1 << 16
	}
	if config.Now == nil {
		config.Now = time.Now
	}
	config.Refuse = orPlain(config.Refuse)
	l := &Limiter{config: config, classes: map[Class]*buckets{}}
	for class, quota := range config.Quotas {
		if quota.Burst == 0 {
			continue
		}
		if quota.Burst < 0 || quota.Burst > 1_000_000 {
			return nil, fmt.Errorf("rate limit %s: burst %d, want 0 to 1000000", class, quota.Burst)
		}
		if quota.Window < time.Second || quota.Window > 24*time.Hour {
			return nil, fmt.Errorf("rate limit %s: window %v, want 1s to 24h", class, quota.Window)
		}
		known, err := lru.New[string, *rate.Limiter](config.MaxKeys)
		if err != nil {
			return nil, fmt.Errorf("rate limit %s: %d keys, want 1 or more", class, config.MaxKeys)
		}
		l.classes[class] = &buckets{quota: quota, known: known}
	}
	return l, nil
}

// Verdict is what a [Limiter] says of a request.
type Verdict struct {
	Class      Class
	Allowed    bool
	Limit      int           // requests a window; 0 where there is no bound
	Remaining  int           // requests that would be answered now
	Window     time.Duration // in which an empty bucket fills up
	Reset      time.Duration // until the bucket is full
	RetryAfter time.Duration // until another request is answered, where not allowed
}

// Take takes a token of a class for a key, an address or an account.
func (l *Limiter) Take(class Class, key string) Verdict {
	b := l.classes[class]
	if b == nil {
		return Verdict{Class: class, Allowed: true}
	}
	now := l.config.Now()
	bucket := b.bucket(key)
	v := Verdict{Class: class, Limit: b.quota.Burst, Window: b.quota.Window, Allowed: bucket.AllowN(now, 1)}
	tokens := max(0, bucket.TokensAt(now))
	perToken := b.quota.Window.Seconds() / float64(b.quota.Burst)
	v.Remaining = int(tokens)
	v.Reset = time.Duration((float64(b.quota.Burst) - tokens) * perToken * float64(time.Second))
	if !v.Allowed {
		v.RetryAfter = time.Duration((1 - tokens) * perToken * float64(time.Second))
		if l.config.Refused != nil {
			l.config.Refused(class)
		}
	}
	return v
}

func (b *buckets) bucket(key string) *rate.Limiter {
	b.mu.Lock()
	defer b.mu.Unlock()
	bucket, ok := b.known.Get(key)
	if !ok {
		bucket = rate.NewLimiter(rate.Limit(float64(b.quota.Burst)/b.quota.Window.Seconds()), b.quota.Burst)
		b.known.Add(key, bucket)
	}
	return bucket
}

// Announce sets the fields RateLimit-Policy and RateLimit
// (draft-ietf-httpapi-ratelimit-headers-10), and Retry-After (RFC 9110, section
// 10.2.3) where the request is refused. Of two verdicts on one request the one
// that leaves less is announced.
func (v Verdict) Announce(h http.Header) {
	if v.Limit == 0 {
		return
	}
	if before := h.Get("RateLimit"); before == "" || !v.Allowed || v.Remaining < remaining(before) {
		h.Set("RateLimit-Policy", fmt.Sprintf(`"%s";q=%d;w=%d`, v.Class, v.Limit, seconds(v.Window)))
		h.Set("RateLimit", fmt.Sprintf(`"%s";r=%d;t=%d`, v.Class, v.Remaining, seconds(v.Reset)))
	}
	if !v.Allowed {
		h.Set("Retry-After", strconv.Itoa(max(1, seconds(v.RetryAfter))))
	}
}

// remaining reads r back from a RateLimit field that Announce wrote.
func remaining(field string) int {
	var class string
	var r, t int
	if _, err := fmt.Sscanf(field, `%q;r=%d;t=%d`, &class, &r, &t); err != nil {
		return math.MaxInt
	}
	return r
}

// seconds rounds up, so that nobody comes back too early.
func seconds(d time.Duration) int { return int(math.Ceil(d.Seconds())) }

// Admit takes a token of a class for a key and announces it. It answers 429 and
// returns false where there is none left.
func (l *Limiter) Admit(w http.ResponseWriter, r *http.Request, class Class, key string) bool {
	verdict := l.Take(class, key)
	verdict.Announce(w.Header())
	if !verdict.Allowed {
		l.config.Refuse(w, r, http.StatusTooManyRequests, TooMany(verdict))
	}
	return verdict.Allowed
}

// TooMany tells people when to come back.
func TooMany(v Verdict) string {
	return fmt.Sprintf("too many requests; try again in %d s", max(1, seconds(v.RetryAfter)))
}

// Middleware bounds how often each address is answered; classify says of which
// class a request is.
func (l *Limiter) Middleware(classify func(*http.Request) Class) Middleware {
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if l.Admit(w, r, classify(r), "address "+AddressKey(Address(r.Context()))) {
				next.ServeHTTP(w, r)
			}
		})
	}
}

// ByMethod calls what changes nothing (RFC 9110, section 9.2.1) a Read, and
// the rest a Write.
func ByMethod(r *http.Request) Class {
	switch r.Method {
	case http.MethodGet, http.MethodHead, http.MethodOptions:
		return Read
	}
	return Write
}
