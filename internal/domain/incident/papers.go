package incident

// Paper (underlag) is a report in the order in which an authority's form is filled in, to copy from. It
// names nobody but in the injury's, where the form is about one person.
type Paper string

// The papers.
const (
	NoticePaper Paper = "NOTICE" // the Work Environment Authority, AML 3:3 a
	InjuryPaper Paper = "INJURY" // the Social Insurance Agency
)

// Papers lists both.
func Papers() []Paper { return []Paper{NoticePaper, InjuryPaper} }

// Rows are a paper's rows. They hold what the report holds: give it the view that the reader has.
func (p Paper) Rows(r Report) []Field {
	by := map[SheetField]Field{}
	for _, f := range CopySheet(r) {
		by[f.Field] = f
	}
	by[SheetWhat] = Field{Field: SheetWhat, Texts: told(r.Narrative, r.Words)}
	by[SheetKind] = Field{Field: SheetKind, Terms: termsOf(r.Forms)}
	_, reasons := r.Urgency()
	by[SheetDanger] = Field{Field: SheetDanger, Terms: termsOf(reasons)}
	by[SheetWitnesses] = Field{Field: SheetWitnesses, Texts: told(r.Witnesses)}
	by[SheetTarget] = Field{Field: SheetTarget, Terms: termOf(r.TargetCategory)}
	order := []SheetField{SheetKind, SheetDate, SheetTime, SheetPlace, SheetWhat, SheetDanger, SheetTarget, SheetInjury, SheetMeasures}
	if p == InjuryPaper {
		order = []SheetField{SheetWho, SheetDate, SheetTime, SheetPlace, SheetWhat, SheetInjury, SheetWitnesses, SheetMeasures}
	}
	out := make([]Field, len(order))
	for i, f := range order {
		out[i] = by[f]
	}
	return out
}
