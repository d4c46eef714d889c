package main

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"log/slog"
	"math/big"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/nextflex/nextflex/cmd/nextflexd/internal/settings"
)

// writeCertificate makes a certificate for loopback that is its own authority.
func writeCertificate(t *testing.T, dir string, serial int64, ends time.Time) (cert, key string, roots *x509.CertPool) {
	t.Helper()
	private, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	require.NoError(t, err)
	template := &x509.Certificate{
		SerialNumber: big.NewInt(serial), NotBefore: time.Now().Add(-48 * time.Hour), NotAfter: ends,
		IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}, IsCA: true, BasicConstraintsValid: true,
		KeyUsage: x509.KeyUsageDigitalSignature | x509.KeyUsageCertSign, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &private.PublicKey, private)
	require.NoError(t, err)
	parsed, err := x509.ParseCertificate(der)
	require.NoError(t, err)
	secret, err := x509.MarshalPKCS8PrivateKey(private)
	require.NoError(t, err)
	cert, key = filepath.Join(dir, "cert.pem"), filepath.Join(dir, "key.pem")
	require.NoError(t, os.WriteFile(cert, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}), 0o600))
	require.NoError(t, os.WriteFile(key, pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: secret}), 0o600))
	roots = x509.NewCertPool()
	roots.AddCert(parsed)
	return cert, key, roots
}

func TestServesHTTPS(t *testing.T) {
	cert, key, roots := writeCertificate(t, t.TempDir(), 1, time.Now().Add(time.Hour))
	base, _, stop := start(t, append(small, "--tls-cert", cert, "--tls-key", key)...)
	require.True(t, strings.HasPrefix(base, "https://"), base)
	transport := &http.Transport{TLSClientConfig: &tls.Config{RootCAs: roots}, ForceAttemptHTTP2: true}
	defer transport.CloseIdleConnections()
	answer, err := (&http.Client{Transport: transport}).Get(base + "/api/v1/about")
	require.NoError(t, err)
	answer.Body.Close()
	require.Equal(t, 200, answer.StatusCode)
	require.Equal(t, 2, answer.ProtoMajor)
	require.Contains(t, answer.Header.Get("Strict-Transport-Security"), "max-age=")

	_, err = (&http.Client{Transport: &http.Transport{TLSClientConfig: &tls.Config{RootCAs: roots, MinVersion: tls.VersionTLS10, MaxVersion: tls.VersionTLS11}}}).Get(base + "/api/v1/about")
	require.ErrorContains(t, err, "protocol version")
	plain, err := http.Get("http" + strings.TrimPrefix(base, "https") + "/api/v1/about")
	require.NoError(t, err)
	plain.Body.Close()
	require.Equal(t, 400, plain.StatusCode, "nothing is served in the clear")
	require.Zero(t, stop())
}

func TestCertificateFilesMayChange(t *testing.T) {
	dir := t.TempDir()
	cert, key, _ := writeCertificate(t, dir, 1, time.Now().Add(time.Hour))
	now := time.Now()
	var log strings.Builder
	pair := &keyPair{cert: cert, key: key, now: func() time.Time { return now }, log: slog.New(slog.NewTextHandler(&log, nil))}
	require.NoError(t, pair.load())
	serial := func() int64 {
		got, err := pair.get(nil)
		require.NoError(t, err)
		return got.Leaf.SerialNumber.Int64()
	}
	require.EqualValues(t, 1, serial())

	writeCertificate(t, dir, 2, time.Now().Add(time.Hour))
	later := time.Now().Add(time.Minute)
	require.NoError(t, os.Chtimes(cert, later, later))
	require.EqualValues(t, 1, serial(), "looked a moment ago")
	now = now.Add(lookAgain)
	require.EqualValues(t, 2, serial())

	require.NoError(t, os.WriteFile(key, []byte("half of a key"), 0o600))
	require.NoError(t, os.Chtimes(key, later.Add(time.Minute), later.Add(time.Minute)))
	now = now.Add(lookAgain)
	require.EqualValues(t, 2, serial(), "the old one stays")
	require.Contains(t, log.String(), "can't be read")
	require.NoError(t, os.Remove(cert))
	now = now.Add(lookAgain)
	require.EqualValues(t, 2, serial())

	writeCertificate(t, dir, 3, time.Now().Add(-time.Hour))
	now = now.Add(lookAgain)
	require.EqualValues(t, 3, serial())
	require.Contains(t, log.String(), "expired")
}

func TestCertificatesRefuse(t *testing.T) {
	dir := t.TempDir()
	cert, _, _ := writeCertificate(t, dir, 1, time.Now().Add(time.Hour))
	code, _, stderr := command(t, "", "serve", "--addr", "127.0.0.1:0", "--ops-addr", "off", "--data-dir", filepath.Join(dir, "site"),
		"--tls-cert", cert, "--tls-key", filepath.Join(dir, "missing.pem"))
	require.Equal(t, 1, code)
	require.Contains(t, stderr, "missing.pem")
	code, _, stderr = command(t, "", "serve", "--addr", "127.0.0.1:0", "--tls-cert", cert)
	require.Equal(t, 2, code)
	require.Contains(t, stderr, "--tls-key")
}

// TestAutocertAsksForItsDomainsAlone: for a name that isn't ours no certificate
// is asked for, so that nothing here reaches the network.
func TestAutocertAsksForItsDomainsAlone(t *testing.T) {
	site := &settings.Site{DataDir: t.TempDir()}
	config, err := certificates(site, &settings.Serve{Autocert: []string{"films.example.org"}}, slog.New(slog.DiscardHandler))
	require.NoError(t, err)
	require.Contains(t, config.NextProtos, "acme-tls/1")
	require.Contains(t, config.NextProtos, "h2")
	require.EqualValues(t, tls.VersionTLS12, config.MinVersion)
	for _, name := range []string{"evil.example", "www.films.example.org", "", "127.0.0.1"} {
		_, err := config.GetCertificate(&tls.ClientHelloInfo{ServerName: name})
		require.Error(t, err, name)
	}
	none, err := certificates(site, &settings.Serve{}, slog.New(slog.DiscardHandler))
	require.NoError(t, err)
	require.Nil(t, none)
}
