package web_test

import (
	"strings"
	"testing"

	"varn/internal/domain/likeness"
	"varn/internal/usecase/rule"
)

// TestCasesAreComparedAndGathered walks the same hand and a campaign, and inspects every page; then
// once more without script.
func TestCasesAreComparedAndGathered(t *testing.T) {
	t.Parallel()
	needsBrowser(t)
	w := found(t)
	told := grave()
	told.Narrative = "Han ringde från 070-174 06 11 och skrev från arg@example.se. " + strings.Repeat("Vi vet var du bor och vilken väg barnen går. ", 6)
	first := w.filed(t, told)
	w.takes(t, first.Ref)
	head := w.tab(t, w.head)
	head.Open(w.url + "/regler")
	head.Follow(`a[href^="/regler/likhet/"]`)
	head.InspectHere("rule-likeness")
	head.Expect("422")
	head.Follow("main form button[type=submit]")
	head.Type("#f-decision", "KS 2026/0077")
	head.Set("#f-date", "2026-02-01")
	head.Type("#f-dpia", "KS 2026/0070")
	head.Set("#f-dpia_date", "2026-01-20")
	head.Follow("main form button[type=submit]")
	reads(t, head, "KS 2026/0077")
	w.rules(t, w.authority(t), rule.Body{Likeness: &likeness.Rule{Decision: "KS 2026/0078", Date: "2026-02-01", DPIA: "KS 2026/0070", DPIADate: "2026-01-20"}})
	told.Narrative = "Samma nummer: +46 70 174 06 11. " + told.Narrative
	second := w.filed(t, told)
	head.Open(w.url + "/arende/" + first.Ref)
	head.Follow(`a[href$="/samma-hand"]`)
	reads(t, head, "Telefonnummer: +46701740611", "E-postadress: arg@example.se", "Ordalydelsen")
	head.InspectHere("case-compare")
	for _, value := range []string{"phone +46701740611", "address arg@example.se", "wording"} {
		head.Click(`input[value="` + value + `"]`)
	}
	head.Follow("main form button[type=submit]")
	reads(t, head, "Ett ärende som du känner till liknar det här", second.Ref, "Nästan samma ordalydelse")
	head.InspectHere("case-compared")

	head.Open(w.url + "/arende/" + second.Ref + "/samband")
	head.Type("#f-other", first.Ref)
	head.Click(`input[name=kind][value=campaign]`)
	head.Follow("main form button[type=submit]")
	reads(t, head, "Ingår i kampanjen", first.Ref)
	head.Open(w.url + "/arende/" + first.Ref)
	head.Follow(`a[href$="/kampanj"]`)
	reads(t, head, "Samlar 1 ärende i en kampanj", second.Ref)
	head.InspectHere("case-campaign")

	plain := w.tab(t, w.head)
	plain.WithoutScript()
	plain.Open(w.url + "/arende/" + first.Ref + "/samma-hand")
	plain.Click(`input[value="phone +46701740611"]`)
	plain.Follow("main form button[type=submit]")
	reads(t, plain, "Ett ärende som du känner till liknar det här", second.Ref)
}
