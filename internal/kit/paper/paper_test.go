package paper

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

func sample() *Doc {
	d := New("Underlag till polisanmälan – 2026-7K3M-QX9P", "sv-SE", "Sida")
	d.Heading(1, "Underlag till polisanmälan")
	d.Paragraph("Ärendet gäller hot mot en förtroendevald.\n\nAndra stycket, med åäö och 🔪.")
	d.Heading(2, "Händelsen")
	d.Quote(strings.Repeat("Jag vet var du bor. ", 30))
	d.List("Första punkten.", "Andra punkten.")
	rows := [][]string{}
	for range 40 {
		rows = append(rows, []string{"B01", "skärmbild.png", strings.Repeat("0123456789abcdef", 4)})
	}
	rows = append(rows, []string{"Lång", strings.Repeat("En cell som är längre än en sida. ", 400), ""})
	d.Table(Table{Head: []string{"Nr", "Fil", "SHA-256"}, Widths: []float64{2, 5, 5}, Rows: rows})
	d.Facts("Uppgift", "Innehåll", []Fact{{"Anmälare", "Sigrid Vakt"}})
	return d
}

var made = time.Date(2026, 11, 21, 9, 0, 0, 0, time.UTC)

func TestADocumentIsTheSameEachTime(t *testing.T) {
	t.Parallel()
	a, err := sample().Bytes(made)
	if err != nil {
		t.Fatal(err)
	}
	b, err := sample().Bytes(made)
	if err != nil || !bytes.Equal(a, b) {
		t.Fatalf("two documents of one content differ: %v", err)
	}
}

// TestADocumentReadsInOrder lets other programs judge: the file is sound, and the structure tree
// reads in the order in which it was written.
func TestADocumentReadsInOrder(t *testing.T) {
	t.Parallel()
	b, err := sample().Bytes(made)
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "underlag.pdf")
	if err := os.WriteFile(path, b, 0o600); err != nil {
		t.Fatal(err)
	}
	if out, err := exec.Command("qpdf", "--check", path).CombinedOutput(); err != nil || strings.Contains(string(out), "WARNING") {
		t.Errorf("%v: %s", err, out)
	}
	out, err := exec.Command("pdfinfo", "-struct-text", path).CombinedOutput()
	if err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	rest := string(out)
	for _, next := range []string{"Document", "H1", "Underlag till polisanmälan", "P", "hot mot en förtroendevald", "P", "åäö och [U+1F52A]", "H2", "Händelsen", "BlockQuote", "Jag vet var du bor.",
		"L", "LI", "Lbl", "LBody", "Första punkten.", "Table", "THead", "TR", "TH", "Nr", "TBody", "TD", "skärmbild.png", "längre än en sida", "Table", "Anmälare", "Sigrid Vakt"} {
		i := strings.Index(rest, next)
		if i < 0 {
			t.Fatalf("%q does not come where it should in %s", next, out)
		}
		rest = rest[i+len(next):]
	}
	if n := strings.Count(string(out), "THead"); n != 2 {
		t.Errorf("the head of a table is read %d times for two tables", n)
	}
	info, err := exec.Command("pdfinfo", path).CombinedOutput()
	if err != nil || !strings.Contains(string(info), "Tagged:          yes") || !strings.Contains(string(info), "Underlag till polisanmälan") {
		t.Errorf("%v: %s", err, info)
	}
	if keep := os.Getenv("VARN_SHOTS"); keep != "" {
		if err := os.WriteFile(filepath.Join(keep, "paper.pdf"), b, 0o600); err != nil {
			t.Error(err)
		}
	}
}

func FuzzText(f *testing.F) {
	f.Add("Hej\tdu\n\n\x00\u202e🔪 العربية " + strings.Repeat("x", 300))
	f.Fuzz(func(t *testing.T, text string) {
		d := New(text, "sv-SE", "Sida")
		d.Heading(2, text)
		d.Quote(text)
		d.Table(Table{Head: []string{text, ""}, Widths: []float64{1, 1}, Rows: [][]string{{text, text}}})
		if _, err := d.Bytes(made); err != nil {
			t.Fatal(err)
		}
	})
}
