package operate

import (
	"context"
	"encoding/json"

	"varn/internal/domain/access"
	"varn/internal/domain/job"
	"varn/internal/domain/organisation"
	"varn/internal/domain/person"
	"varn/internal/infra/mail"
	"varn/internal/infra/store"
	"varn/internal/kit/fault"
	"varn/internal/kit/keyring"
	"varn/internal/kit/locale"
)

// Tell does the job that a notice leaves: it mails its person that something waits, and nothing
// of what. Without mail settings or an address there is nothing to do.
func (d *Desk) Tell(ctx context.Context, j job.Job) error {
	k, err := d.Ring.Org(j.Org)
	if err != nil {
		return err
	}
	account, version, err := d.mail(ctx, k)
	if err != nil || version == 0 {
		return err
	}
	to, waiting, err := d.reader(ctx, k, j.Args["person"])
	if err != nil || to.Address == "" || !waiting {
		return err
	}
	return d.Mail.Send(ctx, account.account(), d.notice(to))
}

// reader is whom a notice is for, and whether anything still waits that they have not seen.
func (d *Desk) reader(ctx context.Context, k *keyring.Keys, personID string) (v person.Profile, waiting bool, err error) {
	err = d.read(ctx, k, func(tx *store.Tx) error {
		if v, err = reachable(tx, k, personID); err != nil {
			return err
		}
		open, err := tx.Notices(personID)
		waiting = len(open) > 0
		return err
	})
	return v, waiting, err
}

// reachable is somebody's profile; zero for who is unknown or has left.
func reachable(tx *store.Tx, k *keyring.Keys, personID string) (v person.Profile, err error) {
	p, err := tx.VouchedPerson(k, personID)
	if fault.Is(err, fault.NotFound) || err == nil && p.State == person.Left {
		return v, nil
	}
	if err != nil {
		return v, err
	}
	b, err := k.For(keyring.Names).OpenPadded(p.Sealed, p.AD())
	if err != nil {
		return v, err
	}
	return v, json.Unmarshal(b, &v)
}

func (d *Desk) notice(to person.Profile) mail.Message {
	l := langOf(to.Lang)
	return mail.Message{To: to.Address, Lang: string(l), Subject: d.Texts.Say(l, "mail.notice-subject"), Text: d.Texts.Say(l, "mail.notice", d.Origin)}
}

func langOf(tag string) locale.Lang {
	if l, ok := locale.Known(tag); ok {
		return l
	}
	return locale.Swedish
}

// TestMail sends the subject themselves a mail by the stored settings, so that whoever has just
// typed them sees whether they hold.
func (d *Desk) TestMail(ctx context.Context, s *access.Session) (to string, err error) {
	k, err := d.keys(s)
	if err != nil {
		return "", err
	}
	account, version, err := d.mail(ctx, k)
	if err != nil {
		return "", err
	}
	if version == 0 {
		return "", fault.New(fault.Invalid, "mail.none")
	}
	var v person.Profile
	var org organisation.Profile
	if err := d.read(ctx, k, func(tx *store.Tx) error {
		if _, err := setting(tx, k, "profile", &org); err != nil {
			return err
		}
		p, err := tx.VouchedPerson(k, s.Person)
		if err != nil {
			return err
		}
		b, err := k.For(keyring.Names).OpenPadded(p.Sealed, p.AD())
		if err != nil {
			return err
		}
		return json.Unmarshal(b, &v)
	}); err != nil {
		return "", err
	}
	if v.Address == "" {
		return "", fault.New(fault.Invalid, "mail.no-own-address")
	}
	l := langOf(v.Lang)
	to = v.Address
	return to, d.Mail.Send(ctx, account.account(), mail.Message{To: v.Address, Lang: string(l),
		Subject: d.Texts.Say(l, "mail.test-subject"), Text: d.Texts.Say(l, "mail.test", org.Name)})
}
