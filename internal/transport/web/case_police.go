package web

import (
	"context"
	"encoding/json"

	"varn/internal/domain/casefile"
	"varn/internal/usecase/once"
)

// policeForm asks for what the police are told beside the report.
func policeForm() *Form {
	return NewForm(
		Text("victim", "case_police.victim").Max(casefile.MaxLine),
		Text("position", "case_police.position").Hint("case_police.position-hint").Max(casefile.MaxLine),
		Radios("status", "case_police.status", Option{Value: "elected", Key: "paper.elected"}, Option{Value: "employed", Key: "paper.employed"}),
		Check("because", "case_police.because"),
		Text("contact", "case_police.contact").Hint("case_police.contact-hint").Max(casefile.MaxLine),
		Text("filer", "case_police.filer").Hint("case_police.filer-hint").Max(casefile.MaxLine),
		Area("earlier", "case_police.earlier").Hint("case_police.earlier-hint").Max(casefile.MaxMessage).Tall(3).Optional(),
		Check("restrict", "case_police.restrict"),
		Check("health", "case_police.health"),
	)
}

// casePolice shows what would go to the police, lets it be mended, and makes the police's view.
func (s *Server) casePolice(r *Request) error {
	ref := r.Path("ref")
	if !s.Desks.Cases.Knows(r.Context(), r.Session, ref) {
		return s.unknown(r)
	}
	f := policeForm()
	if r.HTTP.Method != "POST" {
		if err := s.suggestFiling(r, f); err != nil {
			return err
		}
		return s.policePage(r, f)
	}
	if err := r.Read(f); err != nil {
		return err
	}
	if f.Failed() {
		return s.policePage(r, f)
	}
	filing := casefile.Filing{Victim: f.Text("victim"), Position: f.Text("position"), Elected: f.Text("status") == "elected", Because: f.Checked("because"),
		Contact: f.Text("contact"), Filer: f.Text("filer"), Earlier: f.Text("earlier"), Restrict: f.Checked("restrict"), Health: f.Checked("health")}
	body, err := json.Marshal(filing)
	if err != nil {
		return err
	}
	made, _, err := s.Desks.Once.Do(r.Context(), once.Ask{Org: r.Session.Org, Scope: r.Session.Person + " " + r.HTTP.URL.Path, Key: f.Once(), Body: body},
		func(ctx context.Context) ([]byte, error) {
			made, err := s.Desks.Cases.MakePoliceView(ctx, r.Session, ref, filing)
			return []byte(made), err
		})
	if err == nil {
		return r.Redirect(casePath + string(made) + "/paket")
	}
	if !takes(f, err) {
		return err
	}
	return s.policePage(r, f)
}

func (s *Server) suggestFiling(r *Request, f *Form) error {
	v, err := s.Desks.Cases.SuggestFiling(r.Context(), r.Session, r.Path("ref"))
	if err != nil {
		return err
	}
	f.Set("victim", v.Victim).Set("position", v.Position).Set("contact", v.Contact).Set("filer", v.Filer)
	if v.Position != "" {
		status := "employed"
		if v.Elected {
			status = "elected"
		}
		f.Set("status", status)
	}
	if v.Because {
		f.Set("because", "on")
	}
	if v.Restrict {
		f.Set("restrict", "on")
	}
	return nil
}

func (s *Server) policePage(r *Request, f *Form) error {
	r.Title(r.Text("case_police.title") + " – " + r.Path("ref"))
	return r.Page("case_act.html", caseActView{Form: f, Ref: r.Path("ref"), Href: casePath + r.Path("ref"),
		Title: "case_police.title", Lead: "case_police.lead", Button: "case_police.button"})
}
