package casework

import (
	"encoding/json"
	"slices"

	"varn/internal/domain/audit"
	"varn/internal/domain/casefile"
	"varn/internal/infra/store"
	"varn/internal/kit/keyring"
	"varn/internal/kit/seal"
)

// The kinds of row by which an entry of the log names an original that was not written, but read,
// copied or found to be another. They are no tables.
const (
	openedRow = "opened"
	brokenRow = "broken"
)

// touching names an original in an entry of the log, so that its custody can be told.
func touching(kind string, it casefile.Item) audit.Row {
	return audit.Row{Kind: kind, ID: it.ID, Hash: it.Hash()}
}

// original is a file of a case with all that is known of it.
type original struct {
	item    casefile.Item
	file    casefile.File
	card    *casefile.Card
	custody []casefile.Custody
	key     *seal.CaseKey
}

// mostTouched is how many entries of a case's log are read for the custody of its originals.
const mostTouched = 20_000

// originals opens the attachments of a case with their cards and their custody, in their order. The
// caller has witnessed the items.
func (v *visit) originals(tx *store.Tx, items []casefile.Item) ([]*original, error) {
	var out []*original
	cards := map[string]*casefile.Card{}
	for _, it := range items {
		key := v.keys[it.KeyVersion]
		if key == nil || it.Kind != casefile.Attachment && it.Kind != casefile.EvidenceCard {
			continue
		}
		plain, _, err := v.cover.openItem(key, it)
		if err != nil {
			return nil, err
		}
		if it.Kind == casefile.EvidenceCard {
			var c casefile.Card
			if err := json.Unmarshal(plain, &c); err != nil {
				return nil, err
			}
			for _, object := range c.Objects {
				cards[object] = &c
			}
			continue
		}
		o := &original{item: it, key: key}
		if err := json.Unmarshal(plain, &o.file); err != nil {
			return nil, err
		}
		out = append(out, o)
	}
	names, err := actors(tx, v.k)
	if err != nil {
		return nil, err
	}
	touched, err := touchedIn(tx, v.c.ID, names)
	if err != nil {
		return nil, err
	}
	for _, o := range out {
		o.card = cards[o.file.Object]
		if o.file.From != nil {
			if o.card == nil {
				o.card = o.file.From.Card
			}
			o.custody = append(o.custody, o.file.From.Custody...)
			o.custody = append(o.custody, casefile.Custody{At: o.item.Created.Minute().Time(), Act: casefile.ActCopied, Who: names[v.k.Tag(v.c.Responsible)]})
		} else {
			o.custody = append(o.custody, o.intake(v.k, names))
		}
		o.custody = append(o.custody, touched[o.item.ID]...)
	}
	return out, nil
}

// intake is the first line of an original's custody.
func (o *original) intake(k *keyring.Keys, names map[string]string) casefile.Custody {
	c := casefile.Custody{At: o.item.Created.Minute().Time(), Act: casefile.ActReceived}
	if o.file.Author != "" {
		c.Who = names[k.Tag(o.file.Author)]
	}
	if o.card != nil {
		c.Why, c.From = o.card.Why, o.card.From
	}
	return c
}

// touchedIn gives what the log of a case says of its originals, the oldest first; the same person's
// openings of one hour are one line.
func touchedIn(tx *store.Tx, caseID string, names map[string]string) (map[string][]casefile.Custody, error) {
	entries, err := store.LogOf(tx, caseID, 0, mostTouched)
	if err != nil {
		return nil, err
	}
	out := map[string][]casefile.Custody{}
	for _, e := range slices.Backward(entries) {
		for _, r := range e.Rows {
			act := map[string]casefile.Act{openedRow: casefile.ActOpened, brokenRow: casefile.ActBroken}[r.Kind]
			if act == "" {
				continue
			}
			if e.Act == "case.package" {
				act = casefile.ActPacked
			}
			line := casefile.Custody{At: e.Hour.Time(), Act: act, Who: names[e.Actor]}
			if !slices.Contains(out[r.ID], line) {
				out[r.ID] = append(out[r.ID], line)
			}
		}
	}
	return out, nil
}

// lay gives an original's row laid open, as it is proven to have come in.
func (v *visit) lay(o *original) (*casefile.Origin, error) {
	if o.file.From != nil && o.file.From.Row != nil {
		return o.file.From.Row, nil
	}
	data, err := sealer{v.k, o.key, v.cover}.dataKey(o.item)
	if err != nil {
		return nil, err
	}
	return casefile.Lay(o.item, data), nil
}
