package main

import (
	"crypto/tls"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"sync"
	"time"

	"golang.org/x/crypto/acme/autocert"

	"github.com/nextflex/nextflex/cmd/nextflexd/internal/settings"
)

// certificates returns how the daemon speaks TLS: by the files of the settings,
// by what Let's Encrypt gives it, or, as nil, not at all.
func certificates(s *settings.Site, serve *settings.Serve, log *slog.Logger) (*tls.Config, error) {
	switch {
	case serve.TLSCert != "":
		pair := &keyPair{cert: serve.TLSCert, key: serve.TLSKey, now: time.Now, log: log}
		if err := pair.load(); err != nil {
			return nil, fmt.Errorf("reading the certificate: %w", err)
		}
		return &tls.Config{GetCertificate: pair.get, MinVersion: tls.VersionTLS12, NextProtos: []string{"h2", "http/1.1"}}, nil
	case len(serve.Autocert) > 0:
		// The folder is read by its owner alone, as it holds private keys. The
		// policy keeps strangers from having certificates asked for under names
		// that they made up, which would use up what Let's Encrypt allows.
		manager := &autocert.Manager{
			Prompt: autocert.AcceptTOS, HostPolicy: autocert.HostWhitelist(serve.Autocert...),
			Cache: autocert.DirCache(filepath.Join(s.DataDir, "certificates")),
		}
		config := manager.TLSConfig()
		config.MinVersion = tls.VersionTLS12
		return config, nil
	}
	return nil, nil
}

// keyPair is a certificate and its key in files, which are read anew when they
// change.
type keyPair struct {
	cert, key string
	now       func() time.Time
	log       *slog.Logger

	mu      sync.Mutex
	loaded  *tls.Certificate
	changed [2]time.Time // of the files that were read
	looked  time.Time    // when
}

// lookAgain is how long a certificate is used without looking at its files.
const lookAgain = 10 * time.Second

// get implements tls.Config.GetCertificate. Where new files can't be read, as
// when only one of them is there yet, the old certificate stays.
func (p *keyPair) get(*tls.ClientHelloInfo) (*tls.Certificate, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if now := p.now(); now.Sub(p.looked) >= lookAgain {
		p.looked = now
		if err := p.read(); err != nil {
			p.log.Error("the certificate's files can't be read; the old one stays", "error", err)
		}
	}
	return p.loaded, nil
}

func (p *keyPair) load() error {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.looked = p.now()
	return p.read()
}

// read reads the files if they have changed.
func (p *keyPair) read() error {
	var changed [2]time.Time
	for i, name := range []string{p.cert, p.key} {
		info, err := os.Stat(name)
		if err != nil {
			return err
		}
		changed[i] = info.ModTime()
	}
	if p.loaded != nil && changed == p.changed {
		return nil
	}
	pair, err := tls.LoadX509KeyPair(p.cert, p.key)
	if err != nil {
		return err
	}
	if pair.Leaf != nil && p.now().After(pair.Leaf.NotAfter) {
		p.log.Warn("the certificate has expired", "file", p.cert, "expired", pair.Leaf.NotAfter)
	}
	if len(pair.Certificate) == 0 {
		return errors.New("no certificate in " + p.cert)
	}
	p.loaded, p.changed = &pair, changed
	return nil
}
