package tmdb

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"time"

	lru "github.com/hashicorp/golang-lru/v2"
	"golang.org/x/sync/singleflight"
)

// How long answers count as fresh, and how old an answer may be that stands in
// for TMDB when it is away.
const (
	freshList   = time.Hour
	freshMovie  = 24 * time.Hour
	freshSetup  = 7 * 24 * time.Hour // genres, configuration
	oldest      = 90 * 24 * time.Hour
	maxJSON     = 4 << 20 // bytes; the largest answers, films with thousands of credits, have 600 kB
	cacheFormat = "1"     // goes into the keys of the cache; changes with the stored types
)

// Client asks TMDB.
type Client struct {
	config Config
	api    *host
	images *host
	memory *lru.Cache[string, entry]
	absent *lru.Cache[string, time.Time] // posters that aren't there
	flight singleflight.Group
	life   context.Context
	end    context.CancelFunc
}

// New returns a Client. It asks nothing yet.
func New(config Config, options ...Option) (*Client, error) {
	if err := config.resolve(); err != nil {
		return nil, err
	}
	var at hosts
	at.api, _ = url.Parse(apiHost) // constants
	at.images, _ = url.Parse(imageHost)
	for _, option := range options {
		if err := option(&at); err != nil {
			return nil, err
		}
	}
	memory, err := lru.New[string, entry](config.Entries)
	if err != nil {
		return nil, fmt.Errorf("tmdb: making the cache: %w", err)
	}
	absent, err := lru.New[string, time.Time](config.Entries)
	if err != nil {
		return nil, fmt.Errorf("tmdb: making the cache: %w", err)
	}
	c := &Client{config: config, memory: memory, absent: absent}
	c.life, c.end = context.WithCancel(context.Background())
	c.api = newHost(at.api, &config, maxJSON, authorization(config.Key))
	c.images = newHost(at.images, &config, maxImage, func(*http.Request) {})
	return c, nil
}

// Close ends requests under way. The client must not be used afterwards.
func (c *Client) Close() {
	c.end()
	c.api.http.HTTPClient.CloseIdleConnections()
	c.images.http.HTTPClient.CloseIdleConnections()
}

// Check asks TMDB whether it is there and takes the key. It uses no cache.
func (c *Client) Check(ctx context.Context) error {
	_, err := c.api.get(ctx, "/3/configuration", nil, func(body []byte) error {
		_, err := parseImages(body)
		return err
	})
	return err
}

// Movies returns a page of a list, from 1 to 500.
func (c *Client) Movies(ctx context.Context, list List, page int) (Answer[Page], error) {
	if page < 1 || page > maxPages {
		return Answer[Page]{}, fmt.Errorf("tmdb: page %d, want 1 to %d", page, maxPages)
	}
	path := "/3/movie/" + string(list)
	switch list {
	case NowPlaying, Popular, Upcoming:
	case Trending:
		path = "/3/trending/movie/week"
	default:
		return Answer[Page]{}, fmt.Errorf("tmdb: list %q, want now_playing, popular, upcoming or trending", list)
	}
	query := url.Values{"page": {strconv.Itoa(page)}, "language": {c.config.Language}}
	if c.config.Region != "" && list != Trending {
		query.Set("region", c.config.Region)
	}
	return ask(ctx, c, freshList, path, query, parsePage)
}

// Movie returns a film by its id at TMDB, with credits and videos.
func (c *Client) Movie(ctx context.Context, id int64) (Answer[Movie], error) {
	if id <= 0 {
		return Answer[Movie]{}, fmt.Errorf("%w: film %d", ErrNotFound, id)
	}
	query := url.Values{"append_to_response": {"credits,videos"}, "language": {c.config.Language}}
	return ask(ctx, c, freshMovie, "/3/movie/"+strconv.FormatInt(id, 10), query, func(body []byte) (Movie, error) {
		return parseMovie(body, id, c.config.Language)
	})
}

// Genres returns the names of genres by TMDB's ids.
func (c *Client) Genres(ctx context.Context) (Answer[map[int64]string], error) {
	return ask(ctx, c, freshSetup, "/3/genre/movie/list", url.Values{"language": {c.config.Language}}, parseGenres)
}

// Images returns what the image host offers.
func (c *Client) Images(ctx context.Context) (Answer[Images], error) {
	return ask(ctx, c, freshSetup, "/3/configuration", nil, parseImages)
}

// entry is an answer in memory. value is never changed.
type entry struct {
	fetched time.Time
	missing bool // TMDB has no such thing
	value   any
}

func answerOf[T any](e entry, stale bool) (Answer[T], error) {
	if e.missing {
		return Answer[T]{}, ErrNotFound
	}
	value, ok := e.value.(T)
	if !ok {
		return Answer[T]{}, fmt.Errorf("tmdb: cache holds a %T", e.value)
	}
	return Answer[T]{Value: value, Fetched: e.fetched, Stale: stale}, nil
}

// ask returns a kept answer while it is fresh, else a new one, else an old one.
func ask[T any](ctx context.Context, c *Client, fresh time.Duration, path string, query url.Values, parse func([]byte) (T, error)) (Answer[T], error) {
	key := "tmdb/" + cacheFormat + path + "?" + query.Encode()
	kept, found := lookUp[T](ctx, c, key)
	now := c.config.Now()
	if found && now.Sub(kept.fetched) < fresh {
		return answerOf[T](kept, false)
	}
	usable := found && now.Sub(kept.fetched) < oldest
	// The request outlives the caller that began it: others may wait for it too,
	// and the next finds its answer kept.
	result := c.flight.DoChan(key, func() (any, error) {
		// Since this caller looked, another may have fetched and kept it.
		if e, ok := c.memory.Get(key); ok && c.config.Now().Sub(e.fetched) < fresh {
			return e, nil
		}
		return fetch(c, key, path, query, parse)
	})
	var impatient <-chan time.Time
	if usable {
		timer := time.NewTimer(c.config.Patience)
		defer timer.Stop()
		impatient = timer.C
	}
	select {
	case got := <-result:
		if got.Err == nil {
			return answerOf[T](got.Val.(entry), false)
		}
		if usable {
			return answerOf[T](kept, true)
		}
		return Answer[T]{}, got.Err
	case <-impatient:
		return answerOf[T](kept, true)
	case <-ctx.Done():
		return Answer[T]{}, ctx.Err()
	}
}

// fetch asks TMDB and keeps the answer, also that there is none.
func fetch[T any](c *Client, key, path string, query url.Values, parse func([]byte) (T, error)) (entry, error) {
	var value T
	_, err := c.api.get(c.life, path, query, func(body []byte) (err error) {
		value, err = parse(body)
		return err
	})
	if err != nil && !errors.Is(err, ErrNotFound) {
		return entry{}, err
	}
	e := entry{fetched: c.config.Now(), missing: err != nil, value: value}
	c.memory.Add(key, e)
	if c.config.Cache != nil {
		if err := persist(c, key, e); err != nil {
			c.config.Report(err)
		}
	}
	return e, nil
}

// stored is an entry as the outer cache keeps it.
type stored struct {
	Fetched int64           `json:"fetched"` // Unix milliseconds
	Missing bool            `json:"missing,omitempty"`
	Value   json.RawMessage `json:"value"`
}

func persist(c *Client, key string, e entry) error {
	value, err := json.Marshal(e.value)
	if err != nil {
		return fmt.Errorf("tmdb: writing an answer for the cache: %w", err)
	}
	body, err := json.Marshal(stored{e.fetched.UnixMilli(), e.missing, value})
	if err != nil {
		return fmt.Errorf("tmdb: writing an answer for the cache: %w", err)
	}
	if err := c.config.Cache.Put(c.life, key, body); err != nil {
		return fmt.Errorf("tmdb: keeping an answer: %w", err)
	}
	return nil
}

// lookUp finds an answer in memory, then in the outer cache.
func lookUp[T any](ctx context.Context, c *Client, key string) (entry, bool) {
	if e, ok := c.memory.Get(key); ok {
		return e, true
	}
	if c.config.Cache == nil {
		return entry{}, false
	}
	body, found, err := c.config.Cache.Get(ctx, key)
	if err != nil && ctx.Err() == nil {
		c.config.Report(fmt.Errorf("tmdb: looking for a kept answer: %w", err))
	}
	if err != nil || !found {
		return entry{}, false
	}
	var s stored
	var value T
	if err := json.Unmarshal(body, &s); err == nil {
		err = json.Unmarshal(s.Value, &value)
		if err == nil {
			e := entry{fetched: time.UnixMilli(s.Fetched), missing: s.Missing, value: value}
			c.memory.Add(key, e)
			return e, true
		}
	}
	c.config.Report(errors.New("tmdb: a kept answer is damaged; it is asked for again"))
	return entry{}, false
}
