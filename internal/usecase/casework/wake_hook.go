package casework

import (
	"context"
	"encoding/json"

	"varn/internal/domain/duty"
	"varn/internal/domain/job"
	"varn/internal/infra/hook"
	"varn/internal/infra/store"
	"varn/internal/kit/fault"
)

// hookCall is all that the organisation's hook is told: that somebody is woken. The id is random, and
// the same when a call that failed is made again.
type hookCall struct {
	ID   string `json:"id"`
	Kind string `json:"kind"`
}

// CallWakeHook does the job that waking somebody leaves. A case that has been taken meanwhile calls
// nobody.
func (d *Desk) CallWakeHook(ctx context.Context, j job.Job) error {
	k, err := d.Ring.Org(j.Org)
	if err != nil {
		return err
	}
	t, err := d.town(ctx, k)
	if err != nil || t.routing.Hook == "" {
		return err
	}
	var w duty.Wake
	err = d.read(ctx, k, func(tx *store.Tx) (err error) {
		w, err = tx.Wake(j.Args["case"])
		return err
	})
	if fault.Is(err, fault.NotFound) || err == nil && w.State == duty.Taken {
		return nil
	}
	if err != nil {
		return err
	}
	body, err := json.Marshal(hookCall{ID: j.Args["id"], Kind: "wake"})
	if err != nil {
		return err
	}
	return d.Hook.Post(ctx, hook.Call{Address: t.routing.Hook, Secret: t.routing.HookSecret, ID: j.Args["id"], Body: body})
}
