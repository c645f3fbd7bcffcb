package redact

import (
	"archive/zip"
	"bytes"
	"image"
	"image/jpeg"
	"image/png"
	"io"
	"path"
	"slices"
	"strings"

	"varn/internal/domain/extract"
)

// Bounds of a package.
const (
	maxEntries = 2000
	maxEntry   = 48 << 20
	maxTotal   = 128 << 20
)

// packaged cleans an office document: terms masked in every part, tracked changes settled as they read now, comments
// and what the file says about itself emptied, pictures stripped.
func packaged(content []byte, terms []string) Result {
	z, err := zip.NewReader(bytes.NewReader(content), int64(len(content)))
	if err != nil || len(z.File) > maxEntries {
		return Result{Why: extract.WhyDamaged}
	}
	var out bytes.Buffer
	w := zip.NewWriter(&out)
	left := maxTotal
	for _, f := range z.File {
		in, err := f.Open()
		if err != nil {
			return Result{Why: extract.WhyDamaged}
		}
		b, err := io.ReadAll(io.LimitReader(in, maxEntry+1))
		in.Close()
		if left -= len(b); err != nil || len(b) > maxEntry || left < 0 {
			return Result{Why: extract.WhyTooLarge}
		}
		head := &zip.FileHeader{Name: f.Name, Method: zip.Deflate}
		if f.Name == "mimetype" { // OpenDocument has it first and as it is
			head.Method = zip.Store
		}
		part, err := w.CreateHeader(head)
		if err != nil {
			return Result{Why: extract.WhyDamaged}
		}
		if _, err := part.Write(piece(f.Name, b, terms)); err != nil {
			return Result{Why: extract.WhyDamaged}
		}
	}
	if err := w.Close(); err != nil {
		return Result{Why: extract.WhyDamaged}
	}
	return Result{Content: out.Bytes()}
}

// point is a picture of one point, in place of a small picture of the whole.
func point(name string) []byte {
	var b bytes.Buffer
	one := image.NewGray(image.Rect(0, 0, 1, 1))
	if strings.HasSuffix(name, ".png") {
		_ = png.Encode(&b, one) // a buffer takes everything
	} else {
		_ = jpeg.Encode(&b, one, nil)
	}
	return b.Bytes()
}

// piece cleans a part of the package.
func piece(name string, b []byte, terms []string) []byte {
	lower := strings.ToLower(name)
	base := path.Base(lower)
	switch {
	case strings.Contains(base, "thumbnail"):
		return point(base)
	case strings.HasPrefix(lower, "docprops/"), lower == "meta.xml", base == "people.xml", base == "commentauthors.xml", strings.Contains(lower, "/persons/"), base == "authors.xml":
		return emptied(b, "")
	case strings.HasPrefix(base, "comments") || strings.Contains(lower, "/comments/") || strings.Contains(lower, "threadedcomments/"):
		inside := ""
		if strings.HasPrefix(lower, "xl/comments") || strings.HasPrefix(lower, "xl/comments/") {
			inside = "<authors/><commentList/>"
		}
		return emptied(b, inside)
	case strings.HasSuffix(lower, ".rels"):
		return relations(b, terms)
	case strings.HasSuffix(lower, ".xml") || strings.HasSuffix(lower, ".vml"):
		return markup(lower, b, terms)
	}
	return stripped(b)
}

// emptied keeps a part's outermost element and nothing in it.
func emptied(b []byte, inside string) []byte {
	all := tokens(b)
	for i, t := range all {
		if t.text || t.name == "" || bytes.HasPrefix(t.raw, []byte("<?")) || bytes.HasPrefix(t.raw, []byte("<!")) {
			continue
		}
		open := bytes.TrimSuffix(bytes.TrimSuffix(bytes.Clone(t.raw), []byte(">")), []byte("/"))
		full := bytes.TrimPrefix(open, []byte("<"))
		if k := bytes.IndexAny(full, " \t\r\n"); k >= 0 {
			full = full[:k]
		}
		return slices.Concat(joined(all[:i]), open, []byte(">"+inside+"</"), full, []byte(">"))
	}
	return b
}

// relations takes the address out of every link outwards that has a term in it.
func relations(b []byte, terms []string) []byte {
	all := tokens(b)
	for i := range all {
		if t := &all[i]; t.attribute("TargetMode") == "External" && !bytes.Equal(blankTag(t.raw, terms), t.raw) {
			t.set("Target", "about:blank")
		}
	}
	return joined(all)
}

// markup cleans XML: what is tracked is settled, what is hidden in a text is gone, terms are masked.
func markup(name string, b []byte, terms []string) []byte {
	all := tokens(b)
	gone := []string{"absPath", "fileSharing", "rsids", "trackRevisions", "proofErr", "commentRangeStart", "commentRangeEnd", "commentReference", "annotation", "annotation-end"}
	var unwrapped []string
	switch {
	case strings.HasPrefix(name, "word/"):
		gone = append(gone, "del", "moveFrom", "moveFromRangeStart", "moveFromRangeEnd", "moveToRangeStart", "moveToRangeEnd", "rPrChange", "pPrChange", "sectPrChange", "tblPrChange", "tblGridChange", "tcPrChange", "trPrChange", "tblPrExChange", "numberingChange", "cellIns", "cellDel")
		unwrapped = append(unwrapped, "ins", "moveTo")
		hiddenRuns(all)
	case !strings.Contains(name, "/") || strings.HasPrefix(name, "object"): // OpenDocument
		gone = append(gone, "tracked-changes", "change", "change-start", "change-end", "hidden-text")
		hiddenSpans(all)
		for i := range all {
			if t := &all[i]; t.attribute("xlink:href") != "" && !bytes.Equal(blankTag(t.raw, terms), t.raw) {
				t.set("xlink:href", "about:blank")
			}
		}
	case strings.HasPrefix(name, "xl/worksheets/"):
		numbers(all, terms)
	}
	all = without(all, gone, unwrapped)
	ends := []string{"p", "h", "si", "is", "c", "row", "tr", "tc", "table-cell", "table-row", "tab", "br", "cr", "line-break", "comment", "text", "note-body", "note-citation"}
	blank(all, terms, func(t token) bool { return !slices.Contains(ends, t.name) })
	return joined(all)
}

// hiddenRuns empties the runs that are not shown.
func hiddenRuns(all []token) {
	from, hidden := -1, false
	for i := range all {
		switch t := all[i]; {
		case t.name == "r" && !t.close:
			from, hidden = i, false
		case t.name == "vanish":
			v := t.attribute("w:val")
			hidden = v != "0" && v != "false"
		case t.name == "r" && t.close:
			for k := from; hidden && k >= 0 && k < i; k++ {
				if all[k].text {
					all[k].raw = nil
				}
			}
			from, hidden = -1, false
		}
	}
}

// hiddenSpans empties the spans whose style says that they are not shown.
func hiddenSpans(all []token) {
	hides, style := map[string]bool{}, ""
	depth := 0
	for i := range all {
		switch t := all[i]; {
		case t.name == "style" && !t.close:
			style = t.attribute("style:name")
		case t.name == "text-properties" && t.attribute("text:display") == "none":
			hides[style] = true
		case t.name == "span" && !t.self && (depth > 0 || hides[t.attribute("text:style-name")]):
			if t.close {
				depth = max(0, depth-1)
			} else {
				depth++
			}
		case t.text && depth > 0:
			all[i].raw = nil
		}
	}
}

// numbers makes text of the cells whose number is to go, so that it can be masked.
func numbers(all []token, terms []string) {
	cell := -1
	for i := range all {
		t := &all[i]
		switch {
		case t.name == "c" && !t.close:
			cell = i
		case t.name == "v" && !t.close && cell >= 0 && i+1 < len(all) && all[i+1].text:
			kind := all[cell].attribute("t")
			text := string(all[i+1].raw)
			if kind == "s" || masked(text, terms) == text {
				continue
			}
			if kind != "" {
				all[cell].set("t", "str")
			} else {
				all[cell].raw = bytes.Replace(all[cell].raw, []byte("<c "), []byte(`<c t="str" `), 1)
			}
		}
	}
}
