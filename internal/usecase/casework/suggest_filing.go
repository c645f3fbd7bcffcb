package casework

import (
	"context"
	"strings"

	"varn/internal/domain/access"
	"varn/internal/domain/casefile"
	"varn/internal/domain/incident"
	"varn/internal/domain/routing"
	"varn/internal/infra/store"
	"varn/internal/kit/fault"
	"varn/internal/kit/locale"
)

// SuggestFiling gives what whoever files would else write by hand, from the report and the circle: to be
// read through and mended. The contact is a function's, never a person's own.
func (d *Desk) SuggestFiling(ctx context.Context, s *access.Session, ref string) (casefile.Filing, error) {
	var out casefile.Filing
	c, err := d.ReadCase(ctx, s, ref)
	if err != nil {
		return out, err
	}
	if !c.Told || c.View == string(routing.PartyView) || c.View == string(routing.PoliceView) {
		return out, fault.New(fault.Conflict, "case.no-police")
	}
	out.Because, out.Restrict = true, true
	var r *incident.Report
	author := ""
	for _, e := range c.Timeline {
		if e.Report != nil {
			r, author = e.Report, e.Author
		}
	}
	if r == nil {
		return out, nil
	}
	v, err := d.enter(ctx, s, ref, access.Open)
	if err != nil {
		return out, err
	}
	err = d.read(ctx, v.k, func(tx *store.Tx) error {
		t, err := d.townIn(tx, v.k)
		if err != nil {
			return err
		}
		out.Filer, out.Victim = t.house.called(v.k, s.Person), author
		if title := t.house.profiles[s.Person].Title; title != "" && out.Filer != "" {
			out.Filer += ", " + title
		}
		if r.OnBehalfOf != "" {
			out.Victim = r.OnBehalfOf
		}
		if name := t.house.called(v.k, r.Concerned); name != "" {
			out.Victim = name
		}
		e, err := v.c.Excluded(v.k)
		if err != nil {
			return err
		}
		for _, one := range t.contacts(v.places, e, v.c.Responsible, d.now()) {
			if !one.Part && (one.Phone != "" || one.Mail != "") {
				out.Contact = strings.Join(nonEmpty(one.Name, one.Phone, one.Mail), ", ")
				break
			}
		}
		return nil
	})
	switch r.TargetCategory {
	case incident.ElectedFulltime, incident.ElectedLeisure, incident.Substitute, incident.LayAuditor:
		out.Elected = true
	}
	if r.TargetCategory != "" {
		out.Position = d.Texts.Say(locale.Swedish, locale.Key(r.TargetCategory.Term()))
	}
	return out, err
}

func nonEmpty(list ...string) []string {
	var out []string
	for _, s := range list {
		if s != "" {
			out = append(out, s)
		}
	}
	return out
}
