package casework

import (
	"context"
	"encoding/json"

	"varn/internal/domain/access"
	"varn/internal/domain/agenda"
	"varn/internal/domain/audit"
	"varn/internal/domain/casefile"
	"varn/internal/domain/incident"
	"varn/internal/domain/obligation"
	"varn/internal/domain/registration"
	"varn/internal/infra/store"
	"varn/internal/kit/clock"
	"varn/internal/kit/fault"
	"varn/internal/kit/keyring"
	"varn/internal/kit/seal"
)

// File is an opened attachment as the timeline shows it.
type File struct {
	Name string
	Type string
	Size int64
	Tree []byte // the seal.TreeHash of the bytes; the plain SHA-256 up to seal.TreeLeaf
}

// Entry is one opened item of a case's timeline.
type Entry struct {
	ID     string
	Kind   casefile.ItemKind
	Author string // a name, or empty when the person is not known here any more
	Text   string
	File   *File
	// Report is what was told of the event, with why it was sent where it was.
	Report *incident.Report
	Told   *casefile.Told
	// Reporter: it comes from whoever reported. As is the name of the function that a member acted for.
	Reporter  bool
	As        string
	Task      *casefile.Assignment
	Change    *casefile.Changed
	Tracked   *casefile.Reported
	Reference *casefile.OutsideReference
	Agenda    *agenda.Entry
	// Filing is what the police are told beside the report; Card what a file is.
	Filing  *casefile.Filing
	Card    *casefile.Card
	Created clock.Stamp
}

// Seat is one line of the circle as its members see it.
type Seat struct {
	ID     string
	Member string // id of the person or function
	Kind   casefile.PlaceKind
	Name   string
	Reason string
	From   clock.Stamp
	Until  clock.Stamp
	Ended  clock.Stamp
	Mine   bool
	Gone   bool // removed, or the end date has passed
}

// Opened is a case laid open to a member of its circle.
type Opened struct {
	Ref       string
	Authority string
	State     casefile.State
	Title     string
	Opened    clock.Stamp
	Changed   clock.Stamp
	Timeline  []Entry
	Circle    []Seat
	// Openers is how many people can open the case; under two the page warns.
	Openers int

	// View is for whom this view of the event is; Event joins it with the others.
	View, Event          string
	Responsible, Handler string
	Unit, Outcome        string
	Urgency              int64
	Met, Assessed, Due   clock.Stamp
	Retention            string
	Forget               clock.Stamp
	Hold                 bool

	// Deadlines, the nearest first; Referrals, the newest first; Numbers in the register; Requests
	// for the record.
	Deadlines []casefile.Deadline
	Referrals []casefile.Referral
	Numbers   []string
	Requests  []registration.Request
	// Obligations are what is asked for in the case, those that it brings first.
	Obligations []obligation.Owed
	rules       map[obligation.Code]obligation.Rules
	// Names are people and functions that are spoken of here, by id.
	Names map[string]string
	// Parts are what the reader is to the case.
	Parts []casefile.Part
	// Told: somebody reported it, and reads what is answered.
	Told bool
	// InKIA: the unit reports in KIA, and copies from here.
	InKIA bool
	// Compares: a decision lets the authority's cases be compared.
	Compares bool
	// Work is what assessing and protecting have left, as the reader may see it.
	Work Work
}

// openedOf is what may be said of a case before its items are opened.
func openedOf(c casefile.Case) *Opened {
	return &Opened{Ref: c.Ref, Authority: c.Authority, State: c.State, Opened: c.Opened, Changed: c.Changed, View: c.View, Event: c.Event,
		Responsible: c.Responsible, Handler: c.Handler, Unit: c.Unit, Outcome: c.Outcome, Urgency: c.Urgency, Met: c.Met, Assessed: c.Assessed,
		Due: c.Due, Retention: c.Retention, Forget: c.Forget, Hold: c.Hold}
}

// ReadCase lays a case open. The opening is in the log before the first byte is given.
func (d *Desk) ReadCase(ctx context.Context, s *access.Session, ref string) (*Opened, error) {
	v, err := d.enter(ctx, s, ref, access.Open)
	if err != nil {
		return nil, err
	}
	var items []casefile.Item
	if err := d.read(ctx, v.k, func(tx *store.Tx) error {
		if items, err = tx.OpenBody(v.grant, v.c.ID); err != nil {
			return err
		}
		return witness(tx, v, items)
	}); err != nil {
		return nil, err
	}
	out := openedOf(v.c)
	rekeyed, err := v.layOpen(out, items)
	if err != nil {
		return nil, err
	}
	if err := out.Work.lay(v, items, s.Person); err != nil {
		return nil, err
	}
	if err := d.readCourse(ctx, s, v, out); err != nil {
		return nil, err
	}
	if err := d.nameAll(ctx, v, out); err != nil {
		return nil, err
	}
	out.owing(d.now())
	err = d.write(ctx, v.k, func(tx *store.Tx) error {
		if err := v.settle(tx); err != nil {
			return err
		}
		for id, box := range rekeyed {
			if err := tx.Rekey(v.c.ID, id, box); err != nil {
				return err
			}
		}
		if v.c.Met == 0 && v.c.Event != "" {
			if err := tx.MeetCase(v.c.ID, d.now()); err != nil {
				return err
			}
		}
		return logged(tx, v.k, s.Person, "case.open", v.c)
	})
	if err != nil {
		return nil, err
	}
	return out, nil
}

// nameAll puts names in the place of ids, and lists the circle.
func (d *Desk) nameAll(ctx context.Context, v *visit, out *Opened) error {
	who := askedIn(v.places)
	for _, e := range out.Timeline {
		who.people = append(who.people, e.Author)
		if e.As != "" {
			who.functions = append(who.functions, e.As)
		}
	}
	out.spokenOf(&who)
	var h *house
	if err := d.read(ctx, v.k, func(tx *store.Tx) (err error) {
		h, err = surveyOf(tx, v.k, who)
		return err
	}); err != nil {
		return err
	}
	if err := out.nameSpoken(v, h, who); err != nil {
		return err
	}
	for i := range out.Timeline {
		e := &out.Timeline[i]
		e.Author = h.called(v.k, e.Author)
		if e.As == "" {
			continue
		}
		var err error
		if e.As, err = h.functionName(v.k, e.As); err != nil {
			return err
		}
	}
	return v.seats(out, h, d.now())
}

// witness holds the rows against the log: an older row, a missing one or one that was slipped
// in is noticed here, before anything is shown.
func witness(tx *store.Tx, v *visit, items []casefile.Item) error {
	if int64(len(items)) != v.c.Items {
		return fault.New(fault.Internal, "fault.tampered", "case "+v.c.ID+" lacks items; run: varn audit verify")
	}
	if err := store.CheckCount(tx, v.c.ID, v.c.Items); err != nil {
		return err
	}
	var rows, places []audit.Row
	for _, it := range items {
		if err := v.k.Check(it.MAC, it.Who(), "item "+it.ID); err != nil {
			return err
		}
		rows = append(rows, itemRow(it))
	}
	for _, p := range v.places {
		places = append(places, placeRow(p))
	}
	for _, kind := range [][]audit.Row{{caseRow(v.c)}, places, rows} {
		if err := store.CheckRows(tx, kind); err != nil {
			return err
		}
	}
	return nil
}

// layOpen opens the items, and gives the data keys that are to be kept under the case key.
func (v *visit) layOpen(out *Opened, items []casefile.Item) (map[string]seal.Box, error) {
	rekeyed := map[string]seal.Box{}
	for _, it := range items {
		key := v.keys[it.KeyVersion]
		if key == nil || ofWork(it.Kind) {
			continue // written while the subject was not in the circle, or laid open by itself
		}
		plain, box, err := v.cover.openItem(key, it)
		if err != nil {
			return nil, err
		}
		if !box.IsZero() {
			rekeyed[it.ID] = box
		}
		if err := v.show(out, it, plain); err != nil {
			return nil, err
		}
	}
	return rekeyed, nil
}

// show leaves the author's id where their name is to stand.
func (v *visit) show(out *Opened, it casefile.Item, plain []byte) error {
	e := Entry{ID: it.ID, Kind: it.Kind, Created: it.Created}
	if err := e.fill(plain); err != nil {
		return err
	}
	if it.Kind == casefile.Title {
		out.Title = e.Text
		return nil
	}
	out.Timeline = append(out.Timeline, e)
	return nil
}

// fill reads an item's opened body by its kind.
func (e *Entry) fill(plain []byte) (err error) {
	switch e.Kind {
	case casefile.Title, casefile.Message, casefile.Note, casefile.Objection, casefile.Withdrawal:
		var t *casefile.Text
		if t, err = read[casefile.Text](plain); err == nil {
			e.Author, e.Text, e.As, e.Reporter = t.Author, t.Text, t.As, t.Reporter
		}
	case casefile.TaskItem:
		if e.Task, err = read[casefile.Assignment](plain); err == nil {
			e.Author = e.Task.Author
		}
	case casefile.Change:
		if e.Change, err = read[casefile.Changed](plain); err == nil {
			e.Author = e.Change.Author
		}
	case casefile.Tracked:
		var l *casefile.Line[casefile.Reported]
		if l, err = read[casefile.Line[casefile.Reported]](plain); err == nil {
			e.Author, e.Tracked = l.Author, &l.Line
		}
	case casefile.Reference:
		var l *casefile.Line[casefile.OutsideReference]
		if l, err = read[casefile.Line[casefile.OutsideReference]](plain); err == nil {
			e.Author, e.Reference = l.Author, &l.Line
		}
	case casefile.PoliceFiling:
		if e.Filing, err = read[casefile.Filing](plain); err == nil {
			e.Author = e.Filing.Author
		}
	case casefile.EvidenceCard:
		if e.Card, err = read[casefile.Card](plain); err == nil {
			e.Author = e.Card.Author
		}
	case agendaItem:
		if e.Agenda, err = read[agenda.Entry](plain); err == nil {
			e.Author = e.Agenda.Author
		}
	case casefile.Attachment:
		var f *casefile.File
		if f, err = read[casefile.File](plain); err == nil {
			e.Author, e.File = f.Author, &File{Name: f.Name, Type: f.Type, Size: f.Size, Tree: f.Tree}
		}
	case casefile.Report:
		err = e.told(plain)
	}
	return err
}

func read[T any](plain []byte) (*T, error) {
	v := new(T)
	return v, json.Unmarshal(plain, v)
}

func (e *Entry) told(plain []byte) error {
	told, err := read[casefile.Told](plain)
	if err != nil {
		return err
	}
	r, err := incident.Decode(told.Report)
	if err != nil {
		return fault.Wrap(fault.Internal, "fault.internal", err)
	}
	e.Report, e.Told, e.Author, e.Reporter = &r, told, told.Author, true
	return nil
}

// called is a person's name, or nothing for somebody who is not here any more.
func (h *house) called(k *keyring.Keys, id string) string {
	if _, ok := h.people[id]; !ok {
		return ""
	}
	p, err := h.name(k, id)
	if err != nil {
		return ""
	}
	return p.Name
}

// seats lists the circle with reasons.
func (v *visit) seats(out *Opened, h *house, now clock.Stamp) error {
	var present []Member
	for _, p := range v.places {
		seat := Seat{ID: p.ID, Member: p.Member, Kind: p.Kind, From: p.From, Until: p.Until, Ended: p.Ended, Mine: p.ID == v.grant.Place().ID, Gone: !p.Seat().Holds(now)}
		switch p.Kind {
		case casefile.ByPerson:
			seat.Name = h.called(v.k, p.Member)
		case casefile.ByFunction:
			name, err := h.functionName(v.k, p.Member)
			if err != nil {
				return err
			}
			seat.Name = name
		}
		if !p.Reason.IsZero() {
			for _, key := range v.keys {
				if reason, ok := v.cover.openReason(key, p); ok {
					seat.Reason = reason
				}
			}
		}
		if !seat.Gone {
			present = append(present, Member{Kind: p.Kind, ID: p.Member})
		}
		out.Circle = append(out.Circle, seat)
	}
	out.Openers = h.openers(present)
	return nil
}

func (h *house) functionName(k *keyring.Keys, id string) (string, error) {
	f, ok := h.functions[id]
	if !ok {
		return "", nil
	}
	b, err := k.For(keyring.Names).OpenPadded(f.Sealed, f.AD())
	if err != nil {
		return "", err
	}
	var card struct {
		Name string `json:"name"`
	}
	return card.Name, json.Unmarshal(b, &card)
}
