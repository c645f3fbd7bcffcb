package watch

import (
	"net/url"
	"testing"
	"time"

	"varn/internal/kit/clock"
	"varn/internal/kit/locale"
)

func at(t *testing.T, text string) *url.URL {
	t.Helper()
	u, err := url.Parse(text)
	if err != nil {
		t.Fatal(err)
	}
	return u
}

func TestASiteHoldsWhatWasEnteredAndNothingElse(t *testing.T) {
	t.Parallel()
	c := Card{Start: "https://www.exempelstad.se", Hosts: []string{"handlingar.exempelstad.se"}}
	for text, want := range map[string]bool{
		"https://www.exempelstad.se/a":        true,
		"http://www.exempelstad.se/":          true,
		"https://WWW.exempelstad.se:443/":     true,
		"https://handlingar.exempelstad.se/x": true,
		"https://exempelstad.se/":             false,
		"https://a.www.exempelstad.se/":       false,
		"https://www.exempelstad.se.ond.se/":  false,
		"https://www.exempelstad.se:8443/":    false,
		"https://u@www.exempelstad.se/":       false,
		"ftp://www.exempelstad.se/":           false,
		"https://www.exempelstad.se@ond.se/":  false,
		"javascript:alert(1)":                 false,
	} {
		if got := c.Holds(at(t, text)); got != want {
			t.Errorf("%s: %t", text, got)
		}
	}
	c.Subdomains = true
	if !c.Holds(at(t, "https://a.handlingar.exempelstad.se/")) || c.Holds(at(t, "https://ondhandlingar.exempelstad.se/")) || c.Holds(at(t, "https://exempelstad.se/")) {
		t.Error("subdomains are those below the hosts")
	}
	near := Card{Start: "http://127.0.0.1:8081", Subdomains: true}
	if !near.Holds(at(t, "http://127.0.0.1:8081/a")) || near.Holds(at(t, "http://127.0.0.1:8082/a")) || near.Holds(at(t, "http://a.127.0.0.1:8081/")) {
		t.Error("a port is another server")
	}
}

func TestAPageIsTheUnitsWithTheLongestPath(t *testing.T) {
	t.Parallel()
	c := Card{Units: []PathUnit{{"/skola", "a"}, {"/skola/solskolan/", "b"}, {"/", "c"}}}
	for path, want := range map[string]string{"/skola": "a", "/skola/x": "a", "/skola/solskolan": "b", "/skola/solskolan/x": "b", "/skolan": "c", "/": "c", "/x/../skola/y": "a"} {
		if got := c.UnitOf(&url.URL{Path: path}); got != want {
			t.Errorf("%s is of %s", path, got)
		}
	}
	if got := (Card{Units: []PathUnit{{"/skola", "a"}}}).UnitOf(&url.URL{Path: "/"}); got != "" {
		t.Errorf("nobody's page is of %s", got)
	}
}

func TestASiteSaysWhatToMend(t *testing.T) {
	t.Parallel()
	good := Card{Name: "Webbplatsen", Start: "www.exempelstad.se", Hosts: []string{"a.exempelstad.se"}, Domains: []string{"exempelstad.se"}, Units: []PathUnit{{"/a", "u"}}, Least: .5}
	if err := good.Check(); err != nil {
		t.Fatal(err)
	}
	for name, edit := range map[string]func(*Card){
		"no name": func(c *Card) { c.Name = " " }, "no start": func(c *Card) { c.Start = "" }, "another scheme": func(c *Card) { c.Start = "file:///etc/passwd" }, "a password": func(c *Card) { c.Start = "https://u:p@exempelstad.se" },
		"an address for a host": func(c *Card) { c.Hosts = []string{"10.0.0.1"} }, "a port": func(c *Card) { c.Hosts = []string{"a.se:80"} }, "a path": func(c *Card) { c.Hosts = []string{"a.se/b"} }, "one word": func(c *Card) { c.Hosts = []string{"localhost"} },
		"a domain that is none": func(c *Card) { c.Domains = []string{"@exempelstad.se"} }, "a path without a unit": func(c *Card) { c.Units = []PathUnit{{"/a", ""}} }, "no path": func(c *Card) { c.Units = []PathUnit{{"a", "u"}} }, "more than sure": func(c *Card) { c.Least = 2 },
	} {
		c := good
		edit(&c)
		if c.Check() == nil {
			t.Errorf("%s is taken", name)
		}
	}
}

func TestAWeekBeginsOnMondayInSweden(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"2026-11-22T22:59:00Z": "2026-11-15T23:00:00Z", // Sunday night
		"2026-11-22T23:01:00Z": "2026-11-22T23:00:00Z", // Monday has begun
		"2026-10-26T12:00:00Z": "2026-10-25T23:00:00Z", // the night after summer time
		"2026-03-30T12:00:00Z": "2026-03-29T22:00:00Z",
	} {
		moment, err := time.Parse(time.RFC3339, in)
		if err != nil {
			t.Fatal(err)
		}
		if got := Monday(clock.Of(moment), locale.Zone()).Time().UTC().Format(time.RFC3339); got != want {
			t.Errorf("%s: %s", in, got)
		}
	}
}

func TestHistoryIsBoundedAndKeepsItsBeginning(t *testing.T) {
	t.Parallel()
	var d Detail
	d.Add(Event{Act: Found})
	for range 3 * maxHistory {
		d.Add(Event{Act: StillHere})
	}
	if len(d.History) != maxHistory || d.History[0].Act != Found {
		t.Errorf("%d events, the first %s", len(d.History), d.History[0].Act)
	}
}
