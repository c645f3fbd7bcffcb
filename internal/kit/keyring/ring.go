package keyring

import (
	"slices"
	"sync"

	"varn/internal/kit/fault"
	"varn/internal/kit/seal"
)

// Ring is the set of organisations that this process serves.
type Ring struct {
	// Load adds what the database has and the ring lacks. It is called when an organisation is
	// missing, since another node may have founded it; nil: the ring is all there is.
	Load func() error

	mu   sync.RWMutex
	orgs map[string]*Keys
	load sync.Mutex
}

// New makes an empty ring.
func New() *Ring { return &Ring{orgs: map[string]*Keys{}} }

// Add puts an organisation's root on the ring. One that is there already stays as it is.
func (r *Ring) Add(org string, root seal.Key, courier *seal.Courier) *Keys {
	r.mu.Lock()
	defer r.mu.Unlock()
	if k := r.orgs[org]; k != nil {
		return k
	}
	k := &Keys{Org: org, Courier: courier, root: root, derived: map[Purpose]seal.Key{}, later: map[Purpose]*later{}}
	r.orgs[org] = k
	return k
}

// Org gives an organisation's keys, or NotFound.
func (r *Ring) Org(org string) (*Keys, error) {
	if k := r.held(org); k != nil {
		return k, nil
	}
	if err := r.Refresh(); err != nil {
		return nil, err
	}
	if k := r.held(org); k != nil {
		return k, nil
	}
	return nil, fault.New(fault.NotFound, "fault.not-found", "no such organisation on the key ring")
}

// Has tells whether an organisation is on the ring, without loading anything.
func (r *Ring) Has(org string) bool { return r.held(org) != nil }

func (r *Ring) held(org string) *Keys {
	r.mu.RLock()
	defer r.mu.RUnlock()
	return r.orgs[org]
}

// Orgs lists the organisations on the ring. An empty ring looks once more whether another node
// has founded one; that it can't be seen now is no error here.
func (r *Ring) Orgs() []string {
	if all := r.Held(); len(all) > 0 {
		return all
	}
	if r.Refresh() != nil {
		return nil
	}
	return r.Held()
}

// Held lists the organisations on the ring, without loading anything.
func (r *Ring) Held() []string {
	r.mu.RLock()
	defer r.mu.RUnlock()
	out := make([]string, 0, len(r.orgs))
	for id := range r.orgs {
		out = append(out, id)
	}
	slices.Sort(out)
	return out
}

// Refresh loads what is missing. Calls wait for one another, so that a crowd of visitors costs one
// reading at a time.
func (r *Ring) Refresh() error {
	if r.Load == nil {
		return nil
	}
	r.load.Lock()
	defer r.load.Unlock()
	return r.Load()
}
