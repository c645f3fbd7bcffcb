package registry

import (
	"context"
	"encoding/json"
	"errors"

	"varn/internal/domain/job"
	"varn/internal/domain/organisation"
	"varn/internal/domain/registration"
	"varn/internal/domain/ruling"
	"varn/internal/infra/hook"
	"varn/internal/infra/store"
	"varn/internal/kit/fault"
	"varn/internal/kit/keyring"
)

// SendJob is the job that hands an entry to the municipality's own register; its argument is "id".
const SendJob = "registration.send"

// sendBatch is how many entries of an authority one look enqueues.
const sendBatch = 200

// SendDue enqueues what has not been delivered for the authorities that have a hook. It gives how many
// entries wait.
func (d *Desk) SendDue(ctx context.Context, org string) (int, error) {
	k, err := d.Ring.Org(org)
	if err != nil {
		return 0, err
	}
	var waiting []string
	if err := d.read(ctx, k, func(tx *store.Tx) error {
		waiting = nil
		rules, err := tx.VouchedRulings(k, ruling.Register, "", ruling.Active)
		if err != nil {
			return err
		}
		for _, r := range rules {
			rule, err := ruleOf(tx, k, r.Scope)
			if err != nil {
				return err
			}
			if rule.Hook == "" {
				continue
			}
			ids, err := tx.Undelivered(r.Scope, sendBatch)
			if err != nil {
				return err
			}
			waiting = append(waiting, ids...)
		}
		return nil
	}); err != nil || len(waiting) == 0 {
		return 0, err
	}
	return len(waiting), d.write(ctx, k, func(tx *store.Tx) error {
		var all error
		for _, id := range waiting {
			all = errors.Join(all, tx.Enqueue(job.Job{Kind: SendJob, Unique: id, Args: map[string]string{"id": id}}))
		}
		return all
	})
}

// Send does the job: it calls the hook and notes that the entry is delivered. An entry may be sent
// again when the answer was lost; the receiver knows it by its id.
func (d *Desk) Send(ctx context.Context, j job.Job) error {
	k, err := d.Ring.Org(j.Org)
	if err != nil {
		return err
	}
	var r registration.Registration
	var rule ruling.RegisterRule
	var label organisation.Label
	err = d.read(ctx, k, func(tx *store.Tx) error {
		if r, err = tx.VouchedRegistration(k, j.Args["id"]); err != nil {
			return err
		}
		if rule, err = ruleOf(tx, k, r.Authority); err != nil {
			return err
		}
		label, err = authorityLabel(tx, k, r.Authority)
		return err
	})
	if fault.Is(err, fault.NotFound) || err == nil && (r.Delivered != 0 || rule.Hook == "") {
		return nil
	}
	if err != nil {
		return err
	}
	body, err := json.Marshal(d.wire(label.Name, r))
	if err != nil {
		return err
	}
	if err := d.Hook.Post(ctx, hook.Call{Address: rule.Hook, Secret: rule.HookSecret, ID: r.ID, Body: body}); err != nil {
		return err
	}
	return d.write(ctx, k, func(tx *store.Tx) error {
		if err := tx.Deliver(r.ID, d.now()); err != nil {
			return err
		}
		return record(tx, k, "", "registration.deliver", r.Authority)
	})
}

func authorityLabel(tx *store.Tx, k *keyring.Keys, id string) (organisation.Label, error) {
	a, err := tx.Authority(id)
	if err != nil {
		return organisation.Label{}, err
	}
	return labelOf(k, a)
}
