package web

import (
	"encoding/json"
	"slices"
	"strconv"

	"varn/internal/kit/fault"
	"varn/internal/usecase/casework"
)

const (
	reportPath     = "/anmal"
	reportSentPath = "/anmal/skickad"
	// reviewStep is the last one, where everything is shown before it is sent.
	reviewStep = 5
)

// reportStepNames are the last parts of the steps' addresses.
func reportStepNames() []string { return []string{"nar", "vad", "bilagor", "du", "granska"} }

// reportView is one step of a report (rapport).
type reportView struct {
	Form *Form
	Step int
	// Gone: the draft was erased meanwhile. Changed: another tab has stored since. Follow: the
	// choices have led to more questions, on the same step.
	Gone, Changed, Follow bool
	// Busy: too many reports come from here right now.
	Busy bool
	// Guest has no account; Name is who is signed in.
	Guest bool
	Name  string
	// Questions are the fields of the unit's own questions; Unit is its name.
	Questions []*Field
	Unit      string
	// Party is the reporter's own, when a view for it is possible.
	Party   string
	Carried []carriedFile
	// MostFiles and MostBytes are what a guest may send; Plain what a form without script can.
	MostFiles, MostBytes int // MostBytes in MiB
	Plain                int64
	// Opened tells which groups of optional questions hold something.
	Opened reportOpened
	Review reportReview
}

// reportOpened is which folded groups are to be shown open.
type reportOpened struct{ Until, Subtypes, More, Behalf bool }

// Action is where the step is posted.
func (v reportView) Action() string { return reportPath + "/" + reportStepNames()[max(v.Step, 1)-1] }

func (reportView) SampleForm() *Form {
	return NewForm(slices.Concat(carriedFields(), whenFields(nil), whatFields(nil, nil), reportFiles(), youFields(nil, youChoices{}))...)
}

// report shows the first step of a new draft. Nothing is stored before something is sent. A link
// may name a unit, as on a poster in its corridor.
func (s *Server) report(r *Request) error {
	if r.Organisation.ID == "" {
		return r.Redirect("/")
	}
	v := reportDraft{}
	if unit := r.Query("enhet"); unit != "" {
		v.Values = map[string][]string{"unit": {unit}}
	}
	return s.reportPage(r, casework.NewDraft(), v, reportShown{step: 1})
}

// reportAgain answers who comes to a step's address without sending anything.
func (s *Server) reportAgain(r *Request) error { return r.Redirect(reportPath) }

// reportShown is how a step is to be shown.
type reportShown struct {
	step  int
	form  *Form // to be mended; nil: as the draft has it
	found []casework.Choice
	// gone: the draft was erased; changed: another tab has stored; follow: there are more questions
	// on this step; busy: too many reports at once.
	gone, changed, follow, busy bool
}

func (s *Server) reportPage(r *Request, d casework.Draft, v reportDraft, show reportShown) error {
	c, err := s.reportChoices(r, v, show.found)
	if err != nil {
		return err
	}
	f := NewForm(append(carriedFields(), s.reportFields(show.step, c)...)...)
	v.put(f)
	if _, edited := v.Values["party_text"]; show.step == 4 && !edited {
		f.Set("party_text", one(v.text("narrative"))...)
	}
	if r.form = nil; show.form != nil {
		f.follow(show.form)
		r.form = f
	}
	switch show.step {
	case 1:
		f.Set("linked", one(c.unit.ID)...)
	case 2:
		if c.early {
			f.Set("asked", one(c.unit.ID)...)
		}
	case 4:
		f.Set("asked", one(c.unit.ID)...).Set("early", one(v.text("early"))...)
	}
	f.Set("draft", d.Secret).Seen(strconv.FormatInt(d.Version, 10))
	view := reportView{Form: f, Step: show.step, Gone: show.gone, Changed: show.changed, Follow: show.follow, Busy: show.busy, Guest: r.Session == nil,
		Unit: c.unit.Name, Party: c.options.Party, Plain: plainLimit, MostFiles: casework.GuestFiles, MostBytes: casework.GuestBytes >> 20, Opened: v.opened(f)}
	if r.Session != nil {
		view.Name = r.Session.Name
	}
	for _, q := range c.unit.Questions {
		if show.step == c.asking() {
			view.Questions = append(view.Questions, f.Field(answerField(q.ID)))
		}
	}
	if view.Carried, err = s.reportCarried(r, v); err != nil {
		return err
	}
	if show.step == reviewStep {
		if err := s.reportReviewed(r, v, c, &view); err != nil {
			return s.reportLacks(r, d, v, err)
		}
	}
	r.steps = true
	return r.Page("report.html", view)
}

// reportCarried names the files that the draft holds.
func (s *Server) reportCarried(r *Request, v reportDraft) ([]carriedFile, error) {
	if len(v.Files) == 0 {
		return nil, nil
	}
	sent, err := s.Desks.Cases.Uploads(r.Context(), r.sender(), v.Files)
	var out []carriedFile
	for _, u := range sent {
		out = append(out, carriedFile{uploadPath + "/" + u.Secret, u.Name, u.Size})
	}
	return out, err
}

// reportLacks shows the first step in which something must be mended.
func (s *Server) reportLacks(r *Request, d casework.Draft, v reportDraft, lack error) error {
	if !fault.Is(lack, fault.Invalid) {
		return lack
	}
	c, err := s.reportChoices(r, v, nil)
	if err != nil {
		return err
	}
	step := s.reportStepOf(lack, c)
	shown := NewForm(s.reportFields(step, c)...)
	v.put(shown)
	shown.Take(lack)
	return s.reportPage(r, d, v, reportShown{step: step, form: shown})
}

// reportStepOf is the first step that has a field which must be mended.
func (s *Server) reportStepOf(lack error, c reportChoices) int {
	for step := 1; step < reviewStep; step++ {
		for _, field := range s.reportFields(step, c) {
			if slices.ContainsFunc(fault.Of(lack).Fields, func(bad fault.Field) bool { return bad.Name == field.Name }) {
				return step
			}
		}
	}
	return 2
}

// openReport gives a draft and what it holds; an empty one when it was never stored.
func (s *Server) openReport(r *Request, secret string) (casework.Draft, reportDraft, error) {
	var v reportDraft
	d, err := s.Desks.Cases.OpenDraft(r.Context(), r.sender(), secret)
	if err != nil {
		return casework.Draft{Secret: secret}, v, err
	}
	return d, v, json.Unmarshal(d.Body, &v)
}

func (s *Server) saveReport(r *Request, d casework.Draft, v reportDraft) (casework.Draft, error) {
	var err error
	if d.Body, err = json.Marshal(v); err != nil {
		return d, err
	}
	d.Uploads = v.Files
	if s.Desks.From != nil {
		d.From = s.Desks.From(r.HTTP)
	}
	return s.Desks.Cases.SaveDraft(r.Context(), r.arrive(), d)
}
