package media

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"
)

// ErrDone is what a [Keeper] returns for a picture that has its renditions, or
// is gone.
var ErrDone = errors.New("media: nothing is to be done")

// Keeper has the pictures that a [Pool] works for. Its methods are called
// concurrently.
type Keeper interface {
	// Pending lists keys of pictures without renditions, oldest first.
	Pending(ctx context.Context, limit int) ([]string, error)
	// Original returns the clean copy of a picture and its orientation, or
	// ErrDone where it needs no renditions any longer.
	Original(ctx context.Context, key string) (clean []byte, orientation int, err error)
	// Keep stores the renditions of a picture, which is ready then.
	Keep(ctx context.Context, key string, renditions []Rendition) error
	// Fail notes that a picture can't have renditions, and why.
	Fail(ctx context.Context, key, reason string) error
}

// Pool makes renditions off the path of requests. What is to be done is known
// by the keeper, so that a pool that is stopped loses nothing: another one goes
// on where it ended.
type Pool struct {
	processor *Processor
	keeper    Keeper
	workers   int
	every     time.Duration
	failed    func(key string, err error)
	wake      chan struct{}

	mu    sync.Mutex
	queue []string
	known map[string]bool // queued or under way
}

// PoolOptions say how a pool works.
type PoolOptions struct {
	Workers int           // at once; 0 means 1
	Every   time.Duration // between looks for what was left undone; 0 means a minute
	// Failed is told of errors; what the keeper couldn't do is tried again. It
	// may be nil.
	Failed func(key string, err error)
}

// maxQueued bounds the queue in memory; what doesn't fit is found again by
// Pending.
const maxQueued = 1000

// NewPool returns a pool. It works while Run runs.
func NewPool(processor *Processor, keeper Keeper, options PoolOptions) *Pool {
	if options.Workers <= 0 {
		options.Workers = 1
	}
	if options.Every <= 0 {
		options.Every = time.Minute
	}
	if options.Failed == nil {
		options.Failed = func(string, error) {}
	}
	return &Pool{
		processor: processor, keeper: keeper, workers: options.Workers, every: options.Every, failed: options.Failed,
		wake: make(chan struct{}, options.Workers), known: map[string]bool{},
	}
}

// Add asks for the renditions of a picture and returns at once. A picture that
// is queued or under way isn't taken twice.
func (p *Pool) Add(key string) {
	p.mu.Lock()
	if !p.known[key] && len(p.queue) < maxQueued {
		p.known[key] = true
		p.queue = append(p.queue, key)
	}
	p.mu.Unlock()
	select {
	case p.wake <- struct{}{}:
	default:
	}
}

// Run works until the context ends, beginning with what was left undone.
func (p *Pool) Run(ctx context.Context) {
	var workers sync.WaitGroup
	for range p.workers {
		workers.Go(func() { p.work(ctx) })
	}
	ticker := time.NewTicker(p.every)
	defer ticker.Stop()
	for ctx.Err() == nil {
		p.resume(ctx)
		select {
		case <-ticker.C:
		case <-ctx.Done():
		}
	}
	workers.Wait()
}

func (p *Pool) resume(ctx context.Context) {
	keys, err := p.keeper.Pending(ctx, maxQueued)
	if err != nil {
		if ctx.Err() == nil {
			p.failed("", fmt.Errorf("media: looking for pictures without renditions: %w", err))
		}
		return
	}
	for _, key := range keys {
		p.Add(key)
	}
}

func (p *Pool) work(ctx context.Context) {
	for ctx.Err() == nil {
		key, ok := p.next()
		if !ok {
			select {
			case <-p.wake:
			case <-ctx.Done():
			}
			continue
		}
		if err := p.make(ctx, key); err != nil && ctx.Err() == nil {
			p.failed(key, err)
		}
		p.mu.Lock()
		delete(p.known, key)
		p.mu.Unlock()
	}
}

func (p *Pool) next() (string, bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if len(p.queue) == 0 {
		return "", false
	}
	key := p.queue[0]
	p.queue = p.queue[1:]
	if len(p.queue) > 0 { // another worker may have slept through it
		select {
		case p.wake <- struct{}{}:
		default:
		}
	}
	return key, true
}

// make makes and keeps the renditions of one picture. A picture that the
// decoder refuses has failed for good; all else is tried again later.
func (p *Pool) make(ctx context.Context, key string) error {
	clean, orientation, err := p.keeper.Original(ctx, key)
	if errors.Is(err, ErrDone) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("media: reading %s: %w", key, err)
	}
	renditions, err := p.processor.Render(ctx, clean, orientation)
	var refused *RefusedError
	if errors.As(err, &refused) {
		if err := p.keeper.Fail(ctx, key, refused.Reason); err != nil {
			return fmt.Errorf("media: noting the failure of %s: %w", key, err)
		}
		return refused
	}
	if err != nil {
		return fmt.Errorf("media: renditions of %s: %w", key, err)
	}
	if err := p.keeper.Keep(ctx, key, renditions); err != nil {
		return fmt.Errorf("media: keeping the renditions of %s: %w", key, err)
	}
	return nil
}
