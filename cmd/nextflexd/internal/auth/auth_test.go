package auth

import (
	"context"
	"crypto/pbkdf2"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/golang-jwt/jwt/v5"
	"github.com/pquerna/otp/totp"
	"github.com/stretchr/testify/require"
)

var noon = time.Date(2026, 1, 1, 12, 0, 0, 0, time.UTC)

func TestHash(t *testing.T) {
	h, err := NewHasher(HasherConfig{})
	require.NoError(t, err)
	stored, err := h.Hash(t.Context(), "Blade Runner é")
	require.NoError(t, err)
	require.NotContains(t, stored, "Blade")
	for _, tc := range []struct {
		name, stored, password string
		ok, upgrade            bool
	}{
		{"right", stored, "Blade Runner é", true, false},
		{"composed otherwise", stored, "Blade Runner e\u0301", true, false},
		{"wrong", stored, "Blade runner é", false, false},
		{"empty", stored, "", false, false},
		{"nobody's", "", "Blade Runner é", false, false},
		{"Django's", "pbkdf2_sha256$1000$saltsaltsalt$" + djangoKey(t, "sesame-street", "saltsaltsalt", 1000), "sesame-street", true, true},
		{"Django's, wrong", "pbkdf2_sha256$1000$saltsaltsalt$" + djangoKey(t, "sesame-street", "saltsaltsalt", 1000), "sesame", false, false},
		{"weaker argon2id", "$argon2id$v=19$m=8,t=1,p=1$c2FsdHNhbHQ$ZZZZZZZZZZZZZZZZZZZZZZ", "x", false, false},
	} {
		t.Run(tc.name, func(t *testing.T) {
			ok, upgrade, err := h.Verify(t.Context(), tc.stored, tc.password)
			require.NoError(t, err)
			require.Equal(t, tc.ok, ok)
			require.Equal(t, tc.upgrade, upgrade)
		})
	}
	for _, broken := range []string{"x", "md5$1$a$b", "pbkdf2_sha256$0$salt$AAAA", "pbkdf2_sha256$999999999$salt$AAAA", "pbkdf2_sha256$1000$$AAAA", "pbkdf2_sha256$1000$salt$AAAA",
		"$argon2id$v=18$m=8,t=1,p=1$c2FsdHNhbHQ$ZZZZ", "$argon2id$v=19$m=99999999,t=1,p=1$c2FsdHNhbHQ$ZZZZ", "$argon2id$v=19$m=8,t=1$c2FsdHNhbHQ$ZZZZ",
		"$argon2id$v=19$m=8,t=1,p=1$!$ZZZZ", "$argon2id$v=19$m=8,t=1,p=1$c2FsdHNhbHQ$ZZZZ", strings.Repeat("$", 300)} {
		_, _, err := h.Verify(t.Context(), broken, "x")
		require.ErrorIs(t, err, ErrHash, broken)
	}
}

// TestDjangoVector checks the format against a published key: PBKDF2-HMAC-SHA-256
// of "passwd" with "salt", once, whose first 32 bytes RFC 7914 gives in section 11.
func TestDjangoVector(t *testing.T) {
	h, err := NewHasher(HasherConfig{Parallel: 1})
	require.NoError(t, err)

	ok, upgrade, err := h.Verify(t.Context(), "pbkdf2_sha256$1$salt$VawEblbjCJ/sFpHCJUS2BflBhSFt3gRl5oudV8INrLw=", "passwd")
	require.NoError(t, err)
	require.True(t, ok)
	require.True(t, upgrade)
}

func TestHasherIsBounded(t *testing.T) {
	h, err := NewHasher(HasherConfig{Parallel: 1, Queue: 1, Patience: time.Hour})
	require.NoError(t, err)
	h.places <- struct{}{} // one is being made
	waits := make(chan error, 1)
	ctx, cancel := context.WithCancel(t.Context())
	go func() {
		_, err := h.Hash(ctx, "waits")
		waits <- err
	}()
	require.Eventually(t, func() bool { return h.Waiting() == 1 }, 2*time.Minute, time.Millisecond)
	_, err = h.Hash(t.Context(), "one too many")
	require.ErrorIs(t, err, ErrBusy)
	cancel()
	require.ErrorIs(t, <-waits, context.Canceled)
	h.patient = 0
	_, err = h.Hash(t.Context(), "impatient")
	require.ErrorIs(t, err, ErrBusy)
	_, err = NewHasher(HasherConfig{Parallel: -1})
	require.ErrorContains(t, err, "Parallel -1")
}

func djangoKey(t *testing.T, password, salt string, iterations int) string {
	t.Helper()
	key, err := pbkdf2.Key(sha256.New, password, []byte(salt), iterations, sha256.Size)
	require.NoError(t, err)
	return base64.StdEncoding.EncodeToString(key)
}

func TestCheckPassword(t *testing.T) {
	for _, tc := range []struct {
		password string
		want     string // part of a fault, empty for none
	}{
		{"correct horse battery", ""},
		{"short", "too short"},
		{strings.Repeat("é", 8), ""},
		{strings.Repeat("x", 129), "too long"},
		{strings.Repeat("ab", 64), ""},
		{"password1", "too common"},
		{"PassWord1", "too common"},
		{"9876501234567", "numeric"},
		{"lovelace1815", "similar"},
		{"ada@example.org", "similar"},
		{"example.org is where ada lives", ""},
	} {
		faults, err := CheckPassword(tc.password, "ada@example.org", "Ada", "Lovelace1815")
		require.NoError(t, err)
		if tc.want == "" {
			require.Empty(t, faults, tc.password)
		} else {
			require.Contains(t, strings.Join(faults, " "), tc.want, tc.password)
		}
	}
	list, err := common()
	require.NoError(t, err)
	require.Len(t, list, 10000)
}

// TestSimilarity compares with what Python's difflib.SequenceMatcher.quick_ratio
// gives.
func TestSimilarity(t *testing.T) {
	for _, tc := range []struct {
		a, b string
		want float64
	}{
		{"lovelace1", "lovelace", 0.9411764705882353},
		{"evolecal99", "lovelace", 0.8888888888888888},
		{"adalovelace", "lovelace", 0.8421052631578947},
		{"correct horse battery", "lovelace", 0.3448275862068966},
		{"abc", "abcdefgh", 0.5454545454545454},
		{"elgoogxx", "google", 0.8571428571428571},
	} {
		require.InDelta(t, tc.want, similarity([]rune(tc.a), []rune(tc.b)), 1e-15, tc.a)
	}
}

// memory is a store of keys.
type memory struct {
	keys []Key
	err  error
}

func (m *memory) SigningKeys(context.Context) ([]Key, error) { return slices.Clone(m.keys), m.err }
func (m *memory) AddSigningKey(_ context.Context, k Key) error {
	m.keys = append(m.keys, k)
	return m.err
}
func (m *memory) DeleteSigningKey(_ context.Context, id string) error {
	m.keys = slices.DeleteFunc(m.keys, func(k Key) bool { return k.ID == id })
	return m.err
}

// clock is a time that a test moves.
type clock struct{ at time.Time }

func (c *clock) now() time.Time { return c.at }

func newTokens(t *testing.T) (*Tokens, *memory, *clock) {
	t.Helper()
	store, c := &memory{}, &clock{noon}
	ring, err := NewKeyRing(t.Context(), store, c.now)
	require.NoError(t, err)
	return &Tokens{Keys: ring, Site: "https://films.example.org", Now: c.now}, store, c
}

func TestTokens(t *testing.T) {
	tokens, _, c := newTokens(t)
	access, err := tokens.Issue(Access, 7, "session", 3)
	require.NoError(t, err)
	claims, err := tokens.Verify(t.Context(), access, Access)
	require.NoError(t, err)
	require.Equal(t, int64(7), claims.UserID)
	require.Equal(t, "session", claims.SessionID)
	require.Equal(t, int64(3), claims.Generation)
	require.NotEmpty(t, claims.ID)
	_, err = tokens.Verify(t.Context(), access, "")
	require.NoError(t, err)
	_, err = tokens.Verify(t.Context(), access, Refresh)
	require.ErrorIs(t, err, ErrToken, "an access token refreshes nothing")

	c.at = noon.Add(AccessLifetime + time.Second)
	_, err = tokens.Verify(t.Context(), access, Access)
	require.ErrorIs(t, err, ErrToken, "it has expired")
	c.at = noon.Add(-time.Minute)
	_, err = tokens.Verify(t.Context(), access, Access)
	require.ErrorIs(t, err, ErrToken, "it was issued in the future")
}

// TestForgedTokens changes one thing at a time in a token that would hold.
func TestForgedTokens(t *testing.T) {
	tokens, store, _ := newTokens(t)
	var key, sealing Key
	for _, k := range store.keys {
		if k.Purpose == SignTokens {
			key = k
		} else {
			sealing = k
		}
	}
	private, err := rsa.GenerateKey(rand.Reader, 2048)
	require.NoError(t, err)
	good := func() Claims {
		return Claims{TokenType: Access, UserID: 1, SessionID: "s", RegisteredClaims: jwt.RegisteredClaims{
			Issuer: tokens.Site, Audience: jwt.ClaimStrings{tokens.Site}, ExpiresAt: jwt.NewNumericDate(noon.Add(time.Minute))}}
	}
	sign := func(method jwt.SigningMethod, kid any, secret any, change func(*Claims)) string {
		claims := good()
		change(&claims)
		token := jwt.NewWithClaims(method, claims)
		token.Header["kid"] = kid
		signed, err := token.SignedString(secret)
		require.NoError(t, err)
		return signed
	}
	same := func(*Claims) {}
	_, err = tokens.Verify(t.Context(), sign(jwt.SigningMethodHS256, key.ID, key.Secret, same), Access)
	require.NoError(t, err, "the token that the others differ from")
	for name, token := range map[string]string{
		"no algorithm":       sign(jwt.SigningMethodNone, key.ID, jwt.UnsafeAllowNoneSignatureType, same),
		"HS384":              sign(jwt.SigningMethodHS384, key.ID, key.Secret, same),
		"RS256":              sign(jwt.SigningMethodRS256, key.ID, private, same),
		"another secret":     sign(jwt.SigningMethodHS256, key.ID, []byte("0123456789abcdef0123456789abcdef"), same),
		"unknown key":        sign(jwt.SigningMethodHS256, "x", key.Secret, same),
		"key id of a number": sign(jwt.SigningMethodHS256, 7, key.Secret, same),
		"key of secrets":     sign(jwt.SigningMethodHS256, sealing.ID, sealing.Secret, same),
		"another audience":   sign(jwt.SigningMethodHS256, key.ID, key.Secret, func(c *Claims) { c.Audience = jwt.ClaimStrings{"https://other"} }),
		"no audience":        sign(jwt.SigningMethodHS256, key.ID, key.Secret, func(c *Claims) { c.Audience = nil }),
		"another issuer":     sign(jwt.SigningMethodHS256, key.ID, key.Secret, func(c *Claims) { c.Issuer = "https://other" }),
		"no expiry":          sign(jwt.SigningMethodHS256, key.ID, key.Secret, func(c *Claims) { c.ExpiresAt = nil }),
		"unknown type":       sign(jwt.SigningMethodHS256, key.ID, key.Secret, func(c *Claims) { c.TokenType = "admin" }),
		"no session":         sign(jwt.SigningMethodHS256, key.ID, key.Secret, func(c *Claims) { c.SessionID = "" }),
		"nobody":             sign(jwt.SigningMethodHS256, key.ID, key.Secret, func(c *Claims) { c.UserID = 0 }),
		"too long":           strings.Repeat("x", maxToken+1),
		"no token":           "a.b.c",
		"nothing":            "",
	} {
		_, err := tokens.Verify(t.Context(), token, "")
		require.ErrorIs(t, err, ErrToken, name)
	}
}

func TestKeysRotate(t *testing.T) {
	tokens, store, c := newTokens(t)
	require.Len(t, store.keys, 2)
	c.at = noon.Add(rotateAfter - time.Minute)
	token, err := tokens.Issue(Refresh, 1, "s", 0)
	require.NoError(t, err)
	sealed, err := tokens.Keys.Seal([]byte("secret"), "user 1")
	require.NoError(t, err)

	c.at = noon.Add(rotateAfter + time.Minute)
	require.NoError(t, tokens.Keys.Rotate(t.Context()))
	require.Len(t, store.keys, 3)
	_, err = tokens.Verify(t.Context(), token, Refresh)
	require.NoError(t, err, "the key that signed it is still there")

	c.at = noon.Add(keepAfter + time.Minute)
	require.NoError(t, tokens.Keys.Rotate(t.Context()))
	require.Len(t, store.keys, 2, "nothing that the old key signed holds any more")
	secret, err := tokens.Keys.Open(sealed, "user 1")
	require.NoError(t, err)
	require.Equal(t, "secret", string(secret))
	_, err = tokens.Keys.Open(sealed, "user 2")
	require.Error(t, err)
	_, err = tokens.Keys.Open(nil, "user 1")
	require.Error(t, err)
}

// TestKeyOfAnotherDaemon: what one daemon signs by a key that it has just made,
// another verifies.
func TestKeyOfAnotherDaemon(t *testing.T) {
	tokens, store, c := newTokens(t)
	other, err := NewKeyRing(t.Context(), store, c.now)
	require.NoError(t, err)
	c.at = noon.Add(rotateAfter + time.Minute)
	require.NoError(t, other.Rotate(t.Context()))
	token, err := (&Tokens{Keys: other, Site: tokens.Site, Now: c.now}).Issue(Access, 1, "s", 0)
	require.NoError(t, err)
	_, err = tokens.Verify(t.Context(), token, Access)
	require.NoError(t, err)
	store.err = errors.New("away")
	require.Error(t, tokens.Keys.Rotate(t.Context()))
}

func TestTOTP(t *testing.T) {
	key, err := NewTOTPKey("NextFlex", "ada@example.org")
	require.NoError(t, err)
	require.Contains(t, key.URI, "otpauth://totp/NextFlex:ada@example.org")
	require.Equal(t, "\x89PNG", string(key.PNG[:4]))
	code, err := totp.GenerateCode(key.Secret, noon)
	require.NoError(t, err)
	step, ok := CheckTOTP(key.Secret, code[:3]+" "+code[3:], noon, 0)
	require.True(t, ok)
	require.Equal(t, noon.Unix()/30, step)
	_, ok = CheckTOTP(key.Secret, code, noon, step)
	require.False(t, ok, "a code is used once")
	_, ok = CheckTOTP(key.Secret, code, noon.Add(30*time.Second), 0)
	require.True(t, ok, "a step late")
	_, ok = CheckTOTP(key.Secret, code, noon.Add(61*time.Second), 0)
	require.False(t, ok)
	_, ok = CheckTOTP(key.Secret, "abcdef", noon, 0)
	require.False(t, ok)

	codes := NewRecoveryCodes()
	require.Len(t, codes, RecoveryCodes)
	require.Equal(t, HashRecoveryCode(codes[0]), HashRecoveryCode(strings.ToUpper(strings.ReplaceAll(codes[0], "-", " "))))
	require.NotEqual(t, HashRecoveryCode(codes[0]), HashRecoveryCode(codes[1]))
}

func TestUID(t *testing.T) {
	require.Equal(t, "MQ", EncodeUID(1), "as djoser writes it")
	for _, id := range []int64{1, 42, 1 << 40} {
		require.Equal(t, id, DecodeUID(EncodeUID(id)))
	}
	require.Equal(t, int64(1), DecodeUID("MQ=="))
	for _, bad := range []string{"", "!", "LTE", "eA", strings.Repeat("MTEx", 20)} {
		require.Zero(t, DecodeUID(bad), bad)
	}
	require.NotEqual(t, NewOneTimeToken(), NewOneTimeToken())
	require.Greater(t, Lifetime(Activation), Lifetime(PasswordReset))
	require.Equal(t, 24*time.Hour, Lifetime(FirstAdmin))
}

func FuzzParseHash(f *testing.F) {
	f.Add("$argon2id$v=19$m=19456,t=2,p=1$c2FsdHNhbHQ$ZZZZZZZZZZZZZZZZZZZZZZ")
	f.Add("pbkdf2_sha256$1000$saltsaltsalt$VawEblbjCJ/sFpHCJUS2BflBhSFt3gRl5oudV8INrLw=")
	f.Fuzz(func(t *testing.T, stored string) {
		p, err := parseHash(stored)
		if err != nil {
			require.ErrorIs(t, err, ErrHash)
			return
		}
		require.LessOrEqual(t, p.memory, maxArgonMemory)
		require.LessOrEqual(t, p.time, maxIterations)
		require.GreaterOrEqual(t, len(p.key), 16)
	})
}
