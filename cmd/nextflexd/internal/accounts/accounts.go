package accounts

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"github.com/nextflex/nextflex/cmd/nextflexd/internal/auth"
	"github.com/nextflex/nextflex/cmd/nextflexd/internal/mail"
	"github.com/nextflex/nextflex/cmd/nextflexd/internal/store"
)

// Outbox takes letters that are to be sent; mail.Queue is one.
type Outbox interface{ Send(mail.Message) error }

// Config is what a Service works with. All fields are needed.
type Config struct {
	DB      *store.DB
	Hasher  *auth.Hasher
	Tokens  *auth.Tokens
	Outbox  Outbox
	Letters mail.Letters
	Log     *slog.Logger
}

// Service is safe for concurrent use.
type Service struct {
	Config
	tries *throttle

	begun   chan struct{} // tasks off the path of requests, waiting or at work
	working chan struct{} // those at work
	mu      sync.Mutex    // guards closed, and pending against a Close
	closed  bool
	pending sync.WaitGroup
}

// Bounds of what is done off the path of requests.
const (
	maxBegun   = 1000
	maxWorking = 2
	taskLimit  = time.Minute
)

// New returns a service; Close waits for what it has begun.
func New(c Config) *Service {
	return &Service{Config: c, tries: newThrottle(c.DB.Now), begun: make(chan struct{}, maxBegun), working: make(chan struct{}, maxWorking)}
}

// Settle waits until all that was begun off the path of requests is done.
func (s *Service) Settle() { s.pending.Wait() }

// Close takes nothing more to be done off the path of requests, and waits until
// the rest is done or the context ends. The outbox is closed after it.
func (s *Service) Close(ctx context.Context) error {
	s.mu.Lock()
	s.closed = true
	s.mu.Unlock()
	done := make(chan struct{})
	go func() { s.pending.Wait(); close(done) }()
	select {
	case <-done:
		return nil
	case <-ctx.Done():
		return fmt.Errorf("accounts: letters are left unwritten: %w", ctx.Err())
	}
}

// do does something off the path of the request, which learns neither how long
// it took nor how it ended.
func (s *Service) do(doing string, task func(ctx context.Context) error) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return ErrFull
	}
	select {
	case s.begun <- struct{}{}:
	default:
		return ErrFull
	}
	s.pending.Go(func() {
		s.working <- struct{}{}
		defer func() { <-s.working; <-s.begun }()
		ctx, cancel := context.WithTimeout(context.Background(), taskLimit)
		defer cancel()
		if err := task(ctx); err != nil && !errors.Is(err, store.ErrNotFound) {
			s.failed(doing, err)
		}
	})
	return nil
}

// failed tells the log of what no request can be told of.
func (s *Service) failed(doing string, err error) { s.Log.Error(doing, "error", err) }

// send hands a letter to the outbox. That it is full is worth a line in the log,
// but the account is as it should be, and the letter can be asked for again.
func (s *Service) send(doing string, m mail.Message, err error) {
	if err == nil {
		err = s.Outbox.Send(m)
	}
	if err != nil {
		s.failed(doing, err)
	}
}

// notify tells somebody of a change to the account.
func (s *Service) notify(u store.User, what string) {
	m, err := s.Letters.Notice(u.Email, u.FirstName, what, s.DB.Now())
	s.send("writing a notice", m, err)
}

// newToken keeps a new one-time token and returns it.
func (s *Service) newToken(ctx context.Context, tx store.Queries, purpose string, userID int64, email string) (string, error) {
	token := auth.NewOneTimeToken()
	err := tx.AddOneTimeToken(ctx, store.OneTimeToken{Hash: auth.HashToken(token), Purpose: purpose, UserID: userID, Email: email, ExpiresAt: tx.Now().Add(auth.Lifetime(purpose))})
	return token, err
}

// endedSessionsKept is how far back the list of a person's logins goes, by
// which a new device is told from a known one.
const endedSessionsKept = 90 * 24 * time.Hour

// Housekeep rotates the keys and forgets sessions and tokens that ended. It is
// called now and then.
func (s *Service) Housekeep(ctx context.Context) error {
	if err := s.Tokens.Keys.Rotate(ctx); err != nil {
		return err
	}
	if _, err := s.DB.ForgetSessions(ctx, s.DB.Now().Add(-endedSessionsKept)); err != nil {
		return err
	}
	_, err := s.DB.ForgetOneTimeTokens(ctx)
	return err
}
