package backup

import (
	"context"
	"encoding/json"

	"varn/internal/domain/audit"
	"varn/internal/domain/organisation"
	"varn/internal/infra/store"
	"varn/internal/kit/clock"
	"varn/internal/kit/fault"
	"varn/internal/kit/keyring"
)

// The settings in which the installation notes its backups, sealed like every setting.
const (
	lastNote   = "backup.last"
	provenNote = "backup.proven"
)

// Note is what the administrator sees of the newest backup, or of the newest that was proven.
type Note struct {
	When    clock.Stamp `json:"when"`
	Name    string      `json:"name"`
	Bytes   int64       `json:"bytes"`
	Objects int64       `json:"objects"`
	Missing int64       `json:"missing"`
}

func noteOf(m Manifest, when clock.Stamp) Note {
	return Note{When: when, Name: m.Name, Bytes: m.Dump + m.ListSize + m.Bytes, Objects: m.Objects, Missing: m.Missing}
}

func (d *Desk) noteLast(ctx context.Context, k *keyring.Keys, m Manifest) error {
	return d.note(ctx, k, lastNote, "backup.make", noteOf(m, m.Made))
}

// NoteProven says that a backup of this installation has been restored and walked.
func (d *Desk) NoteProven(ctx context.Context, m Manifest) error {
	k, err := d.Ring.Org(m.Org)
	if err != nil {
		return err
	}
	return d.note(ctx, k, provenNote, "backup.prove", noteOf(m, clock.Of(d.Clock.Now())))
}

func (d *Desk) note(ctx context.Context, k *keyring.Keys, name, act string, n Note) error {
	raw, err := json.Marshal(n)
	if err != nil {
		return err
	}
	for try := 0; ; try++ {
		s := organisation.Setting{Org: k.Org, Name: name}
		err := d.DB.Org(k.Org).Read(ctx, func(tx *store.Tx) error {
			old, err := tx.Setting(name)
			if fault.Is(err, fault.NotFound) {
				return nil
			}
			s.Version = old.Version
			return err
		})
		if err != nil {
			return err
		}
		s.Version++
		s.Changed = clock.Of(d.Clock.Now())
		s.Sealed = k.For(keyring.Settings).SealPadded(raw, s.AD())
		err = d.DB.Org(k.Org).Write(ctx, func(tx *store.Tx) error {
			if err := tx.PutSetting(s); err != nil {
				return err
			}
			return tx.Log(audit.Entry{Act: act})
		})
		if !fault.Is(err, fault.Conflict) || try == 5 {
			return err
		}
	}
}

// Notes gives the newest backup and the newest that was proven; zero where there is none.
func (d *Desk) Notes(ctx context.Context, org string) (last, proven Note, err error) {
	k, err := d.Ring.Org(org)
	if err != nil {
		return last, proven, err
	}
	err = d.DB.Org(org).Read(ctx, func(tx *store.Tx) error {
		for name, into := range map[string]*Note{lastNote: &last, provenNote: &proven} {
			s, err := tx.Setting(name)
			if fault.Is(err, fault.NotFound) {
				continue
			}
			if err != nil {
				return err
			}
			raw, err := k.For(keyring.Settings).OpenPadded(s.Sealed, s.AD())
			if err != nil {
				return fault.Wrap(fault.Internal, "fault.tampered", err)
			}
			if err := json.Unmarshal(raw, into); err != nil {
				return err
			}
		}
		return nil
	})
	return last, proven, err
}
