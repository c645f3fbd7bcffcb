// Package keyring holds the roots of the organisations that a running process serves, and
// derives their purpose keys by label and version.
package keyring

import (
	"strconv"
	"sync"

	"varn/internal/kit/seal"
)

// Purpose names what a key is for; no key serves two purposes.
type Purpose string

// The purposes. Each label is part of the format (docs/formats.md) and never changes.
const (
	Names       Purpose = "names"       // profiles, names of authorities, units and functions
	Who         Purpose = "who"         // MACs over rows that decide to whom something is sealed
	Lookup      Purpose = "lookup"      // tags for finding a person by address or source id
	Log         Purpose = "log"         // tags that name people in the log
	Unlock      Purpose = "unlock"      // mixed into every unlocker's wrap
	Sessions    Purpose = "session"     // mixed into session and token wraps, and their ids
	Ceremonies  Purpose = "ceremony"    // sign-in ceremonies under way
	Settings    Purpose = "setting"     // texts, mail settings
	Idempotency Purpose = "idempotency" // kept answers
	Drafts      Purpose = "draft"       // drafts and uploads under way
	Standby     Purpose = "standby"     // wraps that wait for an escalation
	Exclusion   Purpose = "exclusion"   // who may not know of a case
	Rates       Purpose = "rate"        // names of rate limit buckets
	Receipts    Purpose = "receipt"     // look-up ids of receipts
	Mail        Purpose = "mail"        // mailboxes, what waits to leave, contact forms
	Directory   Purpose = "directory"   // the register of representatives, and their photos
	Exposure    Purpose = "exposure"    // sites that are watched, their pages and what is found on them
	Likeness    Purpose = "likeness"    // tokens of what cases have in common
	Versions    Purpose = "version"     // which versions of the other keys are in use
)

// Keys are the keys of one organisation.
type Keys struct {
	Org     string
	Courier *seal.Courier
	root    seal.Key
	mu      sync.RWMutex
	derived map[Purpose]seal.Key
	later   map[Purpose]*later
}

// For gives the key of a purpose: it seals under the newest version that this process knows of, and
// opens what any version has sealed. Check values, tags and wraps stay with version 1.
func (k *Keys) For(p Purpose) seal.Key {
	k.mu.RLock()
	key, ok := k.derived[p]
	k.mu.RUnlock()
	if ok {
		return key
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	if key, ok = k.derived[p]; !ok {
		key = k.version(p, 1)
		if p.Rotates() {
			key = key.In(k.series(p))
		}
		k.derived[p] = key
	}
	return key
}

func (k *Keys) version(p Purpose, n int) seal.Key {
	return k.root.Derive("varn purpose", string(p), strconv.Itoa(n))
}

// Root is the organisation's root; only backup and rotation ask for it.
func (k *Keys) Root() seal.Key { return k.root }

// Tag names a person in the log without telling who it is to anybody without the key.
func (k *Keys) Tag(person string) string {
	if person == "" {
		return ""
	}
	return k.For(Log).Tag("actor", person)
}
