package web

import (
	"varn/internal/domain/ruling"
	"varn/internal/kit/fault"
	"varn/internal/kit/locale"
	"varn/internal/usecase/rule"
)

// waitingRule is a rule that somebody has proposed, with everything it says.
type waitingRule struct {
	ID, Scope, Proposer string
	Heading             locale.Key
	Lines               []ruleLine
	Why                 locale.Key // empty: the visitor can confirm it
	Mine                bool
	Confirmers          string
}

// waitingRules are those that the visitor may see; none for who has no part in rules.
func (s *Server) waitingRules(r *Request) ([]waitingRule, error) {
	all, err := s.Desks.Rule.List(r.Context(), r.Session)
	if fault.Is(err, fault.Denied) || err == nil && len(all.Proposed) == 0 {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	n, err := s.namesForRules(r)
	if err != nil {
		return nil, err
	}
	var out []waitingRule
	for _, one := range all.Proposed {
		out = append(out, waitingRule{ID: one.ID, Scope: one.ScopeName, Proposer: one.Proposer, Heading: ruleHeading(one.Kind),
			Lines: n.lines(r, one), Why: whyNotRule(one.Why), Mine: one.Mine, Confirmers: joined(one.Confirmers...)})
	}
	return out, nil
}

func ruleHeading(k ruling.Kind) locale.Key {
	switch k {
	case ruling.Unit:
		return "rule_unit.title"
	case ruling.Register:
		return "rule_register.title"
	case ruling.Obligation:
		return "rule_obligation.title"
	case ruling.Retention:
		return "rule_retention.title"
	case ruling.Likeness:
		return "rule_likeness.title"
	case ruling.Mail:
		return "rule_mail.title"
	}
	return "rule_organisation.title"
}

func whyNotRule(h rule.Hindrance) locale.Key {
	switch h {
	case rule.Free:
		return ""
	case rule.FourEyes:
		return "ruling.other-holder"
	case rule.Alone:
		return "ruling.alone"
	case rule.OnlyHolder:
		return "ruling.only-holder"
	}
	return "confirm_waiting.why-locked"
}

// confirmRule lets a proposed rule hold.
func (s *Server) confirmRule(r *Request) error { return s.confirmed(r, s.Desks.Rule.Confirm) }

// confirmRuleRefuse ends a proposal, or takes one's own back.
func (s *Server) confirmRuleRefuse(r *Request) error { return s.confirmed(r, s.Desks.Rule.Refuse) }
