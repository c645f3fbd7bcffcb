package evidence

import (
	"encoding/binary"
	"hash/crc32"
	"io"
	"strings"
	"time"

	"varn/internal/kit/fault"
)

// A package is a ZIP that anybody can open. Ours has one form only: every entry stored and not
// compressed, its length and sum after it, one time for all, nothing between and nothing after. So a
// change of a byte that belongs to no file is noticed too.
const (
	localMark      = 0x04034b50
	descriptorMark = 0x08074b50
	centralMark    = 0x02014b50
	endMark        = 0x06054b50
	farEndMark     = 0x06064b50
	farPlaceMark   = 0x07064b50

	plainVersion = 20
	farVersion   = 45     // where an offset needs 64 bits
	entryFlags   = 0x0808 // length after the entry; the name is UTF-8
	far          = 0xffffffff

	localSize      = 30
	descriptorSize = 16
	centralSize    = 46
	endSize        = 22
	farEndSize     = 56
	farPlaceSize   = 20
)

// Limits of an archive.
const (
	maxEntries   = 2000
	maxName      = 400
	maxDirectory = 2 << 20
	maxEntry     = 1<<32 - 2 // bytes
)

// entry is one file of an archive.
type entry struct {
	name   string
	size   int64
	crc    uint32
	header int64 // where its header begins
	data   int64 // where its bytes begin
	stored bool
}

// Archive writes the files of a package one after the other, as they come.
type Archive struct {
	to      io.Writer
	at      int64
	stamp   uint32
	entries []entry
	open    bool
}

// NewArchive begins an archive whose entries all have the one time.
func NewArchive(to io.Writer, made time.Time) *Archive { return &Archive{to: to, stamp: stampOf(made)} }

// stampOf is a time as ZIP writes it: local, in steps of two seconds.
func stampOf(t time.Time) uint32 {
	day := uint32(max(t.Year()-1980, 0))<<9 | uint32(t.Month())<<5 | uint32(t.Day())
	return day<<16 | uint32(t.Hour())<<11 | uint32(t.Minute())<<5 | uint32(t.Second()/2)
}

// Create begins the next file; it must be closed before another begins.
func (a *Archive) Create(name string) (io.WriteCloser, error) {
	if a.open || !validPath(name) || len(a.entries) == maxEntries {
		return nil, fault.Detailf("an entry of an archive has no name that it can have, or begins within another")
	}
	e := entry{name: name, header: a.at}
	if err := a.write(localHeader(e, a.stamp)); err != nil {
		return nil, err
	}
	a.open = true
	return &entryWriter{a: a, e: e}, nil
}

// Add writes a whole file.
func (a *Archive) Add(name string, content []byte) error {
	w, err := a.Create(name)
	if err != nil {
		return err
	}
	if _, err := w.Write(content); err != nil {
		return err
	}
	return w.Close()
}

// Close writes the directory. Without it no program takes the archive for whole.
func (a *Archive) Close() error { return a.write(directory(a.entries, a.at, a.stamp)) }

func (a *Archive) write(b []byte) error {
	n, err := a.to.Write(b)
	a.at += int64(n)
	return err
}

type entryWriter struct {
	a *Archive
	e entry
}

func (w *entryWriter) Write(p []byte) (int, error) {
	if w.e.size+int64(len(p)) > maxEntry {
		return 0, fault.Detailf("an entry of an archive is too long")
	}
	n, err := w.a.to.Write(p)
	w.a.at += int64(n)
	w.e.size += int64(n)
	w.e.crc = crc32.Update(w.e.crc, crc32.IEEETable, p[:n])
	return n, err
}

func (w *entryWriter) Close() error {
	w.a.open = false
	w.a.entries = append(w.a.entries, w.e)
	return w.a.write(descriptor(w.e))
}

// fields writes numbers, the shortest first, as ZIP does: each uint16, uint32 or uint64.
func fields(list ...any) []byte {
	var b []byte
	for _, f := range list {
		switch f := f.(type) {
		case uint16:
			b = binary.LittleEndian.AppendUint16(b, f)
		case uint32:
			b = binary.LittleEndian.AppendUint32(b, f)
		case uint64:
			b = binary.LittleEndian.AppendUint64(b, f)
		case string:
			b = append(b, f...)
		}
	}
	return b
}

func localHeader(e entry, stamp uint32) []byte {
	return fields(uint32(localMark), uint16(plainVersion), uint16(entryFlags), uint16(0), stamp,
		uint32(0), uint32(0), uint32(0), uint16(len(e.name)), uint16(0), e.name)
}

func descriptor(e entry) []byte {
	return fields(uint32(descriptorMark), e.crc, uint32(e.size), uint32(e.size))
}

// directory is the central directory with its end, for a directory that begins at an offset.
func directory(entries []entry, at int64, stamp uint32) []byte {
	var b []byte
	for _, e := range entries {
		version, offset, extra := uint16(plainVersion), uint32(e.header), ""
		if e.header >= far {
			version, offset = farVersion, far
			extra = string(fields(uint16(1), uint16(8), uint64(e.header)))
		}
		b = append(b, fields(uint32(centralMark), version, version, uint16(entryFlags), uint16(0), stamp, e.crc, uint32(e.size), uint32(e.size),
			uint16(len(e.name)), uint16(len(extra)), uint16(0), uint16(0), uint16(0), uint32(0), offset, e.name, extra)...)
	}
	n, length, offset := uint16(len(entries)), uint32(len(b)), uint32(at)
	if at >= far {
		end := at + int64(len(b))
		b = append(b, fields(uint32(farEndMark), uint64(farEndSize-12), uint16(farVersion), uint16(farVersion), uint32(0), uint32(0),
			uint64(n), uint64(n), uint64(length), uint64(at))...)
		b = append(b, fields(uint32(farPlaceMark), uint32(0), uint64(end), uint32(1))...)
		offset = far
	}
	return append(b, fields(uint32(endMark), uint16(0), uint16(0), n, n, length, offset, uint16(0))...)
}

// validPath tells whether a name can stand in a package: a file, or one in a folder, and nothing
// that leads out of where it is unpacked.
func validPath(name string) bool {
	if name == "" || len(name) > maxName || strings.ContainsAny(name, `\:`) || strings.ContainsFunc(name, func(r rune) bool { return r < 0x20 || r == 0x7f || r == 0xfffd }) {
		return false
	}
	parts := strings.Split(name, "/")
	for _, p := range parts {
		if p == "" || p == "." || p == ".." {
			return false
		}
	}
	return len(parts) <= 2
}
