package signin

import (
	"context"
	"crypto/rand"
	"encoding/base64"
	"encoding/json"
	"strings"
	"time"

	"varn/internal/domain/access"
	"varn/internal/domain/function"
	"varn/internal/domain/person"
	"varn/internal/infra/store"
	"varn/internal/kit/clock"
	"varn/internal/kit/fault"
	"varn/internal/kit/keyring"
	"varn/internal/kit/seal"
)

// How long sessions and tokens live.
const (
	SessionLife = 12 * time.Hour
	SessionIdle = 2 * time.Hour
	TokenLife   = 90 * 24 * time.Hour
	touchEvery  = 5 * time.Minute
)

// meta is the sealed part of a session row.
type meta struct {
	Label  string `json:"label"` // browser and device, or the token's name
	Locked bool   `json:"locked,omitempty"`
	Lang   string `json:"lang,omitempty"`
}

// start is what a new session is made of.
type start struct {
	Person    string
	Kind      access.SessionKind
	Key       *seal.Private // nil: identified only
	Label     string
	Scopes    []access.Scope
	Assurance string
	Life      time.Duration
}

// mint makes a session's row and its secret: 256 random bits that only the cookie or the
// token's owner has. With the organisation key they wrap the person's key. Nothing is stored:
// sealing is done before a transaction is entered.
func (d *Desk) mint(k *keyring.Keys, v start) (row store.Session, secret string, err error) {
	raw := make([]byte, 32)
	_, _ = rand.Read(raw) // never fails: it ends the process instead
	now := d.now()
	row = store.Session{
		Org: k.Org, ID: sessionID(k, raw), Person: v.Person, Kind: v.Kind, Scopes: joinScopes(v.Scopes),
		Assurance: v.Assurance, Created: now, Seen: now, Expires: now.Add(v.Life),
	}
	b, err := json.Marshal(meta{Label: v.Label, Locked: v.Key == nil})
	if err != nil {
		return row, "", err
	}
	key := k.For(keyring.Sessions)
	row.Sealed = key.SealPadded(b, metaAD(row))
	row.Wrap = key.Seal(nil, keyAD(row))
	if v.Key != nil {
		row.Wrap = seal.WrapSecret(key, raw, v.Key, keyAD(row).With(v.Key.Public()))
	}
	return row, base64.RawURLEncoding.EncodeToString(raw), nil
}

func sessionID(k *keyring.Keys, raw []byte) string {
	return k.For(keyring.Sessions).Tag("session id", string(raw))
}

func metaAD(s store.Session) seal.AD {
	return seal.Bind("session label", s.Org, s.ID, s.Person, string(s.Kind), s.Scopes, s.Assurance).With(int64(s.Expires))
}

func keyAD(s store.Session) seal.AD {
	return seal.Bind("session key", s.Org, s.ID, s.Person, string(s.Kind), s.Scopes, s.Assurance).With(int64(s.Expires))
}

// Resume gives the session of a secret from a cookie or an Authorization header. A wrong,
// ended or expired one is Denied.
func (d *Desk) Resume(ctx context.Context, org, secret string) (*access.Session, error) {
	k, err := d.Ring.Org(org)
	if err != nil {
		return nil, err
	}
	raw, err := base64.RawURLEncoding.DecodeString(secret)
	if err != nil || len(raw) != 32 {
		return nil, fault.New(fault.Denied, "fault.sign-in")
	}
	var found store.Standing
	err = d.DB.Org(org).Read(ctx, func(tx *store.Tx) (err error) {
		found, err = tx.VouchedStanding(k, sessionID(k, raw))
		return err
	})
	if fault.Is(err, fault.NotFound) {
		return nil, fault.New(fault.Denied, "fault.sign-in")
	}
	if err != nil {
		return nil, err
	}
	s, err := d.open(k, found.Session, raw, d.weigh(found))
	if err != nil {
		return nil, err
	}
	return s, d.touch(ctx, found.Session)
}

// open checks a session row against the clock and unwraps what it carries.
func (d *Desk) open(k *keyring.Keys, row store.Session, raw []byte, facts standing) (*access.Session, error) {
	now := d.now()
	idle := row.Kind == access.Browser && row.Seen.Add(SessionIdle) < now
	if row.Expires <= now || idle || facts.person.State == person.Left {
		return nil, fault.New(fault.Denied, "fault.sign-in")
	}
	key := k.For(keyring.Sessions)
	b, err := key.OpenPadded(row.Sealed, metaAD(row))
	if err != nil {
		return nil, fault.New(fault.Denied, "fault.sign-in", "session row does not open")
	}
	var m meta
	if err := json.Unmarshal(b, &m); err != nil {
		return nil, err
	}
	v, err := profile(k, facts.person)
	if err != nil {
		return nil, err
	}
	s := &access.Session{
		Org: row.Org, ID: row.ID, Kind: row.Kind, Person: row.Person, Name: v.Name, Lang: v.Lang,
		Roles: facts.roles, Functions: facts.functions, Scopes: splitScopes(row.Scopes), Assurance: row.Assurance, Expires: row.Expires,
	}
	if m.Locked {
		return s, nil
	}
	// The wrap is bound to the public key that the person had then: an older key does not open.
	if s.Key, err = seal.OpenSecret(key, raw, row.Wrap, keyAD(row).With(facts.person.PublicKey)); err != nil {
		return nil, fault.New(fault.Denied, "fault.sign-in", "session key does not open")
	}
	return s, nil
}

// standing is what holds for a person now.
type standing struct {
	person    person.Person
	roles     []access.Role
	functions []string
}

// weigh leaves out what does not hold now.
func (d *Desk) weigh(found store.Standing) standing {
	out := standing{person: found.Person}
	if found.Person.State != person.Confirmed {
		return out
	}
	now := d.now()
	for _, g := range found.Roles {
		if g.Holds(now) {
			out.roles = append(out.roles, g.Role)
		}
	}
	for _, h := range found.Seats {
		if h.Holds(now) && h.WrapKind != function.Standby {
			out.functions = append(out.functions, h.Function)
		}
	}
	return out
}

// touch notes the use of a session, at most every five minutes.
func (d *Desk) touch(ctx context.Context, row store.Session) error {
	now := d.now()
	if now < row.Seen.Add(touchEvery) {
		return nil
	}
	return d.DB.Org(row.Org).Write(ctx, func(tx *store.Tx) error { return tx.TouchSession(row.ID, now) })
}

func joinScopes(scopes []access.Scope) string {
	parts := make([]string, len(scopes))
	for i, s := range scopes {
		parts[i] = string(s)
	}
	return strings.Join(parts, " ")
}

func splitScopes(s string) []access.Scope {
	var out []access.Scope
	for _, p := range strings.Fields(s) {
		out = append(out, access.Scope(p))
	}
	return out
}

// Session is one line of a person's list of sessions and tokens.
type Session struct {
	ID      string
	Kind    access.SessionKind
	Label   string
	Scopes  []access.Scope
	Locked  bool
	Current bool
	Created clock.Stamp
	Seen    clock.Stamp
	Expires clock.Stamp
}

// Sessions lists the subject's own sessions and tokens, newest first.
func (d *Desk) Sessions(ctx context.Context, s *access.Session) ([]Session, error) {
	k, err := d.Ring.Org(s.Org)
	if err != nil {
		return nil, err
	}
	var rows []store.Session
	err = d.DB.Org(s.Org).Read(ctx, func(tx *store.Tx) error {
		rows, err = tx.SessionsOf(s.Person)
		return err
	})
	if err != nil {
		return nil, err
	}
	var out []Session
	for _, r := range rows {
		if r.Expires <= d.now() {
			continue
		}
		var m meta
		if b, err := k.For(keyring.Sessions).OpenPadded(r.Sealed, metaAD(r)); err == nil {
			_ = json.Unmarshal(b, &m)
		}
		out = append(out, Session{ID: r.ID, Kind: r.Kind, Label: m.Label, Scopes: splitScopes(r.Scopes), Locked: m.Locked,
			Current: r.ID == s.ID, Created: r.Created, Seen: r.Seen, Expires: r.Expires})
	}
	return out, nil
}
