package letter

import (
	"bytes"
	"slices"
	"strings"
	"time"
)

// Answering is how an answer from a private mailbox leaves from the official address.
type Answering struct {
	From       Address // official
	To         []Address
	Subject    string // empty: the answer's own
	Date       time.Time
	MessageID  string
	InReplyTo  string
	References []string
	Lang       string
	// Private are the addresses that must not leave: the mailbox, and others that the person has listed.
	Private []string
	// Signatures are lines that the person has listed: a name of another employer, a phone.
	Signatures []string
	// Links are the beginnings of addresses that only the representative may hold, as those that report a letter.
	Links []string
	// StripPictures takes metadata out of JPEG and PNG files.
	StripPictures bool
}

// Answered is what leaves, and what was done to it.
type Answered struct {
	Raw []byte
	// Replaced counts the private addresses that were found and replaced in the text.
	Replaced int
	// Dropped names the parts that were left behind, since they carry more than they show: cards, calendars, signatures, wrapped letters.
	Dropped []string
	// Held names the files in which a private address still stands. Such an answer must not leave: Raw is empty.
	Held []string
}

// dropped are types that tell about their sender by their nature.
var dropped = map[string]bool{
	"text/vcard": true, "text/x-vcard": true, "text/directory": true, "text/calendar": true, "application/ics": true,
	"application/pkcs7-signature": true, "application/x-pkcs7-signature": true, "application/pgp-signature": true, "application/pgp-keys": true,
	"application/ms-tnef": true, "application/vnd.ms-tnef": true, "message/rfc822": true, "message/global": true, "message/delivery-status": true,
	"message/disposition-notification": true, "text/rfc822-headers": true,
}

// Answer builds a letter of its own out of an answer: nothing of the original's header, only its words as plain
// text and its files. What is not carried over can't leak.
func Answer(raw []byte, a Answering) (Answered, error) {
	l, err := Read(raw)
	if err != nil {
		return Answered{}, err
	}
	var out Answered
	c := cleaner{private: a.private(), official: a.From.Address}
	text := unmarked(l.Text, a.Links)
	text = unsigned(text, a.Signatures)
	text = c.clean(text)
	subject := a.Subject
	if subject == "" {
		subject = l.Subject
	}
	d := Draft{From: a.From, To: a.To, Subject: c.clean(subject), Date: a.Date.UTC(), MessageID: a.MessageID, InReplyTo: a.InReplyTo,
		References: a.References, Lang: a.Lang, Text: text}
	for _, p := range l.Attachments() {
		name := c.clean(p.Name)
		if name == "" {
			name = "fil"
		}
		if dropped[p.Type] || strings.HasSuffix(strings.ToLower(name), ".vcf") || strings.EqualFold(name, "winmail.dat") {
			out.Dropped = append(out.Dropped, name)
			continue
		}
		content, cut := p.Content(len(raw))
		if cut {
			out.Dropped = append(out.Dropped, name)
			continue
		}
		if a.StripPictures {
			content = Strip(content)
		}
		if c.stands(content) {
			out.Held = append(out.Held, name)
		}
		d.Files = append(d.Files, File{Name: name, Type: p.Type, Content: content})
	}
	out.Replaced = c.count
	if len(out.Held) > 0 {
		return out, nil
	}
	out.Raw = Compose(d)
	return out, nil
}

func (a Answering) private() []string {
	var out []string
	for _, s := range a.Private {
		if s = strings.ToLower(strings.TrimSpace(s)); strings.Contains(s, "@") && !strings.EqualFold(s, a.From.Address) {
			out = append(out, s)
		}
	}
	// The longest first, so that one that ends another is not cut out of it.
	slices.SortFunc(out, func(x, y string) int { return len(y) - len(x) })
	return out
}

// unmarked takes away what we put under the forwarded letter, in a quotation too: the marker and the lines after it
// in the same depth of quotation, and every line with a link that is the representative's alone.
func unmarked(text string, links []string) string {
	var out []string
	skip := -1
	for line := range strings.SplitSeq(text, "\n") {
		depth, rest := quoted(line)
		if skip >= 0 && depth >= skip && depth > 0 {
			continue
		}
		skip = -1
		if strings.Contains(rest, strings.TrimSpace(strings.TrimPrefix(Marker, "-- "))) {
			skip = max(depth, 1)
			continue
		}
		if slices.ContainsFunc(links, func(l string) bool { return l != "" && strings.Contains(line, l) }) {
			continue
		}
		out = append(out, line)
	}
	return strings.Join(out, "\n")
}

// quoted tells how deep a line is quoted, and what it says.
func quoted(line string) (int, string) {
	depth := 0
	for {
		line = strings.TrimLeft(line, " \t")
		if !strings.HasPrefix(line, ">") {
			return depth, line
		}
		line = line[1:]
		depth++
	}
}

// unsigned takes away the lines that the person has listed as their signature, and the mark before them.
func unsigned(text string, signatures []string) string {
	listed := map[string]bool{}
	for _, s := range signatures {
		for line := range strings.SplitSeq(s, "\n") {
			if line = plainLine(line); line != "" {
				listed[line] = true
			}
		}
	}
	if len(listed) == 0 {
		return text
	}
	var out []string
	for line := range strings.SplitSeq(text, "\n") {
		_, rest := quoted(line)
		if listed[plainLine(rest)] {
			if n := len(out); n > 0 && strings.TrimSpace(out[n-1]) == "--" {
				out = out[:n-1]
			}
			continue
		}
		out = append(out, line)
	}
	return strings.Join(out, "\n")
}

func plainLine(s string) string {
	return strings.ToLower(strings.Join(strings.Fields(s), " "))
}

// cleaner replaces private addresses by the official one, however they are written.
type cleaner struct {
	private  []string
	official string
	count    int
}

func (c *cleaner) clean(s string) string {
	for _, p := range c.private {
		for _, form := range forms(p) {
			lower, out, from := lowerASCII(s), strings.Builder{}, 0
			for at := 0; ; {
				i := strings.Index(lower[at:], form)
				if i < 0 {
					break
				}
				i += at
				if at = i + len(form); c.ours(lower, at) {
					continue
				}
				out.WriteString(s[from:i])
				out.WriteString(c.official)
				from = at
				c.count++
			}
			if from > 0 {
				out.WriteString(s[from:])
				s = out.String()
			}
		}
	}
	return s
}

// ours tells whether what ends here is the official address, which a private one may be the end of.
func (c *cleaner) ours(lower string, end int) bool {
	return strings.HasSuffix(lower[:end], lowerASCII(c.official))
}

// forms are the ways an address is written in letters: plain, in a link's coding, and with the sign spelled out.
func forms(p string) []string {
	local, domain, _ := strings.Cut(p, "@")
	return []string{p, local + "%40" + domain, local + "(at)" + domain, local + " (at) " + domain, local + "[at]" + domain, local + " [at] " + domain,
		local + " at " + domain, local + " @ " + domain, local + "&#64;" + domain, local + "=40" + domain}
}

// stands tells whether a private address can be read in a file's bytes: as they are, or with a zero byte between the letters (UTF-16).
// What is packed or drawn can't be searched this way: pictures and packed documents are the person's own to look at.
func (c *cleaner) stands(content []byte) bool {
	lower := bytes.ToLower(content)
	if len(lower) != len(content) {
		lower = []byte(lowerASCII(string(content)))
	}
	for _, p := range c.private {
		for _, form := range forms(p) {
			if bytes.Contains(lower, wide(form)) {
				return true
			}
			for at := 0; ; {
				i := bytes.Index(lower[at:], []byte(form))
				if i < 0 {
					break
				}
				if at += i + len(form); !c.ours(string(lower[max(0, at-254):at]), min(at, 254)) {
					return true
				}
			}
		}
	}
	return false
}

func wide(s string) []byte {
	out := make([]byte, 0, 2*len(s))
	for i := range len(s) {
		if i > 0 {
			out = append(out, 0)
		}
		out = append(out, s[i])
	}
	return out
}

// lowerASCII makes letters small without moving a byte.
func lowerASCII(s string) string {
	b := []byte(s)
	for i, c := range b {
		if c >= 'A' && c <= 'Z' {
			b[i] = c + 'a' - 'A'
		}
	}
	return string(b)
}
