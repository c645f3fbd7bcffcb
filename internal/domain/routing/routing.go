// Package routing works out who is responsible for an event, who is to see what of it, and why:
// pure, out of one table of rules that the public page shows too.
package routing

import (
	"slices"
	"time"

	"varn/internal/domain/incident"
	"varn/internal/kit/code"
	"varn/internal/kit/law"
)

// Actor (ansvarig) is who answers for protection and support, or helps with it.
type Actor string

// The actors.
const (
	Municipality Actor = "MUNICIPALITY"
	Employer     Actor = "EMPLOYER" // the municipality in its role of employer
	Party        Actor = "PARTY"
	Police       Actor = "POLICE"
)

// Actors lists every actor.
func Actors() []Actor { return []Actor{Municipality, Employer, Party, Police} }

// Term is the key of its label.
func (a Actor) Term() string { return code.Term("routing.actor", a) }

// Degree (tjänstgöringsgrad) is how much an elected representative serves.
type Degree string

// The degrees. FullTime and Considerable are those of KL 4:2.
const (
	FullTime     Degree = "FULL_TIME"
	Considerable Degree = "CONSIDERABLE"
	PartTime     Degree = "PART_TIME"
)

// Degrees lists every degree.
func Degrees() []Degree { return []Degree{FullTime, Considerable, PartTime} }

// Term is the key of its label.
func (d Degree) Term() string { return code.Term("routing.degree", d) }

// Practice (praxis) is a ground that is no law.
type Practice string

// The practices.
const (
	PartyRole           Practice = "PARTY_ROLE"           // the party answers for its representatives
	MunicipalSupport    Practice = "MUNICIPAL_SUPPORT"    // the municipality helps in connection with the assignment
	SecurityCoordinates Practice = "SECURITY_COORDINATES" // the security function takes it until it is clear who answers
	ByLocalDecision     Practice = "LOCAL_DECISION"
)

// Practices lists every practice.
func Practices() []Practice {
	return []Practice{PartyRole, MunicipalSupport, SecurityCoordinates, ByLocalDecision}
}

// Term is the key of its label.
func (p Practice) Term() string { return code.Term("routing.practice", p) }

// Input is what decides. Days are calendar days where it happened: see Day.
type Input struct {
	Category incident.TargetCategory
	Degree   Degree // empty: as the category says
	Context  incident.Context
	Unit     string
	Party    string
	// Event is the day of the event; zero: not told, and Reported decides.
	Event, Reported time.Time
	// SharedWithParty: the person concerned approves that the party sees its view.
	SharedWithParty bool
	// UnsureExclusion: a name among those who may not know matches nobody, or several.
	UnsureExclusion bool
	Local           *LocalDecision
}

// LocalDecision (lokalt beslut) is the municipality's own, to answer for part-time
// representatives too.
type LocalDecision struct {
	Number string    `json:"number"`
	Date   time.Time `json:"date"`
	// Contexts it covers; none: the assignment and spare time, not the party's own activity.
	Contexts []incident.Context `json:"contexts,omitempty"`
}

// Plan is who is responsible, who sees what, who is woken, and every step that led there.
type Plan struct {
	Rule        RuleID
	Responsible Actor
	Supporting  []Actor
	Views       []View
	Steps       []Step
	// Law are the paragraphs that hold on the day; Practice the grounds that are no law.
	Law      []law.Paragraph
	Practice []Practice
	// Local is the decision, when it decided.
	Local *LocalDecision
	// AskLawyer: the law does not say it in so many words, so the page doesn't either.
	AskLawyer bool
	// Wake is the order in which people are woken.
	Wake []Target
	// Told are functions that learn that something has happened in their unit, and open nothing.
	Told []string
	// Authority registers the report; Registrar is its registrar's function, empty if there is none.
	Authority, Registrar string
	// Escrow: nobody may or can receive it, so it is sealed to the recovery key.
	Escrow bool
}

// Recipients are all that the views are sealed to, once each.
func (p Plan) Recipients() (functions, people []string) {
	for _, v := range p.Views {
		functions, people = append(functions, v.Functions...), append(people, v.People...)
	}
	slices.Sort(functions)
	slices.Sort(people)
	return slices.Compact(functions), slices.Compact(people)
}

// OwesNotice tells whether an employer answers for the event by law, and so may have to notify the
// supervisory authority without delay (AML 3:3 a).
func (p Plan) OwesNotice() bool {
	return slices.ContainsFunc(p.Law, func(l law.Paragraph) bool { return l.ID == "AML 3:3 a" })
}

// View finds a view of the plan.
func (p Plan) View(kind ViewKind) (View, bool) {
	i := slices.IndexFunc(p.Views, func(v View) bool { return v.Kind == kind })
	if i < 0 {
		return View{}, false
	}
	return p.Views[i], true
}

// Day is the calendar day of a moment in its own zone, as law counts days.
func Day(at time.Time) time.Time {
	if at.IsZero() {
		return at
	}
	y, m, d := at.Date()
	return time.Date(y, m, d, 0, 0, 0, 0, time.UTC)
}
