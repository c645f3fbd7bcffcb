package web

import (
	"encoding/json"
	"strings"

	"varn/internal/domain/advice"
	"varn/internal/kit/fault"
	"varn/internal/kit/locale"
)

// reportSentView is the receipt: shown as the answer to what was sent, never under an address that
// could be opened again by somebody else.
type reportSentView struct {
	Form   *Form
	Ref    string
	Code   string
	Groups []string
	QR     qrView
	Told   []reportTold
	// Safety are functions that learn that something happened, and not what.
	Safety []string
	Escrow bool
	Hours  int
	Guest  bool
	Advice []adviceSection
}

func (reportSentView) SampleForm() *Form { return NewForm(carriedFields()...) }

// adviceSection is advice under one heading.
type adviceSection struct {
	Heading locale.Key
	Lines   []adviceLine
}

// adviceLine is one advice and where it was read.
type adviceLine struct {
	Text         locale.Key
	Source, Site string
}

// adviceFor is the advice that some facts call for, under its headings.
func adviceFor(kept reportKept) []adviceSection {
	var out []adviceSection
	all := advice.For(kept.Facts)
	for _, section := range advice.Sections() {
		one := adviceSection{Heading: locale.Key(section.Term())}
		for _, a := range advice.In(section, all) {
			one.Lines = append(one.Lines, lineOfAdvice(a))
		}
		if len(one.Lines) > 0 {
			out = append(out, one)
		}
	}
	return out
}

// reportSent shows the receipt out of the kept answer. Were the program ended between filing and
// keeping, the answer has the receipt alone.
func (s *Server) reportSent(r *Request, sent *Form, answer []byte) error {
	var kept reportKept
	if err := json.Unmarshal(answer, &kept); err != nil || kept.Receipt == "" {
		return fault.Detailf("the kept answer of a report has no receipt")
	}
	f := NewForm(carriedFields()...)
	f.Set("draft", sent.Text("draft")).Seen(sent.Version()).once = sent.Once()
	r.form, r.steps = nil, true
	return r.Page("report_sent.html", reportSentView{Form: f, Ref: kept.Ref, Code: kept.Receipt, Groups: strings.Split(kept.Receipt, "-"), QR: newQR(kept.Receipt),
		Told: kept.Told, Safety: kept.Safety, Escrow: kept.Escrow, Hours: kept.Hours, Guest: r.Session == nil, Advice: adviceFor(kept)})
}
