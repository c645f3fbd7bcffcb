package casework

import (
	"encoding/json"
	"slices"

	"varn/internal/domain/access"
	"varn/internal/domain/assessment"
	"varn/internal/domain/casefile"
	"varn/internal/domain/incident"
	"varn/internal/domain/measure"
	"varn/internal/infra/store"
	"varn/internal/kit/clock"
	"varn/internal/kit/fault"
)

// Work is what assessing and protecting have left in a case, as one reader may see it.
type Work struct {
	// Standing is where the newest assessment stands. What the reader may not see yet is cut down to
	// who, when and how deep.
	Standing assessment.Standing
	// Done are the finished assessments, the oldest first; Hidden names those that are cut down.
	Done   []assessment.Assessment
	Hidden map[string]bool
	// Draft is the reader's own unfinished assessment, and Versions each saving of it, the oldest first.
	Draft    *assessment.Assessment
	Versions []assessment.Assessment
	Saved    clock.Stamp // when the draft was
	Said     []assessment.Settlement
	// Measures and Support are as they stand now, in the order in which they came.
	Measures []measure.Measure
	Support  []measure.Contact

	whole   assessment.Standing // nothing cut down: for judging, never for showing
	readers []string            // who has chosen to see the first that waits
}

// workKinds are the kinds of item that Work is read from.
func workKinds() []casefile.ItemKind {
	return []casefile.ItemKind{casefile.AssessItem, casefile.AssessSaid, casefile.AssessRead, casefile.MeasureItem, casefile.SupportItem}
}

// ofWork tells whether an item is no line of the timeline: what is to be told of it there is a change.
func ofWork(k casefile.ItemKind) bool {
	return k == casefile.MeasureTold || slices.Contains(workKinds(), k)
}

// lay opens the items of the work with the keys of a visit. What the person may not see does not leave here.
func (w *Work) lay(v *visit, items []casefile.Item, person string) error {
	var all []assessment.Assessment
	read, saved := map[string][]string{}, map[string]clock.Stamp{}
	for _, it := range items {
		key := v.keys[it.KeyVersion]
		if key == nil || !slices.Contains(workKinds(), it.Kind) {
			continue
		}
		plain, _, err := v.cover.openItem(key, it)
		if err != nil {
			return err
		}
		switch it.Kind {
		case casefile.AssessItem:
			if all, err = grown(all, plain); err == nil {
				saved[all[len(all)-1].ID] = it.Created
			}
		case casefile.AssessSaid:
			w.Said, err = grown(w.Said, plain)
		case casefile.AssessRead:
			var l casefile.Line[string]
			err = json.Unmarshal(plain, &l)
			read[l.Line] = append(read[l.Line], l.Author)
		case casefile.MeasureItem:
			w.Measures, err = replaced(w.Measures, plain, func(m measure.Measure) string { return m.ID })
		case casefile.SupportItem:
			w.Support, err = replaced(w.Support, plain, func(c measure.Contact) string { return c.ID })
		}
		if err != nil {
			return err
		}
	}
	w.stand(all, read, person)
	if w.Draft != nil {
		w.Saved = saved[w.Draft.ID]
	}
	return nil
}

// grown is a list with what a body holds after the rest.
func grown[T any](list []T, plain []byte) ([]T, error) {
	var one T
	err := json.Unmarshal(plain, &one)
	return append(list, one), err
}

// replaced is the same where what has the same id is replaced.
func replaced[T any](list []T, plain []byte, id func(T) string) ([]T, error) {
	var one T
	if err := json.Unmarshal(plain, &one); err != nil {
		return nil, err
	}
	if i := slices.IndexFunc(list, func(o T) bool { return id(o) == id(one) }); i >= 0 {
		list[i] = one
		return list, nil
	}
	return append(list, one), nil
}

// stand sorts every saving of every assessment into what is done, and what is the person's own.
func (w *Work) stand(all []assessment.Assessment, read map[string][]string, person string) {
	var own []assessment.Assessment
	finished := map[string]bool{}
	for _, a := range all {
		if a.Done() {
			w.Done, finished[a.ID] = append(w.Done, a), true
		} else if a.Author == person {
			own = append(own, a)
		}
	}
	for _, a := range own {
		if finished[a.ID] {
			continue
		}
		if w.Draft != nil && w.Draft.ID != a.ID {
			w.Versions = nil
		}
		w.Versions = append(w.Versions, a)
		w.Draft = &w.Versions[len(w.Versions)-1]
	}
	w.Standing = assessment.Stand(w.Done, w.Said)
	w.whole = w.Standing
	if w.Standing.First != nil {
		w.readers = read[w.Standing.First.ID]
	}
	w.blind(person)
}

// blind cuts down what the person may not see.
func (w *Work) blind(person string) {
	w.Hidden = map[string]bool{}
	for i, a := range w.Done {
		if !w.Standing.Blind(a, person, w.readers) {
			continue
		}
		w.Hidden[a.ID] = true
		w.Done[i] = assessment.Assessment{ID: a.ID, Author: a.Author, Depth: a.Depth, Finished: a.Finished}
		if w.Standing.First.ID == a.ID {
			w.Standing.First = &w.Done[i]
		}
	}
}

// people are everybody whom the work speaks of.
func (w *Work) people() []string {
	var out []string
	for _, a := range w.Done {
		out = append(out, a.Author)
	}
	for _, s := range w.Said {
		out = append(out, s.Author)
	}
	for _, m := range w.Measures {
		out = append(out, m.Owner)
	}
	return out
}

// MaySecond tells whether a person may be the second assessor of what waits: not the first, and
// nobody who has seen it.
func (w *Work) MaySecond(person string) bool {
	_, err := w.Standing.MayFinish(person, w.readers)
	return w.Standing.Phase == assessment.Waiting && err == nil
}

// Find gives a finished assessment that the reader may see.
func (w *Work) Find(id string) (assessment.Assessment, bool) {
	i := slices.IndexFunc(w.Done, func(a assessment.Assessment) bool { return a.ID == id })
	if i < 0 || w.Hidden[id] {
		return assessment.Assessment{}, false
	}
	return w.Done[i], true
}

// Measure finds a measure as it stands.
func (w *Work) Measure(id string) (measure.Measure, bool) {
	i := slices.IndexFunc(w.Measures, func(m measure.Measure) bool { return m.ID == id })
	if i < 0 {
		return measure.Measure{}, false
	}
	return w.Measures[i], true
}

// worked is the work in a case while it is about to be changed: how many items each kind had when it
// was read, so that nothing comes between.
type worked struct {
	Work
	counts map[casefile.ItemKind]int64
	report *incident.Report
}

// work reads what an act on the work is judged by. It shows nothing to anybody: it is no opening.
func (d *Desk) work(v *visit, s *access.Session, tx *store.Tx) (*worked, error) {
	out := &worked{counts: map[casefile.ItemKind]int64{}}
	var all []casefile.Item
	for _, kind := range append(workKinds(), casefile.Report) {
		items, err := tx.ItemsOf(v.grant, v.c.ID, kind)
		if err != nil {
			return nil, err
		}
		if err := witnessSome(tx, v.k, items); err != nil {
			return nil, err
		}
		out.counts[kind] = int64(len(items))
		all = append(all, items...)
	}
	for _, it := range all {
		if it.Kind != casefile.Report || v.keys[it.KeyVersion] == nil {
			continue
		}
		plain, _, err := v.cover.openItem(v.keys[it.KeyVersion], it)
		if err != nil {
			return nil, err
		}
		var told casefile.Told
		if err := json.Unmarshal(plain, &told); err != nil {
			return nil, err
		}
		r, err := incident.Decode(told.Report)
		if err != nil {
			return nil, fault.Wrap(fault.Internal, "fault.internal", err)
		}
		out.report = &r
	}
	return out, out.lay(v, all, s.Person)
}

// still refuses a change when somebody has added to the same work since it was read; the act is then
// begun anew on what there is.
func (w *worked) still(tx *store.Tx, caseID string, kinds ...casefile.ItemKind) error {
	for _, kind := range kinds {
		n, err := tx.CountKind(caseID, kind)
		if err != nil {
			return err
		}
		if n != w.counts[kind] {
			return fault.New(fault.Conflict, "fault.changed")
		}
	}
	return nil
}
