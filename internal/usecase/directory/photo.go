package directory

import (
	"bytes"
	"context"
	"io"

	"varn/internal/domain/access"
	"varn/internal/domain/directory"
	"varn/internal/domain/preview"
	"varn/internal/infra/store"
	"varn/internal/kit/fault"
	"varn/internal/kit/keyring"
	"varn/internal/kit/seal"
)

// MaxPhoto bounds a photo that is sent in, in bytes.
const MaxPhoto = 20 << 20

// PutPhoto takes a photo of a representative: their own, or of another by who keeps the register. It is decoded
// and drawn anew where nothing can be reached, in two sizes; the original is kept nowhere. It is published
// only when the person consents, and replaces the one before, which is destroyed.
func (d *Desk) PutPhoto(ctx context.Context, s *access.Session, id string, photo io.Reader) error {
	m, k, err := d.mayPhoto(ctx, s, id)
	if err != nil {
		return err
	}
	if m.Representative.Protection != directory.Open {
		return fault.In("photo", "directory.protected-photo")
	}
	raw, err := io.ReadAll(io.LimitReader(photo, MaxPhoto+1))
	if err != nil {
		return err
	}
	if len(raw) > MaxPhoto {
		return fault.In("photo", "directory.photo-large")
	}
	in, err := preview.Request(preview.Subject{Portrait: true}, bytes.NewReader(raw))
	if err != nil {
		return err
	}
	out, err := d.Jail.Run(ctx, in)
	if err != nil {
		return fault.In("photo", "directory.photo-unreadable")
	}
	p, err := preview.Decode(out)
	if err != nil || p.Why != "" || !preview.Bare(p.Picture) || !preview.Bare(p.Small) {
		return fault.In("photo", "directory.photo-unreadable")
	}
	one := directory.Portrait{Entry: d.fresh(k, directory.PortraitEntry), Width: preview.LargeSide, Height: preview.LargeSide}
	one.Of, one.Person = m.Representative.ID, s.Person
	e, err := d.sealed(k, one.Entry, one)
	if err != nil {
		return err
	}
	key := k.For(keyring.Directory)
	boxes := map[directory.Size]seal.Box{directory.Large: key.SealPadded(p.Picture, directory.PictureAD(k.Org, e.ID, directory.Large)), directory.Small: key.SealPadded(p.Small, directory.PictureAD(k.Org, e.ID, directory.Small))}
	old, err := d.portraits(ctx, k, m.Representative.ID)
	if err != nil {
		return err
	}
	return d.write(ctx, k, func(tx *store.Tx) error {
		if err := updateEntries(tx, old); err != nil {
			return err
		}
		if err := tx.InsertEntry(e); err != nil {
			return err
		}
		for size, b := range boxes {
			if err := tx.InsertPicture(e.ID, size, b); err != nil {
				return err
			}
		}
		if s.Person != m.Representative.Person {
			if err := d.tell(tx, m.Representative.Person, "directory.photo"); err != nil {
				return err
			}
		}
		return record(tx, k, s.Person, "directory.photo", nil, append(old, e)...)
	})
}

// DropPhoto destroys a representative's photo.
func (d *Desk) DropPhoto(ctx context.Context, s *access.Session, id string) error {
	m, k, err := d.mayPhoto(ctx, s, id)
	if err != nil {
		return err
	}
	old, err := d.portraits(ctx, k, m.Representative.ID)
	if err != nil || len(old) == 0 {
		return err
	}
	return d.write(ctx, k, func(tx *store.Tx) error {
		if err := updateEntries(tx, old); err != nil {
			return err
		}
		return record(tx, k, s.Person, "directory.photo_drop", nil, old...)
	})
}

// mayPhoto lets in the person themselves (id empty), and who keeps the register.
func (d *Desk) mayPhoto(ctx context.Context, s *access.Session, id string) (Mine, *keyring.Keys, error) {
	if id == "" {
		return d.own(ctx, s)
	}
	k, err := d.keys(s, Staff())
	if err != nil {
		return Mine{}, nil, err
	}
	m, err := d.About(ctx, s, id)
	if err == nil && m.Representative.Ended != 0 {
		err = missing()
	}
	return m, k, err
}

// portraits are the standing ones of a representative, ended.
func (d *Desk) portraits(ctx context.Context, k *keyring.Keys, id string) ([]directory.Entry, error) {
	v, err := d.View(ctx, k.Org)
	if err != nil {
		return nil, err
	}
	var out []directory.Entry
	for _, p := range v.Register.Portraits {
		if p.Of == id && p.Ended == 0 {
			p.Ended = d.now()
			out = append(out, d.marked(k, p.Entry))
		}
	}
	return out, nil
}

// PublicPhoto gives a published photo by the person's public address, with a mark that is another for another
// photo; OwnPhoto gives one to the person themselves and to who keeps the register, published or not.
func (d *Desk) PublicPhoto(ctx context.Context, org, slug string, size directory.Size) (raw []byte, mark string, err error) {
	v, err := d.View(ctx, org)
	if err != nil {
		return nil, "", err
	}
	p, ok := v.Public.Person(slug)
	if !ok || p.Photo == "" {
		return nil, "", missing()
	}
	raw, err = d.picture(ctx, org, p.Photo, size)
	return raw, p.Photo, err
}

// OwnPhoto see PublicPhoto.
func (d *Desk) OwnPhoto(ctx context.Context, s *access.Session, id string) ([]byte, error) {
	m, _, err := d.mayPhoto(ctx, s, id)
	if err != nil {
		return nil, err
	}
	if m.Portrait == "" {
		return nil, missing()
	}
	return d.picture(ctx, s.Org, m.Portrait, directory.Large)
}

func (d *Desk) picture(ctx context.Context, org, id string, size directory.Size) ([]byte, error) {
	k, err := d.Ring.Org(org)
	if err != nil {
		return nil, err
	}
	var b seal.Box
	if err := d.read(ctx, k, func(tx *store.Tx) (err error) {
		b, err = tx.Picture(id, size)
		return err
	}); err != nil {
		return nil, err
	}
	raw, err := k.For(keyring.Directory).OpenPadded(b, directory.PictureAD(org, id, size))
	if err != nil {
		return nil, fault.Wrap(fault.Internal, "fault.tampered", err)
	}
	return raw, nil
}
