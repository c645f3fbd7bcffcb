package evidence

import (
	"bytes"
	"encoding/binary"
	"io"
	"slices"

	"varn/internal/kit/fault"
)

// contents is an archive that has been read: what it holds, and whether every byte outside the files
// is as Värn writes it.
type contents struct {
	r       io.ReaderAt
	entries []entry
	ours    bool
}

func unreadable(why string) error {
	return fault.New(fault.Invalid, "fault.invalid", "not a package that can be read: "+why)
}

// readArchive reads the directory of an archive, also of one that another program has packed anew.
// Nothing is read that the limits do not allow, and no two files may share bytes.
func readArchive(r io.ReaderAt, size int64) (*contents, error) {
	end, err := readEnd(r, size)
	if err != nil {
		return nil, err
	}
	if end.entries > maxEntries || end.length > maxDirectory || end.offset < 0 || end.offset > size || end.length > size-end.offset {
		return nil, unreadable("its directory is out of bounds")
	}
	raw := make([]byte, size-end.offset)
	if len(raw) > maxDirectory+1<<16 {
		return nil, unreadable("its directory is out of bounds")
	}
	if err := readFull(r, raw, end.offset); err != nil {
		return nil, err
	}
	c := &contents{r: r}
	stamp, rest := uint32(0), raw[:end.length]
	for range end.entries {
		var e entry
		if e, stamp, rest, err = readCentral(rest); err != nil {
			return nil, err
		}
		if err := c.locate(&e, end.offset); err != nil {
			return nil, err
		}
		c.entries = append(c.entries, e)
	}
	if err := apart(c.entries); err != nil {
		return nil, err
	}
	c.ours = bytes.Equal(raw, directory(c.entries, end.offset, stamp)) && c.inOrder(end.offset, stamp)
	return c, nil
}

type archiveEnd struct {
	entries        int
	length, offset int64
}

// readEnd finds the end of the directory: at the very end, or before a comment.
func readEnd(r io.ReaderAt, size int64) (archiveEnd, error) {
	tail := make([]byte, min(size, endSize+1<<16))
	if err := readFull(r, tail, size-int64(len(tail))); err != nil {
		return archiveEnd{}, err
	}
	at := -1
	for i := len(tail) - endSize; i >= 0; i-- {
		if binary.LittleEndian.Uint32(tail[i:]) == endMark && i+endSize+int(binary.LittleEndian.Uint16(tail[i+20:])) == len(tail) {
			at = i
			break
		}
	}
	if at < 0 {
		return archiveEnd{}, unreadable("it is no ZIP, or it has been cut")
	}
	e := tail[at:]
	end := archiveEnd{int(binary.LittleEndian.Uint16(e[10:])), int64(binary.LittleEndian.Uint32(e[12:])), int64(binary.LittleEndian.Uint32(e[16:]))}
	if end.offset != far {
		return end, nil
	}
	place := make([]byte, farPlaceSize)
	where := size - int64(len(tail)) + int64(at) - farPlaceSize
	if err := readFull(r, place, where); err != nil || binary.LittleEndian.Uint32(place) != farPlaceMark {
		return end, unreadable("its directory is nowhere")
	}
	record := make([]byte, farEndSize)
	if err := readFull(r, record, int64(binary.LittleEndian.Uint64(place[8:]))); err != nil || binary.LittleEndian.Uint32(record) != farEndMark {
		return end, unreadable("its directory is nowhere")
	}
	end.entries = int(min(binary.LittleEndian.Uint64(record[32:]), maxEntries+1))
	end.length, end.offset = int64(binary.LittleEndian.Uint64(record[40:])), int64(binary.LittleEndian.Uint64(record[48:]))
	if end.length < 0 {
		return end, unreadable("its directory is out of bounds")
	}
	return end, nil
}

// readCentral reads one line of the directory.
func readCentral(b []byte) (e entry, stamp uint32, rest []byte, err error) {
	bad := unreadable("its directory is damaged")
	if len(b) < centralSize || binary.LittleEndian.Uint32(b) != centralMark {
		return e, 0, nil, bad
	}
	name, extra, comment := int(binary.LittleEndian.Uint16(b[28:])), int(binary.LittleEndian.Uint16(b[30:])), int(binary.LittleEndian.Uint16(b[32:]))
	if len(b) < centralSize+name+extra+comment {
		return e, 0, nil, bad
	}
	size, packed := binary.LittleEndian.Uint32(b[24:]), binary.LittleEndian.Uint32(b[20:])
	e = entry{name: string(b[centralSize:][:name]), crc: binary.LittleEndian.Uint32(b[16:]), size: int64(size),
		header: int64(binary.LittleEndian.Uint32(b[42:])), stored: binary.LittleEndian.Uint16(b[10:]) == 0 && size == packed && size != far}
	if e.header == far {
		more := b[centralSize+name:][:extra]
		if len(more) < 12 || binary.LittleEndian.Uint16(more) != 1 || binary.LittleEndian.Uint16(more[2:]) < 8 {
			return e, 0, nil, bad
		}
		e.header = int64(binary.LittleEndian.Uint64(more[4:]))
	}
	if !validPath(e.name) {
		return e, 0, nil, unreadable("a name in it leads elsewhere")
	}
	return e, binary.LittleEndian.Uint32(b[12:]), b[centralSize+name+extra+comment:], nil
}

// locate finds where a file's bytes begin. What the header before them calls it must be what the
// directory does, or two programs would unpack two different things.
func (c *contents) locate(e *entry, end int64) error {
	head := make([]byte, localSize+len(e.name))
	if e.header < 0 || e.header > end-int64(len(head)) {
		return unreadable("a file in it is out of bounds")
	}
	if err := readFull(c.r, head, e.header); err != nil {
		return err
	}
	if binary.LittleEndian.Uint32(head) != localMark || int(binary.LittleEndian.Uint16(head[26:])) != len(e.name) || string(head[localSize:]) != e.name {
		return unreadable("a file in it has two names, or none")
	}
	e.data = e.header + int64(len(head)) + int64(binary.LittleEndian.Uint16(head[28:]))
	if e.stored && e.data+e.size > end {
		return unreadable("a file in it is out of bounds")
	}
	return nil
}

// apart refuses files that share bytes, which would let a small archive hold endless ones.
func apart(entries []entry) error {
	sorted := slices.SortedFunc(slices.Values(entries), func(a, b entry) int { return int(min(max(a.header-b.header, -1), 1)) })
	for i := 1; i < len(sorted); i++ {
		if before := sorted[i-1]; before.data+before.size > sorted[i].header {
			return unreadable("two files in it share bytes")
		}
	}
	return nil
}

// inOrder tells whether everything between the files is as Värn writes it.
func (c *contents) inOrder(end int64, stamp uint32) bool {
	at := int64(0)
	for _, e := range c.entries {
		head, after := localHeader(e, stamp), descriptor(e)
		got := make([]byte, len(head)+len(after))
		if e.header != at || !e.stored || readFull(c.r, got[:len(head)], at) != nil || e.data != at+int64(len(head)) {
			return false
		}
		if readFull(c.r, got[len(head):], e.data+e.size) != nil || !bytes.Equal(got, append(head, after...)) {
			return false
		}
		at = e.data + e.size + descriptorSize
	}
	return at == end
}

func (c *contents) find(name string) (entry, bool) {
	i := slices.IndexFunc(c.entries, func(e entry) bool { return e.name == name })
	if i < 0 {
		return entry{}, false
	}
	return c.entries[i], true
}

// small reads a whole file of at most so many bytes.
func (c *contents) small(e entry, most int64) ([]byte, bool) {
	if !e.stored || e.size > most {
		return nil, false
	}
	b := make([]byte, e.size)
	return b, readFull(c.r, b, e.data) == nil
}

func readFull(r io.ReaderAt, b []byte, at int64) error {
	if at < 0 {
		return unreadable("it has been cut")
	}
	if n, err := r.ReadAt(b, at); n < len(b) {
		if err == nil || err == io.EOF {
			return unreadable("it has been cut")
		}
		return err
	}
	return nil
}

// Unpack gives one file of a package, at most 16 MiB, without judging it: Verify does.
func Unpack(r io.ReaderAt, size int64, name string) ([]byte, error) {
	c, err := readArchive(r, size)
	if err != nil {
		return nil, err
	}
	e, ok := c.find(name)
	if !ok {
		return nil, unreadable("it has no such file")
	}
	b, ok := c.small(e, maxManifest)
	if !ok {
		return nil, unreadable("the file is too long")
	}
	return b, nil
}
