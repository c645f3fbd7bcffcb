package casework

import (
	"context"

	"varn/internal/domain/access"
	"varn/internal/domain/casefile"
	"varn/internal/infra/store"
	"varn/internal/kit/clock"
	"varn/internal/kit/fault"
	"varn/internal/kit/keyring"
	"varn/internal/kit/seal"
)

// OwnReport is a line of a signed-in person's own reports.
type OwnReport struct {
	ReceiptID string
	Role      casefile.ReceiptRole
	Created   clock.Stamp
	Status    casefile.Status // of the view that answers
	Refs      []string
}

// OwnReports lists what the subject has reported, or what others have reported for them.
func (d *Desk) OwnReports(ctx context.Context, s *access.Session) ([]OwnReport, error) {
	k, err := d.keys(s)
	if err != nil {
		return nil, err
	}
	const most = 100
	var out []OwnReport
	err = d.read(ctx, k, func(tx *store.Tx) error {
		rows, err := tx.VouchedReceiptsBy(k, s.Person, most)
		if err != nil {
			return err
		}
		for _, r := range rows {
			one := OwnReport{ReceiptID: r.ID, Role: r.Role, Created: r.Created}
			cases, err := tx.CasesOfEvent(k, r.Event)
			if err != nil {
				return err
			}
			for i, c := range cases {
				if i == 0 {
					one.Status = c.Status()
				}
				one.Refs = append(one.Refs, c.Ref)
			}
			out = append(out, one)
		}
		return nil
	})
	return out, err
}

// OpenOwn opens a report of the subject's own: the code lies sealed to their key.
func (d *Desk) OpenOwn(ctx context.Context, s *access.Session, receiptID string) (*Followed, error) {
	h, err := d.own(ctx, s, receiptID)
	if err != nil {
		return nil, err
	}
	return d.follow(ctx, h)
}

func (d *Desk) own(ctx context.Context, s *access.Session, receiptID string) (*holding, error) {
	k, err := d.keys(s)
	if err != nil {
		return nil, err
	}
	if !s.May(access.ScopeReadCases) {
		return nil, fault.New(fault.Denied, "fault.scope")
	}
	h := &holding{k: k}
	if err := d.read(ctx, k, func(tx *store.Tx) (err error) {
		h.row, err = tx.VouchedReceipt(k, receiptID)
		return err
	}); err != nil {
		return nil, err
	}
	if h.row.Person != s.Person || h.row.Wrap.IsZero() {
		return nil, fault.New(fault.NotFound, "fault.not-found")
	}
	if !s.Unlocked() {
		return nil, fault.New(fault.Denied, "fault.locked")
	}
	raw, err := s.Key.Unwrap(h.row.Wrap, h.row.WrapAD())
	if err != nil {
		return nil, fault.New(fault.Denied, "receipt.lost-key")
	}
	code, err := seal.ParseReceipt(string(raw))
	if err != nil {
		return nil, fault.Wrap(fault.Internal, "fault.tampered", err)
	}
	h.private = code.Private(k.For(keyring.Receipts))
	return h, nil
}
