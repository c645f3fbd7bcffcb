package web

import (
	"context"
	"encoding/json"
	"net/http"
	"slices"
	"strconv"

	"varn/internal/domain/incident"
	"varn/internal/domain/routing"
	"varn/internal/kit/fault"
	"varn/internal/usecase/casework"
)

// reportKept is what is kept of a report that was sent, for who sends it again or switches language:
// the receipt, who got it, and what advice is chosen by. Nothing that was written is in it.
type reportKept struct {
	Ref     string          `json:"ref"`
	Receipt string          `json:"receipt"`
	Told    []reportTold    `json:"told,omitempty"`
	Safety  []string        `json:"safety,omitempty"`
	Escrow  bool            `json:"escrow,omitempty"`
	Facts   incident.Report `json:"facts"`
	Hours   int             `json:"hours,omitempty"`
}

// reportTold is who got a view of the report.
type reportTold struct {
	Kind     routing.ViewKind   `json:"kind"`
	Contacts []casework.Contact `json:"contacts,omitempty"`
}

// reportSend sends the report. Sent twice it is filed once, and both are shown the same receipt.
// What is sent is what was reviewed: a draft that another tab has changed since is shown again.
func (s *Server) reportSend(r *Request) error {
	r.arrive()
	f := NewForm(carriedFields()...)
	if err := r.Read(f); err != nil {
		return err
	}
	if f.Text("act") == "language" {
		r.speak(other(r.Lang))
	}
	var d casework.Draft
	var v reportDraft
	answer, _, err := s.Desks.Once.Do(r.Context(), r.ask(f, []byte(f.Text("draft"))), func(ctx context.Context) ([]byte, error) {
		var err error
		if d, v, err = s.openReport(r, f.Text("draft")); err != nil {
			return nil, err
		}
		if f.Version() != strconv.FormatInt(d.Version, 10) {
			return nil, fault.New(fault.Conflict, "draft.changed")
		}
		return s.reportFile(ctx, r, d, v)
	})
	switch {
	case err == nil:
		return s.reportSent(r, f, answer)
	case fault.Is(err, fault.NotFound):
		return s.reportPage(r, casework.NewDraft(), reportDraft{}, reportShown{step: 1, gone: true})
	case fault.Is(err, fault.Conflict) && fault.Of(err).Code == "draft.changed":
		return s.reportPage(r, d, v, reportShown{step: reviewStep, changed: true})
	case fault.Is(err, fault.Busy) && d.Version > 0:
		r.W.Header().Set("Retry-After", retryAfter(fault.Of(err).RetryAfter))
		r.Status(http.StatusTooManyRequests)
		return s.reportPage(r, d, v, reportShown{step: reviewStep, busy: true})
	}
	return s.reportLacks(r, d, v, err)
}

// reportFile files what the draft tells, and gives what is kept of it.
func (s *Server) reportFile(ctx context.Context, r *Request, d casework.Draft, v reportDraft) ([]byte, error) {
	c, err := s.reportChoices(r, v, nil)
	if err != nil {
		return nil, err
	}
	whole := v.filed(r, c)
	whole.Draft = d.Secret
	if s.Desks.From != nil {
		whole.From = s.Desks.From(r.HTTP)
	}
	p, err := s.Desks.Cases.PreviewReport(ctx, r.sender(), whole)
	if err != nil {
		return nil, err
	}
	filed, err := s.Desks.Cases.FileReport(ctx, r.sender(), whole)
	if err != nil {
		return nil, err
	}
	kept := reportKept{Ref: filed.Ref, Receipt: filed.Receipt, Safety: p.Told, Escrow: p.Escrow, Hours: int(c.options.Contact.Hours()), Facts: adviceFacts(whole.Report)}
	for _, view := range p.Views {
		if !view.Empty {
			kept.Told = append(kept.Told, reportTold{view.Kind, view.Contacts})
		}
	}
	return json.Marshal(kept)
}

// adviceFacts are the codes that advice is chosen by, without a word of what was written.
func adviceFacts(r incident.Report) incident.Report {
	return incident.Report{Forms: slices.Clone(r.Forms), Medium: slices.Clone(r.Medium), Place: r.Place, TargetCategory: r.TargetCategory, InjuryPhysical: r.InjuryPhysical}
}
