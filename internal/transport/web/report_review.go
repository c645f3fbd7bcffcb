package web

import (
	"strings"

	"varn/internal/domain/routing"
	"varn/internal/kit/locale"
	"varn/internal/usecase/casework"
)

// reportReview is everything that is about to be sent, who gets it, and why.
type reportReview struct {
	Parts   []reportPart
	Preview casework.Preview
	// PartyText is what the party would read, word for word.
	PartyText string
	// Police tells that a package can be made for the police.
	Police bool
	// Excluded are those who may not know, as they were written.
	Excluded []string
}

// reportPart is what was written in one step.
type reportPart struct {
	Step  int
	Title locale.Key
	Facts []reportFact
}

// reportFact is one answer.
type reportFact struct {
	Label locale.Key
	Text  string // the label, when the organisation has written it
	Lines []string
}

// reportReviewed fills in the last step. It fails when something must be mended in another.
func (s *Server) reportReviewed(r *Request, v reportDraft, c reportChoices, view *reportView) error {
	whole := v.filed(r, c)
	p, err := s.Desks.Cases.PreviewReport(r.Context(), r.anybody(), whole)
	if err != nil {
		return err
	}
	view.Review = reportReview{Preview: p, Excluded: names(v.text("exclude"))}
	for _, one := range p.Views {
		switch {
		case one.Kind == routing.PoliceView:
			view.Review.Police = true
		case one.Kind == routing.PartyView && !one.Empty:
			view.Review.PartyText = whole.PartyText
		}
	}
	for step, title := range []locale.Key{"report.step-1", "report.step-2", "report.step-3", "report.step-4"} {
		part := reportPart{Step: step + 1, Title: title}
		f := NewForm(s.reportFields(step+1, c)...)
		v.put(f)
		for _, field := range f.fields {
			if fact, ok := r.fact(field); ok {
				part.Facts = append(part.Facts, fact)
			}
		}
		for _, file := range view.Carried {
			if part.Step == 3 {
				part.Facts = append(part.Facts, reportFact{Label: "report.file", Lines: []string{file.Name + ", " + r.Lang.Size(file.Size)}})
			}
		}
		view.Review.Parts = append(view.Review.Parts, part)
	}
	return nil
}

// fact is what a field holds, in words.
func (r *Request) fact(f *Field) (reportFact, bool) {
	out := reportFact{Label: f.Label, Text: f.LabelText}
	shares := f.Name == "party_text" || f.Name == "share_with_party" // shown where the party stands
	if len(f.values) == 0 || f.Kind == fileKind || shares || f.Name == "find" {
		return out, false
	}
	if f.Kind == checkKind {
		out.Lines = []string{r.Text("report.yes")}
		return out, true
	}
	for _, value := range f.values {
		if value == notSure {
			continue
		}
		said := value
		for _, o := range f.Options {
			if o.Value == value && o.Key != "" {
				said = r.Text(o.Key)
			} else if o.Value == value {
				said = o.Text
			}
		}
		out.Lines = append(out.Lines, strings.TrimSpace(said))
	}
	return out, len(out.Lines) > 0
}
