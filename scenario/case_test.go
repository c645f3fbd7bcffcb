// Package scenario tells stories by actors, through the real house on a real database.
package scenario

import (
	"testing"

	"varn/internal/domain/access"
	"varn/internal/domain/casefile"
	"varn/internal/kit/fault"
	"varn/internal/usecase/casework"
)

func TestACaseIsReadByItsCircleAndByNobodyElse(t *testing.T) {
	t.Parallel()
	forBoth(t, caseIsReadByItsCircle)
}

func caseIsReadByItsCircle(t *testing.T, w *town) {
	asta := w.newcomer("Asta Ledamot", access.Elected)
	vera := w.newcomer("Vera Handling", access.CaseOfficer)

	ref := asta.opens("Hot på torget", "En man sade att han vet var jag bor.", asta)
	got, err := w.head.reads(ref)
	if err != nil {
		t.Fatal(err)
	}
	if got.Title != "Hot på torget" || len(got.Timeline) != 1 || got.Timeline[0].Author != "Asta Ledamot" || got.Openers != 2 {
		t.Fatalf("the head reads %+v", got)
	}
	for _, stranger := range []*actor{vera, w.admin} {
		if _, err := stranger.reads(ref); !fault.Is(err, fault.NotFound) {
			t.Errorf("%s: %v", stranger.name, err)
		}
		if err := stranger.says(ref, "hej"); !fault.Is(err, fault.NotFound) {
			t.Errorf("%s: %v", stranger.name, err)
		}
	}
	if err := asta.says(ref, "Han kom tillbaka."); err != nil {
		t.Fatal(err)
	}

	// The head lets the case officer in; she reads all of it.
	err = w.house.Cases.AddMember(t.Context(), w.head.session(), ref, casework.Member{Kind: casefile.ByPerson, ID: vera.id, Reason: "handlägger"})
	if err != nil {
		t.Fatal(err)
	}
	if got, err = vera.reads(ref); err != nil || len(got.Timeline) != 2 || got.Openers != 3 {
		t.Fatalf("vera reads %+v, %v", got, err)
	}

	// She leaves the circle: at once she can't open it, and the next message has another key.
	place := ""
	for _, s := range got.Circle {
		if s.Mine {
			place = s.ID
		}
	}
	if err := w.house.Cases.RemoveMember(t.Context(), w.head.session(), ref, place); err != nil {
		t.Fatal(err)
	}
	if err := w.head.says(ref, "Vi har talat med polisen."); err != nil {
		t.Fatal(err)
	}
	if _, err := vera.reads(ref); !fault.Is(err, fault.NotFound) {
		t.Fatalf("vera after removal: %v", err)
	}
	for _, a := range []*actor{asta, w.head} {
		if got, err = a.reads(ref); err != nil || len(got.Timeline) != 3 {
			t.Fatalf("%s after the key turned: %+v, %v", a.name, got, err)
		}
	}
}

func TestAListShowsOnlyOnesOwnCases(t *testing.T) {
	t.Parallel()
	forBoth(t, listShowsOnlyOnesOwn)
}

func listShowsOnlyOnesOwn(t *testing.T, w *town) {
	asta := w.newcomer("Asta Ledamot", access.Elected)
	one := asta.opens("Brev i lådan", "text", asta)
	two := w.head.opens("Skadegörelse på valstugan", "text")
	list := func(a *actor, q string) []string {
		t.Helper()
		got, err := w.house.Cases.ListCases(t.Context(), a.session(), casework.Wanted{Query: q})
		if err != nil {
			t.Fatal(err)
		}
		var refs []string
		for _, l := range got.Lines {
			refs = append(refs, l.Ref)
		}
		return refs
	}
	if got := list(asta, ""); len(got) != 1 || got[0] != one {
		t.Fatalf("asta: %v", got)
	}
	if got := list(w.head, ""); len(got) != 2 {
		t.Fatalf("head: %v", got)
	}
	if got := list(w.head, "VALSTUGAN"); len(got) != 1 || got[0] != two {
		t.Fatalf("search: %v", got)
	}
	if got := list(w.admin, ""); len(got) != 0 {
		t.Fatalf("admin: %v", got)
	}
}
