package exposure

import (
	"context"
	"errors"
	"slices"
	"time"

	"varn/internal/domain/audit"
	"varn/internal/domain/job"
	"varn/internal/domain/watch"
	"varn/internal/infra/store"
	"varn/internal/kit/clock"
	"varn/internal/kit/keyring"
	"varn/internal/kit/locale"
)

// defaultEvery is how long after a run the next begins by itself.
const defaultEvery = 7 * 24 * time.Hour

// Due does what its time has come for: it has sites gone through, makes work of what was accepted until now, tells of
// days that have passed, and destroys what has been gone for a year. It counts the sites.
func (d *Desk) Due(ctx context.Context, org string) (int, error) {
	k, err := d.Ring.Org(org)
	if err != nil {
		return 0, err
	}
	n, err := d.visits(ctx, k)
	return n, errors.Join(err, d.lapse(ctx, k), d.late(ctx, k), d.forget(ctx, k), d.finish(ctx, k))
}

// visits leaves a job for every site whose turn it is.
func (d *Desk) visits(ctx context.Context, k *keyring.Keys) (int, error) {
	if !d.night() {
		return 0, nil
	}
	n := 0
	err := d.write(ctx, k, func(tx *store.Tx) error {
		n = 0
		all, err := sites(tx, k)
		if err != nil {
			return err
		}
		for _, s := range all {
			if s.Paused || d.turn(s.Last) > d.now() {
				continue
			}
			if err := tx.Enqueue(job.Job{Kind: watch.RunJob, Unique: s.ID, Args: map[string]string{"site": s.ID, "why": "schedule"}, MaxAttempts: runAttempts}); err != nil {
				return err
			}
			n++
		}
		return nil
	})
	return n, err
}

// daily is how long after a run that came to nothing, or that a bound ended, the next begins.
const daily = 24 * time.Hour

// turn is when a site's next run may begin by itself. One that was interrupted goes on at once; should it be under way
// still, its job is there already, and no other is left beside it.
func (d *Desk) turn(last watch.Run) clock.Stamp {
	switch {
	case last.Started == 0, last.Ending == watch.Interrupted, last.Ending == watch.Running:
		return 0
	case last.Ending != watch.Done:
		return last.Started.Add(min(daily, d.every()))
	}
	return last.Started.Add(d.every())
}

func (d *Desk) every() time.Duration {
	if d.Every == 0 {
		return defaultEvery
	}
	return d.Every
}

// night tells whether it is the time of day for visits.
func (d *Desk) night() bool {
	h := d.Clock.Now().In(locale.Zone()).Hour()
	switch {
	case d.From == d.To:
		return true
	case d.From < d.To:
		return h >= d.From && h < d.To
	}
	return h >= d.From || h < d.To
}

// Next is when a site is gone through next; zero: it is paused.
func (d *Desk) Next(s Site) clock.Stamp {
	if s.Paused {
		return 0
	}
	t := max(d.now(), d.turn(s.Last)).Time().In(locale.Zone())
	for range 24 {
		if h := t.Hour(); d.From == d.To || d.From < d.To && h >= d.From && h < d.To || d.From > d.To && (h >= d.From || h < d.To) {
			break
		}
		t = t.Add(time.Hour).Truncate(time.Hour)
	}
	return clock.Of(t)
}

// lapseBatch is how many findings one transaction changes.
const lapseBatch = 200

// lapse makes work of what was accepted until now.
func (d *Desk) lapse(ctx context.Context, k *keyring.Keys) error {
	set, err := d.daysOf(ctx, k)
	if err != nil {
		return err
	}
	var rows []watch.Finding
	if err := d.read(ctx, k, func(tx *store.Tx) error {
		ids, err := tx.LapsedExposures(d.now(), lapseBatch)
		if err != nil {
			return err
		}
		rows, err = tx.VouchedExposuresOf(k, ids)
		return err
	}); err != nil || len(rows) == 0 {
		return err
	}
	was := slices.Clone(rows)
	for i := range rows {
		v, err := detailOf(k, rows[i])
		if err != nil {
			return err
		}
		d.reopen(&rows[i], &v, set, "", watch.RanOut)
		if rows[i], err = d.sealed(k, rows[i], v); err != nil {
			return err
		}
	}
	return d.write(ctx, k, func(tx *store.Tx) error {
		e := audit.Entry{Act: "exposure.lapse"}
		for i, f := range rows {
			if err := tx.UpdateExposure(f); err != nil {
				return err
			}
			if err := d.counts(tx, k, was[i], f); err != nil {
				return err
			}
			if f.Owner != "" {
				if err := d.tell(tx, f.Owner, "exposure.found", ""); err != nil {
					return err
				}
			}
			e.Rows = append(e.Rows, f.Row())
		}
		return tx.Log(e)
	})
}

// DueEvery is how often Due is to be called: late tells of the days that have passed since the time before.
const DueEvery = time.Hour

// late tells who is to mend it that a finding's day has passed.
func (d *Desk) late(ctx context.Context, k *keyring.Keys) error {
	return d.write(ctx, k, func(tx *store.Tx) error {
		all, err := tx.VouchedExposures(k, []watch.State{watch.Open, watch.Returned, watch.Fixing}, "")
		if err != nil {
			return err
		}
		now := d.now()
		for _, f := range all {
			if f.Late(now) && f.Due.Add(DueEvery) >= now && f.Owner != "" {
				if err := d.tell(tx, f.Owner, "exposure.late", ""); err != nil {
					return err
				}
			}
		}
		return nil
	})
}

// keptGone is how long a finding that is gone is kept: it may come back.
const keptGone = 365 * 24 * time.Hour

// forget destroys findings that have been gone for a year.
func (d *Desk) forget(ctx context.Context, k *keyring.Keys) error {
	if d.DB.TimeDoubt() != store.NoDoubt {
		return nil
	}
	return d.write(ctx, k, func(tx *store.Tx) error {
		ids, err := tx.GoneExposures(d.now().Add(-keptGone), lapseBatch)
		if err != nil || len(ids) == 0 {
			return err
		}
		return destroyed(tx, ids)
	})
}

func destroyed(tx *store.Tx, ids []string) error {
	e := audit.Entry{Act: "exposure.destroy"}
	for _, id := range ids {
		if err := tx.DeleteExposure(id); err != nil {
			return err
		}
		e.Rows = append(e.Rows, audit.Row{Kind: "exposure_finding", ID: id})
	}
	return tx.Log(e)
}

// finish destroys what is left of sites that are watched no longer, should the program have stopped in between.
func (d *Desk) finish(ctx context.Context, k *keyring.Keys) error {
	var left []string
	err := d.read(ctx, k, func(tx *store.Tx) (err error) {
		left, err = tx.LeftSites()
		return err
	})
	for _, id := range left {
		err = errors.Join(err, d.clear(ctx, k, id))
	}
	return err
}

// clear destroys what was kept of a site: findings, places and pages.
func (d *Desk) clear(ctx context.Context, k *keyring.Keys, site string) error {
	for n := lapseBatch; n == lapseBatch; {
		if err := d.write(ctx, k, func(tx *store.Tx) error {
			all, err := tx.VouchedExposures(k, watch.States(), site)
			if err != nil {
				return err
			}
			all = all[:min(len(all), lapseBatch)]
			n = len(all)
			var ids []string
			for _, f := range all {
				is := f
				is.State = watch.Gone
				if err := d.counts(tx, k, f, is); err != nil {
					return err
				}
				ids = append(ids, f.ID)
			}
			if n == 0 {
				return tx.DeletePages(site)
			}
			if err := destroyed(tx, ids); err != nil {
				return err
			}
			if n < lapseBatch {
				return tx.DeletePages(site)
			}
			return nil
		}); err != nil {
			return err
		}
	}
	return nil
}
