package registration

import (
	"slices"
	"testing"
	"time"

	"varn/internal/kit/clock"
	"varn/internal/kit/fault"
)

func entry() Entry {
	return Entry{Date: clock.Of(time.Date(2026, 3, 2, 23, 5, 0, 0, time.UTC)), Number: "KS 2026/0012", Direction: In, Party: Withheld, Subject: LetterIn, Provision: "OSL 21:3"}
}

func TestAnEntryIsMadeOfCodes(t *testing.T) {
	t.Parallel()
	for want, change := range map[string]func(*Entry){
		"":                             func(*Entry) {},
		"date field.required":          func(e *Entry) { e.Date = 0 },
		"number field.required":        func(e *Entry) { e.Number = "" },
		"number field.too-long":        func(e *Entry) { e.Number = string(make([]byte, 300)) },
		"direction field.choose":       func(e *Entry) { e.Direction = "" },
		"direction field.unknown-code": func(e *Entry) { e.Direction = "x" },
		"party field.unknown-code":     func(e *Entry) { e.Party = "Kim Ek" },
		"subject field.unknown-code":   func(e *Entry) { e.Subject = "Hot mot Kim Ek" },
		"provision field.unknown-code": func(e *Entry) { e.Provision = "OSL 99:1" },
	} {
		e := entry()
		change(&e)
		err := e.Check()
		got := ""
		if err != nil {
			f := fault.Of(err).Fields[0]
			got = f.Name + " " + f.Code
		}
		if got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
	unmarked := entry()
	unmarked.Provision = ""
	if unmarked.Check() != nil {
		t.Error("an entry without a mark is refused")
	}
}

func TestEveryProvisionIsListedLaw(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 3, 2, 0, 0, 0, 0, time.UTC)
	for _, p := range Provisions() {
		if par, ok := p.On(now); !ok || par.GistSwedish == "" {
			t.Errorf("%s is not in the list of law", p)
		}
	}
	before := ProvisionsOn(time.Date(2025, 7, 1, 0, 0, 0, 0, time.UTC))
	if slices.Contains(before, "OSL 23:5 a") || !slices.Contains(before, "OSL 39:3") || !slices.Contains(ProvisionsOn(now), "OSL 23:5 a") {
		t.Error("a provision is offered before it held, or not after")
	}
	if _, ok := Provision("KL 4:2").On(now); ok {
		t.Error("a paragraph that is no secrecy provision")
	}
}
