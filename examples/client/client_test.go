package client_test

import (
	"context"
	"fmt"
	"log"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/nextflex/nextflex/examples/client"
)

func Example() {
	ctx := context.Background()
	site := client.New("http://127.0.0.1:8080")
	list, err := site.Similar(ctx, "The Third Man", 5)
	if err != nil {
		log.Fatal(err)
	}
	for _, movie := range list.Items {
		fmt.Println(movie.Rank, movie.Title, movie.Year)
	}
}

// TestExpiredTokenIsRenewed: the caller doesn't notice that an access token has
// run out, as long as the refresh token holds.
func TestExpiredTokenIsRenewed(t *testing.T) {
	valid, refreshes := "first", 0
	site := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		switch r.URL.Path {
		case "/auth/jwt/create/":
			fmt.Fprint(w, `{"access":"first","refresh":"refresh"}`)
		case "/auth/jwt/refresh/":
			require.Empty(t, r.Header.Get("Authorization"))
			if refreshes++; refreshes > 1 {
				w.WriteHeader(http.StatusUnauthorized)
				fmt.Fprint(w, `{"detail":"no","code":"token_not_valid"}`)
				return
			}
			valid = "second"
			fmt.Fprint(w, `{"access":"second"}`)
		default:
			if !strings.HasSuffix(r.Header.Get("Authorization"), valid) {
				w.WriteHeader(http.StatusUnauthorized)
				fmt.Fprint(w, `{"detail":"no","code":"token_not_valid"}`)
				return
			}
			fmt.Fprint(w, `{"email":"ada@example.org"}`)
		}
	}))
	defer site.Close()
	c := client.New(site.URL + "/")
	require.NoError(t, c.Login(t.Context(), "ada@example.org", "x", ""))
	valid = "not the first"
	me, err := c.Me(t.Context())
	require.NoError(t, err)
	require.Equal(t, "ada@example.org", me.Email)
	valid = "none"
	_, err = c.Me(t.Context())
	var refused *client.Error
	require.ErrorAs(t, err, &refused)
	require.Equal(t, "token_not_valid", refused.Code)
	require.Equal(t, 2, refreshes)
}
