package casework

import (
	"context"
	"encoding/json"
	"slices"
	"strings"

	"varn/internal/domain/access"
	"varn/internal/domain/casefile"
	"varn/internal/domain/function"
	"varn/internal/domain/obligation"
	"varn/internal/domain/routing"
	"varn/internal/domain/safety"
	"varn/internal/infra/store"
	"varn/internal/kit/clock"
	"varn/internal/kit/fault"
	"varn/internal/kit/keyring"
	"varn/internal/kit/locale"
)

// receiptField is the field of a change that confirms that a request has come.
const receiptField = "safety_receipt"

// FileSafety files a safety representative's request for measures (AML 6:6 a), or that dangerous work is
// stopped (AML 6:7), with whoever answers for the unit as its employer. It is a case of its own. The
// receipt lies in it from the start, with when the alarm goes.
func (d *Desk) FileSafety(ctx context.Context, s *access.Session, m safety.Submission) (ref string, err error) {
	k, err := d.keys(s)
	if err != nil {
		return "", err
	}
	if !s.Has(access.SafetyRepresentative) {
		return "", fault.New(fault.Denied, "fault.denied")
	}
	m.Text = strings.TrimSpace(m.Text)
	if err := m.Check(); err != nil {
		return "", err
	}
	t, err := d.town(ctx, k)
	if err != nil {
		return "", err
	}
	if _, ok := t.units[m.Unit]; !ok {
		return "", fault.In("unit", "field.choose")
	}
	employer := t.employer(m.Unit)
	if employer == "" {
		return "", fault.New(fault.Conflict, "case.no-employer")
	}
	var clocks []casefile.Deadline
	if m.Kind == safety.Request {
		if dl, ok := t.clockOf(obligation.SafetyAnswer, d.now()); ok {
			clocks = append(clocks, dl)
		}
	}
	made, err := d.composeSafety(ctx, k, t, s, submitted{m, employer, clocks})
	if err != nil {
		return "", err
	}
	store.Declare(ctx, made.c.Ref)
	return made.c.Ref, d.write(ctx, k, func(tx *store.Tx) error {
		for _, dl := range clocks {
			dl.Case = made.c.ID
			if err := tx.PutDeadline(dl); err != nil {
				return err
			}
		}
		return d.enterCase(tx, k, t.house, made, s.Person)
	})
}

// submitted is what is filed, with whom, and the clocks it starts.
type submitted struct {
	safety.Submission
	employer string
	clocks   []casefile.Deadline
}

// composeSafety seals what is filed to the employer's function and to whoever filed it, with their fellow
// representatives for the unit.
func (d *Desk) composeSafety(ctx context.Context, k *keyring.Keys, t *town, s *access.Session, m submitted) (composed, error) {
	members := []Member{{Kind: casefile.ByFunction, ID: m.employer}, {Kind: casefile.ByPerson, ID: s.Person}}
	unit := t.unit(m.Unit, t.units[m.Unit].Authority, func(id string) routing.Seat { return t.seat(id, Exclusion{}) })
	if unit.Safety.Enrolled && s.Holds(unit.Safety.Function) {
		members[1] = Member{Kind: casefile.ByFunction, ID: unit.Safety.Function}
	}
	title, err := json.Marshal(casefile.Text{Author: s.Person, Text: d.Texts.Say(locale.Swedish, locale.Key(m.Kind.Term())) + " · " + t.labels[m.Unit].Name})
	if err != nil {
		return composed{}, err
	}
	text, err := message(s.Person, m.Text)
	if err != nil {
		return composed{}, err
	}
	due := casefile.Nearest(m.clocks)
	receipt, err := changed(casefile.Changed{Author: s.Person, Field: receiptField, Before: string(m.Kind), After: m.employer, At: due})
	if err != nil {
		return composed{}, err
	}
	return d.build(ctx, k, t.house, blueprint{c: casefile.Case{Authority: t.units[m.Unit].Authority, State: casefile.New, View: string(m.Kind), Unit: m.Unit,
		Responsible: m.employer, Urgency: urgencyOfSafety(m.Kind), Due: due}, members: members, by: s.Person,
		contents: []sealed{{kind: casefile.Title, body: title}, text, receipt}})
}

// urgencyOfSafety lets a stop come first: there is danger to life or health.
func urgencyOfSafety(k safety.Kind) int64 {
	if k == safety.Stop {
		return 3
	}
	return 1
}

// employer is the function that answers for a unit as its employer: its own managers, those of its
// authority, and else security. Empty: none of them has anybody.
func (t *town) employer(unitID string) string {
	all := func(id string) routing.Seat { return t.seat(id, Exclusion{}) }
	for _, m := range t.unit(unitID, t.units[unitID].Authority, all).Managers {
		if m.Enrolled {
			return m.Function
		}
	}
	for _, f := range t.functions {
		if f.Kind == function.Security && t.seat(f.ID, Exclusion{}).Enrolled {
			return f.ID
		}
	}
	return ""
}

// AnswerSafety answers a request or a stop: the words lie in the case, the clock stops, and the safety
// representative is told.
func (d *Desk) AnswerSafety(ctx context.Context, s *access.Session, ref, text string) error {
	if s == nil {
		return fault.New(fault.Denied, "fault.sign-in")
	}
	one, err := message(s.Person, text)
	if err != nil {
		return err
	}
	one.as = true
	_, err = d.alter(ctx, s, ref, func(v *visit) (adding, error) {
		switch {
		case !slices.Contains(safety.Filed(), safety.Kind(v.c.View)):
			return adding{}, fault.New(fault.NotFound, "fault.not-found")
		case v.c.State == casefile.Closed:
			return adding{}, fault.New(fault.Conflict, "case.closed")
		}
		if v.c.Responsible != s.Person && !s.Holds(v.c.Responsible) { // the answer is the employer's
			return adding{}, fault.New(fault.Denied, "lifecycle.not-yours")
		}
		t, err := d.town(ctx, v.k)
		if err != nil {
			return adding{}, err
		}
		said, err := changed(casefile.Changed{Author: s.Person, Field: obligationField, Before: string(obligation.SafetyAnswer), After: string(obligation.Done)})
		if err != nil {
			return adding{}, err
		}
		return adding{in: []sealed{one, said}, act: "case.safety", move: d.meeting(v, t, s.Person)}, nil
	})
	return err
}

// SafetyCases are the cases of safety in whose circle the subject sits, the newest change first.
func (d *Desk) SafetyCases(ctx context.Context, s *access.Session) ([]Line, error) {
	var views []string
	for _, k := range safety.Kinds() {
		views = append(views, string(k))
	}
	got, err := d.ListCases(ctx, s, Wanted{Views: views, Limit: 200})
	return got.Lines, err
}

// SafetyUnits are the units that a safety representative can choose.
func (d *Desk) SafetyUnits(ctx context.Context, s *access.Session) ([]ReportUnit, error) {
	o, err := d.ReportOptions(ctx, s)
	return o.Units, err
}

// dayText writes a day as the office writes it.
func dayText(at clock.Stamp) string { return locale.Swedish.Day(at.Time()) }
