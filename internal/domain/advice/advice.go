// Package advice chooses what to tell somebody who has reported: what to do at once, what to save
// and where there is help, by what has happened.
package advice

import (
	"slices"

	"varn/internal/domain/incident"
	"varn/internal/kit/code"
)

// Code names an advice; its text lies with the others.
type Code string

// The advice.
const (
	Call112          Code = "CALL_112"
	Call11414        Code = "CALL_11414"
	TellSomeone      Code = "TELL_SOMEONE"
	ReportToPolice   Code = "REPORT_TO_POLICE"
	SayElected       Code = "SAY_ELECTED"
	AskRestricted    Code = "ASK_RESTRICTED"
	WorkPhone        Code = "WORK_PHONE"
	AnyoneMayReport  Code = "ANYONE_MAY_REPORT"
	RegisterIt       Code = "REGISTER_IT"
	SuspiciousParcel Code = "SUSPICIOUS_PARCEL"

	SaveMessages Code = "SAVE_MESSAGES"
	PaperBag     Code = "PAPER_BAG"
	CallNotes    Code = "CALL_NOTES"
	Logbook      Code = "LOGBOOK"
	Photos       Code = "PHOTOS"
	SeeDoctor    Code = "SEE_DOCTOR"
	Witnesses    Code = "WITNESSES"

	VictimSupport   Code = "VICTIM_SUPPORT"
	CrimesExplained Code = "CRIMES_EXPLAINED"
	Whistleblowing  Code = "WHISTLEBLOWING"
)

// Section is under which heading an advice stands.
type Section string

// The sections.
const (
	Now      Section = "NOW"
	Evidence Section = "EVIDENCE"
	Help     Section = "HELP"
)

// Sections lists the sections in the order of a page.
func Sections() []Section { return []Section{Now, Evidence, Help} }

// Term is the key of its heading.
func (s Section) Term() string { return code.Term("advice.section", s) }

// Advice (råd) is one line, and where it was read.
type Advice struct {
	Code    Code
	Section Section
	Source  string

	when func(incident.Report) bool // nil: always
}

// Term is the key of its text.
func (c Code) Term() string { return code.Term("advice", c) }

// For gives the advice that an event calls for, in the order of a page. What is not told about the
// event leaves nothing out that always holds.
func For(r incident.Report) []Advice {
	return slices.DeleteFunc(All(), func(a Advice) bool { return a.when != nil && !a.when(r) })
}

// In keeps the advice of one section.
func In(s Section, list []Advice) []Advice {
	var out []Advice
	for _, a := range list {
		if a.Section == s {
			out = append(out, a)
		}
	}
	return out
}

func written(r incident.Report) bool {
	return came(r, incident.Email, incident.Letter, incident.Message, incident.SocialMedia, incident.WebForm)
}

func came(r incident.Report, by ...incident.Medium) bool {
	return slices.ContainsFunc(r.Medium, func(m incident.Medium) bool { return slices.Contains(by, m) })
}

func was(r incident.Report, forms ...incident.Form) bool {
	return slices.ContainsFunc(r.Forms, func(f incident.Form) bool { return slices.Contains(forms, f) })
}

func isElected(r incident.Report) bool {
	return slices.Contains([]incident.TargetCategory{incident.ElectedFulltime, incident.ElectedLeisure, incident.Substitute, incident.LayAuditor}, r.TargetCategory)
}
