package directory

import (
	"cmp"
	"slices"
	"strings"

	"varn/internal/kit/clock"
	"varn/internal/kit/code"
)

// Register (förtroendevaldaregister) is everything that is known, opened.
type Register struct {
	Settings        Settings
	Bodies          []Body
	Representatives []Representative
	Assignments     []Assignment
	Policies        []Decided // oldest first
	Consents        []Given
	Portraits       []Portrait
	Snapshots       []Snapshot // newest first
}

// Why (varför) is what decided about a field.
type Why string

// The reasons.
const (
	ByDefault    Why = "DEFAULT"    // nothing else is decided
	ByPolicy     Why = "POLICY"     // the organisation's own policy
	ByBody       Why = "BODY"       // a stricter policy of a body
	ByProtection Why = "PROTECTION" // protected personal data
)

// Whys lists every reason.
func Whys() []Why { return []Why{ByDefault, ByPolicy, ByBody, ByProtection} }

// Term is the key of a reason's text.
func (w Why) Term() string { return code.Term("directory.why", w) }

// Decision is what holds for one field of one representative.
type Decision struct {
	Field     Field
	Rule      Rule
	Why       Why
	Body      string // whose policy, when ByBody
	Asked     bool   // the person's consent decides
	Consented bool
	Held      bool // there is something to publish
	Published bool
}

// Policy gives the policy in force for a body, or the organisation's own (empty): the newest decided.
func (g *Register) Policy(body string) Policy {
	for _, d := range slices.Backward(g.Policies) {
		if d.Of == body {
			return d.Policy
		}
	}
	return nil
}

// Body finds a body by its id.
func (g *Register) Body(id string) (Body, bool) {
	i := slices.IndexFunc(g.Bodies, func(b Body) bool { return b.ID == id })
	if i < 0 {
		return Body{}, false
	}
	return g.Bodies[i], true
}

// Representative finds one by their id.
func (g *Register) Representative(id string) (Representative, bool) {
	i := slices.IndexFunc(g.Representatives, func(r Representative) bool { return r.ID == id })
	if i < 0 {
		return Representative{}, false
	}
	return g.Representatives[i], true
}

// Holds lists what a representative holds on a day, in bodies that still are.
func (g *Register) Holds(representative string, on Day) []Assignment {
	var out []Assignment
	for _, a := range g.Assignments {
		if b, ok := g.Body(a.In); a.Of == representative && a.Holds(on) && ok && b.Ended == 0 {
			out = append(out, a)
		}
	}
	return out
}

// Portrait gives a representative's newest photo.
func (g *Register) Portrait(representative string) (Portrait, bool) {
	for _, p := range slices.Backward(g.Portraits) {
		if p.Of == representative && p.Ended == 0 {
			return p, true
		}
	}
	return Portrait{}, false
}

// Consents tells whether a representative's consent to a field stands.
func (g *Register) consents(representative string, f Field) bool {
	return slices.ContainsFunc(g.Consents, func(c Given) bool { return c.Of == representative && c.Field == f && c.Ended == 0 })
}

// Decide gives what holds for each field of a representative on a day: protection over policy, the
// strictest of the policies of the organisation and of every body they sit in, and their consent.
func (g *Register) Decide(r Representative, on Day) []Decision {
	held := g.Holds(r.ID, on)
	var out []Decision
	for _, f := range Fields() {
		out = append(out, g.decide(r, f, held))
	}
	return out
}

func (g *Register) decide(r Representative, f Field, held []Assignment) Decision {
	own := g.Policy("")
	d := Decision{Field: f, Rule: own.Of(f), Why: ByDefault, Held: g.has(r, f)}
	if _, decided := own[f]; decided {
		d.Why = ByPolicy
	}
	for _, a := range held {
		if rule := g.Policy(a.In).within(f, own); rule.strictness() > d.Rule.strictness() {
			b, _ := g.Body(a.In)
			d.Rule, d.Why, d.Body = rule, ByBody, b.Name
		}
	}
	if rule := r.Protection.overrides(f); r.Protection != Open {
		d.Rule, d.Why, d.Body = rule, ByProtection, ""
	}
	d.Consented = g.consents(r.ID, f)
	d.Asked = d.Rule == Consent
	d.Published = d.Held && (d.Rule == Allowed || d.Asked && d.Consented)
	return d
}

// within is what a body's policy says of a field; where it is silent, nothing stricter than the
// organisation's.
func (p Policy) within(f Field, own Policy) Rule {
	if r, ok := p[f]; ok {
		return stricter(own.Of(f), r)
	}
	return own.Of(f)
}

// has tells whether the register holds anything of a field.
func (g *Register) has(r Representative, f Field) bool {
	switch f {
	case Name, Assignments, Contact:
		return true
	case Party:
		return r.Party != ""
	case Phone:
		return r.Phone != ""
	case Link:
		return r.Link != ""
	case Photo:
		_, ok := g.Portrait(r.ID)
		return ok
	}
	return false
}

// Public (den offentliga katalogen) is what the public sees. What is not published is not in it, so that
// nothing made of it can show it.
type Public struct {
	Bodies []PublicBody `json:"bodies"`
	People []Person     `json:"people"`
	Gone   []Gone       `json:"-"`
}

// PublicBody is a body with those who sit in it.
type PublicBody struct {
	ID      string   `json:"-"`
	Mailbox string   `json:"-"`
	Slug    string   `json:"slug"`
	Name    string   `json:"name"`
	Kind    BodyKind `json:"kind"`
	Text    string   `json:"text,omitempty"`
	Letters bool     `json:"letters"` // can be written to
	Address string   `json:"email,omitempty"`
	Members []Member `json:"members"`
}

// Member is somebody's place in a body. Name is empty where it is not published.
type Member struct {
	Slug  string `json:"slug,omitempty"`
	Name  string `json:"name,omitempty"`
	Party string `json:"party,omitempty"`
	Role  string `json:"role"`
	From  Day    `json:"from,omitempty"`
	Until Day    `json:"until,omitempty"`
	Photo string `json:"-"`
}

// Person is somebody as the public sees them.
type Person struct {
	ID       string `json:"-"`
	Mailbox  string `json:"-"`
	Slug     string `json:"slug"`
	Name     string `json:"name"`
	Party    string `json:"party,omitempty"`
	District string `json:"district,omitempty"`
	Letters  bool   `json:"letters"`
	Address  string `json:"email,omitempty"`
	Phone    string `json:"phone,omitempty"`
	Link     string `json:"link,omitempty"`
	Photo    string `json:"-"` // the portrait's id
	Holds    []Hold `json:"assignments"`
}

// Hold is an assignment as the public sees it.
type Hold struct {
	Slug string `json:"body"`
	Body string `json:"name"`
	Role string `json:"role"`
	From Day    `json:"from,omitempty"`
	To   Day    `json:"until,omitempty"`
}

// Gone is an address that answers with a pointer: nothing about who had it, but where to turn.
type Gone struct {
	Slug   string
	Bodies []Hold
}

// Publish gives what the public sees on a day.
func Publish(g *Register, on Day, at clock.Stamp) Public {
	var out Public
	for _, b := range g.Bodies {
		if b.Ended == 0 {
			out.Bodies = append(out.Bodies, PublicBody{ID: b.ID, Mailbox: b.Mailbox, Slug: b.Slug, Name: b.Name, Kind: b.Kind, Text: b.Text, Letters: b.Letters && b.Mailbox != "", Address: published(b), Members: []Member{}})
		}
	}
	for _, r := range g.Representatives {
		if r.Ended != 0 {
			if at < r.Until && r.Protection == Open {
				out.Gone = append(out.Gone, g.gone(r))
			}
			continue
		}
		out.add(g, r, on)
	}
	for i := range out.Bodies {
		slices.SortStableFunc(out.Bodies[i].Members, func(a, b Member) int {
			return cmp.Or(cmp.Compare(rank(a.Role), rank(b.Role)), cmp.Compare(BySurname(a.Name), BySurname(b.Name)))
		})
	}
	slices.SortStableFunc(out.Bodies, func(a, b PublicBody) int {
		return cmp.Or(cmp.Compare(slices.Index(BodyKinds(), a.Kind), slices.Index(BodyKinds(), b.Kind)), cmp.Compare(Sorted(a.Name), Sorted(b.Name)))
	})
	slices.SortStableFunc(out.People, func(a, b Person) int { return cmp.Compare(BySurname(a.Name), BySurname(b.Name)) })
	return out
}

// add puts one representative where the decisions let them stand.
func (p *Public) add(g *Register, r Representative, on Day) {
	held := g.Holds(r.ID, on)
	shown := map[Field]bool{}
	for _, f := range Held() {
		shown[f] = g.decide(r, f, held).Published
	}
	who := Person{ID: r.ID, Slug: r.Slug, Name: r.Name, District: r.District, Letters: shown[Contact], Holds: []Hold{}}
	if shown[Party] {
		who.Party = r.Party
	}
	if shown[Contact] {
		who.Address, who.Mailbox = r.Address, r.Mailbox
	}
	if shown[Phone] {
		who.Phone = r.Phone
	}
	if shown[Link] {
		who.Link = r.Link
	}
	if portrait, ok := g.Portrait(r.ID); ok && shown[Photo] {
		who.Photo = portrait.ID
	}
	page := shown[Name] && (r.Protection == Open || r.Protection == Marked)
	for _, a := range held {
		i := slices.IndexFunc(p.Bodies, func(b PublicBody) bool { return b.ID == a.In })
		if i < 0 || !g.decide(r, Assignments, []Assignment{a}).Published {
			continue // the other bodies' policies are theirs
		}
		who.Holds = append(who.Holds, Hold{p.Bodies[i].Slug, p.Bodies[i].Name, a.Role, a.From, a.Until})
		m := Member{Role: a.Role, From: a.From, Until: a.Until}
		if shown[Name] {
			m.Name, m.Party = who.Name, who.Party
		}
		if page {
			m.Slug, m.Photo = who.Slug, who.Photo
		}
		p.Bodies[i].Members = append(p.Bodies[i].Members, m)
	}
	if page && len(who.Holds) > 0 {
		p.People = append(p.People, who)
	}
}

func published(b Body) string {
	if !b.Letters {
		return ""
	}
	return b.Address
}

func (g *Register) gone(r Representative) Gone {
	out := Gone{Slug: r.Slug}
	for _, a := range g.Assignments {
		b, ok := g.Body(a.In)
		if a.Of == r.ID && ok && b.Ended == 0 && !slices.ContainsFunc(out.Bodies, func(h Hold) bool { return h.Slug == b.Slug }) {
			out.Bodies = append(out.Bodies, Hold{Slug: b.Slug, Body: b.Name})
		}
	}
	return out
}

// Person finds who has a public address.
func (p Public) Person(slug string) (Person, bool) {
	i := slices.IndexFunc(p.People, func(x Person) bool { return x.Slug == slug })
	if i < 0 {
		return Person{}, false
	}
	return p.People[i], true
}

// Of finds a representative as the public sees them.
func (p Public) Of(id string) (Person, bool) {
	i := slices.IndexFunc(p.People, func(x Person) bool { return x.ID == id })
	if i < 0 {
		return Person{}, false
	}
	return p.People[i], true
}

// Body finds a body by its public address.
func (p Public) Body(slug string) (PublicBody, bool) {
	i := slices.IndexFunc(p.Bodies, func(x PublicBody) bool { return x.Slug == slug })
	if i < 0 {
		return PublicBody{}, false
	}
	return p.Bodies[i], true
}

// Pointer finds an address that has ended and still answers.
func (p Public) Pointer(slug string) (Gone, bool) {
	i := slices.IndexFunc(p.Gone, func(x Gone) bool { return x.Slug == slug })
	if i < 0 {
		return Gone{}, false
	}
	return p.Gone[i], true
}

// Search gives the people and bodies whose words hold every word of a text.
func (p Public) Search(text string) ([]Person, []PublicBody) {
	words := strings.Fields(fold(text))
	var people []Person
	var bodies []PublicBody
	for _, x := range p.People {
		all := []string{x.Name, x.Party, x.District}
		for _, h := range x.Holds {
			all = append(all, h.Body, h.Role)
		}
		if holds(all, words) {
			people = append(people, x)
		}
	}
	for _, b := range p.Bodies {
		if holds([]string{b.Name, b.Text}, words) {
			bodies = append(bodies, b)
		}
	}
	return people, bodies
}

func holds(texts, words []string) bool {
	all := fold(strings.Join(texts, " "))
	for _, w := range words {
		if !strings.Contains(all, w) {
			return false
		}
	}
	return true
}

// fold makes letters alike that people exchange when they search.
func fold(s string) string {
	return strings.NewReplacer("å", "a", "ä", "a", "ö", "o", "é", "e", "ü", "u", "æ", "a", "ø", "o").Replace(strings.ToLower(s))
}

// Sorted is a name as Swedish sorts it: å, ä and ö last.
func Sorted(s string) string {
	return strings.NewReplacer("å", "z~1", "ä", "z~2", "æ", "z~2", "ö", "z~3", "ø", "z~3", "é", "e", "ü", "y").Replace(strings.ToLower(s))
}

// BySurname is a person's name as a Swedish list of people is sorted: by the last word first.
func BySurname(s string) string {
	s = strings.TrimSpace(s)
	i := strings.LastIndexByte(s, ' ') + 1
	return Sorted(s[i:]) + " " + Sorted(s[:i])
}

// rank orders roles as a list of members does.
func rank(role string) int {
	r := strings.ToLower(role)
	for i, word := range []string{"vice ordförande", "ordförande", "ersättare", "suppleant"} {
		if strings.Contains(r, word) {
			return []int{1, 0, 3, 3}[i]
		}
	}
	return 2
}
