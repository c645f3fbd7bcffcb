package casefile

import (
	"testing"

	"varn/internal/kit/clock"
	"varn/internal/kit/fault"
)

func TestAPrivateWayNeverStandsAsTheContact(t *testing.T) {
	t.Parallel()
	f := Filing{Victim: "Asta Ledamot", Position: "ledamot", Filer: "Vera", Contact: "växeln, 0123-456 70"}
	for private, refused := range map[string]bool{
		"": false, "070-174 06 05": false, "0123-45670": true, "+46 123 456 70": true, "0046 123 45670": true, "asta@example.se": false, "12": false,
	} {
		if err := f.Check(private); (err != nil) != refused {
			t.Errorf("%q: %v", private, err)
		}
	}
	f.Contact = "Skriv till Asta@Example.se"
	if err := f.Check("070-1740605, asta@example.se"); fault.Of(err).Fields == nil {
		t.Error("an address of one's own")
	}
	if err := (Filing{}).Check(); len(fault.Of(err).Fields) != 4 {
		t.Errorf("an empty filing: %v", err)
	}
}

func TestOnlyAPoliceReportHasAnOutcome(t *testing.T) {
	t.Parallel()
	now := clock.Stamp(2_000_000)
	for name, c := range map[string]struct {
		r  Reported
		ok bool
	}{
		"investigated": {Reported{To: ToPolice, At: 1, Number: "5000-K1-26", Outcome: Investigated}, true},
		"reopened":     {Reported{To: ToPolice, At: 1, Outcome: Investigated, Reopened: true}, true},
		"no such":      {Reported{To: ToPolice, At: 1, Outcome: "WON"}, false},
		"not reported": {Reported{To: ToPolice, Why: Trifle, Outcome: Discontinued}, false},
		"the party":    {Reported{To: ToParty, At: 1, Reopened: true}, false},
	} {
		if err := c.r.Check(now); (err == nil) != c.ok {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestACardSaysWhatItMust(t *testing.T) {
	t.Parallel()
	now := clock.Stamp(2_000_000)
	whole := Card{Kind: WebPage, From: "a", Why: "b", URL: "https://example.se/x", Seen: 1}
	for name, change := range map[string]func(*Card){
		"no kind": func(c *Card) { c.Kind = "X" }, "no source": func(c *Card) { c.From = "" }, "no reason": func(c *Card) { c.Why = "" },
		"a program for an address": func(c *Card) { c.URL = "javascript:alert(1)" }, "no time": func(c *Card) { c.Seen = 0 }, "later than now": func(c *Card) { c.Seen = now + 1 },
		"a copy of nothing": func(c *Card) { c.Kind = Derived },
	} {
		c := whole
		change(&c)
		if err := c.Check(now); err == nil {
			t.Errorf("%s is taken", name)
		}
	}
	if err := whole.Check(now); err != nil {
		t.Error(err)
	}
}
