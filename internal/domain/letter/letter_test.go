package letter

import (
	"bytes"
	"fmt"
	"strings"
	"testing"
)

func crlf(s string) []byte { return []byte(strings.ReplaceAll(s, "\n", "\r\n")) }

func TestALetterIsRead(t *testing.T) {
	t.Parallel()
	l, err := Read(crlf(`Return-Path: <karin@example.se>
From: =?iso-8859-1?Q?Karin_=C5kesson?= <Karin@Example.se>
To: "Ek, Anna" <anna.ek@exempelstad.se>, bo@exempelstad.se
Subject: =?utf-8?B?RnLDpWdhIG9t?=
 =?utf-8?Q?_v=C3=A4gen?=
Message-ID: <1@example.se>
References: <a@x> <b@x>
 <c@x>
MIME-Version: 1.0
Content-Type: multipart/mixed; boundary="b1"

preamble
--b1
Content-Type: multipart/alternative; boundary=b2

--b2
Content-Type: text/plain; charset=windows-1252
Content-Transfer-Encoding: quoted-printable

Hej! N=E4r lagas v=E4gen?
--b2
Content-Type: text/html; charset=utf-8

<p>Hej! <script>alert(1)</script>När lagas <a href="https://example.org/x">vägen</a>?</p>
--b2--
--b1
Content-Type: application/pdf
Content-Disposition: attachment; filename*=iso-8859-1''v%E4g.pdf
Content-Transfer-Encoding: base64

aGVq
--b1--
`))
	if err != nil {
		t.Fatal(err)
	}
	if l.From != "karin@example.se" || l.FromName != "Karin Åkesson" || l.Subject != "Fråga om vägen" || l.MessageID != "1@example.se" {
		t.Errorf("%+v", l)
	}
	if len(l.To) != 2 || l.To[0] != "anna.ek@exempelstad.se" || len(l.References) != 3 {
		t.Errorf("to %q references %q", l.To, l.References)
	}
	if l.Text != "Hej! När lagas vägen?" || l.HTML {
		t.Errorf("text %q", l.Text)
	}
	if got := l.WebText(); got != "Hej! När lagas vägen (https://example.org/x) ?" {
		t.Errorf("web %q", got)
	}
	a := l.Attachments()
	if len(a) != 1 || a[0].Name != "väg.pdf" {
		t.Fatalf("attachments %+v", a)
	}
	if b, cut := a[0].Content(100); string(b) != "hej" || cut {
		t.Errorf("content %q %v", b, cut)
	}
	if b, cut := a[0].Content(2); string(b) != "he" || !cut {
		t.Errorf("content %q %v", b, cut)
	}
}

func TestBrokenLettersAreReadAsFarAsTheyGo(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ raw, text string }{
		"no header":      {"just words\n\nmore", "just words\n\nmore"},
		"no body":        {"Subject: x\n", ""},
		"bare LF":        {"Subject: x\n\nhej\n", "hej\n"},
		"no boundary":    {"Content-Type: multipart/mixed\n\nhej", ""},
		"never ends":     {"Content-Type: multipart/mixed; boundary=b\n\n--b\n\nhej\n", "hej\n"},
		"broken type":    {"Content-Type: text/plain; charset=\"\n\nhej", "hej"},
		"unknown set":    {"Content-Type: text/plain; charset=klingon\n\nhej", "hej"},
		"html alone":     {"Content-Type: text/html\n\n<style>p{}</style><p>hej</p><p>då", "hej\n\ndå"},
		"bad base64":     {"Content-Transfer-Encoding: base64\n\naGVq!!\n#", "hej"},
		"line of none":   {"Subject: x\nthis is no field\n continued\nFrom: a@example.se\n\nhej", "hej"},
		"not utf-8":      {"Subject: x\n\nh\xe5j", "h\uFFFDj"},
		"NUL in text":    {"Subject: x\n\nh\x00ej", "hej"},
		"epilogue":       {"Content-Type: multipart/mixed; boundary=b\n\n--b\n\nhej\n--b--\n--b\n\nlater", "hej"},
		"empty boundary": {"Content-Type: multipart/mixed; boundary=\"\"\n\n--\n\nhej", ""},
	} {
		l, err := Read([]byte(c.raw))
		if err != nil || l.Text != c.text {
			t.Errorf("%s: %q %v", name, l.Text, err)
		}
	}
	if _, err := Read(nil); err != ErrEmpty {
		t.Error(err)
	}
}

func TestALetterIsBounded(t *testing.T) {
	t.Parallel()
	var b bytes.Buffer
	for n := range 100_000 {
		fmt.Fprintf(&b, "X-%d: y\r\n", n)
	}
	if _, err := Read(b.Bytes()); err != ErrHeader {
		t.Errorf("100,000 fields: %v", err)
	}
	if _, err := Read([]byte("Subject: " + strings.Repeat("x", 50<<20))); err != ErrHeader {
		t.Errorf("one line of 50 MB: %v", err)
	}
	var deep strings.Builder
	for n := range 1_000 {
		fmt.Fprintf(&deep, "Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n", n, n)
	}
	deep.WriteString("\nhej\n")
	l, err := Read([]byte(deep.String()))
	if err != nil || len(l.Parts) != 1 || l.Parts[0].Type != "multipart/mixed" {
		t.Errorf("nested 1,000 deep: %v, %d parts", err, len(l.Parts))
	}
	many := "Content-Type: multipart/mixed; boundary=b\n\n" + strings.Repeat("--b\n\nx\n", 10_000)
	l, err = Read([]byte(many))
	if err != nil || len(l.Parts) != MaxParts || l.More != 9_000 {
		t.Errorf("10,000 parts: %v, %d and %d", err, len(l.Parts), l.More)
	}
}

func TestAutomaticMailIsTold(t *testing.T) {
	t.Parallel()
	for head, want := range map[string]Automatic{
		"Subject: hej": ByHand,
		"Content-Type: multipart/report; report-type=delivery-status; boundary=b":          Bounced,
		"Content-Type: multipart/report; report-type=disposition-notification; boundary=b": Receipt,
		"Auto-Submitted: auto-replied; owner=x":                                            AutoSent,
		"Auto-Submitted: no":                                                               ByHand,
		"X-Autoreply: yes":                                                                 AutoSent,
		"Precedence: auto_reply":                                                           AutoSent,
		"Precedence: bulk":                                                                 Listed,
		"List-Id: <x.example.se>":                                                          Listed,
		"Return-Path: <>":                                                                  Bounced,
	} {
		if l, err := Read([]byte(head + "\n\nhej")); err != nil || l.Automatic != want {
			t.Errorf("%s: %q, want %q (%v)", head, l.Automatic, want, err)
		}
	}
}

func FuzzRead(f *testing.F) {
	f.Add([]byte("Subject: x\n\nhej"))
	f.Add(crlf("Content-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: text/html\n\n<p>hej<a href=\"http://x\">x</a>\n--b--\n"))
	f.Add([]byte("From: =?iso-8859-1?Q?=C5?= <a@b>\nContent-Disposition: attachment; filename*=utf-8''x%20y\n\n"))
	f.Fuzz(func(t *testing.T, raw []byte) {
		l, err := Read(raw)
		if err != nil {
			return
		}
		if len(l.Text) > MaxText || len(l.Parts) > MaxParts || strings.ContainsAny(l.Subject+l.From+l.FromName, "\r\n\x00") {
			t.Errorf("%d bytes of text, %d parts, subject %q", len(l.Text), len(l.Parts), l.Subject)
		}
		for _, p := range l.Parts {
			if strings.ContainsAny(p.Name, "/\\\r\n\x00") {
				t.Errorf("name %q", p.Name)
			}
		}
	})
}
