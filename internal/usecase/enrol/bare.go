package enrol

import (
	"context"

	"varn/internal/domain/person"
	"varn/internal/kit/keyring"
	"varn/internal/kit/seal"
)

// Bare enrols whom the invitation is for with no unlocker of their own: their key lives in the
// session that is begun with it, and in the recovery key's wrap. The demo has sixty people,
// whose passphrases nobody should have to wait for.
func (d *Desk) Bare(ctx context.Context, org, invitation string) (Enrolled, error) {
	return d.enrol(ctx, org, invitation, func(*keyring.Keys, person.Person, *seal.Private) (person.Unlocker, error) {
		return person.Unlocker{}, nil
	})
}
