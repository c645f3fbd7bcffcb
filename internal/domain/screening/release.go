package screening

import (
	"varn/internal/kit/clock"
	"varn/internal/kit/seal"
)

// Example is a letter that its owner has released for training: what it says, and what they hold it for.
type Example struct {
	Org     string      `db:"org"`
	ID      string      `db:"id"`
	Person  string      `db:"person"`
	Letter  string      `db:"letter"`
	Sealed  seal.Box    `db:"sealed"`
	Created clock.Stamp `db:"created"`
}

// AD binds the sealed text to its row.
func (e Example) AD() seal.AD { return seal.Bind("screening example", e.Org, e.ID, e.Letter) }

// Judged is what lies sealed of an example. No kinds: it ought to pass.
type Judged struct {
	Text  string `json:"text"`
	Kinds []Kind `json:"kinds"`
}

// Own are the weights of an organisation, sealed: they can betray words of what they were made of.
type Own struct {
	Org      string      `db:"org"`
	ID       string      `db:"id"`
	Sealed   seal.Box    `db:"sealed"`
	Examples int64       `db:"examples"`
	Made     clock.Stamp `db:"made"`
}

// AD binds the weights to their organisation.
func (o Own) AD() seal.AD { return seal.Bind("screening weights", o.Org, o.ID) }

// MostExampleText is how much of a letter is kept as an example, in bytes.
const MostExampleText = 20_000
