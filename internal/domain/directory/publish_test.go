package directory

import (
	"bytes"
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"varn/internal/kit/clock"
)

const today = Day("2026-11-22")

func council() *Register {
	entry := func(id string) Entry { return Entry{ID: id} }
	g := &Register{
		Bodies: []Body{{Entry: entry("kf"), Name: "Kommunfullmäktige", Slug: "kommunfullmaktige", Kind: Council},
			{Entry: entry("sn"), Name: "Socialnämnden", Slug: "socialnamnden", Kind: Board, Exposed: true}},
		Representatives: []Representative{
			{Entry: entry("asta"), Name: "Asta Lindvik", Slug: "asta-lindvik", Party: "Framtidspartiet", Phone: "070-1740620", Link: "https://example.se/asta", Address: "asta.lindvik@kontakt.example.se"},
			{Entry: entry("aron"), Name: "Åke Östrand", Slug: "ake-ostrand", Party: "Samlingslistan"},
		},
		Assignments: []Assignment{{Entry: Entry{ID: "1", Of: "asta", In: "kf"}, Role: "Ledamot", From: "2026-10-15", Until: "2030-10-14"},
			{Entry: Entry{ID: "2", Of: "asta", In: "sn"}, Role: "Ordförande", From: "2027-01-01"},
			{Entry: Entry{ID: "3", Of: "aron", In: "kf"}, Role: "Vice ordförande"}},
		Portraits: []Portrait{{Entry: Entry{ID: "bild", Of: "asta"}}},
	}
	return g
}

func (g *Register) give(id string, f Field) {
	g.Consents = append(g.Consents, Given{Entry: Entry{Of: id}, Field: f})
}

func person(t *testing.T, g *Register, id string, on Day) Person {
	t.Helper()
	p, ok := Publish(g, on, 1).Of(id)
	if !ok {
		t.Fatal("is not shown at all")
	}
	return p
}

func TestWithoutADecisionOnlyWhatTheDefaultsAllowIsShown(t *testing.T) {
	t.Parallel()
	g := council()
	p := person(t, g, "asta", today)
	if p.Name != "Asta Lindvik" || p.Party == "" || p.Address == "" || !p.Letters || len(p.Holds) != 1 {
		t.Errorf("%+v", p)
	}
	if p.Phone != "" || p.Link != "" || p.Photo != "" {
		t.Errorf("what needs consent is shown without it: %+v", p)
	}
	for _, f := range Fields()[7:] {
		if f.Default() != Never || len(f.Choices()) != 1 || (Policy{f: Allowed}).Check(nil) == nil {
			t.Errorf("%s could be published", f)
		}
	}
}

func TestConsentIsTheOnlyWayForAPhotoAndCanBeWithdrawn(t *testing.T) {
	t.Parallel()
	g := council()
	g.give("asta", Photo)
	if person(t, g, "asta", today).Photo != "bild" {
		t.Error("consent did not show it")
	}
	g.Policies = []Decided{{Policy: Policy{Photo: Allowed}}}
	if (Policy{Photo: Allowed}).Check(nil) == nil || g.Policy("").Of(Photo) != Consent {
		t.Error("a policy allows a photo without consent")
	}
	g.Consents[0].Ended = 1
	if person(t, g, "asta", today).Photo != "" {
		t.Error("a withdrawn consent still shows it")
	}
}

func TestABodysPolicyIsStricterAndNeverLooser(t *testing.T) {
	t.Parallel()
	g := council()
	g.give("asta", Phone)
	g.Policies = []Decided{{Policy: Policy{Phone: Consent}}, {Entry: Entry{Of: "sn"}, Policy: Policy{Phone: Never, Party: Consent}}}
	if person(t, g, "asta", today).Phone == "" {
		t.Error("the board's policy holds before she sits in it")
	}
	p := person(t, g, "asta", "2027-02-01")
	if p.Phone != "" || p.Party != "" || len(p.Holds) != 2 {
		t.Errorf("%+v", p)
	}
	if err := (Policy{Phone: Allowed}).Check(Policy{Phone: Consent}); err == nil {
		t.Error("a body's policy is looser than the organisation's")
	}
	d := g.Decide(g.Representatives[0], "2027-02-01")[slices.Index(Fields(), Phone)]
	if d.Rule != Never || d.Why != ByBody || d.Body != "Socialnämnden" || !d.Consented || d.Published {
		t.Errorf("%+v", d)
	}
}

func TestProtectionOverridesEverything(t *testing.T) {
	t.Parallel()
	for level, want := range map[Protection]struct{ page, member bool }{Marked: {true, true}, Registered: {false, true}, Fictitious: {false, false}} {
		g := council()
		g.Policies = []Decided{{Policy: Policy{Phone: Allowed}}}
		r := &g.Representatives[0]
		r.Name, r.Slug, r.Protection = "Alva Ek", "alva-ek", level
		for _, f := range Asked() {
			g.give("asta", f)
		}
		public := Publish(g, today, 1)
		p, page := public.Of("asta")
		if page != want.page || p.Phone+p.Link+p.Photo+p.Party != "" {
			t.Errorf("%s: %v %+v", level, page, p)
		}
		member := slices.ContainsFunc(public.Bodies[0].Members, func(m Member) bool { return m.Name == "Alva Ek" })
		if member != want.member || !want.member && len(public.Bodies[0].Members) != 1 {
			t.Errorf("%s: %+v", level, public.Bodies[0].Members)
		}
		for name, text := range outputs(t, public) {
			if strings.Contains(text, "070-1740620") || strings.Contains(text, "example.se/asta") || !want.member && strings.Contains(text, "Alva") {
				t.Errorf("%s: %s shows what is protected", level, name)
			}
		}
	}
}

func outputs(t *testing.T, p Public) map[string]string {
	t.Helper()
	a := About{Name: "Exempelstads kommun", Origin: "https://varn.example.se", Lang: "sv"}
	popolo, err1 := Popolo(p, a)
	schema, err2 := JSONLD(p, a)
	sheet, err3 := CSV(p, a)
	if err1 != nil || err2 != nil || err3 != nil {
		t.Fatal(err1, err2, err3)
	}
	return map[string]string{"popolo": string(popolo), "schema": string(schema), "csv": string(sheet), "vcard": string(VCard(p.People, a))}
}

func TestWhoHasLeftIsAPointerForATimeAndThenNothing(t *testing.T) {
	t.Parallel()
	g := council()
	g.Representatives[0].Ended, g.Representatives[0].Until = 5, 10
	for at, want := range map[int64]bool{6: true, 10: false} {
		p := Publish(g, today, clock.Stamp(at))
		gone, ok := p.Pointer("asta-lindvik")
		if ok != want || ok && gone.Bodies[0].Slug != "kommunfullmaktige" {
			t.Errorf("%d: %v %+v", at, ok, gone)
		}
		if _, shown := p.Of("asta"); shown {
			t.Error("who has left is listed")
		}
	}
}

func TestMembersStandInTheOrderOfTheirRolesAndNames(t *testing.T) {
	t.Parallel()
	b, _ := Publish(council(), "2027-02-01", 1).Body("kommunfullmaktige")
	if len(b.Members) != 2 || b.Members[0].Name != "Åke Östrand" {
		t.Errorf("%+v", b.Members)
	}
	if !(Sorted("Zeta") < Sorted("Åke") && Sorted("Åke") < Sorted("Ärla") && Sorted("Ärla") < Sorted("Östen")) {
		t.Error("å, ä, ö are not last")
	}
}

func TestTheReportFindsWhatShouldNotBeThere(t *testing.T) {
	t.Parallel()
	g := council()
	if c := Conform(g, today, 1, map[string]string{"csv": outputs(t, Publish(g, today, 1))["csv"]}); len(c.Deviations) != 0 || c.Bodies[0].People != 2 {
		t.Fatalf("%+v", c)
	}
	c := Conform(g, today, 1, map[string]string{"page": "ring 070-1740620"})
	if len(c.Deviations) != 1 || c.Deviations[0] != (Deviation{"asta", Phone, "page"}) {
		t.Errorf("%+v", c.Deviations)
	}
}

func TestExportsCannotBeMadeToDoSomethingElse(t *testing.T) {
	t.Parallel()
	g := council()
	r := &g.Representatives[0]
	r.Name, r.Party, r.Phone = "=HYPERLINK(\"https://x\")", "Parti;\"A\"\r\nBEGIN:VCARD", "+46701740620"
	r.District = strings.Repeat("å", 60)
	g.give("asta", Phone)
	out := outputs(t, Publish(g, today, 1))
	if strings.Contains(out["csv"], ";=") || strings.Contains(out["csv"], "\n=") || !strings.Contains(out["csv"], "'=HYPERLINK") || !strings.Contains(out["csv"], "'+46") {
		t.Error(out["csv"])
	}
	if strings.Count(out["vcard"], "BEGIN:VCARD") != 2 || !strings.HasPrefix(out["vcard"], "BEGIN:VCARD\r\nVERSION:4.0\r\n") {
		t.Error(out["vcard"])
	}
	for line := range strings.SplitSeq(out["vcard"], "\r\n") {
		if len(line) > 75 {
			t.Errorf("a line of %d bytes", len(line))
		}
	}
	if strings.Contains(out["schema"], "<") || !json.Valid([]byte(out["schema"])) || !json.Valid([]byte(out["popolo"])) {
		t.Error(out["schema"])
	}
}

func TestAddressesAreMadeOfNames(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]string{"Åsa Öberg-Ek": "asa-oberg-ek", "José  D'Arc": "jose-d-arc", "": "ledamot", "Organ": "ledamot", "../..": "ledamot", "李": "ledamot"} {
		if got := Slug(name); got != want {
			t.Errorf("%q gives %q", name, got)
		}
	}
	taken := map[string]bool{"a": true, "a-2": true}
	if got := Unique("a", func(s string) bool { return taken[s] }); got != "a-3" || LocalPart("asa-oberg") != "asa.oberg" {
		t.Error(got)
	}
}

func TestSettingsAndCardsSayWhatToMend(t *testing.T) {
	t.Parallel()
	for _, s := range []Settings{{Domain: "kontakt"}, {Domain: "Kontakt.se"}, {PointerDays: -1}, {Embed: []string{"http://x.se"}}, {Embed: []string{"https://x.se/a"}}, {Embed: []string{"https://*.se; x"}}, {Terms: []Term{{"a", "2026-01-02", "2026-01-01"}}}} {
		if s.Check() == nil {
			t.Errorf("%+v", s)
		}
	}
	if (Settings{Domain: "kontakt.example.se", Embed: []string{"https://www.example.se"}}).Check() != nil {
		t.Error("good settings are refused")
	}
	for _, r := range []Representative{{}, {Name: "A", Link: "http://x"}, {Name: "A", Link: "javascript:alert(1)"}, {Name: "A", Protection: Marked, Phone: "070-1740621"}} {
		if r.Check() == nil {
			t.Errorf("%+v", r)
		}
	}
}

func FuzzVCard(f *testing.F) {
	f.Add("Asta Lindvik", "a;b,c\\\nd")
	f.Fuzz(func(t *testing.T, name, party string) {
		b := VCard([]Person{{Name: name, Holds: []Hold{{Role: party}}}}, About{})
		if n := bytes.Count(b, []byte("\r\nEND:VCARD\r\n")); n != 1 {
			t.Errorf("%d ends", n)
		}
	})
}
