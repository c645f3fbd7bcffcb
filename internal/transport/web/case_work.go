package web

import (
	"varn/internal/domain/agenda"
	"varn/internal/kit/locale"
	"varn/internal/usecase/casework"
)

// workLine is one line of the work in a case: where its page is, and in a few words how it stands.
type workLine struct {
	Text  locale.Key
	Href  string // below the case's own address
	State string
	Late  bool
}

// workOf lists the pages of the work in a case, in the order in which it is done.
func workOf(r *Request, c *casework.Opened) []workLine {
	if c.View == agenda.View {
		return []workLine{{Text: "case_agenda.title", Href: "/dagordning", State: r.Text("case_agenda.line")}}
	}
	out := append([]workLine{assessLineOf(r, c), measuresLineOf(r, c)}, safetyLineOf(r, c)...)
	out = append(out, evidenceLine(r, c), obligationsLine(r, c))
	if c.Compares {
		out = append(out, workLine{"case_compare.title", "/samma-hand", r.Text("case_compare.line"), false})
	}
	return out
}
