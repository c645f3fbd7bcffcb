package extract

import (
	"encoding/xml"
	"strings"
)

// word reads a part of a Word document: paragraphs with their runs joined, however they are split.
func (o *officeFile) word(name, base string) {
	w := &wordPart{r: o.r, place: PlaceText}
	switch {
	case strings.HasPrefix(base, "comments") || strings.HasPrefix(base, "people"):
		w.place = PlaceComment
	case base == "settings.xml" || strings.HasPrefix(base, "item"):
		o.words(name, Part{Place: PlaceData, Name: base})
		return
	}
	o.r.eachToken(o.open(name), w.token)
	w.flush()
}

// wordPart is a part of a Word document while it is read. A paragraph has its words as they are now, as they were
// before tracked changes, and those that are not shown.
type wordPart struct {
	r                    *reading
	place                Place
	now, before, veiled  strings.Builder // of the paragraph
	inserted, deleted    int             // how deep
	changed, lost        bool            // the paragraph has words put in, or taken out
	vanish, text, marked bool
	mark                 string // of a field or a link that is written as an instruction
	held                 strings.Builder
	heldAs               Place
}

func (w *wordPart) token(t xml.Token) {
	switch t := t.(type) {
	case xml.StartElement:
		w.open(t)
	case xml.EndElement:
		w.close(t.Name.Local)
	case xml.CharData:
		if w.text {
			w.add(string(t))
		}
	}
}

func (w *wordPart) open(t xml.StartElement) {
	switch t.Name.Local {
	case "t", "delText", "instrText", "delInstrText":
		w.text, w.marked = true, strings.HasSuffix(t.Name.Local, "nstrText")
	case "r":
		w.vanish = false
	case "vanish", "webHidden", "specVanish":
		w.vanish = t.Name.Local != "webHidden" && !off(attrOf(t, "val"))
	case "tab":
		w.add("\t")
	case "br", "cr":
		w.add("\n")
	case "noBreakHyphen":
		w.add("-")
	case "ins", "moveTo":
		w.inserted++
		w.r.fact(FactAuthor, "w:author", attrOf(t, "author"))
	case "del", "moveFrom":
		w.deleted++
		w.r.fact(FactAuthor, "w:author", attrOf(t, "author"))
	case "comment", "person":
		w.r.fact(FactAuthor, "w:author", attrOf(t, "author"))
	case "docPr", "cNvPr", "imagedata":
		for _, a := range []string{"descr", "title", "name"} {
			if v := attrOf(t, a); v != "" {
				w.r.part(Part{Place: PlaceAttribute, Name: a, Text: v})
			}
		}
	case "docVar":
		w.r.part(Part{Place: PlaceData, Name: attrOf(t, "name"), Text: attrOf(t, "val")})
	}
}

func (w *wordPart) close(name string) {
	switch name {
	case "t", "delText", "instrText", "delInstrText":
		if w.marked {
			w.r.part(Part{Place: PlaceData, Name: "field", Text: w.mark})
			w.mark = ""
		}
		w.text, w.marked = false, false
	case "ins", "moveTo":
		w.inserted = max(0, w.inserted-1)
	case "del", "moveFrom":
		w.deleted = max(0, w.deleted-1)
	case "tc":
		w.ended('\t')
	case "tr":
		w.ended('\n')
	case "p":
		w.paragraph()
	}
}

func (w *wordPart) add(s string) {
	switch {
	case w.marked:
		w.mark += s
	case w.vanish:
		w.veiled.WriteString(s)
	case w.deleted > 0:
		w.before.WriteString(s)
		w.lost = true
	case w.inserted > 0:
		w.now.WriteString(s)
		w.changed = true
	default:
		w.now.WriteString(s)
		w.before.WriteString(s)
	}
}

// paragraph ends one: what changed stands alone, the rest is joined with its neighbours.
func (w *wordPart) paragraph() {
	now, before, veiled := w.now.String(), w.before.String(), w.veiled.String()
	w.now.Reset()
	w.before.Reset()
	w.veiled.Reset()
	place := w.place
	if w.changed {
		place = PlaceTracked
	}
	if now != "" {
		if w.heldAs != place {
			w.flush()
		}
		w.heldAs = place
		w.held.WriteString(now + "\n")
		if w.held.Len() > flushed {
			w.flush()
		}
	}
	if w.lost {
		w.flush()
		w.r.part(Part{Place: PlaceTracked, Name: "del", Text: before})
	}
	if veiled != "" {
		w.flush()
		w.r.part(Part{Place: PlaceHidden, Text: veiled})
	}
	w.changed, w.lost = false, false
}

// ended makes the line end after a cell or a row another sign.
func (w *wordPart) ended(by byte) {
	if s := w.held.String(); s != "" {
		w.held.Reset()
		w.held.WriteString(strings.TrimRight(s, "\n\t"))
		w.held.WriteByte(by)
	}
}

func (w *wordPart) flush() {
	w.r.part(Part{Place: w.heldAs, Text: w.held.String()})
	w.held.Reset()
}
