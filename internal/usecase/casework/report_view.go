package casework

import (
	"context"
	"encoding/json"
	"strings"

	"varn/internal/domain/audit"
	"varn/internal/domain/casefile"
	"varn/internal/domain/duty"
	"varn/internal/domain/function"
	"varn/internal/domain/obligation"
	"varn/internal/domain/registration"
	"varn/internal/domain/routing"
	"varn/internal/infra/store"
	"varn/internal/kit/clock"
	"varn/internal/kit/fault"
	"varn/internal/kit/ident"
	"varn/internal/kit/keyring"
	"varn/internal/kit/locale"
	"varn/internal/kit/seal"
)

// viewing is what the views of one report are made of.
type viewing struct {
	v         NewReport
	exclusion Exclusion
	keys      []receiptKey
	files     []sealed
	// clocks are those that the event starts in the view that answers first, where the employer may have
	// to notify (AML 3:3 a) among them.
	clocks []casefile.Deadline
}

// filedView is one view, sealed, with what is written beside it.
type filedView struct {
	view      routing.View
	made      composed
	echoes    []casefile.Echo
	deadlines []casefile.Deadline
	entry     registration.Registration
	registers bool
	wakes     bool
}

// sealViews makes a case of each view that somebody receives, the one that answers first.
func (d *Desk) sealViews(ctx context.Context, k *keyring.Keys, f *filing, w viewing) ([]*filedView, error) {
	var out []*filedView
	for i, view := range inOrder(f.plan) {
		w.clocks = nil
		if i == 0 {
			w.clocks = f.town.clocksOf(d.factsOf(f, w.v), d.now())
		}
		one, err := d.sealView(ctx, k, f, view, w)
		if err != nil {
			return nil, err
		}
		out = append(out, one)
		w.files = withoutWrites(w.files) // an upload becomes an attachment once
	}
	return out, nil
}

// inOrder gives the views that are sealed now. Nobody at all: one view, to the recovery key.
func inOrder(p routing.Plan) []routing.View {
	var out []routing.View
	for _, kind := range []routing.ViewKind{routing.EmployerView, routing.MunicipalityView, routing.SecurityView, routing.PartyView} {
		if v, ok := p.View(kind); ok && !v.Empty() {
			out = append(out, v)
		}
	}
	if len(out) == 0 {
		out = []routing.View{{Kind: routing.SecurityView}}
	}
	return out
}

func withoutWrites(files []sealed) []sealed {
	out := make([]sealed, len(files))
	for i, f := range files {
		out[i] = sealed{kind: f.kind, body: f.body}
	}
	return out
}

func (d *Desk) sealView(ctx context.Context, k *keyring.Keys, f *filing, view routing.View, w viewing) (*filedView, error) {
	contents, err := d.contents(f, view.Kind, w)
	if err != nil {
		return nil, err
	}
	e := w.exclusion
	e.Unsure = false // the routing has seen to it
	members, err := f.town.house.admit(membersOf(view), e)
	if err != nil {
		return nil, err
	}
	level, _ := w.v.Urgency()
	now := d.now()
	c := casefile.Case{Authority: d.authorityOf(f, view), State: casefile.New, Event: f.event, View: string(view.Kind), Unit: w.v.Unit,
		Responsible: responsibleOf(members), Urgency: int64(level)}
	out := &filedView{view: view, registers: view.Kind != routing.PartyView, wakes: responsibleOf(members) != ""}
	out.deadlines = d.firstDeadlines(f.town, view.Kind, w.clocks, now)
	c.Due = casefile.Nearest(out.deadlines)
	if out.made, err = d.build(ctx, k, f.town.house, blueprint{c: c, members: members, exclusion: w.exclusion, contents: contents}); err != nil {
		return nil, err
	}
	if out.echoes, err = echoAll(out.made, w.keys); err != nil {
		return nil, err
	}
	if out.registers {
		out.entry = registration.Registration{Org: k.Org, Authority: out.made.c.Authority, ID: ident.New(), Day: now.Minute(),
			Direction: string(registration.In), Party: string(registration.Withheld), Subject: string(registration.LetterIn),
			Provision: f.town.register(out.made.c.Authority).Provision, Case: out.made.c.ID, Version: 1}
	}
	return out, nil
}

// authorityOf is whose record a view is: the unit's authority for the employer's, the one that
// registers for the rest.
func (d *Desk) authorityOf(f *filing, view routing.View) string {
	for _, id := range view.Functions {
		if fn, ok := f.town.house.functions[id]; ok && view.Kind == routing.SecurityView {
			return fn.Authority
		}
	}
	return f.plan.Authority
}

// contents are a view's title, what was told of the event, and the files.
func (d *Desk) contents(f *filing, view routing.ViewKind, w viewing) ([]sealed, error) {
	approved := w.v.PartyText
	if approved == "" {
		approved = w.v.Narrative
	}
	seen := view.Seen(w.v.Report, approved)
	raw, err := seen.Encode()
	if err != nil {
		return nil, err
	}
	told := casefile.Told{Report: raw, Rule: f.plan.Rule, Steps: f.plan.Steps}
	for _, p := range f.plan.Law {
		told.Law = append(told.Law, p.ID)
	}
	if w.v.Named {
		told.Author = f.by.Person
	}
	body, err := json.Marshal(told)
	if err != nil {
		return nil, err
	}
	title, err := json.Marshal(casefile.Text{Reporter: true, Text: d.titleOf(w.v)})
	if err != nil {
		return nil, err
	}
	out := []sealed{{kind: casefile.Title, body: title}, {kind: casefile.Report, body: body}}
	if view != routing.PartyView {
		out = append(out, w.files...)
	}
	return out, nil
}

// titleOf names the event by what was chosen, in Swedish: the register's and the office's language.
func (d *Desk) titleOf(v NewReport) string {
	var words []string
	for _, f := range v.Forms {
		words = append(words, d.Texts.Say(locale.Swedish, locale.Key(f.Term())))
	}
	if len(words) == 0 {
		words = []string{d.Texts.Say(locale.Swedish, "report.untitled")}
	}
	for _, m := range v.Medium {
		words = append(words, d.Texts.Say(locale.Swedish, locale.Key(m.Term())))
	}
	const most = 4
	return strings.Join(words[:min(len(words), most)], " · ")
}

// firstDeadlines are those that every report brings: a first assessment, and the next contact that
// the reporter is promised; and the clocks that the event starts, which wait for nobody.
func (d *Desk) firstDeadlines(t *town, view routing.ViewKind, clocks []casefile.Deadline, now clock.Stamp) []casefile.Deadline {
	if view == routing.PartyView {
		return nil
	}
	at := func(kind casefile.DeadlineKind, due clock.Stamp) casefile.Deadline {
		return casefile.Deadline{ID: string(kind), Kind: string(kind), Due: due.Minute()}
	}
	out := []casefile.Deadline{at(casefile.AssessDue, now.Add(casefile.AssessWithin)), at(casefile.ContactDue, now.Add(t.routing.Contact()))}
	return append(out, clocks...)
}

// factsOf are what decides which obligations an event brings to the view that answers first.
func (d *Desk) factsOf(f *filing, v NewReport) obligation.Facts {
	employs := f.plan.OwesNotice()
	return obligation.Facts{Day: dayOf(v.Day(d.now())), Told: true, Employs: employs, EmployersView: employs, Target: v.TargetCategory,
		Grave: v.Grave(), Injured: v.InjuryPhysical || v.InjuryMental}
}

// echoAll lets the receipts read what was told and the files, and not the title.
func echoAll(made composed, keys []receiptKey) ([]casefile.Echo, error) {
	var out []casefile.Echo
	for _, it := range made.items {
		if it.Kind == casefile.Title {
			continue
		}
		data, err := made.seals.dataKey(it)
		if err != nil {
			return nil, err
		}
		for _, r := range keys {
			e, err := r.echo(made.seals, it, data)
			if err != nil {
				return nil, err
			}
			out = append(out, e)
		}
	}
	return out, nil
}

// dataKey gives an item's data key.
func (s sealer) dataKey(it casefile.Item) (seal.Key, error) {
	inner, err := s.cover.open(it.DataKey, it.AD())
	if err != nil {
		return seal.Key{}, err
	}
	return s.key.DataKey(seal.Item{Key: inner, Body: it.Body}, it.AD())
}

// enterReport writes a sealed report.
func (d *Desk) enterReport(tx *store.Tx, k *keyring.Keys, f *filing, v NewReport) error {
	for i, one := range f.views {
		if err := d.enterView(tx, k, f, one, i == 0); err != nil {
			return err
		}
	}
	for _, r := range f.receipts {
		if r.Role == casefile.Concerned {
			if err := d.notify(tx, r.Person, "report.concerned", ""); err != nil {
				return err
			}
		}
	}
	for _, id := range d.safetyToTell(f) {
		if err := d.notify(tx, id, "safety.happened", ""); err != nil {
			return err
		}
	}
	return dropDraft(tx, k, v.Draft, d.now())
}

// safetyToTell are the safety representatives who learn that something has happened, and not what.
func (d *Desk) safetyToTell(f *filing) []string {
	var out []string
	for _, id := range f.plan.Told {
		for _, h := range f.town.house.holders[id] {
			if h.WrapKind != function.Standby {
				out = append(out, h.Person)
			}
		}
	}
	return out
}

// enterView writes one view: the case and its circle, the register, deadlines, whom to wake, and one
// entry in the log that names every row. The receipts come with the first.
func (d *Desk) enterView(tx *store.Tx, k *keyring.Keys, f *filing, one *filedView, first bool) error {
	rows, err := enterComposed(tx, one.made)
	if err != nil {
		return err
	}
	if first {
		for _, r := range f.receipts {
			if err := tx.InsertReceipt(r); err != nil {
				return err
			}
			rows = append(rows, receiptRow(r))
		}
	}
	for _, e := range one.echoes {
		if err := tx.InsertEcho(e); err != nil {
			return err
		}
	}
	for _, dl := range one.deadlines {
		dl.Case = one.made.c.ID
		if err := tx.PutDeadline(dl); err != nil {
			return err
		}
	}
	if one.registers {
		row, err := d.register(tx, k, f.town, one.entry)
		if err != nil {
			return err
		}
		rows = append(rows, row)
	}
	if err := d.tellAlone(tx, k, one.made); err != nil {
		return err
	}
	if one.wakes {
		now := d.now()
		if err := tx.InsertWake(duty.Wake{Case: one.made.c.ID, State: duty.Waiting, NextAt: now, Created: now.Minute(), Version: 1}); err != nil {
			return err
		}
	}
	return tx.Log(entry(k, f.by.Person, "report.file", one.made.c, rows...))
}

// register gives an entry the next number of its authority and writes it.
func (d *Desk) register(tx *store.Tx, k *keyring.Keys, t *town, r registration.Registration) (audit.Row, error) {
	r.Year = int64(r.Day.Time().In(locale.Zone()).Year())
	serial, err := tx.NextSerial(r.Authority, r.Year)
	if err != nil {
		return audit.Row{}, err
	}
	r.Serial = serial
	pattern, err := registration.ParsePattern(t.register(r.Authority).Pattern)
	if err != nil {
		return audit.Row{}, fault.Wrap(fault.Internal, "fault.internal", err)
	}
	if r.Number, err = pattern.Format(registration.Number{Year: int(r.Year), Serial: int(serial)}); err != nil {
		return audit.Row{}, err
	}
	r.MAC = k.Vouch(r.Who())
	return registrationRow(r), tx.InsertRegistration(r)
}

func registrationRow(r registration.Registration) audit.Row {
	return audit.Row{Kind: "registration", ID: r.ID, Hash: r.Who().Hash()}
}
