package listed

import (
	"context"
	"encoding/json"
	"errors"
	"time"

	"varn/internal/domain/access"
	"varn/internal/domain/audit"
	"varn/internal/domain/exposure"
	"varn/internal/domain/function"
	"varn/internal/domain/job"
	"varn/internal/domain/listed"
	"varn/internal/domain/person"
	"varn/internal/infra/store"
	"varn/internal/kit/clock"
	"varn/internal/kit/fault"
	"varn/internal/kit/ident"
	"varn/internal/kit/keyring"
	"varn/internal/kit/locale"
	"varn/internal/kit/seal"
)

// SearchJob makes a search of one's own. One that was broken off is begun again.
const SearchJob = "own.search"

// searchAttempts is how often a search is begun before it is said that it could not be made.
const searchAttempts = 3

// errCut ends a search that has found enough.
var errCut = errors.New("listed: enough is found")

// Own is the subject's own exposure as it lies open.
type Own struct {
	listed.Own
	Version int64
	// Lost: something is stored, and is sealed to a key that the subject no longer has.
	Lost bool
	// Watched: what is looked for is on the list too, and looked for by the watch from now on.
	Watched bool
	// Searched is the newest search; zero when there is none.
	Searched Searched
}

// Searched is a search of one's own and what it gave.
type Searched struct {
	State  listed.SearchState
	Asked  clock.Stamp
	Ended  clock.Stamp
	Result listed.Result
}

// ownKeys lets in who has their own key at hand, in a browser.
func (d *Desk) ownKeys(s *access.Session) (*keyring.Keys, seal.Key, error) {
	switch {
	case !s.Account():
		return nil, seal.Key{}, fault.New(fault.Denied, "fault.sign-in")
	case s.Kind == access.Token:
		return nil, seal.Key{}, fault.New(fault.Denied, "fault.scope")
	case !s.Unlocked():
		return nil, seal.Key{}, fault.New(fault.Denied, "fault.locked")
	}
	k, err := d.Ring.Org(s.Org)
	return k, function.MemberKey(s.Key), err
}

// ReadOwn (min exponering) opens what the subject looks for, what was found and what they have noted. Nobody else
// opens it. It is not in the log when somebody reads their own.
func (d *Desk) ReadOwn(ctx context.Context, s *access.Session) (Own, error) {
	var out Own
	k, own, err := d.ownKeys(s)
	if err != nil {
		return out, err
	}
	var row listed.OwnRow
	var search listed.SearchRow
	if err := d.read(ctx, k, func(tx *store.Tx) error {
		var err error
		if row, err = tx.OwnExposure(s.Person); err != nil && !fault.Is(err, fault.NotFound) {
			return err
		}
		if search, err = tx.OwnSearch(s.Person); err != nil && !fault.Is(err, fault.NotFound) {
			return err
		}
		on, err := tx.ListedOf(s.Person)
		out.Watched = len(on) > 0
		return err
	}); err != nil {
		return out, err
	}
	if row.Version > 0 {
		out.Version = row.Version
		raw, err := own.OpenPadded(row.Box, row.AD())
		if err != nil {
			out.Lost = true // they lost their key, and were let in again with another
		} else if err := json.Unmarshal(raw, &out.Own); err != nil {
			return out, err
		}
	}
	out.Searched = Searched{State: search.State, Asked: search.Asked, Ended: search.Ended}
	if search.State != listed.Done {
		return out, nil
	}
	if out.Searched.Result, err = resultOf(s.Key, search); err != nil {
		out.Searched, out.Lost = Searched{}, true
	}
	return out, nil
}

func resultOf(key *seal.Private, r listed.SearchRow) (out listed.Result, err error) {
	raw, err := key.Unwrap(r.Wrap, r.ResultAD())
	if err != nil {
		return out, err
	}
	data, err := seal.KeyFrom(raw)
	if err != nil {
		return out, err
	}
	if raw, err = data.OpenPadded(r.Box, r.ResultAD()); err != nil {
		return out, err
	}
	return out, json.Unmarshal(raw, &out)
}

// Wish is what the subject saves.
type Wish struct {
	Facts    listed.Facts
	Services map[listed.Service]listed.Standing
	Watch    bool // the watch is to look for it as well
	Search   bool // and it is looked for at once
}

// SaveOwn seals what the subject looks for over what they have seen, and begins a search where they ask for one.
// It is Conflict when another tab has saved since.
func (d *Desk) SaveOwn(ctx context.Context, s *access.Session, w Wish, seen int64) error {
	k, own, err := d.ownKeys(s)
	if err != nil {
		return err
	}
	if err := w.Facts.Check(k.For(keyring.Exposure)); err != nil {
		return err
	}
	if w.Search || w.Watch {
		if err := w.Facts.CheckSearch(); err != nil {
			return err
		}
	}
	was, err := d.ReadOwn(ctx, s)
	if err != nil {
		return err
	}
	next := listed.Own{Facts: w.Facts, Services: was.Services}
	next.Note(w.Services, d.Clock.Now().In(locale.Zone()))
	raw, err := json.Marshal(next)
	if err != nil {
		return err
	}
	row := listed.OwnRow{Org: k.Org, Person: s.Person, Changed: d.now().Minute(), Version: seen + 1}
	row.Box = own.SealPadded(raw, row.AD())
	on := listed.Row{Org: k.Org, ID: ident.New(), Person: s.Person, Created: d.now()}
	if w.Watch {
		if err := d.sealed(k, &on, "", "", w.Facts); err != nil {
			return err
		}
	}
	search, err := d.searchOf(k, s.Person, w)
	if err != nil {
		return err
	}
	if err := d.write(ctx, k, func(tx *store.Tx) error {
		if err := tx.PutOwnExposure(row); err != nil {
			return err
		}
		if err := tx.DeleteListedOf(s.Person); err != nil {
			return err
		}
		if w.Watch {
			if err := tx.InsertListed(on); err != nil {
				return err
			}
		}
		if w.Search {
			if err := tx.PutOwnSearch(search); err != nil {
				return err
			}
			if err := tx.Enqueue(job.Job{Kind: SearchJob, Unique: search.ID, Args: map[string]string{"person": s.Person, "search": search.ID}, MaxAttempts: searchAttempts}); err != nil {
				return err
			}
		}
		return tx.Log(audit.Entry{Actor: k.Tag(s.Person), Act: "own.save"})
	}); err != nil {
		return err
	}
	if w.Search && d.Woken != nil {
		d.Woken()
	}
	return nil
}

// searchOf is the search that a wish asks for: blind tokens under the organisation's key, since the job runs when
// nobody is signed in.
func (d *Desk) searchOf(k *keyring.Keys, personID string, w Wish) (listed.SearchRow, error) {
	r := listed.SearchRow{Org: k.Org, Person: personID, ID: ident.New(), State: listed.Waiting, Asked: d.now().Minute()}
	raw, err := json.Marshal(listed.Blind(k.For(keyring.Exposure), personID, "", w.Facts))
	if err == nil {
		r.Sealed = k.For(keyring.Exposure).SealPadded(raw, r.AD())
	}
	return r, err
}

// DropOwn takes everything of the subject's own exposure away, from the list too.
func (d *Desk) DropOwn(ctx context.Context, s *access.Session) error {
	k, _, err := d.ownKeys(s)
	if err != nil {
		return err
	}
	return d.write(ctx, k, func(tx *store.Tx) error {
		if err := tx.DeleteOwn(s.Person); err != nil {
			return err
		}
		return tx.Log(audit.Entry{Actor: k.Tag(s.Person), Act: "own.drop"})
	})
}

// Search makes a search that somebody asked for. What it gives is sealed to them, and the tokens go.
func (d *Desk) Search(ctx context.Context, j job.Job) error {
	k, err := d.Ring.Org(j.Org)
	if err != nil {
		return err
	}
	var r listed.SearchRow
	var p person.Person
	err = d.read(ctx, k, func(tx *store.Tx) error {
		if r, err = tx.OwnSearch(j.Args["person"]); err != nil {
			return err
		}
		p, err = tx.VouchedPerson(k, j.Args["person"])
		return err
	})
	if fault.Is(err, fault.NotFound) || err == nil && (r.ID != j.Args["search"] || r.State != listed.Waiting || p.PublicKey.IsZero()) {
		return nil // it was taken back, or another was asked for
	}
	if err != nil {
		return err
	}
	result, err := d.look(ctx, k, r)
	if err != nil {
		if j.Attempts < searchAttempts {
			return err
		}
		r.State = listed.Broken
	} else if r, err = closed(k, p.PublicKey, r, result); err != nil {
		return err
	}
	r.Ended, r.Sealed = d.now().Minute(), seal.Box{}
	err = d.write(ctx, k, func(tx *store.Tx) error {
		if err := tx.EndOwnSearch(r); err != nil {
			return err
		}
		return tx.InsertNotice(store.Notice{ID: ident.New(), Person: r.Person, Kind: "own.searched", Created: d.now()})
	})
	if fault.Is(err, fault.Conflict) {
		return nil
	}
	return err
}

// longestSearch bounds a search of one's own.
const longestSearch = 4 * time.Hour

func (d *Desk) look(ctx context.Context, k *keyring.Keys, r listed.SearchRow) (listed.Result, error) {
	var b listed.Body
	raw, err := k.For(keyring.Exposure).OpenPadded(r.Sealed, r.AD())
	if err != nil {
		return listed.Result{}, fault.Wrap(fault.Internal, "fault.tampered", err)
	}
	if err := json.Unmarshal(raw, &b); err != nil {
		return listed.Result{}, err
	}
	ctx, stop := context.WithTimeout(ctx, longestSearch)
	defer stop()
	var found []listed.Mention
	cut := false
	out, err := d.Look(ctx, k.Org, exposure.NewList(k.For(keyring.Exposure), b.Given(r.Person)), func(m listed.Mention) error {
		if cut = len(found) >= listed.MostMentions; cut {
			return errCut
		}
		found = append(found, m)
		return nil
	})
	if errors.Is(err, errCut) {
		err = nil
	}
	out.Mentions, out.Cut = found, cut
	return out, err
}

// closed seals what a search gave to whoever asked.
func closed(k *keyring.Keys, to seal.Public, r listed.SearchRow, result listed.Result) (listed.SearchRow, error) {
	raw, err := json.Marshal(result)
	if err != nil {
		return r, err
	}
	data := seal.NewKey()
	r.State, r.Box = listed.Done, data.SealPadded(raw, r.ResultAD())
	r.Wrap, err = k.Courier.Wrap(to, data.Bytes(), r.ResultAD())
	return r, err
}
