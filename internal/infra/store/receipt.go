package store

import (
	"varn/internal/domain/casefile"
	"varn/internal/kit/clock"
	"varn/internal/kit/keyring"
)

const receiptColumns = `org, id, event, role, public_key, person, wrap, created, seen, version, mac`

// VouchedReceipt gives a receipt by its look-up id, or NotFound.
func (t *Tx) VouchedReceipt(k *keyring.Keys, id string) (casefile.Receipt, error) {
	r, err := One[casefile.Receipt](t, `SELECT `+receiptColumns+` FROM receipt WHERE org = $1 AND id = $2`, id)
	return one(t, k, r, err, receiptProof)
}

// VouchedReceiptsOf gives the receipts of an event: those who may read what is echoed in it.
func (t *Tx) VouchedReceiptsOf(k *keyring.Keys, event string) ([]casefile.Receipt, error) {
	all, err := All[casefile.Receipt](t, `SELECT `+receiptColumns+` FROM receipt WHERE org = $1 AND event = $2 ORDER BY created, id`, event)
	return many(t, k, all, err, receiptProof)
}

// VouchedReceiptsBy gives a signed-in reporter's receipts, newest first.
func (t *Tx) VouchedReceiptsBy(k *keyring.Keys, personID string, most int) ([]casefile.Receipt, error) {
	all, err := All[casefile.Receipt](t, `SELECT `+receiptColumns+` FROM receipt WHERE org = $1 AND person = $2 AND person <> ''
		ORDER BY created DESC, id LIMIT $3`, personID, most)
	return many(t, k, all, err, receiptProof)
}

// InsertReceipt enters a receipt.
func (t *Tx) InsertReceipt(r casefile.Receipt) error {
	_, err := t.Exec(`INSERT INTO receipt (`+receiptColumns+`) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`,
		r.ID, r.Event, r.Role, r.PublicKey, r.Person, r.Wrap, r.Created, r.Seen, r.Version, r.MAC)
	return err
}

// SeeReceipt notes when the reporter was last here.
func (t *Tx) SeeReceipt(id string, at clock.Stamp) error {
	_, err := t.Exec(`UPDATE receipt SET seen = $3 WHERE org = $1 AND id = $2`, id, at)
	return err
}

func receiptProof(r casefile.Receipt) proof { return proof{"receipt", r.ID, r.MAC, r.Who()} }

// Echoes gives the data keys that a receipt opens in a case.
func (t *Tx) Echoes(receiptID, caseID string) ([]casefile.Echo, error) {
	return All[casefile.Echo](t, `SELECT org, receipt, case_id, item, kind, wrap FROM echo WHERE org = $1 AND receipt = $2 AND case_id = $3`, receiptID, caseID)
}

// InsertEcho lets a receipt read an item.
func (t *Tx) InsertEcho(e casefile.Echo) error {
	_, err := t.Exec(`INSERT INTO echo (org, receipt, case_id, item, kind, wrap) VALUES ($1, $2, $3, $4, $5, $6)`, e.Receipt, e.Case, e.Item, e.Kind, e.Wrap)
	return err
}

// Reecho replaces an echo by one under the receipt's own symmetric key: the same data key.
func (t *Tx) Reecho(e casefile.Echo) error {
	_, err := t.Exec(`UPDATE echo SET kind = $5, wrap = $6 WHERE org = $1 AND receipt = $2 AND case_id = $3 AND item = $4`, e.Receipt, e.Case, e.Item, e.Kind, e.Wrap)
	return err
}

// EchoedItems gives the sealed items of a case that a receipt may read, in their order.
func (t *Tx) EchoedItems(receiptID, caseID string) ([]casefile.Item, error) {
	return All[casefile.Item](t, `SELECT `+itemColumnsOf("i")+` FROM echo e JOIN item i ON i.org = e.org AND i.case_id = e.case_id AND i.id = e.item
		WHERE e.org = $1 AND e.receipt = $2 AND e.case_id = $3 ORDER BY i.seq`, receiptID, caseID)
}

// CasesOfEvent gives the views of one event, the one that answers first.
func (t *Tx) CasesOfEvent(k *keyring.Keys, event string) ([]casefile.Case, error) {
	all, err := All[casefile.Case](t, `SELECT `+caseColumns+` FROM casefile WHERE org = $1 AND event = $2 AND event <> ''
		ORDER BY CASE view WHEN 'employer' THEN 0 WHEN 'municipality' THEN 1 WHEN 'security' THEN 2 WHEN 'party' THEN 3 ELSE 4 END, opened, id`, event)
	return many(t, k, all, err, caseProof)
}

// EachReceipt visits every receipt, for proving the log.
func (t *Tx) EachReceipt(visit func(*casefile.Receipt) error) error {
	return Each(t, `SELECT `+receiptColumns+` FROM receipt WHERE org = $1`, nil, visit)
}
