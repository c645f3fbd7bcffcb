package mailroom

import (
	"context"
	"encoding/json"
	"slices"
	"strconv"
	"strings"
	"time"

	"varn/internal/domain/audit"
	"varn/internal/domain/contact"
	"varn/internal/domain/job"
	"varn/internal/domain/letter"
	"varn/internal/domain/mailbox"
	"varn/internal/domain/screening"
	"varn/internal/infra/store"
	"varn/internal/kit/fault"
	"varn/internal/kit/ident"
	"varn/internal/kit/keyring"
)

// DigestJob gathers near alike messages of the form into one letter; its argument is "form", the first of them.
const DigestJob = "letter.digest"

// digestRest is how long messages are gathered.
const digestRest = time.Hour

// PostForm (posta formulär) does the job that a confirmation leaves: the message becomes a letter in each mailbox that it is
// to. The first few that are near alike come one by one; those after them wait to become one, with the count and the names.
// None is left out. Done twice it finds nothing to do.
func (d *Desk) PostForm(ctx context.Context, j job.Job) error {
	k, err := d.Ring.Org(j.Org)
	if err != nil {
		return err
	}
	f, m, near, err := d.formWithKin(ctx, k, j.Args["form"])
	if fault.Is(err, fault.NotFound) || err == nil && f.State != contact.Confirmed {
		return nil
	}
	if err != nil {
		return err
	}
	if len(near) >= contact.Least {
		// One for each hour: it runs when that hour is over, so that none comes after it has read.
		first := near[0].form.ID + "-" + strconv.FormatInt(int64(d.now().Hour()), 36)
		return d.write(ctx, k, func(tx *store.Tx) error {
			return tx.Enqueue(job.Job{Kind: DigestJob, Unique: first, Args: map[string]string{"form": f.ID}, RunAt: d.now().Add(digestRest)})
		})
	}
	return d.post(ctx, k, []formed{{f, m}}, d.single(m))
}

// formed is a form with what it says.
type formed struct {
	form    contact.Form
	message contact.Message
}

// formWithKin gives a form and all that are near alike and to the same, of the last day, the oldest first.
func (d *Desk) formWithKin(ctx context.Context, k *keyring.Keys, id string) (f contact.Form, m contact.Message, near []formed, err error) {
	var all []contact.Form
	if err = d.read(ctx, k, func(tx *store.Tx) error {
		if f, err = tx.VouchedForm(k, id); err != nil {
			return err
		}
		all = nil
		for _, state := range []contact.State{contact.Confirmed, contact.Posted} {
			some, err := tx.VouchedForms(k, state, d.now().Add(-contact.Window))
			if err != nil {
				return err
			}
			all = append(all, some...)
		}
		return nil
	}); err != nil {
		return f, m, nil, err
	}
	if m, err = f.Open(k); err != nil {
		return f, m, nil, err
	}
	for _, one := range all {
		o, err := one.Open(k)
		if err != nil {
			return f, m, nil, err
		}
		if sameTargets(m, o) && (one.ID == f.ID || m.Sketch.Near(o.Sketch)) {
			near = append(near, formed{one, o})
		}
	}
	slices.SortFunc(near, func(a, b formed) int {
		if a.form.Created != b.form.Created {
			return int(a.form.Created - b.form.Created)
		}
		return strings.Compare(a.form.ID, b.form.ID)
	})
	return f, m, near, nil
}

func sameTargets(a, b contact.Message) bool {
	return slices.EqualFunc(a.To, b.To, func(x, y contact.Target) bool { return x.Mailbox == y.Mailbox })
}

// Digest (samlingsbrev) does the job that gathers: all that still wait and are near alike become one letter.
func (d *Desk) Digest(ctx context.Context, j job.Job) error {
	k, err := d.Ring.Org(j.Org)
	if err != nil {
		return err
	}
	_, m, near, err := d.formWithKin(ctx, k, j.Args["form"])
	if fault.Is(err, fault.NotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	near = slices.DeleteFunc(near, func(f formed) bool { return f.form.State != contact.Confirmed })
	switch len(near) {
	case 0:
		return nil
	case 1:
		return d.post(ctx, k, near, d.single(near[0].message))
	}
	return d.post(ctx, k, near, d.digest(m, near))
}

// composed is a letter to be entered for a form.
type composed struct {
	sort  mailbox.Sort
	draft letter.Draft
}

func (d *Desk) single(m contact.Message) composed {
	return composed{mailbox.Form, letter.Draft{From: letter.Address{Name: m.Name, Address: m.From}, Subject: m.Subject, Date: d.Clock.Now().UTC(), Text: m.Text}}
}

// digest has the text of the first whole, and the others' names and what they wrote.
func (d *Desk) digest(m contact.Message, near []formed) composed {
	var b strings.Builder
	b.WriteString(d.Texts.Say("sv", "letter.digest-head", len(near)) + "\n\n")
	for _, one := range near {
		b.WriteString("- " + one.message.Name + " <" + one.message.From + ">\n")
	}
	for _, one := range near {
		b.WriteString("\n" + d.Texts.Say("sv", "letter.digest-one", one.message.Name) + "\n\n" + one.message.Text + "\n")
	}
	return composed{mailbox.Digest, letter.Draft{From: letter.Address{Name: d.Texts.Say("sv", "letter.digest-from"), Address: "inget-svar@" + d.ownDomain()},
		Subject: d.Texts.Say("sv", "letter.digest-subject", len(near), m.Subject), Date: d.Clock.Now().UTC(), Text: b.String(), Automatic: true}}
}

// ownDomain is the domain that our letters' ids are under; without a mail domain, where the form alone leads
// here, the machine's own name.
func (d *Desk) ownDomain() string {
	if len(d.Domains) > 0 {
		return d.Domains[0]
	}
	return d.Host
}

// gravest is what screening said of the gravest of some messages, each judged by itself: gathered, the harmless words of many
// would weigh as one person's.
func gravest(forms []formed) (out screening.Result, err error) {
	for i, one := range forms {
		var r screening.Result
		if len(one.message.Screening) > 0 {
			if err := json.Unmarshal(one.message.Screening, &r); err != nil {
				return out, err
			}
		}
		if r.Verdict == "" {
			r = screening.Screen(screening.Input{Subject: one.message.Subject, Text: one.message.Text})
		}
		if i == 0 || mailbox.Verdict(r.Verdict).Rank() > mailbox.Verdict(out.Verdict).Rank() {
			out = r
		}
	}
	return out, nil
}

// post enters a letter in every mailbox that the forms are to, and notes that they are posted, in one transaction. They are
// kept for a day, so that later ones are known to be like them.
func (d *Desk) post(ctx context.Context, k *keyring.Keys, forms []formed, c composed) error {
	m := forms[0].message
	var writes []func(*store.Tx) error
	var undo []string
	for _, to := range m.To {
		box, err := d.vouched(ctx, k, to.Mailbox)
		if fault.Is(err, fault.NotFound) || err == nil && box.State == mailbox.Closed {
			continue // the assignment has ended since it was written
		}
		if err != nil {
			return err
		}
		card, err := box.Card(k)
		if err != nil {
			return err
		}
		draft := c.draft
		draft.To = []letter.Address{{Name: card.Name, Address: card.Address}}
		draft.MessageID = ident.New() + "@" + d.ownDomain()
		raw := letter.Compose(draft)
		in := arrived{Arrival: Arrival{From: m.From, Raw: raw}, sort: c.sort}
		if in.letter, err = letter.Read(raw); err != nil {
			return err
		}
		if in.screening, err = gravest(forms); err != nil {
			return err
		}
		w, objects, err := d.arrive(ctx, k, in, Recipient{Org: k.Org, Address: card.Address, Purpose: ToMailbox, Mailbox: box.ID})
		undo = append(undo, objects...)
		if err != nil {
			_ = d.drop(ctx, undo)
			return err
		}
		writes = append(writes, w)
	}
	var rows []audit.Row
	var done []contact.Form
	for _, one := range forms {
		f := one.form
		f.State, f.Expires = contact.Posted, max(f.Created.Add(contact.Window), d.now().Add(time.Minute))
		f = f.Next(k)
		done, rows = append(done, f), append(rows, f.Row())
	}
	err := d.write(ctx, k, func(tx *store.Tx) error {
		for _, w := range writes {
			if err := w(tx); err != nil {
				return err
			}
		}
		for _, f := range done {
			if err := tx.UpdateForm(f); err != nil {
				return err
			}
		}
		return tx.Log(audit.Entry{Act: "contact.post", Rows: rows})
	})
	if err != nil {
		_ = d.drop(ctx, undo)
		return err
	}
	d.wake()
	return nil
}
