package web

import (
	"net/http"
	"strings"
	"time"

	"varn/internal/domain/directory"
	"varn/internal/kit/fault"
	"varn/internal/kit/locale"
)

const contactPath = "/kontakt"

// contactView (kontakt) is the public directory: bodies and people.
type contactView struct {
	Query  string
	Asked  bool
	Bodies []directory.PublicBody
	People []directory.Person
	Groups []contactGroup // people by the first letter, when nothing is searched for
	Empty  bool
}

// contactGroup is a letter with those whose names begin with it.
type contactGroup struct {
	Letter string
	People []directory.Person
}

func (s *Server) contact(r *Request) error {
	p, err := s.public(r)
	if err != nil {
		return err
	}
	q := r.Query("q")
	view := contactView{Query: q, Asked: strings.TrimSpace(q) != "", Bodies: p.Bodies, People: p.People}
	if view.Asked {
		view.People, view.Bodies = p.Search(q)
	} else {
		view.Groups = lettered(p.People)
	}
	view.Empty = len(view.People)+len(view.Bodies) == 0
	return r.Page("contact.html", view)
}

// lettered puts people who are in order under the first letters of their surnames.
func lettered(all []directory.Person) []contactGroup {
	var out []contactGroup
	for _, p := range all {
		letter := "–"
		if words := strings.Fields(p.Name); len(words) > 0 {
			letter = strings.ToUpper(string([]rune(words[len(words)-1])[0]))
		}
		if len(out) == 0 || out[len(out)-1].Letter != letter {
			out = append(out, contactGroup{Letter: letter})
		}
		last := &out[len(out)-1]
		last.People = append(last.People, p)
	}
	return out
}

func (s *Server) public(r *Request) (directory.Public, error) {
	if r.Organisation.ID == "" {
		return directory.Public{}, nil
	}
	return s.Desks.Directory.Public(r.Context(), r.Organisation.ID)
}

// contactBodyView is a body with its members.
type contactBodyView struct {
	directory.PublicBody
	Write string
}

func (s *Server) contactBody(r *Request) error {
	p, err := s.public(r)
	if err != nil {
		return err
	}
	b, ok := p.Body(r.Path("slug"))
	if !ok {
		return s.unknown(r)
	}
	r.Title(b.Name)
	return r.Page("contact_body.html", contactBodyView{b, contactPath + "/organ/" + b.Slug + "/skriv"})
}

// contactPersonView is one person as the public sees them, or the pointer that their address has left.
type contactPersonView struct {
	directory.Person
	Write string
	Gone  bool
	Turn  []directory.Hold
}

func (s *Server) contactPerson(r *Request) error {
	p, err := s.public(r)
	if err != nil {
		return err
	}
	slug := r.Path("slug")
	if one, ok := p.Person(slug); ok {
		r.Title(one.Name)
		return r.Page("contact_person.html", contactPersonView{Person: one, Write: contactPath + "/" + slug + "/skriv"})
	}
	gone, ok := p.Pointer(slug)
	if !ok {
		return s.unknown(r)
	}
	r.Title(r.Text("contact_person.gone"))
	r.Status(http.StatusGone)
	return r.Page("contact_person.html", contactPersonView{Gone: true, Turn: gone.Bodies})
}

// contactPart is what belongs to a person's page: the photo, the card.
func (s *Server) contactPart(r *Request) error {
	if r.Path("act") == "skriv" {
		return s.contactWrite(r)
	}
	if r.HTTP.Method == http.MethodPost {
		return s.unknown(r)
	}
	p, err := s.public(r)
	if err != nil {
		return err
	}
	one, ok := p.Person(r.Path("slug"))
	if !ok {
		return s.unknown(r)
	}
	switch r.Path("act") {
	case "bild.jpg":
		return s.publicPhoto(r, directory.Large)
	case "liten.jpg":
		return s.publicPhoto(r, directory.Small)
	case "kort.vcf":
		return r.attached("text/vcard; charset=utf-8", one.Slug+".vcf", directory.VCard([]directory.Person{one}, s.exportAbout(r)))
	}
	return s.unknown(r)
}

// exportAbout says in exports whose directory it is.
func (s *Server) exportAbout(r *Request) directory.About {
	return directory.About{Name: r.Organisation.Name, Origin: strings.TrimSuffix(s.Desks.Origin, "/"), Lang: string(r.Lang)}
}

// attached answers with a file to be saved.
func (r *Request) attached(kind, name string, body []byte) error {
	h := r.W.Header()
	h.Set("Content-Type", kind)
	h.Set("Content-Disposition", `attachment; filename="`+name+`"`)
	_, _ = r.W.Write(body)
	return nil
}

// registerDay is a day of the register as the page says it; empty for an open one.
func registerDay(l locale.Lang, d directory.Day) string {
	t, err := time.ParseInLocation(time.DateOnly, string(d), locale.Zone())
	if err != nil {
		return ""
	}
	return l.Day(t)
}

// notHere is NotFound for who asks for what is not theirs to know of.
func notHere() error { return fault.New(fault.NotFound, "fault.not-found") }
