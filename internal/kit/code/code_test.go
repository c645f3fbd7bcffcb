package code

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
)

type fruit string

func fruits() []fruit { return []fruit{"APPLE", "SOUR_PLUM"} }

func TestAWrongCodeIsRefusedWithoutBeingRepeated(t *testing.T) {
	t.Parallel()
	for _, bad := range [][]string{
		{fmt.Sprint(One("f", "hemlig", fruits()))},
		{fmt.Sprint(Many("f", []fruit{"APPLE", "hemlig"}, fruits()))},
	} {
		if strings.Contains(bad[0], "hemlig") || !strings.Contains(bad[0], "APPLE, SOUR_PLUM") {
			t.Errorf("got %s", bad[0])
		}
	}
	if One("f", "", fruits()) != nil || One("f", "APPLE", fruits()) != nil || Many("f", fruits(), fruits()) != nil {
		t.Error("a known code is refused")
	}
	if got := Many("f", []fruit{"APPLE", "APPLE", "APPLE"}, fruits()); len(got) != 1 || got[0].Code != "field.too-many" {
		t.Errorf("got %v", got)
	}
}

func TestSetOrdersAndDropsWhatStandsTwice(t *testing.T) {
	t.Parallel()
	got := Set([]fruit{"x", "SOUR_PLUM", "", "APPLE", "SOUR_PLUM"}, fruits())
	if !slices.Equal(got, []fruit{"APPLE", "SOUR_PLUM", "x"}) {
		t.Errorf("got %v", got)
	}
}

func TestTermsAreKeysOfTexts(t *testing.T) {
	t.Parallel()
	if got := Terms("a.fruit", fruits()); !slices.Equal(got, []string{"a.fruit.apple", "a.fruit.sour-plum"}) {
		t.Errorf("got %v", got)
	}
}

func TestAListMayBeOneCodeAlone(t *testing.T) {
	t.Parallel()
	for raw, want := range map[string][]fruit{
		`"APPLE"`: {"APPLE"}, `["APPLE","SOUR_PLUM"]`: fruits(), `null`: nil, `""`: nil, `[]`: {},
	} {
		var got List[fruit]
		if err := json.Unmarshal([]byte(raw), &got); err != nil || !slices.Equal(got, want) {
			t.Errorf("%s gave %v, %v", raw, got, err)
		}
	}
	for _, raw := range []string{`7`, `{"a":1}`, `[1]`, `[["APPLE"]]`} {
		var got List[fruit]
		if json.Unmarshal([]byte(raw), &got) == nil {
			t.Errorf("%s passed", raw)
		}
	}
}
