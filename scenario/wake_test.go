package scenario

import (
	"testing"
	"time"

	"varn/internal/domain/access"
	"varn/internal/kit/clock"
	"varn/internal/kit/fault"
	"varn/internal/usecase/people"
)

func TestADeputyWhoseFirstDayComesIsWokenAndNotBefore(t *testing.T) {
	t.Parallel()
	w := found(t)
	ctx := t.Context()
	tove := w.newcomer("Tove Järnhed", access.DutyOfficer)
	from := clock.Of(w.clock.Now()).Add(30 * time.Minute)
	id, err := w.house.People.ProposeHolder(ctx, w.admin.session(), people.SeatProposal{Function: w.guard, Person: tove.id,
		DeputyFor: w.head.id, From: from, Until: from.Add(time.Hour)})
	must(t, err)
	must(t, w.house.People.ConfirmHolder(ctx, w.head.session(), id))
	ref := w.head.opens("Ärende", "text")
	if n, err := w.house.People.WakeDue(ctx, w.org); err != nil || n != 0 {
		t.Fatalf("%d seats woken before their day, %v", n, err)
	}
	if _, err := tove.reads(ref); !fault.Is(err, fault.NotFound) {
		t.Fatalf("before the first day: %v", err)
	}
	w.clock.Move(31 * time.Minute)
	if n, err := w.house.People.WakeDue(ctx, w.org); err != nil || n != 1 {
		t.Fatalf("%d seats woken, %v", n, err)
	}
	if _, err := tove.reads(ref); err != nil {
		t.Fatalf("on the first day: %v", err)
	}
}

func TestAStandbySeatOpensOnlyAfterAnEscalationThatIsLogged(t *testing.T) {
	t.Parallel()
	forBoth(t, escalated)
}

func escalated(t *testing.T, w *town) {
	ctx := t.Context()
	tove := w.newcomer("Tove Järnhed", access.DutyOfficer)
	id, err := w.house.People.ProposeHolder(ctx, w.admin.session(), people.SeatProposal{Function: w.guard, Person: tove.id, Standby: true})
	must(t, err)
	must(t, w.house.People.ConfirmHolder(ctx, w.head.session(), id))
	ref := w.head.opens("Ärende", "text")
	if _, err := tove.reads(ref); !fault.Is(err, fault.NotFound) {
		t.Fatalf("on standby: %v", err)
	}
	for _, a := range []*actor{tove, w.admin} {
		if err := w.house.People.Escalate(ctx, a.session(), id); !fault.Is(err, fault.Denied) {
			t.Errorf("%s escalated: %v", a.name, err)
		}
	}
	must(t, w.house.People.Escalate(ctx, w.head.session(), id))
	if _, err := tove.reads(ref); err != nil {
		t.Fatalf("after the escalation: %v", err)
	}
	report, err := w.house.Inspect.Verify(ctx, w.org)
	must(t, err)
	if !report.OK() {
		t.Fatalf("%+v", report.Findings)
	}
}
