package exposure

import (
	"bytes"
	"fmt"
	"math/rand"
	"os"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/nyaruka/phonenumbers"

	"varn/internal/kit/seal"
)

// wholeSet is the text of all cases, one a line.
func wholeSet(t testing.TB) string {
	t.Helper()
	var out strings.Builder
	for _, name := range []string{"generated.txt", "written.txt", "unseen.txt"} {
		raw, err := os.ReadFile("testdata/" + name)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range strings.Split(string(raw), "\n") {
			out.WriteString(strings.NewReplacer("{personnummer:", "", "{phone:", "", "{street_address:", "", "{email:", "", "{postal_code:", "", "}", "").Replace(m) + "\n")
		}
	}
	return out.String()
}

// TestMobileNumbersAreNoPersonnummer draws a million: one in ninety-two has a date and a right check digit.
func TestMobileNumbersAreNoPersonnummer(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewSource(2))
	write := []func(n string) string{
		func(n string) string { return n },
		func(n string) string { return n[:3] + "-" + n[3:] },
		func(n string) string { return n[:3] + "-" + n[3:6] + " " + n[6:8] + " " + n[8:] },
		func(n string) string { return n[:3] + " " + n[3:6] + " " + n[6:8] + " " + n[8:] },
		func(n string) string { return "+46" + n[1:] },
		func(n string) string { return "+46 " + n[1:3] + "-" + n[3:] },
		func(n string) string { return "0046" + n[1:] },
		func(n string) string { return n[:6] + " " + n[6:] },
		func(n string) string { return n[:4] + "-" + n[4:] },
		func(n string) string { return "+46 (0)" + n[1:3] + " " + n[3:6] + " " + n[6:] },
	}
	s := New(Options{})
	const all = 1_000_000
	taken, phones := 0, 0
	var text bytes.Buffer
	for i := 0; i < all; {
		text.Reset()
		for range 5000 {
			n := fmt.Sprintf("07%c%07d", "02369"[r.Intn(5)], r.Intn(10_000_000))
			fmt.Fprintf(&text, []string{"%s\n", "Anna Ek, %s\n", "hon svarar på %s ibland\n", "a;%s;b\n"}[r.Intn(4)], write[r.Intn(len(write))](n))
			i++
		}
		for _, h := range s.Scan(text.Bytes()) {
			switch h.Kind {
			case Personnummer, CoordinationNumber:
				taken++
			case Phone:
				phones++
			}
		}
	}
	if taken*10_000 >= all {
		t.Errorf("%d of %d mobile numbers were taken for an identity number", taken, all)
	}
	if phones < all*8/10 {
		t.Errorf("only %d of %d mobile numbers were found as phones", phones, all)
	}
}

// TestWhatTheTextSaysOfTenDigits: words decide what ten digits that begin with 07 are.
func TestWhatTheTextSaysOfTenDigits(t *testing.T) {
	t.Parallel()
	s := New(Options{})
	last := check("070714239")
	for text, want := range map[string]Kind{
		"070714239": Phone, "Ring 070714239": Phone, "personnummer 070714239": Personnummer, "Pnr: 070714239": Personnummer,
		"070714-239": Personnummer, "20070714239": Personnummer,
	} {
		text += last
		hits := s.Scan([]byte(text))
		if len(hits) != 1 || hits[0].Kind != want {
			t.Errorf("%q: %v, want one %s", text, hits, want)
		}
	}
}

// TestPhonesAreAsTheLibraryHasThem holds the tables to the library they were made of.
func TestPhonesAreAsTheLibraryHasThem(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewSource(3))
	wrong, missed := 0, 0
	for range 3000 {
		n := fmt.Sprintf("0%d", 1_000_000+r.Intn(989_999_999))
		num, err := phonenumbers.Parse(n, "SE")
		valid := err == nil && phonenumbers.IsValidNumber(num)
		nsn := []byte(n[1:])
		said := len(nsn) >= 7 && len(nsn) <= 9 && swedish[number2(nsn)*10+int(nsn[2]-'0')]>>len(nsn)&1 == 1
		if said && !valid {
			wrong++
		}
		if valid && !said && len(nsn) <= 9 {
			missed++
		}
	}
	if wrong > 150 || missed > 30 { // the table knows three digits, the library some more
		t.Errorf("of 3000 Swedish numbers %d are taken that the library refuses, %d refused that it takes", wrong, missed)
	}
	s := New(Options{})
	for region := range phonenumbers.GetSupportedRegions() {
		num := phonenumbers.GetExampleNumberForType(region, phonenumbers.MOBILE)
		if num == nil || region == "SE" {
			continue
		}
		text := "Ring " + phonenumbers.Format(num, phonenumbers.INTERNATIONAL)
		hits := s.Scan([]byte(text))
		if len(hits) != 1 || hits[0].Kind != Phone {
			missed++
			t.Logf("%s: %s gives %v", region, text, hits)
		}
	}
	if missed > 45 {
		t.Errorf("%d examples of other countries were not found", missed)
	}
}

func TestOffsetsPointAtTheValueAndMasksHideIt(t *testing.T) {
	t.Parallel()
	text := wholeSet(t)
	for _, h := range New(Options{}).Scan([]byte(text)) {
		inspectHit(t, text, h)
	}
}

// inspectHit checks what must hold for every hit in a text.
func inspectHit(t *testing.T, text string, h Hit) {
	t.Helper()
	if h.Start < 0 || h.End > int64(len(text)) || h.Start >= h.End || text[h.Start:h.End] != h.Value {
		t.Fatalf("%d to %d is not %q", h.Start, h.End, h.Value)
	}
	if !strings.Contains(h.Context, h.Value) {
		t.Fatalf("the context %q lacks %q", h.Context, h.Value)
	}
	if h.Confidence <= 0 || h.Confidence > 1 || Why(h.Rule) == "" || !utf8.ValidString(h.MaskedContext) && utf8.ValidString(text) {
		t.Fatalf("%+v", h)
	}
	if h.Masked() == h.Value && h.Kind != SocialHandle || h.Masked() != Mask(h.Kind, h.Value) {
		t.Fatalf("%s %q is masked as %q", h.Kind, h.Value, h.Masked())
	}
	if strings.Count(h.MaskedContext, h.Value) >= strings.Count(h.Context, h.Value) && len(h.Value) > 6 {
		t.Fatalf("the masked context %q shows %q", h.MaskedContext, h.Value)
	}
}

// TestContextHidesEveryFindingInIt: what stands beside a finding is masked too.
func TestContextHidesEveryFindingInIt(t *testing.T) {
	t.Parallel()
	text := "Vera Ek, 900102-9801, Storgatan 12, 123 45 Lerby, tel 070-174 06 05, vera.ek@gmail.com, vera@exempelstad.se"
	for _, h := range New(Options{Domains: []string{"exempelstad.se"}}).Scan([]byte(text)) {
		for _, secret := range []string{"900102", "9801", "Storgatan", "123 45", "174 06", "vera.ek", "vera@"} {
			if strings.Contains(h.MaskedContext, secret) {
				t.Errorf("%s shows %s: %s", h.Kind, secret, h.MaskedContext)
			}
		}
	}
}

func TestOfficialAddressesAreNoFinding(t *testing.T) {
	t.Parallel()
	s := New(Options{Domains: []string{"exempelstad.se"}})
	hits := s.Scan([]byte("anna@exempelstad.se per@skola.exempelstad.se x@minexempelstad.se y@gmail.com"))
	if len(hits) != 2 || hits[0].Value != "x@minexempelstad.se" || hits[1].Rule != "email-private" {
		t.Errorf("%v", hits)
	}
}

// TestStreamInPiecesIsTheWhole: whatever the pieces, the same is found, over several blocks.
func TestStreamInPiecesIsTheWhole(t *testing.T) {
	t.Parallel()
	key := seal.NewKey()
	list := NewList(key, Tokens(key, Listing{Ref: "7", Names: []string{"Vera Lundh"}}))
	r := rand.New(rand.NewSource(4))
	lines := strings.Split(wholeSet(t), "\n")
	for _, glue := range []string{"\n", " ", ""} {
		var b strings.Builder
		for b.Len() < 3*blockSize {
			b.WriteString(lines[r.Intn(len(lines))] + glue)
		}
		text := []byte(b.String())
		s := New(Options{Listed: list})
		whole := s.Scan(text)
		var pieces []Hit
		st := s.Stream(func(h Hit) { pieces = append(pieces, h) })
		for rest := text; len(rest) > 0; {
			n := min(len(rest), 1+r.Intn(70_000))
			if _, err := st.Write(rest[:n]); err != nil {
				t.Fatal(err)
			}
			rest = rest[n:]
		}
		if err := st.Close(); err != nil {
			t.Fatal(err)
		}
		if fmt.Sprint(whole) != fmt.Sprint(pieces) || len(whole) < 100 {
			t.Errorf("glued with %q: %d found in the whole, %d in pieces", glue, len(whole), len(pieces))
		}
		said := string(text)
		for i := 0; i < len(whole); i += 20 {
			inspectHit(t, said, whole[i])
		}
	}
}

// TestBlockEndHidesNothing: a finding is found wherever in the text it stands.
func TestBlockEndHidesNothing(t *testing.T) {
	t.Parallel()
	s := New(Options{})
	for _, fill := range []string{"x", "ord ", "å", "\n"} {
		for at := blockSize - 40; at < blockSize+10; at++ {
			text := strings.Repeat(fill, at/len(fill)) + " 900102-9801 och " + strings.Repeat(fill, 2000/len(fill))
			if hits := s.Scan([]byte(text)); len(hits) != 1 || hits[0].Value != "900102-9801" {
				t.Fatalf("filled with %q, at %d: %v", fill, at, hits)
			}
		}
	}
}

func TestScanAllocatesForFindingsOnly(t *testing.T) {
	text := []byte(strings.Repeat("och det att för kommunen är på sammanträdet i Lerby 2024 beslutat om avgift § 14\n", 1000))
	s := New(Options{})
	if n := testing.AllocsPerRun(20, func() { s.Scan(text) }); n > 3 {
		t.Errorf("%.0f allocations for %d bytes without a finding", n, len(text))
	}
}

func FuzzScan(f *testing.F) {
	for _, line := range strings.Split(wholeSet(f), "\n")[:300] {
		f.Add([]byte(line), uint16(7))
	}
	f.Add([]byte("\xc3\x85\xff\xfe070-\x00174 06 05@@..\xe2\x80"), uint16(1))
	key := seal.NewKey()
	list := NewList(key, Tokens(key, Listing{Names: []string{"Anna Lindgren"}, Addresses: []string{"Norrby 12"}, Phones: []string{"0701740605"}, Plates: []string{"ABC123"}}))
	plain, listed := New(Options{Domains: []string{"exempelstad.se"}}), New(Options{Listed: list})
	f.Fuzz(func(t *testing.T, text []byte, step uint16) {
		for _, s := range []*Scanner{plain, listed} {
			whole := s.Scan(text)
			for _, h := range whole {
				if h.Start < 0 || h.End > int64(len(text)) || string(text[h.Start:h.End]) != h.Value || !strings.Contains(h.Context, h.Value) {
					t.Fatalf("%+v in %q", h, text)
				}
			}
			n := 0
			st := s.Stream(func(h Hit) {
				if n >= len(whole) || whole[n] != h {
					t.Fatalf("in pieces %+v", h)
				}
				n++
			})
			for rest := text; len(rest) > 0; {
				k := min(len(rest), int(step)+1)
				_, _ = st.Write(rest[:k])
				rest = rest[k:]
			}
			_ = st.Close()
			if n != len(whole) {
				t.Fatalf("%d in the whole, %d in pieces", len(whole), n)
			}
		}
	})
}
