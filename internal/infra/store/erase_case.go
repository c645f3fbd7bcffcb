package store

import (
	"varn/internal/domain/audit"
	"varn/internal/domain/casefile"
	"varn/internal/kit/clock"
	"varn/internal/kit/keyring"
)

// CasesToForget gives the closed cases whose time is over and that nothing holds.
func (t *Tx) CasesToForget(k *keyring.Keys, at clock.Stamp, most int) ([]casefile.Case, error) {
	all, err := All[casefile.Case](t, `SELECT `+caseColumns+` FROM casefile WHERE org = $1 AND forget > 0 AND forget <= $2 AND state = 'closed' AND NOT hold
		ORDER BY forget, id LIMIT $3`, at, most)
	return many(t, k, all, err, caseProof)
}

// EraseCase removes everything of a case but its entry in the register, and dooms the leaves that it
// and its files hang from. It gives the rows that the log is to call gone.
func (t *Tx) EraseCase(c casefile.Case) ([]audit.Row, error) {
	rows := []audit.Row{{Kind: "case", ID: c.ID}}
	for _, from := range []struct{ kind, text string }{
		{"place", `SELECT id FROM circle WHERE org = $1 AND case_id = $2`},
		{"item", `SELECT id FROM item WHERE org = $1 AND case_id = $2`},
		{"referral", `SELECT id FROM referral WHERE org = $1 AND case_id = $2`},
		{"record_request", `SELECT id FROM record_request WHERE org = $1 AND case_id = $2`},
	} {
		ids, err := All[string](t, from.text, c.ID)
		if err != nil {
			return nil, err
		}
		for _, id := range ids {
			rows = append(rows, audit.Row{Kind: from.kind, ID: id})
		}
	}
	if err := t.eraseFiles(c); err != nil {
		return nil, err
	}
	for _, text := range []string{
		`DELETE FROM shelf WHERE org = $1 AND case_id = $2`, `DELETE FROM case_wrap WHERE org = $1 AND case_id = $2`,
		`DELETE FROM item WHERE org = $1 AND case_id = $2`, `DELETE FROM circle WHERE org = $1 AND case_id = $2`,
		`DELETE FROM echo WHERE org = $1 AND case_id = $2`, `DELETE FROM deadline WHERE org = $1 AND case_id = $2`,
		`DELETE FROM wake WHERE org = $1 AND case_id = $2`, `DELETE FROM referral WHERE org = $1 AND case_id = $2`,
		`DELETE FROM record_request WHERE org = $1 AND case_id = $2`, `DELETE FROM relation WHERE org = $1 AND (case_id = $2 OR other = $2)`,
		`DELETE FROM casefile WHERE org = $1 AND id = $2`,
	} {
		if _, err := t.Exec(text, c.ID); err != nil {
			return nil, err
		}
	}
	if c.Event != "" {
		more, err := t.eraseReceipts(c.Event)
		if err != nil {
			return nil, err
		}
		rows = append(rows, more...)
	}
	if c.Epoch == 0 {
		return rows, nil
	}
	return rows, t.Doom(c.Epoch, "")
}

// eraseReceipts removes the receipts of an event of which no view is left.
func (t *Tx) eraseReceipts(event string) ([]audit.Row, error) {
	left, err := One[int64](t, `SELECT COUNT(*) FROM casefile WHERE org = $1 AND event = $2 AND event <> ''`, event)
	if err != nil || left > 0 {
		return nil, err
	}
	ids, err := All[string](t, `DELETE FROM receipt WHERE org = $1 AND event = $2 RETURNING id`, event)
	var rows []audit.Row
	for _, id := range ids {
		rows = append(rows, audit.Row{Kind: "receipt", ID: id})
	}
	return rows, err
}

// eraseFiles dooms the files of a case, or hands them to another view of its event.
func (t *Tx) eraseFiles(c casefile.Case) error {
	objects, err := All[Object](t, `SELECT `+objectColumns+` FROM object WHERE org = $1 AND case_id = $2`, c.ID)
	if err != nil || len(objects) == 0 {
		return err
	}
	heir := ""
	if c.Event != "" {
		others, err := All[string](t, `SELECT id FROM casefile WHERE org = $1 AND event = $2 AND event <> '' AND id <> $3 AND view <> 'party' ORDER BY opened, id LIMIT 1`, c.Event, c.ID)
		if err != nil {
			return err
		}
		for _, id := range others {
			heir = id
		}
	}
	for _, o := range objects {
		if heir != "" {
			if _, err := t.Exec(`UPDATE object SET case_id = $3 WHERE org = $1 AND id = $2`, o.ID, heir); err != nil {
				return err
			}
			continue
		}
		if _, err := t.Exec(`DELETE FROM object WHERE org = $1 AND id = $2`, o.ID); err != nil {
			return err
		}
		if err := t.Doom(o.Epoch, o.ID); err != nil {
			return err
		}
	}
	return nil
}
