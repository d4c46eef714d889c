package main

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/alecthomas/kong"
	"github.com/stretchr/testify/require"
	"go.yaml.in/yaml/v3"

	"github.com/nextflex/nextflex/cmd/nextflexd/internal/mail/mailtest"
	"github.com/nextflex/nextflex/cmd/nextflexd/internal/store/storetest"
	"github.com/nextflex/nextflex/examples/client"
)

// childEnvironment makes the binary of the tests be the daemon.
const childEnvironment = "NEXTFLEXD_TEST_CHILD"

func TestMain(m *testing.M) {
	if os.Getenv(childEnvironment) != "" {
		os.Exit(run(os.Args[1:], os.Stdin, os.Stdout, os.Stderr))
	}
	os.Exit(storetest.Main(m))
}

// command runs one command to its end.
func command(t *testing.T, input string, args ...string) (code int, stdout, stderr string) {
	t.Helper()
	var out, log strings.Builder
	code = runIn(t.Context(), args, strings.NewReader(input), &out, &log)
	return code, out.String(), log.String()
}

func TestAdminCreate(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "site")
	code, _, stderr := command(t, "\n", "admin", "create", "--email", "root@example.org", "--data-dir", dir)
	require.Equal(t, 1, code)
	require.Contains(t, stderr, "no password")
	code, _, stderr = command(t, "password1\n", "admin", "create", "--email", "root@example.org", "--data-dir", dir)
	require.Equal(t, 1, code)
	require.Contains(t, stderr, "too common")
	require.NotContains(t, stderr, "password1")
	code, stdout, stderr := command(t, "correct horse battery\n", "admin", "create", "--email", "root@example.org", "--data-dir", dir)
	require.Zero(t, code, stderr)
	require.Contains(t, stdout, "root@example.org is an administrator")

	base, announced, _ := start(t, append(small, "--data-dir", dir)...)
	require.NotContains(t, announced, "no administrator yet")
	site := client.New(base)
	require.NoError(t, site.Login(t.Context(), "root@example.org", "correct horse battery", ""))
	me, err := site.Me(t.Context())
	require.NoError(t, err)
	require.Equal(t, "root@example.org", me.Email)
}

// TestSecondStart: accounts and sessions outlive the process, and the link for
// the first administrator is offered until it was used.
func TestSecondStart(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "site")
	args := append(small, "--data-dir", dir, "--public-url", "https://films.example.org")
	listening := append(args, "--addr", "127.0.0.1:0")
	_, announced, stop := start(t, listening...)
	require.Contains(t, announced, "https://films.example.org/")
	require.Zero(t, stop())
	require.DirExists(t, dir)
	info, err := os.Stat(dir)
	require.NoError(t, err)
	require.Zero(t, info.Mode().Perm()&0o077, "for its owner alone")
	code, stdout, stderr := command(t, "", "migrate", "--status", "--data-dir", dir)
	require.Zero(t, code, stderr)
	require.Contains(t, stdout, "0 steps")
}

func TestCheck(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "site")
	code, stdout, stderr := command(t, "", "check", "--data-dir", dir)
	require.Zero(t, code, stdout+stderr)
	for _, line := range []string{"ok      settings", "ok      data set", "680 films", "ok      database     sqlite", "ok      blobs", "ok      mail", "ok      TMDB"} {
		require.Contains(t, stdout, line)
	}
	sink := mailtest.NewSink(t, mailtest.Options{User: "u", Password: "sesame"})
	code, stdout, _ = command(t, "", "check", "--data-dir", dir, "--db", "mysql://root:sesame@127.0.0.1:1/none", "--data", filepath.Join(dir, "missing.csv"),
		"--smtp", "smtp://u:wrong-one@"+sink.Addr+"?tls=none", "--mail-from", "noreply@example.org", "--addr", "0.0.0.0:80", "--tmdb-key", "not a key!")
	require.Equal(t, 1, code)
	for _, line := range []string{"FAILED  data set", "missing.csv", "FAILED  database", "FAILED  mail", "FAILED  TMDB", "without HTTPS"} {
		require.Contains(t, stdout, line)
	}
	for _, secret := range []string{"sesame", "wrong-one", "not a key"} {
		require.NotContains(t, stdout, secret)
	}
	code, stdout, _ = command(t, "", "check", "--data-dir", dir, "--smtp", "smtp://u:sesame@"+sink.Addr+"?tls=none")
	require.Zero(t, code, stdout)
}

func TestOpenAPI(t *testing.T) {
	code, stdout, _ := command(t, "", "openapi")
	require.Zero(t, code)
	var document struct {
		Paths map[string]any `json:"paths"`
	}
	require.NoError(t, json.Unmarshal([]byte(stdout), &document))
	require.Contains(t, document.Paths, "/auth/jwt/create")
	code, stdout, _ = command(t, "", "openapi", "--format", "yaml")
	require.Zero(t, code)
	require.Contains(t, stdout, "/auth/jwt/create:")
}

// TestSampleNamesEverySetting: the sample can be used as it is, says each
// default, and leaves none out.
func TestSampleNamesEverySetting(t *testing.T) {
	text, err := os.ReadFile("nextflexd.sample.yaml")
	require.NoError(t, err)
	var sample map[string]any
	require.NoError(t, yaml.Unmarshal(text, &sample))
	var c commands
	parser, err := kong.New(&c)
	require.NoError(t, err)
	flags := append([]*kong.Flag{}, parser.Model.Flags...)
	for _, node := range parser.Model.Children {
		if node.Name == "serve" {
			flags = append(flags, node.Flags...)
		}
	}
	for _, flag := range flags {
		if flag.Name == "help" || flag.Name == "config" || flag.Name == "version" {
			continue
		}
		require.Contains(t, sample, flag.Name)
		if flag.HasDefault && flag.Default != "0" {
			require.Equal(t, flag.Default, fmt.Sprint(sample[flag.Name]), flag.Name)
		}
		delete(sample, flag.Name)
	}
	require.Empty(t, sample, "the sample has settings that the daemon doesn't")
}

func TestConfigurationFile(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, "nextflexd.yaml")
	require.NoError(t, os.WriteFile(file, []byte("data-dir: "+filepath.Join(dir, "site")+"\nfactors: 4\niterations: 1\nmail-from: films@example.org\n"), 0o600))
	code, stdout, stderr := command(t, "", "check", "--config", file)
	require.Zero(t, code, stderr)
	require.Contains(t, stdout, filepath.Join(dir, "site"))
	sample, err := os.ReadFile("nextflexd.sample.yaml")
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(file, sample, 0o600))
	code, stdout, stderr = command(t, "", "check", "--config", file, "--data-dir", filepath.Join(dir, "other"))
	require.Zero(t, code, stdout+stderr)
	require.NoError(t, os.WriteFile(file, []byte("factors: [1"), 0o600))
	code, _, _ = command(t, "", "check", "--config", file)
	require.Equal(t, 2, code)
	t.Setenv("NEXTFLEX_DB_CONNECTIONS", "1")
	code, _, stderr = command(t, "", "check", "--data-dir", dir)
	require.Equal(t, 2, code)
	require.Contains(t, stderr, "--db-connections: 1")
}

// TestOnMariaDB starts the daemon on MariaDB and logs in.
func TestOnMariaDB(t *testing.T) {
	address := storetest.MariaDBAddress(t)
	dir := filepath.Join(t.TempDir(), "site")
	code, _, stderr := command(t, "correct horse battery\n", "admin", "create", "--email", "root@example.org", "--data-dir", dir, "--db", address)
	require.Zero(t, code, stderr)
	base, _, stop := start(t, append(small, "--data-dir", dir, "--db", address)...)
	require.NoError(t, client.New(base).Login(t.Context(), "root@example.org", "correct horse battery", ""))
	answer, err := http.Get(base + "/api/v1/about")
	require.NoError(t, err)
	defer answer.Body.Close()
	body, err := io.ReadAll(answer.Body)
	require.NoError(t, err)
	require.Contains(t, string(body), "demo")
	require.Zero(t, stop())
	require.NoFileExists(t, filepath.Join(dir, "site.db"))
}
