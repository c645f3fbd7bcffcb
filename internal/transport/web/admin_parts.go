package web

import (
	"context"
	"net/http"
	"strconv"

	"varn/internal/domain/organisation"
	"varn/internal/kit/fault"
	"varn/internal/usecase/operate"
)

const partsPath = "/drift/organisation"

// adminPartsView lists the authorities and their units.
type adminPartsView struct{ Parts []partLine }

type partLine struct {
	ID, Name, Code string
	Units          []partLine
}

func (s *Server) adminParts(r *Request) error {
	all, err := s.Desks.Operate.Parts(r.Context(), r.Session)
	if err != nil {
		return err
	}
	view := adminPartsView{}
	for _, a := range all {
		line := partLine{ID: a.ID, Name: a.Label.Name, Code: a.Label.Code}
		for _, u := range a.Units {
			line.Units = append(line.Units, partLine{ID: u.ID, Name: u.Label.Name, Code: u.Label.Code})
		}
		view.Parts = append(view.Parts, line)
	}
	return r.Page("admin_parts.html", view)
}

// adminPartView enters or renames an authority or a unit.
type adminPartView struct {
	Form   *Form
	Name   string // empty: a new one
	In     string // the authority that a unit belongs to
	IsUnit bool
}

func partForm(unit bool) *Form {
	name := Text("name", "admin_part.name").Complete("off")
	if unit {
		return NewForm(name, Carried("authority"))
	}
	return NewForm(name, Text("code", "admin_part.code").Hint("admin_part.code-hint").Max(20).Complete("off").Optional())
}

func (adminPartView) SampleForm() *Form { return partForm(false) }

// part finds an authority or a unit by its id.
func (s *Server) part(r *Request, id string) (part operate.Part, in string, err error) {
	all, err := s.Desks.Operate.Parts(r.Context(), r.Session)
	if err != nil {
		return part, "", err
	}
	for _, a := range all {
		if a.ID == id {
			return a, "", nil
		}
		for _, u := range a.Units {
			if u.ID == id {
				return u, a.Label.Name, nil
			}
		}
	}
	return part, "", fault.New(fault.NotFound, "fault.not-found")
}

// adminPartNew enters an authority, or a unit of the authority that the address names.
func (s *Server) adminPartNew(r *Request) error {
	in := operate.Part{}
	if id := r.Query("i"); id != "" {
		var err error
		if in, _, err = s.part(r, id); err != nil {
			return err
		}
	}
	f := partForm(in.ID != "")
	if r.HTTP.Method == http.MethodPost {
		if err := r.Read(f); err != nil {
			return err
		}
		if !f.Failed() {
			_, err := s.onceOnly(r, f, func(ctx context.Context) (string, error) {
				return "", s.Desks.Operate.AddPart(ctx, r.Session, operate.Part{Authority: in.ID, Label: labelFrom(f, in.ID != "")})
			})
			if err == nil {
				return r.Redirect(partsPath)
			}
			if !f.Take(err) {
				return err
			}
		}
	}
	return r.Page("admin_part.html", adminPartView{Form: f, In: in.Label.Name, IsUnit: in.ID != ""})
}

func labelFrom(f *Form, unit bool) organisation.Label {
	if unit {
		return organisation.Label{Name: f.Text("name")}
	}
	return organisation.Label{Name: f.Text("name"), Code: f.Text("code")}
}

// adminPart renames; two who do it at once lose neither text.
func (s *Server) adminPart(r *Request) error {
	p, in, err := s.part(r, r.Path("id"))
	if err != nil {
		return err
	}
	unit := p.Authority != ""
	f := partForm(unit)
	view := adminPartView{Form: f, Name: p.Label.Name, In: in, IsUnit: unit}
	now := strconv.FormatInt(p.Version, 10)
	theirs := map[string]string{"name": p.Label.Name}
	if !unit {
		theirs["code"] = p.Label.Code
	}
	if r.HTTP.Method != http.MethodPost {
		for name, v := range theirs {
			f.Set(name, v)
		}
		f.Seen(now)
		return r.Page("admin_part.html", view)
	}
	if err := r.Read(f); err != nil {
		return err
	}
	if !f.Failed() {
		p.Label = labelFrom(f, unit)
		p.Version, _ = strconv.ParseInt(f.Version(), 10, 64)
		err := s.Desks.Operate.RenamePart(r.Context(), r.Session, p)
		switch {
		case err == nil:
			return r.Redirect(partsPath)
		case fault.Is(err, fault.Conflict):
			return r.Conflict(f, now, theirs)
		case !f.Take(err):
			return err
		}
	}
	return r.Page("admin_part.html", view)
}
