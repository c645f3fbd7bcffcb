package signin

import (
	"context"
	"slices"
	"strings"
	"time"

	"varn/internal/domain/access"
	"varn/internal/infra/store"
	"varn/internal/kit/fault"
)

// NewToken makes an API token of the subject's own: at most 90 days, scoped. Its secret is
// shown once; only the token and the organisation key together open the person's key.
func (d *Desk) NewToken(ctx context.Context, s *access.Session, label string, scopes []access.Scope, life time.Duration) (string, error) {
	if s.Kind == access.Token || !s.Unlocked() {
		return "", fault.New(fault.Denied, "fault.token-members")
	}
	label = strings.TrimSpace(label)
	var bad []fault.Field
	if n := len([]rune(label)); n == 0 || n > 100 {
		bad = append(bad, fault.Field{Name: "label", Code: "field.name-length", Args: []any{100}})
	}
	if life <= 0 || life > TokenLife {
		bad = append(bad, fault.Field{Name: "days", Code: "token.days", Args: []any{90}})
	}
	if len(scopes) == 0 || slices.ContainsFunc(scopes, func(v access.Scope) bool { return !slices.Contains(access.Scopes(), v) }) {
		bad = append(bad, fault.Field{Name: "scopes", Code: "token.scopes"})
	}
	if err := fault.Form(bad); err != nil {
		return "", err
	}
	k, err := d.Ring.Org(s.Org)
	if err != nil {
		return "", err
	}
	row, secret, err := d.mint(k, start{Person: s.Person, Kind: access.Token, Key: s.Key, Label: label, Scopes: scopes, Life: life})
	if err != nil {
		return "", err
	}
	err = d.DB.Org(s.Org).Write(ctx, func(tx *store.Tx) error {
		if err := tx.InsertSession(row); err != nil {
			return err
		}
		return logged(tx, k, s.Person, "token.begin")
	})
	return secret, err
}
