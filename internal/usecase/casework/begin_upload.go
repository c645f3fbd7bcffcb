package casework

import (
	"context"
	"encoding/json"
	"time"

	"varn/internal/domain/access"
	"varn/internal/domain/casefile"
	"varn/internal/infra/store"
	"varn/internal/kit/fault"
	"varn/internal/kit/ident"
	"varn/internal/kit/keyring"
	"varn/internal/kit/seal"
)

// UploadKeep is how long an upload that has not become an attachment is kept.
const UploadKeep = 24 * time.Hour

// NewUpload is a file that somebody wants to send.
type NewUpload struct {
	Name   string
	Type   string
	Length int64 // -1: not yet known
	// Bounded: whoever reads the body stops before GuestBytes, as a plain form does.
	Bounded bool
}

// Progress is how far an upload has come.
type Progress struct {
	// Secret is the last part of the upload's address. It is nowhere else.
	Secret   string
	Received int64
	Length   int64 // -1: not yet known
	Complete bool
	Expires  time.Time
}

// label is what lies sealed beside an upload.
type label struct {
	Name string `json:"name"`
	Type string `json:"type"`
}

// BeginUpload makes room for a file. Its key is wrapped under the 256 bits of the address that is
// given back, inside a leaf of the tree of erasable keys. An empty file is complete at once.
func (d *Desk) BeginUpload(ctx context.Context, s *access.Session, v NewUpload) (Progress, error) {
	k, err := d.anyone(s)
	if err != nil {
		return Progress{}, err
	}
	if s.Kind == access.Guest {
		if err := d.guestRoom(ctx, k, v); err != nil {
			return Progress{}, err
		}
	} else if !s.May(access.ScopeWriteCases) && !s.May(access.ScopeSend) {
		return Progress{}, fault.New(fault.Denied, "fault.scope")
	}
	if v.Length > casefile.MaxFile || v.Length < -1 {
		return Progress{}, tooLong()
	}
	if err := d.Blob.Room(ctx, max(v.Length, 0)); err != nil {
		return Progress{}, err
	}
	return d.beginUpload(ctx, k, s, v)
}

func (d *Desk) beginUpload(ctx context.Context, k *keyring.Keys, s *access.Session, v NewUpload) (Progress, error) {
	sec, key, now := newSecret(), seal.NewKey(), d.now()
	u := store.Upload{ID: sec.id(k, "upload"), Object: ident.New(), Owner: visitTag(k, s), Guest: s.Kind == access.Guest, Length: v.Length, State: store.UploadOpen, Expires: expiry(now, UploadKeep)}
	named, err := json.Marshal(label{casefile.FileName(v.Name), casefile.FileType(v.Type)})
	if err != nil {
		return Progress{}, err
	}
	u.Sealed = sec.key.Derive("varn upload label").SealPadded(named, uploadAD(k, u))
	if u.HashState, err = sec.hashKey().SealHash(seal.NewTreeHash(), uploadAD(k, u)); err != nil {
		return Progress{}, err
	}
	l, err := d.newLeaf(ctx, k)
	if err != nil {
		return Progress{}, err
	}
	u.Epoch = l.n
	if v.Length == 0 {
		if err := d.writeEmpty(ctx, stream(k, u.Object, key), u.Object); err != nil {
			return Progress{}, err
		}
		u.State = store.UploadComplete
	}
	err = d.use(ctx, k, l, func(tx *store.Tx, under seal.Key) error {
		u.Wrap = sec.wrap(under.Seal(key.Bytes(), objectAD(k, u.Object)), uploadAD(k, u))
		return tx.InsertUpload(u)
	})
	return progress(sec, u), err
}

// writeEmpty writes the one empty chunk of an empty file.
func (d *Desk) writeEmpty(ctx context.Context, s seal.Stream, object string) error {
	to, err := d.Blob.Append(ctx, object, 0)
	if err != nil {
		return err
	}
	defer func() { _ = to.Close() }()
	if err := s.Writer(to).Close(); err != nil {
		return err
	}
	return to.Sync()
}

// UploadProgress tells how far an upload has come.
func (d *Desk) UploadProgress(ctx context.Context, org, address string) (Progress, error) {
	_, sec, u, err := d.upload(ctx, org, address)
	return progress(sec, u), err
}

// DropUpload ends an upload: its key is destroyed before the answer is given, if the key places
// are there, and otherwise at the next sweep.
func (d *Desk) DropUpload(ctx context.Context, org, address string) error {
	k, _, u, err := d.upload(ctx, org, address)
	if err != nil {
		return err
	}
	d.writers.stop(u.ID)
	if err := d.write(ctx, k, func(tx *store.Tx) error { return tx.DropUpload(u) }); err != nil {
		return err
	}
	_, err = d.Destroy(ctx, org)
	return err
}

// upload finds an upload by its address's secret; one whose time is out is not there.
func (d *Desk) upload(ctx context.Context, org, address string) (*keyring.Keys, secret, store.Upload, error) {
	var u store.Upload
	k, err := d.Ring.Org(org)
	if err != nil {
		return nil, secret{}, u, err
	}
	sec, err := parseSecret(address)
	if err != nil {
		return nil, secret{}, u, err
	}
	err = d.read(ctx, k, func(tx *store.Tx) (err error) {
		u, err = tx.Upload(sec.id(k, "upload"), d.now())
		return err
	})
	return k, sec, u, err
}

func progress(sec secret, u store.Upload) Progress {
	return Progress{Secret: sec.text, Received: u.Received, Length: u.Length, Complete: u.State == store.UploadComplete, Expires: u.Expires.Time()}
}

func (s secret) hashKey() seal.Key { return s.key.Derive("varn upload hash") }

func uploadAD(k *keyring.Keys, u store.Upload) seal.AD {
	return seal.Bind("upload", k.Org, u.ID, u.Object)
}

// objectAD binds an object's key, sealed under its leaf, to the object.
func objectAD(k *keyring.Keys, object string) seal.AD {
	return seal.Bind("object key", k.Org, object)
}

func stream(k *keyring.Keys, object string, key seal.Key) seal.Stream {
	return seal.NewStream(key, seal.Bind("object", k.Org, object))
}

func tooLong() error {
	return fault.New(fault.Invalid, "upload.too-long")
}
