package web

import (
	"net/http"
	"strconv"
	"strings"
	"time"

	"varn/internal/domain/exposure"
	"varn/internal/domain/listed"
	"varn/internal/kit/fault"
	"varn/internal/kit/locale"
	listing "varn/internal/usecase/listed"
)

const ownExposurePath = "/min-exponering"

// ownExposureView is one's own exposure (min exponering): what is looked for, what was found, and what can be done
// outside.
type ownExposureView struct {
	Form     *Form
	Facts    []*Field
	Services []ownService
	Lost     bool
	Stored   bool
	Search   ownSearch
	Pages    []ownPage
}

// ownService is an outside service with what was noted of it.
type ownService struct {
	Choice  *Field
	Name    string
	Address string
	How     string
	Day     time.Time
}

// ownSearch is the newest search.
type ownSearch struct {
	Waiting, Broken, Done, Clean bool
	Asked, Ended                 time.Time
	Sites, Count                 int
	Unread, Missed               int
	Cut                          bool
}

// ownPage is a page on which something was found.
type ownPage struct {
	Title, URL, Site string
	Lines            []ownLine
}

type ownLine struct {
	Kind    locale.Key
	Value   string
	Context string
}

func (ownExposureView) SampleForm() *Form { return ownExposureForm() }

// factFields are what may be looked for of somebody.
func factFields() []*Field {
	return []*Field{
		Area("names", "own.names").Hint("own.names-hint").Optional().Max(4_000).Tall(2),
		Area("addresses", "own.addresses").Hint("own.addresses-hint").Optional().Max(4_000).Tall(2),
		Area("phones", "own.phones").Hint("own.phones-hint").Optional().Max(4_000).Tall(2),
		Area("mails", "own.mails").Hint("own.mails-hint").Optional().Max(4_000).Tall(2),
		Area("plates", "own.plates").Hint("own.plates-hint").Optional().Max(4_000).Tall(2),
	}
}

func factsOf(f *Form) listed.Facts {
	return listed.Facts{Names: listed.Lines(f.Text("names")), Addresses: listed.Lines(f.Text("addresses")), Phones: listed.Lines(f.Text("phones")),
		Mails: listed.Lines(f.Text("mails")), Plates: listed.Lines(f.Text("plates"))}
}

func fillFacts(f *Form, v listed.Facts) {
	for name, lines := range map[string][]string{"names": v.Names, "addresses": v.Addresses, "phones": v.Phones, "mails": v.Mails, "plates": v.Plates} {
		f.Set(name, strings.Join(lines, "\n"))
	}
}

func ownExposureForm() *Form {
	fields := append(factFields(), Check("watch", "own.watch").Hint("own.watch-hint"), Carried("do"))
	var options []Option
	for _, s := range listed.Standings() {
		options = append(options, Option{Value: string(s), Key: locale.Key(s.Term())})
	}
	for _, s := range listed.Services() {
		fields = append(fields, Select("service_"+string(s), locale.Key(s.Term()), options...).OneOf())
	}
	return NewForm(fields...)
}

// ownExposure shows one's own exposure, saves what is looked for and begins a search.
func (s *Server) ownExposure(r *Request) error {
	f := ownExposureForm()
	got, err := s.Desks.Listed.ReadOwn(r.Context(), r.Session)
	if err != nil {
		return err
	}
	if r.HTTP.Method == http.MethodPost {
		if err := r.Read(f); err != nil {
			return err
		}
		if !f.Failed() {
			seen, _ := strconv.ParseInt(f.Version(), 10, 64)
			err := s.Desks.Listed.SaveOwn(r.Context(), r.Session, ownWish(f), seen)
			if err == nil {
				return r.Redirect(ownExposurePath)
			}
			if fault.Is(err, fault.Conflict) {
				theirs := ownExposureForm()
				fillFacts(theirs, got.Facts)
				return r.Conflict(f, strconv.FormatInt(got.Version, 10), otherTexts(f, theirs))
			}
			if !f.Take(err) {
				return err
			}
		}
		return s.ownExposurePage(r, f, got)
	}
	s.fillOwn(r, f, got)
	return s.ownExposurePage(r, f, got)
}

// otherTexts are the texts of a stored form that another tab has written otherwise.
func otherTexts(f, stored *Form) map[string]string {
	out := map[string]string{}
	for _, field := range stored.Fields() {
		if field.Kind == areaKind && field.Value() != f.Text(field.Name) {
			out[field.Name] = field.Value()
		}
	}
	return out
}

func ownWish(f *Form) listing.Wish {
	w := listing.Wish{Facts: factsOf(f), Watch: f.Checked("watch"), Search: f.Text("do") == "search", Services: map[listed.Service]listed.Standing{}}
	for _, one := range listed.Services() {
		w.Services[one] = listed.Standing(f.Text("service_" + string(one)))
	}
	return w
}

func (s *Server) fillOwn(r *Request, f *Form, got listing.Own) {
	if got.Version == 0 {
		f.Set("names", r.Session.Name)
	} else {
		fillFacts(f, got.Facts)
	}
	f.Set("watch", ticked(got.Watched)...)
	for service, record := range got.Services {
		f.Set("service_"+string(service), string(record.Standing))
	}
	f.Seen(strconv.FormatInt(got.Version, 10))
}

func (s *Server) ownExposurePage(r *Request, f *Form, got listing.Own) error {
	view := ownExposureView{Form: f, Lost: got.Lost, Stored: got.Version > 0 || got.Searched.State != ""}
	for _, field := range factFields() {
		view.Facts = append(view.Facts, f.Field(field.Name))
	}
	for _, one := range listed.Services() {
		day, _ := time.Parse(time.DateOnly, got.Services[one].Day)
		view.Services = append(view.Services, ownService{Choice: f.Field("service_" + string(one)), Name: r.Text(locale.Key(one.Term())), Address: one.Address(),
			How: r.Text(locale.Key(one.Term() + "-text")), Day: day})
	}
	view.Search, view.Pages = found(got.Searched)
	return r.Page("own_exposure.html", view)
}

// found sorts what a search gave by page.
func found(v listing.Searched) (ownSearch, []ownPage) {
	out := ownSearch{Waiting: v.State == listed.Waiting, Broken: v.State == listed.Broken, Done: v.State == listed.Done, Asked: v.Asked.Time(), Ended: v.Ended.Time(),
		Sites: v.Result.Sites, Count: v.Result.Pages, Unread: v.Result.Unread, Missed: v.Result.Missed, Cut: v.Result.Cut}
	var pages []ownPage
	at := map[string]int{}
	for _, m := range v.Result.Mentions {
		i, ok := at[m.URL]
		if !ok {
			i = len(pages)
			at[m.URL] = i
			title := m.Title
			if title == "" {
				title = m.URL
			}
			pages = append(pages, ownPage{Title: title, URL: m.URL, Site: m.Site})
		}
		pages[i].Lines = append(pages[i].Lines, ownLine{kindTerm(m.Kind), m.Value, m.Context})
	}
	out.Clean = out.Done && len(pages) == 0
	return out, pages
}

func kindTerm(k exposure.Kind) locale.Key {
	if t := k.Term(); t != "" {
		return t
	}
	return "own.name-stands"
}

// ownExposureDrop asks, and then takes everything of one's own exposure away.
func (s *Server) ownExposureDrop(r *Request) error {
	if r.HTTP.Method == http.MethodPost {
		if err := s.Desks.Listed.DropOwn(r.Context(), r.Session); err != nil {
			return err
		}
		return r.Redirect(ownExposurePath)
	}
	return r.Page("confirm.html", Confirm{Heading: r.Text("own.drop"), Text: r.Text("own.drop-text"), Action: ownExposurePath + "/radera", Back: ownExposurePath, Danger: true, Button: r.Text("own.drop")})
}
