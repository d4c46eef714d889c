package accounts

import (
	"context"
	"errors"

	"github.com/nextflex/nextflex/cmd/nextflexd/internal/auth"
	"github.com/nextflex/nextflex/cmd/nextflexd/internal/mail"
	"github.com/nextflex/nextflex/cmd/nextflexd/internal/store"
)

// RequestPasswordReset mails a link that sets a new password, if the address has an
// active account.
func (s *Service) RequestPasswordReset(_ context.Context, email string) error {
	return s.sendLink("sending a password link", email, auth.PasswordReset, s.Letters.PasswordReset)
}

// RequestEmailReset mails a link that sets a new address to the present one, if it
// has an active account.
func (s *Service) RequestEmailReset(_ context.Context, email string) error {
	return s.sendLink("sending an address link", email, auth.EmailReset, s.Letters.EmailReset)
}

func (s *Service) sendLink(doing, email, purpose string, write func(to, name, uid, token string) (mail.Message, error)) error {
	return s.do(doing, func(ctx context.Context) error {
		var u store.User
		var token string
		err := s.DB.Write(ctx, func(tx store.Queries) error {
			var err error
			if u, err = tx.UserByEmail(ctx, email); err != nil {
				return err
			}
			if !u.Active || !u.BlockedAt.IsZero() {
				return store.ErrNotFound
			}
			token, err = s.newToken(ctx, tx, purpose, u.ID, "")
			return err
		})
		if err != nil {
			return err
		}
		m, err := write(u.Email, u.FirstName, auth.EncodeUID(u.ID), token)
		s.send(doing, m, err)
		return nil
	})
}

// ConfirmPasswordReset sets a new password by the link that RequestPasswordReset mailed. It
// ends every session.
func (s *Service) ConfirmPasswordReset(ctx context.Context, uid, token, password, repeated string) error {
	id := auth.DecodeUID(uid)
	if id == 0 {
		return refuse("uid", wrongUID)
	}
	hashed := auth.HashToken(token)
	// Nobody makes the site hash a password without a link that holds.
	holds, err := s.DB.HasOneTimeToken(ctx, hashed, auth.PasswordReset, id)
	if err != nil {
		return err
	}
	if !holds {
		return refuse("token", wrongToken)
	}
	u, err := s.DB.User(ctx, id)
	if err != nil {
		return err
	}
	hash, err := s.newPassword(ctx, u, password, repeated)
	if err != nil {
		return err
	}
	err = s.DB.Write(ctx, func(tx store.Queries) error {
		_, err := tx.UseOneTimeToken(ctx, hashed, auth.PasswordReset, id)
		if errors.Is(err, store.ErrNotFound) {
			return refuse("token", wrongToken)
		}
		if err != nil {
			return err
		}
		return changePassword(ctx, tx, id, hash, "")
	})
	if err != nil {
		return err
	}
	s.tries.clear("confirm " + auth.EncodeUID(id))
	s.notify(u, "Your password was changed")
	return nil
}

// newPassword checks and hashes a new password of an account.
func (s *Service) newPassword(ctx context.Context, u store.User, password, repeated string) (string, error) {
	faults := FieldError{}
	err := checkNewPassword("new_password", password, repeated, faults, u.Email, u.FirstName, u.LastName)
	if err = errors.Join(err, faults.err()); err != nil {
		return "", err
	}
	return s.Hasher.Hash(ctx, password)
}

// changePassword sets a hash, ends the sessions that began with the old
// password, and the links that whoever knew it may have asked for.
func changePassword(ctx context.Context, tx store.Queries, id int64, hash, butSession string) error {
	if err := tx.SetPassword(ctx, id, hash); err != nil {
		return err
	}
	if _, err := tx.RevokeSessions(ctx, id, butSession); err != nil {
		return err
	}
	return tx.EndOneTimeTokens(ctx, id, auth.PasswordReset, auth.EmailReset, auth.EmailChange)
}

// ConfirmEmail takes either token of a change of address: that of RequestEmailReset
// lets a new address be named, which is mailed a token of its own; that one
// proves that the new address is the person's, and makes it count.
func (s *Service) ConfirmEmail(ctx context.Context, uid, token, email string) error {
	id := auth.DecodeUID(uid)
	if id == 0 {
		return refuse("uid", wrongUID)
	}
	hash := auth.HashToken(token)
	reset, err := s.DB.HasOneTimeToken(ctx, hash, auth.EmailReset, id)
	if err != nil {
		return err
	}
	if reset {
		return s.nameEmail(ctx, id, hash, email)
	}
	var old store.User
	err = s.DB.Write(ctx, func(tx store.Queries) error {
		t, err := tx.UseOneTimeToken(ctx, hash, auth.EmailChange, id)
		if errors.Is(err, store.ErrNotFound) {
			return refuse("token", wrongToken)
		}
		if err != nil {
			return err
		}
		if email != "" {
			if clean, _ := cleanEmail(email); clean != t.Email {
				return refuse("new_email", invalidValue)
			}
		}
		if old, err = tx.LockUser(ctx, id); err != nil {
			return err
		}
		if err := tx.EndOneTimeTokens(ctx, id, auth.PasswordReset, auth.EmailReset); err != nil {
			return err
		}
		return taken("new_email", tx.SetEmail(ctx, id, t.Email))
	})
	if err != nil {
		return err
	}
	s.notify(old, "The e-mail address of your account was changed")
	return nil
}

// nameEmail uses a token of RequestEmailReset: its holder reads the old address.
func (s *Service) nameEmail(ctx context.Context, id int64, hash, email string) error {
	email, free, err := s.newEmail(ctx, email)
	if err != nil {
		return err
	}
	var u store.User
	var token string
	err = s.DB.Write(ctx, func(tx store.Queries) error {
		_, err := tx.UseOneTimeToken(ctx, hash, auth.EmailReset, id)
		if errors.Is(err, store.ErrNotFound) {
			return refuse("token", wrongToken)
		}
		if err != nil {
			return err
		}
		if u, err = tx.User(ctx, id); err != nil {
			return err
		}
		token, err = s.newToken(ctx, tx, auth.EmailChange, id, email)
		return err
	})
	if err != nil {
		return err
	}
	if !free {
		return nil
	}
	m, err := s.Letters.EmailChange(email, u.FirstName, auth.EncodeUID(id), token)
	s.send("writing an address letter", m, err)
	return nil
}

// newEmail returns a new address as it is kept, and whether nobody has it, which
// the answer doesn't tell: no letter is sent.
func (s *Service) newEmail(ctx context.Context, email string) (clean string, free bool, err error) {
	clean, fault := cleanEmail(email)
	if fault != "" {
		return "", false, refuse("new_email", fault)
	}
	_, err = s.DB.UserByEmail(ctx, clean)
	if errors.Is(err, store.ErrNotFound) {
		return clean, true, nil
	}
	return clean, false, err
}
