package casework

import (
	"context"
	"encoding/json"
	"strings"

	"varn/internal/domain/access"
	"varn/internal/domain/audit"
	"varn/internal/domain/casefile"
	"varn/internal/infra/store"
	"varn/internal/kit/fault"
	"varn/internal/kit/ident"
)

// PutTask gives somebody of the circle something to do, or says anew how it stands. An empty id is a
// new task; its text lies sealed, its time stands in a deadline.
func (d *Desk) PutTask(ctx context.Context, s *access.Session, ref, id string, task casefile.Task) (string, error) {
	task.Title = strings.TrimSpace(task.Title)
	if err := task.Check(d.now()); err != nil {
		return "", err
	}
	if id == "" {
		id = ident.New()
	} else if !ident.Valid(id) {
		return "", fault.New(fault.NotFound, "fault.not-found")
	}
	_, err := d.alter(ctx, s, ref, func(v *visit) (adding, error) {
		if v.c.State == casefile.Closed {
			return adding{}, fault.New(fault.Conflict, "case.closed")
		}
		t, err := d.town(ctx, v.k)
		if err != nil {
			return adding{}, err
		}
		if !v.seated(t.house, task.Owner, d) {
			return adding{}, fault.In("owner", "lifecycle.owner")
		}
		if task.Done != 0 {
			task.Done, task.DoneBy = d.now(), s.Person
		}
		body, err := json.Marshal(casefile.Assignment{ID: id, Author: s.Person, Task: task})
		one := sealed{kind: casefile.TaskItem, body: body, with: func(tx *store.Tx, _ casefile.Item) error {
			if task.Owner == s.Person || task.Done != 0 {
				return nil
			}
			return d.notify(tx, task.Owner, "case.task", v.c.Ref)
		}}
		return adding{in: []sealed{one}, act: "case.task", move: func(tx *store.Tx, c *casefile.Case) ([]audit.Row, error) {
			due := task.Due
			if due == 0 {
				due = casefile.Someday
			}
			return nil, tx.PutDeadline(casefile.Deadline{Case: c.ID, ID: id, Kind: string(casefile.TaskDue), Person: task.Owner, Due: due, Done: task.Done})
		}}, err
	})
	return id, err
}

// FinishTask notes that a task is done.
func (d *Desk) FinishTask(ctx context.Context, s *access.Session, ref, id string) error {
	c, err := d.ReadCase(ctx, s, ref)
	if err != nil {
		return err
	}
	for _, t := range c.Tasks() {
		if t.ID == id && t.Done == 0 {
			task := t.Task
			task.Done = d.now()
			_, err := d.PutTask(ctx, s, ref, id, task)
			return err
		}
	}
	return fault.New(fault.Conflict, "fault.changed")
}
