package accounts

import (
	"cmp"
	"context"
	"errors"
	"fmt"

	"github.com/nextflex/nextflex/cmd/nextflexd/internal/auth"
	"github.com/nextflex/nextflex/cmd/nextflexd/internal/store"
)

// Refusals of a second factor.
const (
	noFactor     = "There is no second factor to confirm. Begin anew."
	factorOn     = "The second factor is on already."
	factorOff    = "The second factor is off."
	wrongCode    = "The code is wrong, or was used before."
	maxCodeBytes = 32
)

// about binds a sealed secret to its account.
func about(id int64) string { return fmt.Sprintf("totp of user %d", id) }

// BeginTOTP makes the secret of a second factor, which counts once a code of it
// was given to ConfirmTOTP.
func (s *Service) BeginTOTP(ctx context.Context, u store.User, current string) (auth.TOTPKey, error) {
	u, err := s.confirm(ctx, u.ID, current)
	if err != nil {
		return auth.TOTPKey{}, err
	}
	if !u.TOTPConfirmedAt.IsZero() {
		return auth.TOTPKey{}, refuse(NoField, factorOn)
	}
	key, err := auth.NewTOTPKey(cmp.Or(s.Letters.Site, "NextFlex"), u.Email)
	if err != nil {
		return auth.TOTPKey{}, err
	}
	sealed, err := s.Tokens.Keys.Seal([]byte(key.Secret), about(u.ID))
	if err != nil {
		return auth.TOTPKey{}, err
	}
	return key, s.DB.Write(ctx, func(tx store.Queries) error {
		now, err := tx.LockUser(ctx, u.ID)
		if err != nil {
			return err
		}
		if !now.TOTPConfirmedAt.IsZero() { // confirmed by a request at the same time
			return refuse(NoField, factorOn)
		}
		return tx.BeginTOTP(ctx, u.ID, sealed)
	})
}

// ConfirmTOTP puts a second factor in force, and returns the recovery codes,
// which nobody can be shown again. The other sessions end: they began without.
func (s *Service) ConfirmTOTP(ctx context.Context, u store.User, session, code string) ([]string, error) {
	id := u.ID
	key := "confirm " + auth.EncodeUID(id)
	if err := s.tries.begin(key); err != nil {
		return nil, err
	}
	codes, hashes := newCodes()
	err := s.DB.Write(ctx, func(tx store.Queries) error {
		var err error
		if u, err = tx.LockUser(ctx, id); err != nil {
			return err
		}
		if u.TOTPSecret == nil || !u.TOTPConfirmedAt.IsZero() {
			return refuse(NoField, noFactor)
		}
		step, err := s.checkTOTP(u, code)
		if errors.Is(err, ErrCodeWrong) {
			return refuse("code", wrongCode)
		}
		if err != nil {
			return err
		}
		if err := tx.ConfirmTOTP(ctx, id, step, hashes); err != nil {
			return err
		}
		_, err = tx.RevokeSessions(ctx, id, session)
		return err
	})
	if err != nil {
		return nil, err
	}
	s.tries.clear(key)
	s.notify(u, "A second factor was set up for your account")
	return codes, nil
}

func newCodes() (codes, hashes []string) {
	codes = auth.NewRecoveryCodes()
	for _, c := range codes {
		hashes = append(hashes, auth.HashRecoveryCode(c))
	}
	return codes, hashes
}

// checkTOTP returns the step of a code, or ErrCodeWrong.
func (s *Service) checkTOTP(u store.User, code string) (int64, error) {
	if len(code) > maxCodeBytes {
		return 0, ErrCodeWrong
	}
	secret, err := s.Tokens.Keys.Open(u.TOTPSecret, about(u.ID))
	if err != nil {
		return 0, fmt.Errorf("accounts: second factor of user %d: %w", u.ID, err)
	}
	step, ok := auth.CheckTOTP(string(secret), code, s.DB.Now(), u.TOTPLastStep)
	if !ok {
		return 0, ErrCodeWrong
	}
	return step, nil
}

// useCode uses a code of the second factor up, or a recovery code. A wrong one
// is ErrCodeWrong.
func (s *Service) useCode(ctx context.Context, u store.User, code string) error {
	step, err := s.checkTOTP(u, code)
	switch {
	case err == nil:
		err = s.DB.UseTOTPStep(ctx, u.ID, step)
	case errors.Is(err, ErrCodeWrong) && len(code) <= maxCodeBytes:
		err = s.DB.UseRecoveryCode(ctx, u.ID, auth.HashRecoveryCode(code))
		if err == nil {
			s.notify(u, "A recovery code of your account was used")
		}
	}
	if errors.Is(err, store.ErrNotFound) {
		return ErrCodeWrong
	}
	return err
}

// confirmTwice asks for password and code of an account whose second factor is on.
func (s *Service) confirmTwice(ctx context.Context, id int64, password, code string) (store.User, error) {
	u, err := s.confirm(ctx, id, password)
	if err != nil {
		return u, err
	}
	if u.TOTPConfirmedAt.IsZero() {
		return u, refuse(NoField, factorOff)
	}
	key := "code " + auth.EncodeUID(id)
	if err := s.tries.begin(key); err != nil {
		return u, err
	}
	err = s.useCode(ctx, u, code)
	if errors.Is(err, ErrCodeWrong) {
		return u, refuse("code", wrongCode)
	}
	if err != nil {
		s.tries.undo(key)
		return u, err
	}
	s.tries.clear(key)
	return u, nil
}

// DisableTOTP takes the second factor away.
func (s *Service) DisableTOTP(ctx context.Context, u store.User, current, code string) error {
	u, err := s.confirmTwice(ctx, u.ID, current, code)
	if err != nil {
		return err
	}
	if err := s.DB.Write(ctx, func(tx store.Queries) error { return tx.DisableTOTP(ctx, u.ID) }); err != nil {
		return err
	}
	s.notify(u, "The second factor of your account was taken away")
	return nil
}

// RenewRecoveryCodes replaces the recovery codes.
func (s *Service) RenewRecoveryCodes(ctx context.Context, u store.User, current, code string) ([]string, error) {
	u, err := s.confirmTwice(ctx, u.ID, current, code)
	if err != nil {
		return nil, err
	}
	codes, hashes := newCodes()
	if err := s.DB.Write(ctx, func(tx store.Queries) error { return tx.ReplaceRecoveryCodes(ctx, u.ID, hashes) }); err != nil {
		return nil, err
	}
	s.notify(u, "The recovery codes of your account were replaced")
	return codes, nil
}
