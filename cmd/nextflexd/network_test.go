package main

import (
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// send sends a request with headers, given as pairs.
func send(t *testing.T, method, url string, headers ...string) *http.Response {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), method, url, nil)
	require.NoError(t, err)
	for i := 0; i < len(headers); i += 2 {
		request.Header.Set(headers[i], headers[i+1])
	}
	answer, err := http.DefaultClient.Do(request)
	require.NoError(t, err)
	answer.Body.Close()
	return answer
}

func TestProxyAndOrigins(t *testing.T) {
	address := freeAddress(t)
	start(t, append(small, "--addr", address, "--trusted-proxy", "127.0.0.0/8", "--cors-origin", "https://app.example.org", "--rate-reads", "2", "--public-url", "https://films.example.org")...)
	url := "http://" + address + "/api/v1/about"
	for i := range 6 { // three times what one address may
		answer := send(t, "GET", url, "X-Forwarded-For", "198.51.100."+string(rune('1'+i)), "X-Forwarded-Proto", "https", "Origin", "https://app.example.org")
		require.Equal(t, 200, answer.StatusCode, "each client has an address of its own")
		require.NotEmpty(t, answer.Header.Get("Strict-Transport-Security"))
		require.Equal(t, "https://app.example.org", answer.Header.Get("Access-Control-Allow-Origin"))
		require.Empty(t, answer.Header.Get("Access-Control-Allow-Credentials"))
	}
	for _, want := range []int{200, 429} {
		require.Equal(t, want, send(t, "GET", url, "X-Forwarded-For", "203.0.113.5, 198.51.100.1").StatusCode, "what a client puts before its address counts for nothing")
	}
	require.Empty(t, send(t, "GET", url, "X-Forwarded-For", "198.51.100.77", "Origin", "https://evil.example").Header.Get("Access-Control-Allow-Origin"))
	require.Equal(t, 403, send(t, "POST", "http://"+address+"/api/v1/recommendations/session", "Origin", "https://evil.example").StatusCode)
	require.NotEqual(t, 403, send(t, "POST", "http://"+address+"/api/v1/recommendations/session", "Origin", "https://films.example.org").StatusCode)
}

// TestEnvironmentAlone: in a container there is nothing but the environment.
func TestEnvironmentAlone(t *testing.T) {
	dir := t.TempDir()
	secret := filepath.Join(dir, "key")
	require.NoError(t, os.WriteFile(secret, []byte("0123456789abcdef0123456789abcdef\n"), 0o600))
	for name, value := range map[string]string{
		"ADDR": freeAddress(t), "OPS_ADDR": "off", "DATA_DIR": filepath.Join(dir, "site"), "DB": filepath.Join(dir, "other.db"),
		"BLOB": filepath.Join(dir, "pictures"), "LOG_FORMAT": "json", "FACTORS": "2", "ITERATIONS": "1", "TMDB_KEY_FILE": secret,
		"MAIL_FROM": "films@example.org", "TRUSTED_PROXY": "10.0.0.0/8,192.168.0.0/16", "RATE_LIMITS": "false",
	} {
		t.Setenv("NEXTFLEX_"+name, value)
	}
	base, _, stop := startWith(t)
	for range 700 { // more than the limits would allow
		require.Equal(t, 200, send(t, "GET", base+"/api/v1/about").StatusCode)
	}
	require.Zero(t, stop())
	require.FileExists(t, filepath.Join(dir, "other.db"))
	t.Setenv("NEXTFLEX_MAX_ACTIVE", "0")
	code, _, stderr := command(t, "", "serve")
	require.Equal(t, 2, code)
	require.Contains(t, stderr, "--max-active: 0, want 1 to 100000")
	require.NotContains(t, strings.ToLower(stderr), "0123456789abcdef")
}

// TestPrecedence: a flag counts before the environment, that before the file.
func TestPrecedence(t *testing.T) {
	dir := t.TempDir()
	file, of := filepath.Join(dir, "nextflexd.yaml"), func(name string) string { return filepath.Join(dir, name) }
	require.NoError(t, os.WriteFile(file, []byte("data-dir: "+of("file")+"\n"), 0o600))
	status := func(args ...string) string {
		code, _, stderr := command(t, "", append([]string{"migrate", "--config", file}, args...)...)
		require.Zero(t, code, stderr)
		entries, err := filepath.Glob(filepath.Join(dir, "*", "site.db"))
		require.NoError(t, err)
		require.Len(t, entries, 1)
		made := filepath.Dir(entries[0])
		require.NoError(t, os.RemoveAll(made))
		return filepath.Base(made)
	}
	require.Equal(t, "file", status())
	t.Setenv("NEXTFLEX_DATA_DIR", of("environment"))
	require.Equal(t, "environment", status())
	require.Equal(t, "flag", status("--data-dir", of("flag")))
}

// TestConfigurationOfServe: settings of a command stand beside the others.
func TestConfigurationOfServe(t *testing.T) {
	file := filepath.Join(t.TempDir(), "nextflexd.yaml")
	for text, want := range map[string]string{
		"max-active: 0\n":               "--max-active: 0, want 1 to 100000",
		"cors-origin: ['*']\n":          "--cors-origin",
		"trusted-proxy: [nobody]\n":     "--trusted-proxy",
		"retrain-every: 1s\n":           "--retrain-every",
		"max-activ: 3\nrate-readz: 1\n": "settings that there aren't: max-activ, rate-readz",
		"config: other.yaml\n":          "settings that there aren't: config",
		"- a list\n":                    "reading the settings",
		"max-active: many\n":            "max-active",
		"rate-limits: perhaps\n":        "rate-limits",
	} {
		require.NoError(t, os.WriteFile(file, []byte(text), 0o600))
		for _, args := range [][]string{{"--config", file}, {"serve", "--config", file}} {
			code, _, stderr := command(t, "", append(args, "--addr", "127.0.0.1:0", "--ops-addr", "off", "--data-dir", t.TempDir())...)
			require.Equal(t, 2, code, text)
			require.Contains(t, stderr, want)
		}
	}
}

func FuzzConfigurationFile(f *testing.F) {
	f.Add("max-active: 0\ndata: [a, b]\n")
	f.Add("a: &a [*a]\n")
	f.Fuzz(func(t *testing.T, text string) {
		_, _ = readConfiguration(strings.NewReader(text)) // it must return
	})
}
