package seal

import (
	"context"
	"encoding/binary"
	"runtime/debug"

	"golang.org/x/crypto/argon2"
	"golang.org/x/sync/semaphore"
	"golang.org/x/text/unicode/norm"
)

const (
	saltSize   = 16
	argonHead  = 4 + 4 + 1 + saltSize
	argonTimes = 16      // the most passes that a stored wrap may ask for
	argonMost  = 1 << 20 // the most memory, in KiB, that a stored wrap may ask for
)

// Argon is the cost of one guess at a passphrase (RFC 9106); it lies in front of each wrap.
type Argon struct {
	Time      uint32
	MemoryKiB uint32
	Threads   uint8
	Salt      []byte
}

// Pool bounds the memory that passphrases may take at once; who comes when it is full waits.
type Pool struct {
	cost Argon
	size int64
	slot *semaphore.Weighted
}

// NewPool lets n passphrases be worked on at once, each with 128 MiB.
func NewPool(n int) *Pool { return newPool(n, Argon{Time: 3, MemoryKiB: 128 << 10, Threads: 4}) }

// NewTestPool makes wraps that a child could guess; only tests and the demonstration use it.
func NewTestPool() *Pool { return newPool(4, Argon{Time: 1, MemoryKiB: 64, Threads: 1}) }

func newPool(n int, cost Argon) *Pool {
	size := int64(max(n, 1)) * int64(cost.MemoryKiB)
	return &Pool{cost: cost, size: size, slot: semaphore.NewWeighted(size)}
}

// WrapPassphrase closes a private key under a passphrase and the organisation key. The passphrase
// is taken in Unicode form NFC, so that å is the same from every keyboard.
func (pl *Pool) WrapPassphrase(ctx context.Context, org Key, passphrase string, priv *Private, ad AD) (Box, error) {
	cost := pl.cost
	cost.Salt = make([]byte, saltSize)
	fill(cost.Salt)
	lock, err := pl.lock(ctx, org, passphrase, cost)
	if err != nil {
		return Box{}, err
	}
	return lock.close(formatPassphrase, cost.head(), priv.seed.raw(), ad), nil
}

// Decoy is a wrap that no passphrase opens and that costs as much to try as a real one.
func (pl *Pool) Decoy(ad AD) Box {
	cost := pl.cost
	cost.Salt = make([]byte, saltSize)
	fill(cost.Salt)
	return NewKey().close(formatPassphrase, cost.head(), NewKey().raw(), ad)
}

// OpenPassphrase gives back the private key, or ErrOpen for a wrong passphrase. It waits for its
// share of the pool until ctx ends.
func (pl *Pool) OpenPassphrase(ctx context.Context, org Key, passphrase string, b Box, ad AD) (*Private, error) {
	cost, err := argonOf(b)
	if err != nil {
		return nil, ErrOpen
	}
	lock, err := pl.lock(ctx, org, passphrase, cost)
	if err != nil {
		return nil, err
	}
	seed, err := lock.open(formatPassphrase, argonHead, b, ad)
	if err != nil || len(seed) != KeySize {
		return nil, ErrOpen
	}
	return PrivateFrom(seed)
}

func (pl *Pool) lock(ctx context.Context, org Key, passphrase string, cost Argon) (Key, error) {
	share := int64(cost.MemoryKiB)
	if passphrase == "" || share > pl.size {
		return Key{}, ErrOpen
	}
	if err := pl.slot.Acquire(ctx, share); err != nil {
		return Key{}, err
	}
	defer pl.slot.Release(share)
	slow := argon2.IDKey([]byte(norm.NFC.String(passphrase)), cost.Salt, cost.Time, cost.MemoryKiB, cost.Threads, KeySize)
	if share >= 16<<10 {
		debug.FreeOSMemory() // otherwise the next one comes on top of this one's garbage
	}
	return extract(slow, org.Derive("unlock"), Bind("varn unlock passphrase")), nil
}

func (a Argon) head() []byte {
	b := binary.BigEndian.AppendUint32(nil, a.Time)
	b = binary.BigEndian.AppendUint32(b, a.MemoryKiB)
	return append(append(b, a.Threads), a.Salt...)
}

// argonOf refuses a cost that would only be asked for to exhaust the server.
func argonOf(b Box) (Argon, error) {
	if len(b.b) < 1+argonHead+nonceSize+tagSize || b.b[0] != formatPassphrase {
		return Argon{}, ErrFormat
	}
	h := b.b[1 : 1+argonHead]
	a := Argon{
		Time: binary.BigEndian.Uint32(h), MemoryKiB: binary.BigEndian.Uint32(h[4:]),
		Threads: h[8], Salt: append([]byte(nil), h[9:]...),
	}
	if a.Time == 0 || a.Time > argonTimes || a.Threads == 0 || a.Threads > 16 {
		return Argon{}, ErrFormat
	}
	if a.MemoryKiB < 8*uint32(a.Threads) || a.MemoryKiB > argonMost {
		return Argon{}, ErrFormat
	}
	return a, nil
}
