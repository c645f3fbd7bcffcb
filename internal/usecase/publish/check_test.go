package publish

import (
	"archive/zip"
	"bytes"
	"errors"
	"image/jpeg"
	"io"
	"os"
	"strings"
	"testing"
	"time"

	"varn/internal/domain/access"
	"varn/internal/domain/extract"
	"varn/internal/domain/redact"
	"varn/internal/infra/documents"
	"varn/internal/infra/jail"
)

// TestMain is the jailed processes too.
func TestMain(m *testing.M) {
	switch {
	case len(os.Args) == 2 && os.Args[1] == extract.Argument:
		os.Exit(jail.Main(os.Stdin, os.Stdout, extract.Answer))
	case len(os.Args) == 2 && os.Args[1] == redact.Argument:
		os.Exit(jail.Main(os.Stdin, os.Stdout, redact.Answer))
	case len(os.Args) > 1 && os.Args[1] == jail.ProgramArgument:
		os.Exit(jail.MainProgram(os.Args[2:]))
	}
	os.Exit(m.Run())
}

// bare reads without the system's programs.
func bare() *documents.Reader {
	run := func(what string) *jail.Runner {
		return &jail.Runner{Program: "/proc/self/exe", Args: []string{what}, Wall: 30 * time.Second, Most: extract.MaxAnswer}
	}
	return &documents.Reader{Jail: run(extract.Argument), Redactor: run(redact.Argument)}
}

func whole(t *testing.T) *documents.Reader {
	t.Helper()
	r := bare()
	p := &jail.Programs{Self: "/proc/self/exe", Wall: 60 * time.Second, Most: 64 << 20}
	if !p.Has(jail.PDFText) || !p.Has(jail.PDFPage) {
		t.Skip("poppler is not installed")
	}
	r.Programs = p
	return r
}

func golden(t *testing.T, name string) []byte {
	t.Helper()
	b, err := os.ReadFile("../../domain/extract/testdata/golden/" + name)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func checked(t *testing.T, r *documents.Reader, name string, mask bool) Report {
	t.Helper()
	d := &Desk{Documents: r}
	out, err := d.Check(t.Context(), &access.Session{Org: "o", Roles: []access.Role{access.CommunicationsOfficer}}, Ask{Name: name, Mask: mask, Copy: true, Pages: true}, bytes.NewReader(golden(t, name)))
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func values(r Report) string {
	var b strings.Builder
	for _, f := range r.Findings {
		b.WriteString(string(f.Kind) + "=" + f.Value + ";")
	}
	return b.String()
}

// TestTheCopyOfAnOfficeDocumentHasNothingLeft cleans what LibreOffice wrote: the words are gone from every part of it,
// what was tracked is settled, and nobody is named in it.
func TestTheCopyOfAnOfficeDocumentHasNothingLeft(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"brev.docx", "brev.odt", "lista.xlsx", "lista.ods", "bilder.pptx", "bilder.odp"} {
		out := checked(t, bare(), name, true)
		if len(out.Findings) == 0 || len(out.Facts) == 0 {
			t.Errorf("%s: found %q, %v", name, values(out), out.Facts)
		}
		if out.Copy == nil {
			t.Errorf("%s: no copy: %s", name, out.NoCopy)
			continue
		}
		if len(out.Copy.Left.Findings) > 0 || len(out.Copy.Left.Facts) > 0 || len(out.Copy.Left.Unread) > 0 {
			t.Errorf("%s: left %q, %v, %v", name, values(out.Copy.Left), out.Copy.Left.Facts, out.Copy.Left.Unread)
		}
		z, err := zip.NewReader(bytes.NewReader(out.Copy.Content), int64(len(out.Copy.Content)))
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range z.File {
			in, err := f.Open()
			if err != nil {
				t.Fatal(err)
			}
			b, _ := io.ReadAll(in)
			for _, word := range []string{"070-17406", "811228", "Borttagna", "Vera Påhittad</", "Nils", "Dolt kontonummer"} {
				if strings.Contains(string(b), word) {
					t.Errorf("%s: %s holds %q", name, f.Name, word)
				}
			}
		}
	}
}

// TestARebuiltPDFHasOnlyWhatIsSeen rebuilds a PDF with words under a black box and a file inside.
func TestARebuiltPDFHasOnlyWhatIsSeen(t *testing.T) {
	t.Parallel()
	r := whole(t)
	out := checked(t, r, "bilaga.pdf", true)
	if got := values(out); !strings.Contains(got, "811228-9874") || !strings.Contains(got, "Storgatan 99") || !strings.Contains(got, "070-1740613") {
		t.Fatalf("found %q", got)
	}
	if len(out.Views) == 0 || len(out.Views[0].Picture) == 0 || out.Views[0].Marks == 0 {
		t.Fatalf("%d views", len(out.Views))
	}
	if _, err := jpeg.Decode(bytes.NewReader(out.Views[0].Picture)); err != nil {
		t.Error(err)
	}
	if out.Copy == nil || !out.Copy.Clean() {
		t.Fatalf("%s %+v", out.NoCopy, out.Copy)
	}
	again, err := r.Read(t.Context(), extract.Subject{Name: "x.pdf"}, bytes.NewReader(out.Copy.Content))
	if err != nil {
		t.Fatal(err)
	}
	text, _ := again.Text()
	if !strings.Contains(string(text), "Protokoll") || strings.Contains(string(text), "Storgatan") || strings.Contains(string(text), "811228") {
		t.Errorf("%q", text)
	}
	if dir := os.Getenv("VARN_SHOTS"); dir != "" {
		_ = os.WriteFile(dir+"/rensad.pdf", out.Copy.Content, 0o600)
		_ = os.WriteFile(dir+"/markerad.jpg", out.Views[0].Picture, 0o600)
	}
	if unmasked := checked(t, r, "protokoll.pdf", false); unmasked.Copy == nil || unmasked.Copy.Clean() || !strings.Contains(values(unmasked.Copy.Left), "811228-9874") {
		t.Error("a copy in which nothing was masked is called clean")
	}
}

// TestAScannedPageIsReadAndMasked checks a PDF that is a picture, where the system can read pictures.
func TestAScannedPageIsReadAndMasked(t *testing.T) {
	t.Parallel()
	r := whole(t)
	if !r.Programs.Has(jail.Tesseract) {
		t.Skip("tesseract is not installed")
	}
	out := checked(t, r, "skanning.pdf", true)
	if !strings.Contains(values(out), "811228-9874") || len(out.Unread) != 1 || out.Unread[0].Why != extract.WhyScanned || len(out.Views) == 0 || out.Views[0].Marks == 0 {
		t.Fatalf("found %q, %v, %d views", values(out), out.Unread, len(out.Views))
	}
	if out.Copy == nil || out.Copy.Clean() || strings.Contains(values(out.Copy.Left), "811228") { // eyes misread: never clean
		t.Fatalf("%s: no copy, or one that is called clean", out.NoCopy)
	}
	if dir := os.Getenv("VARN_SHOTS"); dir != "" {
		_ = os.WriteFile(dir+"/skannad-rensad.pdf", out.Copy.Content, 0o600)
	}
}

// TestWhatIsNotReadIsNeverCalledClean checks what can't be read, and what has only metadata.
func TestWhatIsNotReadIsNeverCalledClean(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"lozen.pdf", "brev.doc", "foto.jpg", "skanning.pdf"} {
		out := checked(t, bare(), name, true)
		if out.Clean() || len(out.Unread) == 0 || out.Copy != nil && out.Copy.Clean() {
			t.Errorf("%s is called clean", name)
		}
	}
	for _, name := range []string{"foto.jpg", "foto.png", "foto.webp"} {
		out := checked(t, bare(), name, true)
		if out.Copy == nil || len(out.Facts) == 0 || len(out.Copy.Left.Facts) > 0 || len(out.Copy.Left.Findings) > 0 {
			t.Errorf("%s: %+v", name, out.Copy)
		}
	}
	if out := checked(t, bare(), "mejl.eml", true); out.Copy != nil || out.NoCopy != extract.WhyUnknown || len(out.Findings) == 0 || len(out.Views) == 0 {
		t.Errorf("%+v", out)
	}
	d := &Desk{Documents: &documents.Reader{}}
	out, err := d.Check(t.Context(), &access.Session{Org: "o"}, Ask{Name: "a.txt", Copy: true}, strings.NewReader("070-1740605"))
	if err != nil || out.Clean() || out.Unread[0].Why != extract.WhyNoJail {
		t.Errorf("without a jail: %+v %v", out, err)
	}
	if _, err := d.Check(t.Context(), &access.Session{Org: "o"}, Ask{}, io.MultiReader(strings.NewReader("x"), broken{})); err == nil {
		t.Error("half a document is checked")
	}
}

type broken struct{}

func (broken) Read([]byte) (int, error) { return 0, errors.New("gone") }

// TestWordsAreFoundHoweverTheyAreParted looks for values that are parted otherwise on the page than in its text.
func TestWordsAreFoundHoweverTheyAreParted(t *testing.T) {
	t.Parallel()
	p := documents.Paper{Words: []redact.Word{{Text: "Ring"}, {Text: "070-"}, {Text: "17406"}, {Text: "05."}, {Text: "070-1740605"}}}
	gone := map[int]bool{}
	boxes, found := seek(p, "070-17406 05", nil, gone)
	if !found || len(boxes) != 4 || gone[0] || !gone[1] || !gone[3] || !gone[4] {
		t.Errorf("%v %v", gone, found)
	}
	if _, found := seek(p, "811228-9874", nil, gone); found {
		t.Error("what is not there is found")
	}
}
