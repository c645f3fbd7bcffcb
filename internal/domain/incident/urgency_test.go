package incident

import (
	"slices"
	"testing"

	"pgregory.net/rapid"
)

func TestUrgencyIsProposedFromFacts(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		r       Report
		level   int
		reasons []Reason
	}{
		"nothing":        {Report{Forms: []Form{SocialPressure}}, 0, nil},
		"violence":       {Report{Forms: []Form{Violence}}, 3, []Reason{ReasonViolence}},
		"weapon":         {Report{Signs: []Sign{Weapon}}, 3, []Reason{ReasonWeapon}},
		"hurt":           {Report{InjuryPhysical: true}, 3, []Reason{ReasonInjury}},
		"threat":         {Report{Forms: []Form{Threat}}, 2, []Reason{ReasonThreat}},
		"threat at home": {Report{Forms: []Form{Threat}, Place: Home}, 3, []Reason{ReasonThreat, ReasonHome}},
		"home is known":  {Report{Signs: []Sign{HomeKnown}}, 2, []Reason{ReasonHome}},
		"followed":       {Report{Subtypes: []HarassmentSubtype{Followed}}, 2, []Reason{ReasonHome}},
		"children":       {Report{Signs: []Sign{Children}}, 2, []Reason{ReasonChildren}},
		"relative":       {Report{TargetCategory: Relative}, 2, []Reason{ReasonRelative}},
		"again":          {Report{RepeatedCount: 3}, 1, []Reason{ReasonRepeated}},
		"again and ill":  {Report{Repeated: true, InjuryMental: true}, 2, []Reason{ReasonRepeated, ReasonUnwell}},
		"sick leave":     {Report{Consequences: []Consequence{SickLeave}}, 1, []Reason{ReasonUnwell}},
		"decision":       {Report{Consequences: []Consequence{DecisionAffected}}, 1, []Reason{ReasonDecision}},
		"vandalism":      {Report{Forms: []Form{Vandalism}}, 1, []Reason{ReasonVandalism}},
	} {
		level, reasons := c.r.Urgency()
		if level != c.level || !slices.Equal(reasons, c.reasons) {
			t.Errorf("%s: %d, %v", name, level, reasons)
		}
	}
}

func TestEveryLevelHasItsReasonsAndMoreFactsNeverLowerIt(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		r := drawReport(t)
		level, reasons := r.Urgency()
		if (level == 0) != (len(reasons) == 0) || level < 0 || level > MaxUrgency {
			t.Fatalf("level %d of %v", level, reasons)
		}
		r.InjuryPhysical = true
		if more, _ := r.Urgency(); more < level {
			t.Fatalf("%d became %d", level, more)
		}
	})
}

func TestEveryCodeHasOneTerm(t *testing.T) {
	t.Parallel()
	terms := Terms()
	seen := map[string]bool{}
	for _, k := range terms {
		if seen[k] {
			t.Errorf("%s stands twice", k)
		}
		seen[k] = true
	}
	for _, k := range []string{Threat.Term(), Exposed.Term(), DroneCamera.Term(), AssemblyRoom.Term(), Campaign.Term(),
		NegativeDecision.Term(), Weapon.Term(), Desperate.Term(), ElectedLeisure.Term(), Worry.Term(), ReasonHome.Term(), TextQuestion.Term()} {
		if !seen[k] {
			t.Errorf("%s is missing", k)
		}
	}
}
