package exposure

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"maps"
	"net/url"
	"slices"
	"strings"
	"time"

	"varn/internal/domain/exposure"
	"varn/internal/domain/job"
	"varn/internal/domain/watch"
	"varn/internal/infra/crawl"
	"varn/internal/infra/store"
	"varn/internal/kit/clock"
	"varn/internal/kit/fault"
	"varn/internal/kit/ident"
	"varn/internal/kit/keyring"
)

// edition is raised when the detectors find more than they did: every page is then searched again.
const edition = "1"

// trip is one visit to a site, and what has been seen on it and not yet written.
type trip struct {
	d       *Desk
	k       *keyring.Keys
	site    watch.Site
	card    watch.Card
	days    watch.Days
	bosses  map[string]string // manager by unit
	scanner *exposure.Scanner
	edition string
	run     watch.Run
	sheets  map[string]*sheet // by tag
	pending []*look
	hits    int
	told    map[string]int // how many findings somebody was given
	written time.Time
}

// sheet is a page with what is kept of it.
type sheet struct {
	watch.Page
	watch.Sheet
	stored bool
}

// look is what one look at a page gave.
type look struct {
	sheet *sheet
	// searched: hits are all that stands there. away: nothing stands there any more. Otherwise nothing is known.
	searched, away bool
	hits           map[string]*hit // by tag
	put            bool            // the sheet itself has changed
}

// Run does the job of going through a site. A run that was interrupted goes on with what it had not seen.
func (d *Desk) Run(ctx context.Context, j job.Job) error {
	k, err := d.Ring.Org(j.Org)
	if err != nil {
		return err
	}
	t, err := d.trip(ctx, k, j.Args["site"])
	if fault.Is(err, fault.NotFound) {
		return nil // it has been taken out meanwhile
	}
	if err != nil || t.site.Paused {
		return err
	}
	since, err := t.begin(ctx, j.Args["why"] == "press")
	if err != nil {
		return err
	}
	start, err := watch.Start(t.card.Start)
	if err != nil {
		return err
	}
	if err := t.leave(ctx); err != nil {
		return err
	}
	c := d.Crawler
	sum, err := c.Go(ctx, crawl.Visit{Start: start, Holds: t.card.Holds, Known: t.known(since), Take: t.take, Met: t.met,
		Skip: func(address string) bool {
			sh := t.sheets[t.tag(address)]
			return sh != nil && since != 0 && sh.Seen >= since && sh.Standing != watch.Waiting
		}})
	// What was seen is kept, whether or not the program is stopping.
	last, cancel := context.WithTimeout(context.WithoutCancel(ctx), time.Minute)
	defer cancel()
	if errors.Is(err, errHalted) {
		return t.halted(last)
	}
	if ended := t.end(last, sum, err); !errors.Is(ended, errHalted) {
		return errors.Join(err, ended)
	}
	return t.halted(last)
}

// trip reads what a visit needs to know.
func (d *Desk) trip(ctx context.Context, k *keyring.Keys, id string) (*trip, error) {
	t := &trip{d: d, k: k, sheets: map[string]*sheet{}, told: map[string]int{}, written: time.Now()}
	var pages []watch.Page
	err := d.read(ctx, k, func(tx *store.Tx) (err error) {
		if t.site, err = standing(tx, k, id); err != nil {
			return err
		}
		if t.card, err = cardOf(k, t.site); err != nil {
			return err
		}
		if t.days, _, err = days(tx, k); err != nil {
			return err
		}
		if t.bosses, err = managers(tx, k, d.now()); err != nil {
			return err
		}
		pages, err = tx.PagesOf(id)
		return err
	})
	if err != nil {
		return nil, err
	}
	for _, p := range pages {
		sh, err := opened(k, p)
		if err != nil {
			return nil, err
		}
		t.sheets[p.Tag] = sh
	}
	return t, t.scans(ctx)
}

func opened(k *keyring.Keys, p watch.Page) (*sheet, error) {
	raw, err := k.For(keyring.Exposure).OpenPadded(p.Sealed, p.AD())
	if err != nil {
		return nil, fault.Wrap(fault.Internal, "fault.tampered", err)
	}
	sh := &sheet{Page: p, stored: true}
	return sh, json.Unmarshal(raw, &sh.Sheet)
}

// scans makes the scanner, and the tag of everything that decides what it finds.
func (t *trip) scans(ctx context.Context) error {
	o := exposure.Options{Domains: t.card.Domains}
	listed := ""
	if t.d.Listed != nil {
		list, err := t.d.Listed(ctx, t.k.Org)
		if err != nil {
			return err
		}
		o.Listed = list
	}
	if t.d.ListEdition != nil {
		var err error
		if listed, err = t.d.ListEdition(ctx, t.k.Org); err != nil {
			return err
		}
	}
	t.scanner = exposure.New(o)
	all, err := json.Marshal([]any{edition, listed, t.card.Domains, t.card.Kinds, t.card.Least, t.card.Units, t.site.Unit})
	t.edition = t.k.For(keyring.Lookup).Tag("exposure edition", string(all))
	return err
}

// begin notes the run. since is when an interrupted one began that this one completes; zero: it begins anew.
func (t *trip) begin(ctx context.Context, pressed bool) (since clock.Stamp, err error) {
	t.run = watch.Run{Org: t.k.Org, ID: ident.New(), Site: t.site.ID, Ending: watch.Running, Pressed: pressed, Started: t.d.now()}
	err = t.d.write(ctx, t.k, func(tx *store.Tx) error {
		since = 0
		last, err := tx.Runs(t.site.ID, 20)
		if err != nil {
			return err
		}
		for i, r := range last {
			if r.Ending == watch.Running { // the program died
				r.Ending, r.Ended = watch.Interrupted, t.run.Started
				if err := tx.UpdateRun(r); err != nil {
					return err
				}
				last[i] = r
			}
		}
		for _, r := range last {
			if r.Ending != watch.Interrupted || r.Started.Add(resumes) < t.run.Started {
				break
			}
			since = r.Started
		}
		return tx.InsertRun(t.run)
	})
	return since, err
}

// resumes is how old an interrupted run may be and still be completed.
const resumes = 24 * time.Hour

// known are the pages to look at again: those that wait first, then the one that was seen longest ago.
func (t *trip) known(since clock.Stamp) []crawl.Known {
	var out []crawl.Known
	for _, sh := range t.inOrder() {
		if sh.Standing == watch.Away && sh.Misses >= forgotten || since != 0 && sh.Seen >= since && sh.Standing != watch.Waiting {
			continue
		}
		one := crawl.Known{URL: sh.URL, Depth: sh.Depth}
		if sh.Standing == watch.Read && sh.Edition == t.edition {
			one.ETag, one.Modified = sh.ETag, sh.Modified
		}
		out = append(out, one)
	}
	return out
}

// forgotten is how many times a page that is no more is asked for again.
const forgotten = 4

// leave takes what stood on hosts that are no longer the site's out of the work.
func (t *trip) leave(ctx context.Context) error {
	for _, sh := range t.sheets {
		u, err := url.Parse(sh.URL)
		if err == nil && t.card.Holds(u) || sh.Standing == watch.Away && sh.Misses >= forgotten {
			continue
		}
		sh.Standing, sh.Misses = watch.Away, forgotten
		t.pending = append(t.pending, &look{sheet: sh, away: true, put: true})
		if err := t.some(ctx); err != nil {
			return err
		}
	}
	return nil
}

func (t *trip) tag(address string) string {
	return t.k.For(keyring.Lookup).Tag("exposure page", t.site.ID+" "+address)
}

// sheet gives the page of an address, a new one if it was not known.
func (t *trip) sheet(address string, depth int) *sheet {
	tag := t.tag(address)
	sh := t.sheets[tag]
	if sh == nil {
		sh = &sheet{Page: watch.Page{Org: t.k.Org, ID: ident.New(), Site: t.site.ID, Tag: tag, Standing: watch.Waiting}, Sheet: watch.Sheet{URL: address, Depth: depth}}
		t.sheets[tag] = sh
	}
	return sh
}

// inOrder are the pages, those that wait first and then the one that was seen longest ago.
func (t *trip) inOrder() []*sheet {
	return slices.SortedFunc(maps.Values(t.sheets), func(a, b *sheet) int {
		if (a.Standing == watch.Waiting) != (b.Standing == watch.Waiting) {
			if a.Standing == watch.Waiting {
				return -1
			}
			return 1
		}
		return cmp.Or(cmp.Compare(a.Seen, b.Seen), cmp.Compare(a.Depth, b.Depth), cmp.Compare(a.ID, b.ID))
	})
}

// met keeps an address that a page leads to, so that it is not lost when the program stops.
func (t *trip) met(address string, depth int) {
	sh := t.sheet(address, depth)
	if !sh.stored {
		t.pending = append(t.pending, &look{sheet: sh, put: true})
	}
}

// take is given what came of an address.
func (t *trip) take(ctx context.Context, a *crawl.Answer) ([]string, error) {
	sh := t.sheet(a.URL.String(), a.Depth)
	sh.Seen = t.d.now()
	l := &look{sheet: sh}
	var links []string
	switch a.Class {
	case crawl.Full:
		links = t.full(ctx, a, l)
	case crawl.Unchanged:
		sh.Standing, sh.Misses = watch.Read, 0
	case crawl.Gone, crawl.Moved:
		l.gone()
	case crawl.Elsewhere:
		if sh.Misses >= 2 || sh.Standing == watch.Waiting { // three times in a row: it is no maintenance page
			l.gone()
			break
		}
		sh.Misses++
	case crawl.Barred:
		sh.Standing = watch.Barred
	default:
		if sh.Standing == watch.Waiting {
			sh.Standing = watch.Failed
		}
		sh.Misses++
	}
	if !sh.stored {
		l.put = true
	}
	if a.Class == crawl.Full || a.Class == crawl.Unchanged || a.Class == crawl.Gone {
		t.run.Pages++
	}
	if sh.Standing == watch.Read && len(sh.Unread) > 0 { // changed or not, it was not read in full
		t.run.Unread++
	}
	t.pending = append(t.pending, l)
	t.hits += len(l.hits)
	return links, errors.Join(ctx.Err(), t.some(ctx))
}

// gone notes that the page is no more.
func (l *look) gone() {
	if l.sheet.Standing != watch.Away {
		l.sheet.Misses = 0
	}
	l.sheet.Standing, l.away = watch.Away, true
	l.sheet.Misses++
	l.sheet.Content = ""
}

// How much is gathered before it is written.
const (
	someLooks = 200
	someHits  = 500
	someTime  = 3 * time.Second
)

func (t *trip) some(ctx context.Context) error {
	if len(t.pending) < someLooks && t.hits < someHits && (len(t.pending) == 0 || time.Since(t.written) < someTime) {
		return nil
	}
	return t.flush(ctx)
}

// end writes what is left, closes what stands nowhere any more, and tells those who have got work.
func (t *trip) end(ctx context.Context, sum crawl.Summary, failed error) error {
	if err := t.flush(ctx); err != nil {
		return err
	}
	if err := t.settle(ctx); err != nil {
		return err
	}
	t.run.Ending, t.run.Ended = watch.Ending(sum.Ending), t.d.now()
	if failed != nil {
		t.run.Ending = watch.Interrupted
	}
	t.run.Pages, t.run.Missed, t.run.Barred, t.run.Traps = int64(sum.Pages), int64(sum.Missed), int64(sum.Barred), int64(sum.Traps)
	return t.d.write(ctx, t.k, func(tx *store.Tx) error {
		if err := tx.UpdateRun(t.run); err != nil {
			return err
		}
		return t.tell(tx)
	})
}

// halted notes that the site was paused or taken out while it was gone through.
func (t *trip) halted(ctx context.Context) error {
	t.run.Ending, t.run.Ended = watch.Interrupted, t.d.now()
	return t.d.write(ctx, t.k, func(tx *store.Tx) error { return tx.UpdateRun(t.run) })
}

// tell gives those who have new work a notice; what belongs to nobody is told to those who keep the sites.
func (t *trip) tell(tx *store.Tx) error {
	people := map[string]bool{}
	for who := range t.told {
		if who != "" {
			people[who] = true
			continue
		}
		all, err := keepers(tx, t.k, t.d.now())
		if err != nil {
			return err
		}
		for _, one := range all {
			people[one] = true
		}
	}
	if !t.run.Ending.Well() && t.run.Ending != watch.Interrupted { // nobody watches, and nobody would know
		all, err := keepers(tx, t.k, t.d.now())
		if err != nil {
			return err
		}
		for _, one := range all {
			if err := t.d.tell(tx, one, "exposure.stopped", t.site.ID); err != nil {
				return err
			}
		}
	}
	for who := range people {
		if err := t.d.tell(tx, who, "exposure.found", ""); err != nil {
			return err
		}
	}
	return nil
}

func clip(s string, most int) string {
	if len(s) <= most {
		return s
	}
	return strings.ToValidUTF8(s[:most], "")
}
