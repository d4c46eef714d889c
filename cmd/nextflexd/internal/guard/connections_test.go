package guard

import (
	"io"
	"net"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// listening limits the connections of a listener on loopback, and keeps those
// that it lets in.
func listening(t *testing.T, config ConnectionConfig) (address string, accepted chan net.Conn) {
	t.Helper()
	inner, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	limited := LimitConnections(inner, config)
	accepted = make(chan net.Conn, 10)
	done := make(chan struct{})
	go func() {
		defer close(done)
		for {
			conn, err := limited.Accept()
			if err != nil {
				return
			}
			accepted <- conn
		}
	}()
	t.Cleanup(func() { inner.Close(); <-done })
	return inner.Addr().String(), accepted
}

func connect(t *testing.T, address string) net.Conn {
	t.Helper()
	conn, err := net.Dial("tcp", address)
	require.NoError(t, err)
	t.Cleanup(func() { conn.Close() })
	require.NoError(t, conn.SetDeadline(time.Now().Add(time.Minute)))
	return conn
}

func TestConnectionsAreLimited(t *testing.T) {
	for name, config := range map[string]ConnectionConfig{
		"all":           {Max: 2, ByAddress: 100},
		"by an address": {ByAddress: 2},
	} {
		t.Run(name, func(t *testing.T) {
			var refused atomic.Int64
			config.Refused = func() { refused.Add(1) }
			address, accepted := listening(t, config)
			connect(t, address)
			first := <-accepted
			connect(t, address)
			<-accepted
			_, err := connect(t, address).Read(make([]byte, 1))
			require.Error(t, err, "closed at once")
			require.EqualValues(t, 1, refused.Load())
			require.NoError(t, first.Close())
			require.Error(t, first.Close(), "closing twice gives one place back")
			connect(t, address)
			<-accepted
			_, err = connect(t, address).Read(make([]byte, 1))
			require.Error(t, err)
		})
	}
}

func TestProxiesAreExempt(t *testing.T) {
	proxies, err := NewProxies([]string{"127.0.0.0/8"}, "")
	require.NoError(t, err)
	address, accepted := listening(t, ConnectionConfig{ByAddress: 1, Exempt: proxies})
	for range 3 {
		conn := connect(t, address)
		server := <-accepted
		_, err := io.WriteString(server, "x")
		require.NoError(t, err)
		_, err = conn.Read(make([]byte, 1))
		require.NoError(t, err)
	}
}
