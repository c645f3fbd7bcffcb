package operate

import (
	"context"
	"errors"
	"slices"

	"varn/internal/domain/access"
	"varn/internal/domain/audit"
	"varn/internal/domain/job"
	"varn/internal/domain/person"
	"varn/internal/infra/mail"
	"varn/internal/infra/store"
	"varn/internal/kit/fault"
	"varn/internal/kit/keyring"
)

// The jobs of the weekly mail: the schedule's, and one for each reader, whose argument is "person",
// so that an address that does not answer keeps nobody else waiting.
const (
	CheckpointWeek = "checkpoint.week"
	CheckpointMail = "checkpoint.mail"
)

// SpreadCheckpoints does the week's job: those in charge of security and the auditors are each
// to be mailed the log's newest checkpoint, so that it lies outside Värn in several hands.
func (d *Desk) SpreadCheckpoints(ctx context.Context, _ job.Job) error {
	var all error
	for _, org := range d.Ring.Orgs() {
		k, err := d.Ring.Org(org)
		if err != nil {
			return err
		}
		all = errors.Join(all, d.write(ctx, k, func(tx *store.Tx) error {
			readers, err := d.checkpointReaders(tx, k)
			if err != nil {
				return err
			}
			for _, id := range readers {
				if err := tx.Enqueue(job.Job{Kind: CheckpointMail, Unique: id, Args: map[string]string{"person": id}}); err != nil {
					return err
				}
			}
			return nil
		}))
	}
	return all
}

func (d *Desk) checkpointReaders(tx *store.Tx, k *keyring.Keys) (ids []string, err error) {
	grants, err := tx.VouchedRoles(k, "")
	if err != nil {
		return nil, err
	}
	for _, g := range grants {
		if (g.Role == access.HeadOfSecurity || g.Role == access.Auditor) && g.Holds(d.now()) {
			ids = append(ids, g.Person)
		}
	}
	slices.Sort(ids)
	return slices.Compact(ids), nil
}

// MailCheckpoint mails one reader the newest checkpoint, and nothing else of anything. Without mail
// settings or an address there is nothing to do; before the first checkpoint the job comes again.
func (d *Desk) MailCheckpoint(ctx context.Context, j job.Job) error {
	k, err := d.Ring.Org(j.Org)
	if err != nil {
		return err
	}
	account, version, err := d.mail(ctx, k)
	if err != nil || version == 0 {
		return err
	}
	var to person.Profile
	if err := d.read(ctx, k, func(tx *store.Tx) error {
		readers, err := d.checkpointReaders(tx, k)
		if err != nil || !slices.Contains(readers, j.Args["person"]) {
			return err // not in charge any more
		}
		to, err = reachable(tx, k, j.Args["person"])
		return err
	}); err != nil || to.Address == "" {
		return err
	}
	note, err := d.newestCheckpoint(ctx, k.Org)
	if err != nil {
		return err
	}
	l := langOf(to.Lang)
	return d.Mail.Send(ctx, account.account(), mail.Message{To: to.Address, Lang: string(l),
		Subject: d.Texts.Say(l, "mail.checkpoint-subject"), Text: d.Texts.Say(l, "mail.checkpoint", note, d.Origin)})
}

// newestCheckpoint is NotFound before the first. Its signature is checked: whoever can write to the
// database must not get a text of theirs into the mail.
func (d *Desk) newestCheckpoint(ctx context.Context, org string) (string, error) {
	signed, err := d.DB.Org(org).Checkpoint(ctx)
	if err != nil {
		return "", err
	}
	c, _, err := audit.OpenCheckpoint(signed, d.Keys.Verifier())
	if err != nil || c.Org != org {
		return "", fault.New(fault.Internal, "fault.tampered", "the newest checkpoint is not signed by this log's key; run: varn audit verify")
	}
	return string(signed), nil
}
