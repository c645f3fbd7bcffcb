package screening

import (
	"slices"
	"strings"
	"testing"
	"unicode/utf8"
)

// says screens a text and gives the verdict.
func says(text string) Result { return Screen(Input{Text: text}) }

func TestEachKindIsFound(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		text    string
		kind    Kind
		verdict Verdict
	}{
		{"Jag ska döda dig.", Threat, Alarm},
		{"I will kill you.", Threat, Alarm},
		{"Vi bränner ner ditt hus.", Threat, Alarm},
		{"Någon borde skjuta er allihop.", Threat, Alarm},
		{"Jag vet var du bor.", VeiledThreat, Alarm},
		{"Vi har koll på dina barn.", VeiledThreat, Alarm},
		{"I know where you live.", VeiledThreat, Alarm},
		{"Om du röstar för vindkraften kommer du att få ångra det.", Threat, Flag},
		{"Vilken snygg BMW du har.", VeiledThreat, Flag},
		{"Om du inte drar tillbaka förslaget vet jag inte vad som händer.", VeiledThreat, Flag},
		{"Håll käften din fula hora.", Harassment, Flag},
		{"Om du röstar ja till bygglovet ska det inte bli din skada.", ImproperOffer, Flag},
		{"Avgå, annars får din fru se bilderna.", Pressure, Flag},
		{"Hans hemadress är Ekvägen 12, hälsa på honom.", Doxing, Flag},
		{"Jag orkar inte leva längre.", SelfHarm, Alarm},
	} {
		r := says(c.text)
		if !slices.Contains(r.Kinds, c.kind) || r.Verdict == Pass || c.verdict == Alarm && r.Verdict != Alarm {
			t.Errorf("%q: %s %v", c.text, r.Verdict, r.Kinds)
		}
	}
}

func TestLawfulPasses(t *testing.T) {
	t.Parallel()
	for _, text := range []string{
		"", " \n\t", "Hej! När öppnar simhallen?",
		"Ni måste skjuta upp beslutet tills utredningen är klar.",
		"Döda inte debatten!", "Ta död på förslaget en gång för alla.",
		"Vi kommer att bomba er med frågor om budgeten.",
		"Ni skjuter er själva i foten.", "Det är spiken i kistan för handeln i centrum.",
		"Ni borde skämmas! Avgå! Det här är det sämsta beslut jag sett på trettio år.",
		"Om ni inte ändrar er röstar jag på ett annat parti och JO-anmäler er.",
		"Fan vad trött jag är på er politik. Det är för jävligt.",
		"Vi ska krossa er i valet.", "Ni kommer att få betala för det här i valet.",
		"Hur skulle du känna om det var dina barn som blev utan skolskjuts?",
		"Gungan är sönder och någon kan skada sig.",
		"Du är en värdelös politiker och borde avgå omedelbart!", "Vi kommer att kämpa mot detta till sista andetaget.",
		"Ni borde skjuta till mer pengar till skolan.",
		"Jag bor på Ekvägen 12 och gatlyktan är trasig.",
		"Jag har blivit hotad. Vart vänder jag mig?",
		"Please postpone the vote. You are killing the debate.",
	} {
		if r := says(text); r.Verdict != Pass || len(r.Kinds) > 0 {
			t.Errorf("%q: %s %v %v", text, r.Verdict, r.Kinds, r.Reasons)
		}
	}
}

func TestDisguiseIsSeenThrough(t *testing.T) {
	t.Parallel()
	for _, text := range []string{
		"Jag ska d ö d a dig", "Jag ska d.ö.d.a dig", "Jag ska D Ö D A dig", "d ö d a  d i g", "Jag ska döööda dig",
		"Jag ska d0da dig", "Jag ska dödа dig" /* Cyrillic а */, "Jag ska dö\u200bda dig", "Jag ska dö\u00adda dig",
		"Jag ska do\u0308da dig", "Jag ska ｄöｄａ dig", "Jag ska doda dig", "Jag ska d*da dig", "jag ska m0rda dig",
		"JAG SKA DÖDA DIG", "1 will k1ll you, I will k1ll you",
	} {
		if r := says(text); r.Verdict != Alarm || !slices.Contains(r.Kinds, Threat) {
			t.Errorf("%q: %s %v %v", text, r.Verdict, r.Kinds, r.Reasons)
		}
	}
}

func TestReasonsPointAtTheBytes(t *testing.T) {
	t.Parallel()
	text := "Åh nej. Jag ska d ö\u200b d a  dig, hörru!"
	r := Screen(Input{Subject: "Jag vet var du bor", Text: text})
	if len(r.Reasons) < 2 || r.Reasons[0].In != "subject" || r.Reasons[0].Text != "Jag vet var du bor" {
		t.Fatalf("reasons: %+v", r.Reasons)
	}
	for _, reason := range r.Reasons {
		in := text
		if reason.In == "subject" {
			in = "Jag vet var du bor"
		}
		if in[reason.Start:reason.End] != reason.Text {
			t.Errorf("%+v", reason)
		}
		if reason.Why == "" || reason.WhyIn("en") == "" || reason.Why == reason.WhyIn("en") {
			t.Errorf("%s doesn't say why in both languages", reason.Rule)
		}
	}
}

func TestQuotedWordsAreNotTheSenders(t *testing.T) {
	t.Parallel()
	for _, text := range []string{
		"> Jag ska döda dig.\nDet här mejlet fick jag i går, vad gör kommunen?",
		"Det här fick jag i går, vad gör ni?\n\n> Jag vet var du bor.\n> Vi kommer.",
		"Han skrev \"jag vet var du bor\" till min son. Vad gör skolan?",
		"På lappen stod ”ni ska dö” och vi är rädda.",
		"She wrote \"I will kill you\" and I don't know what to do.",
	} {
		if r := says(text); r.Verdict != Pass {
			t.Errorf("%q: %s %v", text, r.Verdict, r.Reasons)
		}
	}
	if r := says("Jag säger bara \"jag vet var du bor\"."); r.Verdict == Pass {
		t.Error("one's own saying in quotation marks passes")
	}
	if r := says("> Jag ska döda dig."); r.Verdict != Flag {
		t.Errorf("nothing but a quotation: %s", r.Verdict)
	}
	if r := says("> Tack för ditt brev.\nJag ska döda dig."); r.Verdict != Alarm {
		t.Errorf("a threat under a quotation: %s", r.Verdict)
	}
}

func TestAThreatFarDownIsFound(t *testing.T) {
	t.Parallel()
	calm := strings.Repeat("Vi har bott i området länge och trivs med skolan och vägarna, som är fina om våren. ", 400)
	text := calm + "Jag ska döda dig. " + calm
	r := says(text)
	if r.Verdict != Alarm || len(r.Reasons) == 0 || !strings.Contains(r.Reasons[0].Text, "döda dig") {
		t.Errorf("%s %v", r.Verdict, r.Reasons)
	}
	// Where the windows meet must not matter.
	for n := range 130 {
		words := strings.Repeat("träd ", n)
		if r := says(words + "jag vet var du bor"); r.Verdict != Alarm {
			t.Fatalf("after %d words: %s", n, r.Verdict)
		}
	}
}

func TestListedPersonsAreAskedAbout(t *testing.T) {
	t.Parallel()
	known := map[string]bool{"ekvägen 12": true, "stora vägen 3b": true, "0701740605": true, "abc123": true, "privat@example.se": true}
	ask := func(words string) bool { return known[words] }
	for _, text := range []string{
		"Hon finns på Ekvägen 12, gå dit.", "Gult hus på Stora vägen 3B.", "Ring 070-174 06 05 i natt!", "Ring +46 70 174 06 05",
		"Röd bil, ABC123.", "Röd bil, abc 123.", "Skriv till Privat@example.se",
	} {
		r := Screen(Input{Text: text, Listed: ask})
		i := slices.IndexFunc(r.Reasons, func(r Reason) bool { return r.Rule == "doxing.listed" })
		if r.Verdict == Pass || !slices.Contains(r.Kinds, Doxing) || i < 0 || text[r.Reasons[i].Start:r.Reasons[i].End] != r.Reasons[i].Text {
			t.Errorf("%q: %s %v", text, r.Verdict, r.Reasons)
		}
	}
	if r := Screen(Input{Text: "Gatlyktan vid Lindgatan 7 är trasig.", Listed: ask}); r.Verdict != Pass {
		t.Errorf("another's address: %v", r.Reasons)
	}
}

func TestWeightsSurviveTheirBytes(t *testing.T) {
	t.Parallel()
	w, err := Decode(builtIn)
	if err != nil {
		t.Fatal(err)
	}
	if string(w.Encode()) != string(builtIn) {
		t.Error("encoding what was decoded gives other bytes")
	}
	for _, bad := range [][]byte{nil, []byte("VSCRN"), builtIn[:len(builtIn)-1], append([]byte("X"), builtIn[1:]...)} {
		if _, err := Decode(bad); err == nil {
			t.Errorf("%d bytes are taken for weights", len(bad))
		}
	}
}

func TestEveryRuleHasItsWords(t *testing.T) {
	t.Parallel()
	names := map[string]bool{}
	for _, r := range ours.rules {
		if names[r.name] || r.sv == "" || r.en == "" || r.sure <= 0 || r.sure > 1 || r.threat > 1 || r.abuse > 1 {
			t.Errorf("rule %+v", r)
		}
		names[r.name] = true
	}
	for _, p := range ours.patterns {
		span := 0
		for _, e := range p.elements {
			span += 1 + int(e.gap)
		}
		if span > 2*overlap {
			t.Errorf("a pattern of %s spans %d words", ours.rules[p.rule].name, span)
		}
	}
}

func FuzzScreen(f *testing.F) {
	for _, s := range []string{"Jag ska d ö d a dig", "> x\n\"jag vet", "d.ö.d.a", "\xff\xfe döda", "a\u0308\u0308", "j*vla 1d10t!", "070-174 06 05 ABC 123 Ekvägen 12"} {
		f.Add(s, s)
	}
	f.Fuzz(func(t *testing.T, subject, text string) {
		r := Screen(Input{Subject: subject, Text: text, Listed: func(s string) bool { return len(s)%7 == 0 }})
		if r.Threat < 0 || r.Threat > 1 || r.Abuse < 0 || r.Abuse > 1 || r.Kinds == nil || r.Reasons == nil {
			t.Fatalf("%+v", r)
		}
		if len(r.Reasons) > 2*mostHits+len(Kinds) {
			t.Fatalf("%d reasons", len(r.Reasons))
		}
		for _, x := range r.Reasons {
			in := text
			if x.In == "subject" {
				in = subject
			}
			if x.Start < 0 || x.End > len(in) || x.Start >= x.End || in[x.Start:x.End] != x.Text {
				t.Fatalf("%+v", x)
			}
			if utf8.ValidString(in) && !utf8.ValidString(x.Text) {
				t.Fatalf("cut inside a letter: %+v", x)
			}
		}
		if r.Verdict != Pass && len(r.Reasons) == 0 {
			t.Fatalf("%s without a reason", r.Verdict)
		}
	})
}
