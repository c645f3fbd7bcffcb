package scenario

import (
	"testing"

	"varn/internal/domain/access"
	"varn/internal/domain/function"
	"varn/internal/domain/incident"
	"varn/internal/domain/ruling"
	"varn/internal/infra/store"
	"varn/internal/usecase/casework"
	"varn/internal/usecase/people"
	"varn/internal/usecase/rule"
)

// TestTheReceiptHasTheCardOfWhoeverReceivesInstead: when a holder of security may not know, the receipt
// still says who has the report, and never with a number that the excluded person could answer.
func TestTheReceiptHasTheCardOfWhoeverReceivesInstead(t *testing.T) {
	t.Parallel()
	forBoth(t, cardsInstead)
}

// reached registers a function with a telephone.
func (w *town) reached(kind function.Kind, name, phone string) string {
	w.t.Helper()
	id, err := w.house.People.RegisterFunction(w.t.Context(), w.admin.session(), people.NewFunction{Authority: w.council, Kind: kind,
		Card: function.Card{Name: name, Phone: phone}})
	must(w.t, err)
	return id
}

func cardsInstead(t *testing.T, w *town) {
	ctx := t.Context()
	const guardPhone, legalPhone, callPhone = "070-1740605", "070-1740611", "070-1740612"
	var f function.Function
	must(t, w.house.DB.Org(w.org).Read(ctx, func(tx *store.Tx) (err error) {
		f, err = tx.VouchedFunction(w.keys(), w.guard)
		return err
	}))
	must(t, w.house.People.ChangeCard(ctx, w.head.session(), w.guard, function.Card{Name: "Säkerhetsfunktionen", Phone: guardPhone}, f.Version))
	lova := w.newcomer("Lova Jurist", access.Lawyer)
	legal := w.reached(function.Legal, "Juristerna", legalPhone)
	w.seat(lova, legal)
	w.rules("", rule.Body{Routing: &ruling.RoutingRule{Reserve: legal}})
	cards := func() []casework.Contact {
		t.Helper()
		r := threat("Det var säkerhetschefen.")
		r.Exclude = w.head.name
		before, err := w.house.Cases.PreviewReport(ctx, w.guest(), casework.NewReport{Report: r})
		must(t, err)
		got := w.follows(w.files(w.guest(), r).Receipt).Views[0].Contacts
		if len(before.Views) == 0 || len(got) != 1 || len(before.Views[0].Contacts) != 1 || before.Views[0].Contacts[0] != got[0] {
			t.Fatalf("before it is sent %+v, after %+v", before.Views, got)
		}
		if got[0].Phone == guardPhone {
			t.Fatal("the excluded person's own telephone stands on the receipt")
		}
		return got
	}
	if got := cards(); got[0].Function != legal || got[0].Phone != legalPhone || got[0].Part {
		t.Errorf("the reserve's card: %+v", got)
	}
	vera := w.newcomer("Vera Handling", access.CaseOfficer)
	w.seat(vera, w.guard)
	if got := cards(); got[0].Function != w.guard || !got[0].Part || got[0].Mail != "" {
		t.Errorf("the function's name alone: %+v", got)
	}
	w.seat(vera, w.reached(function.UnitManager, "Enhetschefen", callPhone))
	if got := cards(); got[0].Phone != callPhone || got[0].Part {
		t.Errorf("her other function's card: %+v", got)
	}
	ordinary := w.follows(w.files(w.guest(), incident.Report{Narrative: "Ett brev."}).Receipt).Views[0].Contacts
	if len(ordinary) != 1 || ordinary[0].Phone != guardPhone {
		t.Errorf("nobody is excluded: %+v", ordinary)
	}
}
