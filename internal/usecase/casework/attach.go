package casework

import (
	"context"
	"encoding/json"

	"varn/internal/domain/access"
	"varn/internal/domain/casefile"
	"varn/internal/infra/store"
	"varn/internal/kit/fault"
	"varn/internal/kit/keyring"
)

// MaxAttachments is how many files one message or one new case can carry.
const MaxAttachments = 20

// Attach seals finished uploads into a case, with a message if Text is not empty, in one
// transaction. It gives the ids of the items.
func (d *Desk) Attach(ctx context.Context, s *access.Session, ref, text string, uploads []string) ([]string, error) {
	var in []sealed
	if text != "" || len(uploads) == 0 {
		one, err := message(s.Person, text)
		if err != nil {
			return nil, err
		}
		one.as = true
		in = append(in, one)
	}
	k, err := d.keys(s)
	if err != nil {
		return nil, err
	}
	files, err := d.attachments(ctx, k, s.Person, uploads)
	if err != nil {
		return nil, err
	}
	return d.addItems(ctx, s, ref, append(in, files...))
}

// attachments turns finished uploads into items. The file's key stays sealed under its leaf of the
// tree of erasable keys, inside the case's seal.
func (d *Desk) attachments(ctx context.Context, k *keyring.Keys, author string, uploads []string) ([]sealed, error) {
	if len(uploads) > MaxAttachments {
		return nil, fault.In("files", "field.too-many", MaxAttachments)
	}
	var out []sealed
	for _, address := range uploads {
		_, sec, u, err := d.upload(ctx, k.Org, address)
		if fault.Is(err, fault.NotFound) {
			return nil, fault.In("files", "upload.gone")
		}
		if err != nil {
			return nil, err
		}
		if u.State != store.UploadComplete {
			return nil, fault.In("files", "upload.unfinished")
		}
		one, err := attachment(k, sec, u, author)
		if err != nil {
			return nil, err
		}
		out = append(out, one)
	}
	return out, nil
}

func attachment(k *keyring.Keys, sec secret, u store.Upload, author string) (sealed, error) {
	named, err := uploadLabel(k, sec, u)
	if err != nil {
		return sealed{}, err
	}
	sum, err := sec.hashKey().OpenHash(u.HashState, uploadAD(k, u))
	if err != nil {
		return sealed{}, fault.Wrap(fault.Internal, "fault.tampered", err)
	}
	key, err := sec.unwrap(u.Wrap, uploadAD(k, u))
	if err != nil {
		return sealed{}, err
	}
	body, err := json.Marshal(casefile.File{Author: author, Name: named.Name, Type: named.Type, Size: u.Received,
		Tree: sum.Sum(nil), Object: u.Object, Key: key.Bytes()})
	if err != nil {
		return sealed{}, err
	}
	return sealed{kind: casefile.Attachment, body: body, with: func(tx *store.Tx, it casefile.Item) error {
		if err := tx.TakeUpload(u.ID); err != nil {
			return fault.In("files", "upload.gone")
		}
		return tx.InsertObject(store.Object{ID: u.Object, Case: it.Case, Item: it.ID, Size: u.Received, Epoch: u.Epoch, Created: it.Created.Minute(), Guest: u.Guest})
	}}, nil
}

// uploadLabel opens the name and type that lie beside an upload.
func uploadLabel(k *keyring.Keys, sec secret, u store.Upload) (label, error) {
	var named label
	b, err := sec.key.Derive("varn upload label").OpenPadded(u.Sealed, uploadAD(k, u))
	if err != nil {
		return named, fault.Wrap(fault.Internal, "fault.tampered", err)
	}
	return named, json.Unmarshal(b, &named)
}
