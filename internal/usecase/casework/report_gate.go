package casework

import (
	"net/netip"
	"time"

	"varn/internal/domain/access"
	"varn/internal/infra/store"
	"varn/internal/kit/clock"
	"varn/internal/kit/fault"
	"varn/internal/kit/keyring"
)

const (
	// reportWindow is the time that reports are counted in.
	reportWindow = time.Minute
	// guestReports is how many reports one address without an account may send in it: an office
	// behind one address stays well under it. Whoever signs in is counted by themselves.
	guestReports = 120
	// ownReports is how many one person may send.
	ownReports = 60
	// receiptTries is how many codes one address may try.
	receiptTries = 60
)

// gate counts what one sender does. The bucket's name is an HMAC tag that changes with every window:
// the table tells neither who sent nor that two windows were the same sender.
type gate struct {
	bucket string
	most   int64
	now    clock.Stamp
}

func (d *Desk) gate(k *keyring.Keys, s *access.Session, from netip.Addr) gate {
	now := d.now()
	window := now - now%clock.Stamp(reportWindow/time.Microsecond)
	kind, who, most := "report guest", network(from), int64(guestReports)
	if s.Account() {
		kind, who, most = "report", s.Person, ownReports
	}
	return gate{bucket: k.For(keyring.Rates).Tag(kind, who+" "+window.Time().UTC().Format(time.RFC3339)), most: most, now: now}
}

// receiptGate counts the codes that an address tries.
func (d *Desk) receiptGate(k *keyring.Keys, from netip.Addr) gate {
	g := d.gate(k, nil, from)
	window := g.now - g.now%clock.Stamp(reportWindow/time.Microsecond)
	g.bucket = k.For(keyring.Rates).Tag("receipt", network(from)+" "+window.Time().UTC().Format(time.RFC3339))
	g.most = receiptTries
	return g
}

// ask refuses when the window is full, before anything costly is done.
func (g gate) ask(tx *store.Tx) error {
	n, err := tx.Counted(g.bucket, g.now.Add(-2*reportWindow))
	if err == nil && n >= g.most {
		err = fault.New(fault.Busy, "report.busy")
	}
	return err
}

// count counts one more, in the transaction that it is about.
func (g gate) count(tx *store.Tx) error {
	n, err := tx.Count(g.bucket, 1, g.now.Add(-2*reportWindow), g.now)
	if err == nil && n > g.most {
		err = fault.New(fault.Busy, "report.busy")
	}
	return err
}

// network is whose an address is: one IPv4 address, or an IPv6 subscriber's 64 bits.
func network(a netip.Addr) string {
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
