package web_test

import (
	"net/http"
	"strings"
	"testing"

	"varn/internal/domain/access"
	"varn/internal/transport/web/browser"
	"varn/internal/usecase/people"
)

// The administrator proposes rules, the head of security confirms one and refuses another.
func TestARuleIsProposedReadAndConfirmed(t *testing.T) {
	t.Parallel()
	needsBrowser(t)
	w := found(t)
	admin, head := w.tab(t, w.admin), w.tab(t, w.head)
	admin.Expect("422")
	admin.Inspect("rules", w.url+"/regler")
	admin.Follow(`a[href="/regler/organisation"]`)
	admin.Set("#f-wake_minutes", "fem")
	admin.Set("#f-hook", "https://larm.example.se/v")
	admin.Set("#f-local_number", "KF 2026:12")
	if got := admin.Follow("main button[type=submit]"); got != http.StatusUnprocessableEntity {
		t.Fatalf("minutes that are none are answered with %d", got)
	}
	admin.Set("#f-wake_minutes", "5")
	if got := admin.Follow("main button[type=submit]"); got != http.StatusUnprocessableEntity {
		t.Fatalf("a hook without a secret is answered with %d", got)
	}
	admin.InspectHere("rule-organisation-errors")
	if got := browser.Eval[string](admin, `document.querySelector('#f-local_number').value`); got != "KF 2026:12" {
		t.Errorf("what was written is now %q", got)
	}
	admin.Set("#f-hook_secret", "en hemlighet att minnas")
	if got := admin.Follow("main button[type=submit]"); got != http.StatusUnprocessableEntity {
		t.Fatalf("a decision without a date is answered with %d", got)
	}
	admin.Set("#f-local_date", "2026-10-01")
	admin.Click(`input[name="local_contexts"][value="MUNICIPAL_ASSIGNMENT"]`)
	admin.Click(`input[name="local_contexts"][value="CAMPAIGN"]`)
	admin.Set("#f-hook_secret", "en hemlighet att minnas")
	admin.Follow("main button[type=submit]")
	if !strings.HasSuffix(admin.Address(), "/att-bekrafta") {
		t.Fatalf("the proposal led to %s", admin.Address())
	}
	admin.InspectHere("confirm-rule-administrator")
	if n := browser.Eval[int](admin, `document.querySelectorAll('form[action="/att-bekrafta/regel"] button:not([disabled])').length`); n != 0 {
		t.Error("the administrator can confirm their own rule")
	}
	if got := admin.Text("main"); !strings.Contains(got, "Kan bekräftas av Sigrid Vakt") {
		t.Errorf("nothing says who: %s", got)
	}
	head.Inspect("confirm-rule", w.url+"/att-bekrafta")
	if got := head.Text("main"); !strings.Contains(got, "KF 2026:12, 2026-10-01. Omfattar: Kommunalt uppdrag, Valrörelse.") || !strings.Contains(got, "https://larm.example.se/v") || strings.Contains(got, "en hemlighet") {
		t.Errorf("the rule is read as %s", got)
	}
	head.Follow(`form[action="/att-bekrafta/regel"] button`)
	head.Open(w.url + "/regler")
	if got := head.Text("main"); !strings.Contains(got, "KF 2026:12") || !strings.Contains(got, "Bekräftad av Sigrid Vakt") {
		t.Errorf("it does not hold: %s", got)
	}
	admin.Inspect("rule-organisation", w.url+"/regler/organisation")
	if got := browser.Eval[string](admin, `document.querySelector('#f-hook_secret').value`); got != "" {
		t.Error("the secret is shown")
	}
	if n := browser.Eval[int](admin, `document.querySelectorAll('input[name="local_contexts"]:checked').length`); n != 2 {
		t.Errorf("%d contexts stand as chosen", n)
	}
}

func TestAUnitsQuestionsAreWrittenAsText(t *testing.T) {
	t.Parallel()
	needsBrowser(t)
	w := found(t)
	admin, head := w.tab(t, w.admin), w.tab(t, w.head)
	admin.Expect("422")
	admin.WithoutScript()
	admin.Open(w.url + "/regler")
	admin.Follow(`a[href^="/regler/enhet/"]`)
	admin.Set("#f-questions", "- Björkskolan")
	if got := admin.Follow("main button[type=submit]"); got != http.StatusUnprocessableEntity {
		t.Fatalf("a choice without a question is answered with %d", got)
	}
	admin.Set("#f-questions", "Vilken skola? | Which school?\n- Björkskolan\n- Ekskolan")
	admin.Click("#f-in_kia")
	admin.Follow("main button[type=submit]")
	head.Open(w.url + "/att-bekrafta")
	if got := head.Text("main"); !strings.Contains(got, "Björkskolan") {
		t.Errorf("the questions are not read: %s", got)
	}
	head.Follow(`form[action="/att-bekrafta/regel/avboj"] button`)
	if got := head.Text("main"); !strings.Contains(got, "Inget väntar") {
		t.Errorf("a refused rule waits: %s", got)
	}
	look := w.tab(t, w.admin)
	for _, path := range []string{"enhet", "diarium", "gallring"} {
		look.Open(w.url + "/regler")
		look.Follow(`a[href^="/regler/` + path + `/"]`)
		look.InspectHere("rule-" + path)
	}
}

func TestTurnsOnCallAreSetAndEnded(t *testing.T) {
	t.Parallel()
	needsBrowser(t)
	w := found(t)
	head := w.tab(t, w.head)
	head.Expect("422")
	head.Open(w.url + "/jour")
	head.Follow(`a[href^="/jour/"]`)
	if got := head.Follow("main button[type=submit]"); got != http.StatusUnprocessableEntity {
		t.Fatalf("an empty turn is answered with %d", got)
	}
	head.Set("#f-person", w.head.id)
	head.Set("#f-from", "2026-11-21")
	head.Set("#f-from_time", "09:00")
	head.Set("#f-until", "2026-11-21")
	head.Set("#f-until_time", "08:00")
	if got := head.Follow("main button[type=submit]"); got != http.StatusUnprocessableEntity {
		t.Fatalf("a turn that ends first is answered with %d", got)
	}
	head.InspectHere("oncall-new")
	head.Set("#f-until", "2026-11-22")
	head.Follow("main button[type=submit]")
	head.InspectHere("oncall")
	if got := head.Text("main"); !strings.Contains(got, "Sigrid Vakt") || !strings.Contains(got, "Har jour nu") {
		t.Errorf("the calendar says %s", got)
	}
	head.Follow(`a[href*="/avsluta"]`)
	head.Follow("main form button")
	if got := head.Text("main"); !strings.Contains(got, "Ingen har jour just nu") {
		t.Errorf("after the end: %s", got)
	}
}

// holds gives somebody a seat in a new function of the first authority.
func (w *town) holds(d *dweller, v people.NewFunction) string {
	w.t.Helper()
	ctx := w.t.Context()
	all, err := w.house.People.Authorities(ctx, w.admin.session())
	if err != nil {
		w.t.Fatal(err)
	}
	v.Authority = all[0].ID
	id, err := w.house.People.RegisterFunction(ctx, w.admin.session(), v)
	if err != nil {
		w.t.Fatal(err)
	}
	seat, err := w.house.People.ProposeHolder(ctx, w.admin.session(), people.SeatProposal{Function: id, Person: d.id})
	if err != nil {
		w.t.Fatal(err)
	}
	if err := w.house.People.ConfirmHolder(ctx, w.head.session(), seat); err != nil {
		w.t.Fatal(err)
	}
	return id
}

func TestARegistrarWithoutAFunctionIsToldWhomToAsk(t *testing.T) {
	t.Parallel()
	needsBrowser(t)
	w := found(t)
	rut := w.tab(t, w.newcomer("Rut Diarie", "rut.diarie@example.se", access.Registrar))
	rut.Inspect("register-nobody", w.url+"/diarium")
	if got := rut.Text("main"); !strings.Contains(got, "Be administratören") {
		t.Error(got)
	}
}
