package accounts

import (
	"context"
	"errors"
	"strings"

	"github.com/nextflex/nextflex/cmd/nextflexd/internal/auth"
	"github.com/nextflex/nextflex/cmd/nextflexd/internal/store"
)

// SetNames changes how a person is called.
func (s *Service) SetNames(ctx context.Context, u store.User, first, last string) (store.User, error) {
	faults := FieldError{}
	checkName(first, faults, "first_name")
	checkName(last, faults, "last_name")
	if len(faults) > 0 {
		return u, faults
	}
	u.FirstName, u.LastName = strings.TrimSpace(first), strings.TrimSpace(last)
	return u, s.DB.SetNames(ctx, u.ID, u.FirstName, u.LastName)
}

// current checks the password that dangerous changes ask for once more.
func (s *Service) current(ctx context.Context, u store.User, password string) error {
	err := s.CheckPassword(ctx, u, password)
	if errors.Is(err, ErrCredentials) {
		return FieldError{"current_password": {"Invalid password."}}
	}
	return err
}

// SetPassword changes a person's password and ends every session but the one
// that asks.
func (s *Service) SetPassword(ctx context.Context, u store.User, session, current, password, repeated string) error {
	if err := s.current(ctx, u, current); err != nil {
		return err
	}
	faults := FieldError{}
	if err := checkNewPassword(password, repeated, "new_password", "re_new_password", faults, u.Email, u.FirstName, u.LastName); err != nil {
		return err
	}
	if len(faults) > 0 {
		return faults
	}
	hash, err := s.Hasher.Hash(ctx, password)
	if err != nil {
		return err
	}
	err = s.DB.Write(ctx, func(tx store.Queries) error {
		if err := tx.SetPassword(ctx, u.ID, hash); err != nil {
			return err
		}
		_, err := tx.RevokeSessions(ctx, u.ID, session)
		return err
	})
	if err != nil {
		return err
	}
	s.notify(u, "Your password was changed")
	return nil
}

// RequestEmailChange mails a link to a new address; it counts once the link was
// opened. An address that is taken gets nothing, and nobody learns that it is.
func (s *Service) RequestEmailChange(ctx context.Context, u store.User, current, email string) error {
	if err := s.current(ctx, u, current); err != nil {
		return err
	}
	return s.askNewAddress(ctx, u, email)
}

func (s *Service) askNewAddress(ctx context.Context, u store.User, email string) error {
	faults := FieldError{}
	checkEmail(email, faults, "new_email")
	if len(faults) > 0 {
		return faults
	}
	if other, err := s.DB.UserByEmail(ctx, email); err == nil && other.ID != u.ID {
		return nil
	} else if err != nil && !errors.Is(err, store.ErrNotFound) {
		return err
	}
	token := auth.NewOneTimeToken()
	err := s.DB.Write(ctx, func(tx store.Queries) error {
		return s.keepToken(ctx, tx, auth.EmailChange, u.ID, email, token)
	})
	if err != nil {
		return err
	}
	return s.post(s.Letters.EmailChange(email, u.FirstName, auth.EncodeUID(u.ID), token))
}

// ConfirmEmail opens a link that was mailed by RequestEmailChange, and the new
// address counts; or one by RequestEmailReset, where email is the new address,
// which is mailed a link of its own.
func (s *Service) ConfirmEmail(ctx context.Context, uid, token, email string) error {
	id := auth.DecodeUID(uid)
	hash := auth.HashToken(token)
	var before store.User
	var changed bool
	err := s.DB.Write(ctx, func(tx store.Queries) error {
		var err error
		if before, err = tx.LockUser(ctx, id); err != nil {
			return err
		}
		found, err := tx.UseOneTimeToken(ctx, hash, auth.EmailChange, id)
		if err == nil {
			if email != "" && !strings.EqualFold(email, found.Email) {
				return store.ErrNotFound // the link was for another address; it stays
			}
			changed = true
			return tx.SetEmail(ctx, id, found.Email)
		}
		if !errors.Is(err, store.ErrNotFound) {
			return err
		}
		faults := FieldError{}
		if checkEmail(email, faults, "new_email"); len(faults) > 0 {
			return faults
		}
		_, err = tx.UseOneTimeToken(ctx, hash, auth.EmailReset, id)
		return err
	})
	if conflict := (*store.ConflictError)(nil); errors.As(err, &conflict) {
		return ErrStale // somebody else has registered with it meanwhile
	}
	if err != nil {
		return stale(err)
	}
	if !changed {
		return s.askNewAddress(ctx, before, email)
	}
	s.notify(before, "The e-mail address of your account was changed")
	return nil
}

// Delete deletes an account with all that is the person's. The last member of
// the staff can't go: nobody could let another in.
func (s *Service) Delete(ctx context.Context, u store.User, current string) error {
	if err := s.current(ctx, u, current); err != nil {
		return err
	}
	err := s.DB.Write(ctx, func(tx store.Queries) error {
		if u.Role == store.RoleStaff {
			n, err := tx.CountStaff(ctx)
			if err != nil {
				return err
			}
			if n <= 1 {
				return FieldError{"non_field_errors": {"You are the last administrator: make another one first."}}
			}
		}
		if err := tx.Audit(ctx, store.AuditEntry{ActorID: u.ID, Actor: "(deleted)", Action: "account.delete", Target: auditTarget(u.ID)}); err != nil {
			return err
		}
		return tx.DeleteUser(ctx, u.ID)
	})
	if err != nil {
		return err
	}
	return s.post(s.Letters.Farewell(u.Email, u.FirstName))
}
