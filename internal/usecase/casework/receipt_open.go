package casework

import (
	"context"
	"encoding/json"
	"net/netip"
	"slices"

	"varn/internal/domain/access"
	"varn/internal/domain/audit"
	"varn/internal/domain/casefile"
	"varn/internal/domain/function"
	"varn/internal/domain/incident"
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
	// What the reporter can still do.
	CanWithdraw, CanObject bool
	Withdrawn, Objected    bool
	Report                 *incident.Report
}

// FollowedEntry is one message or file of the dialogue.
type FollowedEntry struct {
	ID      string
	Mine    bool   // from whoever reported
	From    string // the function that answers
	Text    string
	File    *File
	Created clock.Stamp
}

// FollowedOpening is that somebody has opened the view: a function, never a name.
type FollowedOpening struct {
	Function string // empty: somebody who no longer holds one of the circle's functions
	Hour     clock.Stamp
}

// Contact (kontaktkort) is a function and how to reach it.
type Contact struct {
	Function string
	Name     string
	Phone    string
	Hours    string
	Mail     string
	// Substitute: somebody stands in for a holder who is away.
	Substitute bool
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
	var cases []casefile.Case
	if err := d.read(ctx, h.k, func(tx *store.Tx) (err error) {
		if t, err = d.townIn(tx, h.k); err != nil {
			return err
		}
		cases, err = tx.CasesOfEvent(h.k, h.row.Event)
		return err
	}); err != nil {
		return nil, err
	}
	var cheaper []casefile.Echo
	for _, c := range cases {
		view, own, err := d.followView(ctx, h, t, c)
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

func (d *Desk) followView(ctx context.Context, h *holding, t *town, c casefile.Case) (FollowedView, []casefile.Echo, error) {
	out := FollowedView{Ref: c.Ref, Kind: routing.ViewKind(c.View), Status: c.Status(), Outcome: casefile.Outcome(c.Outcome), CanWithdraw: c.CanWithdraw(),
		CanObject: c.State.Active() && (c.View == string(routing.EmployerView) || c.View == string(routing.MunicipalityView) || c.View == string(routing.PoliceView))}
	lid, err := d.coverOf(ctx, h.k, c)
	if err != nil {
		return out, nil, err
	}
	var items []casefile.Item
	var echoes []casefile.Echo
	err = d.read(ctx, h.k, func(tx *store.Tx) error {
		if items, err = tx.EchoedItems(h.row.ID, c.ID); err != nil {
			return err
		}
		if err := witnessSome(tx, h.k, items); err != nil {
			return err
		}
		if echoes, err = tx.Echoes(h.row.ID, c.ID); err != nil {
			return err
		}
		places, err := tx.VouchedPlaces(h.k, c.ID)
		if err != nil {
			return err
		}
		out.Contacts = t.contacts(places, c.Responsible, d.now())
		if out.Openings, err = d.openingsFor(tx, h.k, t, c, places); err != nil {
			return err
		}
		deadlines, err := tx.Deadlines(c.ID)
		for _, dl := range deadlines {
			if dl.Kind == string(casefile.ContactDue) && dl.Done == 0 {
				out.Promised = dl.Due
			}
		}
		return err
	})
	if err != nil {
		return out, nil, err
	}
	cheaper, err := out.lay(h, t, lid, echoed{items, echoes})
	return out, cheaper, err
}

// witnessSome holds items against their MACs and the log.
func witnessSome(tx *store.Tx, k *keyring.Keys, items []casefile.Item) error {
	rows := make([]audit.Row, len(items))
	for i, it := range items {
		if err := k.Check(it.MAC, it.Who(), "item "+it.ID); err != nil {
			return err
		}
		rows[i] = itemRow(it)
	}
	return store.CheckRows(tx, rows)
}

// echoed is what a receipt may read in one view.
type echoed struct {
	items  []casefile.Item
	echoes []casefile.Echo
}

// lay opens the echoed items with the receipt's private half.
func (v *FollowedView) lay(h *holding, t *town, lid cover, in echoed) ([]casefile.Echo, error) {
	by := map[string]casefile.Echo{}
	for _, e := range in.echoes {
		by[e.Item] = e
	}
	var cheaper []casefile.Echo
	for _, it := range in.items {
		e := by[it.ID]
		var err error
		if e.Wrap, err = lid.open(e.Wrap, e.AD()); err != nil {
			return nil, err
		}
		raw, err := e.Open(h.private)
		if err != nil {
			return nil, fault.Wrap(fault.Internal, "fault.tampered", err)
		}
		data, err := seal.KeyFrom(raw)
		if err != nil {
			return nil, err
		}
		plain, err := data.OpenBody(it.Body, it.AD())
		if err != nil {
			return nil, fault.Wrap(fault.Internal, "fault.tampered", err)
		}
		if e.Kind != casefile.WrapOwn {
			own := e.Closed(h.private, raw)
			own.Wrap = lid.close(own.Wrap, own.AD())
			cheaper = append(cheaper, own)
		}
		if err := v.show(t, it, plain); err != nil {
			return nil, err
		}
	}
	return cheaper, nil
}

func (v *FollowedView) show(t *town, it casefile.Item, plain []byte) error {
	entry := FollowedEntry{ID: it.ID, Created: it.Created}
	switch it.Kind {
	case casefile.Report:
		var told casefile.Told
		if err := json.Unmarshal(plain, &told); err != nil {
			return err
		}
		r, err := incident.Decode(told.Report)
		v.Report = &r
		return err
	case casefile.Attachment:
		var f casefile.File
		if err := json.Unmarshal(plain, &f); err != nil {
			return err
		}
		entry.Mine, entry.File = true, &File{Name: f.Name, Type: f.Type, Size: f.Size, SHA256: f.SHA256}
	default:
		var text casefile.Text
		if err := json.Unmarshal(plain, &text); err != nil {
			return err
		}
		entry.Mine, entry.Text, entry.From = text.Reporter, text.Text, t.cards[text.As].Name
		v.Withdrawn = v.Withdrawn || it.Kind == casefile.Withdrawal
		v.Objected = v.Objected || it.Kind == casefile.Objection
	}
	v.Messages = append(v.Messages, entry)
	return nil
}

// contacts are the cards of the functions that sit in a circle, the one that answers first.
func (t *town) contacts(places []casefile.Place, responsible string, now clock.Stamp) []Contact {
	var out []Contact
	for _, p := range places {
		if p.Kind != casefile.ByFunction || !p.Seat().Holds(now) {
			continue
		}
		c := t.contact(p.Member)
		if p.Member == responsible {
			out = append([]Contact{c}, out...)
		} else {
			out = append(out, c)
		}
	}
	return out
}

func (t *town) contact(functionID string) Contact {
	card := t.cards[functionID]
	c := Contact{Function: functionID, Name: card.Name, Phone: card.Phone, Hours: card.Hours, Mail: card.Mail}
	for _, h := range t.house.holders[functionID] {
		c.Substitute = c.Substitute || h.DeputyFor != ""
	}
	return c
}

// openingsFor tells which functions have opened a view: an hour for each, the newest first.
func (d *Desk) openingsFor(tx *store.Tx, k *keyring.Keys, t *town, c casefile.Case, places []casefile.Place) ([]FollowedOpening, error) {
	entries, err := store.LogOf(tx, c.ID, 0, openingsPage)
	if err != nil {
		return nil, err
	}
	by := map[string]string{}
	for _, p := range places {
		for _, s := range t.house.holders[p.Member] {
			if by[k.Tag(s.Person)] == "" {
				by[k.Tag(s.Person)] = t.cards[p.Member].Name
			}
		}
	}
	for _, p := range places { // who sits there by themselves acts for a function too
		if p.Kind == casefile.ByPerson && by[k.Tag(p.Member)] == "" {
			by[k.Tag(p.Member)] = t.actsFor(p.Member)
		}
	}
	var out []FollowedOpening
	seen := map[FollowedOpening]bool{}
	for _, e := range entries {
		if e.Act != "case.open" && e.Act != "file.open" {
			continue
		}
		one := FollowedOpening{Function: by[e.Actor], Hour: e.Hour}
		if !seen[one] {
			seen[one] = true
			out = append(out, one)
		}
	}
	return out, nil
}

// actsFor names a function that somebody holds; empty when they hold none.
func (t *town) actsFor(personID string) string {
	for _, f := range t.functions {
		if t.holds(f.ID, personID) {
			return t.cards[f.ID].Name
		}
	}
	return ""
}

// OwnReport is a line of a signed-in person's own reports.
type OwnReport struct {
	ReceiptID string
	Role      casefile.ReceiptRole
	Created   clock.Stamp
	Status    casefile.Status // of the view that answers
	Refs      []string
}

// OwnReports lists what the subject has reported, or what others have reported for them.
func (d *Desk) OwnReports(ctx context.Context, s *access.Session) ([]OwnReport, error) {
	k, err := d.keys(s)
	if err != nil {
		return nil, err
	}
	const most = 100
	var out []OwnReport
	err = d.read(ctx, k, func(tx *store.Tx) error {
		rows, err := tx.VouchedReceiptsBy(k, s.Person, most)
		if err != nil {
			return err
		}
		for _, r := range rows {
			one := OwnReport{ReceiptID: r.ID, Role: r.Role, Created: r.Created}
			cases, err := tx.CasesOfEvent(k, r.Event)
			if err != nil {
				return err
			}
			for i, c := range cases {
				if i == 0 {
					one.Status = c.Status()
				}
				one.Refs = append(one.Refs, c.Ref)
			}
			out = append(out, one)
		}
		return nil
	})
	return out, err
}

// OpenOwn opens a report of the subject's own: the code lies sealed to their key.
func (d *Desk) OpenOwn(ctx context.Context, s *access.Session, receiptID string) (*Followed, error) {
	h, err := d.own(ctx, s, receiptID)
	if err != nil {
		return nil, err
	}
	return d.follow(ctx, h)
}

func (d *Desk) own(ctx context.Context, s *access.Session, receiptID string) (*holding, error) {
	k, err := d.keys(s)
	if err != nil {
		return nil, err
	}
	if !s.May(access.ScopeReadCases) {
		return nil, fault.New(fault.Denied, "fault.scope")
	}
	h := &holding{k: k}
	if err := d.read(ctx, k, func(tx *store.Tx) (err error) {
		h.row, err = tx.VouchedReceipt(k, receiptID)
		return err
	}); err != nil {
		return nil, err
	}
	if h.row.Person != s.Person || h.row.Wrap.IsZero() {
		return nil, fault.New(fault.NotFound, "fault.not-found")
	}
	if !s.Unlocked() {
		return nil, fault.New(fault.Denied, "fault.locked")
	}
	raw, err := s.Key.Unwrap(h.row.Wrap, h.row.WrapAD())
	if err != nil {
		return nil, fault.New(fault.Denied, "receipt.lost-key")
	}
	code, err := seal.ParseReceipt(string(raw))
	if err != nil {
		return nil, fault.Wrap(fault.Internal, "fault.tampered", err)
	}
	h.private = code.Private(k.For(keyring.Receipts))
	return h, nil
}
