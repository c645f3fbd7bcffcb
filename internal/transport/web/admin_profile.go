package web

import (
	"net/http"
	"strconv"

	"varn/internal/domain/organisation"
	"varn/internal/kit/fault"
)

// adminProfileView is what the organisation shows of itself: its name, colours and texts.
type adminProfileView struct {
	Form  *Form
	Saved bool
}

func profileForm() *Form {
	return NewForm(
		Text("name", "setup.name").Max(100).Complete("off"),
		Text("service", "admin_profile.service").Hint("admin_profile.service-hint").Complete("off").Optional(),
		Text("primary", "setup.primary").Hint("setup.primary-hint").Max(7).Optional(),
		Text("accent", "setup.accent").Max(7).Optional(),
		Email("contact", "admin_profile.contact").Hint("admin_profile.contact-hint").Complete("off").Optional(),
		Phone("phone", "person.phone").Complete("off").Optional(),
		Email("privacy", "admin_profile.privacy").Hint("admin_profile.privacy-hint").Complete("off").Optional(),
		Text("exit_url", "admin_profile.exit").Hint("admin_profile.exit-hint").Max(500).Complete("off").Optional(),
		Check("show_names", "admin_profile.show-names").Hint("admin_profile.show-names-hint"),
	)
}

func (adminProfileView) SampleForm() *Form { return profileForm() }

// profileTexts are a profile's texts by the names of the form's fields.
func profileTexts(p organisation.Profile) map[string]string {
	return map[string]string{"name": p.Name, "service": p.Service, "primary": p.Primary, "accent": p.Accent, "contact": p.Contact,
		"phone": p.Phone, "privacy": p.Privacy, "exit_url": p.ExitURL}
}

func (s *Server) adminProfile(r *Request) error {
	p, version, err := s.Desks.People.EditProfile(r.Context(), r.Session)
	if err != nil {
		return err
	}
	f := profileForm()
	now := strconv.FormatInt(version, 10)
	if r.HTTP.Method != http.MethodPost {
		for name, v := range profileTexts(p) {
			f.Set(name, v)
		}
		if p.ShowNames {
			f.Set("show_names", "1")
		}
		f.Seen(now)
		return r.Page("admin_profile.html", adminProfileView{Form: f, Saved: r.Query("sparat") != ""})
	}
	if err := r.Read(f); err != nil {
		return err
	}
	if !f.Failed() {
		checkColors(f)
	}
	if f.Failed() {
		return r.Page("admin_profile.html", adminProfileView{Form: f})
	}
	seen, _ := strconv.ParseInt(f.Version(), 10, 64)
	err = s.Desks.People.SaveProfile(r.Context(), r.Session, organisation.Profile{Name: f.Text("name"), Service: f.Text("service"),
		Primary: f.Text("primary"), Accent: f.Text("accent"), Contact: f.Text("contact"), Phone: f.Text("phone"), Privacy: f.Text("privacy"),
		ExitURL: f.Text("exit_url"), ShowNames: f.Checked("show_names")}, seen)
	switch {
	case err == nil:
		s.Refresh()
		return r.Redirect("/drift/profil?sparat=1")
	case fault.Is(err, fault.Conflict):
		return r.Conflict(f, now, profileTexts(p))
	case !f.Take(err):
		return err
	}
	return r.Page("admin_profile.html", adminProfileView{Form: f})
}
