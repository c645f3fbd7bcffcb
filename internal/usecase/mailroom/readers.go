package mailroom

import (
	"encoding/json"

	"varn/internal/domain/mailbox"
	"varn/internal/domain/person"
	"varn/internal/infra/store"
	"varn/internal/kit/clock"
	"varn/internal/kit/fault"
	"varn/internal/kit/keyring"
	"varn/internal/kit/seal"
)

// readers are those who a mailbox's letters are sealed to, and who is told that one has come.
type readers struct {
	box  mailbox.Mailbox
	card mailbox.Card
	to   []reader
	// tell are the owner and those who read for them; first those who see what is flagged before the owner.
	tell, first []string
	forward     bool // the organisation lets letters be forwarded, and the owner has chosen it
}

type reader struct {
	kind mailbox.ReaderKind
	id   string
	key  seal.Public
}

// readersOf finds who a letter to a mailbox is sealed to: its owner, those who read by consent and, unless it is
// a party's, the registrar of its authority. When nobody of them has a key the recovery key holds it.
func readersOf(tx *store.Tx, k *keyring.Keys, m mailbox.Mailbox, now clock.Stamp) (readers, error) {
	out := readers{box: m}
	ids := []string{}
	if m.Person != "" {
		ids = append(ids, m.Person)
		out.tell = append(out.tell, m.Person)
	}
	all, err := tx.VouchedDelegates(k, m.ID)
	if err != nil {
		return out, err
	}
	for _, one := range all {
		if !one.Holds(now) {
			continue
		}
		ids = append(ids, one.Person)
		if one.Duty == mailbox.Trusted {
			out.first = append(out.first, one.Person)
		} else {
			out.tell = append(out.tell, one.Person)
		}
	}
	people, err := tx.VouchedPeopleOf(k, ids)
	if err != nil {
		return out, err
	}
	for _, p := range people {
		if p.State == person.Confirmed && !p.PublicKey.IsZero() {
			out.to = append(out.to, reader{mailbox.ByPerson, p.ID, p.PublicKey})
		}
	}
	if m.Kind.Official() {
		all, err := tx.VouchedRegistrars(k, m.Authority)
		if err != nil {
			return out, err
		}
		for _, f := range all {
			if f.Enrolled() {
				out.to = append(out.to, reader{mailbox.ByFunction, f.ID, f.PublicKey})
			}
		}
	}
	if len(out.to) == 0 {
		r, err := tx.VouchedRecoveryKey(k)
		if err != nil {
			return out, err
		}
		out.to = append(out.to, reader{mailbox.ByRecovery, "recovery", r.PublicKey})
	}
	return out, nil
}

// wraps gives the readers a letter's data key.
func (r readers) wraps(k *keyring.Keys, letterID string, data seal.Key) ([]mailbox.Wrap, error) {
	out := make([]mailbox.Wrap, 0, len(r.to))
	for _, one := range r.to {
		w, err := mailbox.Wrap{Org: k.Org, Letter: letterID, Kind: one.kind, Reader: one.id}.Closed(k.Courier, one.key, data)
		if err != nil {
			return nil, err
		}
		out = append(out, w)
	}
	return out, nil
}

// own are the wraps for whoever is writing, made without a public-key operation where they are a reader.
func own(wraps []mailbox.Wrap, personID string, key *seal.Private, data seal.Key) []mailbox.Wrap {
	for i, w := range wraps {
		if w.Kind == mailbox.ByPerson && w.Reader == personID && key != nil {
			wraps[i] = w.Own(key, data)
		}
	}
	return wraps
}

// openProfile opens a person's profile.
func openProfile(k *keyring.Keys, p person.Person, into *person.Profile) error {
	raw, err := k.For(keyring.Names).OpenPadded(p.Sealed, p.AD())
	if err != nil {
		return fault.Wrap(fault.Internal, "fault.tampered", err)
	}
	return json.Unmarshal(raw, into)
}
