// Package ops answers those who run the daemon, on a listener of their own:
//
//	/healthz       it lives: 200 as long as the process answers
//	/readyz        it can serve: 200, or 503 with the checks that failed
//	/metrics       numbers for Prometheus
//	/debug/pprof   profiles of the process
//
// None of them asks who calls, so the listener must be kept from the public;
// loopback is the daemon's default. Nothing is kept in package variables: each
// [Metrics] has a registry of its own.
package ops

import (
	"errors"
	"net"
	"net/http"
	"net/http/pprof"
	"net/netip"

	"github.com/prometheus/client_golang/prometheus/promhttp"
)

// Handler answers the four kinds of questions. Where loopback is true, it
// refuses requests whose Host isn't this machine: a page in a browser could
// otherwise reach the listener under a name that it made to mean 127.0.0.1.
func Handler(metrics *Metrics, ready *Readiness, loopback bool) http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /healthz", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		_, _ = w.Write([]byte(`{"status":"ok"}` + "\n")) // the client has gone; there is nobody to tell
	})
	mux.Handle("GET /readyz", ready)
	mux.Handle("GET /metrics", promhttp.HandlerFor(metrics.registry, promhttp.HandlerOpts{Registry: metrics.registry, MaxRequestsInFlight: 4}))
	// Not by the package's own registration, which is on the default mux.
	mux.HandleFunc("GET /debug/pprof/", pprof.Index)
	mux.HandleFunc("GET /debug/pprof/cmdline", hidden)
	mux.HandleFunc("GET /debug/pprof/profile", pprof.Profile)
	mux.HandleFunc("GET /debug/pprof/symbol", pprof.Symbol)
	mux.HandleFunc("GET /debug/pprof/trace", pprof.Trace)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Cache-Control", "no-store")
		w.Header().Set("X-Content-Type-Options", "nosniff")
		if loopback && !local(r.Host) {
			http.Error(w, "this listener answers under the names of this machine alone", http.StatusMisdirectedRequest)
			return
		}
		mux.ServeHTTP(w, r)
	})
}

// hidden stands for what isn't shown: arguments of the command line may hold
// secrets.
func hidden(w http.ResponseWriter, _ *http.Request) {
	http.Error(w, "the command line isn't shown, since it may hold secrets", http.StatusForbidden)
}

func local(hostport string) bool {
	host, _, err := net.SplitHostPort(hostport)
	var noPort *net.AddrError
	if errors.As(err, &noPort) {
		host = hostport
	}
	if len(host) > 2 && host[0] == '[' && host[len(host)-1] == ']' {
		host = host[1 : len(host)-1]
	}
	addr, err := netip.ParseAddr(host)
	return host == "localhost" || err == nil && addr.IsLoopback()
}
