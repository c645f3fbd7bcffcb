package api

import (
	"context"
	"encoding/base64"
	"encoding/hex"
	"strconv"
	"strings"
	"time"

	"varn/internal/domain/casefile"
	"varn/internal/domain/incident"
	"varn/internal/kit/clock"
	"varn/internal/kit/code"
	"varn/internal/kit/fault"
	"varn/internal/kit/ident"
	"varn/internal/usecase/casework"
)

type casesIn struct {
	State  string `query:"state" maxLength:"20" doc:"Only cases in this state of the life-cycle: new, received, assessed, measures, follow_up, closed or reopened; open for those that were opened by hand."`
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

	View     string     `json:"view,omitempty"`
	Handler  string     `json:"handler,omitempty" doc:"The id of who has taken it."`
	Urgency  int64      `json:"urgency" doc:"A proposal, 0 to 3: a human decides."`
	Assessed *time.Time `json:"assessed,omitempty"`
	Due      *time.Time `json:"due,omitempty"`
}

func lineOf(l casework.Line) lineBody {
	return lineBody{Ref: l.Ref, Authority: l.Authority, State: string(l.State), Title: l.Title, Opened: l.Opened.Time(), Changed: l.Changed.Time(),
		View: l.View, Handler: l.Handler, Urgency: l.Urgency, Assessed: when(l.Assessed), Due: when(l.Due)}
}

type casesBody struct {
	Items  []lineBody `json:"items"`
	Cursor string     `json:"cursor,omitempty" doc:"Give it to get the next ones; absent at the end."`
}

func (s *Server) cases(ctx context.Context, in *casesIn) (casesBody, error) {
	body := casesBody{Items: []lineBody{}}
	state, known := casefile.ParseState(in.State)
	if in.State != "" && !known {
		return body, fault.In("state", "field.unknown-code", code.Join(append(casefile.States(), casefile.Open)))
	}
	if in.State == "" {
		state = ""
	}
	w := casework.Wanted{State: state, Query: in.Query, Limit: in.Limit}
	var err error
	if w.After.Changed, w.After.Case, err = cursor(in.Cursor); err != nil {
		return body, err
	}
	got, err := s.Cases.ListCases(ctx, who(ctx), w)
	if err != nil {
		return body, err
	}
	for _, l := range got.Lines {
		body.Items = append(body.Items, lineOf(l))
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
	Name string `json:"name"`
	Type string `json:"type"`
	Size int64  `json:"size"`
	Tree string `json:"tree_sha256" doc:"SHA-256 of a tree of leaves of 1 MiB, as S3 Glacier has it; of a smaller file the plain SHA-256."`
}

type taskBody struct {
	ID    string     `json:"id"`
	Title string     `json:"title"`
	Owner string     `json:"owner"`
	Due   *time.Time `json:"due,omitempty"`
	Done  *time.Time `json:"done,omitempty"`
}

type changeBody struct {
	Field  string `json:"field"`
	Before string `json:"before,omitempty"`
	After  string `json:"after,omitempty"`
	Reason string `json:"reason,omitempty"`
}

type entryBody struct {
	ID     string    `json:"id"`
	Kind   string    `json:"kind"`
	Author string    `json:"author,omitempty"`
	Text   string    `json:"text,omitempty"`
	File   *fileBody `json:"file,omitempty"`

	As        string                     `json:"as,omitempty" doc:"The function that its author acted for."`
	Reporter  bool                       `json:"reporter,omitempty" doc:"It comes from whoever reported."`
	Report    *incident.Report           `json:"report,omitempty"`
	Task      *taskBody                  `json:"task,omitempty"`
	Change    *changeBody                `json:"change,omitempty"`
	Reported  *casefile.Reported         `json:"reported,omitempty"`
	Reference *casefile.OutsideReference `json:"reference,omitempty"`

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
	Ref         string     `json:"ref"`
	Authority   string     `json:"authority"`
	State       string     `json:"state"`
	Title       string     `json:"title"`
	Opened      time.Time  `json:"opened"`
	Changed     time.Time  `json:"changed"`
	Openers     int        `json:"openers" doc:"How many people can open the case."`
	View        string     `json:"view,omitempty"`
	Responsible string     `json:"responsible,omitempty" doc:"The function or person that answers for it."`
	Handler     string     `json:"handler,omitempty"`
	Outcome     string     `json:"outcome,omitempty"`
	Urgency     int64      `json:"urgency"`
	Assessed    *time.Time `json:"assessed,omitempty"`
	Due         *time.Time `json:"due,omitempty"`
	Retention   string     `json:"retention,omitempty" doc:"The decision by which it is kept or destroyed."`
	Forget      *time.Time `json:"forget,omitempty"`
	Hold        bool       `json:"hold,omitempty"`

	Timeline []entryBody `json:"timeline"`
	Circle   []seatBody  `json:"circle"`
}

func (s *Server) readCase(ctx context.Context, in *refIn) (caseBody, error) {
	c, err := s.Cases.ReadCase(ctx, who(ctx), in.Ref)
	if err != nil {
		return caseBody{}, err
	}
	body := caseBody{Ref: c.Ref, Authority: c.Authority, State: string(c.State), Title: c.Title, Opened: c.Opened.Time(), Changed: c.Changed.Time(),
		Openers: c.Openers, Timeline: []entryBody{}, Circle: []seatBody{}, View: c.View, Responsible: c.Responsible, Handler: c.Handler,
		Outcome: c.Outcome, Urgency: c.Urgency, Assessed: when(c.Assessed), Due: when(c.Due), Retention: c.Retention, Forget: when(c.Forget), Hold: c.Hold}
	for _, e := range c.Timeline {
		one := entryBody{ID: e.ID, Kind: string(e.Kind), Author: e.Author, Text: e.Text, Created: e.Created.Time(), As: e.As, Reporter: e.Reporter,
			Report: e.Report, Reported: e.Tracked, Reference: e.Reference}
		if e.Task != nil {
			one.Task = &taskBody{e.Task.ID, e.Task.Title, e.Task.Owner, when(e.Task.Due), when(e.Task.Done)}
		}
		if e.Change != nil {
			one.Change = &changeBody{e.Change.Field, e.Change.Before, e.Change.After, e.Change.Reason}
		}
		if e.File != nil {
			one.File = &fileBody{e.File.Name, e.File.Type, e.File.Size, hex.EncodeToString(e.File.Tree)}
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
