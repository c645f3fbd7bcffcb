package casefile

import (
	"encoding/json"

	"varn/internal/domain/routing"
	"varn/internal/kit/clock"
)

// The kinds of item that the main flow adds.
const (
	Report     ItemKind = "report"     // what was told: Told
	Note       ItemKind = "note"       // among the circle alone: Text
	TaskItem   ItemKind = "task"       // Assignment; the newest of an id holds
	Change     ItemKind = "change"     // before and after of a field: Changed
	Tracked    ItemKind = "tracked"    // Reported
	Reference  ItemKind = "reference"  // OutsideReference
	Objection  ItemKind = "objection"  // the reporter objects to a view: Text
	Withdrawal ItemKind = "withdrawal" // the reporter takes the report back: Text
)

// Told (rapporten som den togs emot) is the sealed content of a report item, in the one view.
type Told struct {
	Author string          `json:"author,omitempty"` // person id of a signed-in reporter who gave their name
	Report json.RawMessage `json:"report"`           // incident.Encode
	// Rule, Steps and Law say why it was sent where it was.
	Rule  routing.RuleID `json:"rule,omitempty"`
	Steps []routing.Step `json:"steps,omitempty"`
	Law   []string       `json:"law,omitempty"`
}

// Assignment is a task with its id: each item says how it stands from then on.
type Assignment struct {
	ID     string `json:"id"`
	Author string `json:"author"`
	Task
}

// Changed (ändring) is a field of the case before and after, who changed it, and why.
type Changed struct {
	Author string      `json:"author"`
	Field  string      `json:"field"`
	Before string      `json:"before,omitempty"`
	After  string      `json:"after,omitempty"`
	Reason string      `json:"reason,omitempty"`
	At     clock.Stamp `json:"at,omitempty"`
}

// Line is the sealed content of an item that carries a line of the tracker or a reference, with its
// author.
type Line[T any] struct {
	Author string `json:"author"`
	Line   T      `json:"line"`
}
