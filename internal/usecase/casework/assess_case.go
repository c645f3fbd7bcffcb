package casework

import (
	"context"
	"encoding/json"
	"slices"

	"varn/internal/domain/access"
	"varn/internal/domain/assessment"
	"varn/internal/domain/audit"
	"varn/internal/domain/casefile"
	"varn/internal/domain/measure"
	"varn/internal/infra/store"
	"varn/internal/kit/clock"
	"varn/internal/kit/fault"
	"varn/internal/kit/ident"
)

// Assessing is what somebody writes in an assessment. Change is laid over what stands saved, so that two
// parts written at once both stay; it may be called more than once.
type Assessing struct {
	// Seen is the version that the writer saw; 0: they begin.
	Seen   int64
	Depth  assessment.Depth
	Pack   string // of a new one; empty: our own
	Change func(*assessment.Assessment)
	Finish bool
}

// AssessCase (bedöma) saves the subject's own assessment, as a new item over the older ones, and finishes it when
// they say so. When they have saved from elsewhere since the version that they saw it is Conflict, and
// nothing is lost: both savings can be read. It gives what stands saved.
func (d *Desk) AssessCase(ctx context.Context, s *access.Session, ref string, in Assessing) (saved assessment.Assessment, err error) {
	_, err = d.alter(ctx, s, ref, func(v *visit) (adding, error) {
		if v.c.State == casefile.Closed {
			return adding{}, fault.New(fault.Conflict, "case.closed")
		}
		var w *worked
		if err := d.read(ctx, v.k, func(tx *store.Tx) (err error) {
			w, err = d.work(v, s, tx)
			return err
		}); err != nil {
			return adding{}, err
		}
		if saved, err = d.written(w, s, in); err != nil {
			return adding{}, err
		}
		if err := d.read(ctx, v.k, func(tx *store.Tx) error { return restsOn(tx, v, saved) }); err != nil {
			return adding{}, err
		}
		if in.Finish {
			return d.finishing(ctx, s, v, w, &saved)
		}
		one, err := jsonItem(casefile.AssessItem, saved)
		return adding{in: []sealed{one}, act: "case.assess_save", move: func(tx *store.Tx, c *casefile.Case) ([]audit.Row, error) {
			return nil, w.still(tx, c.ID, casefile.AssessItem)
		}}, err
	})
	return saved, err
}

// restsOn refuses an assessment that names what is no item of this case.
func restsOn(tx *store.Tx, v *visit, a assessment.Assessment) error {
	for _, id := range a.Evidence() {
		if _, err := tx.Item(v.grant, v.c.ID, id); fault.Is(err, fault.NotFound) {
			return fault.In("answers", "field.choose")
		} else if err != nil {
			return err
		}
	}
	return nil
}

// jsonItem is an item of whatever has an id and an author of its own.
func jsonItem(kind casefile.ItemKind, v any) (sealed, error) {
	body, err := json.Marshal(v)
	return sealed{kind: kind, body: body}, err
}

// written is what somebody writes over what stands saved.
func (d *Desk) written(w *worked, s *access.Session, in Assessing) (assessment.Assessment, error) {
	a := assessment.Assessment{ID: ident.New(), Author: s.Person}
	if w.Draft != nil {
		a = copied(*w.Draft)
	}
	if a.Aspects == nil {
		a.Aspects = map[assessment.Aspect]assessment.Judged{}
	}
	if a.Frame == nil {
		a.Frame = map[assessment.Heading]string{}
	}
	if in.Seen != a.Version {
		return a, fault.New(fault.Conflict, "assess.changed")
	}
	if a.Version == 0 {
		p, ok := d.PackOf(in.Pack)
		if !ok {
			return a, fault.In("pack", "field.choose")
		}
		a.Pack, a.Edition = p.ID, p.Version
	}
	if in.Depth != "" {
		a.Depth = in.Depth
	}
	id, author, version := a.ID, a.Author, a.Version
	in.Change(&a)
	a.ID, a.Author, a.Version, a.Finished, a.Second = id, author, version+1, 0, ""
	return a, a.Check()
}

// copied is an assessment whose maps and lists are its own.
func copied(a assessment.Assessment) assessment.Assessment {
	raw, err := json.Marshal(a)
	if err != nil {
		return a
	}
	var out assessment.Assessment
	if json.Unmarshal(raw, &out) != nil {
		return a
	}
	return out
}

// PackOf finds an indicator set by its id; empty: our own.
func (d *Desk) PackOf(id string) (assessment.Pack, bool) {
	if len(d.Packs) == 0 {
		p := assessment.Builtin()
		return p, id == "" || id == p.ID
	}
	for _, p := range d.Packs {
		if p.ID == id || id == "" {
			return p, true
		}
	}
	return assessment.Pack{}, false
}

// finishing closes an assessment: the case is assessed from then on, the next look at it has a time, and
// a high level waits for a second who has not seen the first.
func (d *Desk) finishing(ctx context.Context, s *access.Session, v *visit, w *worked, a *assessment.Assessment) (adding, error) {
	second, err := w.Standing.MayFinish(s.Person, w.readers)
	if err != nil {
		return adding{}, err
	}
	p, _ := d.PackOf(a.Pack) // of a set that is gone nothing is left to ask
	if err := a.CheckFinish(p, d.now()); err != nil {
		return adding{}, err
	}
	a.Finished, a.Second, a.Review = d.now(), second, a.Review.Minute()
	one, err := jsonItem(casefile.AssessItem, *a)
	if err != nil {
		return adding{}, err
	}
	told, err := changed(casefile.Changed{Author: s.Person, Field: "assessment", After: string(a.Depth)})
	if err != nil {
		return adding{}, err
	}
	in := []sealed{one, told}
	step, to := v.assessed(s)
	if step {
		moved, err := changed(casefile.Changed{Author: s.Person, Field: "state", Before: string(v.c.State), After: string(to)})
		if err != nil {
			return adding{}, err
		}
		in = append(in, moved)
	}
	t, err := d.town(ctx, v.k)
	if err != nil {
		return adding{}, err
	}
	var support []measure.Contact
	if a.Level.Structured() && len(w.Support) == 0 && v.c.Event != "" {
		support = supportOf(s, t, d.now())
		for _, c := range support {
			item, err := jsonItem(casefile.SupportItem, c)
			if err != nil {
				return adding{}, err
			}
			in = append(in, item)
		}
	}
	from := v.c.State
	return adding{in: in, act: "case.assess", move: func(tx *store.Tx, c *casefile.Case) ([]audit.Row, error) {
		if err := w.still(tx, c.ID, casefile.AssessItem, casefile.AssessSaid, casefile.AssessRead, casefile.SupportItem); err != nil {
			return nil, err
		}
		if c.State != from {
			return nil, fault.New(fault.Conflict, "fault.changed")
		}
		c.State, c.Assessed = to, d.now()
		if err := tx.MeetDeadline(c.ID, string(casefile.AssessDue), d.now()); err != nil {
			return nil, err
		}
		if err := putSupport(tx, c.ID, support); err != nil {
			return nil, err
		}
		return nil, d.afterAssessing(tx, v, t, w, *a)
	}}, nil
}

// assessed tells whether finishing takes the case a step on, and where it then stands. What is already
// being protected stays so.
func (v *visit) assessed(s *access.Session) (bool, casefile.State) {
	t, ok := casefile.Step(v.c.State, casefile.Assessed)
	early := v.c.State == casefile.Received || v.c.State == casefile.Open || v.c.State == casefile.Reopened
	if !ok || !early || !slices.ContainsFunc(t.By, func(p casefile.Part) bool { return slices.Contains(v.parts(s), p) }) {
		return false, v.c.State
	}
	return true, casefile.Assessed
}

// afterAssessing sets what an assessment makes due, and tells those who are to act.
func (d *Desk) afterAssessing(tx *store.Tx, v *visit, t *town, w *worked, a assessment.Assessment) error {
	first := w.whole.First
	soon := d.now().Add(casefile.SecondWithin).Minute()
	if a.Second != "" {
		if err := tx.MeetDeadline(v.c.ID, string(casefile.BlindDue), d.now()); err != nil {
			return err
		}
		if err := tx.PutDeadline(casefile.Deadline{Case: v.c.ID, ID: string(casefile.SettleDue), Kind: string(casefile.SettleDue), Person: first.Author, Due: soon}); err != nil {
			return err
		}
		return d.notify(tx, first.Author, "assess.settle", v.c.Ref)
	}
	if !a.Level.NeedsSecond() {
		return reviewAt(tx, v.c.ID, a.Review)
	}
	if err := tx.PutDeadline(casefile.Deadline{Case: v.c.ID, ID: string(casefile.BlindDue), Kind: string(casefile.BlindDue), Person: a.Author, Due: soon}); err != nil {
		return err
	}
	return d.tellOthers(tx, v, t, a.Author, "assess.second")
}

// reviewAt sets when the assessment that holds is to be looked at again. While a second is waited for it is not
// set: how soon somebody wants to look again says how grave they found it.
func reviewAt(tx *store.Tx, caseID string, at clock.Stamp) error {
	return tx.PutDeadline(casefile.Deadline{Case: caseID, ID: string(casefile.ReviewDue), Kind: string(casefile.ReviewDue), Due: at})
}

// tellOthers leaves a notice with everybody in the circle but one.
func (d *Desk) tellOthers(tx *store.Tx, v *visit, t *town, but, kind string) error {
	e, err := v.c.Excluded(v.k)
	if err != nil {
		return err
	}
	for _, id := range t.sitting(alarmed{c: v.c, places: v.places, e: e}, d.now()) {
		if id == but {
			continue
		}
		if err := d.notify(tx, id, kind, v.c.Ref); err != nil {
			return err
		}
	}
	return nil
}

// supportOf is when the person concerned is to be contacted, by the organisation's rule.
func supportOf(s *access.Session, t *town, now clock.Stamp) []measure.Contact {
	var out []measure.Contact
	for _, days := range t.routing.Support() {
		out = append(out, measure.Contact{ID: ident.New(), Author: s.Person, Days: days, Due: measure.SupportAt(now, days)})
	}
	return out
}

// putSupport enters the deadlines of contacts.
func putSupport(tx *store.Tx, caseID string, all []measure.Contact) error {
	for _, c := range all {
		if err := tx.PutDeadline(casefile.Deadline{Case: caseID, ID: c.ID, Kind: string(casefile.SupportDue), Due: c.Due, Done: c.Done}); err != nil {
			return err
		}
	}
	return nil
}
