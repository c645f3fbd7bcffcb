package web

import (
	"context"
	"net/http"
	"net/url"
	"slices"

	"varn/internal/domain/contact"
	"varn/internal/domain/directory"
	"varn/internal/kit/fault"
	"varn/internal/kit/locale"
	usecontact "varn/internal/usecase/contact"
	"varn/internal/usecase/once"
)

// contactWriteView (skriv) is the contact form: to one person, a body, or those who represent the visitor.
type contactWriteView struct {
	Form   *Form
	About  string
	Back   string
	Action string
	Many   int // to how many it goes
	Task   string
	Bits   int
	Closed bool
	Sent   string // the address that the link went to
	Link   string // in a demo, which mails nobody
}

func (contactWriteView) SampleForm() *Form { return contactForm() }

func contactForm() *Form {
	return NewForm(Text("name", "contact_write.name").Hint("contact_write.name-hint").Max(100).Complete("name"), Email("address", "contact_write.address").Hint("contact_write.address-hint").Complete("email"),
		Text("subject", "contact_write.subject").Max(contact.MaxSubject).Complete("off"), Area("text", "contact_write.text").Max(contact.MaxText).Tall(10),
		Carried("task"), Carried("answer"))
}

// addressee is whom a message is to.
type addressee struct {
	about, back string
	to          []contact.Target
}

// addressee reads out of the address whom the form is to.
func (s *Server) addressee(r *Request) (addressee, error) {
	p, err := s.public(r)
	if err != nil {
		return addressee{}, err
	}
	slug := r.Path("slug")
	switch {
	case r.Route.Name == "contact.write_body":
		if b, ok := p.Body(slug); ok && b.Letters {
			return addressee{b.Name, contactPath + "/organ/" + slug, []contact.Target{{Mailbox: b.Mailbox, Name: b.Name}}}, nil
		}
	case slug == "foretradare":
		return representing(p, r.Query("organ"), r.Query("valkrets"))
	default:
		if one, ok := p.Person(slug); ok && one.Letters {
			return addressee{one.Name, contactPath + "/" + slug, []contact.Target{{Mailbox: one.Mailbox, Name: one.Name}}}, nil
		}
	}
	return addressee{}, notHere()
}

// representing are those who sit in a body, from a district when it is named.
func representing(p directory.Public, slug, district string) (addressee, error) {
	b, ok := p.Body(slug)
	out := addressee{about: joined(b.Name, district), back: contactPath + "/foretradare"}
	for _, one := range p.People {
		if ok && one.Letters && (district == "" || one.District == district) && slices.ContainsFunc(one.Holds, func(h directory.Hold) bool { return h.Slug == slug }) && len(out.to) < contact.MaxTargets {
			out.to = append(out.to, contact.Target{Mailbox: one.Mailbox, Name: one.Name})
		}
	}
	if len(out.to) == 0 {
		return out, notHere()
	}
	return out, nil
}

// contactWrite shows the form, and takes what is written: it is kept sealed, and the sender gets a link.
func (s *Server) contactWrite(r *Request) error {
	to, err := s.addressee(r)
	if err != nil {
		return err
	}
	f := contactForm()
	view := contactWriteView{Form: f, About: to.about, Back: to.back, Action: r.HTTP.URL.RequestURI(), Many: len(to.to), Task: s.Desks.Contact.Task(r.Organisation.ID), Bits: usecontact.WorkBits}
	r.Title(r.Text("contact_write.heading", to.about))
	if r.HTTP.Method != http.MethodPost {
		open, err := s.Desks.Contact.Open(r.Context(), r.Organisation.ID)
		view.Closed = !open
		if err != nil {
			return err
		}
		return r.Page("contact_write.html", view)
	}
	if err := r.Read(f); err != nil {
		return err
	}
	if f.Failed() {
		return r.Page("contact_write.html", view)
	}
	m := contact.Message{To: to.to, About: to.about, Name: f.Text("name"), From: f.Text("address"), Subject: f.Text("subject"), Text: f.Text("text"), Lang: string(r.Lang)}
	worked := s.Desks.Contact.Worked(r.Organisation.ID, f.Text("task"), f.Text("answer"))
	ask := once.Ask{Org: r.Organisation.ID, Scope: "contact " + r.HTTP.URL.Path, Key: f.Once(), Body: []byte(m.From + "\x00" + m.Subject + "\x00" + m.Text)}
	link, _, err := s.Desks.Once.Do(r.Context(), ask, func(ctx context.Context) ([]byte, error) {
		link, err := s.Desks.Contact.Submit(ctx, usecontact.Sending{Org: r.Organisation.ID, From: s.Desks.From(r.HTTP), Message: m, Worked: worked})
		return []byte(link), err
	})
	switch {
	case err == nil:
		view.Sent, view.Link = m.From, string(link)
		r.Title(r.Text("contact_write.sent"))
	case fault.Is(err, fault.Busy) || fault.Is(err, fault.Unavailable):
		f.Fail("", locale.Key(fault.Of(err).Code)) // what was written stays on the page
		r.Status(http.StatusTooManyRequests)
	case !f.Take(err):
		return err
	}
	return r.Page("contact_write.html", view)
}

// contactMineView lists bodies and districts, for who does not know the names of those who represent them.
type contactMineView struct{ Bodies []mineLine }

type mineLine struct {
	Name, Href string
	People     int
	Districts  []mineLine
}

func (s *Server) contactMine(r *Request) error {
	p, err := s.public(r)
	if err != nil {
		return err
	}
	view := contactMineView{}
	for _, b := range p.Bodies {
		line := mineLine{Name: b.Name, Href: contactPath + "/foretradare/skriv?organ=" + url.QueryEscape(b.Slug)}
		counts := map[string]int{}
		for _, one := range p.People {
			if one.Letters && slices.ContainsFunc(one.Holds, func(h directory.Hold) bool { return h.Slug == b.Slug }) {
				line.People++
				counts[one.District]++
			}
		}
		for _, one := range p.People {
			if n := counts[one.District]; n > 0 && one.District != "" {
				line.Districts = append(line.Districts, mineLine{Name: one.District, Href: line.Href + "&valkrets=" + url.QueryEscape(one.District), People: n})
				counts[one.District] = 0
			}
		}
		if line.People > 0 {
			view.Bodies = append(view.Bodies, line)
		}
	}
	return r.Page("contact_mine.html", view)
}

// contactConfirmView asks the sender to confirm, and says what happens next.
type contactConfirmView struct {
	About, Action string
	Done, Old     bool
}

// contactConfirm shows a button, so that a program that only looks at links confirms nothing; the button confirms.
func (s *Server) contactConfirm(r *Request) error {
	secret := r.Path("token")
	view := contactConfirmView{Action: contactPath + "/bekrafta/" + secret}
	act := s.Desks.Contact.Waiting
	if r.HTTP.Method == http.MethodPost {
		act = s.Desks.Contact.Confirm
		view.Done = true
	}
	about, err := act(r.Context(), r.Organisation.ID, secret)
	if fault.Is(err, fault.NotFound) || fault.Is(err, fault.Conflict) {
		r.Status(http.StatusNotFound)
		return r.Page("contact_confirm.html", contactConfirmView{Old: true})
	}
	if err != nil {
		return err
	}
	view.About = about
	r.back = contactPath // the address holds the secret: nothing on the page repeats it but the form
	return r.Page("contact_confirm.html", view)
}
