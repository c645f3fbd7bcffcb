package casework

import (
	"context"
	"slices"
	"time"

	"varn/internal/domain/access"
	"varn/internal/domain/audit"
	"varn/internal/domain/casefile"
	"varn/internal/infra/store"
	"varn/internal/kit/clock"
	"varn/internal/kit/fault"
	"varn/internal/kit/keyring"
	"varn/internal/kit/locale"
)

// mostCounted is how far counts are exact: beyond it the page says "1 000+".
const mostCounted = 1000

// Count is how many cases there are; More says that there are more than N.
type Count struct {
	N    int
	More bool
}

// Section is a part of the inbox.
type Section string

// The sections of "I dag".
const (
	SectionNew     Section = "new"     // nobody has taken it
	SectionLate    Section = "late"    // not assessed within 24 hours
	SectionDue     Section = "due"     // a deadline today, or passed
	SectionChanged Section = "changed" // since the subject was here before
	SectionMine    Section = "mine"    // handled by the subject
	SectionOpen    Section = "open"    // everything that is not closed
)

// Sections lists the sections in the order of the page.
func Sections() []Section {
	return []Section{SectionNew, SectionLate, SectionDue, SectionChanged, SectionMine, SectionOpen}
}

// Today is what waits for the subject: counts of everything, and the lines of one section.
type Today struct {
	Since  clock.Stamp // when the subject was here before; 0: never
	Counts map[Section]Count
	Lines  []Line
	Next   *store.Ranked // after the last line; nil at the end
}

// WantedToday is which section to show, and from where.
type WantedToday struct {
	Section Section // empty: new
	After   store.Ranked
	Limit   int // at most 100; 0: 25
}

// Today ("I dag") counts what waits and lists a section, the most urgent first. A case that is
// withheld is in no count. It is one entry in the log.
func (d *Desk) Today(ctx context.Context, s *access.Session, w WantedToday) (*Today, error) {
	k, err := d.keys(s)
	if err != nil {
		return nil, err
	}
	switch {
	case !s.May(access.ScopeReadCases):
		return nil, fault.New(fault.Denied, "fault.scope")
	case !s.Unlocked():
		return nil, fault.New(fault.Denied, "fault.locked")
	case w.Section == "":
		w.Section = SectionNew
	case !slices.Contains(Sections(), w.Section):
		return nil, fault.In("section", "field.choose")
	}
	if w.Limit <= 0 || w.Limit > 100 {
		w.Limit = 25
	}
	m, err := d.members(ctx, k, s)
	if err != nil {
		return nil, err
	}
	out := &Today{Counts: map[Section]Count{}}
	v := &inbox{d: d, k: k, s: s, m: m, now: d.now()}
	if err := d.read(ctx, k, func(tx *store.Tx) (err error) {
		if out.Since, err = tx.LastVisit(s.Person); err != nil {
			return err
		}
		v.since = out.Since
		return v.count(tx, out)
	}); err != nil {
		return nil, err
	}
	var kept cheaper
	if err := v.fill(ctx, out, w, &kept); err != nil {
		return nil, err
	}
	return out, d.write(ctx, k, func(tx *store.Tx) error {
		if _, err := tx.Visited(s.Person, d.now()); err != nil {
			return err
		}
		if err := m.keep(tx, kept); err != nil {
			return err
		}
		return tx.Log(audit.Entry{Actor: k.Tag(s.Person), Act: "case.today"})
	})
}

// inbox is one look at what waits.
type inbox struct {
	d     *Desk
	k     *keyring.Keys
	s     *access.Session
	m     *membership
	now   clock.Stamp
	since clock.Stamp
}

// count counts every section from the shelves alone; whatever has an exclusion is asked about one by
// one.
func (v *inbox) count(tx *store.Tx, out *Today) error {
	for _, section := range Sections() {
		if section == SectionMine || section == SectionChanged && v.since == 0 {
			continue // the first is counted by the case's row; nobody has been here before the first time
		}
		which := v.waiting(section)
		n, err := tx.CountWaiting(which, mostCounted+1)
		if err != nil {
			return err
		}
		if n <= mostCounted {
			more, err := v.countGuarded(tx, which, mostCounted+1-n)
			if err != nil {
				return err
			}
			n += more
		}
		out.Counts[section] = Count{N: min(n, mostCounted), More: n > mostCounted}
	}
	mine, err := tx.CountHandled(v.s.Person, mostCounted+1)
	out.Counts[SectionMine] = Count{N: min(mine, mostCounted), More: mine > mostCounted}
	return err
}

// waiting is what a section counts.
func (v *inbox) waiting(section Section) store.Waiting {
	w := store.Waiting{Members: v.m.ids, States: statesOf(section), OpenedBefore: v.openedBefore(section)}
	switch section {
	case SectionDue:
		w.DueBefore = v.endOfDay()
	case SectionChanged:
		w.ChangedSince = v.since
	}
	return w
}

// countGuarded counts the cases with an exclusion that the subject is not in.
func (v *inbox) countGuarded(tx *store.Tx, w store.Waiting, most int) (n int, err error) {
	ids, err := tx.GuardedWaiting(w, most)
	if err != nil {
		return 0, err
	}
	for _, id := range ids {
		c, err := tx.Case(id)
		if err != nil {
			return 0, err
		}
		e, err := c.Excluded(v.k)
		if err != nil {
			return 0, err
		}
		if !e.Bars(v.s.Person) {
			n++
		}
	}
	return n, nil
}

// list gives the cases of a section over everything that the subject is a member as, each once, the
// first so many.
func (v *inbox) list(tx *store.Tx, section Section, after store.Ranked, most int) ([]store.Ranked, error) {
	var all []store.Ranked
	add := func(list []store.Ranked, err error) error {
		all = append(all, list...)
		return err
	}
	for _, member := range v.m.ids {
		for _, state := range statesOf(section) {
			for _, guarded := range []bool{false, true} {
				if err := add(tx.InState(member, state, guarded, store.Slice{After: after, OpenedBefore: v.openedBefore(section), Most: most})); err != nil {
					return nil, err
				}
			}
		}
		if section == SectionDue {
			if err := add(tx.DueBefore(member, v.endOfDay(), most)); err != nil {
				return nil, err
			}
		}
	}
	if section == SectionChanged && v.since != 0 {
		if err := add(tx.ChangedSince(v.m.ids, v.since, most)); err != nil {
			return nil, err
		}
	}
	return once(all, section, most), nil
}

// openedBefore bounds when a case of a section was opened.
func (v *inbox) openedBefore(section Section) clock.Stamp {
	if section == SectionLate {
		return v.now.Add(-casefile.AssessWithin)
	}
	return 0
}

// statesOf are the states that a section is read from.
func statesOf(section Section) []casefile.State {
	switch section {
	case SectionNew:
		return []casefile.State{casefile.New}
	case SectionLate:
		return []casefile.State{casefile.New, casefile.Received, casefile.Reopened}
	case SectionOpen:
		return []casefile.State{casefile.New, casefile.Received, casefile.Open, casefile.Assessed, casefile.Measures, casefile.FollowUp, casefile.Reopened}
	}
	return nil
}

// once leaves each case once, in the section's order.
func once(all []store.Ranked, section Section, most int) []store.Ranked {
	slices.SortFunc(all, func(a, b store.Ranked) int {
		switch {
		case section == SectionDue && a.Due != b.Due:
			return int(a.Due - b.Due)
		case section != SectionDue && section != SectionChanged && a.Rank != b.Rank:
			if a.Rank < b.Rank {
				return -1
			}
			return 1
		}
		return compare(a.Case, b.Case)
	})
	all = slices.CompactFunc(all, func(a, b store.Ranked) bool { return a.Case == b.Case })
	return all[:min(len(all), most)]
}

// endOfDay is the next midnight where the organisation's clock hangs.
func (v *inbox) endOfDay() clock.Stamp {
	y, m, day := v.now.Time().In(locale.Zone()).Date()
	return clock.Of(time.Date(y, m, day+1, 0, 0, 0, 0, locale.Zone()))
}

// page gives the cases of a page, and one more when there is another.
func (v *inbox) page(tx *store.Tx, w WantedToday) ([]store.Ranked, error) {
	if w.Section == SectionMine {
		return tx.Handled(v.s.Person, w.After, w.Limit+1)
	}
	return v.list(tx, w.Section, w.After, w.Limit+1)
}

// fill opens the lines of a section.
func (v *inbox) fill(ctx context.Context, out *Today, w WantedToday, kept *cheaper) error {
	var ids []string
	var notices map[string]clock.Stamp
	if err := v.d.read(ctx, v.k, func(tx *store.Tx) error {
		list, err := v.page(tx, w)
		if err != nil {
			return err
		}
		if len(list) > w.Limit {
			list = list[:w.Limit]
			out.Next = &list[w.Limit-1]
		}
		for _, r := range list {
			ids = append(ids, r.Case)
		}
		notices, err = tx.NoticesDue(ids)
		return err
	}); err != nil {
		return err
	}
	lines := map[string]Line{}
	err := v.d.inBatches(ctx, v.k, v.m, ids, func(r *store.Row) error {
		title, err := v.m.title(v.k, r, kept)
		if fault.Is(err, fault.Internal) {
			return nil // wrapped to a key that came before the member's present one
		}
		if err != nil {
			return err
		}
		ok, err := v.d.listable(ctx, v.s, v.k, r)
		if ok {
			l := lineOf(r, title)
			l.Notice = notices[r.Case]
			lines[r.Case] = l
		}
		return err
	})
	for _, id := range ids {
		if l, ok := lines[id]; ok {
			out.Lines = append(out.Lines, l)
		}
	}
	return err
}
