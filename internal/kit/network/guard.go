package network

import (
	"context"
	"errors"
	"net"
	"net/netip"
	"sync"
	"time"
)

// Inner is the IPv4 address that an IPv6 one stands for: mapped (::ffff:0:0/96), translated (64:ff9b::/96,
// RFC 6052) or 6to4 (2002::/16, RFC 3056); any other address is itself, without a zone.
func Inner(a netip.Addr) netip.Addr {
	a = a.Unmap().WithZone("")
	if !a.Is6() {
		return a
	}
	b := a.As16()
	switch {
	case translated.Contains(a):
		return netip.AddrFrom4([4]byte(b[12:]))
	case b[0] == 0x20 && b[1] == 0x02:
		return netip.AddrFrom4([4]byte(b[2:6]))
	}
	return a
}

var translated = netip.MustParsePrefix("64:ff9b::/96")

// closed are the networks that are none of the open net, by the registries of special-purpose addresses (IANA,
// RFC 6890), beyond those that net/netip tells of itself.
var closed = func() []netip.Prefix {
	var out []netip.Prefix
	for _, text := range []string{
		"0.0.0.0/8", "100.64.0.0/10", "192.0.0.0/24", "192.0.2.0/24", "192.88.99.0/24", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "240.0.0.0/4",
		"168.63.129.16/32", // where a cloud's machine asks for what only it should know
		"::/96", "64:ff9b:1::/48", "100::/64", "2001::/23", "2001:db8::/32", "3fff::/20", "5f00::/16", "fec0::/10",
	} {
		out = append(out, netip.MustParsePrefix(text))
	}
	return out
}()

// Public tells whether an address is one of the open net: not this machine, not a private, link-local, carrier's,
// documentation, test or reserved network, not multicast, and no cloud's own.
func Public(a netip.Addr) bool {
	a = Inner(a)
	if !a.IsValid() || !a.IsGlobalUnicast() || a.IsPrivate() || a.IsLinkLocalUnicast() || a.IsLoopback() {
		return false
	}
	for _, p := range closed {
		if p.Contains(a) {
			return false
		}
	}
	return true
}

// ErrClosed is the refusal of an address that is not of the open net.
var ErrClosed = errors.New("the name leads to an address that is not on the open net")

// Resolver is what a Dialer asks for addresses; net.Resolver is one.
type Resolver interface {
	LookupNetIP(ctx context.Context, network, host string) ([]netip.Addr, error)
}

// Dialer looks each name up once, keeps the answer, and dials that address and no other: what was looked at can't
// be another a moment later. Make a new one for each undertaking. It may be used by several at once.
type Dialer struct {
	Resolver Resolver              // nil: the system's
	Allow    func(netip.Addr) bool // nil: Public
	Timeout  time.Duration         // of one attempt; zero: 10 s

	mu    sync.Mutex
	known map[string]answer
}

type answer struct {
	addresses []netip.Addr
	err       error
}

// DialContext dials host:port, as http.Transport asks for it. ErrClosed where any address of the name is one
// that isn't allowed: a name that leads both ways is not to be trusted.
func (d *Dialer) DialContext(ctx context.Context, network, address string) (net.Conn, error) {
	host, port, err := net.SplitHostPort(address)
	if err != nil {
		return nil, err
	}
	all, err := d.Addresses(ctx, host)
	if err != nil {
		return nil, err
	}
	dial := net.Dialer{Timeout: d.timeout()}
	for _, a := range all {
		var c net.Conn
		if c, err = dial.DialContext(ctx, network, netip.AddrPortFrom(a, portOf(port)).String()); err == nil {
			return c, nil
		}
	}
	return nil, err
}

func portOf(text string) uint16 {
	p, err := netip.ParseAddrPort("0.0.0.0:" + text)
	if err != nil {
		return 0
	}
	return p.Port()
}

func (d *Dialer) timeout() time.Duration {
	if d.Timeout == 0 {
		return 10 * time.Second
	}
	return d.Timeout
}

// Addresses gives the addresses of a host that may be dialled: looked up the first time, remembered after that.
func (d *Dialer) Addresses(ctx context.Context, host string) ([]netip.Addr, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if a, ok := d.known[host]; ok {
		return a.addresses, a.err
	}
	a := d.look(ctx, host)
	if ctx.Err() == nil {
		if d.known == nil {
			d.known = map[string]answer{}
		}
		d.known[host] = a
	}
	return a.addresses, a.err
}

func (d *Dialer) look(ctx context.Context, host string) answer {
	allow := d.Allow
	if allow == nil {
		allow = Public
	}
	all := []netip.Addr{}
	if a, err := netip.ParseAddr(host); err == nil {
		all = append(all, a)
	} else {
		var r Resolver = net.DefaultResolver
		if d.Resolver != nil {
			r = d.Resolver
		}
		ctx, cancel := context.WithTimeout(ctx, d.timeout())
		defer cancel()
		if all, err = r.LookupNetIP(ctx, "ip", host); err != nil {
			return answer{err: err}
		}
	}
	for i, a := range all {
		if all[i] = a.Unmap(); !allow(a) {
			return answer{err: ErrClosed}
		}
	}
	if len(all) == 0 {
		return answer{err: &net.DNSError{Err: "no address", Name: host, IsNotFound: true}}
	}
	return answer{addresses: all}
}
