// Package founding sets an installation up: the organisation with its root key, the recovery
// key split among custodians, and the first head of security.
package founding

import (
	"context"
	"crypto/rand"
	"encoding/base32"
	"encoding/base64"
	"encoding/json"
	"strings"
	"time"

	"varn/internal/domain/access"
	"varn/internal/domain/audit"
	"varn/internal/domain/function"
	"varn/internal/domain/organisation"
	"varn/internal/domain/person"
	"varn/internal/infra/store"
	"varn/internal/kit/clock"
	"varn/internal/kit/fault"
	"varn/internal/kit/ident"
	"varn/internal/kit/keyring"
	"varn/internal/kit/seal"
)

// Desk does the acts of this package.
type Desk struct {
	DB    *store.DB
	Ring  *keyring.Ring
	Clock clock.Clock
	// Server is the key that the organisation's root is wrapped under.
	Server  seal.Key
	Courier *seal.Courier
	// Gate lets the first set-up in; nil: only the terminal can set up.
	Gate *Gate
}

// Part is an authority to found, with its units.
type Part struct {
	Label organisation.Label
	Units []organisation.Label
}

// Plan is everything that set-up asks for.
type Plan struct {
	Profile    organisation.Profile
	Parts      []Part
	Custodians []string
	Threshold  int
	Head       person.Profile
	Admin      person.Profile // may be empty
}

// Sheets bounds: 3 of 5 by default.
const (
	minCustodians  = 3
	maxCustodians  = 16
	invitationLife = 7 * 24 * time.Hour
)

// Check tells what must be mended.
func (p Plan) Check() error {
	var bad []fault.Field
	add := func(prefix string, err error) {
		for _, f := range fault.Of(err).Fields {
			f.Name = prefix + f.Name
			bad = append(bad, f)
		}
	}
	if err := p.Profile.Check(); err != nil {
		add("", err)
	}
	if err := p.Head.Check(); err != nil {
		add("head_", err)
	}
	if p.Head.Address == "" {
		bad = append(bad, fault.Field{Name: "head_address", Code: "field.address"})
	}
	if p.Admin.Name != "" {
		if err := p.Admin.Check(); err != nil {
			add("admin_", err)
		}
	}
	if len(p.Parts) == 0 || len(p.Parts) > 100 {
		bad = append(bad, fault.Field{Name: "authorities", Code: "field.required"})
	}
	for _, part := range p.Parts {
		if err := part.Label.Check(); err != nil {
			bad = append(bad, fault.Field{Name: "authorities", Code: "field.name-length", Args: []any{200}})
			break
		}
	}
	return fault.Form(append(bad, p.custody()...))
}

// custody checks the custodians: enough of them, all different, and none an administrator.
func (p Plan) custody() []fault.Field {
	seen := map[string]bool{}
	for _, name := range p.Custodians {
		n := strings.ToLower(strings.TrimSpace(name))
		if n == "" || seen[n] {
			return []fault.Field{{Name: "custodians", Code: "founding.custodians-differ"}}
		}
		if p.Admin.Name != "" && n == strings.ToLower(strings.TrimSpace(p.Admin.Name)) {
			return []fault.Field{{Name: "custodians", Code: "founding.custodian-admin"}}
		}
		seen[n] = true
	}
	if len(p.Custodians) < minCustodians || len(p.Custodians) > maxCustodians {
		return []fault.Field{{Name: "custodians", Code: "founding.custodians", Args: []any{minCustodians, maxCustodians}}}
	}
	if p.Threshold < 2 || p.Threshold > len(p.Custodians) {
		return []fault.Field{{Name: "threshold", Code: "founding.threshold", Args: []any{len(p.Custodians)}}}
	}
	return nil
}

// Sheet is what one custodian gets on paper.
type Sheet struct {
	Custodian string
	Share     seal.Sheet
	Code      string // confirms the first head of security's key, and stops a recovery
}

// Founded is shown once: the sheets and the invitations are kept nowhere.
type Founded struct {
	Org       string
	Head      string
	HeadLink  string // the secret of the invitation
	AdminLink string // empty without an administrator
	Sheets    []Sheet
}

// Found makes one more organisation of however many. The recovery key's private half exists in this
// call alone.
func (d *Desk) Found(ctx context.Context, p Plan) (*Founded, error) {
	return d.found(ctx, p, func(*store.Tx) error { return nil })
}

// FoundAlone makes the one organisation of an installation. Conflict with founding.done, and nothing
// written, when there is one already or another is founded at the same moment.
func (d *Desk) FoundAlone(ctx context.Context, p Plan) (*Founded, error) {
	second := false
	out, err := d.found(ctx, p, func(tx *store.Tx) error {
		err := tx.ClaimFirst()
		second = fault.Is(err, fault.Conflict)
		return err
	})
	if err != nil && second {
		return nil, fault.New(fault.Conflict, "founding.done")
	}
	return out, err
}

// found writes everything in one transaction, which claim may refuse.
func (d *Desk) found(ctx context.Context, p Plan, claim func(*store.Tx) error) (*Founded, error) {
	if err := p.Check(); err != nil {
		return nil, err
	}
	org := ident.New()
	root := seal.NewKey()
	recovery := seal.NewPrivate()
	escrow, err := recovery.Public().Wrap(root.Bytes(), organisation.RootAD(org))
	if err != nil {
		return nil, err
	}
	// The ring is what is served: the organisation comes onto it when it is stored.
	k := keyring.New().Add(org, root, d.Courier)
	out, custodians, err := d.sheets(k, recovery, p)
	if err != nil {
		return nil, err
	}
	rows, err := d.compose(k, p, recovery.Public(), custodians)
	if err != nil {
		return nil, err
	}
	out.Org, out.Head, out.HeadLink, out.AdminLink = org, rows.head.ID, rows.headSecret, rows.adminSecret
	row := organisation.Organisation{ID: org, Root: d.Server.Seal(root.Bytes(), organisation.RootAD(org)), Escrow: escrow, Created: clock.Of(d.Clock.Now())}
	if err := d.DB.Org(org).Write(ctx, func(tx *store.Tx) error {
		if err := claim(tx); err != nil {
			return err
		}
		if err := tx.FoundOrganisation(row); err != nil {
			return err
		}
		return rows.store(tx, k)
	}); err != nil {
		return nil, err
	}
	d.Ring.Add(org, root, d.Courier)
	return out, nil
}

// sheets splits the recovery key and gives each custodian a confirmation code of 50 bits.
func (d *Desk) sheets(k *keyring.Keys, recovery *seal.Private, p Plan) (*Founded, []organisation.Custodian, error) {
	shares, err := seal.Split(recovery, k.Org, len(p.Custodians), p.Threshold)
	if err != nil {
		return nil, nil, err
	}
	out := &Founded{}
	var kept []organisation.Custodian
	for i, name := range p.Custodians {
		code := newCode()
		out.Sheets = append(out.Sheets, Sheet{Custodian: strings.TrimSpace(name), Share: shares[i], Code: code})
		kept = append(kept, organisation.Custodian{Name: strings.TrimSpace(name), Code: codeTag(k, code)})
	}
	return out, kept, nil
}

// founded is everything that Found writes in one transaction.
type founded struct {
	settings    []organisation.Setting
	authorities []organisation.Authority
	units       []organisation.Unit
	recovery    store.RecoveryKey
	head        person.Person
	people      []person.Person
	roles       []person.RoleGrant
	function    function.Function
	seat        function.Holder
	invitations []store.Invitation
	headSecret  string
	adminSecret string
}

func (d *Desk) compose(k *keyring.Keys, p Plan, recovery seal.Public, custodians []organisation.Custodian) (*founded, error) {
	r := &founded{}
	now := clock.Of(d.Clock.Now())
	names := k.For(keyring.Names)
	profile := organisation.Setting{Org: k.Org, Name: "profile", Version: 1, Changed: now}
	var err error
	if profile.Sealed, err = closed(k.For(keyring.Settings), p.Profile, profile.AD()); err != nil {
		return nil, err
	}
	r.settings = append(r.settings, profile)
	for i, part := range p.Parts {
		a := organisation.Authority{Org: k.Org, ID: ident.New(), Version: 1, Created: now + clock.Stamp(i)} // in the order written: the first is home
		if a.Sealed, err = closed(names, part.Label, a.AD()); err != nil {
			return nil, err
		}
		r.authorities = append(r.authorities, a)
		for _, label := range part.Units {
			u := organisation.Unit{Org: k.Org, Authority: a.ID, ID: ident.New(), Version: 1, Created: now}
			if u.Sealed, err = closed(names, label, u.AD()); err != nil {
				return nil, err
			}
			r.units = append(r.units, u)
		}
	}
	r.recovery = store.RecoveryKey{Org: k.Org, Version: 1, PublicKey: recovery, Sheets: int64(len(custodians)), Threshold: int64(p.Threshold), Created: now}
	if r.recovery.Sealed, err = closed(names, custodians, r.recovery.AD()); err != nil {
		return nil, err
	}
	r.recovery.MAC = k.Vouch(r.recovery.Who())
	return r, d.firstPeople(k, r, p)
}

// firstPeople makes the head of security with their role and seat, still to be confirmed by
// the custodians, and the administrator, still to be confirmed by the head.
func (d *Desk) firstPeople(k *keyring.Keys, r *founded, p Plan) error {
	var err error
	if r.head, err = d.person(k, p.Head); err != nil {
		return err
	}
	r.people = append(r.people, r.head)
	r.roles = append(r.roles, d.role(k, r.head.ID, access.HeadOfSecurity))
	f := function.Function{Org: k.Org, Authority: r.authorities[0].ID, ID: ident.New(), Kind: function.Security, Version: 1, Created: clock.Of(d.Clock.Now())}
	if f.Sealed, err = closed(k.For(keyring.Names), function.Card{Name: "Säkerhetsfunktionen"}, f.AD()); err != nil {
		return err
	}
	f.MAC = k.Vouch(f.Who())
	r.function = f
	r.seat = function.Holder{Org: k.Org, Function: f.ID, ID: ident.New(), Person: r.head.ID, State: person.Proposed, ProposedBy: "founding", Version: 1}
	r.seat.MAC = k.Vouch(r.seat.Who())
	r.headSecret = d.invite(k, r, r.head.ID)
	if p.Admin.Name == "" {
		return nil
	}
	admin, err := d.person(k, p.Admin)
	if err != nil {
		return err
	}
	r.people = append(r.people, admin)
	r.roles = append(r.roles, d.role(k, admin.ID, access.Administrator))
	r.adminSecret = d.invite(k, r, admin.ID)
	return nil
}

func (d *Desk) person(k *keyring.Keys, v person.Profile) (person.Person, error) {
	now := clock.Of(d.Clock.Now())
	p := person.Person{Org: k.Org, ID: ident.New(), State: person.Invited, Version: 1, Created: now, Changed: now}
	address, err := person.Address(v.Address)
	if err != nil {
		return p, err
	}
	v.Address = address
	p.AddressTag = k.For(keyring.Lookup).Tag("address", address)
	if p.Sealed, err = closed(k.For(keyring.Names), v, p.AD()); err != nil {
		return p, err
	}
	p.MAC = k.Vouch(p.Who())
	return p, nil
}

func (d *Desk) role(k *keyring.Keys, personID string, role access.Role) person.RoleGrant {
	g := person.RoleGrant{Org: k.Org, ID: ident.New(), Person: personID, Role: role, State: person.Proposed, ProposedBy: "founding", Version: 1}
	g.MAC = k.Vouch(g.Who())
	return g
}

func (d *Desk) invite(k *keyring.Keys, r *founded, personID string) string {
	var b [32]byte
	_, _ = rand.Read(b[:]) // never fails: it ends the process instead
	secret := base64.RawURLEncoding.EncodeToString(b[:])
	v := store.Invitation{ID: k.For(keyring.Lookup).Tag("invitation", secret), Person: personID, Expires: clock.Of(d.Clock.Now()).Add(invitationLife)}
	v.MAC = k.Vouch(seal.Bind("invitation", k.Org, v.ID, v.Person).With(v.Expires))
	r.invitations = append(r.invitations, v)
	return secret
}

func (r *founded) store(tx *store.Tx, k *keyring.Keys) error {
	for _, s := range r.settings {
		if err := tx.PutSetting(s); err != nil {
			return err
		}
	}
	for _, a := range r.authorities {
		if err := tx.InsertAuthority(a); err != nil {
			return err
		}
	}
	for _, u := range r.units {
		if err := tx.InsertUnit(u); err != nil {
			return err
		}
	}
	if err := tx.InsertRecoveryKey(r.recovery); err != nil {
		return err
	}
	if err := tx.InsertFunction(r.function); err != nil {
		return err
	}
	if err := tx.InsertHolder(r.seat); err != nil {
		return err
	}
	return r.storePeople(tx, k)
}

func (r *founded) storePeople(tx *store.Tx, k *keyring.Keys) error {
	rows := []audit.Row{
		r.recovery.Row(),
		{Kind: "function", ID: r.function.ID, Hash: r.function.Who().Hash()},
		{Kind: "holder", ID: r.seat.ID, Hash: r.seat.Who().Hash()},
	}
	for _, p := range r.people {
		if err := tx.InsertPerson(p); err != nil {
			return err
		}
		rows = append(rows, audit.Row{Kind: "person", ID: p.ID, Hash: p.Who().Hash()})
	}
	for _, g := range r.roles {
		if err := tx.InsertRole(g); err != nil {
			return err
		}
		rows = append(rows, audit.Row{Kind: "role", ID: g.ID, Hash: g.Who().Hash()})
	}
	for _, v := range r.invitations {
		if err := tx.InsertInvitation(v); err != nil {
			return err
		}
	}
	return tx.Log(audit.Entry{Act: "organisation.found", Rows: rows})
}

func closed(key seal.Key, v any, ad seal.AD) (seal.Box, error) {
	b, err := json.Marshal(v)
	if err != nil {
		return seal.Box{}, err
	}
	return key.SealPadded(b, ad), nil
}

// newCode makes a code of 50 bits in two groups of five.
func newCode() string {
	var b [7]byte
	_, _ = rand.Read(b[:])
	s := base32.NewEncoding("0123456789ABCDEFGHJKMNPQRSTVWXYZ").WithPadding(base32.NoPadding).EncodeToString(b[:])
	return s[:5] + " " + s[5:10]
}

func codeTag(k *keyring.Keys, code string) string {
	plain := strings.ToLower(strings.NewReplacer(" ", "", "-", "").Replace(code))
	return k.For(keyring.Lookup).Tag("custodian code", plain)
}
