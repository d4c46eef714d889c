package store

import "context"

// BeginTOTP keeps the sealed secret of a second factor that isn't confirmed yet.
func (q Queries) BeginTOTP(ctx context.Context, id int64, sealed []byte) error {
	return q.execOne(ctx, "beginning a second factor", "UPDATE users SET totp_secret = ?, totp_confirmed_at = NULL, totp_last_step = 0, updated_at = ? WHERE id = ?", sealed, millis(q.Now()), id)
}

// ConfirmTOTP puts the second factor in force, with the hashes of the codes that
// stand in for it.
func (q Queries) ConfirmTOTP(ctx context.Context, id, step int64, recovery []string) error {
	if err := q.execOne(ctx, "confirming a second factor", "UPDATE users SET totp_confirmed_at = ?, totp_last_step = ?, updated_at = ? WHERE id = ?", millis(q.Now()), step, millis(q.Now()), id); err != nil {
		return err
	}
	return q.ReplaceRecoveryCodes(ctx, id, recovery)
}

// ReplaceRecoveryCodes deletes the codes of an account and keeps new ones.
func (q Queries) ReplaceRecoveryCodes(ctx context.Context, id int64, hashes []string) error {
	if _, err := q.exec(ctx, "deleting recovery codes", "DELETE FROM recovery_codes WHERE user_id = ?", id); err != nil {
		return err
	}
	for _, hash := range hashes {
		if _, err := q.exec(ctx, "keeping a recovery code", "INSERT INTO recovery_codes (user_id, code_hash) VALUES (?, ?)", id, hash); err != nil {
			return err
		}
	}
	return nil
}

// UseTOTPStep notes that the code of a step was used. ErrNotFound says that it,
// or a later one, was used before: of two requests with one code one wins.
func (q Queries) UseTOTPStep(ctx context.Context, id, step int64) error {
	return q.execOne(ctx, "using a code", "UPDATE users SET totp_last_step = ? WHERE id = ? AND totp_last_step < ?", step, id, step)
}

// UseRecoveryCode uses a code up. ErrNotFound says that there is none such.
func (q Queries) UseRecoveryCode(ctx context.Context, id int64, hash string) error {
	return q.execOne(ctx, "using a recovery code", "UPDATE recovery_codes SET used_at = ? WHERE user_id = ? AND code_hash = ? AND used_at IS NULL", millis(q.Now()), id, hash)
}

// CountRecoveryCodes counts the codes that are left.
func (q Queries) CountRecoveryCodes(ctx context.Context, id int64) (int64, error) {
	return q.number(ctx, "counting recovery codes", "SELECT COUNT(*) FROM recovery_codes WHERE user_id = ? AND used_at IS NULL", id)
}

// DisableTOTP takes the second factor away.
func (q Queries) DisableTOTP(ctx context.Context, id int64) error {
	if err := q.execOne(ctx, "ending a second factor", "UPDATE users SET totp_secret = NULL, totp_confirmed_at = NULL, totp_last_step = 0, updated_at = ? WHERE id = ?", millis(q.Now()), id); err != nil {
		return err
	}
	return q.ReplaceRecoveryCodes(ctx, id, nil)
}
