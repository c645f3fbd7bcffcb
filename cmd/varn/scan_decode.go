package main

import (
	"bytes"
	"encoding/binary"
	"errors"
	"io"
	"unicode/utf16"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"
)

// decoder gives a text as valid UTF-8 whatever it was written in: UTF-16 with or without a mark, and
// otherwise UTF-8 in which each byte that can't be is read as Windows-1252. What is UTF-8 passes unchanged.
type decoder struct {
	in      io.Reader
	begun   bool
	order   binary.ByteOrder // of UTF-16; nil: bytes
	raw     []byte
	held    int // bytes in raw
	used    int // of them decoded
	out     []byte
	ended   error
	scratch []byte
}

func newDecoder(in io.Reader) *decoder { return &decoder{in: in, raw: make([]byte, 64<<10)} }

// Read gives decoded text.
func (d *decoder) Read(p []byte) (int, error) {
	if n := d.straight(p); n > 0 {
		return n, nil
	}
	for len(d.out) == 0 {
		if d.ended != nil && d.held == d.used {
			return 0, d.ended
		}
		d.fill()
	}
	n := copy(p, d.out)
	d.out = d.out[n:]
	return n, nil
}

// straight reads into p itself what is UTF-8 already, a part that the nearest memory holds at a time.
func (d *decoder) straight(p []byte) int {
	const part = 32 << 10
	if !d.begun || d.order != nil || d.ended != nil || len(d.out) > 0 || d.used < d.held || len(p) < part {
		return 0
	}
	n, err := d.in.Read(p[:part])
	if err != nil {
		d.ended = err
	}
	good := validUTF8(p[:n])
	d.held, d.used = copy(d.raw, p[good:n]), 0
	return good
}

// fill reads more and decodes what is whole.
func (d *decoder) fill() {
	d.held, d.used = copy(d.raw, d.raw[d.used:d.held]), 0
	if d.ended == nil && d.held < len(d.raw)/2 {
		n, err := io.ReadAtLeast(d.in, d.raw[d.held:], 1)
		if !d.begun && err == nil && n < 1024 { // enough to tell UTF-16
			more, e := io.ReadAtLeast(d.in, d.raw[d.held+n:], 1)
			n, err = n+more, e
		}
		d.held += n
		if err != nil {
			if errors.Is(err, io.ErrUnexpectedEOF) {
				err = io.EOF
			}
			d.ended = err
		}
	}
	b := d.raw[:d.held]
	if !d.begun {
		d.begun = true
		d.order = utf16Order(b)
		if d.order != nil && len(b) >= 2 && d.order.Uint16(b) == 0xFEFF {
			d.used, b = 2, b[2:]
		}
	}
	var n int
	if d.order != nil {
		d.out, n = d.wide(b)
	} else {
		d.out, n = d.narrow(b)
	}
	d.used += n
}

// wide decodes UTF-16.
func (d *decoder) wide(b []byte) ([]byte, int) {
	out := d.scratch[:0]
	i := 0
	for ; i+1 < len(b); i += 2 {
		r := rune(d.order.Uint16(b[i:]))
		if utf16.IsSurrogate(r) {
			if i+3 >= len(b) && d.ended == nil {
				break
			}
			if i+3 < len(b) {
				if pair := utf16.DecodeRune(r, rune(d.order.Uint16(b[i+2:]))); pair != utf8.RuneError {
					out = utf8.AppendRune(out, pair)
					i += 2
					continue
				}
			}
			r = utf8.RuneError
		}
		out = utf8.AppendRune(out, r)
	}
	if d.ended != nil {
		i = len(b)
	}
	d.scratch = out
	return out, i
}

// narrow passes UTF-8 on, and reads what is not as Windows-1252.
func (d *decoder) narrow(b []byte) ([]byte, int) {
	good := validUTF8(b)
	if good == len(b) {
		return b, good
	}
	out := append(d.scratch[:0], b[:good]...)
	i := good
	for i < len(b) {
		if d.ended == nil && !utf8.FullRune(b[i:]) {
			break
		}
		r, n := utf8.DecodeRune(b[i:])
		if r == utf8.RuneError && n == 1 {
			r = charmap.Windows1252.DecodeByte(b[i])
		}
		out = utf8.AppendRune(out, r)
		i += n
		if more := validUTF8(b[i:]); more > 0 {
			out = append(out, b[i:i+more]...)
			i += more
		}
	}
	d.scratch = out
	return out, i
}

// validUTF8 is how many bytes at the beginning are whole UTF-8. Thirty-two bytes are looked at in one go as
// long as all letters above ASCII have two bytes, as those of Swedish do: each byte that leads must
// then be followed by one that continues, and no other may. Nothing is decided before the end of the go.
func validUTF8(b []byte) int {
	for i := 0; ; {
		carry := uint64(0)
		for i+32 <= len(b) {
			w := b[i : i+32]
			bad0, c0 := twoByte(binary.LittleEndian.Uint64(w), carry)
			bad1, c1 := twoByte(binary.LittleEndian.Uint64(w[8:]), c0)
			bad2, c2 := twoByte(binary.LittleEndian.Uint64(w[16:]), c1)
			bad3, c3 := twoByte(binary.LittleEndian.Uint64(w[24:]), c2)
			if bad0|bad1|bad2|bad3 != 0 {
				break
			}
			carry = c3
			i += 32
		}
		if carry != 0 {
			i--
		}
		for stop := min(len(b), i+32); i < stop; {
			if b[i] < utf8.RuneSelf {
				i++
				continue
			}
			r, n := utf8.DecodeRune(b[i:])
			if r == utf8.RuneError && n <= 1 {
				return i
			}
			i += n
		}
		if i >= len(b) {
			return len(b)
		}
	}
}

// twoByte looks at eight bytes: bad is not 0 unless they are ASCII and letters of two bytes. The byte
// before led if carry is 0x80, and the last of these does if lead is.
func twoByte(x, carry uint64) (bad, lead uint64) {
	const each, high = 0x0101010101010101, 0x8080808080808080
	up := x & high
	leads := up & (x << 1)
	low := x&^each ^ 0xC0*each // zero where a byte is C0 or C1, which lead nothing
	bad = leads&(x<<2) | (leads<<8 | carry) ^ up&^(x<<1) | (low-each)&^low&high
	return bad, leads >> 63 << 7
}

// utf16Order tells UTF-16 by its mark, or by the zeros that letters leave in every other byte.
func utf16Order(b []byte) binary.ByteOrder {
	switch {
	case bytes.HasPrefix(b, []byte{0xFF, 0xFE}):
		return binary.LittleEndian
	case bytes.HasPrefix(b, []byte{0xFE, 0xFF}):
		return binary.BigEndian
	}
	b = b[:min(len(b), 4096)&^1]
	var zeros [2]int
	for i, c := range b {
		if c == 0 {
			zeros[i&1]++
		}
	}
	half := len(b) / 2
	switch {
	case half >= 4 && zeros[1]*10 >= half*6 && zeros[0]*10 <= half:
		return binary.LittleEndian
	case half >= 4 && zeros[0]*10 >= half*6 && zeros[1]*10 <= half:
		return binary.BigEndian
	}
	return nil
}
