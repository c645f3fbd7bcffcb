package obligation

import (
	"varn/internal/kit/clock"
	"varn/internal/kit/code"
)

// Answer is what somebody says of an obligation in a case.
type Answer string

// The answers.
const (
	Begun   Answer = "begun"   // it holds here: the clock starts
	Done    Answer = "done"    // it is done
	Stopped Answer = "stopped" // it need not be done, with the reason
)

// Answers lists every answer.
func Answers() []Answer { return []Answer{Begun, Done, Stopped} }

// Term is the key of its label.
func (a Answer) Term() string { return code.Term("obligation.answer", a) }

// Said is the last answer to an obligation in a case.
type Said struct {
	Answer Answer
	By     string // a person's name or id
	At     clock.Stamp
	Reason string
}

// Running is a clock of an obligation in a case.
type Running struct{ Started, Due, Done clock.Stamp }

// Standing is how an obligation stands in a case.
type Standing string

// The standings, the one that asks most of the circle first.
const (
	Late    Standing = "late"
	Waits   Standing = "waits"  // with a clock
	Listed  Standing = "listed" // without
	Met     Standing = "met"
	Ended   Standing = "ended" // stopped, with its reason
	Offered Standing = "offered"
)

// Owed is an obligation as it stands in a case.
type Owed struct {
	Obligation
	Standing Standing
	Clock    Running
	Said     Said
	Here     Version // what the organisation has decided; the zero version: nothing
}

// Open tells whether something is left to do.
func (o Owed) Open() bool { return o.Standing == Late || o.Standing == Waits || o.Standing == Listed }

// Known is what a case holds of its obligations.
type Known struct {
	Facts  Facts
	Rules  map[Code]Rules
	Clocks map[Code]Running
	Said   map[Code]Said
	Opened clock.Stamp
}

// Owing gives every obligation as it stands in a case: those it brings, then those that somebody can say
// hold here too.
func Owing(k Known, now clock.Stamp) []Owed {
	var owed, offered []Owed
	for _, o := range All() {
		one := Owed{Obligation: o, Clock: k.Clocks[o.Code], Said: k.Said[o.Code]}
		start := k.Opened
		if one.Clock.Started != 0 {
			start = one.Clock.Started
		}
		one.Here, _ = k.Rules[o.Code].At(start)
		one.Standing = one.stands(o.In(k.Facts), now)
		if one.Standing == Offered {
			offered = append(offered, one)
			continue
		}
		owed = append(owed, one)
	}
	return append(owed, offered...)
}

func (o Owed) stands(brought bool, now clock.Stamp) Standing {
	running := o.Clock.Due != 0 && o.Clock.Done == 0
	switch {
	case running && o.Clock.Due <= now:
		return Late
	case running:
		return Waits
	case o.Said.Answer == Stopped:
		return Ended
	case o.Said.Answer == Done, o.Clock.Due != 0:
		return Met
	case brought || o.Said.Answer == Begun:
		return Listed
	}
	return Offered
}
