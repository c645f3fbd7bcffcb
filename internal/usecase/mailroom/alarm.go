package mailroom

import (
	"context"
	"slices"

	"varn/internal/domain/audit"
	"varn/internal/domain/function"
	"varn/internal/domain/job"
	"varn/internal/infra/store"
	"varn/internal/kit/keyring"
)

// AlarmJob wakes the on-call because of a letter; its argument is "mailbox", and nothing of the letter.
const AlarmJob = "letter.alarm"

// Alarm (larma) does the job: who is on call is told at once that an alarm has come, and where; without anybody on
// call, everybody who holds the function is, and where there is none those who hold security.
func (d *Desk) Alarm(ctx context.Context, j job.Job) error {
	k, err := d.Ring.Org(j.Org)
	if err != nil {
		return err
	}
	return d.write(ctx, k, func(tx *store.Tx) error {
		m, err := tx.VouchedMailbox(k, j.Args["mailbox"])
		if err != nil {
			return err
		}
		functions, err := tx.VouchedFunctions(k)
		if err != nil {
			return err
		}
		who, err := d.woken(tx, k, functions, function.OnCall)
		if err == nil && len(who) == 0 {
			who, err = d.woken(tx, k, functions, function.Security)
		}
		if err != nil {
			return err
		}
		for _, id := range who {
			if err := d.tell(tx, id, "letter.alarm", m.ID, true); err != nil {
				return err
			}
		}
		return tx.Log(audit.Entry{Act: "letter.alarm", Authority: m.Authority})
	})
}

// woken are those of the functions of a kind who are on call now, or else all who hold them.
func (d *Desk) woken(tx *store.Tx, k *keyring.Keys, functions []function.Function, kind function.Kind) ([]string, error) {
	var turns, all []string
	now := d.now()
	for _, f := range functions {
		if f.Kind != kind {
			continue
		}
		on, err := tx.VouchedTurns(k, f.ID, now)
		if err != nil {
			return nil, err
		}
		for _, t := range on {
			if t.Holds(now) {
				turns = append(turns, t.Person)
			}
		}
		seats, err := tx.VouchedHolders(k, f.ID)
		if err != nil {
			return nil, err
		}
		for _, h := range seats {
			if h.Holds(now) && h.WrapKind != function.Standby && !slices.Contains(all, h.Person) {
				all = append(all, h.Person)
			}
		}
	}
	if len(turns) > 0 {
		return turns, nil
	}
	return all, nil
}
