package mail

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"
)

// ErrFull is returned where so many letters wait that another can't.
var ErrFull = errors.New("mail: too many letters wait to be sent")

// QueueConfig says how a queue sends.
type QueueConfig struct {
	Size  int             // letters that may wait; 0 means 1000
	Tries []time.Duration // waits between the tries; nil means 1 s, 10 s, 1 min and 10 min
	// Failed is told of a letter that was given up, without its text.
	Failed func(subject string, err error)
}

// Queue sends letters one after another off the path of requests. One that
// fails is tried again after a while, without keeping the others waiting. Only
// memory holds them: a letter that is lost with the process is asked for again
// by "send it once more".
type Queue struct {
	config  QueueConfig
	sender  Sender
	letters chan waiting
	stop    context.CancelFunc
	ctx     context.Context
	work    sync.WaitGroup

	mu     sync.Mutex
	closed bool
	left   sync.WaitGroup // letters not yet sent or given up
}

type waiting struct {
	message Message
	tries   int
}

// NewQueue starts a queue; Close ends it.
func NewQueue(sender Sender, config QueueConfig) *Queue {
	if config.Size == 0 {
		config.Size = 1000
	}
	if config.Tries == nil {
		config.Tries = []time.Duration{time.Second, 10 * time.Second, time.Minute, 10 * time.Minute}
	}
	if config.Failed == nil {
		config.Failed = func(string, error) {}
	}
	q := &Queue{config: config, sender: sender, letters: make(chan waiting, config.Size)}
	q.ctx, q.stop = context.WithCancel(context.Background())
	q.work.Go(q.run)
	return q
}

// Send puts a letter into the queue. It doesn't wait.
func (q *Queue) Send(m Message) error {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.closed {
		return errors.New("mail: the queue is closed")
	}
	q.left.Add(1) // before it can be sent
	select {
	case q.letters <- waiting{message: m}:
		return nil
	default:
		q.left.Done()
		return ErrFull
	}
}

// Waiting says how many letters wait for their first try.
func (q *Queue) Waiting() int { return len(q.letters) }

func (q *Queue) run() {
	for q.ctx.Err() == nil {
		select {
		case w := <-q.letters:
			q.try(w)
		case <-q.ctx.Done():
		}
	}
	q.lose()
}

// lose tells of every letter that waits when the queue must end.
func (q *Queue) lose() {
	for {
		select {
		case w := <-q.letters:
			q.config.Failed(w.message.Subject, errors.New("mail: the daemon stopped before it was sent"))
			q.left.Done()
		default:
			return
		}
	}
}

func (q *Queue) try(w waiting) {
	err := q.sender.Send(q.ctx, w.message)
	if err == nil {
		q.left.Done()
		return
	}
	if w.tries >= len(q.config.Tries) {
		q.config.Failed(w.message.Subject, fmt.Errorf("mail: given up after %d tries: %w", w.tries+1, err))
		q.left.Done()
		return
	}
	wait := q.config.Tries[w.tries]
	w.tries++
	q.work.Go(func() {
		select {
		case <-time.After(wait):
			q.try(w)
		case <-q.ctx.Done():
			q.config.Failed(w.message.Subject, fmt.Errorf("mail: the daemon stopped before another try: %w", err))
			q.left.Done()
		}
	})
}

// Close takes no more letters and waits until those in the queue are sent or
// given up, or the context ends.
func (q *Queue) Close(ctx context.Context) error {
	q.mu.Lock()
	q.closed = true
	q.mu.Unlock()
	done := make(chan struct{})
	go func() { q.left.Wait(); close(done) }()
	var err error
	select {
	case <-done:
	case <-ctx.Done():
		err = fmt.Errorf("mail: letters are left unsent: %w", ctx.Err())
	}
	q.stop()
	q.work.Wait()
	return err
}
