package publish

import (
	"bytes"
	"context"
	"errors"
	"path"
	"strings"

	"varn/internal/domain/extract"
	"varn/internal/domain/redact"
)

// copy makes a cleaned copy and looks through it as through any document: what is left in it is said.
func (c *check) copy(ctx context.Context, doc extract.Document, found Report) (*Copy, extract.Reason, error) {
	var missed []Finding
	out := &Copy{Name: copyName(c.ask.Name), Type: mediaType(doc.Format)}
	switch {
	case doc.Format == extract.FormatPDF:
		b, left, err := c.rebuilt(ctx, doc, found)
		missed = left
		if errors.Is(err, errNoPages) {
			return nil, extract.WhyNoJail, nil
		}
		if err != nil {
			return nil, extract.WhyStopped, ctx.Err()
		}
		out.Content = b
	case redact.Cleans(doc.Format):
		work := redact.Work{Format: doc.Format}
		if c.ask.Mask {
			for _, f := range found.Findings {
				if f.Confidence >= least || f.Listed {
					work.Terms = append(work.Terms, f.Value)
				}
			}
		}
		r, err := c.d.Documents.Redact(ctx, work, c.content)
		if err != nil || r.Why != "" {
			return nil, r.Why, err
		}
		out.Content = r.Content
	default:
		return nil, extract.WhyUnknown, nil
	}
	again, err := c.d.Documents.Read(ctx, extract.Subject{Name: out.Name, Type: out.Type, Size: int64(len(out.Content))}, bytes.NewReader(out.Content))
	if err != nil {
		return nil, "", err
	}
	out.Left = report(c.scanner, out.Name, again)
	out.Left.Findings = append(out.Left.Findings, missed...)
	for _, u := range doc.Unread {
		if u.Why == extract.WhyScanned && doc.Format == extract.FormatPDF { // what eyes misread was not masked either
			out.Left.Unread = append(out.Left.Unread, u)
		}
	}
	return out, "", nil
}

// rebuilt makes a PDF anew out of pictures of its pages, with the words that are shown and not to go in a layer of their
// own. Nothing else of the file is in it.
// missed are the findings whose words could not be found on the picture.
func (c *check) rebuilt(ctx context.Context, doc extract.Document, found Report) (made []byte, missed []Finding, err error) {
	papers := c.words(ctx)
	if len(papers) == 0 || len(papers) > maxPages {
		return nil, nil, errNoPages
	}
	shown := map[int]map[string]int{} // how often a word is seen on a page
	for _, p := range doc.Parts {
		if p.In != "" || p.Place != extract.PlaceText {
			continue
		}
		if shown[p.Page] == nil {
			shown[p.Page] = map[string]int{}
		}
		for _, w := range strings.Fields(p.Text) {
			shown[p.Page][w]++
		}
	}
	var pages []redact.Page
	for i, p := range papers {
		raw, err := c.d.Documents.Page(ctx, c.content, i+1, copyDetail)
		if err != nil {
			return nil, nil, errNoPages
		}
		var boxes []redact.Box
		gone := map[int]bool{}
		if c.ask.Mask {
			boxes, gone = c.boxes(p, least)
			for _, f := range found.Findings {
				if f.Page != i+1 || f.In != "" || f.Place != extract.PlaceText || f.Confidence < least && !f.Listed {
					continue
				}
				var seen bool
				if boxes, seen = seek(p, f.Value, boxes, gone); !seen { // it is in the picture, and nobody knows where
					missed = append(missed, f)
				}
			}
		}
		r, err := c.d.Documents.Redact(ctx, redact.Work{Paint: true, Boxes: boxes, Solid: true}, raw)
		if err != nil {
			return nil, nil, err
		}
		if r.Why != "" {
			return nil, nil, errNoPages
		}
		page := redact.Page{JPEG: r.Content, Width: r.Width, Height: r.Height, Wide: p.Wide, High: p.High}
		for k, w := range p.Words {
			if n := shown[i+1][w.Text]; !gone[k] && n > 0 { // a word that nobody sees is not taken along
				shown[i+1][w.Text]--
				page.Words = append(page.Words, w)
			}
		}
		pages = append(pages, page)
	}
	return redact.PDF(pages, "sv"), missed, nil
}

func copyName(name string) string {
	name = path.Base(strings.ReplaceAll(name, `\`, "/"))
	ext := path.Ext(name)
	return strings.TrimSuffix(name, ext) + "-rensad" + ext
}

func mediaType(f extract.Format) string {
	switch f {
	case extract.FormatPDF:
		return "application/pdf"
	case extract.FormatDOCX:
		return "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
	case extract.FormatXLSX:
		return "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
	case extract.FormatPPTX:
		return "application/vnd.openxmlformats-officedocument.presentationml.presentation"
	case extract.FormatODT:
		return "application/vnd.oasis.opendocument.text"
	case extract.FormatODS:
		return "application/vnd.oasis.opendocument.spreadsheet"
	case extract.FormatODP:
		return "application/vnd.oasis.opendocument.presentation"
	case extract.FormatHTML:
		return "text/html; charset=utf-8"
	case extract.FormatCSV:
		return "text/csv; charset=utf-8"
	case extract.FormatText:
		return "text/plain; charset=utf-8"
	case extract.FormatJPEG:
		return "image/jpeg"
	case extract.FormatPNG:
		return "image/png"
	case extract.FormatWebP:
		return "image/webp"
	case extract.FormatHEIC:
		return "image/heic"
	}
	return "application/octet-stream"
}
