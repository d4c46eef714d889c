package accounts

import (
	"context"
	"strconv"

	"github.com/nextflex/nextflex/cmd/nextflexd/internal/auth"
	"github.com/nextflex/nextflex/cmd/nextflexd/internal/store"
)

func auditTarget(id int64) string { return "user " + strconv.FormatInt(id, 10) }

// BeginTOTP makes the secret of a second factor, which counts once a code was
// given back to ConfirmTOTP. It asks for the password.
func (s *Service) BeginTOTP(ctx context.Context, u store.User, current string) (auth.TOTPKey, error) {
	if err := s.current(ctx, u, current); err != nil {
		return auth.TOTPKey{}, err
	}
	if !u.TOTPConfirmedAt.IsZero() {
		return auth.TOTPKey{}, FieldError{"non_field_errors": {"There is a second factor already: disable it first."}}
	}
	site := s.Letters.Site
	if site == "" {
		site = "NextFlex"
	}
	key, err := auth.NewTOTPKey(site, u.Email)
	if err != nil {
		return auth.TOTPKey{}, err
	}
	sealed, err := s.Tokens.Keys.Seal([]byte(key.Secret), sealedFor(u.ID))
	if err != nil {
		return auth.TOTPKey{}, err
	}
	return key, s.DB.BeginTOTP(ctx, u.ID, sealed)
}

// ConfirmTOTP puts the second factor in force by its first code, and returns the
// recovery codes, which are shown once.
func (s *Service) ConfirmTOTP(ctx context.Context, u store.User, code string) ([]string, error) {
	wrong := FieldError{"code": {"The code is wrong or was used."}}
	if err := s.throttle(u.Email); err != nil {
		return nil, err
	}
	var codes []string
	err := s.DB.Write(ctx, func(tx store.Queries) error {
		u, err := tx.LockUser(ctx, u.ID)
		if err != nil {
			return err
		}
		if u.TOTPSecret == nil || !u.TOTPConfirmedAt.IsZero() {
			return FieldError{"non_field_errors": {"There is no second factor to confirm: begin first."}}
		}
		secret, err := s.Tokens.Keys.Open(u.TOTPSecret, sealedFor(u.ID))
		if err != nil {
			return err
		}
		step, ok := auth.CheckTOTP(string(secret), code, tx.Now(), u.TOTPLastStep)
		if !ok {
			return wrong
		}
		codes = auth.NewRecoveryCodes()
		return tx.ConfirmTOTP(ctx, u.ID, step, hashCodes(codes))
	})
	if err != nil {
		return nil, err
	}
	s.notify(u, "A second factor was added to your account")
	return codes, nil
}

func hashCodes(codes []string) []string {
	hashes := make([]string, len(codes))
	for i, c := range codes {
		hashes[i] = auth.HashRecoveryCode(c)
	}
	return hashes
}

// RenewRecoveryCodes replaces the recovery codes. It asks for the password.
func (s *Service) RenewRecoveryCodes(ctx context.Context, u store.User, current string) ([]string, error) {
	if err := s.current(ctx, u, current); err != nil {
		return nil, err
	}
	if u.TOTPConfirmedAt.IsZero() {
		return nil, FieldError{"non_field_errors": {"There is no second factor."}}
	}
	codes := auth.NewRecoveryCodes()
	return codes, s.DB.Write(ctx, func(tx store.Queries) error { return tx.ReplaceRecoveryCodes(ctx, u.ID, hashCodes(codes)) })
}

// DisableTOTP takes the second factor away. It asks for the password.
func (s *Service) DisableTOTP(ctx context.Context, u store.User, current string) error {
	if err := s.current(ctx, u, current); err != nil {
		return err
	}
	if err := s.DB.Write(ctx, func(tx store.Queries) error { return tx.DisableTOTP(ctx, u.ID) }); err != nil {
		return err
	}
	s.notify(u, "The second factor of your account was removed")
	return nil
}
