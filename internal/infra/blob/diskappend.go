package blob

import (
	"context"
	"errors"
	"os"
	"path/filepath"

	"varn/internal/kit/durable"
)

// spaceEvery is how many bytes are written between two looks at the free space.
const spaceEvery = 16 << 20

// beginEvery is how many bytes the kernel is asked at a time to begin writing to the disk.
const beginEvery = 8 << 20

type diskAppender struct {
	d       *Disk
	f       *os.File
	name    string
	end     int64 // of what was written
	synced  int64
	allowed int64 // how far the last look at the free space reaches
	begun   int64 // how far the kernel has been asked to write to the disk
	fresh   bool  // the name is not durable yet
}

// Append cuts the file to what was acknowledged and goes on from there.
func (d *Disk) Append(_ context.Context, name string, at int64) (Appender, error) {
	if err := d.ready(name); err != nil {
		return nil, err
	}
	flags := os.O_RDWR
	if at == 0 {
		flags |= os.O_CREATE
	}
	f, err := os.OpenFile(d.path(name), flags, 0o600)
	if err != nil {
		return nil, fromDisk(name, err)
	}
	s, err := f.Stat()
	if err == nil && s.Size() < at {
		err = short(name)
	} else if err == nil {
		err = fromDisk(name, f.Truncate(at))
	}
	if err != nil {
		_ = f.Close()
		return nil, err
	}
	return &diskAppender{d: d, f: f, name: name, end: at, synced: at, allowed: at, begun: at, fresh: at == 0}, nil
}

func (a *diskAppender) Write(p []byte) (int, error) {
	if a.end+int64(len(p)) > a.allowed {
		ahead := max(int64(len(p)), spaceEvery)
		if err := a.d.space(int64(len(p))); err != nil {
			return 0, a.undo(err)
		}
		a.allowed = a.end + ahead
	}
	n, err := a.f.WriteAt(p, a.end)
	a.end += int64(n)
	if err != nil {
		return n, a.undo(fromDisk(a.name, err))
	}
	if n := a.end - a.begun; n >= beginEvery {
		beginSync(a.f, a.begun, n)
		a.begun = a.end
	}
	return n, nil
}

// undo gives the space back that a write took which nobody will be told of.
func (a *diskAppender) undo(err error) error {
	a.end = a.synced
	_ = a.f.Truncate(a.synced)
	return err
}

func (a *diskAppender) Sync() error {
	if err := a.f.Sync(); err != nil {
		return fromDisk(a.name, err)
	}
	if a.fresh {
		if err := durable.SyncDir(filepath.Dir(a.d.path(a.name))); err != nil {
			return fromDisk(a.name, err)
		}
		a.fresh = false
	}
	a.synced = a.end
	return nil
}

func (a *diskAppender) Close() error {
	if err := a.f.Close(); err != nil && !errors.Is(err, os.ErrClosed) {
		return fromDisk(a.name, err)
	}
	return nil
}
