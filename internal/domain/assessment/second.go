package assessment

import (
	"slices"

	"varn/internal/kit/clock"
	"varn/internal/kit/fault"
)

// Settlement (avstämning) is what came of an assessment that needed a second: the level that holds,
// and why. Both assessors must have said the same; without a second, one gives the reason.
type Settlement struct {
	Author string      `json:"author"`
	Of     string      `json:"of"` // the first assessment
	Level  Level       `json:"level"`
	Reason string      `json:"reason"`
	Alone  bool        `json:"alone,omitempty"` // there was no second assessor, for this reason
	At     clock.Stamp `json:"at"`
}

// Phase is where the case's newest assessment stands.
type Phase string

// The phases.
const (
	None     Phase = "none"
	Waiting  Phase = "waiting"  // for a second who has not seen the first
	Settling Phase = "settling" // both are done: the difference is to be settled
	Settled  Phase = "settled"
)

// Standing is how the finished assessments of a case stand.
type Standing struct {
	Phase Phase
	// First and Second are the assessments of the newest round; Second is nil when none was needed,
	// none was found or it is waited for.
	First, Second *Assessment
	// Proposed is what one of the two has said and the other has not agreed to.
	Proposed *Settlement
	// Level holds when the phase is Settled; Final is what it was settled by, nil when one assessed.
	Level Level
	Final *Settlement
}

// Stand reads where a case stands from its finished assessments and its settlements, both the oldest first.
func Stand(done []Assessment, said []Settlement) Standing {
	out := Standing{Phase: None}
	for _, a := range done {
		if a.Second == "" {
			out = Standing{First: &a, Phase: Settled, Level: a.Level}
			if a.Level.NeedsSecond() {
				out.Phase, out.Level = Waiting, ""
			}
			continue
		}
		if out.First != nil && out.First.ID == a.Second {
			out.Second, out.Phase = &a, Settling
		}
	}
	for _, s := range said {
		if out.First == nil || s.Of != out.First.ID {
			continue
		}
		out.hear(s)
	}
	return out
}

// hear takes a settlement into account: two who say the same have settled it.
func (s *Standing) hear(said Settlement) {
	switch {
	case s.Phase == Waiting && said.Alone,
		s.Phase == Settling && s.Proposed != nil && s.Proposed.Author != said.Author && s.Proposed.Level == said.Level:
		s.Phase, s.Level, s.Final = Settled, said.Level, &said
	case s.Phase == Settling:
		s.Proposed = &said
	}
}

// Blind tells whether a person may not see an assessment: a draft is its author's alone, and a first
// that waits for its second is kept from everybody who has not chosen to read it.
func (s Standing) Blind(a Assessment, person string, read []string) bool {
	if a.Author == person {
		return false
	}
	if !a.Done() {
		return true
	}
	return s.Phase == Waiting && s.First.ID == a.ID && !slices.Contains(read, person)
}

// MayFinish tells whether a person may finish an assessment now, and of which one it is the second;
// empty: of none. Whoever has seen the first can't be the second.
func (s Standing) MayFinish(person string, read []string) (second string, err error) {
	switch s.Phase {
	case Waiting:
		switch {
		case s.First.Author == person:
			return "", fault.New(fault.Conflict, "assess.wait-second")
		case slices.Contains(read, person):
			return "", fault.New(fault.Conflict, "assess.not-blind")
		}
		return s.First.ID, nil
	case Settling:
		return "", fault.New(fault.Conflict, "assess.settle-first")
	}
	return "", nil
}

// MaySettle tells whether a person may say which level holds: one of the two who assessed.
func (s Standing) MaySettle(person string) error {
	switch {
	case s.Phase != Settling:
		return fault.New(fault.Conflict, "assess.nothing-to-settle")
	case person != s.First.Author && person != s.Second.Author:
		return fault.New(fault.Denied, "assess.not-assessor")
	}
	return nil
}
