package backup

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"strings"

	"varn/internal/infra/blob"
	"varn/internal/kit/fault"
	"varn/internal/kit/seal"
)

// Openers are what opens a backup: the backup key, or enough of the recovery sheets.
type Openers struct {
	Backup seal.Key
	Sheets []string
}

// Archive is a backup that has been opened.
type Archive struct {
	Manifest
	from blob.Place
	keys keySet
}

// Open opens one backup and checks its manifest.
func Open(ctx context.Context, from blob.Place, name string, with Openers) (*Archive, error) {
	m, err := readManifest(ctx, from, name)
	if err != nil {
		return nil, err
	}
	raw, err := with.unseal(m)
	if err != nil {
		return nil, err
	}
	set, err := keySetFrom(raw)
	if err == nil {
		err = set.archive.CheckMAC(m.MAC, m.bound())
	}
	if err != nil {
		return nil, damaged(name, "its manifest has been changed")
	}
	return &Archive{Manifest: m, from: from, keys: set}, nil
}

func (o Openers) unseal(m Manifest) ([]byte, error) {
	if len(o.Sheets) == 0 {
		if o.Backup.IsZero() {
			return nil, fault.New(fault.Invalid, "backup.no-key", "give --backup-key FILE, or --sheet with the text of a recovery sheet, as often as needed")
		}
		raw, err := o.Backup.Open(seal.NewBox(m.ToBackup), keysAD(m.Org, m.Name))
		if err != nil {
			return nil, fault.New(fault.Invalid, "backup.wrong-key", "the backup key does not open "+m.Name+": another key made it, or the manifest has been changed; give the right --backup-key, or --sheet")
		}
		return raw, nil
	}
	master, err := o.combine(m)
	if err != nil {
		return nil, err
	}
	raw, err := master.Unwrap(seal.NewBox(m.ToRecovery), keysAD(m.Org, m.Name))
	if err != nil {
		return nil, damaged(m.Name, "its manifest has been changed: the recovery key does not open it")
	}
	return raw, nil
}

func (o Openers) combine(m Manifest) (*seal.Private, error) {
	var sheets []seal.Sheet
	for i, text := range o.Sheets {
		s, err := seal.ParseSheet(text)
		if err != nil {
			return nil, fault.New(fault.Invalid, "sheet.damaged", fmt.Sprintf("sheet %d as given is mistyped, cut or altered: read it again", i+1))
		}
		if s.Org() != seal.SheetOrg(m.Org) {
			return nil, fault.New(fault.Invalid, "sheet.foreign", fmt.Sprintf("sheet %d as given belongs to another organisation than backup %s", i+1, m.Name))
		}
		sheets = append(sheets, s)
	}
	public, err := seal.ParsePublic(m.Recovery)
	if err != nil {
		return nil, damaged(m.Name, "its manifest has been changed")
	}
	master, err := seal.Combine(sheets, public)
	switch {
	case errors.Is(err, seal.ErrSheetsFew):
		return nil, fault.New(fault.Invalid, "sheet.few", err.Error())
	case errors.Is(err, seal.ErrSheetsWrong):
		return nil, fault.New(fault.Invalid, "sheet.wrong", "the sheets are not of the recovery key that backup "+m.Name+" was sealed to: use those that were valid then")
	case err != nil:
		return nil, fault.Wrap(fault.Invalid, "sheet.wrong", err)
	}
	return master, nil
}

// Root is the organisation's root key.
func (a *Archive) Root() seal.Key { return a.keys.root }

// SigningKey is what signed the log.
func (a *Archive) SigningKey() ([]byte, error) {
	raw, err := a.keys.archive.Open(seal.NewBox(a.Signing), place(a.Org, a.Name, "signing"))
	if err != nil {
		return nil, damaged(a.Name, "its manifest has been changed")
	}
	return raw, nil
}

// SignedBy gives the public half of the key that signs the backup's log. Where trusted is not empty
// it must be that one: whoever can write to the backup's place knows the recovery key's public half
// and could seal a backup of their own to it, but has no part in the log's private key.
func (a *Archive) SignedBy(trusted string) (string, error) {
	raw, err := a.SigningKey()
	if err != nil {
		return "", err
	}
	key, err := seal.VerifierOf(strings.TrimSpace(string(raw)))
	if err != nil || key != a.LogKey {
		return "", damaged(a.Name, "it names another log key than the one it holds")
	}
	if trusted != "" && key != trusted {
		return "", fault.New(fault.Invalid, "backup.forged", "backup "+a.Name+": its log is signed with "+key+" and not with "+trusted+
			": it is of another installation, or somebody has forged it; don't restore it")
	}
	return key, nil
}

// part opens one of the two streams; it must be as long as the manifest says.
func (a *Archive) part(ctx context.Context, part string, size int64) (io.Reader, error) {
	have, err := a.from.Size(ctx, a.Name+part)
	if err != nil {
		return nil, damaged(a.Name, "its part "+part[1:]+" is missing")
	}
	if have != size {
		return nil, damaged(a.Name, "its part "+part[1:]+" is cut or changed")
	}
	r, err := stream(a.keys.archive, a.Org, a.Name, part).Reader(blob.Reader(ctx, a.from, a.Name+part), size)
	if err != nil {
		return nil, damaged(a.Name, "its part "+part[1:]+" is cut or changed")
	}
	return io.NewSectionReader(r, 0, r.Size()), nil
}

// List gives the objects that the backup holds.
func (a *Archive) List(ctx context.Context) ([]Object, error) {
	r, err := a.part(ctx, objectsPart, a.ListSize)
	if err != nil {
		return nil, err
	}
	all, err := readList(r)
	if err != nil || int64(len(all)) != a.Objects {
		return nil, damaged(a.Name, "its list of objects is cut or changed")
	}
	return all, nil
}

// Check reads the backup through before anything is written anywhere: the dump opens to its end,
// and every object that it names is there in full length.
func (a *Archive) Check(ctx context.Context) ([]Object, error) {
	list, err := a.List(ctx)
	if err != nil {
		return nil, err
	}
	r, err := a.part(ctx, dumpPart, a.Dump)
	if err != nil {
		return nil, err
	}
	named := &objectRows{}
	if _, err := io.Copy(named, r); err != nil {
		return nil, damaged(a.Name, "its dump is cut or changed")
	}
	if int64(len(named.found)) != a.Objects+a.Missing {
		return nil, damaged(a.Name, "its list of objects does not fit the dump")
	}
	for _, o := range list {
		size, err := a.from.Size(ctx, o.ID)
		if fault.Is(err, fault.NotFound) {
			return nil, damaged(a.Name, "object "+o.ID+" is missing beside it")
		}
		if err != nil {
			return nil, err
		}
		if size != o.Size {
			return nil, damaged(a.Name, "object "+o.ID+" is cut")
		}
	}
	return list, nil
}

// Copy brings the objects to a place, each held against its hash; to nil only reads them.
func (a *Archive) Copy(ctx context.Context, list []Object, to blob.Place) error {
	for _, o := range list {
		var got Object
		var err error
		if to == nil {
			got, err = carry(ctx, a.from, nil, o.ID, nil)
		} else {
			got, err = bring(ctx, a.from, to, o.ID, nil)
		}
		if err != nil {
			return err
		}
		if got.Size != o.Size || !bytes.Equal(got.Hash, o.Hash) {
			return damaged(a.Name, "object "+o.ID+" has been changed")
		}
	}
	return nil
}
