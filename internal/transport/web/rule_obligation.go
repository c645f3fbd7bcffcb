package web

import (
	"strconv"

	"varn/internal/domain/obligation"
	"varn/internal/domain/ruling"
	"varn/internal/kit/fault"
	"varn/internal/kit/locale"
	"varn/internal/usecase/rule"
)

func obligationRuleForm() *Form {
	return NewForm(
		Text("hours", "rule_obligation.hours").Hint("rule_obligation.hours-hint").Max(5).Complete("off"),
		Date("from", "rule_obligation.from").Hint("rule_obligation.from-hint"),
		Text("who", "rule_obligation.who").Hint("rule_obligation.who-hint").Max(obligation.MaxNote).Complete("off").Optional(),
		Text("decision", "rule_obligation.decision").Hint("rule_obligation.decision-hint").Max(obligation.MaxNote).Complete("off").Optional(),
	)
}

// obligationProposal is a new version of how an obligation is kept: it holds from its day on, and what
// was decided before goes on holding until then.
func obligationProposal(o obligation.Obligation) proposing {
	return proposing{kind: ruling.Obligation, heading: "rule_obligation.title", lead: "rule_obligation.lead", form: func(*ruleNames) *Form { return obligationRuleForm() },
		show: func(f *Form, b rule.Body, _ string) {
			v := obligation.Version{Hours: o.Hours}
			if b.Obligation != nil && len(b.Obligation.Versions) > 0 {
				v = b.Obligation.Versions[len(b.Obligation.Versions)-1]
			}
			f.Set("hours", strconv.Itoa(v.Hours)).Set("who", v.Who).Set("decision", v.Decision)
		}, read: func(f *Form, now rule.Body) (rule.Body, error) {
			var before obligation.Rules
			if now.Obligation != nil {
				before = now.Obligation.Versions
			}
			hours, err := strconv.Atoi(f.Text("hours"))
			if err != nil {
				return rule.Body{}, fault.In("hours", "ruling.clock", o.Most)
			}
			v := obligation.Version{From: f.Text("from"), Hours: hours, Who: f.Text("who"), Decision: f.Text("decision")}
			return rule.Body{Obligation: &ruling.ObligationRule{Code: o.Code, Versions: before.With(v)}}, nil
		}}
}

// obligationLines says every version of how an obligation is kept, the oldest first.
func obligationLines(r *Request, v ruling.ObligationRule) []ruleLine {
	var out []ruleLine
	for _, one := range v.Versions {
		text := r.Text("rule_obligation.from-day", one.From) + " " + hoursText(r, one.Hours)
		for _, more := range []string{one.Who, one.Decision} {
			if more != "" {
				text += " " + more + "."
			}
		}
		out = append(out, ruleLine{locale.Key("rule_obligation.version"), text})
	}
	if out == nil {
		o, _ := obligation.Of(v.Code)
		out = []ruleLine{{"rule_obligation.version", hoursText(r, o.Hours)}}
	}
	return out
}

func hoursText(r *Request, hours int) string {
	if hours == 0 {
		return r.Text("rule_obligation.no-clock")
	}
	return r.Count("rule_obligation.alarm", hours)
}
