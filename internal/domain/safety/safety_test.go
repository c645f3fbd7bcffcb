package safety

import (
	"strings"
	"testing"

	"varn/internal/kit/fault"
	"varn/internal/kit/ident"
)

func TestAMatterSaysWhatToMend(t *testing.T) {
	t.Parallel()
	good := Submission{Request, ident.New(), "Larm vid disken."}
	if err := good.Check(); err != nil {
		t.Fatal(err)
	}
	for name, edit := range map[string]func(*Submission){
		"kind": func(m *Submission) { m.Kind = Word },
		"unit": func(m *Submission) { m.Unit = "../etc" },
		"text": func(m *Submission) { m.Text = strings.Repeat("å", MaxText+1) },
	} {
		m := good
		edit(&m)
		if err := m.Check(); err == nil || fault.Of(err).Fields[0].Name != name {
			t.Errorf("%s: %v", name, err)
		}
	}
	if Known("security") || !Known(string(Stop)) {
		t.Error("a view is taken for another's")
	}
}
