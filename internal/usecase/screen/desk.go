// Package screen lets a letter's owner release it for training, and gives each organisation the screening that was
// trained with what was released to it.
package screen

import (
	"context"
	"encoding/json"
	"slices"
	"strings"
	"sync"

	"varn/internal/domain/access"
	"varn/internal/domain/audit"
	"varn/internal/domain/screening"
	"varn/internal/domain/screening/training"
	"varn/internal/infra/store"
	"varn/internal/kit/clock"
	"varn/internal/kit/fault"
	"varn/internal/kit/ident"
	"varn/internal/kit/keyring"
)

// Desk does the acts of this package.
type Desk struct {
	DB    *store.DB
	Ring  *keyring.Ring
	Clock clock.Clock

	mu   sync.Mutex
	kept map[string]made
}

// made is a screening with its weights opened.
type made struct {
	id string
	by screening.Screener
}

// FewestExamples is how many letters must have been released before anything is trained with them: fewer would move the
// weights by single words.
const FewestExamples = 20

// Trainers are the roles that train the screening anew.
func Trainers() []access.Role { return []access.Role{access.HeadOfSecurity} }

func (d *Desk) now() clock.Stamp { return clock.Of(d.Clock.Now()) }

func (d *Desk) read(ctx context.Context, k *keyring.Keys, fn func(*store.Tx) error) error {
	return d.DB.Org(k.Org).Read(ctx, fn)
}

func (d *Desk) write(ctx context.Context, k *keyring.Keys, fn func(*store.Tx) error) error {
	return d.DB.Org(k.Org).Write(ctx, fn)
}

func (d *Desk) keys(s *access.Session, roles ...access.Role) (*keyring.Keys, error) {
	switch {
	case !s.Account():
		return nil, fault.New(fault.Denied, "fault.sign-in")
	case s.Kind == access.Token:
		return nil, fault.New(fault.Denied, "fault.scope")
	case len(roles) > 0 && !s.Has(roles...):
		return nil, fault.New(fault.Denied, "fault.role")
	}
	return d.Ring.Org(s.Org)
}

// Release (lämna till träning) keeps a letter that its owner has opened, with what they hold it for. Whoever may open the letter
// has been asked before: the text comes from them.
func (d *Desk) Release(ctx context.Context, s *access.Session, letter, text string, kinds []screening.Kind) error {
	k, err := d.keys(s)
	if err != nil {
		return err
	}
	for _, kind := range kinds {
		if !slices.Contains(screening.Kinds[:], kind) {
			return fault.In("kinds", "field.choose")
		}
	}
	if text = strings.TrimSpace(text); text == "" {
		return fault.In("kinds", "release.empty")
	}
	text = strings.ToValidUTF8(text[:min(len(text), screening.MostExampleText)], "")
	raw, err := json.Marshal(screening.Judged{Text: text, Kinds: kinds})
	if err != nil {
		return err
	}
	e := screening.Example{Org: k.Org, ID: ident.New(), Person: s.Person, Letter: letter, Created: d.now().Minute()}
	e.Sealed = k.For(keyring.Mail).SealPadded(raw, e.AD())
	return d.write(ctx, k, func(tx *store.Tx) error {
		if err := tx.PutExample(e); err != nil {
			return err
		}
		return tx.Log(audit.Entry{Actor: k.Tag(s.Person), Act: "screening.release"})
	})
}

// Released is one letter that the subject has released.
type Released struct {
	ID    string
	Begin string // its first words
	Kinds []screening.Kind
	At    clock.Stamp
}

// Mine lists what the subject has released, the newest first.
func (d *Desk) Mine(ctx context.Context, s *access.Session) (out []Released, err error) {
	k, err := d.keys(s)
	if err != nil {
		return nil, err
	}
	err = d.read(ctx, k, func(tx *store.Tx) error {
		out = nil
		all, err := tx.Examples(s.Person)
		if err != nil {
			return err
		}
		for _, e := range slices.Backward(all) {
			j, err := judged(k, e)
			if err != nil {
				return err
			}
			words := strings.Fields(j.Text)
			out = append(out, Released{e.ID, strings.Join(words[:min(len(words), 8)], " "), j.Kinds, e.Created})
		}
		return nil
	})
	return out, err
}

// TakeBack takes a release back: it is no part of the next training. What was trained with it holds until then.
func (d *Desk) TakeBack(ctx context.Context, s *access.Session, id string) error {
	k, err := d.keys(s)
	if err != nil {
		return err
	}
	return d.write(ctx, k, func(tx *store.Tx) error {
		if err := tx.DeleteExample(id, s.Person); err != nil {
			return err
		}
		return tx.Log(audit.Entry{Actor: k.Tag(s.Person), Act: "screening.take-back"})
	})
}

func judged(k *keyring.Keys, e screening.Example) (j screening.Judged, err error) {
	raw, err := k.For(keyring.Mail).OpenPadded(e.Sealed, e.AD())
	if err != nil {
		return j, fault.Wrap(fault.Internal, "fault.tampered", err)
	}
	return j, json.Unmarshal(raw, &j)
}

// Standing tells how the organisation's screening was trained: counts and days, never a word.
type Standing struct {
	Released int
	Kinds    map[screening.Kind]int
	Lawful   int
	Made     clock.Stamp // zero: as it came with the program
	Of       int64       // examples in it
}

// Show tells how the screening was trained, to those who train it.
func (d *Desk) Show(ctx context.Context, s *access.Session) (out Standing, err error) {
	k, err := d.keys(s, Trainers()...)
	if err != nil {
		return out, err
	}
	err = d.read(ctx, k, func(tx *store.Tx) error {
		out = Standing{Kinds: map[screening.Kind]int{}}
		all, err := tx.Examples("")
		if err != nil {
			return err
		}
		for _, e := range all {
			j, err := judged(k, e)
			if err != nil {
				return err
			}
			out.Released++
			if len(j.Kinds) == 0 {
				out.Lawful++
			}
			for _, kind := range j.Kinds {
				out.Kinds[kind]++
			}
		}
		_, out.Made, out.Of, err = tx.WeightsMade()
		return err
	})
	return out, err
}

// Train (träna om) makes weights of the set that comes with the program and of what was released, and screens with them from
// now on. It reads every released letter, and is in the log.
func (d *Desk) Train(ctx context.Context, s *access.Session) error {
	k, err := d.keys(s, Trainers()...)
	if err != nil {
		return err
	}
	var released []training.Example
	if err := d.read(ctx, k, func(tx *store.Tx) error {
		released = nil
		all, err := tx.Examples("")
		if err != nil {
			return err
		}
		for _, e := range all {
			j, err := judged(k, e)
			if err != nil {
				return err
			}
			released = append(released, training.Example{Part: training.Train, Kinds: j.Kinds, Text: j.Text})
		}
		return nil
	}); err != nil {
		return err
	}
	if len(released) < FewestExamples {
		return fault.In("", "release.few", FewestExamples)
	}
	set, err := training.Set()
	if err != nil {
		return err
	}
	weights := training.Retrain(training.Only(set, training.Train), released)
	o := screening.Own{Org: k.Org, ID: ident.New(), Examples: int64(len(released)), Made: d.now().Minute()}
	o.Sealed = k.For(keyring.Mail).SealPadded(weights.Encode(), o.AD())
	return d.write(ctx, k, func(tx *store.Tx) error {
		if err := tx.PutWeights(o); err != nil {
			return err
		}
		return tx.Log(audit.Entry{Actor: k.Tag(s.Person), Act: "screening.train"})
	})
}

// Forget (glöm) screens as the program came, and destroys the weights.
func (d *Desk) Forget(ctx context.Context, s *access.Session) error {
	k, err := d.keys(s, Trainers()...)
	if err != nil {
		return err
	}
	return d.write(ctx, k, func(tx *store.Tx) error {
		if err := tx.DropWeights(); err != nil {
			return err
		}
		return tx.Log(audit.Entry{Actor: k.Tag(s.Person), Act: "screening.forget"})
	})
}

// Screen screens with the organisation's own weights, or as the program came: a letter is not lost for weights that can't be
// read.
func (d *Desk) Screen(ctx context.Context, org string, in screening.Input) screening.Result {
	s, ok := d.own(ctx, org)
	if !ok {
		return screening.Screen(in)
	}
	return s.Screen(in)
}

func (d *Desk) own(ctx context.Context, org string) (out screening.Screener, ok bool) {
	k, err := d.Ring.Org(org)
	if err != nil {
		return out, false
	}
	id := ""
	if err := d.read(ctx, k, func(tx *store.Tx) (err error) {
		id, _, _, err = tx.WeightsMade()
		return err
	}); err != nil || id == "" {
		return out, false
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	if was, ok := d.kept[org]; ok && was.id == id {
		return was.by, true
	}
	var o screening.Own
	if err := d.read(ctx, k, func(tx *store.Tx) (err error) {
		o, err = tx.OwnWeights()
		return err
	}); err != nil || o.ID == "" {
		return out, false
	}
	raw, err := k.For(keyring.Mail).OpenPadded(o.Sealed, o.AD())
	if err != nil {
		return out, false
	}
	w, err := screening.Decode(raw)
	if err != nil {
		return out, false
	}
	if d.kept == nil {
		d.kept = map[string]made{}
	}
	d.kept[org] = made{o.ID, screening.With(w)}
	return d.kept[org].by, true
}
