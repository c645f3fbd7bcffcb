package scenario

import (
	"testing"
	"time"

	"varn/internal/domain/access"
	"varn/internal/domain/function"
	"varn/internal/domain/person"
	"varn/internal/kit/clock"
	"varn/internal/kit/fault"
	"varn/internal/usecase/people"
)

func TestNobodyWidensACircleAlone(t *testing.T) {
	t.Parallel()
	forBoth(t, nobodyAlone)
}

func nobodyAlone(t *testing.T, w *town) {
	ctx, desk := t.Context(), w.house.People
	vera := w.newcomer("Vera Hedlund", access.CaseOfficer)

	// The administrator proposes a seat for Vera, and can't confirm it; nor can Vera.
	id, err := desk.ProposeHolder(ctx, w.admin.session(), people.SeatProposal{Function: w.guard, Person: vera.id})
	must(t, err)
	for _, a := range []*actor{w.admin, vera} {
		if err := desk.ConfirmHolder(ctx, a.session(), id); !fault.Is(err, fault.Denied) {
			t.Errorf("%s confirmed a seat: %v", a.name, err)
		}
	}
	if vera.session().Holds(w.guard) {
		t.Fatal("a proposed seat holds")
	}
	ref := w.head.opens("Innan Vera kom", "text")
	must(t, desk.ConfirmHolder(ctx, w.head.session(), id))
	if _, err := vera.reads(ref); err != nil {
		t.Fatalf("a confirmed holder does not read what was sealed to the function: %v", err)
	}

	// A role takes effect only when somebody else confirms it.
	role, err := desk.ProposeRole(ctx, w.head.session(), people.RoleProposal{Person: vera.id, Role: access.HeadOfSecurity})
	must(t, err)
	if err := desk.ConfirmRole(ctx, w.head.session(), role); !fault.Is(err, fault.Denied) {
		t.Fatalf("the proposer confirmed: %v", err)
	}
	if vera.session().Has(access.HeadOfSecurity) {
		t.Fatal("a proposed role holds")
	}

	// The administrator invites somebody they made up, and enrols them: nothing is sealed to them.
	ghost, err := desk.RegisterPerson(ctx, w.admin.session(), person.Profile{Name: "Påhittad Person", Address: "pahittad@example.se"})
	must(t, err)
	link, err := desk.Invite(ctx, w.admin.session(), ghost)
	must(t, err)
	g := w.enrol("Påhittad Person", link)
	if err := desk.ConfirmPerson(ctx, w.admin.session(), ghost, g.fingerprint()); !fault.Is(err, fault.Denied) {
		t.Fatalf("the administrator confirmed a key: %v", err)
	}
	seat, err := desk.ProposeHolder(ctx, w.admin.session(), people.SeatProposal{Function: w.guard, Person: ghost})
	must(t, err)
	if err := desk.ConfirmHolder(ctx, w.head.session(), seat); !fault.Is(err, fault.Conflict) {
		t.Fatalf("an unconfirmed key got a wrap: %v", err)
	}
}

func TestAWrongFingerprintConfirmsNothing(t *testing.T) {
	t.Parallel()
	w := found(t)
	id, err := w.house.People.RegisterPerson(t.Context(), w.admin.session(), person.Profile{Name: "Asta Lindvik", Address: "asta@example.se"})
	must(t, err)
	link, err := w.house.People.Invite(t.Context(), w.admin.session(), id)
	must(t, err)
	asta := w.enrol("Asta Lindvik", link)
	err = w.house.People.ConfirmPerson(t.Context(), w.head.session(), asta.id, w.head.fingerprint())
	if !fault.Is(err, fault.Invalid) || fault.Of(err).Fields[0].Code != "person.fingerprint-differs" {
		t.Fatalf("%v", err)
	}
	if _, err := w.house.Enrol.WithPassphrase(t.Context(), w.org, link, phrase); !fault.Is(err, fault.NotFound) {
		t.Fatalf("an invitation was used twice: %v", err)
	}
}

func TestALeaverIsOutAtOnce(t *testing.T) {
	t.Parallel()
	forBoth(t, leaverIsOut)
}

func leaverIsOut(t *testing.T, w *town) {
	vera := w.newcomer("Vera Hedlund", access.CaseOfficer)
	w.seat(vera, w.guard)
	ref := w.head.opens("Ärende", "text", vera)
	if _, err := vera.reads(ref); err != nil {
		t.Fatal(err)
	}
	must(t, w.house.People.Leave(t.Context(), w.head.session(), vera.id))
	if _, err := w.house.SignIn.Resume(t.Context(), w.org, vera.secret); !fault.Is(err, fault.Denied) {
		t.Fatalf("the session of a leaver: %v", err)
	}
	must(t, w.head.says(ref, "efter att Vera slutat"))
	if _, err := w.head.reads(ref); err != nil {
		t.Fatal(err)
	}
}

func TestALostKeyIsReadmittedInOnePress(t *testing.T) {
	t.Parallel()
	forBoth(t, lostKey)
}

func lostKey(t *testing.T, w *town) {
	ctx := t.Context()
	vera := w.newcomer("Vera Hedlund", access.CaseOfficer)
	w.seat(vera, w.guard)
	through := w.head.opens("Genom funktionen", "text")
	own := w.head.opens("Egen plats", "text", vera)
	if _, err := vera.reads(through); err != nil {
		t.Fatal(err)
	}

	link, err := w.house.People.Invite(ctx, w.admin.session(), vera.id)
	must(t, err)
	again := w.enrol("Vera Hedlund", link)
	if _, err := w.house.SignIn.Resume(ctx, w.org, vera.secret); err == nil {
		t.Fatal("the session of the lost key still opens")
	}
	w.confirm(again)
	for _, ref := range []string{through, own} {
		if _, err := again.reads(ref); err == nil {
			t.Fatalf("%s opens before she is readmitted", ref)
		}
	}
	seats, cases, err := w.house.People.Readmit(ctx, w.head.session(), vera.id)
	must(t, err)
	if seats != 1 || cases != 1 {
		t.Fatalf("readmitted to %d seats and %d cases", seats, cases)
	}
	for _, ref := range []string{through, own} {
		if _, err := again.reads(ref); err != nil {
			t.Fatalf("%s after readmission: %v", ref, err)
		}
	}
}

func TestWhatNobodyElseCanOpenIsRecoveredByTheCustodians(t *testing.T) {
	t.Parallel()
	forBoth(t, recovered)
}

func recovered(t *testing.T, w *town) {
	ctx, desk := t.Context(), w.house.People
	alone := w.head.opens("Bara chefen kan öppna", "text", w.head)

	// The only head loses their key. Nobody can readmit them.
	link, err := desk.Invite(ctx, w.admin.session(), w.head.id)
	must(t, err)
	again := w.enrol(w.head.name, link)
	id, err := desk.BeginRecovery(ctx, w.admin.session(), w.head.id)
	must(t, err)
	sheets := []string{w.founded.Sheets[1].Share.Text(), w.founded.Sheets[3].Share.Text(), w.founded.Sheets[4].Share.Text()}

	if _, err := desk.Recover(ctx, w.admin.session(), id, sheets); !fault.Is(err, fault.Denied) {
		t.Fatalf("recovered before a day had passed: %v", err)
	}
	w.clock.Move(people.RecoveryWait + time.Minute)
	again = w.anew(again)
	admin := w.anew(w.admin)
	w.admin = admin
	for name, wrong := range map[string][]string{
		"too few":  sheets[:2],
		"twice":    {sheets[0], sheets[0], sheets[1]},
		"damaged":  {sheets[0], sheets[1], "X" + sheets[2][1:]},
		"no sheet": {sheets[0], sheets[1], "hej"},
	} {
		if _, err := desk.Recover(ctx, admin.session(), id, wrong); !fault.Is(err, fault.Invalid) {
			t.Errorf("%s: %v", name, err)
		}
	}
	renewed, err := desk.Recover(ctx, admin.session(), id, sheets)
	must(t, err)
	if got, err := again.reads(alone); err != nil || got.Title != "Bara chefen kan öppna" {
		t.Fatalf("after recovery: %v", err)
	}

	// The sheets that were used are void, and the new ones work.
	if len(renewed) != 5 || renewed[0].Text() == sheets[0] {
		t.Fatalf("%d renewed sheets", len(renewed))
	}
	link, err = desk.Invite(ctx, admin.session(), w.head.id)
	must(t, err)
	third := w.enrol(w.head.name, link)
	id, err = desk.BeginRecovery(ctx, admin.session(), w.head.id)
	must(t, err)
	w.clock.Move(people.RecoveryWait + time.Minute)
	admin = w.anew(admin)
	w.admin = admin
	if _, err := desk.Recover(ctx, admin.session(), id, sheets); !fault.Is(err, fault.Invalid) {
		t.Fatalf("old sheets: %v", err)
	}
	_, err = desk.Recover(ctx, admin.session(), id, []string{renewed[0].Text(), renewed[1].Text(), renewed[2].Text()})
	must(t, err)
	if _, err := w.anew(third).reads(alone); err != nil {
		t.Fatalf("after the second recovery: %v", err)
	}
}

// anew signs somebody in again with their passphrase: their session has run out.
func (w *town) anew(a *actor) *actor {
	w.t.Helper()
	name := map[string]string{w.founded.Head: "sigrid.vakt@example.se", w.admin.id: "bo.drift@example.se"}[a.id]
	return w.signIn(a, name)
}

func TestACustodianStopsARecovery(t *testing.T) {
	t.Parallel()
	w := found(t)
	id, err := w.house.People.BeginRecovery(t.Context(), w.admin.session(), w.head.id)
	must(t, err)
	if err := w.house.People.StopByCode(t.Context(), w.org, id, "AAAAA AAAAA"); !fault.Is(err, fault.Invalid) {
		t.Fatalf("a made-up code: %v", err)
	}
	must(t, w.house.People.StopByCode(t.Context(), w.org, id, w.founded.Sheets[2].Code))
	w.clock.Move(people.RecoveryWait + time.Minute)
	w.admin = w.anew(w.admin)
	if _, err := w.house.People.Recover(t.Context(), w.admin.session(), id, nil); !fault.Is(err, fault.Conflict) {
		t.Fatalf("a stopped recovery: %v", err)
	}
}

func TestADeputyHoldsBetweenDates(t *testing.T) {
	t.Parallel()
	w := found(t)
	ctx := t.Context()
	tove := w.newcomer("Tove Järnhed", access.DutyOfficer)
	now := clock.Of(w.clock.Now())
	id, err := w.house.People.ProposeHolder(ctx, w.admin.session(), people.SeatProposal{Function: w.guard, Person: tove.id,
		DeputyFor: w.head.id, From: now, Until: now.Add(time.Hour)})
	must(t, err)
	must(t, w.house.People.ConfirmHolder(ctx, w.head.session(), id))
	ref := w.head.opens("Ärende", "text")
	if _, err := tove.reads(ref); err != nil {
		t.Fatalf("a deputy within the dates: %v", err)
	}
	w.clock.Move(61 * time.Minute)
	if _, err := tove.reads(ref); !fault.Is(err, fault.NotFound) {
		t.Fatalf("a deputy after the end date: %v", err)
	}
}

func TestAFunctionOfAnotherKindHasItsOwnKey(t *testing.T) {
	t.Parallel()
	w := found(t)
	registrar := w.newcomer("Ragnar Diarell", access.Registrar)
	fn := w.function(function.Registrar, "Registratorn")
	w.seat(registrar, fn)
	ref := w.head.opens("Ärende", "text")
	if _, err := registrar.reads(ref); !fault.Is(err, fault.NotFound) {
		t.Fatalf("a holder of another function: %v", err)
	}
}
