package routing

import (
	"slices"
	"time"

	"varn/internal/domain/incident"
	"varn/internal/kit/code"
	"varn/internal/kit/law"
)

// RuleID names a row of the table; its text is what the public page says.
type RuleID string

// The rows.
const (
	ElectedFulltime RuleID = "ELECTED_FULLTIME"
	ElectedLocal    RuleID = "ELECTED_LOCAL"
	ElectedPartTime RuleID = "ELECTED_PART_TIME"
	ElectedBefore   RuleID = "ELECTED_BEFORE"
	CandidateRule   RuleID = "CANDIDATE"
	StaffInParty    RuleID = "STAFF_IN_PARTY"
	EmployeeRule    RuleID = "EMPLOYEE"
	SecretaryRule   RuleID = "POLITICAL_SECRETARY"
	ContractorRule  RuleID = "CONTRACTOR"
	RelativeRule    RuleID = "RELATIVE"
	NotTold         RuleID = "NOT_TOLD"
)

// RuleIDs lists every row in the order in which they are tried.
func RuleIDs() []RuleID {
	return []RuleID{
		ElectedFulltime, ElectedLocal, ElectedPartTime, ElectedBefore, CandidateRule, StaffInParty,
		EmployeeRule, SecretaryRule, ContractorRule, RelativeRule, NotTold,
	}
}

// Term is the key of its label; with "-text" it says what the row means.
func (r RuleID) Term() string { return code.Term("routing.rule", r) }

// Rule is a row: whom and when it is about, who answers, and on what ground.
type Rule struct {
	ID RuleID
	// From and To bound the day of the event, both included; zero is no bound.
	From, To   time.Time
	Categories []incident.TargetCategory // none: any
	Degrees    []Degree                  // none: any
	Contexts   []incident.Context        // none: any

	Responsible Actor
	Supporting  []Actor
	Law         []string // ids of kit/law
	Practice    []Practice
	AskLawyer   bool
}

// Table gives the rows that hold on a day, in the order in which they are tried: the first that
// fits decides. A local decision adds its row from its own date.
func Table(on time.Time, local *LocalDecision) []Rule {
	return slices.DeleteFunc(rules(local), func(r Rule) bool {
		return on.Before(r.From) || !r.To.IsZero() && on.After(r.To)
	})
}

// Paragraphs are the rule's as they read on a day.
func (r Rule) Paragraphs(on time.Time) []law.Paragraph {
	var out []law.Paragraph
	for _, id := range r.Law {
		if p, ok := law.Find(id, on); ok {
			out = append(out, p)
		}
	}
	return out
}

func (r Rule) fits(c incident.TargetCategory, d Degree, x incident.Context) bool {
	return (r.Categories == nil || slices.Contains(r.Categories, c)) &&
		(r.Degrees == nil || slices.Contains(r.Degrees, d)) &&
		(r.Contexts == nil || slices.Contains(r.Contexts, x))
}

func elected() []incident.TargetCategory {
	return []incident.TargetCategory{incident.ElectedFulltime, incident.ElectedLeisure, incident.Substitute, incident.LayAuditor}
}

// partyLife is what a party runs itself.
func partyLife() []incident.Context {
	return []incident.Context{incident.PartyActivity, incident.Campaign}
}

// rules is the table. What the law says stands in kit/law; a row whose law does not name its case
// in so many words asks for the lawyer.
func rules(local *LocalDecision) []Rule {
	kl := time.Date(2025, 7, 1, 0, 0, 0, 0, time.UTC) // KL 4:18 a
	staff := []string{"AML 3:2", "AML 3:2 a", "AML 3:3", "AML 3:3 a"}
	list := []Rule{
		{
			ID: ElectedFulltime, From: kl, Categories: elected(), Degrees: []Degree{FullTime, Considerable},
			Responsible: Municipality, Supporting: []Actor{Party, Police}, Law: []string{"KL 4:18 a", "KL 4:2"},
		},
		{
			ID: ElectedPartTime, From: kl, Categories: elected(),
			Responsible: Party, Supporting: []Actor{Municipality, Police}, Practice: []Practice{PartyRole, MunicipalSupport},
		},
		{
			ID: ElectedBefore, To: kl.AddDate(0, 0, -1), Categories: elected(),
			Responsible: Party, Supporting: []Actor{Municipality, Police}, Practice: []Practice{PartyRole, MunicipalSupport},
		},
		{
			ID: CandidateRule, Categories: []incident.TargetCategory{incident.Candidate},
			Responsible: Party, Supporting: []Actor{Municipality, Police}, Practice: []Practice{PartyRole},
		},
		{
			ID: StaffInParty, Contexts: partyLife(),
			Categories:  []incident.TargetCategory{incident.Employee, incident.PoliticalSecretary, incident.Contractor},
			Responsible: Party, Supporting: []Actor{Municipality, Police}, Practice: []Practice{PartyRole}, AskLawyer: true,
		},
		{
			ID: EmployeeRule, Categories: []incident.TargetCategory{incident.Employee},
			Responsible: Employer, Supporting: []Actor{Police}, Law: staff,
		},
		{
			ID: SecretaryRule, Categories: []incident.TargetCategory{incident.PoliticalSecretary},
			Responsible: Employer, Supporting: []Actor{Party, Police}, Law: staff, AskLawyer: true,
		},
		{
			ID: ContractorRule, Categories: []incident.TargetCategory{incident.Contractor},
			Responsible: Municipality, Supporting: []Actor{Police}, Practice: []Practice{SecurityCoordinates}, AskLawyer: true,
		},
		{
			ID: RelativeRule, Categories: []incident.TargetCategory{incident.Relative},
			Responsible: Municipality, Supporting: []Actor{Police}, Practice: []Practice{SecurityCoordinates}, AskLawyer: true,
		},
		{
			ID: NotTold, Responsible: Municipality, Supporting: []Actor{Police}, Practice: []Practice{SecurityCoordinates},
		},
	}
	if local != nil {
		list = slices.Insert(list, 1, local.rule())
	}
	return list
}

// rule is the decision's row: it extends the municipality's duty and never takes any of it away.
func (d LocalDecision) rule() Rule {
	contexts := d.Contexts
	if len(contexts) == 0 {
		contexts = []incident.Context{incident.MunicipalAssignment, incident.Private, ""}
	}
	return Rule{
		ID: ElectedLocal, From: Day(d.Date), Categories: elected(), Contexts: contexts,
		Responsible: Municipality, Supporting: []Actor{Party, Police}, Practice: []Practice{ByLocalDecision},
	}
}
