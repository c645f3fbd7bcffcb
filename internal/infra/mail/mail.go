// Package mail hands messages to the organisation's own mail server. What it sends says that
// something waits, never what.
package mail

import (
	"bytes"
	"crypto/rand"
	"encoding/hex"
	"fmt"
	"mime"
	"mime/quotedprintable"
	netmail "net/mail"
	"strings"
	"time"

	"varn/internal/kit/fault"
)

// Security is how the connection to the mail server is protected.
type Security string

// The kinds. Without protection only a server on this machine is spoken to.
const (
	StartTLS Security = "starttls" // required: a server that does not offer it is not used
	TLS      Security = "tls"      // from the first byte, as on port 465
	Plain    Security = "plain"    // this machine's own mail server
)

// Account is how the organisation's mail server is reached.
type Account struct {
	Host     string
	Port     int
	Security Security
	User     string // empty: no authentication
	Password string
	From     string
	FromName string
}

// Check tells what must be mended.
func (a Account) Check() error {
	var bad []fault.Field
	if a.Host == "" || len(a.Host) > 253 || strings.ContainsAny(a.Host, " /:\r\n\t@") {
		bad = append(bad, fault.Field{Name: "host", Code: "mail.host"})
	}
	if a.Port < 1 || a.Port > 65535 {
		bad = append(bad, fault.Field{Name: "port", Code: "mail.port"})
	}
	if a.Security != StartTLS && a.Security != TLS && a.Security != Plain {
		bad = append(bad, fault.Field{Name: "security", Code: "field.choose"})
	}
	if !address(a.From) {
		bad = append(bad, fault.Field{Name: "from", Code: "field.address"})
	}
	if a.User != "" && a.Security == Plain {
		bad = append(bad, fault.Field{Name: "security", Code: "mail.password-plain"})
	}
	return fault.Form(bad)
}

// Message is one mail in plain text.
type Message struct {
	To      string
	Subject string
	Text    string
	Lang    string
}

// compose writes a message as RFC 5322 wants it: no line of it can be made by what stands in it.
func compose(a Account, m Message, now time.Time) ([]byte, error) {
	if !address(m.To) || !address(a.From) {
		return nil, fault.New(fault.Invalid, "mail.address")
	}
	var b bytes.Buffer
	head := func(name, value string) { fmt.Fprintf(&b, "%s: %s\r\n", name, value) }
	head("From", (&netmail.Address{Name: oneLine(a.FromName), Address: a.From}).String())
	head("To", (&netmail.Address{Address: m.To}).String())
	head("Subject", mime.QEncoding.Encode("utf-8", oneLine(m.Subject)))
	head("Date", now.Format(time.RFC1123Z))
	head("Message-ID", "<"+messageID()+"@"+domainOf(a.From)+">")
	head("MIME-Version", "1.0")
	head("Auto-Submitted", "auto-generated") // RFC 3834: nobody's absence answers it
	head("X-Auto-Response-Suppress", "All")
	if m.Lang == "sv" || m.Lang == "en" {
		head("Content-Language", m.Lang)
	}
	head("Content-Type", "text/plain; charset=utf-8")
	head("Content-Transfer-Encoding", "quoted-printable")
	b.WriteString("\r\n")
	w := quotedprintable.NewWriter(&b)
	if _, err := w.Write([]byte(strings.ReplaceAll(m.Text, "\r", ""))); err != nil {
		return nil, err
	}
	err := w.Close() // only now has everything been written
	return b.Bytes(), err
}

// address tells whether s is one address and nothing more.
func address(s string) bool {
	a, err := netmail.ParseAddress(s)
	return err == nil && a.Name == "" && a.Address == s && !strings.ContainsAny(s, "\r\n\x00 <>\"")
}

func domainOf(s string) string { return s[strings.LastIndexByte(s, '@')+1:] }

// oneLine takes away what could begin a header of its own.
func oneLine(s string) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f {
			return ' '
		}
		return r
	}, s)
}

func messageID() string {
	var b [16]byte
	_, _ = rand.Read(b[:]) // never fails: it ends the process instead
	return hex.EncodeToString(b[:])
}
