package casework

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"

	"varn/internal/domain/access"
	"varn/internal/domain/audit"
	"varn/internal/domain/casefile"
	"varn/internal/infra/blob"
	"varn/internal/infra/store"
	"varn/internal/kit/fault"
	"varn/internal/kit/seal"
)

// OpenFile opens an attachment of a case for reading from any place. The opening is in the log
// before the first byte can be read.
func (d *Desk) OpenFile(ctx context.Context, s *access.Session, ref, itemID string) (*FileReader, error) {
	return d.openFile(ctx, s, ref, itemID, false)
}

// ReadOn opens an attachment for more of what the same person opened a short while ago, as a player does that asks for a
// film piece by piece: all of it is one opening, with one entry. Who may is asked each time. Where this node
// remembers no such opening it is a new one.
func (d *Desk) ReadOn(ctx context.Context, s *access.Session, ref, itemID string) (*FileReader, error) {
	return d.openFile(ctx, s, ref, itemID, true)
}

func (d *Desk) openFile(ctx context.Context, s *access.Session, ref, itemID string, on bool) (*FileReader, error) {
	v, err := d.enter(ctx, s, ref, access.Open)
	if err != nil {
		return nil, err
	}
	var it casefile.Item
	var o store.Object
	err = d.read(ctx, v.k, func(tx *store.Tx) error {
		if it, err = tx.Item(v.grant, v.c.ID, itemID); err != nil {
			return err
		}
		if it.Kind != casefile.Attachment {
			return fault.New(fault.NotFound, "fault.not-found")
		}
		if err := v.k.Check(it.MAC, it.Who(), "item "+it.ID); err != nil {
			return err
		}
		return store.CheckRows(tx, []audit.Row{itemRow(it)})
	})
	if err != nil {
		return nil, err
	}
	f, rekeyed, err := v.file(it)
	if err != nil {
		return nil, err
	}
	if err := d.read(ctx, v.k, func(tx *store.Tx) (err error) {
		o, err = tx.Object(f.Object)
		return err
	}); err != nil {
		return nil, err
	}
	out, err := d.fileReader(ctx, v, it, f, o)
	if err != nil {
		return nil, err
	}
	one := reading{s.Org, s.Person, it.ID}
	if on && d.readings.under(one, d.Clock.Now()) {
		return out, nil
	}
	err = d.write(ctx, v.k, func(tx *store.Tx) error {
		if err := v.settle(tx); err != nil {
			return err
		}
		if !rekeyed.IsZero() {
			if err := tx.Rekey(v.c.ID, it.ID, rekeyed); err != nil {
				return err
			}
		}
		return tx.Log(audit.Entry{Actor: v.k.Tag(s.Person), Act: "file.open", Authority: v.c.Authority, Case: v.c.ID, Rows: []audit.Row{touching(openedRow, it)}})
	})
	if err == nil {
		d.readings.begin(one, d.Clock.Now())
	}
	return out, err
}

// file opens an attachment's item.
func (v *visit) file(it casefile.Item) (f casefile.File, rekeyed seal.Box, err error) {
	key := v.keys[it.KeyVersion]
	if key == nil {
		return f, rekeyed, fault.New(fault.Denied, "case.no-wrap")
	}
	plain, rekeyed, err := v.cover.openItem(key, it)
	if err != nil {
		return f, rekeyed, err
	}
	return f, rekeyed, json.Unmarshal(plain, &f)
}

func (d *Desk) fileReader(ctx context.Context, v *visit, it casefile.Item, f casefile.File, o store.Object) (*FileReader, error) {
	under, err := d.leafKey(ctx, v.k, o.Epoch)
	if err != nil {
		return nil, err
	}
	key, err := openKey(under, seal.NewBox(f.Key), objectAD(v.k, f.Object))
	if err != nil {
		return nil, err
	}
	stored, err := d.Blob.Size(ctx, f.Object)
	if err != nil {
		return nil, err
	}
	r, err := stream(v.k, f.Object, key).Reader(blob.Reader(ctx, d.Blob, f.Object), stored)
	if err != nil || r.Size() != f.Size {
		d.broken(ctx, v, it)
		return nil, fault.New(fault.Internal, "fault.tampered", "object "+f.Object+" is not the one that was sealed")
	}
	return &FileReader{File: File{Name: f.Name, Type: f.Type, Size: f.Size, Tree: f.Tree}, broken: func() { d.broken(ctx, v, it) },
		content: io.NewSectionReader(r, 0, r.Size()), sum: seal.NewTreeHash()}, nil
}

// broken writes into the log that an original is another than the one that came in. What could not be
// written is still said to whoever reads.
func (d *Desk) broken(ctx context.Context, v *visit, it casefile.Item) {
	_ = d.write(context.WithoutCancel(ctx), v.k, func(tx *store.Tx) error {
		return tx.Log(audit.Entry{Actor: v.k.Tag(v.grant.Person()), Act: "file.broken", Authority: v.c.Authority, Case: v.c.ID, Rows: []audit.Row{touching(brokenRow, it)}})
	})
}

// FileReader is an opened attachment. When it is read whole and in order, its hash is held against
// the one that was sealed with it before the last bytes are given.
type FileReader struct {
	File
	content *io.SectionReader
	at      int64
	sum     *seal.TreeHash
	summed  int64
	// broken is called once, when the bytes are not those that came in.
	broken func()
}

// Read gives the next bytes.
func (f *FileReader) Read(p []byte) (int, error) {
	n, err := f.content.Read(p)
	if f.at == f.summed && n > 0 {
		_, _ = f.sum.Write(p[:n])
		f.summed += int64(n)
		if f.summed == f.Size && !bytes.Equal(f.sum.Sum(nil), f.Tree) {
			return 0, f.another()
		}
	}
	f.at += int64(n)
	if err != nil && err != io.EOF && errors.Is(err, seal.ErrOpen) {
		return n, f.another()
	}
	return n, err
}

func (f *FileReader) another() error {
	if f.broken != nil {
		f.broken()
		f.broken = nil
	}
	return fault.New(fault.Internal, "fault.tampered", "an attachment is not the one that was sealed")
}

// Seek moves to a place.
func (f *FileReader) Seek(offset int64, whence int) (int64, error) {
	at, err := f.content.Seek(offset, whence)
	if err == nil {
		f.at = at
	}
	return at, err
}
