package demo

import (
	"context"
	"time"

	"varn/internal/domain/access"
	"varn/internal/domain/assessment"
	"varn/internal/domain/measure"
	"varn/internal/kit/clock"
	"varn/internal/usecase/casework"
)

// judged is what somebody in the demo concludes of a case.
type judged struct {
	level           assessment.Level
	summary, unsure string
	signs           []string
}

var (
	lastTime = judged{assessment.High, "Han har gått från ord till att slå i disken på två veckor och känner lokalerna. Risken är störst vid nästa avslag.", "Om han har tillgång till vapen.", []string{"approach", "escalation", "violence", "grievance"}}
	calmer   = judged{assessment.Medium, "Han reagerar på besked men har lämnat lokalen när vakten bett honom.", "Hur han tar nästa beslut.", []string{"approach", "grievance", "refrains"}}
	nextDoor = judged{assessment.Medium, "Ett påtryckningsförsök från någon som är känd. Inget talar för våld, men beslutet kan påverkas.", "Om fler grannar har kontaktats.", []string{"grievance"}}
	children = judged{assessment.High, "Uppgifterna om skolan visar kartläggning, och samtalet kom samma dag som beslutet.", "Vem som ringde.", []string{"mapping", "grievance", "reachable"}}
)

// judge writes an initial assessment and finishes it.
func (w *town) judge(ctx context.Context, s *access.Session, ref string, j judged) error {
	_, err := w.h.Cases.AssessCase(ctx, s, ref, casework.Assessing{Depth: assessment.Initial, Finish: true, Change: func(a *assessment.Assessment) {
		a.Question, a.Sources = "Finns det risk att den utsatta skadas eller påverkas, och i så fall av vad och när?", "Rapporten och samtal med den utsatta."
		a.Missing, a.Summary, a.Unsure, a.Level = "Polisens uppgifter.", j.summary, j.unsure, j.level
		a.Review = clock.Of(w.h.Clock.Now().Add(180 * 24 * time.Hour))
		for _, aspect := range assessment.Aspects() {
			a.Aspects[aspect] = assessment.Judged{Grade: assessment.GradeMedium}
		}
		for _, i := range assessment.Builtin().Indicators {
			for _, sign := range j.signs {
				if i.ID == sign {
					a.Put(assessment.Answer{Indicator: i.ID, Group: i.Group, Text: i.Text["sv"], Presence: assessment.Present})
				}
			}
		}
	}})
	return err
}

// grave is assessed high, blind by the head of security as well, and settled between the two.
func (w *town) grave(ctx context.Context, vera *access.Session, ref string) error {
	if err := w.judge(ctx, vera, ref, lastTime); err != nil {
		return err
	}
	head, err := w.as(ctx, w.head)
	if err != nil {
		return err
	}
	if err := w.judge(ctx, head, ref, calmer); err != nil {
		return err
	}
	for _, s := range []*access.Session{head, vera} {
		if _, err := w.h.Cases.SettleAssessment(ctx, s, ref, assessment.High, "Slaget i disken och att han känner lokalerna väger tyngst. Vi ser över det efter nästa beslut."); err != nil {
			return err
		}
	}
	return nil
}

// protect decides on two measures, one of them over with its effect judged.
func (w *town) protect(ctx context.Context, s *access.Session, ref string) error {
	now := clock.Of(w.h.Clock.Now()).Minute()
	staffing := measure.Measure{Kind: measure.DoubleStaffing, State: measure.Ongoing, Owner: s.Person, Shown: true, What: "Två i receptionen när han har bokad tid.",
		Told: "Ni är alltid två när han kommer.", Start: now, Review: now.Add(140 * 24 * time.Hour), Proportion: "Att stänga receptionen vore mer än som behövs.", Consent: measure.AgreedSelf}
	alarm := staffing
	alarm.Kind, alarm.State, alarm.What, alarm.Told, alarm.Cost = measure.PersonalAlarm, measure.Ended, "Personlarm under tre veckor.", "Larmet lämnas tillbaka.", "1 200 kr, enheten"
	alarm.Effect, alarm.EffectNote = measure.Helped, "Användes aldrig men gav trygghet på vägen till bilen."
	for _, m := range []measure.Measure{staffing, alarm} {
		if _, err := w.h.Cases.OrderMeasure(ctx, s, ref, m); err != nil {
			return err
		}
	}
	return nil
}

// contact notes that the person concerned was contacted as planned.
func (w *town) contact(ctx context.Context, s *access.Session, ref string) error {
	c, err := w.h.Cases.ReadCase(ctx, s, ref)
	if err != nil {
		return err
	}
	for _, x := range c.Work.Support {
		if x.Done == 0 {
			return w.h.Cases.SupportDone(ctx, s, ref, x.ID, "")
		}
	}
	return nil
}
