package auth

import (
	"bytes"
	"crypto/rand"
	"fmt"
	"image/png"
	"strings"
	"time"

	"github.com/pquerna/otp"
	"github.com/pquerna/otp/totp"
)

// totpPeriod is the step of time-based codes in seconds (RFC 6238).
const totpPeriod = 30

// TOTPKey is a new secret of a second factor, as an app takes it.
type TOTPKey struct {
	Secret string // base32
	URI    string // otpauth://, for a link
	PNG    []byte // the URI as a QR code
}

// NewTOTPKey makes a secret for an account.
func NewTOTPKey(site, email string) (TOTPKey, error) {
	key, err := totp.Generate(totp.GenerateOpts{Issuer: site, AccountName: email, Period: totpPeriod, SecretSize: 20})
	if err != nil {
		return TOTPKey{}, fmt.Errorf("auth: making a second factor: %w", err)
	}
	picture, err := key.Image(240, 240)
	if err != nil {
		return TOTPKey{}, fmt.Errorf("auth: drawing the code of a second factor: %w", err)
	}
	var buf bytes.Buffer
	if err := png.Encode(&buf, picture); err != nil {
		return TOTPKey{}, fmt.Errorf("auth: drawing the code of a second factor: %w", err)
	}
	return TOTPKey{Secret: key.Secret(), URI: key.URL(), PNG: buf.Bytes()}, nil
}

// CheckTOTP says whether a code of six digits fits a secret at a time, a step
// early or late included, and which step it belongs to. A code of a step that
// isn't after the last one used is refused, so that nobody can use a code that
// they have seen somebody type.
func CheckTOTP(secret, code string, now time.Time, last int64) (step int64, ok bool) {
	code = strings.ReplaceAll(strings.TrimSpace(code), " ", "")
	for _, skew := range []int64{0, -1, 1} {
		step := now.Unix()/totpPeriod + skew
		if step <= last {
			continue
		}
		at := time.Unix(step*totpPeriod, 0)
		fits, err := totp.ValidateCustom(code, secret, at, totp.ValidateOpts{Period: totpPeriod, Digits: otp.DigitsSix, Algorithm: otp.AlgorithmSHA1})
		if err == nil && fits {
			return step, true
		}
	}
	return 0, false
}

// RecoveryCodes is how many codes stand in for a lost second factor.
const RecoveryCodes = 10

// NewRecoveryCodes returns codes of 50 random bits, in two groups of letters.
func NewRecoveryCodes() []string {
	codes := make([]string, RecoveryCodes)
	for i := range codes {
		text := strings.ToLower(rand.Text()[:10])
		codes[i] = text[:5] + "-" + text[5:]
	}
	return codes
}

// HashRecoveryCode is how a code is stored; case and hyphens don't matter. With
// 50 bits behind a rate limit a fast hash is enough.
func HashRecoveryCode(code string) string {
	return HashToken("recovery:" + strings.Map(func(r rune) rune {
		if r == '-' || r == ' ' {
			return -1
		}
		return r
	}, strings.ToLower(code)))
}
