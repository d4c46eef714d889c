package guard

import (
	"net"
	"net/netip"
	"sync"
)

// ConnectionConfig sets [LimitConnections].
type ConnectionConfig struct {
	Max       int      // connections at once; 0 means 4096
	ByAddress int      // of them from one address; 0 means 256
	Exempt    *Proxies // whose connections are many people's; may be nil
	Refused   func()   // counts, may be nil
}

// LimitConnections bounds the connections of a listener, all of them and those
// of one address: a client that opens thousands and sends nothing costs memory
// before any request is there to be counted. What is too much is closed at once.
func LimitConnections(listener net.Listener, config ConnectionConfig) net.Listener {
	if config.Max == 0 {
		config.Max = 4096
	}
	if config.ByAddress == 0 {
		config.ByAddress = 256
	}
	return &limitedListener{Listener: listener, config: config, open: map[string]int{}}
}

type limitedListener struct {
	net.Listener
	config ConnectionConfig

	mu    sync.Mutex
	total int
	open  map[string]int // by address
}

// Accept implements net.Listener.
func (l *limitedListener) Accept() (net.Conn, error) {
	for {
		conn, err := l.Listener.Accept()
		if err != nil {
			return nil, err
		}
		key := l.key(conn.RemoteAddr())
		if l.take(key) {
			return &limitedConn{Conn: conn, release: sync.OnceFunc(func() { l.release(key) })}, nil
		}
		if l.config.Refused != nil {
			l.config.Refused() // before the other side can know of it
		}
		_ = conn.Close() // nobody has begun to talk
	}
}

// key is "" for what isn't bounded by address.
func (l *limitedListener) key(remote net.Addr) string {
	ap, err := netip.ParseAddrPort(remote.String())
	if err != nil || l.config.Exempt != nil && l.config.Exempt.trusts(ap.Addr().Unmap()) {
		return ""
	}
	return AddressKey(ap.Addr())
}

func (l *limitedListener) take(key string) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.total >= l.config.Max || key != "" && l.open[key] >= l.config.ByAddress {
		return false
	}
	l.total++
	l.open[key]++
	return true
}

func (l *limitedListener) release(key string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.total--
	if l.open[key]--; l.open[key] <= 0 {
		delete(l.open, key)
	}
}

type limitedConn struct {
	net.Conn
	release func()
}

// Close implements net.Conn.
func (c *limitedConn) Close() error {
	defer c.release()
	return c.Conn.Close()
}
