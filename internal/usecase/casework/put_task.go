package casework

import (
	"context"
	"encoding/json"
	"slices"
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
	task, err := d.taskOf(ctx, s, ref, id)
	if err != nil {
		return err
	}
	if task == nil || task.Done != 0 {
		return fault.New(fault.Conflict, "fault.changed")
	}
	task.Done = d.now()
	_, err = d.PutTask(ctx, s, ref, id, *task)
	return err
}

// taskOf gives a task as it stands now; nil when there is none. It opens tasks from the newest back and
// nothing else of the case, and shows them to nobody: it is no opening.
func (d *Desk) taskOf(ctx context.Context, s *access.Session, ref, id string) (*casefile.Task, error) {
	v, err := d.enter(ctx, s, ref, access.Write)
	if err != nil {
		return nil, err
	}
	var items []casefile.Item
	if err := d.read(ctx, v.k, func(tx *store.Tx) error {
		if items, err = tx.ItemsOf(v.grant, v.c.ID, casefile.TaskItem); err != nil {
			return err
		}
		return witnessSome(tx, v.k, items)
	}); err != nil {
		return nil, err
	}
	for _, it := range slices.Backward(items) {
		key := v.keys[it.KeyVersion]
		if key == nil {
			continue
		}
		plain, _, err := v.cover.openItem(key, it)
		if err != nil {
			return nil, err
		}
		var one casefile.Assignment
		if err := json.Unmarshal(plain, &one); err != nil {
			return nil, err
		}
		if one.ID == id {
			return &one.Task, nil
		}
	}
	return nil, nil
}
