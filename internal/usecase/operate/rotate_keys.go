package operate

import (
	"context"
	"maps"
	"time"

	"varn/internal/domain/audit"
	"varn/internal/domain/job"
	"varn/internal/domain/organisation"
	"varn/internal/infra/store"
	"varn/internal/kit/fault"
	"varn/internal/kit/keyring"
	"varn/internal/kit/seal"
)

// ResealJob is the job that seals anew what lies under older versions; its argument is "purpose".
const ResealJob = "reseal"

// Every process knows of a rotation after LearnPace at the latest; sealing anew waits longer, so
// that nobody seals under the old version any more when it begins.
const (
	LearnPace  = 30 * time.Second
	resealRest = 2 * time.Minute
)

// Rotated is a purpose with its new version.
type Rotated struct {
	Purpose keyring.Purpose
	Version int
}

// RotateKeys gives purposes a new version: what is sealed from now on is sealed under it, what was
// sealed before opens as it did, and a job seals it anew.
func (d *Desk) RotateKeys(ctx context.Context, org string, purposes []keyring.Purpose) ([]Rotated, error) {
	k, err := d.Ring.Org(org)
	if err != nil {
		return nil, err
	}
	for _, p := range purposes {
		if !p.Rotates() {
			return nil, fault.New(fault.Invalid, "fault.invalid", string(p)+" is no key that can be rotated")
		}
	}
	for try := 0; ; try++ {
		out, err := d.rotate(ctx, k, purposes)
		if fault.Is(err, fault.Conflict) && try < 5 {
			continue // somebody else rotated in the same moment
		}
		if err != nil {
			return nil, err
		}
		for _, r := range out {
			k.Learn(r.Purpose, r.Version)
		}
		return out, nil
	}
}

func (d *Desk) rotate(ctx context.Context, k *keyring.Keys, purposes []keyring.Purpose) ([]Rotated, error) {
	old, err := d.keyVersions(ctx, k)
	if err != nil {
		return nil, err
	}
	next := maps.Clone(old.of)
	if next == nil {
		next = map[keyring.Purpose]int{}
	}
	var out []Rotated
	for _, p := range purposes {
		next[p] = max(next[p], 1) + 1
		if next[p] > seal.MaxVersion {
			return nil, fault.New(fault.Invalid, "fault.invalid", string(p)+" has been rotated as often as there are versions")
		}
		out = append(out, Rotated{p, next[p]})
	}
	row := organisation.Setting{Org: k.Org, Name: organisation.KeyVersions, Version: old.version + 1, Changed: d.now()}
	if row.Sealed, err = closed(k.For(keyring.Versions), next, row.AD()); err != nil {
		return nil, err
	}
	return out, d.write(ctx, k, func(tx *store.Tx) error {
		if err := tx.PutSetting(row); err != nil {
			return err
		}
		for _, p := range purposes {
			j := job.Job{Kind: ResealJob, Args: map[string]string{"purpose": string(p)}, RunAt: tx.Now().Add(resealRest)}
			if err := tx.Enqueue(j); err != nil {
				return err
			}
		}
		return tx.Log(audit.Entry{Actor: k.Tag("operator"), Act: "keys.rotate", Rows: []audit.Row{organisation.KeyVersionsRow(row)}})
	})
}
