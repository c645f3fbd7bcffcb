package wire

import (
	"context"
	"errors"
	"time"

	"varn/internal/domain/contact"
	"varn/internal/domain/job"
	"varn/internal/domain/watch"
	"varn/internal/infra/store"
	"varn/internal/kit/clock"
	"varn/internal/transport/worker"
	"varn/internal/usecase/casework"
	"varn/internal/usecase/exposure"
	listing "varn/internal/usecase/listed"
	"varn/internal/usecase/mailroom"
	"varn/internal/usecase/operate"
	"varn/internal/usecase/registry"
)

// How often the schedules come round.
const (
	sweepEvery      = 5 * time.Minute
	backupEvery     = 24 * time.Hour
	checkpointEvery = 7 * 24 * time.Hour
	wakeEvery       = 5 * time.Second
	remindEvery     = time.Minute
	registerEvery   = time.Minute
)

// The jobs of the schedules that go through every organisation.
const (
	wakeJob     = "wake"
	remindJob   = "remind"
	registerJob = "register"
	exposureJob = "exposure.due"
)

// Worker does the jobs of this installation; any number of nodes may run one.
func (h *House) Worker() *worker.Worker {
	w := &worker.Worker{Queue: h.DB, Log: h.Log, Refresh: h.Ring.Refresh,
		Handlers: map[string]worker.Handler{"sweep": h.sweep, "backup": h.scheduledBackup, store.NoticeMail: h.Operate.Tell, operate.ResealJob: h.Operate.Reseal,
			operate.CheckpointWeek: h.Operate.SpreadCheckpoints, operate.CheckpointMail: h.Operate.MailCheckpoint,
			wakeJob: h.wakeDue, remindJob: h.remindDue, casework.WakeHook: h.Cases.CallWakeHook, casework.StandbyJob: h.wakeStandby,
			registerJob: h.registerDue, registry.SendJob: h.Registry.Send, mailroom.AlarmJob: h.Mail.Alarm, contact.PostJob: h.Mail.PostForm, mailroom.DigestJob: h.Mail.Digest, contact.ConfirmJob: h.Contact.MailLink,
			exposureJob: h.exposureDue, watch.RunJob: h.Exposure.Run, watch.CheckJob: h.Exposure.CheckAgain, listing.SearchJob: h.Listed.Search},
		Schedules: []job.Schedule{{Kind: "sweep", Every: sweepEvery}, {Kind: operate.CheckpointWeek, Every: checkpointEvery},
			{Kind: wakeJob, Every: wakeEvery}, {Kind: remindJob, Every: remindEvery}, {Kind: registerJob, Every: registerEvery}, {Kind: exposureJob, Every: exposure.DueEvery}},
	}
	if h.Config.Backup != "" {
		w.Schedules = append(w.Schedules, job.Schedule{Kind: "backup", Every: backupEvery})
	}
	return w
}

// wakeDue takes the chains of those who are woken a step on.
func (h *House) wakeDue(ctx context.Context, _ job.Job) error {
	return h.everywhere(ctx, h.Cases.WakeDue)
}

// remindDue tells of deadlines that are near or have passed.
func (h *House) remindDue(ctx context.Context, _ job.Job) error {
	return h.everywhere(ctx, h.Cases.RemindDue)
}

// registerDue hands entries over to the registers that want them.
func (h *House) registerDue(ctx context.Context, _ job.Job) error {
	return h.everywhere(ctx, h.Registry.SendDue)
}

// exposureDue has sites gone through whose turn it is, and tells of days that have passed.
func (h *House) exposureDue(ctx context.Context, _ job.Job) error {
	return h.everywhere(ctx, h.Exposure.Due)
}

// everywhere does an act for each organisation; one that fails does not stop the others.
func (h *House) everywhere(ctx context.Context, act func(context.Context, string) (int, error)) error {
	var all error
	for _, org := range h.Ring.Orgs() {
		_, err := act(ctx, org)
		all = errors.Join(all, err)
	}
	return all
}

// wakeStandby wakes the seat on standby that a job names.
func (h *House) wakeStandby(ctx context.Context, j job.Job) error {
	return h.People.WakeStandby(ctx, j.Org, j.Args["seat"])
}

// sweep removes what has expired. While the time is in doubt nothing is removed by date.
func (h *House) sweep(ctx context.Context, _ job.Job) error {
	var all error
	if h.DB.TimeDoubt() == store.NoDoubt {
		for _, org := range h.Ring.Orgs() {
			all = errors.Join(all, h.DB.Org(org).Write(ctx, func(tx *store.Tx) error {
				_, err := tx.DeleteExpired(tx.Now())
				return err
			}))
			_, err := h.People.WakeDue(ctx, org)
			all = errors.Join(all, err, h.Contact.Sweep(ctx, org), h.Mail.Sweep(ctx, org))
		}
	}
	return errors.Join(all, h.Cases.Sweep(ctx))
}

// scheduledBackup makes the day's backup of every organisation that has none yet.
func (h *House) scheduledBackup(ctx context.Context, _ job.Job) error {
	if h.Config.Backup == "" {
		return nil // the schedule is from before the key was taken away
	}
	desk, err := h.Backup(ctx, "")
	if err != nil {
		return err
	}
	day := job.Schedule{Every: backupEvery}
	for _, org := range h.Ring.Orgs() {
		last, _, err := desk.Notes(ctx, org)
		if err != nil {
			return err
		}
		if last.When > 0 && day.Period(last.When) == day.Period(clock.Of(h.Clock.Now())) {
			continue
		}
		made, err := desk.Make(ctx, org)
		if err != nil {
			return err
		}
		if made.FreshKey != "" {
			h.Log.Warn("a backup key was made: keep a copy of it elsewhere", "file", made.FreshKey)
		}
		if len(made.Lost) > 0 {
			h.Log.Error("attachments are missing in the data directory", "count", len(made.Lost))
		}
	}
	return nil
}
