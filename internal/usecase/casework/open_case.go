package casework

import (
	"context"
	"encoding/json"
	"strconv"
	"strings"

	"varn/internal/domain/access"
	"varn/internal/domain/audit"
	"varn/internal/domain/casefile"
	"varn/internal/infra/store"
	"varn/internal/kit/clock"
	"varn/internal/kit/fault"
	"varn/internal/kit/ident"
	"varn/internal/kit/keyring"
	"varn/internal/kit/seal"
)

// NewCase is a case to open.
type NewCase struct {
	Authority string
	Title     string
	Text      string
	Members   []Member
	Exclude   Exclusion
	// Uploads are the addresses' secrets of finished uploads that become attachments.
	Uploads []string
	// Draft is the secret of the draft that the case was written in; it is erased with the same
	// commit. Empty: none.
	Draft string
}

// Check tells what must be mended.
func (v NewCase) Check() error {
	var bad []fault.Field
	for _, err := range []error{
		casefile.CheckText("title", v.Title, casefile.MaxTitle),
		casefile.CheckText("text", v.Text, casefile.MaxMessage),
	} {
		if err != nil {
			bad = append(bad, fault.Of(err).Fields...)
		}
	}
	if v.Authority == "" {
		bad = append(bad, fault.Field{Name: "authority", Code: "field.choose"})
	}
	if len(v.Members) == 0 {
		bad = append(bad, fault.Field{Name: "members", Code: "case.members"})
	}
	if len(v.Members) > 100 || len(v.Exclude.Words) > 20 || len(v.Exclude.People) > 100 {
		bad = append(bad, fault.Field{Name: "members", Code: "field.too-many", Args: []any{100}})
	}
	return fault.Form(bad)
}

// OpenCase opens a case with a circle. Sealing needs no key of the sender's: whoever is only
// identified can send too, and is not in the circle unless they are named in it.
//
// The order: the key pair is made, the circle is planned against who may not know, each member
// gets a wrap, title and text are sealed, and everything is written with its log entry in one
// transaction. The reference is given only after the commit.
func (d *Desk) OpenCase(ctx context.Context, s *access.Session, v NewCase) (ref string, err error) {
	k, err := d.keys(s)
	if err != nil {
		return "", err
	}
	if !s.May(access.ScopeWriteCases) && !s.May(access.ScopeSend) {
		return "", fault.New(fault.Denied, "fault.scope")
	}
	if err := v.Check(); err != nil {
		return "", err
	}
	var h *house
	if err := d.read(ctx, k, func(tx *store.Tx) error {
		if err := known(tx, v.Authority); err != nil {
			return err
		}
		h, err = surveyFor(tx, k, v.Members, v.Exclude)
		return err
	}); err != nil {
		return "", err
	}
	files, err := d.attachments(ctx, k, s.Person, v.Uploads)
	if err != nil {
		return "", err
	}
	made, err := d.compose(ctx, k, h, s.Person, v, files)
	if err != nil {
		return "", err
	}
	store.Declare(ctx, made.c.Ref)
	err = d.write(ctx, k, func(tx *store.Tx) error {
		if err := d.enterCase(tx, k, h, made, s.Person); err != nil {
			return err
		}
		return dropDraft(tx, k, v.Draft, d.now())
	})
	if err != nil {
		return "", err
	}
	if v.Draft != "" { // what can't be destroyed at once is doomed, and is at the next sweep
		_, _ = d.Destroy(ctx, k.Org)
	}
	return made.c.Ref, nil
}

func known(tx *store.Tx, authority string) error {
	all, err := tx.Authorities()
	if err != nil {
		return err
	}
	for _, a := range all {
		if a.ID == authority {
			return nil
		}
	}
	return fault.In("authority", "field.choose")
}

// composed is a case as it will be written: everything sealed, nothing stored.
type composed struct {
	c      casefile.Case
	places []casefile.Place
	wraps  []casefile.Wrap
	items  []casefile.Item
	with   map[string]func(*store.Tx, casefile.Item) error // by item
	alone  bool
	barred Exclusion
	seals  sealer
	// recovery is the version of the recovery key that holds it; 0: somebody else does.
	recovery int64
	trails   []trail
}

// blueprint is a case that is about to be sealed: the row so far, those who will sit in the circle,
// who may not know, and what it holds from the start.
type blueprint struct {
	c         casefile.Case
	members   []Member
	exclusion Exclusion
	by        string
	contents  []sealed
}

func (d *Desk) compose(ctx context.Context, k *keyring.Keys, h *house, by string, v NewCase, files []sealed) (composed, error) {
	e, err := h.resolve(k, v.Exclude)
	if err != nil {
		return composed{}, err
	}
	members, err := h.admit(v.Members, e)
	if err != nil {
		return composed{}, err
	}
	texts, err := newTexts(by, v)
	if err != nil {
		return composed{}, err
	}
	return d.build(ctx, k, h, blueprint{c: casefile.Case{Authority: v.Authority, State: casefile.Open},
		members: members, exclusion: e, by: by, contents: append(texts, files...)})
}

// build makes the key pair, gives each member a wrap and seals the contents.
func (d *Desk) build(ctx context.Context, k *keyring.Keys, h *house, b blueprint) (composed, error) {
	leaf, lid, err := d.newCover(ctx, k)
	if err != nil {
		return composed{}, err
	}
	key, now, c := seal.NewCase(), d.now(), b.c
	c.Org, c.ID, c.PublicKey, c.KeyVersion, c.Version, c.Epoch = k.Org, ident.New(), key.Public(), 1, 1, leaf
	c.Opened, c.Changed = now.Minute(), now
	c.Ref = newRef(c.ID, d.Clock.Now().Year())
	if c.Exclusion, err = sealExclusion(k, c.ID, b.exclusion); err != nil {
		return composed{}, err
	}
	out := composed{alone: h.openers(b.members) < 2, barred: b.exclusion, with: map[string]func(*store.Tx, casefile.Item) error{}, seals: sealer{k, key, lid}}
	secret := casefile.Secret(key)
	for _, m := range b.members {
		p := d.place(c, out.seals, m, b.by)
		to, ok := h.publicKey(p)
		if !ok {
			return out, fault.New(fault.Invalid, "member.unconfirmed")
		}
		w, err := wrap(k, p, to, secret, c.KeyVersion)
		if err != nil {
			return out, err
		}
		out.places, out.wraps = append(out.places, p), append(out.wraps, w)
		if m.Kind == casefile.ByRecovery {
			out.recovery = h.recovery.Version
		}
	}
	for _, one := range b.contents {
		it := lid.sealItem(key, newItem(c, one.kind, now), one.body)
		out.items = append(out.items, number(k, &c, it))
		out.with[it.ID] = one.with
	}
	c.MAC = k.Vouch(c.Who())
	out.c = c
	out.trails, err = d.trails(ctx, k, c, b.contents)
	return out, err
}

// newTexts is a new case's title and text.
func newTexts(by string, v NewCase) ([]sealed, error) {
	title, err := json.Marshal(casefile.Text{Author: by, Text: strings.TrimSpace(v.Title)})
	if err != nil {
		return nil, err
	}
	text, err := message(by, v.Text)
	return []sealed{{kind: casefile.Title, body: title}, text}, err
}

// newItem makes the row of an item that is about to be sealed.
func newItem(c casefile.Case, kind casefile.ItemKind, now clock.Stamp) casefile.Item {
	return casefile.Item{Org: c.Org, Authority: c.Authority, Case: c.ID, ID: ident.New(), Kind: kind, KeyVersion: c.KeyVersion, Created: now, Version: 1}
}

// number gives an item its place in the case's sequence, and vouches for the row.
func number(k *keyring.Keys, c *casefile.Case, it casefile.Item) casefile.Item {
	c.Items++
	it.Seq = c.Items
	it.MAC = k.Vouch(it.Who())
	return it
}

// enterCase writes a composed case with its log entry.
func (d *Desk) enterCase(tx *store.Tx, k *keyring.Keys, h *house, v composed, by string) error {
	rows, err := enterComposed(tx, v)
	if err != nil {
		return err
	}
	if err := d.tell(tx, k, h, v, by); err != nil {
		return err
	}
	return tx.Log(entry(k, by, "case.create", v.c, rows...))
}

// enterComposed writes a composed case and gives the rows that the log is to name.
func enterComposed(tx *store.Tx, v composed) ([]audit.Row, error) {
	if v.recovery != 0 { // were the sheets renewed meanwhile, nobody could open it
		if err := tx.HoldRecoveryKey(v.recovery); err != nil {
			return nil, err
		}
	}
	if err := tx.InsertCase(v.c); err != nil {
		return nil, err
	}
	rows := []audit.Row{caseRow(v.c)}
	for _, p := range v.places {
		if err := tx.InsertPlace(p); err != nil {
			return nil, err
		}
		rows = append(rows, placeRow(p))
	}
	for _, w := range v.wraps {
		if err := tx.InsertWrap(w); err != nil {
			return nil, err
		}
	}
	if err := keep(tx, v.trails); err != nil {
		return nil, err
	}
	for _, it := range v.items {
		if err := tx.InsertItem(it); err != nil {
			return nil, err
		}
		if with := v.with[it.ID]; with != nil {
			if err := with(tx, it); err != nil {
				return nil, err
			}
		}
		rows = append(rows, itemRow(it))
	}
	return rows, nil
}

// tell leaves a notice with everybody who has come into the circle, and an alarm when fewer than two
// can open the case.
func (d *Desk) tell(tx *store.Tx, k *keyring.Keys, h *house, v composed, by string) error {
	told := map[string]bool{by: true}
	for _, p := range v.places {
		for _, id := range h.whoIs(p) {
			if told[id] {
				continue
			}
			told[id] = true
			if err := d.notify(tx, id, "case.joined", v.c.Ref); err != nil {
				return err
			}
		}
	}
	return d.tellAlone(tx, k, v)
}

// whoIs lists the people behind a place.
func (h *house) whoIs(p casefile.Place) []string {
	if p.Kind == casefile.ByPerson {
		return []string{p.Member}
	}
	var out []string
	for _, s := range h.holders[p.Member] {
		out = append(out, s.Person)
	}
	return out
}

// newRef is the reference that people say to each other: the year, and what nobody can guess.
func newRef(id string, year int) string {
	code := strings.ToUpper(id[:8])
	return strconv.Itoa(year) + "-" + code[:4] + "-" + code[4:]
}
