package redact

import (
	"bytes"
	"encoding/binary"

	"varn/internal/domain/extract"
)

// strippedHEIC writes zeros over what a HEIC says about itself: the items of EXIF and XMP, where they lie. Nothing is
// moved, so that everything in the file still points right. ISO/IEC 14496-12 sections 8.11.3 and 8.11.6.
func strippedHEIC(b []byte) Result {
	meta := child(b, "meta")
	if len(meta) < 4 {
		return Result{Why: extract.WhyDamaged}
	}
	meta = meta[4:]
	said := metadataItems(child(meta, "iinf"))
	out := bytes.Clone(b)
	if len(said) == 0 {
		return Result{Content: out}
	}
	if !zeroItems(out, child(meta, "iloc"), child(meta, "idat"), said) {
		return Result{Why: extract.WhyUnknown}
	}
	return Result{Content: out}
}

// child gives the inside of the first box of a name.
func child(b []byte, name string) []byte {
	for len(b) >= 8 {
		size, head := uint64(binary.BigEndian.Uint32(b)), uint64(8)
		if size == 1 && len(b) >= 16 {
			size, head = binary.BigEndian.Uint64(b[8:]), 16
		}
		if size == 0 {
			size = uint64(len(b))
		}
		if size < head || size > uint64(len(b)) {
			return nil
		}
		if string(b[4:8]) == name {
			return b[head:size]
		}
		b = b[size:]
	}
	return nil
}

// metadataItems are the numbers of the items that are no pictures.
func metadataItems(b []byte) map[uint32]bool {
	said := map[uint32]bool{}
	if len(b) < 6 {
		return said
	}
	rest := b[6:]
	if b[0] != 0 {
		rest = b[min(8, len(b)):]
	}
	for len(rest) >= 8 {
		size := binary.BigEndian.Uint32(rest)
		if size < 20 || uint64(size) > uint64(len(rest)) {
			break
		}
		e := rest[8:size]
		id, kind := uint32(binary.BigEndian.Uint16(e[4:])), string(e[8:12])
		if e[0] == 3 && len(e) >= 14 {
			id, kind = binary.BigEndian.Uint32(e[4:]), string(e[10:14])
		}
		if kind == "Exif" || kind == "mime" || kind == "uri " {
			said[id] = true
		}
		rest = rest[size:]
	}
	return said
}

// zeroItems writes zeros where items lie; false: that is in a way that is not known here.
func zeroItems(out, iloc, idat []byte, said map[uint32]bool) bool {
	r := numbers8{b: iloc}
	version := r.take(1)
	r.take(3)
	sizes := r.take(2)
	offset, length, base, index := int(sizes>>12), int(sizes>>8&15), int(sizes>>4&15), int(sizes&15)
	wide := 2
	if version == 2 {
		wide = 4
	}
	count := r.take(wide)
	done := 0
	for range min(count, 10_000) {
		id := uint32(r.take(wide))
		method := uint64(0)
		if version > 0 {
			method = r.take(2) & 15
		}
		r.take(2)
		from := r.take(base)
		for range min(r.take(2), 1000) {
			if version > 0 {
				r.take(index)
			}
			at, n := from+r.take(offset), r.take(length)
			if !said[id] {
				continue
			}
			area := out
			if method == 1 { // inside the box idat
				i := bytes.Index(out, idat)
				if len(idat) == 0 || i < 0 {
					return false
				}
				area = out[i : i+len(idat)]
			} else if method != 0 {
				return false
			}
			if at > uint64(len(area)) || n > uint64(len(area))-at {
				return false
			}
			clear(area[at : at+n])
			done++
		}
	}
	return !r.short && done > 0
}

// numbers8 reads big-endian numbers of up to eight bytes.
type numbers8 struct {
	b     []byte
	short bool
}

func (r *numbers8) take(n int) (v uint64) {
	if n < 0 || n > 8 || len(r.b) < n {
		r.short = true
		r.b = nil
		return 0
	}
	for _, c := range r.b[:n] {
		v = v<<8 | uint64(c)
	}
	r.b = r.b[n:]
	return v
}
