package registration

import (
	"varn/internal/kit/clock"
	"varn/internal/kit/seal"
)

// Registration (diariepost) is one entry of an authority's register as it is stored. Everything but
// Outside may be known: it reveals nothing.
type Registration struct {
	Org       string      `db:"org"`
	Authority string      `db:"authority"`
	ID        string      `db:"id"`
	Number    string      `db:"number"`
	Year      int64       `db:"year"`
	Serial    int64       `db:"serial"`
	Day       clock.Stamp `db:"day"`
	Direction string      `db:"direction"` // in or out
	Party     string      `db:"party"`     // from or to: a code
	Subject   string      `db:"subject"`   // a code
	Provision string      `db:"provision"` // a code
	Case      string      `db:"case_id"`
	// Outside is the number that the municipality's own register gave, sealed.
	Outside   seal.Box    `db:"outside"`
	Delivered clock.Stamp `db:"delivered"`
	Version   int64       `db:"version"`
	MAC       []byte      `db:"mac"`
}

// Who is what the entry's MAC covers. When it was delivered is not part of it.
func (r Registration) Who() seal.AD {
	return seal.Bind("registration", r.Org, r.Authority, r.ID, r.Number, r.Direction, r.Party, r.Subject, r.Provision, r.Case).
		With(r.Year, r.Serial, int64(r.Day), r.Outside.Bytes(), r.Version)
}

// OutsideAD binds the sealed outside number to its entry.
func (r Registration) OutsideAD() seal.AD {
	return seal.Bind("registration outside", r.Org, r.Authority, r.ID)
}

// RequestState tells how a request for a record stands.
type RequestState string

// The states of a request.
const (
	Asked    RequestState = "asked"
	Released RequestState = "released" // released whole
	Partly   RequestState = "partly"   // released in part
	Refused  RequestState = "refused"  // a decision that can be appealed
)

// RequestStates lists every state.
func RequestStates() []RequestState { return []RequestState{Asked, Released, Partly, Refused} }

// Request (begäran om handling) is the question to a circle whether a record can be released, with
// its clock. Who asked for the record is not kept. // TF 2:18
type Request struct {
	Org          string       `db:"org"`
	Authority    string       `db:"authority"`
	ID           string       `db:"id"`
	Registration string       `db:"registration"`
	Case         string       `db:"case_id"`
	AskedBy      string       `db:"asked_by"` // the registrar
	State        RequestState `db:"state"`
	Asked        clock.Stamp  `db:"asked"`
	Due          clock.Stamp  `db:"due"`
	Answered     clock.Stamp  `db:"answered"`
	AnsweredBy   string       `db:"answered_by"`
	Version      int64        `db:"version"`
	MAC          []byte       `db:"mac"`
}

// Who is what the request's MAC covers.
func (r Request) Who() seal.AD {
	return seal.Bind("record request", r.Org, r.Authority, r.ID, r.Registration, r.Case, r.AskedBy, string(r.State), r.AnsweredBy).
		With(int64(r.Asked), int64(r.Due), int64(r.Answered), r.Version)
}
