package auth

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"time"

	"github.com/golang-jwt/jwt/v5"
)

// The types of tokens.
const (
	Access  = "access"
	Refresh = "refresh"
)

// Lifetimes of tokens.
const (
	AccessLifetime  = time.Hour
	RefreshLifetime = 24 * time.Hour
)

// ErrToken is returned for every token that doesn't hold. What is wrong with it
// is wrapped for the log, and nobody else's business.
var ErrToken = errors.New("auth: the token is not valid")

// Claims are what a token says (RFC 7519).
type Claims struct {
	TokenType string `json:"token_type"`
	UserID    int64  `json:"user_id"`
	SessionID string `json:"sid"`
	// Generation counts the refreshes of a session of the web interface, whose
	// refresh tokens are used once.
	Generation int64 `json:"gen,omitempty"`
	jwt.RegisteredClaims
}

// Tokens issues and verifies JSON web tokens, signed by HMAC-SHA-256 with the
// newest key of a ring.
type Tokens struct {
	Keys *KeyRing
	// Site names who issues the tokens and whom they are for: the public URL. A
	// token of another site that shares a key by mistake isn't accepted.
	Site string
	Now  func() time.Time
}

// Issue returns a token of a type for a session.
func (t *Tokens) Issue(tokenType string, userID int64, session string, generation int64) (string, error) {
	key, err := t.Keys.current(SignTokens)
	if err != nil {
		return "", err
	}
	lifetime := AccessLifetime
	if tokenType == Refresh {
		lifetime = RefreshLifetime
	}
	now := t.Now()
	token := jwt.NewWithClaims(jwt.SigningMethodHS256, Claims{
		TokenType: tokenType, UserID: userID, SessionID: session, Generation: generation,
		RegisteredClaims: jwt.RegisteredClaims{
			ID: rand.Text(), Issuer: t.Site, Audience: jwt.ClaimStrings{t.Site},
			IssuedAt: jwt.NewNumericDate(now), ExpiresAt: jwt.NewNumericDate(now.Add(lifetime)),
		},
	})
	token.Header["kid"] = key.ID
	signed, err := token.SignedString(key.Secret)
	if err != nil {
		return "", fmt.Errorf("auth: signing a token: %w", err)
	}
	return signed, nil
}

// maxToken is the longest token that is looked at, in bytes.
const maxToken = 4096

// Verify returns the claims of a token that this site has issued, of the wanted
// type, and that hasn't expired; any type will do where want is empty. Whether
// its session still stands is for the caller to see.
func (t *Tokens) Verify(ctx context.Context, token, want string) (Claims, error) {
	if len(token) > maxToken {
		return Claims{}, fmt.Errorf("%w: longer than %d bytes", ErrToken, maxToken)
	}
	var claims Claims
	_, err := jwt.ParseWithClaims(token, &claims, func(token *jwt.Token) (any, error) {
		id, _ := token.Header["kid"].(string)
		key, err := t.Keys.key(ctx, SignTokens, id)
		return key.Secret, err
	},
		// The only algorithm that we issue: what the token asks for isn't asked.
		jwt.WithValidMethods([]string{jwt.SigningMethodHS256.Alg()}), jwt.WithIssuer(t.Site), jwt.WithAudience(t.Site),
		jwt.WithExpirationRequired(), jwt.WithIssuedAt(), jwt.WithTimeFunc(t.Now), jwt.WithStrictDecoding())
	if err != nil {
		return Claims{}, fmt.Errorf("%w: %w", ErrToken, err)
	}
	if claims.TokenType != Access && claims.TokenType != Refresh || want != "" && claims.TokenType != want {
		return Claims{}, fmt.Errorf("%w: its type is %.20q", ErrToken, claims.TokenType)
	}
	if claims.SessionID == "" || claims.UserID <= 0 {
		return Claims{}, fmt.Errorf("%w: it names no session", ErrToken)
	}
	return claims, nil
}
