package mailroom

import (
	"context"
	"encoding/json"

	"varn/internal/domain/audit"
	"varn/internal/domain/letter"
	"varn/internal/domain/mailbox"
	"varn/internal/infra/store"
	"varn/internal/kit/fault"
	"varn/internal/kit/keyring"
)

// LinkedLetter tells what a link reports before it is used: to which official address the letter came, and when. Who holds the
// link holds the letter.
func (d *Desk) LinkedLetter(ctx context.Context, org, secret string) (RawLetter, error) {
	k, err := d.Ring.Org(org)
	if err != nil {
		return RawLetter{}, err
	}
	link, l, err := d.linked(ctx, k, secret)
	if err != nil {
		return RawLetter{}, err
	}
	data, err := link.Open(k, secret)
	if err != nil {
		return RawLetter{}, fault.Wrap(fault.Internal, "fault.tampered", err)
	}
	head, err := headOf(l, data)
	return RawLetter{Received: l.Received, Box: head.To}, err
}

// OpenLink opens the letter that a link reports, byte for byte. The opening is in the log before the first byte, without a
// name: nobody need have signed in. The link holds until EndLink, when what it gave is safe in a report.
func (d *Desk) OpenLink(ctx context.Context, org, secret string) (RawLetter, error) {
	var out RawLetter
	k, err := d.Ring.Org(org)
	if err != nil {
		return out, err
	}
	link, l, err := d.linked(ctx, k, secret)
	if err != nil {
		return out, err
	}
	data, err := link.Open(k, secret)
	if err != nil {
		return out, fault.Wrap(fault.Internal, "fault.tampered", err)
	}
	raw, head, err := d.opened(ctx, k, l.ID, data.Bytes())
	if err != nil {
		return out, err
	}
	if err := json.Unmarshal(head.Results, &out.Results); err != nil {
		return out, err
	}
	if read, err := letter.Read(raw); err == nil {
		out.Text = read.Text
	}
	out.Raw, out.SHA256, out.Received, out.Box, out.Checked = raw, head.SHA256, l.Received, head.To, out.Results.Line(d.Host)
	return out, d.write(ctx, k, func(tx *store.Tx) error {
		t, err := tx.Thread(l.Thread)
		if err != nil {
			return err
		}
		return tx.Log(audit.Entry{Act: "letter.open-link", Authority: t.Authority, Case: t.ID})
	})
}

// EndLink ends a link: Conflict when it has been ended meanwhile.
func (d *Desk) EndLink(ctx context.Context, org, secret string) error {
	k, err := d.Ring.Org(org)
	if err != nil {
		return err
	}
	return d.write(ctx, k, func(tx *store.Tx) error { return tx.UseReportLink(mailbox.ReportTag(k, secret)) })
}

func (d *Desk) linked(ctx context.Context, k *keyring.Keys, secret string) (link mailbox.ReportLink, l mailbox.Letter, err error) {
	err = d.read(ctx, k, func(tx *store.Tx) error {
		if link, err = tx.ReportLink(mailbox.ReportTag(k, secret), d.now()); err != nil {
			return err
		}
		l, err = tx.Letter(link.Letter)
		return err
	})
	return link, l, err
}
