package web_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"varn/internal/domain/access"
	"varn/internal/domain/assessment"
	"varn/internal/kit/clock"
	"varn/internal/transport/web/browser"
	"varn/internal/usecase/casework"
)

// TestAThreatIsAssessedOnThePages walks an initial assessment at a high level, a blind second in the structured
// depth without script, the settling, and measures, every page inspected.
func TestAThreatIsAssessedOnThePages(t *testing.T) {
	t.Parallel()
	needsBrowser(t)
	w := found(t)
	vera := w.newcomer("Vera Handling", "vera.handling@example.se", access.CaseOfficer)
	seat(t, w, vera, w.head.session().Functions[0])
	filed := w.filed(t, grave())
	if err := w.house.Cases.TakeCase(t.Context(), vera.session(), filed.Ref); err != nil {
		t.Fatal(err)
	}
	base := w.url + "/arende/" + filed.Ref
	tab := w.tab(t, vera)
	tab.Open(base + "/bedomning")
	tab.TabTo("Gör en inledande bedömning")
	tab.PressAndGo(browser.KeyEnter)
	tab.InspectHere("assess-first")
	if n := browser.Eval[int](tab, `document.querySelectorAll('main form > .ds-field, main form > fieldset').length`); n > 12 {
		t.Errorf("%d questions", n)
	}
	if got := browser.Eval[string](tab, `document.querySelector("#f-question").value`); got == "" {
		t.Error("nothing is filled in from the report")
	}
	tab.Type("#f-missing", "Polisens uppgifter om tidigare hot.")
	tab.Click("#f-question") // the field is left, and saved without a press
	tab.Wait("[data-save-status]:not(:empty)")
	other := w.tab(t, vera)
	other.Open(base + "/bedomning/inledande")
	if got := browser.Eval[string](other, `document.querySelector("#f-missing").value`); got != "Polisens uppgifter om tidigare hot." {
		t.Errorf("saved as it was written: %q", got)
	}
	other.Type("#f-summary", "Fönster två.")
	other.Follow(`button[value="save"]`)
	tab.Type("#f-unsure", "Fönster ett.")
	tab.Follow(`button[value="save"]`) // other fields: nothing is asked
	other.Open(base + "/bedomning/inledande")
	if got := browser.Eval[string](other, `document.querySelector("#f-summary").value+document.querySelector("#f-unsure").value`); got != "Fönster två.Fönster ett." {
		t.Errorf("two windows: %q", got)
	}
	tab.Open(base + "/bedomning/inledande")
	other.Type("#f-summary", " Mer.")
	other.Follow(`button[value="save"]`)
	tab.Expect("409")
	tab.Type("#f-summary", " Annat.")
	if got := tab.Follow(`button[value="save"]`); got != http.StatusConflict {
		t.Errorf("the same field twice is answered with %d", got)
	}
	reads(t, tab, "Mer.")
	tab.Follow("main button[type=submit]")
	tab.Follow(`a[href$="/inledande"]`)
	tab.Expect("422")
	tab.Follow(`button[value="finish"]`)
	tab.InspectHere("assess-first-errors")
	for _, aspect := range assessment.Aspects() {
		tab.Set("#f-aspect_"+strings.ToLower(string(aspect)), "MEDIUM")
	}
	tab.Type("#f-summary", " Han har tagit sig till platsen och talat om barnen.")
	tab.Set("#f-review", "2026-11-28")
	browser.Eval[bool](tab, `(document.querySelector('input[value="HIGH"]').click(), true)`)
	tab.Follow(`button[value="finish"]`)
	tab.InspectHere("assess-waits")
	reads(t, tab, "En oberoende andra bedömning behövs")

	head := w.tab(t, w.head)
	head.WithoutScript()
	head.Open(base + "/bedomning")
	if got := head.Text("main"); strings.Contains(got, "Hög\n") || strings.Contains(got, "28\u00a0november") || strings.Contains(got, "talat om barnen") {
		t.Errorf("the second sees the first: %q", got)
	}
	head.Follow(`a[href$="/fraga"]`)
	head.Type("#f-sources", " Samtal med vakten.")
	head.Type("#f-missing", "Inget.")
	head.Follow(`button[value="next"]`)
	reads(t, head, "Beteende")
	head.Set("#f-p_approach", "YES")
	head.Set("#f-c_approach", "RISING")
	head.Follow(`button[value="next"]`)
	reads(t, head, "Person och relation")
	second := w.tab(t, w.head)
	second.Inspect("assess-part", base+"/bedomning/beteende")
	second.Open(base + "/bedomning/sammanvagning")
	second.Expect("422")
	second.Follow(`button[value="finish"]`)
	reads(t, second, "frågor är kvar")
	head.Open(base + "/bedomning")
	head.Follow(`a[href$="/relation"]`)

	finish(t, w, filed.Ref)
	tab.Open(base + "/bedomning")
	tab.Follow(`a.ds-button[href$="/jamfor"]`)
	tab.InspectHere("assess-compare")
	browser.Eval[bool](tab, `(document.querySelector('input[value="HIGH"]').click(), true)`)
	tab.Type("#f-reason", "Att han kom till platsen väger tyngst.")
	tab.Follow("main form[method=post] button")
	head.Open(base + "/bedomning/jamfor")
	reads(t, head, "Att han kom till platsen väger tyngst.")
	head.Click(`input[value="HIGH"]`)
	head.Type("#f-reason", "Jag håller med.")
	head.Follow("main form[method=post] button")
	reads(t, head, "Avstämd: Jag håller med.")
	tab.Open(base + "/bedomning")
	tab.Follow(`a[href*="/visa/"]`)
	tab.InspectHere("assess-show")

	tab.Open(base + "/atgarder")
	tab.Click("#f-kinds")
	tab.Follow(`form[action$="/atgarder"] button`)
	tab.InspectHere("measures")
	tab.Follow(`.lines a[href*="/atgarder/"]`)
	browser.Eval[bool](tab, `(document.querySelector('input[value="ONGOING"]').click(), true)`)
	tab.Click("#f-shown")
	tab.Type("#f-told", "Ring mig när du vill.")
	tab.Expect("422")
	tab.Follow("main form button")
	tab.InspectHere("measure-errors")
	tab.Type("#f-proportion", "Litet ingrepp.")
	tab.Set("#f-consent", "SELF")
	tab.Follow("main form button")
	reads(t, tab, "Den utsatta ser den")
	receipt := w.tab(t, nil)
	receipt.Open(w.url + "/kvitto")
	receipt.Type("#f-receipt", filed.Receipt)
	receipt.Follow("main form button[type=submit]")
	receipt.InspectHere("receipt-measures")
	reads(t, receipt, "Ring mig när du vill.")
}

// finish fills in what is left of the head's structured assessment, and closes it at another level.
func finish(t *testing.T, w *town, ref string) {
	t.Helper()
	c, err := w.house.Cases.ReadCase(t.Context(), w.head.session(), ref)
	if err != nil || c.Work.Draft == nil {
		t.Fatalf("%+v %v", c, err)
	}
	if got := c.Work.Draft.Answer("approach"); got.Presence != assessment.Present || got.Change != assessment.Rising {
		t.Errorf("%+v", got)
	}
	_, err = w.house.Cases.AssessCase(t.Context(), w.head.session(), ref, casework.Assessing{Seen: c.Work.Draft.Version, Finish: true, Change: func(a *assessment.Assessment) {
		for _, i := range assessment.Builtin().Indicators {
			if one := a.Answer(i.ID); one.Presence == "" {
				a.Put(assessment.Answer{Indicator: i.ID, Group: i.Group, Text: i.Text["sv"], Presence: assessment.Absent})
			}
		}
		for _, aspect := range assessment.Aspects() {
			a.Aspects[aspect] = assessment.Judged{Grade: assessment.GradeLow, Text: "Inget talar för mer."}
		}
		a.Course = []assessment.Scenario{{Nature: "Söker upp arbetsplatsen igen", Severity: assessment.GradeHigh, Imminence: assessment.GradeMedium, Likelihood: assessment.GradeMedium}}
		a.Summary, a.Level, a.Unsure, a.Triggers = "Han verkar ha lugnat sig.", assessment.Medium, "Motivet.", "Ny kontakt"
		a.Review = clock.Of(w.clock.Now()).Add(5 * 24 * time.Hour)
	}})
	if err != nil {
		t.Fatal(err)
	}
}
