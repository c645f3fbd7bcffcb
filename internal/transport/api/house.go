package api

import (
	"context"
	"time"

	"varn/internal/domain/access"
	"varn/internal/kit/clock"
	"varn/internal/usecase/people"
)

// none is an input without anything in it.
type none struct{}

type meBody struct {
	ID        string         `json:"id"`
	Name      string         `json:"name"`
	Roles     []access.Role  `json:"roles"`
	Functions []string       `json:"functions" doc:"Ids of the functions you hold."`
	Scopes    []access.Scope `json:"scopes"`
	Expires   time.Time      `json:"expires"`
}

func (s *Server) me(ctx context.Context, _ *none) (meBody, error) {
	w := who(ctx)
	return meBody{ID: w.Person, Name: w.Name, Roles: some(w.Roles), Functions: some(w.Functions), Scopes: some(w.Scopes), Expires: w.Expires.Time()}, nil
}

type sessionBody struct {
	ID      string             `json:"id"`
	Kind    access.SessionKind `json:"kind"`
	Label   string             `json:"label"`
	Current bool               `json:"current"`
	Created time.Time          `json:"created"`
	Seen    time.Time          `json:"seen"`
	Expires time.Time          `json:"expires"`
}

type list[T any] struct {
	Items []T `json:"items"`
}

func (s *Server) sessions(ctx context.Context, _ *none) (list[sessionBody], error) {
	all, err := s.SignIn.Sessions(ctx, who(ctx))
	out := list[sessionBody]{Items: []sessionBody{}}
	for _, v := range all {
		out.Items = append(out.Items, sessionBody{v.ID, v.Kind, v.Label, v.Current, v.Created.Time(), v.Seen.Time(), v.Expires.Time()})
	}
	return out, err
}

type doneBody struct {
	Done bool `json:"done"`
}

// endSession ends the token itself: a token that may have leaked can always be put out.
func (s *Server) endSession(ctx context.Context, _ string, _ *none) (doneBody, error) {
	return doneBody{true}, s.SignIn.SignOut(ctx, who(ctx))
}

type namedBody struct {
	ID        string `json:"id"`
	Name      string `json:"name"`
	Code      string `json:"code,omitempty"`
	Authority string `json:"authority,omitempty"`
}

func named(all []people.Named, err error) (list[namedBody], error) {
	out := list[namedBody]{Items: []namedBody{}}
	for _, v := range all {
		out.Items = append(out.Items, namedBody{v.ID, v.Name, v.Code, v.In})
	}
	return out, err
}

func (s *Server) authorities(ctx context.Context, _ *none) (list[namedBody], error) {
	return named(s.People.Authorities(ctx, who(ctx)))
}

func (s *Server) units(ctx context.Context, _ *none) (list[namedBody], error) {
	return named(s.People.Units(ctx, who(ctx)))
}

type functionBody struct {
	ID        string `json:"id"`
	Kind      string `json:"kind"`
	Authority string `json:"authority"`
	Name      string `json:"name"`
	Phone     string `json:"phone,omitempty"`
	Hours     string `json:"hours,omitempty"`
	Mail      string `json:"mail,omitempty"`
	Enrolled  bool   `json:"enrolled" doc:"Somebody holds it and can open what is sealed to it."`
}

func (s *Server) functions(ctx context.Context, _ *none) (list[functionBody], error) {
	all, err := s.People.Functions(ctx, who(ctx))
	out := list[functionBody]{Items: []functionBody{}}
	for _, f := range all {
		out.Items = append(out.Items, functionBody{f.ID, string(f.Kind), f.Authority, f.Card.Name, f.Card.Phone, f.Card.Hours, f.Card.Mail, f.Enrolled && len(f.Seats) > 0})
	}
	return out, err
}

type personBody struct {
	ID    string        `json:"id"`
	Name  string        `json:"name"`
	Title string        `json:"title,omitempty"`
	Party string        `json:"party,omitempty"`
	State string        `json:"state"`
	Roles []access.Role `json:"roles"`
	Away  *time.Time    `json:"away_until,omitempty"`
}

func (s *Server) people(ctx context.Context, _ *none) (list[personBody], error) {
	all, err := s.People.People(ctx, who(ctx))
	out := list[personBody]{Items: []personBody{}}
	for _, p := range all {
		out.Items = append(out.Items, personBody{p.ID, p.Name, p.Title, p.Party, string(p.State), some(p.Roles), when(p.Away)})
	}
	return out, err
}

// some is a list that is empty rather than null.
func some[T any](all []T) []T {
	if all == nil {
		return []T{}
	}
	return all
}

// when is a moment, or nothing for "never".
func when(at clock.Stamp) *time.Time {
	if at == 0 {
		return nil
	}
	t := at.Time()
	return &t
}
