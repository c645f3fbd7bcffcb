package casework

import (
	"encoding/json"
	"sort"
	"strings"

	"golang.org/x/text/cases"
	"golang.org/x/text/unicode/norm"

	"varn/internal/domain/casefile"
	"varn/internal/domain/function"
	"varn/internal/kit/clock"
	"varn/internal/kit/fault"
	"varn/internal/kit/ident"
	"varn/internal/kit/keyring"
	"varn/internal/kit/seal"
)

// Member is somebody who is to sit in a case's circle.
type Member struct {
	Kind   casefile.PlaceKind
	ID     string
	Reason string
	Until  clock.Stamp
}

// Exclusion is who may not know of a case.
type Exclusion = casefile.Exclusion

func sealExclusion(k *keyring.Keys, caseID string, e Exclusion) (seal.Box, error) {
	if e.None() {
		return seal.Box{}, nil
	}
	b, err := json.Marshal(e)
	if err != nil {
		return seal.Box{}, err
	}
	return k.For(keyring.Exclusion).SealPadded(b, casefile.ExclusionAD(k.Org, caseID)), nil
}

// resolve turns written names into people. A name that matches nobody or several is kept as
// written, and marks the exclusion as unsure.
func (h *house) resolve(k *keyring.Keys, e Exclusion) (Exclusion, error) {
	out := Exclusion{People: append([]string(nil), e.People...), Words: e.Words}
	for _, w := range e.Words {
		var hits []string
		for id := range h.people {
			v, err := h.name(k, id)
			if err != nil {
				return out, err
			}
			if fold(v.Name) == fold(w) {
				hits = append(hits, id)
			}
		}
		if len(hits) != 1 {
			out.Unsure = true
			continue
		}
		out.People = append(out.People, hits[0])
	}
	return out, nil
}

// fold makes names comparable: composed, case-folded, single spaces.
func fold(s string) string {
	return strings.Join(strings.Fields(cases.Fold().String(norm.NFC.String(s))), " ")
}

// admit gives who will really sit in the circle. Nothing goes through a function that an
// excluded person holds: its other holders come one by one. An unsure exclusion lets the
// security function alone in. If nobody is left, the recovery key holds the case.
func (h *house) admit(wanted []Member, e Exclusion) ([]Member, error) {
	if e.Unsure {
		wanted = h.securityOnly()
	}
	var out []Member
	seen := map[string]bool{}
	add := func(m Member) {
		if !seen[m.ID] {
			seen[m.ID] = true
			out = append(out, m)
		}
	}
	for _, m := range wanted {
		switch m.Kind {
		case casefile.ByPerson:
			if _, ok := h.people[m.ID]; !ok {
				return nil, fault.New(fault.Invalid, "member.unconfirmed")
			}
			if !e.Bars(m.ID) {
				add(m)
			}
		case casefile.ByFunction:
			f, ok := h.functions[m.ID]
			if !ok || !f.Enrolled() || len(h.holders[m.ID]) == 0 {
				continue // passed over: nobody is enrolled
			}
			if !h.barred(m.ID, e) {
				add(m)
				continue
			}
			for _, s := range h.holders[m.ID] {
				if !e.Bars(s.Person) {
					add(Member{Kind: casefile.ByPerson, ID: s.Person, Reason: m.Reason, Until: m.Until})
				}
			}
		default:
			return nil, fault.New(fault.Invalid, "field.choose")
		}
	}
	if len(out) == 0 {
		out = []Member{{Kind: casefile.ByRecovery, ID: "recovery"}}
	}
	return out, nil
}

func (h *house) barred(functionID string, e Exclusion) bool {
	for _, s := range h.holders[functionID] {
		if e.Bars(s.Person) {
			return true
		}
	}
	return false
}

func (h *house) securityOnly() []Member {
	var out []Member
	for id, f := range h.functions {
		if f.Kind == function.Security {
			out = append(out, Member{Kind: casefile.ByFunction, ID: id})
		}
	}
	sort.Slice(out, func(i, j int) bool { return out[i].ID < out[j].ID })
	return out
}

// openers counts the people who can open a circle; under two somebody must be told.
func (h *house) openers(members []Member) int {
	who := map[string]bool{}
	for _, m := range members {
		if m.Kind == casefile.ByPerson {
			who[m.ID] = true
		}
		for _, s := range h.holders[m.ID] {
			if s.WrapKind != function.Standby {
				who[s.Person] = true
			}
		}
	}
	return len(who)
}

// publicKey is what a place's wrap is made to.
func (h *house) publicKey(p casefile.Place) (seal.Public, bool) {
	switch p.Kind {
	case casefile.ByPerson:
		one, ok := h.people[p.Member]
		return one.PublicKey, ok
	case casefile.ByFunction:
		f, ok := h.functions[p.Member]
		return f.PublicKey, ok && f.Enrolled()
	case casefile.ByRecovery:
		return h.recovery.PublicKey, true
	}
	return seal.Public{}, false
}

// place makes the row of a member's seat, its reason sealed to the case.
func (d *Desk) place(c casefile.Case, by sealer, m Member, addedBy string) casefile.Place {
	p := casefile.Place{Org: c.Org, Authority: c.Authority, Case: c.ID, ID: ident.New(), Kind: m.Kind, Member: m.ID,
		AddedBy: addedBy, From: d.now(), Until: m.Until, Version: 1}
	if m.Reason != "" {
		p = by.cover.sealReason(by.key, p, m.Reason)
	}
	p.MAC = by.k.Vouch(p.Who())
	return p
}

// wrap makes a place's wrap of one version of the case's key.
func wrap(k *keyring.Keys, p casefile.Place, to seal.Public, seed []byte, version int64) (casefile.Wrap, error) {
	w := casefile.Wrap{Org: k.Org, Case: p.Case, Place: p.ID, KeyVersion: version, Kind: casefile.WrapPublic}
	var err error
	w.Wrap, err = k.Courier.Wrap(to, seed, w.AD())
	return w, err
}
