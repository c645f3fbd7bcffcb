package scenario

import (
	"testing"
	"time"

	"varn/internal/domain/organisation"
	"varn/internal/infra/store"
	"varn/internal/kit/fault"
	"varn/internal/kit/seal"
	"varn/internal/usecase/people"
)

// escrowOpens tells whether sheets rebuild the recovery key that is stored, and whether the stored
// escrow gives the organisation's root to it.
func (w *town) escrowOpens(sheets []string) bool {
	w.t.Helper()
	var key store.RecoveryKey
	must(w.t, w.house.DB.Org(w.org).Read(w.t.Context(), func(tx *store.Tx) (err error) {
		key, err = tx.VouchedRecoveryKey(w.keys())
		return err
	}))
	var all []seal.Sheet
	for _, text := range sheets {
		s, err := seal.ParseSheet(text)
		must(w.t, err)
		all = append(all, s)
	}
	master, err := seal.Combine(all, key.PublicKey)
	if err != nil {
		return false
	}
	root, err := master.Unwrap(w.escrow(), organisation.RootAD(w.org))
	return err == nil && string(root) == string(w.keys().Root().Bytes())
}

func (w *town) escrow() (b seal.Box) {
	w.t.Helper()
	must(w.t, w.house.DB.SystemRead(w.t.Context(), func(tx *store.Tx) error {
		all, err := tx.Organisations()
		b = all[0].Escrow
		return err
	}))
	return b
}

// refusing makes the database refuse every change of an organisation's row, as a full disk would
// in the middle of the transaction, until it is called.
func (w *town) refusing() (stop func()) {
	w.t.Helper()
	do := func(text string) {
		must(w.t, w.house.DB.System(w.t.Context(), func(tx *store.Tx) error {
			_, err := tx.Exec(text)
			return err
		}))
	}
	do(`CREATE TRIGGER refuse BEFORE UPDATE ON organisation BEGIN SELECT RAISE(ABORT, 'refused'); END`)
	return func() { do(`DROP TRIGGER refuse`) }
}

// TestSheetsAndEscrowAreRenewedTogether: a recovery that fails at its last write leaves the old
// sheets valid for everything, and one that succeeds the new ones.
func TestSheetsAndEscrowAreRenewedTogether(t *testing.T) {
	t.Parallel()
	w := found(t)
	ctx, desk := t.Context(), w.house.People
	ref := w.head.opens("Bara chefen kan öppna", "text")
	link, err := desk.Invite(ctx, w.admin.session(), w.head.id)
	must(t, err)
	again := w.enrol(w.head.name, link)
	id, err := desk.BeginRecovery(ctx, w.admin.session(), w.head.id)
	must(t, err)
	w.clock.Move(people.RecoveryWait + time.Minute)
	again, w.admin = w.anew(again), w.anew(w.admin)
	old, before := w.sheets(3), w.escrow().Hash()

	allow := w.refusing()
	if _, err := desk.Recover(ctx, w.admin.session(), id, old); err == nil {
		t.Fatal("a recovery succeeded without its escrow")
	}
	allow()
	if !w.escrowOpens(old) || w.escrow().Hash() != before {
		t.Error("after a recovery that failed the old sheets no longer open everything")
	}
	if _, err := again.reads(ref); !fault.Is(err, fault.NotFound) {
		t.Errorf("a recovery that failed has let somebody in: %v", err)
	}
	papers, err := desk.Recover(ctx, w.admin.session(), id, old)
	must(t, err)
	fresh := []string{papers[0].Text(), papers[2].Text(), papers[4].Text()}
	if !w.escrowOpens(fresh) || w.escrowOpens(old) {
		t.Error("after the recovery the new sheets, and they alone, do not open everything")
	}
	if _, err := again.reads(ref); err != nil {
		t.Error(err)
	}
	w.verifies()
}
