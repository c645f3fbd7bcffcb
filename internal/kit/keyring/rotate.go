package keyring

import (
	"slices"
	"sync"

	"varn/internal/kit/seal"
)

// Rotating lists the purposes whose key can be renewed: those that seal boxes and nothing else
// that must be found or opened again by the same key.
func Rotating() []Purpose {
	return []Purpose{Names, Settings, Exclusion, Ceremonies, Mail, Directory, Exposure}
}

// Rotates tells whether the key of a purpose can be renewed.
func (p Purpose) Rotates() bool { return slices.Contains(Rotating(), p) }

// later is a purpose's key in the versions after the first.
type later struct {
	make   func(n int) seal.Key
	mu     sync.RWMutex
	newest int
	made   map[int]seal.Key
}

func (l *later) Newest() int {
	l.mu.RLock()
	defer l.mu.RUnlock()
	return l.newest
}

// Version keeps only versions that are known to exist: a box can name any.
func (l *later) Version(n int) seal.Key {
	l.mu.RLock()
	key, ok := l.made[n]
	known := n <= l.newest
	l.mu.RUnlock()
	if ok {
		return key
	}
	key = l.make(n)
	if known {
		l.mu.Lock()
		l.made[n] = key
		l.mu.Unlock()
	}
	return key
}

// series is called with k.mu held.
func (k *Keys) series(p Purpose) *later {
	l := k.later[p]
	if l == nil {
		l = &later{make: func(n int) seal.Key { return k.version(p, n) }, newest: 1, made: map[int]seal.Key{}}
		k.later[p] = l
	}
	return l
}

// Newest is the version that a purpose's key is sealed under here.
func (k *Keys) Newest(p Purpose) int {
	if !p.Rotates() {
		return 1
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.series(p).Newest()
}

// Learn says that a version of a purpose's key is in use. A process never goes back to an older
// one; a purpose that does not rotate is passed over.
func (k *Keys) Learn(p Purpose, n int) {
	if !p.Rotates() || n > seal.MaxVersion {
		return
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	l := k.series(p)
	l.mu.Lock()
	l.newest = max(l.newest, n)
	l.mu.Unlock()
}
