package mail

import (
	"net"
	"net/netip"
	"syscall"
	"time"

	"varn/internal/kit/fault"
)

// dialer refuses addresses that no mail server of an organisation has: what a name resolves to
// is looked at when it is dialled, so that it can't be another a moment later. Private networks
// are allowed, since that is where a municipality's mail server stands.
func dialer(plain bool) *net.Dialer {
	return &net.Dialer{Timeout: 15 * time.Second, Control: func(_, address string, _ syscall.RawConn) error {
		at, err := netip.ParseAddrPort(address)
		if err != nil {
			return fault.New(fault.Unavailable, "mail.unreachable")
		}
		return allowed(at.Addr().Unmap(), plain)
	}}
}

func allowed(a netip.Addr, plain bool) error {
	switch {
	case a.IsUnspecified(), a.IsMulticast(), a.IsLinkLocalUnicast(), a == netip.AddrFrom4([4]byte{255, 255, 255, 255}):
		// Link-local is where clouds keep what only the machine itself should ask for.
		return fault.New(fault.Unavailable, "mail.unreachable", "the mail server's address is none that mail is sent to")
	case plain && !a.IsLoopback():
		return fault.New(fault.Unavailable, "mail.no-tls", "without TLS only this machine's own mail server is used")
	}
	return nil
}
