package casework

import (
	"context"
	"slices"

	"varn/internal/domain/access"
	"varn/internal/domain/audit"
	"varn/internal/domain/casefile"
	"varn/internal/domain/obligation"
	"varn/internal/domain/routing"
	"varn/internal/infra/store"
	"varn/internal/kit/clock"
	"varn/internal/kit/fault"
)

// NoticeAnswer is what somebody answers to whether the employer must notify the Work Environment
// Authority (AML 3:3 a).
type NoticeAnswer string

// The answers.
const (
	NoticeGiven    NoticeAnswer = "given"    // notified, with the authority's number
	NoticeOwed     NoticeAnswer = "owed"     // it must be, and is not yet
	NoticeNeedless NoticeAnswer = "needless" // it need not be, with the reason
)

// NoticeAnswers lists every answer.
func NoticeAnswers() []NoticeAnswer { return []NoticeAnswer{NoticeGiven, NoticeOwed, NoticeNeedless} }

// WorkNotice is the answer with what belongs to it.
type WorkNotice struct {
	Answer NoticeAnswer
	Number string      // the authority's, when notified
	Date   clock.Stamp // when; 0: not said
	Reason string      // why not
}

// AnswerNotice answers whether the Work Environment Authority must be notified. The program only
// asks; whoever handles the case, or answers for it, decides, and the case tells who did.
func (d *Desk) AnswerNotice(ctx context.Context, s *access.Session, ref string, w WorkNotice) error {
	switch w.Answer {
	case NoticeGiven:
		_, err := d.AddReference(ctx, s, ref, casefile.OutsideReference{System: casefile.WorkAuthority, Number: w.Number, Date: w.Date})
		return err
	case NoticeOwed:
	case NoticeNeedless:
		if err := casefile.CheckText("reason", w.Reason, casefile.MaxReason); err != nil {
			return err
		}
	default:
		return fault.In("answer", "field.choose")
	}
	if s == nil {
		return fault.New(fault.Denied, "fault.sign-in")
	}
	_, err := d.alter(ctx, s, ref, func(v *visit) (adding, error) {
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
		one, err := changed(casefile.Changed{Author: s.Person, Field: "notice", After: string(w.Answer), Reason: w.Reason})
		return adding{in: []sealed{one}, act: "case.notice", move: func(tx *store.Tx, c *casefile.Case) ([]audit.Row, error) {
			if w.Answer == NoticeNeedless {
				return nil, tx.MeetDeadline(c.ID, string(casefile.NoticeDue), d.now())
			}
			return nil, d.owe(tx, t, c.ID)
		}}, err
	})
	return err
}

// noticeable refuses a notice where there can be none: in a case that is closed, and in the view of
// a party or of the police, who employ nobody.
func (v *visit) noticeable() error {
	switch {
	case v.c.State == casefile.Closed:
		return fault.New(fault.Conflict, "case.closed")
	case v.c.View == string(routing.PartyView) || v.c.View == string(routing.PoliceView):
		return fault.New(fault.Conflict, "case.no-notice")
	}
	return nil
}

// owe sets the deadline. One that is open stays as it is: nobody gains time by saying it again.
func (d *Desk) owe(tx *store.Tx, t *town, caseID string) error {
	all, err := tx.Deadlines(caseID)
	if err != nil {
		return err
	}
	if slices.ContainsFunc(all, func(dl casefile.Deadline) bool { return dl.Kind == string(casefile.NoticeDue) && dl.Done == 0 }) {
		return fault.New(fault.Conflict, "case.notice-open")
	}
	dl, _ := t.clockOf(obligation.WorkNotice, d.now())
	dl.Case = caseID
	return tx.PutDeadline(dl)
}

// noticed notes the authority's number, and that the notice is given.
func (d *Desk) noticed(ctx context.Context, s *access.Session, ref string, one sealed) (string, error) {
	ids, err := d.alter(ctx, s, ref, func(v *visit) (adding, error) {
		if v.c.State == casefile.Closed {
			return adding{}, fault.New(fault.Conflict, "case.closed")
		}
		return adding{in: []sealed{one}, act: "case.notice", move: func(tx *store.Tx, c *casefile.Case) ([]audit.Row, error) {
			return nil, tx.MeetDeadline(c.ID, string(casefile.NoticeDue), d.now())
		}}, nil
	})
	if err != nil {
		return "", err
	}
	return ids[0], nil
}
