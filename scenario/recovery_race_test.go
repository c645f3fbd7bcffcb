package scenario

import (
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"varn/internal/domain/person"
	"varn/internal/infra/store"
	"varn/internal/kit/fault"
	"varn/internal/kit/seal"
	"varn/internal/usecase/people"
)

// TestWhoeverEnrolsDuringARecoveryIsSealedToTheNewKey: the sheets that are printed open everybody's
// key, whoever made theirs while the recovery key was renewed.
func TestWhoeverEnrolsDuringARecoveryIsSealedToTheNewKey(t *testing.T) {
	t.Parallel()
	forBoth(t, enrolDuringRecovery)
}

func enrolDuringRecovery(t *testing.T, w *town) {
	ctx, desk := t.Context(), w.house.People
	link, err := desk.Invite(ctx, w.admin.session(), w.head.id)
	must(t, err)
	w.enrol(w.head.name, link)
	id, err := desk.BeginRecovery(ctx, w.admin.session(), w.head.id)
	must(t, err)
	w.clock.Move(people.RecoveryWait + time.Minute)
	w.admin = w.anew(w.admin)
	var links []string
	for i := range 24 {
		p, err := desk.RegisterPerson(ctx, w.admin.session(), person.Profile{Name: fmt.Sprintf("Alma Nyborg %d", i), Address: fmt.Sprintf("alma.nyborg%d@example.se", i)})
		must(t, err)
		one, err := desk.Invite(ctx, w.admin.session(), p)
		must(t, err)
		links = append(links, one)
	}
	var all sync.WaitGroup
	for i := range 4 {
		all.Go(func() {
			for _, one := range links[6*i : 6*i+6] {
				if _, err := w.house.Enrol.Bare(ctx, w.org, one); err != nil {
					t.Error(err)
				}
			}
		})
	}
	papers, err := desk.Recover(ctx, w.admin.session(), id, w.sheets(3))
	for fault.Is(err, fault.Conflict) && ctx.Err() == nil { // somebody came between: it is done again
		papers, err = desk.Recover(ctx, w.admin.session(), id, w.sheets(3))
	}
	all.Wait()
	must(t, err)
	if n := w.escrowed([]string{papers[0].Text(), papers[2].Text(), papers[4].Text()}); n < 26 {
		t.Errorf("%d keys are kept for a recovery, want those of 24 who came and of two before", n)
	}
	w.verifies()
}

// escrowed opens every wrap to the recovery key with sheets, and counts them.
func (w *town) escrowed(sheets []string) (n int) {
	w.t.Helper()
	var key store.RecoveryKey
	var wraps []person.Unlocker
	must(w.t, w.house.DB.Org(w.org).Read(w.t.Context(), func(tx *store.Tx) (err error) {
		if key, err = tx.VouchedRecoveryKey(w.keys()); err != nil {
			return err
		}
		everybody, err := tx.People()
		if err != nil {
			return err
		}
		for _, p := range everybody {
			own, err := tx.VouchedUnlockers(w.keys(), p.ID)
			if err != nil {
				return err
			}
			wraps = append(wraps, own...)
		}
		return nil
	}))
	var parsed []seal.Sheet
	for _, text := range sheets {
		s, err := seal.ParseSheet(strings.TrimSpace(text))
		must(w.t, err)
		parsed = append(parsed, s)
	}
	master, err := seal.Combine(parsed, key.PublicKey)
	must(w.t, err)
	for _, u := range wraps {
		if u.Kind != person.Escrow {
			continue
		}
		n++
		if _, err := master.Unwrap(u.Wrap, person.KeyAD(w.org, u.Person, u.ID, u.KeyVersion)); err != nil {
			w.t.Errorf("version %d of somebody's key does not open with the sheets that are valid: %v", u.KeyVersion, err)
		}
	}
	return n
}
