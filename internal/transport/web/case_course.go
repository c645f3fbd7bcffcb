package web

import (
	"slices"
	"strings"
	"time"

	"varn/internal/domain/casefile"
	"varn/internal/domain/incident"
	"varn/internal/domain/likeness"
	"varn/internal/domain/obligation"
	"varn/internal/domain/registration"
	"varn/internal/domain/routing"
	"varn/internal/kit/ident"
	"varn/internal/kit/locale"
	"varn/internal/usecase/casework"
)

// courseView is how a case stands and what can be done in it, beside what has happened.
type courseView struct {
	View         string // the term of the view's kind; empty: opened by hand
	Urgency      locale.Key
	UrgencyColor string
	Responsible  string
	Handler      string
	CanTake      bool
	CanMove      bool
	CanPolice    bool // the police's view can be made from here
	IsPolice     bool // this is the police's view
	Once         string
	Outcome      string
	Numbers      []string
	Unassessed   bool
	Deadlines    []deadlineLine
	Tasks        []taskLine
	Tracker      []trackLine
	References   []casefile.OutsideReference
	Referral     *referralLine
	Joined       []joinedLine
	Siblings     []siblingLine
	Campaign     int // how many cases this one gathers
	Retention    string
	Forget       time.Time
	Hold         bool
	Told         bool
	InKIA        bool
	Notice       time.Time // until when the authority must be notified; zero: it is not asked
	NoticeLate   bool
	CanNotice    bool
	Requests     []requestLine
}

// requestLine is a request for the record that waits for the circle's answer.
type requestLine struct {
	ID, Once string
	Due      time.Time
}

type deadlineLine struct {
	Text string
	Due  time.Time
	Late bool
}

type taskLine struct {
	ID, Title, Owner string
	Due              time.Time
	Done             bool
	Once             string
}

type trackLine struct {
	To   string
	At   time.Time
	Why  string
	Note string
	// Unknown: nobody has noted anything yet.
	Unknown          bool
	Number           string
	AskedRestricted  bool
	Restricted, Says bool
	Outcome          string // the term
	Reopened         bool
}

type referralLine struct {
	ID, To, From string
	Mine         bool // the visitor's function is asked
	Once         string
}

type joinedLine struct {
	Href, Ref string
	Text      locale.Key
}

type siblingLine struct {
	View     string
	StateKey locale.Key
	Color    string
}

func (s *Server) courseOf(r *Request, c *casework.Opened) (courseView, error) {
	now := s.Clock.Now()
	out := courseView{Responsible: c.Names[c.Responsible], Handler: c.Names[c.Handler], Once: ident.New(), Numbers: c.Numbers, Retention: c.Retention, Hold: c.Hold, Told: c.Told}
	out.Urgency, out.UrgencyColor = urgencyOf(c.Urgency)
	if c.View != "" {
		out.View = "routing.view." + c.View
	}
	if c.Outcome != "" {
		out.Outcome = casefile.Outcome(c.Outcome).Term()
	}
	if c.Forget != 0 {
		out.Forget = c.Forget.Time()
	}
	active := c.State.Active()
	out.CanTake = active && c.Handler != r.Session.Person
	out.CanMove = len(casefile.Next(c.State)) > 0
	out.IsPolice = c.View == string(routing.PoliceView)
	out.CanPolice = c.Told && c.State != casefile.Closed && !out.IsPolice && c.View != string(routing.PartyView)
	out.Unassessed = active && c.Assessed == 0 && now.Sub(c.Opened.Time()) > casefile.AssessWithin
	for _, d := range c.Deadlines {
		if d.Done == 0 && d.Due != casefile.Someday && d.Kind != string(casefile.TaskDue) {
			if d.Kind == string(casefile.NoticeDue) {
				out.Notice, out.NoticeLate = d.Due.Time(), d.Due.Time().Before(now)
			}
			if soon := casefile.DeadlineKind(d.Kind); soon == casefile.MeasureDue || soon == casefile.SupportDue { // the nearest of these: the rest stand on their page
				if slices.ContainsFunc(out.Deadlines, func(l deadlineLine) bool { return l.Text == soon.Term() }) {
					continue
				}
			}
			out.Deadlines = append(out.Deadlines, deadlineLine{casefile.DeadlineKind(d.Kind).Term(), d.Due.Time(), d.Due.Time().Before(now)})
		}
	}
	for _, t := range c.Tasks() {
		line := taskLine{ID: t.ID, Title: t.Title, Owner: c.Names[t.Owner], Done: t.Done != 0, Once: ident.New()}
		if t.Due != 0 {
			line.Due = t.Due.Time()
		}
		out.Tasks = append(out.Tasks, line)
	}
	out.track(c)
	out.InKIA = c.InKIA
	out.CanNotice = c.State != casefile.Closed && c.View != string(routing.PartyView) && c.View != string(routing.PoliceView)
	for _, q := range c.Requests {
		if q.State == registration.Asked {
			out.Requests = append(out.Requests, requestLine{q.ID, ident.New(), q.Due.Time()})
		}
	}
	return out, s.joinings(r, c, &out)
}

// track is to whom the event was reported: the three, in their order.
func (v *courseView) track(c *casework.Opened) {
	lines := c.Tracker()
	for _, to := range casefile.Recipients() {
		line, ok := lines[to]
		out := trackLine{To: to.Term(), Unknown: !ok, Note: line.Note, Number: line.Number, AskedRestricted: line.AskedRestricted, Restricted: line.Restricted, Says: line.StatedElected, Reopened: line.Reopened}
		if line.Outcome != "" {
			out.Outcome = line.Outcome.Term()
		}
		if line.At != 0 {
			out.At = line.At.Time()
		}
		if line.Why != "" {
			out.Why = line.Why.Term()
		}
		v.Tracker = append(v.Tracker, out)
	}
	for _, e := range c.Timeline {
		if e.Reference != nil {
			v.References = append(v.References, *e.Reference)
		}
	}
}

// joinings are the open referral, the cases that this is joined to, and the event's other views.
func (s *Server) joinings(r *Request, c *casework.Opened, v *courseView) error {
	for _, one := range c.Referrals {
		if one.State == casefile.Offered {
			v.Referral = &referralLine{ID: one.ID, To: c.Names[one.Receiver], From: c.Names[one.GivenBy], Mine: r.Session.Holds(one.Receiver), Once: ident.New()}
		}
	}
	joined, err := s.Desks.Cases.Relations(r.Context(), r.Session, c.Ref)
	if err != nil {
		return err
	}
	for _, j := range joined {
		if j.Kind == casework.InCampaign && !j.Into {
			v.Campaign++
			continue
		}
		v.Joined = append(v.Joined, joinedLine{casePath + j.Ref, j.Ref, joinedText(j)})
	}
	siblings, err := s.Desks.Cases.OtherViews(r.Context(), r.Session, c.Ref)
	for _, o := range siblings {
		key, color := stateOf(o.State)
		v.Siblings = append(v.Siblings, siblingLine{"routing.view." + o.View, key, color})
	}
	return err
}

// joinedText says how another case stands to this one.
func joinedText(j casework.Joined) locale.Key {
	switch {
	case j.Kind == casework.InCampaign:
		return "case_relate.in-campaign"
	case j.Kind == casework.DuplicateOf && j.Into:
		return "case_relate.is-duplicate"
	case j.Kind == casework.DuplicateOf:
		return "case_relate.has-duplicate"
	}
	return "case_relate.is-related"
}

// toldView is what was reported, in the order of the form.
type toldView struct {
	Narrative, Words   string
	Facts              []toldFact
	Steps              []string // terms of why it was sent where it was
	Law                []string
	Answers            []toldFact
	Exclude, Witnesses string
}

// toldFact is one fact: a label, and codes to be said or a text as it was written.
type toldFact struct {
	Label locale.Key
	Terms []string
	Text  string
}

func toldOf(r *Request, rep *incident.Report, told *casefile.Told) *toldView {
	v := &toldView{Narrative: rep.Narrative, Words: rep.Words, Exclude: rep.Exclude, Witnesses: rep.Witnesses}
	when := ""
	if rep.OccurredFrom != 0 {
		when = r.Lang.Moment(rep.OccurredFrom.Time())
		if rep.OccurredTo != 0 {
			when += " – " + r.Lang.Moment(rep.OccurredTo.Time())
		}
	}
	v.add("case_told.when", when, nil)
	v.add("case_told.forms", "", eachTerm(rep.Forms, incident.Form.Term))
	v.add("case_told.subtypes", "", eachTerm(rep.Subtypes, incident.HarassmentSubtype.Term))
	v.add("case_told.medium", rep.Platform, eachTerm(rep.Medium, incident.Medium.Term))
	v.add("case_told.place", rep.PlaceNote, only(rep.Place, incident.Place.Term))
	v.add("case_told.context", "", only(rep.Context, incident.Context.Term))
	v.add("case_told.situation", "", eachTerm(rep.Situation, incident.Situation.Term))
	v.add("case_told.signs", "", eachTerm(rep.Signs, incident.Sign.Term))
	v.add("case_told.actors", rep.ActorNote, eachTerm(rep.ActorGroups, incident.ActorGroup.Term))
	v.add("case_told.target", "", only(rep.TargetCategory, incident.TargetCategory.Term))
	v.add("case_told.on-behalf", rep.OnBehalfOf, nil)
	v.add("case_told.consequences", "", eachTerm(rep.Consequences, incident.Consequence.Term))
	v.add("case_told.contact", rep.Contact, nil)
	if rep.Repeated {
		text := ""
		if rep.RepeatedCount > 0 {
			text = r.Lang.Number(int64(rep.RepeatedCount))
		}
		v.Facts = append(v.Facts, toldFact{Label: "case_told.repeated", Text: text, Terms: []string{"case_told.yes"}})
	}
	if told != nil {
		for _, step := range told.Steps {
			if t := step.Reason.Term(); !slices.Contains(v.Steps, t) {
				v.Steps = append(v.Steps, t)
			}
		}
		v.Law = told.Law
	}
	return v
}

func (v *toldView) add(label locale.Key, text string, terms []string) {
	if text != "" || len(terms) > 0 {
		v.Facts = append(v.Facts, toldFact{label, terms, text})
	}
}

func eachTerm[C any](list []C, term func(C) string) []string {
	var out []string
	for _, c := range list {
		out = append(out, term(c))
	}
	return out
}

func only[C ~string](c C, term func(C) string) []string {
	if c == "" {
		return nil
	}
	return []string{term(c)}
}

// eventText says in words what an entry of the timeline is, when it is not itself a text.
func eventText(r *Request, e casework.Entry, names map[string]string) string {
	switch {
	case e.Change != nil:
		return changeText(r, e.Change, names)
	case e.Task != nil && e.Task.Done != 0:
		return r.Text("case_event.task-done", e.Task.Title)
	case e.Task != nil:
		return r.Text("case_event.task", e.Task.Title, named(names, e.Task.Owner))
	case e.Tracked != nil && e.Tracked.At != 0:
		return r.Text("case_event.reported", r.Text(locale.Key(e.Tracked.To.Term())), r.Lang.Day(e.Tracked.At.Time()))
	case e.Tracked != nil:
		return r.Text("case_event.not-reported", r.Text(locale.Key(e.Tracked.To.Term())), r.Text(locale.Key(e.Tracked.Why.Term())))
	case e.Reference != nil:
		return r.Text("case_event.reference", r.Text(locale.Key(e.Reference.System.Term())), e.Reference.Number)
	case e.Filing != nil:
		return r.Text("case_event.filing", e.Filing.Contact)
	case e.Card != nil:
		return r.Text("case_event.card", r.Text(locale.Key(e.Card.Kind.Term())), e.Card.From)
	case e.Agenda != nil:
		return r.Text("case_event.agenda")
	case e.Kind == casefile.Withdrawal:
		return r.Text("case_event.withdrawn")
	case e.Kind == casefile.Objection:
		return r.Text("case_event.objected")
	}
	return ""
}

func changeText(r *Request, c *casefile.Changed, names map[string]string) string {
	state := func(s string) string { return r.Text(locale.Key(casefile.State(s).Term())) }
	switch c.Field {
	case "state":
		return r.Text("case_event.state", state(c.Before), state(c.After))
	case "handler":
		if c.Before != "" {
			return r.Text("case_event.handler-from", named(names, c.After), named(names, c.Before))
		}
		return r.Text("case_event.handler", named(names, c.After))
	case "promised":
		return r.Text("case_event.promised", r.Lang.Day(c.At.Time()))
	case "safety_receipt":
		if c.At == 0 {
			return r.Text("case_event.safety-stop", named(names, c.After))
		}
		return r.Text("case_event.safety-receipt", named(names, c.After), r.Lang.Moment(c.At.Time()))
	case "obligation":
		return r.Text("case_event.obligation", r.Text(locale.Key(obligation.Code(c.Before).Term())), r.Text(locale.Key(obligation.Answer(c.After).Term())))
	case "notice":
		if c.After == string(casework.NoticeOwed) {
			return r.Text("case_event.notice-owed")
		}
		return r.Text("case_event.notice-needless")
	case "close":
		return r.Text("case_event.close-asked", r.Text(locale.Key(casefile.Outcome(c.After).Term())))
	case "referral":
		return r.Text("case_event.referral", named(names, c.After))
	case "referral_answer":
		if c.After == string(casefile.Accepted) {
			return r.Text("case_event.referral-accepted")
		}
		return r.Text("case_event.referral-declined")
	case "hold":
		if c.After == "on" {
			return r.Text("case_event.hold-on")
		}
		return r.Text("case_event.hold-off")
	case casework.LikenessField:
		return alikeText(r, c, names)
	case "package":
		return r.Text("case_event.package")
	case casework.SignatureField:
		return r.Text("case_event.signatures", c.Before, c.After)
	case casework.Related:
		return r.Text("case_event.related", c.After)
	case casework.InCampaign:
		return r.Text("case_event.in-campaign", c.After)
	case casework.DuplicateOf:
		return r.Text("case_event.duplicate", c.After)
	}
	if text := assessText(r, c, names); text != "" {
		return text
	}
	return r.Text("case_event.changed")
}

// alikeText says that somebody who handles another case has found this one to be like it.
func alikeText(r *Request, c *casefile.Changed, names map[string]string) string {
	var kinds []string
	for k := range strings.SplitSeq(c.Before, ",") {
		if one := r.Text(locale.Key(likeness.Kind(k).Term())); !slices.Contains(kinds, one) {
			kinds = append(kinds, one)
		}
	}
	return r.Text("case_event.alike", named(names, c.After), strings.Join(kinds, ", "))
}

func named(names map[string]string, id string) string {
	if n := names[id]; n != "" {
		return n
	}
	return "–"
}
