package settings_test

import (
	"encoding/json"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/nextflex/nextflex/cmd/nextflexd/internal/settings"
)

func site() settings.Site {
	return settings.Site{DataDir: "data", DBConnections: 16, MaxHashes: 2}
}

func server() settings.Serve {
	return settings.Serve{Addr: "127.0.0.1:8080", OpsAddr: "off", MaxActive: 10, RateReads: 1, RateWrites: 1, RateLogins: 1, RateHeavy: 1}
}

func TestDefaultsLieInTheDataFolder(t *testing.T) {
	s := site()
	require.NoError(t, s.Resolve())
	require.Equal(t, filepath.Join("data", "site.db"), s.DB.Reveal())
	require.Equal(t, filepath.Join("data", "blobs"), s.Blob)
}

func TestSecretsStayHidden(t *testing.T) {
	file := filepath.Join(t.TempDir(), "password")
	require.NoError(t, os.WriteFile(file, []byte("se@same\n"), 0o600))
	s := site()
	s.DB, s.DBPasswordFile, s.SMTP, s.SMTPPassword, s.TMDBKey = "mysql://root@db.example.org/site", file, "smtp://u@mail.example.org", "se@same", "se@same"
	require.NoError(t, s.Resolve())
	require.Equal(t, "mysql://root:se%40same@db.example.org/site", s.DB.Reveal())
	require.Equal(t, "smtp://u:se%40same@mail.example.org", s.SMTP.Reveal())
	text, err := json.Marshal(s)
	require.NoError(t, err)
	var log strings.Builder
	slog.New(slog.NewJSONHandler(&log, nil)).Info("settings", "site", s, "key", s.TMDBKey)
	for _, shown := range []string{fmt.Sprint(s), fmt.Sprintf("%+v %#v %s %q", s, s, s.DB, s.DB), string(text), log.String()} {
		require.NotContains(t, shown, "same")
	}
	require.Empty(t, settings.Secret("").String())
}

func TestSiteRefuses(t *testing.T) {
	long := filepath.Join(t.TempDir(), "long")
	require.NoError(t, os.WriteFile(long, make([]byte, 100<<10), 0o600))
	for _, tc := range []struct {
		change func(*settings.Site)
		want   string
	}{
		{func(s *settings.Site) { s.DataDir = "" }, "--data-dir"},
		{func(s *settings.Site) { s.DBConnections = 1 }, "--db-connections: 1, want 2 to 10000"},
		{func(s *settings.Site) { s.MaxHashes = 0 }, "--max-hashes: 0, want 1 to 1024"},
		{func(s *settings.Site) { s.DBPassword = "x" }, "--db-password: --db names no user"},
		{func(s *settings.Site) { s.DBPassword, s.DBPasswordFile = "x", long }, "not both"},
		{func(s *settings.Site) { s.SMTPPasswordFile = "missing-file" }, "missing-file"},
		{func(s *settings.Site) { s.TMDBKeyFile = long }, "64 KiB"},
		{func(s *settings.Site) { s.PublicURL = "films.example.org" }, "--public-url"},
		{func(s *settings.Site) { s.PublicURL = "https://films.example.org/path" }, "--public-url"},
	} {
		s := site()
		tc.change(&s)
		require.ErrorContains(t, s.Resolve(), tc.want)
	}
	s := site()
	s.PublicURL = "https://Films.example.org/"
	require.NoError(t, s.Resolve())
	require.Equal(t, "https://films.example.org", s.PublicURL)
}

func TestServeRefuses(t *testing.T) {
	for _, tc := range []struct {
		change func(*settings.Serve)
		want   string
	}{
		{func(s *settings.Serve) { s.Addr = "nowhere" }, "host:port"},
		{func(s *settings.Serve) { s.OpsAddr = "on" }, "--ops-addr"},
		{func(s *settings.Serve) { s.TLSCert = "c.pem" }, "--tls-key"},
		{func(s *settings.Serve) { s.TLSCert, s.TLSKey, s.Autocert = "c", "k", []string{"a.example"} }, "not both"},
		{func(s *settings.Serve) { s.Autocert = []string{"https://a.example"} }, "--autocert"},
		{func(s *settings.Serve) { s.TrustedProxy = []string{"10.0.0.0/33"} }, "--trusted-proxy"},
		{func(s *settings.Serve) { s.CORSOrigin = []string{"*"} }, "--cors-origin"},
		{func(s *settings.Serve) { s.MaxActive = 0 }, "--max-active: 0, want 1 to 100000"},
		{func(s *settings.Serve) { s.MaxHeavy = 11 }, "--max-heavy: 11, want 0 to 10"},
		{func(s *settings.Serve) { s.RateLogins = 0 }, "--rate-logins: 0, want 1 to 1000000"},
		{func(s *settings.Serve) { s.RetrainEvery = time.Second }, "--retrain-every"},
	} {
		s := server()
		tc.change(&s)
		require.ErrorContains(t, s.Resolve(), tc.want)
	}
	s := server()
	s.TrustedProxy, s.CORSOrigin, s.Autocert = []string{"10.0.0.0/8", "::1"}, []string{"https://App.example.org/"}, []string{"films.example.org"}
	require.NoError(t, s.Resolve())
	require.Equal(t, []string{"https://app.example.org"}, s.CORSOrigin)
	require.True(t, s.Secure())
}

func TestWarnings(t *testing.T) {
	s, v := site(), server()
	require.Empty(t, settings.Warnings(&s, &v))
	v.Addr, v.OpsAddr = "0.0.0.0:80", "[::]:8081"
	require.Len(t, settings.Warnings(&s, &v), 2)
	s.PublicURL = "https://films.example.org"
	require.Len(t, settings.Warnings(&s, &v), 1)
}
