package mailroom

import (
	"context"

	"varn/internal/domain/access"
	"varn/internal/domain/audit"
	"varn/internal/domain/mailbox"
	"varn/internal/infra/store"
	"varn/internal/kit/fault"
	"varn/internal/kit/ident"
)

// NewMailbox is an official address to open.
type NewMailbox struct {
	Authority string
	Kind      mailbox.Kind
	Person    string
	Card      mailbox.Card
}

// OpenMailbox (öppna brevlåda) begins to take letters for an official address. It gives nobody a key: letters are
// sealed to its owner when they have one.
func (d *Desk) OpenMailbox(ctx context.Context, s *access.Session, v NewMailbox) (string, error) {
	k, err := d.keys(s)
	if err != nil {
		return "", err
	}
	if !s.Has(access.Administrator, access.CommunicationsOfficer) {
		return "", fault.New(fault.Denied, "fault.denied")
	}
	if err := v.Card.Check(); err != nil {
		return "", err
	}
	if _, domain := mailbox.Split(v.Card.Address); !d.ours(domain) {
		return "", fault.In("address", "letter.not-our-domain")
	}
	m, err := mailbox.Mailbox{Authority: v.Authority, ID: ident.New(), Kind: v.Kind, Person: v.Person, State: mailbox.Open, Delivery: mailbox.Read,
		Cover: true, Alarms: true, Created: d.now().Minute()}.Sealing(k, v.Card)
	if err != nil {
		return "", err
	}
	return m.ID, d.write(ctx, k, func(tx *store.Tx) error {
		if v.Person != "" {
			if _, err := tx.VouchedPerson(k, v.Person); err != nil {
				return err
			}
		}
		if err := tx.InsertMailbox(m); err != nil {
			return err
		}
		return tx.Log(audit.Entry{Actor: k.Tag(s.Person), Act: "mailbox.open", Authority: m.Authority, Rows: []audit.Row{m.Row()}})
	})
}
