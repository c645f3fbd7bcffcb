package incident

import (
	"slices"
	"time"

	"varn/internal/kit/clock"
	"varn/internal/kit/code"
	"varn/internal/kit/locale"
)

// SheetField (rad på kopieringsbladet) is what is asked in one field of another system's form.
type SheetField string

// The fields, in the order in which KIA asks.
const (
	SheetDate     SheetField = "DATE"
	SheetTime     SheetField = "TIME"
	SheetPlace    SheetField = "PLACE"
	SheetWhat     SheetField = "WHAT"
	SheetWho      SheetField = "WHO"
	SheetInjury   SheetField = "INJURY"
	SheetMeasures SheetField = "MEASURES" // taken at once; whoever copies fills it in
)

// The fields that only the authorities' papers have.
const (
	SheetKind      SheetField = "KIND"
	SheetDanger    SheetField = "DANGER"
	SheetTarget    SheetField = "TARGET"
	SheetWitnesses SheetField = "WITNESSES"
)

// SheetFields lists KIA's fields in its order.
func SheetFields() []SheetField {
	return []SheetField{SheetDate, SheetTime, SheetPlace, SheetWhat, SheetWho, SheetInjury, SheetMeasures}
}

// PaperFields lists those that only the authorities' papers have.
func PaperFields() []SheetField {
	return []SheetField{SheetKind, SheetDanger, SheetTarget, SheetWitnesses}
}

// Term is the key of its label.
func (f SheetField) Term() string { return code.Term("incident.sheet", f) }

// injury is what the reporter said of harm.
type injury string

const (
	physical injury = "PHYSICAL"
	mental   injury = "MENTAL"
	noInjury injury = "NONE"
)

func (i injury) term() string { return code.Term("incident.injury", i) }

// Field is one row of the sheet: what the codes mean, by the keys of their labels, and what was
// written, each on its own line. Both can be empty: nothing was told.
type Field struct {
	Field SheetField
	Terms []string
	Texts []string
}

// CopySheet (kopieringsblad) is a report in KIA's order, for a unit that reports there and lets
// security follow here. It holds what the report holds: give it the view that the reader has.
func CopySheet(r Report) []Field {
	from, to := at(r.OccurredFrom), at(r.OccurredTo)
	days, hours := span(from, to, time.DateOnly), span(from, to, "15.04")
	if !from.IsZero() && !to.IsZero() && from.Format(time.DateOnly) == to.Format(time.DateOnly) {
		days = days[:1]
	}
	return []Field{
		{Field: SheetDate, Texts: days},
		{Field: SheetTime, Texts: hours},
		{Field: SheetPlace, Terms: termOf(r.Place), Texts: told(r.PlaceNote)},
		{Field: SheetWhat, Terms: termsOf(r.Forms), Texts: told(r.Narrative, r.Words)},
		{Field: SheetWho, Terms: termOf(r.TargetCategory), Texts: told(r.OnBehalfOf)},
		{Field: SheetInjury, Terms: injuries(r)},
		{Field: SheetMeasures},
	}
}

func at(s clock.Stamp) time.Time {
	if s == 0 {
		return time.Time{}
	}
	return s.Time().In(locale.Zone())
}

// span writes a beginning and an end; one of them, or neither, when that is all that was told.
func span(from, to time.Time, layout string) []string {
	var out []string
	for _, t := range []time.Time{from, to} {
		if !t.IsZero() {
			out = append(out, t.Format(layout))
		}
	}
	return slices.Compact(out)
}

func injuries(r Report) []string {
	var out []string
	if r.InjuryPhysical {
		out = append(out, physical.term())
	}
	if r.InjuryMental {
		out = append(out, mental.term())
	}
	if out == nil {
		out = append(out, noInjury.term())
	}
	return out
}

func told(texts ...string) []string {
	return slices.DeleteFunc(texts, func(s string) bool { return s == "" })
}

func termOf[C interface {
	~string
	Term() string
}](c C) []string {
	if c == "" {
		return nil
	}
	return []string{c.Term()}
}

func termsOf[C interface{ Term() string }](list []C) []string {
	var out []string
	for _, c := range list {
		out = append(out, c.Term())
	}
	return out
}
