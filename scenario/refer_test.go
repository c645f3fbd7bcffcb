package scenario

import (
	"testing"
	"time"

	"varn/internal/domain/access"
	"varn/internal/domain/audit"
	"varn/internal/domain/casefile"
	"varn/internal/domain/function"
	"varn/internal/domain/ruling"
	"varn/internal/infra/store"
	"varn/internal/kit/clock"
	"varn/internal/kit/fault"
	"varn/internal/kit/ident"
	"varn/internal/kit/keyring"
	"varn/internal/kit/seal"
	"varn/internal/usecase/casework"
	"varn/internal/usecase/rule"
)

// TestWhoeverGivesACaseStaysResponsibleUntilItIsAccepted hands a case over, is refused, and hands it
// over again.
func TestWhoeverGivesACaseStaysResponsibleUntilItIsAccepted(t *testing.T) {
	t.Parallel()
	forBoth(t, givesACase)
}

func givesACase(t *testing.T, w *town) {
	ctx := t.Context()
	lova := w.newcomer("Lova Jurist", access.Lawyer)
	legal := w.function(function.Legal, "Juristerna")
	w.seat(lova, legal)
	ref := w.files(w.guest(), threat("Han hotar med rättssak.")).Ref
	must(t, w.house.Cases.TakeCase(ctx, w.head.session(), ref))
	refer := func() {
		t.Helper()
		must(t, w.house.Cases.ReferCase(ctx, w.head.session(), ref, legal, "Det rör ett avtal."))
	}
	referral := func() (r casefile.Referral) {
		t.Helper()
		must(t, w.house.DB.Org(w.org).Read(ctx, func(tx *store.Tx) error {
			c, err := tx.CaseByRef(ref)
			if err != nil {
				return err
			}
			all, err := tx.VouchedReferrals(w.keys(), c.ID)
			for _, one := range all {
				if one.State == casefile.Offered {
					r = one
				}
			}
			return err
		}))
		return r
	}
	refer()
	got, err := lova.reads(ref)
	if err != nil || got.Responsible != w.guard {
		t.Fatalf("%+v %v", got, err)
	}
	if err := w.house.Cases.ReferCase(ctx, w.head.session(), ref, legal, "igen"); !fault.Is(err, fault.Conflict) {
		t.Errorf("referred twice: %v", err)
	}
	if err := w.house.Cases.AnswerReferral(ctx, w.head.session(), ref, referral().ID, true, ""); !fault.Is(err, fault.Denied) {
		t.Errorf("accepted by whoever gave it: %v", err)
	}
	if _, err := w.house.Cases.MoveCase(ctx, w.head.session(), ref, casework.Moving{To: casefile.Closed, Reason: "x", Outcome: casefile.HandedOver}); !fault.Is(err, fault.Invalid) {
		t.Errorf("closed while it is handed over: %v", err)
	}
	must(t, w.house.Cases.AnswerReferral(ctx, lova.session(), ref, referral().ID, false, "Det är inte vårt."))
	if _, err := lova.reads(ref); !fault.Is(err, fault.NotFound) {
		t.Errorf("who declined still reads: %v", err)
	}
	refer()
	must(t, w.house.Cases.AnswerReferral(ctx, lova.session(), ref, referral().ID, true, ""))
	got, err = lova.reads(ref)
	if err != nil || got.Responsible != legal || got.Handler != lova.id {
		t.Fatalf("%+v %v", got, err)
	}
	w.verifies()
}

// decides puts a rule in force without the people who decide it.
func (w *town) decides(kind ruling.Kind, scope string, rule any) {
	w.t.Helper()
	k := w.keys()
	body, err := ruling.Body(kind, rule)
	must(w.t, err)
	r := ruling.Ruling{Org: w.org, ID: ident.New(), Kind: kind, Scope: scope, State: ruling.Active, Created: clock.Of(w.clock.Now()), Version: 1}
	r.Sealed = k.For(keyring.Settings).SealPadded(body, r.AD())
	r.MAC = k.Vouch(r.Who())
	must(w.t, w.house.DB.Org(w.org).Write(w.t.Context(), func(tx *store.Tx) error {
		if err := tx.InsertRuling(r); err != nil {
			return err
		}
		return tx.Log(audit.Entry{Act: "rule.confirm", Rows: []audit.Row{{Kind: "ruling", ID: r.ID, Hash: r.Who().Hash()}}})
	}))
}

// TestACloseByTwo asks one, and closes when another agrees.
func TestACloseByTwo(t *testing.T) {
	t.Parallel()
	w := found(t)
	vera := w.newcomer("Vera Handling", access.CaseOfficer)
	w.seat(vera, w.guard)
	unit := w.unit(0)
	w.decides(ruling.Unit, unit, ruling.UnitRule{SecondClose: true})
	r := threat("text")
	r.Unit = unit
	ref := w.files(w.guest(), r).Ref
	must(t, w.house.Cases.TakeCase(t.Context(), vera.session(), ref))
	m := casework.Moving{To: casefile.Closed, Reason: "Ingen åtgärd behövs.", Outcome: casefile.NoActionNeeded}
	asked, err := w.house.Cases.MoveCase(t.Context(), vera.session(), ref, m)
	if err != nil || !asked {
		t.Fatalf("asked %v, %v", asked, err)
	}
	if _, err := w.house.Cases.MoveCase(t.Context(), vera.session(), ref, m); !fault.Is(err, fault.Denied) {
		t.Errorf("the same person agreed: %v", err)
	}
	asked, err = w.house.Cases.MoveCase(t.Context(), w.head.session(), ref, m)
	if err != nil || asked {
		t.Fatalf("asked %v, %v", asked, err)
	}
	if got, err := vera.reads(ref); err != nil || got.State != casefile.Closed {
		t.Errorf("%+v %v", got, err)
	}
}

// TestAClosedCaseIsDestroyedByItsDecision keeps it for its years, stops for a hold, and then nothing
// opens: not the case, not the receipt, and not a copy of the database from before.
func TestAClosedCaseIsDestroyedByItsDecision(t *testing.T) {
	t.Parallel()
	forBoth(t, closedCaseIsDestroyed)
}

func closedCaseIsDestroyed(t *testing.T, w *town) {
	ctx := t.Context()
	axel := w.newcomer("Axel Arkiv", access.Archivist)
	w.decides(ruling.Retention, w.council, casefile.RetentionRule{Years: 5, Decision: "KS 2026/0012", Date: "2026-01-15"})
	w.rules(w.council, rule.Body{Likeness: &allowed})
	filed := w.files(w.guest(), threat("Det ska glömmas. Ring 070-174 06 12."))
	if n := w.rows(`SELECT id FROM likeness WHERE org = $1`); len(n) != 1 {
		t.Fatalf("%d tokens are kept", len(n))
	}
	must(t, w.house.Cases.TakeCase(ctx, w.head.session(), filed.Ref))
	_, err := w.house.Cases.MoveCase(ctx, w.head.session(), filed.Ref, casework.Moving{To: casefile.Closed, Reason: "Klart.", Outcome: casefile.NoActionNeeded})
	must(t, err)
	before, nodes, generation := w.tree(filed.Ref)
	if before.Retention != "KS 2026/0012" || before.Epoch == 0 {
		t.Fatalf("%+v", before)
	}
	if list, err := w.house.Cases.Expired(ctx, axel.session()); err != nil || len(list) != 0 {
		t.Fatalf("%+v %v", list, err)
	}
	w.clock.Move(5*365*24*time.Hour + 48*time.Hour)
	must(t, w.house.DB.ConfirmTime(ctx))
	axel, head := w.returns(axel), w.returns(w.head)
	must(t, w.house.Cases.HoldCase(ctx, head.session(), filed.Ref, true, "Rättegång pågår."))
	if _, err := w.house.Cases.DestroyCases(ctx, axel.session(), []string{filed.Ref}); !fault.Is(err, fault.Conflict) {
		t.Errorf("destroyed under a hold: %v", err)
	}
	must(t, w.house.Cases.HoldCase(ctx, head.session(), filed.Ref, false, "Domen har vunnit laga kraft."))
	list, err := w.house.Cases.Expired(ctx, axel.session())
	if err != nil || len(list) != 1 || len(list[0].Numbers) != 1 || list[0].Retention != "KS 2026/0012" {
		t.Fatalf("%+v %v", list, err)
	}
	if _, err := w.house.Cases.DestroyCases(ctx, head.session(), []string{filed.Ref}); !fault.Is(err, fault.Denied) {
		t.Errorf("destroyed by somebody else: %v", err)
	}
	n, err := w.house.Cases.DestroyCases(ctx, axel.session(), []string{filed.Ref})
	if err != nil || n != 1 {
		t.Fatalf("%d %v", n, err)
	}
	if left := w.rows(`SELECT id FROM likeness WHERE org = $1`); len(left) != 0 {
		t.Errorf("what the case had in common outlives it: %v", left)
	}
	if _, err := head.reads(filed.Ref); !fault.Is(err, fault.NotFound) {
		t.Errorf("a destroyed case is read: %v", err)
	}
	if _, err := w.house.Cases.OpenReceipt(ctx, w.org, filed.Receipt, home(5)); !fault.Is(err, fault.NotFound) {
		t.Errorf("its receipt opens: %v", err)
	}
	place, err := w.house.Keys.Epoch(w.org)
	must(t, err)
	if _, err := place.Current(generation); err == nil {
		t.Error("the key places still hold the root that a backup's nodes open under")
	}
	root, err := place.Current(generation + 1)
	must(t, err)
	if _, err := seal.NewEpoch(w.org, root, nodes).Leaf(uint32(before.Epoch)); err == nil {
		t.Error("the new root opens a backup's nodes")
	}
	w.verifies()
}

// kept are the nodes of a tree as a backup has them.
type kept map[string]seal.Box

func (k kept) Get(id string) (seal.Box, error) { return k[id], nil }
func (k kept) Put(string, seal.Box) error      { return nil }

// tree gives a case with the nodes that it hangs from, and the generation of their root.
func (w *town) tree(ref string) (c casefile.Case, nodes kept, generation int64) {
	w.t.Helper()
	nodes = kept{}
	must(w.t, w.house.DB.Org(w.org).Read(w.t.Context(), func(tx *store.Tx) (err error) {
		if c, err = tx.CaseByRef(ref); err != nil {
			return err
		}
		e, err := tx.Epoch()
		if err != nil {
			return err
		}
		generation = e.Generation
		type node struct {
			ID   string   `db:"id"`
			Wrap seal.Box `db:"wrap"`
		}
		all, err := store.All[node](tx, `SELECT id, wrap FROM epoch_node WHERE org = $1`)
		for _, n := range all {
			nodes[n.ID] = n.Wrap
		}
		return err
	}))
	return c, nodes, generation
}
