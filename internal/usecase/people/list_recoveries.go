package people

import (
	"context"
	"net/netip"
	"time"

	"varn/internal/domain/access"
	"varn/internal/infra/store"
	"varn/internal/kit/clock"
	"varn/internal/kit/fault"
	"varn/internal/kit/keyring"
)

// Underway is a recovery that waits.
type Underway struct {
	ID      string
	Person  string
	Name    string
	Started clock.Stamp
	Opens   clock.Stamp
	Open    bool // the wait is over
	Mine    bool // it concerns the subject
}

// Recoveries lists those that are waiting: every one for those in charge, one's own for
// everybody else. Needed is how many sheets a recovery takes.
func (d *Desk) Recoveries(ctx context.Context, s *access.Session) (all []Underway, needed int, err error) {
	k, err := d.keys(s)
	if err != nil {
		return nil, 0, err
	}
	err = d.read(ctx, k, func(tx *store.Tx) error {
		rows, err := tx.Recoveries()
		if err != nil {
			return err
		}
		for _, r := range rows {
			if err := k.Check(r.MAC, r.Who(), "recovery"); err != nil {
				return err
			}
			if !staff(s) && r.Person != s.Person {
				continue
			}
			name, err := nameOf(tx, k, r.Person)
			if err != nil {
				return err
			}
			all = append(all, Underway{ID: r.ID, Person: r.Person, Name: name, Started: r.Started, Opens: r.Opens,
				Open: r.Opens <= d.now(), Mine: r.Person == s.Person})
		}
		key, err := tx.VouchedRecoveryKey(k)
		needed = int(key.Threshold)
		return err
	})
	return all, needed, err
}

// The limit of tries with a custodian's code; the count lies in the database.
const (
	codeWindow = 15 * time.Minute
	mostCodes  = 10
)

// StopAllByCode lets a custodian stop every recovery that waits, with the code on their sheet
// and without an account. It tells how many there were.
func (d *Desk) StopAllByCode(ctx context.Context, org, code string, from netip.Addr) (stopped int, err error) {
	k, err := d.Ring.Org(org)
	if err != nil {
		return 0, err
	}
	if err := d.admitCode(ctx, k, from); err != nil {
		return 0, err
	}
	err = d.write(ctx, k, func(tx *store.Tx) error {
		stopped = 0
		key, err := tx.VouchedRecoveryKey(k)
		if err != nil {
			return err
		}
		if ok, err := knownCode(k, key, code); err != nil || !ok {
			return either(err, fault.In("code", "custodian.code"))
		}
		rows, err := tx.Recoveries()
		if err != nil {
			return err
		}
		for _, r := range rows {
			if err := k.Check(r.MAC, r.Who(), "recovery"); err != nil {
				return err
			}
			if err := d.stop(tx, k, "custodian", r); err != nil {
				return err
			}
			stopped++
		}
		return nil
	})
	return stopped, err
}

func knownCode(k *keyring.Keys, key store.RecoveryKey, code string) (bool, error) {
	all, err := Custodians(k, key)
	if err != nil {
		return false, err
	}
	tag := CodeTag(k, code)
	for _, c := range all {
		if c.Code == tag {
			return true, nil
		}
	}
	return false, nil
}

// admitCode counts a try from a network and all tries together.
func (d *Desk) admitCode(ctx context.Context, k *keyring.Keys, from netip.Addr) error {
	var here int64
	now := d.now()
	err := d.write(ctx, k, func(tx *store.Tx) error {
		var err error
		here, err = tx.Count(k.For(keyring.Rates).Tag("custodian code", from.Unmap().String()), 1, now.Add(-codeWindow), now)
		return err
	})
	if err == nil && here > mostCodes {
		return &fault.Error{Kind: fault.Busy, Code: "signin.too-many", RetryAfter: int(codeWindow / time.Second)}
	}
	return err
}
