package web

import (
	"net/http"
	"strconv"
	"strings"
	"time"

	"varn/internal/domain/access"
	"varn/internal/kit/fault"
	"varn/internal/kit/locale"
	"varn/internal/usecase/people"
)

const recoveryPath = "/aterstallning"

// recoveryView (återställning) lists recoveries that wait.
type recoveryView struct {
	All   []recoveryLine
	Staff bool
}

type recoveryLine struct {
	ID, Name       string
	Started, Opens time.Time
	Open, Mine     bool
}

func (s *Server) recovery(r *Request) error {
	all, _, err := s.Desks.People.Recoveries(r.Context(), r.Session)
	if err != nil {
		return err
	}
	view := recoveryView{Staff: r.Session.Has(access.Administrator, access.HeadOfSecurity)}
	for _, one := range all {
		view.All = append(view.All, recoveryLine{one.ID, one.Name, one.Started.Time(), one.Opens.Time(), one.Open, one.Mine})
	}
	return r.Page("recovery.html", view)
}

// recoveryBegin asks first, then starts the wait for somebody.
func (s *Server) recoveryBegin(r *Request) error {
	name, err := s.Desks.People.Name(r.Context(), r.Session, r.Path("id"))
	if err != nil {
		return err
	}
	if r.HTTP.Method == http.MethodGet {
		return r.Page("confirm.html", Confirm{
			Heading: r.Text("recovery.ask", name), Text: r.Text("recovery.ask-text"), Action: personPath(r.Path("id"), "/aterstall"),
			Button: r.Text("recovery.begin"), Back: personPath(r.Path("id")),
		})
	}
	if _, err := s.Desks.People.BeginRecovery(r.Context(), r.Session, r.Path("id")); err != nil {
		return err
	}
	return r.Redirect(recoveryPath)
}

// recoveryEnd stops a recovery at the word of somebody signed in.
func (s *Server) recoveryEnd(r *Request) error {
	if r.HTTP.Method == http.MethodGet {
		return r.Page("confirm.html", Confirm{
			Heading: r.Text("recovery.stop-ask"), Text: r.Text("recovery.stop-text"), Action: recoveryPath + "/" + r.Path("id") + "/avbryt",
			Button: r.Text("recovery.stop"), Danger: true, Back: recoveryPath,
		})
	}
	if err := s.Desks.People.StopRecovery(r.Context(), r.Session, r.Path("id")); err != nil {
		return err
	}
	return r.Redirect(recoveryPath)
}

// recoveryStopView lets a custodian stop, without an account.
type recoveryStopView struct {
	Form    *Form
	Done    bool
	Stopped int
}

func recoveryStopForm() *Form {
	return NewForm(Text("code", "recovery_stop.code").Hint("recovery_stop.code-hint").Max(40).Complete("off"))
}

func (recoveryStopView) SampleForm() *Form { return recoveryStopForm() }

func (s *Server) recoveryStop(r *Request) error {
	f := recoveryStopForm()
	view := recoveryStopView{Form: f}
	if r.HTTP.Method == http.MethodPost {
		if err := r.Read(f); err != nil {
			return err
		}
		if !f.Failed() {
			n, err := s.Desks.People.StopAllByCode(r.Context(), r.Organisation.ID, f.Text("code"), s.from(r))
			switch {
			case err == nil:
				view.Done, view.Stopped = true, n
			case !f.Take(err):
				return err
			}
		}
	}
	return r.Page("recovery_stop.html", view)
}

// recoveryDoView takes the custodians' sheets, and then shows the new ones once.
type recoveryDoView struct {
	Form   *Form
	ID     string
	Name   string
	Needed int
	Sheets []sheetView
	Day    time.Time
}

func recoveryDoForm(needed int) *Form {
	var fields []*Field
	for n := range needed {
		fields = append(fields, Area("sheet"+strconv.Itoa(n+1), sheetLabel(n)).Tall(3).Max(400))
	}
	return NewForm(fields...)
}

// sheetLabel names the fields in order; sheets are at most sixteen, and who needs more than five
// finds them under the same words.
func sheetLabel(n int) locale.Key {
	return []locale.Key{"recovery_do.sheet-1", "recovery_do.sheet-2", "recovery_do.sheet-3", "recovery_do.sheet-4", "recovery_do.sheet-5"}[min(n, 4)]
}

func (recoveryDoView) SampleForm() *Form { return recoveryDoForm(3) }

func (s *Server) recoveryDo(r *Request) error {
	all, needed, err := s.Desks.People.Recoveries(r.Context(), r.Session)
	if err != nil {
		return err
	}
	view := recoveryDoView{ID: r.Path("id"), Needed: needed, Form: recoveryDoForm(needed), Day: s.Clock.Now()}
	for _, one := range all {
		if one.ID == r.Path("id") {
			view.Name = one.Name
		}
	}
	if view.Name == "" {
		return fault.New(fault.NotFound, "fault.not-found")
	}
	f := view.Form
	if r.HTTP.Method == http.MethodPost {
		if err := r.Read(f); err != nil {
			return err
		}
		if !f.Failed() {
			papers, err := s.Desks.People.Recover(r.Context(), r.Session, view.ID, sheetTexts(f))
			switch {
			case err == nil:
				view.Sheets = papersOf(r.Organisation.Name, papers, view.Day)
			case !f.Take(err):
				return err
			}
		}
	}
	return r.Page("recovery_do.html", view)
}

func sheetTexts(f *Form) []string {
	var out []string
	for _, field := range f.Fields() {
		out = append(out, field.Value())
	}
	return out
}

func papersOf(organisation string, papers []people.Paper, day time.Time) []sheetView {
	var out []sheetView
	for _, p := range papers {
		out = append(out, sheetView{Organisation: organisation, Custodian: p.Custodian, Index: p.Index(), Total: p.Total(), Needed: p.Needed(),
			Groups: strings.Fields(p.Text()), Set: p.Set(), Code: p.Code, QR: newQR(p.Sheet.Code()), Day: day})
	}
	return out
}
