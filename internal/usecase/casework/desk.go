// Package casework opens cases, adds to them, lets their circle in and keeps everybody else out.
package casework

import (
	"cmp"
	"context"
	"encoding/json"

	"varn/internal/domain/access"
	"varn/internal/domain/assessment"
	"varn/internal/domain/audit"
	"varn/internal/domain/casefile"
	"varn/internal/infra/blob"
	"varn/internal/infra/hook"
	"varn/internal/infra/jail"
	"varn/internal/infra/keyplace"
	"varn/internal/infra/mailauth"
	"varn/internal/infra/store"
	"varn/internal/kit/clock"
	"varn/internal/kit/fault"
	"varn/internal/kit/ident"
	"varn/internal/kit/keyring"
	"varn/internal/kit/locale"
	"varn/internal/kit/seal"
)

// Desk does the acts of this package.
type Desk struct {
	DB    *store.DB
	Ring  *keyring.Ring
	Clock clock.Clock
	Blob  blob.Place
	Keys  *keyplace.Place
	Texts *locale.Texts
	Hook  *hook.Caller
	Jail  *jail.Runner // makes previews
	// Signatures checks mail anew; nil: it can't be done here.
	Signatures *mailauth.Checker
	// Packs are the indicator sets that can be chosen: our own first.
	Packs []assessment.Pack

	writers writers
	pool    leafPool
	leaves  leafCache
	towns   towns

	readings readings
}

func (d *Desk) now() clock.Stamp { return clock.Of(d.Clock.Now()) }

func (d *Desk) keys(s *access.Session) (*keyring.Keys, error) {
	if s == nil || s.Kind == access.Guest {
		return nil, fault.New(fault.Denied, "fault.sign-in")
	}
	return d.Ring.Org(s.Org)
}

// anyone is keys for acts that a guest may do too: to write a draft, send a file and report.
func (d *Desk) anyone(s *access.Session) (*keyring.Keys, error) {
	if s == nil {
		return nil, fault.New(fault.Denied, "fault.sign-in")
	}
	return d.Ring.Org(s.Org)
}

func (d *Desk) read(ctx context.Context, k *keyring.Keys, fn func(*store.Tx) error) error {
	return d.DB.Org(k.Org).Read(ctx, fn)
}

func (d *Desk) write(ctx context.Context, k *keyring.Keys, fn func(*store.Tx) error) error {
	return d.DB.Org(k.Org).Write(ctx, fn)
}

// notify leaves a notice within the transaction that makes it true.
func (d *Desk) notify(tx *store.Tx, personID, kind, ref string) error {
	if personID == "" {
		return nil
	}
	return tx.InsertNotice(store.Notice{ID: ident.New(), Person: personID, Kind: kind, Ref: ref, Created: d.now()})
}

// tries is how often an act is begun anew when somebody else's change has overtaken it.
const tries = 4

// again runs an act until no other change has overtaken it, at most a few times.
func again(act func() error) error {
	var err error
	for range tries {
		if err = act(); !fault.Is(err, fault.Conflict) || fault.Of(err).Code != "fault.changed" {
			return err
		}
	}
	return err
}

// entry is what the log keeps of an act on a case.
func entry(k *keyring.Keys, actor, act string, c casefile.Case, rows ...audit.Row) audit.Entry {
	n := c.Items
	return audit.Entry{Actor: k.Tag(actor), Act: act, Authority: c.Authority, Case: c.ID, Rows: rows, Count: &n}
}

func caseRow(c casefile.Case) audit.Row {
	return audit.Row{Kind: "case", ID: c.ID, Hash: c.Who().Hash()}
}

func placeRow(p casefile.Place) audit.Row {
	return audit.Row{Kind: "place", ID: p.ID, Hash: p.Who().Hash()}
}

func itemRow(i casefile.Item) audit.Row {
	return audit.Row{Kind: "item", ID: i.ID, Hash: i.Hash()}
}

// bump gives a case's row its next version and MAC; the caller has set what is new.
func (d *Desk) bump(k *keyring.Keys, c casefile.Case) casefile.Case {
	c.Version++
	c.Changed = d.now()
	c.MAC = k.Vouch(c.Who())
	return c
}

// openName opens what lies sealed under the organisation's key for names.
func openName(k *keyring.Keys, b seal.Box, ad seal.AD, into any) error {
	raw, err := k.For(keyring.Names).OpenPadded(b, ad)
	if err != nil {
		return fault.Wrap(fault.Internal, "fault.tampered", err)
	}
	return json.Unmarshal(raw, into)
}

func compare(a, b string) int { return cmp.Compare(a, b) }
