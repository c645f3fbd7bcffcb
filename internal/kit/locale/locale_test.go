package locale

import (
	"regexp"
	"slices"
	"testing"
	"time"
)

func TestEveryTextStandsInEveryLanguageWithTheSameMarks(t *testing.T) {
	t.Parallel()
	texts, err := Load()
	if err != nil {
		t.Fatal(err)
	}
	mark := regexp.MustCompile(`\{\d\}`)
	for _, l := range Langs() {
		for _, k := range texts.Keys(l) {
			for _, other := range Langs() {
				if !texts.Has(other, k) {
					t.Errorf("%s stands in %s but not in %s", k, l, other)
					continue
				}
				a, b := mark.FindAllString(texts.by[l][k], -1), mark.FindAllString(texts.by[other][k], -1)
				slices.Sort(a)
				slices.Sort(b)
				if !slices.Equal(slices.Compact(a), slices.Compact(b)) {
					t.Errorf("%s has the marks %v in %s and %v in %s", k, a, l, b, other)
				}
			}
			if texts.by[l][k] == "" {
				t.Errorf("%s is empty in %s", k, l)
			}
		}
	}
}

func TestPreferFollowsTheBrowser(t *testing.T) {
	t.Parallel()
	for header, want := range map[string]Lang{
		"":                        Swedish,
		"sv-SE,sv;q=0.9,en;q=0.8": Swedish,
		"en-GB,en;q=0.9,sv;q=0.8": English,
		"de-DE,en;q=0.3":          English,
		"en;q=0.2,sv;q=0.7":       Swedish,
		"en;q=0":                  Swedish,
		"en;q=x,*":                Swedish,
		";;;,,q=1":                Swedish,
	} {
		if got := Prefer(header); got != want {
			t.Errorf("%q gave %s, want %s", header, got, want)
		}
	}
}

func TestDatesAndNumbersAreWrittenAsTheLanguageDoes(t *testing.T) {
	t.Parallel()
	at := time.Date(2026, 11, 21, 18, 40, 0, 0, time.UTC)
	for _, c := range []struct{ got, want string }{
		{Swedish.Moment(at), "21\u00a0november 2026 kl.\u00a019.40"},
		{English.Moment(at), "21\u00a0November 2026 at 19:40"},
		{Swedish.Number(1234567), "1\u00a0234\u00a0567"},
		{English.Number(-12500), "−12,500"},
		{Swedish.Number(999), "999"},
		{Swedish.Size(1_400_000), "1,4\u00a0MB"},
		{English.Size(2_000_000_000), "2\u00a0GB"},
		{Swedish.Day(time.Time{}), "–"},
	} {
		if c.got != c.want {
			t.Errorf("got %q, want %q", c.got, c.want)
		}
	}
}

func TestSayFillsInAndShowsWhatIsMissing(t *testing.T) {
	t.Parallel()
	texts := &Texts{by: map[Lang]map[Key]string{Swedish: {"a": "Hej {0}, {1}", "n.one": "{0} sak", "n.other": "{0} saker"}}}
	if got := texts.Say(Swedish, "a", "Asha", 1200); got != "Hej Asha, 1\u00a0200" {
		t.Errorf("got %q", got)
	}
	if got := texts.Count(Swedish, "n", 1) + texts.Count(Swedish, "n", 2); got != "1 sak2 saker" {
		t.Errorf("got %q", got)
	}
	if got := texts.Say(Swedish, "gone"); got != "[gone]" {
		t.Errorf("got %q", got)
	}
}

func FuzzPrefer(f *testing.F) {
	f.Add("sv-SE,en;q=0.1")
	f.Fuzz(func(t *testing.T, header string) {
		if _, ok := Known(string(Prefer(header))); !ok {
			t.Fatal("an unknown language")
		}
	})
}
