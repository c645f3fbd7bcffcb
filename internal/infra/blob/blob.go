// Package blob keeps sealed chunks on disk or in S3; it never sees what they hold.
package blob

import (
	"context"
	"errors"
	"io"
	"syscall"

	"varn/internal/kit/fault"
)

// Place is one store of blobs. A blob has a name of 4 to 64 characters a-z, 0-9 and hyphen, and at
// least one byte: an empty blob is one that is not there.
// Errors are faults: NotFound for a blob that is not there, Unavailable for a full or absent store.
type Place interface {
	// Put writes a whole blob, in the place of one with the same name; afterwards the old or the
	// new one is there, never a part, and the new one is durable when Put returns nil.
	Put(ctx context.Context, name string, content []byte) error
	// Append goes on with a blob after its first at bytes; what lies behind them is dropped. At 0
	// it begins a new blob.
	Append(ctx context.Context, name string, at int64) (Appender, error)
	// ReadAt fills p from off; io.EOF comes with what there was before the end.
	ReadAt(ctx context.Context, name string, p []byte, off int64) (int, error)
	// Size is the number of bytes of a blob.
	Size(ctx context.Context, name string) (int64, error)
	// Delete removes a blob; one that is not there is no error.
	Delete(ctx context.Context, name string) error
	// Walk calls each for every blob, in the order of their names, until each fails.
	Walk(ctx context.Context, each func(name string, size int64) error) error
	// Room refuses, as Unavailable, an attachment of so many bytes that would take the space kept
	// free for reports and messages.
	Room(ctx context.Context, size int64) error
}

// Appender writes to the end of one blob. Only what was written before a Sync that succeeded is
// durable; Close gives the blob free and promises nothing more. After an error the blob holds at
// least what was synced, and a new Append goes on from there.
type Appender interface {
	io.Writer
	Sync() error
	Close() error
}

// Reader reads one blob as an io.ReaderAt, for as long as ctx lives.
func Reader(ctx context.Context, p Place, name string) io.ReaderAt { return reader{ctx, p, name} }

type reader struct {
	ctx   context.Context
	place Place
	name  string
}

func (r reader) ReadAt(p []byte, off int64) (int, error) {
	return r.place.ReadAt(r.ctx, r.name, p, off)
}

// good refuses a name that could lead anywhere else.
func good(name string) error {
	if len(name) < 4 || len(name) > 64 {
		return fault.New(fault.Internal, "fault.internal", "blob: a name has 4 to 64 characters")
	}
	for _, r := range name {
		if (r < 'a' || r > 'z') && (r < '0' || r > '9') && r != '-' {
			return fault.New(fault.Internal, "fault.internal", "blob: a name holds a-z, 0-9 and hyphen")
		}
	}
	return nil
}

func missing(name string) error { return fault.New(fault.NotFound, "blob.missing", name) }

func full(err error) error { return fault.Wrap(fault.Unavailable, "blob.full", err) }

// short is an Append behind the end: the row and the store do not agree.
func short(name string) error {
	return fault.New(fault.Internal, "fault.internal", "blob "+name+" is shorter than what was acknowledged")
}

func noSpace(err error) bool {
	return errors.Is(err, syscall.ENOSPC) || errors.Is(err, syscall.EDQUOT) || errors.Is(err, syscall.EFBIG)
}
