// Package auth holds what accounts rest on: passwords, tokens, the keys that
// sign them, one-time tokens and the second factor. It knows no SQL and no HTTP.
package auth
