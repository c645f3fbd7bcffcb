package casework

import (
	"context"
	"slices"
	"strings"
	"time"

	"varn/internal/domain/access"
	"varn/internal/domain/incident"
	"varn/internal/infra/store"
)

// ReportOptions are what can be chosen in a report, by anybody.
type ReportOptions struct {
	Units       []ReportUnit
	ActorGroups []incident.ActorGroup
	// Party is the reporter's own, if Värn knows it.
	Party string
	// Contact is within what time an answer is promised.
	Contact time.Duration
}

// ReportUnit is a unit with its own questions.
type ReportUnit struct {
	ID, Name, Authority string
	Questions           []incident.Question
}

// Unit finds a unit; the zero one when there is none with the id.
func (o ReportOptions) Unit(id string) ReportUnit {
	for _, u := range o.Units {
		if u.ID == id {
			return u
		}
	}
	return ReportUnit{}
}

// ReportOptions lists what can be chosen in a report. A guest gets the same, and no party.
func (d *Desk) ReportOptions(ctx context.Context, s *access.Session) (ReportOptions, error) {
	k, err := d.anyone(s)
	if err != nil {
		return ReportOptions{}, err
	}
	var t *town
	if err := d.read(ctx, k, func(tx *store.Tx) (err error) {
		t, err = d.townIn(tx, k)
		return err
	}); err != nil {
		return ReportOptions{}, err
	}
	out := ReportOptions{ActorGroups: t.routing.ActorGroups, Contact: t.routing.Contact()}
	if out.ActorGroups == nil {
		out.ActorGroups = incident.DefaultActorGroups()
	}
	if s.Account() {
		out.Party = t.house.profiles[s.Person].Party
	}
	for id, u := range t.units {
		out.Units = append(out.Units, ReportUnit{ID: id, Name: t.labels[id].Name, Authority: t.labels[u.Authority].Name, Questions: t.unitRules[id].Questions})
	}
	slices.SortFunc(out.Units, func(a, b ReportUnit) int {
		return strings.Compare(fold(a.Name)+a.ID, fold(b.Name)+b.ID)
	})
	return out, nil
}
