package casefile

import (
	"slices"
	"strings"

	"varn/internal/kit/code"
)

// The states of the life-cycle. Open, of a case that was made by hand, stands where Received does.
const (
	New      State = "new"
	Received State = "received"
	Assessed State = "assessed"
	Measures State = "measures"
	FollowUp State = "follow_up"
	Reopened State = "reopened"
)

// States lists the states in the order of the life-cycle.
func States() []State {
	return []State{New, Received, Assessed, Measures, FollowUp, Closed, Reopened}
}

// Term is the key of the state's label.
func (s State) Term() string { return code.Term("lifecycle.state", s) }

// Known tells whether a row can carry the state.
func (s State) Known() bool { return s == Open || slices.Contains(States(), s) }

// Active tells whether somebody has to do something: it is not closed.
func (s State) Active() bool { return s.Known() && s != Closed }

// ParseState reads a state as the API spells it, in capitals or not.
func ParseState(raw string) (State, bool) {
	s := State(strings.ToLower(strings.TrimSpace(raw)))
	return s, s.Known()
}

// Part (del i ärendet) is what somebody is to a case, beside sitting in its circle.
type Part string

// The parts. Whoever answers or handles also sits in the circle.
const (
	Sitting   Part = "sitting"   // a member of the circle
	Handling  Part = "handling"  // the person who took it
	Answering Part = "answering" // holds the function that answers for it, or is that person
)

// Transition is a row of the life-cycle: one step, who may take it and what it needs.
type Transition struct {
	From, To State
	// By: one of these parts is enough.
	By []Part
	// Reason and Outcome must be given; Second: another than the one who asked, where the unit has
	// decided so.
	Reason, Outcome, Second bool
}

// Transitions is the life-cycle.
func Transitions() []Transition {
	everyone := []Part{Sitting, Handling, Answering}
	own := []Part{Handling, Answering}
	step := func(from, to State, by []Part) Transition { return Transition{From: from, To: to, By: by} }
	end := func(from State) Transition {
		return Transition{From: from, To: Closed, By: own, Reason: true, Outcome: true, Second: true}
	}
	return []Transition{
		step(New, Received, everyone), end(New),
		step(Received, Assessed, own), end(Received),
		step(Assessed, Measures, own), step(Assessed, FollowUp, own), end(Assessed),
		step(Measures, FollowUp, own), step(Measures, Assessed, own), end(Measures),
		step(FollowUp, Measures, own), step(FollowUp, Assessed, own), end(FollowUp),
		{From: Closed, To: Reopened, By: everyone, Reason: true},
		step(Reopened, Assessed, own), step(Reopened, Measures, own), step(Reopened, FollowUp, own), end(Reopened),
	}
}

// Next lists the states that a case can go to.
func Next(from State) []State {
	var out []State
	for _, t := range Transitions() {
		if t.From == standing(from) {
			out = append(out, t.To)
		}
	}
	return out
}

// Step finds a row of the life-cycle.
func Step(from, to State) (Transition, bool) {
	i := slices.IndexFunc(Transitions(), func(t Transition) bool { return t.From == standing(from) && t.To == to })
	if i < 0 {
		return Transition{}, false
	}
	return Transitions()[i], true
}

func standing(s State) State {
	if s == Open {
		return Received
	}
	return s
}
