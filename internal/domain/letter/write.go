package letter

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"mime"
	"mime/quotedprintable"
	"net/mail"
	"strings"
	"time"
)

// File is something that goes with a letter.
type File struct {
	Name    string
	Type    string
	Content []byte
}

// Draft (utkast) is what a letter of our own is made of.
type Draft struct {
	From      Address
	To        []Address
	ReplyTo   string
	Subject   string
	Date      time.Time
	MessageID string // without its brackets
	InReplyTo string
	// References are the ids before this one, the oldest first.
	References []string
	Lang       string
	Text       string
	Files      []File
	// Automatic: a program made it, so that no program answers it (RFC 3834).
	Automatic bool
	// Extra are further fields, each checked to be one line.
	Extra []Address // Name is the field's, Address its value
}

// Compose writes a letter as RFC 5322 wants it: lines end with CRLF, none is over 998 bytes, and nothing in what
// is given can begin a line of its own.
func Compose(d Draft) []byte {
	var b bytes.Buffer
	d.head(&b)
	if len(d.Files) == 0 {
		writeText(&b, "text/plain", d.Text)
		return b.Bytes()
	}
	mark := boundary(d.MessageID)
	fmt.Fprintf(&b, "Content-Type: multipart/mixed; boundary=\"%s\"\r\n\r\n--%s\r\n", mark, mark)
	writeText(&b, "text/plain", d.Text)
	for _, f := range d.Files {
		fmt.Fprintf(&b, "\r\n--%s\r\n", mark)
		writeFile(&b, f)
	}
	fmt.Fprintf(&b, "\r\n--%s--\r\n", mark)
	return b.Bytes()
}

func (d Draft) head(b *bytes.Buffer) {
	field := func(name, value string) {
		if value != "" {
			b.WriteString(folded(name, oneLine(value)))
		}
	}
	field("From", d.From.String())
	var to []string
	for _, a := range d.To {
		to = append(to, a.String())
	}
	field("To", strings.Join(to, ", "))
	field("Reply-To", d.ReplyTo)
	field("Subject", mime.QEncoding.Encode("utf-8", oneLine(d.Subject)))
	field("Date", d.Date.Format(time.RFC1123Z))
	field("Message-ID", bracket(d.MessageID))
	field("In-Reply-To", bracket(d.InReplyTo))
	var refs []string
	for _, r := range d.References {
		refs = append(refs, bracket(r))
	}
	field("References", strings.Join(refs, " "))
	field("MIME-Version", "1.0")
	field("Content-Language", d.Lang)
	if d.Automatic {
		field("Auto-Submitted", "auto-generated")
		field("X-Auto-Response-Suppress", "All")
	}
	for _, e := range d.Extra {
		field(e.Name, e.Address)
	}
}

// String writes an address as a header has it.
func (a Address) String() string {
	return (&mail.Address{Name: oneLine(a.Name), Address: oneLine(a.Address)}).String()
}

func bracket(id string) string {
	id = strings.Map(func(r rune) rune {
		if r <= ' ' || r == '<' || r == '>' || r == 0x7f {
			return -1
		}
		return r
	}, id)
	if id == "" {
		return ""
	}
	return "<" + id + ">"
}

// folded writes a field over several lines where it is long: RFC 5322 section 2.2.3.
func folded(name, value string) string {
	var b strings.Builder
	b.WriteString(name + ":")
	width := len(name) + 1
	for i, w := range strings.Split(value, " ") {
		if i > 0 && width+1+len(w) > 76 {
			b.WriteString("\r\n")
			width = 0
		}
		for len(w) > 900 { // one word that no line holds
			b.WriteString(" " + w[:900] + "\r\n")
			w, width = w[900:], 0
		}
		b.WriteString(" " + w)
		width += 1 + len(w)
	}
	return b.String() + "\r\n"
}

func writeText(b *bytes.Buffer, kind, text string) {
	fmt.Fprintf(b, "Content-Type: %s; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n", kind)
	w := quotedprintable.NewWriter(b)
	text = strings.ReplaceAll(strings.ReplaceAll(text, "\r\n", "\n"), "\r", "\n")
	_, _ = w.Write([]byte(strings.ReplaceAll(text, "\n", "\r\n"))) // into memory: it can't fail
	_ = w.Close()
	if !bytes.HasSuffix(b.Bytes(), []byte("\r\n")) {
		b.WriteString("\r\n")
	}
}

func writeFile(b *bytes.Buffer, f File) {
	kind := f.Type
	if k, _, err := mime.ParseMediaType(kind); err != nil || strings.HasPrefix(k, "multipart/") || strings.HasPrefix(k, "message/") {
		kind = "application/octet-stream"
	} else {
		kind = k
	}
	b.WriteString("Content-Type: " + kind + "\r\nContent-Transfer-Encoding: base64\r\n")
	b.WriteString(folded("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": oneLine(f.Name)})))
	b.WriteString("\r\n")
	s := base64.StdEncoding.EncodeToString(f.Content)
	for len(s) > 76 {
		b.WriteString(s[:76] + "\r\n")
		s = s[76:]
	}
	b.WriteString(s + "\r\n")
}

// boundary makes one that no quoted-printable or base64 part can hold: neither has an underscore after an equals sign.
func boundary(id string) string {
	var b strings.Builder
	for _, r := range id {
		if r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' {
			b.WriteRune(r)
		}
	}
	s := b.String()
	return "=_v" + s[:min(len(s), 50)]
}
