package routing

import "varn/internal/kit/code"

// ViewKind (vy) is for whom a view of the event is.
type ViewKind string

// The views.
const (
	SecurityView     ViewKind = "security"
	EmployerView     ViewKind = "employer"
	MunicipalityView ViewKind = "municipality"
	PartyView        ViewKind = "party"
	PoliceView       ViewKind = "police"
)

// ViewKinds lists every kind of view.
func ViewKinds() []ViewKind {
	return []ViewKind{SecurityView, EmployerView, MunicipalityView, PartyView, PoliceView}
}

// Term is the key of its label; with "-text" it says what the receiver gets.
func (v ViewKind) Term() string { return code.Term("routing.view", v) }

// Consent is what the person concerned has to say about a view.
type Consent string

// The consents.
const (
	NeedsNone   Consent = "NONE"    // always goes
	MayObject   Consent = "OBJECT"  // goes; an objection is logged
	MustApprove Consent = "APPROVE" // goes only if approved, and can't be un-sent
)

// Consents lists every consent.
func Consents() []Consent { return []Consent{NeedsNone, MayObject, MustApprove} }

// Term is the key of its label.
func (c Consent) Term() string { return code.Term("routing.consent", c) }

// View is one receiver's part of the event. The police's has nobody: it is a package that
// whoever files the report makes.
type View struct {
	Kind      ViewKind
	Functions []string
	People    []string
	Reason    Reason
	Consent   Consent
	Basis     []string // ids of kit/law
}

// Empty tells whether the view is sealed to nobody.
func (v View) Empty() bool { return len(v.Functions)+len(v.People) == 0 }

// Target is one to wake: a function or a person.
type Target struct{ Function, Person string }

func (v View) targets() []Target {
	var out []Target
	for _, f := range v.Functions {
		out = append(out, Target{Function: f})
	}
	for _, p := range v.People {
		out = append(out, Target{Person: p})
	}
	return out
}

// Reason (skäl) is why a step was taken.
type Reason string

// The reasons.
const (
	ByRule          Reason = "RULE"              // the table's row decided
	DayUnknown      Reason = "DAY_UNKNOWN"       // the day of the report stands for the event's
	DegreeAssumed   Reason = "DEGREE_ASSUMED"    // the degree of service is not known: part-time
	Always          Reason = "SECURITY_ALWAYS"   // security always receives
	AlsoSecurity    Reason = "ALSO_SECURITY"     // the municipality has decided that it shares security's view
	OnDuty          Reason = "ON_DUTY"           // the duty officer has the watch
	NobodyOnDuty    Reason = "NOBODY_ON_DUTY"    // → head of security
	NobodyEnrolled  Reason = "NOBODY_ENROLLED"   // → next
	Conflict        Reason = "CONFLICT"          // may not know, or a conflict of interest → next
	OneByOne        Reason = "ONE_BY_ONE"        // to the function's other holders, not through it
	ToReserve       Reason = "RESERVE"           // nobody in security may know → reserve outside
	UnsureName      Reason = "UNSURE_NAME"       // an excluded name is not recognised: security alone
	Employs         Reason = "MANAGER"           // the unit's manager receives for the employer
	NoUnit          Reason = "NO_UNIT"           // no unit named → security
	NoManager       Reason = "NO_MANAGER"        // nobody in the line may or can → security
	ForMunicipality Reason = "MUNICIPALITY"      // the municipality's own receiver
	SecurityStands  Reason = "SECURITY_RECEIVES" // security receives for the municipality
	SafetyTold      Reason = "SAFETY_TOLD"       // the safety representative learns that something happened
	NamedContact    Reason = "PARTY_CONTACT"     // the party's named contact
	NoContact       Reason = "NO_PARTY_CONTACT"  // no named contact → group leader
	NoParty         Reason = "PARTY_UNKNOWN"     // no party is named
	NobodyInParty   Reason = "PARTY_UNREACHABLE" // nobody in the party may or can
	NotShared       Reason = "NOT_SHARED"        // the person concerned has not approved
	PoliceByFiler   Reason = "POLICE_PACKAGE"    // a package, sealed to whoever files
	Recovery        Reason = "RECOVERY"          // nobody at all → the recovery key
	NoRegistrar     Reason = "NO_REGISTRAR"      // the authority has no registrar yet; the entry waits
)

// Reasons lists every reason.
func Reasons() []Reason {
	return []Reason{
		ByRule, DayUnknown, DegreeAssumed, Always, AlsoSecurity, OnDuty, NobodyOnDuty, NobodyEnrolled, Conflict, OneByOne,
		ToReserve, UnsureName, Employs, NoUnit, NoManager, ForMunicipality, SecurityStands, SafetyTold,
		NamedContact, NoContact, NoParty, NobodyInParty, NotShared, PoliceByFiler, Recovery, NoRegistrar,
	}
}

// Term is the key of its text.
func (r Reason) Term() string { return code.Term("routing.reason", r) }

// Step is one thing that the resolver did, for the person concerned to read. View and Function
// are empty where it is about neither.
type Step struct {
	Reason   Reason
	View     ViewKind
	Function string
	Rule     RuleID
}

// Terms are the keys of every text of the package.
func Terms() []string {
	var out []string
	for _, group := range [][]string{
		code.Terms("routing.actor", Actors()), code.Terms("routing.degree", Degrees()),
		code.Terms("routing.practice", Practices()), code.Terms("routing.rule", RuleIDs()),
		code.Terms("routing.view", ViewKinds()), code.Terms("routing.consent", Consents()),
		code.Terms("routing.reason", Reasons()),
	} {
		out = append(out, group...)
	}
	return out
}
