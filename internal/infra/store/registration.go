package store

import (
	"strconv"

	"varn/internal/domain/registration"
	"varn/internal/kit/clock"
	"varn/internal/kit/keyring"
)

const registrationColumns = `org, authority, id, number, year, serial, day, direction, party, subject, provision, case_id, outside, delivered, version, mac`

func registrationProof(r registration.Registration) proof {
	return proof{"registration", r.ID, r.MAC, r.Who()}
}

// NextSerial gives the next number of an authority's year. It is taken back with the transaction, so
// that none is left out; the row stays locked until the commit, so that none is given twice.
func (t *Tx) NextSerial(authority string, year int64) (int64, error) {
	n, err := t.Next("register " + authority + " " + strconv.FormatInt(year, 10))
	return n + 1, err
}

// InsertRegistration enters an entry of a register.
func (t *Tx) InsertRegistration(r registration.Registration) error {
	_, err := t.Exec(`INSERT INTO registration (`+registrationColumns+`) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)`,
		r.Authority, r.ID, r.Number, r.Year, r.Serial, r.Day, r.Direction, r.Party, r.Subject, r.Provision, r.Case, r.Outside, r.Delivered, r.Version, r.MAC)
	return err
}

// UpdateRegistration stores the number that the municipality's own register gave; Version is one
// more than the stored one.
func (t *Tx) UpdateRegistration(r registration.Registration) error {
	return t.changed(`UPDATE registration SET outside = $3, version = $4, mac = $5 WHERE org = $1 AND id = $2 AND version = $6`,
		r.ID, r.Outside, r.Version, r.MAC, r.Version-1)
}

// Deliver notes that an entry has been handed to the municipality's own register. It is no part of
// what the entry's MAC covers.
func (t *Tx) Deliver(id string, at clock.Stamp) error {
	_, err := t.Exec(`UPDATE registration SET delivered = $3 WHERE org = $1 AND id = $2`, id, at)
	return err
}

// Undelivered lists the entries of an authority that have not been handed over, the oldest first.
func (t *Tx) Undelivered(authority string, most int) ([]string, error) {
	return All[string](t, `SELECT id FROM registration WHERE org = $1 AND authority = $2 AND delivered = 0 ORDER BY year, serial LIMIT $3`, authority, most)
}

// VouchedRegistration gives one entry.
func (t *Tx) VouchedRegistration(k *keyring.Keys, id string) (registration.Registration, error) {
	r, err := One[registration.Registration](t, `SELECT `+registrationColumns+` FROM registration WHERE org = $1 AND id = $2`, id)
	return one(t, k, r, err, registrationProof)
}

// VouchedRegistrationsOf gives the entries of a case, the oldest first.
func (t *Tx) VouchedRegistrationsOf(k *keyring.Keys, caseID string) ([]registration.Registration, error) {
	all, err := All[registration.Registration](t, `SELECT `+registrationColumns+` FROM registration WHERE org = $1 AND case_id = $2 ORDER BY year, serial`, caseID)
	return many(t, k, all, err, registrationProof)
}

// Before is a place in a register, from the newest entry back; the zero value is the start.
type Before struct{ Year, Serial int64 }

// VouchedRegister gives a page of an authority's register, newest first.
func (t *Tx) VouchedRegister(k *keyring.Keys, authority string, before Before, most int) ([]registration.Registration, error) {
	all, err := All[registration.Registration](t, `SELECT `+registrationColumns+` FROM registration
		WHERE org = $1 AND authority = $2 AND (CAST($3 AS BIGINT) = 0 OR (year, serial) < ($3, $4)) ORDER BY year DESC, serial DESC LIMIT $5`,
		authority, before.Year, before.Serial, most)
	return many(t, k, all, err, registrationProof)
}

// EachRegistration visits every entry, for proving the log.
func (t *Tx) EachRegistration(visit func(*registration.Registration) error) error {
	return Each(t, `SELECT `+registrationColumns+` FROM registration WHERE org = $1`, nil, visit)
}

const requestColumns = `org, authority, id, registration, case_id, asked_by, state, asked, due, answered, answered_by, version, mac`

func requestProof(r registration.Request) proof { return proof{"record_request", r.ID, r.MAC, r.Who()} }

// InsertRequest enters the question whether a record can be released.
func (t *Tx) InsertRequest(r registration.Request) error {
	_, err := t.Exec(`INSERT INTO record_request (`+requestColumns+`) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)`,
		r.Authority, r.ID, r.Registration, r.Case, r.AskedBy, r.State, r.Asked, r.Due, r.Answered, r.AnsweredBy, r.Version, r.MAC)
	return err
}

// UpdateRequest stores the answer; Version is one more than the stored one.
func (t *Tx) UpdateRequest(r registration.Request) error {
	return t.changed(`UPDATE record_request SET state = $3, answered = $4, answered_by = $5, version = $6, mac = $7 WHERE org = $1 AND id = $2 AND version = $8`,
		r.ID, r.State, r.Answered, r.AnsweredBy, r.Version, r.MAC, r.Version-1)
}

// VouchedRequests gives the requests about a case, newest first.
func (t *Tx) VouchedRequests(k *keyring.Keys, caseID string) ([]registration.Request, error) {
	all, err := All[registration.Request](t, `SELECT `+requestColumns+` FROM record_request WHERE org = $1 AND case_id = $2 ORDER BY asked DESC, id`, caseID)
	return many(t, k, all, err, requestProof)
}

// VouchedRequestsAt gives an authority's requests, the open ones first by their clock.
func (t *Tx) VouchedRequestsAt(k *keyring.Keys, authority string, most int) ([]registration.Request, error) {
	all, err := All[registration.Request](t, `SELECT `+requestColumns+` FROM record_request WHERE org = $1 AND authority = $2
		ORDER BY CASE WHEN state = 'asked' THEN 0 ELSE 1 END, due, id LIMIT $3`, authority, most)
	return many(t, k, all, err, requestProof)
}

// VouchedRequest gives one request.
func (t *Tx) VouchedRequest(k *keyring.Keys, id string) (registration.Request, error) {
	r, err := One[registration.Request](t, `SELECT `+requestColumns+` FROM record_request WHERE org = $1 AND id = $2`, id)
	return one(t, k, r, err, requestProof)
}

// Requests lists every request, for proving the log.
func (t *Tx) Requests() ([]registration.Request, error) {
	return All[registration.Request](t, `SELECT `+requestColumns+` FROM record_request WHERE org = $1`)
}
