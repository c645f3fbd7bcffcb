package audit

import (
	"bytes"
	"encoding/binary"

	"varn/internal/kit/clock"
	"varn/internal/kit/fault"
)

// payloadVersion leads every payload.
const payloadVersion = 1

// Encode gives the entry's payload: the version, then each field with its length before it. One
// entry has one encoding.
func (e Entry) Encode() []byte {
	b := make([]byte, 0, 64+len(e.Actor)+len(e.Act)+len(e.Authority)+len(e.Case)+96*len(e.Rows))
	b = append(b, payloadVersion)
	for _, s := range []string{e.Actor, e.Act, e.Authority, e.Case} {
		b = appendText(b, s)
	}
	b = binary.AppendUvarint(b, uint64(e.Hour))
	if e.Count == nil {
		b = append(b, 0)
	} else {
		b = binary.AppendVarint(append(b, 1), *e.Count)
	}
	b = binary.AppendUvarint(b, uint64(len(e.Rows)))
	for _, r := range e.Rows {
		b = appendText(appendText(b, r.Kind), r.ID)
		b = append(b, r.Hash[:]...)
	}
	return b
}

func appendText(b []byte, s string) []byte {
	return append(binary.AppendUvarint(b, uint64(len(s))), s...)
}

// Decode reads a payload; anything but the one encoding of an entry is refused.
func Decode(payload []byte) (Entry, error) {
	d := decoder{rest: payload}
	if d.byte() != payloadVersion {
		return Entry{}, malformed()
	}
	e := Entry{Actor: d.text(), Act: d.text(), Authority: d.text(), Case: d.text()}
	e.Hour = clock.Stamp(d.uvarint())
	if d.byte() == 1 {
		n := d.varint()
		e.Count = &n
	}
	rows := d.uvarint()
	if d.failed || rows > maxRows {
		return Entry{}, malformed()
	}
	for range rows {
		r := Row{Kind: d.text(), ID: d.text()}
		copy(r.Hash[:], d.take(len(r.Hash)))
		e.Rows = append(e.Rows, r)
	}
	if d.failed || e.Check() != nil || !bytes.Equal(e.Encode(), payload) {
		return Entry{}, malformed()
	}
	return e, nil
}

func malformed() error { return fault.Detailf("a payload that is no log entry") }

// decoder reads fields until one is missing; then everything is zero.
type decoder struct {
	rest   []byte
	failed bool
}

func (d *decoder) take(n int) []byte {
	if d.failed || n > len(d.rest) {
		d.failed = true
		return make([]byte, min(n, maxText))
	}
	b := d.rest[:n]
	d.rest = d.rest[n:]
	return b
}

func (d *decoder) byte() byte { return d.take(1)[0] }

func (d *decoder) uvarint() uint64 {
	v, n := binary.Uvarint(d.rest)
	if n <= 0 {
		d.failed = true
		return 0
	}
	d.take(n)
	return v
}

func (d *decoder) varint() int64 {
	v, n := binary.Varint(d.rest)
	if n <= 0 {
		d.failed = true
		return 0
	}
	d.take(n)
	return v
}

func (d *decoder) text() string {
	n := d.uvarint()
	if n > maxText {
		d.failed = true
		return ""
	}
	return string(d.take(int(n)))
}
