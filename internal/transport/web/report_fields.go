package web

import (
	"varn/internal/domain/incident"
	"varn/internal/kit/locale"
	"varn/internal/usecase/casework"
)

// reportChoices are what the steps' fields let one choose.
type reportChoices struct {
	options casework.ReportOptions
	unit    casework.ReportUnit // the one that was chosen
	// early: the unit was known from the link, so that its questions belong with what happened. One that
	// is chosen in the fourth step has them asked there.
	early     bool
	concerned []casework.Choice
	english   bool
	named     bool // somebody is signed in, who can give their name
}

// reportChoices reads what can be chosen, and the names of what was.
func (s *Server) reportChoices(r *Request, v reportDraft, found []casework.Choice) (reportChoices, error) {
	c := reportChoices{english: r.Lang == locale.English, named: r.Session != nil, concerned: found}
	var err error
	if c.options, err = s.Desks.Cases.ReportOptions(r.Context(), r.anybody()); err != nil {
		return c, err
	}
	c.unit = c.options.Unit(v.text("unit"))
	c.early = v.text("unit") != "" && v.text("early") == v.text("unit")
	if id := v.chosen("concerned"); id != "" && r.Session != nil && !fits(found, id) {
		chosen, err := s.Desks.Cases.PeopleByID(r.Context(), r.Session, []string{id})
		if err != nil {
			return c, err
		}
		c.concerned = append(chosen, found...)
	}
	return c, nil
}

// asking is the step in which the unit's own questions stand.
func (c reportChoices) asking() int {
	if c.early {
		return 2
	}
	return 4
}

// reportFields are the fields of a step.
func (s *Server) reportFields(step int, c reportChoices) []*Field {
	switch step {
	case 1:
		return whenFields(s)
	case 2:
		fields := whatFields(s, c.options.ActorGroups)
		if c.early {
			fields = append(fields, questionFields(c.unit.Questions, c.english)...)
		}
		return fields
	case 3:
		return reportFiles()
	case 4:
		return youFields(s, youChoices{c})
	}
	return nil
}

// whenFields ask where and when.
func whenFields(s *Server) []*Field {
	return []*Field{
		Carried("linked"), // the unit that the link to the page named
		Date("occurred_from", "report.from").OneOf(),
		Time("from_time", "report.from-time").OneOf(),
		Date("occurred_to", "report.to").OneOf(),
		Time("to_time", "report.to-time").OneOf(),
		Check("uncertain", "report.uncertain"),
		Select("place", "report.place", coded(s, incident.Places())...).OneOf(),
		Text("place_note", "report.place-note").Hint("report.place-note-hint").Max(incident.MaxPlaceNote).Complete("off").OneOf(),
		Radios("context", "report.context", unsure(coded(s, incident.Contexts()))...).Hint("report.context-hint").OneOf(),
	}
}

// whatFields ask what happened. The narrative alone is required, and nothing asks for a crime.
func whatFields(s *Server, groups []incident.ActorGroup) []*Field {
	return []*Field{
		Carried("asked"), // the unit whose questions stand on the page
		Area("narrative", "report.narrative").Hint("report.narrative-hint").Max(incident.MaxNarrative).Tall(8),
		Area("words", "report.words").Hint("report.words-hint").Max(incident.MaxWords).Tall(3).OneOf(),
		Checks("forms", "report.forms", coded(s, incident.Forms())...).Hint("report.forms-hint").OneOf(),
		Checks("subtypes", "report.subtypes", coded(s, incident.Subtypes())...).OneOf(),
		Checks("medium", "report.medium", coded(s, incident.Media())...).OneOf(),
		Text("platform", "report.platform").Max(incident.MaxPlatform).Complete("off").OneOf(),
		Checks("signs", "report.signs", coded(s, incident.Signs())...).OneOf(),
		Check("repeated", "report.repeated"),
		Text("repeated_count", "report.repeated-count").Max(6).Complete("off").OneOf(),
		Checks("situation", "report.situation", coded(s, incident.Situations())...).OneOf(),
		Checks("actor_groups", "report.actor", coded(s, groups)...).Hint("report.actor-hint").OneOf(),
		Area("actor_note", "report.actor-note").Hint("report.actor-note-hint").Max(incident.MaxActorNote).Tall(2).OneOf(),
		Area("witnesses", "report.witnesses").Hint("report.witnesses-hint").Max(incident.MaxWitnesses).Tall(2).OneOf(),
		Check("injury_physical", "report.injury-physical"),
		Check("injury_mental", "report.injury-mental"),
		Checks("consequences", "report.consequences", coded(s, incident.Consequences())...).OneOf(),
	}
}

func reportFiles() []*Field {
	return []*Field{File("files", "report.files").OneOf().UploadTo(uploadPath)}
}

// youChoices are those of the fourth step.
type youChoices struct{ reportChoices }

// youFields ask who it is about and who may know.
func youFields(s *Server, c youChoices) []*Field {
	fields := []*Field{
		Radios("target_category", "report.category", unsure(coded(s, incident.TargetCategories()))...).Hint("report.category-hint").OneOf(),
		Select("unit", "report.unit", c.units()...).Hint("report.unit-hint").OneOf(),
		Text("on_behalf_of", "report.on-behalf").Hint("report.on-behalf-hint").Max(incident.MaxOnBehalf).Complete("off").OneOf(),
		Radios("concerned", "report.concerned", append([]Option{{Value: notSure, Key: "report.concerned-none"}}, choices(c.concerned)...)...).OneOf(),
		Text("find", "report.find").Hint("report.find-hint").Complete("off").OneOf(),
		Check("named", "report.named"),
		Text("contact", "report.contact").Hint("report.contact-hint").Max(incident.MaxContact).Complete("off").OneOf(),
		Area("exclude", "report.exclude").Hint("report.exclude-hint").Max(incident.MaxExclude).Tall(2).OneOf(),
		Check("share_with_party", "report.share"),
		Carried("asked"), // the unit whose questions were asked, here or in the second step
		Carried("early"), // the unit whose questions were asked there
		Area("party_text", "report.party-text").Hint("report.party-text-hint").Max(incident.MaxNarrative).Tall(6).OneOf(),
	}
	if c.early {
		return fields
	}
	return append(fields, questionFields(c.unit.Questions, c.english)...)
}

func (c youChoices) units() []Option {
	out := make([]Option, 0, len(c.options.Units))
	for _, u := range c.options.Units {
		text := u.Name
		if u.Authority != "" {
			text += " – " + u.Authority
		}
		out = append(out, Option{Value: u.ID, Text: text})
	}
	return out
}

// questionFields are a unit's own questions, which never must be answered.
func questionFields(list []incident.Question, english bool) []*Field {
	var out []*Field
	for _, q := range list {
		var options []Option
		for _, c := range q.Choices {
			options = append(options, Option{Value: c.ID, Text: c.Label(english)})
		}
		var f *Field
		switch q.Kind {
		case incident.ChoiceQuestion:
			f = Radios(answerField(q.ID), "report.own-question", options...)
		case incident.ChoicesQuestion:
			f = Checks(answerField(q.ID), "report.own-question", options...)
		default:
			f = Area(answerField(q.ID), "report.own-question").Max(incident.MaxAnswer).Tall(2)
		}
		f.LabelText = q.Label(english)
		out = append(out, f.OneOf())
	}
	return out
}

// coded are the codes of a closed list as choices, each with its explanation if it has one.
func coded[C interface {
	~string
	Term() string
}](s *Server, list []C) []Option {
	out := make([]Option, 0, len(list))
	for _, c := range list {
		o := Option{Value: string(c), Key: locale.Key(c.Term())}
		if hint := o.Key + "-text"; s != nil && s.texts.Has(locale.Swedish, hint) {
			o.Hint = hint
		}
		out = append(out, o)
	}
	return out
}

func unsure(list []Option) []Option {
	return append(list, Option{Value: notSure, Key: "report.not-sure"})
}
