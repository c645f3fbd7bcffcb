package letter

import (
	"bytes"
	"encoding/base64"
	"io"
	"mime"
	"mime/quotedprintable"
	"net/url"
	"strings"

	"golang.org/x/net/html/charset"
)

// Part is one leaf of a message.
type Part struct {
	Type     string // lower case, without its parameters
	Name     string // the file name it came with; empty when it has none
	Size     int    // bytes as it was sent
	Attached bool   // not the text that is read
	header   Header
	body     []byte
	charset  string
}

// Charset is what the part says of its letters; empty when it says nothing.
func (p Part) Charset() string { return p.charset }

// Content decodes the part, at most so many bytes; cut tells that there is more.
func (p Part) Content(most int) (content []byte, cut bool) {
	b, _ := io.ReadAll(io.LimitReader(p.decoded(), int64(most)+1))
	if len(b) > most {
		return b[:most], true
	}
	return b, false
}

// decoded reads the part out of its transfer coding; a fault in the coding ends the reading there.
func (p Part) decoded() io.Reader {
	r := io.Reader(bytes.NewReader(p.body))
	switch strings.ToLower(strings.TrimSpace(p.header.Get("Content-Transfer-Encoding"))) {
	case "base64":
		return base64.NewDecoder(base64.StdEncoding, &alphabet{r: r})
	case "quoted-printable":
		return quotedprintable.NewReader(r)
	}
	return r
}

// alphabet passes over what is not base64, as RFC 2045 section 6.8 asks of a reader.
type alphabet struct{ r io.Reader }

func (a *alphabet) Read(p []byte) (int, error) {
	for {
		n, err := a.r.Read(p)
		k := 0
		for _, c := range p[:n] {
			if c >= 'A' && c <= 'Z' || c >= 'a' && c <= 'z' || c >= '0' && c <= '9' || c == '+' || c == '/' || c == '=' {
				p[k] = c
				k++
			}
		}
		if k > 0 || err != nil {
			return k, err
		}
	}
}

// text gives the part's words as UTF-8.
func (p Part) text() (string, bool) {
	content, cut := p.Content(2 * MaxText)
	if p.charset != "" && !strings.EqualFold(p.charset, "utf-8") && !strings.EqualFold(p.charset, "us-ascii") {
		if r, err := charsetReader(p.charset, bytes.NewReader(content)); err == nil {
			content, _ = io.ReadAll(io.LimitReader(r, 4*MaxText))
		}
	}
	s := strings.ToValidUTF8(string(content), "\uFFFD")
	s = strings.ReplaceAll(strings.ReplaceAll(s, "\r\n", "\n"), "\r", "\n")
	return strings.ReplaceAll(s, "\x00", ""), cut
}

func charsetReader(name string, in io.Reader) (io.Reader, error) {
	return charset.NewReaderLabel(strings.TrimSpace(name), in)
}

// walk goes through the parts and keeps the first text.
type walk struct {
	letter     *Letter
	plain, web string
	have       bool // a plain part was found
	cut        bool
}

func (w *walk) part(h Header, body []byte, depth int) {
	kind, params := mediaType(h.Get("Content-Type"))
	if strings.HasPrefix(kind, "multipart/") && params["boundary"] != "" && depth < MaxDepth {
		pieces(body, params["boundary"], func(piece []byte) bool {
			inner, content, err := split(piece, MaxHeader)
			if err == nil {
				w.part(inner, content, depth+1)
			}
			return w.letter.More < 100*MaxParts
		})
		return
	}
	if len(w.letter.Parts) >= MaxParts {
		w.letter.More++
		return
	}
	p := Part{Type: kind, Name: fileName(h, params), Size: len(body), header: h, body: body, charset: params["charset"]}
	attached, _ := mediaType(h.Get("Content-Disposition"))
	switch {
	case attached == "attachment" || p.Name != "" || kind != "text/plain" && kind != "text/html":
		p.Attached = true
	case kind == "text/plain" && w.plain == "":
		w.plain, w.cut = p.text()
		w.have = true
	case kind == "text/html" && w.web == "":
		w.web, _ = p.text()
	case depth > 0 && kind == "text/plain" && len(w.plain) < MaxText:
		more, _ := p.text()
		w.plain += "\n" + more
	}
	w.letter.Parts = append(w.letter.Parts, p)
}

func (w *walk) done() {
	s := w.plain
	if strings.TrimSpace(s) == "" && w.web != "" {
		s, w.letter.HTML = htmlText(w.web), true
	}
	if len(s) > MaxText {
		s, w.cut = strings.ToValidUTF8(s[:MaxText], ""), true
	}
	w.letter.Text, w.letter.Cut = s, w.cut
}

// WebText gives the words of the HTML part, where there is one: what a plain part says may differ from what is shown.
func (l Letter) WebText() string {
	for _, p := range l.Parts {
		if p.Type == "text/html" && !p.Attached {
			s, _ := p.text()
			return htmlText(s)
		}
	}
	return ""
}

// mediaType reads a type and its parameters; a broken one is read as far as it goes.
func mediaType(s string) (string, map[string]string) {
	if s == "" {
		return "text/plain", nil
	}
	kind, params, err := mime.ParseMediaType(s)
	if err != nil && kind == "" {
		kind, _, _ = strings.Cut(s, ";")
		kind = strings.ToLower(strings.TrimSpace(kind))
		if i := strings.Index(lowerASCII(s), "boundary="); i >= 0 {
			b := strings.TrimSpace(s[i+len("boundary="):])
			if strings.HasPrefix(b, `"`) {
				b, _, _ = strings.Cut(b[1:], `"`)
			} else if j := strings.IndexAny(b, "; \t"); j >= 0 {
				b = b[:j]
			}
			params = map[string]string{"boundary": b}
		}
	}
	return oneLine(kind), params
}

// fileName finds the name a part came with, in every way names are written: RFC 2231 with any letters,
// RFC 2047 words where they do not belong, and plain.
func fileName(h Header, params map[string]string) string {
	disposition := h.Get("Content-Disposition")
	_, d := mediaType(disposition)
	name := d["filename"]
	if name == "" {
		name = extended(disposition, "filename*=")
	}
	if name == "" {
		name = params["name"]
	}
	if name == "" {
		name = extended(h.Get("Content-Type"), "name*=")
	}
	name = decodeWords(name)
	if i := strings.LastIndexAny(name, `/\`); i >= 0 {
		name = name[i+1:]
	}
	return string([]rune(name)[:min(len([]rune(name)), 200)])
}

// extended reads filename*=iso-8859-1”name, whose letters the standard library knows only two of.
func extended(s, key string) string {
	i := strings.Index(lowerASCII(s), key)
	if i < 0 {
		return ""
	}
	v, _, _ := strings.Cut(s[i+len(key):], ";")
	part := strings.SplitN(strings.Trim(strings.TrimSpace(v), `"`), "'", 3)
	if len(part) != 3 {
		return ""
	}
	raw, err := url.PathUnescape(part[2])
	if err != nil {
		return ""
	}
	r, err := charsetReader(part[0], strings.NewReader(raw))
	if err != nil {
		return ""
	}
	b, _ := io.ReadAll(io.LimitReader(r, 1_000))
	return strings.ToValidUTF8(string(b), "\uFFFD")
}

// pieces gives each part of a multipart body: RFC 2046 section 5.1. A part that never ends, ends with the body.
func pieces(body []byte, boundary string, each func([]byte) bool) {
	mark := []byte("--" + boundary)
	var start = -1
	for at := 0; at < len(body); {
		end := len(body)
		if i := bytes.IndexByte(body[at:], '\n'); i >= 0 {
			end = at + i + 1
		}
		line := body[at:end]
		if bytes.HasPrefix(line, mark) {
			rest := bytes.TrimRight(line[len(mark):], " \t\r\n")
			if last := bytes.Equal(rest, []byte("--")); last || len(rest) == 0 {
				if start >= 0 && !each(cutEnd(body[start:at])) {
					return
				}
				if start = end; last {
					return
				}
			}
		}
		at = end
	}
	if start >= 0 {
		each(body[start:])
	}
}

// cutEnd takes away the line end that belongs to the boundary.
func cutEnd(b []byte) []byte {
	b = bytes.TrimSuffix(b, []byte("\n"))
	return bytes.TrimSuffix(b, []byte("\r"))
}
