package guard

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"strings"
	"sync"

	"github.com/realclientip/realclientip-go"
)

// ProxyHeader is the header in which trusted proxies tell the client's address.
type ProxyHeader string

// The headers that are known. Only one is ever read: a proxy that writes the
// one passes on the other as the client sent it, so that reading both would
// let clients choose their address.
const (
	XForwardedFor ProxyHeader = "X-Forwarded-For"
	Forwarded     ProxyHeader = "Forwarded" // RFC 7239
)

// Proxies knows which machines in front of this one may say for whom they ask.
type Proxies struct {
	trusted  []netip.Prefix
	header   ProxyHeader
	strategy realclientip.Strategy // nil without trusted proxies

	suspected sync.Once
	suspect   func(netip.Addr)
}

// OnStranger has f called once, when a machine of this network that isn't
// trusted says for whom it asks: it may be a proxy that nobody has told of, and
// all people behind it would count as one address. It is called before the
// first request.
func (p *Proxies) OnStranger(f func(netip.Addr)) { p.suspect = f }

// NewProxies trusts the proxies in the given networks ("10.0.0.0/8") or at the
// given addresses. Without any, nobody is believed. An empty header means
// X-Forwarded-For.
func NewProxies(networks []string, header ProxyHeader) (*Proxies, error) {
	p := &Proxies{header: header}
	switch header {
	case "":
		p.header = XForwardedFor
	case XForwardedFor, Forwarded:
	default:
		return nil, fmt.Errorf("proxy header %q, want %s or %s", header, XForwardedFor, Forwarded)
	}
	var ranges []net.IPNet
	for _, text := range networks {
		prefix, err := parseNetwork(text)
		if err != nil {
			return nil, err
		}
		p.trusted = append(p.trusted, prefix)
		ranges = append(ranges, net.IPNet{IP: prefix.Addr().AsSlice(), Mask: net.CIDRMask(prefix.Bits(), prefix.Addr().BitLen())})
	}
	if len(ranges) == 0 {
		return p, nil
	}
	strategy, err := realclientip.NewRightmostTrustedRangeStrategy(string(p.header), ranges)
	if err != nil {
		return nil, fmt.Errorf("trusted proxies: %w", err)
	}
	p.strategy = strategy
	return p, nil
}

func parseNetwork(text string) (netip.Prefix, error) {
	if addr, err := netip.ParseAddr(text); err == nil && addr.Zone() == "" {
		addr = addr.Unmap()
		return netip.PrefixFrom(addr, addr.BitLen()), nil
	}
	prefix, err := netip.ParsePrefix(text)
	if err != nil || prefix.Addr().Is4In6() {
		return netip.Prefix{}, fmt.Errorf("trusted proxy %q, want an address or a network such as 10.0.0.0/8", text)
	}
	return prefix.Masked(), nil
}

type clientKey struct{}

// client is what is known of who is at the other end.
type client struct {
	addr   netip.Addr
	secure bool
}

// Middleware finds out the client's address and whether it came over TLS; see
// [Address] and [Secure].
func (p *Proxies) Middleware() Middleware {
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			next.ServeHTTP(w, r.WithContext(context.WithValue(r.Context(), clientKey{}, p.client(r))))
		})
	}
}

func (p *Proxies) client(r *http.Request) client {
	c := client{addr: peer(r), secure: r.TLS != nil}
	if !p.trusts(c.addr) {
		if p.suspect != nil && (c.addr.IsPrivate() || c.addr.IsLoopback()) && r.Header.Get(string(p.header)) != "" {
			p.suspected.Do(func() { p.suspect(c.addr) })
		}
		return c
	}
	c.secure = c.secure || p.proxiedTLS(r)
	// From the right, the first that isn't a proxy of ours. Everything to the
	// left of it is hearsay. What can't be read counts as the proxy itself.
	if text := p.strategy.ClientIP(r.Header, r.RemoteAddr); text != "" {
		text, _, _ = strings.Cut(text, "%")
		if addr, err := netip.ParseAddr(text); err == nil {
			c.addr = addr.Unmap()
		}
	}
	return c
}

func (p *Proxies) trusts(addr netip.Addr) bool {
	for _, prefix := range p.trusted {
		if prefix.Contains(addr) {
			return true
		}
	}
	return false
}

// proxiedTLS says whether the nearest proxy was asked over TLS.
func (p *Proxies) proxiedTLS(r *http.Request) bool {
	if p.header == XForwardedFor {
		values := r.Header.Values("X-Forwarded-Proto")
		return len(values) > 0 && strings.EqualFold(last(values[len(values)-1]), "https")
	}
	values := r.Header.Values(string(Forwarded))
	if len(values) == 0 {
		return false
	}
	for pair := range strings.SplitSeq(last(values[len(values)-1]), ";") {
		name, value, _ := strings.Cut(strings.TrimSpace(pair), "=")
		if strings.EqualFold(name, "proto") {
			return strings.EqualFold(strings.Trim(value, `"`), "https")
		}
	}
	return false
}

// last is the last element of a list in a header.
func last(list string) string {
	return strings.TrimSpace(list[strings.LastIndexByte(list, ',')+1:])
}

// peer is the address at the other end of the connection.
func peer(r *http.Request) netip.Addr {
	ap, err := netip.ParseAddrPort(r.RemoteAddr)
	if err != nil {
		return netip.Addr{}
	}
	return ap.Addr().Unmap().WithZone("")
}

// Address returns the client's address, as the [Proxies] found it out. It is
// the zero address where that isn't known.
func Address(ctx context.Context) netip.Addr {
	c, _ := ctx.Value(clientKey{}).(client)
	return c.addr
}

// Secure says whether the client came over TLS, here or at a trusted proxy.
func Secure(ctx context.Context) bool {
	c, _ := ctx.Value(clientKey{}).(client)
	return c.secure
}

// AddressKey is the part of an address that one client can't change at will:
// all of an IPv4 address, and the first 64 bits of an IPv6 address, which a
// household gets as a whole.
func AddressKey(addr netip.Addr) string {
	if !addr.IsValid() {
		return "unknown"
	}
	addr = addr.Unmap().WithZone("")
	if addr.Is4() {
		return addr.String()
	}
	return netip.PrefixFrom(addr, 64).Masked().String()
}
