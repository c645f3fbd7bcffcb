package signin

import (
	"context"

	"varn/internal/domain/access"
	"varn/internal/domain/audit"
	"varn/internal/infra/store"
	"varn/internal/kit/fault"
	"varn/internal/kit/keyring"
)

// SignOut ends the subject's own session.
func (d *Desk) SignOut(ctx context.Context, s *access.Session) error { return d.Revoke(ctx, s, s.ID) }

// Revoke ends one of the subject's own sessions or tokens. A token can end nothing but itself.
func (d *Desk) Revoke(ctx context.Context, s *access.Session, id string) error {
	if s.Kind == access.Token && id != s.ID {
		return fault.New(fault.Denied, "fault.token-members")
	}
	k, err := d.Ring.Org(s.Org)
	if err != nil {
		return err
	}
	return d.DB.Org(s.Org).Write(ctx, func(tx *store.Tx) error {
		found, err := tx.DeleteSession(s.Person, id)
		if err != nil {
			return err
		}
		if !found {
			return fault.New(fault.NotFound, "fault.not-found")
		}
		return logged(tx, k, s.Person, "session.end")
	})
}

// SignOutEverywhere ends every session and token of the subject, this one included.
func (d *Desk) SignOutEverywhere(ctx context.Context, s *access.Session) error {
	if s.Kind == access.Token {
		return fault.New(fault.Denied, "fault.token-members")
	}
	k, err := d.Ring.Org(s.Org)
	if err != nil {
		return err
	}
	return d.DB.Org(s.Org).Write(ctx, func(tx *store.Tx) error {
		if _, err := tx.DeleteSessions(s.Person, ""); err != nil {
			return err
		}
		return logged(tx, k, s.Person, "session.end_all")
	})
}

func logged(tx *store.Tx, k *keyring.Keys, actor, act string) error {
	return tx.Log(audit.Entry{Actor: k.Tag(actor), Act: act})
}
