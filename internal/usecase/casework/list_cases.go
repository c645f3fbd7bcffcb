package casework

import (
	"context"
	"encoding/json"
	"slices"

	"varn/internal/domain/access"
	"varn/internal/domain/audit"
	"varn/internal/domain/casefile"
	"varn/internal/domain/function"
	"varn/internal/infra/store"
	"varn/internal/kit/clock"
	"varn/internal/kit/fault"
	"varn/internal/kit/keyring"
	"varn/internal/kit/seal"
)

// Line is one case in a member's list.
type Line struct {
	Ref       string
	Authority string
	State     casefile.State
	Title     string
	Opened    clock.Stamp
	Changed   clock.Stamp
	View      string
	Handler   string // a person's id; empty: nobody has taken it
	Urgency   int64
	Met       clock.Stamp
	Assessed  clock.Stamp
	Due       clock.Stamp
	// Notice is until when the authority must be notified (AML 3:3 a); 0: it is not asked. Only "I dag"
	// tells it.
	Notice clock.Stamp
}

// Wanted is which cases to list: an empty State means all, Query looks in the opened titles.
type Wanted struct {
	State casefile.State
	Query string
	Limit int
	After store.Page
	// Views, if any, are the kinds of view to list; a search looks in every kind.
	Views []string
}

// Listed is a page of a list; Next is zero at the end.
type Listed struct {
	Lines []Line
	Next  store.Page
}

// ListCases lists the cases in whose circle the subject sits, newest change first. It is one
// entry in the log, without the query. A case that is withheld is in no count.
func (d *Desk) ListCases(ctx context.Context, s *access.Session, w Wanted) (Listed, error) {
	k, err := d.keys(s)
	if err != nil {
		return Listed{}, err
	}
	if !s.May(access.ScopeReadCases) {
		return Listed{}, fault.New(fault.Denied, "fault.scope")
	}
	if !s.Unlocked() {
		return Listed{}, fault.New(fault.Denied, "fault.locked")
	}
	if w.Limit <= 0 || w.Limit > 200 {
		w.Limit = 50
	}
	m, err := d.members(ctx, k, s)
	if err != nil {
		return Listed{}, err
	}
	act, find := "case.list", d.collect
	if fold(w.Query) != "" {
		act, find = "case.search", d.search
	}
	out, kept, err := find(ctx, s, m, w)
	if err != nil {
		return Listed{}, err
	}
	return out, d.keepCheaper(ctx, k, s, m, kept, act)
}

// cheaper is what a listing leaves behind: wraps and titles under the member's own key, so that
// the next one costs no public-key operation.
type cheaper struct {
	wraps  []casefile.Wrap
	titles []store.Shelved
}

// keepCheaper stores what the listing has made cheaper, together with its one entry in the log.
func (d *Desk) keepCheaper(ctx context.Context, k *keyring.Keys, s *access.Session, m *membership, kept cheaper, act string) error {
	return d.write(ctx, k, func(tx *store.Tx) error {
		if err := m.keep(tx, kept); err != nil {
			return err
		}
		return tx.Log(audit.Entry{Actor: k.Tag(s.Person), Act: act})
	})
}

// keep stores what a listing has made cheaper.
func (m *membership) keep(tx *store.Tx, kept cheaper) error {
	for _, h := range m.reseats {
		if err := tx.RewrapHolder(h); err != nil {
			return err
		}
	}
	for _, w := range kept.wraps {
		if err := tx.Rewrap(w); err != nil {
			return err
		}
	}
	for _, t := range kept.titles {
		if err := tx.Shelve(t); err != nil {
			return err
		}
	}
	return nil
}

// membership is everything the subject can open cases with.
type membership struct {
	ids     []string
	keys    map[string]*seal.Private
	own     map[string]seal.Key // each member's symmetric key, derived once
	reseats []function.Holder
	// covers are the leaves of the cases at hand.
	covers map[int64]cover
}

// coverLines fetches what the titles of some lines lie under.
func (d *Desk) coverLines(ctx context.Context, k *keyring.Keys, m *membership, rows []store.Row) error {
	leaves := make([]int64, len(rows))
	for i, r := range rows {
		leaves[i] = r.Epoch
	}
	var err error
	m.covers, err = d.covers(ctx, k, leaves)
	return err
}

func (d *Desk) members(ctx context.Context, k *keyring.Keys, s *access.Session) (*membership, error) {
	m := &membership{ids: []string{s.Person}, keys: map[string]*seal.Private{s.Person: s.Key}, own: map[string]seal.Key{}}
	var seats []function.Holder
	if err := d.read(ctx, k, func(tx *store.Tx) (err error) {
		seats, err = tx.VouchedSeats(k, s.Person)
		return err
	}); err != nil {
		return nil, err
	}
	for _, h := range seats {
		if !h.Holds(d.now()) || h.WrapKind == function.Standby {
			continue
		}
		key, reseat, err := h.Open(s.Key)
		if err != nil {
			continue // wrapped to a key that the person has lost: they wait for re-admission
		}
		m.ids = append(m.ids, h.Function)
		m.keys[h.Function] = key
		if reseat != nil {
			m.reseats = append(m.reseats, *reseat)
		}
	}
	for id, key := range m.keys {
		m.own[id] = function.MemberKey(key)
	}
	return m, nil
}

// collect reads pages until enough lines match.
func (d *Desk) collect(ctx context.Context, s *access.Session, m *membership, w Wanted) (Listed, cheaper, error) {
	var out Listed
	var kept cheaper
	k, err := d.keys(s)
	if err != nil {
		return out, kept, err
	}
	page := w.After
	page.Limit = w.Limit + 1
	seen := map[string]bool{}
	for {
		var rows []store.Row
		err := d.read(ctx, k, func(tx *store.Tx) (err error) {
			rows, err = tx.CasesOf(m.ids, w.State, d.now(), page)
			return err
		})
		if err != nil {
			return out, kept, err
		}
		if err := d.coverLines(ctx, k, m, rows); err != nil {
			return out, kept, err
		}
		for i := range rows {
			r := &rows[i]
			page.Changed, page.Case = r.Changed, r.Case
			if seen[r.Case] {
				continue
			}
			title, err := m.title(k, r, &kept)
			if err != nil {
				return out, kept, err
			}
			seen[r.Case] = true
			if len(out.Lines) == w.Limit {
				last := out.Lines[len(out.Lines)-1]
				out.Next = store.Page{Changed: last.Changed, Case: lastCase(rows, last.Ref)}
				return out, kept, nil
			}
			if len(w.Views) > 0 && !slices.Contains(w.Views, r.View) {
				continue
			}
			if ok, err := d.listable(ctx, s, k, r); err != nil {
				return out, kept, err
			} else if !ok {
				continue
			}
			out.Lines = append(out.Lines, lineOf(r, title))
		}
		if len(rows) < page.Limit {
			return out, kept, nil
		}
	}
}

// listable asks about a line that is to be shown what entering the case would ask: the rows are the
// newest that were logged, and the subject sits in the circle and is not excluded. A search asks
// only about its hits.
func (d *Desk) listable(ctx context.Context, s *access.Session, k *keyring.Keys, r *store.Row) (bool, error) {
	v := &visit{k: k}
	err := d.read(ctx, k, func(tx *store.Tx) (err error) {
		if v.c, err = tx.VouchedCase(k, r.Ref); err != nil {
			return err
		}
		if v.places, err = tx.VouchedPlaces(k, v.c.ID); err != nil {
			return err
		}
		_, err = d.decide(s, k, v, access.Open)
		return err
	})
	if fault.Is(err, fault.NotFound) {
		return false, nil
	}
	return err == nil, err
}

func lastCase(rows []store.Row, ref string) string {
	for _, r := range rows {
		if r.Ref == ref {
			return r.Case
		}
	}
	return ""
}

// title opens a line's title. A wrap that cost a public-key operation is remade under the
// member's own key, and the title laid on their shelf.
func (m *membership) title(k *keyring.Keys, r *store.Row, kept *cheaper) (string, error) {
	w := casefile.Wrap{Org: k.Org, Case: r.Case, Place: r.Place, KeyVersion: r.KeyVersion, Kind: r.WrapKind, Wrap: r.Wrap}
	secret, err := m.open(w, r.Member)
	if err != nil {
		return "", fault.Wrap(fault.Internal, "fault.tampered", err)
	}
	key, _, err := casefile.FromSecret(secret)
	if err != nil {
		return "", err
	}
	it := casefile.Item{Org: k.Org, Case: r.Case, ID: r.Item, Kind: casefile.Title, Version: r.Version, DataKey: r.DataKey, Body: r.Body}
	plain, _, err := m.covers[r.Epoch].openItem(key, it)
	if err != nil {
		return "", err
	}
	var t casefile.Text
	if err := json.Unmarshal(plain, &t); err != nil {
		return "", err
	}
	if w.Kind != casefile.WrapOwn {
		w.Kind, w.Wrap = casefile.WrapOwn, m.own[r.Member].Seal(secret, w.AD())
		kept.wraps = append(kept.wraps, w)
		kept.titles = append(kept.titles, m.shelved(k, r, t.Text))
	}
	return t.Text, nil
}

// shelved is a title under the member's own key.
func (m *membership) shelved(k *keyring.Keys, r *store.Row, title string) store.Shelved {
	on := store.Shelved{Member: r.Member, Case: r.Case, Place: r.Place}
	on.Title = m.covers[r.Epoch].close(m.own[r.Member].SealPadded([]byte(title), on.AD(k.Org)), on.AD(k.Org))
	return on
}

// open opens a wrap with the member's own symmetric key, or their private one.
func (m *membership) open(w casefile.Wrap, member string) ([]byte, error) {
	if w.Kind == casefile.WrapOwn {
		return m.own[member].Open(w.Wrap, w.AD())
	}
	return m.keys[member].Unwrap(w.Wrap, w.AD())
}
