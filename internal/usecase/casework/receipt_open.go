package casework

import (
	"context"
	"net/netip"
	"slices"

	"varn/internal/domain/audit"
	"varn/internal/domain/casefile"
	"varn/internal/domain/function"
	"varn/internal/domain/incident"
	"varn/internal/domain/measure"
	"varn/internal/domain/routing"
	"varn/internal/infra/store"
	"varn/internal/kit/clock"
	"varn/internal/kit/fault"
	"varn/internal/kit/keyring"
	"varn/internal/kit/seal"
)

// Followed is an event as whoever reported it sees it.
type Followed struct {
	ReceiptID string
	Role      casefile.ReceiptRole
	Created   clock.Stamp
	Views     []FollowedView
	// CanShare: the party has not got a view yet, and could.
	CanShare bool
}

// FollowedView is how one receiver's view stands.
type FollowedView struct {
	Ref      string
	Kind     routing.ViewKind
	Status   casefile.Status
	Outcome  casefile.Outcome
	Promised clock.Stamp // when the next contact was promised; 0: nothing is promised
	// Contacts are the functions that have it, the one that answers first.
	Contacts []Contact
	Messages []FollowedEntry
	Openings []FollowedOpening
	// Measures are what is done to protect them, for the person concerned alone.
	Measures []measure.Shown
	// What the reporter can still do.
	CanWithdraw, CanObject bool
	Withdrawn, Objected    bool
	Report                 *incident.Report
	// Filing is what the police would be told beside the report; without the name of whoever files.
	Filing *casefile.Filing
}

// FollowedEntry is one message or file of the dialogue.
type FollowedEntry struct {
	ID      string
	Mine    bool   // from whoever reported
	From    string // the function that answers
	Text    string
	File    *File
	Created clock.Stamp
	// Objected and TookBack: it is an objection, or that the report is taken back, perhaps with words.
	Objected, TookBack bool
}

// FollowedOpening is that somebody has opened the view: a function, never a name.
type FollowedOpening struct {
	Function string // empty: somebody who no longer holds one of the circle's functions
	Hour     clock.Stamp
}

// OpenReceipt opens an event by its receipt's code. A code that is unknown and one that was never
// given are one answer; an address can try only so many.
func (d *Desk) OpenReceipt(ctx context.Context, org, code string, from netip.Addr) (*Followed, error) {
	h, err := d.byCode(ctx, org, code, from)
	if err != nil {
		return nil, err
	}
	return d.follow(ctx, h)
}

// holding is a receipt at hand: its row and its private half.
type holding struct {
	k       *keyring.Keys
	row     casefile.Receipt
	private *seal.Private
}

// byCode finds a receipt by its code, and counts the try.
func (d *Desk) byCode(ctx context.Context, org, code string, from netip.Addr) (*holding, error) {
	k, err := d.Ring.Org(org)
	if err != nil {
		return nil, err
	}
	gate := d.receiptGate(k, from)
	if err := d.write(ctx, k, gate.count); err != nil {
		return nil, err
	}
	r, err := seal.ParseReceipt(code)
	if err != nil {
		return nil, fault.In("receipt", "receipt.mistyped")
	}
	h := &holding{k: k, private: r.Private(k.For(keyring.Receipts))}
	err = d.read(ctx, k, func(tx *store.Tx) (err error) {
		h.row, err = tx.VouchedReceipt(k, r.Lookup(k.For(keyring.Receipts)))
		return err
	})
	if fault.Is(err, fault.NotFound) {
		return nil, fault.New(fault.NotFound, "receipt.unknown")
	}
	return h, err
}

// follow lays open what the receipt may read. The opening is in the log before the first byte.
func (d *Desk) follow(ctx context.Context, h *holding) (*Followed, error) {
	out := &Followed{ReceiptID: h.row.ID, Role: h.row.Role, Created: h.row.Created}
	var t *town
	var tree store.Epoch
	var cases []casefile.Case
	if err := d.read(ctx, h.k, func(tx *store.Tx) (err error) {
		if t, err = d.townIn(tx, h.k); err != nil {
			return err
		}
		if tree, err = tx.Epoch(); err != nil {
			return err
		}
		cases, err = tx.CasesOfEvent(h.k, h.row.Event)
		return err
	}); err != nil {
		return nil, err
	}
	var cheaper []casefile.Echo
	for _, c := range cases {
		view, own, err := d.followView(ctx, h, t, c, tree.Generation)
		if err != nil {
			return nil, err
		}
		out.Views, cheaper = append(out.Views, view), append(cheaper, own...)
	}
	out.CanShare = !slices.ContainsFunc(out.Views, func(v FollowedView) bool { return v.Kind == routing.PartyView }) && t.couldShare(h.row, out)
	return out, d.write(ctx, h.k, func(tx *store.Tx) error {
		for _, e := range cheaper {
			if err := tx.Reecho(e); err != nil {
				return err
			}
		}
		if err := tx.SeeReceipt(h.row.ID, d.now().Minute()); err != nil {
			return err
		}
		for _, c := range cases {
			if err := tx.Log(audit.Entry{Actor: h.k.Tag(h.row.Person), Act: "receipt.open", Authority: c.Authority, Case: c.ID}); err != nil {
				return err
			}
		}
		return nil
	})
}

// couldShare tells whether there is a party to share with. Whoever reported for somebody else can't:
// it is for the one concerned to approve.
func (t *town) couldShare(r casefile.Receipt, f *Followed) bool {
	if len(f.Views) == 0 || f.Views[0].Report == nil {
		return false
	}
	told := f.Views[0].Report
	if r.Role == casefile.Reporter && (told.OnBehalfOf != "" || told.Concerned != "" && told.Concerned != r.Person) {
		return false
	}
	party := fold(t.house.profiles[r.Person].Party)
	if party == "" {
		return false
	}
	for _, fn := range t.functions {
		if fn.Kind == function.PartyContact && fold(t.cards[fn.ID].Party) == party {
			return true
		}
	}
	return len(t.leaders[party]) > 0
}
