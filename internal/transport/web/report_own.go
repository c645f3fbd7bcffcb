package web

import (
	"time"

	"varn/internal/domain/casefile"
	"varn/internal/kit/locale"
	"varn/internal/usecase/casework"
)

// reportOwnView lists one's own reports (mina rapporter), and those that others made for one.
type reportOwnView struct{ Reports []ownReport }

type ownReport struct {
	Href      string
	Created   time.Time
	Concerned bool
	Ref       string
	Status    locale.Key
	Color     string
}

func (s *Server) reportOwn(r *Request) error {
	list, err := s.Desks.Cases.OwnReports(r.Context(), r.Session)
	if err != nil {
		return err
	}
	var view reportOwnView
	for _, one := range list {
		line := ownReport{Href: ownPath + "/" + one.ReceiptID, Created: one.Created.Time(), Concerned: one.Role == casefile.Concerned,
			Status: locale.Key(one.Status.Term()), Color: statusColor(one.Status)}
		if len(one.Refs) > 0 {
			line.Ref = one.Refs[0]
		}
		view.Reports = append(view.Reports, line)
	}
	return r.Page("report_own.html", view)
}

// reportOwnShow opens a report of one's own, without its code.
func (s *Server) reportOwnShow(r *Request) error {
	return s.receiptPage(r, casework.ReceiptAct{ReceiptID: r.Path("id")}, receiptSaid{done: receiptDid(r.Query("klart"))})
}
