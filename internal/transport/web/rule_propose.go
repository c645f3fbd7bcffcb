package web

import (
	"context"
	"net/http"

	"varn/internal/domain/access"
	"varn/internal/domain/ruling"
	"varn/internal/kit/fault"
	"varn/internal/kit/locale"
	"varn/internal/usecase/rule"
)

// ruleView is a rule's form: what is sent is a proposal, which changes nothing by itself.
type ruleView struct {
	Form      *Form
	Heading   locale.Key
	Lead      locale.Key
	Scope     string // the name of the unit or authority
	HasSecret bool
	Waits     bool // a proposal for the same waits already
}

func (ruleView) SampleForm() *Form { return retentionForm() }

// proposing is what one kind of rule has of its own.
type proposing struct {
	kind          ruling.Kind
	heading, lead locale.Key
	form          func(*ruleNames) *Form
	show          func(*Form, rule.Body, string) // the rule that holds, or the default with the scope's id
	read          func(*Form, rule.Body) (rule.Body, error)
	fields        map[string]string // a rule's own names for the form's fields
}

// ruleForm makes the handler of a kind of rule.
func ruleForm(p proposing) func(*Server, *Request) error {
	return func(s *Server, r *Request) error { return s.proposeRule(r, p) }
}

func (s *Server) proposeRule(r *Request, p proposing) error {
	n, err := s.namesForRules(r)
	if err != nil {
		return err
	}
	all, err := s.Desks.Rule.List(r.Context(), r.Session)
	if err != nil {
		return err
	}
	if !r.Session.Has(access.Administrator, access.HeadOfSecurity) {
		return fault.New(fault.Denied, "fault.denied")
	}
	scope := r.Path("id")
	if _, known := n.names[scope]; scope != "" && !known {
		return fault.New(fault.NotFound, "fault.not-found")
	}
	now, _ := all.Of(p.kind, scope)
	f := p.form(n)
	view := ruleView{Form: f, Heading: p.heading, Lead: p.lead, Scope: n.names[scope], HasSecret: now.HasSecret}
	for _, one := range all.Proposed {
		view.Waits = view.Waits || one.Kind == p.kind && one.Scope == scope
	}
	r.Title(r.Text(p.heading))
	if r.HTTP.Method != http.MethodPost {
		p.show(f, now.Body, n.patterns[scope])
		return r.Page("rule.html", view)
	}
	if err := r.Read(f); err != nil {
		return err
	}
	if !f.Failed() {
		err := s.sendRule(r, f, p, scope, now.Body)
		if err == nil {
			return r.Redirect(confirmPath)
		}
		if !f.Take(renamed(err, p.fields)) {
			return err
		}
	}
	return r.Page("rule.html", view)
}

func (s *Server) sendRule(r *Request, f *Form, p proposing, scope string, now rule.Body) error {
	body, err := p.read(f, now)
	if err != nil {
		return err
	}
	_, err = s.onceOnly(r, f, func(ctx context.Context) (string, error) {
		return s.Desks.Rule.Propose(ctx, r.Session, rule.Proposal{Scope: scope, Body: body})
	})
	return err
}

// renamed gives a rule's fields the names that the form has for them.
func renamed(err error, names map[string]string) error {
	if !fault.Is(err, fault.Invalid) {
		return err
	}
	e := *fault.Of(err)
	e.Fields = append([]fault.Field(nil), e.Fields...)
	for i, field := range e.Fields {
		if name, ok := names[field.Name]; ok {
			e.Fields[i].Name = name
		}
	}
	return &e
}
