package web

import (
	"varn/internal/domain/incident"
	"varn/internal/kit/fault"
)

// caseSheetView is a report in the order of another system's form, to copy from (kopieringsblad).
type caseSheetView struct {
	Ref, Href string
	Fields    []incident.Field
}

// caseSheet shows it to the circle of a case whose unit reports elsewhere. It is an opening like any
// other.
func (s *Server) caseSheet(r *Request) error {
	c, err := s.Desks.Cases.ReadCase(r.Context(), r.Session, r.Path("ref"))
	if err != nil {
		return err
	}
	for _, e := range c.Timeline {
		if e.Report != nil && c.InKIA {
			return r.Page("case_sheet.html", caseSheetView{Ref: c.Ref, Href: casePath + c.Ref, Fields: incident.CopySheet(*e.Report)})
		}
	}
	return fault.New(fault.NotFound, "fault.not-found")
}
