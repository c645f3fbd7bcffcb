package casework

import (
	"context"
	"encoding/json"
	"net/netip"
	"slices"
	"strings"

	"varn/internal/domain/access"
	"varn/internal/domain/audit"
	"varn/internal/domain/casefile"
	"varn/internal/domain/incident"
	"varn/internal/domain/routing"
	"varn/internal/infra/store"
	"varn/internal/kit/fault"
	"varn/internal/kit/seal"
)

// ReceiptAct is something that whoever reported does afterwards: by the receipt's code, or signed in
// by the receipt's id.
type ReceiptAct struct {
	Org  string
	Code string
	From netip.Addr

	Session   *access.Session
	ReceiptID string

	// Ref is the view that it concerns; Text what they write; Uploads finished uploads.
	Ref     string
	Text    string
	Uploads []string
}

func (d *Desk) holding(ctx context.Context, a ReceiptAct) (*holding, error) {
	if a.ReceiptID != "" {
		return d.own(ctx, a.Session, a.ReceiptID)
	}
	return d.byCode(ctx, a.Org, a.Code, a.From)
}

// SayByReceipt adds a message, and perhaps files, to a view. It is taken also when the view is
// closed: its circle is told.
func (d *Desk) SayByReceipt(ctx context.Context, a ReceiptAct) error {
	h, err := d.holding(ctx, a)
	if err != nil {
		return err
	}
	var in []sealed
	if strings.TrimSpace(a.Text) != "" || len(a.Uploads) == 0 {
		one, err := said(casefile.Message, h, a.Text)
		if err != nil {
			return err
		}
		in = append(in, one)
	}
	s := a.Session
	if s == nil {
		s = access.GuestOf(h.k.Org, "")
	}
	files, err := d.reportFiles(ctx, h.k, s, a.Uploads)
	if err != nil {
		return err
	}
	return d.addByReceipt(ctx, h, a.Ref, "receipt.say", append(in, files...))
}

// ObjectByReceipt logs that the person concerned objects to a view. Duties that wait for nobody
// (AML 3:3 a) go on; the circle answers.
func (d *Desk) ObjectByReceipt(ctx context.Context, a ReceiptAct) error {
	return d.declareByReceipt(ctx, a, casefile.Objection, "report.object")
}

// WithdrawByReceipt tells a view's circle that the report is taken back. The circle closes it; what
// was received stays registered.
func (d *Desk) WithdrawByReceipt(ctx context.Context, a ReceiptAct) error {
	return d.declareByReceipt(ctx, a, casefile.Withdrawal, "report.withdraw")
}

func (d *Desk) declareByReceipt(ctx context.Context, a ReceiptAct, kind casefile.ItemKind, act string) error {
	h, err := d.holding(ctx, a)
	if err != nil {
		return err
	}
	one, err := said(kind, h, a.Text)
	if err != nil {
		return err
	}
	return d.addByReceipt(ctx, h, a.Ref, act, []sealed{one})
}

// said is a text from whoever reported. A withdrawal or an objection needs no words.
func said(kind casefile.ItemKind, h *holding, text string) (sealed, error) {
	if kind == casefile.Message || strings.TrimSpace(text) != "" {
		if err := casefile.CheckText("text", text, casefile.MaxMessage); err != nil {
			return sealed{}, err
		}
	}
	body, err := json.Marshal(casefile.Text{Reporter: true, Text: strings.TrimSpace(text)})
	return sealed{kind: kind, body: body}, err
}

// addByReceipt seals items to a view with nobody of its circle present: by the public half, and with
// an echo for the one who writes.
func (d *Desk) addByReceipt(ctx context.Context, h *holding, ref, act string, in []sealed) error {
	return again(func() error {
		v, t, err := d.viewOf(ctx, h, ref)
		if err != nil {
			return err
		}
		turn, err := d.turnKey(ctx, v)
		if err != nil {
			return err
		}
		items := make([]casefile.Item, len(in))
		all := slices.Clone(in)
		for i, one := range in {
			it, echo, err := v.sealByReceipt(h, newItem(v.c, one.kind, d.now()), one.body)
			if err != nil {
				return err
			}
			items[i] = it
			all[i].with = d.withEchoes(one.with, []casefile.Receipt{{}}, []casefile.Echo{echo})
		}
		trails, err := d.trails(ctx, h.k, v.c, in)
		if err != nil {
			return err
		}
		return d.write(ctx, h.k, func(tx *store.Tx) error {
			if err := d.enterItems(tx, v, adding{turn: turn, items: items, in: all, trails: trails}); err != nil {
				return err
			}
			if err := d.tellCircle(tx, v, t, "report.more"); err != nil {
				return err
			}
			return tx.Log(audit.Entry{Actor: h.k.Tag(h.row.Person), Act: act, Authority: v.c.Authority, Case: v.c.ID})
		})
	})
}

// viewOf finds a view of the receipt's own event.
func (d *Desk) viewOf(ctx context.Context, h *holding, ref string) (*visit, *town, error) {
	v := &visit{k: h.k, keys: map[int64]*seal.CaseKey{}}
	var t *town
	var tree store.Epoch
	err := d.read(ctx, h.k, func(tx *store.Tx) (err error) {
		if t, err = d.townIn(tx, h.k); err != nil {
			return err
		}
		if tree, err = tx.Epoch(); err != nil {
			return err
		}
		if ref == "" { // the view that answers
			all, err := tx.CasesOfEvent(h.k, h.row.Event)
			if err != nil || len(all) == 0 {
				return err
			}
			ref = all[0].Ref
		}
		if v.c, err = tx.VouchedCase(h.k, ref); err != nil {
			return err
		}
		if v.c.Event != h.row.Event {
			return fault.New(fault.NotFound, "fault.not-found")
		}
		v.places, err = tx.VouchedPlaces(h.k, v.c.ID)
		return err
	})
	if err != nil {
		return nil, nil, err
	}
	v.cover, err = d.coverOf(ctx, h.k, v.c, tree.Generation)
	return v, t, err
}

// sealByReceipt closes an item for the circle, and its data key for the one who writes it.
func (v *visit) sealByReceipt(h *holding, it casefile.Item, body []byte) (casefile.Item, casefile.Echo, error) {
	it, data, err := v.sealAway(it, body)
	if err != nil {
		return it, casefile.Echo{}, err
	}
	e, err := receiptKey{h.row, h.private}.echo(sealer{k: h.k, cover: v.cover}, it, data)
	return it, e, err
}

// tellCircle leaves a notice with everybody who sits in a circle.
func (d *Desk) tellCircle(tx *store.Tx, v *visit, t *town, kind string) error {
	told := map[string]bool{}
	for _, p := range v.places {
		if !p.Seat().Holds(d.now()) {
			continue
		}
		for _, id := range t.house.whoIs(p) {
			if told[id] {
				continue
			}
			told[id] = true
			if err := d.notify(tx, id, kind, v.c.Ref); err != nil {
				return err
			}
		}
	}
	return nil
}

// ShareWithParty makes the party's view of an event, later than the report. approved is exactly what
// the party reads; it can't be un-sent.
func (d *Desk) ShareWithParty(ctx context.Context, a ReceiptAct, approved string) (ref string, err error) {
	h, err := d.holding(ctx, a)
	if err != nil {
		return "", err
	}
	if err := casefile.CheckText("party_text", approved, incident.MaxNarrative); err != nil {
		return "", err
	}
	seen, err := d.follow(ctx, h)
	if err != nil {
		return "", err
	}
	if !seen.CanShare || seen.Views[0].Report == nil {
		return "", fault.New(fault.Conflict, "report.no-party")
	}
	r := *seen.Views[0].Report
	r.ShareWithParty = true
	v, t, err := d.viewOf(ctx, h, seen.Views[0].Ref)
	if err != nil {
		return "", err
	}
	barred, err := v.c.Excluded(h.k)
	if err != nil {
		return "", err
	}
	r.Exclude = strings.Join(barred.Words, "\n")
	f, err := d.partyView(ctx, h, t, NewReport{Report: r, PartyText: strings.TrimSpace(approved)})
	if err != nil {
		return "", err
	}
	return f.views[0].made.c.Ref, d.write(ctx, h.k, func(tx *store.Tx) error {
		now, err := tx.CasesOfEvent(h.k, f.event)
		if err != nil {
			return err
		}
		if slices.ContainsFunc(now, func(c casefile.Case) bool { return c.View == string(routing.PartyView) }) {
			return fault.New(fault.Conflict, "report.no-party")
		}
		return d.enterView(tx, h.k, f, f.views[0], false)
	})
}

// partyView seals the party's view of an event that was reported before.
func (d *Desk) partyView(ctx context.Context, h *holding, t *town, v NewReport) (*filing, error) {
	by := &access.Session{Org: h.k.Org, Kind: access.Browser, Person: h.row.Person}
	plan, e, err := t.route(h.k, by, v.Report, d.now())
	if err != nil {
		return nil, err
	}
	view, ok := plan.View(routing.PartyView)
	if !ok || view.Empty() {
		return nil, fault.New(fault.Conflict, "report.no-party")
	}
	f := &filing{town: t, plan: plan, event: h.row.Event, by: by}
	one, err := d.sealView(ctx, h.k, f, view, viewing{v: v, exclusion: e, keys: []receiptKey{{h.row, h.private}}})
	if err != nil {
		return nil, err
	}
	f.views = []*filedView{one}
	return f, nil
}
