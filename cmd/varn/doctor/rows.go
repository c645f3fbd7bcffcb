package doctor

import (
	"context"
	"fmt"
	"strings"
	"time"

	"varn/internal/domain/access"
	"varn/internal/domain/job"
	"varn/internal/domain/organisation"
	"varn/internal/domain/person"
	"varn/internal/infra/store"
	"varn/internal/kit/clock"
	"varn/internal/kit/fault"
	"varn/internal/kit/keyring"
	"varn/internal/kit/seal"
	"varn/internal/usecase/backup"
)

// What an operator is told of: a backup older than two days, a proof older than a quarter, a log
// that has waited a minute for its place.
const (
	oldBackup = 48 * time.Hour
	oldProof  = 92 * 24 * time.Hour
	longLag   = time.Minute
	someDead  = 20
)

// rows looks at each organisation.
func (p *Patient) rows(ctx context.Context) {
	var all []organisation.Organisation
	if err := p.db.SystemRead(ctx, func(tx *store.Tx) (err error) {
		all, err = tx.Organisations()
		return err
	}); err != nil {
		p.wrong("database", err.Error(), "see the database's own log")
		return
	}
	if len(all) == 0 {
		p.unwise("organisation", "nothing is set up yet", "run varn init, or varn serve and open /uppsattning")
	}
	ring := keyring.New()
	for _, o := range all {
		raw, err := p.keys.Server().Open(o.Root, organisation.RootAD(o.ID))
		if err != nil {
			p.wrong("keys", "the server key does not open the root of organisation "+o.ID, "configure the key that the data was made with, or restore with the recovery sheets: varn restore")
			continue
		}
		root, err := seal.KeyFrom(raw)
		if err != nil {
			p.wrong("keys", err.Error(), "restore with the recovery sheets: varn restore")
			continue
		}
		k := ring.Add(o.ID, root, seal.NewCourier(p.clock))
		p.people(ctx, k)
		p.work(ctx, o.ID)
		p.backups(ctx, ring, o.ID)
	}
	p.dead(ctx, "", func(fn func(*store.Tx) error) error { return p.db.InstanceJobs(ctx, fn) })
}

// people looks whether enough people can open what is sealed.
func (p *Patient) people(ctx context.Context, k *keyring.Keys) {
	var heads int
	var vacant []string
	err := p.db.Org(k.Org).Read(ctx, func(tx *store.Tx) error {
		if _, err := tx.VouchedRecoveryKey(k); err != nil {
			return err
		}
		able, err := confirmed(tx, k)
		if err != nil {
			return err
		}
		roles, err := tx.VouchedRoles(k, "")
		if err != nil {
			return err
		}
		seen := map[string]bool{}
		for _, g := range roles {
			if g.Role == access.HeadOfSecurity && g.Holds(tx.Now()) && able[g.Person] {
				seen[g.Person] = true
			}
		}
		heads = len(seen)
		vacant, err = vacantFunctions(tx, k, able)
		return err
	})
	switch {
	case fault.Is(err, fault.NotFound):
		p.wrong("recovery key", "organisation "+k.Org+" has no recovery key", "set it up anew: without one nothing lost can be opened again")
		return
	case err != nil:
		p.wrong("rows", err.Error(), "run varn audit verify; if rows were changed, restore a backup")
		return
	}
	p.fine("recovery key", "there is one, and the organisation vouches for it")
	if heads < 2 {
		p.unwise("people", fmt.Sprintf("%d head of security can open what is sealed to the function: if that key is lost, only the recovery sheets help", heads), "give the role to one more person and confirm them")
	}
	if len(vacant) > 0 {
		p.unwise("functions", fmt.Sprintf("%d functions have nobody who can open: %s", len(vacant), strings.Join(vacant, ", ")), "seat somebody with a confirmed key, on the page of functions")
	}
}

// confirmed are the people whose keys open something.
func confirmed(tx *store.Tx, k *keyring.Keys) (map[string]bool, error) {
	all, err := tx.VouchedPeople(k)
	able := map[string]bool{}
	for _, one := range all {
		able[one.ID] = one.State == person.Confirmed
	}
	return able, err
}

func vacantFunctions(tx *store.Tx, k *keyring.Keys, able map[string]bool) ([]string, error) {
	functions, err := tx.VouchedFunctions(k)
	if err != nil {
		return nil, err
	}
	seats, err := tx.VouchedSeats(k, "")
	if err != nil {
		return nil, err
	}
	taken := map[string]bool{}
	for _, h := range seats {
		taken[h.Function] = taken[h.Function] || h.Holds(tx.Now()) && able[h.Person]
	}
	var vacant []string
	for _, f := range functions {
		if !taken[f.ID] {
			vacant = append(vacant, string(f.Kind)+" "+f.ID)
		}
	}
	return vacant, nil
}

// work looks at jobs that were given up, and at entries of the log that wait.
func (p *Patient) work(ctx context.Context, org string) {
	p.dead(ctx, org, func(fn func(*store.Tx) error) error { return p.db.Org(org).Read(ctx, fn) })
	n, oldest, err := p.db.Org(org).Lag(ctx)
	if err == nil && oldest > longLag {
		p.wrong("log", fmt.Sprintf("%d entries have waited for their place for %s", n, oldest.Round(time.Second)), "start varn serve, and look for errors about the log in its output")
	}
}

func (p *Patient) dead(ctx context.Context, org string, read func(func(*store.Tx) error) error) {
	var jobs []job.Job
	if err := read(func(tx *store.Tx) (err error) {
		jobs, err = tx.DeadLetters(someDead)
		return err
	}); err != nil {
		p.wrong("jobs", err.Error(), "see the database's own log")
		return
	}
	for _, j := range jobs {
		p.wrong("jobs", fmt.Sprintf("job %s (%s) was given up after %d tries: %s", j.ID, j.Kind, j.Attempts, j.ErrorClass), "mend the cause, then retry it on the administrator's page of jobs")
	}
}

// backups looks at what is noted of backups.
func (p *Patient) backups(ctx context.Context, ring *keyring.Ring, org string) {
	desk := &backup.Desk{DB: p.db, Ring: ring, Keys: p.keys, Clock: p.clock}
	last, proven, err := desk.Notes(ctx, org)
	now := clock.Of(p.clock.Now())
	switch {
	case err != nil:
		p.wrong("backup", err.Error(), "run varn audit verify")
	case p.config.Backup == "" && last.When == 0:
		p.wrong("backup", "there are no backups", "set backup to a folder on another disk or to s3://BUCKET/PREFIX; varn backup makes one now")
	case last.When == 0 || now.Time().Sub(last.When.Time()) > oldBackup:
		p.wrong("backup", "the newest backup is "+age(last.When, now), "run varn backup, and look among the jobs for why the schedule did not")
	default:
		p.fine("backup", "the newest is "+age(last.When, now))
	}
	if last.Missing > 0 {
		p.unwise("backup", fmt.Sprintf("%d attachments were missing when it was made", last.Missing), "run varn backup and read what it says")
	}
	if proven.When == 0 || now.Time().Sub(proven.When.Time()) > oldProof {
		p.unwise("proof", "the last proven restore is "+age(proven.When, now), "run: varn backup verify")
	} else {
		p.fine("proof", "the last proven restore is "+age(proven.When, now))
	}
}

func age(when, now clock.Stamp) string {
	if when == 0 {
		return "none"
	}
	return fmt.Sprintf("%d hours old", int(now.Time().Sub(when.Time()).Hours()))
}
