package letter

import (
	"bytes"
	"fmt"
	"strings"
	"time"
)

// Failure (leveransfel) is why a letter did not reach somebody, as their writer may know it: the official address, and
// never what the other server said, since that may name the mailbox behind it.
type Failure struct {
	Host      string  // ours
	From      Address // who tells it: mailer-daemon of the domain
	To        Address // who wrote the letter
	Recipient string  // the official address
	Status    string  // RFC 3463, such as 5.4.7
	Subject   string
	Text      string // for the person, in their language
	Lang      string
	Date      time.Time
	MessageID string
	// Original is the letter that did not arrive; five fields of its header go along.
	Original []byte
	// Delayed: it is still being tried.
	Delayed bool
}

// Bounce writes a report of delivery: RFC 3464. It has no return path of its own, so that it is never answered.
func Bounce(f Failure) []byte {
	var b bytes.Buffer
	l, _ := ReadHeader(f.Original)
	d := Draft{From: f.From, To: []Address{f.To}, Subject: f.Subject, Date: f.Date, MessageID: f.MessageID, Lang: f.Lang,
		InReplyTo: firstID(l.Header.Get("Message-ID"))}
	d.head(&b)
	b.WriteString("Auto-Submitted: auto-replied\r\n")
	mark := boundary(f.MessageID)
	fmt.Fprintf(&b, "Content-Type: multipart/report; report-type=delivery-status;\r\n boundary=\"%s\"\r\n\r\n--%s\r\n", mark, mark)
	writeText(&b, "text/plain", f.Text)
	action := "failed"
	if f.Delayed {
		action = "delayed"
	}
	fmt.Fprintf(&b, "--%s\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; %s\r\nArrival-Date: %s\r\n\r\nFinal-Recipient: rfc822; %s\r\nAction: %s\r\nStatus: %s\r\n",
		mark, oneLine(f.Host), f.Date.Format(time.RFC1123Z), oneLine(f.Recipient), action, status(f.Status))
	fmt.Fprintf(&b, "\r\n--%s\r\nContent-Type: text/rfc822-headers\r\n\r\n", mark)
	for _, name := range []string{"From", "To", "Subject", "Date", "Message-ID"} {
		if v := l.Header.Get(name); v != "" {
			b.WriteString(folded(name, oneLine(v)))
		}
	}
	fmt.Fprintf(&b, "\r\n--%s--\r\n", mark)
	return b.Bytes()
}

// status keeps an enhanced code that is one.
func status(s string) string {
	part := strings.Split(s, ".")
	if len(part) != 3 {
		return "5.0.0"
	}
	for _, p := range part {
		if len(p) == 0 || len(p) > 3 || strings.Trim(p, "0123456789") != "" {
			return "5.0.0"
		}
	}
	return s
}
