package store

import (
	"varn/internal/domain/mailbox"
	"varn/internal/kit/clock"
	"varn/internal/kit/keyring"
)

const mailboxColumns = `org, authority, id, kind, person, address_tag, sealed, state, delivery, cover, alarms, until_at, created, version, mac`

func mailboxes(k *keyring.Keys) vouchable[mailbox.Mailbox] {
	return vouchable[mailbox.Mailbox]{k, "mailbox", "mailbox", mailboxColumns, func(m mailbox.Mailbox) proof { return proof{"mailbox", m.ID, m.MAC, m.Who()} }}
}

// VouchedMailbox gives one mailbox.
func (t *Tx) VouchedMailbox(k *keyring.Keys, id string) (mailbox.Mailbox, error) {
	return oneOf(t, mailboxes(k), `id = $2`, id)
}

// VouchedMailboxAt gives the mailbox of an address, by its tag.
func (t *Tx) VouchedMailboxAt(k *keyring.Keys, tag string) (mailbox.Mailbox, error) {
	return oneOf(t, mailboxes(k), `address_tag = $2`, tag)
}

// VouchedMailboxesOf gives the mailboxes that a person owns, the oldest first.
func (t *Tx) VouchedMailboxesOf(k *keyring.Keys, personID string) ([]mailbox.Mailbox, error) {
	return allOf(t, mailboxes(k), `person = $2 ORDER BY created, id`, personID)
}

// VouchedMailboxes gives every mailbox of an authority; of every authority when it is empty.
func (t *Tx) VouchedMailboxes(k *keyring.Keys, authority string) ([]mailbox.Mailbox, error) {
	if authority == "" {
		return allOf(t, mailboxes(k), `id <> '' ORDER BY created, id`)
	}
	return allOf(t, mailboxes(k), `authority = $2 ORDER BY created, id`, authority)
}

// VouchedMailboxesAmong gives the mailboxes with these ids; an unknown one is left out.
func (t *Tx) VouchedMailboxesAmong(k *keyring.Keys, ids []string) ([]mailbox.Mailbox, error) {
	return allAmong(t, mailboxes(k), `id`, ids)
}

// Mailboxes lists every mailbox, for proving the log.
func (t *Tx) Mailboxes() ([]mailbox.Mailbox, error) {
	return All[mailbox.Mailbox](t, `SELECT `+mailboxColumns+` FROM mailbox WHERE org = $1`)
}

// InsertMailbox enters a mailbox; an address that is taken is a Conflict.
func (t *Tx) InsertMailbox(m mailbox.Mailbox) error {
	_, err := t.Exec(`INSERT INTO mailbox (`+mailboxColumns+`) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)`,
		m.Authority, m.ID, m.Kind, m.Person, m.AddressTag, m.Sealed, m.State, m.Delivery, m.Cover, m.Alarms, m.Until, m.Created, m.Version, m.MAC)
	return err
}

// UpdateMailbox stores a changed mailbox; Version is one more than the stored one.
func (t *Tx) UpdateMailbox(m mailbox.Mailbox) error {
	return t.changed(`UPDATE mailbox SET authority = $3, kind = $4, person = $5, address_tag = $6, sealed = $7, state = $8, delivery = $9, cover = $10,
		alarms = $11, until_at = $12, version = $13, mac = $14 WHERE org = $1 AND id = $2 AND version = $15`,
		m.ID, m.Authority, m.Kind, m.Person, m.AddressTag, m.Sealed, m.State, m.Delivery, m.Cover, m.Alarms, m.Until, m.Version, m.MAC, m.Version-1)
}

const delegateColumns = `org, mailbox, id, person, duty, consent_by, from_at, ended, version, mac`

func delegates(k *keyring.Keys) vouchable[mailbox.Delegate] {
	return vouchable[mailbox.Delegate]{k, "delegate", "mail_delegate", delegateColumns, func(d mailbox.Delegate) proof { return proof{"delegate", d.ID, d.MAC, d.Who()} }}
}

// VouchedDelegates gives who reads a mailbox by its owner's consent, ended consents included.
func (t *Tx) VouchedDelegates(k *keyring.Keys, mailboxID string) ([]mailbox.Delegate, error) {
	return allOf(t, delegates(k), `mailbox = $2 ORDER BY from_at, id`, mailboxID)
}

// VouchedDelegations gives the consents that a person reads by, ended ones included.
func (t *Tx) VouchedDelegations(k *keyring.Keys, personID string) ([]mailbox.Delegate, error) {
	return allOf(t, delegates(k), `person = $2 ORDER BY from_at, id`, personID)
}

// Delegates lists every consent, for proving the log.
func (t *Tx) Delegates() ([]mailbox.Delegate, error) {
	return All[mailbox.Delegate](t, `SELECT `+delegateColumns+` FROM mail_delegate WHERE org = $1`)
}

// InsertDelegate enters a consent.
func (t *Tx) InsertDelegate(d mailbox.Delegate) error {
	_, err := t.Exec(`INSERT INTO mail_delegate (`+delegateColumns+`) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
		d.Mailbox, d.ID, d.Person, d.Duty, d.By, d.From, d.Ended, d.Version, d.MAC)
	return err
}

// UpdateDelegate stores a consent that was ended; Version is one more than the stored one.
func (t *Tx) UpdateDelegate(d mailbox.Delegate) error {
	return t.changed(`UPDATE mail_delegate SET ended = $3, version = $4, mac = $5 WHERE org = $1 AND id = $2 AND version = $6`,
		d.ID, d.Ended, d.Version, d.MAC, d.Version-1)
}

// MailboxBoxes are the cards of mailboxes.
func MailboxBoxes() Boxes {
	return Boxes{"mailbox", `SELECT id, '' AS part, version, sealed FROM mailbox WHERE org = $1 AND id > $2 ORDER BY id LIMIT `,
		`UPDATE mailbox SET sealed = $4 WHERE org = $1 AND id = $2 AND sealed = $3`}
}

// expireReplies takes away the one-thread addresses whose time is out.
func (t *Tx) expireReplies(at clock.Stamp) (int64, error) {
	return t.Exec(`DELETE FROM mail_reply WHERE org = $1 AND expires < $2`, at)
}
