package scenario

import (
	"testing"

	"varn/internal/domain/access"
	"varn/internal/domain/incident"
	"varn/internal/domain/plan"
	"varn/internal/kit/fault"
)

// TestASafetyPlanIsTheirsAlone follows a plan from its first word through a new passphrase, a lost key and
// the day somebody leaves.
func TestASafetyPlanIsTheirsAlone(t *testing.T) {
	t.Parallel()
	forBoth(t, planIsTheirsAlone)
}

func wrote(text string) plan.Plan {
	return plan.Plan{Parts: map[plan.Part]string{plan.Signs: text}}
}

func planIsTheirsAlone(t *testing.T, w *town) {
	ctx, cases := t.Context(), w.house.Cases
	asta := w.newcomer("Asta Ledamot", access.Elected)
	_, err := cases.SavePlan(ctx, asta.session(), wrote("Samma bil."), 0)
	must(t, err)
	if _, err := cases.SavePlan(ctx, asta.session(), wrote("Den andra fliken."), 0); fault.Of(err).Code != "plan.changed" {
		t.Errorf("saved over what another tab saved: %v", err)
	}
	_, err = cases.SavePlan(ctx, asta.session(), wrote("Samma bil, två kvällar."), 1)
	must(t, err)
	for _, other := range []*actor{w.head, w.admin} {
		if p, err := cases.ReadPlan(ctx, other.session()); err != nil || p.Version != 0 {
			t.Errorf("%s reads %+v %v", other.name, p, err)
		}
	}
	bare := *asta.session()
	bare.Key = nil
	if _, err := cases.ReadPlan(ctx, &bare); fault.Of(err).Code != "fault.locked" {
		t.Errorf("read without a key: %v", err)
	}
	// Signed in anew, with the same key: it opens.
	again := w.signIn(asta, address(asta.name))
	if p, err := cases.ReadPlan(ctx, again.session()); err != nil || p.Parts[plan.Signs] != "Samma bil, två kvällar." || p.Version != 2 {
		t.Errorf("%+v %v", p, err)
	}
	// Sealed to a key that she no longer has: it says so, and what she writes then takes its place.
	with := *again.session()
	with.Key = w.head.session().Key
	if p, err := cases.ReadPlan(ctx, &with); err != nil || !p.Lost || !p.Empty() {
		t.Errorf("with another key: %+v %v", p, err)
	}
	if err := cases.SharePlan(ctx, &with, "x", "y", 2); fault.Of(err).Code != "plan.nothing" {
		t.Errorf("shared what can't be opened: %v", err)
	}
	shared(t, w, again)
	must(t, w.house.People.Leave(ctx, w.admin.session(), asta.id))
	if n := len(w.rows(`SELECT person FROM safety_plan WHERE org = $1`)); n != 0 {
		t.Errorf("%d plans stay behind", n)
	}
	w.verifies()
}

// shared lets her give the plan, as it stands, to those who have her report, and nobody else.
func shared(t *testing.T, w *town, asta *actor) {
	t.Helper()
	ctx := t.Context()
	f := w.files(asta.session(), incident.Report{Narrative: "Någon följer efter mig.", Forms: []incident.Form{incident.Threat}, TargetCategory: incident.ElectedLeisure})
	own := asta.own()
	if err := w.house.Cases.SharePlan(ctx, asta.session(), own.ReceiptID, f.Ref, 1); fault.Of(err).Code != "plan.changed" {
		t.Errorf("shared another text than she saw: %v", err)
	}
	must(t, w.house.Cases.SharePlan(ctx, asta.session(), own.ReceiptID, f.Ref, 2))
	got, err := w.head.reads(f.Ref)
	must(t, err)
	if last := got.Timeline[len(got.Timeline)-1]; !last.Reporter || last.Text != w.house.Cases.PlanText(wrote("Samma bil, två kvällar.")) {
		t.Errorf("they read %+v", last)
	}
}
