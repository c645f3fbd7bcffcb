package mailbox

import (
	"varn/internal/domain/audit"
	"varn/internal/kit/clock"
	"varn/internal/kit/seal"
)

// Duty is what somebody reads a mailbox for.
type Duty string

// The duties. A trusted reader sees what is flagged before its owner does.
const (
	Assists Duty = "assists" // reads and answers, as a party's secretary does
	Trusted Duty = "trusted"
)

// Delegate (ombud) may read a mailbox by its owner's consent. What came before opens to them only if
// its owner hands it over.
type Delegate struct {
	Org     string      `db:"org"`
	Mailbox string      `db:"mailbox"`
	ID      string      `db:"id"`
	Person  string      `db:"person"`
	Duty    Duty        `db:"duty"`
	By      string      `db:"consent_by"`
	From    clock.Stamp `db:"from_at"`
	Ended   clock.Stamp `db:"ended"`
	Version int64       `db:"version"`
	MAC     []byte      `db:"mac"`
}

// Who is what the row's MAC covers.
func (d Delegate) Who() seal.AD {
	return seal.Bind("delegate", d.Org, d.Mailbox, d.ID, d.Person, string(d.Duty), d.By).With(int64(d.From), int64(d.Ended), d.Version)
}

// Row is what the log remembers.
func (d Delegate) Row() audit.Row { return audit.Row{Kind: "delegate", ID: d.ID, Hash: d.Who().Hash()} }

// Holds tells whether the consent stands at a moment.
func (d Delegate) Holds(at clock.Stamp) bool { return d.From <= at && d.Ended == 0 }
