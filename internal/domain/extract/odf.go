package extract

import (
	"archive/zip"
	"encoding/xml"
	"path"
	"strconv"
	"strings"
)

// openDocument reads a package as LibreOffice writes it: OASIS OpenDocument 1.3.
func (r *reading) openDocument(content []byte, depth int) {
	seen := map[string]bool{}
	var rest []*zip.File
	for _, f := range r.archive(content) {
		if seen[f.Name] || strings.HasSuffix(f.Name, "/") {
			continue
		}
		seen[f.Name] = true
		switch base := path.Base(f.Name); {
		case base == "content.xml" || base == "styles.xml":
			b, _ := r.unpack(f)
			o := &odfPart{r: r, hides: odfHides(r, b), body: base == "content.xml", pages: f.Name == "content.xml"}
			r.eachToken(b, o.token)
			o.flush()
		case f.Name == "meta.xml":
			b, _ := r.unpack(f)
			r.odfMeta(b)
		case base == "settings.xml" || base == "manifest.xml" || base == "mimetype" || base == "manifest.rdf" || strings.HasPrefix(f.Name, "Configurations2"):
			if strings.HasSuffix(base, "manifest.xml") {
				b, _ := r.unpack(f)
				if strings.Contains(string(b), "encryption-data") {
					r.unread(0, 1, WhyEncrypted)
				}
			}
		default:
			rest = append(rest, f)
		}
	}
	for _, f := range rest {
		b, ok := r.unpack(f)
		if !ok {
			continue
		}
		base := strings.ToLower(path.Base(f.Name))
		if strings.HasPrefix(base, "thumbnail") {
			r.thumbnail(f.Name, b)
			continue
		}
		r.inside(path.Base(f.Name), "", b, depth)
	}
}

// odfMeta reads who wrote the document and when.
func (r *reading) odfMeta(b []byte) {
	kinds := map[string]FactKind{"initial-creator": FactAuthor, "creator": FactAuthor, "printed-by": FactAuthor, "creation-date": FactDate, "date": FactDate, "print-date": FactDate,
		"generator": FactSoftware, "title": FactOther, "subject": FactOther, "description": FactOther, "keyword": FactOther, "user-defined": FactOther}
	at := ""
	r.eachToken(b, func(t xml.Token) {
		switch t := t.(type) {
		case xml.StartElement:
			at = t.Name.Local
			if at == "template" {
				r.fact(FactLocation, at, attrOf(t, "href"))
			}
		case xml.EndElement:
			at = ""
		case xml.CharData:
			if kind, ok := kinds[at]; ok {
				r.fact(kind, at, string(t))
			}
		}
	})
}

// odfHides finds the styles that hide what has them.
func odfHides(r *reading, b []byte) map[string]bool {
	hides, style := map[string]bool{}, ""
	r.eachElement(b, func(e xml.StartElement) {
		switch e.Name.Local {
		case "style":
			style = attrOf(e, "name")
		case "table-properties", "text-properties", "drawing-page-properties":
			if d := attrOf(e, "display"); d == "false" || d == "none" {
				hides[style] = true
			}
			if attrOf(e, "visibility") == "hidden" {
				hides[style] = true
			}
		}
	})
	return hides
}

// odfPart is content.xml or styles.xml while it is read.
type odfPart struct {
	r           *reading
	hides       map[string]bool
	body, pages bool
	page        int
	stack       []odfOpen
	held        [6]strings.Builder // by place
	sheet       string
	cell        string // the value of a cell that has no words
	words       bool
	hide        [][2]int // spans of hidden columns of the table, from 0
	column      int
}

// repeated is how many columns an element stands for.
func repeated(t xml.StartElement) int {
	n, _ := strconv.Atoi(attrOf(t, "number-columns-repeated"))
	return min(max(n, 1), maxColumns)
}

// odfOpen is an open element and where its words belong.
type odfOpen struct {
	name  string
	place Place
}

// odfPlaces are the places that words of these documents have, in the order of held.
func odfPlaces() []Place {
	return []Place{PlaceText, PlaceHidden, PlaceComment, PlaceTracked, PlaceCell, PlaceData}
}

func (o *odfPart) place() Place {
	if len(o.stack) == 0 {
		return PlaceText
	}
	return o.stack[len(o.stack)-1].place
}

func (o *odfPart) token(t xml.Token) {
	switch t := t.(type) {
	case xml.StartElement:
		o.open(t)
	case xml.EndElement:
		o.close(t.Name.Local)
	case xml.CharData:
		if o.inWords() {
			o.words = true
			o.write(string(t))
		}
	}
}

// inWords tells whether a paragraph, or a name beside a comment, is open.
func (o *odfPart) inWords() bool {
	for i := len(o.stack) - 1; i >= 0; i-- {
		switch o.stack[i].name {
		case "p", "h", "creator", "title", "desc", "header-left", "region-left", "region-center", "region-right":
			return true
		case "annotation", "text", "deletion":
			return false
		}
	}
	return false
}

func (o *odfPart) open(t xml.StartElement) {
	place := o.place()
	if o.hides[attrOf(t, "style-name")] && place != PlaceComment {
		place = PlaceHidden
	}
	switch t.Name.Local {
	case "annotation":
		place = PlaceComment
	case "tracked-changes", "deletion":
		place = PlaceTracked
	case "notes":
		if t.Name.Space == "presentation" {
			place = PlaceHidden
		}
	case "hidden-text", "hidden-paragraph":
		place = PlaceHidden
	case "table":
		o.flush()
		o.sheet = attrOf(t, "name")
		o.hide, o.column = nil, 0
		if o.pages && len(o.stack) == 3 && o.stack[2].name == "spreadsheet" {
			o.page++
			o.r.doc.Pages = max(o.r.doc.Pages, o.page)
		}
		if place == PlaceText && o.sheet != "" && o.page > 0 {
			place = PlaceCell
		}
	case "table-column":
		v, n := attrOf(t, "visibility"), repeated(t)
		if v == "collapse" || v == "filter" {
			o.hide = append(o.hide, [2]int{o.column, o.column + n})
		}
		o.column += n
	case "table-row":
		o.column = 0
		if v := attrOf(t, "visibility"); v == "collapse" || v == "filter" {
			place = PlaceHidden
		}
	case "table-cell", "covered-table-cell":
		o.cell, o.words = attrOf(t, "value"), false
		for _, h := range o.hide {
			if o.column >= h[0] && o.column < h[1] {
				place = PlaceHidden
			}
		}
		o.column += repeated(t)
	case "note-body":
		o.write("\n")
	case "page":
		o.flush()
		o.page++
		o.r.doc.Pages = max(o.r.doc.Pages, o.page)
	case "s":
		n, _ := strconv.Atoi(attrOf(t, "c"))
		o.write(strings.Repeat(" ", min(max(n, 1), 100)))
	case "tab":
		o.write("\t")
	case "line-break":
		o.write("\n")
	}
	if href := attrOf(t, "href"); href != "" && !strings.HasPrefix(href, "Pictures/") && !strings.HasPrefix(href, "./") && !strings.HasPrefix(href, "#") {
		o.r.link(href)
		o.r.part(Part{Page: o.page, Place: PlaceAttribute, Name: "href", Text: href})
	}
	for _, a := range []string{"string-value", "description", "formula"} {
		if v := attrOf(t, a); v != "" && t.Name.Local != "table-cell" {
			o.r.part(Part{Page: o.page, Place: PlaceData, Name: a, Text: v})
		}
	}
	if len(o.stack) < 10_000 {
		o.stack = append(o.stack, odfOpen{t.Name.Local, place})
	}
}

func (o *odfPart) close(name string) {
	place := o.place()
	switch name {
	case "p", "h":
		o.write("\n")
	case "creator":
		o.write("\n")
	case "table-cell", "covered-table-cell":
		if !o.words && o.cell != "" {
			o.writeTo(place, number(o.cell))
		}
		if o.sheetOpen() {
			o.tabs(place)
		}
	case "table-row":
		o.writeTo(place, "\n")
	case "table", "page":
		o.flush()
	case "annotation":
		o.writeTo(PlaceComment, "\n")
	}
	if n := len(o.stack) - 1; n >= 0 {
		o.stack = o.stack[:n]
	}
	for i := range o.held {
		if o.held[i].Len() > flushed && (name == "p" || name == "table-row") {
			o.flush()
		}
	}
}

func (o *odfPart) sheetOpen() bool { return o.sheet != "" }

// tabs ends a cell: the line end of its last paragraph becomes a tab.
func (o *odfPart) tabs(place Place) {
	for i, p := range odfPlaces() {
		if p == place {
			s := strings.TrimRight(o.held[i].String(), "\n")
			if len(s) < o.held[i].Len() && o.held[i].Len() < flushed {
				o.held[i].Reset()
				o.held[i].WriteString(s)
			}
			if s != "" {
				o.held[i].WriteByte('\t')
			}
		}
	}
}

func (o *odfPart) write(s string) {
	place := o.place()
	for i := len(o.stack) - 1; i >= 0; i-- { // who made a comment or a change is a fact
		if o.stack[i].name == "creator" {
			o.r.fact(FactAuthor, "creator", s)
			return
		}
	}
	o.writeTo(place, s)
}

func (o *odfPart) writeTo(place Place, s string) {
	for i, p := range odfPlaces() {
		if p == place {
			o.held[i].WriteString(s)
		}
	}
}

func (o *odfPart) flush() {
	for i, p := range odfPlaces() {
		name := ""
		if p == PlaceCell || p == PlaceHidden && o.sheet != "" {
			name = o.sheet
		}
		o.r.part(Part{Page: o.page, Place: p, Name: name, Text: o.held[i].String()})
		o.held[i].Reset()
	}
}
