package casework

import (
	"context"
	"encoding/json"
	"net/netip"

	"varn/internal/domain/access"
	"varn/internal/domain/casefile"
	"varn/internal/domain/incident"
	"varn/internal/domain/routing"
	"varn/internal/infra/store"
	"varn/internal/kit/clock"
	"varn/internal/kit/fault"
	"varn/internal/kit/ident"
	"varn/internal/kit/keyring"
	"varn/internal/kit/seal"
)

// NewReport is a report that somebody sends.
type NewReport struct {
	incident.Report
	// Named: a signed-in reporter gives their name with it.
	Named bool
	// PartyText is what the party may read, as the reporter approved it; empty: the narrative.
	PartyText string
	// Uploads are the addresses' secrets of finished uploads.
	Uploads []string
	// Draft is the secret of the draft that it was written in.
	Draft string
	// From is the reporter's own address, for the limit alone.
	From netip.Addr
}

// Filed is what a reporter is told: the references of the views, and the code of the receipt, which
// is nowhere else.
type Filed struct {
	Ref     string         `json:"ref"`
	Receipt string         `json:"receipt"`
	Steps   []routing.Step `json:"-"`
}

// FileReport (rapportera) takes a report. The order, with the reasons in docs/walks/report.md:
//
//  1. the limit is asked, so that a flood costs little;
//  2. the report is checked, with the unit's own questions;
//  3. routing decides who gets it, and who may not know;
//  4. the receipt's code is drawn;
//  5. each view is sealed to its own circle, with what that circle needs;
//  6. everything is written in one transaction: cases, circles, receipt, register, deadlines,
//     whom to wake, log;
//  7. only then is the code given.
//
// A guest needs no key, since sealing needs none of the sender's.
func (d *Desk) FileReport(ctx context.Context, s *access.Session, v NewReport) (Filed, error) {
	k, err := d.anyone(s)
	if err != nil {
		return Filed{}, err
	}
	if s.Kind == access.Token && !s.May(access.ScopeSend) {
		return Filed{}, fault.New(fault.Denied, "fault.scope")
	}
	gate := d.gate(k, s, v.From)
	var t *town
	if err := d.read(ctx, k, func(tx *store.Tx) error {
		if err := gate.ask(tx); err != nil {
			return err
		}
		t, err = d.townIn(tx, k)
		return err
	}); err != nil {
		return Filed{}, err
	}
	v.Report = v.Report.Tidy()
	if err := t.check(v, d.now()); err != nil {
		return Filed{}, err
	}
	f, err := d.prepare(ctx, k, t, s, v)
	if err != nil {
		return Filed{}, err
	}
	answer, err := json.Marshal(f.filed)
	if err != nil {
		return Filed{}, err
	}
	store.Declare(ctx, string(answer))
	err = d.write(ctx, k, func(tx *store.Tx) error {
		if err := gate.count(tx); err != nil {
			return err
		}
		return d.enterReport(tx, k, f, v)
	})
	if err != nil {
		return Filed{}, err
	}
	if v.Draft != "" {
		_, _ = d.Destroy(ctx, k.Org) // at the next sweep, if not now
	}
	return f.filed, nil
}

// check tells what must be mended in a report.
func (t *town) check(v NewReport, now clock.Stamp) error {
	if _, ok := t.units[v.Unit]; v.Unit != "" && !ok {
		return fault.In("unit", "field.choose")
	}
	if n := len([]rune(v.PartyText)); n > incident.MaxNarrative {
		return fault.In("party_text", "field.too-long", incident.MaxNarrative)
	}
	return v.Report.Check(incident.Options{ActorGroups: t.routing.ActorGroups, Questions: t.unitRules[v.Unit].Questions, Now: now})
}

// filing is a report that is sealed and not yet written.
type filing struct {
	town     *town
	plan     routing.Plan
	event    string
	by       *access.Session
	views    []*filedView
	receipts []casefile.Receipt
	filed    Filed
}

// prepare routes and seals.
func (d *Desk) prepare(ctx context.Context, k *keyring.Keys, t *town, s *access.Session, v NewReport) (*filing, error) {
	plan, e, err := t.route(k, s, v.Report, d.now())
	if err != nil {
		return nil, err
	}
	f := &filing{town: t, plan: plan, event: ident.New(), by: s}
	code := seal.NewReceipt()
	own, err := d.newReceipt(k, t, f.event, code, s.Person)
	if err != nil {
		return nil, err
	}
	f.receipts = append(f.receipts, own.row)
	keys := []receiptKey{own}
	if c, ok := t.house.people[v.Concerned]; ok && v.Concerned != s.Person && !e.Bars(v.Concerned) {
		other, err := d.concernedReceipt(k, t, f.event, c.ID)
		if err != nil {
			return nil, err
		}
		f.receipts, keys = append(f.receipts, other.row), append(keys, other)
	}
	files, err := d.reportFiles(ctx, k, s, v.Uploads)
	if err != nil {
		return nil, err
	}
	if f.views, err = d.sealViews(ctx, k, f, viewing{v: v, exclusion: e, keys: keys, files: files}); err != nil {
		return nil, err
	}
	f.filed = Filed{Ref: f.views[0].made.c.Ref, Receipt: code.Text(), Steps: plan.Steps}
	return f, nil
}
