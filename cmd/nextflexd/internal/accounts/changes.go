package accounts

import (
	"context"
	"strconv"

	"github.com/nextflex/nextflex/cmd/nextflexd/internal/auth"
	"github.com/nextflex/nextflex/cmd/nextflexd/internal/store"
)

// confirm asks somebody who is logged in for the password again, so that a
// session left open isn't enough for what can't be undone. Guesses are slowed
// down as at the login.
func (s *Service) confirm(ctx context.Context, id int64, password string) (store.User, error) {
	u, err := s.DB.User(ctx, id)
	if err != nil {
		return u, err
	}
	if password == "" {
		return u, refuse("current_password", blank)
	}
	key := "confirm " + auth.EncodeUID(id)
	if err := s.tries.begin(key); err != nil {
		return u, err
	}
	ok, _, err := s.Hasher.Verify(ctx, u.PasswordHash, password)
	if err != nil {
		s.tries.undo(key)
		return u, err
	}
	if !ok {
		return u, refuse("current_password", wrongPassword)
	}
	s.tries.clear(key)
	return u, nil
}

// SetPassword changes a person's password and ends every session but the one
// that asks.
func (s *Service) SetPassword(ctx context.Context, u store.User, session, current, password, repeated string) error {
	u, err := s.confirm(ctx, u.ID, current)
	if err != nil {
		return err
	}
	hash, err := s.newPassword(ctx, u, password, repeated)
	if err != nil {
		return err
	}
	if err := s.DB.Write(ctx, func(tx store.Queries) error { return changePassword(ctx, tx, u.ID, hash, session) }); err != nil {
		return err
	}
	s.notify(u, "Your password was changed")
	return nil
}

// RequestEmailChange mails a link to a new address; it counts once the link was
// opened. An address that is taken gets nothing, and nobody learns that it is.
func (s *Service) RequestEmailChange(ctx context.Context, u store.User, current, email string) error {
	u, err := s.confirm(ctx, u.ID, current)
	if err != nil {
		return err
	}
	email, free, err := s.newEmail(ctx, email)
	if err != nil || !free {
		return err
	}
	var token string
	err = s.DB.Write(ctx, func(tx store.Queries) error {
		token, err = s.newToken(ctx, tx, auth.EmailChange, u.ID, email)
		return err
	})
	if err != nil {
		return err
	}
	m, err := s.Letters.EmailChange(email, u.FirstName, auth.EncodeUID(u.ID), token)
	s.send("writing an address letter", m, err)
	return nil
}

// NamesChange is a change of names; nil leaves one as it is.
type NamesChange struct{ First, Last *string }

// SetNames changes what a person is called. check is asked in the transaction
// whether the account is still as the client saw it; nil for whatever it is.
func (s *Service) SetNames(ctx context.Context, id int64, change NamesChange, check func(store.User) error) (store.User, error) {
	var u store.User
	err := s.DB.Write(ctx, func(tx store.Queries) error {
		var err error
		if u, err = tx.LockUser(ctx, id); err != nil {
			return err
		}
		if check != nil {
			if err := check(u); err != nil {
				return err
			}
		}
		if change.First != nil {
			u.FirstName = *change.First
		}
		if change.Last != nil {
			u.LastName = *change.Last
		}
		faults := FieldError{}
		first, last := cleanNames(u.FirstName, u.LastName, faults)
		if err := faults.err(); err != nil {
			return err
		}
		if err := tx.SetNames(ctx, id, first, last); err != nil {
			return err
		}
		u, err = tx.User(ctx, id)
		return err
	})
	return u, err
}

// Delete deletes a person's account with all that is the person's. The last of
// the staff can't go, since nobody could let anybody in.
func (s *Service) Delete(ctx context.Context, u store.User, current string) error {
	u, err := s.confirm(ctx, u.ID, current)
	if err != nil {
		return err
	}
	err = s.DB.Write(ctx, func(tx store.Queries) error {
		// Of two administrators who go at once, one stays.
		if err := tx.Lock(ctx, "staff"); err != nil {
			return err
		}
		if u, err = tx.LockUser(ctx, u.ID); err != nil {
			return err
		}
		if u.Role == store.RoleStaff {
			n, err := tx.CountStaff(ctx)
			if err != nil {
				return err
			}
			if n <= 1 {
				return refuse(NoField, "You are the last administrator: make another one first.")
			}
		}
		// An address that was deleted isn't kept here either.
		if err := tx.Audit(ctx, store.AuditEntry{ActorID: u.ID, Actor: store.DeletedActor, Action: "account.delete", Target: auditTarget(u.ID)}); err != nil {
			return err
		}
		return tx.DeleteUser(ctx, u.ID)
	})
	if err != nil {
		return err
	}
	m, err := s.Letters.Farewell(u.Email, u.FirstName)
	s.send("writing a farewell", m, err)
	return nil
}

// auditTarget names an account in the audit log.
func auditTarget(id int64) string { return "user " + strconv.FormatInt(id, 10) }
