package main

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"math/rand"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf16"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"

	"varn/cmd/varn/wire"
	"varn/internal/domain/exposure"
	"varn/internal/transport/cli"
)

// TestValidUTF8AgreesWithTheLibrary holds the quick check to the slow one.
func TestValidUTF8AgreesWithTheLibrary(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewSource(1))
	pieces := []string{"a", "hej ", "å", "ö", "Åsa", "–", "”", "𝄞", "\xff", "\xc3", "\x80", "\xc0\x80", "\xc1\xbf", "\xed\xa0\x80", "\xe2\x80", "och att det är ", "\xf4\x90\x80\x80"}
	for range 200_000 {
		var b []byte
		for range r.Intn(12) {
			b = append(b, pieces[r.Intn(len(pieces))]...)
		}
		want := 0
		for want < len(b) {
			c, n := utf8.DecodeRune(b[want:])
			if c == utf8.RuneError && n <= 1 {
				break
			}
			want += n
		}
		if got := validUTF8(b); got != want {
			t.Fatalf("%q: %d bytes are valid, said %d", b, want, got)
		}
	}
}

// scanned runs varn scan and gives its exit status and what it printed.
func scanned(t *testing.T, in string, args ...string) (status int, out, errs string) {
	t.Helper()
	var o, e bytes.Buffer
	status = cli.Run(t.Context(), cli.Terminal{In: strings.NewReader(in), Out: &o, Err: &e, Env: func(string) string { return "" }}, []cli.Command{scanCommand()}, append([]string{"scan"}, args...))
	return status, o.String(), e.String()
}

func fileWith(t *testing.T, name string, content []byte) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, content, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func findingsIn(t *testing.T, lines string) []exposure.Finding {
	t.Helper()
	var all []exposure.Finding
	for _, line := range strings.Split(strings.TrimSpace(lines), "\n") {
		var f exposure.Finding
		d := json.NewDecoder(strings.NewReader(line))
		d.DisallowUnknownFields()
		if err := d.Decode(&f); err != nil {
			t.Fatalf("%q: %v", line, err)
		}
		all = append(all, f)
	}
	return all
}

func TestScanPrintsOneFindingALineAndMasksIt(t *testing.T) {
	t.Parallel()
	path := fileWith(t, "a.txt", []byte("Vera \"Ek\"\t900102-9801\nRing 070-174 06 05\n"))
	status, out, errs := scanned(t, "", "--json", path)
	all := findingsIn(t, out)
	if status != cli.Failed || errs != "" || len(all) != 2 {
		t.Fatal(status, out, errs)
	}
	for _, f := range all {
		if f.Value != f.Masked || f.Source != path || f.Reason == "" || strings.Contains(f.Context, "9801") || strings.Contains(f.Context, "174") {
			t.Errorf("%+v", f)
		}
	}
	_, out, _ = scanned(t, "", "--json", "--reveal", path)
	all = findingsIn(t, out)
	_, text, _ := scanned(t, "", "--text", path)
	for _, f := range all {
		if text[f.Start:f.End] != f.Value || f.Masked == f.Value {
			t.Errorf("%+v in %q", f, text)
		}
	}
	if status, _, _ := scanned(t, "Inget här.", "-"); status != cli.Done {
		t.Errorf("a clean text gives %d", status)
	}
	for _, args := range [][]string{{}, {"--json", "--sarif", path}, {"--lang", "fi", path}, {path + ".gone"}, {"--baseline-write", "x", path}, {"--list", path + ".gone", path}} {
		if status, _, errs := scanned(t, "", args...); status != cli.Misused || strings.Count(errs, "\n") != 1 {
			t.Errorf("%v gives %d, %q", args, status, errs)
		}
	}
}

// TestScanReadsEveryEncoding: the findings are the same whatever the text is written in.
func TestScanReadsEveryEncoding(t *testing.T) {
	t.Parallel()
	text := "Åsa Öberg, Björkvägen 14, 123 45 Lerby, född 900102–9801, nås på 070-174 06 05. " + strings.Repeat("Och så något mer på svenska. ", 30)
	wide := utf16.Encode([]rune(text))
	little, big := make([]byte, 0, 2*len(wide)), make([]byte, 0, 2*len(wide))
	for _, u := range wide {
		little, big = binary.LittleEndian.AppendUint16(little, u), binary.BigEndian.AppendUint16(big, u)
	}
	windows, err := charmap.Windows1252.NewEncoder().Bytes([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	for name, raw := range map[string][]byte{
		"utf8": []byte(text), "utf16le": little, "utf16be": big, "utf16le with mark": append([]byte{0xFF, 0xFE}, little...), "utf16be with mark": append([]byte{0xFE, 0xFF}, big...),
		"windows-1252": windows, "both": append(append([]byte{}, windows...), text...),
	} {
		path := fileWith(t, "brev.txt", raw)
		_, out, _ := scanned(t, "", "--json", "--reveal", path)
		_, plain, _ := scanned(t, "", "--text", path)
		all := findingsIn(t, out)
		if len(all) < 4 || all[0].Value != "Björkvägen 14" || all[2].Value != "900102–9801" {
			t.Errorf("%s: %+v", name, all)
		}
		if !utf8.ValidString(plain) {
			t.Errorf("%s: the text is no UTF-8", name)
		}
		for _, f := range all {
			if plain[f.Start:f.End] != f.Value {
				t.Errorf("%s: %d to %d is not %q", name, f.Start, f.End, f.Value)
			}
		}
	}
}

// TestScanFindsTheSameWhateverTheWorkers: blocks are read at once and told in order.
func TestScanFindsTheSameWhateverTheWorkers(t *testing.T) {
	t.Parallel()
	var b strings.Builder
	for i := 0; b.Len() < 1<<20; i++ {
		fmt.Fprintf(&b, "rad %d med några ord och 070-174 06 %02d samt 900102-9801\n", i, 5+i%95)
	}
	path := fileWith(t, "stor.txt", []byte(b.String()))
	_, one, _ := scanned(t, "", "--json", "-j", "1", path)
	_, four, _ := scanned(t, "", "--json", "-j", "4", path)
	if one != four || strings.Count(one, "\n") != 2*strings.Count(b.String(), "\n") {
		t.Errorf("%d and %d bytes", len(one), len(four))
	}
}

func TestScanNeverCallsCleanWhatItCouldNotRead(t *testing.T) {
	t.Parallel()
	path := fileWith(t, "okant.bin", []byte(strings.Repeat("\x00\x01\x02\x03\xfa", 500)))
	status, out, errs := scanned(t, "", "--json", path)
	all := findingsIn(t, out)
	if status != cli.Failed || errs == "" || len(all) != 1 || all[0].Kind != "unread" || all[0].Reason == "" {
		t.Errorf("%d %q %q", status, out, errs)
	}
}

func TestScanReadsPagesAsTheyStreamBy(t *testing.T) {
	t.Parallel()
	path := fileWith(t, "sida.html", []byte(`<html><head><meta charset="utf-8"></head><body><p>Ring <b>070-174</b> 06 05</p><!-- 900102-9801 --></body></html>`))
	_, out, _ := scanned(t, "", "--json", "--reveal", path)
	_, text, _ := scanned(t, "", "--text", path)
	all := findingsIn(t, out)
	if len(all) != 2 {
		t.Fatal(out)
	}
	for _, f := range all {
		if text[f.Start:f.End] != f.Value {
			t.Errorf("%+v in %q", f, text)
		}
	}
}

func TestScanKnowsTheListedAndTheAccepted(t *testing.T) {
	t.Parallel()
	path := fileWith(t, "a.txt", []byte("Lindgren, Anna bor på Storgatan 12. "+strings.Repeat("x ", 300)+"Ring 08-465 004 55."))
	for _, list := range []string{"name,address\nAnna Lindgren,Hultet 7\n", "Förnamn;Efternamn;Gatuadress\nAnna;Lindgren;Hultet 7\n", "\ufeffNamn\tAdress\r\nAnna Lindgren\tHultet 7\r\n"} {
		_, out, _ := scanned(t, "", "--json", "--list", fileWith(t, "people.csv", []byte(list)), path)
		all := findingsIn(t, out)
		if len(all) != 2 || !all[0].Listed || all[1].Listed {
			t.Errorf("%q: %s", list, out)
		}
	}
	baseline := filepath.Join(t.TempDir(), "baseline.json")
	if status, _, errs := scanned(t, "", "--baseline-write", baseline, "--by", "Vera Ek", "--why", "växeln", "--until", "2999-01-01", path); status != cli.Failed {
		t.Fatal(status, errs)
	}
	if status, out, _ := scanned(t, "", "--json", "--baseline", baseline, path); status != cli.Done || out != "" {
		t.Errorf("accepted findings count: %d %s", status, out)
	}
	raw, err := os.ReadFile(baseline)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(baseline, bytes.ReplaceAll(raw, []byte("2999"), []byte("2001")), 0o600); err != nil {
		t.Fatal(err)
	}
	if status, _, _ := scanned(t, "", "--json", "--baseline", baseline, path); status != cli.Failed {
		t.Errorf("findings whose day has passed do not count: %d", status)
	}
}

func TestScanWritesSARIF(t *testing.T) {
	t.Parallel()
	path := fileWith(t, "en fil.txt", []byte("Ring 070-174 06 05"))
	status, out, _ := scanned(t, "", "--sarif", "--lang", "en", path)
	var log sarifLog
	if err := json.Unmarshal([]byte(out), &log); err != nil || status != cli.Failed {
		t.Fatal(status, err)
	}
	if log.Version != "2.1.0" || len(log.Runs) != 1 || len(log.Runs[0].Results) != 1 {
		t.Fatal(out)
	}
	r := log.Runs[0].Results[0]
	if r.Rule != "phone" || r.Level != "error" && r.Level != "warning" || r.Locations[0].Physical.Region.ByteOffset != 5 || strings.Contains(out, "174") || strings.Contains(r.Locations[0].Physical.Artifact.URI, " ") {
		t.Errorf("%+v", r)
	}
}

// TestMain is also the process that is shut in to read a document.
func TestMain(m *testing.M) {
	if len(os.Args) > 1 {
		if status, jailed := wire.Jailed(os.Args[1:], os.Stdin, os.Stdout); jailed {
			os.Exit(status)
		}
	}
	os.Exit(m.Run())
}
