// Package measure models what is done to protect somebody: the catalogue, who does it and by when,
// whether it is in proportion, who agreed, and what it led to.
package measure

import (
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"varn/internal/kit/clock"
	"varn/internal/kit/code"
	"varn/internal/kit/fault"
	"varn/internal/kit/ident"
)

// Kind (åtgärd) is a measure of the catalogue.
type Kind string

// The catalogue.
const (
	Advice         Kind = "ADVICE"
	Publishing     Kind = "PUBLISHING"
	ContactWay     Kind = "CONTACT_WAY"
	DoubleStaffing Kind = "DOUBLE_STAFFING"
	OtherRoom      Kind = "OTHER_ROOM"
	Shell          Kind = "SHELL"
	Alarm          Kind = "ALARM"
	PersonalAlarm  Kind = "PERSONAL_ALARM"
	HomeReview     Kind = "HOME_REVIEW"
	Transport      Kind = "TRANSPORT"
	Reassign       Kind = "REASSIGN"
	RestrainOrder  Kind = "RESTRAINING_ORDER" // the police's or prosecutor's
	ProtectedData  Kind = "PROTECTED_DATA"    // the Tax Agency's
	SupportTalk    Kind = "SUPPORT_TALK"
	OccupHealth    Kind = "OCCUPATIONAL_HEALTH"
	LegalSupport   Kind = "LEGAL_SUPPORT"
	MediaSupport   Kind = "MEDIA_SUPPORT"
	PoliceUnit     Kind = "POLICE_UNIT" // brottsoffer- och personsäkerhet
	OtherMeasure   Kind = "OTHER"
)

// Kinds lists the catalogue.
func Kinds() []Kind {
	return []Kind{Advice, Publishing, ContactWay, DoubleStaffing, OtherRoom, Shell, Alarm, PersonalAlarm, HomeReview, Transport,
		Reassign, RestrainOrder, ProtectedData, SupportTalk, OccupHealth, LegalSupport, MediaSupport, PoliceUnit, OtherMeasure}
}

// Term is the key of its label; with "-text" what it means for the person concerned.
func (k Kind) Term() string { return code.Term("measure.kind", k) }

// State is how far a measure has come.
type State string

// The states.
const (
	Planned State = "PLANNED"
	Ongoing State = "ONGOING"
	Ended   State = "ENDED"
	Dropped State = "DROPPED"
)

// States lists every state.
func States() []State { return []State{Planned, Ongoing, Ended, Dropped} }

// Term is the key of its label.
func (s State) Term() string { return code.Term("measure.state", s) }

// Open tells whether something is left to do.
func (s State) Open() bool { return s == Planned || s == Ongoing }

// Effect (effekt) is what a measure has led to, as it was judged at a review.
type Effect string

// The effects.
const (
	Helped    Effect = "HELPED"
	SomeHelp  Effect = "SOME"
	NoEffect  Effect = "NONE"
	Harmed    Effect = "HARMED"
	NotJudged Effect = "NOT_YET"
)

// Effects lists every effect.
func Effects() []Effect { return []Effect{Helped, SomeHelp, NoEffect, Harmed, NotJudged} }

// Term is the key of its label.
func (e Effect) Term() string { return code.Term("measure.effect", e) }

// Consent (samtycke) is who has agreed to a measure.
type Consent string

// The consents.
const (
	AgreedSelf  Consent = "SELF"  // the person concerned
	AgreedOther Consent = "OTHER" // somebody else, said in words
	NotAsked    Consent = "NOT_ASKED"
	NotNeeded   Consent = "NOT_NEEDED" // it touches nobody's private life
	Refused     Consent = "REFUSED"
)

// Consents lists every consent.
func Consents() []Consent { return []Consent{AgreedSelf, AgreedOther, NotNeeded, NotAsked, Refused} }

// Term is the key of its label.
func (c Consent) Term() string { return code.Term("measure.consent", c) }

// Limits of a measure, in characters where nothing else is said.
const (
	MaxText  = 2_000
	MaxCost  = 100
	MaxAhead = 5 * 365 * 24 * time.Hour
	// ReviewWithin is when a measure is reviewed when nothing else is decided.
	ReviewWithin = 30 * 24 * time.Hour
)

// Measure (skyddsåtgärd) is one measure. It lies sealed in the case; each change is an item with the same
// id, and the newest holds.
type Measure struct {
	ID     string `json:"id"`
	Author string `json:"author"`
	Kind   Kind   `json:"kind"`
	State  State  `json:"state"`
	// What says what is to be done, for the circle; Told is what the person concerned reads.
	What       string      `json:"what,omitempty"`
	Told       string      `json:"told,omitempty"`
	Shown      bool        `json:"shown,omitempty"` // the person concerned sees it
	Owner      string      `json:"owner"`           // a person's id
	Cost       string      `json:"cost,omitempty"`  // in words: who pays differs
	Start      clock.Stamp `json:"start,omitempty"`
	Review     clock.Stamp `json:"review,omitempty"`
	End        clock.Stamp `json:"end,omitempty"`
	Proportion string      `json:"proportion,omitempty"` // why it is not more than is needed
	Consent    Consent     `json:"consent,omitempty"`
	By         string      `json:"by,omitempty"` // who agreed, when it was not the person concerned
	Effect     Effect      `json:"effect,omitempty"`
	EffectNote string      `json:"effect_note,omitempty"`
	Level      string      `json:"level,omitempty"` // the level that it was decided at
}

// Shown (visad åtgärd) is what the person concerned reads of a measure: nothing of costs, reasons or names.
type Shown struct {
	ID     string      `json:"id"`
	Kind   Kind        `json:"kind"`
	State  State       `json:"state"`
	Told   string      `json:"told,omitempty"`
	Start  clock.Stamp `json:"start,omitempty"`
	Review clock.Stamp `json:"review,omitempty"`
	End    clock.Stamp `json:"end,omitempty"`
}

// ToConcerned is what the person concerned reads.
func (m Measure) ToConcerned() Shown {
	return Shown{ID: m.ID, Kind: m.Kind, State: m.State, Told: m.Told, Start: m.Start, Review: m.Review, End: m.End}
}

// Due is when somebody next has to see to a measure: its start while it is planned, then its review
// or its end, whichever comes first. Zero when nothing is left.
func (m Measure) Due() clock.Stamp {
	switch {
	case !m.State.Open():
		return 0
	case m.State == Planned && m.Start != 0:
		return m.Start
	case m.End != 0 && (m.Review == 0 || m.End < m.Review):
		return m.End
	}
	return m.Review
}

// Check tells what must be mended in a measure. One that goes on must say why it is in proportion and
// who agreed, and when it is reviewed; one that has ended, what it led to.
func (m Measure) Check(now clock.Stamp) error {
	var bad []fault.Field
	need := func(name string, missing bool) {
		if missing {
			bad = append(bad, fault.Field{Name: name, Code: "field.required"})
		}
	}
	if !slices.Contains(Kinds(), m.Kind) {
		bad = append(bad, fault.Field{Name: "kind", Code: "field.choose"})
	}
	if !slices.Contains(States(), m.State) {
		bad = append(bad, fault.Field{Name: "state", Code: "field.choose"})
	}
	if !ident.Valid(m.Owner) {
		bad = append(bad, fault.Field{Name: "owner", Code: "field.choose"})
	}
	bad = append(bad, code.One("consent", m.Consent, Consents())...)
	bad = append(bad, code.One("effect", m.Effect, Effects())...)
	need("what", m.Kind == OtherMeasure && blank(m.What))
	need("review", m.State.Open() && m.Review == 0)
	if m.State == Ongoing {
		need("proportion", blank(m.Proportion))
		need("consent", m.Consent == "")
		if m.Consent == Refused {
			bad = append(bad, fault.Field{Name: "consent", Code: "measure.refused"})
		}
	}
	need("by", m.Consent == AgreedOther && blank(m.By))
	need("effect", m.State == Ended && (m.Effect == "" || m.Effect == NotJudged))
	for _, f := range []struct {
		name, text string
		most       int
	}{{"what", m.What, MaxText}, {"told", m.Told, MaxText}, {"cost", m.Cost, MaxCost}, {"proportion", m.Proportion, MaxText}, {"by", m.By, 200}, {"effect_note", m.EffectNote, MaxText}} {
		if utf8.RuneCountInString(f.text) > f.most {
			bad = append(bad, fault.Field{Name: f.name, Code: "field.too-long", Args: []any{f.most}})
		} else if strings.ContainsRune(f.text, 0) {
			bad = append(bad, fault.Field{Name: f.name, Code: "field.bytes"})
		}
	}
	return fault.Form(append(bad, m.checkTimes(now)...))
}

// CheckReview tells what must be mended when a measure is changed after its review was due: what it has
// led to so far is judged before it is given a new day.
func (m Measure) CheckReview(before Measure, now clock.Stamp) error {
	due := before.State == Ongoing && before.Review != 0 && before.Review <= now
	if due && m.State == Ongoing && m.Review != before.Review && (m.Effect == "" || m.Effect == NotJudged && blank(m.EffectNote)) {
		return fault.In("effect", "measure.judge")
	}
	return nil
}

func (m Measure) checkTimes(now clock.Stamp) (bad []fault.Field) {
	for _, f := range []struct {
		name string
		at   clock.Stamp
	}{{"start", m.Start}, {"review", m.Review}, {"end", m.End}} {
		if f.at != 0 && (f.at < now.Add(-MaxAhead) || f.at > now.Add(MaxAhead)) {
			bad = append(bad, fault.Field{Name: f.name, Code: "lifecycle.date"})
		}
	}
	if m.Start != 0 && m.End != 0 && m.End < m.Start {
		bad = append(bad, fault.Field{Name: "end", Code: "measure.ends-first"})
	}
	return bad
}

func blank(s string) bool { return strings.TrimSpace(s) == "" }
