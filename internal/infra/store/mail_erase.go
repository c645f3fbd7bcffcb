package store

import (
	"varn/internal/domain/audit"
	"varn/internal/domain/mailbox"
	"varn/internal/kit/clock"
)

// ThreadsOver gives an authority's threads of a handling in which nothing was written since a moment, the oldest first.
func (t *Tx) ThreadsOver(authority string, handling mailbox.Handling, before clock.Stamp, most int) ([]mailbox.Thread, error) {
	return All[mailbox.Thread](t, `SELECT `+threadColumns+` FROM mail_thread WHERE org = $1 AND authority = $2 AND handling = $3 AND party = FALSE AND changed < $4
		ORDER BY changed, id LIMIT $5`, authority, handling, before, most)
}

// EraseThread removes a thread with its letters, their wraps and what waits to leave of them. It gives the rows that
// the log is to call gone, and the blobs of large letters, which stand among the landings until they are deleted.
func (t *Tx) EraseThread(id string, now clock.Stamp) (gone []audit.Row, objects []string, err error) {
	all, err := t.Letters(id)
	if err != nil {
		return nil, nil, err
	}
	for _, l := range all {
		gone = append(gone, audit.Row{Kind: "letter", ID: l.ID})
		for _, text := range []string{`DELETE FROM letter_wrap WHERE org = $1 AND letter = $2`, `DELETE FROM letter_body WHERE org = $1 AND letter = $2`,
			`DELETE FROM mail_queue WHERE org = $1 AND letter = $2 AND letter <> ''`, `DELETE FROM mail_report WHERE org = $1 AND letter = $2`, `DELETE FROM letter WHERE org = $1 AND id = $2`} {
			if _, err := t.Exec(text, l.ID); err != nil {
				return nil, nil, err
			}
		}
		if l.Object == "" {
			continue
		}
		objects = append(objects, l.Object)
		if _, err := t.Exec(`DELETE FROM object WHERE org = $1 AND id = $2`, l.Object); err != nil {
			return nil, nil, err
		}
		if err := t.Land(l.Object, now); err != nil {
			return nil, nil, err
		}
	}
	for _, text := range []string{`DELETE FROM mail_reply WHERE org = $1 AND thread = $2`, `DELETE FROM mail_thread WHERE org = $1 AND id = $2`} {
		if _, err := t.Exec(text, id); err != nil {
			return nil, nil, err
		}
	}
	return gone, objects, nil
}

// Land notes that a blob is being written that nothing speaks of yet.
func (t *Tx) Land(object string, now clock.Stamp) error {
	_, err := t.Exec(`INSERT INTO mail_landing (org, object, created) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING`, object, now)
	return err
}

// Landed takes the note back: a letter speaks of the blob, or it is deleted.
func (t *Tx) Landed(object string) error {
	_, err := t.Exec(`DELETE FROM mail_landing WHERE org = $1 AND object = $2`, object)
	return err
}

// Stranded gives blobs that were being written before a moment and that no letter speaks of.
func (t *Tx) Stranded(before clock.Stamp, most int) ([]string, error) {
	return All[string](t, `SELECT object FROM mail_landing WHERE org = $1 AND created < $2 ORDER BY created, object LIMIT $3`, before, most)
}
