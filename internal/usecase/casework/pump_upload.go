package casework

import (
	"context"
	"hash"
	"io"
	"sync"
	"time"

	"varn/internal/infra/store"
	"varn/internal/kit/fault"
)

const (
	pumpBuffer = 256 << 10
	// pumpBuffers is how far sealing may run ahead of hashing: 8 MiB.
	pumpBuffers = 32
)

// pump reads a body to its end: each buffer is hashed in a goroutine of its own while it is sealed
// and written here, so that a file costs the longer of the two and not their sum. It gives nil at
// the end of the body, fault.cut-off where it was cut, or why the store would not go on.
func (u *upload) pump(ctx context.Context, body io.Reader) error {
	unsynced, last := 0, time.Now()
	for {
		buffer := u.hashing.buffer()
		n, err := fillBuffer(body, buffer)
		if n > 0 {
			if err := u.still(ctx); err != nil {
				return err
			}
			u.hashing.add(buffer[:n])
			if _, err := u.w.Write(buffer[:n]); err != nil {
				return err
			}
			unsynced += n
		} else {
			u.hashing.back(buffer)
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

// hashing adds buffers to a hash in their order, in a goroutine of its own. The sealing of a buffer
// is over before the next is asked for, so that neither disturbs the other.
type hashing struct {
	work chan []byte
	free chan []byte
	made int
	busy sync.WaitGroup
}

func newHashing(sum hash.Hash) *hashing {
	h := &hashing{work: make(chan []byte, pumpBuffers), free: make(chan []byte, pumpBuffers)}
	go func() {
		for part := range h.work {
			sum.Write(part) // a hash never fails
			h.free <- part[:cap(part)]
			h.busy.Done()
		}
	}()
	return h
}

// buffer gives one that nobody uses; a short file needs few.
func (h *hashing) buffer() []byte {
	select {
	case b := <-h.free:
		return b
	default:
	}
	if h.made < pumpBuffers {
		h.made++
		return make([]byte, pumpBuffer)
	}
	return <-h.free
}

func (h *hashing) add(part []byte) {
	h.busy.Add(1)
	h.work <- part
}

func (h *hashing) back(buffer []byte) { h.free <- buffer }

// wait returns when everything that was added is in the hash.
func (h *hashing) wait() { h.busy.Wait() }

func (h *hashing) end() {
	h.busy.Wait()
	close(h.work)
}
