package casefile

import (
	"slices"
	"strings"

	"varn/internal/kit/code"
	"varn/internal/kit/fault"
)

// Outcome (utfall) is how a case ended.
type Outcome string

// The outcomes.
const (
	MeasuresDone    Outcome = "MEASURES_DONE"
	NoActionNeeded  Outcome = "NO_ACTION_NEEDED"
	HandedOver      Outcome = "HANDED_OVER"
	PoliceContinues Outcome = "POLICE_CONTINUES"
	NotInfluence    Outcome = "NOT_INFLUENCE" // lawful and permitted: an appeal, an article, a demonstration
	Withdrawn       Outcome = "WITHDRAWN"
	Duplicate       Outcome = "DUPLICATE"
)

// Outcomes lists every outcome.
func Outcomes() []Outcome {
	return []Outcome{MeasuresDone, NoActionNeeded, HandedOver, PoliceContinues, NotInfluence, Withdrawn, Duplicate}
}

// Term is the key of the outcome's label.
func (o Outcome) Term() string { return code.Term("lifecycle.outcome", o) }

// Outlasts is the kind of deadline that goes on after a close: whoever was exposed is still contacted, unless
// there was nothing, it is followed elsewhere or they took it back.
func (o Outcome) Outlasts() DeadlineKind {
	if o == MeasuresDone || o == NoActionNeeded || o == PoliceContinues {
		return SupportDue
	}
	return ""
}

// Facts are what a move is judged by.
type Facts struct {
	// Parts are what the one who acts is to the case; nobody outside the circle comes here.
	Parts   []Part
	Person  string // who acts
	Reason  string
	Outcome Outcome
	// NeedsSecond: the unit has decided that a close takes two. AskedBy is who asked for it.
	NeedsSecond bool
	AskedBy     string
	// What is left: a close waits for it.
	OpenTasks, OpenReferral, OpenMeasures bool
	// OpenNotice: nobody has answered whether the authority must be notified (AML 3:3 a). Neither an
	// objection nor a report that is taken back answers that.
	OpenNotice bool
	// OpenObligation: the clock of an obligation runs.
	OpenObligation bool
	// What an outcome claims must have happened.
	MergedInto, Accepted, AskedToWithdraw bool
}

// Move tells whether a case may go from one state to another, or what it lacks.
func Move(from, to State, f Facts) error {
	t, ok := Step(from, to)
	if !ok {
		return fault.New(fault.Conflict, "lifecycle.no-move", string(from)+" to "+string(to))
	}
	if !slices.ContainsFunc(t.By, func(p Part) bool { return slices.Contains(f.Parts, p) }) {
		return fault.New(fault.Denied, "lifecycle.not-yours")
	}
	var bad []fault.Field
	if n := len([]rune(strings.TrimSpace(f.Reason))); t.Reason && n == 0 {
		bad = append(bad, fault.Field{Name: "reason", Code: "lifecycle.reason"})
	} else if n > MaxReason {
		bad = append(bad, fault.Field{Name: "reason", Code: "field.too-long", Args: []any{MaxReason}})
	}
	if t.Outcome {
		bad = append(bad, f.ending()...)
	}
	if err := fault.Form(bad); err != nil {
		return err
	}
	if t.Second && f.NeedsSecond && (f.AskedBy == "" || f.AskedBy == f.Person) {
		return fault.New(fault.Denied, "lifecycle.second")
	}
	return nil
}

// ending checks what a close leaves behind and claims.
func (f Facts) ending() []fault.Field {
	field := func(name string) []fault.Field { return []fault.Field{{Name: "outcome", Code: name}} }
	switch {
	case f.Outcome == "":
		return field("lifecycle.outcome-missing")
	case !slices.Contains(Outcomes(), f.Outcome):
		return []fault.Field{code.Unknown("outcome", Outcomes())}
	case f.OpenReferral:
		return field("lifecycle.referral")
	case f.OpenNotice:
		return field("lifecycle.notice")
	case f.OpenObligation:
		return field("lifecycle.obligation")
	case f.OpenTasks && f.Outcome != Duplicate:
		return field("lifecycle.tasks")
	case f.OpenMeasures && f.Outcome != Duplicate:
		return field("lifecycle.measures")
	case f.Outcome == Duplicate && !f.MergedInto:
		return field("lifecycle.not-merged")
	case f.Outcome == HandedOver && !f.Accepted:
		return field("lifecycle.not-accepted")
	case f.Outcome == Withdrawn && !f.AskedToWithdraw:
		return field("lifecycle.not-withdrawn")
	}
	return nil
}

// CanAskToClose tells whether somebody may ask a second person to close: everything but the
// second is there.
func CanAskToClose(from State, f Facts) error {
	f.NeedsSecond = false
	return Move(from, Closed, f)
}
