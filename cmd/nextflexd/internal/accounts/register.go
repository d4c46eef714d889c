package accounts

import (
	"context"
	"errors"

	"github.com/nextflex/nextflex/cmd/nextflexd/internal/auth"
	"github.com/nextflex/nextflex/cmd/nextflexd/internal/store"
)

// Registration is the form of a new account.
type Registration struct {
	Email, FirstName, LastName, Password, Repeated string
}

// check returns the form as it is kept, or what is wrong with it.
func (r Registration) check() (Registration, error) {
	faults := FieldError{}
	email, fault := cleanEmail(r.Email)
	faults.add("email", fault)
	if err := checkNewPassword("password", r.Password, r.Repeated, faults, r.Email, r.FirstName, r.LastName); err != nil {
		return r, err
	}
	r.FirstName, r.LastName = cleanNames(r.FirstName, r.LastName, faults)
	r.Email = email
	return r, faults.err()
}

// taken turns the conflict of an address into a fault of the form.
func taken(field string, err error) error {
	if conflict := (*store.ConflictError)(nil); errors.As(err, &conflict) {
		return refuse(field, addressTaken)
	}
	return err
}

// Register makes an account, which begins to count once the address is
// confirmed by the link that it mails.
func (s *Service) Register(ctx context.Context, form Registration) (store.User, error) {
	form, err := form.check()
	if err != nil {
		return store.User{}, err
	}
	hash, err := s.Hasher.Hash(ctx, form.Password)
	if err != nil {
		return store.User{}, err
	}
	var u store.User
	var token string
	err = s.DB.Write(ctx, func(tx store.Queries) error {
		var err error
		u, err = tx.CreateUser(ctx, store.User{Email: form.Email, FirstName: form.FirstName, LastName: form.LastName, PasswordHash: hash, Role: store.RoleUser})
		if err != nil {
			return taken("email", err)
		}
		token, err = s.newToken(ctx, tx, auth.Activation, u.ID, "")
		return err
	})
	if err != nil {
		return store.User{}, err
	}
	s.sendActivation(u, token)
	return u, nil
}

func (s *Service) sendActivation(u store.User, token string) {
	m, err := s.Letters.Activation(u.Email, u.FirstName, auth.EncodeUID(u.ID), token)
	s.send("writing an activation letter", m, err)
}

// ResendActivation mails a new link, if there is an account of the address that
// waits for one.
func (s *Service) ResendActivation(_ context.Context, email string) error {
	return s.do("sending an activation link again", func(ctx context.Context) error {
		var u store.User
		var token string
		err := s.DB.Write(ctx, func(tx store.Queries) error {
			var err error
			if u, err = tx.UserByEmail(ctx, email); err != nil {
				return err
			}
			if u.Active || !u.BlockedAt.IsZero() {
				return store.ErrNotFound
			}
			token, err = s.newToken(ctx, tx, auth.Activation, u.ID, "")
			return err
		})
		if err != nil {
			return err
		}
		s.sendActivation(u, token)
		return nil
	})
}

// Activate confirms the address of an account. A link that was followed before
// is ErrStale.
func (s *Service) Activate(ctx context.Context, uid, token string) error {
	id := auth.DecodeUID(uid)
	if id == 0 {
		return refuse("uid", wrongUID)
	}
	hash := auth.HashToken(token)
	return s.DB.Write(ctx, func(tx store.Queries) error {
		_, err := tx.UseOneTimeToken(ctx, hash, auth.Activation, id)
		if errors.Is(err, store.ErrNotFound) {
			used, err := tx.HasOneTimeToken(ctx, hash, auth.ActivationUsed, id)
			if err != nil {
				return err
			}
			if used {
				return ErrStale
			}
			return refuse("token", wrongToken)
		}
		if err != nil {
			return err
		}
		err = tx.AddOneTimeToken(ctx, store.OneTimeToken{Hash: hash, Purpose: auth.ActivationUsed, UserID: id, ExpiresAt: s.DB.Now().Add(auth.Lifetime(auth.ActivationUsed))})
		if err != nil {
			return err
		}
		return tx.Activate(ctx, id)
	})
}
