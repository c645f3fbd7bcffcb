package casework

import (
	"context"
	"encoding/json"

	"varn/internal/domain/access"
	"varn/internal/domain/casefile"
	"varn/internal/domain/function"
	"varn/internal/kit/fault"
)

// parts are what the subject is to a case, beside sitting in its circle. A case that was made by
// hand is everybody's who sits in it.
func (v *visit) parts(s *access.Session) []casefile.Part {
	out := []casefile.Part{casefile.Sitting}
	if v.c.Handler == s.Person {
		out = append(out, casefile.Handling)
	}
	if v.c.Responsible == "" || v.c.Responsible == s.Person || s.Holds(v.c.Responsible) {
		out = append(out, casefile.Answering)
	}
	return out
}

// owns refuses whoever neither handles the case nor answers for it.
func (v *visit) owns(s *access.Session) error {
	if len(v.parts(s)) < 2 {
		return fault.New(fault.Denied, "lifecycle.not-yours")
	}
	return nil
}

// seated tells whether a person sits in the circle, by themselves or through a function.
func (v *visit) seated(h *house, personID string, d *Desk) bool {
	for _, p := range v.places {
		if !p.Seat().Holds(d.now()) {
			continue
		}
		if p.Member == personID {
			return true
		}
		for _, seat := range h.holders[p.Member] {
			if seat.Person == personID && seat.WrapKind != function.Standby {
				return true
			}
		}
	}
	return false
}

// changed is the item that tells of a field before and after.
func changed(c casefile.Changed) (sealed, error) {
	body, err := json.Marshal(c)
	return sealed{kind: casefile.Change, body: body}, err
}

// lineItem is the item of a line of the tracker, or of a reference.
func lineItem[T any](kind casefile.ItemKind, author string, line T) (sealed, error) {
	body, err := json.Marshal(casefile.Line[T]{Author: author, Line: line})
	return sealed{kind: kind, body: body}, err
}

// StateOf gives where a case stands, to whoever may know of it.
func (d *Desk) StateOf(ctx context.Context, s *access.Session, ref string) (casefile.State, error) {
	v, err := d.enter(ctx, s, ref, access.Know)
	if err != nil {
		return "", err
	}
	return v.c.State, nil
}
