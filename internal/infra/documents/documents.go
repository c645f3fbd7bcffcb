// Package documents reads documents in processes of their own, shut in, each with little memory and time.
package documents

import (
	"bytes"
	"context"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"

	"varn/internal/domain/extract"
	"varn/internal/domain/redact"
)

// The system's programs that help, where they are installed; none is needed.
const (
	pdfText   = "pdftotext"
	pdfPage   = "pdftoppm"
	tesseract = "tesseract"
)

// maxScanned is how many pages that are pictures are read of one document: each takes a second or two.
const maxScanned = 30

// Jail starts this program anew, shut in, and gives what it answers.
type Jail interface {
	Run(ctx context.Context, content io.Reader, args ...string) ([]byte, error)
}

// Programs runs programs of the system, shut in.
type Programs interface {
	Has(name string) bool
	Run(ctx context.Context, content io.Reader, name string, args ...string) ([]byte, error)
}

// Reader reads documents. Without a jail nothing is read, and that is said.
type Reader struct {
	Jail     Jail
	Redactor Jail     // makes copies; nil: none
	Programs Programs // nil: no help
}

// noJail is an error that says that the system can't shut a process in.
type noJail interface{ NoJail() bool }

// Read gives what is in a document of at most extract.MaxContent bytes. A reader that breaks or takes too much
// is no error: the document says that it was not read. An error is one of the content, or of ctx.
func (r *Reader) Read(ctx context.Context, s extract.Subject, content io.Reader) (extract.Document, error) {
	b, err := io.ReadAll(io.LimitReader(content, extract.MaxContent+1))
	if err != nil {
		return extract.Document{}, err
	}
	if len(b) > extract.MaxContent {
		return extract.Failed(extract.FormatUnknown, extract.WhyTooLarge), nil
	}
	d, err := r.read(ctx, s, b)
	if err != nil || len(d.Unread) == 0 {
		return d, err
	}
	return r.helped(ctx, s, b, d), ctx.Err()
}

// read has the document read by this program's own readers, in jail.
func (r *Reader) read(ctx context.Context, s extract.Subject, b []byte) (extract.Document, error) {
	format := extract.FormatUnknown
	if bytes.HasPrefix(b, []byte("%PDF-")) {
		format = extract.FormatPDF // what it is, if its reader breaks
	}
	if r == nil || r.Jail == nil {
		return extract.Failed(format, extract.WhyNoJail), nil
	}
	in, err := extract.Request(s, bytes.NewReader(b))
	if err != nil {
		return extract.Document{}, err
	}
	out, err := r.Jail.Run(ctx, in)
	var none noJail
	switch {
	case err == nil:
	case errors.As(err, &none) && none.NoJail():
		return extract.Failed(format, extract.WhyNoJail), nil
	case ctx.Err() != nil:
		return extract.Document{}, ctx.Err()
	default:
		return extract.Failed(format, extract.WhyStopped), nil
	}
	d, err := extract.Decode(out)
	if err != nil {
		return extract.Failed(format, extract.WhyStopped), nil
	}
	return d, nil
}

// has tells whether a program of the system can help.
func (r *Reader) has(name string) bool { return r != nil && r.Programs != nil && r.Programs.Has(name) }

// helped reads again with the system's programs what was not read: a PDF's words, and pages that are pictures. What
// still isn't read stays said.
func (r *Reader) helped(ctx context.Context, s extract.Subject, b []byte, d extract.Document) extract.Document {
	var rest []extract.Unread
	text := []string(nil)
	tried := false
	scanned := 0
	for _, u := range d.Unread {
		switch {
		case u.In != "":
		case u.Why == extract.WhyPicture && r.has(tesseract) && scanned < maxScanned && (d.Format == extract.FormatPDF && u.Page > 0 || d.Format == extract.FormatJPEG || d.Format == extract.FormatPNG || d.Format == extract.FormatWebP):
			scanned++
			if words, ok := r.seen(ctx, d.Format, u.Page, b); ok {
				if strings.TrimSpace(words) != "" {
					d.Parts = append(d.Parts, extract.Part{Page: u.Page, Place: extract.PlaceText, Name: tesseract, Text: words})
				}
				u.Why = extract.WhyScanned // eyes misread
			}
		case d.Format == extract.FormatPDF && (u.Why == extract.WhyDamaged || u.Why == extract.WhyEncrypted || u.Why == extract.WhyStopped || u.Why == extract.WhyUnknown) && r.has(pdfText):
			if !tried {
				tried = true
				text = r.pdfWords(ctx, b)
			}
			if u.Page > 0 && u.Page <= len(text) && strings.TrimSpace(text[u.Page-1]) != "" {
				d.Parts = append(d.Parts, extract.Part{Page: u.Page, Place: extract.PlaceText, Name: pdfText, Text: text[u.Page-1]})
				continue
			}
			if u.Page == 0 && strings.TrimSpace(strings.Join(text, "")) != "" {
				d.Pages = max(d.Pages, len(text))
				for i, words := range text {
					if strings.TrimSpace(words) == "" {
						rest = append(rest, extract.Unread{Page: i + 1, Count: 1, Why: extract.WhyPicture})
						continue
					}
					d.Parts = append(d.Parts, extract.Part{Page: i + 1, Place: extract.PlaceText, Name: pdfText, Text: words})
				}
				u.Why = extract.WhyPartly
			}
		}
		rest = append(rest, u)
	}
	d.Unread = rest
	return d
}

// pdfWords gives the words of each page as poppler reads them; nil when it can't.
func (r *Reader) pdfWords(ctx context.Context, b []byte) []string {
	out, err := r.Programs.Run(ctx, bytes.NewReader(b), pdfText, "-enc", "UTF-8", "-", "-")
	if err != nil {
		return nil
	}
	return strings.Split(strings.TrimSuffix(strings.ToValidUTF8(string(out), "\ufffd"), "\f"), "\f")
}

// seen reads a page, or a picture, with its eyes.
func (r *Reader) seen(ctx context.Context, f extract.Format, page int, b []byte) (string, bool) {
	if f == extract.FormatPDF {
		var err error
		if b, err = r.Page(ctx, b, page, 200); err != nil {
			return "", false
		}
	}
	out, err := r.Programs.Run(ctx, bytes.NewReader(b), tesseract, "-", "-", "-l", "swe")
	if err != nil {
		return "", false
	}
	return strings.ToValidUTF8(string(out), "\ufffd"), true
}

// ErrNoHelp says that the system has no program for it.
var ErrNoHelp = errors.New("documents: no program on this system for that")

// Page draws a page of a PDF, from 1, as a PNG of so many points to the inch.
func (r *Reader) Page(ctx context.Context, content []byte, page, resolution int) ([]byte, error) {
	if !r.has(pdfPage) {
		return nil, ErrNoHelp
	}
	n := fmt.Sprint(page)
	return r.Programs.Run(ctx, bytes.NewReader(content), pdfPage, "-r", fmt.Sprint(resolution), "-png", "-f", n, "-l", n, "-singlefile", "-")
}

// Redact does a work of redaction on a content. Where it can't be done there is no content, and why.
func (r *Reader) Redact(ctx context.Context, w redact.Work, content []byte) (redact.Result, error) {
	if r == nil || r.Redactor == nil {
		return redact.Result{Why: extract.WhyNoJail}, nil
	}
	in, err := redact.Request(w, bytes.NewReader(content))
	if err != nil {
		return redact.Result{}, err
	}
	out, err := r.Redactor.Run(ctx, in)
	var none noJail
	switch {
	case err == nil:
	case errors.As(err, &none) && none.NoJail():
		return redact.Result{Why: extract.WhyNoJail}, nil
	case ctx.Err() != nil:
		return redact.Result{}, ctx.Err()
	default:
		return redact.Result{Why: extract.WhyStopped}, nil
	}
	return redact.Decode(out)
}

// Paper is a page's size, in points, and the words on it, each in thousandths of that size.
type Paper struct {
	Wide, High float64
	Words      []redact.Word
}

// maxWords bounds what is read of a page's words.
const maxWords = 50_000

// Words gives where each word of a PDF stands, page by page; ErrNoHelp where the system can't tell.
func (r *Reader) Words(ctx context.Context, content []byte) ([]Paper, error) {
	if !r.has(pdfText) {
		return nil, ErrNoHelp
	}
	out, err := r.Programs.Run(ctx, bytes.NewReader(content), pdfText, "-enc", "UTF-8", "-bbox", "-", "-")
	if err != nil {
		return nil, err
	}
	var all []Paper
	d := xml.NewDecoder(bytes.NewReader(out))
	d.Strict = false
	number := func(e xml.StartElement, name string) float64 {
		for _, a := range e.Attr {
			if a.Name.Local == name {
				f, _ := strconv.ParseFloat(a.Value, 64)
				return f
			}
		}
		return 0
	}
	var box redact.Box
	inWord := false
	for {
		t, err := d.RawToken()
		if err != nil {
			return all, r.scanned(ctx, content, all)
		}
		switch t := t.(type) {
		case xml.StartElement:
			inWord = t.Name.Local == "word"
			switch {
			case t.Name.Local == "page":
				all = append(all, Paper{Wide: max(1, number(t, "width")), High: max(1, number(t, "height"))})
			case inWord && len(all) > 0:
				p := all[len(all)-1]
				box = redact.Box{X0: number(t, "xMin") / p.Wide * 1000, Y0: number(t, "yMin") / p.High * 1000, X1: number(t, "xMax") / p.Wide * 1000, Y1: number(t, "yMax") / p.High * 1000}
			}
		case xml.CharData:
			if inWord && len(all) > 0 {
				if p := &all[len(all)-1]; len(p.Words) < maxWords {
					p.Words = append(p.Words, redact.Word{Text: string(t), Box: box})
				}
			}
		case xml.EndElement:
			inWord = false
		}
	}
}

// scanned finds the words of pages that have none and are pictures, with the eyes of tesseract; without it they have none.
func (r *Reader) scanned(ctx context.Context, content []byte, all []Paper) error {
	if !r.has(tesseract) || !r.has(pdfPage) {
		return nil
	}
	seen := 0
	for i := range all {
		if len(all[i].Words) > 0 || seen == maxScanned {
			continue
		}
		seen++
		picture, err := r.Page(ctx, content, i+1, 200)
		if err != nil {
			return ctx.Err()
		}
		out, err := r.Programs.Run(ctx, bytes.NewReader(picture), tesseract, "-", "-", "-l", "swe", "tsv")
		if err != nil {
			return ctx.Err()
		}
		all[i].Words = tsvWords(string(out))
	}
	return nil
}

// tsvWords reads tesseract's table: level, page, block, paragraph, line, word, left, top, width, height, confidence, text,
// in pixels; the first line with level 1 is the page itself.
func tsvWords(s string) []redact.Word {
	var out []redact.Word
	wide, high := 0.0, 0.0
	for line := range strings.Lines(s) {
		f := strings.Split(strings.TrimRight(line, "\r\n"), "\t")
		if len(f) < 12 {
			continue
		}
		var n [4]float64
		for i := range n {
			n[i], _ = strconv.ParseFloat(f[6+i], 64)
		}
		switch {
		case f[0] == "1":
			wide, high = n[2], n[3]
		case f[0] == "5" && wide > 0 && high > 0 && strings.TrimSpace(f[11]) != "" && len(out) < maxWords:
			side, edge := n[3]*0.35, n[3]*0.15 // eyes don't see exactly where a letter ends
			n = [4]float64{max(0, n[0]-side), max(0, n[1]-edge), n[2] + 2*side, n[3] + 2*edge}
			out = append(out, redact.Word{Text: strings.ToValidUTF8(f[11], "\ufffd"), Box: redact.Box{X0: n[0] / wide * 1000, Y0: n[1] / high * 1000, X1: (n[0] + n[2]) / wide * 1000, Y1: (n[1] + n[3]) / high * 1000}})
		}
	}
	return out
}
