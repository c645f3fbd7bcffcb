package web

import (
	"context"
	"encoding/json"
	"reflect"
	"slices"
	"strconv"

	"varn/internal/kit/fault"
	"varn/internal/usecase/casework"
)

// stepNames are the last parts of the steps' addresses.
var stepNames = [...]string{"krets", "innehall", "granska"}

// caseNewStep takes a step of the form. The draft is stored before anything is answered, so that
// going back, another tab or a broken connection costs nothing that was written.
func (s *Server) caseNewStep(r *Request) error {
	step := slices.Index(stepNames[:], r.Path("step")) + 1
	if step == 0 {
		return s.unknown(r)
	}
	f := readForm(step)
	files, err := s.readFiles(r, f)
	if err != nil {
		return err
	}
	switch act := f.Text("act"); {
	case act == "cancel":
		if err := s.Desks.Cases.DropDraft(r.Context(), r.Session, f.Text("draft")); err != nil && !fault.Is(err, fault.NotFound) {
			return err
		}
		return r.Redirect(casesPath)
	case act == "send" && step == 3:
		return s.sendCase(r, f, files)
	}
	d, v, gone, err := s.takeStep(r, f, step, files.all())
	if fault.Is(err, fault.Conflict) {
		return s.draftConflict(r, f)
	}
	if err != nil {
		return err
	}
	return s.onward(r, f, d, v, stepShown{step: step, gone: gone})
}

// readForm is a step's form for reading: what may be chosen is judged when the case is opened.
func readForm(step int) *Form {
	fields := carriedFields()
	switch step {
	case 1:
		fields = append(fields, stepOne(nil, nil)...)
	case 2:
		fields = append(fields, stepTwo(nil)...)
	default:
		fields = append(fields, stepThree()...)
	}
	return NewForm(fields...)
}

// takeStep lays a step over the stored draft. It is Conflict when another tab has stored other
// texts since this one was shown; the same texts sent again, as by the Back button, are no conflict.
func (s *Server) takeStep(r *Request, f *Form, step int, files []string) (d casework.Draft, v newCase, gone bool, err error) {
	seen, _ := strconv.ParseInt(f.Version(), 10, 64)
	d, v, err = s.openDraft(r, f.Text("draft"))
	if fault.Is(err, fault.NotFound) {
		if gone = seen > 0; gone || d.Secret == "" {
			d = casework.NewDraft()
		}
	} else if err != nil {
		return d, v, gone, err
	}
	stored := v
	v.take(f, step)
	if step == 3 {
		v.Files = files
	}
	if seen != d.Version && !gone && stored.texts(step) != v.texts(step) {
		return d, v, gone, fault.New(fault.Conflict, "draft.changed")
	}
	if d.Version > 0 && reflect.DeepEqual(stored, v) {
		return d, v, gone, nil
	}
	d, err = s.saveDraft(r, d, v)
	return d, v, gone, err
}

// texts is what somebody wrote in a step.
func (v newCase) texts(step int) [2]string {
	switch step {
	case 1:
		return [2]string{v.Reason, v.Exclude}
	case 2:
		return [2]string{v.Title, v.Text}
	}
	return [2]string{}
}

func (s *Server) saveDraft(r *Request, d casework.Draft, v newCase) (casework.Draft, error) {
	var err error
	if d.Body, err = json.Marshal(v); err != nil {
		return d, err
	}
	d.Uploads = v.Files
	return s.Desks.Cases.SaveDraft(r.Context(), r.Session, d)
}

// draftConflict shows both tabs' texts, so that neither is lost.
func (s *Server) draftConflict(r *Request, f *Form) error {
	d, stored, err := s.openDraft(r, f.Text("draft"))
	if err != nil {
		return err
	}
	theirs := map[string]string{}
	for name, saved := range map[string]string{"reason": stored.Reason, "exclude": stored.Exclude, "title": stored.Title, "text": stored.Text} {
		if slices.ContainsFunc(f.Fields(), func(x *Field) bool { return x.Name == name }) {
			theirs[name] = saved
		}
	}
	return r.Conflict(f, strconv.FormatInt(d.Version, 10), theirs)
}

// onward shows the step that the pressed button leads to, or the same one when something must be
// mended.
func (s *Server) onward(r *Request, f *Form, d casework.Draft, v newCase, show stepShown) error {
	act := f.Text("act")
	switch {
	case act == "back":
		show.step = max(1, show.step-1)
		return s.stepPage(r, d, v, show)
	case show.step == 1 && f.Text("find") != "":
		return s.findPeople(r, f, d, v, show)
	case show.step == 1 && len(v.Functions)+len(v.People) == 0:
		f.Fail("functions", "case.members")
	}
	if f.Failed() {
		show.form = f
		return s.stepPage(r, d, v, show)
	}
	if act != "attach" {
		show.step = min(3, show.step+1)
	}
	return s.stepPage(r, d, v, show)
}

// findPeople shows whom a written name fits; one alone is chosen at once.
func (s *Server) findPeople(r *Request, f *Form, d casework.Draft, v newCase, show stepShown) error {
	found, err := s.Desks.Cases.FindPeople(r.Context(), r.Session, f.Text("find"))
	if err != nil {
		return err
	}
	switch {
	case len(found) == 0:
		f.Fail("find", "case_circle.no-hit")
		show.form = f
	case len(found) == 1 && !slices.Contains(v.People, found[0].ID):
		v.People = append(v.People, found[0].ID)
		if d, err = s.saveDraft(r, d, v); err != nil {
			return err
		}
	default:
		show.found = found
	}
	return s.stepPage(r, d, v, show)
}

// sendCase opens the case. Sent twice, it is opened once, and both are shown the same reference.
// What is sent is what was reviewed: a draft that another tab has changed since is shown again.
func (s *Server) sendCase(r *Request, f *Form, files received) error {
	var d casework.Draft
	var v newCase
	ref, replayed, err := s.Desks.Once.Do(r.Context(), r.ask(f, []byte(f.Text("draft"))), func(ctx context.Context) ([]byte, error) {
		var err error
		if d, v, err = s.openDraft(r, f.Text("draft")); err != nil {
			return nil, err
		}
		if f.Version() != strconv.FormatInt(d.Version, 10) {
			return nil, fault.New(fault.Conflict, "draft.changed")
		}
		v.Files = files.all()
		ref, err := s.Desks.Cases.OpenCase(ctx, r.Session, casework.NewCase{Authority: v.Authority, Title: v.Title, Text: v.Text,
			Members: v.members(), Exclude: casework.Exclusion{Words: v.excluded()}, Uploads: v.Files, Draft: d.Secret})
		return []byte(ref), err
	})
	if replayed {
		s.drop(r, files)
	}
	switch {
	case err == nil:
		return r.Redirect(caseSentPath + string(ref))
	case fault.Is(err, fault.NotFound):
		return s.stepPage(r, casework.NewDraft(), newCase{}, stepShown{step: 1, gone: true})
	case fault.Is(err, fault.Conflict) && fault.Of(err).Code == "draft.changed":
		return s.stepPage(r, d, v, stepShown{step: 3, changed: true})
	case !fault.Is(err, fault.Invalid):
		return err
	}
	lack := err
	if d, err = s.saveDraft(r, d, v); err != nil { // with the files that came now
		return err
	}
	step := lacking(lack)
	shown := readForm(step)
	v.put(shown, step)
	shown.Take(lack)
	return s.stepPage(r, d, v, stepShown{step: step, form: shown})
}

// lacking names the first step in which something must be mended.
func lacking(err error) int {
	step := 3
	for _, bad := range fault.Of(err).Fields {
		switch bad.Name {
		case "members":
			step = 1
		case "authority", "title", "text":
			step = min(step, 2)
		}
	}
	return step
}
