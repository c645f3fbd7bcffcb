package web

import (
	"net/http"
	"slices"
	"strconv"
	"strings"

	"varn/internal/domain/incident"
	"varn/internal/kit/clock"
	"varn/internal/kit/fault"
	"varn/internal/usecase/casework"
)

// reportStep takes a step of a report. The draft is stored before anything is answered, so that
// going back, another tab or a broken connection costs nothing that was written.
func (s *Server) reportStep(r *Request) error {
	step := slices.Index(reportStepNames(), r.Path("step")) + 1
	if step == 0 {
		return s.unknown(r)
	}
	r.arrive()
	f, files, err := s.reportRead(r, step)
	if err != nil {
		return err
	}
	d, v, shown, err := s.takeReport(r, f, step, files.all())
	if fault.Is(err, fault.Conflict) {
		return s.reportConflict(r, f)
	}
	if fault.Is(err, fault.Busy) {
		return s.reportBusy(r, d, v, shown)
	}
	if err != nil {
		return err
	}
	return s.reportOnward(r, f, reportTaken{d, v, shown})
}

// reportBusy says that too much came from here, on the page that still has what was written.
func (s *Server) reportBusy(r *Request, d casework.Draft, v reportDraft, shown reportShown) error {
	r.W.Header().Set("Retry-After", retryAfter(60))
	r.Status(http.StatusTooManyRequests)
	shown.busy = true
	return s.reportPage(r, d, v, shown)
}

// reportRead reads a step's form. The unit's own questions depend on which unit was chosen in it.
func (s *Server) reportRead(r *Request, step int) (*Form, received, error) {
	c, err := s.reportChoices(r, reportDraft{}, nil)
	if err != nil {
		return nil, received{}, err
	}
	f := NewForm(append(carriedFields(), s.reportFields(step, c)...)...)
	if step == 4 {
		f.Field("concerned").Options = nil // judged when the report is sent
	}
	files, err := s.readFiles(r, f)
	asked := ""
	switch {
	case step == 2:
		asked = f.Text("asked")
	case step == 4 && f.Text("unit") != f.Text("early"):
		asked = f.Text("unit")
	}
	if err == nil && asked != "" {
		f.More(questionFields(c.options.Unit(asked).Questions, c.english)...)
	}
	return f, files, err
}

// reportTaken is a step that has been stored.
type reportTaken struct {
	d     casework.Draft
	v     reportDraft
	shown reportShown
}

// takeReport lays a step over the stored draft. It is Conflict when another tab has stored something
// else in this step since it was shown; the same sent again, as by the Back button, is no conflict.
func (s *Server) takeReport(r *Request, f *Form, step int, files []string) (casework.Draft, reportDraft, reportShown, error) {
	shown := reportShown{step: step}
	seen, _ := strconv.ParseInt(f.Version(), 10, 64)
	d, stored, err := s.openReport(r, f.Text("draft"))
	if fault.Is(err, fault.NotFound) {
		if shown.gone = seen > 0; shown.gone || d.Secret == "" {
			d = casework.NewDraft()
		}
	} else if err != nil {
		return d, stored, shown, err
	}
	v := stored.take(f)
	if step == 3 {
		v.Files = files
	}
	v.link(f, step, shown.gone)
	changed := !stored.same(v, f)
	if seen != d.Version && !shown.gone && changed {
		return d, v, shown, fault.New(fault.Conflict, "draft.changed")
	}
	// A unit whose questions were not on the page that was sent has them asked now.
	shown.follow = step == 4 && !f.Failed() && v.text("unit") != f.Text("asked")
	if d.Version > 0 && !changed && slices.Equal(stored.Files, v.Files) {
		return d, v, shown, nil
	}
	d, err = s.saveReport(r, d, v)
	return d, v, shown, err
}

// link keeps the unit that a link named, also when the draft that knew it is gone.
func (v reportDraft) link(f *Form, step int, gone bool) {
	var unit []string
	switch {
	case v.text("unit") != "":
	case step == 1:
		unit = f.All("linked")
	case step == 2 && gone:
		unit = f.All("asked")
	}
	if len(unit) > 0 && unit[0] != "" {
		v.Values["unit"], v.Values["early"] = unit, unit
	}
}

// reportConflict shows both tabs' texts, so that neither is lost.
func (s *Server) reportConflict(r *Request, f *Form) error {
	d, stored, err := s.openReport(r, f.Text("draft"))
	if err != nil {
		return err
	}
	theirs := map[string]string{}
	for _, field := range f.fields {
		if field.Kind == textKind || field.Kind == areaKind {
			theirs[field.Name] = stored.text(field.Name)
		}
	}
	return r.Conflict(f, strconv.FormatInt(d.Version, 10), theirs)
}

// reportOnward shows the step that the pressed button leads to, or the same one when something must
// be mended.
func (s *Server) reportOnward(r *Request, f *Form, t reportTaken) error {
	act, step := f.Text("act"), t.shown.step
	switch {
	case act == "language":
		r.speak(other(r.Lang))
		f.errors, t.shown.follow = nil, false
		return s.reportPage(r, t.d, t.v, t.shown)
	case act == "back":
		return s.reportPage(r, t.d, t.v, reportShown{step: max(1, step-1), gone: t.shown.gone})
	case strings.HasPrefix(act, "to-"):
		to, _ := strconv.Atoi(strings.TrimPrefix(act, "to-"))
		return s.reportPage(r, t.d, t.v, reportShown{step: min(max(1, to), reviewStep), gone: t.shown.gone})
	case step == 4 && f.Text("find") != "" && r.Session != nil:
		return s.reportFind(r, f, t)
	}
	c, err := s.reportChoices(r, t.v, nil)
	if err != nil {
		return err
	}
	s.reportJudge(r, f, t.v, c)
	if f.Failed() {
		t.shown.form = f
		return s.reportPage(r, t.d, t.v, t.shown)
	}
	if t.shown.follow = t.shown.follow && len(c.unit.Questions) > 0; !t.shown.follow && act != "attach" {
		t.shown.step = min(reviewStep, step+1)
	}
	return s.reportPage(r, t.d, t.v, t.shown)
}

// reportJudge says at once what the use case would refuse in this step.
func (s *Server) reportJudge(r *Request, f *Form, v reportDraft, c reportChoices) {
	has := func(name string) bool {
		return slices.ContainsFunc(f.fields, func(x *Field) bool { return x.Name == name })
	}
	for day, at := range map[string]string{"occurred_from": "from_time", "occurred_to": "to_time"} {
		if has(day) && v.text(day) == "" && v.text(at) != "" {
			f.Fail(day, "report.day-missing")
		}
	}
	err := v.report(c.unit.Questions).Tidy().Check(incident.Options{ActorGroups: c.options.ActorGroups, Questions: c.unit.Questions, Now: clock.Of(s.Clock.Now())})
	for _, bad := range fault.Of(err).Fields {
		if err != nil && has(bad.Name) && f.Field(bad.Name).Error == "" {
			f.Take(fault.Form([]fault.Field{bad}))
		}
	}
	if has("files") && r.Session == nil && len(v.Files) > casework.GuestFiles {
		f.Fail("files", "field.too-many", casework.GuestFiles)
	}
	if has("party_text") && v.text("share_with_party") != "" && v.text("party_text") == "" {
		f.Fail("party_text", "form.required")
	}
}

// reportFind shows whom a written name fits; one alone is chosen at once.
func (s *Server) reportFind(r *Request, f *Form, t reportTaken) error {
	found, err := s.Desks.Cases.FindPeople(r.Context(), r.Session, f.Text("find"))
	if err != nil {
		return err
	}
	t.shown.follow = false
	switch len(found) {
	case 0:
		f.Fail("find", "case_circle.no-hit")
		t.shown.form = f
	case 1:
		t.v.Values["concerned"] = []string{found[0].ID}
		if t.d, err = s.saveReport(r, t.d, t.v); err != nil {
			return err
		}
	default:
		t.shown.found = found
	}
	return s.reportPage(r, t.d, t.v, t.shown)
}
