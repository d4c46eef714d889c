package auth

import (
	"context"
	"crypto/pbkdf2"
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"errors"
	"fmt"
	"runtime"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	"golang.org/x/crypto/argon2"
	"golang.org/x/text/unicode/norm"
)

// ErrBusy is returned where so many passwords are being checked that another
// would have to wait too long. The request may be tried again.
var ErrBusy = errors.New("auth: too many passwords are being checked")

// ErrHash is returned for a stored hash that can't be read.
var ErrHash = errors.New("auth: hash of a password can't be read")

// Parameters of argon2id (RFC 9106) as OWASP recommends them for a server:
// 19 MiB, two passes, one lane.
const (
	argonMemory  = 19 * 1024 // KiB
	argonTime    = 2
	argonThreads = 1
	saltBytes    = 16
	hashBytes    = 32
)

// Bounds of stored hashes, so that a manipulated row can't take the machine.
const (
	maxArgonMemory = 256 * 1024 // KiB
	maxArgonTime   = 16
	maxIterations  = 5_000_000
	maxHash        = 255
)

// Hasher makes and checks hashes of passwords, a bounded number at once: each
// takes 19 MiB and some hundredths of a second. It is safe for concurrent use.
type Hasher struct {
	places  chan struct{}
	waiting atomic.Int64
	queue   int64
	patient time.Duration
	dummy   string
}

// HasherConfig bounds what a Hasher takes.
type HasherConfig struct {
	Parallel int           // hashes at once; 0 means one for each processor
	Queue    int           // that may wait; 0 means 32
	Patience time.Duration // how long each may wait; 0 means 3 s
}

// NewHasher returns a Hasher.
func NewHasher(c HasherConfig) (*Hasher, error) {
	if c.Parallel == 0 {
		c.Parallel = runtime.GOMAXPROCS(0)
	}
	if c.Queue == 0 {
		c.Queue = 32
	}
	if c.Patience == 0 {
		c.Patience = 3 * time.Second
	}
	if c.Parallel < 1 || c.Parallel > 1024 || c.Queue < 0 || c.Patience < 0 {
		return nil, fmt.Errorf("auth: HasherConfig: Parallel %d (want 1 to 1024), Queue %d (want 0 or more), Patience %v (want 0 or more)", c.Parallel, c.Queue, c.Patience)
	}
	h := &Hasher{places: make(chan struct{}, c.Parallel), queue: int64(c.Queue), patient: c.Patience}
	var err error
	h.dummy, err = h.Hash(context.Background(), rand.Text())
	return h, err
}

// Waiting says how many wait for a place.
func (h *Hasher) Waiting() int { return int(h.waiting.Load()) }

func (h *Hasher) enter(ctx context.Context) error {
	select {
	case h.places <- struct{}{}:
		return nil
	default:
	}
	if h.waiting.Add(1) > h.queue {
		h.waiting.Add(-1)
		return ErrBusy
	}
	defer h.waiting.Add(-1)
	limit := time.NewTimer(h.patient)
	defer limit.Stop()
	select {
	case h.places <- struct{}{}:
		return nil
	case <-limit.C:
		return ErrBusy
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (h *Hasher) leave() { <-h.places }

// normalized is what is hashed: the same letters are the same password however
// a keyboard composes them.
func normalized(password string) []byte { return norm.NFC.AppendString(nil, password) }

// Hash returns the hash of a password with a new salt, as a PHC string.
func (h *Hasher) Hash(ctx context.Context, password string) (string, error) {
	if err := h.enter(ctx); err != nil {
		return "", err
	}
	defer h.leave()
	salt := make([]byte, saltBytes)
	_, _ = rand.Read(salt) // it never fails
	key := argon2.IDKey(normalized(password), salt, argonTime, argonMemory, argonThreads, hashBytes)
	return fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=%d$%s$%s", argon2.Version, argonMemory, argonTime, argonThreads, b64(salt), b64(key)), nil
}

// Verify says whether a password is the one of a stored hash, and whether the
// hash should be replaced by a newer kind. An empty stored hash, which belongs
// to nobody or to an account without a password, takes as long as any other
// and never fits.
func (h *Hasher) Verify(ctx context.Context, stored, password string) (ok, upgrade bool, err error) {
	absent := stored == ""
	if absent {
		stored = h.dummy
	}
	parsed, err := parseHash(stored)
	if err != nil {
		return false, false, err
	}
	if err := h.enter(ctx); err != nil {
		return false, false, err
	}
	defer h.leave()
	var key []byte
	if parsed.django {
		// Django hashes the bytes as they came.
		if key, err = pbkdf2.Key(sha256.New, password, parsed.salt, parsed.time, len(parsed.key)); err != nil {
			return false, false, fmt.Errorf("auth: checking a password: %w", err)
		}
	} else {
		key = argon2.IDKey(normalized(password), parsed.salt, uint32(parsed.time), uint32(parsed.memory), uint8(parsed.threads), uint32(len(parsed.key)))
	}
	fits := subtle.ConstantTimeCompare(key, parsed.key) == 1 && !absent
	return fits, fits && (parsed.django || parsed.memory != argonMemory || parsed.time != argonTime || parsed.threads != argonThreads), nil
}

// parsedHash is a stored hash. time is passes of argon2id or iterations of PBKDF2.
type parsedHash struct {
	django                bool
	memory, time, threads int
	salt, key             []byte
}

// parseHash reads "$argon2id$v=19$m=19456,t=2,p=1$SALT$KEY" and Django's
// "pbkdf2_sha256$600000$SALT$KEY".
func parseHash(stored string) (parsedHash, error) {
	if len(stored) > maxHash {
		return parsedHash{}, fmt.Errorf("%w: longer than %d bytes", ErrHash, maxHash)
	}
	parts := strings.Split(stored, "$")
	switch {
	case len(parts) == 6 && parts[0] == "" && parts[1] == "argon2id":
		return parseArgon(parts)
	case len(parts) == 4 && parts[0] == "pbkdf2_sha256":
		return parseDjango(parts)
	}
	return parsedHash{}, fmt.Errorf("%w: want argon2id or pbkdf2_sha256", ErrHash)
}

func parseArgon(parts []string) (p parsedHash, err error) {
	if parts[2] != "v="+strconv.Itoa(argon2.Version) {
		return p, fmt.Errorf("%w: version of argon2", ErrHash)
	}
	settings := strings.Split(parts[3], ",")
	if len(settings) != 3 {
		return p, fmt.Errorf("%w: settings of argon2", ErrHash)
	}
	for i, setting := range []struct {
		prefix string
		to     *int
		max    int
	}{{"m=", &p.memory, maxArgonMemory}, {"t=", &p.time, maxArgonTime}, {"p=", &p.threads, 16}} {
		text, ok := strings.CutPrefix(settings[i], setting.prefix)
		if *setting.to, err = strconv.Atoi(text); !ok || err != nil || *setting.to < 1 || *setting.to > setting.max {
			return p, fmt.Errorf("%w: %s wants 1 to %d", ErrHash, setting.prefix, setting.max)
		}
	}
	if p.salt, err = base64.RawStdEncoding.DecodeString(parts[4]); err != nil || len(p.salt) < 8 {
		return p, fmt.Errorf("%w: salt", ErrHash)
	}
	if p.key, err = base64.RawStdEncoding.DecodeString(parts[5]); err != nil || len(p.key) < 16 {
		return p, fmt.Errorf("%w: key", ErrHash)
	}
	return p, nil
}

func parseDjango(parts []string) (p parsedHash, err error) {
	p.django = true
	if p.time, err = strconv.Atoi(parts[1]); err != nil || p.time < 1 || p.time > maxIterations {
		return p, fmt.Errorf("%w: iterations want 1 to %d", ErrHash, maxIterations)
	}
	if parts[2] == "" {
		return p, fmt.Errorf("%w: salt", ErrHash)
	}
	p.salt = []byte(parts[2])
	if p.key, err = base64.StdEncoding.DecodeString(parts[3]); err != nil || len(p.key) != sha256.Size {
		return p, fmt.Errorf("%w: key", ErrHash)
	}
	return p, nil
}

func b64(b []byte) string { return base64.RawStdEncoding.EncodeToString(b) }
