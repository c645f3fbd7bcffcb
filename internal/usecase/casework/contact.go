package casework

import (
	"slices"

	"varn/internal/domain/casefile"
	"varn/internal/kit/clock"
)

// Contact (kontaktkort) is a function and how to reach it.
type Contact struct {
	Function string
	Name     string
	Phone    string
	Hours    string
	Mail     string
	// Substitute: somebody stands in for a holder who is away.
	Substitute bool
	// Part: somebody of the function may not know. Its number could be answered by them and is left
	// out; the rest of it have the report, one by one.
	Part bool
}

func (t *town) contact(functionID string) Contact {
	card := t.cards[functionID]
	c := Contact{Function: functionID, Name: card.Name, Phone: card.Phone, Hours: card.Hours, Mail: card.Mail}
	for _, h := range t.house.holders[functionID] {
		c.Substitute = c.Substitute || h.DeputyFor != ""
	}
	return c
}

// contacts are the cards of those who sit in a circle, the one that answers first.
func (t *town) contacts(places []casefile.Place, e Exclusion, responsible string, now clock.Stamp) []Contact {
	var first, rest []Contact
	for _, p := range places {
		if !p.Seat().Holds(now) || p.Kind == casefile.ByRecovery {
			continue
		}
		c := t.contact(p.Member)
		if p.Kind == casefile.ByPerson {
			c = t.instead(p.Member, e)
		}
		if p.Member == responsible {
			first = append(first, c)
		} else {
			rest = append(rest, c)
		}
	}
	return distinct(append(first, rest...))
}

// instead is the card for somebody who has a report by themselves, because another holder of their
// function may not know: a function of theirs that nobody excluded holds, with its number; else the
// name of the function alone. A person's own name or number is never on it.
func (t *town) instead(personID string, e Exclusion) Contact {
	var part Contact
	for _, f := range t.functions {
		if !t.holds(f.ID, personID) {
			continue
		}
		if !t.house.barred(f.ID, e) {
			return t.contact(f.ID)
		}
		if part.Function == "" {
			part = Contact{Function: f.ID, Name: t.cards[f.ID].Name, Part: true}
		}
	}
	return part
}

// distinct leaves each card once, and none without a name.
func distinct(all []Contact) []Contact {
	var out []Contact
	for _, c := range all {
		if c.Name != "" && !slices.ContainsFunc(out, func(o Contact) bool { return o.Function == c.Function }) {
			out = append(out, c)
		}
	}
	return out
}
