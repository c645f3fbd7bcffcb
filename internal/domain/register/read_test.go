package register

import (
	"fmt"
	"strings"
	"testing"

	"golang.org/x/text/encoding/charmap"
)

func read(t *testing.T, text string, m Mapping) File {
	t.Helper()
	f, err := Read(strings.NewReader(text), m)
	if err != nil {
		t.Fatal(err)
	}
	return f
}

func TestTheElectionAuthoritysMembers(t *testing.T) {
	t.Parallel()
	text := "valtyp;geografi;parti;namn;tillträdesdatum;kön;invalsordning;personvald;födelseår;lista;plats;valtillfälle\n" +
		"K;Exempelstad;Framtidspartiet;Åsa Ödberg;2026-10-15;K;1;N;1971;0001;1;Val 2026\n"
	for name, raw := range map[string]string{"UTF-8": text, "UTF-8 with mark": "\xef\xbb\xbf" + text, "Windows-1252": to1252(t, text)} {
		f := read(t, raw, nil)
		if len(f.Problems) != 0 || len(f.Rows) != 1 || f.Rows[0].Name != "Åsa Ödberg" || f.Rows[0].Party != "Framtidspartiet" {
			t.Errorf("%s: %+v", name, f)
		}
	}
}

func to1252(t *testing.T, s string) string {
	t.Helper()
	out, err := charmap.Windows1252.NewEncoder().String(s)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func TestTheElectionAuthoritysCandidates(t *testing.T) {
	t.Parallel()
	f := read(t, "Valtyp;Valområdeskod;Valområdesnamn;Valkretskod;Valkretsnamn;Partibeteckning;Partiförkortning;Partikod;Valsedelsstatus;Listnummer;Ordning;Anmkand;Anmdeltagande;Samtycke;Förklaring;Kandidatnummer;Namn;Ålder på valdagen;Kön;Folkbokföringsort;Valsedelsuppgift;Antal beställda valsedlar;Valbar på valdagen;Giltig\n"+
		"K;0180;Exempelstad;01;Norra;Samlingslistan;SL;0099;B;00011;1;J;J;J;J;4711;Gustav Ekerö;51;M;Exempelstad;51 år;1000;J;J\n"+
		"K;0180;Exempelstad;02;Södra;Samlingslistan;SL;0099;B;00012;4;J;J;J;J;4711;Gustav Ekerö;51;M;Exempelstad;51 år;1000;J;J\n"+
		"K;0180;Exempelstad;01;Norra;Samlingslistan;SL;0099;B;00011;2;J;J;N;N;4712;Ogiltig Person;51;M;Exempelstad;51 år;1000;J;N\n", nil)
	if len(f.Problems) != 0 || len(f.Rows) != 1 || f.Rows[0].Source != "id 4711" || f.Rows[0].Name != "Gustav Ekerö" {
		t.Fatalf("%+v", f)
	}
}

func TestAGeneralExportWithAMapping(t *testing.T) {
	t.Parallel()
	f := read(t, "Förnamn,Efternamn,Kontakt,Nämnd,Uppdrag\nAsta,Lindvik,asta.lindvik@example.se,Socialnämnden,Ledamot\nAsta,Lindvik,asta.lindvik@example.se,Byggnadsnämnden,Ersättare\n",
		Mapping{"Kontakt": Address})
	if len(f.Problems) != 0 || len(f.Rows) != 1 || f.Rows[0].Address != "asta.lindvik@example.se" || f.Rows[0].Title != "Ledamot, Socialnämnden; Ersättare, Byggnadsnämnden" {
		t.Fatalf("%+v", f)
	}
}

func TestAHundredThousandRowsAndThreeErrors(t *testing.T) {
	t.Parallel()
	var b strings.Builder
	b.WriteString("Id;Namn;E-post\n")
	bad := map[int]string{777: "%d;Person %d;inte en adress\n", 50_000: "%d;;tom%d@example.se\n", 99_999: "%d;Person\x01%d;a@example.se\n"}
	for i := 1; i <= 100_000; i++ {
		line := "%d;Person %[1]d;person%[1]d@example.se\n"
		if other, ok := bad[i]; ok {
			fmt.Fprintf(&b, other, i, i)
			continue
		}
		fmt.Fprintf(&b, line, i)
	}
	f := read(t, b.String(), nil)
	want := []Problem{{778, "E-post", "field.address"}, {50_001, "Namn", "field.required"}, {100_000, "Namn", "field.bytes"}}
	if len(f.Rows) != 0 || fmt.Sprint(f.Problems) != fmt.Sprint(want) {
		t.Fatalf("rows %d, problems %v", len(f.Rows), f.Problems)
	}
}

func TestWhatCannotBeReadIsSaid(t *testing.T) {
	t.Parallel()
	for text, code := range map[string]string{
		"":                        "import.empty",
		"Kolumn;Annan\n1;2\n":     "import.no-name",
		"Namn;Parti\nbara namn\n": "import.fields",
		"Namn;Parti\n\"öppen;x\n": "import.quotes",
	} {
		f := read(t, text, nil)
		if len(f.Problems) != 1 || f.Problems[0].Code != code {
			t.Errorf("%q: %+v", text, f.Problems)
		}
	}
}

func FuzzRead(f *testing.F) {
	f.Add([]byte("Namn;E-post\nAsta;asta@example.se\n"))
	f.Add([]byte("\xef\xbb\xbfNamn\n\xff\xfe\n"))
	f.Fuzz(func(t *testing.T, raw []byte) {
		got, err := Read(strings.NewReader(string(raw)), nil)
		if err != nil {
			t.Fatal(err)
		}
		if len(got.Problems) > 0 && len(got.Rows) > 0 {
			t.Fatal("rows beside problems")
		}
		for _, r := range got.Rows {
			if r.Name == "" || r.Line < 2 {
				t.Fatalf("%+v", r)
			}
		}
	})
}
