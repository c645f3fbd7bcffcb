package store

import (
	"varn/internal/domain/mailbox"
	"varn/internal/kit/clock"
	"varn/internal/kit/fault"
	"varn/internal/kit/seal"
)

const threadColumns = `org, authority, mailbox, id, peer_tag, letters, unseen, rank, party, handling, entry, opened, changed`

// Thread gives one thread, or NotFound.
func (t *Tx) Thread(id string) (mailbox.Thread, error) {
	return One[mailbox.Thread](t, `SELECT `+threadColumns+` FROM mail_thread WHERE org = $1 AND id = $2`, id)
}

// ThreadOf finds the thread of a mailbox and a correspondent that one of the letters referred to
// belongs to; NotFound when there is none.
func (t *Tx) ThreadOf(mailboxID, peerTag string, messageTags []string) (string, error) {
	if len(messageTags) == 0 {
		return "", fault.New(fault.NotFound, "fault.not-found")
	}
	in, args := among([]any{mailboxID, peerTag}, messageTags)
	all, err := All[string](t, `SELECT l.thread FROM letter l JOIN mail_thread m ON m.org = l.org AND m.id = l.thread
		WHERE l.org = $1 AND l.mailbox = $2 AND m.peer_tag = $3 AND l.message_tag <> '' AND l.message_tag `+in+` ORDER BY l.received DESC, l.id LIMIT 1`, args...)
	if err == nil && len(all) == 0 {
		err = fault.New(fault.NotFound, "fault.not-found")
	}
	if err != nil {
		return "", err
	}
	return all[0], nil
}

// InsertThread enters a thread without a letter.
func (t *Tx) InsertThread(v mailbox.Thread) error {
	_, err := t.Exec(`INSERT INTO mail_thread (`+threadColumns+`) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)`,
		v.Authority, v.Mailbox, v.ID, v.PeerTag, v.Letters, v.Unseen, v.Rank, v.Party, v.Handling, v.Entry, v.Opened, v.Changed)
	return err
}

// InsertLetter enters a letter at the end of its thread, with its body where it is not in the blob
// place, and its readers' wraps.
func (t *Tx) InsertLetter(l mailbox.Letter, body seal.Box, wraps []mailbox.Wrap) error {
	unseen := int64(0)
	if l.Direction == mailbox.In {
		unseen = 1
	}
	seq, err := One[int64](t, `UPDATE mail_thread SET letters = letters + 1, unseen = unseen + $3, rank = CASE WHEN rank < $4 THEN $4 ELSE rank END, changed = $5
		WHERE org = $1 AND id = $2 RETURNING letters`, l.Thread, unseen, l.Verdict.Rank(), l.Received)
	if err != nil {
		return err
	}
	if _, err := t.Exec(`INSERT INTO letter (`+letterColumns+`) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)`,
		l.Mailbox, l.Thread, l.ID, seq, l.Direction, l.Sort, l.MessageTag, l.Verdict, l.Auto, l.Author, l.Received, l.Size, l.Seen, l.Sent, l.Object, l.Head); err != nil {
		return err
	}
	if !body.IsZero() {
		if _, err := t.Exec(`INSERT INTO letter_body (org, letter, body) VALUES ($1, $2, $3)`, l.ID, body); err != nil {
			return err
		}
	}
	return t.InsertLetterWraps(wraps)
}

// InsertLetterWraps gives readers a letter; one who has it already is passed over.
func (t *Tx) InsertLetterWraps(wraps []mailbox.Wrap) error {
	for _, w := range wraps {
		if _, err := t.Exec(`INSERT INTO letter_wrap (org, letter, kind, reader, how, wrap) VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT DO NOTHING`,
			w.Letter, w.Kind, w.Reader, w.How, w.Wrap); err != nil {
			return err
		}
	}
	return nil
}

const letterColumns = `org, mailbox, thread, id, seq, direction, sort, message_tag, verdict, auto, author, received, size, seen, sent, object, head`

// Letter gives one letter, or NotFound.
func (t *Tx) Letter(id string) (mailbox.Letter, error) {
	return One[mailbox.Letter](t, `SELECT `+letterColumns+` FROM letter WHERE org = $1 AND id = $2`, id)
}

// Letters gives a thread's letters in the order in which they came.
func (t *Tx) Letters(threadID string) ([]mailbox.Letter, error) {
	return All[mailbox.Letter](t, `SELECT `+letterColumns+` FROM letter WHERE org = $1 AND thread = $2 ORDER BY seq`, threadID)
}

// LastLetters gives the newest letter of each of some threads.
func (t *Tx) LastLetters(threads []string) ([]mailbox.Letter, error) {
	if len(threads) == 0 {
		return nil, nil
	}
	in, args := among(nil, threads)
	return All[mailbox.Letter](t, `SELECT `+letterColumns+` FROM letter WHERE org = $1 AND thread `+in+
		` AND seq = (SELECT letters FROM mail_thread m WHERE m.org = $1 AND m.id = letter.thread)`, args...)
}

// LetterBody gives the sealed bytes of a letter; a zero box when they lie in the blob place.
func (t *Tx) LetterBody(id string) (seal.Box, error) {
	all, err := All[seal.Box](t, `SELECT body FROM letter_body WHERE org = $1 AND letter = $2`, id)
	if err != nil || len(all) == 0 {
		return seal.Box{}, err
	}
	return all[0], nil
}

// LetterWraps gives the wraps of some letters for some readers.
func (t *Tx) LetterWraps(letters, readers []string) ([]mailbox.Wrap, error) {
	if len(letters) == 0 || len(readers) == 0 {
		return nil, nil
	}
	in, args := among(nil, letters)
	by, args := among(args, readers)
	return All[mailbox.Wrap](t, `SELECT org, letter, kind, reader, how, wrap FROM letter_wrap WHERE org = $1 AND letter `+in+` AND reader `+by, args...)
}

// RewrapLetter stores a wrap under its reader's own key in the place of the same one.
func (t *Tx) RewrapLetter(w mailbox.Wrap) error {
	_, err := t.Exec(`UPDATE letter_wrap SET how = $5, wrap = $6 WHERE org = $1 AND letter = $2 AND kind = $3 AND reader = $4`, w.Letter, w.Kind, w.Reader, w.How, w.Wrap)
	return err
}

// Threads gives the threads of some mailboxes after one (the zero one: from the beginning), the newest first.
func (t *Tx) Threads(mailboxes []string, after mailbox.Thread, most int) ([]mailbox.Thread, error) {
	if len(mailboxes) == 0 {
		return nil, nil
	}
	in, args := among([]any{after.Changed, after.ID, most}, mailboxes)
	return All[mailbox.Thread](t, `SELECT `+threadColumns+` FROM mail_thread WHERE org = $1 AND (CAST($2 AS BIGINT) = 0 OR changed < $2 OR changed = $2 AND id > $3) AND mailbox `+in+
		` ORDER BY changed DESC, id LIMIT $4`, args...)
}

// ThreadsOfAuthority gives an authority's threads in its own capacity, of a handling, the oldest first;
// party mail is not the authority's.
func (t *Tx) ThreadsOfAuthority(authority string, handling mailbox.Handling, most int) ([]mailbox.Thread, error) {
	return All[mailbox.Thread](t, `SELECT `+threadColumns+` FROM mail_thread WHERE org = $1 AND authority = $2 AND handling = $3 AND party = FALSE
		ORDER BY changed, id LIMIT $4`, authority, handling, most)
}

// CountUnseen counts the letters that nobody has read in some mailboxes.
func (t *Tx) CountUnseen(mailboxes []string) (int64, error) {
	if len(mailboxes) == 0 {
		return 0, nil
	}
	in, args := among(nil, mailboxes)
	return One[int64](t, `SELECT CAST(COALESCE(SUM(unseen), 0) AS BIGINT) FROM mail_thread WHERE org = $1 AND mailbox `+in, args...)
}

// SeeThread marks a thread's letters as read.
func (t *Tx) SeeThread(threadID string, at clock.Stamp) error {
	if _, err := t.Exec(`UPDATE letter SET seen = $3 WHERE org = $1 AND thread = $2 AND seen = 0 AND direction = 'in'`, threadID, at); err != nil {
		return err
	}
	_, err := t.Exec(`UPDATE mail_thread SET unseen = 0 WHERE org = $1 AND id = $2`, threadID)
	return err
}

// SentLetter notes that a letter was forwarded or delivered.
func (t *Tx) SentLetter(id string, at clock.Stamp) error {
	_, err := t.Exec(`UPDATE letter SET sent = $3 WHERE org = $1 AND id = $2`, id, at)
	return err
}

// HandleThread stores what the authority does with a thread, from what it was before: Conflict when
// somebody else has been there.
func (t *Tx) HandleThread(id string, before, after mailbox.Handling, entry string) error {
	return t.changed(`UPDATE mail_thread SET handling = $4, entry = $5 WHERE org = $1 AND id = $2 AND handling = $3`, id, before, after, entry)
}

// EachLetter visits every letter, for proving the log.
func (t *Tx) EachLetter(visit func(*mailbox.Letter) error) error {
	return Each(t, `SELECT `+letterColumns+` FROM letter WHERE org = $1`, nil, visit)
}

// Reply finds where an answer to a one-thread address goes; NotFound for an unknown one and one whose
// time is out.
func (t *Tx) Reply(tag string, at clock.Stamp) (mailbox.Reply, error) {
	return One[mailbox.Reply](t, `SELECT org, tag, mailbox, thread, sealed, expires FROM mail_reply WHERE org = $1 AND tag = $2 AND expires >= $3`, tag, at)
}

// PutReply stores where answers to a thread go, in the place of an older letter's.
func (t *Tx) PutReply(r mailbox.Reply) error {
	_, err := t.Exec(`INSERT INTO mail_reply (org, tag, mailbox, thread, sealed, expires) VALUES ($1, $2, $3, $4, $5, $6)
		ON CONFLICT (org, tag) DO UPDATE SET sealed = excluded.sealed, expires = excluded.expires`, r.Tag, r.Mailbox, r.Thread, r.Sealed, r.Expires)
	return err
}

// ReplyBoxes say where answers to one-thread addresses go; part is mailbox and thread.
func ReplyBoxes() Boxes {
	return Boxes{"mail_reply", `SELECT tag AS id, mailbox || ' ' || thread AS part, expires AS version, sealed FROM mail_reply WHERE org = $1 AND tag > $2 ORDER BY tag LIMIT `,
		`UPDATE mail_reply SET sealed = $4 WHERE org = $1 AND tag = $2 AND sealed = $3`}
}
