package contact

import (
	"context"
	"time"

	"varn/internal/domain/audit"
	"varn/internal/domain/contact"
	"varn/internal/domain/job"
	"varn/internal/infra/mail"
	"varn/internal/infra/store"
	"varn/internal/kit/fault"
	"varn/internal/kit/keyring"
	"varn/internal/kit/locale"
)

// MailLink does the job that a form leaves: it mails its sender the link, and nothing of what they wrote.
// The secret is destroyed here when the mail server has taken it.
func (d *Desk) MailLink(ctx context.Context, j job.Job) error {
	k, err := d.Ring.Org(j.Org)
	if err != nil {
		return err
	}
	var f contact.Form
	var account mail.Account
	var open bool
	err = d.read(ctx, k, func(tx *store.Tx) (err error) {
		if f, err = tx.VouchedForm(k, j.Args["form"]); err != nil {
			return err
		}
		account, open, err = d.account(tx, k)
		return err
	})
	if fault.Is(err, fault.NotFound) || err == nil && f.State != contact.Unconfirmed {
		return nil
	}
	if err != nil || !open {
		return orClosed(err)
	}
	m, err := f.Open(k)
	if err != nil || m.Secret == "" {
		return err
	}
	lang := locale.Swedish
	if l, ok := locale.Known(m.Lang); ok {
		lang = l
	}
	// The sender's own words are not repeated: whoever gives another's address has us say nothing to them.
	text := d.Texts.Say(lang, "contact_mail.text", m.About, d.Origin+"/kontakt/bekrafta/"+m.Secret, contact.KeptDays)
	if err := d.Mail.Send(ctx, account, mail.Message{To: m.From, Lang: string(lang), Subject: d.Texts.Say(lang, "contact_mail.subject"), Text: text}); err != nil {
		return err
	}
	m.Secret = ""
	if f, err = f.Sealing(k, m); err != nil {
		return err
	}
	err = d.write(ctx, k, func(tx *store.Tx) error {
		if err := tx.UpdateForm(f); err != nil {
			return err
		}
		return tx.Log(audit.Entry{Act: "contact.link", Rows: []audit.Row{f.Row()}})
	})
	if fault.Is(err, fault.Conflict) || fault.Is(err, fault.NotFound) {
		return nil // confirmed while the mail was on its way
	}
	return err
}

// Waiting says whom the message is to that a link would confirm; NotFound for a link that is used or too old.
func (d *Desk) Waiting(ctx context.Context, org, secret string) (about string, err error) {
	k, err := d.Ring.Org(org)
	if err != nil {
		return "", err
	}
	_, m, err := d.waiting(ctx, k, secret)
	return m.About, err
}

func (d *Desk) waiting(ctx context.Context, k *keyring.Keys, secret string) (f contact.Form, m contact.Message, err error) {
	err = d.read(ctx, k, func(tx *store.Tx) (err error) {
		f, err = tx.VouchedFormByToken(k, contact.TokenTag(k, secret))
		return err
	})
	if err == nil && (f.State != contact.Unconfirmed || f.Expires <= d.now()) {
		err = fault.New(fault.NotFound, "fault.not-found")
	}
	if err != nil {
		return f, m, err
	}
	m, err = f.Open(k)
	return f, m, err
}

// Confirm (bekräfta) says that the sender's address is theirs: what they wrote is on its way when it returns nil.
func (d *Desk) Confirm(ctx context.Context, org, secret string) (about string, err error) {
	k, err := d.Ring.Org(org)
	if err != nil {
		return "", err
	}
	f, m, err := d.waiting(ctx, k, secret)
	if err != nil {
		return "", err
	}
	// It is kept for as long as an outgoing letter would be tried, and a margin.
	f.State, f.Expires = contact.Confirmed, d.now().Add(30*24*time.Hour)
	f = f.Next(k)
	return m.About, d.write(ctx, k, func(tx *store.Tx) error {
		if err := tx.UpdateForm(f); err != nil {
			return err
		}
		if err := tx.Enqueue(job.Job{Kind: contact.PostJob, Args: map[string]string{"form": f.ID}}); err != nil {
			return err
		}
		return tx.Log(audit.Entry{Act: "contact.confirm", Rows: []audit.Row{f.Row()}})
	})
}
