package casework

import (
	"context"

	"varn/internal/domain/access"
	"varn/internal/infra/store"
	"varn/internal/kit/fault"
	"varn/internal/kit/keyring"
)

// What guests may send before somebody has accepted a report.
const (
	// GuestFiles is how many files a report without an account can carry, GuestBytes how large they
	// are together.
	GuestFiles = 5
	GuestBytes = 100 << 20
	// guestPending is how much all reports without an account may hold that nobody has accepted.
	guestPending = 2 << 30
)

// reportFiles turns finished uploads into items of a report.
func (d *Desk) reportFiles(ctx context.Context, k *keyring.Keys, s *access.Session, uploads []string) ([]sealed, error) {
	if s.Account() || len(uploads) == 0 {
		return d.attachments(ctx, k, s.Person, uploads)
	}
	if len(uploads) > GuestFiles {
		return nil, fault.In("files", "field.too-many", GuestFiles)
	}
	var all int64
	for _, address := range uploads {
		p, err := d.UploadProgress(ctx, k.Org, address)
		if fault.Is(err, fault.NotFound) {
			return nil, fault.In("files", "upload.gone")
		}
		if err != nil {
			return nil, err
		}
		all += p.Received
	}
	if all > GuestBytes {
		return nil, fault.In("files", "report.files-size", GuestBytes>>20)
	}
	return d.attachments(ctx, k, "", uploads)
}

// guestRoom refuses a guest's upload when too much waits for somebody to accept it. Text always has
// room: it is another reserve.
func (d *Desk) guestRoom(ctx context.Context, k *keyring.Keys, v NewUpload) error {
	if v.Length < 0 && !v.Bounded || v.Length > GuestBytes {
		return fault.New(fault.Invalid, "upload.guest-size")
	}
	var pending int64
	err := d.read(ctx, k, func(tx *store.Tx) (err error) {
		pending, err = tx.GuestPending()
		return err
	})
	if err == nil && pending+max(v.Length, 0) > guestPending {
		err = fault.New(fault.Unavailable, "upload.guest-full")
	}
	return err
}
