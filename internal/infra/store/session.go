package store

import (
	"time"

	"varn/internal/domain/access"
	"varn/internal/domain/job"
	"varn/internal/kit/clock"
	"varn/internal/kit/seal"
)

// Session is a browser's session or a token as it is stored: the person's key wrapped under
// the cookie's bits and the organisation key.
type Session struct {
	Org       string             `db:"org"`
	ID        string             `db:"id"`
	Person    string             `db:"person"`
	Kind      access.SessionKind `db:"kind"`
	Wrap      seal.Box           `db:"wrap"`
	Sealed    seal.Box           `db:"sealed"`
	Scopes    string             `db:"scopes"`
	Assurance string             `db:"assurance"`
	Created   clock.Stamp        `db:"created"`
	Seen      clock.Stamp        `db:"seen"`
	Expires   clock.Stamp        `db:"expires"`
}

const sessionColumns = `org, id, person, kind, wrap, sealed, scopes, assurance, created, seen, expires`

// Session gives a session by its id, or NotFound.
func (t *Tx) Session(id string) (Session, error) {
	return One[Session](t, `SELECT `+sessionColumns+` FROM session WHERE org = $1 AND id = $2`, id)
}

// SessionsOf lists a person's sessions and tokens, newest first.
func (t *Tx) SessionsOf(personID string) ([]Session, error) {
	return All[Session](t, `SELECT `+sessionColumns+` FROM session WHERE org = $1 AND person = $2 ORDER BY created DESC, id`, personID)
}

// InsertSession stores a session.
func (t *Tx) InsertSession(s Session) error {
	_, err := t.Exec(`INSERT INTO session (`+sessionColumns+`) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`,
		s.ID, s.Person, s.Kind, s.Wrap, s.Sealed, s.Scopes, s.Assurance, s.Created, s.Seen, s.Expires)
	return err
}

// TouchSession notes that a session was used.
func (t *Tx) TouchSession(id string, at clock.Stamp) error {
	_, err := t.Exec(`UPDATE session SET seen = $3 WHERE org = $1 AND id = $2`, id, at)
	return err
}

// DeleteSession removes one session of a person; it tells whether there was one.
func (t *Tx) DeleteSession(personID, id string) (bool, error) {
	n, err := t.Exec(`DELETE FROM session WHERE org = $1 AND person = $2 AND id = $3`, personID, id)
	return n > 0, err
}

// DeleteSessions removes every session and token of a person but one.
func (t *Tx) DeleteSessions(personID, except string) (int64, error) {
	return t.Exec(`DELETE FROM session WHERE org = $1 AND person = $2 AND id <> $3`, personID, except)
}

// DeleteExpired removes sessions, ceremonies, drafts, kept answers and rate windows whose time
// is out.
func (t *Tx) DeleteExpired(at clock.Stamp) (int64, error) {
	var all int64
	for _, q := range []string{
		`DELETE FROM session WHERE org = $1 AND expires < $2`,
		`DELETE FROM ceremony WHERE org = $1 AND expires < $2`,
		`DELETE FROM idempotency WHERE org = $1 AND expires < $2`,
		`DELETE FROM mail_report WHERE org = $1 AND expires < $2`,
		`DELETE FROM rate WHERE org = $1 AND start_at < $2 - 86400000000`,
	} {
		n, err := t.Exec(q, at)
		if err != nil {
			return all, err
		}
		all += n
	}
	n, err := t.expireReplies(at)
	return all + n, err
}

// Ceremony is a sign-in or enrolment under way, sealed.
type Ceremony struct {
	ID      string      `db:"id"`
	Sealed  seal.Box    `db:"sealed"`
	Expires clock.Stamp `db:"expires"`
}

// InsertCeremony keeps a ceremony's state until it is taken.
func (t *Tx) InsertCeremony(c Ceremony) error {
	_, err := t.Exec(`INSERT INTO ceremony (org, id, sealed, expires) VALUES ($1, $2, $3, $4)`, c.ID, c.Sealed, c.Expires)
	return err
}

// TakeCeremony gives a ceremony's state once and for all: the second to ask finds nothing.
func (t *Tx) TakeCeremony(id string) (Ceremony, error) {
	return One[Ceremony](t, `DELETE FROM ceremony WHERE org = $1 AND id = $2 RETURNING id, sealed, expires`, id)
}

// Count adds n to a rate bucket's window and gives the count after it. A window older than
// from is begun anew at now.
func (t *Tx) Count(bucket string, n int64, from, now clock.Stamp) (int64, error) {
	return One[int64](t, `INSERT INTO rate (org, bucket, start_at, count) VALUES ($1, $2, $3, $4)
		ON CONFLICT (org, bucket) DO UPDATE SET
			count = CASE WHEN rate.start_at < $5 THEN $4 ELSE rate.count + $4 END,
			start_at = CASE WHEN rate.start_at < $5 THEN $3 ELSE rate.start_at END
		RETURNING count`, bucket, now, n, from)
}

// Counted gives a bucket's count in the window since from; zero when there is none.
func (t *Tx) Counted(bucket string, from clock.Stamp) (int64, error) {
	return One[int64](t, `SELECT CAST(COALESCE(SUM(count), 0) AS BIGINT) FROM rate WHERE org = $1 AND bucket = $2 AND start_at >= $3`, bucket, from)
}

// ClearCount forgets a bucket, after a success.
func (t *Tx) ClearCount(bucket string) error {
	_, err := t.Exec(`DELETE FROM rate WHERE org = $1 AND bucket = $2`, bucket)
	return err
}

// Answer is a kept answer to a write with an idempotency key.
type Answer struct {
	ID      string      `db:"id"`
	Body    []byte      `db:"body"`
	Answer  seal.Box    `db:"answer"`
	Expires clock.Stamp `db:"expires"`
}

// Answer gives a kept answer, or NotFound.
func (t *Tx) Answer(id string, at clock.Stamp) (Answer, error) {
	return One[Answer](t, `SELECT id, body, answer, expires FROM idempotency WHERE org = $1 AND id = $2 AND expires > $3`, id, at)
}

// Notice tells a person, inside Värn, that something about access has changed. It carries
// codes and references, never content.
type Notice struct {
	ID      string      `db:"id"`
	Person  string      `db:"person"`
	Kind    string      `db:"kind"`
	Ref     string      `db:"ref"`
	Created clock.Stamp `db:"created"`
	Seen    clock.Stamp `db:"seen"`
	// Urgent: it is mailed at once; nothing of this is stored.
	Urgent bool
}

// Notices lists a person's unseen notices, newest first, at most 100.
func (t *Tx) Notices(personID string) ([]Notice, error) {
	return All[Notice](t, `SELECT id, person, kind, ref, created, seen FROM notice WHERE org = $1 AND person = $2 AND seen = 0
		ORDER BY created DESC, id LIMIT 100`, personID)
}

// HasNotice tells whether somebody has an unseen notice of a kind and about a thing.
func (t *Tx) HasNotice(personID, kind, ref string) (bool, error) {
	all, err := All[int64](t, `SELECT 1 FROM notice WHERE org = $1 AND person = $2 AND kind = $3 AND ref = $4 AND seen = 0 LIMIT 1`, personID, kind, ref)
	return len(all) > 0, err
}

// NoticeMail is the job that mails somebody that something waits for them; its argument is "person".
const NoticeMail = "notice.mail"

// noticeRest is how long a notice rests before it is mailed, so that several become one mail.
const noticeRest = time.Minute

// InsertNotice leaves a notice and, in the same transaction, the job that mails that something
// waits: one job for all that comes while it rests.
func (t *Tx) InsertNotice(n Notice) error {
	if _, err := t.Exec(`INSERT INTO notice (org, id, person, kind, ref, created, seen) VALUES ($1, $2, $3, $4, $5, $6, 0)`, n.ID, n.Person, n.Kind, n.Ref, n.Created); err != nil {
		return err
	}
	rest, unique := noticeRest, n.Person
	if n.Urgent {
		rest, unique = 0, n.ID // another mail may be resting
	}
	return t.Enqueue(job.Job{Kind: NoticeMail, Unique: unique, Args: map[string]string{"person": n.Person}, RunAt: t.Now().Add(rest)})
}

// SeeNotices marks a person's notices as seen.
func (t *Tx) SeeNotices(personID string, at clock.Stamp) error {
	_, err := t.Exec(`UPDATE notice SET seen = $3 WHERE org = $1 AND person = $2 AND seen = 0`, personID, at)
	return err
}
