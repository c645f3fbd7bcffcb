package scenario

import (
	"testing"
	"time"

	"varn/internal/domain/access"
	"varn/internal/domain/casefile"
	"varn/internal/domain/duty"
	"varn/internal/domain/function"
	"varn/internal/domain/incident"
	"varn/internal/domain/routing"
	"varn/internal/domain/ruling"
	"varn/internal/infra/store"
	"varn/internal/kit/seal"
	"varn/internal/usecase/casework"
	"varn/internal/usecase/registry"
)

// standing is what an attacker copies of a row before it changes: how it stood, and its check value.
type standing struct {
	State   string `db:"state"`
	Version int64  `db:"version"`
	MAC     []byte `db:"mac"`
}

// copies reads a row as an attacker does; a table without states gives none.
func (w *town) copies(table, id string) (s standing) {
	w.t.Helper()
	state := "state"
	if table == "registration" {
		state = "party AS state"
	}
	must(w.t, w.house.DB.Org(w.org).Read(w.t.Context(), func(tx *store.Tx) (err error) {
		s, err = store.One[standing](tx, `SELECT `+state+`, version, mac FROM `+table+` WHERE org = $1 AND id = $2`, id)
		return err
	}))
	return s
}

// putsBack writes the copy over the row.
func (w *town) putsBack(table, id string, s standing) {
	w.t.Helper()
	w.write(`UPDATE `+table+` SET state = $3, version = $4, mac = $5 WHERE org = $1 AND id = $2`, id, s.State, s.Version, s.MAC)
}

// reported is an event with two views, and what an attacker can go by.
type reported struct {
	filed              casework.Filed
	emil, maria        *actor
	employer, security casefile.Case
	receipt            string // its row's id
}

func (w *town) reported() reported {
	w.t.Helper()
	unit := w.unit(0)
	s := reported{emil: w.newcomer("Emil Norrby", access.Employee), maria: w.newcomer("Maria Chef", access.Manager)}
	w.seat(s.maria, w.unitFunction(function.UnitManager, "Chef för enheten", unit))
	s.filed = w.files(s.emil.session(), incident.Report{Narrative: "Han slog i disken.", TargetCategory: incident.Employee, Context: incident.Employment, Unit: unit})
	f := s.emil.own()
	s.receipt = f.ReceiptID
	for _, v := range f.Views {
		switch v.Kind {
		case routing.EmployerView:
			s.employer = w.file(v.Ref)
		case routing.SecurityView:
			s.security = w.file(v.Ref)
		}
	}
	return s
}

// opensCode comes back with the code on paper.
func (w *town) opensCode(s reported) error {
	_, err := w.house.Cases.OpenReceipt(w.t.Context(), w.org, s.filed.Receipt, home(6))
	return err
}

// item gives one item of a case of a kind.
func (w *town) item(c casefile.Case, kind casefile.ItemKind) (it casefile.Item) {
	w.t.Helper()
	must(w.t, w.house.DB.Org(w.org).Read(w.t.Context(), func(tx *store.Tx) (err error) {
		it, err = store.One[casefile.Item](tx, `SELECT * FROM item WHERE org = $1 AND case_id = $2 AND kind = $3`, c.ID, kind)
		return err
	}))
	return it
}

// Each story below plays somebody with full write access to the database and no key.
func TestWhoeverWritesToTheDatabaseIsNoticedInTheReport(t *testing.T) {
	t.Parallel()
	for name, attack := range map[string]func(t *testing.T, w *town, s reported){
		"the receipt gets another public key": func(t *testing.T, w *town, s reported) {
			w.write(`UPDATE receipt SET public_key = $3 WHERE org = $1 AND id = $2`, s.receipt, seal.NewPrivate().Public())
			noticed(t, w.head.says(s.security.Ref, "Vi ringer dig."))
			noticed(t, w.opensCode(s))
		},
		"the receipt is joined to another event": func(t *testing.T, w *town, s reported) {
			other := w.files(w.guest(), threat("Ett annat."))
			w.write(`UPDATE receipt SET event = $3 WHERE org = $1 AND id = $2`, s.receipt, w.file(other.Ref).Event)
			noticed(t, w.opensCode(s))
		},
		"the receipt is given to somebody else": func(t *testing.T, w *town, s reported) {
			w.write(`UPDATE receipt SET person = $3 WHERE org = $1 AND id = $2`, s.receipt, s.maria.id)
			_, err := w.house.Cases.OwnReports(t.Context(), s.maria.session())
			noticed(t, err)
		},
		"the case is joined to another event": func(t *testing.T, w *town, s reported) {
			other := w.files(w.guest(), threat("Ett annat."))
			w.write(`UPDATE casefile SET event = $3 WHERE org = $1 AND id = $2`, s.security.ID, w.file(other.Ref).Event)
			_, err := w.house.Cases.OpenReceipt(t.Context(), w.org, other.Receipt, home(6))
			noticed(t, err)
		},
		"an echo is made of another's": func(t *testing.T, w *town, s reported) {
			_, err := w.house.Cases.AddNote(t.Context(), w.head.session(), s.security.Ref, "Bara för kretsen.")
			must(t, err)
			w.write(`INSERT INTO echo (org, receipt, case_id, item, kind, wrap) SELECT org, receipt, case_id, $3, kind, wrap FROM echo WHERE org = $1 AND case_id = $2`,
				s.security.ID, w.item(s.security, casefile.Note).ID)
			noticed(t, w.opensCode(s))
		},
		"two views' echoes change places": func(t *testing.T, w *town, s reported) {
			a, b := w.item(s.employer, casefile.Report), w.item(s.security, casefile.Report)
			w.write(`UPDATE echo SET item = 'away' WHERE org = $1 AND item = $2`, a.ID)
			w.write(`UPDATE echo SET case_id = $3, item = $4 WHERE org = $1 AND item = $2`, b.ID, a.Case, a.ID)
			w.write(`UPDATE echo SET case_id = $3, item = $4 WHERE org = $1 AND item = $2`, "away", b.Case, b.ID)
			noticed(t, w.opensCode(s))
		},
		"two views' reports change places": func(t *testing.T, w *town, s reported) {
			a, b := w.item(s.employer, casefile.Report), w.item(s.security, casefile.Report)
			w.write(`UPDATE item SET body = $3, data_key = $4 WHERE org = $1 AND id = $2`, a.ID, b.Body, b.DataKey)
			w.write(`UPDATE item SET body = $3, data_key = $4 WHERE org = $1 AND id = $2`, b.ID, a.Body, a.DataKey)
			_, err := s.maria.reads(s.employer.Ref)
			noticed(t, err)
			noticed(t, w.opensCode(s))
		},
		"an older rule is put back": func(t *testing.T, w *town, s reported) {
			w.rules("", contactHours(2))
			id := w.rows(`SELECT id FROM ruling WHERE org = $1`)[0]
			old := w.copies("ruling", id)
			w.rules("", contactHours(4))
			w.putsBack("ruling", id, old)
			w.reopen()
			_, err := w.house.Cases.FileReport(t.Context(), w.guest(), casework.NewReport{Report: threat("text"), From: home(1)})
			noticed(t, err)
		},
		"a turn that has ended is put back": func(t *testing.T, w *town, s reported) {
			vera := w.newcomer("Vera Handling", access.CaseOfficer)
			w.seat(vera, w.guard)
			id, err := w.turn(vera, 0, 8*time.Hour)
			must(t, err)
			var old duty.Turn
			must(t, w.house.DB.Org(w.org).Read(t.Context(), func(tx *store.Tx) (err error) {
				old, err = tx.VouchedTurn(w.keys(), id)
				return err
			}))
			must(t, w.house.OnCall.EndTurn(t.Context(), w.admin.session(), id))
			w.write(`UPDATE duty SET ended = $3, version = $4, mac = $5 WHERE org = $1 AND id = $2`, id, old.Ended, old.Version, old.MAC)
			w.reopen()
			_, err = w.house.Cases.WakeDue(t.Context(), w.org)
			noticed(t, err)
		},
		"an older entry of the register is put back": func(t *testing.T, w *town, s reported) {
			rut := w.registrar()
			id := w.register(rut)[0].ID
			old := w.copies("registration", id)
			_, err := w.house.Registry.SetOutside(t.Context(), rut.session(), id, "KS 2026/77")
			must(t, err)
			w.write(`UPDATE registration SET outside = NULL, version = $3, mac = $4 WHERE org = $1 AND id = $2`, id, old.Version, old.MAC)
			_, err = w.house.Registry.List(t.Context(), rut.session(), registry.Wanted{Authority: w.council})
			noticed(t, err)
		},
		"an entry of the register gets another number": func(t *testing.T, w *town, s reported) {
			rut := w.registrar()
			w.write(`UPDATE registration SET number = 'KS 2026/9999' WHERE org = $1 AND id = $2`, w.register(rut)[0].ID)
			_, err := w.house.Registry.List(t.Context(), rut.session(), registry.Wanted{Authority: w.council})
			noticed(t, err)
		},
		"a referral that was declined is put back": func(t *testing.T, w *town, s reported) {
			lova := w.newcomer("Lova Jurist", access.Lawyer)
			legal := w.function(function.Legal, "Juristerna")
			w.seat(lova, legal)
			must(t, w.house.Cases.TakeCase(t.Context(), w.head.session(), s.security.Ref))
			must(t, w.house.Cases.ReferCase(t.Context(), w.head.session(), s.security.Ref, legal, "Det rör ett avtal."))
			id := w.rows(`SELECT id FROM referral WHERE org = $1`)[0]
			old := w.copies("referral", id)
			must(t, w.house.Cases.AnswerReferral(t.Context(), lova.session(), s.security.Ref, id, false, "Det är inte vårt."))
			w.putsBack("referral", id, old)
			_, err := w.head.reads(s.security.Ref)
			noticed(t, err)
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := found(t)
			attack(t, w, w.reported())
		})
	}
}

// TestAReceiptOfADestroyedCaseIsNotPutBack destroys a case by its decision, and puts the receipt's row
// back as it was.
func TestAReceiptOfADestroyedCaseIsNotPutBack(t *testing.T) {
	t.Parallel()
	w := found(t)
	ctx := t.Context()
	axel := w.newcomer("Axel Arkiv", access.Archivist)
	w.decides(ruling.Retention, w.council, casefile.RetentionRule{Years: 1, Decision: "KS 2026/0012", Date: "2026-01-15"})
	filed := w.files(w.guest(), threat("Det ska glömmas."))
	var old casefile.Receipt
	must(t, w.house.DB.Org(w.org).Read(ctx, func(tx *store.Tx) error {
		all, err := tx.VouchedReceiptsOf(w.keys(), w.file(filed.Ref).Event)
		if err == nil {
			old = all[0]
		}
		return err
	}))
	must(t, w.house.Cases.TakeCase(ctx, w.head.session(), filed.Ref))
	_, err := w.house.Cases.MoveCase(ctx, w.head.session(), filed.Ref, casework.Moving{To: casefile.Closed, Reason: "Klart.", Outcome: casefile.NoActionNeeded})
	must(t, err)
	w.clock.Move(366 * 24 * time.Hour)
	must(t, w.house.DB.ConfirmTime(ctx))
	_, err = w.house.Cases.DestroyCases(ctx, w.returns(axel).session(), []string{filed.Ref})
	must(t, err)
	must(t, w.house.DB.Org(w.org).Write(ctx, func(tx *store.Tx) error { return tx.InsertReceipt(old) }))
	_, err = w.house.Cases.OpenReceipt(ctx, w.org, filed.Receipt, home(6))
	noticed(t, err)
}
