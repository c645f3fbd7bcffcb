package scenario

import (
	"slices"
	"testing"
	"time"

	"varn/internal/domain/access"
	"varn/internal/domain/casefile"
	"varn/internal/domain/function"
	"varn/internal/domain/incident"
	"varn/internal/domain/routing"
	"varn/internal/kit/fault"
	"varn/internal/usecase/casework"
)

// TestALeaverAndALostKeyInTheMiddleOfACase: one who handles it leaves, another loses her key, and so
// does the reporter. The case goes on.
func TestALeaverAndALostKeyInTheMiddleOfACase(t *testing.T) {
	t.Parallel()
	forBoth(t, leaverAndLostKey)
}

func leaverAndLostKey(t *testing.T, w *town) {
	ctx := t.Context()
	c := w.cast()
	nils := w.newcomer("Nils Stöd", access.CaseOfficer)
	filed := w.files(c.asta.session(), threat("Han hotade mig på torget."))
	must(t, w.house.Cases.TakeCase(ctx, c.vera.session(), filed.Ref))
	must(t, w.house.Cases.AddMember(ctx, w.head.session(), filed.Ref, casework.Member{Kind: casefile.ByPerson, ID: nils.id, Reason: "Stödjer."}))
	must(t, nils.says(filed.Ref, "Jag följer med till polisen."))
	before := w.file(filed.Ref)

	// They leave with what they have at hand: a session that was open, and their own keys in it.
	atHand := map[*actor]*access.Session{c.vera: c.vera.session(), nils: nils.session()}
	for a, s := range atHand {
		must(t, w.house.People.Leave(ctx, w.head.session(), a.id))
		if _, err := w.house.SignIn.Resume(ctx, w.org, a.secret); !fault.Is(err, fault.Denied) {
			t.Errorf("%s is signed in still: %v", a.name, err)
		}
		if _, err := w.house.Cases.ReadCase(ctx, s, filed.Ref); !fault.Is(err, fault.NotFound) {
			t.Errorf("%s reads with what was at hand: %v", a.name, err)
		}
	}
	must(t, w.head.says(filed.Ref, "Nu är det jag som har det."))
	if now := w.file(filed.Ref); now.KeyVersion != before.KeyVersion+1 || slices.ContainsFunc(w.circle(now.ID), func(p casefile.Place) bool {
		return p.Member == nils.id && (p.Ended == 0 || len(w.wraps(now.ID, p.ID)) > 0)
	}) {
		t.Errorf("the next message brought no new key, or nils has one: version %d", now.KeyVersion)
	}
	must(t, w.house.Cases.TakeCase(ctx, w.head.session(), filed.Ref))
	if f := w.follows(filed.Receipt); len(f.Views[0].Messages) != 2 || f.Views[0].Status != casefile.Taken {
		t.Errorf("the receipt opens %+v", f.Views[0])
	}
	lostInTheMiddle(t, c, filed)
	w.head.moves(filed.Ref, casefile.Assessed, casefile.Closed)
	if v := w.follows(filed.Receipt).Views[0]; v.Status != casefile.Ended || len(v.Messages) != 3 {
		t.Errorf("%+v", v)
	}
	w.verifies()
}

// lostInTheMiddle lets a new officer and the reporter lose their keys.
func lostInTheMiddle(t *testing.T, c *cast, filed casework.Filed) {
	t.Helper()
	ctx := t.Context()
	lisa := c.newcomer("Lisa Ny", access.CaseOfficer)
	c.seat(lisa, c.guard)
	if got, err := lisa.reads(filed.Ref); err != nil || len(got.Timeline) == 0 {
		t.Fatalf("who takes a seat later reads what there is: %v", err)
	}
	enrolled := func(a *actor) *actor {
		link, err := c.house.People.Invite(ctx, c.admin.session(), a.id)
		must(t, err)
		anew := c.enrol(a.name, link)
		c.confirm(anew)
		return anew
	}
	lisa = enrolled(lisa)
	if _, err := lisa.reads(filed.Ref); err == nil {
		t.Error("a new key opens before anybody has let her in")
	}
	if _, _, err := c.house.People.Readmit(ctx, c.head.session(), lisa.id); err != nil {
		t.Fatal(err)
	}
	must(t, lisa.says(filed.Ref, "Jag är tillbaka."))
	// The reporter's own way back is lost with her key; the code on paper still works.
	c.asta = enrolled(c.asta)
	list, err := c.house.Cases.OwnReports(ctx, c.asta.session())
	must(t, err)
	if _, err := c.house.Cases.OpenOwn(ctx, c.asta.session(), list[0].ReceiptID); fault.Of(err).Code != "receipt.lost-key" {
		t.Errorf("with a new key: %v", err)
	}
	if m := c.follows(filed.Receipt).Views[0].Messages; m[len(m)-1].Text != "Jag är tillbaka." {
		t.Errorf("the code opens %+v", m)
	}
}

// TestATownWithOnePersonTakesReports: nobody but the head is enrolled. Functions that stand empty are
// passed over, and the head is told that they are alone.
func TestATownWithOnePersonTakesReports(t *testing.T) {
	t.Parallel()
	forBoth(t, func(t *testing.T, w *town) {
		unit := w.unit(0)
		w.unitFunction(function.UnitManager, "Chef för enheten", unit)
		must(t, w.house.People.Leave(t.Context(), w.head.session(), w.admin.id))
		r := threat("Besökaren hotade mig.")
		r.TargetCategory, r.Context, r.Unit = incident.Employee, incident.Employment, unit
		filed := w.files(w.guest(), r)
		f := w.follows(filed.Receipt)
		if len(f.Views) != 1 || f.Views[0].Kind != routing.SecurityView || f.Views[0].Status != casefile.Unopened {
			t.Fatalf("%+v", f.Views)
		}
		w.wakes()
		if !w.woken(w.head, filed.Ref) || !w.told(w.head, "case.alone") {
			t.Error("the head is not woken, or not told that they are alone")
		}
		got, err := w.head.reads(filed.Ref)
		must(t, err)
		if why := got.Timeline[0].Told.Steps; !slices.ContainsFunc(why, func(s routing.Step) bool { return s.Reason == routing.NobodyEnrolled }) {
			t.Errorf("%+v", why)
		}
		w.verifies()
	})
}

// TestWhenNobodyMayKnowTheRecoveryKeyHoldsItAndTheAlarmGoes excludes everybody who could receive.
func TestWhenNobodyMayKnowTheRecoveryKeyHoldsItAndTheAlarmGoes(t *testing.T) {
	t.Parallel()
	forBoth(t, func(t *testing.T, w *town) {
		c := w.cast()
		known := len(w.rows(`SELECT id FROM notice WHERE org = $1 AND person <> $2`, w.admin.id))
		r := threat("De gjorde det tillsammans.")
		r.Exclude = "Sigrid Vakt\nVera Handling"
		filed := w.files(w.guest(), r)
		if got := w.sits(filed.Ref); !slices.Equal(got, []string{"recovery recovery"}) {
			t.Fatalf("the circle is %v", got)
		}
		c.see("nobody may know", filed.Ref)
		for range 3 {
			w.wakes()
			w.clock.Move(20 * time.Minute)
		}
		if f := w.follows(filed.Receipt); f.Views[0].Status != casefile.Unopened {
			t.Errorf("%+v", f.Views[0])
		}
		if !w.told(w.admin, "case.few") {
			t.Error("nobody is told that nobody can open it")
		}
		if n := len(w.rows(`SELECT id FROM notice WHERE org = $1 AND person <> $2`, w.admin.id)); n != known {
			t.Errorf("%d notices too many to those who may not know, or need not", n-known)
		}
		if refs := w.rows(`SELECT ref FROM notice WHERE org = $1 AND kind = 'case.few'`); refs[0] != "" {
			t.Errorf("the alarm names %s", refs[0])
		}
		w.verifies()
	})
}
