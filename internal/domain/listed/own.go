package listed

import (
	"slices"
	"time"

	"varn/internal/domain/exposure"
	"varn/internal/kit/clock"
	"varn/internal/kit/code"
	"varn/internal/kit/fault"
	"varn/internal/kit/seal"
)

// OwnRow is what somebody looks for of themselves as it is stored: sealed to them alone.
type OwnRow struct {
	Org     string      `db:"org"`
	Person  string      `db:"person"`
	Box     seal.Box    `db:"box"`
	Changed clock.Stamp `db:"changed"`
	Version int64       `db:"version"`
}

// AD binds the box to its row.
func (r OwnRow) AD() seal.AD { return seal.Bind("own exposure", r.Org, r.Person).With(r.Version) }

// Own is what somebody looks for of themselves, and how it stands with the services outside.
type Own struct {
	Facts    Facts              `json:"facts"`
	Services map[Service]Record `json:"services,omitempty"`
}

// Service (söktjänst) is an outside people-search service. Nothing is ever asked of it by Värn.
type Service string

// The services.
const (
	Hitta     Service = "HITTA"
	Eniro     Service = "ENIRO"
	Merinfo   Service = "MERINFO"
	Ratsit    Service = "RATSIT"
	MrKoll    Service = "MRKOLL"
	Birthday  Service = "BIRTHDAY"
	Upplysn   Service = "UPPLYSNING"
	Search    Service = "SEARCH"    // what search engines show
	Community Service = "COMMUNITY" // associations, clubs and others of one's own
)

// Services lists every service in the order of the page.
func Services() []Service {
	return []Service{Hitta, Eniro, Merinfo, Ratsit, MrKoll, Birthday, Upplysn, Search, Community}
}

// Term is the key of its name; with "-text" it says how to have oneself hidden or removed.
func (s Service) Term() string { return code.Term("own.service", s) }

// Address is the service's own, for the reader to visit; empty when there is no one address.
func (s Service) Address() string {
	return map[Service]string{Hitta: "hitta.se", Eniro: "eniro.se", Merinfo: "merinfo.se", Ratsit: "ratsit.se", MrKoll: "mrkoll.se", Birthday: "birthday.se",
		Upplysn: "upplysning.se"}[s]
}

// Standing is how it stands with a service.
type Standing string

// The standings.
const (
	NotThere Standing = "NOT_THERE"
	Asked    Standing = "ASKED"
	Hidden   Standing = "HIDDEN"
	Refused  Standing = "REFUSED"
)

// Standings lists every standing.
func Standings() []Standing { return []Standing{NotThere, Asked, Hidden, Refused} }

// Term is the key of its label.
func (s Standing) Term() string { return code.Term("own.standing", s) }

// Terms are the keys of every text of the package.
func Terms() []string {
	out := code.Terms("own.service", Services())
	for _, s := range Services() {
		out = append(out, s.Term()+"-text")
	}
	return append(out, code.Terms("own.standing", Standings())...)
}

// Record is what somebody noted of a service, and the day they did.
type Record struct {
	Standing Standing `json:"standing"`
	Day      string   `json:"day"` // 2006-01-02
}

// Note takes what is noted now: the day changes with the standing only.
func (o *Own) Note(now map[Service]Standing, day time.Time) {
	next := map[Service]Record{}
	for s, standing := range now {
		switch was := o.Services[s]; {
		case standing == "" || !slices.Contains(Standings(), standing) || !slices.Contains(Services(), s):
		case was.Standing == standing:
			next[s] = was
		default:
			next[s] = Record{standing, day.Format(time.DateOnly)}
		}
	}
	o.Services = next
}

// SearchState tells how far a search of one's own has come.
type SearchState string

// The states of a search.
const (
	Waiting SearchState = "waiting"
	Done    SearchState = "done"
	Broken  SearchState = "broken"
)

// SearchRow is a search of one's own.
type SearchRow struct {
	Org    string      `db:"org"`
	Person string      `db:"person"`
	ID     string      `db:"id"`
	State  SearchState `db:"state"`
	Asked  clock.Stamp `db:"asked"`
	Ended  clock.Stamp `db:"ended"`
	Sealed seal.Box    `db:"sealed"` // tokens, under the organisation's key, while it waits
	Wrap   seal.Box    `db:"wrap"`   // the result's key, to whoever asked
	Box    seal.Box    `db:"box"`
}

// AD binds the tokens to their search, ResultAD what came of it.
func (r SearchRow) AD() seal.AD { return seal.Bind("own search", r.Org, r.Person) }

// ResultAD binds what a search gave to it.
func (r SearchRow) ResultAD() seal.AD { return seal.Bind("own result", r.Org, r.Person, r.ID) }

// MostMentions bounds what one search gives.
const MostMentions = 500

// Result is what a search gave: where, and what was looked through.
type Result struct {
	Sites, Pages, Unread, Missed int
	Mentions                     []Mention
	Cut                          bool // there was more than MostMentions
}

// Mention is a place on one of the organisation's own pages.
type Mention struct {
	Site, URL, Title string
	Kind             exposure.Kind
	Value, Context   string
}

// CheckSearch refuses to look for nothing.
func (f Facts) CheckSearch() error {
	if f.Empty() {
		return fault.In("names", "listed.nothing")
	}
	return nil
}
