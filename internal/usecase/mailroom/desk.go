// Package mailroom takes mail for official addresses in, lets its readers read and answer it, and sends
// what is to leave.
package mailroom

import (
	"context"
	"slices"
	"strings"

	"varn/internal/domain/access"
	"varn/internal/domain/screening"
	"varn/internal/infra/blob"
	"varn/internal/infra/filter"
	"varn/internal/infra/hook"
	"varn/internal/infra/mailauth"
	"varn/internal/infra/store"
	"varn/internal/kit/clock"
	"varn/internal/kit/fault"
	"varn/internal/kit/ident"
	"varn/internal/kit/keyring"
	"varn/internal/kit/locale"
)

// Desk does the acts of this package.
type Desk struct {
	DB    *store.DB
	Ring  *keyring.Ring
	Clock clock.Clock
	Blob  blob.Place
	Texts *locale.Texts
	Hook  *hook.Caller
	// Check tells where a letter comes from.
	Check *mailauth.Checker
	// Spam is asked about every letter, and what it says is marked; Virus too, and what it finds is refused. nil: not asked.
	Spam  SpamFilter
	Virus VirusFilter
	// Listed tells of an organisation whether words are among what is kept, blind, of protected persons; nil: nobody asks.
	Listed func(ctx context.Context, org string) func(words string) bool
	// Screen screens with the weights of an organisation; nil: with those that came with the program.
	Screen func(ctx context.Context, org string, in screening.Input) screening.Result
	// Post hands over what leaves.
	Post Post
	// Host is the name that this server goes by in mail, Domains what it takes mail for; the first is the one
	// that one-thread addresses have.
	Host    string
	Domains []string
	// Origin is the address that visitors use.
	Origin string
	// Signing is how letters are signed that leave; empty: SignAndSeal.
	Signing Signing
	// MaxSize is the largest letter in bytes.
	MaxSize int64
	// Woken is called after something was put in the queue; nil: the queue looks by itself.
	Woken func()

	signers signers
}

// SpamFilter is rspamd, or what stands for it in a test.
type SpamFilter interface {
	Spam(ctx context.Context, e filter.Envelope, raw []byte) (filter.Verdict, error)
}

// VirusFilter is ClamAV, or what stands for it in a test.
type VirusFilter interface {
	// Virus gives the name of what was found; empty: nothing.
	Virus(ctx context.Context, raw []byte) (string, error)
}

// Post hands one letter over to the server of its receiver.
type Post interface {
	// Send returns nil when the receiver has taken the letter. A Refused error is for good.
	Send(ctx context.Context, from, to string, raw []byte, utf8 bool) error
}

func (d *Desk) now() clock.Stamp { return clock.Of(d.Clock.Now()) }

// keys gives the organisation's keys of somebody who is known and has their own key at hand: a program has
// no business with letters.
func (d *Desk) keys(s *access.Session) (*keyring.Keys, error) {
	switch {
	case !s.Account():
		return nil, fault.New(fault.Denied, "fault.sign-in")
	case s.Kind == access.Token:
		return nil, fault.New(fault.Denied, "fault.scope")
	}
	return d.Ring.Org(s.Org)
}

func (d *Desk) read(ctx context.Context, k *keyring.Keys, fn func(*store.Tx) error) error {
	return d.DB.Org(k.Org).Read(ctx, fn)
}

func (d *Desk) write(ctx context.Context, k *keyring.Keys, fn func(*store.Tx) error) error {
	return d.DB.Org(k.Org).Write(ctx, fn)
}

func (d *Desk) wake() {
	if d.Woken != nil {
		d.Woken()
	}
}

// ours tells whether mail for a domain is taken here.
func (d *Desk) ours(domain string) bool {
	return slices.ContainsFunc(d.Domains, func(one string) bool { return strings.EqualFold(one, domain) })
}

// tell leaves a notice, but for one who has an unseen one about the same already.
func (d *Desk) tell(tx *store.Tx, personID, kind, ref string, urgent bool) error {
	if personID == "" {
		return nil
	}
	open, err := tx.HasNotice(personID, kind, ref)
	if err != nil || open {
		return err
	}
	return tx.InsertNotice(store.Notice{ID: ident.New(), Person: personID, Kind: kind, Ref: ref, Created: d.now(), Urgent: urgent})
}
