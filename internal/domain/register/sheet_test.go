package register

import (
	"archive/zip"
	"bytes"
	"testing"
)

func workbook(t testing.TB, shared, sheet string) []byte {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for name, text := range map[string]string{"xl/sharedStrings.xml": shared, "xl/worksheets/sheet1.xml": sheet} {
		w, err := z.Create(name)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := w.Write([]byte(text)); err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

const sharedWords = `<sst xmlns="x"><si><t>Namn</t></si><si><t>Organ</t></si><si><t>Uppdrag</t></si><si><r><t>Åsa </t></r><r><t>Ödberg</t></r></si><si><t>Från och med</t></si></sst>`

func TestASheetIsReadAsItsRows(t *testing.T) {
	t.Parallel()
	raw := workbook(t, sharedWords, `<worksheet xmlns="x"><sheetData><row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1" t="s"><v>1</v></c><c r="C1" t="s"><v>2</v></c><c r="D1" t="s"><v>4</v></c></row>`+
		`<row r="3"><c r="A3" t="s"><v>3</v></c><c r="B3" t="inlineStr"><is><t>Socialnämnden</t></is></c><c r="D3"><v>46310</v></c></row></sheetData></worksheet>`)
	f, err := Read(bytes.NewReader(raw), nil)
	if err != nil || len(f.Problems) != 0 || len(f.Rows) != 1 {
		t.Fatalf("%+v %v", f, err)
	}
	r := f.Rows[0]
	if r.Name != "Åsa Ödberg" || r.Line != 3 || len(r.Seats) != 1 || r.Seats[0].Body != "Socialnämnden" || r.Seats[0].From != "2026-10-15" {
		t.Errorf("%+v", r)
	}
}

func TestSeveralLinesOfOneAreTheirSeats(t *testing.T) {
	t.Parallel()
	f := read(t, "Id;Namn;Nämnd;Uppdrag;Från;Till;Skyddad\n1;Asta Ek;Socialnämnden;Ledamot;20261015;2030-10-14;\n1;Asta Ek;Fullmäktige;Ersättare;;;J\n2;Bo Al;;;;;\n", nil)
	if len(f.Problems) != 0 || len(f.Rows) != 2 || len(f.Rows[0].Seats) != 2 || f.Rows[0].Seats[0].From != "2026-10-15" || !f.Rows[0].Protected || f.Rows[1].Protected {
		t.Errorf("%+v", f)
	}
	if f := read(t, "Namn;Nämnd;Från\nAsta;SN;i höst\n", nil); len(f.Problems) != 1 || f.Problems[0] != (Problem{2, "Från", "import.day"}) {
		t.Errorf("%+v", f.Problems)
	}
}

func FuzzSheet(f *testing.F) {
	f.Add(sharedWords, `<worksheet><sheetData><row r="2"><c r="ZZZZZ9" t="s"><v>99999999999999999999</v></c></row></sheetData></worksheet>`)
	f.Fuzz(func(t *testing.T, shared, sheet string) {
		got, err := Read(bytes.NewReader(workbook(t, shared, sheet)), nil)
		if err != nil || len(got.Problems) > 0 && len(got.Rows) > 0 {
			t.Fatal(err)
		}
	})
}
