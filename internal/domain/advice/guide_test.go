package advice

import (
	"slices"
	"testing"
)

func TestEveryGuideHasItsLines(t *testing.T) {
	t.Parallel()
	for _, g := range Guides() {
		lines := codes(g.Lines())
		if len(lines) < 4 || len(slices.Compact(slices.Sorted(slices.Values(lines)))) != len(lines) {
			t.Errorf("%s: %v", g, lines)
		}
	}
	if got := Parcel.Lines()[0].Code; got != SuspiciousParcel {
		t.Errorf("a parcel begins with %s", got)
	}
}

func TestWhatIsNotedOfACallBecomesText(t *testing.T) {
	t.Parallel()
	say := func(term string) string { return term }
	n := Noted{"wording": {" Ni ska få se. "}, "kind": {"bomb", "hemligt"}, "voice": {"deep", "quiet"}, "motive": {""}, "okänt": {"x"}}
	want := "advice.phone.wording: Ni ska få se.\nadvice.phone.kind: advice.phone-kind.bomb\nadvice.phone.voice: advice.phone-voice.deep, advice.phone-voice.quiet"
	if got := n.Text(say); got != want {
		t.Errorf("%q", got)
	}
	if got := (Noted{}).Text(say); got != "" {
		t.Errorf("nothing was noted: %q", got)
	}
}
