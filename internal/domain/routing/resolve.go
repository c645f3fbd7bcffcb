package routing

import (
	"slices"
	"time"

	"varn/internal/domain/incident"
)

// Resolve works out the plan. It is total: whatever is missing is a step with its reason, and what
// nobody may or can receive goes to the recovery key.
func Resolve(in Input, dir Directory) Plan {
	r := resolver{in: in, dir: dir}
	rule := r.rule()
	r.security()
	if in.UnsureExclusion {
		r.step(UnsureName, SecurityView, "")
	} else {
		r.owner(rule)
		r.party(rule)
	}
	r.plan.Escrow = !slices.ContainsFunc(r.plan.Views, func(v View) bool { return !v.Empty() })
	if r.plan.Escrow {
		r.step(Recovery, "", "")
	}
	r.view(View{Kind: PoliceView, Reason: PoliceByFiler, Consent: MayObject})
	r.registrar()
	r.wake()
	return r.plan
}

type resolver struct {
	in   Input
	dir  Directory
	plan Plan
}

func (r *resolver) step(why Reason, view ViewKind, function string) {
	r.plan.Steps = append(r.plan.Steps, Step{Reason: why, View: view, Function: function})
}

func (r *resolver) view(v View) { r.plan.Views = append(r.plan.Views, v) }

// rule finds the row that decides and writes it into the plan.
func (r *resolver) rule() Rule {
	on := r.day()
	degree := r.degree()
	var rule Rule
	for _, row := range Table(on, r.in.Local) {
		if row.fits(r.in.Category, degree, r.in.Context) {
			rule = row
			break
		}
	}
	r.plan.Rule, r.plan.Responsible, r.plan.Supporting = rule.ID, rule.Responsible, rule.Supporting
	r.plan.Law, r.plan.Practice, r.plan.AskLawyer = rule.Paragraphs(on), rule.Practice, rule.AskLawyer
	if rule.ID == ElectedLocal {
		r.plan.Local = r.in.Local
	}
	r.plan.Steps = append(r.plan.Steps, Step{Reason: ByRule, Rule: rule.ID})
	return rule
}

func (r *resolver) day() time.Time {
	if r.in.Event.IsZero() {
		r.step(DayUnknown, "", "")
		return Day(r.in.Reported)
	}
	return Day(r.in.Event)
}

// degree is the known one, or what the category says, or part-time.
func (r *resolver) degree() Degree {
	switch {
	case r.in.Degree != "":
		return r.in.Degree
	case r.in.Category == incident.ElectedFulltime:
		return FullTime
	case r.in.Category == incident.Substitute || r.in.Category == incident.LayAuditor:
		r.step(DegreeAssumed, "", "")
	}
	return PartTime
}

// security receives always: whoever is on duty and the security function, else the reserve.
func (r *resolver) security() {
	v := View{Kind: SecurityView, Reason: Always, Consent: NeedsNone}
	if r.dir.OnCall.OnDuty && r.dir.OnCall.set() {
		if r.seat(&v, r.dir.OnCall) {
			r.step(OnDuty, SecurityView, r.dir.OnCall.Function)
		}
	} else {
		r.step(NobodyOnDuty, SecurityView, r.dir.OnCall.Function)
	}
	seated := r.seat(&v, r.dir.Security)
	if seated {
		r.step(Always, SecurityView, r.dir.Security.Function)
	}
	// Those who share security's view work with it: when somebody in it may not know, nor may they.
	if seated && !r.dir.Security.Excluded && !r.in.UnsureExclusion {
		for _, s := range r.dir.WithSecurity {
			if r.seat(&v, s) {
				r.step(AlsoSecurity, SecurityView, s.Function)
			}
		}
	}
	if v.Empty() && r.seat(&v, r.dir.Reserve) {
		v.Reason = ToReserve
		r.step(ToReserve, SecurityView, r.dir.Reserve.Function)
	}
	r.view(v)
}

// owner is the employer's or the municipality's own view, when somebody beside security receives it.
func (r *resolver) owner(rule Rule) {
	if rule.Responsible == Employer {
		r.employer(rule)
		return
	}
	v := View{Kind: MunicipalityView, Reason: ForMunicipality, Consent: MayObject, Basis: rule.Law}
	if r.first(&v, r.dir.Municipality) {
		r.step(ForMunicipality, v.Kind, head(v.Functions))
		r.view(v)
		return
	}
	r.step(SecurityStands, SecurityView, "")
}

func (r *resolver) employer(rule Rule) {
	unit, known := r.dir.Units[r.in.Unit]
	if !known {
		r.step(NoUnit, EmployerView, "")
		return
	}
	v := View{Kind: EmployerView, Reason: Employs, Consent: MayObject, Basis: rule.Law}
	if !r.first(&v, unit.Managers) {
		r.step(NoManager, EmployerView, "")
	} else {
		r.step(Employs, EmployerView, head(v.Functions))
		r.view(v)
	}
	if s := unit.Safety; s.Function != "" && s.Enrolled && !s.Excluded {
		r.plan.Told = append(r.plan.Told, s.Function)
		r.step(SafetyTold, "", s.Function)
	}
}

// party is what the person concerned shares with the party.
func (r *resolver) party(rule Rule) {
	if rule.Responsible != Party && !slices.Contains(rule.Supporting, Party) {
		return
	}
	seats, known := r.dir.Parties[r.in.Party]
	switch {
	case !r.in.SharedWithParty:
		r.step(NotShared, PartyView, "")
		return
	case !known:
		r.step(NoParty, PartyView, "")
		return
	}
	v := View{Kind: PartyView, Reason: NamedContact, Consent: MustApprove}
	if r.first(&v, seats.Contacts) {
		r.step(NamedContact, PartyView, head(v.Functions))
		r.view(v)
		return
	}
	v.Reason = NoContact
	r.step(NoContact, PartyView, "")
	if !r.first(&v, seats.Leaders) {
		r.step(NobodyInParty, PartyView, "")
		return
	}
	r.view(v)
}

// first seals the view to the first seat of a line that may and can receive.
func (r *resolver) first(v *View, line []Seat) bool {
	return slices.ContainsFunc(line, func(s Seat) bool { return r.seat(v, s) })
}

// seat adds a seat to the view if it may and can receive, and says why when it does not.
func (r *resolver) seat(v *View, s Seat) bool {
	switch {
	case !s.set():
		return false
	case s.Excluded && len(s.People) == 0:
		r.step(Conflict, v.Kind, s.Function)
		return false
	case s.Excluded:
		r.step(OneByOne, v.Kind, s.Function)
		v.People = once(v.People, s.People...)
	case s.Function == "":
		v.People = once(v.People, s.People...)
	case !s.Enrolled:
		r.step(NobodyEnrolled, v.Kind, s.Function)
		return false
	default:
		v.Functions = once(v.Functions, s.Function)
	}
	return true
}

func (r *resolver) registrar() {
	r.plan.Authority = r.dir.Home
	if unit, known := r.dir.Units[r.in.Unit]; known && unit.Authority != "" {
		r.plan.Authority = unit.Authority
	}
	seat := r.dir.Registrars[r.plan.Authority]
	r.plan.Registrar = seat.Function
	if seat.Function == "" || !seat.Enrolled {
		r.step(NoRegistrar, "", seat.Function)
	}
}

// wake is the order of the views, security first: whoever is on duty before the rest. The party is
// told, not woken.
func (r *resolver) wake() {
	for _, v := range r.plan.Views {
		if v.Kind == PartyView {
			continue
		}
		for _, t := range v.targets() {
			if !slices.Contains(r.plan.Wake, t) {
				r.plan.Wake = append(r.plan.Wake, t)
			}
		}
	}
}

// once adds what is not there yet.
func once(list []string, more ...string) []string {
	for _, s := range more {
		if !slices.Contains(list, s) {
			list = append(list, s)
		}
	}
	return list
}

func head(functions []string) string {
	if len(functions) == 0 {
		return ""
	}
	return functions[0]
}
