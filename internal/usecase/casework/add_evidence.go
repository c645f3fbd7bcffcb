package casework

import (
	"context"
	"encoding/json"

	"varn/internal/domain/access"
	"varn/internal/domain/casefile"
	"varn/internal/kit/fault"
)

// AddEvidence (lägg till bevis) keeps finished uploads in a case byte for byte, with a card that says
// what they are, from where they were got and why. It gives the ids of the items, the card's last.
func (d *Desk) AddEvidence(ctx context.Context, s *access.Session, ref string, card casefile.Card, uploads []string) ([]string, error) {
	if s == nil {
		return nil, fault.New(fault.Denied, "fault.sign-in")
	}
	card = card.Tidy()
	if err := card.Check(d.now()); err != nil {
		return nil, err
	}
	if len(uploads) == 0 {
		return nil, fault.In("files", "field.required")
	}
	k, err := d.keys(s)
	if err != nil {
		return nil, err
	}
	in, err := d.attachments(ctx, k, s.Person, uploads)
	if err != nil {
		return nil, err
	}
	card.Author, card.Objects = s.Person, nil
	for _, one := range in {
		var f casefile.File
		if err := json.Unmarshal(one.body, &f); err != nil {
			return nil, err
		}
		card.Objects = append(card.Objects, f.Object)
	}
	body, err := json.Marshal(card)
	if err != nil {
		return nil, err
	}
	return d.addItems(ctx, s, ref, append(in, sealed{kind: casefile.EvidenceCard, body: body}))
}
