package web

import (
	"strconv"
	"strings"
	"time"

	"varn/internal/domain/casefile"
	"varn/internal/domain/incident"
	"varn/internal/domain/likeness"
	"varn/internal/domain/measure"
	"varn/internal/domain/registration"
	"varn/internal/domain/routing"
	"varn/internal/domain/ruling"
	"varn/internal/kit/fault"
	"varn/internal/kit/locale"
	"varn/internal/usecase/rule"
)

// hookFields ask where calls go and what signs them. The secret is never shown again.
func hookFields(label, hint locale.Key) []*Field {
	return []*Field{
		Text("hook", label).Hint(hint).Max(500).Complete("off").Optional(),
		Password("hook_secret", "rule.secret").Hint("rule.secret-hint").Max(ruling.MaxSecret).Complete("new-password").Optional(),
	}
}

// number reads a whole number; an empty field is 0, and what is none is told of.
func number(f *Form, name, code string, most int) (int, error) {
	if f.Text(name) == "" {
		return 0, nil
	}
	n, err := strconv.Atoi(f.Text(name))
	if err != nil {
		return 0, fault.In(name, code, most)
	}
	return n, nil
}

// organisationRule is what holds for the whole organisation.
func organisationRule() proposing {
	return proposing{kind: ruling.Routing, heading: "rule_organisation.title", lead: "rule_organisation.lead", form: organisationForm,
		show: showOrganisation, read: readOrganisation, fields: map[string]string{"number": "local_number", "date": "local_date", "contexts": "local_contexts", "actor_groups": "groups"}}
}

func organisationForm(n *ruleNames) *Form {
	var groups []Option
	for _, g := range incident.ActorGroups() {
		o := Option{Value: string(g), Key: locale.Key(g.Term())}
		if g == incident.Psychiatric || g == incident.Substance {
			o.Hint = "rule_organisation.health"
		}
		groups = append(groups, o)
	}
	var contexts []Option
	for _, c := range incident.Contexts() {
		contexts = append(contexts, Option{Value: string(c), Key: locale.Key(c.Term())})
	}
	return NewForm(append([]*Field{
		Text("local_number", "rule_organisation.local-number").Hint("rule_organisation.local-hint").Max(60).Complete("off").Optional(),
		Date("local_date", "rule_organisation.local-date").Optional(),
		Checks("local_contexts", "rule_organisation.local-contexts", contexts...).Hint("rule_organisation.local-contexts-hint").Optional(),
		Checks("groups", "rule_organisation.groups", groups...).Hint("rule_organisation.groups-hint").Optional(),
		Select("home", "rule_organisation.home", n.authorities...).Hint("rule_organisation.home-hint").Optional(),
		Select("reserve", "rule_organisation.reserve", n.functions...).Hint("rule_organisation.reserve-hint").Optional(),
		Checks("municipality", "rule_organisation.municipality", n.functions...).Hint("rule_organisation.municipality-hint").Optional(),
		Checks("with_security", "rule_organisation.with-security", n.functions...).Hint("rule_organisation.with-security-hint").Optional(),
		Text("wake_minutes", "rule_organisation.wake").Hint("rule_organisation.wake-hint").Max(4).Complete("off").Optional(),
		Text("contact_hours", "rule_organisation.contact").Hint("rule_organisation.contact-hint").Max(3).Complete("off").Optional(),
		Text("support_days", "rule_organisation.support-days").Hint("rule_organisation.support-days-hint").Max(60).Complete("off").Optional(),
	}, hookFields("rule_organisation.hook", "rule_organisation.hook-hint")...)...)
}

func showOrganisation(f *Form, b rule.Body, _ string) {
	v := ruling.RoutingRule{}
	if b.Routing != nil {
		v = *b.Routing
	}
	if v.Local != nil {
		f.Set("local_number", v.Local.Number).Set("local_date", v.Local.Date.Format(time.DateOnly))
		var covered []string
		for _, c := range v.Local.Contexts {
			covered = append(covered, string(c))
		}
		f.Set("local_contexts", covered...)
	}
	groups := v.ActorGroups
	if groups == nil {
		groups = incident.DefaultActorGroups()
	}
	var chosen []string
	for _, g := range groups {
		chosen = append(chosen, string(g))
	}
	f.Set("groups", chosen...).Set("home", v.Home).Set("reserve", v.Reserve).Set("municipality", v.Municipality...).Set("with_security", v.WithSecurity...)
	f.Set("wake_minutes", strconv.Itoa(int(v.Wait().Minutes()))).Set("contact_hours", strconv.Itoa(int(v.Contact().Hours()))).Set("hook", v.Hook)
	f.Set("support_days", days(v.Support()))
}

// days writes numbers of days as they stand in a field; readDays reads them.
func days(list []int) string {
	var out []string
	for _, n := range list {
		out = append(out, strconv.Itoa(n))
	}
	return strings.Join(out, ", ")
}

func readDays(text string) ([]int, error) {
	var out []int
	for _, one := range strings.FieldsFunc(text, func(r rune) bool { return r == ',' || r == ' ' }) {
		n, err := strconv.Atoi(one)
		if err != nil {
			return nil, fault.In("support_days", "measure.days", measure.MaxContacts, measure.MaxDays)
		}
		out = append(out, n)
	}
	return out, nil
}

func readOrganisation(f *Form, _ rule.Body) (rule.Body, error) {
	v := ruling.RoutingRule{Home: f.Text("home"), Reserve: f.Text("reserve"), Municipality: f.All("municipality"), WithSecurity: f.All("with_security"),
		Hook: f.Text("hook"), HookSecret: f.Text("hook_secret")}
	for _, g := range f.All("groups") {
		v.ActorGroups = append(v.ActorGroups, incident.ActorGroup(g))
	}
	var err error
	if v.WakeMinutes, err = number(f, "wake_minutes", "ruling.minutes", casefile.MaxYears); err != nil {
		return rule.Body{}, err
	}
	if v.ContactHours, err = number(f, "contact_hours", "ruling.hours", casefile.MaxYears); err != nil {
		return rule.Body{}, err
	}
	if v.SupportDays, err = readDays(f.Text("support_days")); err != nil {
		return rule.Body{}, err
	}
	day, dated := f.Day("local_date")
	if f.Text("local_number") != "" || dated || len(f.All("local_contexts")) > 0 {
		v.Local = &routing.LocalDecision{Number: f.Text("local_number"), Date: routing.Day(day)}
		for _, c := range f.All("local_contexts") {
			v.Local.Contexts = append(v.Local.Contexts, incident.Context(c))
		}
	}
	return rule.Body{Routing: &v}, nil
}

// unitRule is what a unit has decided.
func unitRule() proposing {
	return proposing{kind: ruling.Unit, heading: "rule_unit.title", lead: "rule_unit.lead", form: func(*ruleNames) *Form {
		return NewForm(
			Check("second_close", "rule_unit.second-close").Hint("rule_unit.second-close-hint"),
			Check("in_kia", "rule_unit.in-kia").Hint("rule_unit.in-kia-hint"),
			Area("questions", "rule_unit.questions").Hint("rule_unit.questions-hint").Max(incident.MaxQuestionText).Tall(12).Optional())
	}, show: func(f *Form, b rule.Body, _ string) {
		if b.Unit != nil {
			f.Set("questions", incident.WriteQuestions(b.Unit.Questions)).Set("second_close", ticked(b.Unit.SecondClose)...).Set("in_kia", ticked(b.Unit.InKIA)...)
		}
	}, read: func(f *Form, now rule.Body) (rule.Body, error) {
		var before []incident.Question
		if now.Unit != nil {
			before = now.Unit.Questions
		}
		questions, err := incident.ReadQuestions(f.Text("questions"), before)
		return rule.Body{Unit: &ruling.UnitRule{Questions: questions, SecondClose: f.Checked("second_close"), InKIA: f.Checked("in_kia")}}, err
	}}
}

func ticked(yes bool) []string {
	if yes {
		return []string{"1"}
	}
	return nil
}

// registerRule is how an authority registers.
func registerRule() proposing {
	return proposing{kind: ruling.Register, heading: "rule_register.title", lead: "rule_register.lead", form: func(*ruleNames) *Form {
		var provisions []Option
		for _, p := range registration.Provisions() {
			provisions = append(provisions, Option{Value: string(p), Text: string(p)})
		}
		return NewForm(append([]*Field{
			Text("pattern", "rule_register.pattern").Hint("rule_register.pattern-hint").Max(registration.MaxPattern).Complete("off"),
			Select("provision", "rule_register.provision", provisions...).Hint("rule_register.provision-hint").Optional(),
		}, hookFields("rule_register.hook", "rule_register.hook-hint")...)...)
	}, show: func(f *Form, b rule.Body, pattern string) {
		f.Set("pattern", pattern)
		if v := b.Register; v != nil {
			f.Set("pattern", v.Pattern).Set("provision", v.Provision).Set("hook", v.Hook)
		}
	}, read: func(f *Form, _ rule.Body) (rule.Body, error) {
		return rule.Body{Register: &ruling.RegisterRule{Pattern: f.Text("pattern"), Provision: f.Text("provision"), Hook: f.Text("hook"), HookSecret: f.Text("hook_secret")}}, nil
	}}
}

// mailRule lets an authority's letters be forwarded, or ends it.
func mailRule() proposing {
	return proposing{kind: ruling.Mail, heading: "rule_mail.title", lead: "rule_mail.lead", form: func(*ruleNames) *Form {
		return NewForm(
			Check("forward", "rule_mail.forward").Hint("rule_mail.forward-hint"),
			Text("decision", "rule_mail.decision").Hint("rule_mail.decision-hint").Max(100).Complete("off"),
			Date("date", "rule_mail.date"))
	}, show: func(f *Form, b rule.Body, _ string) {
		if v := b.Mail; v != nil {
			f.Set("forward", ticked(v.Forward)...).Set("decision", v.Decision).Set("date", v.Date)
		}
	}, read: func(f *Form, _ rule.Body) (rule.Body, error) {
		return rule.Body{Mail: &ruling.MailRule{Forward: f.Checked("forward"), Decision: f.Text("decision"), Date: f.Text("date")}}, nil
	}}
}

// likenessRule lets an authority's cases be compared, or ends it.
func likenessRule() proposing {
	return proposing{kind: ruling.Likeness, heading: "rule_likeness.title", lead: "rule_likeness.lead", form: func(*ruleNames) *Form {
		return NewForm(
			Text("decision", "rule_likeness.decision").Hint("rule_likeness.decision-hint").Max(likeness.MostReference).Complete("off"),
			Date("date", "rule_likeness.date"),
			Text("dpia", "rule_likeness.dpia").Hint("rule_likeness.dpia-hint").Max(likeness.MostReference).Complete("off"),
			Date("dpia_date", "rule_likeness.dpia-date"),
			Check("off", "rule_likeness.off").Hint("rule_likeness.off-hint"))
	}, show: func(f *Form, b rule.Body, _ string) {
		if v := b.Likeness; v != nil {
			f.Set("decision", v.Decision).Set("date", v.Date).Set("dpia", v.DPIA).Set("dpia_date", v.DPIADate).Set("off", ticked(v.Off)...)
		}
	}, read: func(f *Form, _ rule.Body) (rule.Body, error) {
		return rule.Body{Likeness: &likeness.Rule{Decision: f.Text("decision"), Date: f.Text("date"), DPIA: f.Text("dpia"), DPIADate: f.Text("dpia_date"), Off: f.Checked("off")}}, nil
	}}
}

func retentionForm() *Form {
	return NewForm(
		Text("years", "rule_retention.years").Hint("rule_retention.years-hint").Max(3).Complete("off"),
		Text("letters", "rule_retention.letters").Hint("rule_retention.letters-hint").Optional().Max(3).Complete("off"),
		Text("minor", "rule_retention.minor").Hint("rule_retention.minor-hint").Optional().Max(3).Complete("off"),
		Text("decision", "rule_retention.decision").Hint("rule_retention.decision-hint").Max(100).Complete("off"),
		Date("date", "rule_retention.date").Optional(),
	)
}

// retentionRule is how long an authority keeps closed cases.
func retentionRule() proposing {
	return proposing{kind: ruling.Retention, heading: "rule_retention.title", lead: "rule_retention.lead", form: func(*ruleNames) *Form { return retentionForm() },
		show: func(f *Form, b rule.Body, _ string) {
			if v := b.Retention; v != nil {
				f.Set("years", strconv.Itoa(v.Years)).Set("letters", strconv.Itoa(v.Letters)).Set("minor", strconv.Itoa(v.Minor)).Set("decision", v.Decision).Set("date", v.Date)
			}
		}, read: func(f *Form, _ rule.Body) (rule.Body, error) {
			out := casefile.RetentionRule{Decision: f.Text("decision"), Date: f.Text("date")}
			var err error
			for _, one := range []struct {
				name, code string
				to         *int
				most       int
			}{{"years", "lifecycle.years", &out.Years, casefile.MaxYears}, {"letters", "lifecycle.years", &out.Letters, casefile.MaxYears}, {"minor", "lifecycle.months", &out.Minor, casefile.MaxMonths}} {
				if *one.to, err = number(f, one.name, one.code, one.most); err != nil {
					break
				}
			}
			return rule.Body{Retention: &out}, err
		}}
}
