package store

import (
	"varn/internal/domain/contact"
	"varn/internal/kit/clock"
	"varn/internal/kit/keyring"
)

const formColumns = `org, id, token_tag, state, verdict, sealed, created, expires, version, mac`

func formProof(f contact.Form) proof { return proof{"contact_form", f.ID, f.MAC, f.Who()} }

// VouchedForm gives one contact form, or NotFound.
func (t *Tx) VouchedForm(k *keyring.Keys, id string) (contact.Form, error) {
	f, err := One[contact.Form](t, `SELECT `+formColumns+` FROM contact_form WHERE org = $1 AND id = $2`, id)
	return one(t, k, f, err, formProof)
}

// VouchedFormByToken gives the form that a link confirms, or NotFound.
func (t *Tx) VouchedFormByToken(k *keyring.Keys, tag string) (contact.Form, error) {
	f, err := One[contact.Form](t, `SELECT `+formColumns+` FROM contact_form WHERE org = $1 AND token_tag = $2`, tag)
	return one(t, k, f, err, formProof)
}

// VouchedForms gives the forms in a state that were written since a moment, oldest first.
func (t *Tx) VouchedForms(k *keyring.Keys, state contact.State, since clock.Stamp) ([]contact.Form, error) {
	all, err := All[contact.Form](t, `SELECT `+formColumns+` FROM contact_form WHERE org = $1 AND state = $2 AND created >= $3 ORDER BY created, id`, state, since)
	return many(t, k, all, err, formProof)
}

// ContactForms lists every form, for proving the log.
func (t *Tx) ContactForms() ([]contact.Form, error) {
	return All[contact.Form](t, `SELECT `+formColumns+` FROM contact_form WHERE org = $1`)
}

// InsertForm keeps a form.
func (t *Tx) InsertForm(f contact.Form) error {
	_, err := t.Exec(`INSERT INTO contact_form (`+formColumns+`) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
		f.ID, f.Token, f.State, f.Verdict, f.Sealed, f.Created, f.Expires, f.Version, f.MAC)
	return err
}

// UpdateForm stores a form that was confirmed or sealed anew; Version is one more than the stored one.
func (t *Tx) UpdateForm(f contact.Form) error {
	return t.changed(`UPDATE contact_form SET token_tag = $3, state = $4, sealed = $5, expires = $6, version = $7, mac = $8 WHERE org = $1 AND id = $2 AND version = $9`,
		f.ID, f.Token, f.State, f.Sealed, f.Expires, f.Version, f.MAC, f.Version-1)
}

// ExpiredForms lists forms whose time is out, at most limit.
func (t *Tx) ExpiredForms(at clock.Stamp, limit int) ([]string, error) {
	return All[string](t, `SELECT id FROM contact_form WHERE org = $1 AND expires < $2 ORDER BY expires, id LIMIT $3`, at, limit)
}

// DeleteForm takes a form away: it has become letters, or its time is out. Log contact.Erased with it.
func (t *Tx) DeleteForm(id string) error {
	_, err := t.Exec(`DELETE FROM contact_form WHERE org = $1 AND id = $2`, id)
	return err
}

// FormBoxes are what is written in contact forms.
func FormBoxes() Boxes {
	return Boxes{"contact_form", `SELECT id, '' AS part, version, sealed FROM contact_form WHERE org = $1 AND id > $2 ORDER BY id LIMIT `,
		`UPDATE contact_form SET sealed = $4 WHERE org = $1 AND id = $2 AND sealed = $3`}
}
