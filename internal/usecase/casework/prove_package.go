package casework

import (
	"context"
	"crypto/sha256"

	"varn/internal/domain/audit"
	"varn/internal/domain/casefile"
	"varn/internal/domain/evidence"
	"varn/internal/infra/store"
	"varn/internal/kit/fault"
)

// prove logs the manifest and closes the package with the log's own proofs.
func (p *packing) prove(ctx context.Context) error {
	rows, origins, err := p.intakes()
	if err != nil {
		return err
	}
	if err := p.settled(ctx, rows); err != nil {
		return err
	}
	manifest, err := p.m.Encode()
	if err != nil {
		return err
	}
	if err := p.still(ctx); err != nil {
		return err
	}
	if err := p.d.write(ctx, p.v.k, func(tx *store.Tx) error {
		return tx.Log(audit.Entry{Actor: p.v.k.Tag(p.s.Person), Act: "package.made", Authority: p.v.c.Authority, Case: p.v.c.ID,
			Rows: []audit.Row{{Kind: evidence.PackageKind, ID: p.m.ID, Hash: sha256.Sum256(manifest)}}})
	}); err != nil {
		return err
	}
	proofs, checkpoint, err := p.proofs(ctx, rows, origins)
	if err != nil {
		return err
	}
	for _, one := range []struct {
		name    string
		content []byte
	}{{evidence.ManifestName, manifest}, {evidence.ProofsName, proofs}, {evidence.CheckpointName, checkpoint}} {
		if err := p.to.Add(one.name, one.content); err != nil {
			return err
		}
	}
	return nil
}

// intakes names the row by which each original came in, in the order of the manifest.
func (p *packing) intakes() ([]store.NamedRow, map[string]*casefile.Origin, error) {
	var rows []store.NamedRow
	origins := map[string]*casefile.Origin{}
	for _, o := range p.files {
		row, err := p.v.lay(o)
		if err != nil {
			return nil, nil, err
		}
		origins[row.ID] = row
		rows = append(rows, store.NamedRow{Case: row.Case, Kind: "item", ID: row.ID})
	}
	return rows, origins, nil
}

// settled tells in the manifest which intakes the log still has an entry of: retention may have erased one.
func (p *packing) settled(ctx context.Context, rows []store.NamedRow) error {
	if err := p.d.DB.SignNow(ctx, p.v.k.Org); err != nil {
		return err
	}
	found, err := p.d.DB.Org(p.v.k.Org).ProveRows(ctx, rows)
	if err != nil {
		return err
	}
	for i, in := range found {
		p.m.Files[i].Logged = in.Entry.Payload != nil
	}
	return nil
}

// proofs gives the proofs of all intakes and of the manifest, and the checkpoint that they belong to.
func (p *packing) proofs(ctx context.Context, rows []store.NamedRow, origins map[string]*casefile.Origin) (encoded, checkpoint []byte, err error) {
	if err := p.d.DB.SignNow(ctx, p.v.k.Org); err != nil {
		return nil, nil, err
	}
	proven, err := p.d.DB.Org(p.v.k.Org).ProveRows(ctx, append(rows, store.NamedRow{Case: p.v.c.ID, Kind: evidence.PackageKind, ID: p.m.ID}))
	if err != nil {
		return nil, nil, err
	}
	last := len(proven) - 1
	if proven[last].Entry.Payload == nil {
		return nil, nil, fault.New(fault.Unavailable, "fault.unavailable", "the log's entry of a package has got no place in the tree")
	}
	point, _, err := audit.OpenCheckpoint(proven[last].Checkpoint, p.d.Keys.Verifier())
	if err != nil {
		return nil, nil, err
	}
	out := evidence.Proofs{Key: p.d.Keys.VerifierKey(), Size: point.Size, Entries: []evidence.Proof{proofOf(evidence.ManifestName, proven[last], nil)}}
	for i, f := range p.m.Files[:last] {
		if f.Logged {
			out.Entries = append(out.Entries, proofOf(f.Path, proven[i], origins[f.Item]))
		}
	}
	encoded, err = out.Encode()
	return encoded, proven[last].Checkpoint, err
}

func proofOf(path string, in store.Inclusion, row *casefile.Origin) evidence.Proof {
	return evidence.Proof{Path: path, Seq: in.Entry.Seq, Ref: in.Entry.Ref, Salt: in.Entry.Salt, Payload: in.Entry.Payload, Hashes: in.Proof, Item: row}
}
