package directory

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"strings"
	"unicode/utf8"
)

// About is what an export says of whose directory it is.
type About struct {
	Name   string // of the organisation
	Origin string // https://host, without a slash at the end
	Lang   string
}

func (a About) page(slug string) string { return a.Origin + "/kontakt/" + slug }
func (a About) body(slug string) string { return a.Origin + "/kontakt/organ/" + slug }
func (a About) photo(p Person) string {
	if p.Photo == "" {
		return ""
	}
	return a.page(p.Slug) + "/bild.jpg"
}

type object = map[string]any

// Popolo writes the directory by the Popolo schema: people, organisations and memberships.
func Popolo(p Public, a About) ([]byte, error) {
	people, organisations, memberships := []object{}, []object{}, []object{}
	parties := map[string]bool{}
	for _, b := range p.Bodies {
		o := object{"id": "body/" + b.Slug, "name": b.Name, "classification": strings.ToLower(string(b.Kind)), "links": links(a.body(b.Slug))}
		if b.Address != "" {
			o["contact_details"] = []object{{"type": "email", "value": b.Address}}
		}
		organisations = append(organisations, o)
	}
	for _, x := range p.People {
		o := object{"id": "person/" + x.Slug, "name": x.Name, "links": links(a.page(x.Slug), x.Link)}
		var details []object
		for _, d := range []struct{ kind, value string }{{"email", x.Address}, {"voice", x.Phone}} {
			if d.value != "" {
				details = append(details, object{"type": d.kind, "value": d.value})
			}
		}
		set(o, "email", x.Address)
		set(o, "image", a.photo(x))
		if details != nil {
			o["contact_details"] = details
		}
		people = append(people, o)
		for _, h := range x.Holds {
			m := object{"id": "membership/" + x.Slug + "/" + h.Slug, "person_id": "person/" + x.Slug, "organization_id": "body/" + h.Slug, "role": h.Role}
			set(m, "start_date", string(h.From))
			set(m, "end_date", string(h.To))
			if x.Party != "" {
				m["on_behalf_of_id"] = "party/" + Slug(x.Party)
				parties[x.Party] = true
			}
			memberships = append(memberships, m)
		}
	}
	for _, name := range ordered(parties) {
		organisations = append(organisations, object{"id": "party/" + Slug(name), "name": name, "classification": "party"})
	}
	return indented(object{"persons": people, "organizations": organisations, "memberships": memberships})
}

// JSONLD writes the directory by schema.org.
func JSONLD(p Public, a About) ([]byte, error) {
	graph := []object{{"@type": "GovernmentOrganization", "@id": a.Origin + "/", "name": a.Name, "url": a.Origin + "/kontakt"}}
	for _, b := range p.Bodies {
		o := object{"@type": "GovernmentOrganization", "@id": a.body(b.Slug), "name": b.Name, "url": a.body(b.Slug), "parentOrganization": object{"@id": a.Origin + "/"}}
		set(o, "email", b.Address)
		graph = append(graph, o)
	}
	for _, x := range p.People {
		o := object{"@type": "Person", "@id": a.page(x.Slug), "name": x.Name, "url": a.page(x.Slug)}
		set(o, "email", x.Address)
		set(o, "telephone", x.Phone)
		set(o, "sameAs", x.Link)
		set(o, "image", a.photo(x))
		if x.Party != "" {
			o["affiliation"] = object{"@type": "Organization", "name": x.Party}
		}
		var roles []object
		for _, h := range x.Holds {
			r := object{"@type": "OrganizationRole", "roleName": h.Role, "memberOf": object{"@id": a.body(h.Slug)}}
			set(r, "startDate", string(h.From))
			set(r, "endDate", string(h.To))
			roles = append(roles, r)
		}
		o["memberOf"] = roles
		graph = append(graph, o)
	}
	return indented(object{"@context": "https://schema.org", "@graph": graph})
}

// CSV writes one line for each assignment, for a spreadsheet: UTF-8 with a mark, semicolons, and nothing
// that a spreadsheet takes for a formula.
func CSV(p Public, a About) ([]byte, error) {
	var b bytes.Buffer
	b.WriteString("\xef\xbb\xbf")
	w := csv.NewWriter(&b)
	w.Comma, w.UseCRLF = ';', true
	head := []string{"namn", "parti", "valkrets", "organ", "uppdrag", "från", "till", "e-post", "telefon", "länk", "sida"}
	if a.Lang == "en" {
		head = []string{"name", "party", "district", "body", "assignment", "from", "until", "email", "phone", "link", "page"}
	}
	lines := [][]string{head}
	for _, x := range p.People {
		for _, h := range x.Holds {
			lines = append(lines, []string{x.Name, x.Party, x.District, h.Body, h.Role, string(h.From), string(h.To), x.Address, x.Phone, x.Link, a.page(x.Slug)})
		}
	}
	for _, body := range p.Bodies { // who has no page of their own stands in their bodies alone
		for _, m := range body.Members {
			if m.Slug == "" {
				lines = append(lines, []string{m.Name, m.Party, "", body.Name, m.Role, string(m.From), string(m.Until), "", "", "", a.body(body.Slug)})
			}
		}
	}
	for _, l := range lines {
		for i := range l {
			l[i] = plain(l[i])
		}
		if err := w.Write(l); err != nil {
			return nil, err
		}
	}
	w.Flush()
	return b.Bytes(), w.Error()
}

// plain keeps a spreadsheet from reading a text as a formula.
func plain(s string) string {
	s = strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f {
			return ' '
		}
		return r
	}, s)
	if s != "" && strings.ContainsRune("=+-@|%", rune(strings.TrimLeft(s+"x", " ")[0])) {
		return "'" + s
	}
	return s
}

// VCard writes people as vCard 4.0 (RFC 6350).
func VCard(people []Person, a About) []byte {
	var b strings.Builder
	line := func(name, value string) {
		if value != "" {
			folded(&b, name+":"+value)
		}
	}
	for _, x := range people {
		line("BEGIN", "VCARD")
		line("VERSION", "4.0")
		line("FN", escaped(x.Name))
		line("N", nameParts(x.Name))
		line("ORG", escaped(a.Name))
		for _, h := range x.Holds {
			line("TITLE", escaped(h.Role+", "+h.Body))
		}
		line("EMAIL;TYPE=work", escaped(x.Address))
		if x.Phone != "" {
			line("TEL;VALUE=text;TYPE=work", escaped(x.Phone))
		}
		line("URL", oneLine(a.page(x.Slug)))
		line("URL;TYPE=work", oneLine(x.Link))
		line("PHOTO", oneLine(a.photo(x)))
		line("END", "VCARD")
	}
	return []byte(b.String())
}

// nameParts guesses only that the last word is the family name.
func nameParts(name string) string {
	words := strings.Fields(name)
	if len(words) < 2 {
		return escaped(name) + ";;;;"
	}
	return escaped(words[len(words)-1]) + ";" + escaped(strings.Join(words[:len(words)-1], " ")) + ";;;"
}

func escaped(s string) string {
	return oneLine(strings.NewReplacer(`\`, `\\`, ",", `\,`, ";", `\;`, "\n", `\n`).Replace(strings.ReplaceAll(s, "\r", "")))
}

func oneLine(s string) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f {
			return -1
		}
		return r
	}, s)
}

// folded breaks a line at 75 bytes, never inside a character.
func folded(b *strings.Builder, s string) {
	for room := 75; len(s) > room; room = 74 {
		cut := room
		for !utf8.RuneStart(s[cut]) {
			cut--
		}
		b.WriteString(s[:cut] + "\r\n ")
		s = s[cut:]
	}
	b.WriteString(s + "\r\n")
}

func set(o object, name, value string) {
	if value != "" {
		o[name] = value
	}
}

func links(addresses ...string) []object {
	var out []object
	for _, a := range addresses {
		if a != "" {
			out = append(out, object{"url": a})
		}
	}
	return out
}

// indented is JSON in which no < or & can end the script element that it may stand in.
func indented(v any) ([]byte, error) { return json.MarshalIndent(v, "", " ") }
