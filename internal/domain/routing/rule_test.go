package routing

import (
	"slices"
	"testing"
	"time"

	"varn/internal/domain/incident"
	"varn/internal/kit/fault"
	"varn/internal/kit/law"
)

func on(day string) time.Time {
	t, err := time.Parse(time.DateOnly, day)
	if err != nil {
		panic(err)
	}
	return t
}

func TestWhoAnswersDependsOnPersonDegreeContextAndDay(t *testing.T) {
	t.Parallel()
	decision := &LocalDecision{Number: "KS 2025/0111", Date: on("2025-09-15")}
	for name, c := range map[string]struct {
		in   Input
		rule RuleID
		who  Actor
		law  []string
	}{
		"full-time, the day before the law": {Input{Category: incident.ElectedFulltime, Event: on("2025-06-30")}, ElectedBefore, Party, nil},
		"full-time, the day of the law":     {Input{Category: incident.ElectedFulltime, Event: on("2025-07-01")}, ElectedFulltime, Municipality, []string{"KL 4:18 a", "KL 4:2"}},
		"full-time in a campaign":           {Input{Category: incident.ElectedFulltime, Context: incident.Campaign, Event: on("2026-08-01")}, ElectedFulltime, Municipality, []string{"KL 4:18 a", "KL 4:2"}},
		"considerable part":                 {Input{Category: incident.ElectedLeisure, Degree: Considerable, Event: on("2026-01-01")}, ElectedFulltime, Municipality, []string{"KL 4:18 a", "KL 4:2"}},
		"the degree goes before the title":  {Input{Category: incident.ElectedFulltime, Degree: PartTime, Event: on("2026-01-01")}, ElectedPartTime, Party, nil},
		"part-time":                         {Input{Category: incident.ElectedLeisure, Context: incident.MunicipalAssignment, Event: on("2026-01-01")}, ElectedPartTime, Party, nil},
		"substitute":                        {Input{Category: incident.Substitute, Event: on("2026-01-01")}, ElectedPartTime, Party, nil},
		"auditor":                           {Input{Category: incident.LayAuditor, Event: on("2024-01-01")}, ElectedBefore, Party, nil},
		"part-time, after the decision":     {Input{Category: incident.ElectedLeisure, Context: incident.MunicipalAssignment, Event: on("2025-09-15"), Local: decision}, ElectedLocal, Municipality, nil},
		"part-time, before the decision":    {Input{Category: incident.ElectedLeisure, Context: incident.MunicipalAssignment, Event: on("2025-09-14"), Local: decision}, ElectedPartTime, Party, nil},
		"a decision leaves the campaign":    {Input{Category: incident.ElectedLeisure, Context: incident.Campaign, Event: on("2026-01-01"), Local: decision}, ElectedPartTime, Party, nil},
		"a decision changes no law":         {Input{Category: incident.ElectedFulltime, Event: on("2026-01-01"), Local: decision}, ElectedFulltime, Municipality, []string{"KL 4:18 a", "KL 4:2"}},
		"candidate":                         {Input{Category: incident.Candidate, Context: incident.Campaign, Event: on("2026-01-01")}, CandidateRule, Party, nil},
		"employee":                          {Input{Category: incident.Employee, Context: incident.Employment, Event: on("2026-01-01")}, EmployeeRule, Employer, []string{"AML 3:2", "AML 3:2 a", "AML 3:3", "AML 3:3 a"}},
		"employee, spare time":              {Input{Category: incident.Employee, Context: incident.Private, Event: on("2019-01-01")}, EmployeeRule, Employer, []string{"AML 3:2", "AML 3:2 a", "AML 3:3", "AML 3:3 a"}},
		"employee in a party":               {Input{Category: incident.Employee, Context: incident.PartyActivity, Event: on("2026-01-01")}, StaffInParty, Party, nil},
		"political secretary":               {Input{Category: incident.PoliticalSecretary, Event: on("2026-01-01")}, SecretaryRule, Employer, []string{"AML 3:2", "AML 3:2 a", "AML 3:3", "AML 3:3 a"}},
		"contractor":                        {Input{Category: incident.Contractor, Event: on("2026-01-01")}, ContractorRule, Municipality, nil},
		"relative":                          {Input{Category: incident.Relative, Event: on("2026-01-01")}, RelativeRule, Municipality, nil},
		"nothing is told":                   {Input{Reported: on("2026-01-01")}, NotTold, Municipality, nil},
	} {
		plan := Resolve(c.in, Directory{})
		var cited []string
		for _, p := range plan.Law {
			cited = append(cited, p.ID)
		}
		if plan.Rule != c.rule || plan.Responsible != c.who || !slices.Equal(cited, c.law) {
			t.Errorf("%s: %s, %s, %v", name, plan.Rule, plan.Responsible, cited)
		}
		if (plan.Local != nil) != (c.rule == ElectedLocal) {
			t.Errorf("%s: the decision is %v", name, plan.Local)
		}
	}
}

func TestTheTableHasARowForEverybodyEveryDay(t *testing.T) {
	t.Parallel()
	for _, day := range []string{"2012-01-01", "2025-06-30", "2025-07-01", "2030-01-01"} {
		for _, c := range append(incident.TargetCategories(), "") {
			for _, x := range append(incident.Contexts(), "") {
				for _, d := range append(Degrees(), "") {
					p := Resolve(Input{Category: c, Context: x, Degree: d, Event: on(day)}, Directory{})
					if p.Rule == "" || p.Responsible == "" || len(p.Law)+len(p.Practice) == 0 {
						t.Errorf("%s %s %s %s: %+v", day, c, x, d, p)
					}
				}
			}
		}
	}
}

func TestEveryRowCitesLawThatIsListedAndHolds(t *testing.T) {
	t.Parallel()
	for _, r := range rules(&LocalDecision{Number: "1", Date: on("2025-01-01")}) {
		if len(r.Law)+len(r.Practice) == 0 || !slices.Contains(RuleIDs(), r.ID) {
			t.Errorf("%s has no ground or is not listed", r.ID)
		}
		from := r.From
		if from.IsZero() {
			from = on("2026-01-01")
		}
		for _, id := range r.Law {
			if p, ok := law.Find(id, from); !ok || p.Standing != law.Read {
				t.Errorf("%s cites %s, which does not hold on %s or was not read", r.ID, id, from.Format(time.DateOnly))
			}
		}
		if got := r.Paragraphs(from); len(got) != len(r.Law) {
			t.Errorf("%s: %v", r.ID, got)
		}
	}
}

func TestThePublicTableIsThatOfTheDay(t *testing.T) {
	t.Parallel()
	has := func(day string, local *LocalDecision, id RuleID) bool {
		return slices.ContainsFunc(Table(on(day), local), func(r Rule) bool { return r.ID == id })
	}
	if has("2025-06-30", nil, ElectedFulltime) || !has("2025-06-30", nil, ElectedBefore) || has("2025-07-01", nil, ElectedBefore) || !has("2025-07-01", nil, ElectedFulltime) {
		t.Error("the law's first day is wrong")
	}
	local := &LocalDecision{Number: "KF 2026 § 7", Date: on("2026-02-01")}
	if has("2026-01-31", local, ElectedLocal) || !has("2026-02-01", local, ElectedLocal) {
		t.Error("the decision's first day is wrong")
	}
}

func TestALocalDecisionNeedsNumberAndDate(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		d   LocalDecision
		bad int
	}{
		"whole":      {LocalDecision{Number: "KS 2025/0111", Date: on("2025-09-15")}, 0},
		"nothing":    {LocalDecision{}, 2},
		"long":       {LocalDecision{Number: string(make([]byte, 61)), Date: on("2025-09-15")}, 1},
		"no context": {LocalDecision{Number: "1", Date: on("2025-09-15"), Contexts: []incident.Context{"x"}}, 1},
	} {
		if f := fault.Of(c.d.Check()); (c.d.Check() == nil) != (c.bad == 0) || len(f.Fields) != c.bad {
			t.Errorf("%s: %+v", name, f)
		}
	}
}

func TestADayIsTheCalendarsWhereItHappened(t *testing.T) {
	t.Parallel()
	stockholm := time.FixedZone("CEST", 2*3600)
	if got := Day(time.Date(2025, 7, 1, 0, 30, 0, 0, stockholm)); !got.Equal(on("2025-07-01")) {
		t.Errorf("got %s", got)
	}
	if !Day(time.Time{}).IsZero() {
		t.Error("an unknown day became known")
	}
}
