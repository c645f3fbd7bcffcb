package casework

import (
	"slices"
	"strings"

	"varn/internal/domain/access"
	"varn/internal/domain/casefile"
	"varn/internal/domain/function"
	"varn/internal/domain/incident"
	"varn/internal/domain/routing"
	"varn/internal/kit/clock"
	"varn/internal/kit/keyring"
	"varn/internal/kit/locale"
)

// route works out who gets a report: who may not know first, then the table.
func (t *town) route(k *keyring.Keys, by *access.Session, r incident.Report, now clock.Stamp) (routing.Plan, Exclusion, error) {
	e, err := t.house.resolve(k, Exclusion{Words: excludedNames(r.Exclude)})
	if err != nil {
		return routing.Plan{}, e, err
	}
	in := routing.Input{Category: r.TargetCategory, Context: r.Context, Unit: r.Unit, Party: fold(t.partyOf(by, r)),
		Reported: now.Time().In(locale.Zone()), SharedWithParty: r.ShareWithParty && ownWord(by, r), UnsureExclusion: e.Unsure, Local: t.routing.Local}
	if r.OccurredFrom != 0 {
		in.Event = r.OccurredFrom.Time().In(locale.Zone())
	}
	return routing.Resolve(in, t.directory(e, now)), e, nil
}

// ownWord tells whether whoever reports speaks for themselves: for somebody else, sharing is for the
// one concerned to decide, from their own receipt.
func ownWord(by *access.Session, r incident.Report) bool {
	return r.OnBehalfOf == "" && (r.Concerned == "" || by.Account() && r.Concerned == by.Person)
}

// partyOf is the party of the person concerned, if Värn knows who that is.
func (t *town) partyOf(by *access.Session, r incident.Report) string {
	who := r.Concerned
	if who == "" && r.OnBehalfOf == "" && by.Account() {
		who = by.Person
	}
	return t.house.profiles[who].Party
}

// mostNames bounds how many names a report can exclude.
const mostNames = 20

// excludedNames cuts what was written into names: one on each line, or with commas between.
func excludedNames(text string) []string {
	var out []string
	for _, name := range strings.FieldsFunc(text, func(r rune) bool { return r == '\n' || r == ',' || r == ';' }) {
		if name = strings.TrimSpace(name); name != "" && len(out) < mostNames {
			out = append(out, name)
		}
	}
	return out
}

// directory is the town as routing sees it, with who may not know.
func (t *town) directory(e Exclusion, now clock.Stamp) routing.Directory {
	seat := func(id string) routing.Seat { return t.seat(id, e) }
	seats := func(ids []string) (out []routing.Seat) {
		for _, id := range ids {
			out = append(out, seat(id))
		}
		return out
	}
	dir := routing.Directory{Reserve: seat(t.routing.Reserve), Municipality: seats(t.routing.Municipality), WithSecurity: seats(t.routing.WithSecurity),
		Units: map[string]routing.Unit{}, Parties: map[string]routing.PartySeats{}, Registrars: map[string]routing.Seat{}, Home: t.home()}
	for _, f := range t.functions {
		switch f.Kind {
		case function.Security:
			if dir.Security.Function == "" {
				dir.Security = seat(f.ID)
			}
		case function.OnCall:
			if dir.OnCall.Function == "" {
				dir.OnCall = seat(f.ID)
				dir.OnCall.OnDuty = len(t.onDuty(f.ID, now)) > 0
			}
		case function.Registrar:
			if dir.Registrars[f.Authority].Function == "" {
				dir.Registrars[f.Authority] = seat(f.ID)
			}
		case function.PartyContact:
			party := fold(t.cards[f.ID].Party)
			p := dir.Parties[party]
			p.Contacts = append(p.Contacts, seat(f.ID))
			dir.Parties[party] = p
		}
	}
	for id, u := range t.units {
		dir.Units[id] = t.unit(id, u.Authority, seat)
	}
	for party, leaders := range t.leaders {
		p := dir.Parties[party]
		for _, id := range leaders {
			if !e.Bars(id) {
				p.Leaders = append(p.Leaders, routing.Seat{People: []string{id}})
			}
		}
		dir.Parties[party] = p
	}
	return dir
}

// unit is a unit's own managers first, and then those of its authority.
func (t *town) unit(id, authority string, seat func(string) routing.Seat) routing.Unit {
	u := routing.Unit{Authority: authority}
	var above []routing.Seat
	for _, f := range t.functions {
		switch {
		case f.Kind == function.UnitManager && f.Unit == id:
			u.Managers = append(u.Managers, seat(f.ID))
		case f.Kind == function.UnitManager && f.Unit == "" && f.Authority == authority:
			above = append(above, seat(f.ID))
		case f.Kind == function.Safety && (f.Unit == id || f.Unit == "" && f.Authority == authority) && u.Safety.Function == "":
			u.Safety = seat(f.ID)
		}
	}
	u.Managers = append(u.Managers, above...)
	return u
}

func (t *town) seat(functionID string, e Exclusion) routing.Seat {
	f, ok := t.house.functions[functionID]
	if !ok {
		return routing.Seat{}
	}
	s := routing.Seat{Function: functionID, Enrolled: f.Enrolled() && len(t.house.holders[functionID]) > 0, Excluded: t.house.barred(functionID, e)}
	if !s.Excluded {
		return s
	}
	for _, h := range t.house.holders[functionID] {
		if !e.Bars(h.Person) && h.WrapKind != function.Standby {
			s.People = append(s.People, h.Person)
		}
	}
	return s
}

// home is the authority that registers when no unit is named.
func (t *town) home() string {
	for _, a := range t.authorities {
		if a.ID == t.routing.Home {
			return a.ID
		}
	}
	if len(t.authorities) == 0 {
		return ""
	}
	return t.authorities[0].ID
}

// membersOf are those who will sit in the circle of a view.
func membersOf(v routing.View) []Member {
	var out []Member
	for _, id := range v.Functions {
		out = append(out, Member{Kind: casefile.ByFunction, ID: id})
	}
	for _, id := range v.People {
		out = append(out, Member{Kind: casefile.ByPerson, ID: id})
	}
	return slices.Clip(out)
}

// responsibleOf is the function or person that answers for a view: its first receiver.
func responsibleOf(members []Member) string {
	for _, m := range members {
		if m.Kind != casefile.ByRecovery {
			return m.ID
		}
	}
	return ""
}
