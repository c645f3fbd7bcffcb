package backup

import (
	"context"
	"slices"
	"strings"

	"varn/internal/infra/blob"
	"varn/internal/kit/fault"
	"varn/internal/kit/seal"
)

// List gives the manifests of every whole backup, oldest first, without opening any.
func List(ctx context.Context, from blob.Place) ([]Manifest, error) {
	all, err := names(ctx, from)
	if err != nil {
		return nil, err
	}
	var out []Manifest
	for _, name := range all {
		m, err := readManifest(ctx, from, name)
		if err != nil {
			return nil, err
		}
		out = append(out, m)
	}
	return out, nil
}

// Choose opens the newest backup of each organisation, or those whose names begin as asked for.
// Sheets open their own organisation's alone.
func Choose(ctx context.Context, from blob.Place, name string, with Openers) ([]*Archive, error) {
	all, err := names(ctx, from)
	if err != nil {
		return nil, err
	}
	newest := map[string]Manifest{}
	var orgs []string
	for _, n := range all {
		if !strings.HasPrefix(n, name) && !strings.HasPrefix(n, "b-"+name) {
			continue
		}
		m, err := readManifest(ctx, from, n)
		if err != nil {
			return nil, err
		}
		if !slices.Contains(orgs, m.Org) {
			orgs = append(orgs, m.Org)
		}
		newest[m.Org] = m
	}
	if len(orgs) == 0 {
		return nil, fault.New(fault.NotFound, "backup.none", "there is no such backup; see: varn backup list")
	}
	var out []*Archive
	for _, org := range orgs {
		if len(orgs) > 1 && with.foreign(org) {
			continue
		}
		a, err := Open(ctx, from, newest[org].Name, with)
		if err != nil {
			return nil, err
		}
		out = append(out, a)
	}
	if len(out) == 0 {
		return nil, fault.New(fault.Invalid, "sheet.foreign", "the sheets belong to none of the organisations that are backed up here")
	}
	return out, nil
}

// foreign tells that sheets were given and the first belongs to another organisation.
func (o Openers) foreign(org string) bool {
	if len(o.Sheets) == 0 {
		return false
	}
	s, err := seal.ParseSheet(o.Sheets[0])
	return err == nil && s.Org() != seal.SheetOrg(org)
}
