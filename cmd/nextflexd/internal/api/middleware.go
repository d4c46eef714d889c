package api

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http"
	"net/netip"
	"strconv"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"github.com/nextflex/nextflex/cmd/nextflexd/internal/guard"
)

// maxBody bounds the body of a request in bytes; a thousand ratings take 40 kB.
const maxBody = 1 << 20

// largestBody bounds the body of any request in bytes. Operations have bounds
// of their own, mostly maxBody; only uploads and imports come near this one.
const largestBody = 32 << 20

func logger(ctx context.Context) *slog.Logger { return guard.Logger(ctx) }

func requestID(ctx context.Context) string { return guard.RequestID(ctx) }

// GuardConfig says how the routes are guarded.
type GuardConfig struct {
	PublicURL      string                      // where browsers find the site; may be empty
	TrustedProxies []string                    // addresses and networks; see guard.NewProxies
	CORSOrigins    []string                    // whose pages may use the API with a token
	MaxActive      int                         // requests at once; 0 means 256
	MaxHeavy       int                         // of them uploads, imports and exports; 0 means an eighth, at least 2
	MaxByAddress   int                         // of them by one address; 0 means a quarter, negative no bound
	Quotas         map[guard.Class]guard.Quota // how often; nil means no bound
	Body           guard.BodyConfig            // how slow a body may come
	Counters       Counters                    // may be nil
	Log            *slog.Logger                // may be nil
	Now            func() time.Time            // nil means time.Now
}

// Counters counts requests, for metrics.
type Counters interface {
	Began()
	Answered(pattern, method string, status int, bytes int64, took time.Duration, panicked bool)
	RateLimited(class string)
	Overloaded(class string)
	SlowBody()
}

// noCounters counts nothing.
type noCounters struct{}

func (noCounters) Began()                                                        {}
func (noCounters) Answered(_, _ string, _ int, _ int64, _ time.Duration, _ bool) {}
func (noCounters) RateLimited(string)                                            {}
func (noCounters) Overloaded(string)                                             {}
func (noCounters) SlowBody()                                                     {}

// Guards stand before the routes, and inside of them where it matters which
// route it is. Make them by NewGuards.
type Guards struct {
	outer    []guard.Middleware // from the outside in
	observer guard.Observer
	limiter  *guard.Limiter
	places   *guard.Places
	heavy    *guard.Places
}

// Places are how many requests are worked on; of them, heavy ones.
func (g *Guards) Places() (all, heavy *guard.Places) { return g.places, g.heavy }

// NewGuards checks the settings.
func NewGuards(config GuardConfig) (*Guards, error) {
	counters := config.Counters
	if counters == nil {
		counters = noCounters{}
	}
	proxies, err := guard.NewProxies(config.TrustedProxies, "")
	if err != nil {
		return nil, fmt.Errorf("guarding the routes: %w", err)
	}
	cors, err := guard.CORS(config.CORSOrigins)
	if err != nil {
		return nil, fmt.Errorf("guarding the routes: %w", err)
	}
	crossSite, err := guard.CrossSite(config.PublicURL, config.CORSOrigins, refuse)
	if err != nil {
		return nil, fmt.Errorf("guarding the routes: %w", err)
	}
	if config.Log != nil {
		proxies.OnStranger(func(addr netip.Addr) {
			config.Log.Warn("a machine of this network says for whom it asks, and isn't trusted: if it is your proxy, name it by --trusted-proxy, or all people behind it count as one address", "address", addr)
		})
	}
	g := &Guards{observer: guard.Observer{Refuse: refuse, Began: counters.Began, Now: config.Now, Done: func(r guard.Record) {
		counters.Answered(r.Pattern, r.Method, r.Status, r.Bytes, r.Took, r.Panic)
	}}}
	quotas := config.Quotas
	if quotas == nil {
		quotas = map[guard.Class]guard.Quota{}
	}
	g.limiter, err = guard.NewLimiter(guard.RateConfig{Quotas: quotas, Refuse: refuse, Now: config.Now,
		Refused: func(c guard.Class) { counters.RateLimited(string(c)) }})
	if err != nil {
		return nil, fmt.Errorf("guarding the routes: %w", err)
	}
	if config.MaxActive == 0 {
		config.MaxActive = 256
	}
	if config.MaxHeavy == 0 {
		config.MaxHeavy = max(2, config.MaxActive/8)
	}
	g.places, err = guard.NewPlaces(guard.PlacesConfig{Active: config.MaxActive, ByAddress: config.MaxByAddress, Refuse: refuse,
		Refused: func() { counters.Overloaded("all") }})
	if err != nil {
		return nil, fmt.Errorf("guarding the routes: %w", err)
	}
	// Heavy requests wait longer: a person who uploads would rather wait than
	// send the image anew.
	g.heavy, err = guard.NewPlaces(guard.PlacesConfig{Active: config.MaxHeavy, Patience: 10 * time.Second, ByAddress: config.MaxByAddress, Refuse: refuse,
		Refused: func() { counters.Overloaded("heavy") }})
	if err != nil {
		return nil, fmt.Errorf("guarding the routes: %w", err)
	}
	if config.Body.MaxBytes == 0 {
		config.Body.MaxBytes = largestBody
	}
	config.Body.CutShort = counters.SlowBody
	g.outer = []guard.Middleware{proxies.Middleware(), guard.Headers(guard.HeaderConfig{}), cors,
		g.limiter.Middleware(classOf), g.places.Middleware(), guard.Bodies(config.Body), crossSite}
	return g, nil
}

// classOf is guard.ByMethod, but for what one page asks for by the dozen.
func classOf(r *http.Request) guard.Class {
	class := guard.ByMethod(r)
	if class != guard.Read {
		return class
	}
	path := r.URL.Path
	if strings.HasPrefix(path, "/assets/") || strings.HasPrefix(path, "/api/v1/media/") || (strings.HasSuffix(path, "/poster") && strings.HasPrefix(path, "/api/v1/")) {
		return guard.File
	}
	return class
}

// defaultGuards are those of a configuration that can't be wrong.
func defaultGuards(maxActive int) *Guards {
	g, err := NewGuards(GuardConfig{MaxActive: min(max(maxActive, 0), 100_000)})
	if err != nil {
		panic(err)
	}
	return g
}

// around puts the guards around the routes.
func (g *Guards) around(routes http.Handler, log *slog.Logger) http.Handler {
	observer := g.observer
	observer.Log = log
	return guard.Chain(routes, append([]guard.Middleware{guard.Observe(observer)}, g.outer...)...)
}

// admit lets a request of a route through, or answers it. Addresses are counted
// for every request; here come the classes that a route declares, and accounts,
// so that one person with many addresses is one person. leave must be called
// once the request is answered.
func (g *Guards) admit(ctx huma.Context, limit LimitClass) (leave func(), ok bool) {
	r, w := humago.Unwrap(ctx)
	address, account := "address "+guard.AddressKey(guard.Address(r.Context())), ""
	if who := principal(r.Context()); who != nil {
		account = "account " + strconv.FormatInt(who.ID(), 10)
		if !g.limiter.Admit(w, r, classOf(r), account) {
			return nil, false
		}
	}
	class := map[LimitClass]guard.Class{Login: guard.Login, Heavy: guard.Heavy}[limit]
	if class == "" {
		return func() {}, true
	}
	if !g.limiter.Admit(w, r, class, address) || account != "" && !g.limiter.Admit(w, r, class, account) {
		return nil, false
	}
	if class != guard.Heavy {
		return func() {}, true
	}
	leave, ok = g.heavy.Enter(r)
	if !ok {
		w.Header().Set("Retry-After", "10")
		refuse(w, r, http.StatusServiceUnavailable, "as much is being uploaded, imported and exported as the server can take; try again soon")
	}
	return leave, ok
}

// within answers a request of a route in its limits.
func (g *Guards) within(ctx huma.Context, limit LimitClass, next func(huma.Context)) {
	leave, ok := g.admit(ctx, limit)
	if !ok {
		return
	}
	defer leave()
	next(ctx)
}

// refuse writes what a guard says, in the style of the path.
func refuse(w http.ResponseWriter, r *http.Request, status int, detail string) {
	if style := styleOf(r.URL.Path); style != Django {
		writeProblem(w, r, problem(status, detail))
		return
	}
	body, err := json.Marshal(detailError(status, detail))
	if err != nil { // it holds only a string
		http.Error(w, detail, status)
		return
	}
	writeBody(w, status, "application/json", body)
}

// styleOf is the style of the errors of a path that no route has answered.
func styleOf(path string) Style {
	if strings.HasPrefix(path, "/api/v1/") || path == "/api/v1" {
		return Problems
	}
	for _, prefix := range []string{"/auth", "/simple", "/content", "/ratings", "/api"} {
		if path == prefix || strings.HasPrefix(path, prefix+"/") {
			return Django
		}
	}
	return Problems
}

func writeProblem(w http.ResponseWriter, r *http.Request, p *Problem) {
	p.RequestID = requestID(r.Context())
	body, err := json.Marshal(p)
	if err != nil { // a Problem holds only strings and numbers
		http.Error(w, p.Detail, p.Status)
		return
	}
	writeBody(w, p.Status, p.ContentType(""), body)
}

func writeBody(w http.ResponseWriter, status int, kind string, body []byte) {
	w.Header().Set("Content-Type", kind)
	w.Header().Set("Content-Length", strconv.Itoa(len(body)))
	w.WriteHeader(status)
	_, _ = w.Write(body) // the client has gone; there is nobody to tell
}
