package dataset

import (
	"context"
	"fmt"
	"io"
	"math"
	"strconv"
	"sync"
)

// generation is a set about to be made: what every user's ratings are drawn from.
type generation struct {
	Generator
	truth      *itemTruth
	first      []int64 // where each user's ratings begin in the set, and its length
	weight     []float64
	popularity aliasTable
	once       []int32    // every item once, dealt out to the users
	blocks     [][2]int32 // users of each block, from and to
}

// ratingsPerBlock is about how many ratings a goroutine makes at a time.
const ratingsPerBlock = 1 << 15

func (g Generator) start() (*generation, error) {
	g, err := g.resolved()
	if err != nil {
		return nil, err
	}
	m := &generation{Generator: g, truth: g.itemTruth(), first: g.starts(), once: make([]int32, 0, g.Items)}
	m.weight = g.weights(m.first)
	m.popularity = newAliasTable(m.weight)
	rng := newStream()
	rng.to(g.Seed, streamOnce, 0)
	for _, item := range rng.Perm(g.Items) {
		m.once = append(m.once, int32(item))
	}
	from := 0
	for u := range g.Users {
		if m.first[u+1]-m.first[from] >= ratingsPerBlock || u == g.Users-1 {
			m.blocks = append(m.blocks, [2]int32{int32(from), int32(u + 1)})
			from = u + 1
		}
	}
	return m, nil
}

// run calls make for every block from Threads goroutines, and then done for each
// block in order.
func (m *generation) run(ctx context.Context, work func(r *rater, block int), done func(block int) error) error {
	finished := make([]chan struct{}, len(m.blocks))
	for b := range finished {
		finished[b] = make(chan struct{})
	}
	ctx, cancel := context.WithCancel(ctx)
	var running sync.WaitGroup
	defer running.Wait()
	defer cancel()
	ahead := make(chan struct{}, 4*m.Threads) // blocks made and not done, which bounds memory
	next := make(chan int)
	running.Go(func() {
		defer close(next)
		for b := range m.blocks {
			select {
			case ahead <- struct{}{}:
				next <- b
			case <-ctx.Done():
				return
			}
		}
	})
	for range min(m.Threads, len(m.blocks)) {
		running.Go(func() {
			r := &rater{generation: m, rng: newStream(), taken: make([]uint64, (m.Items+63)/64)}
			for b := range next {
				work(r, b)
				close(finished[b])
			}
		})
	}
	for b := range m.blocks {
		select {
		case <-finished[b]:
		case <-ctx.Done():
		}
		if err := ctx.Err(); err != nil {
			return fmt.Errorf("dataset: generating ratings: %w", err)
		}
		if err := done(b); err != nil {
			return err
		}
		<-ahead
	}
	return nil
}

// Generate makes the set in memory, 16 bytes a rating, and the truth behind it.
// The ratings are ordered by user, then item. It returns a *ConfigError for
// settings out of range, ErrTooLarge for more than 2147483647 ratings, and the
// context's error where that ends first.
func (g Generator) Generate(ctx context.Context) (*Ratings, *Truth, error) {
	if g.Ratings > math.MaxInt32 {
		return nil, nil, fmt.Errorf("dataset: generating %d ratings in memory: %w", g.Ratings, ErrTooLarge)
	}
	m, err := g.start()
	if err != nil {
		return nil, nil, err
	}
	set := &Ratings{
		Name: "generated", Simulated: true, Scale: Scale{Min: 0.5, Max: 5, Step: 0.5},
		Users: SequentialIndex(1, m.Users), Items: SequentialIndex(1, m.Items),
		User: make([]int32, m.Ratings), Item: make([]int32, m.Ratings), Value: make([]float32, m.Ratings), Time: make([]uint32, m.Ratings),
	}
	err = m.run(ctx, func(r *rater, block int) {
		for u := m.blocks[block][0]; u < m.blocks[block][1]; u++ {
			r.rate(u)
			at := m.first[u]
			copy(set.Item[at:], r.items)
			copy(set.Value[at:], r.values)
			copy(set.Time[at:], r.times)
			for i := at; i < m.first[u+1]; i++ {
				set.User[i] = u
			}
		}
	}, func(int) error { return nil })
	if err != nil {
		return nil, nil, err
	}
	return set, &Truth{m.Generator, m.truth}, nil
}

// WriteCSV writes the set that Generate makes as a MovieLens ratings.csv
// (userId,movieId,rating,timestamp), users ascending, without holding it: memory
// grows with Users and Items, not with Ratings. progress, which may be nil, is told
// now and then how many of the ratings have been written. It returns a
// *ConfigError for settings out of range, the errors of w, and the context's
// error where that ends first; what has been written until then is a part of the set.
func (g Generator) WriteCSV(ctx context.Context, w io.Writer, progress func(done, total int)) error {
	m, err := g.start()
	if err != nil {
		return err
	}
	texts := make([][]byte, len(m.blocks))
	spare := sync.Pool{New: func() any { return new([]byte) }}
	write := func(text []byte) error {
		if _, err := w.Write(text); err != nil {
			return fmt.Errorf("dataset: writing generated ratings: %w", err)
		}
		return nil
	}
	if err := write([]byte("userId,movieId,rating,timestamp\n")); err != nil {
		return err
	}
	return m.run(ctx, func(r *rater, block int) {
		text := (*spare.Get().(*[]byte))[:0]
		for u := m.blocks[block][0]; u < m.blocks[block][1]; u++ {
			r.rate(u)
			text = r.appendCSV(text, u)
		}
		texts[block] = text
	}, func(block int) error {
		text := texts[block]
		texts[block] = nil
		if err := write(text); err != nil {
			return err
		}
		spare.Put(&text)
		if progress != nil {
			progress(int(m.first[m.blocks[block][1]]), m.Ratings)
		}
		return nil
	})
}

// appendCSV writes the ratings of a user as lines.
func (r *rater) appendCSV(text []byte, user int32) []byte {
	for i, item := range r.items {
		halves := byte(2 * r.values[i])
		text = strconv.AppendInt(text, int64(user)+1, 10)
		text = append(text, ',')
		text = strconv.AppendInt(text, int64(item)+1, 10)
		text = append(text, ',', '0'+halves/2, '.', '0'+halves%2*5, ',')
		text = strconv.AppendUint(text, uint64(r.times[i]), 10)
		text = append(text, '\n')
	}
	return text
}
