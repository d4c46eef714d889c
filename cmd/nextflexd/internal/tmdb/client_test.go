package tmdb_test

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/nextflex/nextflex/cmd/nextflexd/internal/tmdb"
	"github.com/nextflex/nextflex/cmd/nextflexd/internal/tmdb/tmdbtest"
)

// clock is a time that tests move.
type clock struct {
	mu sync.Mutex
	at time.Time
}

func newClock() *clock { return &clock{at: time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)} }

func (c *clock) now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.at
}

func (c *clock) pass(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.at = c.at.Add(d)
}

// memory is a Cache for tests.
type memory struct {
	mu   sync.Mutex
	held map[string][]byte
	fail error
}

func newMemory() *memory { return &memory{held: map[string][]byte{}} }

func (m *memory) Get(_ context.Context, key string) ([]byte, bool, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	value, ok := m.held[key]
	return value, ok, m.fail
}

func (m *memory) Put(_ context.Context, key string, value []byte) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.held[key] = append([]byte(nil), value...)
	return m.fail
}

// fast is a configuration that loses no time on faults.
func fast() tmdb.Config {
	return tmdb.Config{Key: tmdbtest.Key, Rate: 40, Wait: time.Millisecond, Timeout: 30 * time.Second, Patience: time.Minute, Pause: time.Hour}
}

func newClient(t *testing.T, server *tmdbtest.Server, config tmdb.Config) *tmdb.Client {
	t.Helper()
	client, err := tmdb.New(config, server.Option())
	require.NoError(t, err)
	t.Cleanup(client.Close)
	return client
}

func titles(page tmdb.Page) []string {
	var list []string
	for _, f := range page.Films {
		list = append(list, f.Title)
	}
	return list
}

func TestLists(t *testing.T) {
	client := newClient(t, tmdbtest.New(t), fast())
	for list, want := range map[tmdb.List][]string{
		tmdb.NowPlaying: {"Toy Story", "Spirited Away", "A Film Not Yet Out"},
		tmdb.Popular:    {"The Matrix", "Toy Story"},
		tmdb.Upcoming:   {"A Film Not Yet Out", "Bald im Kino"},
		tmdb.Trending:   {"The Matrix", "Spirited Away"},
	} {
		page, err := client.Movies(t.Context(), list, 1)
		require.NoError(t, err, list)
		require.Equal(t, want, titles(page.Value), list)
		require.Equal(t, 1, page.Value.Pages)
		require.False(t, page.Stale)
		beyond, err := client.Movies(t.Context(), list, 2)
		require.NoError(t, err)
		require.Empty(t, beyond.Value.Films)
	}
	for _, page := range []int{0, -1, 501} {
		_, err := client.Movies(t.Context(), tmdb.Popular, page)
		require.ErrorContains(t, err, "want 1 to 500")
	}
	_, err := client.Movies(t.Context(), "best", 1)
	require.ErrorContains(t, err, `"best"`)
}

func TestMovie(t *testing.T) {
	server := tmdbtest.New(t)
	for name, key := range map[string]string{"api key": tmdbtest.Key, "access token": tmdbtest.Token} {
		config := fast()
		config.Key = key
		client := newClient(t, server, config)
		got, err := client.Movie(t.Context(), 603)
		require.NoError(t, err, name)
		movie := got.Value
		require.Equal(t, "The Matrix", movie.Title)
		require.Equal(t, int64(133093), movie.IMDb)
		require.Equal(t, []string{"Action", "Science Fiction"}, movie.Genres)
		require.Equal(t, "Neo", movie.Cast[0].Character)
		require.Equal(t, []string{"Lana Wachowski", "Lilly Wachowski"}, movie.Directors())
		trailer, ok := movie.Trailer()
		require.True(t, ok)
		require.Equal(t, "https://www.youtube.com/watch?v=m8e-FF8MsqU", trailer.URL(), "official trailers first")
		require.Len(t, movie.Videos, 3, "none of another site")
		genres, err := client.Genres(t.Context())
		require.NoError(t, err)
		require.Equal(t, "Animation", genres.Value[16])
		images, err := client.Images(t.Context())
		require.NoError(t, err)
		require.Contains(t, images.Value.PosterSizes, "w342")
		require.NoError(t, client.Check(t.Context()))
	}
	client := newClient(t, server, fast())
	got, err := client.Movie(t.Context(), 129)
	require.NoError(t, err)
	_, ok := got.Value.Trailer()
	require.False(t, ok)
	require.Equal(t, "千と千尋の神隠し", got.Value.OriginalTitle)
}

func TestAnswersAreKept(t *testing.T) {
	server, clock, cache := tmdbtest.New(t), newClock(), newMemory()
	config := fast()
	config.Now, config.Cache, config.Failures = clock.now, cache, 100
	client := newClient(t, server, config)
	ask := func(client *tmdb.Client) tmdb.Answer[tmdb.Page] {
		t.Helper()
		page, err := client.Movies(t.Context(), tmdb.Popular, 1)
		require.NoError(t, err)
		require.Len(t, page.Value.Films, 2)
		return page
	}
	first := ask(client)
	clock.pass(59 * time.Minute)
	require.Equal(t, first, ask(client))
	require.Equal(t, 1, server.Count("/3/movie/popular"))

	restarted := newClient(t, server, config)
	require.Equal(t, first.Value, ask(restarted).Value, "from the cache that outlives the process")
	require.Equal(t, 1, server.Count("/3/movie/popular"))

	clock.pass(2 * time.Minute)
	require.Equal(t, clock.now(), ask(client).Fetched, "no longer fresh")
	require.Equal(t, 2, server.Count("/3/movie/popular"))

	server.Set(tmdbtest.Fault{Status: http.StatusInternalServerError})
	clock.pass(48 * time.Hour)
	old := ask(client)
	require.True(t, old.Stale)
	require.Equal(t, clock.now().Add(-48*time.Hour), old.Fetched)
	require.True(t, ask(newClient(t, server, config)).Stale, "a process started while TMDB is away")

	clock.pass(90 * 24 * time.Hour)
	_, err := client.Movies(t.Context(), tmdb.Popular, 1)
	require.ErrorIs(t, err, tmdb.ErrUnavailable, "too old to show")
	server.Set(tmdbtest.Fault{})
	require.False(t, ask(client).Stale)
}

func TestDamagedCache(t *testing.T) {
	server, cache := tmdbtest.New(t), newMemory()
	var mu sync.Mutex
	var reports []string
	config := fast()
	config.Cache = cache
	config.Report = func(err error) {
		mu.Lock()
		defer mu.Unlock()
		reports = append(reports, err.Error())
	}
	_, err := newClient(t, server, config).Movie(t.Context(), 603)
	require.NoError(t, err)
	require.Len(t, cache.held, 1)
	for key := range cache.held {
		require.NotContains(t, key, tmdbtest.Key)
		for _, damage := range []string{"", "{", "[]", `{"fetched":1,"value":7}`} {
			cache.held[key] = []byte(damage)
			got, err := newClient(t, server, config).Movie(t.Context(), 603)
			require.NoError(t, err)
			require.Equal(t, "The Matrix", got.Value.Title)
		}
	}
	require.Contains(t, reports[0], "damaged")
	cache.fail = errors.New("disk is full")
	_, err = newClient(t, server, config).Movie(t.Context(), 862)
	require.NoError(t, err, "a failing cache costs no answer")
	mu.Lock()
	defer mu.Unlock()
	require.Contains(t, strings.Join(reports, "\n"), "disk is full")
}

func TestMissingFilmIsKept(t *testing.T) {
	server, clock, cache := tmdbtest.New(t), newClock(), newMemory()
	config := fast()
	config.Now, config.Cache, config.Failures = clock.now, cache, 1
	for range 3 {
		_, err := newClient(t, server, config).Movie(t.Context(), 5)
		require.ErrorIs(t, err, tmdb.ErrNotFound)
	}
	require.Equal(t, 1, server.Count("/3/movie/5"), "that there is none is an answer, too")
	_, err := newClient(t, server, config).Movie(t.Context(), -5)
	require.ErrorIs(t, err, tmdb.ErrNotFound)
}

func TestOneRequestForAll(t *testing.T) {
	server := tmdbtest.New(t)
	client := newClient(t, server, fast())
	var wait sync.WaitGroup
	for range 20 {
		wait.Go(func() {
			_, err := client.Movie(context.Background(), 603)
			require.NoError(t, err)
		})
	}
	wait.Wait()
	require.Equal(t, 1, server.Count("/3/movie/603"))
}

// late is a cache in which the first to look is told what was there only after
// others have asked.
type late struct {
	*memory
	others      atomic.Bool
	looked, say chan struct{}
}

func newLate() *late {
	return &late{memory: newMemory(), looked: make(chan struct{}), say: make(chan struct{})}
}

func (l *late) Get(ctx context.Context, key string) ([]byte, bool, error) {
	value, ok, err := l.memory.Get(ctx, key)
	if !l.others.Swap(true) {
		close(l.looked)
		<-l.say
	}
	return value, ok, err
}

// TestOneRequestForALateCaller: one who has looked for a kept answer before
// another's was kept, and asks after that, finds it all the same.
func TestOneRequestForALateCaller(t *testing.T) {
	for name, c := range map[string]struct {
		ask  func(*tmdb.Client) error
		want error
	}{
		"film":      {func(c *tmdb.Client) error { _, err := c.Movie(context.Background(), 603); return err }, nil},
		"poster":    {func(c *tmdb.Client) error { _, err := c.Poster(context.Background(), "w185", matrix); return err }, nil},
		"no poster": {func(c *tmdb.Client) error { _, err := c.Poster(context.Background(), "w185", "/gone.jpg"); return err }, tmdb.ErrNotFound},
	} {
		t.Run(name, func(t *testing.T) {
			server, cache := tmdbtest.New(t), newLate()
			config := fast()
			config.Cache, config.Images = cache, cache
			client := newClient(t, server, config)
			told := make(chan error)
			go func() { told <- c.ask(client) }()
			<-cache.looked
			require.ErrorIs(t, c.ask(client), c.want)
			close(cache.say)
			require.ErrorIs(t, <-told, c.want)
			require.Len(t, server.Requests(), 1)
		})
	}
}

func TestCallerThatLeaves(t *testing.T) {
	server := tmdbtest.New(t)
	answer := make(chan struct{})
	server.Set(tmdbtest.Fault{Until: answer})
	client := newClient(t, server, fast())
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err := client.Movie(ctx, 603)
	require.ErrorIs(t, err, context.Canceled)
	_, err = client.Poster(ctx, "w185", "/f89U3ADr1oiB1s9GkdPOEpXUk5H.jpg")
	require.ErrorIs(t, err, context.Canceled)
	close(answer)
	_, err = client.Movie(t.Context(), 603)
	require.NoError(t, err, "the request went on")
	require.Equal(t, 1, server.Count("/3/movie/603"))
}

func TestPatience(t *testing.T) {
	server, clock := tmdbtest.New(t), newClock()
	config := fast()
	config.Now, config.Patience = clock.now, time.Millisecond
	client := newClient(t, server, config)
	_, err := client.Movies(t.Context(), tmdb.Popular, 1)
	require.NoError(t, err)
	clock.pass(2 * time.Hour)
	answer := make(chan struct{})
	server.Set(tmdbtest.Fault{Until: answer})
	page, err := client.Movies(t.Context(), tmdb.Popular, 1)
	require.NoError(t, err)
	require.True(t, page.Stale, "the old answer is here, the new one isn't")
	close(answer)
	require.Eventually(t, func() bool {
		page, err = client.Movies(t.Context(), tmdb.Popular, 1)
		return err == nil && !page.Stale
	}, time.Minute, 10*time.Millisecond)
	require.Equal(t, 2, server.Count("/3/movie/popular"), "the new one came by itself")
}

func TestRetries(t *testing.T) {
	for name, fault := range map[string]tmdbtest.Fault{
		"server error":              {Status: http.StatusInternalServerError},
		"bad gateway":               {Status: http.StatusBadGateway},
		"too many, at once again":   {Status: http.StatusTooManyRequests, RetryAfter: "0"},
		"too many, no time":         {Status: http.StatusTooManyRequests},
		"offline, date in the past": {Status: http.StatusServiceUnavailable, RetryAfter: "Mon, 02 Jan 2006 15:04:05 GMT"},
		"no answer":                 {Drop: true},
	} {
		t.Run(name, func(t *testing.T) {
			server := tmdbtest.New(t)
			fault.Times = 2
			server.Set(fault)
			got, err := newClient(t, server, fast()).Movie(t.Context(), 603)
			require.NoError(t, err)
			require.Equal(t, "The Matrix", got.Value.Title)
			require.Equal(t, 3, server.Count("/3/movie/603"))
		})
	}
}

func TestRetryAfterIsWaitedFor(t *testing.T) {
	server := tmdbtest.New(t)
	server.Set(tmdbtest.Fault{Status: http.StatusTooManyRequests, RetryAfter: "1", Times: 1})
	config := fast()
	config.Wait = 100 * time.Millisecond
	started := time.Now()
	_, err := newClient(t, server, config).Movie(t.Context(), 603)
	require.NoError(t, err)
	require.GreaterOrEqual(t, time.Since(started), time.Second)
}

func TestFaults(t *testing.T) {
	for name, c := range map[string]struct {
		fault    tmdbtest.Fault
		requests int
		contains string
		is       error
	}{
		"down":              {tmdbtest.Fault{Status: 500}, 3, "answered 500", tmdb.ErrUnavailable},
		"a long pause":      {tmdbtest.Fault{Status: 429, RetryAfter: "3600"}, 1, "answered 429", tmdb.ErrUnavailable},
		"a bad request":     {tmdbtest.Fault{Status: 400}, 1, "answered 400", tmdb.ErrUnavailable},
		"no JSON":           {tmdbtest.Fault{Garbage: "<html>Wi-Fi login</html>"}, 1, "reading JSON", tmdb.ErrUnavailable},
		"other JSON":        {tmdbtest.Fault{Garbage: `{"page":1}`}, 1, "no title", tmdb.ErrUnavailable},
		"another film":      {tmdbtest.Fault{Garbage: `{"id":7,"title":"x"}`}, 1, "another id", tmdb.ErrUnavailable},
		"trailing":          {tmdbtest.Fault{Garbage: `{"id":603,"title":"x"} {}`}, 1, "follows", tmdb.ErrUnavailable},
		"endless":           {tmdbtest.Fault{Garbage: `{"id":603,"title":"` + strings.Repeat("x", 5<<20) + `"}`}, 1, "larger than", tmdb.ErrUnavailable},
		"redirect":          {tmdbtest.Fault{Location: "http://127.0.0.1:9/3/movie/603?api_key=stolen"}, 1, "answered 302", tmdb.ErrUnavailable},
		"redirect to file":  {tmdbtest.Fault{Location: "file:///etc/passwd"}, 1, "answered 302", tmdb.ErrUnavailable},
		"connection closed": {tmdbtest.Fault{Drop: true}, 3, "EOF", tmdb.ErrUnavailable},
		"the key is gone":   {tmdbtest.Fault{Status: 401}, 1, "refuses the key", tmdb.ErrUnauthorized},
	} {
		t.Run(name, func(t *testing.T) {
			server := tmdbtest.New(t)
			server.Set(c.fault)
			client := newClient(t, server, fast())
			_, err := client.Movie(t.Context(), 603)
			require.ErrorIs(t, err, c.is)
			require.ErrorContains(t, err, c.contains)
			require.NotContains(t, err.Error(), tmdbtest.Key)
			require.Len(t, server.Requests(), c.requests)
		})
	}
}

func TestTimeout(t *testing.T) {
	server := tmdbtest.New(t)
	server.Set(tmdbtest.Fault{Delay: time.Minute})
	config := fast()
	config.Timeout, config.Retries = 20*time.Millisecond, -1
	_, err := newClient(t, server, config).Movie(t.Context(), 603)
	require.ErrorIs(t, err, tmdb.ErrUnavailable)
	require.ErrorIs(t, err, context.DeadlineExceeded)
	require.NotContains(t, err.Error(), tmdbtest.Key)
}

// TestKeyStaysInside makes every kind of network error and looks for the key.
func TestKeyStaysInside(t *testing.T) {
	for _, key := range []string{tmdbtest.Key, tmdbtest.Token} {
		server := httptest.NewServer(http.NotFoundHandler())
		server.Close() // nobody listens
		config := fast()
		config.Key, config.Retries = key, -1
		client, err := tmdb.New(config, tmdb.Loopback(server.URL, server.URL))
		require.NoError(t, err)
		defer client.Close()
		err = client.Check(t.Context())
		require.ErrorIs(t, err, tmdb.ErrUnavailable)
		require.NotContains(t, err.Error(), key)
		_, err = client.Movie(t.Context(), 603)
		require.NotContains(t, err.Error(), key)
	}
	config := fast()
	config.Key = "two\r\nlines"
	_, err := tmdb.New(config)
	require.NotContains(t, err.Error(), "lines")
}

func TestBreaker(t *testing.T) {
	server := tmdbtest.New(t)
	server.Set(tmdbtest.Fault{Status: 500})
	config := fast()
	config.Failures, config.Retries = 3, -1
	client := newClient(t, server, config)
	for range 20 {
		_, err := client.Movie(t.Context(), 603)
		require.ErrorIs(t, err, tmdb.ErrUnavailable)
	}
	require.Len(t, server.Requests(), 3, "it is left alone")

	config.Pause = 50 * time.Millisecond
	client = newClient(t, server, config)
	for range 4 {
		_, err := client.Movie(t.Context(), 603)
		require.ErrorIs(t, err, tmdb.ErrUnavailable)
	}
	server.Set(tmdbtest.Fault{})
	require.Eventually(t, func() bool {
		_, err := client.Movie(t.Context(), 603)
		return err == nil
	}, time.Minute, 20*time.Millisecond, "and asked again after the pause")
}

func TestRate(t *testing.T) {
	server := tmdbtest.New(t)
	config := fast()
	config.Rate = 10
	client := newClient(t, server, config)
	started := time.Now()
	for page := range 13 {
		_, err := client.Movies(t.Context(), tmdb.Popular, page+1)
		require.NoError(t, err)
	}
	require.GreaterOrEqual(t, time.Since(started), 250*time.Millisecond, "ten at once, then one each 100 ms")
}

func TestRegion(t *testing.T) {
	server := tmdbtest.New(t)
	config := fast()
	config.Language, config.Region = "de-DE", "DE"
	client := newClient(t, server, config)
	_, err := client.Movies(t.Context(), tmdb.Upcoming, 1)
	require.NoError(t, err)
	require.Contains(t, server.Requests()[0], "language=de-DE&page=1&region=DE")
}

func TestConfigErrors(t *testing.T) {
	for field, change := range map[string]func(*tmdb.Config){
		"Key":      func(c *tmdb.Config) { c.Key = "" },
		"Language": func(c *tmdb.Config) { c.Language = "english" },
		"Region":   func(c *tmdb.Config) { c.Region = "de" },
		"Rate":     func(c *tmdb.Config) { c.Rate = 100 },
		"Retries":  func(c *tmdb.Config) { c.Retries = 11 },
		"Failures": func(c *tmdb.Config) { c.Failures = -1 },
		"Entries":  func(c *tmdb.Config) { c.Entries = -1 },
	} {
		config := fast()
		change(&config)
		_, err := tmdb.New(config)
		var fault *tmdb.ConfigError
		require.ErrorAs(t, err, &fault, field)
		require.Equal(t, field, fault.Field)
		require.Contains(t, err.Error(), field)
	}
	for _, address := range []string{"http://example.com", "http://10.0.0.1", "http://127.0.0.1.example.com", "%", "http://localhost"} {
		_, err := tmdb.New(fast(), tmdb.Loopback(address, "http://127.0.0.1:1"))
		require.ErrorContains(t, err, "for tests", address)
		_, err = tmdb.New(fast(), tmdb.Loopback("http://127.0.0.1:1", address))
		require.ErrorContains(t, err, "for tests", address)
	}
	client, err := tmdb.New(tmdb.Config{Key: tmdbtest.Key})
	require.NoError(t, err, "all else has a default")
	client.Close()
}

// TestStoredForm makes sure that a movie goes through the outer cache whole.
func TestStoredForm(t *testing.T) {
	server, cache := tmdbtest.New(t), newMemory()
	config := fast()
	config.Cache = cache
	first, err := newClient(t, server, config).Movie(t.Context(), 603)
	require.NoError(t, err)
	second, err := newClient(t, server, config).Movie(t.Context(), 603)
	require.NoError(t, err)
	require.Equal(t, first.Value, second.Value)
	require.Len(t, server.Requests(), 1)
	for _, body := range cache.held {
		require.True(t, json.Valid(body))
	}
}
