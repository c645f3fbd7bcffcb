package scenario

import (
	"testing"
	"time"

	"varn/internal/domain/access"
	"varn/internal/domain/casefile"
	"varn/internal/kit/fault"
	"varn/internal/usecase/people"
)

// TestACaseThatOnlyTheRecoveryKeyHoldsIsGivenToSecurity: a report against the only head of security has
// nobody to open it until the custodians give it to somebody else who holds security.
func TestACaseThatOnlyTheRecoveryKeyHoldsIsGivenToSecurity(t *testing.T) {
	t.Parallel()
	forBoth(t, givenToSecurity)
}

// recovers lets the custodians do a recovery for somebody, after the wait; the new sheets are given.
func (w *town) recovers(a *actor, sheets []string) []string {
	w.t.Helper()
	id, err := w.house.People.BeginRecovery(w.t.Context(), w.admin.session(), a.id)
	must(w.t, err)
	if _, err := w.house.People.Recover(w.t.Context(), w.admin.session(), id, sheets); !fault.Is(err, fault.Denied) {
		w.t.Errorf("done without the wait: %v", err)
	}
	w.clock.Move(people.RecoveryWait + time.Minute)
	w.head, w.admin = w.anew(w.head), w.anew(w.admin)
	papers, err := w.house.People.Recover(w.t.Context(), w.admin.session(), id, sheets)
	must(w.t, err)
	return []string{papers[0].Text(), papers[2].Text(), papers[4].Text()}
}

func givenToSecurity(t *testing.T, w *town) {
	asta := w.newcomer("Asta Lindvik", access.Elected)
	r := threat("Säkerhetschefen hotade mig.")
	r.Exclude = w.head.name
	f := w.files(w.guest(), r)
	closed := func(step string, who ...*actor) {
		t.Helper()
		for _, a := range who {
			if _, err := a.reads(f.Ref); !fault.Is(err, fault.NotFound) {
				t.Errorf("%s: %s reads it: %v", step, a.name, err)
			}
		}
	}
	closed("it has come", w.head, asta)

	sheets := w.recovers(asta, w.sheets(3))
	asta = w.signIn(asta, address(asta.name))
	closed("somebody without security is recovered", w.head, asta)
	sheets = w.recovers(w.head, sheets)
	closed("the one who may not know is recovered", w.head, w.signIn(asta, address(asta.name)))

	vera := w.newcomer("Vera Handling", access.CaseOfficer)
	w.seat(vera, w.guard)
	closed("she comes into security", vera)
	w.recovers(vera, sheets)
	vera = w.signIn(vera, address(vera.name))
	got, err := vera.reads(f.Ref)
	must(t, err)
	if got.Timeline[0].Report.Narrative != r.Narrative {
		t.Errorf("she reads %+v", got.Timeline[0])
	}
	if !w.told(vera, "case.alone") || w.told(w.head, "case.few") {
		t.Error("whoever has it is told that they are alone with it, and whoever may not know is not")
	}
	closed("it is given to her", w.head, w.signIn(asta, address(asta.name)))
	if w.logged("case.recover") != 1 {
		t.Error("it is not in the log")
	}
	must(t, vera.says(f.Ref, "Jag har rapporten nu."))
	must(t, w.house.Cases.TakeCase(t.Context(), vera.session(), f.Ref))
	vera.moves(f.Ref, casefile.Assessed)
	followed := w.follows(f.Receipt).Views[0]
	if len(followed.Messages) != 1 || len(followed.Openings) != 1 || len(followed.Contacts) != 1 || !followed.Contacts[0].Part {
		t.Errorf("the reporter sees %+v", followed)
	}
	w.verifies()
}
