// Package seal is all cryptography of the house: keys, sealed boxes, wraps and what opens them.
//
// Every format begins with one byte that names it and its version; the bytes are listed here and
// described in docs/formats.md. A box that does not open says only that: never why.
package seal

import (
	"errors"
	"fmt"
	"log/slog"
)

// The leading byte of every format. A new version of a format gets a new byte.
const (
	formatSealed      byte = 0x11
	formatPadded      byte = 0x12
	formatSealedLater byte = 0x13
	formatPaddedLater byte = 0x14
	formatWrap        byte = 0x21
	formatCourier     byte = 0x22
	formatPassphrase  byte = 0x31
	formatSecret      byte = 0x32
	formatStandby     byte = 0x41
	formatChunk       byte = 0x51
	formatTail        byte = 0x52
	formatHash        byte = 0x53
	formatNode        byte = 0x61
	formatMAC         byte = 0x71
	formatPublic      byte = 0x81
	formatSheet       byte = 0x91
	formatAnswer      byte = 0xa1
)

// KeySize is the length of every symmetric key, seed and unlocking secret.
const KeySize = 32

var (
	// ErrOpen is the only answer of an opener that refuses: wrong key, wrong place, altered, cut.
	ErrOpen = errors.New("seal: does not open")
	// ErrFormat is given to input that cannot be what it claims to be.
	ErrFormat = errors.New("seal: not of this format")
	// ErrMAC says that a row is not the one that was written.
	ErrMAC = errors.New("seal: the row's check value is wrong")
)

// hidden keeps a type's content out of every print, log and template.
type hidden struct{}

const mark = "[sealed]"

// Format prints a mark in place of the content, whatever the verb.
func (hidden) Format(s fmt.State, _ rune) { _, _ = s.Write([]byte(mark)) }

// vault holds what a type hides when it lies in somebody's unexported field, where fmt calls no
// method of ours but follows pointers; a function it prints as an address, whatever the verb.
type vault[T any] func() *T

func lockUp[T any](v *T) vault[T] { return func() *T { return v } }

// LogValue gives slog the same mark.
func (hidden) LogValue() slog.Value { return slog.StringValue(mark) }
