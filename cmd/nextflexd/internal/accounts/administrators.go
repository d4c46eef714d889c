package accounts

import (
	"context"
	"errors"

	"github.com/nextflex/nextflex/cmd/nextflexd/internal/auth"
	"github.com/nextflex/nextflex/cmd/nextflexd/internal/store"
)

// FirstAdminToken returns a new token by which somebody may become the first
// administrator, good once and for a day, or an empty one where the site has
// staff. Tokens given before end. It is for the terminal of whoever starts the
// daemon, and never for a log.
func (s *Service) FirstAdminToken(ctx context.Context) (string, error) {
	var token string
	err := s.DB.Write(ctx, func(tx store.Queries) error {
		token = ""
		n, err := tx.CountStaff(ctx)
		if err != nil || n > 0 {
			return err
		}
		token, err = s.newToken(ctx, tx, auth.FirstAdmin, 0, "")
		return err
	})
	return token, err
}

// SetUp makes the account of the first administrator by that token.
func (s *Service) SetUp(ctx context.Context, token string, form Registration) (store.User, error) {
	hash := auth.HashToken(token)
	holds, err := s.DB.HasOneTimeToken(ctx, hash, auth.FirstAdmin, 0)
	if err != nil {
		return store.User{}, err
	}
	if !holds {
		return store.User{}, ErrSetUp
	}
	if form, err = form.check(); err != nil {
		return store.User{}, err
	}
	password, err := s.Hasher.Hash(ctx, form.Password)
	if err != nil {
		return store.User{}, err
	}
	var u store.User
	err = s.DB.Write(ctx, func(tx store.Queries) error {
		_, err := tx.UseOneTimeToken(ctx, hash, auth.FirstAdmin, 0)
		if errors.Is(err, store.ErrNotFound) {
			return ErrSetUp
		}
		if err != nil {
			return err
		}
		n, err := tx.CountStaff(ctx)
		if err != nil {
			return err
		}
		if n > 0 {
			return ErrSetUp
		}
		u, err = makeStaff(ctx, tx, form, password)
		return err
	})
	return u, err
}

// makeStaff makes an account of the staff. Whoever has the daemon's terminal
// vouches for the address.
func makeStaff(ctx context.Context, tx store.Queries, form Registration, hash string) (store.User, error) {
	u, err := tx.CreateUser(ctx, store.User{Email: form.Email, FirstName: form.FirstName, LastName: form.LastName, PasswordHash: hash, Role: store.RoleStaff, Active: true})
	if err != nil {
		return u, taken("email", err)
	}
	return u, tx.Audit(ctx, store.AuditEntry{Actor: "nextflexd", Action: "admin.create", Target: auditTarget(u.ID)})
}

// CreateAdmin makes an account of the staff, or makes the account of an address
// one of the staff. An account that is there keeps its names; a password that
// is given replaces its own and ends its sessions. It is for whoever has the
// daemon's terminal.
func (s *Service) CreateAdmin(ctx context.Context, form Registration) (u store.User, err error) {
	email, fault := cleanEmail(form.Email)
	if fault != "" {
		return u, refuse("email", fault)
	}
	u, err = s.DB.UserByEmail(ctx, email)
	if errors.Is(err, store.ErrNotFound) {
		if form, err = form.check(); err != nil {
			return u, err
		}
		hash, err := s.Hasher.Hash(ctx, form.Password)
		if err != nil {
			return u, err
		}
		err = s.DB.Write(ctx, func(tx store.Queries) error { u, err = makeStaff(ctx, tx, form, hash); return err })
		return u, err
	}
	if err != nil {
		return u, err
	}
	hash := ""
	if form.Password != "" {
		if hash, err = s.newPassword(ctx, u, form.Password, form.Repeated); err != nil {
			return u, err
		}
	}
	err = s.DB.Write(ctx, func(tx store.Queries) error { return promote(ctx, tx, u, hash) })
	if err != nil {
		return u, err
	}
	u, err = s.DB.User(ctx, u.ID)
	return u, err
}

// promote makes an account one of the staff. One that was never activated may
// have been registered by anybody: it needs a new password.
func promote(ctx context.Context, tx store.Queries, u store.User, hash string) error {
	if hash == "" && !u.Active {
		return refuse("password", "The address of this account was never confirmed: give a new password, too.")
	}
	if err := tx.SetRole(ctx, u.ID, store.RoleStaff); err != nil {
		return err
	}
	if err := tx.Activate(ctx, u.ID); err != nil {
		return err
	}
	if !u.BlockedAt.IsZero() {
		if err := tx.SetBlocked(ctx, u.ID, false); err != nil {
			return err
		}
	}
	if hash != "" {
		if err := changePassword(ctx, tx, u.ID, hash, ""); err != nil {
			return err
		}
	}
	return tx.Audit(ctx, store.AuditEntry{Actor: "nextflexd", Action: "admin.create", Target: auditTarget(u.ID)})
}
