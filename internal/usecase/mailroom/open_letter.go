package mailroom

import (
	"context"
	"slices"

	"varn/internal/domain/access"
	"varn/internal/domain/audit"
	"varn/internal/domain/letter"
	"varn/internal/domain/mailbox"
	"varn/internal/infra/mailauth"
	"varn/internal/infra/store"
	"varn/internal/kit/clock"
	"varn/internal/kit/fault"
	"varn/internal/kit/keyring"
)

// RawLetter is a letter byte for byte as it came, with what was found out about it.
type RawLetter struct {
	Raw      []byte
	Text     string
	SHA256   string
	Received clock.Stamp
	Results  mailauth.Results
	// Checked is what the checks gave, as a server writes it.
	Checked string
	Box     string // the official address
}

// OpenRaw opens a letter byte for byte: to keep, or as the evidence of a report. It is an opening, in the log before
// the first byte.
func (d *Desk) OpenRaw(ctx context.Context, s *access.Session, threadID, letterID string) (RawLetter, error) {
	k, err := d.keys(s)
	if err != nil {
		return RawLetter{}, err
	}
	o, err := d.openThread(ctx, k, s, threadID)
	if err != nil {
		return RawLetter{}, err
	}
	out, err := d.rawOf(ctx, k, o, letterID)
	if err != nil {
		return out, err
	}
	return out, d.noteOpening(ctx, k, s, o.thread)
}

func (d *Desk) noteOpening(ctx context.Context, k *keyring.Keys, s *access.Session, t mailbox.Thread) error {
	return d.write(ctx, k, func(tx *store.Tx) error {
		return tx.Log(audit.Entry{Actor: k.Tag(s.Person), Act: "letter.open", Authority: t.Authority, Case: t.ID})
	})
}

func (d *Desk) rawOf(ctx context.Context, k *keyring.Keys, o openedThread, letterID string) (RawLetter, error) {
	i := slices.IndexFunc(o.letters, func(l mailbox.Letter) bool { return l.ID == letterID })
	data, ok := o.keys[letterID]
	if i < 0 || !ok {
		return RawLetter{}, fault.New(fault.NotFound, "fault.not-found")
	}
	var one Shown
	l := o.letters[i]
	if err := d.show(ctx, &one, l, o.bodies[l.ID], data); err != nil {
		return RawLetter{}, err
	}
	head, err := headOf(l, data)
	if err != nil {
		return RawLetter{}, err
	}
	box := o.box.Address
	if o.box.Intake {
		box = head.To
	}
	raw, err := d.raw(ctx, l, o.bodies[l.ID], data, head)
	return RawLetter{Raw: raw, Text: one.Text, SHA256: one.SHA256, Received: l.Received, Results: one.Results, Checked: one.Results.Line(d.Host), Box: box}, err
}

// LetterFile opens one file of a letter.
func (d *Desk) LetterFile(ctx context.Context, s *access.Session, threadID, letterID string, n int) (name, kind string, content []byte, err error) {
	raw, err := d.OpenRaw(ctx, s, threadID, letterID)
	if err != nil {
		return "", "", nil, err
	}
	l, err := letter.Read(raw.Raw)
	if err != nil {
		return "", "", nil, err
	}
	files := l.Attachments()
	if n < 0 || n >= len(files) {
		return "", "", nil, fault.New(fault.NotFound, "fault.not-found")
	}
	content, _ = files[n].Content(len(raw.Raw))
	return files[n].Name, files[n].Type, content, nil
}

// OpenOwn is OpenRaw for the owner of the mailbox alone: what a delegate reads isn't theirs to give further.
func (d *Desk) OpenOwn(ctx context.Context, s *access.Session, threadID, letterID string) (RawLetter, error) {
	k, err := d.keys(s)
	if err != nil {
		return RawLetter{}, err
	}
	if err := d.read(ctx, k, func(tx *store.Tx) error {
		t, err := tx.Thread(threadID)
		if err != nil {
			return err
		}
		m, err := tx.VouchedMailbox(k, t.Mailbox)
		if err == nil && m.Person != s.Person {
			err = fault.New(fault.NotFound, "fault.not-found")
		}
		return err
	}); err != nil {
		return RawLetter{}, err
	}
	return d.OpenRaw(ctx, s, threadID, letterID)
}
