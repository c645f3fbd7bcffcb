package advice

import (
	"slices"
	"strings"
	"testing"

	"varn/internal/domain/incident"
)

func codes(list []Advice) []Code {
	var out []Code
	for _, a := range list {
		out = append(out, a.Code)
	}
	return out
}

func TestAdviceFollowsWhatHappened(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		r        incident.Report
		has, not []Code
	}{
		"nothing is told": {incident.Report{}, []Code{Call112, Call11414, ReportToPolice, Logbook, VictimSupport, Witnesses}, []Code{SayElected, CallNotes, SaveMessages, Whistleblowing}},
		"a call":          {incident.Report{Medium: []incident.Medium{incident.Phone}}, []Code{CallNotes}, []Code{SaveMessages, PaperBag, Witnesses}},
		"a letter":        {incident.Report{Medium: []incident.Medium{incident.Letter}}, []Code{PaperBag, SuspiciousParcel, RegisterIt, SaveMessages}, []Code{CallNotes}},
		"an e-mail":       {incident.Report{Medium: []incident.Medium{incident.Email}}, []Code{SaveMessages, RegisterIt}, []Code{PaperBag, SuspiciousParcel}},
		"social media":    {incident.Report{Medium: []incident.Medium{incident.SocialMedia}, Place: incident.Digital}, []Code{SaveMessages}, []Code{RegisterIt, Witnesses}},
		"violence":        {incident.Report{Forms: []incident.Form{incident.Violence}}, []Code{SeeDoctor, Photos, Witnesses}, nil},
		"vandalism":       {incident.Report{Forms: []incident.Form{incident.Vandalism}}, []Code{Photos}, []Code{SeeDoctor}},
		"a councillor":    {incident.Report{TargetCategory: incident.ElectedLeisure}, []Code{SayElected}, nil},
		"an employee":     {incident.Report{TargetCategory: incident.Employee, Forms: []incident.Form{incident.CorruptionOffer}}, []Code{Whistleblowing}, []Code{SayElected}},
		"elected, bribe":  {incident.Report{TargetCategory: incident.ElectedLeisure, Forms: []incident.Form{incident.CorruptionOffer}}, nil, []Code{Whistleblowing}},
	} {
		got := codes(For(c.r))
		for _, want := range c.has {
			if !slices.Contains(got, want) {
				t.Errorf("%s: no %s", name, want)
			}
		}
		for _, bad := range c.not {
			if slices.Contains(got, bad) {
				t.Errorf("%s: %s", name, bad)
			}
		}
		if got[0] != Call112 {
			t.Errorf("%s: %s comes before 112", name, got[0])
		}
	}
}

func TestEveryAdviceHasItsPlaceAndSource(t *testing.T) {
	t.Parallel()
	n := 0
	for _, s := range Sections() {
		n += len(In(s, All()))
	}
	if n != len(All()) {
		t.Error("an advice stands under no heading")
	}
	for _, a := range All() {
		if !strings.HasPrefix(a.Source, "https://") {
			t.Errorf("%s has no source", a.Code)
		}
	}
	terms := Terms()
	slices.Sort(terms)
	if len(slices.Compact(slices.Clone(terms))) != len(terms) {
		t.Error("a term stands twice")
	}
}
