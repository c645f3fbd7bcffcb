package casework

import (
	"context"
	"encoding/json"
	"strings"

	"varn/internal/domain/access"
	"varn/internal/domain/casefile"
	"varn/internal/kit/fault"
)

// AddNote seals a note that the circle alone reads: it is never part of the dialogue with whoever
// reported.
func (d *Desk) AddNote(ctx context.Context, s *access.Session, ref, text string) (id string, err error) {
	if err := casefile.CheckText("note", text, casefile.MaxMessage); err != nil {
		return "", err
	}
	if s == nil {
		return "", fault.New(fault.Denied, "fault.sign-in")
	}
	body, err := json.Marshal(casefile.Text{Author: s.Person, Text: strings.TrimSpace(text)})
	if err != nil {
		return "", err
	}
	return d.addOne(ctx, s, ref, sealed{kind: casefile.Note, body: body, as: true})
}

// addOne adds a single item and gives its id.
func (d *Desk) addOne(ctx context.Context, s *access.Session, ref string, one sealed) (string, error) {
	ids, err := d.addItems(ctx, s, ref, []sealed{one})
	if err != nil {
		return "", err
	}
	return ids[0], nil
}
