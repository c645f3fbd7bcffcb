package extract

import (
	"encoding/xml"
	"path"
	"strings"
)

// slides reads the slides in the order that the presentation has, then the notes of each.
func (o *officeFile) slides(names []string) {
	where := map[string]string{}
	o.r.eachElement(o.open("ppt/_rels/presentation.xml.rels"), func(e xml.StartElement) {
		where[attrOf(e, "Id")] = path.Clean("ppt/" + attrOf(e, "Target"))
	})
	o.r.eachElement(o.open("ppt/presentation.xml"), func(e xml.StartElement) {
		if e.Name.Local != "sldId" {
			return
		}
		name := ""
		for _, a := range e.Attr {
			if a.Name.Local == "id" && a.Name.Space != "" {
				name = where[a.Value]
			}
		}
		o.r.doc.Pages++
		o.presentation(name, o.r.doc.Pages, false)
		o.r.eachElement(o.open("ppt/slides/_rels/"+path.Base(name)+".rels"), func(e xml.StartElement) {
			target := path.Clean("ppt/slides/" + attrOf(e, "Target"))
			switch {
			case attrOf(e, "TargetMode") == "External":
				o.r.link(attrOf(e, "Target"))
				o.r.part(Part{Page: o.r.doc.Pages, Place: PlaceAttribute, Name: "href", Text: attrOf(e, "Target")})
			case strings.Contains(target, "/notesSlides/"):
				o.presentation(target, o.r.doc.Pages, true)
			case strings.Contains(target, "/comments/"):
				o.words(target, Part{Page: o.r.doc.Pages, Place: PlaceComment})
			}
		})
	})
}

// presentation reads the paragraphs of a slide, its notes, or another part; page is 0 for the latter.
func (o *officeFile) presentation(name string, page int, notes bool) {
	b := o.open(name)
	if base := path.Base(name); len(b) > 0 && (strings.Contains(name, "/comments/") || strings.Contains(strings.ToLower(base), "author")) {
		delete(o.read, name)
		o.words(name, Part{Place: PlaceComment})
		o.r.eachElement(b, func(e xml.StartElement) { o.r.fact(FactAuthor, "cmAuthor", attrOf(e, "name")) })
		return
	}
	as := Part{Page: page, Place: PlaceText}
	if notes {
		as.Place, as.Name = PlaceHidden, "notes"
	}
	var text strings.Builder
	in := false
	o.r.eachToken(b, func(t xml.Token) {
		switch t := t.(type) {
		case xml.StartElement:
			in = t.Name.Local == "t"
			switch t.Name.Local {
			case "sld":
				if off(attrOf(t, "show")) {
					as.Place = PlaceHidden
				}
			case "br":
				text.WriteByte('\n')
			case "cNvPr":
				for _, a := range []string{"descr", "title"} {
					o.r.part(Part{Page: page, Place: PlaceAttribute, Name: a, Text: attrOf(t, a)})
				}
			}
		case xml.CharData:
			if in {
				text.Write(t)
			}
		case xml.EndElement:
			in = false
			switch t.Name.Local {
			case "tc":
				text.WriteByte('\t')
			case "p", "tr":
				text.WriteByte('\n')
			}
		}
	})
	as.Text = text.String()
	o.r.part(as)
}
