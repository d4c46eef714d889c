// Package storetest runs a test on every database that the store knows: on a
// SQLite file, and on a MariaDB server that it starts on a fresh folder and a
// socket where mariadbd is installed. Where it isn't, that part of a test is
// skipped, or fails if NEXTFLEX_SERVERS is "required".
//
// A package that uses it has
//
//	func TestMain(m *testing.M) { os.Exit(storetest.Main(m)) }
package storetest

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/go-sql-driver/mysql"
	"github.com/stretchr/testify/require"

	"github.com/nextflex/nextflex/cmd/nextflexd/internal/store"
)

// Clock is a clock that a test sets. It is safe for concurrent use.
type Clock struct{ at atomic.Int64 }

// NewClock returns a clock that stands at noon of the first day of 2026.
func NewClock() *Clock {
	c := &Clock{}
	c.at.Store(time.Date(2026, 1, 1, 12, 0, 0, 0, time.UTC).UnixMilli())
	return c
}

// Now returns the clock's time.
func (c *Clock) Now() time.Time { return time.UnixMilli(c.at.Load()).UTC() }

// Advance moves the clock on.
func (c *Clock) Advance(d time.Duration) { c.at.Add(d.Milliseconds()) }

// Main runs the tests of a package and stops the server that they started.
func Main(m *testing.M) int {
	code := m.Run()
	if err := server.stop(); err != nil {
		fmt.Fprintln(os.Stderr, "storetest: stopping MariaDB:", err)
		return 1
	}
	return code
}

// Each runs a test on a migrated, empty database of each kind. Where mariadbd
// isn't installed, that part is skipped and says so.
func Each(t *testing.T, test func(t *testing.T, db *store.DB, clock *Clock)) {
	t.Helper()
	t.Run("sqlite", func(t *testing.T) {
		db, clock := SQLite(t)
		test(t, db, clock)
	})
	t.Run("mariadb", func(t *testing.T) {
		db, clock := MariaDB(t)
		test(t, db, clock)
	})
}

// SQLite returns a migrated, empty database in a folder of the test.
func SQLite(t testing.TB) (*store.DB, *Clock) {
	t.Helper()
	return open(t, filepath.Join(t.TempDir(), "site.db"))
}

// MariaDB returns a migrated, empty database of its own on the server of the
// tests, or skips the test where none is installed.
func MariaDB(t testing.TB) (*store.DB, *Clock) {
	t.Helper()
	return open(t, MariaDBAddress(t))
}

// MariaDBAddress makes an empty database on the server of the tests and returns
// its URL, or skips the test where none is installed.
func MariaDBAddress(t testing.TB) string {
	t.Helper()
	err := server.start()
	if errors.Is(err, exec.ErrNotFound) && os.Getenv("NEXTFLEX_SERVERS") != "required" {
		t.Skipf("MariaDB is not installed: %v", err)
	}
	require.NoError(t, err)
	name := fmt.Sprintf("site%d", server.databases.Add(1))
	admin := server.connect("")
	defer admin.Close()
	_, err = admin.ExecContext(context.Background(), "CREATE DATABASE "+name)
	require.NoError(t, err)
	return "mysql://root@localhost/" + name + "?socket=" + url.QueryEscape(server.socket)
}

func open(t testing.TB, address string) (*store.DB, *Clock) {
	t.Helper()
	clock := NewClock()
	db, err := store.Open(context.Background(), address, store.Options{Now: clock.Now})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, db.Close()) })
	_, err = db.Migrate(context.Background())
	require.NoError(t, err)
	return db, clock
}

// mariadb is a server that listens on a socket alone; no network, no password
// that could be left behind, no folder that outlives the tests.
type mariadb struct {
	once      sync.Once
	err       error
	dir       string
	socket    string
	process   *exec.Cmd
	exited    chan struct{}
	databases atomic.Int64
}

var server mariadb

// startLimit is how long the server may take to answer on a busy machine.
const startLimit = 2 * time.Minute

func (s *mariadb) start() error {
	s.once.Do(func() { s.err = s.run() })
	return s.err
}

func (s *mariadb) run() error {
	install, err := look("mariadb-install-db")
	if err != nil {
		return err
	}
	daemon, err := look("mariadbd")
	if err != nil {
		return err
	}
	// The path of a socket has room for about a hundred letters, which the
	// folder of a test may not leave.
	if s.dir, err = os.MkdirTemp("", "nextflex-db-"); err != nil {
		return err
	}
	data := filepath.Join(s.dir, "data")
	s.socket = filepath.Join(s.dir, "s")
	common := []string{"--no-defaults", "--datadir=" + data}
	if os.Geteuid() == 0 {
		common = append(common, "--user=root")
	}
	setup := exec.Command(install, append(common, "--auth-root-authentication-method=normal", "--skip-test-db")...)
	if out, err := setup.CombinedOutput(); err != nil {
		return fmt.Errorf("%s: %w: %s", install, err, out)
	}
	log, err := os.Create(filepath.Join(s.dir, "log"))
	if err != nil {
		return err
	}
	defer log.Close()
	// What the tests write needn't outlive a power cut. A server removes what it
	// takes for its own from the folder for temporary files when it starts, also
	// what another is using.
	s.process = exec.Command(daemon, append(common, "--socket="+s.socket, "--skip-networking", "--skip-log-bin",
		"--innodb-flush-log-at-trx-commit=0", "--innodb-doublewrite=0", "--innodb-buffer-pool-size=64M", "--pid-file="+filepath.Join(s.dir, "pid"), "--tmpdir="+s.dir)...)
	s.process.Stdout, s.process.Stderr = log, log
	if err := s.process.Start(); err != nil {
		return err
	}
	s.exited = make(chan struct{})
	go func() {
		_ = s.process.Wait() // how it ended is in its log
		close(s.exited)
	}()
	db := s.connect("")
	defer db.Close()
	limit := time.After(startLimit)
	for db.Ping() != nil {
		select {
		case <-s.exited:
		case <-limit:
		case <-time.After(50 * time.Millisecond):
			continue
		}
		text, _ := os.ReadFile(filepath.Join(s.dir, "log"))
		return fmt.Errorf("mariadbd didn't answer: %s", text)
	}
	return nil
}

// look finds a program in the PATH, or where Debian has the daemon, which isn't
// in everybody's PATH.
func look(program string) (string, error) {
	path, err := exec.LookPath(program)
	if err == nil {
		return path, nil
	}
	if path, err := exec.LookPath("/usr/sbin/" + program); err == nil {
		return path, nil
	}
	return "", err
}

func (s *mariadb) connect(database string) *sql.DB {
	config := mysql.NewConfig()
	config.User, config.Net, config.Addr, config.DBName = "root", "unix", s.socket, database
	connector, err := mysql.NewConnector(config)
	if err != nil {
		panic(err) // the settings above are constants
	}
	return sql.OpenDB(connector)
}

func (s *mariadb) stop() error {
	if s.process != nil && s.process.Process != nil {
		_ = s.process.Process.Kill() // it has nothing worth keeping
		<-s.exited
	}
	if s.dir != "" {
		return os.RemoveAll(s.dir)
	}
	return nil
}
