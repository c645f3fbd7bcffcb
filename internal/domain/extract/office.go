package extract

import (
	"archive/zip"
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"path"
	"strings"
)

// maxTokens bounds what is read of one XML part; everything in it is far fewer in a real document.
const maxTokens = 6_000_000

// office reads a package as Word, Excel and PowerPoint write it: ECMA-376.
func (r *reading) office(f Format, content []byte, depth int) {
	o := &officeFile{r: r, depth: depth, files: map[string]*zip.File{}}
	var names []string
	for _, file := range r.archive(content) {
		if _, twice := o.files[file.Name]; !twice {
			names = append(names, file.Name)
		}
		o.files[file.Name] = file
	}
	switch f {
	case FormatXLSX:
		o.workbook()
	case FormatPPTX:
		o.slides(names)
	}
	for _, name := range names {
		o.piece(f, name)
	}
}

// officeFile is a package while it is read.
type officeFile struct {
	r      *reading
	depth  int
	files  map[string]*zip.File
	read   map[string]bool
	shared []string
}

func (o *officeFile) done(name string) bool {
	if o.read == nil {
		o.read = map[string]bool{}
	}
	was := o.read[name]
	o.read[name] = true
	return was
}

// open gives a part of the package once.
func (o *officeFile) open(name string) []byte {
	f := o.files[name]
	if f == nil || o.done(name) {
		return nil
	}
	b, _ := o.r.unpack(f)
	return b
}

// piece reads a part of the package by where it lies.
func (o *officeFile) piece(f Format, name string) {
	lower := strings.ToLower(name)
	base := path.Base(lower)
	switch {
	case o.read[name] || strings.HasSuffix(name, "/") || base == "[content_types].xml":
	case strings.HasSuffix(lower, ".rels"):
		o.r.eachElement(o.open(name), func(e xml.StartElement) {
			if attrOf(e, "TargetMode") == "External" {
				o.r.link(attrOf(e, "Target"))
				o.r.part(Part{Place: PlaceAttribute, Name: "href", Text: attrOf(e, "Target")})
			}
		})
	case strings.HasPrefix(lower, "docprops/"):
		o.properties(base, name)
	case strings.Contains(lower, "/media/") || strings.Contains(lower, "/embeddings/") || strings.Contains(lower, "thumbnail"):
		o.inner(name, base)
	case !strings.HasSuffix(lower, ".xml") && !strings.HasSuffix(lower, ".vml"):
		if b := o.open(name); len(b) > 0 && !strings.HasSuffix(lower, ".bin") && !strings.HasSuffix(lower, ".odttf") && !strings.HasSuffix(lower, ".fntdata") {
			o.r.inside(path.Base(name), "", b, o.depth)
		}
	case base == "styles.xml" || base == "fonttable.xml" || base == "websettings.xml" || strings.Contains(lower, "/theme/") || base == "numbering.xml" || base == "calcchain.xml" || base == "tablestyles.xml":
	case f == FormatDOCX && strings.HasPrefix(lower, "word/"):
		o.word(name, base)
	case f == FormatPPTX && strings.HasPrefix(lower, "ppt/"):
		o.presentation(name, 0, false)
	case strings.HasPrefix(base, "comment") || strings.Contains(lower, "threadedcomments/"):
		o.words(name, Part{Place: PlaceComment})
	case strings.Contains(lower, "persons/"):
		o.r.eachElement(o.open(name), func(e xml.StartElement) { o.r.fact(FactAuthor, "person", attrOf(e, "displayName")) })
	default: // what no reader shows: cached data of links and pivots, custom XML, drawings
		place := PlaceData
		if strings.Contains(lower, "pivot") || strings.Contains(lower, "externallink") {
			place = PlaceHidden
		} else if strings.Contains(lower, "drawing") || strings.Contains(lower, "chart") || strings.Contains(lower, "diagram") {
			place = PlaceText
		}
		o.words(name, Part{Place: place, Name: base})
	}
}

// inner reads a file inside the package; a thumbnail is a fact of its own.
func (o *officeFile) inner(name, base string) {
	b := o.open(name)
	if len(b) == 0 {
		return
	}
	if strings.Contains(base, "thumbnail") {
		o.r.thumbnail(base, b)
	}
	switch f := FormatOf(Subject{Name: base}, b); f {
	case FormatUnknown: // drawings in formats of their own, and objects of unknown programs
		o.r.unread(0, 1, WhyUnknown)
	default:
		o.r.inside(path.Base(name), "", b, o.depth)
	}
}

// properties reads who wrote the document, for whom and when.
func (o *officeFile) properties(base, name string) {
	kinds := map[string]FactKind{"creator": FactAuthor, "lastModifiedBy": FactAuthor, "Manager": FactAuthor, "Company": FactCompany, "created": FactDate, "modified": FactDate, "lastPrinted": FactDate,
		"Application": FactSoftware, "AppVersion": FactSoftware, "title": FactOther, "subject": FactOther, "description": FactOther, "keywords": FactOther, "category": FactOther, "Template": FactOther, "HyperlinkBase": FactLocation, "contentStatus": FactOther}
	if strings.HasPrefix(base, "thumbnail") {
		o.inner(name, base)
		return
	}
	at, own := "", ""
	o.r.eachToken(o.open(name), func(t xml.Token) {
		switch t := t.(type) {
		case xml.StartElement:
			at = t.Name.Local
			if at == "property" {
				own = attrOf(t, "name")
			}
		case xml.EndElement:
			at = ""
		case xml.CharData:
			if kind, ok := kinds[at]; ok {
				o.r.fact(kind, at, string(t))
			} else if base == "custom.xml" {
				o.r.fact(FactOther, own, string(t))
			}
		}
	})
}

// words gives every word of a part, in paragraphs.
func (o *officeFile) words(name string, as Part) {
	var b strings.Builder
	flush := func() {
		as.Text = b.String()
		o.r.part(as)
		b.Reset()
	}
	aside := 0 // inside of what only places a drawing
	o.r.eachToken(o.open(name), func(t xml.Token) {
		switch t := t.(type) {
		case xml.StartElement:
			if placing(t.Name.Local) {
				aside++
			}
			for _, key := range []string{"author", "displayName"} {
				o.r.fact(FactAuthor, key, attrOf(t, key))
			}
			if v := attrOf(t, "v"); v != "" { // a value that a pivot table keeps
				b.WriteString(v + "\n")
			}
		case xml.CharData:
			if aside == 0 {
				b.Write(t)
			}
		case xml.EndElement:
			if placing(t.Name.Local) {
				aside--
			}
			switch t.Name.Local {
			case "author":
				o.r.fact(FactAuthor, "author", b.String())
				b.Reset()
			case "p", "v", "si", "comment", "text", "row":
				b.WriteByte('\n')
			case "t", "r", "rPr", "pPr":
			default:
				if s := b.String(); s != "" && s[len(s)-1] != '\n' && s[len(s)-1] != ' ' {
					b.WriteByte(' ')
				}
			}
			if b.Len() > flushed {
				flush()
			}
		}
	})
	flush()
}

// placing tells whether an element only says where a drawing stands.
func placing(name string) bool {
	return name == "ClientData" || name == "anchor" || name == "from" || name == "to" || name == "idmap"
}

// eachToken reads XML as far as it is right; nothing outside it is fetched: the reader knows of no place.
func (r *reading) eachToken(b []byte, do func(xml.Token)) {
	if len(b) == 0 {
		return
	}
	d := xml.NewDecoder(bytes.NewReader(b))
	d.Strict = false
	d.CharsetReader = func(label string, in io.Reader) (io.Reader, error) { return Decoded(in, label), nil }
	if head := b[:min(len(b), sniffed)]; encodingOf(head, "") != nil {
		d = xml.NewDecoder(Decoded(bytes.NewReader(b), ""))
		d.Strict = false
		d.CharsetReader = func(_ string, in io.Reader) (io.Reader, error) { return in, nil }
	}
	for range maxTokens {
		t, err := d.RawToken()
		if errors.Is(err, io.EOF) {
			return
		}
		if err != nil {
			r.unread(0, 1, WhyDamaged)
			return
		}
		do(t)
	}
	r.unread(0, 1, WhyTooLarge)
}

func (r *reading) eachElement(b []byte, do func(xml.StartElement)) {
	r.eachToken(b, func(t xml.Token) {
		if e, ok := t.(xml.StartElement); ok {
			do(e)
		}
	})
}

func attrOf(e xml.StartElement, name string) string {
	for _, a := range e.Attr {
		if a.Name.Local == name {
			return a.Value
		}
	}
	return ""
}

// off tells whether a switch of OOXML is off: its absence is none of this.
func off(v string) bool { return v == "0" || v == "false" || v == "off" }
