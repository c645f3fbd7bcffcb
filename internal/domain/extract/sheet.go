package extract

import (
	"encoding/xml"
	"path"
	"strconv"
	"strings"
)

// maxColumns bounds what a column's span may say.
const maxColumns = 16384

// workbook reads a workbook's sheets in their order, with which of them, their rows and their columns are hidden.
func (o *officeFile) workbook() {
	var text strings.Builder
	inT, phonetic := false, false
	o.r.eachToken(o.open("xl/sharedStrings.xml"), func(t xml.Token) {
		switch t := t.(type) {
		case xml.StartElement:
			inT, phonetic = t.Name.Local == "t", phonetic || t.Name.Local == "rPh"
		case xml.CharData:
			if inT && !phonetic {
				text.Write(t)
			}
		case xml.EndElement:
			inT = false
			switch t.Name.Local {
			case "rPh":
				phonetic = false
			case "si":
				o.shared = append(o.shared, text.String())
				text.Reset()
			}
		}
	})
	where := map[string]string{}
	o.r.eachElement(o.open("xl/_rels/workbook.xml.rels"), func(e xml.StartElement) {
		target := attrOf(e, "Target")
		if !strings.HasPrefix(target, "/") {
			target = "xl/" + target
		}
		where[attrOf(e, "Id")] = path.Clean(strings.TrimPrefix(target, "/"))
	})
	named := ""
	o.r.eachToken(o.open("xl/workbook.xml"), func(t xml.Token) {
		switch t := t.(type) {
		case xml.StartElement:
			named = ""
			switch t.Name.Local {
			case "sheet":
				o.r.doc.Pages++
				o.sheet(where[attrOf(t, "id")], attrOf(t, "name"), attrOf(t, "state"))
			case "definedName":
				named = attrOf(t, "name")
			case "absPath":
				o.r.fact(FactLocation, "absPath", attrOf(t, "url"))
			case "fileSharing":
				o.r.fact(FactAuthor, "fileSharing", attrOf(t, "userName"))
			}
		case xml.CharData:
			if named != "" {
				o.r.part(Part{Place: PlaceData, Name: named, Text: named + " " + string(t)})
			}
		case xml.EndElement:
			named = ""
		}
	})
}

// sheet reads one sheet, a row a part: shown cells together, hidden ones apart.
func (o *officeFile) sheet(name, title, state string) {
	s := &sheetPart{o: o, title: title, page: o.r.doc.Pages, veiled: state == "hidden" || state == "veryHidden"}
	place := PlaceText
	if s.veiled {
		place = PlaceHidden
	}
	o.r.part(Part{Page: s.page, Place: place, Name: title, Text: title})
	o.r.eachToken(o.open(name), s.token)
	s.flush(true)
}

type sheetPart struct {
	o           *officeFile
	title       string
	page        int
	veiled      bool // the sheet
	hideRow     bool
	hide        [][2]int // spans of hidden columns, from 1
	ref, kind   string
	at          string // v, f, t, or a header or footer
	value       strings.Builder
	shown, gone strings.Builder
	first       [2]string // the first cell of what is held: shown, gone
	last        [2]string
}

func (s *sheetPart) token(t xml.Token) {
	switch t := t.(type) {
	case xml.StartElement:
		switch t.Name.Local {
		case "col":
			if v := attrOf(t, "hidden"); v != "" && !off(v) {
				from, _ := strconv.Atoi(attrOf(t, "min"))
				to, _ := strconv.Atoi(attrOf(t, "max"))
				s.hide = append(s.hide, [2]int{from, to})
			}
		case "row":
			v := attrOf(t, "hidden")
			s.hideRow = v != "" && !off(v)
		case "c":
			s.ref, s.kind = attrOf(t, "r"), attrOf(t, "t")
			s.value.Reset()
		case "v", "t", "oddHeader", "oddFooter", "evenHeader", "evenFooter", "firstHeader", "firstFooter":
			s.at = t.Name.Local
		case "dataValidation":
			for _, a := range []string{"prompt", "promptTitle", "error"} {
				s.o.r.part(Part{Page: s.page, Place: PlaceAttribute, Name: a, Text: attrOf(t, a)})
			}
		case "hyperlink":
			s.o.r.part(Part{Page: s.page, Place: PlaceAttribute, Name: "tooltip", Text: attrOf(t, "tooltip") + " " + attrOf(t, "display")})
		}
	case xml.CharData:
		switch s.at {
		case "v", "t":
			s.value.Write(t)
		case "":
		default:
			s.o.r.part(Part{Page: s.page, Place: PlaceText, Name: s.at, Text: string(t)})
		}
	case xml.EndElement:
		s.at = ""
		switch t.Name.Local {
		case "c":
			s.cell()
		case "row":
			s.shown.WriteByte('\n')
			s.gone.WriteByte('\n')
			s.flush(s.o.r.text < maxText/8) // of a very large sheet many rows are one part
		}
	}
}

func (s *sheetPart) cell() {
	v := s.value.String()
	if s.kind == "s" {
		n, err := strconv.Atoi(strings.TrimSpace(v))
		if err != nil || n < 0 || n >= len(s.o.shared) {
			return
		}
		v = s.o.shared[n]
	} else if s.kind == "" || s.kind == "n" {
		v = number(v)
	}
	if v == "" {
		return
	}
	to, i := &s.shown, 0
	if s.veiled || s.hideRow || s.hidden(column(s.ref)) {
		to, i = &s.gone, 1
	}
	if s.first[i] == "" {
		s.first[i] = s.ref
	}
	s.last[i] = s.ref
	to.WriteString(v + "\t")
}

// number writes a cell's number without an exponent, if it is whole: 1.99001012385E11 is 199001012385.
func number(v string) string {
	if !strings.ContainsAny(v, "eE.") {
		return v
	}
	f, err := strconv.ParseFloat(v, 64)
	if err != nil || f != float64(int64(f)) {
		return v
	}
	return strconv.FormatInt(int64(f), 10)
}

// column is the number of a cell's column, from 1: B7 is 2.
func column(ref string) int {
	n := 0
	for _, c := range []byte(ref) {
		if c < 'A' || c > 'Z' || n > maxColumns {
			break
		}
		n = n*26 + int(c-'A') + 1
	}
	return n
}

func (s *sheetPart) hidden(col int) bool {
	for _, h := range s.hide {
		if col >= h[0] && col <= h[1] {
			return true
		}
	}
	return false
}

func (s *sheetPart) flush(always bool) {
	for i, b := range []*strings.Builder{&s.shown, &s.gone} {
		if !always && b.Len() < flushed {
			continue
		}
		place := PlaceCell
		if i == 1 {
			place = PlaceHidden
		}
		name := s.first[i]
		if s.last[i] != s.first[i] {
			name += ":" + s.last[i]
		}
		s.o.r.part(Part{Page: s.page, Place: place, Name: s.title + "!" + name, Text: b.String()})
		b.Reset()
		s.first[i], s.last[i] = "", ""
	}
}
