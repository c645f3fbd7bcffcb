package extract

import (
	"archive/zip"
	"bytes"
	"encoding/binary"
	"fmt"
	"io"
	"strings"
	"testing"
	"testing/iotest"
	"unicode/utf16"

	"golang.org/x/text/encoding/charmap"
)

// wide writes a text as UTF-16.
func wide(s string, order binary.AppendByteOrder) []byte {
	var out []byte
	for _, u := range utf16.Encode([]rune(s)) {
		out = order.AppendUint16(out, u)
	}
	return out
}

func TestTextIsReadInEveryEncoding(t *testing.T) {
	t.Parallel()
	const text = "Åsa Påhittad bor på Påhittsvägen 7 – ring 070-1740605."
	old, err := charmap.Windows1252.NewEncoder().String(text)
	if err != nil {
		t.Fatal(err)
	}
	for name, b := range map[string][]byte{
		"utf-8": []byte(text), "with a mark": []byte("\ufeff" + text), "windows-1252": []byte(old), "utf-16 little": wide(text, binary.LittleEndian), "utf-16 big": wide(text, binary.BigEndian),
		"utf-16 with a mark": wide("\ufeff"+text, binary.LittleEndian), "utf-16 big with a mark": wide("\ufeff"+text, binary.BigEndian),
	} {
		for what, r := range map[string]io.Reader{"at once": bytes.NewReader(b), "byte by byte": iotest.OneByteReader(bytes.NewReader(b))} {
			got, err := io.ReadAll(Decoded(r, ""))
			if err != nil || string(got) != text {
				t.Errorf("%s, %s: %q %v", name, what, got, err)
			}
		}
		d := Read(Subject{Name: "a.txt"}, b)
		if d.Format != FormatText || len(d.Parts) != 1 || d.Parts[0].Text != text {
			t.Errorf("%s: %+v", name, d)
		}
	}
	mixed := Read(Subject{Name: "a.txt"}, []byte("Åsa och "+old))
	if len(mixed.Parts) != 1 || mixed.Parts[0].Text != "Åsa och "+text {
		t.Errorf("put together of both: %+v", mixed)
	}
	if d := Read(Subject{Name: "a.bin"}, []byte("\x00\x01\x02\x03abc\x00\x00\x07\x08\x09")); len(d.Unread) != 1 || d.Unread[0].Why != WhyUnknown {
		t.Errorf("bytes: %+v", d)
	}
}

// shown reads a page and gives its words by place.
func shown(t testing.TB, r io.Reader, charset string) (map[Place]string, []string) {
	t.Helper()
	out := map[Place]string{}
	links, err := HTML(r, charset, func(p Part) { out[p.Place] += "|" + p.Text })
	if err != nil {
		t.Fatal(err)
	}
	return out, links
}

func TestAPageIsReadWhole(t *testing.T) {
	t.Parallel()
	const page = `<!DOCTYPE html><html><head><title>&Aring;sa</title><meta name=description content="Ring 070-1740605">
<script type="application/ld+json">{"name":"\u00c5sa P\u00e5hittad","telephone":"070-1740606"}</script>
<style>p{color:red} /* Örjan */</style></head><body data-owner='Björn'><!-- <p>gammal: Storgatan 99</p> -->
<p>8112<b>28</b>&#45;98<wbr>74</p><p>x<br>y</p><table><tr><td>Namn<td>Tel</table><p hidden>gömt <b>inne</b></p>efter
<div style="display: none">mer <div>gömt</div> än så</div><input type=hidden name=pnr value=811228-9874><template>mall</template>
<a href="mailto:asa@example.se?subject=a&amp;b">e</a><img src=namnteckning.png alt="Åsas namnteckning"><a href="/x">en</a>
a < b och 1<2 <3 &amp &ouml; <textarea>skrivet <b>så</b></textarea><pre>rad 1
  rad 2</pre><script>var a = "</scr" + "ipt>"; // 070-1740607
</script><p title="x > y">slut<!-- aldrig slut`
	for name, r := range map[string]io.Reader{"at once": strings.NewReader(page), "byte by byte": iotest.OneByteReader(strings.NewReader(page)), "windows-1252": strings.NewReader(mustOld(t, page))} {
		got, links := shown(t, r, "")
		for place, wants := range map[Place][]string{
			PlaceText:      {"Åsa\n", "811228-9874\n", "x\ny\n", "Namn\tTel", "efter", "a < b och 1<2 <3 & ö\n", "skrivet <b>så</b>", "rad 1\n  rad 2", "slut"},
			PlaceHidden:    {"gömt inne", "mer\ngömt\nän så", "mall", "811228-9874"},
			PlaceComment:   {"gammal: Storgatan 99", "aldrig slut"},
			PlaceData:      {`"Åsa Påhittad"`, "070-1740606", "Örjan", "070-1740607", "ipt>"},
			PlaceAttribute: {"Ring 070-1740605", "Björn", "mailto:asa@example.se?subject=a&b", "Åsas namnteckning", "namnteckning.png", "x > y"},
		} {
			for _, want := range wants {
				if !strings.Contains(got[place], want) {
					t.Errorf("%s: %s has no %q: %q", name, place, want, got[place])
				}
			}
		}
		if len(links) != 3 {
			t.Errorf("%s: links %q", name, links)
		}
		if strings.Contains(got[PlaceText], "gömt") || strings.Contains(got[PlaceText], "gammal") {
			t.Errorf("%s: what is hidden is shown: %q", name, got[PlaceText])
		}
	}
}

func mustOld(t testing.TB, s string) string {
	t.Helper()
	s = strings.ReplaceAll(s, "<title>", `<meta charset="windows-1252"><title>`)
	old, err := charmap.Windows1252.NewEncoder().String(s)
	if err != nil {
		t.Fatal(err)
	}
	return old
}

// endless repeats some bytes so many times without holding them.
type endless struct {
	b    []byte
	left int
	at   int
}

func (e *endless) Read(p []byte) (int, error) {
	if e.left == 0 {
		return 0, io.EOF
	}
	n := copy(p, e.b[e.at:])
	if e.at += n; e.at == len(e.b) {
		e.at = 0
		e.left--
	}
	return n, nil
}

// TestHostilePagesAreReadWithinBounds gives pages of tens of megabytes that are one word, one tag, one comment or one
// script: what was before and after them is read, and no part is larger than what is held.
func TestHostilePagesAreReadWithinBounds(t *testing.T) {
	t.Parallel()
	for name, piece := range map[string]string{"a word": "a", "a comment": "<!--", "a tag": "<p a=\"", "open tags": "<div>", "an attribute": "<p x", "ends": "</", "an entity": "&#", "a script": "<script>x", "signs": "<", "declarations": "<![CDATA["} {
		in := io.MultiReader(strings.NewReader("<p>före 811228-9874</p>\n"), &endless{b: []byte(strings.Repeat(piece, 4096/len(piece))), left: 500}, strings.NewReader(" \"--></script>]]><p>efter 070-1740605"))
		var last []string
		total := 0
		_, err := HTML(in, "utf-8", func(p Part) {
			if len(p.Text) > 2*window {
				t.Errorf("%s: a part of %d bytes", name, len(p.Text))
			}
			total += len(p.Text)
			if last = append(last, p.Text); len(last) > 4 {
				last = append(last[:1], last[2:]...)
			}
		})
		all := strings.Join(last, " ")
		if err != nil || !strings.Contains(all, "811228-9874") && total < 40 || !strings.Contains(all, "070-1740605") {
			t.Errorf("%s: %v, ends with %.200q", name, err, all)
		}
	}
}

// packed makes an archive.
func packed(t testing.TB, files ...string) []byte {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for i := 0; i < len(files); i += 2 {
		w, err := z.Create(files[i])
		if err != nil {
			t.Fatal(err)
		}
		if _, err := io.WriteString(w, files[i+1]); err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// TestAnArchiveThatSwellsIsStoppedAndToldOf gives archives that unpack to far more than they are, that lie in each
// other, and that have more files than anybody puts in one.
func TestAnArchiveThatSwellsIsStoppedAndToldOf(t *testing.T) {
	t.Parallel()
	zeros := strings.Repeat("0", 40<<20)
	deep := packed(t, "a.txt", "innerst 811228-9874")
	for range 8 {
		deep = packed(t, "mer.zip", string(deep))
	}
	var many []string
	for i := range maxInner + 50 {
		many = append(many, fmt.Sprintf("%d.txt", i), "x")
	}
	for name, b := range map[string][]byte{
		"one large": packed(t, "a.txt", zeros, "b.txt", "efter 070-1740605"), "an office document": packed(t, "word/document.xml", "<w:document><w:t>"+zeros), "deep": deep, "many": packed(t, many...),
		"cut": packed(t, "a.txt", "x")[:40],
	} {
		d := Read(Subject{Name: "a.zip"}, b)
		if len(d.Unread) == 0 {
			t.Errorf("%s: %d parts and nothing unread", name, len(d.Parts))
		}
		size := 0
		for _, p := range d.Parts {
			size += len(p.Text)
		}
		if size > maxText {
			t.Errorf("%s: %d bytes of words", name, size)
		}
		if text, _ := d.Text(); name == "one large" && !bytes.Contains(text, []byte("070-1740605")) {
			t.Errorf("what comes after is not read: %+v", d.Unread)
		}
	}
}

// TestADocumentGoesThroughAPipe sends a document as the jailed process gets it and comes back.
func TestADocumentGoesThroughAPipe(t *testing.T) {
	t.Parallel()
	in, err := Request(Subject{Name: "sida.html", Type: "text/html; charset=utf-8"}, strings.NewReader("<p>811228-9874"))
	if err != nil {
		t.Fatal(err)
	}
	out, err := Answer(in)
	if err != nil {
		t.Fatal(err)
	}
	d, err := Decode(out)
	text, starts := d.Text()
	if err != nil || d.Format != FormatHTML || string(text) != "811228-9874" || len(starts) != 1 {
		t.Errorf("%+v %v", d, err)
	}
	if _, err := Answer(strings.NewReader("no line")); err == nil {
		t.Error("a request without a subject is answered")
	}
	if _, err := Decode([]byte("{")); err == nil {
		t.Error("half an answer is a document")
	}
}

func TestRTFIsRead(t *testing.T) {
	t.Parallel()
	if got := rtfText([]byte(`{\rtf1\ansi{\fonttbl Arial;}\'c5sa P\u229?hittad\par Tel\tab 070-1740605}`)); !strings.Contains(got, "Åsa Påhittad\nTel\t070-1740605") {
		t.Errorf("%q", got)
	}
}

// FuzzRead looks for a reader that breaks, hangs or gives more than it may, from documents of real programs.
func FuzzRead(f *testing.F) {
	for name, b := range goldens(f) {
		f.Add(name, b)
	}
	f.Add("a.html", []byte("<p hidden><!--<script>"))
	f.Add("a.msg", message())
	f.Fuzz(func(t *testing.T, name string, content []byte) {
		d := Read(Subject{Name: name}, content)
		if d.Format == "" {
			t.Fatal("no format")
		}
		size := 0
		for _, p := range d.Parts {
			size += len(p.Text)
		}
		if size > maxText || len(d.Parts) > maxParts || len(d.Facts) > maxFacts {
			t.Fatalf("%d bytes, %d parts, %d facts", size, len(d.Parts), len(d.Facts))
		}
	})
}

func BenchmarkHTML(b *testing.B) {
	var page bytes.Buffer
	page.WriteString("<!DOCTYPE html><html lang=sv><head><meta charset=utf-8><title>Nämndsprotokoll</title></head><body>")
	for i := range 20_000 {
		fmt.Fprintf(&page, "<div class=\"row item-%d\"><h3><a href=\"/protokoll/%d\">§ %d Ärende om bygglov</a></h3><p>Nämnden beslutar att bevilja ansökan från sökanden enligt förvaltningens förslag.<br>Diarienummer KS 2026/%d &ndash; handläggare <b>Vera</b> Påhittad, <a href=\"mailto:vera%d@example.se\">e-post</a>.</p></div>\n", i, i, i, i, i)
	}
	b.SetBytes(int64(page.Len()))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := HTML(bytes.NewReader(page.Bytes()), "utf-8", func(Part) {}); err != nil {
			b.Fatal(err)
		}
	}
}
