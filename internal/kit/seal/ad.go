package seal

import (
	"encoding/binary"
	"fmt"
	"reflect"
)

// AD names the place where a sealed value belongs: organisation, case, item, kind, version.
// Two ADs are equal only if every part is, in order and in type.
type AD struct {
	hidden
	b []byte
}

// Bind makes an AD out of texts.
func Bind(parts ...string) AD {
	n := 0
	for _, p := range parts {
		n += 5 + len(p)
	}
	b := make([]byte, 0, n+32)
	for _, p := range parts {
		b = appendPart(b, 's', p)
	}
	return AD{b: b}
}

// With gives a longer AD; a itself stays as it is. Parts are texts, byte strings, whole numbers,
// booleans, hashes, boxes, public keys or other ADs; anything else is a programming error and panics.
func (a AD) With(parts ...any) AD {
	b := append(make([]byte, 0, len(a.b)+16*len(parts)), a.b...)
	for _, p := range parts {
		b = appendAny(b, p)
	}
	return AD{b: b}
}

func appendAny(b []byte, p any) []byte {
	switch v := p.(type) {
	case string:
		return appendPart(b, 's', v)
	case []byte:
		return appendPart(b, 'b', v)
	case [32]byte:
		return appendPart(b, 'b', v[:])
	case Box:
		return appendPart(b, 'b', v.b)
	case Public:
		return appendPart(b, 'b', v.Bytes())
	case AD:
		return appendPart(b, 'a', v.b)
	}
	return appendKind(b, reflect.ValueOf(p))
}

// appendKind takes named types by what they are made of: a clock.Stamp is a whole number.
func appendKind(b []byte, v reflect.Value) []byte {
	switch {
	case v.IsValid() && v.CanInt():
		return appendNumber(b, v.Int())
	case v.IsValid() && v.CanUint() && v.Uint() <= 1<<63-1:
		return appendNumber(b, int64(v.Uint()))
	case v.Kind() == reflect.String:
		return appendPart(b, 's', v.String())
	case v.Kind() == reflect.Bool && v.Bool():
		return appendPart(b, 't', []byte{1})
	case v.Kind() == reflect.Bool:
		return appendPart(b, 't', []byte{0})
	}
	panic(fmt.Sprintf("seal: an AD cannot hold a %s", v.Kind()))
}

func appendNumber(b []byte, n int64) []byte {
	return binary.BigEndian.AppendUint64(append(b, 'i', 0, 0, 0, 8), uint64(n))
}

func appendPart[T string | []byte](b []byte, kind byte, content T) []byte {
	b = append(b, kind)
	b = binary.BigEndian.AppendUint32(b, uint32(len(content)))
	return append(b, content...)
}
