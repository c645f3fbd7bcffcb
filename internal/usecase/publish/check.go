// Package publish (kontroll före publicering) looks through a document before it is published: what it gives away, on a
// picture of its pages, and a copy without it. Nothing is kept: the answer is all there is.
package publish

import (
	"bytes"
	"context"
	"errors"
	"io"
	"slices"
	"strings"

	"varn/internal/domain/access"
	"varn/internal/domain/exposure"
	"varn/internal/domain/extract"
	"varn/internal/domain/redact"
	"varn/internal/infra/documents"
	"varn/internal/kit/fault"
)

// Bounds of a check.
const (
	MaxDocument = 40 << 20 // bytes
	maxViews    = 12       // pages that are shown
	maxPages    = 60       // of a PDF that is rebuilt
	maxShown    = 200      // pieces of marked text
	least       = 0.5      // of a finding's confidence, for its words to be masked
	viewSide    = 1100     // pixels of a shown page
	viewDetail  = 90       // points to the inch of it
	copyDetail  = 150      // points to the inch of a rebuilt page
)

// Desk does the acts of this package.
type Desk struct {
	Documents *documents.Reader
	// Domains are the organisation's own: an address there is official.
	Domains func(ctx context.Context, org string) ([]string, error)
	// Listed gives the list of protected persons; nil: there is none.
	Listed func(ctx context.Context, org string) (*exposure.List, error)
	// Slots is how many documents may be looked through at a time; nil: any number.
	Slots chan struct{}
}

// Publishers are the roles that may have documents looked through: those who publish for the municipality.
func Publishers() []access.Role {
	return []access.Role{access.CommunicationsOfficer, access.Employee, access.Manager, access.CommitteeSecretary, access.Registrar, access.Lawyer, access.Archivist,
		access.HeadOfSecurity, access.CaseOfficer, access.DutyOfficer, access.DataProtectionOfficer}
}

// Ask is what is to be done.
type Ask struct {
	Name, Type string
	// Mask: the words found are taken out of the copy. Else only what the file says about itself is.
	Mask bool
	// Copy: a cleaned copy is made.
	Copy bool
	// Pages: pages are drawn with the words marked.
	Pages bool
}

// Finding is something that a document gives away.
type Finding struct {
	exposure.Hit
	In    string
	Page  int
	Place extract.Place
	Name  string
}

// Report is what was found in a document.
type Report struct {
	Name     string
	Format   extract.Format
	Pages    int
	Findings []Finding
	// Facts are what the file says of a person: who, where or with what.
	Facts  []extract.Fact
	Unread []extract.Unread
	// Layers are what is in the document and not seen in it: comments, changes, hidden words; how many of each.
	Layers []Layer
	Views  []View
	Copy   *Copy
	// NoCopy is why there is no copy though one was asked for.
	NoCopy extract.Reason
}

// Layer is how many parts of a document stand in a place that is not seen.
type Layer struct {
	Place extract.Place
	Count int
}

// Clean tells whether nothing at all was found, and everything was read.
func (r Report) Clean() bool {
	return len(r.Findings) == 0 && len(r.Facts) == 0 && len(r.Unread) == 0 && len(r.Layers) == 0
}

// View is a page, or a piece of text, with what was found marked.
type View struct {
	Page    int
	Picture []byte // a JPEG; empty: Pieces
	Width   int
	Height  int
	Marks   int // on the picture
	Place   extract.Place
	Name    string
	Pieces  []Piece
}

// Piece is some text; marked if Kind is something.
type Piece struct {
	Text string
	Kind exposure.Kind
}

// Copy is a copy that was made and then looked through like any document: Left is what is in it still.
type Copy struct {
	Name, Type string
	Content    []byte
	Left       Report
}

// Clean tells whether the copy was found to give nothing away.
func (c Copy) Clean() bool { return c.Left.Clean() }

// mayList tells who is told that somebody is on the list of protected persons: nobody may find out by trying names.
func mayList(who *access.Session) bool {
	return who.Has(access.CommunicationsOfficer, access.HeadOfSecurity)
}

// Check looks through a document.
func (d *Desk) Check(ctx context.Context, who *access.Session, a Ask, content io.Reader) (Report, error) {
	if d.Slots != nil {
		select {
		case d.Slots <- struct{}{}:
			defer func() { <-d.Slots }()
		case <-ctx.Done():
			return Report{}, ctx.Err()
		}
	}
	b, err := io.ReadAll(io.LimitReader(content, MaxDocument+1))
	switch {
	case err != nil:
		return Report{}, err
	case len(b) > MaxDocument:
		return Report{}, fault.New(fault.Invalid, "fault.too-large")
	case len(b) == 0:
		return Report{}, fault.In("document", "form.required")
	}
	scanner, err := d.scanner(ctx, who)
	if err != nil {
		return Report{}, err
	}
	c := &check{d: d, ask: a, content: b, scanner: scanner}
	doc, err := d.Documents.Read(ctx, extract.Subject{Name: a.Name, Type: a.Type, Size: int64(len(b))}, bytes.NewReader(b))
	if err != nil {
		return Report{}, err
	}
	out := report(scanner, a.Name, doc)
	if a.Pages {
		if out.Views, err = c.views(ctx, doc, out); err != nil {
			return Report{}, err
		}
	}
	if a.Copy {
		out.Copy, out.NoCopy, err = c.copy(ctx, doc, out)
	}
	return out, err
}

func (d *Desk) scanner(ctx context.Context, who *access.Session) (*exposure.Scanner, error) {
	var o exposure.Options
	var err error
	if d.Domains != nil {
		if o.Domains, err = d.Domains(ctx, who.Org); err != nil {
			return nil, err
		}
	}
	if d.Listed != nil && mayList(who) {
		if o.Listed, err = d.Listed(ctx, who.Org); err != nil {
			return nil, err
		}
	}
	return exposure.New(o), nil
}

// report looks through what was read.
func report(s *exposure.Scanner, name string, doc extract.Document) Report {
	out := Report{Name: name, Format: doc.Format, Pages: doc.Pages, Unread: doc.Unread}
	layers := map[extract.Place]int{}
	for _, p := range doc.Parts {
		switch p.Place {
		case extract.PlaceComment, extract.PlaceTracked, extract.PlaceHidden, extract.PlaceAnnotation, extract.PlaceAttachment:
			if doc.Format != extract.FormatEML && doc.Format != extract.FormatMSG && doc.Format != extract.FormatZIP {
				layers[p.Place]++
			}
		}
		for _, h := range s.Scan([]byte(p.Text)) {
			out.Findings = append(out.Findings, Finding{Hit: h, In: p.In, Page: p.Page, Place: p.Place, Name: p.Name})
		}
	}
	for _, place := range extract.Places() {
		if layers[place] > 0 {
			out.Layers = append(out.Layers, Layer{place, layers[place]})
		}
	}
	for _, f := range doc.Facts {
		if f.Kind.Reveals() {
			out.Facts = append(out.Facts, f)
		}
		for _, h := range s.Scan([]byte(f.Value)) {
			out.Findings = append(out.Findings, Finding{Hit: h, In: f.In, Page: f.Page, Place: extract.PlaceMetadata, Name: f.Name})
		}
	}
	return out
}

// check is a document while it is looked through.
type check struct {
	d       *Desk
	ask     Ask
	content []byte
	scanner *exposure.Scanner
	papers  []documents.Paper
	asked   bool
}

// words gives where each word of a PDF stands; nil where the system can't tell.
func (c *check) words(ctx context.Context) []documents.Paper {
	if !c.asked {
		c.asked = true
		if all, err := c.d.Documents.Words(ctx, c.content); err == nil {
			c.papers = all
		}
	}
	return c.papers
}

// boxes gives where on a page the words stand of which something was found, and which words those are.
func (c *check) boxes(p documents.Paper, keep float64) (boxes []redact.Box, gone map[int]bool) {
	var text strings.Builder
	starts := make([]int, len(p.Words))
	for i, w := range p.Words {
		if i > 0 {
			if sameLine(p.Words[i-1].Box, w.Box) {
				text.WriteByte(' ')
			} else {
				text.WriteByte('\n')
			}
		}
		starts[i] = text.Len()
		text.WriteString(w.Text)
	}
	gone = map[int]bool{}
	for _, h := range c.scanner.Scan([]byte(text.String())) {
		if h.Confidence < keep && !h.Listed {
			continue
		}
		for i, at := range starts {
			if int64(at) < h.End && int64(at+len(p.Words[i].Text)) > h.Start && !gone[i] {
				gone[i] = true
				boxes = append(boxes, p.Words[i].Box)
			}
		}
	}
	return boxes, gone
}

// seek adds the boxes of words that make up a value that was found in the page's text, however they are parted; false
// tells that they are nowhere.
func seek(p documents.Paper, value string, boxes []redact.Box, gone map[int]bool) ([]redact.Box, bool) {
	var text strings.Builder
	var of []int // the word that each byte is of
	for i, w := range p.Words {
		s := strings.Join(strings.Fields(w.Text), "")
		text.WriteString(s)
		for range len(s) {
			of = append(of, i)
		}
	}
	value = strings.Join(strings.Fields(value), "")
	found := false
	for at := 0; value != ""; {
		i := strings.Index(text.String()[at:], value)
		if i < 0 {
			break
		}
		found = true
		for k := at + i; k < at+i+len(value); k++ {
			if n := of[k]; !gone[n] {
				gone[n] = true
				boxes = append(boxes, p.Words[n].Box)
			}
		}
		at += i + len(value)
	}
	return boxes, found
}

func sameLine(a, b redact.Box) bool {
	return (b.Y0+b.Y1)/2 > a.Y0 && (b.Y0+b.Y1)/2 < a.Y1 && b.X0 >= a.X0
}

// views draws the pages on which something was found; without the programs for that, or of anything but a PDF, the
// words themselves are shown.
func (c *check) views(ctx context.Context, doc extract.Document, found Report) ([]View, error) {
	var out []View
	drawn := map[int]bool{}
	if doc.Format == extract.FormatPDF {
		for i, p := range c.words(ctx) {
			if len(out) == maxViews {
				break
			}
			boxes, _ := c.boxes(p, 0)
			if len(boxes) == 0 {
				continue
			}
			v, err := c.draw(ctx, i+1, boxes)
			if err != nil {
				return nil, err
			}
			if v != nil {
				drawn[i+1] = true
				out = append(out, *v)
			}
		}
	}
	for _, p := range doc.Parts {
		if len(out) >= maxShown {
			break
		}
		if drawn[p.Page] && p.In == "" && p.Place == extract.PlaceText {
			continue
		}
		if hits := c.scanner.Scan([]byte(p.Text)); len(hits) > 0 {
			name := p.Name
			if p.Place == extract.PlaceTracked { // what it says there is of the file's own making
				name = ""
			}
			if p.In != "" {
				name = strings.TrimSpace(p.In + " " + name)
			}
			out = append(out, View{Page: p.Page, Place: p.Place, Name: name, Pieces: pieces(p.Text, hits)})
		}
	}
	return out, nil
}

func (c *check) draw(ctx context.Context, page int, boxes []redact.Box) (*View, error) {
	raw, err := c.d.Documents.Page(ctx, c.content, page, viewDetail)
	if err != nil {
		return nil, ctx.Err() // without a picture the words are shown
	}
	r, err := c.d.Documents.Redact(ctx, redact.Work{Paint: true, Boxes: boxes, Side: viewSide}, raw)
	if err != nil || r.Why != "" {
		return nil, err
	}
	return &View{Page: page, Picture: r.Content, Width: r.Width, Height: r.Height, Marks: len(boxes), Place: extract.PlaceText}, nil
}

// around is how many bytes of a text are shown before and after what was found.
const around = 120

// pieces cuts a text at what was found in it; of long stretches between only the ends are shown.
func pieces(text string, hits []exposure.Hit) []Piece {
	slices.SortFunc(hits, func(a, b exposure.Hit) int { return int(a.Start - b.Start) })
	var out []Piece
	add := func(s string, first, last bool) {
		if len(s) > 2*around+20 || first && len(s) > around || last && len(s) > around {
			head, tail := strings.ToValidUTF8(s[:around], ""), strings.ToValidUTF8(s[len(s)-around:], "")
			switch {
			case first:
				s = "… " + tail
			case last:
				s = head + " …"
			default:
				s = head + " … " + tail
			}
		}
		if s != "" {
			out = append(out, Piece{Text: s})
		}
	}
	at := int64(0)
	for i, h := range hits {
		if h.Start < at || h.End > int64(len(text)) {
			continue
		}
		add(text[at:h.Start], i == 0, false)
		out = append(out, Piece{Text: text[h.Start:h.End], Kind: h.Kind})
		at = h.End
	}
	add(text[at:], false, true)
	return out
}

// errNoPages says that pages can't be drawn here.
var errNoPages = errors.New("publish: no program draws pages here")
