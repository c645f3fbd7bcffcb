package web

import (
	"net/http"
	"strconv"
	"strings"
	"time"

	"varn/internal/domain/organisation"
	"varn/internal/domain/person"
	"varn/internal/kit/fault"
	"varn/internal/usecase/founding"
)

const setupPath = "/uppsattning"

// setupView (uppsättning) founds the installation's organisation.
type setupView struct{ Form *Form }

func setupForm() *Form {
	return NewForm(
		Text("code", "setup.code").Hint("setup.code-hint").Max(60).Complete("off"),
		Text("name", "setup.name").Hint("setup.name-hint").Max(100).Complete("organization"),
		Text("primary", "setup.primary").Hint("setup.primary-hint").Max(7).Optional(),
		Text("accent", "setup.accent").Max(7).Optional(),
		Area("authorities", "setup.authorities").Hint("setup.authorities-hint").Tall(8),
		Text("head_name", "setup.person-name").Complete("off"),
		Email("head_address", "setup.person-address").Complete("off"),
		Phone("head_phone", "setup.person-phone").Complete("off").Optional(),
		Area("custodians", "setup.custodians").Hint("setup.custodians-hint").Tall(5).Max(2000),
		Text("threshold", "setup.threshold").Hint("setup.threshold-hint").Max(2),
		Text("admin_name", "setup.person-name").Complete("off").Optional(),
		Email("admin_address", "setup.person-address").Complete("off").Optional(),
	)
}

func (setupView) SampleForm() *Form { return setupForm() }

// setup asks for the code from the terminal and for everything that an organisation begins with.
func (s *Server) setup(r *Request) error {
	if s.Desks.Founding == nil || !s.Desks.Founding.Unfounded() {
		return fault.New(fault.NotFound, "fault.not-found")
	}
	f := setupForm().Set("threshold", "3").Set("primary", defaultPrimary).Set("accent", defaultAccent)
	if r.HTTP.Method != http.MethodPost {
		return r.Page("setup.html", setupView{f})
	}
	if err := r.Read(f); err != nil {
		return err
	}
	plan := planOf(f)
	if f.Failed() {
		return r.Page("setup.html", setupView{f})
	}
	out, err := s.Desks.Founding.FoundFirst(r.Context(), f.Text("code"), plan)
	if err != nil {
		if f.Take(err) {
			return r.Page("setup.html", setupView{f})
		}
		return err
	}
	s.Refresh()
	return r.Page("setup_done.html", s.setupDone(plan, out))
}

// planOf reads the form as a plan and says what must be mended in it.
func planOf(f *Form) founding.Plan {
	p := founding.Plan{
		Profile:    organisation.Profile{Name: f.Text("name"), Primary: f.Text("primary"), Accent: f.Text("accent")},
		Parts:      founding.ParseParts(f.Text("authorities")),
		Custodians: lines(f.Text("custodians")),
		Head:       person.Profile{Name: f.Text("head_name"), Address: f.Text("head_address"), Phone: f.Text("head_phone"), Lang: "sv"},
		Admin:      person.Profile{Name: f.Text("admin_name"), Address: f.Text("admin_address"), Lang: "sv"},
	}
	var err error
	if p.Threshold, err = strconv.Atoi(f.Text("threshold")); err != nil {
		p.Threshold = 0
	}
	checkColors(f)
	if (p.Admin.Name == "") != (p.Admin.Address == "") {
		name := "admin_name"
		if p.Admin.Name != "" {
			name = "admin_address"
		}
		f.Fail(name, "form.required")
	}
	return p
}

// checkColors refuses colours on which text can't be read.
func checkColors(f *Form) {
	for name, c := range map[string]Colors{"primary": {Primary: f.Text("primary")}, "accent": {Accent: f.Text("accent")}} {
		if err := c.Check(); err != nil {
			f.Fail(name, codeOf(err))
		}
	}
}

// lines are the lines of a text that hold something.
func lines(text string) []string {
	var out []string
	for line := range strings.Lines(text) {
		if line = strings.TrimSpace(line); line != "" {
			out = append(out, line)
		}
	}
	return out
}

// setupDoneView shows once what is kept nowhere: the custodians' sheets and the invitations.
type setupDoneView struct {
	Organisation string
	Sheets       []sheetView
	Links        []invitationView
	Day          time.Time
	Needed       int
}

// sheetView is one custodian's paper.
type sheetView struct {
	Organisation, Custodian string
	Index, Total, Needed    int
	Groups                  []string
	Set, Code               string
	QR                      qrView
	Day                     time.Time
}

// invitationView is a way in for somebody, shown once.
type invitationView struct {
	Name, Link, Code string
	QR               qrView
}

func (s *Server) setupDone(p founding.Plan, out *founding.Founded) setupDoneView {
	view := setupDoneView{Organisation: p.Profile.Name, Day: s.Clock.Now(), Needed: p.Threshold}
	for _, one := range out.Sheets {
		sheet := sheetView{Organisation: p.Profile.Name, Custodian: one.Custodian, Index: one.Share.Index(), Total: one.Share.Total(), Needed: one.Share.Needed(),
			Groups: strings.Fields(one.Share.Text()), Set: one.Share.Set(), Code: one.Code, QR: newQR(one.Share.Code()), Day: view.Day}
		view.Sheets = append(view.Sheets, sheet)
	}
	view.Links = append(view.Links, s.invitation(p.Head.Name, out.HeadLink))
	if out.AdminLink != "" {
		view.Links = append(view.Links, s.invitation(p.Admin.Name, out.AdminLink))
	}
	return view
}

// invitation is a link whose code stands after a #, so that it reaches no log.
func (s *Server) invitation(name, code string) invitationView {
	link := s.Desks.Origin + "/inbjudan#" + code
	return invitationView{Name: name, Link: link, Code: code, QR: newQR(link)}
}
