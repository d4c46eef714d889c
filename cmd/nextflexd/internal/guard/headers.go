package guard

import (
	"fmt"
	"net/http"
	"time"
)

// StrictCSP is the content security policy of answers that are data, and of
// pages that load nothing but styles and images of their own.
const StrictCSP = "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'none'; frame-ancestors 'none'; base-uri 'none'"

// HeaderConfig sets [Headers].
type HeaderConfig struct {
	CSP  string        // Content-Security-Policy; empty means StrictCSP
	HSTS time.Duration // how long browsers insist on TLS once they came over it; 0 means 180 days, negative never
}

// Headers sets what browsers are told with every answer. A handler may replace
// any of them. Strict-Transport-Security is told only over TLS (RFC 6797,
// section 7.2), and not for subdomains, which may belong to somebody else.
func Headers(config HeaderConfig) Middleware {
	if config.CSP == "" {
		config.CSP = StrictCSP
	}
	if config.HSTS == 0 {
		config.HSTS = 180 * 24 * time.Hour
	}
	hsts := fmt.Sprintf("max-age=%d", seconds(config.HSTS))
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			h := w.Header()
			h.Set("Content-Security-Policy", config.CSP)
			h.Set("X-Content-Type-Options", "nosniff")
			h.Set("Referrer-Policy", "same-origin")
			h.Set("Permissions-Policy", "camera=(), geolocation=(), microphone=(), payment=(), usb=()")
			h.Set("Cross-Origin-Opener-Policy", "same-origin")
			h.Set("Cross-Origin-Resource-Policy", "same-origin")
			if config.HSTS > 0 && (Secure(r.Context()) || r.TLS != nil) {
				h.Set("Strict-Transport-Security", hsts)
			}
			next.ServeHTTP(w, r)
		})
	}
}
