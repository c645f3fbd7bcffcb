package casework

import (
	"context"
	"encoding/json"
	"strings"

	"varn/internal/domain/access"
	"varn/internal/domain/agenda"
	"varn/internal/domain/casefile"
	"varn/internal/infra/store"
	"varn/internal/kit/fault"
)

// agendaItem is the kind of the item that one writing in an agenda is: agenda.Entry.
const agendaItem casefile.ItemKind = "agenda"

// NewAgenda is a meeting whose agenda is to be gone through for risk.
type NewAgenda struct {
	Title     string
	Authority string
	Functions []string // who takes part, beside whoever begins
	Points    []agenda.Point
	Sorted    map[string]agenda.Level
}

// OpenAgenda (riskbedöm dagordning) opens a case of its own for a meeting: only its group can read it, as
// in every case.
func (d *Desk) OpenAgenda(ctx context.Context, s *access.Session, v NewAgenda) (ref string, err error) {
	k, err := d.keys(s)
	if err != nil {
		return "", err
	}
	switch {
	case !s.May(access.ScopeWriteCases):
		return "", fault.New(fault.Denied, "fault.scope")
	case !s.Unlocked():
		return "", fault.New(fault.Denied, "fault.locked")
	}
	if err := casefile.CheckText("title", v.Title, casefile.MaxTitle); err != nil {
		return "", err
	}
	first := agenda.Entry{Author: s.Person, At: d.now(), Points: v.Points, Sorted: v.Sorted}
	if err := first.Check(agenda.Sheet{}); err != nil {
		return "", err
	}
	t, err := d.town(ctx, k)
	if err != nil {
		return "", err
	}
	if _, ok := t.labels[v.Authority]; !ok {
		return "", fault.In("authority", "field.choose")
	}
	members := []Member{{Kind: casefile.ByPerson, ID: s.Person}}
	for _, id := range v.Functions {
		members = append(members, Member{Kind: casefile.ByFunction, ID: id})
	}
	title, err := json.Marshal(casefile.Text{Author: s.Person, Text: strings.TrimSpace(v.Title)})
	if err != nil {
		return "", err
	}
	one, err := jsonItem(agendaItem, first)
	if err != nil {
		return "", err
	}
	members, err = t.house.admit(members, Exclusion{})
	if err != nil {
		return "", err
	}
	made, err := d.build(ctx, k, t.house, blueprint{c: casefile.Case{Authority: v.Authority, State: casefile.Open, View: agenda.View}, members: members, by: s.Person,
		contents: []sealed{{kind: casefile.Title, body: title}, one}})
	if err != nil {
		return "", err
	}
	store.Declare(ctx, made.c.Ref)
	return made.c.Ref, d.write(ctx, k, func(tx *store.Tx) error { return d.enterCase(tx, k, t.house, made, s.Person) })
}

// WeighAgenda adds what one of the group writes: points, a sorting, a judgement, measures, or what
// happened. Nothing that others have written is changed by it.
func (d *Desk) WeighAgenda(ctx context.Context, s *access.Session, ref string, e agenda.Entry) error {
	c, err := d.ReadCase(ctx, s, ref)
	if err != nil {
		return err
	}
	if c.View != agenda.View {
		return fault.New(fault.NotFound, "fault.not-found")
	}
	e.Author, e.At = s.Person, d.now()
	if err := e.Check(c.Agenda()); err != nil {
		return err
	}
	one, err := jsonItem(agendaItem, e)
	if err != nil {
		return err
	}
	_, err = d.addItems(ctx, s, ref, []sealed{one})
	return err
}

// Agenda is the agenda of a case as it stands.
func (o *Opened) Agenda() agenda.Sheet {
	var all []agenda.Entry
	for _, e := range o.Timeline {
		if e.Agenda != nil {
			all = append(all, *e.Agenda)
		}
	}
	return agenda.Fold(all)
}

// Agendas are the agendas in whose group the subject sits, the newest change first.
func (d *Desk) Agendas(ctx context.Context, s *access.Session) ([]Line, error) {
	got, err := d.ListCases(ctx, s, Wanted{Views: []string{agenda.View}, Limit: 200})
	return got.Lines, err
}
