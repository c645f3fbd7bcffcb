package contact

import (
	"context"
	"encoding/json"
	"net/netip"
	"strings"

	"varn/internal/domain/audit"
	"varn/internal/domain/contact"
	"varn/internal/domain/job"
	"varn/internal/domain/screening"
	"varn/internal/infra/store"
	"varn/internal/kit/fault"
	"varn/internal/kit/ident"
)

// alarmJob wakes the on-call because of what was written; its argument is "mailbox".
const alarmJob = "letter.alarm"

// Sending is what a visitor sends.
type Sending struct {
	Org     string
	From    netip.Addr
	Message contact.Message
	Worked  bool // the page did its work
}

// Submit (skicka) keeps a message sealed and unconfirmed, screens it, and has the link mailed. When it returns
// without an error the message is durable; the link is given in a demo alone. An alarm wakes the on-call though nobody has confirmed: those who threaten do
// not confirm.
func (d *Desk) Submit(ctx context.Context, v Sending) (link string, err error) {
	k, err := d.Ring.Org(v.Org)
	if err != nil {
		return "", err
	}
	m := v.Message
	m.V, m.Name, m.From, m.Subject, m.Text = 1, strings.TrimSpace(m.Name), strings.TrimSpace(m.From), strings.TrimSpace(m.Subject), strings.TrimSpace(m.Text)
	if err := m.Check(); err != nil {
		return "", err
	}
	gates := d.gates(k, v.From, strings.ToLower(m.From), v.Worked)
	if err := d.read(ctx, k, func(tx *store.Tx) error {
		for _, g := range gates {
			if err := g.ask(tx); err != nil {
				return err
			}
		}
		ids := make([]string, len(m.To))
		for i, to := range m.To {
			ids[i] = to.Mailbox
		}
		boxes, err := tx.VouchedMailboxesAmong(k, ids)
		if err != nil {
			return err
		}
		for _, b := range boxes {
			if !b.Takes() {
				return fault.In("", "contact_write.nobody")
			}
		}
		if len(boxes) == 0 {
			return fault.In("", "contact_write.nobody")
		}
		if _, open, err := d.account(tx, k); err != nil || !open && !d.Demo {
			return orClosed(err)
		}
		return nil
	}); err != nil {
		return "", err
	}
	in := screening.Input{Subject: m.Subject, Text: m.Text}
	if d.Listed != nil {
		in.Listed = d.Listed(ctx, k.Org)
	}
	screen := d.Screen
	if screen == nil {
		screen = func(_ context.Context, _ string, in screening.Input) screening.Result { return screening.Screen(in) }
	}
	said := screen(ctx, k.Org, in)
	if m.Screening, err = json.Marshal(said); err != nil {
		return "", err
	}
	m.Sketch, m.Secret = contact.SketchOf(m.Text), ident.New()+ident.New()
	f := contact.Form{Org: k.Org, ID: ident.New(), Token: contact.TokenTag(k, m.Secret), State: contact.Unconfirmed, Verdict: string(said.Verdict), Created: d.now(), Expires: d.now().Add(kept)}
	if f, err = f.Sealing(k, m); err != nil {
		return "", err
	}
	if d.Demo {
		link = "/kontakt/bekrafta/" + m.Secret
	}
	store.Declare(ctx, link)
	return link, d.write(ctx, k, func(tx *store.Tx) error {
		for _, g := range gates {
			if err := g.count(tx); err != nil {
				return err
			}
		}
		if err := tx.InsertForm(f); err != nil {
			return err
		}
		if !d.Demo {
			if err := tx.Enqueue(job.Job{Kind: contact.ConfirmJob, Args: map[string]string{"form": f.ID}}); err != nil {
				return err
			}
		}
		if said.Verdict == screening.Alarm {
			if err := tx.Enqueue(job.Job{Kind: alarmJob, Args: map[string]string{"mailbox": m.To[0].Mailbox}}); err != nil {
				return err
			}
		}
		return tx.Log(audit.Entry{Act: "contact.submit", Rows: []audit.Row{f.Row()}})
	})
}

func orClosed(err error) error {
	if err == nil {
		err = fault.New(fault.Unavailable, "contact_write.closed")
	}
	return err
}
