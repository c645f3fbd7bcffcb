package web

import (
	"varn/internal/domain/directory"
	"varn/internal/kit/fault"
	"varn/internal/kit/locale"
	usedirectory "varn/internal/usecase/directory"
)

const ownEntryPath = "/mina-uppgifter"

// ownEntryView (mina uppgifter) is what the public sees of oneself, field by field, with who decided it.
type ownEntryView struct {
	Missing   bool // the visitor is not in the register
	Shown     bool
	Protected locale.Key
	Href      string // of the public page
	Public    directory.Person
	Fields    []fieldLine
	Never     []locale.Key
	History   []consentLine
	Once      *Form
}

func (ownEntryView) SampleForm() *Form { return NewForm() }

// fieldLine is one field as it stands.
type fieldLine struct {
	Field            string
	Name, Rule, Why  locale.Key
	Body, Value      string
	Published, Asked bool
	Consented        bool
	Missing          bool // nothing is held
}

// consentLine is one consent with when it was given and withdrawn.
type consentLine struct {
	Name             locale.Key
	Given, Withdrawn string
}

func (s *Server) ownEntry(r *Request) error {
	m, err := s.Desks.Directory.Mine(r.Context(), r.Session)
	if fault.Is(err, fault.NotFound) {
		return r.Page("own_entry.html", ownEntryView{Missing: true, Once: NewForm()})
	}
	if err != nil {
		return err
	}
	view := ownEntryView{Shown: m.Shown, Public: m.Public, Href: contactPath + "/" + m.Representative.Slug, Once: NewForm()}
	if m.Representative.Protection != directory.Open {
		view.Protected = locale.Key(m.Representative.Protection.Term())
	}
	view.Fields, view.Never = fieldLines(m)
	for _, c := range m.Consents {
		line := consentLine{Name: locale.Key(c.Field.Term()), Given: r.Lang.Moment(c.Created.Time())}
		if c.Ended != 0 {
			line.Withdrawn = r.Lang.Moment(c.Ended.Time())
		}
		view.History = append(view.History, line)
	}
	return r.Page("own_entry.html", view)
}

// fieldLines says what holds of each field: those that the register holds, and the names of the rest.
func fieldLines(m usedirectory.Mine) (lines []fieldLine, never []locale.Key) {
	for _, d := range m.Decisions {
		if d.Rule == directory.Never && !d.Held {
			never = append(never, locale.Key(d.Field.Term()))
			continue
		}
		lines = append(lines, fieldLine{Field: string(d.Field), Name: locale.Key(d.Field.Term()), Rule: locale.Key(d.Rule.Term()), Why: locale.Key(d.Why.Term()), Body: d.Body,
			Value: valueOf(m, d), Published: d.Published, Asked: d.Asked, Consented: d.Consented, Missing: !d.Held})
	}
	return lines, never
}

// valueOf is what the register holds of a field, for the person themselves and who keeps the register.
func valueOf(m usedirectory.Mine, d directory.Decision) string {
	r := m.Representative
	switch d.Field {
	case directory.Name:
		return r.Name
	case directory.Party:
		return r.Party
	case directory.Contact:
		return r.Address
	case directory.Phone:
		return r.Phone
	case directory.Link:
		return r.Link
	case directory.Assignments:
		var all []string
		for _, h := range m.Public.Holds {
			all = append(all, h.Role+", "+h.Body)
		}
		return joinedBy("; ", all)
	}
	return ""
}

func joinedBy(between string, all []string) string {
	out := ""
	for i, s := range all {
		if i > 0 {
			out += between
		}
		out += s
	}
	return out
}

func consentForm() *Form {
	return NewForm(Carried("field"), Carried("answer"))
}

// ownConsent gives or withdraws a consent of one's own.
func (s *Server) ownConsent(r *Request) error {
	f := consentForm()
	if err := r.Read(f); err != nil {
		return err
	}
	act := s.Desks.Directory.WithdrawConsent
	if f.Text("answer") == "ja" {
		act = s.Desks.Directory.GiveConsent
	}
	if err := act(r.Context(), r.Session, directory.Field(f.Text("field"))); err != nil {
		return err
	}
	return r.Redirect(ownEntryPath)
}
