package api

import (
	"context"
	"encoding/base64"
	"encoding/hex"
	"strconv"
	"strings"
	"time"

	"varn/internal/domain/casefile"
	"varn/internal/kit/clock"
	"varn/internal/kit/fault"
	"varn/internal/kit/ident"
	"varn/internal/usecase/casework"
)

type casesIn struct {
	State  string `query:"state" enum:"open,closed" doc:"Only cases in this state."`
	Query  string `query:"q" maxLength:"200" doc:"Looks in the titles, which are opened for you alone. The query is logged nowhere."`
	Cursor string `query:"cursor" maxLength:"200" doc:"From the answer before."`
	Limit  int    `query:"limit" minimum:"1" maximum:"200" default:"50"`
}

type lineBody struct {
	Ref       string    `json:"ref"`
	Authority string    `json:"authority"`
	State     string    `json:"state"`
	Title     string    `json:"title"`
	Opened    time.Time `json:"opened"`
	Changed   time.Time `json:"changed"`
}

type casesBody struct {
	Items  []lineBody `json:"items"`
	Cursor string     `json:"cursor,omitempty" doc:"Give it to get the next ones; absent at the end."`
}

func (s *Server) cases(ctx context.Context, in *casesIn) (casesBody, error) {
	body := casesBody{Items: []lineBody{}}
	w := casework.Wanted{State: casefile.State(in.State), Query: in.Query, Limit: in.Limit}
	var err error
	if w.After.Changed, w.After.Case, err = cursor(in.Cursor); err != nil {
		return body, err
	}
	got, err := s.Cases.ListCases(ctx, who(ctx), w)
	if err != nil {
		return body, err
	}
	for _, l := range got.Lines {
		body.Items = append(body.Items, lineBody{l.Ref, l.Authority, string(l.State), l.Title, l.Opened.Time(), l.Changed.Time()})
	}
	if got.Next.Case != "" {
		body.Cursor = base64.RawURLEncoding.EncodeToString([]byte(strconv.FormatInt(int64(got.Next.Changed), 36) + " " + got.Next.Case))
	}
	return body, nil
}

// cursor reads a place in a list; one that we did not give is refused.
func cursor(text string) (clock.Stamp, string, error) {
	if text == "" {
		return 0, "", nil
	}
	raw, err := base64.RawURLEncoding.DecodeString(text)
	at, id, ok := strings.Cut(string(raw), " ")
	n, bad := strconv.ParseInt(at, 36, 64)
	if err != nil || !ok || bad != nil || n <= 0 || !ident.Valid(id) {
		return 0, "", fault.In("cursor", "field.choose")
	}
	return clock.Stamp(n), id, nil
}

type memberIn struct {
	Kind   string     `json:"kind" enum:"person,function"`
	ID     string     `json:"id" maxLength:"40"`
	Reason string     `json:"reason,omitempty" maxLength:"1000"`
	Until  *time.Time `json:"until,omitempty"`
}

type caseIn struct {
	Authority string     `json:"authority" maxLength:"40"`
	Title     string     `json:"title" maxLength:"200"`
	Text      string     `json:"text" maxLength:"50000"`
	Members   []memberIn `json:"members" minItems:"1" maxItems:"100" doc:"Who may open the case. You are not in it unless you are named."`
	Exclude   []string   `json:"exclude,omitempty" maxItems:"20" doc:"Names of those who may not know of the case."`
}

type refBody struct {
	Ref string `json:"ref"`
}

func (s *Server) createCase(ctx context.Context, _ string, in *caseIn) (refBody, error) {
	v := casework.NewCase{Authority: in.Authority, Title: in.Title, Text: in.Text, Exclude: casework.Exclusion{Words: in.Exclude}}
	for _, m := range in.Members {
		one := casework.Member{Kind: casefile.PlaceKind(m.Kind), ID: m.ID, Reason: m.Reason}
		if m.Until != nil {
			one.Until = clock.Of(*m.Until)
		}
		v.Members = append(v.Members, one)
	}
	ref, err := s.Cases.OpenCase(ctx, who(ctx), v)
	return refBody{ref}, err
}

type refIn struct {
	Ref string `path:"ref" maxLength:"40" doc:"The case's reference."`
}

type fileBody struct {
	Name   string `json:"name"`
	Type   string `json:"type"`
	Size   int64  `json:"size"`
	SHA256 string `json:"sha256"`
}

type entryBody struct {
	ID      string    `json:"id"`
	Kind    string    `json:"kind"`
	Author  string    `json:"author,omitempty"`
	Text    string    `json:"text,omitempty"`
	File    *fileBody `json:"file,omitempty"`
	Created time.Time `json:"created"`
}

type seatBody struct {
	ID     string     `json:"id"`
	Kind   string     `json:"kind"`
	Name   string     `json:"name"`
	Reason string     `json:"reason,omitempty"`
	From   time.Time  `json:"from"`
	Until  *time.Time `json:"until,omitempty"`
	Ended  *time.Time `json:"ended,omitempty"`
}

type caseBody struct {
	Ref       string      `json:"ref"`
	Authority string      `json:"authority"`
	State     string      `json:"state"`
	Title     string      `json:"title"`
	Opened    time.Time   `json:"opened"`
	Changed   time.Time   `json:"changed"`
	Openers   int         `json:"openers" doc:"How many people can open the case."`
	Timeline  []entryBody `json:"timeline"`
	Circle    []seatBody  `json:"circle"`
}

func (s *Server) readCase(ctx context.Context, in *refIn) (caseBody, error) {
	c, err := s.Cases.ReadCase(ctx, who(ctx), in.Ref)
	if err != nil {
		return caseBody{}, err
	}
	body := caseBody{Ref: c.Ref, Authority: c.Authority, State: string(c.State), Title: c.Title, Opened: c.Opened.Time(), Changed: c.Changed.Time(),
		Openers: c.Openers, Timeline: []entryBody{}, Circle: []seatBody{}}
	for _, e := range c.Timeline {
		one := entryBody{ID: e.ID, Kind: string(e.Kind), Author: e.Author, Text: e.Text, Created: e.Created.Time()}
		if e.File != nil {
			one.File = &fileBody{e.File.Name, e.File.Type, e.File.Size, hex.EncodeToString(e.File.SHA256)}
		}
		body.Timeline = append(body.Timeline, one)
	}
	for _, p := range c.Circle {
		body.Circle = append(body.Circle, seatBody{p.ID, string(p.Kind), p.Name, p.Reason, p.From.Time(), when(p.Until), when(p.Ended)})
	}
	return body, nil
}

type openingBody struct {
	Who  string    `json:"who"`
	Act  string    `json:"act"`
	Hour time.Time `json:"hour" doc:"The log keeps no finer time."`
}

type openingsIn struct {
	Ref    string `path:"ref" maxLength:"40" doc:"The case's reference."`
	Cursor int64  `query:"cursor" minimum:"0" doc:"From the answer before."`
}

type openingsBody struct {
	Items  []openingBody `json:"items"`
	Cursor int64         `json:"cursor,omitempty" doc:"Give it to get older ones; absent at the end."`
}

func (s *Server) openings(ctx context.Context, in *openingsIn) (openingsBody, error) {
	body := openingsBody{Items: []openingBody{}}
	got, err := s.Cases.Openings(ctx, who(ctx), in.Ref, in.Cursor)
	if err != nil {
		return body, err
	}
	for _, o := range got.List {
		body.Items = append(body.Items, openingBody{o.Name, o.Act, o.Hour.Time()})
	}
	body.Cursor = got.Next
	return body, nil
}

type messageIn struct {
	Text string `json:"text" maxLength:"50000"`
}

type idBody struct {
	ID string `json:"id"`
}

func (s *Server) addMessage(ctx context.Context, ref string, in *messageIn) (idBody, error) {
	id, err := s.Cases.AddMessage(ctx, who(ctx), ref, in.Text)
	return idBody{id}, err
}
