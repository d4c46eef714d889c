package accounts

import (
	"context"
	"errors"

	"github.com/nextflex/nextflex/cmd/nextflexd/internal/auth"
	"github.com/nextflex/nextflex/cmd/nextflexd/internal/store"
)

// CreateAdmin makes an active account of the staff, or, where the address has
// an account, makes it that and sets its password. It is for those who can
// reach the machine: nothing is mailed.
func (s *Service) CreateAdmin(ctx context.Context, r Registration) (store.User, error) {
	return s.admin(ctx, r, func(store.Queries) error { return nil })
}

// FirstAdminToken returns a new token by which somebody may become the first
// administrator, or an empty one where there is an administrator.
func (s *Service) FirstAdminToken(ctx context.Context) (string, error) {
	token := auth.NewOneTimeToken()
	err := s.DB.Write(ctx, func(tx store.Queries) error {
		n, err := tx.CountStaff(ctx)
		if err != nil {
			return err
		}
		if n > 0 {
			token = ""
			return nil
		}
		return s.keepToken(ctx, tx, auth.FirstAdmin, 0, "", token)
	})
	return token, err
}

// SetUp makes the first administrator by the token that the daemon printed.
func (s *Service) SetUp(ctx context.Context, token string, r Registration) (store.User, error) {
	u, err := s.admin(ctx, r, func(tx store.Queries) error {
		if n, err := tx.CountStaff(ctx); err != nil || n > 0 {
			return errors.Join(err, store.ErrNotFound)
		}
		_, err := tx.UseOneTimeToken(ctx, auth.HashToken(token), auth.FirstAdmin, 0)
		return err
	})
	return u, stale(err)
}

func (s *Service) admin(ctx context.Context, r Registration, allowed func(store.Queries) error) (store.User, error) {
	faults := FieldError{}
	checkEmail(r.Email, faults, "email")
	checkName(r.FirstName, faults, "first_name")
	checkName(r.LastName, faults, "last_name")
	if err := checkNewPassword(r.Password, r.Repeated, "password", "re_password", faults, r.Email, r.FirstName, r.LastName); err != nil {
		return store.User{}, err
	}
	if len(faults) > 0 {
		return store.User{}, faults
	}
	hash, err := s.Hasher.Hash(ctx, r.Password)
	if err != nil {
		return store.User{}, err
	}
	var u store.User
	err = s.DB.Write(ctx, func(tx store.Queries) error {
		if err := allowed(tx); err != nil {
			return err
		}
		u, err = tx.UserByEmail(ctx, r.Email)
		if errors.Is(err, store.ErrNotFound) {
			u, err = tx.CreateUser(ctx, store.User{Email: r.Email, FirstName: r.FirstName, LastName: r.LastName, PasswordHash: hash, Role: store.RoleStaff, Active: true})
		} else if err == nil {
			err = s.promote(ctx, tx, u.ID, hash)
		}
		if err != nil {
			return err
		}
		return tx.Audit(ctx, store.AuditEntry{Actor: "nextflexd", Action: "admin.create", Target: auditTarget(u.ID)})
	})
	if err != nil {
		return store.User{}, err
	}
	return s.DB.User(ctx, u.ID)
}

func (s *Service) promote(ctx context.Context, tx store.Queries, id int64, hash string) error {
	_, err := tx.RevokeSessions(ctx, id, "")
	return errors.Join(err, tx.SetPassword(ctx, id, hash), tx.SetRole(ctx, id, store.RoleStaff), tx.Activate(ctx, id), tx.SetBlocked(ctx, id, false))
}
