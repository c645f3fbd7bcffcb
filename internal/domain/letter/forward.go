package letter

import (
	"bytes"
	"fmt"
	"mime"
	"slices"
	"strings"
	"time"
)

// Forwarding is how a letter is passed on to a representative's own mailbox.
type Forwarding struct {
	From      Address // the official address, with the sender named in Name
	To        Address // the private mailbox stands in the envelope alone: this is the official address
	ReplyTo   string  // the address of this one thread
	Host      string  // ours, for the trace
	Date      time.Time
	MessageID string // ours, without its brackets
	// Footer is what stands under the letter: the link that reports it. It begins with Marker on a line of its own.
	Footer string
	Lang   string
}

// Marker begins what we put under a forwarded letter: whatever follows it in a quotation is ours and not the writer's.
const Marker = "-- \u2063\u2060\u2063"

// LoopField is the field by which we know our own mail again.
const LoopField = "X-Varn-Loop"

// kept are the fields of the original that go along. All else stays behind: what asks for receipts, what claims to
// have been checked by us, signatures that the new form breaks, and what nobody reads.
var kept = []string{"date", "subject", "in-reply-to", "references", "cc", "importance", "content-language", "auto-submitted", "list-id", "precedence"}

// described are the fields that tell how the body is written; they go with it, into a part.
var described = []string{"content-type", "content-transfer-encoding", "content-disposition", "content-id", "content-description"}

// Forward writes a letter anew for the private mailbox: from the official address, so that DMARC passes, with the
// original's body byte for byte as the first part and the footer as the second. The chain of Received lines stays,
// so that loops are cut by whoever counts them.
func Forward(raw []byte, f Forwarding) ([]byte, error) {
	h, body, err := split(raw, MaxHeader)
	if err != nil {
		return nil, err
	}
	var b bytes.Buffer
	fmt.Fprintf(&b, "Received: by %s (Varn); %s\r\n", f.Host, f.Date.Format(time.RFC1123Z))
	inner := bytes.Buffer{}
	for _, x := range h {
		name := strings.ToLower(x.Name)
		switch {
		case name == "received" || strings.HasPrefix(name, "arc-"):
			b.Write(ended(x.raw))
		case slices.Contains(described, name):
			inner.Write(ended(x.raw))
		}
	}
	d := Draft{From: f.From, To: []Address{f.To}, ReplyTo: f.ReplyTo}
	b.WriteString(folded("From", d.From.String()))
	b.WriteString(folded("To", d.To[0].String()))
	b.WriteString(folded("Reply-To", f.ReplyTo))
	once := map[string]bool{}
	for _, x := range h {
		if name := strings.ToLower(x.Name); slices.Contains(kept, name) && !once[name] {
			once[name] = true
			b.Write(ended(x.raw))
		}
	}
	b.WriteString(folded("Message-ID", bracket(f.MessageID)))
	if from := h.Text("From"); from != "" {
		b.WriteString(folded("X-Original-From", mime.QEncoding.Encode("utf-8", from)))
	}
	b.WriteString(LoopField + ": " + f.Host + "\r\nMIME-Version: 1.0\r\n")
	mark := boundary(f.MessageID)
	for n := 0; bytes.Contains(body, []byte(mark)); n++ {
		mark = boundary(fmt.Sprint(n) + f.MessageID)
	}
	fmt.Fprintf(&b, "Content-Type: multipart/mixed; boundary=\"%s\"\r\n\r\n--%s\r\n", mark, mark)
	b.Write(inner.Bytes())
	b.WriteString("\r\n")
	b.Write(body)
	fmt.Fprintf(&b, "\r\n--%s\r\nContent-Disposition: inline\r\n", mark)
	writeText(&b, "text/plain", Marker+"\n"+f.Footer)
	fmt.Fprintf(&b, "--%s--\r\n", mark)
	return b.Bytes(), nil
}

// ended gives a field line ends as SMTP wants them.
func ended(raw []byte) []byte {
	s := strings.ReplaceAll(strings.ReplaceAll(string(raw), "\r\n", "\n"), "\r", "")
	s = strings.ReplaceAll(strings.TrimRight(s, "\n"), "\n", "\r\n")
	return []byte(s + "\r\n")
}

// Hops counts the servers that a letter has been through: 100 and it goes in a circle (RFC 5321 section 6.3).
func (l Letter) Hops() int { return len(l.Header.All("Received")) }

// Ours tells how often a host of ours has forwarded it already.
func (l Letter) Ours(host string) int {
	n := 0
	for _, v := range l.Header.All(LoopField) {
		if strings.EqualFold(v, host) {
			n++
		}
	}
	return n
}
