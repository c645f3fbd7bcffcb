package casefile

import "varn/internal/kit/code"

// Status (läge för den som rapporterat) is what the reporter is told of a case, truly and in plain
// words.
type Status string

// The statuses.
const (
	Unopened   Status = "UNOPENED" // nobody has opened it: the page gives a number to ring
	Seen       Status = "SEEN"     // opened, and nobody has taken it
	Taken      Status = "TAKEN"
	Judged     Status = "ASSESSED"
	Working    Status = "WORKING"
	Following  Status = "FOLLOW_UP"
	Ended      Status = "CLOSED"
	TakenAgain Status = "REOPENED"
)

// Statuses lists every status in the order of the life-cycle.
func Statuses() []Status {
	return []Status{Unopened, Seen, Taken, Judged, Working, Following, Ended, TakenAgain}
}

// Term is the key of the status's text; with "-text" what happens next.
func (s Status) Term() string { return code.Term("lifecycle.status", s) }

// Status is how the case stands for whoever reported it.
func (c Case) Status() Status {
	switch c.State {
	case Received, Open:
		return Taken
	case Assessed:
		return Judged
	case Measures:
		return Working
	case FollowUp:
		return Following
	case Closed:
		return Ended
	case Reopened:
		return TakenAgain
	}
	if c.Met != 0 {
		return Seen
	}
	return Unopened
}

// CanWithdraw tells whether the reporter may take the report back: it is then for the circle to
// close it, since some duties wait for nobody (AML 3:3 a).
func (c Case) CanWithdraw() bool { return c.State.Active() }
