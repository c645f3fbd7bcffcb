package advice

import (
	"slices"
	"strings"

	"varn/internal/kit/code"
)

// Guide (råd i en situation) is advice for somebody who is in the middle of something: few lines, in the
// order in which they are done.
type Guide string

// The guides.
const (
	AtOnce      Guide = "AT_ONCE"
	PhoneThreat Guide = "PHONE_THREAT"
	Parcel      Guide = "PARCEL"
	Online      Guide = "ONLINE"
	Violence    Guide = "VIOLENCE"
	Saving      Guide = "SAVING"
	Support     Guide = "SUPPORT"
)

// Guides lists every guide in the order of a page.
func Guides() []Guide {
	return []Guide{AtOnce, PhoneThreat, Parcel, Online, Violence, Saving, Support}
}

// Term is the key of its name; with "-text" it says when it helps.
func (g Guide) Term() string { return code.Term("guide.situation", g) }

// Lines is the guide's advice.
func (g Guide) Lines() []Advice {
	var out []Advice
	all := All()
	for _, c := range g.codes() {
		i := slices.IndexFunc(all, func(a Advice) bool { return a.Code == c })
		out = append(out, all[i])
	}
	return out
}

func (g Guide) codes() []Code {
	switch g {
	case AtOnce:
		return []Code{Call112, Call11414, TellSomeone, ReportToPolice, SayElected, AskRestricted, WorkPhone, AnyoneMayReport, RegisterIt}
	case PhoneThreat:
		return []Code{CallNotes, Call112, TellSomeone, ReportToPolice, AskRestricted, Logbook}
	case Parcel:
		return []Code{SuspiciousParcel, Call112, PaperBag, TellSomeone, ReportToPolice, RegisterIt}
	case Online:
		return []Code{SaveMessages, TellSomeone, ReportToPolice, AskRestricted, Logbook, CrimesExplained}
	case Violence:
		return []Code{Call112, SeeDoctor, Photos, Witnesses, ReportToPolice, SayElected, VictimSupport}
	case Saving:
		return []Code{SaveMessages, PaperBag, CallNotes, Photos, SeeDoctor, Witnesses, Logbook}
	}
	return []Code{TellSomeone, VictimSupport, CrimesExplained, Whistleblowing}
}

// Noted is what was noted of a threat by phone: answers by the code of the checklist's field.
type Noted map[string][]string

// Text writes what was noted as a text that can be reported, a line for each field that was filled in.
// Say gives the text of a label.
func (n Noted) Text(say func(term string) string) string {
	var out []string
	for _, f := range PhoneChecklist() {
		var words []string
		for _, v := range n[f.Code] {
			v = strings.TrimSpace(v)
			switch {
			case v == "":
			case len(f.Choices) == 0:
				words = append(words, v)
			case slices.Contains(f.Choices, v):
				words = append(words, say(f.ChoiceTerm(v)))
			}
		}
		if len(words) > 0 {
			out = append(out, say(f.Term())+": "+strings.Join(words, ", "))
		}
	}
	return strings.Join(out, "\n")
}
