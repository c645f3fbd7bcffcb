package watch

import (
	"time"

	"varn/internal/domain/exposure"
	"varn/internal/kit/clock"
	"varn/internal/kit/code"
	"varn/internal/kit/seal"
)

// Standing tells how a page answered when it was last asked for.
type Standing string

// The standings of a page.
const (
	Waiting Standing = "waiting" // known, and not yet visited
	Read    Standing = "read"
	Away    Standing = "away"    // it is no more: 404 or 410, or it leads elsewhere
	Failed  Standing = "failed"  // it could not be had; what stood there may still stand there
	Skipped Standing = "skipped" // it holds nothing that is read: a stylesheet, a film
	Barred  Standing = "barred"  // robots.txt asks not to
)

// Standings lists every standing.
func Standings() []Standing { return []Standing{Waiting, Read, Away, Failed, Skipped, Barred} }

// Term is the text key of a standing's name.
func (s Standing) Term() string { return code.Term("watch.standing", s) }

// Page (sida) is what is kept of one address, so that it is not read again before it has changed.
type Page struct {
	Org      string      `db:"org"`
	ID       string      `db:"id"`
	Site     string      `db:"site"`
	Tag      string      `db:"tag"` // of site and address
	Standing Standing    `db:"standing"`
	Seen     clock.Stamp `db:"seen"`    // last asked for
	Content  string      `db:"content"` // tag of what stood there, and of what it was searched with
	Misses   int64       `db:"misses"`  // failures in a row
	Sealed   seal.Box    `db:"sealed"`
}

// AD binds the box to its row.
func (p Page) AD() seal.AD { return seal.Bind("exposure page", p.Org, p.ID, p.Site) }

// Sheet is the sealed part of a page.
type Sheet struct {
	URL      string   `json:"url"`
	Title    string   `json:"title,omitempty"`
	ETag     string   `json:"etag,omitempty"`
	Modified string   `json:"modified,omitempty"`
	Type     string   `json:"type,omitempty"`
	Edition  string   `json:"edition,omitempty"` // tag of what it was searched with
	Depth    int      `json:"depth,omitempty"`
	Unread   []string `json:"unread,omitempty"` // what could not be read in it: never called clean
}

// Ending tells how a run ended.
type Ending string

// The endings of a run.
const (
	Running     Ending = "running"
	Done        Ending = "done"
	Forbidden   Ending = "forbidden"   // robots.txt asks all to stay away
	NoRobots    Ending = "no_robots"   // robots.txt could not be read: then nothing is visited
	NoAnswer    Ending = "no_answer"   // the start page does not answer
	Elsewhere   Ending = "elsewhere"   // the start page leads to a host that was not entered
	Refused     Ending = "refused"     // the name leads to an address that is not on the open net
	Bounded     Ending = "bounded"     // a bound of pages, bytes or time ended it; the next run goes on
	Interrupted Ending = "interrupted" // the program stopped; the run goes on when it starts
)

// Endings lists every ending.
func Endings() []Ending {
	return []Ending{Running, Done, Bounded, Forbidden, NoRobots, NoAnswer, Elsewhere, Refused, Interrupted}
}

// Term is the text key of an ending's name.
func (e Ending) Term() string { return code.Term("watch.run", e) }

// Well tells whether the site was gone through, wholly or as far as the bounds let.
func (e Ending) Well() bool { return e == Done || e == Bounded }

// Run (genomgång) is one visit to a site: times, an ending and counts, and nothing of what was seen.
type Run struct {
	Org     string      `db:"org"`
	ID      string      `db:"id"`
	Site    string      `db:"site"`
	Ending  Ending      `db:"ending"`
	Pressed bool        `db:"pressed"` // somebody asked for it
	Started clock.Stamp `db:"started"`
	Ended   clock.Stamp `db:"ended"`
	Pages   int64       `db:"pages"`  // answered
	Fresh   int64       `db:"fresh"`  // of them new or changed
	Missed  int64       `db:"missed"` // could not be had
	Barred  int64       `db:"barred"` // robots.txt asked not to
	Unread  int64       `db:"unread"` // hold something that could not be read
	Traps   int64       `db:"traps"`  // addresses without end that were not followed
	Found   int64       `db:"found"`
	Gone    int64       `db:"gone"`
}

// Week is what was found and what was closed of one kind in one week, for one unit: counts alone.
type Week struct {
	Org    string        `db:"org"`
	Monday clock.Stamp   `db:"monday"`
	Unit   string        `db:"unit"`
	Kind   exposure.Kind `db:"kind"`
	Opened int64         `db:"opened"`
	Closed int64         `db:"closed"`
}

// Monday is the beginning of a moment's week, in a time zone.
func Monday(at clock.Stamp, zone *time.Location) clock.Stamp {
	t := at.Time().In(zone)
	days := (int(t.Weekday()) + 6) % 7
	return clock.Of(time.Date(t.Year(), t.Month(), t.Day()-days, 0, 0, 0, 0, zone))
}
