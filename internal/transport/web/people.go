package web

import (
	"net/url"
	"strconv"
	"strings"

	"varn/internal/domain/person"
	"varn/internal/kit/locale"
	"varn/internal/usecase/people"
)

const peoplePath = "/personer"

// peopleView (personer) is the register of everybody who can be invited.
type peopleView struct {
	Form  *Form
	Table Table
	Count int
	Empty bool // nobody matches
	Pager Pager
}

func peopleForm() *Form {
	states := []Option{}
	for _, s := range []person.State{person.Registered, person.Invited, person.Enrolled, person.Confirmed, person.Left} {
		name, _ := stateName(s)
		states = append(states, Option{Value: string(s), Key: name})
	}
	return NewForm(Search("q", "people.search"), Select("state", "people.state", states...).Optional())
}

func (peopleView) SampleForm() *Form { return peopleForm() }

// peopleShown is how many people a page of the list has.
const peopleShown = 50

func (s *Server) people(r *Request) error {
	all, err := s.Desks.People.People(r.Context(), r.Session)
	if err != nil {
		return err
	}
	f := peopleForm().Set("q", r.Query("q")).Set("state", r.Query("state"))
	match := matching(all, r.Query("q"), person.State(r.Query("state")))
	view := peopleView{Form: f, Count: len(match), Empty: len(match) == 0}
	from, _ := strconv.Atoi(r.Query("fran"))
	from = max(0, min(from, len(match)))
	to := min(from+peopleShown, len(match))
	if from > 0 {
		view.Pager.First = peopleAddress(r, 0)
	}
	if to < len(match) {
		view.Pager.Next = peopleAddress(r, to)
	}
	view.Table = s.peopleTable(r, match[from:to], len(match))
	return r.Page("people.html", view)
}

// matching are those whose name, title, party or address holds every word that is looked for.
func matching(all []people.Someone, query string, state person.State) []people.Someone {
	words := strings.Fields(strings.ToLower(query))
	var out []people.Someone
	for _, one := range all {
		text := strings.ToLower(one.Name + " " + one.Title + " " + one.Party + " " + one.Address)
		hit := state == "" && one.State != person.Left || one.State == state
		for _, w := range words {
			hit = hit && strings.Contains(text, w)
		}
		if hit {
			out = append(out, one)
		}
	}
	return out
}

func (s *Server) peopleTable(r *Request, shown []people.Someone, total int) Table {
	t := Table{
		Caption: s.texts.Count(r.Lang, "people.caption", total),
		Columns: []string{r.Text("people.name"), r.Text("people.title-column"), r.Text("people.roles"), r.Text("people.state")},
	}
	for _, one := range shown {
		name, color := stateName(one.State)
		t.Rows = append(t.Rows, Row{
			{Text: one.Name, Href: personPath(one.ID)}, {Text: joined(one.Title, one.Party)},
			{Text: s.sayAll(r, roleNames(one.Roles))}, {Text: r.Text(name), Color: color},
		})
	}
	return t
}

// sayAll says several texts, one after the other.
func (s *Server) sayAll(r *Request, keys []locale.Key) string {
	var out []string
	for _, k := range keys {
		out = append(out, r.Text(k))
	}
	return strings.Join(out, ", ")
}

// joined puts a comma between what is there.
func joined(parts ...string) string {
	var out []string
	for _, p := range parts {
		if p != "" {
			out = append(out, p)
		}
	}
	return strings.Join(out, ", ")
}

func peopleAddress(r *Request, from int) string {
	q := url.Values{}
	for name, v := range map[string]string{"q": r.Query("q"), "state": r.Query("state")} {
		if v != "" {
			q.Set(name, v)
		}
	}
	if from > 0 {
		q.Set("fran", strconv.Itoa(from))
	}
	if len(q) == 0 {
		return peoplePath
	}
	return peoplePath + "?" + q.Encode()
}

func personPath(id string, more ...string) string {
	return peoplePath + "/" + id + strings.Join(more, "")
}
