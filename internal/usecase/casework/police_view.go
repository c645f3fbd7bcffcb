package casework

import (
	"context"
	"encoding/json"

	"varn/internal/domain/access"
	"varn/internal/domain/casefile"
	"varn/internal/domain/incident"
	"varn/internal/domain/routing"
	"varn/internal/infra/store"
	"varn/internal/kit/fault"
)

// MakePoliceView makes the view of an event that goes to the police: a package sealed to whoever
// files it, since the police have no account here. It holds what was told and the files; whoever
// reported sees that it was made and what it holds, and can object.
func (d *Desk) MakePoliceView(ctx context.Context, s *access.Session, ref string, filing casefile.Filing) (made string, err error) {
	v, err := d.enter(ctx, s, ref, access.Open)
	if err != nil {
		return "", err
	}
	filing = filing.Tidy()
	filing.Author = s.Person
	switch {
	case noTokenFor(s):
		return "", fault.New(fault.Denied, "fault.token-members")
	case v.c.Event == "" || v.c.View == string(routing.PartyView) || v.c.View == string(routing.PoliceView):
		return "", fault.New(fault.Conflict, "case.no-police")
	}
	if err := v.owns(s); err != nil {
		return "", err
	}
	var items []casefile.Item
	var receipts []casefile.Receipt
	var t *town
	var files []*original
	if err := d.read(ctx, v.k, func(tx *store.Tx) error {
		if items, err = tx.OpenBody(v.grant, v.c.ID); err != nil {
			return err
		}
		if err := witness(tx, v, items); err != nil {
			return err
		}
		if receipts, err = tx.VouchedReceiptsOf(v.k, v.c.Event); err != nil {
			return err
		}
		if files, err = v.originals(tx, items); err != nil {
			return err
		}
		t, err = d.townIn(tx, v.k)
		return err
	}); err != nil {
		return "", err
	}
	contents, err := v.forPolice(items, files, filing)
	if err != nil {
		return "", err
	}
	e, err := v.c.Excluded(v.k)
	if err != nil {
		return "", err
	}
	built, err := d.build(ctx, v.k, t.house, blueprint{by: s.Person, exclusion: e, contents: contents, members: []Member{{Kind: casefile.ByPerson, ID: s.Person}},
		c: casefile.Case{Authority: v.c.Authority, State: casefile.Received, Event: v.c.Event, View: string(routing.PoliceView), Unit: v.c.Unit,
			Responsible: s.Person, Handler: s.Person, Urgency: v.c.Urgency}})
	if err != nil {
		return "", err
	}
	var keys []receiptKey
	for _, r := range receipts {
		keys = append(keys, receiptKey{row: r})
	}
	echoes, err := echoAll(built, keys)
	if err != nil {
		return "", err
	}
	store.Declare(ctx, built.c.Ref)
	return built.c.Ref, d.write(ctx, v.k, func(tx *store.Tx) error { return d.enterPolice(tx, v, built, echoes, receipts) })
}

// forPolice are the contents of the package: title, what was told, what whoever files has written, and
// the files with where each came from.
func (v *visit) forPolice(items []casefile.Item, files []*original, filing casefile.Filing) ([]sealed, error) {
	var out []sealed
	var private []string
	for _, it := range items {
		key := v.keys[it.KeyVersion]
		if key == nil || it.Kind != casefile.Title && it.Kind != casefile.Report {
			continue
		}
		plain, _, err := v.cover.openItem(key, it)
		if err != nil {
			return nil, err
		}
		if it.Kind == casefile.Report {
			var contact string
			if plain, contact, err = seenByPolice(plain, filing); err != nil {
				return nil, err
			}
			private = append(private, contact)
		}
		out = append(out, sealed{kind: it.Kind, body: plain})
	}
	if err := filing.Check(private...); err != nil {
		return nil, err
	}
	body, err := json.Marshal(filing)
	if err != nil {
		return nil, err
	}
	out = append(out, sealed{kind: casefile.PoliceFiling, body: body})
	for _, o := range files {
		if o.card != nil && o.card.Kind == casefile.Derived {
			continue // a copy that somebody has made proves nothing
		}
		row, err := v.lay(o)
		if err != nil {
			return nil, err
		}
		o.file.From = &casefile.Copy{Row: row, Custody: o.custody, Card: o.card}
		if body, err = json.Marshal(o.file); err != nil {
			return nil, err
		}
		out = append(out, sealed{kind: casefile.Attachment, body: body})
	}
	return out, nil
}

// seenByPolice is the report as the police get it: without who may not know, without the way to the
// person concerned that is theirs alone, and without what they told in confidence of how they are,
// unless they have said yes. It gives that private way too.
func seenByPolice(plain []byte, filing casefile.Filing) ([]byte, string, error) {
	var told casefile.Told
	if err := json.Unmarshal(plain, &told); err != nil {
		return nil, "", err
	}
	r, err := incident.Decode(told.Report)
	if err != nil {
		return nil, "", err
	}
	r = routing.PoliceView.Seen(r, "")
	private := r.Contact
	r.Exclude, r.Contact = "", ""
	if !filing.Health {
		r.InjuryPhysical, r.InjuryMental, r.Consequences, r.Answers = false, false, nil, nil
	}
	if told.Report, err = r.Encode(); err != nil {
		return nil, "", err
	}
	told.Steps, told.Rule, told.Law = nil, "", nil
	body, err := json.Marshal(told)
	return body, private, err
}

// enterPolice writes the package, once for each event.
func (d *Desk) enterPolice(tx *store.Tx, v *visit, built composed, echoes []casefile.Echo, receipts []casefile.Receipt) error {
	all, err := tx.CasesOfEvent(v.k, v.c.Event)
	if err != nil {
		return err
	}
	for _, c := range all {
		if c.View == string(routing.PoliceView) {
			return fault.New(fault.Conflict, "case.no-police")
		}
	}
	rows, err := enterComposed(tx, built)
	if err != nil {
		return err
	}
	for _, e := range echoes {
		if err := tx.InsertEcho(e); err != nil {
			return err
		}
	}
	// Whoever reported can write to this view too, and only the one who files would read it.
	if err := d.tellAlone(tx, v.k, built); err != nil {
		return err
	}
	for _, r := range receipts {
		if err := d.notify(tx, r.Person, "report.answer", ""); err != nil {
			return err
		}
	}
	return tx.Log(entry(v.k, v.grant.Person(), "case.police", built.c, rows...))
}
