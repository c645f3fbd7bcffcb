package network

import (
	"context"
	"errors"
	"net"
	"net/netip"
	"testing"
)

func TestPublicIsTheOpenNetAlone(t *testing.T) {
	t.Parallel()
	for _, text := range []string{"8.8.8.8", "130.242.0.1", "2a00:801::1", "::ffff:8.8.8.8", "64:ff9b::808:808", "2002:0808:0808::1"} {
		if !Public(netip.MustParseAddr(text)) {
			t.Errorf("%s is refused", text)
		}
	}
	for _, text := range []string{"127.0.0.1", "127.8.8.8", "0.0.0.0", "0.1.2.3", "10.1.2.3", "172.16.0.1", "172.31.255.255", "192.168.1.1", "169.254.169.254", "100.64.0.1", "100.100.100.200",
		"192.0.0.192", "198.18.0.1", "203.0.113.9", "224.0.0.1", "240.0.0.1", "255.255.255.255", "168.63.129.16", "::", "::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "::10.0.0.1", "fe80::1", "fe80::1%eth0", "fc00::1",
		"fd00:ec2::254", "fd20:ce::254", "fec0::1", "ff02::1", "2001:db8::1", "2001::1", "64:ff9b::7f00:1", "64:ff9b::a00:1", "64:ff9b:1::1", "2002:7f00:1::1", "2002:c0a8:101::1"} {
		if Public(netip.MustParseAddr(text)) {
			t.Errorf("%s is let through", text)
		}
	}
	if Public(netip.Addr{}) {
		t.Error("no address is let through")
	}
}

// turning gives another address at each question.
type turning struct {
	answers [][]netip.Addr
	asked   int
}

func (r *turning) LookupNetIP(context.Context, string, string) ([]netip.Addr, error) {
	a := r.answers[min(r.asked, len(r.answers)-1)]
	r.asked++
	return a, nil
}

func TestANameIsLookedUpOnceAndDialledByThatAddress(t *testing.T) {
	t.Parallel()
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = ln.Close() }()
	_, port, _ := net.SplitHostPort(ln.Addr().String())
	r := &turning{answers: [][]netip.Addr{{netip.MustParseAddr("127.0.0.1")}, {netip.MustParseAddr("192.0.2.1")}}}
	d := &Dialer{Resolver: r, Allow: func(a netip.Addr) bool { return a == netip.MustParseAddr("127.0.0.1") }}
	for range 3 {
		c, err := d.DialContext(t.Context(), "tcp", net.JoinHostPort("turns.example.se", port))
		if err != nil {
			t.Fatal(err)
		}
		if got := c.RemoteAddr().String(); got != ln.Addr().String() {
			t.Errorf("dialled %s", got)
		}
		_ = c.Close()
	}
	if r.asked != 1 {
		t.Errorf("asked %d times", r.asked)
	}
}

func TestANameThatLeadsInsideIsRefused(t *testing.T) {
	t.Parallel()
	for name, answer := range map[string][]netip.Addr{
		"loopback": {netip.MustParseAddr("127.0.0.1")},
		"metadata": {netip.MustParseAddr("169.254.169.254")},
		"both":     {netip.MustParseAddr("8.8.8.8"), netip.MustParseAddr("10.0.0.1")},
	} {
		d := &Dialer{Resolver: &turning{answers: [][]netip.Addr{answer}}}
		if _, err := d.DialContext(t.Context(), "tcp", "in.example.se:80"); !errors.Is(err, ErrClosed) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := (&Dialer{}).DialContext(t.Context(), "tcp", "127.0.0.1:80"); !errors.Is(err, ErrClosed) {
		t.Error("an address in figures is not looked at")
	}
}
