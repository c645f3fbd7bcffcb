package wire

import (
	"context"
	"errors"
	"time"

	"varn/internal/domain/organisation"
	"varn/internal/infra/store"
	"varn/internal/kit/seal"
	"varn/internal/usecase/operate"
)

// loadLater is how long a look for organisations founded on another node may take.
const loadLater = 10 * time.Second

// loadRoots puts every organisation's root that is not there yet on the ring.
func (h *House) loadRoots(ctx context.Context) error {
	var all []organisation.Organisation
	err := h.DB.SystemRead(ctx, func(tx *store.Tx) (err error) {
		all, err = tx.Organisations()
		return err
	})
	if err != nil {
		return err
	}
	for _, o := range all {
		if h.Ring.Has(o.ID) {
			continue
		}
		raw, err := h.Keys.Server().Open(o.Root, organisation.RootAD(o.ID))
		if err != nil {
			return errors.New("server_key: it does not open this data directory's root; configure the key that the data was made with, or run: varn restore")
		}
		root, err := seal.KeyFrom(raw)
		if err != nil {
			return err
		}
		h.Ring.Add(o.ID, root, seal.NewCourier(h.Clock))
		if err := h.Operate.LearnKeys(ctx, o.ID); err != nil && !h.beside { // varn audit verify must still open it
			return err
		}
	}
	return nil
}

// learnKeys asks now and then whether another process has rotated a key.
func (h *House) learnKeys(ctx context.Context) error {
	if now := h.Clock.Now(); now.Sub(h.learn).Abs() >= operate.LearnPace {
		h.learn = now
	} else {
		return nil
	}
	var all error
	for _, org := range h.Ring.Held() {
		all = errors.Join(all, h.Operate.LearnKeys(ctx, org))
	}
	return all
}

// reload is for the ring, which has no request to take a deadline from.
func (h *House) reload() error {
	ctx, stop := context.WithTimeout(context.Background(), loadLater)
	defer stop()
	return errors.Join(h.loadRoots(ctx), h.learnKeys(ctx))
}
