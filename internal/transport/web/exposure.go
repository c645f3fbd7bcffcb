package web

import (
	"net/url"
	"strconv"
	"time"

	"varn/internal/domain/exposure"
	"varn/internal/domain/watch"
	"varn/internal/kit/locale"
	useexposure "varn/internal/usecase/exposure"
)

const (
	exposurePath = "/exponering"
	foundPath    = exposurePath + "/fynd/"
	trendPath    = exposurePath + "/utveckling"
	sitesPath    = exposurePath + "/webbplatser"
)

// exposers is the need of those who have the work list in their menu; watchers of those who keep the sites.
func exposers() Need { return Roles(useexposure.Workers()...) }
func watchers() Need { return Roles(useexposure.Keepers()...) }

// exposureView (exponering) is the work list: what the organisation's own sites give away, until it is gone.
type exposureView struct {
	Form   *Form
	Counts []countLine
	Lines  []foundLine
	Total  int
	Next   string
	First  string
	Keeper bool
	Trend  bool // the visitor may read it
	Sites  int
}

func (exposureView) SampleForm() *Form { return exposureFilter(useexposure.Listing{}) }

// countLine is a number with what it counts, and the list of those.
type countLine struct {
	Text    locale.Key
	N       int
	Href    string
	Current bool
	Color   string
}

// foundLine is a finding in the list.
type foundLine struct {
	Href, Masked, Title, Unit, Owner string
	Kind                             locale.Key
	State                            locale.Key
	Color                            string
	Grave, Late, Waits               bool
	Listed                           bool
	Places                           int
	Due, First, Closed               time.Time
}

// exposureFilter asks for a part of the list.
func exposureFilter(l useexposure.Listing) *Form {
	states, kinds := []Option{{Value: "", Key: "exposure.to-do"}}, []Option{{Value: "", Key: "exposure.every-kind"}}
	for _, s := range watch.States() {
		states = append(states, Option{Value: string(s), Key: locale.Key(s.Term())})
	}
	for _, k := range exposure.Kinds {
		kinds = append(kinds, Option{Value: string(k), Key: k.Term()})
	}
	fields := []*Field{Select("lage", "exposure.state", states...).OneOf(), Select("slag", "exposure.kind", kinds...).OneOf()}
	if len(l.Units) > 1 {
		units := []Option{{Value: "", Key: "exposure.every-unit"}}
		for _, u := range l.Units {
			units = append(units, Option{Value: u.ID, Text: u.Name})
		}
		fields = append(fields, Select("enhet", "exposure.unit", units...).OneOf())
	}
	if l.Keeper && len(l.Sites) > 1 {
		sites := []Option{{Value: "", Key: "exposure.every-site"}}
		for _, one := range l.Sites {
			sites = append(sites, Option{Value: one.ID, Text: one.Card.Name})
		}
		fields = append(fields, Select("webbplats", "exposure.site", sites...).OneOf())
	}
	return NewForm(fields...)
}

// exposureList shows the work list.
func (s *Server) exposureList(r *Request) error {
	from, _ := strconv.Atoi(r.Query("fran"))
	w := useexposure.Wanted{State: watch.State(r.Query("lage")), Unit: r.Query("enhet"), Kind: exposure.Kind(r.Query("slag")), Site: r.Query("webbplats"),
		Mine: r.Query("mina") != "", Late: r.Query("sena") != "", From: max(from, 0)}
	if w.State != "" && !w.State.Known() {
		w.State = ""
	}
	got, err := s.Desks.Exposure.List(r.Context(), r.Session, w)
	if err != nil {
		return err
	}
	f := exposureFilter(got)
	for _, field := range f.Fields() {
		f.Set(field.Name, r.Query(field.Name))
	}
	view := exposureView{Form: f, Total: got.Total, Keeper: got.Keeper, Trend: r.Session.Has(useexposure.Workers()...), Sites: len(got.Sites), Counts: exposureCounts(got.Counts, w)}
	now := s.Clock.Now()
	units := map[string]string{}
	for _, u := range got.Units {
		units[u.ID] = u.Name
	}
	for _, l := range got.Lines {
		view.Lines = append(view.Lines, foundLineOf(l, units[l.Unit], now))
	}
	q := r.HTTP.URL.Query()
	if w.From > 0 {
		view.First = exposureAt(q, 0)
	}
	if got.Next > 0 {
		view.Next = exposureAt(q, got.Next)
	}
	return r.Page("exposure.html", view)
}

// exposureAt is the address of a part of the list.
func exposureAt(q url.Values, from int) string {
	out := url.Values{}
	for _, name := range []string{"lage", "slag", "enhet", "webbplats", "mina", "sena"} {
		if v := q.Get(name); v != "" {
			out.Set(name, v)
		}
	}
	if from > 0 {
		out.Set("fran", strconv.Itoa(from))
	}
	if len(out) == 0 {
		return exposurePath
	}
	return exposurePath + "?" + out.Encode()
}

func exposureCounts(c useexposure.Counts, w useexposure.Wanted) []countLine {
	plain := !w.Late && !w.Mine
	return []countLine{
		{Text: "exposure.count-waiting", N: c.Waiting, Href: exposurePath, Current: w.State == "" && plain},
		{Text: "exposure.count-late", N: c.Late, Href: exposurePath + "?sena=1", Current: w.Late, Color: "danger"},
		{Text: "exposure.count-fixing", N: c.Fixing, Href: exposurePath + "?lage=fixing", Current: w.State == watch.Fixing && plain},
		{Text: "exposure.count-accepted", N: c.Accepted, Href: exposurePath + "?lage=accepted", Current: w.State == watch.Accepted && plain},
		{Text: "exposure.count-gone", N: c.Gone, Href: exposurePath + "?lage=gone", Current: w.State == watch.Gone && plain},
	}
}

func foundLineOf(l useexposure.Line, unit string, now time.Time) foundLine {
	line := foundLine{Href: foundPath + l.ID, Masked: l.Masked, Title: l.Title, Unit: unit, Owner: l.Owner, Kind: l.Kind.Term(), Grave: l.Grave, Listed: l.Listed,
		Waits: l.State.Waits(), Places: int(l.Places), Due: l.Due.Time(), First: l.First.Time(), Closed: l.Closed.Time()}
	line.Late = line.Waits && line.Due.Before(now)
	line.State, line.Color = stateTag(l.State)
	return line
}

func stateTag(s watch.State) (locale.Key, string) {
	return locale.Key(s.Term()), map[watch.State]string{watch.Open: "info", watch.Fixing: "accent", watch.Gone: "success", watch.Accepted: "neutral", watch.Returned: "warning"}[s]
}

// foundView is one finding.
type foundView struct {
	Href                  string
	Kind                  locale.Key
	Value                 string // masked unless Open
	Open                  bool
	State                 locale.Key
	Color                 string
	Grave, Late, Listed   bool
	Waits, Accepted, Gone bool
	Fixing                bool
	Keeper                bool // may give and accept
	Site, Unit, Owner     string
	First, Due, Until     time.Time
	Why                   locale.Key // what made a detector find it
	Confidence            int        // in percent
	Fix                   locale.Key
	HiddenFix             bool // it stands where nobody sees it
	Reason, By            string
	Where                 []whereLine
	Places, More          int
	History               []eventLine
	Answer                *Alert
	Note                  *Form
}

func (foundView) SampleForm() *Form { return foundNoteForm() }

type whereLine struct {
	URL, Title, Context string
	Place               locale.Key
	Sheet, Count        int
	Standing            locale.Key
	Seen                time.Time
}

type eventLine struct {
	At       time.Time
	Act      locale.Key
	By, Note string
}

func foundNoteForm() *Form { return NewForm(Area("note", "exposure_finding.note").Max(1000).Tall(3)) }

func (s *Server) exposureFinding(r *Request) error {
	got, err := s.Desks.Exposure.Show(r.Context(), r.Session, r.Path("id"))
	if err != nil {
		return err
	}
	return s.foundPage(r, got)
}

// exposureUncover shows what was found in the clear: an opening.
func (s *Server) exposureUncover(r *Request) error {
	got, err := s.Desks.Exposure.Uncover(r.Context(), r.Session, r.Path("id"))
	if err != nil {
		return err
	}
	return s.foundPage(r, got)
}

func (s *Server) foundPage(r *Request, got useexposure.Shown) error {
	v := s.foundView(r, got)
	r.Title(r.Text("exposure_finding.title", r.Text(v.Kind)))
	return r.Page("exposure_finding.html", v)
}

func (s *Server) foundView(r *Request, got useexposure.Shown) foundView {
	f := got.Finding
	v := foundView{Href: foundPath + f.ID, Kind: f.Kind.Term(), Value: got.Masked, Open: got.Open, Grave: f.Grave, Listed: got.Listed, Late: f.Late(clockNow(s)),
		Waits: f.State.Waits(), Fixing: f.State == watch.Fixing, Accepted: f.State == watch.Accepted, Gone: f.State == watch.Gone, Keeper: r.Session.Has(useexposure.Workers()...),
		Site: got.Site, Unit: got.Unit, Owner: got.Owner, First: f.First.Time(), Due: f.Due.Time(), Until: f.Until.Time(), Why: exposure.Why(got.Rule), Confidence: int(got.Confidence*100 + .5),
		Fix: watch.Fix(f.Kind), Reason: got.Why, By: got.Names[got.By], Places: int(got.Places), More: int(got.Places) - len(got.Where), Note: foundNoteForm()}
	v.State, v.Color = stateTag(f.State)
	if v.Why == "" {
		v.Why = "exposure_finding.why-metadata"
	}
	if got.Open {
		v.Value = got.Value
	}
	for _, w := range got.Where {
		line := whereLine{URL: w.URL, Title: w.Title, Context: w.Spot.Masked, Sheet: w.Spot.Sheet, Count: w.Spot.Count, Standing: locale.Key(w.Standing.Term()), Seen: w.Seen.Time()}
		if got.Open {
			line.Context = w.Spot.Context
		}
		if w.Spot.Where != "" && w.Spot.Where != "TEXT" {
			line.Place = locale.Key(placeTerm(w.Spot.Where))
			v.HiddenFix = v.HiddenFix || w.Spot.Where != "CELL"
		}
		v.Where = append(v.Where, line)
	}
	for i := len(got.History) - 1; i >= 0; i-- {
		e := got.History[i]
		v.History = append(v.History, eventLine{e.At.Time(), locale.Key(e.Act.Term()), got.Names[e.By], e.Note})
	}
	v.Answer = checkedAlert(r, useexposure.Checked(r.Query("svar")))
	return v
}

func checkedAlert(r *Request, c useexposure.Checked) *Alert {
	switch c {
	case useexposure.CheckedGone:
		return &Alert{"success", r.Text("exposure_finding.checked-gone"), r.Text("exposure_finding.checked-gone-text")}
	case useexposure.CheckedStill:
		return &Alert{"warning", r.Text("exposure_finding.checked-still"), r.Text("exposure_finding.checked-still-text")}
	case useexposure.CheckedBlind:
		return &Alert{"warning", r.Text("exposure_finding.checked-blind"), r.Text("exposure_finding.checked-blind-text")}
	case useexposure.CheckedLater:
		return &Alert{"info", r.Text("exposure_finding.checked-later"), r.Text("exposure_finding.checked-later-text")}
	}
	return nil
}

// exposureCheck looks at a finding's pages again.
func (s *Server) exposureCheck(r *Request) error {
	got, err := s.Desks.Exposure.Check(r.Context(), r.Session, r.Path("id"))
	if err != nil {
		return err
	}
	return r.Redirect(foundPath + r.Path("id") + "?svar=" + string(got))
}

func (s *Server) exposureBegin(r *Request) error {
	if err := s.Desks.Exposure.Begin(r.Context(), r.Session, r.Path("id")); err != nil {
		return err
	}
	return r.Redirect(foundPath + r.Path("id"))
}

func (s *Server) exposureWithdraw(r *Request) error {
	if err := s.Desks.Exposure.Withdraw(r.Context(), r.Session, r.Path("id")); err != nil {
		return err
	}
	return r.Redirect(foundPath + r.Path("id"))
}

// exposureNote writes something down about a finding.
func (s *Server) exposureNote(r *Request) error {
	f := foundNoteForm()
	if err := r.Read(f); err != nil {
		return err
	}
	if !f.Failed() {
		err := s.Desks.Exposure.Note(r.Context(), r.Session, r.Path("id"), f.Text("note"))
		if err == nil {
			return r.Redirect(foundPath + r.Path("id"))
		}
		if !f.Take(err) {
			return err
		}
	}
	got, err := s.Desks.Exposure.Show(r.Context(), r.Session, r.Path("id"))
	if err != nil {
		return err
	}
	v := s.foundView(r, got)
	v.Note = f
	r.Title(r.Text("exposure_finding.title", r.Text(v.Kind)))
	return r.Page("exposure_finding.html", v)
}

// requestView is a request to have something removed, to copy: nothing is sent from here.
type requestView struct {
	Back  string
	Kind  locale.Key
	Texts []requestText
}

type requestText struct {
	ID             string
	Heading, Intro locale.Key
	Lang           locale.Lang
	Subject, Body  string
}

// exposureRequest (begäran om borttagning) prepares the texts, in Swedish and in English: to whoever keeps a search
// engine's copy, and to whoever keeps another site that repeats it.
func (s *Server) exposureRequest(r *Request) error {
	got, err := s.Desks.Exposure.Show(r.Context(), r.Session, r.Path("id"))
	if err != nil {
		return err
	}
	addresses := ""
	for _, w := range got.Where {
		addresses += w.URL + "\n"
	}
	if addresses == "" {
		addresses = r.Text("exposure_request.address") + "\n"
	}
	v := requestView{Back: foundPath + r.Path("id"), Kind: got.Kind.Term()}
	for _, one := range []struct {
		id                            string
		heading, intro, subject, body locale.Key
	}{
		{"cache", "exposure_request.cache", "exposure_request.cache-intro", "exposure_request.cache-subject", "exposure_request.cache-body"},
		{"other", "exposure_request.other", "exposure_request.other-intro", "exposure_request.other-subject", "exposure_request.other-body"},
	} {
		for _, l := range locale.Langs() {
			say := func(k locale.Key, args ...any) string { return s.texts.Say(l, k, args...) }
			v.Texts = append(v.Texts, requestText{ID: one.id + "-" + string(l), Heading: one.heading, Intro: one.intro, Lang: l,
				Subject: say(one.subject), Body: say(one.body, say(got.Kind.Term()), addresses, r.Organisation.Name)})
		}
	}
	return r.Page("exposure_request.html", v)
}

func toFinding(r *Request) string { return foundPath + r.Path("id") }
