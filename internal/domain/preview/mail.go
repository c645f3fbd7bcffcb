package preview

import (
	"bytes"
	"encoding/base64"
	"io"
	"mime"
	"mime/multipart"
	"mime/quotedprintable"
	"net/mail"
	"strings"

	"golang.org/x/text/encoding/ianaindex"
)

// Bounds of a mail.
const (
	maxHeader   = 512 << 10
	maxReceived = 60
	maxParts    = 200 // listed
	maxDepth    = 6
)

// Mail (mejl) is what a message says about itself and where it has been.
type Mail struct {
	Headers []Fact `json:"headers"`
	// Received is the chain, the newest first: each line was written by the one that took it.
	Received []string `json:"received"`
	// Results are what the receiving servers wrote of SPF, DKIM and DMARC at that moment.
	Results []string `json:"results"`
	// Signed are the domains that say that they have signed it. Nothing was checked anew: that needs the
	// network.
	Signed []string   `json:"signed"`
	Parts  []MailPart `json:"parts"`
	More   int        `json:"more"` // parts that are not listed
}

// MailPart is one part of a message.
type MailPart struct {
	Name string `json:"name"`
	Type string `json:"type"`
	Size int    `json:"size"` // in bytes, as it was sent
}

func mailOf(content []byte) Preview {
	head := content
	for _, end := range []string{"\r\n\r\n", "\n\n"} {
		if i := bytes.Index(content[:min(len(content), maxHeader)], []byte(end)); i >= 0 {
			head = content[:i]
			break
		}
	}
	if len(head) > maxHeader {
		return Preview{Why: Damaged}
	}
	m, err := mail.ReadMessage(bytes.NewReader(content))
	if err != nil {
		return Preview{Why: Damaged}
	}
	out := &Mail{}
	decode := new(mime.WordDecoder)
	decode.CharsetReader = charset
	for _, name := range []string{"From", "Sender", "Reply-To", "To", "Cc", "Date", "Subject", "Message-Id", "Return-Path", "User-Agent", "X-Mailer", "X-Originating-Ip"} {
		for _, raw := range m.Header[name] {
			value, err := decode.DecodeHeader(raw)
			if err != nil {
				value = raw
			}
			(*facts)(&out.Headers).add("mail", name, value)
		}
	}
	lines := func(name string, most int) []string {
		var all []string
		for _, raw := range m.Header[name] {
			if line, _ := short(strings.Join(strings.Fields(raw), " "), 2*maxValue); len(all) < most {
				all = append(all, line)
			}
		}
		return all
	}
	out.Received, out.Results = lines("Received", maxReceived), append(lines("Authentication-Results", 10), lines("Received-Spf", 5)...)
	for _, raw := range lines("Dkim-Signature", 10) {
		for _, tag := range strings.Split(raw, ";") {
			if name, value, ok := strings.Cut(strings.TrimSpace(tag), "="); ok && name == "d" {
				out.Signed = append(out.Signed, strings.TrimSpace(value))
			}
		}
	}
	p := Preview{Mail: out}
	w := &mailWalk{mail: out, p: &p}
	w.part(m.Header.Get("Content-Type"), m.Header.Get("Content-Transfer-Encoding"), "", m.Body, 0)
	if p.Text == "" {
		p.Text = w.html
	}
	return p
}

// mailWalk goes through the parts, and keeps the first text.
type mailWalk struct {
	mail *Mail
	p    *Preview
	html string
}

func (w *mailWalk) part(contentType, coding, name string, body io.Reader, depth int) {
	kind, params, err := mime.ParseMediaType(contentType)
	if err != nil {
		kind = "text/plain"
	}
	if strings.HasPrefix(kind, "multipart/") && depth < maxDepth && params["boundary"] != "" {
		r := multipart.NewReader(body, params["boundary"])
		for n := 0; n < 20_000; n++ {
			p, err := r.NextRawPart()
			if err != nil {
				break
			}
			w.part(p.Header.Get("Content-Type"), p.Header.Get("Content-Transfer-Encoding"), p.FileName(), p, depth+1)
		}
		return
	}
	if len(w.mail.Parts) >= maxParts {
		w.mail.More++
		return
	}
	raw, _ := io.ReadAll(body)
	name, _ = short(name, 200)
	kind, _ = short(kind, 100)
	w.mail.Parts = append(w.mail.Parts, MailPart{name, kind, len(raw)})
	if name != "" || w.p.Text != "" || kind != "text/plain" && kind != "text/html" {
		return
	}
	text := plain(raw, coding, params["charset"])
	if kind == "text/plain" {
		w.p.Text, w.p.Cut = short(text, maxText)
	} else if w.html == "" { // as it was sent: its tags are shown, never obeyed
		w.html, w.p.Cut = short(text, maxText)
	}
}

// plain takes a part out of its coding and its letters.
func plain(raw []byte, coding, letters string) string {
	raw = raw[:min(len(raw), 4*maxText)]
	var r io.Reader = bytes.NewReader(raw)
	switch strings.ToLower(strings.TrimSpace(coding)) {
	case "base64":
		r = base64.NewDecoder(base64.StdEncoding, r)
	case "quoted-printable":
		r = quotedprintable.NewReader(r)
	}
	if in, err := charset(letters, r); err == nil {
		r = in
	}
	b, _ := io.ReadAll(io.LimitReader(r, 2*maxText))
	return strings.ReplaceAll(string(b), "\r\n", "\n")
}

// charset reads other letters than UTF-8.
func charset(name string, in io.Reader) (io.Reader, error) {
	if name == "" {
		return in, nil
	}
	e, err := ianaindex.MIME.Encoding(name)
	if err != nil || e == nil {
		return in, err
	}
	return e.NewDecoder().Reader(in), nil
}
