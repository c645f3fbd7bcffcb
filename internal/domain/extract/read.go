package extract

import (
	"archive/zip"
	"bytes"
	"strings"
	"unicode/utf8"
)

// Bounds of what is inside of what.
const (
	maxDepth    = 4         // files in files
	maxInner    = 2000      // files of an archive
	maxUnpacked = 160 << 20 // bytes, of everything that is unpacked
	maxRatio    = 400       // unpacked to packed, of an entry of more than a megabyte
)

// Read gives what is in a content. It never fails: what could not be read is said in Unread.
func Read(s Subject, content []byte) Document {
	r := &reading{left: maxUnpacked}
	r.read(s, content, 0)
	return r.doc
}

// reading is a document while it is read, with everything inside it.
type reading struct {
	doc  Document
	in   string // the file inside that is read
	text int    // bytes of words
	left int64  // bytes that may still be unpacked
	full bool   // more words than are kept
}

// part keeps some words.
func (r *reading) part(p Part) {
	p.Text = strings.TrimSpace(strings.ReplaceAll(strings.ToValidUTF8(p.Text, "\ufffd"), "\x00", ""))
	if p.Text == "" {
		return
	}
	if r.text+len(p.Text) > maxText || len(r.doc.Parts) >= maxParts {
		if !r.full {
			r.full = true
			r.unread(0, 1, WhyTooLarge)
		}
		return
	}
	r.text += len(p.Text)
	if p.In == "" {
		p.In = r.in
	}
	r.doc.Parts = append(r.doc.Parts, p)
}

// fact keeps what a file says about itself, once.
func (r *reading) fact(kind FactKind, name, value string) { r.factOn(0, kind, name, value) }

func (r *reading) factOn(page int, kind FactKind, name, value string) {
	value = strings.TrimSpace(strings.Trim(strings.ToValidUTF8(value, ""), "\x00"))
	if len(value) > maxValue {
		value = strings.ToValidUTF8(value[:maxValue], "")
	}
	if value == "" || len(r.doc.Facts) >= maxFacts {
		return
	}
	f := Fact{In: r.in, Page: page, Kind: kind, Name: name, Value: value}
	for _, old := range r.doc.Facts[max(0, len(r.doc.Facts)-200):] {
		if old == f {
			return
		}
	}
	r.doc.Facts = append(r.doc.Facts, f)
}

// unread says that something was not read; the same of the same file is counted together.
func (r *reading) unread(page, count int, why Reason) {
	for i := range r.doc.Unread {
		if u := &r.doc.Unread[i]; u.In == r.in && u.Why == why && page == 0 && u.Page == 0 {
			u.Count += count
			return
		}
	}
	if len(r.doc.Unread) < maxUnread {
		r.doc.Unread = append(r.doc.Unread, Unread{In: r.in, Page: page, Count: count, Why: why})
	}
}

func (r *reading) link(s string) {
	if s != "" && len(r.doc.Links) < maxLinks {
		r.doc.Links = append(r.doc.Links, strings.ToValidUTF8(s, ""))
	}
}

// read reads one file; a fault in a reader of somebody else's format ends that file alone.
func (r *reading) read(s Subject, content []byte, depth int) {
	f := FormatOf(s, content)
	if depth == 0 {
		r.doc.Format = f
	}
	defer func() {
		if recover() != nil {
			r.unread(0, 1, WhyDamaged)
		}
	}()
	if len(content) > MaxContent {
		r.unread(0, 1, WhyTooLarge)
		return
	}
	switch f {
	case FormatHTML:
		links, _ := HTML(bytes.NewReader(content), charsetOf(s.Type), r.part)
		for _, l := range links {
			r.link(l)
		}
	case FormatText, FormatCSV:
		r.part(Part{Place: PlaceText, Text: whole(content, charsetOf(s.Type))})
	case FormatDOCX, FormatXLSX, FormatPPTX:
		r.office(f, content, depth)
	case FormatODT, FormatODS, FormatODP:
		r.openDocument(content, depth)
	case FormatPDF:
		r.pdf(content, depth)
	case FormatEML:
		r.mail(content, depth)
	case FormatMSG:
		r.msg(content, depth)
	case FormatZIP:
		r.zip(content, depth)
	case FormatJPEG, FormatPNG, FormatHEIC, FormatWebP:
		r.picture(f, content, depth)
	case FormatMovie:
		r.movie(content)
	default:
		r.unread(0, 1, WhyUnknown)
	}
}

// inside reads a file that is in the one being read; large pictures are said to be pictures.
func (r *reading) inside(name, mediaType string, content []byte, depth int) {
	was := r.in
	name = strings.ToValidUTF8(strings.NewReplacer("/", "_", "\\", "_", "\n", " ").Replace(name), "")
	if len(name) > 200 {
		name = strings.ToValidUTF8(name[:200], "")
	}
	if name == "" {
		name = "?"
	}
	r.in = strings.TrimPrefix(was+"/"+name, "/")
	defer func() { r.in = was }()
	if depth >= maxDepth {
		r.unread(0, 1, WhyTooDeep)
		return
	}
	r.read(Subject{Name: name, Type: mediaType, Size: int64(len(content))}, content, depth+1)
}

// FormatOf tells what a content is: by its first bytes, and for text by its name and type.
func FormatOf(s Subject, b []byte) Format {
	name, kind := strings.ToLower(s.Name), strings.ToLower(strings.TrimSpace(strings.Split(s.Type, ";")[0]))
	head := b[:min(len(b), 1024)]
	switch {
	case bytes.Contains(head, []byte("%PDF-")):
		return FormatPDF
	case bytes.HasPrefix(b, []byte("PK\x03\x04")), bytes.HasPrefix(b, []byte("PK\x05\x06")):
		return zipFormat(b)
	case bytes.HasPrefix(b, []byte("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")):
		if strings.HasSuffix(name, ".msg") || kind == "application/vnd.ms-outlook" || bytes.Contains(b[:min(len(b), MaxContent)], utf16le("__substg1.0_")) {
			return FormatMSG
		}
		return FormatUnknown
	case bytes.HasPrefix(b, []byte("\xff\xd8\xff")):
		return FormatJPEG
	case bytes.HasPrefix(b, []byte("\x89PNG\r\n\x1a\n")):
		return FormatPNG
	case len(b) > 12 && string(b[:4]) == "RIFF" && string(b[8:12]) == "WEBP":
		return FormatWebP
	case len(b) > 12 && string(b[4:8]) == "ftyp":
		switch string(b[8:12]) {
		case "heic", "heix", "hevc", "heim", "heis", "mif1", "msf1", "avif", "avis":
			return FormatHEIC
		}
		return FormatMovie
	case len(b) > 12 && (string(b[4:8]) == "moov" || string(b[4:8]) == "mdat" || string(b[4:8]) == "wide"):
		return FormatMovie
	}
	for end, f := range map[string]Format{".html": FormatHTML, ".htm": FormatHTML, ".xhtml": FormatHTML, ".eml": FormatEML, ".csv": FormatCSV} {
		if strings.HasSuffix(name, end) {
			return f
		}
	}
	switch kind {
	case "text/html", "application/xhtml+xml":
		return FormatHTML
	case "message/rfc822":
		return FormatEML
	case "text/csv":
		return FormatCSV
	}
	return textFormat(b)
}

// textFormat tells text from everything else: UTF-16 by its zero bytes, other text by having hardly any control.
func textFormat(b []byte) Format {
	head := b[:min(len(b), sniffed)]
	if encodingOf(head, "") == nil {
		odd := 0
		for _, c := range head {
			if c < 9 || c > 13 && c < 32 && c != 27 {
				odd++
			}
		}
		if odd*50 > len(head) || odd > 0 && !utf8.Valid(head[:max(0, len(head)-3)]) {
			return FormatUnknown
		}
	}
	lower := bytes.ToLower(bytes.TrimLeft(head, "\xef\xbb\xbf \t\r\n"))
	for _, start := range []string{"<!doctype html", "<html", "<head", "<body"} {
		if bytes.HasPrefix(lower, []byte(start)) {
			return FormatHTML
		}
	}
	if bytes.HasPrefix(lower, []byte("<?xml")) && bytes.Contains(lower, []byte("<html")) {
		return FormatHTML
	}
	return FormatText
}

func utf16le(s string) []byte {
	out := make([]byte, 0, 2*len(s))
	for _, c := range []byte(s) {
		out = append(out, c, 0)
	}
	return out
}

// zipFormat tells an office document from an archive by the names inside.
func zipFormat(b []byte) Format {
	z, err := zip.NewReader(bytes.NewReader(b), int64(len(b)))
	if err != nil {
		return FormatZIP
	}
	for i, f := range z.File {
		switch f.Name {
		case "word/document.xml":
			return FormatDOCX
		case "xl/workbook.xml":
			return FormatXLSX
		case "ppt/presentation.xml":
			return FormatPPTX
		case "mimetype":
			r, err := f.Open()
			if err != nil {
				continue
			}
			kind := make([]byte, 100)
			n, _ := r.Read(kind)
			r.Close()
			for start, format := range map[string]Format{"application/vnd.oasis.opendocument.text": FormatODT, "application/vnd.oasis.opendocument.spreadsheet": FormatODS, "application/vnd.oasis.opendocument.presentation": FormatODP, "application/vnd.oasis.opendocument.graphics": FormatODP} {
				if strings.HasPrefix(string(kind[:n]), start) {
					return format
				}
			}
		}
		if i > 10_000 {
			break
		}
	}
	return FormatZIP
}
