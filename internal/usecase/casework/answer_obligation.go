package casework

import (
	"context"
	"slices"
	"time"

	"varn/internal/domain/access"
	"varn/internal/domain/audit"
	"varn/internal/domain/casefile"
	"varn/internal/domain/obligation"
	"varn/internal/domain/routing"
	"varn/internal/domain/safety"
	"varn/internal/infra/store"
	"varn/internal/kit/clock"
	"varn/internal/kit/fault"
	"varn/internal/kit/locale"
)

// ObligationAnswer is what somebody says of an obligation in a case.
type ObligationAnswer struct {
	Code   obligation.Code
	Answer obligation.Answer
	// Reason says why it need not be done; of the others it is a note.
	Reason string
	// Due is by when, of an obligation that has no clock of its own; 0: none.
	Due clock.Stamp
}

// obligationField is the field of a change that answers an obligation.
const obligationField = "obligation"

// Check tells what must be mended.
func (a ObligationAnswer) Check(now clock.Stamp) error {
	o, ok := obligation.Of(a.Code)
	switch {
	case !ok:
		return fault.New(fault.NotFound, "fault.not-found")
	case o.Elsewhere:
		return fault.New(fault.Conflict, "case.obligation-elsewhere")
	case !slices.Contains(obligation.Answers(), a.Answer):
		return fault.In("answer", "field.choose")
	case a.Due != 0 && (a.Answer != obligation.Begun || a.Due <= now || a.Due > now.Add(casefile.MaxAhead)):
		return fault.In("due", "lifecycle.date")
	}
	if a.Answer == obligation.Stopped || a.Reason != "" {
		return casefile.CheckText("reason", a.Reason, casefile.MaxReason)
	}
	return nil
}

// AnswerObligation starts an obligation's clock, or stops it because it is done or need not be done.
// Whoever handles the case, or answers for it, decides, and the case tells who did.
func (d *Desk) AnswerObligation(ctx context.Context, s *access.Session, ref string, a ObligationAnswer) error {
	if s == nil {
		return fault.New(fault.Denied, "fault.sign-in")
	}
	if err := a.Check(d.now()); err != nil {
		return err
	}
	_, err := d.alter(ctx, s, ref, func(v *visit) (adding, error) {
		if err := v.owns(s); err != nil {
			return adding{}, err
		}
		if v.c.State == casefile.Closed {
			return adding{}, fault.New(fault.Conflict, "case.closed")
		}
		if a.Code == obligation.SafetyAnswer && a.Answer != obligation.Begun && safety.Known(v.c.View) {
			return adding{}, fault.New(fault.Conflict, "case.obligation-elsewhere") // it is answered with words
		}
		t, err := d.town(ctx, v.k)
		if err != nil {
			return adding{}, err
		}
		one, err := changed(casefile.Changed{Author: s.Person, Field: obligationField, Before: string(a.Code), After: string(a.Answer), Reason: a.Reason, At: a.Due})
		return adding{in: []sealed{one}, act: "case.obligation", move: func(tx *store.Tx, c *casefile.Case) ([]audit.Row, error) {
			if a.Answer != obligation.Begun {
				return nil, tx.MeetDeadline(c.ID, casefile.ClockOf(string(a.Code)), d.now())
			}
			return nil, d.begin(tx, t, c.ID, a)
		}}, err
	})
	return err
}

// begin starts a clock. One that runs stays as it is: nobody gains time by saying it again.
func (d *Desk) begin(tx *store.Tx, t *town, caseID string, a ObligationAnswer) error {
	all, err := tx.Deadlines(caseID)
	if err != nil {
		return err
	}
	id := casefile.ClockOf(string(a.Code))
	if slices.ContainsFunc(all, func(dl casefile.Deadline) bool { return dl.ID == id && dl.Done == 0 }) {
		return fault.New(fault.Conflict, "case.obligation-runs")
	}
	dl, ok := t.clockOf(a.Code, d.now())
	if a.Due != 0 {
		dl.Due, dl.Started, ok = a.Due.Minute(), 0, true // the circle's own time, which no rule moves
	}
	if !ok {
		return nil
	}
	dl.Case = caseID
	return tx.PutDeadline(dl)
}

// clockOf is the clock of an obligation that starts now; false when none does by itself.
func (t *town) clockOf(c obligation.Code, now clock.Stamp) (casefile.Deadline, bool) {
	o, _ := obligation.Of(c)
	due := t.obligations[c].Due(o, now)
	kind := casefile.ObligationDue
	if c == obligation.WorkNotice {
		kind = casefile.NoticeDue
	}
	return casefile.Deadline{ID: casefile.ClockOf(string(c)), Kind: string(kind), Due: due, Started: now}, due != 0
}

// clocksOf are the clocks that an event starts in the view that answers first.
func (t *town) clocksOf(f obligation.Facts, now clock.Stamp) []casefile.Deadline {
	var out []casefile.Deadline
	for _, o := range obligation.All() {
		if !o.In(f) || o.Code == obligation.WorkNotice && !f.Grave {
			continue
		}
		if dl, ok := t.clockOf(o.Code, now); ok {
			out = append(out, dl)
		}
	}
	return out
}

// owing says how every obligation stands in a case that is laid open.
func (o *Opened) owing(now clock.Stamp) {
	k := obligation.Known{Rules: o.rules, Opened: o.Opened, Clocks: map[obligation.Code]obligation.Running{}, Said: map[obligation.Code]obligation.Said{}}
	k.Facts = obligation.Facts{Day: dayOf(o.Opened), EmployersView: o.View == string(routing.EmployerView), Requested: len(o.Requests) > 0,
		Outside: o.View == string(routing.PartyView) || o.View == string(routing.PoliceView), Measures: o.State == casefile.Measures}
	for _, dl := range o.Deadlines {
		for _, c := range obligation.Codes() {
			if dl.ID == casefile.ClockOf(string(c)) {
				k.Clocks[c] = obligation.Running{Started: dl.Started, Due: dl.Due, Done: dl.Done}
				own, _ := obligation.Of(c)
				k.Facts.EmployersView = k.Facts.EmployersView || own.Owner == obligation.Employer
			}
		}
	}
	for _, e := range o.Timeline {
		if e.Report != nil {
			k.Facts.Told, k.Facts.Target, k.Facts.Day = true, e.Report.TargetCategory, dayOf(e.Report.Day(o.Opened))
			k.Facts.Grave, k.Facts.Injured = e.Report.Grave(), e.Report.InjuryPhysical || e.Report.InjuryMental
			k.Facts.Employs = e.Told != nil && slices.Contains(e.Told.Law, "AML 3:3 a")
		}
		if c, said := e.answers(); c != "" {
			k.Said[c] = said
		}
	}
	if len(o.Requests) > 0 && !slices.ContainsFunc(o.Deadlines, func(dl casefile.Deadline) bool { return dl.Kind == string(casefile.RecordDue) && dl.Done == 0 }) {
		k.Said[obligation.Record] = obligation.Said{Answer: obligation.Done}
	}
	o.Obligations = obligation.Owing(k, now)
}

// answers tells which obligation an entry of the timeline answers, if any.
func (e Entry) answers() (obligation.Code, obligation.Said) {
	said := obligation.Said{By: e.Author, At: e.Created}
	switch {
	case e.Change != nil && e.Change.Field == obligationField:
		said.Answer, said.Reason = obligation.Answer(e.Change.After), e.Change.Reason
		return obligation.Code(e.Change.Before), said
	case e.Change != nil && e.Change.Field == "notice":
		said.Answer, said.Reason = obligation.Begun, e.Change.Reason
		if e.Change.After == string(NoticeNeedless) {
			said.Answer = obligation.Stopped
		}
		return obligation.WorkNotice, said
	case e.Reference != nil && e.Reference.System == casefile.WorkAuthority:
		said.Answer = obligation.Done
		return obligation.WorkNotice, said
	case e.Tracked != nil && e.Tracked.To != casefile.ToMunicipality:
		said.Answer, said.Reason = obligation.Done, e.Tracked.Note
		if e.Tracked.At == 0 {
			said.Answer = obligation.Stopped
		}
		if e.Tracked.To == casefile.ToPolice {
			return obligation.Police, said
		}
		return obligation.TellBoth, said
	}
	return "", said
}

// dayOf is the day by which law is looked up, where the organisation's clock hangs.
func dayOf(at clock.Stamp) time.Time { return routing.Day(at.Time().In(locale.Zone())) }
