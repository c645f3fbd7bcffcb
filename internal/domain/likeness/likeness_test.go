package likeness

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

func TestFind(t *testing.T) {
	t.Parallel()
	for _, v := range []struct {
		text string
		want []Trace
	}{
		{"Skriv till Arg.Medborgare@Example.se, annars.", []Trace{{Address, "arg.medborgare@example.se"}}},
		{"Ring 070-174 06 05 eller +46 (0)70 1740605.", []Trace{{Phone, "+46701740605"}}},
		{"Ring 0046701740605!", []Trace{{Phone, "+46701740605"}}},
		{"Nummer 08-123 45 67", []Trace{{Phone, "+4681234567"}}},
		{"Född 010203-1234 i Exempelstad.", nil},
		{"Dnr KS 2026/01234, faktura 12345678901", nil},
		{"En svart bil, ABC 12D, stod utanför, och ABC12D igen.", []Trace{{Plate, "ABC12D"}}},
		{"Nu 2026 ska vi se", nil},
		{"Kontot @arg_medborgare och https://www.facebook.com/Arg.Medborgare?x=1", []Trace{{Account, "facebook:arg.medborgare"}, {Account, "@arg_medborgare"}}},
		{"https://twitter.com/arg och x.com/arg", []Trace{{Account, "x:arg"}}},
		{"Betala till SE35 5000 0000 0549 1000 0003 i dag", []Trace{{Account, "SE3550000000054910000003"}}},
		{"Betala till SE35 5000 0000 0549 1000 0004 i dag", nil},
		{"Inga spår alls.", nil},
	} {
		if got := Find(v.text); !slices.Equal(got, v.want) {
			t.Errorf("%s: %v", v.text, got)
		}
	}
}

func long(n int, word string) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, "%s%d ", word, i)
	}
	return b.String()
}

func common(a, b []Trace) (n int) {
	for i := range a {
		if a[i] == b[i] {
			n++
		}
	}
	return n
}

func TestANearlyEqualTextIsFoundAndAnotherIsNot(t *testing.T) {
	t.Parallel()
	text := long(120, "ord")
	changed := strings.Replace(strings.ToUpper(text), "ORD60 ", "något helt annat ", 1)
	if n := common(Wordings(text), Wordings(changed)); n < LeastCommon {
		t.Errorf("a text with one word changed has %d bands in common", n)
	}
	if n := common(Wordings(text), Wordings(text)); n != Bands {
		t.Errorf("the same text has %d bands in common", n)
	}
	for i := range 200 {
		if n := common(Wordings(text), Wordings(long(120, fmt.Sprintf("annat%d-", i)))); n >= LeastCommon {
			t.Errorf("another text has %d bands in common", n)
		}
	}
	if got := Wordings(long(LeastWords-1, "ord")); got != nil {
		t.Errorf("a short text has bands: %v", got)
	}
}

func FuzzFind(f *testing.F) {
	f.Add("Ring 070-174 06 05, @arg, ABC 123, a@example.se, SE35 5000 0000 0549 1000 0003")
	f.Add("\xff\xfe@.\x00+46")
	f.Fuzz(func(t *testing.T, text string) {
		for _, v := range append(Find(text), Wordings(text)...) {
			if v.Value == "" || len(v.Value) > 400 {
				t.Errorf("%q gives %q", text, v)
			}
		}
	})
}
