package registration

import (
	"strings"
	"testing"

	"pgregory.net/rapid"
	"varn/internal/kit/fault"
)

func pattern(t interface{ Fatal(...any) }, raw string) Pattern {
	p, err := ParsePattern(raw)
	if err != nil {
		t.Fatal(raw, err)
	}
	return p
}

func TestMunicipalitiesNumbersAreWrittenAndRead(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		pattern, number string
		n               Number
	}{
		{"KS {year}/{n:4}", "KS 2018/0316", Number{2018, 316, 0}},
		{"KS {year}/{n:4}", "KS 2018/10316", Number{2018, 10316, 0}},
		{"Dnr {year}/{n}-{sub}", "Dnr 2012/472-70", Number{2012, 472, 70}},
		{"Dnr {year}/{n}-{sub}", "Dnr 2012/472", Number{2012, 472, 0}},
		{"KS {year}-{n}", "KS 2023-860", Number{2023, 860, 0}},
		{"SO {year}/{n:4}", "SO 2019/0060", Number{2019, 60, 0}},
		{"{n:5}-{year}", "00007-2026", Number{2026, 7, 0}},
		{"ÄBN {year}.{n} dpl {sub}", "ÄBN 2026.12 dpl 3", Number{2026, 12, 3}},
	} {
		p := pattern(t, c.pattern)
		if got, err := p.Format(c.n); err != nil || got != c.number {
			t.Errorf("%s: %q, %v", c.pattern, got, err)
		}
		if got, ok := p.Parse(c.number); !ok || got != c.n {
			t.Errorf("%s: %q is %+v, %v", c.pattern, c.number, got, ok)
		}
		if p.String() != c.pattern {
			t.Errorf("%q became %q", c.pattern, p.String())
		}
	}
}

func TestABadPatternSaysWhy(t *testing.T) {
	t.Parallel()
	for raw, want := range map[string]string{
		"":                          "registration.marks",
		"KS 2026":                   "registration.marks",
		"KS {year}":                 "registration.marks",
		"KS {n}":                    "registration.marks",
		"{year}/{n}/{n}":            "registration.marks",
		"{year}{n}":                 "registration.apart",
		"{year} {n}":                "registration.apart",
		"{year}/{n}1":               "registration.apart",
		"1{year}/{n}":               "registration.apart",
		"{year}/{n} {sub}":          "registration.apart",
		"{sub}-{year}/{n}":          "registration.sub-last",
		"{n}/{year}-{sub}":          "registration.sub-last",
		"{year}/{n}-{sub}x":         "registration.sub-last",
		"{år}/{n}":                  "registration.mark",
		"{year}/{n:0}":              "registration.mark",
		"{year}/{n:10}":             "registration.mark",
		"{year}/{n:-1}":             "registration.mark",
		"{year}/{n":                 "registration.mark",
		"{year}}/{n}":               "registration.mark",
		" {year}/{n}":               "field.bytes",
		"{year}\n/{n}":              "field.bytes",
		"{year}/{n}\xff":            "field.too-long",
		strings.Repeat("a", 61):     "field.too-long",
		"{year}/{n}" + "\u202eabc":  "field.bytes",
		"{year}/" + "{N}":           "registration.mark",
		"{year}/{n:4}-{sub}-{sub}!": "registration.marks",
	} {
		_, err := ParsePattern(raw)
		if err == nil || fault.Of(err).Fields[0].Code != want {
			t.Errorf("%q: %v", raw, err)
		}
	}
}

func TestANumberFromOutsideIsReadAsPeopleWriteIt(t *testing.T) {
	t.Parallel()
	p := pattern(t, "KS {year}/{n:4}-{sub}")
	for _, written := range []string{"KS 2018/0316-2", "ks2018/316-2", " KS  2018 / 0316 - 2", "KS 2018/00316-02"} {
		if n, ok := p.MatchOutside(written); !ok || n != (Number{2018, 316, 2}) {
			t.Errorf("%q: %+v, %v", written, n, ok)
		}
	}
	for _, written := range []string{"", "SO 2018/0316", "KS 18/0316", "KS 2018/0", "KS 2018/0316-0", "KS 2018/0316-2x", "KS 1018/0316", "KS 2018/9999999999", strings.Repeat("1", 300)} {
		if n, ok := p.MatchOutside(written); ok {
			t.Errorf("%q: %+v", written, n)
		}
	}
	if _, ok := p.Parse("ks2018/316-2"); ok {
		t.Error("Parse is not strict")
	}
	if _, ok := (Pattern{}).MatchOutside("1"); ok {
		t.Error("no pattern, and a match")
	}
}

func TestANumberThatDoesNotFitIsNotWritten(t *testing.T) {
	t.Parallel()
	p := pattern(t, "KS {year}/{n:4}")
	for _, n := range []Number{{2026, 0, 0}, {26, 1, 0}, {2026, MaxSerial + 1, 0}, {2026, 1, 1}, {2026, 1, -1}} {
		if got, err := p.Format(n); err == nil {
			t.Errorf("%+v became %q", n, got)
		}
	}
}

func TestNoTwoNumbersAreWrittenAlike(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		raw := rapid.StringMatching(`[A-ZÅÄÖa-z .:/-]{0,6}[A-Za-z]\{(year\}[/:.-]\{n(:[1-9])?\}|n(:[1-9])?\}[/-]\{year\})`).Draw(t, "pattern")
		p, err := ParsePattern(strings.TrimSpace(raw))
		if err != nil {
			t.Fatal(raw, err)
		}
		draw := func(name string) Number {
			return Number{rapid.IntRange(minYear, maxYear).Draw(t, name+" year"), rapid.IntRange(1, 20000).Draw(t, name+" serial"), 0}
		}
		a, b := draw("a"), draw("b")
		wa, errA := p.Format(a)
		wb, errB := p.Format(b)
		if errA != nil || errB != nil || (wa == wb) != (a == b) {
			t.Fatalf("%q: %+v is %q, %+v is %q", raw, a, wa, b, wb)
		}
		if n, ok := p.Parse(wa); !ok || n != a {
			t.Fatalf("%q: %q is read as %+v", raw, wa, n)
		}
	})
}

func FuzzPattern(f *testing.F) {
	for _, seed := range []string{"KS {year}/{n:4}", "Dnr {year}/{n}-{sub}", "{n:5}-{year}", "{year}}{n", "Å{year}ß{n}ſ{sub}"} {
		f.Add(seed, "KS 2018/0316", 2018, 316, 2)
	}
	f.Fuzz(func(t *testing.T, raw, written string, year, serial, sub int) {
		p, err := ParsePattern(raw)
		if err != nil {
			return
		}
		if same, err := ParsePattern(p.String()); err != nil || same.String() != raw {
			t.Fatalf("%q became %q, %v", raw, same, err)
		}
		if n, ok := p.MatchOutside(written); ok {
			if _, err := p.Format(n); err != nil {
				t.Fatalf("%q read as %+v, which can't be written", written, n)
			}
		}
		n := Number{year, serial, sub}
		if out, err := p.Format(n); err == nil {
			if got, ok := p.Parse(out); !ok || got != n {
				t.Fatalf("%q wrote %+v as %q and read it as %+v", raw, n, out, got)
			}
		}
	})
}
