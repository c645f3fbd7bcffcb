package seal

import (
	"errors"
	"strings"
	"testing"
)

func sheetsOf(t *testing.T, p *Private, org string, n, k int) []Sheet {
	t.Helper()
	s, err := Split(p, org, n, k)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestAnyThreeOfFiveSheetsGiveTheKeyBack(t *testing.T) {
	t.Parallel()
	p := NewPrivate()
	s := sheetsOf(t, p, "org", 5, 3)
	for i := range s {
		for j := range i {
			for k := range j {
				got, err := Combine([]Sheet{s[i], s[k], s[j]}, p.Public())
				if err != nil || !got.seed.Equal(p.seed) {
					t.Fatalf("%d %d %d: %v", i, j, k, err)
				}
			}
			if _, err := Combine([]Sheet{s[i], s[j]}, p.Public()); !errors.Is(err, ErrSheetsFew) {
				t.Fatalf("two sheets: %v", err)
			}
		}
	}
	if _, err := Combine(s, p.Public()); err != nil {
		t.Fatalf("all five: %v", err)
	}
}

func TestEachWrongSheetSaysWhatIsWrong(t *testing.T) {
	t.Parallel()
	p, other := NewPrivate(), NewPrivate()
	s, again, foreign := sheetsOf(t, p, "org", 5, 3), sheetsOf(t, p, "org", 5, 3), sheetsOf(t, p, "org2", 5, 3)
	for want, given := range map[error][]Sheet{
		ErrSheetTwice:   {s[0], s[1], s[1]},
		ErrSheetOld:     {s[0], s[1], again[2]},
		ErrSheetForeign: {s[0], s[1], foreign[2]},
		ErrSheetsFew:    {},
		ErrSheetsWrong:  sheetsOf(t, other, "org", 3, 3),
	} {
		if _, err := Combine(given, p.Public()); !errors.Is(err, want) {
			t.Errorf("want %v, got %v", want, err)
		}
	}
	// A share that was forged with a right checksum gives another key, and that is noticed.
	raw := *s[2].b()
	forged := Sheet{b: lockUp(&raw)}
	raw[sheetShare] ^= 1
	copy(raw[sheetSum:], forged.sum())
	if _, err := Combine([]Sheet{s[0], s[1], forged}, p.Public()); !errors.Is(err, ErrSheetsWrong) {
		t.Errorf("forged: %v", err)
	}
	for _, c := range [][2]int{{5, 1}, {5, 6}, {17, 3}, {0, 0}, {1, 1}} {
		if _, err := Split(p, "org", c[0], c[1]); err == nil {
			t.Errorf("%v passed", c)
		}
	}
}

func TestASheetIsReadFromPaperAndQR(t *testing.T) {
	t.Parallel()
	sh := sheetsOf(t, NewPrivate(), "org", 5, 3)[3]
	for _, text := range []string{sh.Text(), sh.Code(), strings.ToLower(sh.Text()), strings.ReplaceAll(sh.Text(), " ", "\n"), strings.ReplaceAll(sh.Code(), "0", "o")} {
		got, err := ParseSheet(text)
		if err != nil || *got.b() != *sh.b() {
			t.Fatalf("%q: %v", text, err)
		}
	}
	if sh.Index() != 4 || sh.Needed() != 3 || sh.Total() != 5 || sh.Org() != SheetOrg("org") || len(sh.Org()) != 8 {
		t.Fatal("what the sheet says")
	}
	code := sh.Code()
	for i := range code {
		other := crockford[(strings.IndexByte(crockford, code[i])+1)%32]
		if _, err := ParseSheet(code[:i] + string(other) + code[i+1:]); !errors.Is(err, ErrSheetDamaged) {
			t.Fatalf("character %d: %v", i, err)
		}
		if _, err := ParseSheet(code[:i] + code[i+1:]); !errors.Is(err, ErrSheetDamaged) {
			t.Fatalf("character %d left out: %v", i, err)
		}
	}
}
