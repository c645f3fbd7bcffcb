package casework

import (
	"context"
	"encoding/json"
	"math/rand/v2"
	"strconv"

	"varn/internal/domain/casefile"
	"varn/internal/domain/incident"
	"varn/internal/domain/likeness"
	"varn/internal/domain/routing"
	"varn/internal/infra/store"
	"varn/internal/kit/fault"
	"varn/internal/kit/keyring"
	"varn/internal/kit/seal"
)

// How many cases can be found by one trace. The i-th case that has a trace lies under a token of its
// own, so that nothing at rest is equal; a case that is destroyed leaves its place to the next.
const (
	mostAlike    = 64
	mostWordings = 16
)

// mark is a trace as it is looked for: the key that follows from it, and a token for each place.
type mark struct {
	likeness.Trace
	key    seal.Key
	tokens []string
}

func markOf(k *keyring.Keys, authority string, t likeness.Trace) mark {
	m := mark{Trace: t, key: k.For(keyring.Likeness).Derive("varn likeness", authority, string(t.Kind), t.Value)}
	n := mostAlike
	if t.Kind == likeness.Wording {
		n = mostWordings
	}
	for i := range n {
		m.tokens = append(m.tokens, m.key.Tag("likeness", strconv.Itoa(i)))
	}
	return m
}

func (m mark) ad(k *keyring.Keys, token string) seal.AD { return seal.Bind("likeness", k.Org, token) }

// caseTag is a case as the tokens name it.
func caseTag(k *keyring.Keys, caseID string) string {
	return k.For(keyring.Likeness).Tag("likeness case", caseID)
}

// trail is one trace of a case, ready to be kept: several free places, of which one is taken.
type trail []store.Likeness

// likens tells whether the cases of an authority are compared. Without a decision nothing is kept.
func (t *town) likens(authority string) bool {
	r, ok := t.likeness[authority]
	return ok && !r.Off
}

// comparedView: what a party or the police hold is another's, and is not compared.
func comparedView(view string) bool {
	return view != string(routing.PartyView) && view != string(routing.PoliceView)
}

// lately tells it by what this process read last: what is written in the minute in which a decision
// takes effect is taken along when somebody compares.
func (d *Desk) lately(k *keyring.Keys, authority string) bool {
	d.towns.mu.Lock()
	defer d.towns.mu.Unlock()
	t := d.towns.list[k.Org]
	return t != nil && t.likens(authority)
}

// tracesOf gives what texts have that another case can have too.
func tracesOf(texts ...string) []likeness.Trace {
	var out []likeness.Trace
	seen := map[likeness.Trace]bool{}
	for _, text := range texts {
		for _, t := range append(likeness.Find(text), likeness.Wordings(text)...) {
			if !seen[t] {
				seen[t] = true
				out = append(out, t)
			}
		}
	}
	return out
}

// tracesIn are those of items that are about to be sealed.
func tracesIn(in []sealed) ([]likeness.Trace, error) {
	var texts []string
	for _, one := range in {
		switch one.kind {
		case casefile.Message, casefile.Note:
			var t casefile.Text
			if err := json.Unmarshal(one.body, &t); err != nil {
				return nil, err
			}
			texts = append(texts, t.Text)
		case casefile.Report:
			var told casefile.Told
			if err := json.Unmarshal(one.body, &told); err != nil {
				return nil, err
			}
			r, err := incident.Decode(told.Report)
			if err != nil {
				return nil, err
			}
			texts = append(texts, r.Narrative, r.Words, r.ActorNote)
		}
	}
	return tracesOf(texts...), nil
}

// trails seeks free places for what a case's new items have in common with others. It seals, so it
// stands before the write.
func (d *Desk) trails(ctx context.Context, k *keyring.Keys, c casefile.Case, in []sealed) ([]trail, error) {
	if !d.lately(k, c.Authority) || !comparedView(c.View) {
		return nil, nil
	}
	traces, err := tracesIn(in)
	if err != nil || len(traces) == 0 {
		return nil, err
	}
	_, out, err := d.seek(ctx, k, c, traces)
	return out, err
}

// sought is what is kept of a trace.
type sought struct {
	mark
	kept []store.Likeness
}

// seek finds what is kept of traces, and places for those that the case has not left yet.
func (d *Desk) seek(ctx context.Context, k *keyring.Keys, c casefile.Case, traces []likeness.Trace) ([]sought, []trail, error) {
	found := make([]sought, len(traces))
	for i, t := range traces {
		found[i].mark = markOf(k, c.Authority, t)
	}
	if err := d.read(ctx, k, func(tx *store.Tx) (err error) {
		for i := range found {
			if found[i].kept, err = tx.Likenesses(found[i].tokens, d.now()); err != nil {
				return err
			}
		}
		return nil
	}); err != nil {
		return nil, nil, err
	}
	var out []trail
	owner := caseTag(k, c.ID)
	for _, s := range found {
		if t := s.free(d, k, c, owner); len(t) > 0 {
			out = append(out, t)
		}
	}
	return found, out, nil
}

// free seals pointers to the case in some free places, any of them, so that two cases that come at
// once seldom want the same. Nothing when the case has one.
func (s sought) free(d *Desk, k *keyring.Keys, c casefile.Case, owner string) trail {
	taken := map[string]bool{}
	for _, one := range s.kept {
		if one.Owner == owner {
			return nil
		}
		taken[one.ID] = true
	}
	row := store.Likeness{Authority: c.Authority, Owner: owner}
	if s.Kind == likeness.Wording {
		row.Until = d.now().Add(likeness.WordingKept).Minute()
	}
	var out trail
	for _, i := range rand.Perm(len(s.tokens)) {
		if row.ID = s.tokens[i]; taken[row.ID] {
			continue
		}
		row.Pointer = s.key.Seal([]byte(c.ID), s.ad(k, row.ID))
		if out = append(out, row); len(out) == 3 {
			break
		}
	}
	return out
}

// keep takes one place of each trail. A trace that more cases have than there are places is kept of
// those that came first.
func keep(tx *store.Tx, trails []trail) error {
	for _, t := range trails {
		for _, row := range t {
			ok, err := tx.InsertLikeness(row)
			if err != nil {
				return err
			}
			if ok {
				break
			}
		}
	}
	return nil
}

// points opens where a token leads.
func (m mark) points(k *keyring.Keys, l store.Likeness) (string, error) {
	b, err := m.key.Open(l.Pointer, m.ad(k, l.ID))
	if err != nil {
		return "", fault.Wrap(fault.Internal, "fault.tampered", err)
	}
	return string(b), nil
}
