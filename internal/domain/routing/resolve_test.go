package routing

import (
	"slices"
	"testing"

	"pgregory.net/rapid"
	"varn/internal/domain/incident"
)

func seat(id string) Seat { return Seat{Function: id, Enrolled: true, OnDuty: true} }

// town is a municipality in which everybody is in place.
func town() Directory {
	return Directory{
		OnCall: seat("on-call"), Security: seat("security"), Reserve: seat("reserve"), Home: "ks",
		Units: map[string]Unit{"school": {Authority: "bun", Managers: []Seat{seat("head"), seat("director")}, Safety: seat("safety")}},
		Parties: map[string]PartySeats{
			"a": {Contacts: []Seat{seat("contact-a")}, Leaders: []Seat{seat("leader-a")}},
			"b": {Leaders: []Seat{{People: []string{"lena"}}}},
		},
		Registrars: map[string]Seat{"ks": seat("reg-ks"), "bun": seat("reg-bun")},
	}
}

func employee() Input {
	return Input{Category: incident.Employee, Context: incident.Employment, Unit: "school", Event: on("2026-02-01")}
}

func councillor(party string) Input {
	return Input{Category: incident.ElectedLeisure, Context: incident.MunicipalAssignment, Party: party, Event: on("2026-02-01"), SharedWithParty: true}
}

func reasons(p Plan) []Reason {
	var out []Reason
	for _, s := range p.Steps {
		out = append(out, s.Reason)
	}
	return out
}

func TestAnEmployeesEventGoesToTheManagerAndSecurity(t *testing.T) {
	t.Parallel()
	p := Resolve(employee(), town())
	functions, people := p.Recipients()
	if !slices.Equal(functions, []string{"head", "on-call", "security"}) || len(people) != 0 || p.Escrow {
		t.Fatalf("got %v %v", functions, people)
	}
	if p.Authority != "bun" || p.Registrar != "reg-bun" || !slices.Equal(p.Told, []string{"safety"}) {
		t.Fatalf("got %+v", p)
	}
	if !slices.Equal(p.Wake, []Target{{Function: "on-call"}, {Function: "security"}, {Function: "head"}}) {
		t.Fatalf("wakes %v", p.Wake)
	}
	if v, ok := p.View(EmployerView); !ok || v.Consent != MayObject || !slices.Contains(v.Basis, "AML 3:3 a") {
		t.Fatalf("got %+v", v)
	}
}

func TestFallbacksAreSteppedThroughInTheOpen(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		in     Input
		change func(*Directory)
		view   ViewKind
		to     []string
		people []string
		reason Reason
	}{
		"nobody on duty → head of security": {employee(), func(d *Directory) { d.OnCall.OnDuty = false }, SecurityView, []string{"security"}, nil, NobodyOnDuty},
		"no on-call at all":                 {employee(), func(d *Directory) { d.OnCall = Seat{} }, SecurityView, []string{"security"}, nil, NobodyOnDuty},
		"the same function twice":           {employee(), func(d *Directory) { d.OnCall.Function = "security" }, SecurityView, []string{"security"}, nil, OnDuty},
		"conflict of interest → next":       {employee(), func(d *Directory) { d.Units["school"].Managers[0].Excluded = true }, EmployerView, []string{"director"}, nil, Conflict},
		"nobody enrolled → next":            {employee(), func(d *Directory) { d.Units["school"].Managers[0].Enrolled = false }, EmployerView, []string{"director"}, nil, NobodyEnrolled},
		"other holders one by one":          {employee(), func(d *Directory) { d.Security.Excluded, d.Security.People = true, []string{"sara"} }, SecurityView, []string{"on-call"}, []string{"sara"}, OneByOne},
		"security excluded → reserve":       {employee(), func(d *Directory) { d.Security.Excluded, d.OnCall.Excluded = true, true }, SecurityView, []string{"reserve"}, nil, ToReserve},
		"named contact":                     {councillor("a"), func(*Directory) {}, PartyView, []string{"contact-a"}, nil, NamedContact},
		"no named contact → group leader":   {councillor("b"), func(*Directory) {}, PartyView, nil, []string{"lena"}, NoContact},
		"contact excluded → group leader":   {councillor("a"), func(d *Directory) { d.Parties["a"].Contacts[0].Excluded = true }, PartyView, []string{"leader-a"}, nil, Conflict},
		"the municipality's own receiver":   {councillor("a"), func(d *Directory) { d.Municipality = []Seat{seat("office")} }, MunicipalityView, []string{"office"}, nil, ForMunicipality},
	} {
		dir := town()
		c.change(&dir)
		p := Resolve(c.in, dir)
		v, ok := p.View(c.view)
		if !ok || !slices.Equal(v.Functions, c.to) || !slices.Equal(v.People, c.people) || !slices.Contains(reasons(p), c.reason) {
			t.Errorf("%s: %+v, %v", name, v, reasons(p))
		}
	}
}

func TestAViewThatNobodyReceivesIsLeftOutWithItsReason(t *testing.T) {
	t.Parallel()
	unshared := councillor("a")
	unshared.SharedWithParty = false
	homeless := employee()
	homeless.Unit = ""
	for name, c := range map[string]struct {
		in     Input
		change func(*Directory)
		view   ViewKind
		reason Reason
	}{
		"not approved":       {unshared, func(*Directory) {}, PartyView, NotShared},
		"no party":           {councillor(""), func(*Directory) {}, PartyView, NoParty},
		"nobody in party":    {councillor("b"), func(d *Directory) { d.Parties["b"] = PartySeats{} }, PartyView, NobodyInParty},
		"no unit":            {homeless, func(*Directory) {}, EmployerView, NoUnit},
		"no manager":         {employee(), func(d *Directory) { d.Units["school"] = Unit{Authority: "bun"} }, EmployerView, NoManager},
		"security stands in": {councillor("a"), func(*Directory) {}, MunicipalityView, SecurityStands},
		"employee, no party": {employee(), func(*Directory) {}, PartyView, ByRule},
	} {
		dir := town()
		c.change(&dir)
		p := Resolve(c.in, dir)
		if v, ok := p.View(c.view); ok || !slices.Contains(reasons(p), c.reason) {
			t.Errorf("%s: %+v, %v", name, v, reasons(p))
		}
		if v, _ := p.View(SecurityView); v.Empty() {
			t.Errorf("%s: security did not receive", name)
		}
	}
}

func TestAnUnrecognisedNameSendsItToSecurityAlone(t *testing.T) {
	t.Parallel()
	in := employee()
	in.UnsureExclusion = true
	p := Resolve(in, town())
	functions, _ := p.Recipients()
	if !slices.Equal(functions, []string{"on-call", "security"}) || len(p.Told) != 0 || !slices.Contains(reasons(p), UnsureName) {
		t.Fatalf("got %v, %v", functions, p.Told)
	}
	dir := town()
	dir.Security.Excluded, dir.OnCall.OnDuty = true, false
	if functions, _ := Resolve(in, dir).Recipients(); !slices.Equal(functions, []string{"reserve"}) {
		t.Fatalf("got %v", functions)
	}
}

func TestNobodyAtAllMeansTheRecoveryKey(t *testing.T) {
	t.Parallel()
	for name, dir := range map[string]Directory{
		"an empty municipality": {},
		"all excluded": {OnCall: Seat{Function: "a", Enrolled: true, OnDuty: true, Excluded: true}, Security: Seat{Function: "b", Enrolled: true, Excluded: true},
			Reserve: Seat{Function: "c", Enrolled: true, Excluded: true}, Units: map[string]Unit{"school": {Managers: []Seat{{Function: "d", Enrolled: true, Excluded: true}}}}},
	} {
		p := Resolve(employee(), dir)
		if !p.Escrow || !slices.Contains(reasons(p), Recovery) || len(p.Wake) != 0 {
			t.Errorf("%s: %+v", name, p)
		}
	}
	one := Directory{Security: Seat{Function: "security"}, Units: map[string]Unit{"school": {Managers: []Seat{seat("head")}}}}
	if p := Resolve(employee(), one); p.Escrow || len(p.Wake) != 1 || p.Wake[0].Function != "head" {
		t.Errorf("one enrolled person: %+v", p)
	}
}

func TestWhateverTheDirectoryNobodyReceivesWhoMayNot(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		all := map[string]Seat{}
		draw := func(id string) Seat {
			s := Seat{Function: id, Enrolled: rapid.Bool().Draw(t, id+" enrolled"), OnDuty: rapid.Bool().Draw(t, id+" on duty"), Excluded: rapid.Bool().Draw(t, id+" excluded")}
			if s.Excluded && rapid.Bool().Draw(t, id+" others") {
				s.People = []string{"person of " + id}
			}
			all[id] = s
			return s
		}
		dir := Directory{
			OnCall: draw("on-call"), Security: draw("security"), Reserve: draw("reserve"), Municipality: []Seat{draw("office")}, WithSecurity: []Seat{draw("beside")},
			Units:   map[string]Unit{"u": {Managers: []Seat{draw("head"), draw("director")}, Safety: draw("safety")}},
			Parties: map[string]PartySeats{"p": {Contacts: []Seat{draw("contact")}, Leaders: []Seat{draw("leader")}}},
		}
		in := Input{
			Category: rapid.SampledFrom(append(incident.TargetCategories(), "")).Draw(t, "category"), Context: rapid.SampledFrom(append(incident.Contexts(), "")).Draw(t, "context"),
			Degree: rapid.SampledFrom(append(Degrees(), "")).Draw(t, "degree"), Unit: rapid.SampledFrom([]string{"", "u"}).Draw(t, "unit"), Party: rapid.SampledFrom([]string{"", "p"}).Draw(t, "party"),
			SharedWithParty: rapid.Bool().Draw(t, "shared"), UnsureExclusion: rapid.Bool().Draw(t, "unsure"), Reported: on("2026-01-01"),
		}
		p := Resolve(in, dir)
		functions, people := p.Recipients()
		for _, id := range append(functions, p.Told...) {
			if s := all[id]; s.Excluded || !s.Enrolled {
				t.Fatalf("%s receives: %+v", id, s)
			}
		}
		if p.Escrow != (len(functions)+len(people) == 0) {
			t.Fatal("escrow and recipients, or neither")
		}
		if s := all["security"]; s.Enrolled && !s.Excluded && !slices.Contains(functions, "security") {
			t.Fatal("security may and can receive, and does not")
		}
		if _, shared := p.View(PartyView); shared && !in.SharedWithParty {
			t.Fatal("the party sees what nobody approved")
		}
		if in.UnsureExclusion && len(p.Views) != 2 {
			t.Fatalf("an unrecognised name, and %d views", len(p.Views))
		}
		for _, s := range p.Steps {
			if !slices.Contains(Reasons(), s.Reason) {
				t.Fatalf("the reason %q is not listed", s.Reason)
			}
		}
	})
}
