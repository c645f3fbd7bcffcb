package people

import (
	"context"
	"strings"

	"varn/internal/domain/access"
	"varn/internal/domain/person"
	"varn/internal/infra/store"
	"varn/internal/kit/fault"
)

// Find gives the one person whom a name or an address means: those who keep the register may
// ask, and whoever holds a function. Nobody and several are different answers.
func (d *Desk) Find(ctx context.Context, s *access.Session, text string) (Someone, error) {
	k, err := d.keys(s)
	if err != nil {
		return Someone{}, err
	}
	if !staff(s) && len(s.Functions) == 0 {
		return Someone{}, denied()
	}
	want := strings.ToLower(strings.TrimSpace(text))
	var exact, partly []Someone
	if err := d.read(ctx, k, func(tx *store.Tx) error {
		rows, err := tx.People()
		for _, p := range rows {
			if p.State == person.Left {
				continue
			}
			one, err := someone(k, p, d.now())
			if err != nil {
				return err
			}
			name := strings.ToLower(one.Name)
			switch {
			case name == want || strings.ToLower(one.Address) == want:
				exact = append(exact, one)
			case strings.Contains(name, want):
				partly = append(partly, one)
			}
		}
		return err
	}); err != nil {
		return Someone{}, err
	}
	switch {
	case want == "" || len(exact)+len(partly) == 0:
		return Someone{}, fault.In("person", "people.nobody")
	case len(exact) == 1:
		return exact[0], nil
	case len(exact) == 0 && len(partly) == 1:
		return partly[0], nil
	}
	return Someone{}, fault.In("person", "people.several")
}

// Name is what a person is called, for a page that asks before an act on them.
func (d *Desk) Name(ctx context.Context, s *access.Session, personID string) (string, error) {
	k, err := d.keys(s)
	if err != nil {
		return "", err
	}
	var name string
	err = d.read(ctx, k, func(tx *store.Tx) (err error) {
		name, err = nameOf(tx, k, personID)
		return err
	})
	return name, err
}

// Waiter is the person whose key the subject may confirm; NotFound when it does not wait for them.
func (d *Desk) Waiter(ctx context.Context, s *access.Session, personID string) (Someone, error) {
	all, err := d.Proposals(ctx, s)
	if err != nil {
		return Someone{}, err
	}
	for _, one := range all.People {
		if one.ID == personID {
			return one, nil
		}
	}
	return Someone{}, fault.New(fault.NotFound, "fault.not-found")
}
