// Package obligation (plikt) knows what law and decisions ask for when something has happened: what,
// of whom, by when and on what ground.
package obligation

import (
	"slices"
	"time"

	"varn/internal/domain/incident"
	"varn/internal/kit/code"
	"varn/internal/kit/law"
)

// Code names an obligation; its texts lie with the others.
type Code string

// The obligations that concern a case.
const (
	TellBoth      Code = "TELL_BOTH"      // the municipality and the party are told
	Police        Code = "POLICE"         // a crime that is suspected is reported
	WorkNotice    Code = "WORK_NOTICE"    // AML 3:3 a
	WorkInjury    Code = "WORK_INJURY"    // the Social Insurance Agency is notified
	SafetyTold    Code = "SAFETY_TOLD"    // the safety representative learns that it has happened
	SafetyAnswer  Code = "SAFETY_ANSWER"  // AML 6:6 a
	Investigate   Code = "INVESTIGATE"    // AML 3:2 a
	Protect       Code = "PROTECT"        // KL 4:18 a
	Record        Code = "RECORD"         // somebody asks for the record
	NameOmission  Code = "NAME_OMISSION"  // reasons before a name is left out
	Breach        Code = "BREACH"         // personal data that have leaked
	MeasureReview Code = "MEASURE_REVIEW" // protective measures are looked at anew
)

// Codes lists every obligation in the order of a page.
func Codes() []Code {
	var out []Code
	for _, o := range All() {
		out = append(out, o.Code)
	}
	return out
}

// Term is the key of its name; with "-text" it says what is to be done.
func (c Code) Term() string { return code.Term("obligation", c) }

// Owner (den som ska göra det) is of whom something is asked.
type Owner string

// The owners.
const (
	Concerned    Owner = "CONCERNED"
	Employer     Owner = "EMPLOYER"
	Municipality Owner = "MUNICIPALITY"
	Authority    Owner = "AUTHORITY"
)

// Owners lists every owner.
func Owners() []Owner { return []Owner{Concerned, Employer, Municipality, Authority} }

// Term is the key of its label.
func (o Owner) Term() string { return code.Term("obligation.owner", o) }

// Pace (skyndsamhet) is by when, in the words of the ground.
type Pace string

// The paces.
const (
	SameDay      Pace = "SAME_DAY"
	Soon         Pace = "SOON"
	WithoutDelay Pace = "WITHOUT_DELAY"
	Promptly     Pace = "PROMPTLY"
	Hours72      Pace = "HOURS_72"
	Before       Pace = "BEFORE"
	Always       Pace = "ALWAYS"
)

// Paces lists every pace.
func Paces() []Pace { return []Pace{SameDay, Soon, WithoutDelay, Promptly, Hours72, Before, Always} }

// Term is the key of its label.
func (p Pace) Term() string { return code.Term("obligation.pace", p) }

// Obligation (plikt) is a row of the table: what is asked for, of whom, how fast and on what ground.
type Obligation struct {
	Code  Code
	Owner Owner
	Pace  Pace
	// Hours is when the alarm goes unless the organisation has decided otherwise, counted from when the
	// clock started; 0: no clock starts by itself. Most bounds what can be decided, in hours.
	Hours, Most int
	// Law is the id of a paragraph of kit/law; empty: the ground is practice, read at Source.
	Law      string
	Source   string
	Standing law.Standing
	// Elsewhere: it is answered on another page of the case.
	Elsewhere bool

	when func(Facts) bool // nil: only when somebody says so
}

// Facts are what decides which obligations a case brings.
type Facts struct {
	// Day is that of the event: law is looked up by it.
	Day time.Time
	// Told: somebody reported it. Employs: an employer answers for it by law.
	Told, Employs  bool
	Target         incident.TargetCategory
	Grave, Injured bool
	// EmployersView: this view of the event is the employer's; PoliceView and PartyView ask nothing.
	EmployersView, Outside bool
	Requested              bool // the record is asked for
	Measures               bool // the case is at its measures
}

// In tells whether a case with these facts brings the obligation.
func (o Obligation) In(f Facts) bool {
	if o.when == nil || f.Outside || !o.when(f) {
		return false
	}
	_, holds := o.Paragraph(f.Day)
	return o.Law == "" || holds
}

// Paragraph is the ground in the law as it stood on a day.
func (o Obligation) Paragraph(on time.Time) (law.Paragraph, bool) {
	if o.Law == "" {
		return law.Paragraph{}, false
	}
	return law.Find(o.Law, on)
}

// Sure tells whether a page may state it without asking for the lawyer.
func (o Obligation) Sure() bool { return o.Standing == law.Read || o.Standing == law.Reported }

// Of finds an obligation.
func Of(c Code) (Obligation, bool) {
	all := All()
	i := slices.IndexFunc(all, func(o Obligation) bool { return o.Code == c })
	if i < 0 {
		return Obligation{}, false
	}
	return all[i], true
}

// Decidable lists the obligations for which the organisation can decide a clock.
func Decidable() []Code {
	var out []Code
	for _, o := range All() {
		if o.Most > 0 {
			out = append(out, o.Code)
		}
	}
	return out
}

// Terms are the keys of every text of the package.
func Terms() []string {
	out := slices.Concat(code.Terms("obligation.owner", Owners()), code.Terms("obligation.pace", Paces()), code.Terms("obligation.answer", Answers()))
	for _, c := range Codes() {
		out = append(out, c.Term(), c.Term()+"-text")
	}
	return out
}
