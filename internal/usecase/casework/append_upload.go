package casework

import (
	"context"
	"errors"
	"io"
	"time"

	"varn/internal/domain/casefile"
	"varn/internal/infra/blob"
	"varn/internal/infra/store"
	"varn/internal/kit/fault"
	"varn/internal/kit/ident"
	"varn/internal/kit/keyring"
	"varn/internal/kit/seal"
)

// Appending is the next part of an upload.
type Appending struct {
	Address string
	Offset  int64
	Length  int64 // of the whole file, said now for the first time; -1: not said
	Size    int64 // of Body; -1: not known
	Body    io.Reader
	// Stop makes a Read of Body that waits return. It is called when the same visitor has come
	// back over another connection while this one still seems to live.
	Stop func()
}

const (
	// syncEvery is how many bytes, and how much time, lie between two acknowledgements.
	syncEvery = 64 << 20
	syncPause = 5 * time.Second
	// uploadLease is how long a writer that says nothing keeps others out.
	uploadLease = 30 * time.Second
)

// AppendUpload takes the next part of an upload and gives how far it has come: only what is synced
// and committed is counted. When the body is cut, what came before the cut is kept and the error
// is fault.cut-off.
//
// The order: the offset must be the one that was acknowledged; the writer takes the lease; each
// part is sealed here while its leaves are hashed on the cores that are free; the blob is synced, and then the row
// with the count, the sealed tail and the sealed state of the hash is committed.
func (d *Desk) AppendUpload(ctx context.Context, org string, a Appending) (Progress, error) {
	k, sec, u, err := d.upload(ctx, org, a.Address)
	if err != nil {
		return Progress{}, err
	}
	if waited := d.writers.take(ctx, u.ID, a.Stop); waited {
		if k, sec, u, err = d.upload(ctx, org, a.Address); err != nil {
			d.writers.leave(u.ID)
			return Progress{}, err
		}
	}
	defer d.writers.leave(u.ID)
	if err := d.fits(ctx, u, a); err != nil {
		return progress(sec, u), err
	}
	if u.State == store.UploadComplete {
		return progress(sec, u), nil
	}
	w := &upload{d: d, k: k, sec: sec, row: u}
	if err := w.lease(ctx, a.Length); err != nil {
		return progress(sec, u), err
	}
	err = w.receive(context.WithoutCancel(ctx), a.Body)
	return progress(sec, w.row), err
}

// fits checks what was said against what is known, before a byte is read.
func (d *Desk) fits(ctx context.Context, u store.Upload, a Appending) error {
	length := u.Length
	switch {
	case a.Offset != u.Received:
		return fault.New(fault.Conflict, "upload.offset")
	case a.Length >= 0 && u.Length >= 0 && a.Length != u.Length:
		return fault.New(fault.Conflict, "upload.offset")
	case a.Length >= 0:
		length = a.Length
	}
	if length > casefile.MaxFile || (length >= 0 && length < u.Received) {
		return tooLong()
	}
	if a.Size > 0 && u.Received+a.Size > most(length) {
		return tooLong()
	}
	return d.Blob.Room(ctx, max(a.Size, 0))
}

// most is the greatest size that a file of a length, which may not be known, can have.
func most(length int64) int64 {
	if length < 0 {
		return casefile.MaxFile
	}
	return length
}

// upload is one writer at work on one upload.
type upload struct {
	d   *Desk
	k   *keyring.Keys
	sec secret
	row store.Upload

	to    blob.Appender
	w     *seal.ChunkWriter
	sum   *seal.TreeHash
	since time.Time // when the lease was last renewed
	last  bool      // nothing more comes: the next acknowledgement lets go of the lease
}

func (u *upload) lease(ctx context.Context, length int64) error {
	writer, now := ident.New(), u.d.now()
	err := u.d.write(ctx, u.k, func(tx *store.Tx) error {
		ok, err := tx.LeaseUpload(u.row, writer, now, now.Add(uploadLease))
		if err == nil && !ok {
			err = fault.New(fault.Busy, "upload.locked")
		}
		return err
	})
	u.row.Writer, u.since = writer, time.Now()
	if u.row.Length < 0 {
		u.row.Length = length
	}
	return err
}

// receive writes a body to the end of the upload.
func (u *upload) receive(ctx context.Context, body io.Reader) error {
	if err := u.open(ctx); err != nil {
		return errors.Join(err, u.free(ctx))
	}
	defer func() { _ = u.to.Close() }()
	limit := most(u.row.Length)
	stopped := u.pump(ctx, io.LimitReader(body, limit-u.row.Received))
	if stopped == nil && u.w.Taken() == limit {
		if n, _ := io.ReadFull(body, make([]byte, 1)); n > 0 {
			stopped = tooLong()
		}
	}
	if stopped != nil && !fault.Is(stopped, fault.Invalid) {
		return errors.Join(stopped, u.free(ctx)) // the lease has passed on, or the store is gone
	}
	u.last = true
	if err := u.acknowledge(ctx, stopped == nil && u.w.Taken() == u.row.Length); err != nil {
		return errors.Join(err, u.free(ctx))
	}
	return stopped
}

// open takes the key out of its wraps and goes on where the row says.
func (u *upload) open(ctx context.Context) error {
	inner, err := u.sec.unwrap(u.row.Wrap, uploadAD(u.k, u.row))
	if err != nil {
		return err
	}
	under, err := u.d.leafKey(ctx, u.k, u.row.Epoch)
	if err != nil {
		return err
	}
	key, err := openKey(under, inner, objectAD(u.k, u.row.Object))
	if err != nil {
		return err
	}
	if u.sum, err = u.sec.hashKey().OpenHash(u.row.HashState, uploadAD(u.k, u.row)); err != nil {
		return err
	}
	end := &end{}
	if u.w, err = stream(u.k, u.row.Object, key).Resume(end, u.row.Received, u.row.Tail); err != nil {
		return err
	}
	u.to, err = u.d.Blob.Append(ctx, u.row.Object, u.w.SealedOffset())
	end.Writer = u.to
	return err
}

// end is the blob's end, which is known only when the stream is resumed.
type end struct{ io.Writer }

// acknowledge makes durable what was taken, then counts it. The last chunk is written with the
// last acknowledgement. What still waits to be hashed is hashed while the blob is synced.
func (u *upload) acknowledge(ctx context.Context, complete bool) error {
	row := u.row
	row.Received, row.Tail = u.w.Taken(), u.w.Tail()
	if complete {
		row.State = store.UploadComplete
		if err := u.w.Close(); err != nil {
			return err
		}
	}
	if err := u.to.Sync(); err != nil {
		return err
	}
	var err error
	if row.HashState, err = u.sec.hashKey().SealHash(u.sum, uploadAD(u.k, u.row)); err != nil {
		return err
	}
	if row.Lease = u.d.now().Add(uploadLease); u.last {
		row.Lease = 0
	}
	if err := u.d.write(ctx, u.k, func(tx *store.Tx) error { return tx.AdvanceUpload(row) }); err != nil {
		return err
	}
	u.row, u.since = row, time.Now()
	return nil
}

// free lets go of the lease of a writer that has failed; what was acknowledged stands.
func (u *upload) free(ctx context.Context) error {
	row := u.row
	row.Lease = 0
	err := u.d.write(ctx, u.k, func(tx *store.Tx) error { return tx.AdvanceUpload(row) })
	if fault.Is(err, fault.Conflict) {
		return nil
	}
	return err
}
