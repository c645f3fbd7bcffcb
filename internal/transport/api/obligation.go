package api

import (
	"context"
	"time"

	"varn/internal/domain/obligation"
	"varn/internal/kit/clock"
	"varn/internal/usecase/casework"
)

type obligationBody struct {
	Code     string     `json:"code"`
	Owner    string     `json:"owner"`
	Standing string     `json:"standing" doc:"late, waits, listed, met, ended or offered."`
	Law      string     `json:"law,omitempty"`
	Verified bool       `json:"verified" doc:"False: ask the municipality's lawyer."`
	Source   string     `json:"source,omitempty"`
	Due      *time.Time `json:"due,omitempty"`
	Reason   string     `json:"reason,omitempty"`
}

func (s *Server) obligations(ctx context.Context, in *refIn) (list[obligationBody], error) {
	out := list[obligationBody]{Items: []obligationBody{}}
	c, err := s.Cases.ReadCase(ctx, who(ctx), in.Ref)
	if err != nil {
		return out, err
	}
	for _, o := range c.Obligations {
		one := obligationBody{Code: string(o.Code), Owner: string(o.Owner), Standing: string(o.Standing), Law: o.Law, Verified: o.Sure(), Source: o.Source, Reason: o.Said.Reason}
		if o.Open() {
			one.Due = when(o.Clock.Due)
		}
		out.Items = append(out.Items, one)
	}
	return out, nil
}

type obligationIn struct {
	Code   string     `json:"code" maxLength:"40"`
	Answer string     `json:"answer" maxLength:"20" doc:"begun, done or stopped."`
	Reason string     `json:"reason,omitempty" maxLength:"1000" doc:"Required to stop it."`
	Due    *time.Time `json:"due,omitempty" doc:"A time of your own, to begin with."`
}

func (s *Server) answerObligation(ctx context.Context, ref string, in *obligationIn) (doneBody, error) {
	a := casework.ObligationAnswer{Code: obligation.Code(in.Code), Answer: obligation.Answer(in.Answer), Reason: in.Reason}
	if in.Due != nil {
		a.Due = clock.Of(*in.Due)
	}
	return doneBody{true}, s.Cases.AnswerObligation(ctx, who(ctx), ref, a)
}
