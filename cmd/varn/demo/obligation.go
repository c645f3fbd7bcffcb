package demo

import (
	"context"

	"varn/internal/domain/obligation"
	"varn/internal/domain/plan"
	"varn/internal/domain/ruling"
	"varn/internal/domain/safety"
	"varn/internal/usecase/rule"
)

// owe lets Exempelstad decide a clock of its own, and its safety representative ask for something.
func (w *town) owe(ctx context.Context) error {
	if err := w.rule(ctx, rule.Proposal{Scope: string(obligation.WorkInjury), Body: rule.Body{Obligation: &ruling.ObligationRule{Code: obligation.WorkInjury,
		Versions: obligation.Rules{{From: "2024-01-01", Hours: 48, Decision: "KS 2023/0388", Who: "HR-enheten"}}}}}); err != nil {
		return err
	}
	units, err := w.units(ctx)
	if err != nil {
		return err
	}
	soren, err := w.as(ctx, w.byName["Sören Bäckman"])
	if err != nil {
		return err
	}
	_, err = w.h.Cases.FileSafety(ctx, soren, safety.Submission{Kind: safety.Request, Unit: units[reception],
		Text: "Vi behöver en andra utgång från besöksrummen, så att ingen blir instängd. Det har hänt två gånger i höst att en kollega inte kunnat ta sig förbi en besökare."})
	if err != nil {
		return err
	}
	_, err = w.h.Cases.SavePlan(ctx, soren, plan.Plan{Parts: map[plan.Part]string{plan.Steps: "Gå till receptionen. Ring 112. Ring chefen."},
		Checks: map[plan.Topic]plan.Standing{plan.Mail: plan.Settled, plan.Habits: plan.ToDo}}, 0)
	return err
}
