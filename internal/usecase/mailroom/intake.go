package mailroom

import (
	"context"
	"strings"

	"varn/internal/domain/audit"
	"varn/internal/domain/letter"
	"varn/internal/domain/mailbox"
	"varn/internal/domain/person"
	"varn/internal/infra/mailauth"
	"varn/internal/infra/store"
	"varn/internal/kit/fault"
	"varn/internal/kit/ident"
	"varn/internal/kit/keyring"
)

// intakePart is the local part of the address to which those who keep their mail elsewhere forward what they
// want to report.
const intakePart = "anmal"

// maxOriginal is the largest original that is taken out of what forwarded it, in bytes.
const maxOriginal = 64 << 20

// intake takes what somebody with an account has forwarded in order to report it: the letter that is attached, byte for byte,
// or else what they sent. It lies sealed to them alone, and nothing is reported before they press. Who sends must be
// proved, or anybody could put letters before them.
func (d *Desk) intake(ctx context.Context, k *keyring.Keys, in arrived) (func(*store.Tx) error, []string, error) {
	from, err := person.Address(in.letter.From)
	if err != nil || len(in.letter.Header.All("From")) != 1 || !in.results.Aligned(from) {
		return nil, nil, fault.New(fault.Denied, "mail.stranger")
	}
	var p person.Person
	if err := d.read(ctx, k, func(tx *store.Tx) (err error) {
		p, err = tx.VouchedByAddress(k, k.For(keyring.Lookup).Tag("address", from))
		return err
	}); err != nil {
		if fault.Is(err, fault.NotFound) {
			err = fault.New(fault.Denied, "mail.stranger") // the same answer for an address that nobody here has
		}
		return nil, nil, err
	}
	if p.State != person.Confirmed {
		return nil, nil, fault.New(fault.Denied, "mail.stranger")
	}
	box, err := d.intakeOf(ctx, k, p.ID)
	if err != nil {
		return nil, nil, err
	}
	if original := attached(in.letter); original != nil {
		if in.letter, err = letter.Read(original); err != nil {
			return nil, nil, fault.Wrap(fault.Invalid, "mail.header", err)
		}
		in.Raw = original
		// Of what was handed over elsewhere only the signatures can still be checked.
		in.results = mailauth.Results{From: domainOf(in.letter.From), SPF: mailauth.None, DMARC: mailauth.None, ARC: mailauth.None, Relayed: true}
		if d.Check != nil {
			in.results.DKIM = d.Check.DKIM(ctx, original)
		}
		in.screening = d.screened(ctx, in.letter, []Recipient{{Org: k.Org}})
	}
	to := intakePart + "@" + d.ownDomain()
	if len(in.letter.To) > 0 {
		to = in.letter.To[0]
	}
	return d.arrive(ctx, k, in, Recipient{Org: k.Org, Address: to, Purpose: ToMailbox, Mailbox: box})
}

func domainOf(address string) string {
	_, domain := mailbox.Split(address)
	return domain
}

// attached is the first letter that a letter carries, as its bytes were; nil when it carries none.
func attached(l letter.Letter) []byte {
	for _, p := range l.Parts {
		if p.Type != "message/rfc822" && p.Type != "message/global" && !strings.HasSuffix(strings.ToLower(p.Name), ".eml") {
			continue
		}
		if raw, cut := p.Content(maxOriginal); !cut && len(raw) > 0 {
			return raw
		}
	}
	return nil
}

// intakeOf is the place for what a person forwards, which is made when it is first needed.
func (d *Desk) intakeOf(ctx context.Context, k *keyring.Keys, personID string) (string, error) {
	address := intakePart + "+" + personID + "@" + d.ownDomain()
	m, err := d.mailboxAt(ctx, k, address)
	if !fault.Is(err, fault.NotFound) {
		return m.ID, err
	}
	m, err = mailbox.Mailbox{ID: ident.New(), Kind: mailbox.Intake, Person: personID, State: mailbox.Closed, Delivery: mailbox.Read, Created: d.now().Minute()}.
		Sealing(k, mailbox.Card{Address: address, Name: intakePart})
	if err != nil {
		return "", err
	}
	err = d.write(ctx, k, func(tx *store.Tx) error {
		if err := tx.InsertMailbox(m); err != nil {
			return err
		}
		return tx.Log(audit.Entry{Actor: k.Tag(personID), Act: "mailbox.open", Rows: []audit.Row{m.Row()}})
	})
	if fault.Is(err, fault.Conflict) { // made by another letter at the same time
		m, err = d.mailboxAt(ctx, k, address)
	}
	return m.ID, err
}
