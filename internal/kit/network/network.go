// Package network says whose an address is, for limits, and which addresses are of the open net.
package network

import "net/netip"

// Of is the part of an address that one sender commonly owns: all of an IPv4 address, the first 64
// bits of an IPv6 one. An address that is none is "unknown", so that all of those share one limit.
func Of(a netip.Addr) string {
	if !a.IsValid() {
		return "unknown"
	}
	a = a.Unmap()
	bits := 64
	if a.Is4() {
		bits = 32
	}
	p, err := a.Prefix(bits)
	if err != nil {
		return "unknown"
	}
	return p.String()
}
