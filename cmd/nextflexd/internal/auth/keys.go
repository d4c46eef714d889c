package auth

import (
	"context"
	"crypto/cipher"
	"crypto/rand"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	"golang.org/x/crypto/chacha20poly1305"
)

// The purposes of keys. A key serves one alone.
const (
	SignTokens  = "tokens"  // HMAC-SHA-256 of JSON web tokens
	SealSecrets = "secrets" // XChaCha20-Poly1305 of what must be read again, as the secrets of second factors
)

// Key is a secret key of the site.
type Key struct {
	ID        string // public: it is in the head of what it signed
	Purpose   string
	Secret    []byte // 32 bytes
	CreatedAt time.Time
}

// KeyStore keeps the keys for every daemon of a site.
type KeyStore interface {
	SigningKeys(ctx context.Context) ([]Key, error)
	AddSigningKey(ctx context.Context, k Key) error
	DeleteSigningKey(ctx context.Context, id string) error
}

// Lifetimes of keys that sign tokens. The old one verifies until the last token
// that it signed has expired.
const (
	rotateAfter = 30 * 24 * time.Hour
	keepAfter   = rotateAfter + RefreshLifetime + time.Hour
	// reloadAfter is how often an unknown key may make the ring ask the store.
	reloadAfter = 10 * time.Second
)

// KeyRing holds the keys of a site in memory. It is safe for concurrent use.
type KeyRing struct {
	store KeyStore
	now   func() time.Time

	mu     sync.RWMutex
	keys   []Key // newest first
	loaded time.Time
}

// NewKeyRing loads the keys of a site and makes those that it lacks.
func NewKeyRing(ctx context.Context, store KeyStore, now func() time.Time) (*KeyRing, error) {
	r := &KeyRing{store: store, now: now}
	return r, r.Rotate(ctx)
}

// Rotate makes a new key for tokens where the newest is old enough, and deletes
// those that nothing valid was signed with. It is called now and then.
func (r *KeyRing) Rotate(ctx context.Context) error {
	if err := r.load(ctx); err != nil {
		return err
	}
	for _, purpose := range []string{SignTokens, SealSecrets} {
		newest, err := r.current(purpose)
		// Secrets stay readable only while their key is kept: it isn't rotated.
		if err == nil && (purpose == SealSecrets || r.now().Sub(newest.CreatedAt) < rotateAfter) {
			continue
		}
		secret := make([]byte, 32)
		_, _ = rand.Read(secret) // it never fails
		if err := r.store.AddSigningKey(ctx, Key{ID: rand.Text(), Purpose: purpose, Secret: secret, CreatedAt: r.now()}); err != nil {
			return fmt.Errorf("auth: making a key for %s: %w", purpose, err)
		}
	}
	for _, k := range r.all() {
		if k.Purpose == SignTokens && r.now().Sub(k.CreatedAt) > keepAfter {
			if err := r.store.DeleteSigningKey(ctx, k.ID); err != nil {
				return fmt.Errorf("auth: deleting an old key: %w", err)
			}
		}
	}
	return r.load(ctx)
}

func (r *KeyRing) load(ctx context.Context) error {
	keys, err := r.store.SigningKeys(ctx)
	if err != nil {
		return fmt.Errorf("auth: reading the keys: %w", err)
	}
	slices.SortFunc(keys, func(a, b Key) int { return b.CreatedAt.Compare(a.CreatedAt) })
	r.mu.Lock()
	defer r.mu.Unlock()
	r.keys, r.loaded = keys, r.now()
	return nil
}

func (r *KeyRing) all() []Key {
	r.mu.RLock()
	defer r.mu.RUnlock()
	return r.keys
}

var errNoKey = errors.New("auth: no such key")

func (r *KeyRing) current(purpose string) (Key, error) {
	for _, k := range r.all() {
		if k.Purpose == purpose {
			return k, nil
		}
	}
	return Key{}, errNoKey
}

// key finds a key by its id. Another daemon of the site may have made it since
// the ring was loaded.
func (r *KeyRing) key(ctx context.Context, purpose, id string) (Key, error) {
	for range 2 {
		for _, k := range r.all() {
			if k.ID == id && k.Purpose == purpose {
				return k, nil
			}
		}
		r.mu.RLock()
		fresh := r.now().Sub(r.loaded) < reloadAfter
		r.mu.RUnlock()
		if fresh {
			break
		}
		if err := r.load(ctx); err != nil {
			return Key{}, err
		}
	}
	return Key{}, errNoKey
}

// Seal encrypts a secret. about is bound to it: Open must be given the same, so
// that one person's sealed secret is of no use in another's row.
func (r *KeyRing) Seal(secret []byte, about string) ([]byte, error) {
	k, err := r.current(SealSecrets)
	if err != nil {
		return nil, err
	}
	aead, err := chacha20poly1305.NewX(k.Secret)
	if err != nil {
		return nil, fmt.Errorf("auth: sealing: %w", err)
	}
	nonce := make([]byte, aead.NonceSize())
	_, _ = rand.Read(nonce) // it never fails
	return aead.Seal(nonce, nonce, secret, []byte(about)), nil
}

// Open decrypts what Seal made.
func (r *KeyRing) Open(sealed []byte, about string) ([]byte, error) {
	for _, k := range r.all() {
		if k.Purpose != SealSecrets {
			continue
		}
		aead, err := chacha20poly1305.NewX(k.Secret)
		if err != nil {
			return nil, fmt.Errorf("auth: opening: %w", err)
		}
		if secret, err := open(aead, sealed, about); err == nil {
			return secret, nil
		}
	}
	return nil, errors.New("auth: what was sealed can't be opened: the key is gone, or it was changed")
}

func open(aead cipher.AEAD, sealed []byte, about string) ([]byte, error) {
	if len(sealed) < aead.NonceSize() {
		return nil, errors.New("too short")
	}
	return aead.Open(nil, sealed[:aead.NonceSize()], sealed[aead.NonceSize():], []byte(about))
}
