package extract

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/ledongthuc/pdf"
)

// Bounds of a PDF.
const (
	maxPages     = 5000
	maxRevisions = 8
	maxNodes     = 50_000 // of a tree of names, fields or structure
	maxForms     = 12     // drawings in drawings
	maxOperators = 1_000_000
)

// pdf reads a PDF's pages, notes, fields, files and what it says about itself; and what an earlier version of it
// said, which is in the file still when it was changed by adding to it.
func (r *reading) pdf(content []byte, depth int) {
	doc, err := openPDF(content)
	switch {
	case errors.Is(err, pdf.ErrInvalidPassword):
		r.unread(0, 1, WhyEncrypted)
		return
	case err != nil:
		why := WhyDamaged
		if bytes.Contains(content, []byte("/Encrypt")) {
			why = WhyEncrypted
		}
		r.unread(0, 1, why)
		return
	}
	f := &pdfFile{r: r, doc: doc, depth: depth, said: map[string]bool{}}
	pages := doc.NumPage()
	if depth == 0 {
		r.doc.Pages = max(0, min(pages, 1<<20))
	}
	if pages <= 0 {
		r.unread(0, 1, WhyDamaged)
	}
	if pages > maxPages {
		r.unread(0, pages-maxPages, WhyTooLarge)
	}
	for n := 1; n <= min(pages, maxPages); n++ {
		f.page(n, PlaceText, "")
	}
	f.guard(f.about)
	f.guard(f.tree)
	f.guard(func() { f.earlier(content) })
	f.pictures(content)
}

func openPDF(content []byte) (doc *pdf.Reader, err error) {
	defer func() {
		if e := recover(); e != nil {
			err = fmt.Errorf("pdf: %v", e)
		}
	}()
	if i := bytes.Index(content[:min(len(content), 1024)], []byte("%PDF-")); i > 0 {
		content = content[i:]
	}
	return pdf.NewReader(bytes.NewReader(content), int64(len(content)))
}

type pdfFile struct {
	r     *reading
	doc   *pdf.Reader
	depth int
	said  map[string]bool // what the pages say, for telling what an earlier version said besides
	nodes int
}

// guard keeps a fault of the reader to what it was reading.
func (f *pdfFile) guard(do func()) {
	defer func() {
		if recover() != nil {
			f.r.unread(0, 1, WhyDamaged)
		}
	}()
	do()
}

// page reads a page: its words in the order they are drawn, apart those that are under something or not drawn at all.
func (f *pdfFile) page(n int, place Place, name string) {
	broke := false
	var d drawing
	func() {
		defer func() { broke = recover() != nil }()
		p := f.doc.Page(n)
		if p.V.IsNull() {
			panic("no page")
		}
		d.fonts = map[string]*drawnFont{}
		d.g.ctm, d.g.th, d.g.alpha = identity(), 1, 1
		if c := p.V.Key("Contents"); !c.IsNull() {
			d.draw(c, inherited(p.V, "Resources"), 0)
		}
	}()
	shown, veiled := d.text()
	if strings.TrimSpace(veiled) != "" && strings.TrimSpace(shown) == "" && d.images > 0 && !d.covered {
		shown, veiled = veiled, "" // a scanned page with the words that a reader of it wrote under it
	}
	for _, it := range []struct {
		place Place
		s     string
	}{{place, shown}, {PlaceHidden, veiled}} {
		if name == "" {
			f.said[it.s] = true
		} else if f.said[it.s] {
			continue
		}
		f.r.part(Part{Page: n, Place: it.place, Name: name, Text: it.s})
	}
	if name != "" {
		return
	}
	if broke || d.cut {
		f.r.unread(n, 1, WhyDamaged)
	} else if d.images > 0 && len(strings.TrimSpace(shown+veiled)) < 10 {
		f.r.unread(n, 1, WhyPicture)
	} else if d.glyphs > 20 && len(strings.TrimSpace(shown+veiled))*4 < d.glyphs {
		f.r.unread(n, 1, WhyUnknown) // letters whose meaning the font doesn't tell
	}
	f.guard(func() { f.annotations(n) })
}

func inherited(v pdf.Value, key string) pdf.Value {
	for range 50 {
		if got := v.Key(key); !got.IsNull() {
			return got
		}
		v = v.Key("Parent")
		if v.IsNull() {
			break
		}
	}
	return pdf.Value{}
}

func (f *pdfFile) annotations(n int) {
	list := f.doc.Page(n).V.Key("Annots")
	for i := range min(list.Len(), 5000) {
		a := list.Index(i)
		f.r.factOn(n, FactAuthor, "annotation", a.Key("T").Text())
		for _, key := range []string{"Contents", "Subj", "RC"} {
			f.r.part(Part{Page: n, Place: PlaceAnnotation, Name: a.Key("Subtype").Name(), Text: a.Key(key).Text()})
		}
		if uri := a.Key("A").Key("URI").RawString(); uri != "" {
			f.r.link(uri)
			f.r.part(Part{Page: n, Place: PlaceAttribute, Name: "href", Text: uri})
		}
		if fs := a.Key("FS"); !fs.IsNull() {
			f.file(fs)
		}
	}
}

// about reads what the document says about itself: its information, its XMP, its outline.
func (f *pdfFile) about() {
	info := f.doc.Trailer().Key("Info")
	kinds := map[string]FactKind{"Author": FactAuthor, "Creator": FactSoftware, "Producer": FactSoftware, "CreationDate": FactDate, "ModDate": FactDate, "Company": FactCompany, "Manager": FactAuthor}
	for _, key := range info.Keys() {
		kind, ok := kinds[key]
		if !ok {
			kind = FactOther
		}
		f.r.fact(kind, key, info.Key(key).Text())
	}
	root := f.doc.Trailer().Key("Root")
	if m := root.Key("Metadata"); m.Kind() == pdf.Stream {
		b, _ := io.ReadAll(io.LimitReader(m.Reader(), 4<<20))
		f.r.xmp(b)
	}
	var outline func(v pdf.Value, deep int)
	outline = func(v pdf.Value, deep int) {
		for v = v.Key("First"); !v.IsNull() && deep < 20; v = v.Key("Next") {
			if f.nodes++; f.nodes > maxNodes {
				return
			}
			f.r.part(Part{Place: PlaceData, Name: "outline", Text: v.Key("Title").Text()})
			outline(v, deep+1)
		}
	}
	outline(root.Key("Outlines"), 0)
}

// tree reads the files, fields and described pictures that hang in the document's trees.
func (f *pdfFile) tree() {
	root := f.doc.Trailer().Key("Root")
	var names func(v pdf.Value, deep int)
	names = func(v pdf.Value, deep int) {
		if f.nodes++; f.nodes > maxNodes || deep > 20 {
			return
		}
		list := v.Key("Names")
		for i := 1; i < list.Len(); i += 2 {
			f.file(list.Index(i))
		}
		for i := range v.Key("Kids").Len() {
			names(v.Key("Kids").Index(i), deep+1)
		}
	}
	names(root.Key("Names").Key("EmbeddedFiles"), 0)
	for i := range min(root.Key("AF").Len(), 1000) {
		f.file(root.Key("AF").Index(i))
	}
	var fields func(v pdf.Value, deep int)
	fields = func(v pdf.Value, deep int) {
		for i := range v.Len() {
			if f.nodes++; f.nodes > maxNodes || deep > 20 {
				return
			}
			e := v.Index(i)
			f.r.part(Part{Place: PlaceAnnotation, Name: e.Key("T").Text(), Text: strings.TrimSpace(e.Key("TU").Text() + " " + e.Key("V").Text())})
			fields(e.Key("Kids"), deep+1)
		}
	}
	fields(root.Key("AcroForm").Key("Fields"), 0)
	var structure func(v pdf.Value, deep int)
	structure = func(v pdf.Value, deep int) {
		if f.nodes++; f.nodes > maxNodes || deep > 60 {
			return
		}
		for _, key := range []string{"Alt", "ActualText", "E", "T"} {
			if v.Kind() == pdf.Dict {
				f.r.part(Part{Place: PlaceAttribute, Name: key, Text: v.Key(key).Text()})
			}
		}
		k := v.Key("K")
		if k.Kind() == pdf.Dict {
			structure(k, deep+1)
		}
		for i := range k.Len() {
			if k.Index(i).Kind() == pdf.Dict {
				structure(k.Index(i), deep+1)
			}
		}
	}
	structure(root.Key("StructTreeRoot"), 0)
}

// file reads a file inside the PDF.
func (f *pdfFile) file(spec pdf.Value) {
	name := spec.Key("UF").Text()
	if name == "" {
		name = spec.Key("F").Text()
	}
	f.r.part(Part{Place: PlaceAttachment, Text: strings.TrimSpace(name + " " + spec.Key("Desc").Text())})
	stream := spec.Key("EF").Key("F")
	if stream.Kind() != pdf.Stream || f.said["\x00"+name] {
		return
	}
	f.said["\x00"+name] = true
	most := min(f.r.left, MaxContent)
	b, err := io.ReadAll(io.LimitReader(stream.Reader(), most+1))
	f.r.left -= int64(len(b))
	if int64(len(b)) > most || err != nil {
		f.r.unread(0, 1, WhyTooLarge)
		return
	}
	f.r.inside(name, stream.Key("Subtype").Name(), b, f.depth)
}

// earlier reads the versions that the file was before it was changed by adding to it.
func (f *pdfFile) earlier(content []byte) {
	if bytes.Contains(content[:min(len(content), 2048)], []byte("/Linearized")) {
		return
	}
	ends := []int{}
	for at := 0; ; {
		i := bytes.Index(content[at:], []byte("%%EOF"))
		if i < 0 {
			break
		}
		at += i + 5
		ends = append(ends, at)
	}
	if len(ends) < 2 {
		return
	}
	ends = ends[:len(ends)-1]
	if len(ends) > maxRevisions {
		f.r.unread(0, len(ends)-maxRevisions, WhyTooLarge)
		ends = ends[len(ends)-maxRevisions:]
	}
	for _, end := range ends {
		doc, err := openPDF(content[:end:end])
		if err != nil {
			continue // not a version of its own
		}
		old := &pdfFile{r: f.r, doc: doc, depth: f.depth, said: f.said}
		for n := 1; n <= min(doc.NumPage(), maxPages); n++ {
			old.page(n, PlaceHidden, "earlier")
		}
		old.guard(old.about)
	}
}

// pictures reads what photographs in the file say about themselves; their bytes lie in it as they were.
func (f *pdfFile) pictures(content []byte) {
	for at, n := 0, 0; n < 300; n++ {
		i := bytes.Index(content[at:], []byte("\xff\xd8\xff"))
		if i < 0 {
			return
		}
		at += i
		end := bytes.Index(content[at:], []byte("endstream"))
		if end < 0 {
			return
		}
		f.guard(func() { f.r.facts(FormatJPEG, content[at:at+end]) })
		at += end
	}
}
