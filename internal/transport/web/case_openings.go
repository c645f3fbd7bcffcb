package web

import (
	"strconv"
	"time"

	"varn/internal/kit/locale"
)

// caseOpeningsView is who has opened and changed a case (öppningar), as its log has it.
type caseOpeningsView struct {
	Ref, Href string
	Lines     []openingLine
	Older     string
	First     string
}

type openingLine struct {
	Day      time.Time
	From, To int
	Name     string
	Act      locale.Key
	Mine     bool
}

func (s *Server) caseOpenings(r *Request) error {
	before, _ := strconv.ParseInt(r.Query("fore"), 10, 64)
	got, err := s.Desks.Cases.Openings(r.Context(), r.Session, r.Path("ref"), max(before, 0))
	if err != nil {
		return err
	}
	view := caseOpeningsView{Ref: got.Ref, Href: casePath + got.Ref}
	for _, o := range got.List {
		at := o.Hour.Time().In(locale.Zone())
		view.Lines = append(view.Lines, openingLine{Day: at, From: at.Hour(), To: (at.Hour() + 1) % 24, Name: o.Name, Act: actKey(o.Act), Mine: o.Mine})
	}
	if got.Next > 0 {
		view.Older = view.Href + "/oppningar?fore=" + strconv.FormatInt(got.Next, 10)
	}
	if before > 0 {
		view.First = view.Href + "/oppningar"
	}
	r.Title(r.Text("case_openings.title") + " " + got.Ref)
	return r.Page("case_openings.html", view)
}

// actKey says an act of the log in words.
func actKey(act string) locale.Key {
	switch act {
	case "case.create":
		return "act.create"
	case "case.open":
		return "act.open"
	case "item.add":
		return "act.add"
	case "file.open":
		return "act.file"
	case "file.signatures":
		return "act.signatures"
	case "case.package":
		return "act.package"
	case "package.made":
		return "act.package-made"
	case "file.broken":
		return "act.broken"
	case "member.add":
		return "act.member-add"
	case "member.remove":
		return "act.member-remove"
	case "case.circle":
		return "act.circle"
	case "case.openings":
		return "act.openings"
	case "case.assess":
		return "act.assess"
	case "case.assess_read":
		return "act.assess-read"
	case "case.measure":
		return "act.measure"
	}
	return "act.other"
}
