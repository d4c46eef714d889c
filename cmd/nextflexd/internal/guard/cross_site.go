package guard

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
)

// ParseOrigin checks an origin such as https://films.example.org: a scheme, a
// host and perhaps a port, written as browsers do (RFC 6454, section 6.2).
func ParseOrigin(text string) (string, error) {
	u, err := url.Parse(text)
	if err != nil || (u.Scheme != "https" && u.Scheme != "http") || u.Host == "" || u.Scheme+"://"+u.Host != text || strings.ToLower(text) != text ||
		u.Hostname() == "" || strings.Contains(u.Host, "*") {
		return "", fmt.Errorf("origin %q, want one such as https://films.example.org, without a path or *", text)
	}
	return text, nil
}

// CrossSite refuses what a page of another site made a browser send: a request
// that changes something and carries no token in a header must come from this
// site, by Sec-Fetch-Site, or else Origin. A token in a header can't be sent by
// such a page, so those requests pass; so do programs, which send neither.
//
// public is the address under which browsers know the site ("" if it isn't
// known); it counts as this site where a proxy asks under another host. trusted
// are the origins of [CORS].
func CrossSite(public string, trusted []string, refuse Refusal) (Middleware, error) {
	refuse = orPlain(refuse)
	protection := http.NewCrossOriginProtection()
	if public != "" {
		u, err := url.Parse(public)
		if err != nil {
			return nil, fmt.Errorf("public address: %w", err)
		}
		trusted = append([]string{strings.ToLower(u.Scheme + "://" + u.Host)}, trusted...)
	}
	for _, origin := range trusted {
		if _, err := ParseOrigin(origin); err != nil {
			return nil, err
		}
		if err := protection.AddTrustedOrigin(origin); err != nil {
			return nil, fmt.Errorf("trusted origin: %w", err)
		}
	}
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if r.Header.Get("Authorization") == "" {
				if err := protection.Check(r); err != nil {
					refuse(w, r, http.StatusForbidden, "the request comes from a page of another site")
					return
				}
			}
			next.ServeHTTP(w, r)
		})
	}, nil
}

// Headers that pages of other origins may send, and read.
const (
	corsMethods = "GET, HEAD, POST, PUT, PATCH, DELETE"
	corsSent    = "Authorization, Content-Type, Idempotency-Key, If-Match, If-None-Match"
	corsRead    = "Content-Disposition, ETag, Idempotency-Replayed, Link, Location, RateLimit, RateLimit-Policy, Retry-After, X-Request-Id"
)

// CORS lets pages of these very origins read answers (Fetch standard, section
// 3.3). It never allows credentials: such a page shows its token in a header,
// and cookies stay this site's alone. Without origins it does nothing, which
// is the default.
func CORS(origins []string) (Middleware, error) {
	allowed := map[string]bool{}
	for _, origin := range origins {
		checked, err := ParseOrigin(origin)
		if err != nil {
			return nil, err
		}
		allowed[checked] = true
	}
	return func(next http.Handler) http.Handler {
		if len(allowed) == 0 {
			return next
		}
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			h := w.Header()
			h.Add("Vary", "Origin")
			origin := r.Header.Get("Origin")
			if !allowed[origin] {
				next.ServeHTTP(w, r)
				return
			}
			h.Set("Access-Control-Allow-Origin", origin)
			if r.Method == http.MethodOptions && r.Header.Get("Access-Control-Request-Method") != "" {
				h.Set("Access-Control-Allow-Methods", corsMethods)
				h.Set("Access-Control-Allow-Headers", corsSent)
				h.Set("Access-Control-Max-Age", "600")
				w.WriteHeader(http.StatusNoContent)
				return
			}
			h.Set("Access-Control-Expose-Headers", corsRead)
			h.Set("Cross-Origin-Resource-Policy", "cross-origin")
			next.ServeHTTP(w, r)
		})
	}, nil
}
