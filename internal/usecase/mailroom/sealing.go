package mailroom

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"io"

	"varn/internal/domain/mailbox"
	"varn/internal/infra/blob"
	"varn/internal/infra/store"
	"varn/internal/kit/fault"
	"varn/internal/kit/ident"
	"varn/internal/kit/keyring"
	"varn/internal/kit/seal"
)

// inline is how many bytes of a letter lie in its row.
const inline = 256 << 10

// sealedLetter is a letter ready to be written.
type sealedLetter struct {
	row   mailbox.Letter
	body  seal.Box
	wraps []mailbox.Wrap
	data  seal.Key
	// thread is new when the letter begins one.
	thread *mailbox.Thread
}

// close seals a letter to its readers. A large one goes to the blob place before the transaction.
func (d *Desk) close(ctx context.Context, k *keyring.Keys, r readers, l mailbox.Letter, head mailbox.Head, raw []byte) (sealedLetter, error) {
	l.Org, l.Mailbox, l.Size = k.Org, r.box.ID, int64(len(raw))
	if l.ID == "" {
		l.ID = ident.New()
	}
	sum := sha256.Sum256(raw)
	head.SHA256 = hex.EncodeToString(sum[:])
	text, err := json.Marshal(head)
	if err != nil {
		return sealedLetter{}, err
	}
	out := sealedLetter{data: seal.NewKey()}
	if l.Size > inline {
		l.Object = ident.New()
		if err := d.write(ctx, k, func(tx *store.Tx) error { return tx.Land(l.Object, d.now()) }); err != nil {
			return out, err
		}
		if err := d.put(ctx, seal.NewStream(out.data, l.BodyAD()), l.Object, raw); err != nil {
			return out, err
		}
	} else {
		out.body = out.data.Seal(raw, l.BodyAD())
	}
	l.Head = out.data.SealPadded(text, l.AD())
	out.row = l
	out.wraps, err = r.wraps(k, l.ID, out.data)
	return out, err
}

// put writes a letter's stream and makes it durable.
func (d *Desk) put(ctx context.Context, s seal.Stream, name string, raw []byte) (err error) {
	if err := d.Blob.Room(ctx, seal.SealedSize(int64(len(raw)))); err != nil {
		return err
	}
	to, err := d.Blob.Append(ctx, name, 0)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, to.Close()) }()
	w := s.Writer(to)
	if _, err := w.Write(raw); err != nil {
		return err
	}
	if err := w.Close(); err != nil {
		return err
	}
	return to.Sync()
}

// enter writes a sealed letter, and its thread where it begins one.
func (d *Desk) enter(tx *store.Tx, s sealedLetter) error {
	if s.thread != nil {
		if err := tx.InsertThread(*s.thread); err != nil {
			return err
		}
	}
	if s.row.Object != "" {
		if err := tx.InsertObject(store.Object{ID: s.row.Object, Item: s.row.ID, Size: s.row.Size, Created: s.row.Received}); err != nil {
			return err
		}
		if err := tx.Landed(s.row.Object); err != nil {
			return err
		}
	}
	return tx.InsertLetter(s.row, s.body, s.wraps)
}

// head opens what lies sealed beside a letter's bytes.
func headOf(l mailbox.Letter, data seal.Key) (h mailbox.Head, err error) {
	raw, err := data.OpenPadded(l.Head, l.AD())
	if err != nil {
		return h, fault.Wrap(fault.Internal, "fault.tampered", err)
	}
	return h, json.Unmarshal(raw, &h)
}

// raw opens a letter's bytes and holds them against the hash that they came with.
func (d *Desk) raw(ctx context.Context, l mailbox.Letter, body seal.Box, data seal.Key, h mailbox.Head) ([]byte, error) {
	out, err := d.bytes(ctx, l, body, data)
	if err != nil {
		return nil, err
	}
	if sum := sha256.Sum256(out); hex.EncodeToString(sum[:]) != h.SHA256 {
		return nil, fault.New(fault.Internal, "fault.tampered", "letter "+l.ID+" has another hash than it came with")
	}
	return out, nil
}

func (d *Desk) bytes(ctx context.Context, l mailbox.Letter, body seal.Box, data seal.Key) ([]byte, error) {
	if l.Object == "" {
		raw, err := data.Open(body, l.BodyAD())
		if err != nil {
			return nil, fault.Wrap(fault.Internal, "fault.tampered", err)
		}
		return raw, nil
	}
	r, err := seal.NewStream(data, l.BodyAD()).Reader(blob.Reader(ctx, d.Blob, l.Object), seal.SealedSize(l.Size))
	if err != nil {
		return nil, err
	}
	raw := make([]byte, l.Size)
	if n, err := r.ReadAt(raw, 0); int64(n) != l.Size || err != nil && !errors.Is(err, io.EOF) {
		return nil, fault.Wrap(fault.Internal, "fault.tampered", err)
	}
	return raw, nil
}
