package scenario

import (
	"net/http"
	"testing"

	"varn/internal/domain/casefile"
	"varn/internal/domain/incident"
	"varn/internal/domain/routing"
	"varn/internal/domain/ruling"
	"varn/internal/kit/fault"
	"varn/internal/usecase/casework"
	"varn/internal/usecase/rule"
)

// TestASocialWorkerAfterAThreat: the employer and security have a view each, the unit asks its own
// question, and a close takes two.
func TestASocialWorkerAfterAThreat(t *testing.T) {
	t.Parallel()
	forBoth(t, socialWorker)
}

func socialWorker(t *testing.T, w *town) {
	ctx := t.Context()
	c := w.cast()
	w.rules(c.unit, rule.Body{Unit: &ruling.UnitRule{SecondClose: true, Questions: []incident.Question{{ID: "besok", Kind: incident.TextQuestion, Swedish: "Var besöket bokat?"}}}})
	r := incident.Report{Narrative: "Han slog i disken och sade att han vet var jag bor.", Forms: []incident.Form{incident.Threat}, ActorNote: "en gissning",
		TargetCategory: incident.Employee, Context: incident.Employment, Unit: c.unit, Answers: map[string]incident.Answer{"besok": {Text: "Ja, bokat besök"}}}
	filed := w.files(c.emil.session(), r)
	f := c.emil.own()
	employer, security := view(t, f, routing.EmployerView), view(t, f, routing.SecurityView)
	if len(f.Views) != 2 || filed.Ref != employer.Ref || employer.Status != casefile.Unopened || !employer.CanObject || security.CanObject {
		t.Fatalf("%+v", f.Views)
	}
	c.see("it has come", employer.Ref, c.maria, c.mats)
	c.see("it has come", security.Ref, w.head, c.vera)
	got, err := c.maria.reads(employer.Ref)
	must(t, err)
	told := got.Timeline[0]
	if told.Report.ActorNote != "" || told.Report.Answers["besok"].Text != "Ja, bokat besök" || len(told.Told.Law) == 0 || told.Told.Rule != routing.EmployeeRule {
		t.Errorf("the employer reads %+v", told.Report)
	}
	if own, err := c.vera.reads(security.Ref); err != nil || own.Timeline[0].Report.ActorNote != "en gissning" {
		t.Errorf("security reads %+v %v", own, err)
	}
	// He objects to the employer's view; the duty of AML 3:3 a goes on.
	must(t, w.house.Cases.ObjectByReceipt(ctx, casework.ReceiptAct{Session: c.emil.session(), ReceiptID: f.ReceiptID, Ref: employer.Ref, Text: "Jag vill vara i fred."}))
	if got, err = c.maria.reads(employer.Ref); err != nil || got.Timeline[len(got.Timeline)-1].Kind != casefile.Objection || !got.State.Active() {
		t.Errorf("after the objection: %+v %v", got, err)
	}
	if v := view(t, c.emil.own(), routing.EmployerView); !v.Objected || v.Status != casefile.Seen {
		t.Errorf("he sees %+v", v)
	}
	closedByTwo(t, c, employer.Ref)
	if v := view(t, c.emil.own(), routing.EmployerView); v.Status != casefile.Ended {
		t.Errorf("the employer's: %s", v.Status)
	}
	if v := view(t, c.emil.own(), routing.SecurityView); v.Status != casefile.Seen {
		t.Errorf("one view's close is another's: %s", v.Status)
	}
	c.see("one is closed", employer.Ref, c.maria, c.mats)
	c.see("the other is not", security.Ref, w.head, c.vera)
	if n := w.register(c.rut); len(n) != 2 || n[0].Number == n[1].Number {
		t.Errorf("the register has %+v", n)
	}
	w.verifies()
}

// closedByTwo lets one manager ask through the API, and the other agree.
func closedByTwo(t *testing.T, c *cast, ref string) {
	t.Helper()
	p := c.maria.program(c.served())
	at := "/api/v1/cases/" + ref
	if got := p.ask(http.MethodPost, at+"/take", map[string]any{}); got.status != http.StatusOK {
		t.Fatal(got.raw)
	}
	end := map[string]any{"to": "closed", "reason": "Larm är satt vid disken.", "outcome": "MEASURES_DONE"}
	if got := p.ask(http.MethodPost, at+"/transitions", end); got.status != http.StatusOK || got.body["asked"] != true {
		t.Fatalf("%d %s", got.status, got.raw)
	}
	if got := p.ask(http.MethodPost, at+"/transitions", end); got.status != http.StatusForbidden {
		t.Errorf("the same person agreed: %d", got.status)
	}
	m := casework.Moving{To: casefile.Closed, Reason: "Jag håller med.", Outcome: casefile.MeasuresDone}
	if _, err := c.house.Cases.MoveCase(t.Context(), c.vera.session(), ref, m); !fault.Is(err, fault.NotFound) {
		t.Errorf("security closes the employer's: %v", err)
	}
	asked, err := c.house.Cases.MoveCase(t.Context(), c.mats.session(), ref, m)
	if err != nil || asked {
		t.Fatalf("asked %v, %v", asked, err)
	}
}
