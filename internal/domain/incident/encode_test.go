package incident

import (
	"fmt"
	"reflect"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func TestAReportIsTheSameWhenItIsOpened(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		r := drawReport(t).Tidy()
		raw, err := r.Encode()
		if err != nil {
			t.Fatal(err)
		}
		got, err := Decode(raw)
		if err != nil {
			t.Fatal(err)
		}
		if !reflect.DeepEqual(got, r) {
			t.Fatalf("sealed %+v, opened %+v", r, got)
		}
	})
}

func TestTheLongestReportCanBeSealed(t *testing.T) {
	t.Parallel()
	r := Report{Narrative: strings.Repeat("<", MaxNarrative), Words: strings.Repeat("\u2028", MaxWords),
		Exclude: strings.Repeat("&", MaxExclude), Answers: map[string]Answer{}}
	for i := range MaxAnswers {
		r.Answers[fmt.Sprint("q", i)] = Answer{Text: strings.Repeat("\u2029", MaxAnswer)}
	}
	raw, err := r.Encode()
	if err != nil {
		t.Fatal(err)
	}
	if _, err := Decode(raw); err != nil {
		t.Fatal(err)
	}
}

func TestDecodeIsStrictAndRepeatsNothing(t *testing.T) {
	t.Parallel()
	for _, raw := range []string{
		``, `null`, `[]`, `{}`, `{"v":1}`, `{"v":2,"narrative":"hemlig"}`, `{"narrative":"hemlig"}`,
		`{"v":1,"narrative":"a","hemlig":1}`, `{"v":1,"narrative":"a"} {"hemlig":1}`,
		`{"v":1,"narrative":"a","forms":["hemlig"]}`, `{"v":1,"narrative":"a","place":"hemlig"}`,
		`{"v":1,"narrative":"a","repeated_count":-1}`, `{"v":1,"narrative":"a","answers":{"Hemlig":{}}}`,
		`{"v":1,"narrative":"a","answers":{"a":{"choices":["Hemlig val"]}}}`,
		`{"v":1,"narrative":"` + strings.Repeat("a", MaxBody) + `"}`,
	} {
		_, err := Decode([]byte(raw))
		if err == nil {
			t.Errorf("%.60s passed", raw)
		} else if strings.Contains(strings.ToLower(fmt.Sprintf("%v %+v", err, err)), "hemlig") {
			t.Errorf("%.60s is repeated: %v", raw, err)
		}
	}
}

func TestAGroupThatWasSwitchedOffCanStillBeRead(t *testing.T) {
	t.Parallel()
	if _, err := Decode([]byte(`{"v":1,"narrative":"a","actor_groups":["PSYCHIATRIC"]}`)); err != nil {
		t.Fatal(err)
	}
}

func FuzzDecode(f *testing.F) {
	f.Add([]byte(`{"v":1,"narrative":"Någon ringde","forms":["THREAT"],"medium":["PHONE"],"occurred_from":1700000000000000}`))
	f.Add([]byte(`{"v":1,"narrative":"a","answers":{"who":{"choices":["parent"]}}}`))
	f.Add([]byte(`{"v":1,"narrative":"\ud800"}`))
	f.Fuzz(func(t *testing.T, raw []byte) {
		r, err := Decode(raw)
		if err != nil {
			return
		}
		again, err := r.Encode()
		if err != nil {
			t.Fatal(err)
		}
		if same, err := Decode(again); err != nil || !reflect.DeepEqual(same.Tidy(), r.Tidy()) {
			t.Fatalf("%v: %+v became %+v", err, r, same)
		}
	})
}
