package web

import (
	"slices"
	"strconv"
	"strings"

	"varn/internal/domain/assessment"
	"varn/internal/kit/clock"
	"varn/internal/kit/locale"
)

// assessFirstView is the initial assessment on one page.
type assessFirstView struct {
	Form            *Form
	Ref, Href, Base string
}

func (assessFirstView) SampleForm() *Form { return firstForm(assessment.Builtin(), locale.Swedish) }

// assessPartView is one part of the structured assessment.
type assessPartView struct {
	Form            *Form
	Ref, Href, Base string
	Term, Lead      string
	Parts           []sectionLine
	Rows            []indicatorRow
	Plain           []*Field
	Licence         string
	Last            bool
}

func (assessPartView) SampleForm() *Form { return NewForm(askFields(nil)...) }

// indicatorRow is one indicator with its questions.
type indicatorRow struct {
	Text, Help string
	Asked      []*Field
	Rests      []*Field // what it rests on
	Open       bool
}

func textArea(name string, label locale.Key, rows int) *Field {
	return Area(name, label).Max(assessment.MaxText).Tall(rows).OneOf()
}

// labelled are the choices of a closed list.
func labelled[C interface {
	~string
	Term() string
}](list []C) []Option {
	out := make([]Option, len(list))
	for i, c := range list {
		out[i] = Option{Value: string(c), Key: locale.Key(c.Term())}
	}
	return out
}

func graded(group string) []Option {
	var out []Option
	for _, g := range assessment.Grades() {
		out = append(out, Option{Value: string(g), Key: locale.Key(group + "." + strings.ToLower(string(g)))})
	}
	return out
}

func aspectName(a assessment.Aspect) string { return "aspect_" + strings.ToLower(string(a)) }

func whyOf(a assessment.Aspect) locale.Key {
	return map[assessment.Aspect]locale.Key{assessment.Protection: "assess_part.why-protection", assessment.Intent: "assess_part.why-intent",
		assessment.Capability: "assess_part.why-capability", assessment.Vulnerability: "assess_part.why-vulnerability"}[a]
}

func aspectFields(why bool) []*Field {
	var out []*Field
	for _, a := range assessment.Aspects() {
		out = append(out, Select(aspectName(a), locale.Key(a.Term()), labelled(assessment.Grades())...).Hint(locale.Key(a.Term()+"-text")).OneOf())
		if why {
			out = append(out, Area(aspectName(a)+"_why", whyOf(a)).Max(assessment.MaxNote).Tall(2).OneOf())
		}
	}
	return out
}

// firstForm is the initial depth: at most twelve questions.
func firstForm(p assessment.Pack, lang locale.Lang) *Form {
	var signs []Option
	for _, i := range p.Indicators {
		if i.Initial {
			signs = append(signs, Option{Value: i.ID, Text: p.Say(i.Text, string(lang))})
		}
	}
	fields := []*Field{Carried("act"),
		textArea("question", "assess_first.question", 2).Hint("assess_first.question-hint"),
		textArea("sources", "assess_first.sources", 2),
		textArea("missing", "assess_first.missing", 2).Hint("assess_first.missing-hint"),
		Checks("signs", "assess_first.signs", signs...).Hint("assess_first.signs-hint").OneOf(),
	}
	fields = append(fields, aspectFields(false)...)
	return NewForm(append(fields, judgeFields()...)...)
}

func judgeFields() []*Field {
	return []*Field{
		textArea("summary", "assess_first.summary", 5).Hint("assess_first.summary-hint"),
		Radios("level", "assess_first.level", levelOptions()...).Hint("assess_first.level-hint").OneOf(),
		textArea("unsure", "assess_first.unsure", 2),
		Date("review", "assess_first.review").OneOf(),
	}
}

func askFields(packs []Option) []*Field {
	out := []*Field{Carried("act")}
	if len(packs) > 1 {
		out = append(out, Select("pack", "assess_first.pack", packs...).OneOf())
	}
	return append(out, textArea("question", "assess_first.question", 3).Hint("assess_first.question-hint"), textArea("sources", "assess_first.sources", 4),
		textArea("missing", "assess_first.missing", 3).Hint("assess_first.missing-hint"))
}

// dayOf is a day as a date field holds it.
func dayOf(at clock.Stamp) string {
	if at == 0 {
		return ""
	}
	return at.Time().In(locale.Zone()).Format("2006-01-02")
}

// texts are the long texts of an assessment by the field that holds each.
func assessTexts(a assessment.Assessment) map[string]string {
	out := map[string]string{"question": a.Question, "sources": a.Sources, "missing": a.Missing, "summary": a.Summary, "unsure": a.Unsure, "triggers": a.Triggers}
	for _, h := range assessment.Headings() {
		out["frame_"+strings.ToLower(string(h))] = a.Frame[h]
	}
	for _, x := range a.Answers {
		out["n_"+x.Indicator] = x.Note
	}
	for i, c := range a.Course {
		out["nature_"+strconv.Itoa(i)] = c.Nature
	}
	for _, aspect := range assessment.Aspects() {
		out[aspectName(aspect)+"_why"] = a.Aspects[aspect].Text
	}
	return out
}

// fill shows what an assessment holds in the fields that a form has.
func fillAssessment(f *Form, a assessment.Assessment) {
	texts := assessTexts(a)
	for _, field := range f.Fields() {
		if text, ok := texts[field.Name]; ok && text != "" {
			field.values = []string{text}
		}
	}
	set := func(name string, values ...string) {
		if i := slices.IndexFunc(f.fields, func(x *Field) bool { return x.Name == name }); i >= 0 && len(values) > 0 && values[0] != "" {
			f.fields[i].values = values
		}
	}
	set("level", string(a.Level))
	set("review", dayOf(a.Review))
	set("pack", a.Pack)
	for _, aspect := range assessment.Aspects() {
		set(aspectName(aspect), string(a.Aspects[aspect].Grade))
	}
	var signs []string
	for _, x := range a.Answers {
		if x.Presence == assessment.Present || x.Presence == assessment.Partly {
			signs = append(signs, x.Indicator)
		}
		set("p_"+x.Indicator, string(x.Presence))
		set("c_"+x.Indicator, string(x.Change))
		set("r_"+x.Indicator, string(x.Relevance))
		set("e_"+x.Indicator, x.Evidence...)
	}
	set("signs", signs...)
	for i, c := range a.Course {
		n := "_" + strconv.Itoa(i)
		set("severity"+n, string(c.Severity))
		set("imminence"+n, string(c.Imminence))
		set("likelihood"+n, string(c.Likelihood))
	}
}

// takeAssessment lays what a form holds over an assessment; what the form does not ask stays as it is.
func takeAssessment(f *Form, p assessment.Pack, lang locale.Lang) func(*assessment.Assessment) {
	return func(a *assessment.Assessment) {
		has := func(name string) bool {
			return slices.ContainsFunc(f.fields, func(x *Field) bool { return x.Name == name })
		}
		for name, into := range map[string]*string{"question": &a.Question, "sources": &a.Sources, "missing": &a.Missing, "summary": &a.Summary, "unsure": &a.Unsure, "triggers": &a.Triggers} {
			if has(name) {
				*into = f.Text(name)
			}
		}
		if has("level") {
			a.Level, a.Review = assessment.Level(f.Text("level")), endOf(f.Text("review"))
		}
		for _, aspect := range assessment.Aspects() {
			if !has(aspectName(aspect)) {
				continue
			}
			j := a.Aspects[aspect]
			j.Grade = assessment.Grade(f.Text(aspectName(aspect)))
			if has(aspectName(aspect) + "_why") {
				j.Text = f.Text(aspectName(aspect) + "_why")
			}
			a.Aspects[aspect] = j
		}
		for _, h := range assessment.Headings() {
			if name := "frame_" + strings.ToLower(string(h)); has(name) {
				a.Frame[h] = f.Text(name)
			}
		}
		takeAnswers(f, p, lang, a, has)
		takeCourse(f, a, has)
	}
}

func takeAnswers(f *Form, p assessment.Pack, lang locale.Lang, a *assessment.Assessment, has func(string) bool) {
	for _, i := range p.Indicators {
		one := a.Answer(i.ID)
		one.Group, one.Text = i.Group, p.Say(i.Text, string(lang))
		switch {
		case has("p_" + i.ID):
			one.Presence, one.Change, one.Relevance = assessment.Presence(f.Text("p_"+i.ID)), assessment.Change(f.Text("c_"+i.ID)), assessment.Relevance(f.Text("r_"+i.ID))
			one.Note = f.Text("n_" + i.ID)
			if has("e_" + i.ID) {
				one.Evidence = f.All("e_" + i.ID)
			}
		case has("signs") && i.Initial:
			ticked := slices.Contains(f.All("signs"), i.ID)
			switch {
			case ticked && one.Presence != assessment.Partly:
				one.Presence = assessment.Present
			case !ticked && (one.Presence == assessment.Present || one.Presence == assessment.Partly):
				one.Presence = ""
			}
		default:
			continue
		}
		a.Put(one)
	}
}

func takeCourse(f *Form, a *assessment.Assessment, has func(string) bool) {
	if !has("nature_0") {
		return
	}
	a.Course = nil
	for i := 0; has("nature_" + strconv.Itoa(i)); i++ {
		n := "_" + strconv.Itoa(i)
		c := assessment.Scenario{Nature: f.Text("nature" + n), Severity: assessment.Grade(f.Text("severity" + n)), Imminence: assessment.Grade(f.Text("imminence" + n)), Likelihood: assessment.Grade(f.Text("likelihood" + n))}
		if c != (assessment.Scenario{}) {
			a.Course = append(a.Course, c)
		}
	}
}
