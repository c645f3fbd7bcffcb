package store

import (
	"varn/internal/domain/mailbox"
	"varn/internal/kit/clock"
)

// InsertReportLink enters a link that reports a letter.
func (t *Tx) InsertReportLink(l mailbox.ReportLink) error {
	_, err := t.Exec(`INSERT INTO mail_report (org, tag, letter, sealed, expires) VALUES ($1, $2, $3, $4, $5)`, l.Tag, l.Letter, l.Sealed, l.Expires)
	return err
}

// ReportLink gives a link by its tag, or NotFound; one whose time is out is none.
func (t *Tx) ReportLink(tag string, at clock.Stamp) (mailbox.ReportLink, error) {
	return One[mailbox.ReportLink](t, `SELECT org, tag, letter, sealed, expires FROM mail_report WHERE org = $1 AND tag = $2 AND expires >= $3`, tag, at)
}

// UseReportLink takes a link away: Conflict when another has used it meanwhile.
func (t *Tx) UseReportLink(tag string) error {
	return t.changed(`DELETE FROM mail_report WHERE org = $1 AND tag = $2`, tag)
}
