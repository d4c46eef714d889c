package auth

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"strconv"
	"strings"
	"time"
)

// The purposes of one-time tokens, and how long each is good.
const (
	Activation    = "activation"
	PasswordReset = "password_reset"
	EmailChange   = "email_change"
	EmailReset    = "email_reset"
	FirstAdmin    = "first_admin"
	// ActivationUsed remembers a link that was followed, so that following it
	// once more says that it is stale.
	ActivationUsed = "activation_used"
)

// Lifetime returns how long a one-time token of a purpose is good.
func Lifetime(purpose string) time.Duration {
	switch purpose {
	case Activation, ActivationUsed:
		return 3 * 24 * time.Hour
	case FirstAdmin:
		return 24 * time.Hour
	}
	return time.Hour
}

// NewOneTimeToken returns a token of at least 256 random bits for a link.
func NewOneTimeToken() string { return rand.Text() + rand.Text() }

// HashToken is how a token is stored: who reads the table can't use it. Tokens
// are random, so that no salt is needed.
func HashToken(token string) string {
	sum := sha256.Sum256([]byte(token))
	return hex.EncodeToString(sum[:])
}

// EncodeUID writes the id of an account the way djoser's links do.
func EncodeUID(id int64) string {
	return base64.RawURLEncoding.EncodeToString([]byte(strconv.FormatInt(id, 10)))
}

// DecodeUID reads what EncodeUID wrote; 0 for anything else.
func DecodeUID(uid string) int64 {
	text, err := base64.RawURLEncoding.DecodeString(strings.TrimRight(uid, "="))
	if err != nil || len(text) > 20 {
		return 0
	}
	id, err := strconv.ParseInt(string(text), 10, 64)
	if err != nil || id < 0 {
		return 0
	}
	return id
}
