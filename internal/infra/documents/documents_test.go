package documents

import (
	"bytes"
	"context"
	"errors"
	"io"
	"os"
	"strings"
	"testing"
	"time"

	"varn/internal/domain/extract"
	"varn/internal/domain/redact"
)

// jailed answers as a jail does.
type jailed func(ctx context.Context, content io.Reader) ([]byte, error)

func (j jailed) Run(ctx context.Context, content io.Reader, _ ...string) ([]byte, error) {
	return j(ctx, content)
}

// programs has each program say what it is told to.
type programs map[string]func(in []byte, args []string) ([]byte, error)

func (p programs) Has(name string) bool { return p[name] != nil }

func (p programs) Run(_ context.Context, content io.Reader, name string, args ...string) ([]byte, error) {
	b, err := io.ReadAll(content)
	if err != nil {
		return nil, err
	}
	return p[name](b, args)
}

type shut struct{}

func (shut) Error() string { return "no jail" }
func (shut) NoJail() bool  { return true }

func answers(_ context.Context, content io.Reader) ([]byte, error) { return extract.Answer(content) }

func golden(t *testing.T, name string) []byte {
	t.Helper()
	b, err := os.ReadFile("../../domain/extract/testdata/golden/" + name)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// TestAReaderThatBreaksEndsThatDocumentAlone gives a document whose reader breaks, one whose reader answers nonsense, and
// then one that is read.
func TestAReaderThatBreaksEndsThatDocumentAlone(t *testing.T) {
	t.Parallel()
	n := 0
	r := &Reader{Jail: jailed(func(ctx context.Context, in io.Reader) ([]byte, error) {
		switch n++; n {
		case 1:
			return nil, errors.New("broke")
		case 2:
			return []byte("{nonsense"), nil
		case 3:
			return nil, shut{}
		}
		return answers(ctx, in)
	})}
	for i, want := range []extract.Reason{extract.WhyStopped, extract.WhyStopped, extract.WhyNoJail, ""} {
		d, err := r.Read(t.Context(), extract.Subject{Name: "a.txt"}, strings.NewReader("070-1740605"))
		switch {
		case err != nil:
			t.Fatal(err)
		case want == "" && (len(d.Parts) != 1 || len(d.Unread) != 0), want != "" && (len(d.Unread) != 1 || d.Unread[0].Why != want):
			t.Errorf("%d: %+v", i, d)
		}
	}
	d, err := (*Reader)(nil).Read(t.Context(), extract.Subject{}, strings.NewReader("x"))
	if err != nil || d.Unread[0].Why != extract.WhyNoJail {
		t.Errorf("%+v %v", d, err)
	}
	if res, err := (&Reader{}).Redact(t.Context(), redact.Work{}, nil); err != nil || res.Why != extract.WhyNoJail {
		t.Errorf("%+v %v", res, err)
	}
	ctx, stop := context.WithTimeout(t.Context(), time.Nanosecond)
	defer stop()
	<-ctx.Done()
	n = 0
	if _, err := r.Read(ctx, extract.Subject{}, strings.NewReader("x")); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("a reading that nobody waits for: %v", err)
	}
}

// TestTheSystemsProgramsReadWhatWeCannot lets pdftotext and tesseract answer, fail, and be missing.
func TestTheSystemsProgramsReadWhatWeCannot(t *testing.T) {
	t.Parallel()
	fails := func([]byte, []string) ([]byte, error) { return nil, errors.New("failed") }
	says := func(s string) func([]byte, []string) ([]byte, error) {
		return func([]byte, []string) ([]byte, error) { return []byte(s), nil }
	}
	page := func(in []byte, _ []string) ([]byte, error) {
		if !bytes.HasPrefix(in, []byte("%PDF-")) {
			return nil, errors.New("no PDF")
		}
		return []byte("a picture"), nil
	}
	for _, c := range []struct {
		name     string
		programs programs
		text     string
		unread   int
	}{
		{"last.pdf", programs{pdfText: says("Åsa 811228-9874\f")}, "Åsa 811228-9874", 1}, // its files and notes were not read
		{"last.pdf", programs{pdfText: fails}, "", 1},
		{"last.pdf", nil, "", 1},
		{"skanning.pdf", programs{pdfPage: page, tesseract: says("Åsa 070-1740605")}, "070-1740605", 1},
		{"skanning.pdf", programs{pdfPage: fails, tesseract: says("x")}, "", 1},
		{"skanning.pdf", programs{tesseract: says("x")}, "", 1},
		{"foto.jpg", programs{tesseract: says("skylt: Storgatan 99")}, "Storgatan 99", 1},
		{"foto.heic", programs{tesseract: says("x")}, "", 1},
		{"brev.docx", programs{pdfText: fails, tesseract: fails}, "811228-9874", 0},
	} {
		r := &Reader{Jail: jailed(answers)}
		if c.programs != nil {
			r.Programs = c.programs
		}
		d, err := r.Read(t.Context(), extract.Subject{Name: c.name}, bytes.NewReader(golden(t, c.name)))
		text, _ := d.Text()
		if c.unread == 1 && c.text == "Åsa 811228-9874" && len(d.Unread) == 1 && d.Unread[0].Why != extract.WhyPartly {
			t.Errorf("%s: %v", c.name, d.Unread)
		}
		if err != nil || len(d.Unread) != c.unread || !strings.Contains(string(text), c.text) {
			t.Errorf("%s: %v %v %.200q", c.name, err, d.Unread, text)
		}
	}
	r := &Reader{Programs: programs{pdfText: says(`<html><page width="200" height="100"><word xMin="20" yMin="10" xMax="100" yMax="20">&#197;sa</word></page><page width="0" height="x">`)}}
	papers, err := r.Words(t.Context(), nil)
	if err != nil || len(papers) != 2 || papers[0].Words[0] != (redact.Word{Text: "Åsa", Box: redact.Box{X0: 100, Y0: 100, X1: 500, Y1: 200}}) {
		t.Errorf("%+v %v", papers, err)
	}
	if _, err := (&Reader{}).Words(t.Context(), nil); !errors.Is(err, ErrNoHelp) {
		t.Error(err)
	}
}
