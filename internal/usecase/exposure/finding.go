package exposure

import (
	"context"
	"encoding/json"
	"slices"

	"varn/internal/domain/access"
	"varn/internal/domain/audit"
	"varn/internal/domain/exposure"
	"varn/internal/domain/watch"
	"varn/internal/infra/store"
	"varn/internal/kit/clock"
	"varn/internal/kit/fault"
	"varn/internal/kit/keyring"
)

// Wanted narrows the work list; a zero field asks for all.
type Wanted struct {
	State watch.State // zero: what is to be done
	Unit  string
	Kind  exposure.Kind
	Site  string
	Mine  bool
	Late  bool
	From  int // how many to pass over
}

// pageSize is how many findings a page of the work list shows.
const pageSize = 50

// Line is a finding as the work list shows it: never with what was found in the clear.
type Line struct {
	watch.Finding
	Masked string
	Title  string
	Owner  string // by name
	Places int64
	Listed bool
}

// Counts are how many findings somebody sees.
type Counts struct {
	Waiting, Late, Grave, Fixing, Accepted, Gone int
}

// Listing is a page of the work list.
type Listing struct {
	Lines  []Line
	Total  int
	Next   int // zero: there is no more
	Counts Counts
	Units  []Unit
	Sites  []Site
	Keeper bool
}

// List gives the work list of who asks: all of it for who keeps the sites, that of their units for a manager, and
// for anybody what they are to mend. The list is one entry in the log.
func (d *Desk) List(ctx context.Context, s *access.Session, w Wanted) (out Listing, err error) {
	if err := signedIn(s); err != nil {
		return out, err
	}
	k, err := d.Ring.Org(s.Org)
	if err != nil {
		return out, err
	}
	err = d.write(ctx, k, func(tx *store.Tx) error {
		out = Listing{Keeper: s.Has(Keepers()...)}
		g, err := d.sight(tx, k, s)
		if err != nil {
			return err
		}
		if out.Sites, err = sites(tx, k); err != nil {
			return err
		}
		if out.Units, err = units(tx, k); err != nil {
			return err
		}
		if !g.all {
			out.Units = slices.DeleteFunc(out.Units, func(u Unit) bool { return !slices.Contains(g.units, u.ID) })
		}
		all, err := tx.VouchedExposures(k, watch.States(), "")
		if err != nil {
			return err
		}
		all = slices.DeleteFunc(all, func(f watch.Finding) bool { return !g.sees(f) })
		now := d.now()
		out.Counts = counted(all, now)
		all = slices.DeleteFunc(all, func(f watch.Finding) bool { return !w.holds(f, s.Person) || w.Late && !f.Late(now) })
		out.Total = len(all)
		if w.State == watch.Gone || w.State == watch.Accepted {
			slices.SortStableFunc(all, func(a, b watch.Finding) int { return int(min(1, max(-1, b.Closed-a.Closed))) })
		}
		from := min(max(w.From, 0), len(all))
		to := min(from+pageSize, len(all))
		if to < len(all) {
			out.Next = to
		}
		if out.Lines, err = lines(tx, k, all[from:to]); err != nil {
			return err
		}
		return tx.Log(audit.Entry{Actor: k.Tag(s.Person), Act: "exposure.list"})
	})
	return out, err
}

func (w Wanted) holds(f watch.Finding, person string) bool {
	return (w.State == "" && f.State.Waits() || w.State == f.State) && (w.Unit == "" || w.Unit == f.Unit) && (w.Kind == "" || w.Kind == f.Kind) &&
		(w.Site == "" || w.Site == f.Site) && (!w.Mine || f.Owner == person)
}

func counted(all []watch.Finding, now clock.Stamp) (c Counts) {
	for _, f := range all {
		switch {
		case f.State.Waits():
			c.Waiting++
			if f.Late(now) {
				c.Late++
			}
			if f.Grave {
				c.Grave++
			}
			if f.State == watch.Fixing {
				c.Fixing++
			}
		case f.State == watch.Accepted:
			c.Accepted++
		default:
			c.Gone++
		}
	}
	return c
}

func lines(tx *store.Tx, k *keyring.Keys, all []watch.Finding) ([]Line, error) {
	var people []string
	for _, f := range all {
		people = append(people, f.Owner)
	}
	who, err := names(tx, k, people)
	if err != nil {
		return nil, err
	}
	var out []Line
	for _, f := range all {
		v, err := detailOf(k, f)
		if err != nil {
			return nil, err
		}
		n, err := tx.PlaceCount(f.ID)
		if err != nil {
			return nil, err
		}
		out = append(out, Line{Finding: f, Masked: v.Masked, Title: v.Title, Owner: who[f.Owner], Places: n, Listed: v.Listed})
	}
	return out, nil
}

// Where is one page that a finding stands on.
type Where struct {
	URL, Title string
	Spot       watch.Spot
	First      clock.Stamp
	Seen       clock.Stamp // the page was last looked at
	Standing   watch.Standing
}

// Shown is a finding as its page shows it. Value and the places' contexts are in the clear only when Open.
type Shown struct {
	watch.Finding
	watch.Detail
	Site   string
	Unit   string
	Owner  string
	Where  []Where // at most shownPlaces
	Places int64
	Names  map[string]string // of those in the history
	Open   bool
}

const shownPlaces = 50

// Show gives one finding, masked.
func (d *Desk) Show(ctx context.Context, s *access.Session, id string) (Shown, error) {
	return d.show(ctx, s, id, false)
}

// Uncover gives one finding in the clear. That is an opening: it is logged before anything of it is shown.
func (d *Desk) Uncover(ctx context.Context, s *access.Session, id string) (Shown, error) {
	return d.show(ctx, s, id, true)
}

func (d *Desk) show(ctx context.Context, s *access.Session, id string, open bool) (out Shown, err error) {
	k, err := d.known(s)
	if err != nil {
		return out, err
	}
	run := d.read
	if open {
		run = d.write
	}
	err = run(ctx, k, func(tx *store.Tx) error {
		f, v, err := d.seen(tx, k, s, id)
		if err != nil {
			return err
		}
		out = Shown{Finding: f, Detail: v, Open: open}
		if err := d.around(tx, k, &out); err != nil {
			return err
		}
		if !open {
			out.Value, out.Ref = "", ""
			for i := range out.Where {
				out.Where[i].Spot.Context = ""
			}
			return nil
		}
		return tx.Log(audit.Entry{Actor: k.Tag(s.Person), Act: "exposure.open", Rows: []audit.Row{f.Row()}})
	})
	return out, err
}

// known lets in anybody with an account, from a browser: what they see is decided finding by finding.
func (d *Desk) known(s *access.Session) (*keyring.Keys, error) {
	if err := signedIn(s); err != nil {
		return nil, err
	}
	return d.Ring.Org(s.Org)
}

// seen gives a finding to who sees it; to anybody else it is not there.
func (d *Desk) seen(tx *store.Tx, k *keyring.Keys, s *access.Session, id string) (f watch.Finding, v watch.Detail, err error) {
	if f, err = tx.VouchedExposure(k, id); err != nil {
		return f, v, err
	}
	g, err := d.sight(tx, k, s)
	if err == nil && !g.sees(f) {
		err = missing()
	}
	if err != nil {
		return watch.Finding{}, v, err
	}
	v, err = detailOf(k, f)
	return f, v, err
}

// around fills in what belongs to a finding.
func (d *Desk) around(tx *store.Tx, k *keyring.Keys, out *Shown) error {
	row, err := tx.VouchedSite(k, out.Finding.Site)
	if err != nil {
		return err
	}
	c, err := cardOf(k, row)
	if err != nil {
		return err
	}
	out.Site = c.Name
	all, err := units(tx, k)
	if err != nil {
		return err
	}
	for _, u := range all {
		if u.ID == out.Finding.Unit {
			out.Unit = u.Name
		}
	}
	people := []string{out.Finding.Owner, out.By}
	for _, e := range out.History {
		people = append(people, e.By)
	}
	if out.Names, err = names(tx, k, people); err != nil {
		return err
	}
	out.Owner = out.Names[out.Finding.Owner]
	return d.places(tx, k, out)
}

func (d *Desk) places(tx *store.Tx, k *keyring.Keys, out *Shown) error {
	places, err := tx.PlacesOf(out.ID)
	if err != nil {
		return err
	}
	out.Places = int64(len(places))
	places = places[:min(len(places), shownPlaces)]
	var ids []string
	for _, p := range places {
		ids = append(ids, p.Page)
	}
	pages, err := tx.SeenPages(ids)
	if err != nil {
		return err
	}
	for _, p := range places {
		i := slices.IndexFunc(pages, func(q watch.Page) bool { return q.ID == p.Page })
		if i < 0 {
			continue
		}
		sh, err := opened(k, pages[i])
		if err != nil {
			return err
		}
		w := Where{URL: sh.URL, Title: sh.Title, First: p.First, Seen: sh.Seen, Standing: sh.Standing}
		raw, err := k.For(keyring.Exposure).OpenPadded(p.Sealed, p.AD())
		if err != nil {
			return fault.Wrap(fault.Internal, "fault.tampered", err)
		}
		if err := json.Unmarshal(raw, &w.Spot); err != nil {
			return err
		}
		out.Where = append(out.Where, w)
	}
	return nil
}
