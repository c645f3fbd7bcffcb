package casework

import (
	"context"
	"encoding/json"
	"strings"

	"varn/internal/domain/access"
	"varn/internal/domain/audit"
	"varn/internal/domain/casefile"
	"varn/internal/domain/incident"
	"varn/internal/domain/obligation"
	"varn/internal/domain/routing"
	"varn/internal/domain/safety"
	"varn/internal/infra/store"
	"varn/internal/kit/clock"
	"varn/internal/kit/fault"
	"varn/internal/kit/keyring"
	"varn/internal/kit/locale"
)

// SafetyWord is all that a safety representative is told of an event: never who, and nothing that was
// written.
type SafetyWord struct {
	Unit string // its name
	Kind string // the forms that were chosen, in Swedish
	Day  clock.Stamp
	To   string // the safety representative's function
}

// WordOf shows what the safety representative would be told, before anybody tells it.
func (d *Desk) WordOf(ctx context.Context, s *access.Session, ref string) (SafetyWord, error) {
	c, err := d.ReadCase(ctx, s, ref)
	if err != nil {
		return SafetyWord{}, err
	}
	k, err := d.keys(s)
	if err != nil {
		return SafetyWord{}, err
	}
	t, err := d.town(ctx, k)
	if err != nil {
		return SafetyWord{}, err
	}
	r := c.reported()
	if r == nil {
		return SafetyWord{}, fault.New(fault.NotFound, "fault.not-found")
	}
	seat, err := t.safetyOf(c.Unit, Exclusion{})
	return SafetyWord{Unit: t.labels[c.Unit].Name, Kind: d.kindOf(*r), Day: r.Day(c.Opened), To: t.cards[seat.Function].Name}, err
}

// reported is what was told of the event; nil when nothing was.
func (o *Opened) reported() *incident.Report {
	for _, e := range o.Timeline {
		if e.Report != nil {
			return e.Report
		}
	}
	return nil
}

func (d *Desk) kindOf(r incident.Report) string {
	var words []string
	for _, f := range r.Forms {
		words = append(words, d.Texts.Say(locale.Swedish, locale.Key(f.Term())))
	}
	if len(words) == 0 {
		return d.Texts.Say(locale.Swedish, "report.untitled")
	}
	return strings.Join(words, ", ")
}

// safetyOf is who represents the employees of a unit.
func (t *town) safetyOf(unit string, e Exclusion) (routing.Seat, error) {
	u, ok := t.units[unit]
	if !ok {
		return routing.Seat{}, fault.New(fault.Conflict, "case.no-safety")
	}
	seat := t.unit(unit, u.Authority, func(id string) routing.Seat { return t.seat(id, e) }).Safety
	if !seat.Enrolled || seat.Excluded && len(seat.People) == 0 {
		return routing.Seat{}, fault.New(fault.Conflict, "case.no-safety")
	}
	return seat, nil
}

// TellSafety tells the unit's safety representative that something has happened: unit, kind and day, in a
// case of its own that leads nowhere. Whoever may not know of the event is not told.
func (d *Desk) TellSafety(ctx context.Context, s *access.Session, ref string) error {
	c, err := d.ReadCase(ctx, s, ref)
	if err != nil {
		return err
	}
	r := c.reported()
	if r == nil {
		return fault.New(fault.NotFound, "fault.not-found")
	}
	_, err = d.alter(ctx, s, ref, func(v *visit) (adding, error) {
		if err := v.owns(s); err != nil {
			return adding{}, err
		}
		if err := v.noticeable(); err != nil {
			return adding{}, err
		}
		t, err := d.town(ctx, v.k)
		if err != nil {
			return adding{}, err
		}
		made, err := d.composeWord(ctx, v, t, *r)
		if err != nil {
			return adding{}, err
		}
		one, err := changed(casefile.Changed{Author: s.Person, Field: obligationField, Before: string(obligation.SafetyTold), After: string(obligation.Done)})
		return adding{in: []sealed{one}, act: "case.obligation", move: func(tx *store.Tx, c *casefile.Case) ([]audit.Row, error) {
			if err := tx.MeetDeadline(c.ID, casefile.ClockOf(string(obligation.SafetyTold)), d.now()); err != nil {
				return nil, err
			}
			return nil, d.enterWord(tx, v.k, t, made)
		}}, err
	})
	return err
}

// composeWord seals the word. Its author is nobody: the representative is not to know who has the case.
func (d *Desk) composeWord(ctx context.Context, v *visit, t *town, r incident.Report) (composed, error) {
	e, err := v.c.Excluded(v.k)
	if err != nil {
		return composed{}, err
	}
	seat, err := t.safetyOf(v.c.Unit, e)
	if err != nil {
		return composed{}, err
	}
	var members []Member
	if seat.Excluded {
		for _, id := range seat.People {
			members = append(members, Member{Kind: casefile.ByPerson, ID: id})
		}
	} else {
		members = append(members, Member{Kind: casefile.ByFunction, ID: seat.Function})
	}
	if fn := v.c.Responsible; t.cards[fn].Name != "" {
		members = append(members, Member{Kind: casefile.ByFunction, ID: fn})
	}
	if members, err = t.house.admit(members, e); err != nil {
		return composed{}, err
	}
	unit, kind := t.labels[v.c.Unit].Name, d.kindOf(r)
	title, err := json.Marshal(casefile.Text{As: v.c.Responsible, Text: d.Texts.Say(locale.Swedish, "safety.word-title", kind, unit)})
	if err != nil {
		return composed{}, err
	}
	text, err := json.Marshal(casefile.Text{As: v.c.Responsible, Text: d.Texts.Say(locale.Swedish, "safety.word", unit, kind, dayText(r.Day(v.c.Opened)))})
	if err != nil {
		return composed{}, err
	}
	return d.build(ctx, v.k, t.house, blueprint{c: casefile.Case{Authority: v.c.Authority, State: casefile.Received, View: string(safety.Word), Unit: v.c.Unit,
		Responsible: responsibleOf(members)}, members: members, exclusion: e, by: "",
		contents: []sealed{{kind: casefile.Title, body: title}, {kind: casefile.Message, body: text}}})
}

// enterWord writes it with a log entry of its own, which does not name the case it came from.
func (d *Desk) enterWord(tx *store.Tx, k *keyring.Keys, t *town, made composed) error {
	rows, err := enterComposed(tx, made)
	if err != nil {
		return err
	}
	if err := d.tell(tx, k, t.house, made, ""); err != nil {
		return err
	}
	return tx.Log(audit.Entry{Act: "case.create", Authority: made.c.Authority, Case: made.c.ID, Rows: rows, Count: &made.c.Items})
}

// meeting stops the clock of an answer, and tells everybody else who can open the case.
func (d *Desk) meeting(v *visit, t *town, by string) func(tx *store.Tx, c *casefile.Case) ([]audit.Row, error) {
	return func(tx *store.Tx, c *casefile.Case) ([]audit.Row, error) {
		if err := tx.MeetDeadline(c.ID, casefile.ClockOf(string(obligation.SafetyAnswer)), d.now()); err != nil {
			return nil, err
		}
		told := map[string]bool{by: true}
		for _, p := range v.places {
			if !p.Seat().Holds(d.now()) {
				continue
			}
			for _, id := range t.house.whoIs(p) {
				if told[id] {
					continue
				}
				told[id] = true
				if err := d.notify(tx, id, "safety.answered", c.Ref); err != nil {
					return nil, err
				}
			}
		}
		if c.State == casefile.New {
			c.State = casefile.Received
		}
		return nil, nil
	}
}
