package casework

import (
	"context"
	"io"
	"sync"
	"time"

	"varn/internal/infra/store"
	"varn/internal/kit/fault"
)

const (
	pumpBuffer  = 256 << 10
	pumpBuffers = 8
)

// pump reads a body to its end: each buffer is hashed in a goroutine of its own while it is sealed
// and written here, so that a file costs the longer of the two and not their sum. It gives nil at
// the end of the body, fault.cut-off where it was cut, or why the store would not go on.
func (u *upload) pump(ctx context.Context, body io.Reader) error {
	free := make(chan []byte, pumpBuffers)
	for range pumpBuffers {
		free <- make([]byte, pumpBuffer)
	}
	hashing := newHashing(u, free)
	defer hashing.end()
	unsynced, last := 0, time.Now()
	for {
		buffer := <-free
		n, err := fillBuffer(body, buffer)
		if n > 0 {
			if err := u.still(ctx); err != nil {
				return err
			}
			hashing.add(buffer, n)
			if _, err := u.w.Write(buffer[:n]); err != nil {
				return err
			}
			unsynced += n
		} else {
			free <- buffer
		}
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return fault.Wrap(fault.Invalid, "fault.cut-off", err)
		}
		if unsynced >= syncEvery || time.Since(last) > syncPause {
			hashing.wait()
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

// hashing adds buffers to the hash in their order, and gives each back when it is done with it.
// The sealing of a buffer is over before the next is taken, so that neither disturbs the other.
type hashing struct {
	work chan []byte
	busy sync.WaitGroup
}

func newHashing(u *upload, free chan<- []byte) *hashing {
	h := &hashing{work: make(chan []byte, pumpBuffers)}
	go func() {
		for part := range h.work {
			u.sum.Write(part) // a hash never fails
			free <- part[:cap(part)]
			h.busy.Done()
		}
	}()
	return h
}

func (h *hashing) add(buffer []byte, n int) {
	h.busy.Add(1)
	h.work <- buffer[:n]
}

// wait returns when everything that was added is in the hash.
func (h *hashing) wait() { h.busy.Wait() }

func (h *hashing) end() {
	h.busy.Wait()
	close(h.work)
}
