package blob

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"

	"varn/internal/kit/durable"
	"varn/internal/kit/fault"
)

// Disk keeps each blob as a file that only its owner may read, in folders named by the first two
// characters.
type Disk struct {
	dir     string
	reserve int64
}

// OpenDisk opens a folder, and makes it if it is not there. So many bytes of the file system are
// kept free of attachments.
func OpenDisk(dir string, reserve int64) (*Disk, error) {
	if err := durable.Dir(dir); err != nil {
		return nil, fmt.Errorf("data: %s cannot be made: %w", dir, err)
	}
	return &Disk{dir: dir, reserve: reserve}, nil
}

func (d *Disk) path(name string) string { return filepath.Join(d.dir, name[:2], name) }

// Put writes beside and renames.
func (d *Disk) Put(ctx context.Context, name string, content []byte) error {
	if len(content) == 0 {
		return d.Delete(ctx, name)
	}
	if err := d.ready(name); err != nil {
		return err
	}
	if err := d.space(int64(len(content))); err != nil {
		return err
	}
	return fromDisk(name, durable.Replace(d.path(name), content))
}

// ready checks the name and makes its folder.
func (d *Disk) ready(name string) error {
	if err := good(name); err != nil {
		return err
	}
	return fromDisk(name, durable.Dir(filepath.Dir(d.path(name))))
}

// ReadAt reads from the file.
func (d *Disk) ReadAt(_ context.Context, name string, p []byte, off int64) (int, error) {
	if err := good(name); err != nil {
		return 0, err
	}
	f, err := os.Open(d.path(name))
	if err != nil {
		return 0, fromDisk(name, err)
	}
	defer func() { _ = f.Close() }()
	n, err := f.ReadAt(p, off)
	if err == io.EOF {
		if s, err := f.Stat(); err == nil && s.Size() == 0 {
			return 0, missing(name)
		}
		return n, io.EOF
	}
	return n, fromDisk(name, err)
}

// Size asks the file system.
func (d *Disk) Size(_ context.Context, name string) (int64, error) {
	if err := good(name); err != nil {
		return 0, err
	}
	s, err := os.Stat(d.path(name))
	if err != nil {
		return 0, fromDisk(name, err)
	}
	if s.Size() == 0 {
		return 0, missing(name)
	}
	return s.Size(), nil
}

// Delete takes the name away, durably. What was in it is erased by its key, not here.
func (d *Disk) Delete(_ context.Context, name string) error {
	if err := good(name); err != nil {
		return err
	}
	err := durable.Remove(d.path(name))
	if errors.Is(err, fs.ErrNotExist) { // not even the folder is there
		return nil
	}
	return fromDisk(name, err)
}

// Walk goes through the folders; files being written are passed over.
func (d *Disk) Walk(ctx context.Context, each func(name string, size int64) error) error {
	return filepath.WalkDir(d.dir, func(_ string, e fs.DirEntry, err error) error {
		if errors.Is(err, fs.ErrNotExist) { // deleted meanwhile
			return nil
		}
		if err != nil || e.IsDir() || strings.HasPrefix(e.Name(), ".") {
			return errors.Join(err, ctx.Err())
		}
		s, err := e.Info()
		if errors.Is(err, fs.ErrNotExist) {
			return nil
		}
		if err != nil || s.Size() == 0 {
			return err
		}
		return each(e.Name(), s.Size())
	})
}

// Room looks at the file system.
func (d *Disk) Room(_ context.Context, size int64) error { return d.space(size) }

// Free is how many bytes the file system has for us.
func (d *Disk) Free() (int64, error) {
	var s syscall.Statfs_t
	if err := syscall.Statfs(d.dir, &s); err != nil {
		return 0, err
	}
	return int64(s.Bavail) * s.Bsize, nil
}

func (d *Disk) space(size int64) error {
	free, err := d.Free()
	if err != nil {
		return fault.Wrap(fault.Unavailable, "blob.away", err)
	}
	if free-size < d.reserve {
		return full(fmt.Errorf("%s: %d bytes free, of which %d are kept for reports and messages, and %d more are wanted", d.dir, free, d.reserve, size))
	}
	return nil
}

func fromDisk(name string, err error) error {
	switch {
	case err == nil:
		return nil
	case errors.Is(err, fs.ErrNotExist):
		return missing(name)
	case noSpace(err):
		return full(err)
	}
	return fault.Wrap(fault.Unavailable, "blob.away", err)
}
