package backup

import (
	"context"
	"errors"
	"io"

	"varn/internal/domain/organisation"
	"varn/internal/infra/blob"
	"varn/internal/infra/store"
	"varn/internal/kit/clock"
	"varn/internal/kit/fault"
	"varn/internal/kit/keyring"
	"varn/internal/kit/seal"
)

// Made is a backup that was made.
type Made struct {
	Manifest
	// Lost are objects that the database names and the data directory does not hold.
	Lost []string
	// FreshKey is where a new backup key was written: a copy of it belongs elsewhere.
	FreshKey string
}

// Make backs one organisation up as it stands at one moment, while it goes on working.
func (d *Desk) Make(ctx context.Context, org string) (made Made, err error) {
	k, err := d.Ring.Org(org)
	if err != nil {
		return made, err
	}
	backupKey, fresh, err := d.Keys.BackupKey()
	if err != nil {
		return made, err
	}
	if fresh {
		made.FreshKey = d.Keys.BackupKeyFile()
	}
	now := clock.Of(d.Clock.Now())
	if err := tidy(ctx, d.Target, now); err != nil {
		return made, err
	}
	if err := d.DB.SignNow(ctx, org); err != nil {
		return made, err
	}
	set := keySet{archive: seal.NewKey(), root: k.Root()}
	m, err := d.begin(ctx, k, set, backupKey)
	if err != nil {
		return made, err
	}
	defer func() {
		if err != nil { // what can't be removed now is removed by a later backup
			_ = d.Target.Delete(context.WithoutCancel(ctx), m.Name+dumpPart)
			_ = d.Target.Delete(context.WithoutCancel(ctx), m.Name+objectsPart)
		}
	}()
	known := d.known(ctx, org, backupKey)
	if made.Lost, err = d.fill(ctx, &m, set.archive, known); err != nil {
		return made, err
	}
	m.MAC = set.archive.MAC(m.bound())
	raw, err := m.encode()
	if err != nil {
		return made, err
	}
	if err = d.Target.Put(ctx, m.Name+manifestPart, raw); err != nil {
		return made, err
	}
	made.Manifest = m
	return made, d.noteLast(ctx, k, m)
}

// begin fills in what does not depend on the rows.
func (d *Desk) begin(ctx context.Context, k *keyring.Keys, set keySet, backupKey seal.Key) (Manifest, error) {
	now := clock.Of(d.Clock.Now())
	m := Manifest{Version: manifestVersion, Org: k.Org, Name: newName(now), Made: now, LogKey: d.Keys.VerifierKey()}
	signing, err := d.Keys.SigningKey()
	if err != nil {
		return m, err
	}
	m.Signing = set.archive.Seal(signing, place(m.Org, m.Name, "signing")).Bytes()
	var recovery store.RecoveryKey
	if err := d.DB.Org(k.Org).Read(ctx, func(tx *store.Tx) (err error) {
		recovery, err = tx.VouchedRecoveryKey(k)
		return err
	}); err != nil {
		return m, err
	}
	row, err := organisationOf(ctx, d.DB, k.Org)
	if err != nil {
		return m, err
	}
	m.Founded, m.Escrow, m.Recovery = row.Created, row.Escrow.Bytes(), recovery.PublicKey.Bytes()
	ad := keysAD(m.Org, m.Name)
	sealed, err := recovery.PublicKey.Wrap(set.bytes(), ad)
	if err != nil {
		return m, err
	}
	m.ToRecovery, m.ToBackup = sealed.Bytes(), backupKey.Seal(set.bytes(), ad).Bytes()
	return m, nil
}

func organisationOf(ctx context.Context, db *store.DB, org string) (organisation.Organisation, error) {
	var all []organisation.Organisation
	err := db.SystemRead(ctx, func(tx *store.Tx) (err error) {
		all, err = tx.Organisations()
		return err
	})
	for _, o := range all {
		if o.ID == org {
			return o, err
		}
	}
	if err == nil {
		err = fault.New(fault.NotFound, "fault.not-found", "no organisation "+org)
	}
	return organisation.Organisation{}, err
}

// fill writes the dump, brings the objects it names, and writes their list.
func (d *Desk) fill(ctx context.Context, m *Manifest, key seal.Key, known map[string]Object) (lost []string, err error) {
	named := &objectRows{}
	m.Dump, err = write(ctx, d.Target, m.Name+dumpPart, func(w io.Writer) error {
		out := stream(key, m.Org, m.Name, dumpPart).Writer(w)
		if err := d.DB.Org(m.Org).Dump(ctx, paced{ctx, io.MultiWriter(out, named), d.pace(dumpShare)}); err != nil {
			return err
		}
		return out.Close()
	})
	if err != nil {
		return nil, err
	}
	all, missing, err := d.collect(ctx, named.found, known)
	if err != nil {
		return nil, err
	}
	for _, o := range all {
		m.Bytes += o.Size
	}
	m.Objects = int64(len(all))
	m.Missing = int64(len(missing))
	if lost, err = d.stillNamed(ctx, m.Org, missing); err != nil {
		return nil, err
	}
	m.ListSize, err = write(ctx, d.Target, m.Name+objectsPart, func(w io.Writer) error {
		return writeList(w, stream(key, m.Org, m.Name, objectsPart), all)
	})
	return lost, err
}

// stillNamed leaves out what was erased while the backup was being made.
func (d *Desk) stillNamed(ctx context.Context, org string, ids []string) (lost []string, err error) {
	err = d.DB.Org(org).Read(ctx, func(tx *store.Tx) error {
		lost = nil
		for _, id := range ids {
			o, err := tx.Object(id)
			if fault.Is(err, fault.NotFound) || err == nil && o.Erased != 0 {
				continue
			}
			if err != nil {
				return err
			}
			lost = append(lost, id)
		}
		return nil
	})
	return lost, err
}

// write makes a blob, durable when it returns, and counts its bytes.
func write(ctx context.Context, to blob.Place, name string, fill func(io.Writer) error) (int64, error) {
	a, err := to.Append(ctx, name, 0)
	if err != nil {
		return 0, err
	}
	c := &counter{w: a}
	if err := fill(c); err != nil {
		return 0, errors.Join(err, a.Close())
	}
	return c.n, errors.Join(a.Sync(), a.Close())
}

type counter struct {
	w io.Writer
	n int64
}

func (c *counter) Write(p []byte) (int, error) {
	n, err := c.w.Write(p)
	c.n += int64(n)
	return n, err
}

// known are the objects of the newest backup that this installation's key opens. Without one every
// object is looked at anew: that costs time and nothing else.
func (d *Desk) known(ctx context.Context, org string, key seal.Key) map[string]Object {
	out := map[string]Object{}
	all, err := names(ctx, d.Target)
	for i := len(all) - 1; err == nil && i >= 0; i-- {
		a, err := Open(ctx, d.Target, all[i], Openers{Backup: key})
		if err != nil || a.Org != org {
			continue
		}
		list, err := a.List(ctx)
		if err != nil {
			continue
		}
		for _, o := range list {
			out[o.ID] = o
		}
		return out
	}
	return out
}
