package store

import (
	"varn/internal/domain/casefile"
	"varn/internal/kit/clock"
	"varn/internal/kit/fault"
	"varn/internal/kit/keyring"
)

const deadlineColumns = `org, case_id, id, kind, person, due, started, reminded, escalated, done`

// PutDeadline enters a deadline, or stores it anew with its time, its owner and whether it is done.
func (t *Tx) PutDeadline(d casefile.Deadline) error {
	_, err := t.Exec(`INSERT INTO deadline (`+deadlineColumns+`) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
		ON CONFLICT (org, case_id, id) DO UPDATE SET kind = excluded.kind, person = excluded.person, due = excluded.due, started = excluded.started,
			reminded = excluded.reminded, escalated = excluded.escalated, done = excluded.done`,
		d.Case, d.ID, d.Kind, d.Person, d.Due, d.Started, d.Reminded, d.Escalated, d.Done)
	return err
}

// MeetDeadline notes that a deadline is met; one that is not there, or met before, stays as it is.
func (t *Tx) MeetDeadline(caseID, id string, at clock.Stamp) error {
	_, err := t.Exec(`UPDATE deadline SET done = $4 WHERE org = $1 AND case_id = $2 AND id = $3 AND done = 0`, caseID, id, at)
	return err
}

// MeetDeadlines notes that nothing is left to do in a case but what is of one kind; empty: nothing at all.
func (t *Tx) MeetDeadlines(caseID string, at clock.Stamp, but casefile.DeadlineKind) error {
	_, err := t.Exec(`UPDATE deadline SET done = $3 WHERE org = $1 AND case_id = $2 AND done = 0 AND kind <> $4`, caseID, at, string(but))
	return err
}

// Deadlines gives the deadlines of a case, the nearest first; done ones last.
func (t *Tx) Deadlines(caseID string) ([]casefile.Deadline, error) {
	return All[casefile.Deadline](t, `SELECT `+deadlineColumns+` FROM deadline WHERE org = $1 AND case_id = $2
		ORDER BY CASE WHEN done = 0 THEN 0 ELSE 1 END, due, id`, caseID)
}

// DeadlinesToTell gives open deadlines of any case that nobody has been told of: near ones, due before
// soon, those that have passed, and what is due without delay. The nearest come first.
func (t *Tx) DeadlinesToTell(now, soon clock.Stamp, most int) ([]casefile.Deadline, error) {
	return All[casefile.Deadline](t, `SELECT `+deadlineColumns+` FROM deadline WHERE org = $1 AND done = 0 AND due <= $6
		AND (reminded = 0 AND (due < $3 OR kind IN ($5, $7)) OR escalated = 0 AND due <= $2) ORDER BY due, case_id, id LIMIT $4`,
		now, soon, most, string(casefile.NoticeDue), max(soon, now.Add(casefile.NoticeWithin)), string(casefile.ObligationDue))
}

// ClocksOf gives the clocks of an obligation that run, in any case.
func (t *Tx) ClocksOf(id string) ([]casefile.Deadline, error) {
	return All[casefile.Deadline](t, `SELECT `+deadlineColumns+` FROM deadline WHERE org = $1 AND done = 0 AND started > 0 AND id = $2 ORDER BY case_id`, id)
}

// MoveClock gives a clock another time, to be told of anew, and its case another nearest deadline.
func (t *Tx) MoveClock(d casefile.Deadline, due clock.Stamp) error {
	d.Due, d.Reminded, d.Escalated = due, 0, 0
	if err := t.PutDeadline(d); err != nil {
		return err
	}
	nearest, err := t.NearestDue(d.Case)
	if err != nil {
		return err
	}
	if _, err := t.Exec(`UPDATE casefile SET due = $3 WHERE org = $1 AND id = $2`, d.Case, nearest); err != nil {
		return err
	}
	_, err = t.Exec(`UPDATE shelf SET due = $3 WHERE org = $1 AND case_id = $2
		AND member IN (SELECT member FROM circle WHERE org = $1 AND case_id = $2 AND ended = 0)`, d.Case, nearest)
	return err
}

// TellDeadline notes that a deadline was told of, and tells whether it was still to be: not met, not
// moved, and told of by nobody else.
func (t *Tx) TellDeadline(d casefile.Deadline, at clock.Stamp, passed bool) (bool, error) {
	text := `UPDATE deadline SET reminded = $4 WHERE org = $1 AND case_id = $2 AND id = $3 AND done = 0 AND due = $5 AND reminded = 0`
	if passed {
		text = `UPDATE deadline SET reminded = CASE WHEN reminded = 0 THEN $4 ELSE reminded END, escalated = $4
			WHERE org = $1 AND case_id = $2 AND id = $3 AND done = 0 AND due = $5 AND escalated = 0`
	}
	n, err := t.Exec(text, d.Case, d.ID, at, d.Due)
	return n == 1, err
}

// NearestDue gives when a case is next to be seen to, as casefile.Nearest; 0 when nothing is left.
func (t *Tx) NearestDue(caseID string) (clock.Stamp, error) {
	all, err := t.Deadlines(caseID)
	return casefile.Nearest(all), err
}

// NoticesDue gives which of some cases wait for the notice of AML 3:3 a, and until when.
func (t *Tx) NoticesDue(cases []string) (map[string]clock.Stamp, error) {
	out := map[string]clock.Stamp{}
	if len(cases) == 0 {
		return out, nil
	}
	in, args := marks(cases, 3)
	all, err := All[casefile.Deadline](t, `SELECT `+deadlineColumns+` FROM deadline WHERE org = $1 AND id = $2 AND case_id IN (`+in+`) AND done = 0`,
		append([]any{string(casefile.NoticeDue)}, args...)...)
	for _, d := range all {
		out[d.Case] = d.Due
	}
	return out, err
}

const referralColumns = `org, case_id, id, giver, receiver, given_by, state, given, decided, decided_by, version, mac`

func referralProof(r casefile.Referral) proof { return proof{"referral", r.ID, r.MAC, r.Who()} }

// VouchedReferrals gives a case's referrals, newest first.
func (t *Tx) VouchedReferrals(k *keyring.Keys, caseID string) ([]casefile.Referral, error) {
	all, err := All[casefile.Referral](t, `SELECT `+referralColumns+` FROM referral WHERE org = $1 AND case_id = $2 ORDER BY given DESC, id`, caseID)
	return many(t, k, all, err, referralProof)
}

// InsertReferral enters a referral.
func (t *Tx) InsertReferral(r casefile.Referral) error {
	_, err := t.Exec(`INSERT INTO referral (`+referralColumns+`) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)`,
		r.Case, r.ID, r.Giver, r.Receiver, r.GivenBy, r.State, r.Given, r.Decided, r.DecidedBy, r.Version, r.MAC)
	return err
}

// UpdateReferral stores the answer; Version is one more than the stored one.
func (t *Tx) UpdateReferral(r casefile.Referral) error {
	return t.changed(`UPDATE referral SET state = $3, decided = $4, decided_by = $5, version = $6, mac = $7 WHERE org = $1 AND id = $2 AND version = $8`,
		r.ID, r.State, r.Decided, r.DecidedBy, r.Version, r.MAC, r.Version-1)
}

// Referrals lists every referral, for proving the log.
func (t *Tx) Referrals() ([]casefile.Referral, error) {
	return All[casefile.Referral](t, `SELECT `+referralColumns+` FROM referral WHERE org = $1`)
}

// Relate joins two cases, once.
func (t *Tx) Relate(r casefile.Relation) error {
	_, err := t.Exec(`INSERT INTO relation (org, case_id, other, kind, created) VALUES ($1, $2, $3, $4, $5)
		ON CONFLICT (org, case_id, other) DO UPDATE SET kind = excluded.kind`, r.Case, r.Other, r.Kind, r.Created)
	return err
}

// Relations gives what a case is joined to, from either side.
func (t *Tx) Relations(caseID string) ([]casefile.Relation, error) {
	return All[casefile.Relation](t, `SELECT org, case_id, other, kind, created FROM relation WHERE org = $1 AND (case_id = $2 OR other = $2) ORDER BY created, case_id, other`, caseID)
}

// Visited notes that somebody is at their cases, and gives when they were before. A visit lasts as
// long as no rest is longer than half an hour.
func (t *Tx) Visited(personID string, now clock.Stamp) (clock.Stamp, error) {
	return One[clock.Stamp](t, `INSERT INTO presence (org, person, at, before) VALUES ($1, $2, $3, 0)
		ON CONFLICT (org, person) DO UPDATE SET
			before = CASE WHEN presence.at < $3 - 1800000000 THEN presence.at ELSE presence.before END, at = $3
		RETURNING before`, personID, now)
}

// LastVisit gives when somebody was at their cases before this visit; 0 for never.
func (t *Tx) LastVisit(personID string) (clock.Stamp, error) {
	at, err := One[clock.Stamp](t, `SELECT before FROM presence WHERE org = $1 AND person = $2`, personID)
	if fault.Is(err, fault.NotFound) {
		return 0, nil
	}
	return at, err
}
