package exposure

import (
	"context"
	"errors"
	"strings"
	"time"

	"varn/internal/domain/access"
	"varn/internal/domain/audit"
	"varn/internal/domain/job"
	"varn/internal/domain/person"
	"varn/internal/domain/watch"
	"varn/internal/infra/crawl"
	"varn/internal/infra/store"
	"varn/internal/kit/clock"
	"varn/internal/kit/fault"
	"varn/internal/kit/keyring"
)

// maxNote bounds what somebody writes about a finding.
const maxNote = 1000

// change reads a finding, changes it and stores it with the log. done is called in the transaction; it may be nil.
func (d *Desk) change(ctx context.Context, s *access.Session, id, act string, edit func(*watch.Finding, *watch.Detail) error, done func(*store.Tx, watch.Finding) error) error {
	k, err := d.known(s)
	if err != nil {
		return err
	}
	for n := 1; ; n++ {
		var f, was watch.Finding
		var v watch.Detail
		if err := d.read(ctx, k, func(tx *store.Tx) (err error) {
			f, v, err = d.seen(tx, k, s, id)
			return err
		}); err != nil {
			return err
		}
		was = f
		if err := edit(&f, &v); err != nil {
			return err
		}
		if f, err = d.sealed(k, f, v); err != nil {
			return err
		}
		err = d.write(ctx, k, func(tx *store.Tx) error {
			if err := tx.UpdateExposure(f); err != nil {
				return err
			}
			if err := d.counts(tx, k, was, f); err != nil {
				return err
			}
			if done != nil {
				if err := done(tx, f); err != nil {
					return err
				}
			}
			return tx.Log(audit.Entry{Actor: k.Tag(s.Person), Act: act, Rows: []audit.Row{f.Row()}})
		})
		if !fault.Is(err, fault.Conflict) || n >= maxTries {
			return err
		}
	}
}

// counts keeps the week's counts when a finding becomes work or stops being it.
func (d *Desk) counts(tx *store.Tx, k *keyring.Keys, was, is watch.Finding) error {
	t := &trip{d: d, k: k}
	p := &plan{weeks: map[weekKey]watch.Week{}}
	switch {
	case was.State.Waits() && !is.State.Waits():
		p.week(t, is.Unit, is.Kind, 0, 1)
	case !was.State.Waits() && is.State.Waits():
		p.week(t, is.Unit, is.Kind, 1, 0)
	}
	for _, w := range p.weeks {
		if err := tx.AddWeek(w); err != nil {
			return err
		}
	}
	return nil
}

func waits(f *watch.Finding) error {
	if !f.State.Waits() {
		return fault.New(fault.Conflict, "watch.closed")
	}
	return nil
}

// Begin says that somebody mends a finding; who has none to mend it gets it.
func (d *Desk) Begin(ctx context.Context, s *access.Session, id string) error {
	return d.change(ctx, s, id, "exposure.begin", func(f *watch.Finding, v *watch.Detail) error {
		if err := waits(f); err != nil || f.State == watch.Fixing {
			return err
		}
		f.State = watch.Fixing
		if f.Owner == "" {
			f.Owner = s.Person
		}
		v.Add(watch.Event{At: d.now(), By: s.Person, Act: watch.Begun})
		return nil
	}, nil)
}

// Give has somebody else mend a finding, until a day; they are told.
func (d *Desk) Give(ctx context.Context, s *access.Session, id, owner string, due clock.Stamp) error {
	if s == nil || !s.Has(Workers()...) {
		return denied()
	}
	k, err := d.known(s)
	if err != nil {
		return err
	}
	if err := d.read(ctx, k, func(tx *store.Tx) error {
		p, err := tx.VouchedPerson(k, owner)
		if fault.Is(err, fault.NotFound) || err == nil && p.State == person.Left {
			return fault.In("owner", "field.choose")
		}
		return err
	}); err != nil {
		return err
	}
	if due < d.now() {
		return fault.In("due", "watch.due-past")
	}
	return d.change(ctx, s, id, "exposure.give", func(f *watch.Finding, v *watch.Detail) error {
		if err := waits(f); err != nil {
			return err
		}
		if f.Owner != owner {
			v.Add(watch.Event{At: d.now(), By: s.Person, Act: watch.Given})
		}
		if f.Due != due {
			v.Add(watch.Event{At: d.now(), By: s.Person, Act: watch.Dated})
		}
		f.Owner, f.Due = owner, due
		return nil
	}, func(tx *store.Tx, f watch.Finding) error {
		if owner == s.Person {
			return nil
		}
		return d.tell(tx, owner, "exposure.given", f.ID)
	})
}

// maxAccept is how long something may be accepted at a time: then somebody looks at it again.
const maxAccept = 2 * 366 * 24 * time.Hour

// Accept lets a finding stand until a day, with the reason why. It is for who keeps the sites and for managers.
func (d *Desk) Accept(ctx context.Context, s *access.Session, id, why string, until clock.Stamp) error {
	if s == nil || !s.Has(Workers()...) {
		return denied()
	}
	why = strings.TrimSpace(why)
	if n := len([]rune(why)); n < 5 || n > maxNote {
		return fault.In("why", "watch.why-short")
	}
	if until <= d.now() || until > d.now().Add(maxAccept) {
		return fault.In("until", "watch.until-bad")
	}
	return d.change(ctx, s, id, "exposure.accept", func(f *watch.Finding, v *watch.Detail) error {
		if err := waits(f); err != nil {
			return err
		}
		f.State, f.Closed, f.Until = watch.Accepted, d.now(), until
		v.Why, v.By = why, s.Person
		v.Add(watch.Event{At: d.now(), By: s.Person, Act: watch.Allowed, Note: why})
		return nil
	}, nil)
}

// Withdraw makes an accepted finding work again.
func (d *Desk) Withdraw(ctx context.Context, s *access.Session, id string) error {
	if s == nil || !s.Has(Workers()...) {
		return denied()
	}
	k, err := d.known(s)
	if err != nil {
		return err
	}
	set, err := d.daysOf(ctx, k)
	if err != nil {
		return err
	}
	return d.change(ctx, s, id, "exposure.withdraw", func(f *watch.Finding, v *watch.Detail) error {
		if f.State != watch.Accepted {
			return fault.New(fault.Conflict, "watch.closed")
		}
		d.reopen(f, v, set, s.Person, watch.CameBack)
		return nil
	}, nil)
}

func (d *Desk) reopen(f *watch.Finding, v *watch.Detail, set watch.Days, by string, act watch.Act) {
	f.State, f.Closed, f.Until = watch.Returned, 0, 0
	f.Due = set.Due(f.Grave, d.now())
	v.Why, v.By = "", ""
	v.Add(watch.Event{At: d.now(), By: by, Act: act})
}

func (d *Desk) daysOf(ctx context.Context, k *keyring.Keys) (v watch.Days, err error) {
	err = d.read(ctx, k, func(tx *store.Tx) (err error) {
		v, _, err = days(tx, k)
		return err
	})
	return v, err
}

// Note writes something down about a finding.
func (d *Desk) Note(ctx context.Context, s *access.Session, id, text string) error {
	text = strings.TrimSpace(text)
	if n := len([]rune(text)); n == 0 || n > maxNote {
		return fault.In("note", "field.too-long", maxNote)
	}
	return d.change(ctx, s, id, "exposure.note", func(_ *watch.Finding, v *watch.Detail) error {
		v.Add(watch.Event{At: d.now(), By: s.Person, Act: watch.Noted, Note: text})
		return nil
	}, nil)
}

// Checked tells what a new look at a finding gave.
type Checked string

// What a look can give.
const (
	CheckedGone  Checked = "gone"
	CheckedStill Checked = "still"
	CheckedBlind Checked = "blind" // the page could not be had, or robots.txt asks not to
	CheckedLater Checked = "later" // it takes longer; a job goes on with it
)

// Bounds of a look that somebody waits for, and of one that nobody does.
const (
	quickPages = 5
	quickTime  = 20 * time.Second
	checkPages = 100
	checkTime  = 30 * time.Minute
)

// Check looks at a finding's pages again, and closes it when it is gone. One on many pages is left to a job.
func (d *Desk) Check(ctx context.Context, s *access.Session, id string) (Checked, error) {
	k, err := d.known(s)
	if err != nil {
		return "", err
	}
	var n int64
	if err := d.write(ctx, k, func(tx *store.Tx) error {
		f, _, err := d.seen(tx, k, s, id)
		if err != nil {
			return err
		}
		if n, err = tx.PlaceCount(f.ID); err != nil {
			return err
		}
		return tx.Log(audit.Entry{Actor: k.Tag(s.Person), Act: "exposure.check"})
	}); err != nil {
		return "", err
	}
	if n <= quickPages {
		quick, cancel := context.WithTimeout(ctx, quickTime)
		defer cancel()
		got, err := d.look(quick, k, id, s.Person, quickPages)
		if err == nil || ctx.Err() != nil || !errors.Is(err, context.DeadlineExceeded) {
			return got, err
		}
	}
	err = d.write(ctx, k, func(tx *store.Tx) error {
		return tx.Enqueue(job.Job{Kind: watch.CheckJob, Unique: id, Args: map[string]string{"finding": id}, MaxAttempts: runAttempts})
	})
	if err == nil && d.Woken != nil {
		d.Woken()
	}
	return CheckedLater, err
}

// CheckAgain does the job that Check leaves.
func (d *Desk) CheckAgain(ctx context.Context, j job.Job) error {
	k, err := d.Ring.Org(j.Org)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, checkTime)
	defer cancel()
	_, err = d.look(ctx, k, j.Args["finding"], "", checkPages)
	if fault.Is(err, fault.NotFound) {
		return nil
	}
	return err
}

// look visits the pages that a finding stands on, and no others.
func (d *Desk) look(ctx context.Context, k *keyring.Keys, id, by string, most int) (Checked, error) {
	var f watch.Finding
	var pages []watch.Page
	if err := d.read(ctx, k, func(tx *store.Tx) (err error) {
		if f, err = tx.VouchedExposure(k, id); err != nil {
			return err
		}
		places, err := tx.PlacesOf(id)
		if err != nil {
			return err
		}
		var ids []string
		for _, p := range places[:min(len(places), most)] {
			ids = append(ids, p.Page)
		}
		pages, err = tx.SeenPages(ids)
		return err
	}); err != nil {
		return "", err
	}
	t, err := d.trip(ctx, k, f.Site)
	if err != nil {
		return "", err
	}
	start, err := watch.Start(t.card.Start)
	if err != nil {
		return "", err
	}
	v := crawl.Visit{Start: start, Holds: t.card.Holds, Alone: true, Take: t.take}
	for _, p := range pages {
		sh := t.sheets[p.Tag]
		if sh == nil {
			continue
		}
		sh.Content = "" // it is searched whatever stands there
		v.Known = append(v.Known, crawl.Known{URL: sh.URL, Depth: sh.Depth})
	}
	c := d.Crawler
	sum, err := c.Go(ctx, v)
	if err != nil {
		return "", err
	}
	if err := t.flush(ctx); err != nil {
		return "", err
	}
	blind := sum.Missed > 0 || sum.Barred > 0 || sum.Ending != crawl.Done || len(v.Known) == 0
	return d.looked(ctx, k, id, by, blind)
}

// looked notes in the finding's history what a look gave, unless it has closed it.
func (d *Desk) looked(ctx context.Context, k *keyring.Keys, id, by string, blind bool) (got Checked, err error) {
	for n := 1; ; n++ {
		var f watch.Finding
		if err := d.read(ctx, k, func(tx *store.Tx) (err error) {
			f, err = tx.VouchedExposure(k, id)
			return err
		}); err != nil {
			return "", err
		}
		if f.State == watch.Gone {
			return CheckedGone, nil
		}
		v, err := detailOf(k, f)
		if err != nil {
			return "", err
		}
		got = CheckedStill
		e := watch.Event{At: d.now(), By: by, Act: watch.StillHere}
		if blind {
			got, e.Act = CheckedBlind, watch.Unseen
		}
		v.Add(e)
		if f, err = d.sealed(k, f, v); err != nil {
			return "", err
		}
		err = d.write(ctx, k, func(tx *store.Tx) error {
			if err := tx.UpdateExposure(f); err != nil {
				return err
			}
			return tx.Log(audit.Entry{Actor: k.Tag(by), Act: "exposure.checked", Rows: []audit.Row{f.Row()}})
		})
		if !fault.Is(err, fault.Conflict) || n >= maxTries {
			return got, err
		}
	}
}
