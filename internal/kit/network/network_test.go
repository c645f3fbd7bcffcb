package network

import (
	"net/netip"
	"testing"
)

func TestOf(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"192.0.2.7":           "192.0.2.7/32",
		"::ffff:192.0.2.7":    "192.0.2.7/32",
		"2001:db8:1:2:3::4":   "2001:db8:1:2::/64",
		"2001:db8:1:2:ffff::": "2001:db8:1:2::/64",
		"fe80::1%eth0":        "fe80::/64",
	} {
		if got := Of(netip.MustParseAddr(text)); got != want {
			t.Errorf("%s is of %s, not %s", text, got, want)
		}
	}
	if got := Of(netip.Addr{}); got != "unknown" {
		t.Errorf("no address is of %s", got)
	}
}
