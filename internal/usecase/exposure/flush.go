package exposure

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"maps"
	"slices"
	"time"

	"varn/internal/domain/audit"
	"varn/internal/domain/exposure"
	"varn/internal/domain/watch"
	"varn/internal/infra/store"
	"varn/internal/kit/clock"
	"varn/internal/kit/fault"
	"varn/internal/kit/ident"
	"varn/internal/kit/keyring"
	"varn/internal/kit/locale"
)

// work is a finding that a flush reads, and perhaps changes.
type work struct {
	watch.Finding
	watch.Detail
	fresh, back, changed bool // back: it was gone, and stands there again
	places               int64
}

// plan is what a flush writes, sealed and ready.
type plan struct {
	insert, update []watch.Finding
	in             []watch.Place
	out            []string
	put, touch     []watch.Page
	weeks          map[weekKey]watch.Week
	told           map[string]int
	found, gone    int64
}

type weekKey struct {
	unit string
	kind exposure.Kind
}

func (p *plan) week(t *trip, unit string, kind exposure.Kind, opened, closed int64) {
	key := weekKey{unit, kind}
	w := p.weeks[key]
	w.Org, w.Monday, w.Unit, w.Kind = t.k.Org, watch.Monday(t.d.now(), locale.Zone()), unit, kind
	w.Opened += opened
	w.Closed += closed
	p.weeks[key] = w
}

// maxTries bounds how often a flush is planned anew because somebody worked with a finding meanwhile.
const maxTries = 8

// flush writes what has been seen since the last one, findings and all, in one transaction.
func (t *trip) flush(ctx context.Context) error {
	if len(t.pending) == 0 {
		return nil
	}
	for n := 1; ; n++ {
		p, err := t.plan(ctx)
		if err != nil {
			return err
		}
		err = t.apply(ctx, p)
		if fault.Is(err, fault.Conflict) && n < maxTries {
			continue
		}
		if err != nil {
			return err
		}
		for _, l := range t.pending {
			l.sheet.stored = true
		}
		t.pending, t.hits, t.written = nil, 0, time.Now()
		t.run.Found += p.found
		t.run.Gone += p.gone
		for who, n := range p.told {
			t.told[who] += n
		}
		return nil
	}
}

// errHalted ends a visit whose site was paused or taken out meanwhile.
var errHalted = errors.New("the site is watched no longer")

// apply writes a plan.
func (t *trip) apply(ctx context.Context, p *plan) error {
	return t.d.write(ctx, t.k, func(tx *store.Tx) error {
		if s, err := tx.VouchedSite(t.k, t.site.ID); err != nil || s.Ended != 0 || s.Paused && t.run.ID != "" {
			return errors.Join(err, errHalted)
		}
		for _, one := range p.put {
			if err := tx.PutPage(one); err != nil {
				return err
			}
		}
		for _, one := range p.touch {
			if err := tx.TouchPage(one); err != nil {
				return err
			}
		}
		for _, id := range p.out {
			if err := tx.DeleteExposurePlace(id); err != nil {
				return err
			}
		}
		var rows []audit.Row
		for _, f := range p.insert {
			if err := tx.InsertExposure(f); err != nil {
				return err
			}
			rows = append(rows, f.Row())
		}
		for _, f := range p.update {
			if err := tx.UpdateExposure(f); err != nil {
				return err
			}
			rows = append(rows, f.Row())
		}
		for _, one := range p.in {
			if err := tx.InsertExposurePlace(one); err != nil {
				return err
			}
		}
		for _, key := range slices.SortedFunc(maps.Keys(p.weeks), func(a, b weekKey) int {
			return cmp.Or(cmp.Compare(a.unit, b.unit), cmp.Compare(a.kind, b.kind))
		}) {
			if err := tx.AddWeek(p.weeks[key]); err != nil {
				return err
			}
		}
		if t.run.ID != "" {
			run := t.run
			run.Found, run.Gone = run.Found+p.found, run.Gone+p.gone
			if err := tx.UpdateRun(run); err != nil {
				return err
			}
		}
		for part := range slices.Chunk(rows, 2000) {
			if err := tx.Log(audit.Entry{Act: "exposure.watch", Rows: part}); err != nil {
				return err
			}
		}
		return nil
	})
}

// plan decides what the looks that wait mean for the findings.
func (t *trip) plan(ctx context.Context) (*plan, error) {
	p := &plan{weeks: map[weekKey]watch.Week{}, told: map[string]int{}}
	looks := t.newest()
	byTag, byID, places, err := t.before(ctx, looks)
	if err != nil {
		return nil, err
	}
	now := t.d.now()
	for _, l := range looks {
		if !l.searched && !l.away {
			continue
		}
		left := map[string]watch.Place{} // what stood on the page, by finding
		for _, one := range places[l.sheet.ID] {
			left[one.Finding] = one
		}
		for _, tag := range slices.Sorted(maps.Keys(l.hits)) {
			h := l.hits[tag]
			w := byTag[tag]
			if w == nil {
				if w = t.moved(p, h, left, byID); w == nil {
					w = t.begun(h, l.sheet, now)
					byID[w.ID] = w
				}
				byTag[tag] = w
			}
			if _, stood := left[w.ID]; stood {
				delete(left, w.ID)
			} else {
				w.places++
				one, err := t.place(w.ID, l.sheet.ID, h.spot, now)
				if err != nil {
					return nil, err
				}
				p.in = append(p.in, one)
			}
			t.again(w, h, now)
		}
		for id, one := range left {
			p.out = append(p.out, one.ID)
			if w := byID[id]; w != nil {
				w.places--
			}
		}
	}
	for _, id := range slices.Sorted(maps.Keys(byID)) {
		if err := t.decided(p, byID[id], now); err != nil {
			return nil, err
		}
	}
	return p, t.pages(p)
}

// newest keeps one look for each page: a page that was looked at twice since the last flush stands as it was last.
func (t *trip) newest() []*look {
	var out []*look
	at := map[*sheet]int{}
	for _, l := range t.pending {
		i, ok := at[l.sheet]
		if !ok {
			at[l.sheet] = len(out)
			out = append(out, l)
			continue
		}
		if l.searched || l.away {
			l.put = l.put || out[i].put
			out[i] = l
			continue
		}
		out[i].put = out[i].put || l.put
	}
	return out
}

// before reads the findings and places that the looks are about, as they stand.
func (t *trip) before(ctx context.Context, looks []*look) (byTag, byID map[string]*work, places map[string][]watch.Place, err error) {
	byTag, byID, places = map[string]*work{}, map[string]*work{}, map[string][]watch.Place{}
	var tags []string
	for _, l := range looks {
		tags = slices.AppendSeq(tags, maps.Keys(l.hits))
	}
	err = t.d.read(ctx, t.k, func(tx *store.Tx) error {
		clear(byID)
		clear(places)
		var ids []string
		for _, l := range looks {
			if !l.sheet.stored || !l.searched && !l.away {
				continue
			}
			all, err := tx.PlacesOn(l.sheet.ID)
			if err != nil {
				return err
			}
			places[l.sheet.ID] = all
			for _, one := range all {
				ids = append(ids, one.Finding)
			}
		}
		rows, err := tx.VouchedExposuresBy(t.k, t.site.ID, tags)
		if err != nil {
			return err
		}
		slices.Sort(ids)
		more, err := tx.VouchedExposuresOf(t.k, slices.Compact(ids))
		if err != nil {
			return err
		}
		for _, f := range append(rows, more...) {
			if byID[f.ID] != nil {
				continue
			}
			w := &work{Finding: f}
			if w.places, err = tx.PlaceCount(f.ID); err != nil {
				return err
			}
			byID[f.ID] = w
		}
		return nil
	})
	if err != nil {
		return nil, nil, nil, err
	}
	for _, w := range byID {
		if w.Detail, err = detailOf(t.k, w.Finding); err != nil {
			return nil, nil, nil, err
		}
		byTag[w.Tag] = w
	}
	return byTag, byID, places, nil
}

func detailOf(k *keyring.Keys, f watch.Finding) (v watch.Detail, err error) {
	raw, err := k.For(keyring.Exposure).OpenPadded(f.Sealed, f.AD())
	if err != nil {
		return v, fault.Wrap(fault.Internal, "fault.tampered", err)
	}
	return v, json.Unmarshal(raw, &v)
}

// begun is a finding that was not known.
func (t *trip) begun(h *hit, sh *sheet, now clock.Stamp) *work {
	f := watch.Finding{Org: t.k.Org, ID: ident.New(), Site: t.site.ID, Unit: h.unit, Tag: h.tag, Kind: h.Kind, State: watch.Open, First: now}
	f.Grave = watch.Grave(h.Kind, h.Listed)
	f.Due = t.days.Due(f.Grave, now)
	f.Owner = t.owner(h.unit)
	w := &work{Finding: f, fresh: true, changed: true}
	w.Detail = watch.Detail{Value: h.Value, Masked: h.Masked(), Rule: h.Rule, Confidence: h.Confidence, Listed: h.Listed, Ref: h.Ref, Title: sh.Title}
	w.Add(watch.Event{At: now, Act: watch.Found})
	return w
}

// owner is who mends what is found in a unit: who the site's entry names, or else the unit's manager.
func (t *trip) owner(unit string) string {
	if t.site.Owner != "" && unit == t.site.Unit {
		return t.site.Owner
	}
	return t.bosses[unit]
}

// moved finds the same value among what stood on the page for another unit, and nowhere else: the path has been
// given to another unit, and the work goes along with its history.
func (t *trip) moved(p *plan, h *hit, left map[string]watch.Place, byID map[string]*work) *work {
	for _, id := range slices.Sorted(maps.Keys(left)) {
		w := byID[id]
		if w == nil || w.Kind != h.Kind || w.places != 1 || w.Unit == h.unit || normal(w.Value) != h.norm {
			continue
		}
		if w.State.Waits() {
			p.week(t, w.Unit, w.Kind, 0, 1)
			p.week(t, h.unit, w.Kind, 1, 0)
			p.told[t.owner(h.unit)]++
		}
		w.Unit, w.Tag, w.Owner, w.changed = h.unit, h.tag, t.owner(h.unit), true
		w.Add(watch.Event{At: t.d.now(), Act: watch.Moved})
		return w
	}
	return nil
}

// again notes that a known finding was seen.
func (t *trip) again(w *work, h *hit, now clock.Stamp) {
	if h.Listed && !w.Listed {
		w.Listed, w.Ref, w.changed = true, h.Ref, true
		if !w.Grave {
			w.Grave = true
			w.Due = min(w.Due, t.days.Due(true, now))
		}
	}
	if w.State == watch.Gone {
		w.State, w.Closed, w.back, w.changed = watch.Returned, 0, true, true
		w.Due = t.days.Due(w.Grave, now)
		w.Add(watch.Event{At: now, Act: watch.CameBack})
	}
}

// decided closes what stands nowhere, and puts what has changed into the plan.
func (t *trip) decided(p *plan, w *work, now clock.Stamp) error {
	if w.places <= 0 && w.State != watch.Gone {
		if w.State.Waits() {
			p.week(t, w.Unit, w.Kind, 0, 1)
		}
		w.State, w.Closed, w.Until, w.changed = watch.Gone, now, 0, true
		w.Add(watch.Event{At: now, Act: watch.WentAway})
		p.gone++
	} else if w.fresh || w.back {
		p.week(t, w.Unit, w.Kind, 1, 0)
		p.told[w.Owner]++
		p.found++
	}
	if !w.changed {
		return nil
	}
	f, err := t.d.sealed(t.k, w.Finding, w.Detail)
	if err != nil {
		return err
	}
	if w.fresh {
		p.insert = append(p.insert, f)
	} else {
		p.update = append(p.update, f)
	}
	return nil
}

// sealed gives a finding its detail, its next version and its MAC. It is called outside the writer.
func (d *Desk) sealed(k *keyring.Keys, f watch.Finding, v watch.Detail) (watch.Finding, error) {
	raw, err := json.Marshal(v)
	if err != nil {
		return f, err
	}
	f.Sealed = k.For(keyring.Exposure).SealPadded(raw, f.AD())
	f.Version++
	f.Changed = d.now()
	f.MAC = k.Vouch(f.Who())
	return f, nil
}

func (t *trip) place(finding, page string, v watch.Spot, now clock.Stamp) (watch.Place, error) {
	one := watch.Place{Org: t.k.Org, ID: ident.New(), Finding: finding, Page: page, First: now}
	raw, err := json.Marshal(v)
	if err != nil {
		return one, err
	}
	one.Sealed = t.k.For(keyring.Exposure).SealPadded(raw, one.AD())
	return one, nil
}

// pages puts the pages themselves into the plan.
func (t *trip) pages(p *plan) error {
	for _, l := range t.newest() {
		sh := l.sheet
		if !l.put && sh.stored && !l.away {
			p.touch = append(p.touch, sh.Page)
			continue
		}
		raw, err := json.Marshal(sh.Sheet)
		if err != nil {
			return err
		}
		page := sh.Page
		page.Sealed = t.k.For(keyring.Exposure).SealPadded(raw, page.AD())
		p.put = append(p.put, page)
	}
	return nil
}

// settle closes the site's findings that stand nowhere any more, should a flush and a check have passed each other.
func (t *trip) settle(ctx context.Context) error {
	for n := 1; ; n++ {
		p := &plan{weeks: map[weekKey]watch.Week{}, told: map[string]int{}}
		var rows []watch.Finding
		var counts map[string]int64
		if err := t.d.read(ctx, t.k, func(tx *store.Tx) (err error) {
			if rows, err = tx.VouchedExposures(t.k, []watch.State{watch.Open, watch.Fixing, watch.Returned, watch.Accepted}, t.site.ID); err != nil {
				return err
			}
			counts, err = tx.Standings()
			return err
		}); err != nil {
			return err
		}
		for _, f := range rows {
			if counts[f.ID] > 0 {
				continue
			}
			v, err := detailOf(t.k, f)
			if err != nil {
				return err
			}
			if err := t.decided(p, &work{Finding: f, Detail: v}, t.d.now()); err != nil {
				return err
			}
		}
		if len(p.update) == 0 {
			return nil
		}
		err := t.apply(ctx, p)
		if err == nil {
			t.run.Gone += p.gone
		}
		if !fault.Is(err, fault.Conflict) || n >= maxTries {
			return err
		}
	}
}
