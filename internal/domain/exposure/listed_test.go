package exposure

import (
	"fmt"
	"testing"

	"varn/internal/kit/seal"
)

func listOf(t *testing.T, people ...Listing) *List {
	t.Helper()
	key := seal.NewKey()
	var tokens []Token
	for _, p := range people {
		tokens = append(tokens, Tokens(key, p)...)
	}
	return NewList(key, tokens)
}

// TestListedNamesAreKnownHoweverWritten: genitives, initials, hyphens, the other order, å ä ö taken apart or left out.
func TestListedNamesAreKnownHoweverWritten(t *testing.T) {
	t.Parallel()
	s := New(Options{Listed: listOf(t, Listing{Ref: "a", Names: []string{"Åsa Lindgren-Öberg"}}, Listing{Ref: "b", Names: []string{"Per-Erik Sjö"}}, Listing{Ref: "c", Names: []string{"Karin Anna Hult"}})})
	for name, ref := range map[string]string{
		"Åsa Lindgren-Öberg": "a", "Åsa Lindgren": "a", "Åsa Öberg": "a", "Asa Oberg": "a", "A\u030Asa O\u0308berg": "a", "ÅSA ÖBERG": "a", "Å. Lindgren": "a", "A Oberg": "a",
		"Lindgren, Åsa": "a", "Lindgren Åsa": "a", "Lindgren-Öberg, Åsa": "a", "Åsa Lindgrens": "a", "Åsa Öbergs": "a", "Åsa Lindgren Öberg": "a",
		"Per-Erik Sjö": "b", "Per Erik Sjö": "b", "P-E Sjö": "b", "Sjö, Per-Erik": "b", "Per-Erik Sjös": "b",
		"Karin Hult": "c", "Anna Hult": "c", "K. Hult": "c", "Karin Anna Hult": "c",
		"Åsa Lind": "", "Erik Sjö": "", "Öberg Lindgren": "", "Åsa Berg": "",
	} {
		hits := s.Scan([]byte("Besök " + name + " på Storgatan 12 i morgon."))
		if len(hits) != 1 {
			t.Errorf("%s: %v", name, hits)
			continue
		}
		if hits[0].Listed != (ref != "") || hits[0].Ref != ref {
			t.Errorf("%s: listed %t, %q, want %q", name, hits[0].Listed, hits[0].Ref, ref)
		}
	}
}

func TestAListedNameMakesWhatStandsNearWeighMore(t *testing.T) {
	t.Parallel()
	with, without := New(Options{Listed: listOf(t, Listing{Ref: "1", Names: []string{"Vera Lundh"}})}), New(Options{})
	text := []byte("Vera Lundh nås på 070-174 06 05.")
	a, b := with.Scan(text), without.Scan(text)
	if len(a) != 1 || len(b) != 1 || a[0].Confidence <= b[0].Confidence || !a[0].Listed || b[0].Listed {
		t.Errorf("%v %v", a, b)
	}
	far := []byte("Vera Lundh. " + fmt.Sprintf("%0500d", 0) + " Ring 070-174 06 05.")
	if h := with.Scan(far); len(h) != 1 || h[0].Listed {
		t.Errorf("five hundred bytes away it still weighs: %v", h)
	}
}

func TestWhatIsListedIsFoundInEveryForm(t *testing.T) {
	t.Parallel()
	s := New(Options{Domains: []string{"exempelstad.se"}, Listed: listOf(t, Listing{Ref: "x", Addresses: []string{"Hultet 7, 123 45 Lerby", "Storgatan 12 B"}, Phones: []string{"+46701740605", "018-12 34"},
		Mails: []string{"Vera@exempelstad.se"}, Plates: []string{"LSS 123"}})})
	for text, kind := range map[string]Kind{
		"hon bor i Hultet 7 nu": StreetAddress, "STORGATAN 12b": StreetAddress, "Storgatan 12 B, lgh 1101": StreetAddress,
		"070-174 06 05": Phone, "0046701740605": Phone, "070 174 0605": Phone,
		"vera@exempelstad.se": Email,
	} {
		hits := s.Scan([]byte(text))
		if len(hits) != 1 || hits[0].Kind != kind || !hits[0].Listed || hits[0].Ref != "x" || hits[0].Confidence < 0.99 {
			t.Errorf("%q: %v", text, hits)
		}
	}
}

func TestHoldsAnswersScreening(t *testing.T) {
	t.Parallel()
	l := listOf(t, Listing{Names: []string{"Vera Lundh"}, Addresses: []string{"Lindgatan 7"}, Phones: []string{"070-1740605"}, Mails: []string{"v@example.se"}, Plates: []string{"ABC 123"}})
	for _, words := range []string{"lindgatan 7", "0701740605", "v@example.se", "abc123", "vera lundh", "vera lundhs", "lundh, vera"} {
		if !l.Holds(words) {
			t.Errorf("%q is not known", words)
		}
	}
	for _, words := range []string{"lindgatan 8", "0701740606", "vera", "", "x"} {
		if l.Holds(words) {
			t.Errorf("%q is known", words)
		}
	}
	if (*List)(nil).Holds("vera lundh") {
		t.Error("no list holds somebody")
	}
}

// TestTokensTellNothingWithoutTheKey: two keys give tokens with nothing in common, and a list under another key holds nobody.
func TestTokensTellNothingWithoutTheKey(t *testing.T) {
	t.Parallel()
	l := Listing{Ref: "1", Names: []string{"Vera Lundh"}, Phones: []string{"0701740605"}}
	one, two := seal.NewKey(), seal.NewKey()
	a, b := Tokens(one, l), Tokens(two, l)
	if len(a) == 0 || len(a) != len(b) {
		t.Fatal(len(a), len(b))
	}
	seen := map[[16]byte]bool{}
	for _, x := range a {
		seen[x.Value] = true
	}
	for _, x := range b {
		if seen[x.Value] {
			t.Error("two keys give the same token")
		}
	}
	if NewList(two, a).Holds("vera lundh") {
		t.Error("another key's tokens are believed")
	}
	if !NewList(one, a).Holds("vera lundh") {
		t.Error("its own are not")
	}
}
