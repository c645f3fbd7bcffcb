package extract

import (
	"bytes"
	"errors"
	"io"
	"mime"
	"strings"

	"golang.org/x/net/html"
)

// Bounds of what of a page is held at a time.
const (
	window  = 512 << 10 // bytes read and not yet understood; a tag that is longer is read as text
	flushed = 32 << 10  // bytes of shown words in one part, about
)

// HTML reads a page as a stream of bounded memory and gives its words part by part, and its links at the end. charset is
// what the server said; empty: what the page says itself. An error is one of the reading, never of the page.
func HTML(r io.Reader, charset string, emit func(Part)) ([]string, error) {
	if charset == "" {
		head := make([]byte, 1024)
		n, err := io.ReadFull(r, head)
		if err != nil && err != io.EOF && !errors.Is(err, io.ErrUnexpectedEOF) {
			return nil, err
		}
		charset = metaCharset(head[:n])
		r = io.MultiReader(bytes.NewReader(head[:n]), r)
	}
	p := &page{in: Decoded(r, charset), buf: make([]byte, window), emit: emit, known: map[string]bool{}}
	p.read()
	p.flush()
	if p.err == io.EOF {
		p.err = nil
	}
	return p.links, p.err
}

// metaCharset finds what a page says of its own letters, in its first 1024 bytes as the HTML standard has it.
func metaCharset(head []byte) string {
	lower := bytes.ToLower(head)
	i := bytes.Index(lower, []byte("charset="))
	if i < 0 {
		return ""
	}
	s := strings.TrimLeft(string(lower[i+8:]), "\"' ")
	if end := strings.IndexAny(s, "\"'; />"); end >= 0 {
		s = s[:end]
	}
	return s
}

// page is a page while it is read.
type page struct {
	in       io.Reader
	buf      []byte
	pos, end int
	err      error // why no more comes
	emit     func(Part)
	shown    []byte
	hidden   []byte
	veil     []byte // the element that hides, lower case; empty: nothing is hidden
	veils    int    // how many of its name are open
	pre      bool   // line ends are kept
	links    []string
	known    map[string]bool
	attrs    []attr
}

// attr is where an attribute's name and value stand in the window.
type attr struct{ name, value []byte }

// more reads on; false tells that nothing more comes, or that the window is full.
func (p *page) more() bool {
	if p.pos > 0 {
		p.end = copy(p.buf, p.buf[p.pos:p.end])
		p.pos = 0
	}
	if p.err != nil || p.end == len(p.buf) {
		return false
	}
	var n int
	n, p.err = p.in.Read(p.buf[p.end:])
	p.end += n
	return n > 0 || p.err == nil
}

func (p *page) read() {
	for {
		rest := p.buf[p.pos:p.end]
		i := bytes.IndexByte(rest, '<')
		if i != 0 {
			text := rest
			if i > 0 {
				text = rest[:i]
			} else if p.err == nil { // an entity may go on in what comes
				if amp := bytes.LastIndexByte(text, '&'); amp >= 0 && len(text)-amp < 40 && bytes.IndexByte(text[amp:], ';') < 0 {
					text = text[:amp]
				}
			}
			p.words(text)
			p.pos += len(text)
			if i < 0 && !p.more() && p.pos == p.end {
				return
			}
			if i < 0 && p.err != nil && p.pos < p.end && len(text) == 0 { // the rest is an entity that never ended
				p.words(p.buf[p.pos:p.end])
				p.pos = p.end
			}
			continue
		}
		used, whole := p.mark(rest)
		if whole {
			p.pos += used
			continue
		}
		ended := p.err != nil
		if p.more() || !ended && p.err != nil {
			continue
		}
		p.words(p.buf[p.pos:p.end]) // it never ends: all that is held of it is read as words
		p.pos = p.end
	}
}

// mark reads what a '<' begins; whole is false when its end is not in the window.
func (p *page) mark(b []byte) (used int, whole bool) {
	if len(b) < 9 && p.err == nil {
		return 0, false
	}
	switch {
	case len(b) < 2:
		return 0, false
	case bytes.HasPrefix(b, []byte("<!--")):
		p.pos += 4
		p.raw([]byte("-->"), func(s []byte) { p.give(PlaceComment, "", s) })
		return 0, true
	case bytes.HasPrefix(b, []byte("<![CDATA[")):
		p.pos += 9
		p.raw([]byte("]]>"), p.words)
		return 0, true
	case b[1] == '!' || b[1] == '?':
		p.pos += 2
		p.raw([]byte(">"), func(s []byte) {
			if len(s) < 7 || !strings.EqualFold(string(s[:7]), "doctype") {
				p.give(PlaceComment, "", s)
			}
		})
		return 0, true
	case b[1] == '/' && len(b) > 2 && letterByte(b[2]):
		end := bytes.IndexByte(b, '>')
		if end < 0 {
			return 0, false
		}
		p.closed(nameOf(b[2:end]))
		return end + 1, true
	case letterByte(b[1]):
		return p.tag(b)
	}
	p.words(b[:1])
	return 1, true
}

// raw gives everything until an end, piece by piece: script and comments may be longer than the window.
func (p *page) raw(until []byte, give func([]byte)) {
	for {
		rest := p.buf[p.pos:p.end]
		if i := indexFold(rest, until); i >= 0 {
			give(rest[:i])
			p.pos += i + len(until)
			return
		}
		keep := len(until) - 1
		if p.err != nil {
			keep = 0
		}
		full := p.pos == 0 && p.end == len(p.buf)
		if p.err != nil || full {
			n := len(rest) - keep
			if p.err == nil {
				n = afterBlank(rest[:n])
			}
			if n > 0 {
				give(rest[:n])
				p.pos += n
			}
		}
		if p.err != nil {
			return
		}
		p.more()
	}
}

// indexFold is where an end stands, whatever the case of its letters.
func indexFold(b, until []byte) int {
	if until[0] != '<' {
		return bytes.Index(b, until)
	}
	for from := 0; ; {
		i := bytes.Index(b[from:], until[:2])
		if i < 0 || from+i+len(until) > len(b) {
			return -1
		}
		from += i
		if bytes.EqualFold(b[from:from+len(until)], until) {
			return from
		}
		from += 2
	}
}

func letterByte(c byte) bool { return c|0x20 >= 'a' && c|0x20 <= 'z' }

func spaceByte(c byte) bool { return c == ' ' || c == '\n' || c == '\t' || c == '\r' || c == '\f' }

// nameOf is a tag's name in lower case; the window is changed.
func nameOf(b []byte) []byte {
	i := 0
	for ; i < len(b) && !spaceByte(b[i]) && b[i] != '/' && b[i] != '>'; i++ {
		if b[i] >= 'A' && b[i] <= 'Z' {
			b[i] |= 0x20
		}
	}
	return b[:i]
}

// tag reads a start tag and what belongs to it.
func (p *page) tag(b []byte) (used int, whole bool) {
	i := 1
	for i < len(b) && !spaceByte(b[i]) && b[i] != '/' && b[i] != '>' {
		i++
	}
	p.attrs = p.attrs[:0]
	nameEnd := i
	for {
		for i < len(b) && (spaceByte(b[i]) || b[i] == '/') {
			i++
		}
		if i >= len(b) {
			return 0, false
		}
		if b[i] == '>' {
			i++
			break
		}
		from := i
		for i++; i < len(b) && b[i] != '=' && b[i] != '>' && b[i] != '/' && !spaceByte(b[i]); i++ {
		}
		a := attr{name: b[from:min(i, len(b))]}
		for i < len(b) && spaceByte(b[i]) {
			i++
		}
		if i < len(b) && b[i] == '=' {
			for i++; i < len(b) && spaceByte(b[i]); i++ {
			}
			if i >= len(b) {
				return 0, false
			}
			if q := b[i]; q == '"' || q == '\'' {
				n := bytes.IndexByte(b[i+1:], q)
				if n < 0 {
					return 0, false
				}
				a.value = b[i+1 : i+1+n]
				i += n + 2
			} else {
				from := i
				for i < len(b) && !spaceByte(b[i]) && b[i] != '>' {
					i++
				}
				a.value = b[from:min(i, len(b))]
			}
		}
		p.attrs = append(p.attrs, a)
	}
	p.opened(nameOf(b[1:nameEnd]))
	name := string(b[1:nameEnd])
	switch name {
	case "script", "style", "iframe":
		p.pos += i
		p.raw([]byte("</"+name), func(s []byte) { p.give(PlaceData, name, s) })
		p.past()
		return 0, true
	case "title", "textarea":
		p.pos += i
		p.raw([]byte("</"+name), p.words)
		p.past()
		p.line()
		return 0, true
	}
	return i, true
}

// past goes to the end of an end tag whose name was read.
func (p *page) past() { p.raw([]byte(">"), func([]byte) {}) }

func (p *page) opened(name []byte) {
	hides := string(name) == "template"
	concealed := false
	for i := range p.attrs {
		a := &p.attrs[i]
		n := nameOf(a.name)
		switch string(n) {
		case "hidden":
			hides = true
		case "style":
			if v := string(bytes.ToLower(a.value)); strings.Contains(v, "none") && strings.Contains(strings.ReplaceAll(v, " ", ""), "display:none") || strings.Contains(strings.ReplaceAll(v, " ", ""), "visibility:hidden") {
				hides = true
			}
		case "type":
			concealed = string(name) == "input" && strings.EqualFold(string(a.value), "hidden")
		}
	}
	for _, a := range p.attrs {
		p.attribute(a, concealed)
	}
	switch {
	case len(p.veil) > 0 && bytes.Equal(p.veil, name):
		p.veils++
	case len(p.veil) == 0 && hides && !void(name):
		p.veil, p.veils = append(p.veil, name...), 1
	}
	p.between(name)
	p.pre = p.pre || string(name) == "pre"
}

func (p *page) closed(name []byte) {
	p.between(name)
	p.pre = p.pre && string(name) != "pre"
	if len(p.veil) > 0 && bytes.Equal(p.veil, name) {
		if p.veils--; p.veils == 0 {
			p.veil = p.veil[:0]
		}
	}
}

// between parts the words that an element parts.
func (p *page) between(name []byte) {
	switch string(name) {
	case "a", "abbr", "acronym", "b", "bdi", "bdo", "big", "cite", "code", "data", "del", "dfn", "em", "font", "i", "ins", "kbd", "label", "mark", "nobr",
		"q", "s", "samp", "small", "span", "strike", "strong", "sub", "sup", "time", "tt", "u", "var", "wbr":
		return
	case "img", "input", "button":
		p.put([]byte(" "))
		return
	case "td", "th":
		p.put([]byte("\t"))
		return
	}
	p.line()
}

func void(name []byte) bool {
	switch string(name) {
	case "area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr":
		return true
	}
	return false
}

// attribute gives what an attribute says, but for those that can only be about looks.
func (p *page) attribute(a attr, concealed bool) {
	if len(a.value) < 2 {
		return
	}
	name := ""
	switch string(a.name) {
	case "class", "style", "width", "height", "rel", "target", "type", "lang", "charset", "role", "method", "d", "viewbox", "fill", "stroke", "points", "transform", "integrity", "nonce",
		"crossorigin", "loading", "sizes", "media", "colspan", "rowspan", "align", "valign", "xmlns", "tabindex", "http-equiv", "property", "clip-path":
		return
	case "href":
		name = "href"
	case "src":
		name = "src"
	case "alt":
		name = "alt"
	case "title":
		name = "title"
	case "content":
		name = "content"
	case "value":
		name = "value"
	case "id":
		name = "id"
	default:
		name = strings.ToValidUTF8(string(a.name[:min(len(a.name), 80)]), "")
	}
	value := a.value
	if bytes.HasPrefix(value, []byte("data:")) { // a picture in the page: its bytes are no words
		value = value[:min(len(value), 60)]
	}
	s := string(value)
	if strings.IndexByte(s, '&') >= 0 {
		s = html.UnescapeString(s)
	}
	place := PlaceAttribute
	if concealed || len(p.veil) > 0 {
		place = PlaceHidden
	}
	p.emit(Part{Place: place, Name: name, Text: strings.ToValidUTF8(s, "\ufffd")})
	if (name == "href" || name == "src") && len(p.links) < maxLinks && !p.known[s] {
		p.known[s] = true
		p.links = append(p.links, s)
	}
}

// words adds shown or hidden words; runs of blanks become one.
func (p *page) words(b []byte) {
	if len(b) == 0 {
		return
	}
	if bytes.IndexByte(b, '&') >= 0 {
		b = []byte(html.UnescapeString(string(b)))
	}
	if bytes.Contains(b, []byte("\u00ad")) {
		b = bytes.ReplaceAll(b, []byte("\u00ad"), nil)
	}
	if bytes.Contains(b, []byte("\u200b")) {
		b = bytes.ReplaceAll(b, []byte("\u200b"), nil)
	}
	if p.pre {
		p.put(b)
		return
	}
	to := &p.shown
	if len(p.veil) > 0 {
		to = &p.hidden
	}
	out := *to
	blank := len(out) == 0 || spaceByte(out[len(out)-1])
	for len(b) > 0 {
		i := 0
		for i < len(b) && !spaceByte(b[i]) {
			i++
		}
		if i > 0 {
			out = append(out, b[:i]...)
			blank = false
		}
		b = b[i:]
		if len(b) > 0 {
			if !blank {
				out = append(out, ' ')
				blank = true
			}
			for len(b) > 0 && spaceByte(b[0]) {
				b = b[1:]
			}
		}
	}
	*to = out
	if len(out) > 8*flushed { // words without any line: given piece by piece
		cut := afterBlank(out)
		rest := bytes.Clone(out[cut:])
		*to = out[:cut]
		p.flush()
		*to = append(*to, rest...)
	}
}

func (p *page) put(b []byte) {
	if len(p.veil) > 0 {
		p.hidden = append(p.hidden, b...)
	} else {
		p.shown = append(p.shown, b...)
	}
}

// line ends a line, and gives what has come together.
func (p *page) line() {
	to := &p.shown
	if len(p.veil) > 0 {
		to = &p.hidden
	}
	if n := len(*to); n > 0 && (*to)[n-1] != '\n' {
		if (*to)[n-1] == ' ' {
			(*to)[n-1] = '\n'
		} else {
			*to = append(*to, '\n')
		}
	}
	if len(p.shown) >= flushed || len(p.hidden) >= flushed {
		p.flush()
	}
}

// afterBlank is where the last word begins, if it is near the end: a piece is cut there.
func afterBlank(b []byte) int {
	for i := len(b); i > 0 && i > len(b)-300; i-- {
		if spaceByte(b[i-1]) {
			return i
		}
	}
	return len(b)
}

func (p *page) flush() {
	for _, it := range []struct {
		place Place
		b     *[]byte
	}{{PlaceText, &p.shown}, {PlaceHidden, &p.hidden}} {
		if s := bytes.TrimSpace(*it.b); len(s) > 0 {
			p.emit(Part{Place: it.place, Text: strings.ToValidUTF8(string(s), "\ufffd")})
		}
		*it.b = (*it.b)[:0]
	}
}

// give gives a comment or data as it stands; letters written as \u00e5 are read.
func (p *page) give(place Place, name string, b []byte) {
	b = bytes.TrimSpace(b)
	if len(b) == 0 {
		return
	}
	s := strings.ToValidUTF8(string(b), "\ufffd")
	if place == PlaceData && strings.Contains(s, `\u`) {
		s = unescaped(s)
	}
	p.emit(Part{Place: place, Name: name, Text: s})
}

// unescaped reads \u00e5 as JSON and scripts write it; pairs of surrogates stay.
func unescaped(s string) string {
	var b strings.Builder
	for {
		i := strings.Index(s, `\u`)
		if i < 0 || len(s) < i+6 {
			break
		}
		b.WriteString(s[:i])
		r, ok := rune(0), true
		for _, c := range []byte(s[i+2 : i+6]) {
			switch {
			case c >= '0' && c <= '9':
				r = r<<4 | rune(c-'0')
			case c|0x20 >= 'a' && c|0x20 <= 'f':
				r = r<<4 | rune(c|0x20-'a'+10)
			default:
				ok = false
			}
		}
		if !ok || r >= 0xd800 && r < 0xe000 {
			b.WriteString(s[i : i+6])
		} else {
			b.WriteRune(r)
		}
		s = s[i+6:]
	}
	b.WriteString(s)
	return b.String()
}

// charsetOf is the charset of a media type, if it says one.
func charsetOf(mediaType string) string {
	_, params, err := mime.ParseMediaType(mediaType)
	if err != nil {
		return ""
	}
	return params["charset"]
}
