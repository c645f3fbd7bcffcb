package web

import (
	"encoding/json"
	"slices"
	"strconv"
	"strings"

	"varn/internal/domain/casefile"
	"varn/internal/usecase/casework"
	"varn/internal/usecase/people"
)

const caseSentPath = "/arenden/skapat/"

// newCase is the draft of a case, as it lies sealed between the steps.
type newCase struct {
	Functions []string `json:"functions,omitempty"`
	People    []string `json:"people,omitempty"`
	Reason    string   `json:"reason,omitempty"`
	Exclude   string   `json:"exclude,omitempty"`
	Authority string   `json:"authority,omitempty"`
	Title     string   `json:"title,omitempty"`
	Text      string   `json:"text,omitempty"`
	Files     []string `json:"files,omitempty"` // secrets of uploads
}

// caseNewView is one step of opening a case (nytt ärende).
type caseNewView struct {
	Form *Form
	Step int
	Gone bool // the draft was erased meanwhile
	// Changed: another tab has stored since this one was shown.
	Changed bool
	Plan    caseNewPlan
	Title   string
	Text    string
	// Authority is the name of the authority that the case is opened at.
	Authority string
	Exclude   []string
	Carried   []carriedFile
	Most      int64
}

// caseNewPlan is who would be able to read the case.
type caseNewPlan struct {
	Seats            []string
	PassedOver       []string
	Unsure, Recovery bool
	Alone            bool
}

func (caseNewView) SampleForm() *Form {
	return NewForm(slices.Concat(carriedFields(), stepOne(nil, nil), stepTwo(nil), stepThree())...)
}

// carriedFields is what every step carries along: the draft's secret, which is nowhere else, and
// which button was pressed.
func carriedFields() []*Field { return []*Field{Carried("draft"), Carried("act")} }

func stepOne(functions, found []Option) []*Field {
	return []*Field{
		Checks("functions", "case_new.functions", functions...).Hint("case_new.functions-hint").OneOf(),
		Checks("people", "case_new.people", found...).Hint("case_new.people-hint").OneOf(),
		Text("find", "case_new.find").Hint("case_new.find-hint").Complete("off").OneOf(),
		Area("reason", "case_new.reason").Hint("case_new.reason-hint").Max(casefile.MaxReason).Tall(2).Optional(),
		Area("exclude", "case_new.exclude").Hint("case_new.exclude-hint").Max(2000).Tall(3).Optional(),
	}
}

func stepTwo(authorities []Option) []*Field {
	return []*Field{
		Radios("authority", "case_new.authority", authorities...).Hint("case_new.authority-hint"),
		Text("title", "case_new.subject").Hint("case_new.subject-hint").Max(casefile.MaxTitle).Complete("off"),
		Area("text", "case_new.text").Hint("case_new.text-hint").Max(casefile.MaxMessage).Tall(10),
	}
}

func stepThree() []*Field {
	return []*Field{File("files", "case.files").Hint("case.files-hint").UploadTo(uploadPath)}
}

// stepForm is the form of a step, with its choices.
func (s *Server) stepForm(r *Request, step int, v newCase, found []casework.Choice) (*Form, error) {
	var fields []*Field
	switch step {
	case 1:
		functions, err := s.Desks.Cases.Functions(r.Context(), r.Session)
		if err != nil {
			return nil, err
		}
		chosen, err := s.Desks.Cases.PeopleByID(r.Context(), r.Session, v.People)
		if err != nil {
			return nil, err
		}
		for _, c := range found {
			if !fits(chosen, c.ID) {
				chosen = append(chosen, c)
			}
		}
		fields = stepOne(choices(functions), choices(chosen))
	case 2:
		all, err := s.Desks.People.Authorities(r.Context(), r.Session)
		if err != nil {
			return nil, err
		}
		fields = stepTwo(authorityOptions(all))
	default:
		fields = stepThree()
	}
	return NewForm(append(carriedFields(), fields...)...), nil
}

func authorityOptions(all []people.Named) []Option {
	out := make([]Option, 0, len(all))
	for _, a := range all {
		out = append(out, Option{Value: a.ID, Text: a.Name})
	}
	return out
}

// put fills a step's form with what the draft holds.
func (v newCase) put(f *Form, step int) {
	switch step {
	case 1:
		f.Set("functions", v.Functions...).Set("people", v.People...).Set("reason", one(v.Reason)...).Set("exclude", one(v.Exclude)...)
	case 2:
		f.Set("authority", one(v.Authority)...).Set("title", one(v.Title)...).Set("text", one(v.Text)...)
	}
}

func one(text string) []string {
	if text == "" {
		return nil
	}
	return []string{text}
}

// take lays what a step's form holds over the draft.
func (v *newCase) take(f *Form, step int) {
	switch step {
	case 1:
		v.Functions, v.People = f.All("functions"), f.All("people")
		v.Reason, v.Exclude = f.Text("reason"), f.Text("exclude")
	case 2:
		v.Authority, v.Title, v.Text = f.Text("authority"), f.Text("title"), f.Text("text")
	}
}

// members is the circle as it was wished for.
func (v newCase) members() []casework.Member {
	var out []casework.Member
	for _, id := range v.Functions {
		out = append(out, casework.Member{Kind: casefile.ByFunction, ID: id, Reason: v.Reason})
	}
	for _, id := range v.People {
		out = append(out, casework.Member{Kind: casefile.ByPerson, ID: id, Reason: v.Reason})
	}
	return out
}

// excluded is the names of those who may not know, one a line.
func (v newCase) excluded() []string {
	var out []string
	for line := range strings.Lines(v.Exclude) {
		if name := strings.TrimSpace(line); name != "" {
			out = append(out, name)
		}
	}
	return out
}

// caseNew shows the first step of a new draft. Nothing is stored before something is sent.
func (s *Server) caseNew(r *Request) error {
	var v newCase
	if r.Session.Unlocked() { // whoever writes mostly wants to follow what happens
		v.People = []string{r.Session.Person}
	}
	return s.stepPage(r, casework.NewDraft(), v, stepShown{step: 1})
}

// stepShown is how a step is to be shown.
type stepShown struct {
	step  int
	form  *Form // to be mended; nil: as the draft has it
	found []casework.Choice
	// gone: the draft was erased; changed: another tab has stored.
	gone, changed bool
}

func (s *Server) stepPage(r *Request, d casework.Draft, v newCase, show stepShown) error {
	f, err := s.stepForm(r, show.step, v, show.found)
	if err != nil {
		return err
	}
	if r.form = nil; show.form != nil {
		f.follow(show.form)
		r.form = f
	} else {
		v.put(f, show.step)
	}
	f.Set("draft", d.Secret).Seen(strconv.FormatInt(d.Version, 10))
	view := caseNewView{Form: f, Step: show.step, Gone: show.gone, Changed: show.changed, Most: plainLimit}
	if show.step == 3 {
		if err := s.review(r, v, &view); err != nil {
			return err
		}
	}
	return r.Page("case_new.html", view)
}

// review fills in what is about to be sent, and who will be able to read it.
func (s *Server) review(r *Request, v newCase, view *caseNewView) error {
	plan, err := s.Desks.Cases.Plan(r.Context(), r.Session, v.members(), casework.Exclusion{Words: v.excluded()})
	if err != nil {
		return err
	}
	view.Plan = caseNewPlan{PassedOver: plan.PassedOver, Unsure: plan.Unsure, Recovery: plan.Recovery, Alone: plan.Openers < 2}
	for _, seat := range plan.Seats {
		view.Plan.Seats = append(view.Plan.Seats, seat.Name)
	}
	all, err := s.Desks.People.Authorities(r.Context(), r.Session)
	if err != nil {
		return err
	}
	for _, a := range all {
		if a.ID == v.Authority {
			view.Authority = a.Name
		}
	}
	view.Title, view.Text, view.Exclude = v.Title, v.Text, v.excluded()
	sent, err := s.Desks.Cases.Uploads(r.Context(), r.Session, v.Files)
	for _, u := range sent {
		view.Carried = append(view.Carried, carriedFile{uploadPath + "/" + u.Secret, u.Name, u.Size})
	}
	return err
}

// openDraft gives a draft and what it holds; an empty one when it was never stored.
func (s *Server) openDraft(r *Request, secret string) (casework.Draft, newCase, error) {
	var v newCase
	d, err := s.Desks.Cases.OpenDraft(r.Context(), r.Session, secret)
	if err != nil {
		return casework.Draft{Secret: secret}, v, err
	}
	return d, v, json.Unmarshal(d.Body, &v)
}

// caseSentView says that a case is opened, and what happens now.
type caseSentView struct {
	Ref, Href string
	Member    bool
}

func (s *Server) caseSent(r *Request) error {
	ref := r.Path("ref")
	if len(ref) != len("2026-XXXX-XXXX") || strings.ContainsFunc(ref, func(c rune) bool {
		return c != '-' && (c < '0' || c > '9') && (c < 'A' || c > 'Z')
	}) {
		return s.unknown(r)
	}
	return r.Page("case_sent.html", caseSentView{Ref: ref, Href: casePath + ref, Member: r.Session.Unlocked() && s.Desks.Cases.Knows(r.Context(), r.Session, ref)})
}
