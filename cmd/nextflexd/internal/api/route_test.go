package api_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestAnswersConform(t *testing.T) {
	s := newSite(t)
	for _, path := range []string{"/api/v1/about", "/api/v1/movies", "/api/v1/movies/1", "/api/v1/movies/none", "/api/v1/movies?limit=0", "/api/v1/genres/", "/nothing"} {
		s.ask(t, guest, "GET", path, "")
	}
	require.Equal(t, http.StatusOK, s.ask(t, guest, "GET", "/api/v1/movies/", "").Code, "a slash at the end changes nothing")
}

func TestCrossSiteRequestsAreRefused(t *testing.T) {
	s := newSite(t)
	body := `{"ratings":[]}`
	post := func(header, value string) int {
		return s.send(t, guest, "POST", session, request{kind: "application/json", body: strings.NewReader(body), header: http.Header{header: {value}}}).Code
	}
	require.Equal(t, http.StatusForbidden, post("Sec-Fetch-Site", "cross-site"))
	require.Equal(t, http.StatusForbidden, post("Origin", "https://evil.example"))
	require.Equal(t, http.StatusOK, post("Sec-Fetch-Site", "same-origin"))
	require.Equal(t, http.StatusOK, post("Origin", "http://example.com"), "the host of the test's requests")
}
