package casework

import (
	"context"
	"encoding/json"
	"net/netip"
	"time"

	"varn/internal/domain/access"
	"varn/internal/infra/store"
	"varn/internal/kit/clock"
	"varn/internal/kit/fault"
	"varn/internal/kit/keyring"
	"varn/internal/kit/seal"
)

// DraftKeep is how long a draft is kept.
const DraftKeep = 24 * time.Hour

// maxDraft bounds what a draft holds.
const maxDraft = 512 << 10

// Draft is a form between its steps. It lies sealed under Secret, which only the form carries.
type Draft struct {
	Secret  string
	Version int64 // 0: nothing stored yet
	Body    []byte
	// Uploads are the secrets of files that belong to it and are erased with it.
	Uploads []string
	// From is the writer's own address, for the limit alone.
	From netip.Addr
}

// kept is what lies sealed: whose it is, and what they wrote.
type kept struct {
	Person string `json:"person"`
	Body   []byte `json:"body"`
}

// NewDraft is a draft that nothing is stored of yet.
func NewDraft() Draft { return Draft{Secret: newSecret().text} }

// OpenDraft gives what stands stored. A draft that is erased, expired or somebody else's is
// NotFound.
func (d *Desk) OpenDraft(ctx context.Context, s *access.Session, text string) (Draft, error) {
	k, err := d.anyone(s)
	if err != nil {
		return Draft{}, err
	}
	sec, err := parseSecret(text)
	if err != nil {
		return Draft{}, err
	}
	row, err := d.draftRow(ctx, k, sec)
	if err != nil {
		return Draft{}, err
	}
	key, err := d.draftKey(ctx, k, sec, row)
	if err != nil {
		return Draft{}, err
	}
	b, err := key.OpenPadded(row.Sealed, draftAD(k, row.ID).With(row.Version))
	if err != nil {
		return Draft{}, fault.Wrap(fault.Internal, "fault.tampered", err)
	}
	var v kept
	if err := json.Unmarshal(b, &v); err != nil {
		return Draft{}, err
	}
	if v.Person != s.Person {
		return Draft{}, fault.New(fault.NotFound, "fault.not-found")
	}
	return Draft{Secret: text, Version: row.Version, Body: v.Body}, nil
}

// SaveDraft stores a draft over the version that its writer saw, and gives the new one. When
// another tab has stored in between it is Conflict, and nothing is lost: OpenDraft gives what
// stands stored.
func (d *Desk) SaveDraft(ctx context.Context, s *access.Session, v Draft) (Draft, error) {
	k, err := d.anyone(s)
	if err != nil {
		return v, err
	}
	if len(v.Body) > maxDraft {
		return v, fault.New(fault.Invalid, "fault.too-large")
	}
	sec, err := parseSecret(v.Secret)
	if err != nil {
		return v, err
	}
	b, err := json.Marshal(kept{s.Person, v.Body})
	if err != nil {
		return v, err
	}
	own, err := owning(k, sec, v.Uploads)
	if err != nil {
		return v, err
	}
	if own, err = d.bounded(ctx, k, s, v, own); err != nil {
		return v, err
	}
	if v.Version == 0 {
		err = d.beginDraft(ctx, k, store.Draft{ID: sec.id(k, "draft"), Visit: visitTag(k, s)}, sec, b, own)
	} else {
		err = d.goOnDraft(ctx, k, sec, v.Version, b, own)
	}
	if err == nil {
		v.Version++
	}
	return v, err
}

// bounded asks the limit before anything costly is done, and counts in the transaction that stores.
// Whoever has an account is not counted here.
func (d *Desk) bounded(ctx context.Context, k *keyring.Keys, s *access.Session, v Draft, own func(*store.Tx) error) (func(*store.Tx) error, error) {
	if s.Kind != access.Guest {
		return own, nil
	}
	g := d.draftGate(k, v.From, v.Version == 0)
	return func(tx *store.Tx) error {
		if err := g.count(tx); err != nil {
			return err
		}
		return own(tx)
	}, d.read(ctx, k, g.ask)
}

// owning makes uploads a draft's, in the transaction that stores it.
func owning(k *keyring.Keys, draft secret, uploads []string) (func(*store.Tx) error, error) {
	var ids []string
	for _, text := range uploads {
		sec, err := parseSecret(text)
		if err != nil {
			return nil, err
		}
		ids = append(ids, sec.id(k, "upload"))
	}
	return func(tx *store.Tx) error {
		for _, id := range ids {
			if err := tx.OwnUpload(id, draft.id(k, "draft")); err != nil {
				return err
			}
		}
		return nil
	}, nil
}

func (d *Desk) beginDraft(ctx context.Context, k *keyring.Keys, row store.Draft, sec secret, body []byte, own func(*store.Tx) error) error {
	l, err := d.newLeaf(ctx, k)
	if err != nil {
		return err
	}
	key := seal.NewKey()
	row.Epoch, row.Version, row.Expires = l.n, 1, expiry(d.now(), DraftKeep)
	row.Sealed = key.SealPadded(body, draftAD(k, row.ID).With(row.Version))
	return d.use(ctx, k, l, func(tx *store.Tx, under seal.Key) error {
		row.Wrap = sec.wrap(under.Seal(key.Bytes(), draftAD(k, row.ID)), draftAD(k, row.ID))
		if err := tx.PutDraft(row); err != nil {
			return err
		}
		return own(tx)
	})
}

func (d *Desk) goOnDraft(ctx context.Context, k *keyring.Keys, sec secret, version int64, body []byte, own func(*store.Tx) error) error {
	row, err := d.draftRow(ctx, k, sec)
	if err != nil {
		return err
	}
	if row.Version != version {
		return fault.New(fault.Conflict, "draft.changed")
	}
	key, err := d.draftKey(ctx, k, sec, row)
	if err != nil {
		return err
	}
	row.Version++
	row.Sealed = key.SealPadded(body, draftAD(k, row.ID).With(row.Version))
	err = d.write(ctx, k, func(tx *store.Tx) error {
		if err := tx.PutDraft(row); err != nil {
			return err
		}
		return own(tx)
	})
	if fault.Is(err, fault.Conflict) {
		return fault.New(fault.Conflict, "draft.changed")
	}
	return err
}

// DropDraft erases a draft and its files: their keys are destroyed.
func (d *Desk) DropDraft(ctx context.Context, s *access.Session, text string) error {
	k, err := d.anyone(s)
	if err != nil {
		return err
	}
	if err := d.write(ctx, k, func(tx *store.Tx) error { return dropDraft(tx, k, text, d.now()) }); err != nil {
		return err
	}
	_, err = d.Destroy(ctx, k.Org)
	return err
}

// LeaveDrafts erases every draft that was written, and every file that was sent and not used, in the
// subject's session.
func (d *Desk) LeaveDrafts(ctx context.Context, s *access.Session) error {
	k, err := d.anyone(s)
	if err != nil || s.ID == "" {
		return err
	}
	visit := visitTag(k, s)
	var drafts []store.Draft
	var uploads []store.Upload
	if err := d.read(ctx, k, func(tx *store.Tx) (err error) {
		if drafts, err = tx.DraftsOf(visit); err != nil {
			return err
		}
		uploads, err = tx.UploadsOf(visit)
		return err
	}); err != nil || len(drafts)+len(uploads) == 0 {
		return err
	}
	for _, u := range uploads {
		d.writers.stop(u.ID)
	}
	err = d.write(ctx, k, func(tx *store.Tx) error {
		for _, row := range drafts {
			if err := tx.DropDraft(row); err != nil {
				return err
			}
		}
		for _, u := range uploads {
			if err := tx.DropUpload(u); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	_, err = d.Destroy(ctx, k.Org)
	return err
}

// dropDraft removes a draft's row and dooms its key; one that is gone already is no error.
func dropDraft(tx *store.Tx, k *keyring.Keys, text string, now clock.Stamp) error {
	if text == "" {
		return nil
	}
	sec, err := parseSecret(text)
	if err != nil {
		return err
	}
	row, err := tx.Draft(sec.id(k, "draft"), now)
	if fault.Is(err, fault.NotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	return tx.DropDraft(row)
}

func (d *Desk) draftRow(ctx context.Context, k *keyring.Keys, sec secret) (row store.Draft, err error) {
	err = d.read(ctx, k, func(tx *store.Tx) (err error) {
		row, err = tx.Draft(sec.id(k, "draft"), d.now())
		return err
	})
	return row, err
}

func (d *Desk) draftKey(ctx context.Context, k *keyring.Keys, sec secret, row store.Draft) (seal.Key, error) {
	inner, err := sec.unwrap(row.Wrap, draftAD(k, row.ID))
	if err != nil {
		return seal.Key{}, err
	}
	under, err := d.leafKey(ctx, k, row.Epoch)
	if err != nil {
		return seal.Key{}, err
	}
	return openKey(under, inner, draftAD(k, row.ID))
}

func draftAD(k *keyring.Keys, id string) seal.AD { return seal.Bind("draft", k.Org, id) }

// visitTag names the session in which something was written.
func visitTag(k *keyring.Keys, s *access.Session) string {
	return k.For(keyring.Drafts).Tag("visit", s.ID)
}
