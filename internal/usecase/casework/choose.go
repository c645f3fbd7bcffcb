package casework

import (
	"context"
	"slices"
	"strings"

	"varn/internal/domain/access"
	"varn/internal/domain/casefile"
	"varn/internal/infra/store"
	"varn/internal/kit/keyring"
)

// Choice is a person or function that can be let into a circle.
type Choice struct {
	ID    string
	Name  string
	About string // a person's title
	// Ready: somebody can open what is sealed to it now.
	Ready bool
}

// Functions lists the functions of the organisation, for choosing a circle.
func (d *Desk) Functions(ctx context.Context, s *access.Session) ([]Choice, error) {
	k, h, err := d.house(ctx, s, survey)
	if err != nil {
		return nil, err
	}
	var out []Choice
	for id, f := range h.functions {
		name, err := h.functionName(k, id)
		if err != nil {
			return nil, err
		}
		out = append(out, Choice{ID: id, Name: name, Ready: f.Enrolled() && len(h.holders[id]) > 0})
	}
	byName(out)
	return out, nil
}

const (
	leastQuery = 2  // characters
	mostFound  = 10 // people that one search shows
)

// FindPeople looks for people who can be let into a circle, by part of their name. A protected
// person is found by their alias alone, which is the only name that stands here.
func (d *Desk) FindPeople(ctx context.Context, s *access.Session, query string) ([]Choice, error) {
	query = fold(query)
	if len([]rune(query)) < leastQuery {
		return nil, nil
	}
	return d.people(ctx, s, survey, func(name string) bool { return strings.Contains(fold(name), query) })
}

// PeopleByID gives the names of people that were chosen before; one that is gone is left out.
func (d *Desk) PeopleByID(ctx context.Context, s *access.Session, ids []string) ([]Choice, error) {
	if len(ids) == 0 {
		return nil, nil
	}
	chosen := func(tx *store.Tx, k *keyring.Keys) (*house, error) { return surveyOf(tx, k, asked{people: ids}) }
	return d.people(ctx, s, chosen, func(string) bool { return true })
}

func (d *Desk) people(ctx context.Context, s *access.Session, from surveying, want func(name string) bool) ([]Choice, error) {
	k, h, err := d.house(ctx, s, from)
	if err != nil {
		return nil, err
	}
	var out []Choice
	for id := range h.people {
		p, err := h.name(k, id)
		if err != nil {
			return nil, err
		}
		if want(p.Name) {
			out = append(out, Choice{ID: id, Name: p.Name, About: p.Title, Ready: true})
		}
	}
	byName(out)
	return out[:min(len(out), 10*mostFound)], nil
}

func byName(list []Choice) {
	slices.SortFunc(list, func(a, b Choice) int { return strings.Compare(fold(a.Name)+a.ID, fold(b.Name)+b.ID) })
}

// surveying is one way to read a house.
type surveying func(*store.Tx, *keyring.Keys) (*house, error)

func (d *Desk) house(ctx context.Context, s *access.Session, from surveying) (*keyring.Keys, *house, error) {
	k, err := d.keys(s)
	if err != nil {
		return nil, nil, err
	}
	var h *house
	err = d.read(ctx, k, func(tx *store.Tx) (err error) {
		h, err = from(tx, k)
		return err
	})
	return k, h, err
}

// Planned is who would sit in a circle if the case were opened now.
type Planned struct {
	Seats []Planning
	// PassedOver are functions in which nobody can take it yet.
	PassedOver []string
	// Unsure: a name matched nobody or several people, so that the security function gets it alone.
	Unsure bool
	// Recovery: nobody is left, so that the recovery key holds it.
	Recovery bool
	Openers  int
}

// Planning is one seat of a planned circle.
type Planning struct {
	Kind casefile.PlaceKind
	Name string
}

// Plan tells who would sit in a circle, without writing anything.
func (d *Desk) Plan(ctx context.Context, s *access.Session, members []Member, exclude Exclusion) (Planned, error) {
	var out Planned
	k, h, err := d.house(ctx, s, func(tx *store.Tx, k *keyring.Keys) (*house, error) { return surveyFor(tx, k, members, exclude) })
	if err != nil {
		return out, err
	}
	e, err := h.resolve(k, exclude)
	if err != nil {
		return out, err
	}
	out.Unsure = e.Unsure
	admitted, err := h.admit(members, e)
	if err != nil {
		return out, err
	}
	out.Openers = h.openers(admitted)
	for _, m := range admitted {
		seat := Planning{Kind: m.Kind}
		switch m.Kind {
		case casefile.ByPerson:
			seat.Name = h.called(k, m.ID)
		case casefile.ByFunction:
			if seat.Name, err = h.functionName(k, m.ID); err != nil {
				return out, err
			}
		case casefile.ByRecovery:
			out.Recovery = true
			continue
		}
		out.Seats = append(out.Seats, seat)
	}
	out.PassedOver, err = h.passedOver(k, members)
	return out, err
}

func (h *house) passedOver(k *keyring.Keys, members []Member) ([]string, error) {
	var out []string
	for _, m := range members {
		f, ok := h.functions[m.ID]
		if m.Kind != casefile.ByFunction || !ok || f.Enrolled() && len(h.holders[m.ID]) > 0 {
			continue
		}
		name, err := h.functionName(k, m.ID)
		if err != nil {
			return nil, err
		}
		out = append(out, name)
	}
	return out, nil
}

// Knows tells whether the subject sits in the case's circle.
func (d *Desk) Knows(ctx context.Context, s *access.Session, ref string) bool {
	_, err := d.enter(ctx, s, ref, access.Know)
	return err == nil
}

// Sent is a finished or unfinished upload as its sender sees it.
type Sent struct {
	Secret   string
	Name     string
	Size     int64
	Complete bool
}

// Uploads tells of uploads by their addresses' secrets; one that is gone is left out.
func (d *Desk) Uploads(ctx context.Context, s *access.Session, secrets []string) ([]Sent, error) {
	k, err := d.anyone(s)
	if err != nil {
		return nil, err
	}
	var out []Sent
	for _, text := range secrets {
		_, sec, u, err := d.upload(ctx, k.Org, text)
		if err != nil {
			continue
		}
		named, err := uploadLabel(k, sec, u)
		if err != nil {
			return nil, err
		}
		out = append(out, Sent{Secret: text, Name: named.Name, Size: u.Received, Complete: u.State == store.UploadComplete})
	}
	return out, nil
}
