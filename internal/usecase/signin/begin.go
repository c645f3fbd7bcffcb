package signin

import (
	"context"

	"varn/internal/domain/access"
	"varn/internal/infra/store"
	"varn/internal/kit/fault"
	"varn/internal/kit/seal"
)

// Begin opens a browser's session for somebody whose key was unlocked or made a moment ago, as
// at enrolment. Only a use case that has the key can call it.
func (d *Desk) Begin(ctx context.Context, org, personID string, key *seal.Private, label string) (secret string, err error) {
	if key == nil {
		return "", fault.Detailf("a session without a key is begun by Identify")
	}
	return d.beginAs(ctx, org, start{Person: personID, Kind: access.Browser, Key: key, Label: label, Life: SessionLife}, "session.begin")
}

// Identify opens a session without a key for somebody whom an identity provider has named.
// They may send, and open nothing.
func (d *Desk) Identify(ctx context.Context, org, personID, assurance, label string) (secret string, err error) {
	return d.beginAs(ctx, org, start{Person: personID, Kind: access.Browser, Label: label, Assurance: assurance, Life: SessionLife}, "session.identify")
}

func (d *Desk) beginAs(ctx context.Context, org string, v start, act string) (string, error) {
	k, err := d.Ring.Org(org)
	if err != nil {
		return "", err
	}
	row, secret, err := d.mint(k, v)
	if err != nil {
		return "", err
	}
	err = d.DB.Org(org).Write(ctx, func(tx *store.Tx) error {
		if err := tx.InsertSession(row); err != nil {
			return err
		}
		return logged(tx, k, v.Person, act)
	})
	return secret, err
}
