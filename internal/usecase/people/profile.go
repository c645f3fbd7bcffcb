package people

import (
	"context"
	"encoding/json"
	"sync"

	"varn/internal/domain/access"
	"varn/internal/domain/organisation"
	"varn/internal/infra/store"
	"varn/internal/kit/clock"
	"varn/internal/kit/fault"
	"varn/internal/kit/keyring"
)

// shown keeps opened profiles in memory for a short while: every page shows the name and the
// colours, and another node may have changed them.
type shown struct {
	mu sync.Mutex
	by map[string]kept
}

type kept struct {
	profile organisation.Profile
	until   clock.Stamp
}

const shownLife = 10_000_000 // microseconds

// ShownProfile is what the organisation shows of itself on every page.
func (d *Desk) ShownProfile(ctx context.Context, org string) (organisation.Profile, error) {
	d.shown.mu.Lock()
	one, ok := d.shown.by[org]
	d.shown.mu.Unlock()
	if ok && d.now() < one.until {
		return one.profile, nil
	}
	k, err := d.Ring.Org(org)
	if err != nil {
		return organisation.Profile{}, err
	}
	p, _, err := d.profileOf(ctx, k)
	if err != nil {
		return p, err
	}
	d.shown.mu.Lock()
	if d.shown.by == nil {
		d.shown.by = map[string]kept{}
	}
	d.shown.by[org] = kept{p, d.now() + shownLife}
	d.shown.mu.Unlock()
	return p, nil
}

func (d *Desk) profileOf(ctx context.Context, k *keyring.Keys) (p organisation.Profile, version int64, err error) {
	err = d.read(ctx, k, func(tx *store.Tx) error {
		s, err := tx.Setting("profile")
		if fault.Is(err, fault.NotFound) {
			return nil // being founded at this moment
		}
		if err != nil {
			return err
		}
		version = s.Version
		b, err := k.For(keyring.Settings).OpenPadded(s.Sealed, s.AD())
		if err != nil {
			return err
		}
		return json.Unmarshal(b, &p)
	})
	return p, version, err
}

// EditProfile gives the profile with the version that an edit must name.
func (d *Desk) EditProfile(ctx context.Context, s *access.Session) (organisation.Profile, int64, error) {
	k, err := d.keys(s)
	if err != nil {
		return organisation.Profile{}, 0, err
	}
	if !staff(s) {
		return organisation.Profile{}, 0, denied()
	}
	return d.profileOf(ctx, k)
}

// SaveProfile stores an edited profile; Conflict when somebody else saved since version.
func (d *Desk) SaveProfile(ctx context.Context, s *access.Session, p organisation.Profile, version int64) error {
	k, err := d.keys(s)
	if err != nil {
		return err
	}
	if !staff(s) {
		return denied()
	}
	if err := p.Check(); err != nil {
		return err
	}
	b, err := json.Marshal(p)
	if err != nil {
		return err
	}
	row := organisation.Setting{Org: k.Org, Name: "profile", Version: version + 1, Changed: d.now()}
	row.Sealed = k.For(keyring.Settings).SealPadded(b, row.AD())
	err = d.write(ctx, k, func(tx *store.Tx) error {
		if err := tx.PutSetting(row); err != nil {
			return err
		}
		return record(tx, k, s.Person, "setting.change")
	})
	if err == nil {
		d.shown.mu.Lock()
		delete(d.shown.by, k.Org)
		d.shown.mu.Unlock()
	}
	return err
}
