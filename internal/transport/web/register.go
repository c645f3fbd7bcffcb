package web

import (
	"net/url"
	"strconv"
	"strings"
	"time"

	"varn/internal/domain/access"
	"varn/internal/domain/registration"
	"varn/internal/kit/fault"
	"varn/internal/kit/locale"
	"varn/internal/usecase/registry"
)

const registerPath = "/diarium"

// registerView (diariet) is an authority's register as its registrar sees it.
type registerView struct {
	Authorities []Choice
	Years       []Choice
	Entries     []registerLine
	Requests    []recordLine
	CSV         string
	Pager       Pager
	// Nobody: the visitor is a registrar without a function to be it in.
	Nobody bool
}

// Choice is an option of a filter that the address holds.
type Choice struct {
	Value, Text string
	Chosen      bool
}

type registerLine struct {
	ID, Number, Outside           string
	Date                          time.Time
	Direction, Party, Subject     locale.Key
	Provision                     string
	HasOutside, Doubted, Finished bool
}

// recordLine is a request that has not been answered, or one of an entry's.
type recordLine struct {
	Entry, Number string
	State         locale.Key
	Color         string
	Asked, Due    time.Time
	Open          bool
}

func (s *Server) register(r *Request) error {
	all, err := s.Desks.Registry.Authorities(r.Context(), r.Session)
	if fault.Is(err, fault.Denied) && r.Session.Has(access.Registrar) {
		return r.Page("register.html", registerView{Nobody: true})
	}
	if err != nil {
		return err
	}
	w := registry.Wanted{Authority: r.Query("myndighet"), Before: readBefore(r.Query("fore"))}
	w.Year, _ = strconv.Atoi(r.Query("ar"))
	if w.Authority == "" {
		w.Authority = all[0].ID
	}
	page, err := s.Desks.Registry.List(r.Context(), r.Session, w)
	if err != nil {
		return err
	}
	requests, err := s.Desks.Registry.Requests(r.Context(), r.Session, w.Authority)
	if err != nil {
		return err
	}
	view := registerView{CSV: registerAddress("/diarium/csv", w, nil), Years: s.years(w.Year)}
	for _, a := range all {
		view.Authorities = append(view.Authorities, Choice{a.ID, a.Name, a.ID == w.Authority})
	}
	for _, e := range page.Entries {
		view.Entries = append(view.Entries, registerLineOf(e))
	}
	for _, q := range requests {
		if q.State == registration.Asked {
			view.Requests = append(view.Requests, recordLineOf(q))
		}
	}
	if w.Before != (registry.Before{}) {
		view.Pager.First = registerAddress(registerPath, w, nil)
	}
	if page.Next != nil {
		view.Pager.Next = registerAddress(registerPath, w, page.Next)
	}
	return r.Page("register.html", view)
}

// years are those that can be chosen: this one and the nine before it, and all.
func (s *Server) years(chosen int) []Choice {
	now := s.Clock.Now().In(locale.Zone()).Year()
	var out []Choice
	for y := now; y > now-10; y-- {
		out = append(out, Choice{strconv.Itoa(y), strconv.Itoa(y), y == chosen})
	}
	return out
}

// registerAddress is the list from a place on, with its filters.
func registerAddress(path string, w registry.Wanted, from *registry.Before) string {
	q := url.Values{"myndighet": {w.Authority}}
	if w.Year != 0 {
		q.Set("ar", strconv.Itoa(w.Year))
	}
	if from != nil {
		q.Set("fore", strconv.FormatInt(from.Year, 10)+"-"+strconv.FormatInt(from.Serial, 10))
	}
	return path + "?" + q.Encode()
}

func readBefore(s string) registry.Before {
	year, serial, _ := strings.Cut(s, "-")
	y, err := strconv.ParseInt(year, 10, 64)
	n, err2 := strconv.ParseInt(serial, 10, 64)
	if err != nil || err2 != nil {
		return registry.Before{}
	}
	return registry.Before{Year: y, Serial: n}
}

func registerLineOf(e registry.Entry) registerLine {
	return registerLine{ID: e.ID, Number: e.Number, Outside: e.Outside, Date: e.Date.Time(), Direction: locale.Key(e.Direction.Term()),
		Party: locale.Key(e.Party.Term()), Subject: locale.Key(e.Subject.Term()), Provision: string(e.Provision),
		HasOutside: e.Outside != "", Doubted: e.Outside != "" && !e.Plausible, Finished: e.Delivered != 0}
}

func recordLineOf(q registry.Request) recordLine {
	line := recordLine{Entry: q.Entry, Number: q.Number, Asked: q.Asked.Time(), Due: q.Due.Time(), Open: q.State == registration.Asked, Color: "neutral"}
	switch q.State {
	case registration.Released:
		line.State = "register.released"
	case registration.Partly:
		line.State = "register.partly"
	case registration.Refused:
		line.State = "register.refused"
	default:
		line.State, line.Color = "register.asked", "info"
		if q.Late {
			line.State, line.Color = "register.late", "danger"
		}
	}
	return line
}

// registerCSV sends the list as a file for spreadsheets. The export is logged before its first byte.
func (s *Server) registerCSV(r *Request) error {
	year, _ := strconv.Atoi(r.Query("ar"))
	return s.Desks.Registry.CSV(r.Context(), r.Session, r.Query("myndighet"), year, &csvFile{r: r})
}

// csvFile says what kind of answer it is when the first byte comes.
type csvFile struct {
	r     *Request
	begun bool
}

func (f *csvFile) Write(b []byte) (int, error) {
	if !f.begun {
		f.begun = true
		h := f.r.W.Header()
		h.Set("Content-Type", "text/csv; charset=utf-8")
		h.Set("Content-Disposition", `attachment; filename="diarium.csv"`)
		h.Set("Cache-Control", "no-store")
	}
	return f.r.W.Write(b)
}
