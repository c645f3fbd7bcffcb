package web

import (
	"cmp"
	"strconv"
	"strings"
	"time"

	"varn/internal/domain/access"
	"varn/internal/domain/casefile"
	"varn/internal/domain/incident"
	"varn/internal/domain/likeness"
	"varn/internal/domain/obligation"
	"varn/internal/domain/routing"
	"varn/internal/domain/ruling"
	"varn/internal/kit/locale"
	"varn/internal/usecase/rule"
)

const rulesPath = "/regler"

// rulesView (regler) is what the organisation has decided for itself, and what holds without it.
type rulesView struct {
	Organisation ruleCard
	Registers    []ruleCard
	Retentions   []ruleCard
	Likenesses   []ruleCard
	Mails        []ruleCard
	Units        []ruleCard
	Obligations  []ruleCard
	Waiting      int
	Proposes     bool
}

// ruleCard is a rule as it holds.
type ruleCard struct {
	Name, Href string
	Lines      []ruleLine
	Confirmer  string // empty: the default holds
	Decided    time.Time
}

// ruleLine is one thing that a rule says.
type ruleLine struct {
	Label locale.Key
	Text  string
}

func (s *Server) rules(r *Request) error {
	n, err := s.namesForRules(r)
	if err != nil {
		return err
	}
	all, err := s.Desks.Rule.List(r.Context(), r.Session)
	if err != nil {
		return err
	}
	view := rulesView{Waiting: len(all.Proposed), Proposes: r.Session.Has(access.Administrator, access.HeadOfSecurity)}
	card := func(kind ruling.Kind, scope, name, href string, without rule.Body) ruleCard {
		c := ruleCard{Name: name, Href: rulesPath + href}
		one, ok := all.Of(kind, scope)
		if !ok {
			one.Body = without
		} else {
			c.Confirmer, c.Decided = one.Confirmer, one.Created.Time()
		}
		c.Lines = n.lines(r, one)
		return c
	}
	view.Organisation = card(ruling.Routing, "", "", "/organisation", rule.Body{Routing: &ruling.RoutingRule{}})
	for _, a := range n.authorities {
		view.Registers = append(view.Registers, card(ruling.Register, a.Value, a.Text, "/diarium/"+a.Value, rule.Body{Register: &ruling.RegisterRule{Pattern: n.patterns[a.Value]}}))
		view.Likenesses = append(view.Likenesses, card(ruling.Likeness, a.Value, a.Text, "/likhet/"+a.Value, rule.Body{Likeness: &likeness.Rule{Off: true}}))
		view.Mails = append(view.Mails, card(ruling.Mail, a.Value, a.Text, "/brev/"+a.Value, rule.Body{Mail: &ruling.MailRule{}}))
		view.Retentions = append(view.Retentions, card(ruling.Retention, a.Value, a.Text, "/gallring/"+a.Value, rule.Body{}))
	}
	for _, u := range n.units {
		view.Units = append(view.Units, card(ruling.Unit, u.Value, u.Text, "/enhet/"+u.Value, rule.Body{Unit: &ruling.UnitRule{}}))
	}
	for _, c := range obligation.Decidable() {
		view.Obligations = append(view.Obligations, card(ruling.Obligation, string(c), n.names[string(c)], "/plikt/"+string(c), rule.Body{Obligation: &ruling.ObligationRule{Code: c}}))
	}
	return r.Page("rules.html", view)
}

// ruleNames are the names of what rules are about.
type ruleNames struct {
	authorities, units, functions []Option
	patterns                      map[string]string // of authorities that have decided none
	names                         map[string]string
}

func (s *Server) namesForRules(r *Request) (*ruleNames, error) {
	n := &ruleNames{names: map[string]string{}, patterns: map[string]string{}}
	authorities, err := s.Desks.People.Authorities(r.Context(), r.Session)
	if err != nil {
		return nil, err
	}
	units, err := s.Desks.People.Units(r.Context(), r.Session)
	if err != nil {
		return nil, err
	}
	functions, err := s.Desks.People.Functions(r.Context(), r.Session)
	if err != nil {
		return nil, err
	}
	for _, c := range obligation.Decidable() {
		n.names[string(c)] = r.Text(locale.Key(c.Term()))
	}
	for _, a := range authorities {
		n.names[a.ID], n.patterns[a.ID] = a.Name, ruling.DefaultPattern(a.Code)
		n.authorities = append(n.authorities, Option{Value: a.ID, Text: a.Name})
	}
	for _, u := range units {
		n.names[u.ID] = u.Name
		n.units = append(n.units, Option{Value: u.ID, Text: u.Name})
	}
	for _, f := range functions {
		n.names[f.ID] = f.Card.Name
		n.functions = append(n.functions, Option{Value: f.ID, Text: f.Card.Name})
	}
	return n, nil
}

func (n *ruleNames) all(ids ...string) string {
	var out []string
	for _, id := range ids {
		if id != "" {
			out = append(out, n.names[id])
		}
	}
	return strings.Join(out, ", ")
}

// lines says what a rule says, in the reader's language.
func (n *ruleNames) lines(r *Request, one rule.Rule) []ruleLine {
	switch b := one.Body; {
	case b.Routing != nil:
		return n.routingLines(r, *b.Routing)
	case b.Unit != nil:
		return unitLines(r, *b.Unit)
	case b.Register != nil:
		return registerLines(r, *b.Register)
	case b.Obligation != nil:
		return obligationLines(r, *b.Obligation)
	case b.Retention != nil:
		return retentionLines(r, *b.Retention)
	case b.Mail != nil:
		return mailLines(r, *b.Mail)
	case b.Likeness != nil:
		return likenessLines(r, *b.Likeness)
	}
	return []ruleLine{{"rule_retention.years", r.Text("rules.undecided")}}
}

func (n *ruleNames) routingLines(r *Request, v ruling.RoutingRule) []ruleLine {
	local := localLine(r, v.Local)
	groups := v.ActorGroups
	if groups == nil {
		groups = incident.DefaultActorGroups()
	}
	var named []string
	for _, g := range groups {
		named = append(named, r.Text(locale.Key(g.Term())))
	}
	out := []ruleLine{{"rule_organisation.local", local}, {"rule_organisation.groups", strings.Join(named, ", ")}}
	for _, one := range []ruleLine{{"rule_organisation.home", n.all(v.Home)}, {"rule_organisation.reserve", n.all(v.Reserve)}} {
		if one.Text != "" {
			out = append(out, one)
		}
	}
	return append(out, ruleLine{"rule_organisation.municipality", cmp.Or(n.all(v.Municipality...), r.Text("rules.security"))},
		ruleLine{"rule_organisation.with-security", cmp.Or(n.all(v.WithSecurity...), r.Text("rules.none"))},
		ruleLine{"rule_organisation.wake", strconv.Itoa(int(v.Wait().Minutes()))},
		ruleLine{"rule_organisation.contact", strconv.Itoa(int(v.Contact().Hours()))},
		ruleLine{"rule_organisation.hook", cmp.Or(v.Hook, r.Text("rules.none"))})
}

// localLine is the local decision and which contexts it covers.
func localLine(r *Request, d *routing.LocalDecision) string {
	if d == nil {
		return r.Text("rules.none")
	}
	covers := r.Text("rule_organisation.local-default")
	if len(d.Contexts) > 0 {
		var named []string
		for _, c := range d.Contexts {
			named = append(named, r.Text(locale.Key(c.Term())))
		}
		covers = strings.Join(named, ", ")
	}
	return d.Number + ", " + d.Date.Format(time.DateOnly) + ". " + r.Text("rule_organisation.local-covers", covers)
}

func yesNo(r *Request, yes bool) string {
	if yes {
		return r.Text("register.yes")
	}
	return r.Text("register.no")
}

func unitLines(r *Request, v ruling.UnitRule) []ruleLine {
	return []ruleLine{{"rule_unit.second-close", yesNo(r, v.SecondClose)}, {"rule_unit.in-kia", yesNo(r, v.InKIA)},
		{"rule_unit.questions", cmp.Or(strings.TrimSpace(incident.WriteQuestions(v.Questions)), r.Text("rules.none"))}}
}

func registerLines(r *Request, v ruling.RegisterRule) []ruleLine {
	return []ruleLine{{"rule_register.pattern", v.Pattern}, {"rule_register.provision", cmp.Or(v.Provision, r.Text("rules.none"))},
		{"rule_register.hook", cmp.Or(v.Hook, r.Text("rules.none"))}}
}

func mailLines(r *Request, v ruling.MailRule) []ruleLine {
	out := []ruleLine{{"rule_mail.forward", yesNo(r, v.Forward)}}
	if v.Decision == "" {
		return out
	}
	return append(out, ruleLine{"rule_mail.decision", v.Decision + ", " + v.Date})
}

func likenessLines(r *Request, v likeness.Rule) []ruleLine {
	out := []ruleLine{{"rule_likeness.on", yesNo(r, !v.Off)}}
	if v.Decision == "" {
		return out
	}
	return append(out, ruleLine{"rule_likeness.decision", v.Decision + ", " + v.Date}, ruleLine{"rule_likeness.dpia", v.DPIA + ", " + v.DPIADate})
}

func retentionLines(r *Request, v casefile.RetentionRule) []ruleLine {
	term := func(n int) string {
		if n == 0 {
			return r.Text("rules.preserved")
		}
		return strconv.Itoa(n)
	}
	return []ruleLine{{"rule_retention.years", term(v.Years)}, {"rule_retention.letters", term(v.Letters)}, {"rule_retention.minor", term(v.Minor)}, {"rule_retention.decision", strings.TrimSpace(v.Decision + " " + v.Date)}}
}
