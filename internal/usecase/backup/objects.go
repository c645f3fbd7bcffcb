package backup

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"io"

	"varn/internal/infra/blob"
	"varn/internal/kit/fault"
	"varn/internal/kit/seal"
)

// Object is one sealed attachment as the backup holds it. Its hash lets a restore tell that it is
// the one, without a key to open it.
type Object struct {
	ID   string `json:"id"`
	Size int64  `json:"size"` // bytes stored
	Hash []byte `json:"sha256"`
}

// pieceSize is how much of a blob is read at once.
const pieceSize = 1 << 20

// carry copies a blob and gives its size and hash; to nil only reads it.
func carry(ctx context.Context, from, to blob.Place, name string, at *pace) (Object, error) {
	o := Object{ID: name}
	var out io.Writer = io.Discard
	var end blob.Appender
	if to != nil {
		var err error
		if end, err = to.Append(ctx, name, 0); err != nil {
			return o, err
		}
		defer func() { _ = end.Close() }()
		out = end
	}
	sum := sha256.New()
	piece := make([]byte, pieceSize)
	for {
		n, err := from.ReadAt(ctx, name, piece, o.Size)
		if err != nil && !errors.Is(err, io.EOF) {
			return o, err
		}
		sum.Write(piece[:n])
		if _, err := out.Write(piece[:n]); err != nil {
			return o, err
		}
		o.Size += int64(n)
		if errors.Is(err, io.EOF) || n == 0 {
			break
		}
		if end != nil && o.Size%syncEvery == 0 {
			if err := end.Sync(); err != nil {
				return o, err
			}
		}
		if err := errors.Join(ctx.Err(), at.worked(ctx, n)); err != nil {
			return o, err
		}
	}
	o.Hash = sum.Sum(nil)
	if end == nil {
		return o, nil
	}
	return o, end.Sync()
}

// collect brings what a dump names into the target. What an earlier backup has brought there lies
// there already: sealed objects never change.
func (d *Desk) collect(ctx context.Context, ids []string, known map[string]Object) (all []Object, missing []string, err error) {
	at := d.pace(objectShare)
	for _, id := range ids {
		if have, ok := known[id]; ok {
			if size, err := d.Target.Size(ctx, id); err == nil && size == have.Size {
				all = append(all, have)
				continue
			}
		}
		o, err := bring(ctx, d.Blob, d.Target, id, at)
		if fault.Is(err, fault.NotFound) {
			missing = append(missing, id)
			continue
		}
		if err != nil {
			return nil, nil, err
		}
		all = append(all, o)
	}
	return all, missing, nil
}

// bring copies an object unless the very same lies in the place already: one that something else
// needs is never written over without need.
func bring(ctx context.Context, from, to blob.Place, id string, at *pace) (Object, error) {
	size, err := from.Size(ctx, id)
	if err != nil {
		return Object{}, err
	}
	if there, err := to.Size(ctx, id); err == nil && there == size {
		ours, err := carry(ctx, from, nil, id, at)
		if err != nil {
			return ours, err
		}
		theirs, err := carry(ctx, to, nil, id, at)
		if err == nil && bytes.Equal(ours.Hash, theirs.Hash) {
			return ours, nil
		}
	}
	return carry(ctx, from, to, id, at)
}

// writeList seals the list, one object a line.
func writeList(w io.Writer, s seal.Stream, all []Object) error {
	out := s.Writer(w)
	lines := json.NewEncoder(out)
	for _, o := range all {
		if err := lines.Encode(o); err != nil {
			return err
		}
	}
	return out.Close()
}

func readList(r io.Reader) ([]Object, error) {
	var all []Object
	for lines := json.NewDecoder(r); ; {
		var o Object
		switch err := lines.Decode(&o); {
		case errors.Is(err, io.EOF):
			return all, nil
		case err != nil:
			return nil, err
		}
		all = append(all, o)
	}
}
