// Package exposure watches the organisation's own sites: it goes through their pages, makes work of what they give
// away, and sees to it until it is gone.
package exposure

import (
	"context"
	"encoding/json"
	"slices"
	"time"

	"varn/internal/domain/access"
	"varn/internal/domain/audit"
	"varn/internal/domain/exposure"
	"varn/internal/domain/function"
	"varn/internal/domain/organisation"
	"varn/internal/domain/person"
	"varn/internal/domain/watch"
	"varn/internal/infra/crawl"
	"varn/internal/infra/documents"
	"varn/internal/infra/store"
	"varn/internal/kit/clock"
	"varn/internal/kit/fault"
	"varn/internal/kit/ident"
	"varn/internal/kit/keyring"
)

// Desk does the acts of this package.
type Desk struct {
	DB    *store.DB
	Ring  *keyring.Ring
	Clock clock.Clock
	// Crawler visits sites; its bounds are those of one visit.
	Crawler crawl.Crawler
	// Documents reads what is no page.
	Documents *documents.Reader
	// Listed gives the list of protected persons; nil: there is none.
	Listed func(ctx context.Context, org string) (*exposure.List, error)
	// ListEdition is another text whenever that list may be another: every page is then searched again. Nil: it
	// never is.
	ListEdition func(ctx context.Context, org string) (string, error)
	// Every is how long after a run the next begins by itself, and From and To the hours of the day, in Sweden,
	// between which it does; From and To alike: at any hour.
	Every    time.Duration
	From, To int
	// Woken is called when a job has been left; it may be nil.
	Woken func()
}

func (d *Desk) now() clock.Stamp { return clock.Of(d.Clock.Now()) }

// Keepers are the roles that enter sites and see every finding.
func Keepers() []access.Role { return []access.Role{access.CommunicationsOfficer} }

// Workers are the roles that have a work list of their own: a manager sees that of their units.
func Workers() []access.Role { return []access.Role{access.CommunicationsOfficer, access.Manager} }

func denied() error { return fault.New(fault.Denied, "fault.denied") }

func missing() error { return fault.New(fault.NotFound, "fault.not-found") }

func (d *Desk) read(ctx context.Context, k *keyring.Keys, fn func(*store.Tx) error) error {
	return d.DB.Org(k.Org).Read(ctx, fn)
}

func (d *Desk) write(ctx context.Context, k *keyring.Keys, fn func(*store.Tx) error) error {
	return d.DB.Org(k.Org).Write(ctx, fn)
}

// keys lets in who keeps the sites, from a browser.
func (d *Desk) keys(s *access.Session) (*keyring.Keys, error) {
	if err := signedIn(s); err != nil {
		return nil, err
	}
	if !s.Has(Keepers()...) {
		return nil, denied()
	}
	return d.Ring.Org(s.Org)
}

func signedIn(s *access.Session) error {
	switch {
	case !s.Account():
		return fault.New(fault.Denied, "fault.sign-in")
	case s.Kind == access.Token:
		return fault.New(fault.Denied, "fault.token-members")
	}
	return nil
}

// sight is whose findings somebody sees.
type sight struct {
	all    bool
	person string
	units  []string
}

// sees tells whether a finding is among them: all, those of the units they manage, and those they are to mend.
func (g sight) sees(f watch.Finding) bool {
	return g.all || f.Owner == g.person || slices.Contains(g.units, f.Unit)
}

// sight reads it in the transaction that shows or changes something.
func (d *Desk) sight(tx *store.Tx, k *keyring.Keys, s *access.Session) (sight, error) {
	g := sight{all: s.Has(Keepers()...), person: s.Person}
	if g.all || !s.Has(access.Manager) {
		return g, nil
	}
	held, err := tx.VouchedFunctionsOf(k, s.Functions)
	if err != nil {
		return g, err
	}
	all, err := tx.Units()
	if err != nil {
		return g, err
	}
	for _, f := range held {
		if f.Kind != function.UnitManager {
			continue
		}
		for _, u := range all {
			if f.Unit == u.ID || f.Unit == "" && f.Authority == u.Authority {
				g.units = append(g.units, u.ID)
			}
		}
	}
	return g, nil
}

// Unit is a unit with its name.
type Unit struct{ ID, Name string }

// Units lists the organisation's units, for who keeps the sites or works with findings.
func (d *Desk) Units(ctx context.Context, s *access.Session) (out []Unit, err error) {
	if err := signedIn(s); err != nil {
		return nil, err
	}
	k, err := d.Ring.Org(s.Org)
	if err != nil {
		return nil, err
	}
	err = d.read(ctx, k, func(tx *store.Tx) (err error) {
		out, err = units(tx, k)
		return err
	})
	return out, err
}

func units(tx *store.Tx, k *keyring.Keys) ([]Unit, error) {
	all, err := tx.Units()
	if err != nil {
		return nil, err
	}
	var out []Unit
	for _, u := range all {
		raw, err := k.For(keyring.Names).OpenPadded(u.Sealed, u.AD())
		if err != nil {
			return nil, fault.Wrap(fault.Internal, "fault.tampered", err)
		}
		var l organisation.Label
		if err := json.Unmarshal(raw, &l); err != nil {
			return nil, err
		}
		out = append(out, Unit{u.ID, l.Name})
	}
	return out, nil
}

// Person is somebody who can be given findings.
type Person struct{ ID, Name, Title string }

// People lists who can be given findings: who has an account. Whoever has protected personal data stands there under
// an alias.
func (d *Desk) People(ctx context.Context, s *access.Session) (out []Person, err error) {
	if err := signedIn(s); err != nil {
		return nil, err
	}
	if !s.Has(Workers()...) {
		return nil, denied()
	}
	k, err := d.Ring.Org(s.Org)
	if err != nil {
		return nil, err
	}
	err = d.read(ctx, k, func(tx *store.Tx) error {
		rows, err := tx.VouchedPeople(k)
		if err != nil {
			return err
		}
		out = nil
		for _, p := range rows {
			if p.State == person.Left {
				continue
			}
			v, err := profile(k, p)
			if err != nil {
				return err
			}
			out = append(out, Person{p.ID, v.Name, v.Title})
		}
		return nil
	})
	return out, err
}

func profile(k *keyring.Keys, p person.Person) (v person.Profile, err error) {
	raw, err := k.For(keyring.Names).OpenPadded(p.Sealed, p.AD())
	if err != nil {
		return v, fault.Wrap(fault.Internal, "fault.tampered", err)
	}
	return v, json.Unmarshal(raw, &v)
}

// names gives the names of some people.
func names(tx *store.Tx, k *keyring.Keys, ids []string) (map[string]string, error) {
	rows, err := tx.VouchedPeopleOf(k, ids)
	out := map[string]string{}
	for _, p := range rows {
		v, err := profile(k, p)
		if err != nil {
			return nil, err
		}
		out[p.ID] = v.Name
	}
	return out, err
}

// managers gives the manager of each unit: the first who holds its function now, or else the authority's.
func managers(tx *store.Tx, k *keyring.Keys, at clock.Stamp) (map[string]string, error) {
	functions, err := tx.VouchedFunctions(k)
	if err != nil {
		return nil, err
	}
	all, err := tx.Units()
	if err != nil {
		return nil, err
	}
	functions = slices.DeleteFunc(functions, func(f function.Function) bool { return f.Kind != function.UnitManager })
	var ids []string
	for _, f := range functions {
		ids = append(ids, f.ID)
	}
	seats, err := tx.VouchedSeatsIn(k, ids)
	if err != nil {
		return nil, err
	}
	slices.SortStableFunc(seats, func(a, b function.Holder) int { return int(min(1, max(-1, a.From-b.From))) })
	holder := func(fn string) string {
		for _, h := range seats {
			if h.Function == fn && h.Holds(at) && !h.Standby {
				return h.Person
			}
		}
		return ""
	}
	out := map[string]string{}
	for _, exact := range []bool{true, false} {
		for _, f := range functions {
			who := holder(f.ID)
			for _, u := range all {
				if out[u.ID] == "" && (exact && f.Unit == u.ID || !exact && f.Unit == "" && f.Authority == u.Authority) {
					out[u.ID] = who
				}
			}
		}
	}
	return out, nil
}

// Days gives how long findings are given, with the version that an edit must name.
func (d *Desk) Days(ctx context.Context, s *access.Session) (v watch.Days, version int64, err error) {
	k, err := d.keys(s)
	if err != nil {
		return v, 0, err
	}
	err = d.read(ctx, k, func(tx *store.Tx) (err error) {
		v, version, err = days(tx, k)
		return err
	})
	return v, version, err
}

const settingName = "exposure"

func days(tx *store.Tx, k *keyring.Keys) (v watch.Days, version int64, err error) {
	row, err := tx.Setting(settingName)
	if fault.Is(err, fault.NotFound) {
		return watch.DefaultDays(), 0, nil
	}
	if err != nil {
		return v, 0, err
	}
	raw, err := k.For(keyring.Settings).OpenPadded(row.Sealed, row.AD())
	if err != nil {
		return v, 0, fault.Wrap(fault.Internal, "fault.tampered", err)
	}
	return v, row.Version, json.Unmarshal(raw, &v)
}

// SaveDays stores how long findings are given from now on; Conflict when somebody else saved since version.
func (d *Desk) SaveDays(ctx context.Context, s *access.Session, v watch.Days, version int64) error {
	k, err := d.keys(s)
	if err != nil {
		return err
	}
	if err := v.Check(); err != nil {
		return err
	}
	v.V = 1
	raw, err := json.Marshal(v)
	if err != nil {
		return err
	}
	row := organisation.Setting{Org: k.Org, Name: settingName, Version: version + 1, Changed: d.now()}
	row.Sealed = k.For(keyring.Settings).SealPadded(raw, row.AD())
	return d.write(ctx, k, func(tx *store.Tx) error {
		if err := tx.PutSetting(row); err != nil {
			return err
		}
		return tx.Log(audit.Entry{Actor: k.Tag(s.Person), Act: "exposure.settings"})
	})
}

// tell gives somebody a notice, unless one of the kind waits for them already.
func (d *Desk) tell(tx *store.Tx, personID, kind, ref string) error {
	if has, err := tx.HasNotice(personID, kind, ref); err != nil || has {
		return err
	}
	return tx.InsertNotice(store.Notice{ID: ident.New(), Person: personID, Kind: kind, Ref: ref, Created: d.now()})
}

// keepers gives who holds a role that keeps the sites.
func keepers(tx *store.Tx, k *keyring.Keys, at clock.Stamp) ([]string, error) {
	all, err := tx.VouchedRoles(k, "")
	if err != nil {
		return nil, err
	}
	var out []string
	for _, g := range all {
		if slices.Contains(Keepers(), g.Role) && g.Holds(at) && !slices.Contains(out, g.Person) {
			out = append(out, g.Person)
		}
	}
	return out, nil
}
