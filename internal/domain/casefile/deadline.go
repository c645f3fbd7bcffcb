package casefile

import (
	"cmp"
	"time"

	"varn/internal/kit/clock"
	"varn/internal/kit/code"
)

// DeadlineKind is what a deadline is for.
type DeadlineKind string

// The kinds of deadline.
const (
	AssessDue   DeadlineKind = "assess"    // a first assessment within 24 hours
	ContactDue  DeadlineKind = "contact"   // the next contact that the reporter was promised
	TaskDue     DeadlineKind = "task"      // a task of somebody's
	FollowUpDue DeadlineKind = "follow_up" // a follow-up
	ReferralDue DeadlineKind = "referral"  // an answer to a referral
	SecondDue   DeadlineKind = "second"    // one has asked to close, another must agree
	NoticeDue   DeadlineKind = "notice"    // AML 3:3 a: without delay, alarm after 24 hours
	RecordDue   DeadlineKind = "record"    // an answer whether a record can be released
	// ObligationDue is the clock of an obligation, which its id names.
	ObligationDue DeadlineKind = "obligation"
	BlindDue      DeadlineKind = "blind"   // a second assessment, by somebody who has not seen the first
	SettleDue     DeadlineKind = "settle"  // two assessments are to be settled
	ReviewDue     DeadlineKind = "review"  // the assessment is to be looked at again
	MeasureDue    DeadlineKind = "measure" // a measure is to begin, be reviewed or end
	SupportDue    DeadlineKind = "support" // somebody is to hear how the person concerned is
)

// DeadlineKinds lists every kind.
func DeadlineKinds() []DeadlineKind {
	return []DeadlineKind{AssessDue, ContactDue, TaskDue, FollowUpDue, ReferralDue, SecondDue, NoticeDue, RecordDue, ObligationDue,
		BlindDue, SettleDue, ReviewDue, MeasureDue, SupportDue}
}

// Term is the key of its label.
func (k DeadlineKind) Term() string { return code.Term("lifecycle.deadline", k) }

// AssessWithin is how long a case may wait for its first assessment before it is shown as late.
const AssessWithin = 24 * time.Hour

// ReferralWithin is how long a referral may wait for its answer before whoever gave it is reminded.
const ReferralWithin = 24 * time.Hour

// NoticeWithin is when the alarm comes that nobody has answered for the notice of AML 3:3 a. The duty
// itself is without delay: until then it stands first among what is to be done today.
const NoticeWithin = 24 * time.Hour

// SecondWithin is how long a second assessment, and the settling of two, may wait.
const SecondWithin = 48 * time.Hour

// Someday is the time of a deadline that has none: it never comes first, and still waits to be done.
const Someday clock.Stamp = 1 << 61

// MaxAhead is how far ahead a deadline can be set.
const MaxAhead = 5 * 365 * 24 * time.Hour

// Unassessed tells whether a case has waited too long for its first assessment.
func (c Case) Unassessed(now clock.Stamp) bool {
	return c.State.Active() && c.Assessed == 0 && c.Opened.Add(AssessWithin) <= now
}

// Late tells whether a deadline has passed and is not met.
func (d Deadline) Late(now clock.Stamp) bool { return d.Done == 0 && d.Due != 0 && d.Due <= now }

// Nearest is when the case is next to be seen to: the earliest deadline that is not met, zero when
// there is none. What is due without delay is to be seen to from when it was set.
func Nearest(all []Deadline) clock.Stamp {
	var out clock.Stamp
	for _, d := range all {
		if d.Done != 0 || d.Due == 0 || d.Due == Someday {
			continue
		}
		at := d.Due
		if d.Kind == string(NoticeDue) {
			at = cmp.Or(d.Started, at.Add(-NoticeWithin))
		}
		if out == 0 || at < out {
			out = at
		}
	}
	return out
}

// ClockOf is the id of the deadline that is an obligation's clock in a case. That of AML 3:3 a is asked
// about on a page of its own.
func ClockOf(obligation string) string {
	if obligation == "WORK_NOTICE" {
		return string(NoticeDue)
	}
	return obligation
}
