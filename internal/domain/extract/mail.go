package extract

import (
	"bytes"
	"strings"

	"varn/internal/domain/letter"
)

// mail reads a message: its header lines, its texts, and its files each as if it came alone.
func (r *reading) mail(content []byte, depth int) {
	l, err := letter.Read(content)
	if err != nil {
		r.part(Part{Place: PlaceText, Text: whole(content, "")})
		r.unread(0, 1, WhyDamaged)
		return
	}
	named := func(name, value string) {
		if strings.TrimSpace(value) != "" {
			r.part(Part{Place: PlaceMetadata, Name: name, Text: name + ": " + value})
		}
	}
	for _, name := range []string{"From", "Sender", "Reply-To", "To", "Cc", "Bcc", "Subject", "Date", "Received", "X-Originating-IP", "Return-Path", "Disposition-Notification-To", "Comments", "Keywords", "Organization"} {
		for _, f := range l.Header {
			if strings.EqualFold(f.Name, name) {
				named(name, f.Text())
			}
		}
	}
	for _, name := range []string{"X-Mailer", "User-Agent"} {
		r.fact(FactSoftware, name, l.Header.Get(name))
	}
	for _, p := range l.Parts {
		b, cut := p.Content(MaxContent)
		switch {
		case cut:
			r.unread(0, 1, WhyTooLarge)
		case !p.Attached && p.Type == "text/html":
			links, _ := HTML(bytes.NewReader(b), p.Charset(), r.part)
			for _, link := range links {
				r.link(link)
			}
		case !p.Attached:
			r.part(Part{Place: PlaceText, Text: whole(b, p.Charset())})
		default:
			r.part(Part{Place: PlaceAttachment, Text: p.Name})
			name := p.Name
			if name == "" && p.Type == "message/rfc822" {
				name = "mejl.eml"
			}
			if r.left -= int64(len(b)); r.left < 0 {
				r.unread(0, 1, WhyTooLarge)
				return
			}
			r.inside(name, p.Type, b, depth)
		}
	}
	if l.More > 0 {
		r.unread(0, l.More, WhyTooLarge)
	}
}
