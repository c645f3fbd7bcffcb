// Package watch models the watch over the organisation's own sites: which sites, what was found on them, who
// mends it and until when, and when it is gone.
package watch

import (
	"slices"
	"time"

	"varn/internal/domain/audit"
	"varn/internal/domain/exposure"
	"varn/internal/kit/clock"
	"varn/internal/kit/code"
	"varn/internal/kit/fault"
	"varn/internal/kit/seal"
)

// The jobs of the watch. RunJob goes through a site, CheckJob looks at one finding again; their arguments are
// "site" and "why", and "finding".
const (
	RunJob   = "exposure.run"
	CheckJob = "exposure.check"
)

// State tells how far the work with a finding has come.
type State string

// The states of a finding.
const (
	Open     State = "open"     // nobody has said that they mend it
	Fixing   State = "fixing"   // somebody does
	Gone     State = "gone"     // a visit found it no longer
	Accepted State = "accepted" // it may stand, until a day
	Returned State = "returned" // it was gone or accepted, and is work again
)

// States lists every state in the order of pages.
func States() []State { return []State{Open, Returned, Fixing, Accepted, Gone} }

// Known tells whether s is one of the list.
func (s State) Known() bool { return slices.Contains(States(), s) }

// Waits tells whether somebody has to do something.
func (s State) Waits() bool { return s == Open || s == Returned || s == Fixing }

// Term is the text key of a state's name.
func (s State) Term() string { return code.Term("watch.state", s) }

// Finding (fynd) is a value that stands on one or more pages of a site, in the keeping of one unit. Of it
// a row tells kind, state and times; what was found lies sealed. The row says who is told and who mends it, so
// it carries a MAC and is logged.
type Finding struct {
	Org     string        `db:"org"`
	ID      string        `db:"id"`
	Site    string        `db:"site"`
	Unit    string        `db:"unit"`
	Tag     string        `db:"tag"` // of site, unit, kind and value
	Kind    exposure.Kind `db:"kind"`
	State   State         `db:"state"`
	Grave   bool          `db:"grave"`
	Owner   string        `db:"owner"` // a person's id; empty: nobody yet
	Due     clock.Stamp   `db:"due"`   // when it is to be gone
	First   clock.Stamp   `db:"first_seen"`
	Closed  clock.Stamp   `db:"closed"` // gone or accepted since; zero: it is work
	Until   clock.Stamp   `db:"until"`  // an acceptance's end
	Sealed  seal.Box      `db:"sealed"`
	Version int64         `db:"version"`
	Changed clock.Stamp   `db:"changed"`
	MAC     []byte        `db:"mac"`
}

// Who is what the MAC covers: all of it but the box, which is bound to the row.
func (f Finding) Who() seal.AD {
	return seal.Bind("exposure finding", f.Org, f.ID, f.Site, f.Unit, f.Tag, string(f.Kind), string(f.State), f.Owner).
		With(f.Grave, int64(f.Due), int64(f.First), int64(f.Closed), int64(f.Until), f.Version, int64(f.Changed))
}

// AD binds the box to its row.
func (f Finding) AD() seal.AD { return seal.Bind("exposure detail", f.Org, f.ID) }

// Row is what the log remembers.
func (f Finding) Row() audit.Row {
	return audit.Row{Kind: "exposure_finding", ID: f.ID, Hash: f.Who().Hash()}
}

// Late tells whether the day that was set has passed.
func (f Finding) Late(at clock.Stamp) bool { return f.State.Waits() && f.Due != 0 && f.Due < at }

// Detail is the sealed part of a finding.
type Detail struct {
	Value      string  `json:"value"`
	Masked     string  `json:"masked"`
	Rule       string  `json:"rule"`
	Confidence float64 `json:"confidence"`
	Listed     bool    `json:"listed,omitempty"`
	Ref        string  `json:"ref,omitempty"` // whose, of the list
	Title      string  `json:"title,omitempty"`
	Why        string  `json:"why,omitempty"` // why it is accepted
	By         string  `json:"by,omitempty"`  // who accepted it
	History    []Event `json:"history"`
}

// maxHistory bounds what is kept of a finding's history; the first event is never dropped.
const maxHistory = 200

// Add puts an event into the history.
func (d *Detail) Add(e Event) {
	if len(d.History) >= maxHistory {
		d.History = slices.Delete(d.History, 1, 2)
	}
	d.History = append(d.History, e)
}

// Event (händelse) is something that happened with a finding.
type Event struct {
	At   clock.Stamp `json:"at"`
	By   string      `json:"by,omitempty"` // a person's id; empty: the watch itself
	Act  Act         `json:"act"`
	Note string      `json:"note,omitempty"`
}

// Act is what happened.
type Act string

// What can happen with a finding.
const (
	Found     Act = "found"
	Begun     Act = "begun"
	WentAway  Act = "gone"
	CameBack  Act = "returned"
	Allowed   Act = "accepted"
	RanOut    Act = "ran_out" // the acceptance's time is out
	Given     Act = "given"   // another owner
	Dated     Act = "dated"   // another day
	StillHere Act = "still"   // looked at again, and there
	Unseen    Act = "unseen"  // looked at again, and the page could not be read
	Noted     Act = "noted"
	Moved     Act = "moved" // another unit
)

// Acts lists every act.
func Acts() []Act {
	return []Act{Found, Begun, WentAway, CameBack, Allowed, RanOut, Given, Dated, StillHere, Unseen, Noted, Moved}
}

// Term is the text key of an act's name.
func (a Act) Term() string { return code.Term("watch.act", a) }

// Place (plats) is one page that a finding stands on.
type Place struct {
	Org     string      `db:"org"`
	ID      string      `db:"id"`
	Finding string      `db:"finding"`
	Page    string      `db:"page"`
	First   clock.Stamp `db:"first_seen"`
	Sealed  seal.Box    `db:"sealed"`
}

// AD binds the box to its row.
func (p Place) AD() seal.AD { return seal.Bind("exposure place", p.Org, p.ID, p.Finding) }

// Spot is the sealed part of a place.
type Spot struct {
	Context string `json:"context"`
	Masked  string `json:"masked"`          // Context with every finding in it masked
	Where   string `json:"where,omitempty"` // text, comment, metadata…: extract.Place
	Sheet   int    `json:"sheet,omitempty"` // page of a document, from 1
	Count   int    `json:"count,omitempty"` // how often it stands there
}

// Grave kinds are to be gone sooner: what leads to a person's door, or opens it.
func Grave(k exposure.Kind, listed bool) bool {
	switch k {
	case exposure.Personnummer, exposure.CoordinationNumber, exposure.ChildSchool, exposure.SignatureImage, exposure.BankAccount:
		return true
	}
	return listed
}

// Days are how many days findings are given. They are the organisation's own choice, and no law's.
type Days struct {
	V      int `json:"v"`
	Grave  int `json:"grave"`
	Normal int `json:"normal"`
}

// DefaultDays are what an organisation that has set nothing has.
func DefaultDays() Days { return Days{V: 1, Grave: 7, Normal: 30} }

// Due is when a finding that is seen now is to be gone: the end of a day.
func (d Days) Due(grave bool, from clock.Stamp) clock.Stamp {
	n := d.Normal
	if grave {
		n = d.Grave
	}
	return from.Add(time.Duration(n) * 24 * time.Hour)
}

// Check tells what must be mended in the days.
func (d Days) Check() error {
	var bad []fault.Field
	for name, n := range map[string]int{"grave": d.Grave, "normal": d.Normal} {
		if n < 1 || n > 365 {
			bad = append(bad, fault.Field{Name: name, Code: "watch.days-bad"})
		}
	}
	return fault.Form(bad)
}
