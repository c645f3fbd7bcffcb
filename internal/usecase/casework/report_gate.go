package casework

import (
	"net/netip"
	"time"

	"varn/internal/domain/access"
	"varn/internal/infra/store"
	"varn/internal/kit/clock"
	"varn/internal/kit/fault"
	"varn/internal/kit/keyring"
	"varn/internal/kit/network"
)

const (
	// reportWindow is the time that reports are counted in.
	reportWindow = time.Minute
	// guestReports is how many reports one address without an account may send in it: an office
	// behind one address stays well under it. Whoever signs in is counted by themselves.
	guestReports = 120
	// ownReports is how many one person may send.
	ownReports = 60
	// guestDrafts is how many drafts one address may begin, and guestSaves how often it may store one: a
	// hall in which everybody reports at once stays well under both.
	guestDrafts = 240
	guestSaves  = 2400
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
	if s.Account() {
		return d.counted(k, "report", s.Person, ownReports)
	}
	return d.counted(k, "report guest", network.Of(from), guestReports)
}

// receiptGate counts the codes that an address tries.
func (d *Desk) receiptGate(k *keyring.Keys, from netip.Addr) gate {
	return d.counted(k, "receipt", network.Of(from), receiptTries)
}

// draftGate counts what an address without an account stores between the steps: drafts that it begins
// by themselves, since each is a leaf that must be destroyed.
func (d *Desk) draftGate(k *keyring.Keys, from netip.Addr, begins bool) gate {
	if begins {
		return d.counted(k, "draft", network.Of(from), guestDrafts)
	}
	return d.counted(k, "draft again", network.Of(from), guestSaves)
}

func (d *Desk) counted(k *keyring.Keys, kind, who string, most int64) gate {
	now := d.now()
	window := now - now%clock.Stamp(reportWindow/time.Microsecond)
	return gate{bucket: k.For(keyring.Rates).Tag(kind, who+" "+window.Time().UTC().Format(time.RFC3339)), most: most, now: now}
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
