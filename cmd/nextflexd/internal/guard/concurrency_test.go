package guard

import (
	"context"
	"net/http"
	"net/http/httptest"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"
)

// asked starts a request from an address and returns where its answer comes.
func asked(t *testing.T, handler http.Handler, remote string) <-chan *httptest.ResponseRecorder {
	t.Helper()
	proxies, err := NewProxies(nil, "")
	require.NoError(t, err)
	answer := make(chan *httptest.ResponseRecorder, 1)
	r := httptest.NewRequest("GET", "/", nil)
	r.RemoteAddr = remote + ":1"
	go func() {
		w := httptest.NewRecorder()
		Chain(handler, proxies.Middleware()).ServeHTTP(w, r)
		answer <- w
	}()
	return answer
}

func TestPlaces(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		counted := 0
		p, err := NewPlaces(PlacesConfig{Active: 2, Waiting: 1, ByAddress: -1, Refused: func() { counted++ }})
		require.NoError(t, err)
		finish := make(chan struct{})
		handler := p.Middleware()(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { <-finish }))
		first, second, third := asked(t, handler, "192.0.2.1"), asked(t, handler, "192.0.2.1"), asked(t, handler, "192.0.2.1")
		synctest.Wait()
		require.Equal(t, 2, p.Active())
		require.Equal(t, 1, p.Waiting())
		refused := <-asked(t, handler, "192.0.2.1")
		require.Equal(t, 503, refused.Code, "no place, and none to wait in")
		require.Equal(t, "1", refused.Header().Get("Retry-After"))
		finish <- struct{}{}
		synctest.Wait()
		require.Equal(t, 0, p.Waiting(), "the third moves up")
		fourth := asked(t, handler, "192.0.2.1")
		require.Equal(t, 503, (<-fourth).Code, "patience ends after a second")
		close(finish)
		for _, answer := range []<-chan *httptest.ResponseRecorder{first, second, third} {
			require.Equal(t, 200, (<-answer).Code)
		}
		require.Zero(t, p.Active())
		require.EqualValues(t, 2, p.Refused())
		require.Equal(t, 2, counted)
	})
}

func TestPlacesByAddress(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p, err := NewPlaces(PlacesConfig{Active: 8})
		require.NoError(t, err)
		finish := make(chan struct{})
		handler := p.Middleware()(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { <-finish }))
		a, b := asked(t, handler, "192.0.2.1"), asked(t, handler, "192.0.2.1")
		synctest.Wait()
		require.Equal(t, 503, (<-asked(t, handler, "192.0.2.1")).Code, "a quarter of the places is what one address gets")
		other := asked(t, handler, "192.0.2.2")
		synctest.Wait()
		require.Equal(t, 3, p.Active())
		close(finish)
		for _, answer := range []<-chan *httptest.ResponseRecorder{a, b, other} {
			require.Equal(t, 200, (<-answer).Code)
		}
		require.Empty(t, p.held, "nothing is remembered of those who left")
	})
}

func TestPlaceIsGivenBackAfterPanic(t *testing.T) {
	p, err := NewPlaces(PlacesConfig{Active: 1, Waiting: -1})
	require.NoError(t, err)
	handler := p.Middleware()(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { panic("oh") }))
	require.Panics(t, func() { handler.ServeHTTP(httptest.NewRecorder(), httptest.NewRequest("GET", "/", nil)) })
	require.Zero(t, p.Active())
	require.Empty(t, p.held)
}

func TestClientThatGoesLeavesTheQueue(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p, err := NewPlaces(PlacesConfig{Active: 1, Patience: time.Minute, ByAddress: -1})
		require.NoError(t, err)
		leave, ok := p.Enter(httptest.NewRequest("GET", "/", nil))
		require.True(t, ok)
		ctx, cancel := context.WithCancel(t.Context())
		gone := make(chan bool)
		go func() {
			_, ok := p.Enter(httptest.NewRequest("GET", "/", nil).WithContext(ctx))
			gone <- ok
		}()
		synctest.Wait()
		require.Equal(t, 1, p.Waiting())
		cancel()
		require.False(t, <-gone)
		leave()
		require.Zero(t, p.Active())
	})
}

func TestPlacesRefuse(t *testing.T) {
	for _, config := range []PlacesConfig{{Active: -1}, {Active: 1_000_000}, {Waiting: 1_000_000}, {Patience: time.Hour}, {Patience: -1}} {
		_, err := NewPlaces(config)
		require.ErrorContains(t, err, "want")
	}
}
