package store

import (
	"context"
	"strings"
	"time"
)

// The roles of people.
const (
	RoleUser  = "user"
	RoleStaff = "staff"
)

// User is an account.
type User struct {
	ID                int64
	Email             string
	FirstName         string
	LastName          string
	PasswordHash      string // PHC string of argon2id, or Django's pbkdf2_sha256; empty: no login by password
	Role              string
	Active            bool      // the e-mail address was confirmed
	BlockedAt         time.Time // zero unless staff has blocked the account
	CreatedAt         time.Time
	UpdatedAt         time.Time
	LastLoginAt       time.Time
	PasswordChangedAt time.Time
	TOTPSecret        []byte // encrypted; nil without a second factor
	TOTPConfirmedAt   time.Time
	TOTPLastStep      int64 // newest step whose code was used
	FailedLogins      int   // in a row
	FailedAt          time.Time
}

const userColumns = "id, email, first_name, last_name, password_hash, role, active, blocked_at, created_at, updated_at, last_login_at, password_changed_at, totp_secret, totp_confirmed_at, totp_last_step, failed_logins, failed_at"

func scanUser(row scanner) (User, error) {
	var u User
	err := row.Scan(&u.ID, &u.Email, &u.FirstName, &u.LastName, &u.PasswordHash, &u.Role, &u.Active, moment{&u.BlockedAt}, moment{&u.CreatedAt}, moment{&u.UpdatedAt},
		moment{&u.LastLoginAt}, moment{&u.PasswordChangedAt}, &u.TOTPSecret, moment{&u.TOTPConfirmedAt}, &u.TOTPLastStep, &u.FailedLogins, moment{&u.FailedAt})
	return u, err
}

// emailKey is what two spellings of one address share: people don't get two
// accounts by writing theirs in capitals.
func emailKey(email string) string { return strings.ToLower(strings.TrimSpace(email)) }

// CreateUser makes an account and returns it with its id. An address that is
// taken is a *ConflictError of email_key.
func (q Queries) CreateUser(ctx context.Context, u User) (User, error) {
	now := q.Now()
	u.CreatedAt, u.UpdatedAt, u.PasswordChangedAt = now, now, now
	if u.Role == "" {
		u.Role = RoleUser
	}
	id, err := q.insert(ctx, "making an account", "INSERT INTO users (email, email_key, first_name, last_name, password_hash, role, active, created_at, updated_at, password_changed_at, totp_last_step, failed_logins) VALUES ("+marks(12)+")",
		u.Email, emailKey(u.Email), u.FirstName, u.LastName, u.PasswordHash, u.Role, u.Active, millis(now), millis(now), millis(now), 0, 0)
	u.ID = id
	return u, err
}

// User returns an account.
func (q Queries) User(ctx context.Context, id int64) (User, error) {
	return one(ctx, q, "reading an account", scanUser, "SELECT "+userColumns+" FROM users WHERE id = ?", id)
}

// UserByEmail returns the account of an address, in any case.
func (q Queries) UserByEmail(ctx context.Context, email string) (User, error) {
	return one(ctx, q, "reading an account", scanUser, "SELECT "+userColumns+" FROM users WHERE email_key = ?", emailKey(email))
}
