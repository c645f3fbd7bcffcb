package advice

import (
	"slices"

	"varn/internal/kit/code"
)

// PhoneField (rad i checklistan för telefonhot) is something to note during or right after a
// threat by phone. Choices is empty where it is written freely.
type PhoneField struct {
	Code    string
	Choices []string
}

// Term is the key of the field's label.
func (f PhoneField) Term() string { return code.Term("advice.phone", f.Code) }

// ChoiceTerm is the key of a choice's label.
func (f PhoneField) ChoiceTerm(choice string) string {
	return code.Term("advice.phone-"+f.Code, choice)
}

// PhoneChecklist is the checklist for a threat by phone, in the order in which Swedish
// authorities print it.
func PhoneChecklist() []PhoneField {
	return []PhoneField{
		{Code: "number"}, {Code: "started"}, {Code: "length"}, {Code: "wording"}, {Code: "target"}, {Code: "motive"}, {Code: "demands"},
		{Code: "kind", Choices: []string{"bomb", "fire", "violence", "other"}},
		{Code: "bomb-where"}, {Code: "bomb-when"}, {Code: "bomb-looks"}, {Code: "bomb-type"}, {Code: "bomb-placed"},
		{Code: "caller", Choices: []string{"man", "woman", "boy", "girl"}},
		{Code: "dialect"},
		{Code: "attitude", Choices: []string{"calm", "upset", "knows"}},
		{Code: "voice", Choices: []string{"deep", "light", "high", "slurred", "quiet", "soft"}},
		{Code: "speech", Choices: []string{"fast", "stammering", "swearing", "technical", "polished", "distinct"}},
		{Code: "background", Choices: []string{"silent", "voices", "children", "traffic", "aircraft", "music", "machines", "broadcast"}},
	}
}

// PhoneSource is where the checklist was read.
const PhoneSource = "https://intra.kth.se/en/campus/sakerhet/sakerhet-checklistor/telefonhot-och-bombhot-1.1280650"

// Terms are the keys of every text of the package.
func Terms() []string {
	out := code.Terms("advice.section", Sections())
	for _, a := range All() {
		out = append(out, a.Code.Term())
	}
	for _, f := range PhoneChecklist() {
		out = append(out, f.Term())
		for _, c := range f.Choices {
			out = append(out, f.ChoiceTerm(c))
		}
	}
	for _, g := range Guides() {
		out = append(out, g.Term(), g.Term()+"-text")
	}
	return slices.Clip(out)
}
