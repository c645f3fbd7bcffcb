package web

import (
	"context"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"varn/internal/domain/exposure"
	"varn/internal/domain/watch"
	"varn/internal/kit/fault"
	"varn/internal/kit/locale"
	useexposure "varn/internal/usecase/exposure"
)

// sitesView (webbplatser) lists the sites that are watched.
type sitesView struct {
	Sites []siteLine
}

type siteLine struct {
	Name, Start, Href string
	State             locale.Key
	Color             string
	Paused            bool
	Last, Next        time.Time
	Pages             int
}

func (s *Server) exposureSites(r *Request) error {
	all, err := s.Desks.Exposure.Sites(r.Context(), r.Session)
	if err != nil {
		return err
	}
	var v sitesView
	for _, one := range all {
		v.Sites = append(v.Sites, s.siteLine(one))
	}
	return r.Page("exposure_sites.html", v)
}

func (s *Server) siteLine(one useexposure.Site) siteLine {
	line := siteLine{Name: one.Card.Name, Start: one.Card.Start, Href: sitesPath + "/" + one.ID, Paused: one.Paused, Pages: int(one.Last.Pages), Last: one.Last.Started.Time()}
	if next := s.Desks.Exposure.Next(one); next != 0 {
		line.Next = next.Time()
	}
	line.State, line.Color = endingTag(one.Last.Ending)
	if one.Last.Started == 0 {
		line.State, line.Color, line.Last = "exposure_sites.never", "neutral", time.Time{}
	}
	if one.Paused {
		line.State, line.Color = "exposure_sites.paused", "neutral"
	}
	return line
}

func endingTag(e watch.Ending) (locale.Key, string) {
	color := "warning"
	switch e {
	case watch.Done:
		color = "success"
	case watch.Running, watch.Bounded:
		color = "info"
	}
	return locale.Key(e.Term()), color
}

// siteView is one site.
type siteView struct {
	siteLine
	Hosts, Domains []string
	Subdomains     bool
	Unit, Owner    string
	Units          []pathLine
	Least          int
	Runs           []runLine
	Asked          bool
	Text           locale.Key // what the last ending means, and what to do
	Findings       string
	Kinds          []locale.Key
}

type pathLine struct{ Path, Unit string }

type runLine struct {
	Started, Ended                                           time.Time
	Ending                                                   locale.Key
	Color                                                    string
	Pressed                                                  bool
	Pages, Fresh, Missed, Barred, Unread, Traps, Found, Gone int
}

func (s *Server) exposureSite(r *Request) error {
	one, runs, err := s.Desks.Exposure.Site(r.Context(), r.Session, r.Path("id"))
	if err != nil {
		return err
	}
	units, err := s.Desks.Exposure.Units(r.Context(), r.Session)
	if err != nil {
		return err
	}
	people, err := s.Desks.Exposure.People(r.Context(), r.Session)
	if err != nil {
		return err
	}
	unit := func(id string) string {
		for _, u := range units {
			if u.ID == id {
				return u.Name
			}
		}
		return ""
	}
	v := siteView{siteLine: s.siteLine(one), Hosts: one.Card.Hosts, Domains: one.Card.Domains, Subdomains: one.Card.Subdomains, Unit: unit(one.Unit), Least: int(one.Card.Least*100 + .5),
		Asked: r.Query("begart") != "" && one.Last.Ending != watch.Running, Findings: exposurePath + "?webbplats=" + one.ID}
	if i := slices.IndexFunc(people, func(p useexposure.Person) bool { return p.ID == one.Owner }); i >= 0 {
		v.Owner = people[i].Name
	}
	for _, p := range one.Card.Units {
		v.Units = append(v.Units, pathLine{p.Path, unit(p.Unit)})
	}
	for _, k := range one.Card.Kinds {
		v.Kinds = append(v.Kinds, k.Term())
	}
	if one.Last.Started != 0 {
		v.Text = locale.Key(one.Last.Ending.Term() + "-text")
	}
	for _, run := range runs {
		l := runLine{Started: run.Started.Time(), Ended: run.Ended.Time(), Pressed: run.Pressed, Pages: int(run.Pages), Fresh: int(run.Fresh), Missed: int(run.Missed), Barred: int(run.Barred),
			Unread: int(run.Unread), Traps: int(run.Traps), Found: int(run.Found), Gone: int(run.Gone)}
		if run.Ended == 0 {
			l.Ended = time.Time{}
		}
		l.Ending, l.Color = endingTag(run.Ending)
		v.Runs = append(v.Runs, l)
	}
	r.Title(one.Card.Name)
	return r.Page("exposure_site.html", v)
}

// siteForm asks for a site.
func (s *Server) siteForm(r *Request) (*Form, error) {
	all, err := s.Desks.Exposure.Units(r.Context(), r.Session)
	if err != nil {
		return nil, err
	}
	people, err := s.peopleOptions(r)
	if err != nil {
		return nil, err
	}
	var units, kinds []Option
	for _, u := range all {
		units = append(units, Option{Value: u.ID, Text: u.Name})
	}
	for _, k := range exposure.Kinds {
		kinds = append(kinds, Option{Value: string(k), Key: k.Term()})
	}
	least := []Option{{Value: "80", Key: "exposure_sites.least-sure"}, {Value: "50", Key: "exposure_sites.least-likely"}, {Value: "20", Key: "exposure_sites.least-all"}}
	return NewForm(Text("name", "exposure_sites.name").Hint("exposure_sites.name-hint").Max(100), Text("start", "exposure_sites.start").Hint("exposure_sites.start-hint").Max(500),
		Area("hosts", "exposure_sites.hosts").Hint("exposure_sites.hosts-hint").Max(4000).Tall(3).Optional(), Check("subdomains", "exposure_sites.subdomains").Hint("exposure_sites.subdomains-hint"),
		Text("domains", "exposure_sites.domains").Hint("exposure_sites.domains-hint").Max(1000).Optional(),
		Select("unit", "exposure_sites.unit", units...).Hint("exposure_sites.unit-hint").Optional(), Select("owner", "exposure_sites.owner", people...).Hint("exposure_sites.owner-hint").Optional(),
		Area("units", "exposure_sites.units").Hint("exposure_sites.units-hint").Max(20_000).Tall(5).Optional(),
		Radios("least", "exposure_sites.least", least...).Hint("exposure_sites.least-hint"),
		Checks("kinds", "exposure_sites.kinds", kinds...).Hint("exposure_sites.kinds-hint").Optional()).Set("least", "50"), nil
}

// lined are the words of a text, one a line or with commas between.
func lined(text string) []string {
	var out []string
	for _, w := range strings.FieldsFunc(text, func(r rune) bool { return r == '\n' || r == ',' || r == ' ' || r == '\r' || r == '\t' }) {
		w = strings.ToLower(strings.TrimSuffix(strings.TrimPrefix(strings.TrimPrefix(w, "https://"), "http://"), "/"))
		if w != "" && !slices.Contains(out, w) {
			out = append(out, w)
		}
	}
	return out
}

// siteEntry is what the form says.
func (s *Server) siteEntry(r *Request, f *Form) (e useexposure.Entry, err error) {
	all, err := s.Desks.Exposure.Units(r.Context(), r.Session)
	if err != nil {
		return e, err
	}
	least, _ := strconv.Atoi(f.Text("least"))
	e = useexposure.Entry{Unit: f.Text("unit"), Owner: f.Text("owner"), Card: watch.Card{Name: f.Text("name"), Start: f.Text("start"), Hosts: lined(f.Text("hosts")),
		Subdomains: f.Checked("subdomains"), Domains: lined(f.Text("domains")), Least: float64(least) / 100}}
	for _, k := range f.All("kinds") {
		e.Card.Kinds = append(e.Card.Kinds, exposure.Kind(k))
	}
	for line := range strings.Lines(f.Text("units")) {
		line = strings.TrimSpace(line)
		if line == "" {
			continue
		}
		path, name, ok := strings.Cut(line, " ")
		name = strings.TrimSpace(strings.TrimPrefix(strings.TrimSpace(name), "="))
		i := slices.IndexFunc(all, func(u useexposure.Unit) bool { return strings.EqualFold(u.Name, name) })
		if !ok || i < 0 || !strings.HasPrefix(path, "/") {
			return e, fault.In("units", "watch.units-bad")
		}
		e.Card.Units = append(e.Card.Units, watch.PathUnit{Path: path, Unit: all[i].ID})
	}
	if start, err := watch.Start(e.Card.Start); err == nil {
		e.Card.Start = start.String()
	}
	return e, nil
}

func toSites(*Request) string  { return sitesPath }
func toSite(r *Request) string { return sitesPath + "/" + r.Path("id") }

// siteNewFiling enters a site.
func siteNewFiling() filingAct {
	return filingAct{title: "exposure_sites.new", lead: "exposure_sites.new-lead", button: "exposure_sites.new-button", back: toSites,
		form: func(s *Server, r *Request) (*Form, string, error) {
			f, err := s.siteForm(r)
			return f, "", err
		},
		do: func(ctx context.Context, s *Server, r *Request, f *Form) (string, error) {
			e, err := s.siteEntry(r, f)
			if err != nil {
				return "", err
			}
			id, err := s.Desks.Exposure.EnterSite(ctx, r.Session, e)
			return sitesPath + "/" + id, err
		}}
}

// siteChangeFiling edits a site.
func siteChangeFiling() filingAct {
	return filingAct{title: "exposure_sites.change", lead: "exposure_sites.change-lead", button: "directory.save", back: toSite,
		form: func(s *Server, r *Request) (*Form, string, error) {
			one, _, err := s.Desks.Exposure.Site(r.Context(), r.Session, r.Path("id"))
			if err != nil {
				return nil, "", err
			}
			f, err := s.siteForm(r)
			if err != nil {
				return nil, "", err
			}
			all, err := s.Desks.Exposure.Units(r.Context(), r.Session)
			if err != nil {
				return nil, "", err
			}
			c, paths := one.Card, ""
			for _, p := range c.Units {
				for _, u := range all {
					if u.ID == p.Unit {
						paths += p.Path + " " + u.Name + "\n"
					}
				}
			}
			f.Set("name", c.Name).Set("start", c.Start).Set("hosts", strings.Join(c.Hosts, "\n")).Set("domains", strings.Join(c.Domains, ", ")).Set("unit", one.Unit).Set("owner", one.Owner).
				Set("units", strings.TrimSpace(paths)).Set("least", nearest(c.Least))
			if c.Subdomains {
				f.Set("subdomains", "on")
			}
			var kinds []string
			for _, k := range c.Kinds {
				kinds = append(kinds, string(k))
			}
			return f.Set("kinds", kinds...).Seen(strconv.FormatInt(one.Version, 10)), c.Name, nil
		},
		do: func(ctx context.Context, s *Server, r *Request, f *Form) (string, error) {
			e, err := s.siteEntry(r, f)
			if err != nil {
				return "", err
			}
			return "", s.Desks.Exposure.ChangeSite(ctx, r.Session, r.Path("id"), e, versionOf(f))
		}}
}

func nearest(least float64) string {
	switch {
	case least >= .65:
		return "80"
	case least >= .35:
		return "50"
	}
	return "20"
}

// exposurePress has a site gone through now.
func (s *Server) exposurePress(r *Request) error {
	if err := s.Desks.Exposure.Press(r.Context(), r.Session, r.Path("id")); err != nil {
		return err
	}
	return r.Redirect(toSite(r) + "?begart=1")
}

func (s *Server) exposurePause(r *Request) error {
	one, _, err := s.Desks.Exposure.Site(r.Context(), r.Session, r.Path("id"))
	if err != nil {
		return err
	}
	if err := s.Desks.Exposure.PauseSite(r.Context(), r.Session, r.Path("id"), !one.Paused); err != nil {
		return err
	}
	return r.Redirect(toSite(r))
}

// exposureEnd asks, and ends the watch over a site.
func (s *Server) exposureEnd(r *Request) error {
	one, _, err := s.Desks.Exposure.Site(r.Context(), r.Session, r.Path("id"))
	if err != nil {
		return err
	}
	if r.HTTP.Method == http.MethodPost {
		if err := s.Desks.Exposure.EndSite(r.Context(), r.Session, r.Path("id")); err != nil {
			return err
		}
		return r.Redirect(sitesPath)
	}
	return r.Page("confirm.html", Confirm{Heading: r.Text("exposure_sites.end", one.Card.Name), Text: r.Text("exposure_sites.end-text"), Action: toSite(r) + "/avsluta",
		Button: r.Text("exposure_sites.end-button"), Danger: true, Back: toSite(r)})
}
