package scenario

import (
	"testing"
	"time"

	"varn/internal/domain/access"
	"varn/internal/kit/clock"
	"varn/internal/kit/fault"
	"varn/internal/kit/ident"
	"varn/internal/usecase/oncall"
)

// turn puts somebody on call for the security function, from now and so long.
func (w *town) turn(a *actor, from, long time.Duration) (string, error) {
	w.t.Helper()
	at := clock.Of(w.clock.Now()).Add(from)
	return w.house.OnCall.AddTurn(w.t.Context(), w.head.session(), oncall.NewTurn{Function: w.guard, Person: a.id, From: at, Until: at.Add(long)})
}

func TestTheCalendarIsKeptByThoseWhoHoldTheFunction(t *testing.T) {
	t.Parallel()
	forBoth(t, calendarIsKept)
}

func calendarIsKept(t *testing.T, w *town) {
	ctx := t.Context()
	vera := w.newcomer("Vera Handling", access.CaseOfficer)
	w.seat(vera, w.guard)
	emil := w.newcomer("Emil Norrby", access.Employee)
	id, err := w.turn(vera, time.Hour, 12*time.Hour)
	must(t, err)
	if !w.told(vera, "duty.set") {
		t.Error("vera does not know of her turn")
	}
	at := clock.Of(w.clock.Now())
	mine := oncall.NewTurn{Function: w.guard, Person: vera.id, From: at.Add(24 * time.Hour), Until: at.Add(30 * time.Hour)}
	_, err = w.house.OnCall.AddTurn(ctx, vera.session(), mine)
	must(t, err)
	if _, err := w.house.OnCall.AddTurn(ctx, emil.session(), mine); !fault.Is(err, fault.Denied) {
		t.Errorf("emil, who holds nothing: %v", err)
	}
	for code, v := range map[string]oncall.NewTurn{
		"duty.no-holder":    {Person: emil.id, From: at, Until: at.Add(time.Hour)},
		"duty.overlap":      {Person: vera.id, From: at.Add(2 * time.Hour), Until: at.Add(3 * time.Hour)},
		"duty.long":         {Person: vera.id, From: at, Until: at.Add(oncall.MaxTurn + time.Hour)},
		"field.ends-before": {Person: vera.id, From: at.Add(time.Hour), Until: at},
		"lifecycle.date":    {Person: vera.id, From: at.Add(2 * oncall.MaxAhead), Until: at.Add(2*oncall.MaxAhead + time.Hour)},
		"field.choose":      {From: at, Until: at.Add(time.Hour)},
	} {
		v.Function = w.guard
		_, err := w.house.OnCall.AddTurn(ctx, w.head.session(), v)
		if !fault.Is(err, fault.Invalid) || fault.Of(err).Fields[0].Code != code {
			t.Errorf("%s: %v", code, err)
		}
	}
	mine.Function = ident.New()
	if _, err := w.house.OnCall.AddTurn(ctx, w.head.session(), mine); !fault.Is(err, fault.NotFound) {
		t.Errorf("an unknown function: %v", err)
	}
	w.clock.Move(2 * time.Hour)
	all, err := w.house.OnCall.Calendars(ctx, vera.session())
	must(t, err)
	if len(all) != 1 || len(all[0].Turns) != 2 || !all[0].Turns[0].Now || all[0].Turns[1].Now || len(all[0].Holders) != 2 || all[0].Turns[0].Name != vera.name {
		t.Errorf("%+v", all)
	}
	if _, err := w.house.OnCall.Calendars(ctx, emil.session()); !fault.Is(err, fault.Denied) {
		t.Errorf("emil lists: %v", err)
	}
	if err := w.house.OnCall.EndTurn(ctx, emil.session(), id); !fault.Is(err, fault.Denied) {
		t.Errorf("emil ends: %v", err)
	}
	must(t, w.house.OnCall.EndTurn(ctx, w.admin.session(), id))
	if err := w.house.OnCall.EndTurn(ctx, w.admin.session(), id); !fault.Is(err, fault.Conflict) {
		t.Errorf("ended twice: %v", err)
	}
	if all, err := w.house.OnCall.Calendars(ctx, w.admin.session()); err != nil || len(all[0].Turns) != 1 {
		t.Errorf("%+v %v", all, err)
	}
	w.verifies()
}
