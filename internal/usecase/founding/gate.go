package founding

import (
	"context"
	"crypto/sha256"
	"crypto/subtle"
	"strings"
	"sync"

	"varn/internal/kit/clock"
	"varn/internal/kit/fault"
)

// Gate lets the first set-up in by the one-time code that stands in the terminal. Code and
// count live in this process alone: there is no organisation yet whose database could keep them,
// and a restart gives another code.
type Gate struct {
	mu    sync.Mutex
	sum   [32]byte
	tries int
	since clock.Stamp
	spent bool
}

// NewGate makes a gate for a code.
func NewGate(code string) *Gate { return &Gate{sum: sumOf(code)} }

// FoundFirst founds the one organisation of this installation, for whoever has the code.
func (d *Desk) FoundFirst(ctx context.Context, code string, p Plan) (*Founded, error) {
	if d.Gate == nil || !d.Unfounded() {
		return nil, fault.New(fault.NotFound, "fault.not-found")
	}
	d.Gate.mu.Lock()
	defer d.Gate.mu.Unlock()
	if err := d.Gate.check(code, clock.Of(d.Clock.Now())); err != nil {
		return nil, err
	}
	if !d.Unfounded() { // another node was first while this one waited
		return nil, fault.New(fault.NotFound, "fault.not-found")
	}
	out, err := d.FoundAlone(ctx, p)
	d.Gate.spent = err == nil
	return out, err
}

// Unfounded tells whether set-up is still to be done.
func (d *Desk) Unfounded() bool { return len(d.Ring.Orgs()) == 0 }

// check compares in constant time and bounds the tries.
func (g *Gate) check(code string, now clock.Stamp) error {
	if g.spent {
		return fault.New(fault.NotFound, "fault.not-found")
	}
	if g.since < now.Add(-window) {
		g.since, g.tries = now, 0
	}
	if g.tries++; g.tries > mostTry {
		return tooMany()
	}
	given := sumOf(code)
	if subtle.ConstantTimeCompare(given[:], g.sum[:]) != 1 {
		return fault.In("code", "founding.code")
	}
	g.tries = 0
	return nil
}

// sumOf is a code without regard to groups and case; what is often misread for another reads the same.
func sumOf(code string) [32]byte {
	plain := strings.NewReplacer("-", "", " ", "", "O", "0", "I", "1", "L", "1").Replace(strings.ToUpper(code))
	return sha256.Sum256([]byte(plain))
}
