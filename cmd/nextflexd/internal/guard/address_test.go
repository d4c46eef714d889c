package guard

import (
	"crypto/tls"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestAddress(t *testing.T) {
	for _, tc := range []struct {
		name    string
		trusted []string
		header  ProxyHeader
		remote  string
		headers http.Header
		want    string
		secure  bool
	}{
		{name: "nobody trusted", remote: "192.0.2.1:1000", headers: http.Header{"X-Forwarded-For": {"198.51.100.7"}, "X-Forwarded-Proto": {"https"}}, want: "192.0.2.1"},
		{name: "from a stranger", trusted: []string{"10.0.0.0/8"}, remote: "192.0.2.1:1000", headers: http.Header{"X-Forwarded-For": {"198.51.100.7"}}, want: "192.0.2.1"},
		{name: "from a proxy", trusted: []string{"10.0.0.0/8"}, remote: "10.1.2.3:1000", headers: http.Header{"X-Forwarded-For": {"198.51.100.7"}, "X-Forwarded-Proto": {"https"}}, want: "198.51.100.7", secure: true},
		{name: "what the client forged stays left", trusted: []string{"10.0.0.0/8"}, remote: "10.1.2.3:1000", headers: http.Header{"X-Forwarded-For": {"203.0.113.9, 198.51.100.7"}}, want: "198.51.100.7"},
		{name: "proxies in a row", trusted: []string{"10.0.0.0/8", "2001:db8::1"}, remote: "10.1.2.3:1000", headers: http.Header{"X-Forwarded-For": {"203.0.113.9, 198.51.100.7", "2001:db8::1, 10.9.9.9"}}, want: "198.51.100.7"},
		{name: "rubbish", trusted: []string{"10.0.0.0/8"}, remote: "10.1.2.3:1000", headers: http.Header{"X-Forwarded-For": {"198.51.100.7, rubbish"}}, want: "10.1.2.3"},
		{name: "no header", trusted: []string{"10.0.0.0/8"}, remote: "10.1.2.3:1000", want: "10.1.2.3"},
		{name: "only proxies", trusted: []string{"10.0.0.0/8"}, remote: "10.1.2.3:1000", headers: http.Header{"X-Forwarded-For": {"10.4.4.4"}}, want: "10.1.2.3"},
		{name: "the other header is not read", trusted: []string{"10.0.0.0/8"}, remote: "10.1.2.3:1000", headers: http.Header{"Forwarded": {"for=198.51.100.7;proto=https"}}, want: "10.1.2.3"},
		{name: "Forwarded", trusted: []string{"10.0.0.0/8"}, header: Forwarded, remote: "10.1.2.3:1000", headers: http.Header{"Forwarded": {`for=203.0.113.9, For="[2001:db8::7]:4711";Proto=https`}, "X-Forwarded-For": {"192.0.2.77"}}, want: "2001:db8::7", secure: true},
		{name: "Forwarded over http", trusted: []string{"10.0.0.0/8"}, header: Forwarded, remote: "10.1.2.3:1000", headers: http.Header{"Forwarded": {`for=203.0.113.9;proto=https, for=198.51.100.7;proto=http`}}, want: "198.51.100.7"},
		{name: "IPv4 in IPv6", trusted: []string{"10.0.0.0/8"}, remote: "[::ffff:10.1.2.3]:1000", headers: http.Header{"X-Forwarded-For": {"::ffff:198.51.100.7"}}, want: "198.51.100.7"},
		{name: "a socket", remote: "@", want: ""},
	} {
		t.Run(tc.name, func(t *testing.T) {
			proxies, err := NewProxies(tc.trusted, tc.header)
			require.NoError(t, err)
			r := httptest.NewRequest("GET", "/", nil)
			r.RemoteAddr, r.Header = tc.remote, tc.headers
			if r.Header == nil {
				r.Header = http.Header{}
			}
			asked := false
			proxies.Middleware()(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
				asked = true
				got := ""
				if addr := Address(r.Context()); addr.IsValid() {
					got = addr.String()
				}
				require.Equal(t, tc.want, got)
				require.Equal(t, tc.secure, Secure(r.Context()))
			})).ServeHTTP(httptest.NewRecorder(), r)
			require.True(t, asked)
		})
	}
}

func TestStrangerIsToldOnce(t *testing.T) {
	proxies, err := NewProxies([]string{"10.0.0.1"}, "")
	require.NoError(t, err)
	var told []netip.Addr
	proxies.OnStranger(func(a netip.Addr) { told = append(told, a) })
	for _, remote := range []string{"10.0.0.1:1", "198.51.100.1:1", "10.0.0.2:1", "10.0.0.3:1"} {
		proxies.client(&http.Request{RemoteAddr: remote, Header: http.Header{"X-Forwarded-For": {"192.0.2.1"}}})
	}
	require.Equal(t, []netip.Addr{netip.MustParseAddr("10.0.0.2")}, told, "not of the one that is trusted, nor of the internet, and once")
}

func TestSecureByTLS(t *testing.T) {
	proxies, err := NewProxies(nil, "")
	require.NoError(t, err)
	r := httptest.NewRequest("GET", "/", nil)
	r.TLS = &tls.ConnectionState{}
	require.True(t, proxies.client(r).secure)
}

func TestProxiesRefuse(t *testing.T) {
	for _, text := range []string{"", "somewhere", "10.0.0.0/33", "fe80::1%eth0", "::ffff:10.0.0.0/104"} {
		_, err := NewProxies([]string{text}, "")
		require.ErrorContains(t, err, "trusted proxy", text)
	}
	_, err := NewProxies(nil, "X-Real-IP")
	require.ErrorContains(t, err, "X-Real-IP")
}

func TestAddressKey(t *testing.T) {
	for addr, want := range map[string]string{
		"192.0.2.1":            "192.0.2.1",
		"::ffff:192.0.2.1":     "192.0.2.1",
		"2001:db8:1:2:3:4:5:6": "2001:db8:1:2::/64",
		"2001:db8:1:2:ffff::1": "2001:db8:1:2::/64",
		"fe80::1%eth0":         "fe80::/64",
		"2001:db8:1:3:3:4:5:6": "2001:db8:1:3::/64",
	} {
		require.Equal(t, want, AddressKey(netip.MustParseAddr(addr)), addr)
	}
	require.Equal(t, "unknown", AddressKey(netip.Addr{}))
}

func FuzzClient(f *testing.F) {
	f.Add("10.0.0.1:1", `for="[2001:db8::7]:4711";proto=https, for=_hidden`)
	f.Add("10.0.0.1:1", `198.51.100.7, , ;;=,"`)
	f.Fuzz(func(t *testing.T, remote, header string) {
		for _, name := range []ProxyHeader{XForwardedFor, Forwarded} {
			proxies, err := NewProxies([]string{"10.0.0.0/8"}, name)
			require.NoError(t, err)
			c := proxies.client(&http.Request{RemoteAddr: remote, Header: http.Header{string(name): {header}}})
			if before := peer(&http.Request{RemoteAddr: remote}); !proxies.trusts(before) {
				require.Equal(t, before, c.addr, "a stranger chose its address")
			}
		}
	})
}
