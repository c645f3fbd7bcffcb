package scenario

import (
	"slices"
	"sync"
	"testing"
	"time"

	"varn/internal/domain/access"
	"varn/internal/domain/casefile"
	"varn/internal/domain/function"
	"varn/internal/kit/clock"
	"varn/internal/kit/fault"
	"varn/internal/usecase/casework"
	"varn/internal/usecase/people"
)

// opensWithout opens a case for a function, of which the named people may not know.
func (a *actor) opensWithout(fn string, names ...string) string {
	a.town.t.Helper()
	ref, err := a.town.house.Cases.OpenCase(a.town.t.Context(), a.session(), casework.NewCase{Authority: a.town.council, Title: "Rubrik", Text: "text",
		Members: []casework.Member{{Kind: casefile.ByFunction, ID: fn, Reason: "ansvarar"}}, Exclude: casework.Exclusion{Words: names}})
	must(a.town.t, err)
	return ref
}

// sits lists the kinds and members of a case's circle.
func (w *town) sits(ref string) []string {
	var out []string
	for _, p := range w.circle(w.file(ref).ID) {
		out = append(out, string(p.Kind)+" "+p.Member)
	}
	slices.Sort(out)
	return out
}

// seatBy gives somebody a seat in a function that a present holder confirms.
func (w *town) seatBy(holder, a *actor, fn string) {
	w.t.Helper()
	id, err := w.house.People.ProposeHolder(w.t.Context(), w.admin.session(), people.SeatProposal{Function: fn, Person: a.id})
	must(w.t, err)
	must(w.t, w.house.People.ConfirmHolder(w.t.Context(), holder.session(), id))
}

func TestAFunctionThatAnExcludedPersonHoldsIsReplacedByItsOthers(t *testing.T) {
	forBoth(t, func(t *testing.T, w *town) {
		asta := w.newcomer("Asta Ledamot", access.Elected)
		vera, nils := w.newcomer("Vera Handling", access.CaseOfficer), w.newcomer("Nils Jurist", access.Lawyer)
		legal := w.function(function.Legal, "Kommunjuristen")
		w.seat(vera, legal)
		w.seatBy(vera, nils, legal)
		ref := asta.opensWithout(legal, "  vera   HANDLING ")
		if got := w.sits(ref); !slices.Equal(got, []string{"person " + nils.id}) {
			t.Fatalf("the circle is %v", got)
		}
		if _, err := nils.reads(ref); err != nil {
			t.Fatal(err)
		}
		if _, err := vera.reads(ref); !fault.Is(err, fault.NotFound) {
			t.Fatalf("the excluded reads: %v", err)
		}
		// Nobody can let the excluded in, neither by name nor through a function.
		for _, m := range []casework.Member{{Kind: casefile.ByPerson, ID: vera.id, Reason: "x"}, {Kind: casefile.ByFunction, ID: legal, Reason: "x"}} {
			if err := w.house.Cases.AddMember(t.Context(), nils.session(), ref, m); err == nil {
				t.Fatalf("%s let the excluded in", m.Kind)
			}
		}
		// Nor does a seat that comes later open it, or show it in a list.
		must(t, w.house.Cases.AddMember(t.Context(), nils.session(), ref, casework.Member{Kind: casefile.ByFunction, ID: w.guard, Reason: "säkerhet"}))
		w.seat(vera, w.guard)
		if _, err := vera.reads(ref); !fault.Is(err, fault.NotFound) {
			t.Fatalf("the excluded reads by a later seat: %v", err)
		}
		list, err := w.house.Cases.ListCases(t.Context(), vera.session(), casework.Wanted{})
		if err != nil || len(list.Lines) != 0 {
			t.Fatalf("the excluded sees %+v %v", list.Lines, err)
		}
	})
}

func TestANameThatMatchesNobodySendsTheCaseToSecurityAlone(t *testing.T) {
	t.Parallel()
	w := found(t)
	asta := w.newcomer("Asta Ledamot", access.Elected)
	vera := w.newcomer("Vera Handling", access.CaseOfficer)
	legal := w.function(function.Legal, "Kommunjuristen")
	w.seat(vera, legal)
	for _, name := range []string{"Okänd Person", "Vera"} {
		if got := w.sits(asta.opensWithout(legal, name)); !slices.Equal(got, []string{"function " + w.guard}) {
			t.Fatalf("%s: the circle is %v", name, got)
		}
	}
	w.newcomer("vera\u00a0Handling", "") // now two have the name
	if got := w.sits(asta.opensWithout(legal, "Vera Handling")); !slices.Equal(got, []string{"function " + w.guard}) {
		t.Fatalf("two of one name: the circle is %v", got)
	}
}

func TestWhenNobodyIsLeftTheRecoveryKeyHoldsTheCase(t *testing.T) {
	t.Parallel()
	w := found(t)
	asta := w.newcomer("Asta Ledamot", access.Elected)
	for _, names := range [][]string{{"Sigrid Vakt"}, {"Sigrid Vakt", "Okänd Person"}} {
		ref := asta.opensWithout(w.guard, names...)
		if got := w.sits(ref); !slices.Equal(got, []string{"recovery recovery"}) {
			t.Fatalf("the circle is %v", got)
		}
		if _, err := w.head.reads(ref); !fault.Is(err, fault.NotFound) {
			t.Fatalf("the excluded head reads: %v", err)
		}
	}
}

func TestAPlaceEndsWithItsDay(t *testing.T) {
	t.Parallel()
	w := found(t)
	vera := w.newcomer("Vera Handling", access.CaseOfficer)
	ref := w.head.opens("Ärende", "text")
	until := clock.Of(w.clock.Now().Add(2 * time.Hour))
	must(t, w.house.Cases.AddMember(t.Context(), w.head.session(), ref, casework.Member{Kind: casefile.ByPerson, ID: vera.id, Reason: "handlägger", Until: until}))
	if _, err := vera.reads(ref); err != nil {
		t.Fatal(err)
	}
	w.clock.Move(2 * time.Hour)
	if _, err := vera.reads(ref); !fault.Is(err, fault.NotFound) {
		t.Fatalf("after the end date: %v", err)
	}
	if err := vera.says(ref, "Får jag skriva?"); !fault.Is(err, fault.NotFound) {
		t.Fatalf("after the end date: %v", err)
	}
	list, err := w.house.Cases.ListCases(t.Context(), vera.session(), casework.Wanted{})
	if err != nil || len(list.Lines) != 0 {
		t.Fatalf("after the end date the list holds %+v %v", list.Lines, err)
	}
}

func TestEverybodyWhoWritesAtTheSameTimeIsHeard(t *testing.T) {
	forBoth(t, func(t *testing.T, w *town) {
		asta := w.newcomer("Asta Ledamot", access.Elected)
		ref := asta.opens("Ärende", "text", asta)
		writers := []*actor{asta, w.head}
		var all sync.WaitGroup
		for i := range 12 {
			who := writers[i%2].session()
			all.Go(func() {
				if _, err := w.house.Cases.AddMessage(t.Context(), who, ref, "Hej."); err != nil {
					t.Error(err)
				}
			})
		}
		all.Wait()
		got, err := w.head.reads(ref)
		if err != nil || len(got.Timeline) != 13 {
			t.Fatalf("%d of 13 came, %v", len(got.Timeline), err)
		}
	})
}
