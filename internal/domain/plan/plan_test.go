package plan

import (
	"encoding/json"
	"strings"
	"testing"

	"varn/internal/kit/fault"
)

func TestAPlanIsTidiedCheckedAndReadBack(t *testing.T) {
	t.Parallel()
	p := Plan{Parts: map[Part]string{Signs: " Samma bil två kvällar. ", Word: " "}, Checks: map[Topic]Standing{Home: ToDo, Mail: ""}, Notes: map[Topic]string{Home: "Byt lås."}}.Tidy()
	if err := p.Check(); err != nil || p.Left() != len(Topics())-1 || len(p.Parts) != 1 {
		t.Fatalf("%+v %v", p, err)
	}
	raw, err := json.Marshal(p)
	if err != nil {
		t.Fatal(err)
	}
	back, err := Decode(raw)
	if err != nil || back.Notes[Home] != "Byt lås." {
		t.Errorf("%+v %v", back, err)
	}
	want := "plan.part.signs\nSamma bil två kvällar.\n\nplan.topic.home: plan.standing.to-do\nByt lås."
	if got := p.Text(func(term string) string { return term }); got != want {
		t.Errorf("%q", got)
	}
	if _, err := Decode([]byte(`{"v":2}`)); err == nil {
		t.Error("another version is read")
	}
	if !(Plan{}).Tidy().Empty() || p.Empty() {
		t.Error("empty is not empty")
	}
}

func TestAPlanSaysWhatToMend(t *testing.T) {
	t.Parallel()
	for want, p := range map[string]Plan{
		"SIGNS":     {Parts: map[Part]string{Signs: strings.Repeat("å", MaxText+1)}},
		"parts":     {Parts: map[Part]string{"X": "y"}},
		"checks":    {Checks: map[Topic]Standing{Home: "KANSKE"}},
		"notes":     {Notes: map[Topic]string{"X": "y"}},
		"note_HOME": {Notes: map[Topic]string{Home: "a\x00"}},
	} {
		if err := p.Check(); err == nil || fault.Of(err).Fields[0].Name != want {
			t.Errorf("%s: %v", want, err)
		}
	}
}
