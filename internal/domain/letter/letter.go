// Package letter reads and writes mail (brev): bounded, tolerant of what is broken, and with nothing of a
// private mailbox in what leaves.
package letter

import (
	"net/mail"
	"strings"
)

// Automatic tells that no person wrote a letter, and what did.
type Automatic string

// The kinds of automatic mail. None of them is ever answered by a program.
const (
	ByHand   Automatic = ""
	Bounced  Automatic = "bounce"  // a report of delivery
	Receipt  Automatic = "receipt" // a report that it was shown (MDN)
	AutoSent Automatic = "auto"    // out of office, or another answer or notice by a program
	Listed   Automatic = "list"    // a mailing list or a mass sending that says so
)

// Letter (brev) is what is read out of a message: enough for showing, screening and answering.
type Letter struct {
	Header     Header
	Subject    string
	From       string // the address alone, lower case; empty when it can't be read
	FromName   string
	To         []string
	Cc         []string
	ReplyTo    string
	MessageID  string // without the angle brackets
	InReplyTo  string
	References []string
	Date       string // as it was written
	Automatic  Automatic
	// Text is what a person reads, at most MaxText bytes: the plain part, else the words of the HTML.
	Text string
	// Cut: there is more text than that.
	Cut bool
	// HTML tells that Text was taken out of HTML.
	HTML  bool
	Parts []Part
	// More is how many parts are not listed.
	More int
}

// Auto tells whether no person wrote it.
func (l Letter) Auto() bool { return l.Automatic != ByHand }

// Attachments are the parts that are not the text itself.
func (l Letter) Attachments() []Part {
	var out []Part
	for _, p := range l.Parts {
		if p.Attached {
			out = append(out, p)
		}
	}
	return out
}

// Read takes a message apart. What is broken in it is read as far as it goes; only a header beyond the
// bounds and no bytes at all are errors.
func Read(raw []byte) (Letter, error) {
	if len(raw) == 0 {
		return Letter{}, ErrEmpty
	}
	h, body, err := split(raw, MaxHeader)
	if err != nil {
		return Letter{}, err
	}
	l := Letter{
		Header: h, Subject: h.Text("Subject"), Date: oneLine(h.Get("Date")),
		MessageID: firstID(h.Get("Message-ID")), InReplyTo: firstID(h.Get("In-Reply-To")), References: ids(h.Get("References")),
	}
	if from := addresses(h.Get("From")); len(from) > 0 {
		l.From, l.FromName = from[0].Address, from[0].Name
	}
	if to := addresses(h.Get("Reply-To")); len(to) > 0 {
		l.ReplyTo = to[0].Address
	}
	l.To, l.Cc = bare(addresses(strings.Join(h.All("To"), ", "))), bare(addresses(strings.Join(h.All("Cc"), ", ")))
	l.Automatic = automatic(h)
	w := walk{letter: &l}
	w.part(h, body, 0)
	w.done()
	return l, nil
}

// automatic reads what RFC 3834 and the habits of the field say of mail that no person wrote.
func automatic(h Header) Automatic {
	kind := strings.ToLower(h.Get("Content-Type"))
	switch {
	case strings.HasPrefix(kind, "multipart/report") && strings.Contains(kind, "disposition-notification"):
		return Receipt
	case strings.HasPrefix(kind, "multipart/report"):
		return Bounced
	}
	if v := h.Get("Return-Path"); v == "<>" && h.Get("Auto-Submitted") == "" && h.Get("List-Id") == "" {
		return Bounced
	}
	word, _, _ := strings.Cut(strings.ToLower(h.Get("Auto-Submitted")), ";")
	if word = strings.TrimSpace(word); word != "" && word != "no" {
		return AutoSent
	}
	for _, name := range []string{"X-Autoreply", "X-Autorespond", "X-Auto-Reply-From", "X-Mail-Autoreply"} {
		if h.Get(name) != "" {
			return AutoSent
		}
	}
	switch strings.ToLower(h.Get("Precedence")) {
	case "auto_reply":
		return AutoSent
	case "bulk", "list", "junk":
		return Listed
	}
	if h.Get("List-Id") != "" || h.Get("List-Unsubscribe") != "" {
		return Listed
	}
	return ByHand
}

// Address is a name and an address.
type Address struct{ Name, Address string }

var parser = mail.AddressParser{WordDecoder: &words}

// addresses reads a list of addresses; what can't be read is left out, at most a thousand.
func addresses(s string) []Address {
	if len(s) > MaxHeader {
		return nil
	}
	all, err := parser.ParseList(s)
	if err != nil {
		if i, j := strings.LastIndexByte(s, '<'), strings.LastIndexByte(s, '>'); i >= 0 && i < j && strings.Contains(s[i:j], "@") {
			return []Address{{oneLine(strings.Trim(decodeWords(s[:i]), `" `)), strings.ToLower(oneLine(s[i+1 : j]))}}
		}
		if f := strings.Fields(s); len(f) == 1 && strings.Count(f[0], "@") == 1 {
			return []Address{{"", strings.ToLower(oneLine(f[0]))}}
		}
		return nil
	}
	out := make([]Address, 0, len(all))
	for _, a := range all {
		if len(out) < 1_000 {
			out = append(out, Address{oneLine(strings.ToValidUTF8(a.Name, "\uFFFD")), strings.ToLower(a.Address)})
		}
	}
	return out
}

func bare(all []Address) []string {
	var out []string
	for _, a := range all {
		out = append(out, a.Address)
	}
	return out
}

// ids reads message ids, without their brackets, at most a hundred, the last ones.
func ids(s string) []string {
	var out []string
	for _, f := range strings.Fields(strings.ReplaceAll(s, "><", "> <")) {
		if f = strings.Trim(f, "<>,;\"'"); f != "" && len(f) <= 998 && strings.Contains(f, "@") {
			out = append(out, f)
		}
	}
	return out[max(0, len(out)-100):]
}

func firstID(s string) string {
	if all := ids(s); len(all) > 0 {
		return all[0]
	}
	return strings.Trim(oneLine(s), "<>")
}

// ReadHeader reads only what the header says: nothing of the parts.
func ReadHeader(raw []byte) (Letter, error) {
	h, _, err := split(raw, MaxHeader)
	l := Letter{Header: h}
	if from := addresses(h.Get("From")); len(from) > 0 {
		l.From, l.FromName = from[0].Address, from[0].Name
	}
	return l, err
}
