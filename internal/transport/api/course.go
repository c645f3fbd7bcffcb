package api

import (
	"context"
	"time"

	"varn/internal/domain/casefile"
	"varn/internal/kit/clock"
	"varn/internal/kit/code"
	"varn/internal/kit/fault"
	"varn/internal/usecase/casework"
)

type moveIn struct {
	To      string `json:"to" maxLength:"20" doc:"A state of the life-cycle: received, assessed, measures, follow_up, closed or reopened."`
	Reason  string `json:"reason,omitempty" maxLength:"1000" doc:"Required to close and to reopen."`
	Outcome string `json:"outcome,omitempty" maxLength:"40" doc:"Required to close."`
}

type movedBody struct {
	State string `json:"state"`
	Asked bool   `json:"asked,omitempty" doc:"The unit closes by two: you have asked, and another must agree."`
}

func (s *Server) moveCase(ctx context.Context, ref string, in *moveIn) (movedBody, error) {
	to, ok := casefile.ParseState(in.To)
	if !ok {
		return movedBody{}, fault.In("to", "field.unknown-code", code.Join(casefile.States()))
	}
	asked, err := s.Cases.MoveCase(ctx, who(ctx), ref, casework.Moving{To: to, Reason: in.Reason, Outcome: casefile.Outcome(in.Outcome)})
	return movedBody{State: string(to), Asked: asked}, err
}

func (s *Server) takeCase(ctx context.Context, ref string, _ *none) (doneBody, error) {
	return doneBody{true}, s.Cases.TakeCase(ctx, who(ctx), ref)
}

type noteIn struct {
	Text string `json:"text" maxLength:"50000"`
}

func (s *Server) addNote(ctx context.Context, ref string, in *noteIn) (idBody, error) {
	id, err := s.Cases.AddNote(ctx, who(ctx), ref, in.Text)
	return idBody{id}, err
}

type taskIn struct {
	ID    string     `json:"id,omitempty" maxLength:"40" doc:"Of a task that is there already; empty: a new one."`
	Title string     `json:"title" maxLength:"300"`
	Owner string     `json:"owner" maxLength:"40" doc:"The id of somebody in the circle."`
	Due   *time.Time `json:"due,omitempty"`
	Done  bool       `json:"done,omitempty"`
}

func (s *Server) putTask(ctx context.Context, ref string, in *taskIn) (idBody, error) {
	task := casefile.Task{Title: in.Title, Owner: in.Owner}
	if in.Due != nil {
		task.Due = clock.Of(*in.Due)
	}
	if in.Done {
		task.Done = 1 // the moment is the server's
	}
	id, err := s.Cases.PutTask(ctx, who(ctx), ref, in.ID, task)
	return idBody{id}, err
}

type trackIn struct {
	To              string     `json:"to" maxLength:"20" doc:"MUNICIPALITY, PARTY or POLICE."`
	At              *time.Time `json:"at,omitempty" doc:"When it was reported; absent: it was not, and why says so."`
	By              string     `json:"by,omitempty" maxLength:"40" doc:"Who reported it, by id; empty: the one concerned."`
	Why             string     `json:"why,omitempty" maxLength:"20" doc:"Why not: LEADS_NOWHERE, PART_OF_JOB, TRIFLE or OTHER."`
	Note            string     `json:"note,omitempty" maxLength:"1000"`
	Number          string     `json:"number,omitempty" maxLength:"60"`
	AskedRestricted bool       `json:"asked_restricted,omitempty"`
	Restricted      bool       `json:"restricted,omitempty"`
	Outcome         string     `json:"outcome,omitempty" maxLength:"20" doc:"How it has gone with the police: INVESTIGATED, NOT_INVESTIGATED, DISCONTINUED, PROSECUTED, CONVICTED or ACQUITTED."`
	Reopened        bool       `json:"reopened,omitempty" doc:"The police have taken it up again."`
	StatedElected   bool       `json:"stated_elected,omitempty"`
}

func (s *Server) track(ctx context.Context, ref string, in *trackIn) (idBody, error) {
	r := casefile.Reported{To: casefile.Recipient(in.To), By: in.By, Why: casefile.WhyNot(in.Why), Note: in.Note, Number: in.Number,
		AskedRestricted: in.AskedRestricted, Restricted: in.Restricted, StatedElected: in.StatedElected, Outcome: casefile.PoliceOutcome(in.Outcome), Reopened: in.Reopened}
	if in.At != nil {
		r.At = clock.Of(*in.At)
	}
	id, err := s.Cases.Track(ctx, who(ctx), ref, r)
	return idBody{id}, err
}

type referenceIn struct {
	System string     `json:"system" maxLength:"20"`
	Name   string     `json:"name,omitempty" maxLength:"100"`
	Number string     `json:"number" maxLength:"60"`
	Date   *time.Time `json:"date,omitempty"`
}

func (s *Server) addReference(ctx context.Context, ref string, in *referenceIn) (idBody, error) {
	r := casefile.OutsideReference{System: casefile.System(in.System), Name: in.Name, Number: in.Number}
	if in.Date != nil {
		r.Date = clock.Of(*in.Date)
	}
	id, err := s.Cases.AddReference(ctx, who(ctx), ref, r)
	return idBody{id}, err
}

func (s *Server) members(ctx context.Context, in *refIn) (list[seatBody], error) {
	c, err := s.Cases.ReadCircle(ctx, who(ctx), in.Ref)
	if err != nil {
		return list[seatBody]{}, err
	}
	out := list[seatBody]{Items: []seatBody{}}
	for _, p := range c.Circle {
		out.Items = append(out.Items, seatBody{p.ID, string(p.Kind), p.Name, p.Reason, p.From.Time(), when(p.Until), when(p.Ended)})
	}
	return out, nil
}

// addMember is there so that the refusal says why: a token can't change a circle.
func (s *Server) addMember(ctx context.Context, ref string, in *memberIn) (doneBody, error) {
	m := casework.Member{Kind: casefile.PlaceKind(in.Kind), ID: in.ID, Reason: in.Reason}
	if in.Until != nil {
		m.Until = clock.Of(*in.Until)
	}
	return doneBody{true}, s.Cases.AddMember(ctx, who(ctx), ref, m)
}

type todayIn struct {
	Section string `query:"section" maxLength:"20" doc:"new, late, due, changed, mine or open."`
	Limit   int    `query:"limit" minimum:"1" maximum:"100" default:"25"`
}

type countBody struct {
	N    int  `json:"n"`
	More bool `json:"more,omitempty" doc:"There are more than n."`
}

type todayBody struct {
	Since  *time.Time           `json:"since,omitempty" doc:"When you were here before."`
	Counts map[string]countBody `json:"counts"`
	Items  []lineBody           `json:"items"`
}

func (s *Server) today(ctx context.Context, in *todayIn) (todayBody, error) {
	got, err := s.Cases.Today(ctx, who(ctx), casework.WantedToday{Section: casework.Section(in.Section), Limit: in.Limit})
	if err != nil {
		return todayBody{}, err
	}
	body := todayBody{Since: when(got.Since), Counts: map[string]countBody{}, Items: []lineBody{}}
	for section, c := range got.Counts {
		body.Counts[string(section)] = countBody{c.N, c.More}
	}
	for _, l := range got.Lines {
		body.Items = append(body.Items, lineOf(l))
	}
	return body, nil
}
