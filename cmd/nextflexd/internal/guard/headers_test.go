package guard

import (
	"crypto/tls"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/stretchr/testify/require"
)

var nothing = http.HandlerFunc(func(http.ResponseWriter, *http.Request) {})

// get sends a request with headers, given as pairs.
func get(handler http.Handler, method string, headers ...string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(method, "http://films.example.org/", nil)
	for i := 0; i < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	w := httptest.NewRecorder()
	handler.ServeHTTP(w, r)
	return w
}

func TestHeaders(t *testing.T) {
	handler := Headers(HeaderConfig{})(nothing)
	h := get(handler, "GET").Header()
	require.Equal(t, StrictCSP, h.Get("Content-Security-Policy"))
	require.Equal(t, "nosniff", h.Get("X-Content-Type-Options"))
	require.Equal(t, "same-origin", h.Get("Referrer-Policy"))
	require.Contains(t, h.Get("Permissions-Policy"), "geolocation=()")
	require.Equal(t, "same-origin", h.Get("Cross-Origin-Opener-Policy"))
	require.Equal(t, "same-origin", h.Get("Cross-Origin-Resource-Policy"))
	require.Empty(t, h.Get("Strict-Transport-Security"), "not without TLS")

	secure := httptest.NewRequest("GET", "/", nil)
	secure.TLS = &tls.ConnectionState{}
	w := httptest.NewRecorder()
	handler.ServeHTTP(w, secure)
	require.Equal(t, "max-age=15552000", w.Header().Get("Strict-Transport-Security"))
	w = httptest.NewRecorder()
	Headers(HeaderConfig{HSTS: -1, CSP: "default-src 'self'"})(nothing).ServeHTTP(w, secure)
	require.Empty(t, w.Header().Get("Strict-Transport-Security"))
	require.Equal(t, "default-src 'self'", w.Header().Get("Content-Security-Policy"))
}

func TestHSTSBehindAProxy(t *testing.T) {
	proxies, err := NewProxies([]string{"192.0.2.0/24"}, "") // where httptest's requests come from
	require.NoError(t, err)
	handler := Chain(nothing, proxies.Middleware(), Headers(HeaderConfig{}))
	require.NotEmpty(t, get(handler, "GET", "X-Forwarded-Proto", "https").Header().Get("Strict-Transport-Security"))
	require.Empty(t, get(handler, "GET", "X-Forwarded-Proto", "https, http").Header().Get("Strict-Transport-Security"))
}

func TestCrossSite(t *testing.T) {
	protect, err := CrossSite("https://public.example.org/films", []string{"https://app.example.org"}, nil)
	require.NoError(t, err)
	handler := protect(nothing)
	for _, tc := range []struct {
		name    string
		method  string
		headers []string
		want    int
	}{
		{"reading", "GET", []string{"Sec-Fetch-Site", "cross-site", "Cookie", "a=b"}, 200},
		{"a program", "POST", nil, 200},
		{"our page", "POST", []string{"Sec-Fetch-Site", "same-origin", "Cookie", "a=b"}, 200},
		{"our page, old browser", "POST", []string{"Origin", "http://films.example.org", "Cookie", "a=b"}, 200},
		{"our page behind a proxy", "POST", []string{"Origin", "https://public.example.org", "Cookie", "a=b"}, 200},
		{"another site", "POST", []string{"Sec-Fetch-Site", "cross-site", "Cookie", "a=b"}, 403},
		{"a sibling", "DELETE", []string{"Sec-Fetch-Site", "same-site", "Cookie", "a=b"}, 403},
		{"another site, old browser", "PUT", []string{"Origin", "https://evil.example", "Cookie", "a=b"}, 403},
		{"logging somebody in", "POST", []string{"Sec-Fetch-Site", "cross-site"}, 403},
		{"an opaque origin", "POST", []string{"Origin", "null"}, 403},
		{"a trusted origin", "POST", []string{"Sec-Fetch-Site", "cross-site", "Origin", "https://app.example.org"}, 200},
		{"by token", "POST", []string{"Sec-Fetch-Site", "cross-site", "Authorization", "Bearer x"}, 200},
	} {
		t.Run(tc.name, func(t *testing.T) {
			require.Equal(t, tc.want, get(handler, tc.method, tc.headers...).Code)
		})
	}
	_, err = CrossSite("", []string{"*"}, nil)
	require.ErrorContains(t, err, "origin")
	_, err = CrossSite("://", nil, nil)
	require.ErrorContains(t, err, "public address")
}

func TestCORS(t *testing.T) {
	off, err := CORS(nil)
	require.NoError(t, err)
	require.Empty(t, get(off(nothing), "GET", "Origin", "https://app.example.org").Header(), "off by default")

	on, err := CORS([]string{"https://app.example.org", "http://localhost:3000"})
	require.NoError(t, err)
	handler := Chain(nothing, Headers(HeaderConfig{}), on)
	h := get(handler, "GET", "Origin", "https://app.example.org").Header()
	require.Equal(t, "https://app.example.org", h.Get("Access-Control-Allow-Origin"))
	require.Equal(t, "cross-origin", h.Get("Cross-Origin-Resource-Policy"))
	require.Contains(t, h.Get("Access-Control-Expose-Headers"), "Retry-After")
	require.Empty(t, h.Get("Access-Control-Allow-Credentials"), "cookies are never allowed")
	for _, origin := range []string{"", "null", "https://app.example.org.evil.example", "http://app.example.org", "https://APP.example.org", "https://evil.example"} {
		h := get(handler, "GET", "Origin", origin).Header()
		require.Empty(t, h.Get("Access-Control-Allow-Origin"), origin)
		require.Equal(t, "Origin", h.Get("Vary"), "or a cache would give one origin the other's answer")
	}
	preflight := get(handler, "OPTIONS", "Origin", "http://localhost:3000", "Access-Control-Request-Method", "PUT")
	require.Equal(t, 204, preflight.Code)
	require.Contains(t, preflight.Header().Get("Access-Control-Allow-Methods"), "PUT")
	require.Contains(t, preflight.Header().Get("Access-Control-Allow-Headers"), "Authorization")
}

func TestParseOrigin(t *testing.T) {
	for _, text := range []string{"*", "", "null", "films.example.org", "https://", "https://films.example.org/", "https://films.example.org/path", "https://*.example.org", "ftp://films.example.org", "https://Films.example.org", "https://user@films.example.org", "https://films.example.org?x", "https://:80"} {
		_, err := ParseOrigin(text)
		require.Error(t, err, text)
		_, err = CORS([]string{text})
		require.Error(t, err, text)
	}
	for _, text := range []string{"https://films.example.org", "http://localhost:3000", "http://[::1]:8080"} {
		got, err := ParseOrigin(text)
		require.NoError(t, err)
		require.Equal(t, text, got)
	}
}
