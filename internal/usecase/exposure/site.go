package exposure

import (
	"context"
	"encoding/json"

	"varn/internal/domain/access"
	"varn/internal/domain/audit"
	"varn/internal/domain/job"
	"varn/internal/domain/watch"
	"varn/internal/infra/store"
	"varn/internal/kit/fault"
	"varn/internal/kit/ident"
	"varn/internal/kit/keyring"
)

// Site is a site opened, with its newest run.
type Site struct {
	watch.Site
	Card watch.Card
	Last watch.Run // zero: it has never been gone through
}

func cardOf(k *keyring.Keys, row watch.Site) (c watch.Card, err error) {
	raw, err := k.For(keyring.Exposure).OpenPadded(row.Sealed, row.AD())
	if err != nil {
		return c, fault.Wrap(fault.Internal, "fault.tampered", err)
	}
	return c, json.Unmarshal(raw, &c)
}

// Sites lists the sites that are watched, for who keeps them.
func (d *Desk) Sites(ctx context.Context, s *access.Session) (out []Site, err error) {
	k, err := d.keys(s)
	if err != nil {
		return nil, err
	}
	err = d.read(ctx, k, func(tx *store.Tx) (err error) {
		out, err = sites(tx, k)
		return err
	})
	return out, err
}

func sites(tx *store.Tx, k *keyring.Keys) ([]Site, error) {
	rows, err := tx.VouchedSites(k)
	if err != nil {
		return nil, err
	}
	runs, err := tx.LastRuns()
	if err != nil {
		return nil, err
	}
	var out []Site
	for _, row := range rows {
		if row.Ended != 0 {
			continue
		}
		c, err := cardOf(k, row)
		if err != nil {
			return nil, err
		}
		one := Site{Site: row, Card: c}
		for _, r := range runs {
			if r.Site == row.ID {
				one.Last = r
			}
		}
		out = append(out, one)
	}
	return out, nil
}

// Site gives one site with its newest runs, for who keeps it.
func (d *Desk) Site(ctx context.Context, s *access.Session, id string) (one Site, runs []watch.Run, err error) {
	k, err := d.keys(s)
	if err != nil {
		return one, nil, err
	}
	err = d.read(ctx, k, func(tx *store.Tx) error {
		row, err := standing(tx, k, id)
		if err != nil {
			return err
		}
		if one.Card, err = cardOf(k, row); err != nil {
			return err
		}
		one.Site = row
		runs, err = tx.Runs(id, 10)
		if len(runs) > 0 {
			one.Last = runs[0]
		}
		return err
	})
	return one, runs, err
}

// standing gives a site that is still watched.
func standing(tx *store.Tx, k *keyring.Keys, id string) (watch.Site, error) {
	row, err := tx.VouchedSite(k, id)
	if err == nil && row.Ended != 0 {
		err = missing()
	}
	return row, err
}

// Entry is what somebody enters of a site.
type Entry struct {
	Card  watch.Card
	Unit  string
	Owner string
}

// EnterSite has a site watched from now on. It is the only way for a host to be visited.
func (d *Desk) EnterSite(ctx context.Context, s *access.Session, e Entry) (string, error) {
	k, err := d.keys(s)
	if err != nil {
		return "", err
	}
	row := watch.Site{Org: k.Org, ID: ident.New(), Created: d.now()}
	if row, err = d.entered(ctx, k, row, e); err != nil {
		return "", err
	}
	store.Declare(ctx, row.ID)
	return row.ID, d.write(ctx, k, func(tx *store.Tx) error {
		if err := tx.InsertSite(row); err != nil {
			return err
		}
		return tx.Log(audit.Entry{Actor: k.Tag(s.Person), Act: "exposure.site", Rows: []audit.Row{row.Row()}})
	})
}

// entered checks what is entered, and seals it.
func (d *Desk) entered(ctx context.Context, k *keyring.Keys, row watch.Site, e Entry) (watch.Site, error) {
	if err := e.Card.Check(); err != nil {
		return row, err
	}
	known := map[string]bool{"": true}
	people := map[string]bool{"": true}
	if err := d.read(ctx, k, func(tx *store.Tx) error {
		all, err := tx.Units()
		for _, u := range all {
			known[u.ID] = true
		}
		if err != nil || e.Owner == "" {
			return err
		}
		p, err := tx.VouchedPerson(k, e.Owner)
		people[p.ID] = err == nil
		if fault.Is(err, fault.NotFound) {
			err = nil
		}
		return err
	}); err != nil {
		return row, err
	}
	if !known[e.Unit] {
		return row, fault.In("unit", "field.choose")
	}
	if !people[e.Owner] {
		return row, fault.In("owner", "field.choose")
	}
	for _, u := range e.Card.Units {
		if !known[u.Unit] {
			return row, fault.In("units", "watch.units-bad")
		}
	}
	row.Unit, row.Owner = e.Unit, e.Owner
	return d.sealedSite(k, row, e.Card)
}

// sealedSite gives a site its card, its next version and its MAC. It is called outside the writer.
func (d *Desk) sealedSite(k *keyring.Keys, row watch.Site, c watch.Card) (watch.Site, error) {
	raw, err := json.Marshal(c)
	if err != nil {
		return row, err
	}
	row.Sealed = k.For(keyring.Exposure).SealPadded(raw, row.AD())
	row.Version++
	row.Changed = d.now()
	row.MAC = k.Vouch(row.Who())
	return row, nil
}

// ChangeSite edits a site; Conflict when somebody else did since version.
func (d *Desk) ChangeSite(ctx context.Context, s *access.Session, id string, e Entry, version int64) error {
	return d.edit(ctx, s, id, "exposure.site_changed", func(k *keyring.Keys, row watch.Site, _ watch.Card) (watch.Site, error) {
		if row.Version != version {
			return row, fault.New(fault.Conflict, "fault.changed")
		}
		return d.entered(ctx, k, row, e)
	})
}

// PauseSite stops the visits to a site, or has them go on.
func (d *Desk) PauseSite(ctx context.Context, s *access.Session, id string, paused bool) error {
	return d.edit(ctx, s, id, "exposure.site_paused", func(k *keyring.Keys, row watch.Site, c watch.Card) (watch.Site, error) {
		row.Paused = paused
		return d.sealedSite(k, row, c)
	})
}

// edit reads a site, changes it and stores it.
func (d *Desk) edit(ctx context.Context, s *access.Session, id, act string, change func(*keyring.Keys, watch.Site, watch.Card) (watch.Site, error)) error {
	k, err := d.keys(s)
	if err != nil {
		return err
	}
	var row watch.Site
	var c watch.Card
	if err := d.read(ctx, k, func(tx *store.Tx) (err error) {
		if row, err = standing(tx, k, id); err != nil {
			return err
		}
		c, err = cardOf(k, row)
		return err
	}); err != nil {
		return err
	}
	if row, err = change(k, row, c); err != nil {
		return err
	}
	return d.write(ctx, k, func(tx *store.Tx) error {
		if err := tx.UpdateSite(row); err != nil {
			return err
		}
		return tx.Log(audit.Entry{Actor: k.Tag(s.Person), Act: act, Rows: []audit.Row{row.Row()}})
	})
}

// EndSite ends the watch over a site: what was kept of its pages and findings is destroyed. Counts by the week remain.
func (d *Desk) EndSite(ctx context.Context, s *access.Session, id string) error {
	if err := d.edit(ctx, s, id, "exposure.site_ended", func(k *keyring.Keys, row watch.Site, _ watch.Card) (watch.Site, error) {
		row.Ended = d.now()
		return d.sealedSite(k, row, watch.Card{})
	}); err != nil {
		return err
	}
	k, err := d.Ring.Org(s.Org)
	if err != nil {
		return err
	}
	return d.clear(ctx, k, id)
}

// Press has a site gone through now.
func (d *Desk) Press(ctx context.Context, s *access.Session, id string) error {
	k, err := d.keys(s)
	if err != nil {
		return err
	}
	err = d.write(ctx, k, func(tx *store.Tx) error {
		row, err := standing(tx, k, id)
		if err != nil {
			return err
		}
		if row.Paused {
			return fault.New(fault.Conflict, "watch.paused")
		}
		if err := tx.Enqueue(job.Job{Kind: watch.RunJob, Unique: id, Args: map[string]string{"site": id, "why": "press"}, MaxAttempts: runAttempts}); err != nil {
			return err
		}
		return tx.Log(audit.Entry{Actor: k.Tag(s.Person), Act: "exposure.press"})
	})
	if err == nil && d.Woken != nil {
		d.Woken()
	}
	return err
}

// runAttempts is how often a run that breaks is tried again: it goes on where it was.
const runAttempts = 3
