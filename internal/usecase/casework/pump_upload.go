package casework

import (
	"context"
	"io"
	"time"

	"varn/internal/infra/store"
	"varn/internal/kit/fault"
)

const pumpBuffer = 256 << 10

// pump reads a body to its end: what is sealed and written here is hashed beside it, leaf by leaf,
// so that a file costs what the cores can do together. It gives nil at the end of the body,
// fault.cut-off where it was cut, or why the store would not go on.
func (u *upload) pump(ctx context.Context, body io.Reader) error {
	buffer := make([]byte, pumpBuffer)
	unsynced, last := 0, time.Now()
	for {
		n, err := fillBuffer(body, buffer)
		if n > 0 {
			if err := u.still(ctx); err != nil {
				return err
			}
			_, _ = u.sum.Write(buffer[:n]) // a hash never fails
			if _, err := u.w.Write(buffer[:n]); err != nil {
				return err
			}
			unsynced += n
		}
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return fault.Wrap(fault.Invalid, "fault.cut-off", err)
		}
		if unsynced >= syncEvery || time.Since(last) > syncPause {
			if err := u.acknowledge(ctx, false); err != nil {
				return err
			}
			unsynced, last = 0, time.Now()
		}
	}
}

// fillBuffer reads until the buffer is full or the body has been slow: whichever is first.
func fillBuffer(body io.Reader, buffer []byte) (int, error) {
	n, begun := 0, time.Now()
	for n < len(buffer) {
		m, err := body.Read(buffer[n:])
		n += m
		if err != nil || time.Since(begun) > time.Second {
			return n, err
		}
	}
	return n, nil
}

// still makes sure that the lease is this writer's before it writes to the blob: a body that was
// silent for long may have been overtaken.
func (u *upload) still(ctx context.Context) error {
	if time.Since(u.since) < uploadLease/2 {
		return nil
	}
	now := u.d.now()
	err := u.d.write(ctx, u.k, func(tx *store.Tx) error {
		row := u.row
		row.Lease = now.Add(uploadLease)
		return tx.AdvanceUpload(row)
	})
	if err == nil {
		u.since = time.Now()
	}
	return err
}
