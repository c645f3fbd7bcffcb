package casefile

import (
	"varn/internal/kit/clock"
	"varn/internal/kit/fault"
	"varn/internal/kit/ident"
)

// MaxTask is the longest title of a task, in characters.
const MaxTask = 300

// Task (uppgift) is something that somebody is to do in a case; it lies sealed there, and its
// times stand in a deadline.
type Task struct {
	Title  string      `json:"title"`
	Owner  string      `json:"owner"` // a person's id
	Due    clock.Stamp `json:"due,omitempty"`
	Done   clock.Stamp `json:"done,omitempty"`
	DoneBy string      `json:"done_by,omitempty"`
}

// Check tells what must be mended in a task.
func (t Task) Check(now clock.Stamp) error {
	bad := mended(CheckText("title", t.Title, MaxTask))
	if !ident.Valid(t.Owner) {
		bad = append(bad, fault.Field{Name: "owner", Code: "field.choose"})
	}
	if t.Due != 0 && (t.Due < now.Add(-MaxAhead) || t.Due > now.Add(MaxAhead)) {
		bad = append(bad, fault.Field{Name: "due", Code: "lifecycle.date"})
	}
	return fault.Form(bad)
}

// mended are the fields of an error that a check gave.
func mended(err error) []fault.Field {
	if err == nil {
		return nil
	}
	return fault.Of(err).Fields
}
