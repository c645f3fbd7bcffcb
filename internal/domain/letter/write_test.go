package letter

import (
	"bytes"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"strings"
	"testing"
	"time"

	"varn/internal/kit/seal"
)

var noon = time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)

const incoming = `Return-Path: <karin@example.se>
Received: from mx.example.se by mx.exempelstad.se; Sun, 22 Nov 2026 11:59:00 +0000
DKIM-Signature: v=1; d=example.se; b=xxx
Disposition-Notification-To: karin@example.se
From: =?utf-8?q?Karin_=C3=85kesson?= <karin@example.se>
To: anna.ek@exempelstad.se
Subject: =?utf-8?q?V=C3=A4gen?=
Message-ID: <fråga-1@example.se>
MIME-Version: 1.0
Content-Type: multipart/alternative; boundary=b2

--b2
Content-Type: text/plain; charset=utf-8

När lagas vägen?
--b2
Content-Type: text/html

<p>När?</p>
--b2--
`

func forwarded(t *testing.T) []byte {
	t.Helper()
	out, err := Forward(crlf(incoming), Forwarding{
		From: Address{"Karin Åkesson via Exempelstad", "anna.ek@exempelstad.se"}, To: Address{"", "anna.ek@exempelstad.se"},
		ReplyTo: "svar+0123456789@exempelstad.se", Host: "mx.exempelstad.se", Date: noon, MessageID: "f1@exempelstad.se",
		Footer: "Anmäl brevet: https://varn.exempelstad.se/anmal#TOKEN", Lang: "sv"})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func TestAForwardedLetterIsFromTheOfficialAddress(t *testing.T) {
	t.Parallel()
	raw := forwarded(t)
	l, err := Read(raw)
	if err != nil {
		t.Fatal(err)
	}
	if l.From != "anna.ek@exempelstad.se" || l.FromName != "Karin Åkesson via Exempelstad" || l.ReplyTo != "svar+0123456789@exempelstad.se" || l.Subject != "Vägen" {
		t.Errorf("%+v", l)
	}
	for _, gone := range []string{"DKIM-Signature", "Disposition-Notification-To", "Return-Path"} {
		if l.Header.Get(gone) != "" {
			t.Errorf("%s went along", gone)
		}
	}
	if l.Hops() != 2 || l.Ours("mx.exempelstad.se") != 1 || l.MessageID != "f1@exempelstad.se" {
		t.Errorf("hops %d, ours %d, id %s", l.Hops(), l.Ours("mx.exempelstad.se"), l.MessageID)
	}
	if !strings.Contains(l.Text, "När lagas vägen?") || !strings.Contains(l.Text, "#TOKEN") {
		t.Errorf("text %q", l.Text)
	}
	_, original, _ := bytes.Cut(crlf(incoming), []byte("\r\n\r\n"))
	if !bytes.Contains(raw, original) {
		t.Error("the body is not what it was, byte for byte")
	}
	lines(t, raw)
}

// lines asks what SMTP asks of every letter that leaves: CRLF alone, at most 998 bytes a line.
func lines(t *testing.T, raw []byte) {
	t.Helper()
	for line := range bytes.SplitSeq(raw, []byte("\r\n")) {
		if len(line) > 998 || bytes.ContainsAny(line, "\r\n\x00") {
			t.Errorf("line %.80q", line)
		}
	}
}

const private = "anna.privat@example.org"

func answering() Answering {
	return Answering{From: Address{"Anna Ek", "anna.ek@exempelstad.se"}, To: []Address{{"", "karin@example.se"}}, Date: noon, MessageID: "a1@exempelstad.se",
		InReplyTo: "fråga-1@example.se", References: []string{"fråga-1@example.se"}, Lang: "sv",
		Private: []string{private}, Signatures: []string{"Anna Ek\nSäljare, Bygg AB\n070-1740610"}, Links: []string{"https://varn.exempelstad.se/"}, StripPictures: true}
}

const reply = `Return-Path: <anna.privat@example.org>
Received: from [192.0.2.7] (anna.privat@example.org) by smtp.example.org
From: Anna hemma <Anna.Privat@example.org>
To: svar+0123456789@exempelstad.se
Subject: Re: =?utf-8?q?V=C3=A4gen?=
Message-ID: <hemma@example.org>
User-Agent: Mail 1.0
X-Originating-IP: 192.0.2.7
MIME-Version: 1.0
Content-Type: multipart/mixed; boundary=b

--b
Content-Type: text/plain; charset=utf-8

Hej! I maj. Skriv gärna till ANNA.PRIVAT@example.org eller anna.privat (at) example.org.

--
Anna Ek
Säljare,  Bygg AB
070-1740610

Den 22 november skrev Karin via Exempelstad till <anna.privat@example.org>:
> När lagas vägen?
> -- ` + "\u2063\u2060\u2063" + `
> Anmäl brevet: https://varn.exempelstad.se/anmal#TOKEN
> Mer av oss
och länken https://varn.exempelstad.se/x igen
Slut.
--b
Content-Type: text/vcard; name="anna.vcf"

BEGIN:VCARD
--b
Content-Type: text/plain; name="anna.privat@example.org.txt"
Content-Disposition: attachment

bilaga
--b--
`

func TestNothingOfThePrivateMailboxLeaves(t *testing.T) {
	t.Parallel()
	got, err := Answer(crlf(reply), answering())
	if err != nil {
		t.Fatal(err)
	}
	low := strings.ToLower(string(got.Raw))
	for _, needle := range []string{private, "anna.privat", "example.org", "192.0.2.7", "hemma", "Mail 1.0", "Bygg AB", "070-1740610", "vcard", "TOKEN", "varn.exempelstad.se", "Received"} {
		if strings.Contains(low, strings.ToLower(needle)) {
			t.Errorf("%q left", needle)
		}
	}
	l, err := Read(got.Raw)
	if err != nil || l.From != "anna.ek@exempelstad.se" || l.InReplyTo != "fråga-1@example.se" || l.Subject != "Re: Vägen" {
		t.Errorf("%+v %v", l, err)
	}
	for _, stays := range []string{"Hej! I maj. Skriv gärna till anna.ek@exempelstad.se eller anna.ek@exempelstad.se.", "> När lagas vägen?", "Slut."} {
		if !strings.Contains(l.Text, stays) {
			t.Errorf("%q is gone from %q", stays, l.Text)
		}
	}
	if strings.Contains(l.Text, "Mer av oss") || got.Replaced != 4 || len(got.Dropped) != 1 || len(got.Held) != 0 {
		t.Errorf("replaced %d dropped %q held %q: %s", got.Replaced, got.Dropped, got.Held, l.Text)
	}
	if a := l.Attachments(); len(a) != 1 || a[0].Name != "anna.ek@exempelstad.se.txt" {
		t.Errorf("%+v", a)
	}
	lines(t, got.Raw)
}

func TestAnAnswerWithThePrivateAddressInAFileIsHeld(t *testing.T) {
	t.Parallel()
	for _, content := range []string{"skickat av Anna.Privat@example.org", string(wide(private))} {
		raw := Compose(Draft{From: Address{"", private}, MessageID: "x@y", Text: "hej", Files: []File{{"brev.rtf", "application/rtf", []byte(content)}}})
		got, err := Answer(raw, answering())
		if err != nil || len(got.Held) != 1 || got.Raw != nil {
			t.Errorf("%q: %+v %v", content, got, err)
		}
	}
	a := answering()
	a.Private = []string{"ek@exempelstad.se"} // the end of the official address
	raw := Compose(Draft{From: Address{"", private}, MessageID: "x@y", Text: "anna.ek@exempelstad.se och ek@exempelstad.se", Files: []File{{"a.txt", "text/plain", []byte("anna.ek@exempelstad.se")}}})
	got, err := Answer(raw, a)
	if err != nil || got.Replaced != 1 || len(got.Held) != 0 {
		t.Errorf("%+v %v", got, err)
	}
}

func TestABounceTellsOnlyTheOfficialAddress(t *testing.T) {
	t.Parallel()
	raw := Bounce(Failure{Host: "mx.exempelstad.se", From: Address{"", "mailer-daemon@exempelstad.se"}, To: Address{"", "karin@example.se"}, Recipient: "anna.ek@exempelstad.se",
		Status: "4.4.7\r\nX-Evil: 1", Subject: "Brevet kom inte fram", Text: "Vi kunde inte lämna brevet.", Date: noon, MessageID: "b1@exempelstad.se", Original: crlf(incoming)})
	l, err := Read(raw)
	if err != nil || l.Automatic != Bounced || len(l.Parts) != 3 || l.InReplyTo != "fråga-1@example.se" || l.Header.Get("X-Evil") != "" || bytes.Contains(raw, []byte("X-Evil")) {
		t.Errorf("%+v %v\n%s", l, err, raw)
	}
	lines(t, raw)
}

func TestComposedLettersComeBack(t *testing.T) {
	t.Parallel()
	d := Draft{From: Address{"Ek, Anna\r\nBcc: x@y", "anna.ek@exempelstad.se"}, To: []Address{{"Åke \"Ö\"", "ake@example.se"}}, Subject: "Hej\r\nX-Evil: 1 " + strings.Repeat("å", 300),
		Date: noon, MessageID: "x y>@z", Text: strings.Repeat("lång rad ", 500) + "\n.\nFrån", References: []string{strings.Repeat("r", 950) + "@z"},
		Files: []File{{"bild å.png", "image/png", bytes.Repeat([]byte{1, 2, 3}, 1000)}, {"in.eml", "message/rfc822", []byte("Subject: x\r\n\r\n")}}}
	raw := Compose(d)
	lines(t, raw)
	l, err := Read(raw)
	if err != nil || l.Header.Get("X-Evil") != "" || l.Header.Get("Bcc") != "" || l.From != "anna.ek@exempelstad.se" || len(l.To) != 1 {
		t.Errorf("%v %v", l.Header, err)
	}
	if strings.TrimRight(l.Text, "\n") != d.Text {
		t.Errorf("text %.60q", l.Text)
	}
	a := l.Attachments()
	if len(a) != 2 || a[0].Name != "bild å.png" || a[1].Type != "application/octet-stream" {
		t.Fatalf("%+v", a)
	}
	if b, _ := a[0].Content(10_000); !bytes.Equal(b, d.Files[0].Content) {
		t.Error("the file is not what it was")
	}
}

func TestReturnPathsAreRewrittenAndRead(t *testing.T) {
	t.Parallel()
	now := noon
	s := SRS{Key: seal.NewKey(), Domain: "exempelstad.se", Now: func() time.Time { return now }}
	there, err := s.Forward("karin.a=b+c@Example.se")
	if err != nil || !strings.HasPrefix(there, "SRS0=") || !strings.HasSuffix(there, "@exempelstad.se") {
		t.Fatal(there, err)
	}
	if back, err := s.Reverse(there); err != nil || back != "karin.a=b+c@example.se" {
		t.Error(back, err)
	}
	if back, err := s.Reverse(strings.ToLower(there)); err != nil || !strings.EqualFold(back, "karin.a=b+c@example.se") {
		t.Error("a server that changes case:", back, err)
	}
	other := SRS{Key: seal.NewKey(), Domain: "annan.se", Now: s.Now}
	second, err := other.Forward(there)
	if err != nil || !strings.HasPrefix(second, "SRS1=") {
		t.Fatal(second, err)
	}
	if back, err := other.Reverse(second); err != nil || back != there {
		t.Error(back, err)
	}
	if _, err := s.Forward(strings.Repeat("a", 60) + "@example.se"); err != ErrLong {
		t.Error(err)
	}
	for _, bad := range []string{"", "x@exempelstad.se", strings.Replace(there, "karin", "berit", 1), second, there + "x", "SRS0=@exempelstad.se", "SRS1=x=y@exempelstad.se"} {
		if back, err := s.Reverse(bad); err == nil {
			t.Errorf("%q became %q", bad, back)
		}
	}
	now = now.AddDate(0, 0, 22)
	if _, err := s.Reverse(there); err == nil {
		t.Error("22 days old and still read")
	}
	if got, err := s.Forward(""); got != "" || err != nil {
		t.Error("a bounce got a return path:", got)
	}
	if got, err := s.Forward("anna.ek@exempelstad.se"); got != "anna.ek@exempelstad.se" || err != nil {
		t.Error("our own is rewritten:", got)
	}
}

func TestPicturesLoseTheirMetadataAndNothingElse(t *testing.T) {
	t.Parallel()
	img := image.NewRGBA(image.Rect(0, 0, 40, 30))
	for i := range 40 {
		img.Set(i, i%30, color.RGBA{uint8(i * 6), 200, 30, 255})
	}
	var j, p bytes.Buffer
	if jpeg.Encode(&j, img, nil) != nil || png.Encode(&p, img) != nil {
		t.Fatal("no picture")
	}
	exif := append([]byte{0xff, 0xe1, 0, 24}, []byte("Exif\x00\x00GPS 59.3293 18.06")...)
	with := append(append(append([]byte{}, j.Bytes()[:2]...), exif[:26]...), j.Bytes()[2:]...)
	with = append(with, "motion photo GPS 59.3293"...)
	got := Strip(with)
	if bytes.Contains(got, []byte("GPS")) || !bytes.Equal(got, Strip(j.Bytes())) {
		t.Error("JPEG keeps its metadata")
	}
	if _, err := jpeg.Decode(bytes.NewReader(got)); err != nil {
		t.Error(err)
	}
	text := []byte("\x00\x00\x00\x0btEXtGPS 59.3293xxxx")
	q := append(append(append([]byte{}, p.Bytes()[:33]...), text...), p.Bytes()[33:]...)
	if got := Strip(q); !bytes.Equal(got, p.Bytes()) {
		t.Error("PNG keeps its metadata")
	}
	for _, broken := range [][]byte{nil, {0xff, 0xd8, 0xff}, with[:40], q[:50], []byte("text")} {
		Strip(broken)
	}
}

func FuzzAnswer(f *testing.F) {
	f.Add(crlf(reply))
	f.Add([]byte("From: x\n\nanna.privat@example.org"))
	f.Fuzz(func(t *testing.T, raw []byte) {
		got, err := Answer(raw, answering())
		if err != nil || got.Raw == nil {
			return
		}
		l, err := Read(got.Raw)
		if err != nil {
			t.Fatal(err)
		}
		if low := lowerASCII(string(got.Raw)); strings.Contains(low, private) || strings.Contains(lowerASCII(l.Text), private) {
			t.Errorf("left: %q", got.Raw)
		}
		if len(l.To) != 1 || l.To[0] != "karin@example.se" || l.From != "anna.ek@exempelstad.se" || l.Header.Get("Bcc") != "" {
			t.Errorf("head %q", got.Raw)
		}
	})
}

func FuzzForward(f *testing.F) {
	f.Add(crlf(incoming))
	f.Fuzz(func(t *testing.T, raw []byte) {
		out, err := Forward(raw, Forwarding{From: Address{"x", "anna.ek@exempelstad.se"}, To: Address{"", "anna.ek@exempelstad.se"}, ReplyTo: "svar+1@exempelstad.se", Host: "mx", Date: noon, MessageID: "f@x", Footer: "f"})
		if err != nil {
			return
		}
		l, err := ReadHeader(out)
		if err != nil && len(raw) < MaxHeader/2 {
			t.Fatal(err)
		}
		if err == nil && (l.From != "anna.ek@exempelstad.se" || len(l.Header.All("From")) != 1) {
			t.Errorf("from %q in %q", l.From, out)
		}
	})
}

func FuzzSRS(f *testing.F) {
	f.Add("SRS0=abcdefgh=AA=example.se=karin@exempelstad.se")
	f.Add("SRS1=abcdefgh=x==y@exempelstad.se")
	s := SRS{Key: seal.NewKey(), Domain: "exempelstad.se"}
	f.Fuzz(func(t *testing.T, a string) {
		if back, err := s.Reverse(a); err == nil {
			t.Errorf("%q was taken for ours: %q", a, back)
		}
		there, err := s.Forward(a)
		if err != nil || there == a {
			return
		}
		back, err := s.Reverse(there)
		if err != nil {
			t.Errorf("%q became %q and is not read: %v", a, there, err)
		}
		if len(there) > 64+len("@exempelstad.se") || !strings.HasPrefix(there, "SRS1") && !strings.EqualFold(back, a) {
			t.Errorf("%q, %q, %q", a, there, back)
		}
	})
}
