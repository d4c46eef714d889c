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
}

const userColumns = "id, email, first_name, last_name, password_hash, role, active, blocked_at, created_at, updated_at, last_login_at, password_changed_at, totp_secret, totp_confirmed_at, totp_last_step"

func scanUser(row scanner) (User, error) {
	var u User
	err := row.Scan(&u.ID, &u.Email, &u.FirstName, &u.LastName, &u.PasswordHash, &u.Role, &u.Active, moment{&u.BlockedAt}, moment{&u.CreatedAt}, moment{&u.UpdatedAt},
		moment{&u.LastLoginAt}, moment{&u.PasswordChangedAt}, &u.TOTPSecret, moment{&u.TOTPConfirmedAt}, &u.TOTPLastStep)
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
	id, err := q.insert(ctx, "making an account", "INSERT INTO users (email, email_key, first_name, last_name, password_hash, role, active, created_at, updated_at, password_changed_at, totp_last_step) VALUES ("+marks(11)+")",
		u.Email, emailKey(u.Email), u.FirstName, u.LastName, u.PasswordHash, u.Role, u.Active, millis(now), millis(now), millis(now), 0)
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

// LockUser is User inside a transaction that changes the account next.
func (q Queries) LockUser(ctx context.Context, id int64) (User, error) {
	return one(ctx, q, "reading an account", scanUser, "SELECT "+userColumns+" FROM users WHERE id = ?"+q.locking(), id)
}

// CountStaff counts the accounts of the staff that can log in.
func (q Queries) CountStaff(ctx context.Context) (int64, error) {
	return q.number(ctx, "counting the staff", "SELECT COUNT(*) FROM users WHERE role = ? AND active = ? AND blocked_at IS NULL", RoleStaff, true)
}

// Activate marks an address as confirmed.
func (q Queries) Activate(ctx context.Context, id int64) error {
	return q.execOne(ctx, "activating an account", "UPDATE users SET active = ?, updated_at = ? WHERE id = ?", true, millis(q.Now()), id)
}

// SetNames changes how a person is called.
func (q Queries) SetNames(ctx context.Context, id int64, first, last string) error {
	return q.execOne(ctx, "changing names", "UPDATE users SET first_name = ?, last_name = ?, updated_at = ? WHERE id = ?", first, last, millis(q.Now()), id)
}

// SetPassword changes the hash of a person's password.
func (q Queries) SetPassword(ctx context.Context, id int64, hash string) error {
	now := millis(q.Now())
	return q.execOne(ctx, "changing a password", "UPDATE users SET password_hash = ?, password_changed_at = ?, updated_at = ? WHERE id = ?", hash, now, now, id)
}

// UpgradeHash replaces the hash of a password by a newer kind of hash of the
// same password, unless the password has changed meanwhile.
func (q Queries) UpgradeHash(ctx context.Context, id int64, old, hash string) error {
	_, err := q.exec(ctx, "upgrading a hash", "UPDATE users SET password_hash = ? WHERE id = ? AND password_hash = ?", hash, id, old)
	return err
}

// SetEmail changes the address of an account. One that is taken is a
// *ConflictError.
func (q Queries) SetEmail(ctx context.Context, id int64, email string) error {
	return q.execOne(ctx, "changing an address", "UPDATE users SET email = ?, email_key = ?, updated_at = ? WHERE id = ?", email, emailKey(email), millis(q.Now()), id)
}

// LoggedIn notes a login.
func (q Queries) LoggedIn(ctx context.Context, id int64) error {
	return q.execOne(ctx, "noting a login", "UPDATE users SET last_login_at = ? WHERE id = ?", millis(q.Now()), id)
}

// SetRole makes a person staff or not.
func (q Queries) SetRole(ctx context.Context, id int64, role string) error {
	return q.execOne(ctx, "changing a role", "UPDATE users SET role = ?, updated_at = ? WHERE id = ?", role, millis(q.Now()), id)
}

// SetBlocked blocks an account, or lets it in again.
func (q Queries) SetBlocked(ctx context.Context, id int64, blocked bool) error {
	var at any
	if blocked {
		at = millis(q.Now())
	}
	return q.execOne(ctx, "blocking an account", "UPDATE users SET blocked_at = ?, updated_at = ? WHERE id = ?", at, millis(q.Now()), id)
}

// DeletedActor stands in the audit log for the address of a person whose account
// was deleted.
const DeletedActor = "(deleted)"

// DeleteUser deletes an account with all that is the person's. What the person
// did stays in the audit log under the account's number, without the address.
func (q Queries) DeleteUser(ctx context.Context, id int64) error {
	if _, err := q.exec(ctx, "taking an address out of the audit log", "UPDATE audit_log SET actor = ? WHERE actor_id = ?", DeletedActor, id); err != nil {
		return err
	}
	return q.execOne(ctx, "deleting an account", "DELETE FROM users WHERE id = ?", id)
}

// Users returns accounts by rising id, after one.
func (q Queries) Users(ctx context.Context, after int64, limit int) ([]User, error) {
	return all(ctx, q, "listing accounts", scanUser, "SELECT "+userColumns+" FROM users WHERE id > ? ORDER BY id LIMIT ?", after, limit)
}

// FindUsers returns accounts by rising id, after one, whose address or name has
// a text in it, of a role where that isn't empty.
func (q Queries) FindUsers(ctx context.Context, text, role string, after int64, limit int) ([]User, error) {
	pattern := "%" + likePattern(text) + "%"
	return all(ctx, q, "finding accounts", scanUser, "SELECT "+userColumns+" FROM users WHERE id > ? AND (? = '' OR role = ?) AND (LOWER(email) LIKE LOWER(?) ESCAPE '!' OR LOWER(first_name) LIKE LOWER(?) ESCAPE '!' OR LOWER(last_name) LIKE LOWER(?) ESCAPE '!') ORDER BY id LIMIT ?",
		after, role, role, pattern, pattern, pattern, limit)
}
