package main

import (
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestRecommendations(t *testing.T) {
	require.NoError(t, retrain(t.Context()))
	for body, want := range map[string]int{`[{"Item":1,"Value":5},{"Item":300,"Value":1}]`: 200, `[{"Item":1,"Value":9}]`: 422, `{`: 400} {
		w := httptest.NewRecorder()
		recommendations(w, httptest.NewRequest("POST", "/recommendations", strings.NewReader(body)))
		require.Equal(t, want, w.Code, "%s: %s", body, w.Body)
		if want == 200 {
			require.Equal(t, 5, strings.Count(w.Body.String(), `"rank"`))
		}
	}
}
