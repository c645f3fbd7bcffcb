package casefile

import (
	"varn/internal/kit/clock"
	"varn/internal/kit/seal"
)

// Deadline (frist) is what must be done in a case by when: a code and times. Its text, if any, lies
// sealed in the case under the same id.
type Deadline struct {
	Org       string      `db:"org"`
	Case      string      `db:"case_id"`
	ID        string      `db:"id"`
	Kind      string      `db:"kind"`   // a DeadlineKind
	Person    string      `db:"person"` // whose it is; empty: the circle's
	Due       clock.Stamp `db:"due"`
	Started   clock.Stamp `db:"started"` // of an obligation's clock: the rule of that moment decides; else 0
	Reminded  clock.Stamp `db:"reminded"`
	Escalated clock.Stamp `db:"escalated"`
	Done      clock.Stamp `db:"done"`
}

// ReferralState tells how a referral stands.
type ReferralState string

// The states of a referral.
const (
	Offered  ReferralState = "offered"
	Accepted ReferralState = "accepted"
	Declined ReferralState = "declined"
)

// Referral (överlämning) hands a case to another function. Whoever gave it stays responsible until
// it is accepted.
type Referral struct {
	Org       string        `db:"org"`
	Case      string        `db:"case_id"`
	ID        string        `db:"id"`
	Giver     string        `db:"giver"`    // the function or person that answers for the case
	Receiver  string        `db:"receiver"` // a function
	GivenBy   string        `db:"given_by"`
	State     ReferralState `db:"state"`
	Given     clock.Stamp   `db:"given"`
	Decided   clock.Stamp   `db:"decided"`
	DecidedBy string        `db:"decided_by"`
	Version   int64         `db:"version"`
	MAC       []byte        `db:"mac"`
}

// Who is what the referral's MAC covers.
func (r Referral) Who() seal.AD {
	return seal.Bind("referral", r.Org, r.Case, r.ID, r.Giver, r.Receiver, r.GivenBy, string(r.State), r.DecidedBy).
		With(int64(r.Given), int64(r.Decided), r.Version)
}

// Relation (samband) joins two cases.
type Relation struct {
	Org     string      `db:"org"`
	Case    string      `db:"case_id"`
	Other   string      `db:"other"`
	Kind    string      `db:"kind"` // related, or duplicate: Case was merged into Other
	Created clock.Stamp `db:"created"`
}
