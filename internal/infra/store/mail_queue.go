package store

import (
	"context"
	"time"

	"varn/internal/domain/mailbox"
	"varn/internal/kit/clock"
)

const queueColumns = `org, id, mailbox, letter, load, dest_tag, state, attempts, next_at, lease, created, expires, class, sealed`

// Queue puts a letter into the outgoing queue, in this transaction.
func (t *Tx) Queue(e mailbox.Entry) error {
	_, err := t.Exec(`INSERT INTO mail_queue (`+queueColumns+`) VALUES ($1, $2, $3, $4, $5, $6, 'waiting', 0, $7, '', $8, $9, '', $10)`,
		e.ID, e.Mailbox, e.Letter, e.Load, e.DestTag, e.NextAt, e.Created, e.Expires, e.Sealed)
	return err
}

// ClaimMail leases the entries that are due, the longest due first, but none to a destination that is
// busy. While the lease lasts nobody else gets them: next_at is when it ends.
func (o Org) ClaimMail(ctx context.Context, owner string, most int, lease time.Duration, busy []string) ([]mailbox.Entry, error) {
	now := o.db.Now()
	var due []int64
	if err := o.Read(ctx, func(t *Tx) (err error) {
		due, err = All[int64](t, `SELECT 1 FROM mail_queue WHERE org = $1 AND next_at <= $2 LIMIT 1`, now)
		return err
	}); err != nil || len(due) == 0 {
		return nil, err
	}
	var all []mailbox.Entry
	err := o.Write(ctx, func(t *Tx) (err error) {
		but, args := "", []any{owner, now.Add(lease), now, most}
		if len(busy) > 0 {
			var in string
			in, args = among(args, busy)
			but = ` AND dest_tag NOT ` + in
		}
		// Materialised: PostgreSQL would else look again for each row, past those it has just leased.
		all, err = All[mailbox.Entry](t, `WITH due AS MATERIALIZED (SELECT id FROM mail_queue WHERE org = $1 AND next_at <= $4`+but+
			` ORDER BY next_at, id LIMIT $5`+t.db.skipLocked()+`)
			UPDATE mail_queue SET lease = $2, next_at = $3, state = 'leased' WHERE org = $1 AND id IN (SELECT id FROM due) RETURNING `+queueColumns, args...)
		return err
	})
	return all, err
}

// leasedMail is the condition that an entry is still its owner's.
const leasedMail = ` WHERE org = $1 AND id = $2 AND lease = $3`

// MailDone takes an entry away: it is delivered, or given up. Its wrap goes with it. It is Conflict when
// the lease was lost.
func (t *Tx) MailDone(e mailbox.Entry) error {
	return t.changed(`DELETE FROM mail_queue`+leasedMail, e.ID, e.Lease)
}

// MailLater gives an entry back until a moment, with what failed and what is sealed in it now.
func (t *Tx) MailLater(e mailbox.Entry, at clock.Stamp, class string) error {
	return t.changed(`UPDATE mail_queue SET state = 'waiting', attempts = attempts + 1, next_at = $4, lease = '', class = $5, sealed = $6`+leasedMail,
		e.ID, e.Lease, at, class, e.Sealed)
}

// MailRelease gives an entry back untried.
func (t *Tx) MailRelease(e mailbox.Entry, at clock.Stamp) error {
	return t.changed(`UPDATE mail_queue SET state = 'waiting', next_at = $4, lease = ''`+leasedMail, e.ID, e.Lease, at)
}

// QueueEntries gives the entries of the queue, the oldest first.
func (t *Tx) QueueEntries(most int) ([]mailbox.Entry, error) {
	return All[mailbox.Entry](t, `SELECT `+queueColumns+` FROM mail_queue WHERE org = $1 ORDER BY created, id LIMIT $2`, most)
}

// QueueCount is how much waits, and since when.
type QueueCount struct {
	Waiting int64       `db:"waiting"`
	Failed  int64       `db:"failed"` // tried at least once
	Oldest  clock.Stamp `db:"oldest"`
}

// CountQueue counts the queue.
func (t *Tx) CountQueue() (QueueCount, error) {
	return One[QueueCount](t, `SELECT COUNT(*) AS waiting, CAST(COALESCE(SUM(CASE WHEN attempts > 0 THEN 1 ELSE 0 END), 0) AS BIGINT) AS failed,
		CAST(COALESCE(MIN(created), 0) AS BIGINT) AS oldest FROM mail_queue WHERE org = $1`)
}

// RetryMail makes an entry that waits due at once.
func (t *Tx) RetryMail(id string, at clock.Stamp) error {
	return t.changed(`UPDATE mail_queue SET next_at = $3 WHERE org = $1 AND id = $2 AND state = 'waiting'`, id, at)
}

// ExpireMail makes an entry's time be out and lets the queue give it up, as it gives up any other: whoever ought
// to know is told.
func (t *Tx) ExpireMail(id string, at clock.Stamp) error {
	return t.changed(`UPDATE mail_queue SET expires = $3, next_at = $3 WHERE org = $1 AND id = $2 AND state = 'waiting'`, id, at)
}

// QueueBoxes are the envelopes in the queue; part is mailbox, letter and load.
func QueueBoxes() Boxes {
	return Boxes{"mail_queue", `SELECT id, mailbox || ' ' || letter || ' ' || load AS part, 0 AS version, sealed FROM mail_queue WHERE org = $1 AND id > $2 ORDER BY id LIMIT `,
		`UPDATE mail_queue SET sealed = $4 WHERE org = $1 AND id = $2 AND sealed = $3`}
}

// FreeMail gives back every entry that somebody has leased: for a start of the one process that has the database.
func (t *Tx) FreeMail(at clock.Stamp) error {
	_, err := t.Exec(`UPDATE mail_queue SET state = 'waiting', next_at = $2, lease = '' WHERE org = $1 AND state = 'leased'`, at)
	return err
}
