package hook

import (
	"context"
	"crypto/x509"
	"errors"
	"net"
	"net/netip"
	"os"
	"syscall"

	"varn/internal/kit/fault"
	"varn/internal/kit/network"
)

// dialer refuses addresses that no receiver of an organisation has: what a name resolves to is
// looked at when it is dialled, so that it can't be another a moment later. Private networks are
// allowed, since that is where a municipality's telephony and register stand.
func dialer(plain bool) *net.Dialer {
	return &net.Dialer{Timeout: patience, Control: func(_, address string, _ syscall.RawConn) error {
		at, err := netip.ParseAddrPort(address)
		if err != nil {
			return fault.New(fault.Unavailable, "hook.unreachable")
		}
		return allowed(at.Addr(), plain)
	}}
}

func allowed(a netip.Addr, plain bool) error {
	a = network.Inner(a)
	switch {
	case a.IsUnspecified(), a.IsMulticast(), a.IsLinkLocalUnicast(), metadata(a):
		return fault.New(fault.Unavailable, "hook.address", "the hook's address is none that calls are made to")
	case plain && !a.IsLoopback():
		return fault.New(fault.Unavailable, "hook.no-tls", "without TLS only this machine is called")
	}
	return nil
}

// metadata are the addresses at which clouds keep what only the machine itself should ask for, and
// that are not link-local.
func metadata(a netip.Addr) bool {
	switch a.String() {
	case "fd00:ec2::254", "fd20:ce::254", "100.100.100.200", "168.63.129.16", "192.0.0.192", "255.255.255.255":
		return true
	}
	return false
}

// failed keeps what went wrong and drops what the receiver said.
func failed(err error) error {
	var f *fault.Error
	var unknown x509.UnknownAuthorityError
	var name x509.HostnameError
	var invalid x509.CertificateInvalidError
	switch {
	case errors.As(err, &f):
		return f
	case errors.As(err, &unknown), errors.As(err, &name), errors.As(err, &invalid):
		return fault.New(fault.Unavailable, "hook.certificate")
	case errors.Is(err, context.DeadlineExceeded), errors.Is(err, os.ErrDeadlineExceeded):
		return fault.New(fault.Unavailable, "hook.slow")
	}
	return fault.New(fault.Unavailable, "hook.unreachable")
}
