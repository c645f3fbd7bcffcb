package casework

import (
	"sync"
	"time"

	"varn/internal/kit/clock"
	"varn/internal/kit/seal"
)

const (
	leavesFor  = 60 * time.Second // how long an opened leaf is remembered: as long as a destruction may take
	leavesMost = 4096
)

// leafCache remembers opened leaves, so that a case which is worked in does not open three nodes of
// the tree at every touch. A leaf is remembered under the root's generation: whoever asks has just
// read the present one from the database, so a destruction on any node is noticed at once.
type leafCache struct {
	mu   sync.Mutex
	list map[string]*openLeaves
}

type openLeaves struct {
	generation int64
	until      clock.Stamp
	keys       map[int64]seal.Key
}

func (c *leafCache) get(org string, generation, n int64, now clock.Stamp) (seal.Key, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	o := c.list[org]
	if o == nil {
		return seal.Key{}, false
	}
	if o.generation != generation || now >= o.until || now < o.until.Add(-leavesFor) {
		delete(c.list, org)
		return seal.Key{}, false
	}
	key, ok := o.keys[n]
	return key, ok
}

func (c *leafCache) put(org string, generation, n int64, key seal.Key, now clock.Stamp) {
	c.mu.Lock()
	defer c.mu.Unlock()
	o := c.list[org]
	if o == nil || o.generation != generation || len(o.keys) >= leavesMost {
		if c.list == nil {
			c.list = map[string]*openLeaves{}
		}
		o = &openLeaves{generation: generation, until: now.Add(leavesFor), keys: map[int64]seal.Key{}}
		c.list[org] = o
	}
	o.keys[n] = key
}

// forget drops what is too old to be used: a process that nobody asks keeps nothing.
func (c *leafCache) forget(now clock.Stamp) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for org, o := range c.list {
		if now >= o.until {
			delete(c.list, org)
		}
	}
}
