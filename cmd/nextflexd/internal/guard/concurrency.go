package guard

import (
	"fmt"
	"net/http"
	"strconv"
	"sync"
	"sync/atomic"
	"time"
)

// PlacesConfig sets [Places].
type PlacesConfig struct {
	Active    int           // requests at once, 1 to 100,000; 0 means 256
	Waiting   int           // requests that wait for a place; 0 means as many as Active, negative none
	Patience  time.Duration // how long one waits; 0 means a second
	ByAddress int           // places that one address may hold; 0 means a quarter of Active (at least one), negative no bound
	Refuse    Refusal       // nil means plain text
	Refused   func()        // counts, may be nil
}

// Places bounds how many requests are worked on at once. A few more wait for a
// short time; the rest gets 503 and Retry-After at once. So a flood makes some
// requests fail fast instead of all of them slow, and the memory that requests
// take is bounded. No address gets all the places.
type Places struct {
	config PlacesConfig
	active chan struct{}
	queue  chan struct{}

	mu   sync.Mutex
	held map[string]int // by address: those that hold or wait for a place
	full atomic.Int64   // refused so far
}

// NewPlaces checks the numbers.
func NewPlaces(config PlacesConfig) (*Places, error) {
	if config.Active == 0 {
		config.Active = 256
	}
	if config.Active < 1 || config.Active > 100_000 {
		return nil, fmt.Errorf("%d requests at once, want 1 to 100000", config.Active)
	}
	switch {
	case config.Waiting == 0:
		config.Waiting = config.Active
	case config.Waiting < 0:
		config.Waiting = 0
	case config.Waiting > 100_000:
		return nil, fmt.Errorf("%d requests waiting, want at most 100000", config.Waiting)
	}
	if config.Patience == 0 {
		config.Patience = time.Second
	}
	if config.Patience < 0 || config.Patience > time.Minute {
		return nil, fmt.Errorf("requests waiting for %v, want at most 1m", config.Patience)
	}
	if config.ByAddress == 0 {
		config.ByAddress = max(1, config.Active/4)
	}
	config.Refuse = orPlain(config.Refuse)
	return &Places{config: config, active: make(chan struct{}, config.Active), queue: make(chan struct{}, config.Waiting), held: map[string]int{}}, nil
}

// Active is how many requests hold a place.
func (p *Places) Active() int { return len(p.active) }

// Waiting is how many requests wait for a place.
func (p *Places) Waiting() int { return len(p.queue) }

// Refused is how many requests got none, so far.
func (p *Places) Refused() int64 { return p.full.Load() }

// Middleware answers each request in a place of its own.
func (p *Places) Middleware() Middleware {
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			leave, ok := p.Enter(r)
			if !ok {
				w.Header().Set("Retry-After", strconv.Itoa(max(1, seconds(p.config.Patience))))
				p.config.Refuse(w, r, http.StatusServiceUnavailable, "the server is answering as many requests as it can; try again soon")
				return
			}
			defer leave()
			next.ServeHTTP(w, r)
		})
	}
}

// Enter takes a place, waiting for one if need be. leave gives it back and must
// be called once.
func (p *Places) Enter(r *http.Request) (leave func(), ok bool) {
	key := AddressKey(Address(r.Context()))
	if !p.hold(key) {
		p.refused()
		return nil, false
	}
	select {
	case p.active <- struct{}{}:
	default:
		if !p.wait(r) {
			p.letGo(key)
			p.refused()
			return nil, false
		}
	}
	return func() { <-p.active; p.letGo(key) }, true
}

// wait queues for a place.
func (p *Places) wait(r *http.Request) bool {
	select {
	case p.queue <- struct{}{}:
	default:
		return false
	}
	defer func() { <-p.queue }()
	enough := time.NewTimer(p.config.Patience)
	defer enough.Stop()
	select {
	case p.active <- struct{}{}:
		return true
	case <-enough.C:
	case <-r.Context().Done():
	}
	return false
}

// hold counts a request of an address.
func (p *Places) hold(key string) bool {
	if p.config.ByAddress < 0 {
		return true
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.held[key] >= p.config.ByAddress {
		return false
	}
	p.held[key]++
	return true
}

func (p *Places) letGo(key string) {
	if p.config.ByAddress < 0 {
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.held[key]--; p.held[key] <= 0 {
		delete(p.held, key)
	}
}

func (p *Places) refused() {
	p.full.Add(1)
	if p.config.Refused != nil {
		p.config.Refused()
	}
}
