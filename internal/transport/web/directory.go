package web

import (
	"cmp"
	"context"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"varn/internal/domain/directory"
	"varn/internal/domain/person"
	"varn/internal/kit/locale"
	usedirectory "varn/internal/usecase/directory"
)

const (
	directoryPath  = "/katalog"
	keptPersonPath = directoryPath + "/person/"
	keptBodyPath   = directoryPath + "/organ/"
	policyPath     = directoryPath + "/policy"
)

// directoryView (katalog) is the register as its keepers see it.
type directoryView struct {
	Form    *Form
	Bodies  []bodyLine
	Table   Table
	Count   int
	Ended   bool // those who have left are shown
	Decides bool
}

func (directoryView) SampleForm() *Form { return directorySearch() }

type bodyLine struct {
	Name, Href, Policy string
	Kind               locale.Key
	People             int
	Exposed, Letters   bool
	Decides            bool
}

func directorySearch() *Form {
	return NewForm(Search("q", "directory.search"), Check("borta", "directory.ended"))
}

func (s *Server) directory(r *Request) error {
	v, err := s.Desks.Directory.Read(r.Context(), r.Session)
	if err != nil {
		return err
	}
	g, on := v.Register, s.registerDate()
	view := directoryView{Form: directorySearch().Set("q", r.Query("q")).Set("borta", r.Query("borta")), Ended: r.Query("borta") != "", Decides: decides(r.Session)}
	for _, b := range g.Bodies {
		if b.Ended != 0 {
			continue
		}
		line := bodyLine{Name: b.Name, Href: keptBodyPath + b.ID, Policy: policyPath + "/organ/" + b.ID, Kind: locale.Key(b.Kind.Term()), Exposed: b.Exposed, Letters: b.Letters, Decides: view.Decides}
		for _, a := range g.Assignments {
			if a.In == b.ID && a.Holds(on) {
				line.People++
			}
		}
		view.Bodies = append(view.Bodies, line)
	}
	slices.SortFunc(view.Bodies, func(a, b bodyLine) int { return cmp.Compare(directory.Sorted(a.Name), directory.Sorted(b.Name)) })
	view.Table, view.Count = representatives(r, g, on, view.Ended)
	return r.Page("directory.html", view)
}

// representatives are those of the register whose words hold what is searched for.
func representatives(r *Request, g *directory.Register, on directory.Day, ended bool) (Table, int) {
	all := slices.Clone(g.Representatives)
	slices.SortFunc(all, func(a, b directory.Representative) int {
		return cmp.Compare(directory.BySurname(a.Name), directory.BySurname(b.Name))
	})
	words := strings.Fields(strings.ToLower(r.Query("q")))
	t := Table{Columns: []string{r.Text("directory.name"), r.Text("directory.assignments"), r.Text("directory.address"), r.Text("directory.state")}}
	for _, one := range all {
		held := assignmentsOf(g, one.ID, on)
		text := strings.ToLower(strings.Join([]string{one.Name, one.Party, one.Address, held}, " "))
		hit := ended == (one.Ended != 0)
		for _, w := range words {
			hit = hit && strings.Contains(text, w)
		}
		if !hit {
			continue
		}
		state, color := representativeState(one)
		t.Rows = append(t.Rows, Row{{Text: one.Name, Href: keptPersonPath + one.ID}, {Text: joined(one.Party, held)}, {Text: one.Address}, {Text: r.Text(state), Color: color}})
	}
	t.Caption = r.Count("directory.caption", len(t.Rows))
	return t, len(t.Rows)
}

func assignmentsOf(g *directory.Register, id string, on directory.Day) string {
	var all []string
	for _, a := range g.Holds(id, on) {
		b, _ := g.Body(a.In)
		all = append(all, a.Role+", "+b.Name)
	}
	return joinedBy("; ", all)
}

// representativeState is how a representative stands in the register.
func representativeState(one directory.Representative) (locale.Key, string) {
	switch {
	case one.Ended != 0:
		return "directory.left", "neutral"
	case one.Protection != directory.Open:
		return "directory.protected", "info"
	case one.Person == "":
		return "directory.no-account", "warning"
	}
	return "directory.with-account", "success"
}

// registerDate is the day in Sweden as the register writes it.
func (s *Server) registerDate() directory.Day {
	return directory.Day(s.Clock.Now().In(locale.Zone()).Format("2006-01-02"))
}

// directoryOneView is one representative as their keepers see them: never more than what the public and the
// person themselves see, but for how it is kept.
type directoryOneView struct {
	Name, Href, Address, Party, Public string
	Protection                         locale.Key
	Account, Shown, Ended              bool
	Pointer                            string
	Seats                              []assignmentLine
	Fields                             []fieldLine
	Never                              []locale.Key
}

type assignmentLine struct {
	Body, Role, From, Until, End string
	Over                         bool
}

func (s *Server) directoryOne(r *Request) error {
	m, err := s.Desks.Directory.About(r.Context(), r.Session, r.Path("id"))
	if err != nil {
		return err
	}
	v, err := s.Desks.Directory.Read(r.Context(), r.Session)
	if err != nil {
		return err
	}
	one := m.Representative
	view := directoryOneView{Name: one.Name, Href: keptPersonPath + one.ID, Address: one.Address, Party: one.Party, Public: contactPath + "/" + one.Slug, Account: one.Person != "", Shown: m.Shown, Ended: one.Ended != 0}
	if one.Protection != directory.Open {
		view.Protection = locale.Key(one.Protection.Term())
	}
	if view.Ended {
		view.Pointer = r.Lang.Day(one.Until.Time())
	}
	for _, a := range v.Register.Assignments {
		if a.Of != one.ID {
			continue
		}
		b, _ := v.Register.Body(a.In)
		view.Seats = append(view.Seats, assignmentLine{Body: b.Name, Role: a.Role, From: registerDay(r.Lang, a.From), Until: registerDay(r.Lang, a.Until), Over: a.Over(s.registerDate()), End: view.Href + "/uppdrag/" + a.ID})
	}
	view.Fields, view.Never = fieldLines(m)
	r.Title(one.Name)
	return r.Page("directory_one.html", view)
}

// directoryEnd asks, and ends a representative's time in the directory.
func (s *Server) directoryEnd(r *Request) error {
	id := r.Path("id")
	if r.HTTP.Method == http.MethodPost {
		if err := s.Desks.Directory.End(r.Context(), r.Session, id); err != nil {
			return err
		}
		return r.Redirect(directoryPath)
	}
	m, err := s.Desks.Directory.About(r.Context(), r.Session, id)
	if err != nil {
		return err
	}
	v, err := s.Desks.Directory.Read(r.Context(), r.Session)
	if err != nil {
		return err
	}
	days := strconv.Itoa(int(v.Register.Settings.Pointer().Hours() / 24))
	return r.Page("confirm.html", Confirm{Heading: r.Text("directory.end-title", m.Representative.Name), Text: r.Text("directory.end-text", days),
		Action: keptPersonPath + id + "/avsluta", Button: r.Text("directory.end-button"), Danger: true, Back: keptPersonPath + id})
}

// directoryBodyEnd asks, and takes a body out of the directory.
func (s *Server) directoryBodyEnd(r *Request) error {
	id := r.Path("id")
	if r.HTTP.Method == http.MethodPost {
		if err := s.Desks.Directory.EndBody(r.Context(), r.Session, id); err != nil {
			return err
		}
		return r.Redirect(directoryPath)
	}
	v, err := s.Desks.Directory.Read(r.Context(), r.Session)
	if err != nil {
		return err
	}
	b, ok := v.Register.Body(id)
	if !ok {
		return notHere()
	}
	return r.Page("confirm.html", Confirm{Heading: r.Text("directory.body-end-title", b.Name), Text: r.Text("directory.body-end-text"),
		Action: keptBodyPath + id + "/avsluta", Button: r.Text("directory.body-end-button"), Danger: true, Back: keptBodyPath + id})
}

func toDirectory(*Request) string    { return directoryPath }
func toKeptPerson(r *Request) string { return keptPersonPath + r.Path("id") }
func toPolicy(*Request) string       { return policyPath }

// bodyOptions are the bodies that there are.
func bodyOptions(g *directory.Register) []Option {
	var out []Option
	for _, b := range g.Bodies {
		if b.Ended == 0 {
			out = append(out, Option{Value: b.ID, Text: b.Name})
		}
	}
	return out
}

// accountOptions are the accounts that can be given to a representative or a body.
func (s *Server) accountOptions(r *Request) ([]Option, error) {
	all, err := s.Desks.Directory.Accounts(r.Context(), r.Session)
	if err != nil {
		return nil, err
	}
	var out []Option
	for _, p := range all {
		if p.State != person.Left {
			out = append(out, Option{Value: p.ID, Text: joined(p.Name, p.Title)})
		}
	}
	return out, nil
}

func seatFields(bodies []Option) []*Field {
	return []*Field{Select("body", "directory.body-label", bodies...), Text("role", "directory.role").Hint("directory.role-hint").Max(100),
		Date("from", "directory.from").Optional(), Date("until", "directory.until").Hint("directory.until-hint").Optional()}
}

func seatIn(f *Form) usedirectory.Seat {
	return usedirectory.Seat{Body: f.Text("body"), Role: f.Text("role"), From: directory.Day(f.Text("from")), Until: directory.Day(f.Text("until"))}
}

// onBoardFiling enters a representative.
func onBoardFiling() filingAct {
	return filingAct{title: "directory.new", lead: "directory.new-text", button: "directory.new-button", back: toDirectory,
		form: func(s *Server, r *Request) (*Form, string, error) {
			v, err := s.Desks.Directory.Read(r.Context(), r.Session)
			if err != nil {
				return nil, "", err
			}
			accounts, err := s.accountOptions(r)
			if err != nil {
				return nil, "", err
			}
			fields := append([]*Field{Text("name", "directory.name").Hint("directory.name-hint").Complete("off"),
				Select("protection", "directory.level", protectionOptions()...).Optional(), Text("party", "directory.party").Optional(), Text("district", "directory.district").Optional(),
				Select("person", "directory.account").Hint("directory.account-hint").Optional().From(accounts)}, seatFields(bodyOptions(v.Register))...)
			f := NewForm(fields...)
			if terms := v.Register.Settings.Terms; len(terms) > 0 {
				last := terms[len(terms)-1]
				f.Set("from", string(last.From)).Set("until", string(last.Until))
			}
			return f, "", nil
		},
		do: func(ctx context.Context, s *Server, r *Request, f *Form) (string, error) {
			one := directory.Representative{Name: f.Text("name"), Party: f.Text("party"), District: f.Text("district"), Protection: directory.Protection(f.Text("protection"))}
			one.Person = f.Text("person")
			id, err := s.Desks.Directory.OnBoard(ctx, r.Session, one, []usedirectory.Seat{seatIn(f)})
			return keptPersonPath + id, err
		}}
}

func protectionOptions() []Option {
	var out []Option
	for _, p := range directory.Protections()[1:] {
		out = append(out, Option{Value: string(p), Key: locale.Key(p.Term())})
	}
	return out
}

// changeFiling edits a representative.
func changeFiling() filingAct {
	return filingAct{title: "directory.change", lead: "directory.change-text", button: "directory.save", back: toKeptPerson,
		form: func(s *Server, r *Request) (*Form, string, error) {
			m, err := s.Desks.Directory.About(r.Context(), r.Session, r.Path("id"))
			if err != nil {
				return nil, "", err
			}
			one := m.Representative
			f := NewForm(Text("name", "directory.name").Complete("off"), Text("party", "directory.party").Optional(), Text("district", "directory.district").Optional(),
				Phone("phone", "directory.phone").Hint("directory.phone-hint").Optional(), Text("link", "directory.link-label").Hint("directory.link-hint").Max(500).Optional())
			f.Set("name", one.Name).Set("party", one.Party).Set("district", one.District).Set("phone", one.Phone).Set("link", one.Link)
			return f.Seen(strconv.FormatInt(one.Version, 10)), one.Name, nil
		},
		do: func(ctx context.Context, s *Server, r *Request, f *Form) (string, error) {
			return "", s.Desks.Directory.Change(ctx, r.Session, r.Path("id"), directory.Representative{Name: f.Text("name"), Party: f.Text("party"), District: f.Text("district"), Phone: f.Text("phone"), Link: f.Text("link")}, versionOf(f))
		}}
}

func versionOf(f *Form) int64 {
	n, _ := strconv.ParseInt(f.Version(), 10, 64)
	return n
}

// assignFiling gives one more assignment, assignEndFiling ends one.
func assignFiling() filingAct {
	return filingAct{title: "directory.assign", lead: "directory.assign-text", button: "directory.assign-button", back: toKeptPerson,
		form: func(s *Server, r *Request) (*Form, string, error) {
			m, err := s.Desks.Directory.About(r.Context(), r.Session, r.Path("id"))
			if err != nil {
				return nil, "", err
			}
			v, err := s.Desks.Directory.Read(r.Context(), r.Session)
			if err != nil {
				return nil, "", err
			}
			return NewForm(seatFields(bodyOptions(v.Register))...), m.Representative.Name, nil
		},
		do: func(ctx context.Context, s *Server, r *Request, f *Form) (string, error) {
			return "", s.Desks.Directory.Assign(ctx, r.Session, r.Path("id"), seatIn(f))
		}}
}

func assignEndFiling() filingAct {
	return filingAct{title: "directory.assign-end", lead: "directory.assign-end-text", button: "directory.assign-end-button", back: toKeptPerson,
		form: func(s *Server, r *Request) (*Form, string, error) {
			m, err := s.Desks.Directory.About(r.Context(), r.Session, r.Path("id"))
			if err != nil {
				return nil, "", err
			}
			v, err := s.Desks.Directory.Read(r.Context(), r.Session)
			if err != nil {
				return nil, "", err
			}
			about := ""
			for _, a := range v.Register.Assignments {
				if b, _ := v.Register.Body(a.In); a.ID == r.Path("assignment") && a.Of == m.Representative.ID {
					about = m.Representative.Name + ": " + a.Role + ", " + b.Name
				}
			}
			if about == "" {
				return nil, "", notHere()
			}
			return NewForm(Date("last", "directory.last")).Set("last", string(s.registerDate())), about, nil
		},
		do: func(ctx context.Context, s *Server, r *Request, f *Form) (string, error) {
			return "", s.Desks.Directory.EndAssignment(ctx, r.Session, r.Path("id"), r.Path("assignment"), directory.Day(f.Text("last")))
		}}
}

// linkFiling says whose account reads the letters.
func linkFiling() filingAct {
	return filingAct{title: "directory.link", lead: "directory.link-text", button: "directory.link-button", back: toKeptPerson,
		form: func(s *Server, r *Request) (*Form, string, error) {
			m, err := s.Desks.Directory.About(r.Context(), r.Session, r.Path("id"))
			if err != nil {
				return nil, "", err
			}
			accounts, err := s.accountOptions(r)
			if err != nil {
				return nil, "", err
			}
			return NewForm(Select("person", "directory.account", accounts...)).Seen(strconv.FormatInt(m.Representative.Version, 10)), m.Representative.Name, nil
		},
		do: func(ctx context.Context, s *Server, r *Request, f *Form) (string, error) {
			return "", s.Desks.Directory.Link(ctx, r.Session, r.Path("id"), f.Text("person"), versionOf(f))
		}}
}

// protectFiling gives protected personal data, another level, or none.
func protectFiling() filingAct {
	return filingAct{title: "directory.protect", lead: "directory.protect-text", button: "directory.protect-button", back: toKeptPerson,
		form: func(s *Server, r *Request) (*Form, string, error) {
			m, err := s.Desks.Directory.About(r.Context(), r.Session, r.Path("id"))
			if err != nil {
				return nil, "", err
			}
			one := m.Representative
			none := Option{Value: "NONE", Key: locale.Key(directory.Open.Term()), Hint: locale.Key(directory.Open.Term() + "-text")}
			levels := []Option{none}
			for _, p := range directory.Protections()[1:] {
				levels = append(levels, Option{Value: string(p), Key: locale.Key(p.Term()), Hint: locale.Key(p.Term() + "-text")})
			}
			f := NewForm(Radios("level", "directory.level", levels...), Text("name", "directory.alias").Hint("directory.alias-hint").Complete("off"))
			f.Set("level", cmp.Or(string(one.Protection), "NONE"))
			if one.Protection != directory.Open {
				f.Set("name", one.Name)
			}
			return f.Seen(strconv.FormatInt(one.Version, 10)), one.Name, nil
		},
		do: func(ctx context.Context, s *Server, r *Request, f *Form) (string, error) {
			level := directory.Protection(f.Text("level"))
			if level == "NONE" {
				level = directory.Open
			}
			return "", s.Desks.Directory.Protect(ctx, r.Session, r.Path("id"), f.Text("name"), level, versionOf(f))
		}}
}

func bodyFields(authorities, accounts []Option) []*Field {
	var kinds []Option
	for _, k := range directory.BodyKinds() {
		kinds = append(kinds, Option{Value: string(k), Key: locale.Key(k.Term())})
	}
	out := []*Field{Text("name", "directory.body-name"), Select("kind", "directory.body-kind", kinds...)}
	if authorities != nil {
		out = append(out, Select("authority", "directory.authority", authorities...).Hint("directory.authority-hint"))
	}
	return append(out, Area("text", "directory.body-text").Max(1000).Tall(3).Optional(), Check("exposed", "directory.exposed").Hint("directory.exposed-hint"),
		Check("letters", "directory.letters").Hint("directory.letters-hint"), Select("person", "directory.reader", accounts...).Hint("directory.reader-hint").Optional())
}

func bodyOf(f *Form) directory.Body {
	b := directory.Body{Name: f.Text("name"), Kind: directory.BodyKind(f.Text("kind")), Text: f.Text("text"), Exposed: f.Checked("exposed"), Letters: f.Checked("letters")}
	b.Person = f.Text("person")
	return b
}

// newBodyFiling enters a body, bodyFiling edits one.
func newBodyFiling() filingAct {
	return filingAct{title: "directory.body-new", lead: "directory.body-new-text", button: "directory.body-new-button", back: toDirectory,
		form: func(s *Server, r *Request) (*Form, string, error) {
			authorities, err := s.Desks.People.Authorities(r.Context(), r.Session)
			if err != nil {
				return nil, "", err
			}
			accounts, err := s.accountOptions(r)
			if err != nil {
				return nil, "", err
			}
			options := []Option{}
			for _, a := range authorities {
				options = append(options, Option{Value: a.ID, Text: a.Name})
			}
			return NewForm(bodyFields(options, accounts)...).Set("letters", "1"), "", nil
		},
		do: func(ctx context.Context, s *Server, r *Request, f *Form) (string, error) {
			b := bodyOf(f)
			b.Authority = f.Text("authority")
			_, err := s.Desks.Directory.EnterBody(ctx, r.Session, b)
			return directoryPath, err
		}}
}

func bodyFiling() filingAct {
	return filingAct{title: "directory.body-change", lead: "directory.body-change-text", button: "directory.save", back: toDirectory,
		form: func(s *Server, r *Request) (*Form, string, error) {
			v, err := s.Desks.Directory.Read(r.Context(), r.Session)
			if err != nil {
				return nil, "", err
			}
			b, ok := v.Register.Body(r.Path("id"))
			if !ok || b.Ended != 0 {
				return nil, "", notHere()
			}
			accounts, err := s.accountOptions(r)
			if err != nil {
				return nil, "", err
			}
			fields := bodyFields(nil, accounts)
			if b.Mailbox != "" { // who reads what comes is given once
				fields = fields[:len(fields)-1]
			}
			f := NewForm(fields...).Set("name", b.Name).Set("kind", string(b.Kind)).Set("text", b.Text)
			for name, yes := range map[string]bool{"exposed": b.Exposed, "letters": b.Letters} {
				if yes {
					f.Set(name, "1")
				}
			}
			return f.Seen(strconv.FormatInt(b.Version, 10)), b.Name, nil
		},
		do: func(ctx context.Context, s *Server, r *Request, f *Form) (string, error) {
			b := directory.Body{Name: f.Text("name"), Kind: directory.BodyKind(f.Text("kind")), Text: f.Text("text"), Exposed: f.Checked("exposed"), Letters: f.Checked("letters")}
			if slices.ContainsFunc(f.Fields(), func(x *Field) bool { return x.Name == "person" }) {
				b.Person = f.Text("person")
			}
			return "", s.Desks.Directory.ChangeBody(ctx, r.Session, r.Path("id"), b, versionOf(f))
		}}
}
