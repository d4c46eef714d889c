// Package guard stands between the network and the routes: it finds the
// client's address behind proxies, bounds how often and how many requests are
// answered, gives up on bodies that stop coming, sets the headers of every
// answer, refuses what other sites' pages send, and logs.
//
// It knows nothing of the routes. Each guard is a [Middleware]; they are put
// around the mux from the outside in:
//
//	handler := guard.Chain(mux,
//		guard.Observe(guard.Observer{Log: log, Refuse: refuse}),
//		proxies.Middleware(),
//		guard.Headers(guard.HeaderConfig{}),
//		limiter.Middleware(guard.ByMethod),
//		places.Middleware(),
//		guard.Bodies(guard.BodyConfig{MaxBytes: 32 << 20}),
//	)
//
// How a refusal is written is given as a [Refusal], since each interface has a
// shape of its own for errors.
package guard

import "net/http"

// Middleware puts a guard around a handler.
type Middleware func(http.Handler) http.Handler

// Refusal writes the answer to a request that isn't let through. detail is for
// people and never holds what the client sent. Headers such as Retry-After are
// set already.
type Refusal func(w http.ResponseWriter, r *http.Request, status int, detail string)

// Chain puts the guards around a handler, the first outermost.
func Chain(handler http.Handler, guards ...Middleware) http.Handler {
	for i := len(guards) - 1; i >= 0; i-- {
		handler = guards[i](handler)
	}
	return handler
}

// plain is the Refusal of those who give none.
func plain(w http.ResponseWriter, _ *http.Request, status int, detail string) {
	http.Error(w, detail, status)
}

func orPlain(refuse Refusal) Refusal {
	if refuse == nil {
		return plain
	}
	return refuse
}
