package casework

import (
	"context"
	"encoding/json"
	"slices"

	"varn/internal/domain/audit"
	"varn/internal/domain/casefile"
	"varn/internal/domain/incident"
	"varn/internal/domain/measure"
	"varn/internal/domain/routing"
	"varn/internal/infra/store"
	"varn/internal/kit/fault"
	"varn/internal/kit/keyring"
	"varn/internal/kit/seal"
)

func (d *Desk) followView(ctx context.Context, h *holding, t *town, c casefile.Case, generation int64) (FollowedView, []casefile.Echo, error) {
	out := FollowedView{Ref: c.Ref, Kind: routing.ViewKind(c.View), Status: c.Status(), Outcome: casefile.Outcome(c.Outcome), CanWithdraw: c.CanWithdraw(),
		CanObject: c.State.Active() && (c.View == string(routing.EmployerView) || c.View == string(routing.MunicipalityView) || c.View == string(routing.PoliceView))}
	lid, err := d.coverOf(ctx, h.k, c, generation)
	if err != nil {
		return out, nil, err
	}
	e, err := c.Excluded(h.k)
	if err != nil {
		return out, nil, err
	}
	var items []casefile.Item
	var echoes []casefile.Echo
	err = d.read(ctx, h.k, func(tx *store.Tx) error {
		if items, err = tx.EchoedItems(h.row.ID, c.ID); err != nil {
			return err
		}
		if err := witnessSome(tx, h.k, items); err != nil {
			return err
		}
		if echoes, err = tx.Echoes(h.row.ID, c.ID); err != nil {
			return err
		}
		places, err := tx.VouchedPlaces(h.k, c.ID)
		if err != nil {
			return err
		}
		out.Contacts = t.contacts(places, e, c.Responsible, d.now())
		if out.Openings, err = d.openingsFor(tx, h.k, t, c, places); err != nil {
			return err
		}
		deadlines, err := tx.Deadlines(c.ID)
		for _, dl := range deadlines {
			if dl.Kind == string(casefile.ContactDue) && dl.Done == 0 {
				out.Promised = dl.Due
			}
		}
		return err
	})
	if err != nil {
		return out, nil, err
	}
	cheaper, err := out.lay(h, t, lid, echoed{items, echoes})
	return out, cheaper, err
}

// witnessSome holds items against their MACs and the log.
func witnessSome(tx *store.Tx, k *keyring.Keys, items []casefile.Item) error {
	rows := make([]audit.Row, len(items))
	for i, it := range items {
		if err := k.Check(it.MAC, it.Who(), "item "+it.ID); err != nil {
			return err
		}
		rows[i] = itemRow(it)
	}
	return store.CheckRows(tx, rows)
}

// echoed is what a receipt may read in one view.
type echoed struct {
	items  []casefile.Item
	echoes []casefile.Echo
}

// lay opens the echoed items with the receipt's private half.
func (v *FollowedView) lay(h *holding, t *town, lid cover, in echoed) ([]casefile.Echo, error) {
	by := map[string]casefile.Echo{}
	for _, e := range in.echoes {
		by[e.Item] = e
	}
	var cheaper []casefile.Echo
	for _, it := range in.items {
		e := by[it.ID]
		var err error
		if e.Wrap, err = lid.open(e.Wrap, e.AD()); err != nil {
			return nil, err
		}
		raw, err := e.Open(h.private)
		if err != nil {
			return nil, fault.Wrap(fault.Internal, "fault.tampered", err)
		}
		data, err := seal.KeyFrom(raw)
		if err != nil {
			return nil, err
		}
		plain, err := data.OpenBody(it.Body, it.AD())
		if err != nil {
			return nil, fault.Wrap(fault.Internal, "fault.tampered", err)
		}
		if e.Kind != casefile.WrapOwn {
			own := e.Closed(h.private, raw)
			own.Wrap = lid.close(own.Wrap, own.AD())
			cheaper = append(cheaper, own)
		}
		if err := v.show(t, it, plain); err != nil {
			return nil, err
		}
	}
	return cheaper, nil
}

func (v *FollowedView) show(t *town, it casefile.Item, plain []byte) error {
	entry := FollowedEntry{ID: it.ID, Created: it.Created, Objected: it.Kind == casefile.Objection, TookBack: it.Kind == casefile.Withdrawal}
	switch it.Kind {
	case casefile.Report:
		var told casefile.Told
		if err := json.Unmarshal(plain, &told); err != nil {
			return err
		}
		r, err := incident.Decode(told.Report)
		v.Report = &r
		return err
	case casefile.PoliceFiling:
		v.Filing = &casefile.Filing{}
		err := json.Unmarshal(plain, v.Filing)
		v.Filing.Author, v.Filing.Filer = "", "" // no names of the circle by a receipt
		return err
	case casefile.Attachment:
		var f casefile.File
		if err := json.Unmarshal(plain, &f); err != nil {
			return err
		}
		entry.Mine, entry.File = true, &File{Name: f.Name, Type: f.Type, Size: f.Size, Tree: f.Tree}
	case casefile.MeasureTold:
		return v.protect(plain)
	default:
		var text casefile.Text
		if err := json.Unmarshal(plain, &text); err != nil {
			return err
		}
		entry.Mine, entry.Text, entry.From = text.Reporter, text.Text, t.cards[text.As].Name
		v.Withdrawn = v.Withdrawn || it.Kind == casefile.Withdrawal
		v.Objected = v.Objected || it.Kind == casefile.Objection
	}
	v.Messages = append(v.Messages, entry)
	return nil
}

// protect adds a measure as the person concerned reads it; the newest of an id holds, and one without a
// kind is not shown any more.
func (v *FollowedView) protect(plain []byte) (err error) {
	if v.Measures, err = replaced(v.Measures, plain, func(m measure.Shown) string { return m.ID }); err != nil {
		return err
	}
	v.Measures = slices.DeleteFunc(v.Measures, func(m measure.Shown) bool { return m.Kind == "" })
	return nil
}

// openingsFor tells which functions have opened a view: an hour for each, the newest first.
func (d *Desk) openingsFor(tx *store.Tx, k *keyring.Keys, t *town, c casefile.Case, places []casefile.Place) ([]FollowedOpening, error) {
	entries, err := store.LogOf(tx, c.ID, 0, openingsPage)
	if err != nil {
		return nil, err
	}
	by := map[string]string{}
	for _, p := range places {
		for _, s := range t.house.holders[p.Member] {
			if by[k.Tag(s.Person)] == "" {
				by[k.Tag(s.Person)] = t.cards[p.Member].Name
			}
		}
	}
	for _, p := range places { // who sits there by themselves acts for a function too
		if p.Kind == casefile.ByPerson && by[k.Tag(p.Member)] == "" {
			by[k.Tag(p.Member)] = t.actsFor(p.Member)
		}
	}
	var out []FollowedOpening
	seen := map[FollowedOpening]bool{}
	for _, e := range entries {
		if e.Act != "case.open" && e.Act != "file.open" && e.Act != "case.package" {
			continue
		}
		one := FollowedOpening{Function: by[e.Actor], Hour: e.Hour}
		if !seen[one] {
			seen[one] = true
			out = append(out, one)
		}
	}
	return out, nil
}

// actsFor names a function that somebody holds; empty when they hold none.
func (t *town) actsFor(personID string) string {
	for _, f := range t.functions {
		if t.holds(f.ID, personID) {
			return t.cards[f.ID].Name
		}
	}
	return ""
}
